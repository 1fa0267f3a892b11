// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a compiled condition needs in order not to be false: for some variables, the only values they may have.

#include <map>
#include <vector>

#include "domain/rules/condition_index.h"

namespace banyan::rules {

struct ConditionNeeds {
    bool never = false;  // it is false whatever the row
    std::map<Slot, std::vector<ConditionIndex::Key>>
        values;  // ascending; a variable not named may be anything
};

ConditionNeeds needs_of(const Program& condition);

}  // namespace banyan::rules
