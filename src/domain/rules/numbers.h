// SPDX-License-Identifier: Apache-2.0
#pragma once

// int, uint and double against one another, as CEL orders them: an int and a uint by their mathematical value, an
// integer and a double after rounding the integer to double, save that a double outside the integer's range decides
// alone.

#include <cstdint>

#include "domain/rules/term.h"

namespace banyan::rules {

enum class Order : std::uint8_t { less, same, greater, none };  // none: a NaN is involved

constexpr bool is_numeric(Kind kind) {
    return kind == Kind::integer || kind == Kind::unsigned_integer || kind == Kind::floating;
}

template <typename T>
constexpr Order order_of(const T& a, const T& b) {
    if (a < b) return Order::less;
    if (b < a) return Order::greater;
    return a == b ? Order::same : Order::none;
}

/// Requires both numeric.
Order compare_numbers(const Term& a, const Term& b);

/// The integer a list index or a map key means: an int, a uint or a double without fraction that fits int64.
std::optional<std::int64_t> whole_number(const Term& term);

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

constexpr std::int64_t floor_modulo(std::int64_t a, std::int64_t b) { return a - floor_divide(a, b) * b; }

}  // namespace banyan::rules
