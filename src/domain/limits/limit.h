// SPDX-License-Identifier: Apache-2.0
#pragma once

// A limit as a brand declares it: at most so much in a window, and so long between two times. It limits quantities and
// does not know of what.

#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "base/result.h"
#include "domain/metrics/window.h"

namespace banyan::limits {

using LimitId = NumericId<struct LimitTag, std::uint16_t>;

enum class Scope : unsigned char {
    member,  // each member has its own
    shared,  // all members draw on one
};
enum class Strictness : unsigned char {
    near_the_end,  // lent in allotments while there is plenty
    from_start,    // every claim asks the owner: draws, flash coupons
};
/// What becomes of what would go beyond the limit: its event is refused; it waits until there is room; it goes without.
enum class WhenEmpty : unsigned char { refuse, wait, without };
/// What a grant or a spend takes of a limit: one, or as much as it is.
enum class Counts : unsigned char { times, amount };

struct Limit {
    LimitId id;
    std::string name;
    Scope scope = Scope::member;
    metrics::Window window = {};
    Quantity most;
    Duration cooldown = {};  // member: between two times
    Strictness strictness = Strictness::near_the_end;
    WhenEmpty when_empty = WhenEmpty::refuse;
    Counts counts = Counts::times;
    // Who draws on it without naming it.
    std::uint16_t cost_centre = 0;     // every grant of a rule of this cost centre; 0 = none
    std::vector<UnitId> earned_units;  // every grant of these units by a rule
    std::vector<UnitId> spent_units;   // every spend and hold of them
};

/// Nothing, or where the limit makes no sense and what to do.
Result<void> check(const Limit& limit);

/// The period of a limit that a claim fell into, by its first day. The claim keeps it: what is given back later goes
/// where it was taken from.
struct Period {
    LimitId limit;
    metrics::Day first;
    constexpr auto operator<=>(const Period&) const = default;
};
/// For a rolling window each day is its own period.
Period period_of(const Limit& limit, const metrics::AsOf& as_of);

}  // namespace banyan::limits
