// SPDX-License-Identifier: Apache-2.0
#include "base/number.h"

namespace banyan {

Wide divided(Wide numerator, Wide denominator, Rounding rounding) {
    ASSERT(denominator > 0);
    Wide floor = numerator / denominator;
    Wide remainder = numerator % denominator;
    if (remainder < 0) {  // C++ truncates toward zero; floor first.
        floor -= 1;
        remainder += denominator;
    }
    if (remainder == 0) return floor;
    const Wide ceiling = floor + 1;
    const Wide toward_zero = numerator < 0 ? ceiling : floor;
    const Wide away_from_zero = numerator < 0 ? floor : ceiling;
    // Compared without doubling the remainder, which may not fit.
    const Wide to_ceiling = denominator - remainder;
    const bool half = remainder == to_ceiling;
    const Wide nearest = remainder < to_ceiling ? floor : ceiling;
    const bool floor_is_even = floor % 2 == 0;
    switch (rounding) {
        case Rounding::down: return floor;
        case Rounding::up: return ceiling;
        case Rounding::half_up: return half ? away_from_zero : nearest;
        case Rounding::half_even: return half ? (floor_is_even ? floor : ceiling) : nearest;
        case Rounding::half_down: return half ? toward_zero : nearest;
        case Rounding::half_odd: return half ? (floor_is_even ? ceiling : floor) : nearest;
        case Rounding::half_floor: return half ? floor : nearest;
        case Rounding::half_ceiling: return half ? ceiling : nearest;
        case Rounding::toward_zero: return toward_zero;
        case Rounding::away_from_zero: return away_from_zero;
        case Rounding::zero_five_away: return toward_zero % 5 == 0 ? away_from_zero : toward_zero;
    }
    ASSERT(false);
    return 0;
}

std::optional<std::int64_t> scaled(std::int64_t amount, std::int64_t numerator, std::int64_t denominator,
                                   Rounding rounding) {
    ASSERT(denominator > 0);
    const Wide result = divided(static_cast<Wide>(amount) * numerator, denominator, rounding);
    if (result > std::numeric_limits<std::int64_t>::max() ||
        result < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return static_cast<std::int64_t>(result);
}

}  // namespace banyan
