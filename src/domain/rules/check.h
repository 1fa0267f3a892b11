// SPDX-License-Identifier: Apache-2.0
#pragma once

// What each part of an expression will be, found before there is any value: from the types of the declared variables
// and the signatures of operators and functions, as CEL's own checker finds them. Refused with line:column: names that
// are not declared (with the nearest that is), fields a record does not have, functions that do not exist or do not
// take such arguments, conditions that are no bool, sides of ?: that differ. `dyn` is the way out, and is written.
//
// Two things are more lenient than cel-go, because nobody is helped by less: numbers of all kinds compare with == and
// stand in each other's lists, as they compare with <; and null compares with anything.

#include <vector>

#include "base/result.h"
#include "domain/rules/expression.h"
#include "domain/rules/resolve.h"
#include "domain/rules/schema.h"
#include "domain/rules/type.h"

namespace banyan::rules {

struct Checked {
    std::vector<Type> types;  // one for each node; dyn for nodes that are no part of the tree
    Type result;
};

Result<Checked> check(const Expression& expression, const Schema& schema,
                      const std::vector<Reference>& references);
/// The same, names looked up here.
Result<Checked> check(const Expression& expression, const Schema& schema);

}  // namespace banyan::rules
