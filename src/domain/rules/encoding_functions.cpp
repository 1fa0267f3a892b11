// SPDX-License-Identifier: Apache-2.0

// Bytes as base64 (RFC 4648) and back; padding may be left out.

#include <algorithm>
#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"

namespace banyan::rules {

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Term encode(Arguments a, Context& context) {
    if (!are(a, {Kind::bytes})) return no_overload(context);
    const std::string_view bytes = a[0].bytes();
    if (!context.charge(bytes.size() / 8 + 1)) return too_costly(context);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            bits = (bits << 8U) | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
        const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
        for (std::size_t j = 0; j < 4; ++j)
            text += j < digits ? letters[(bits >> (18U - 6U * j)) & 0x3FU] : '=';
    }
    return text_in_arena(text, context);
}

Term decode(Arguments a, Context& context) {
    if (!are(a, {Kind::string})) return no_overload(context);
    std::string_view text = a[0].string();
    if (!context.charge(text.size() / 8 + 1)) return too_costly(context);
    // Padding, where there is any, makes whole groups of four.
    if (text.size() % 4 == 0) {
        for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) return context.fault(Fault::bad_conversion);
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::size_t digit = letters.find(c);
        if (digit == std::string_view::npos) return context.fault(Fault::bad_conversion);
        bits = ((bits << 6U) | static_cast<std::uint32_t>(digit)) & 0xFFFFFFU;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xFFU);
    }
    return Term::bytes_of(context.arena.copy(bytes));
}

constexpr std::array table = {
    Function{"base64.encode", Style::global, "bytes -> string", encode, "the bytes as base64"},
    Function{"base64.decode", Style::global, "string -> bytes", decode, "the bytes that the text says"},
};

}  // namespace

std::span<const Function> encoding_functions() { return table; }

}  // namespace banyan::rules
