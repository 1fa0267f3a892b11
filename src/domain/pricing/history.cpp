// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/history.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::pricing {

namespace {

/// The points up to now; the last is the price of now.
std::span<const PricePoint> until(std::span<const PricePoint> history, Instant now) {
    std::size_t count = 0;
    while (count < history.size() && history[count].from <= now) ++count;
    for (std::size_t i = 1; i < count; ++i) ASSERT(history[i - 1].from <= history[i].from);
    return history.first(count);
}

}  // namespace

std::optional<std::int64_t> lowest_before(std::span<const PricePoint> history, Instant now, Duration within) {
    const std::span<const PricePoint> known = until(history, now);
    if (known.size() < 2) return std::nullopt;
    const Instant begins = known.back().from - within;
    std::optional<std::int64_t> lowest;
    for (std::size_t i = 0; i + 1 < known.size(); ++i) {
        // In force until the next point; one that ended before the days began does not count.
        if (known[i + 1].from <= begins) continue;
        lowest = std::min(lowest.value_or(known[i].price), known[i].price);
    }
    return lowest;
}

std::optional<std::int64_t> strike_through(std::span<const PricePoint> history, Instant now,
                                           Duration within) {
    const auto lowest = lowest_before(history, now, within);
    if (!lowest || *lowest <= until(history, now).back().price) return std::nullopt;
    return lowest;
}

}  // namespace banyan::pricing
