// SPDX-License-Identifier: Apache-2.0
#pragma once

// Joins an Expression with a Schema: names become slots, constant parts are computed once, patterns are prepared, what
// cannot work is refused with line:column before anything is published (see check.h), and so are expressions larger
// than the limits.

#include "base/result.h"
#include "domain/rules/expression.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"

namespace banyan::rules {

enum class Checking : std::uint8_t {
    declared,  // as above
    dynamic,  // like CEL without its checker: unknown names and misfits become faults when they are evaluated
};

/// `regex` must outlive the Program; without it expressions that use patterns are refused.
Result<Program> compile(const Expression& expression, const Schema& schema, const Limits& limits = {},
                        Checking checking = Checking::declared, const Regex* regex = nullptr);

}  // namespace banyan::rules
