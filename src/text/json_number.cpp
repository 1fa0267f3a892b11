// SPDX-License-Identifier: Apache-2.0
#include "text/json_number.h"

#include "base/assert.h"

#include <charconv>
#include <system_error>

namespace banyan::text {

namespace {

bool is_digit(std::string_view bytes, std::size_t at) {
    return at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9';
}

std::size_t skip_digits(std::string_view bytes, std::size_t at) {
    while (is_digit(bytes, at)) ++at;
    return at;
}

// Whether a number that no double can hold is too large rather than too small: the decimal exponent of its first
// digit that is not zero decides. Exponents of any length are met, so they are cut off where they have decided.
bool is_beyond(std::string_view number) {
    std::int64_t position =
        0;  // of the digit before the point, counted from the first digit that is not zero
    bool seen = false;
    bool fraction = false;
    std::size_t at = number[0] == '-' ? 1 : 0;
    for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
        if (number[at] == '.') {
            fraction = true;
            continue;
        }
        seen = seen || number[at] != '0';
        if (!fraction && seen) ++position;
        if (fraction && !seen) --position;
    }
    if (at == number.size()) return position > 0;
    const bool negative = number[at + 1] == '-';
    if (negative || number[at + 1] == '+') ++at;
    std::int64_t exponent = 0;
    for (++at; at < number.size(); ++at) {
        exponent = exponent * 10 + (number[at] - '0');
        if (exponent > std::int64_t{1} << 40U) break;
    }
    return position + (negative ? -exponent : exponent) > 0;
}

}  // namespace

std::size_t json_number_length(std::string_view bytes) {
    std::size_t at = !bytes.empty() && bytes[0] == '-' ? 1 : 0;
    if (!is_digit(bytes, at)) return 0;
    at = bytes[at] == '0' ? at + 1 : skip_digits(bytes, at);
    if (at < bytes.size() && bytes[at] == '.') {
        if (!is_digit(bytes, at + 1)) return 0;
        at = skip_digits(bytes, at + 1);
    }
    if (at < bytes.size() && (bytes[at] == 'e' || bytes[at] == 'E')) {
        ++at;
        if (at < bytes.size() && (bytes[at] == '+' || bytes[at] == '-')) ++at;
        if (!is_digit(bytes, at)) return 0;
        at = skip_digits(bytes, at);
    }
    return at;
}

std::optional<double> json_double(std::string_view number) {
    double value = 0;
    const char* end = number.data() + number.size();
    const auto [stopped, code] = std::from_chars(number.data(), end, value);
    if (code == std::errc::result_out_of_range) {
        if (is_beyond(number)) return std::nullopt;
        return number[0] == '-' ? -0.0 : 0.0;
    }
    ASSERT(code == std::errc{});
    ASSERT(stopped == end);
    return value;
}

}  // namespace banyan::text
