// SPDX-License-Identifier: Apache-2.0
#pragma once

// The parts of an answer: what a command did, in the words of whoever asked.

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "domain/limits/limit.h"

namespace banyan::engine {

struct Earned {
    RuleId rule;
    UnitId unit;
    Quantity amount;
    Quantity capped;  // what the unit's cap cut off
    Instant available;
    Instant expires;
};
/// What a limit keeps a rule from granting, or what waits for one that members share.
struct Limited {
    limits::LimitId limit;
    RuleId rule;
    Quantity cut;
    Instant again = instant_max;  // when the same would be met; instant_max: nobody can tell
    bool waits = false;
};

}  // namespace banyan::engine
