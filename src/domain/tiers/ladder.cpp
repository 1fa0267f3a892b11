// SPDX-License-Identifier: Apache-2.0
#include "domain/tiers/ladder.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::tiers {

const Tier* Ladder::find(TierId tier) const {
    for (const Tier& candidate : tiers) {
        if (candidate.id == tier) return &candidate;
    }
    return nullptr;
}

TierId deserved(const Ladder& ladder, std::int64_t spend) {
    ASSERT(!ladder.tiers.empty());
    TierId best = ladder.tiers.front().id;
    for (const Tier& tier : ladder.tiers) {
        if (spend >= tier.from) best = tier.id;
    }
    return best;
}

Progress progress(const Ladder& ladder, TierId tier, std::int64_t spend) {
    const auto above = std::find_if(ladder.tiers.begin(), ladder.tiers.end(),
                                    [tier](const Tier& candidate) { return candidate.id > tier; });
    if (above == ladder.tiers.end()) return {tier, std::nullopt, 0};
    return {tier, above->id, std::max<std::int64_t>(0, above->from - spend)};
}

}  // namespace banyan::tiers
