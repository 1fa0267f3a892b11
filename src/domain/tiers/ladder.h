// SPDX-License-Identifier: Apache-2.0
#pragma once

// A ladder of tiers by spend: the highest tier whose threshold the metric reaches. Refunds lower the metric; the
// ladder's policy says whether they lower the tier.

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "domain/tiers/standing.h"

namespace banyan::tiers {

/// Whether spend before the member joined counts (capability C2 names it as a parameter).
enum class SpendSince : unsigned char { registration, ever };
/// What a refund does to a tier that it undercuts.
enum class OnRefund : unsigned char { recompute, keep };

struct Tier {
    TierId id;  // 1 = the lowest
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::int64_t from = 0;  // minor units of spend, inclusive
};

struct Ladder {
    LadderId id;
    std::string code;
    std::string name_zh;
    std::string name_en;
    SpendSince since = SpendSince::registration;
    OnRefund on_refund = OnRefund::recompute;
    std::vector<Tier> tiers;  // ascending threshold; the first is 0

    [[nodiscard]] const Tier* find(TierId tier) const;
};

/// The tier that a metric deserves.
TierId deserved(const Ladder& ladder, std::int64_t spend);

struct Progress {
    TierId tier;
    std::optional<TierId> next;
    std::int64_t missing = 0;  // minor units to `next`
};
Progress progress(const Ladder& ladder, TierId tier, std::int64_t spend);

}  // namespace banyan::tiers
