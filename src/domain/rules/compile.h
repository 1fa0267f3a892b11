// SPDX-License-Identifier: Apache-2.0
#pragma once

// Joins an Expression with a Schema: names become slots, constant parts are computed once, what cannot work is refused
// with line:column before anything is published. Refused: names that are not declared (with the nearest that is),
// functions that do not exist, operators between kinds known not to fit, expressions larger than the limits.

#include "base/result.h"
#include "domain/rules/expression.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"

namespace banyan::rules {

enum class Checking : std::uint8_t {
    declared,  // as above
    dynamic,  // like CEL without its checker: unknown names and misfits become faults when they are evaluated
};

Result<Program> compile(const Expression& expression, const Schema& schema, const Limits& limits = {},
                        Checking checking = Checking::declared);

}  // namespace banyan::rules
