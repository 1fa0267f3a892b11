// SPDX-License-Identifier: Apache-2.0
#pragma once

// A ladder of tiers: what a member's thresholds are held against, when it rises, when its standing is looked at again
// and what happens then. Pure: which values a member has, whoever asks says.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/number.h"
#include "base/ports/calendar.h"
#include "domain/rules/program.h"
#include "domain/tiers/standing.h"

namespace banyan::tiers {

/// Whether spend before the member joined counts (capability C2 names it as a parameter).
enum class SpendSince : unsigned char { registration, ever };
/// What a refund does to a tier that it undercuts.
enum class OnRefund : unsigned char { recompute, keep };
/// What the thresholds are held against.
enum class Held : unsigned char { spend, metric, balance, score };
/// Whether what is still pending counts for a balance.
enum class CountsAt : unsigned char { paid, released };
enum class Upgrade : unsigned char { at_once, at_review };
enum class Downgrade : unsigned char { none, one_step, by_qualification };

struct EntryGrant {
    UnitId unit;
    Quantity amount;
    std::uint16_t cost_centre = 0;
};

struct Tier {
    TierId id;  // 1 = the lowest
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::int64_t from = 0;       // of what is held, inclusive
    std::string when_text = {};  // besides the threshold; empty = nothing
    std::optional<rules::Program> when = {};
    std::vector<EntryGrant> enter = {};
};

/// Days on which something of a member is due. A member's first falls after it joined.
struct Cadence {
    enum class Kind : unsigned char { never, year, quarter, month, anniversary, days_from_upgrade };
    Kind kind = Kind::never;
    std::uint8_t month = 1;  // year
    std::uint8_t day = 1;  // year, quarter (of its first month), month; a month that is shorter: its last day
    std::int32_t days = 0;  // days_from_upgrade
};

/// What becomes of a unit when the standing changes or is looked at.
struct OnChange {
    enum class When : unsigned char { upgrade, downgrade, review };
    enum class Does : unsigned char { forfeit, reset, subtract_threshold };
    When when = When::downgrade;
    UnitId unit;
    Does does = Does::forfeit;
};

/// One part of a composite score: `weight` points for each whole `per` of the metric, at most `cap`.
struct Dimension {
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::uint32_t metric = 0;  // its place in the programme's metrics
    std::int64_t weight = 1;
    std::int64_t per = 1;
    std::int64_t cap = 0;  // 0 = no cap
    Rounding rounding = Rounding::down;
};

struct Ladder {
    LadderId id;
    std::string code;
    std::string name_zh;
    std::string name_en;
    SpendSince since = SpendSince::registration;
    OnRefund on_refund = OnRefund::recompute;
    Held held = Held::spend;
    std::uint32_t metric = 0;  // of the programme, when a metric is held
    UnitId unit;               // when a balance is held
    CountsAt counts = CountsAt::paid;
    Upgrade upgrade = Upgrade::at_once;
    Downgrade downgrade = Downgrade::none;
    Cadence review;
    std::int32_t grace_days = 0;
    std::vector<OnChange> on_change;
    std::vector<Dimension> dimensions;
    Cadence settle;
    std::vector<Tier> tiers;  // ascending; the first asks for nothing

    [[nodiscard]] const Tier* find(TierId tier) const;
    /// Whether what is held can be known as of an earlier time.
    [[nodiscard]] bool has_past() const { return held == Held::spend || held == Held::metric; }
    /// Spend, as every ladder was once: no course is kept of it.
    [[nodiscard]] bool keeps_course() const;
};

/// What a member has: the value held, and whether a tier's own condition holds. Nothing: it cannot be known now.
struct Deeds {
    std::optional<std::int64_t> value;
    std::function<std::optional<bool>(const Tier&)> holds;
};

/// The highest tier whose threshold and condition are met. Nothing when that cannot be known.
std::optional<TierId> deserved(const Ladder& ladder, const Deeds& deeds);
/// By thresholds alone.
TierId deserved(const Ladder& ladder, std::int64_t value);

struct Progress {
    TierId tier;
    std::optional<TierId> next;
    std::int64_t missing = 0;  // of what is held, to `next`
};
Progress progress(const Ladder& ladder, TierId tier, std::int64_t value);

/// The first instant of the next such day after `after`. Requires: not never.
Instant next_on(const Cadence& cadence, Instant after, Instant joined, const Zone& zone);

/// The tier after a review of `tier`, when `deserves` is what the member deserves.
TierId reviewed(const Ladder& ladder, TierId tier, TierId deserves);

/// What a dimension contributes at a value of its metric; a value below zero contributes nothing.
std::int64_t contribution(const Dimension& dimension, std::int64_t value);

}  // namespace banyan::tiers
