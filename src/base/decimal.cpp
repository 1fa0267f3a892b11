// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include <algorithm>
#include <array>

namespace banyan {

namespace {

constexpr std::int32_t exponent_max = 1'000'000;

constexpr std::array<Wide, 39> make_powers() {
    std::array<Wide, 39> powers{};
    Wide power = 1;
    for (Wide& entry : powers) {
        entry = power;
        if (&entry != &powers.back()) power *= 10;
    }
    return powers;
}
constexpr std::array<Wide, 39> power_of_ten = make_powers();
constexpr Wide coefficient_limit = power_of_ten[decimal_digits_max];

bool fits(Wide coefficient) { return coefficient < coefficient_limit && coefficient > -coefficient_limit; }

Wide magnitude(Wide value) { return value < 0 ? -value : value; }

// coefficient x 10^places, or nothing when it does not fit.
std::optional<Wide> shifted_left(Wide coefficient, std::int64_t places) {
    if (coefficient == 0) return Wide{0};
    if (places >= static_cast<std::int64_t>(decimal_digits_max)) return std::nullopt;
    const Wide power = power_of_ten[static_cast<std::size_t>(places)];
    if (magnitude(coefficient) >= (coefficient_limit + power - 1) / power) return std::nullopt;
    return coefficient * power;
}

// coefficient / 10^places, rounded.
Wide shifted_right(Wide coefficient, std::int64_t places, Rounding rounding) {
    if (coefficient == 0) return 0;
    if (places < static_cast<std::int64_t>(decimal_digits_max))
        return divided(coefficient, power_of_ten[static_cast<std::size_t>(places)], rounding);
    // Less than a tenth is left, or at 38 places less than one; only its size and its sign matter.
    if (places == static_cast<std::int64_t>(decimal_digits_max))
        return divided(coefficient, coefficient_limit, rounding);
    return divided(coefficient < 0 ? -1 : 1, 100, rounding);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads the exponent behind "E"; nothing when it is none or beyond the bound.
std::optional<std::int32_t> parse_exponent(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    std::int32_t exponent = 0;
    for (const char c : text) {
        exponent = exponent * 10 + (c - '0');
        if (exponent > exponent_max) return std::nullopt;
    }
    return negative ? -exponent : exponent;
}

std::string digits_of(Wide value) {
    std::string reversed;
    for (Wide rest = magnitude(value); rest != 0; rest /= 10)
        reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
    if (reversed.empty()) reversed = "0";
    return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    Decimal value;
    std::size_t at = 0;
    bool any = false;
    bool point = false;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
        if (text[at] == '.') {
            point = true;
            continue;
        }
        any = true;
        if (value.coefficient >= coefficient_limit / 10) return std::nullopt;
        value.coefficient = value.coefficient * 10 + (text[at] - '0');
        if (point && --value.exponent < -exponent_max) return std::nullopt;
    }
    if (!any) return std::nullopt;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
        const auto exponent = parse_exponent(text.substr(at + 1));
        if (!exponent) return std::nullopt;
        value.exponent += *exponent;
    }
    if (negative) value.coefficient = -value.coefficient;
    return value;
}

std::optional<Decimal> parse_plain_decimal(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || !is_digit(digits.front()) || !is_digit(digits.back())) return std::nullopt;
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.'; }))
        return std::nullopt;
    return parse_decimal(text);
}

std::string to_text(Decimal value) {
    std::string digits = digits_of(value.coefficient);
    const std::string sign = value.coefficient < 0 ? "-" : "";
    const std::int64_t adjusted = value.exponent + static_cast<std::int64_t>(digits.size()) - 1;
    if (value.exponent <= 0 && adjusted >= -6) {
        const auto places = static_cast<std::size_t>(-value.exponent);
        if (places == 0) return sign + digits;
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, 1, '.');
        return sign + digits;
    }
    if (digits.size() > 1) digits.insert(1, 1, '.');
    return sign + digits + (adjusted < 0 ? "E-" : "E+") + std::to_string(adjusted < 0 ? -adjusted : adjusted);
}

unsigned digit_count(Decimal value) {
    const Wide size = magnitude(value.coefficient);
    unsigned count = 1;
    while (count < decimal_digits_max && size >= power_of_ten[count]) ++count;
    return count;
}

std::optional<Decimal> sum(Decimal a, Decimal b) {
    if (a.exponent < b.exponent) std::swap(a, b);
    const auto aligned = shifted_left(a.coefficient, std::int64_t{a.exponent} - b.exponent);
    Wide total = 0;
    if (!aligned || __builtin_add_overflow(*aligned, b.coefficient, &total) || !fits(total))
        return std::nullopt;
    return Decimal{total, b.exponent};
}

std::optional<Decimal> difference(Decimal a, Decimal b) { return sum(a, {-b.coefficient, b.exponent}); }

std::optional<Decimal> product(Decimal a, Decimal b) {
    Wide coefficient = 0;
    if (__builtin_mul_overflow(a.coefficient, b.coefficient, &coefficient) || !fits(coefficient))
        return std::nullopt;
    return Decimal{coefficient, a.exponent + b.exponent};
}

Decimal rounded_sum(Decimal a, Decimal b, unsigned digits, Rounding rounding) {
    ASSERT(digits > 0);
    ASSERT(digits <= decimal_digits_sum_max);
    ASSERT(digit_count(a) <= decimal_digits_sum_max);
    ASSERT(digit_count(b) <= decimal_digits_sum_max);
    if (const auto exact = sum(a, b)) return rounded(*exact, digits, rounding);
    // The exact sum is too long. Write the greater value with 36 digits; of the smaller one take the digits that
    // stand under those, and a last digit of 1 for whatever is below them. Where the values nearly cancel, nothing is
    // below: the smaller one has 34 digits at most. So that last digit never comes near the digits asked for.
    if (compare({magnitude(a.coefficient), a.exponent}, {magnitude(b.coefficient), b.exponent}) < 0)
        std::swap(a, b);
    const unsigned places = 36 - digit_count(a);
    a = {a.coefficient * power_of_ten[places], a.exponent - static_cast<std::int32_t>(places)};
    const std::int64_t below = std::int64_t{a.exponent} - b.exponent;
    ASSERT(below > 0);  // or the exact sum would have fitted
    if (b.coefficient == 0) return rounded(a, digits, rounding);
    const Wide above = shifted_right(b.coefficient, below, Rounding::toward_zero);
    const Wide rest_sign = b.coefficient < 0 ? -1 : 1;
    return rounded({(a.coefficient + above) * 10 + rest_sign, a.exponent - 1}, digits, rounding);
}

Decimal rounded(Decimal value, unsigned digits, Rounding rounding) {
    ASSERT(digits > 0);
    const unsigned count = digit_count(value);
    if (count <= digits) return value;
    const auto places = static_cast<std::int32_t>(count - digits);
    const Decimal result{shifted_right(value.coefficient, places, rounding), value.exponent + places};
    // 9.99 became 10.0: one digit too many, and it is a zero.
    return digit_count(result) > digits ? Decimal{result.coefficient / 10, result.exponent + 1} : result;
}

int compare(Decimal a, Decimal b) {
    const auto sign = [](Wide value) { return value < 0 ? -1 : value > 0 ? 1 : 0; };
    if (sign(a.coefficient) != sign(b.coefficient)) return sign(a.coefficient) < sign(b.coefficient) ? -1 : 1;
    if (a.coefficient == 0) return 0;
    const std::int64_t top_a = a.exponent + std::int64_t{digit_count(a)};
    const std::int64_t top_b = b.exponent + std::int64_t{digit_count(b)};
    if (top_a != top_b) return (top_a < top_b) == (a.coefficient > 0) ? -1 : 1;
    // Of the same magnitude, so aligning them needs no more digits than the longer one has.
    const auto aligned_a =
        shifted_left(a.coefficient, std::max<std::int64_t>(0, std::int64_t{a.exponent} - b.exponent));
    const auto aligned_b =
        shifted_left(b.coefficient, std::max<std::int64_t>(0, std::int64_t{b.exponent} - a.exponent));
    ASSERT(aligned_a.has_value());
    ASSERT(aligned_b.has_value());
    return sign(*aligned_a - *aligned_b);
}

std::optional<Decimal> quantize(Decimal value, std::int32_t exponent, Rounding rounding) {
    const std::int64_t places = std::int64_t{exponent} - value.exponent;
    if (places >= 0) return Decimal{shifted_right(value.coefficient, places, rounding), exponent};
    const auto coefficient = shifted_left(value.coefficient, -places);
    if (!coefficient) return std::nullopt;
    return Decimal{*coefficient, exponent};
}

Decimal to_integral(Decimal value, Rounding rounding) {
    if (value.exponent >= 0) return value;
    return {shifted_right(value.coefficient, -std::int64_t{value.exponent}, rounding), 0};
}

std::optional<std::int64_t> to_minor(Decimal value, unsigned digits, Rounding rounding) {
    const auto minor = quantize(value, -static_cast<std::int32_t>(digits), rounding);
    if (!minor || minor->coefficient > std::numeric_limits<std::int64_t>::max() ||
        minor->coefficient < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return static_cast<std::int64_t>(minor->coefficient);
}

std::optional<std::int64_t> parse_minor(std::string_view text, unsigned digits) {
    const auto value = parse_plain_decimal(text);
    if (!value) return std::nullopt;
    const auto minor = to_minor(*value, digits, Rounding::toward_zero);
    if (!minor || compare({*minor, -static_cast<std::int32_t>(digits)}, *value) != 0) return std::nullopt;
    return minor;
}

std::string minor_to_text(std::int64_t minor, unsigned digits) {
    ASSERT(digits <= 6);  // to_text stays plain
    return to_text(Decimal{minor, -static_cast<std::int32_t>(digits)});
}

}  // namespace banyan
