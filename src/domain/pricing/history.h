// SPDX-License-Identifier: Apache-2.0
#pragma once

// 划线价, the price that is struck through beside the one asked: never typed, but the lowest at which was sold in the days
// before the price of now began.

#include <cstdint>
#include <optional>
#include <span>

#include "base/instant.h"

namespace banyan::pricing {

/// What a piece was sold at from then on.
struct PricePoint {
    Instant from;
    std::int64_t price = 0;
};

/// The lowest price in force in the time `within` before the price of `now` began. Nothing when there was none before.
/// Requires points that ascend in time.
std::optional<std::int64_t> lowest_before(std::span<const PricePoint> history, Instant now, Duration within);

/// The same where it is above the price of now; otherwise nothing may be struck through.
std::optional<std::int64_t> strike_through(std::span<const PricePoint> history, Instant now, Duration within);

}  // namespace banyan::pricing
