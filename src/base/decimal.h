// SPDX-License-Identifier: Apache-2.0
#pragma once

// A decimal number: coefficient x 10^exponent, at most 38 digits. What people write as a price ("2.95", "12.345")
// before it becomes minor units, computed exactly and rounded once, by name. The arithmetic is that of the General
// Decimal Arithmetic specification for finite numbers, except that there is no negative zero: it would be a second
// way to owe nothing. 1.0 and 1.00 are two representations of one value; compare() says so, == tells them apart.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/number.h"

namespace banyan {

struct Decimal {
    Wide coefficient = 0;  // |coefficient| < 10^38
    std::int32_t exponent = 0;
    constexpr bool operator==(const Decimal&) const = default;
};

constexpr unsigned decimal_digits_max = 38;
constexpr unsigned decimal_digits_sum_max = 34;  // of the operands and the result of rounded_sum

/// Parses "-12.50", ".5", "1E+3". Nothing when it is not a number, is longer than 38 digits or its exponent is
/// beyond +-1,000,000.
std::optional<Decimal> parse_decimal(std::string_view text);
/// Parses what may stand for money: an optional minus, digits, and perhaps a point with digits after it.
std::optional<Decimal> parse_plain_decimal(std::string_view text);
/// "-12.50"; with an exponent ("1E+3", "1E-7") where plain digits would not show the representation.
std::string to_text(Decimal value);

/// Digits of the coefficient; 1 for zero.
unsigned digit_count(Decimal value);

/// The exact result, or nothing when it does not fit 38 digits.
std::optional<Decimal> sum(Decimal a, Decimal b);
std::optional<Decimal> difference(Decimal a, Decimal b);
std::optional<Decimal> product(Decimal a, Decimal b);
/// The exact sum rounded once to `digits`, also where the exact sum does not fit. Requires 0 < digits <= 34 and
/// operands of at most 34 digits.
Decimal rounded_sum(Decimal a, Decimal b, unsigned digits, Rounding rounding);
/// The value with at most `digits` digits. Requires digits > 0.
Decimal rounded(Decimal value, unsigned digits, Rounding rounding);

/// -1, 0 or 1 as the value of a is less than, equal to or greater than that of b.
int compare(Decimal a, Decimal b);

/// The value with this exponent (two places: -2), or nothing when that needs more than 38 digits.
std::optional<Decimal> quantize(Decimal value, std::int32_t exponent, Rounding rounding);
/// The value without digits after the point; unchanged when it has none.
Decimal to_integral(Decimal value, Rounding rounding);

/// Minor units of a currency with `digits` minor digits, rounded once; nothing when they leave int64.
std::optional<std::int64_t> to_minor(Decimal value, unsigned digits, Rounding rounding);
/// Minor units of an amount such as "56.00"; nothing when it is none or says more than the currency can ("1.005").
/// Trailing zeros say nothing, so "1.500" is 150 of 2 digits.
std::optional<std::int64_t> parse_minor(std::string_view text, unsigned digits);
/// "56.00" of 5600 and 2 digits.
std::string minor_to_text(std::int64_t minor, unsigned digits);

}  // namespace banyan
