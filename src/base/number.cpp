// SPDX-License-Identifier: Apache-2.0
#include "base/number.h"

namespace banyan {

namespace {
__extension__ using Wide = __int128;

// Rounds `numerator / denominator` (denominator > 0) in the named direction.
Wide divided(Wide numerator, Wide denominator, Rounding rounding) {
    Wide quotient = numerator / denominator;
    Wide remainder = numerator % denominator;
    if (remainder < 0) {  // C++ truncates toward zero; floor first.
        quotient -= 1;
        remainder += denominator;
    }
    if (remainder == 0) return quotient;
    const Wide doubled = remainder * 2;
    const bool half = doubled == denominator;
    switch (rounding) {
        case Rounding::down: return quotient;
        case Rounding::up: return quotient + 1;
        // Half away from zero: for a negative value the floor is already the larger magnitude.
        case Rounding::half_up: return doubled > denominator || (half && numerator > 0) ? quotient + 1 : quotient;
        case Rounding::half_even: return doubled > denominator || (half && quotient % 2 != 0) ? quotient + 1 : quotient;
    }
    ASSERT(false);
    return 0;
}
}  // namespace

std::optional<std::int64_t> scaled(std::int64_t amount, std::int64_t numerator, std::int64_t denominator,
                                   Rounding rounding) {
    ASSERT(denominator > 0);
    const Wide result = divided(static_cast<Wide>(amount) * numerator, denominator, rounding);
    if (result > std::numeric_limits<std::int64_t>::max() || result < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return static_cast<std::int64_t>(result);
}

}  // namespace banyan
