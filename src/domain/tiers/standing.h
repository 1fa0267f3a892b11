// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a member stands on one ladder, since when, and what the ladder keeps of the way there.

#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"

namespace banyan::tiers {

struct Standing {
    LadderId ladder;
    TierId tier;
    Instant since;
};

/// What entering a tier brought: taken back when a refund undoes the entry.
struct Entered {
    TierId tier;
    UnitId unit;
    std::uint32_t lot = 0;
    Quantity amount;
};

/// The course of a member on a ladder that is reviewed, that scores, or whose tiers bring something on entry.
struct Course {
    LadderId ladder;
    Instant review = instant_max;  // when the standing is looked at again; in grace, when grace ends
    bool in_grace = false;
    TierId floor;    // what the last review left: no refund lowers the tier below it
    TierId highest;  // the highest tier ever entered, entries that a refund undid aside
    std::vector<Entered> entered;
    Instant settling = instant_max;  // when the score is next settled
    Instant scored_at;
    std::int64_t score = 0;
    std::vector<std::int64_t> contributions;  // beside the ladder's dimensions

    [[nodiscard]] Instant next_due() const { return review < settling ? review : settling; }
};

}  // namespace banyan::tiers
