// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

namespace banyan {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base32_digits = "0123456789abcdefghjkmnpqrstvwxyz";

std::optional<std::uint64_t> parse_hex64(std::string_view text) {
    std::uint64_t value = 0;
    for (const char c : text) {
        const auto digit = hex_digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        value = value << 4U | digit;
    }
    return value;
}

}  // namespace

std::string hex(std::uint64_t high, std::uint64_t low) {
    std::string out(32, '0');
    for (std::size_t i = 0; i < 16; ++i) {
        out[15 - i] = hex_digits[high >> (4 * i) & 0xFU];
        out[31 - i] = hex_digits[low >> (4 * i) & 0xFU];
    }
    return out;
}

std::optional<std::array<std::uint64_t, 2>> parse_hex128(std::string_view text) {
    if (text.size() != 32) return std::nullopt;
    const auto high = parse_hex64(text.substr(0, 16));
    const auto low = parse_hex64(text.substr(16));
    if (!high || !low) return std::nullopt;
    return std::array<std::uint64_t, 2>{*high, *low};
}

std::string to_text(MemberId member) {
    std::string reversed;
    for (std::uint64_t rest = member.value; rest != 0; rest >>= 5U) reversed += base32_digits[rest & 0x1FU];
    if (reversed.empty()) reversed = "0";
    return "m" + std::string(reversed.rbegin(), reversed.rend());
}

std::optional<MemberId> parse_member_id(std::string_view text) {
    if (text.size() < 2 || text.size() > 14 || text[0] != 'm') return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text.substr(1)) {
        const auto digit = base32_digits.find(c);
        if (digit == std::string_view::npos || value >> 59U != 0) return std::nullopt;
        value = value << 5U | digit;
    }
    const MemberId member{value};
    // One spelling per member: leading zeros would make two.
    if (value == 0 || to_text(member) != text) return std::nullopt;
    return member;
}

}  // namespace banyan
