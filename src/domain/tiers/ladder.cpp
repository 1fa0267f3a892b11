// SPDX-License-Identifier: Apache-2.0
#include "domain/tiers/ladder.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace banyan::tiers {

const Tier* Ladder::find(TierId tier) const {
    for (const Tier& candidate : tiers) {
        if (candidate.id == tier) return &candidate;
    }
    return nullptr;
}

bool Ladder::keeps_course() const {
    const bool enters =
        std::any_of(tiers.begin(), tiers.end(), [](const Tier& tier) { return !tier.enter.empty(); });
    return review.kind != Cadence::Kind::never || settle.kind != Cadence::Kind::never || enters;
}

std::optional<TierId> deserved(const Ladder& ladder, const Deeds& deeds) {
    ASSERT(!ladder.tiers.empty());
    TierId best = ladder.tiers.front().id;
    for (const Tier& tier : ladder.tiers) {
        if (tier.from > 0) {
            if (!deeds.value) return std::nullopt;
            if (*deeds.value < tier.from) continue;
        }
        if (tier.when) {
            const auto holds = deeds.holds(tier);
            if (!holds) return std::nullopt;
            if (!*holds) continue;
        }
        best = tier.id;
    }
    return best;
}

TierId deserved(const Ladder& ladder, std::int64_t value) {
    ASSERT(!ladder.tiers.empty());
    TierId best = ladder.tiers.front().id;
    for (const Tier& tier : ladder.tiers) {
        if (value >= tier.from) best = tier.id;
    }
    return best;
}

Progress progress(const Ladder& ladder, TierId tier, std::int64_t value) {
    const auto above = std::find_if(ladder.tiers.begin(), ladder.tiers.end(),
                                    [tier](const Tier& candidate) { return candidate.id > tier; });
    if (above == ladder.tiers.end()) return {tier, std::nullopt, 0};
    return {tier, above->id, std::max<std::int64_t>(0, above->from - value)};
}

namespace {

CivilDate in_month(std::int32_t year, std::int32_t month, std::uint8_t day) {
    year += (month - 1) / 12;
    CivilDate date{year, static_cast<std::uint8_t>((month - 1) % 12 + 1), day};
    while (!is_valid(date)) --date.day;
    return date;
}

}  // namespace

Instant next_on(const Cadence& cadence, Instant after, Instant joined, const Zone& zone) {
    using Kind = Cadence::Kind;
    const CivilDate today = zone.local(after).date;
    // The first of these days that lies after today; `months` apart, from `first` of this year on.
    const auto next = [&](std::int32_t first, std::int32_t months, std::uint8_t day) {
        for (std::int32_t month = first;; month += months) {
            const CivilDate date = in_month(today.year, month, day);
            if (today < date) return zone.start_of(date);
        }
    };
    switch (cadence.kind) {
        case Kind::never: break;
        case Kind::year: return next(cadence.month, 12, cadence.day);
        case Kind::quarter: return next(1, 3, cadence.day);
        case Kind::month: return next(1, 1, cadence.day);
        case Kind::anniversary: {
            const CivilDate birth = zone.local(joined).date;
            return next(birth.month, 12, birth.day);
        }
        case Kind::days_from_upgrade: return zone.start_of(civil_date(day_number(today) + cadence.days));
    }
    ASSERT(false);
    return instant_max;
}

TierId reviewed(const Ladder& ladder, TierId tier, TierId deserves) {
    if (deserves >= tier) return deserves;
    switch (ladder.downgrade) {
        case Downgrade::none: return tier;
        case Downgrade::one_step: return {static_cast<std::uint16_t>(tier.value - 1)};
        case Downgrade::by_qualification: return deserves;
    }
    ASSERT(false);
    return tier;
}

std::int64_t contribution(const Dimension& dimension, std::int64_t value) {
    if (value <= 0) return 0;
    const std::int64_t most = dimension.cap > 0 ? dimension.cap : std::numeric_limits<std::int32_t>::max();
    const auto points = scaled(value, dimension.weight, dimension.per, dimension.rounding);
    return points ? std::min(*points, most) : most;
}

}  // namespace banyan::tiers
