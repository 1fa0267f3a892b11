// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one member has used of its own limits. It lies with the member and is decided by the member's partition, so it
// is exact without asking anyone. Calendar periods keep one number, rolling windows one a day; what has left the
// window is forgotten with the next claim.

#include <optional>
#include <variant>
#include <vector>

#include "base/ports/calendar.h"
#include "domain/limits/limit.h"

namespace banyan::limits {

struct Used {
    metrics::Day first;  // of the period
    Quantity amount;
};

struct Use {
    LimitId limit;
    Instant last;            // when it was last claimed, for the cooldown; the epoch when never
    std::vector<Used> used;  // ascending
};
struct Uses {
    std::vector<Use> limits;  // ascending
    [[nodiscard]] bool empty() const { return limits.empty(); }
};

/// What was taken from a member's limit, kept with what it was taken for.
struct Claim {
    Period period;
    Instant at;
    Quantity amount;
};

/// A claim kept with the grant or spend it was made for, until that is taken back.
struct Kept {
    Claim claim;  // its amount is what was not given back yet
    Scope scope = Scope::member;
    Counts counts = Counts::times;
};

// --- facts ---------------------------------------------------------------------------------------------------

struct UseClaimed {
    Claim claim;
    metrics::Day forget;  // periods before this are out of every later window
};
struct UseReturned {
    Claim claim;  // its amount is what is still remembered of it
};
using UseFact = std::variant<UseClaimed, UseReturned>;

void apply(Uses& uses, const UseFact& fact);

// --- decisions -----------------------------------------------------------------------------------------------

/// How much the member may still claim on that day, cooldown aside.
Quantity left(const Uses& uses, const Limit& limit, const metrics::AsOf& as_of);

struct NotNow {
    enum class Why : unsigned char { used_up, too_soon };
    Why why = Why::used_up;
    Quantity left;
    std::optional<Instant> again;  // when the same claim would be met; nothing: never, as things stand
};

/// The claim as a fact, or why not. `joined` is the member's.
std::variant<UseClaimed, NotNow> claim(const Uses& uses, const Limit& limit, Quantity amount, Instant at,
                                       metrics::Day joined, const Zone& zone);

/// A claim, or a part of it, is given back: a cancelled order. Nothing when its period is forgotten: giving back would
/// change no answer.
std::optional<UseReturned> give_back(const Uses& uses, const Claim& claim);

/// Two members turn out to be one: what both used adds up, period by period.
void add(Uses& uses, const Uses& other);

/// What of a kept claim goes back when `amount` of what it was made for is taken back, `whole` when nothing of it is
/// left: a time counts until then.
Quantity returned_of(const Kept& kept, Quantity amount, bool whole);

}  // namespace banyan::limits
