// SPDX-License-Identifier: Apache-2.0
#pragma once

// Integers that cannot be mixed up or overflow silently. `Distinct<Tag>` is an int64 with a meaning: two numbers of
// different tags neither add nor compare. All arithmetic near value is checked: `added` and `subtracted` give
// nothing on overflow, and the operators, used where overflow was excluded before, assert.

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/assert.h"

namespace banyan {

constexpr std::optional<std::int64_t> added(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

constexpr std::optional<std::int64_t> subtracted(std::int64_t a, std::int64_t b) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
}

constexpr std::optional<std::int64_t> multiplied(std::int64_t a, std::int64_t b) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

/// The direction of a division that leaves a remainder; every rounding near value names one. The first four are the
/// house's own; the others exist because tills, tax rules and other programmes use them.
enum class Rounding : unsigned char {
    down,          // toward minus infinity
    up,            // toward plus infinity
    half_up,       // to the nearest, a half away from zero
    half_even,     // to the nearest, a half to the even neighbour
    half_down,     // to the nearest, a half toward zero
    half_odd,      // to the nearest, a half to the odd neighbour
    half_floor,    // to the nearest, a half toward minus infinity
    half_ceiling,  // to the nearest, a half toward plus infinity
    toward_zero,
    away_from_zero,
    zero_five_away,  // toward zero, but away from it where the last digit would be 0 or 5
};

/// 128 bits, for products of two amounts.
__extension__ using Wide = __int128;

/// numerator / denominator, rounded in the named direction. Requires denominator > 0.
Wide divided(Wide numerator, Wide denominator, Rounding rounding);

/// amount * numerator / denominator without intermediate overflow; nothing when the result leaves int64.
/// Requires denominator > 0.
std::optional<std::int64_t> scaled(std::int64_t amount, std::int64_t numerator, std::int64_t denominator,
                                   Rounding rounding);

template <typename Tag>
class Distinct {
  public:
    constexpr Distinct() = default;
    constexpr explicit Distinct(std::int64_t value) : value_(value) {}

    [[nodiscard]] constexpr std::int64_t value() const { return value_; }
    [[nodiscard]] constexpr bool is_zero() const { return value_ == 0; }

    constexpr Distinct operator-() const {
        ASSERT(value_ != std::numeric_limits<std::int64_t>::min());
        return Distinct(-value_);
    }
    constexpr Distinct operator+(Distinct other) const { return checked(added(value_, other.value_)); }
    constexpr Distinct operator-(Distinct other) const { return checked(subtracted(value_, other.value_)); }
    constexpr Distinct& operator+=(Distinct other) { return *this = *this + other; }
    constexpr Distinct& operator-=(Distinct other) { return *this = *this - other; }
    constexpr auto operator<=>(const Distinct&) const = default;

  private:
    static constexpr Distinct checked(std::optional<std::int64_t> result) {
        ASSERT(result.has_value());
        return Distinct(*result);
    }

    std::int64_t value_ = 0;
};

/// An amount of some unit (points, stars, stamps) in that unit's smallest part. Which unit is named beside it.
using Quantity = Distinct<struct QuantityTag>;

constexpr Quantity smaller(Quantity a, Quantity b) { return a < b ? a : b; }

}  // namespace banyan
