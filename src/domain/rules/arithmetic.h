// SPDX-License-Identifier: Apache-2.0
#pragma once

// Add, subtract, multiply, divide, modulo: the overloads of CEL, each over operands of one kind (and time with time).

#include "domain/rules/context.h"
#include "domain/rules/expression.h"
#include "domain/rules/term.h"

namespace banyan::rules {

/// Requires an arithmetic operation.
Term arithmetic(Operation operation, const Term& a, const Term& b, Context& context);
Term negate(const Term& a, Context& context);

}  // namespace banyan::rules
