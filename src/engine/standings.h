// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a member stands and where it is going, for whoever shows it.

#include <optional>
#include <vector>

#include "engine/decide.h"

namespace banyan::engine {

struct StandingSeen {
    LadderId ladder;
    TierId tier;  // 0 = not on this ladder yet
    Instant since;
    std::optional<std::int64_t> value;  // of what is held; nothing while it cannot be known
    std::optional<TierId> next;
    std::optional<std::int64_t> missing;  // of what is held, to `next`
    Instant review = instant_max;         // when the standing is looked at next; in grace, when grace ends
    bool in_grace = false;
    std::optional<TierId> projected;              // after that review, if nothing more happens until then
    std::optional<std::int64_t> missing_to_keep;  // of what is held, by then
    Instant scored_at;
    Instant settling = instant_max;
    std::vector<std::int64_t> contributions;  // beside the ladder's dimensions
};

/// On every ladder, in the order of the document.
std::vector<StandingSeen> standings_of(const programme::Programme& programme,
                                       const std::vector<metrics::MeasureId>& incomplete,
                                       const members::Member& member, Instant now);

}  // namespace banyan::engine
