// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which overloads of an operator or function fit the types of its operands, and what the result is then.

#include <optional>
#include <span>

#include "domain/rules/expression.h"
#include "domain/rules/functions.h"
#include "domain/rules/substitution.h"

namespace banyan::rules {

/// All overloads that fit decide together: one result type, or dyn when they differ. Nothing when none fits.
std::optional<Type> result_of(std::span<const Overload> overloads, std::span<const Type> arguments,
                              Substitution& substitution);
/// Of an operator: a unary one has one argument.
std::optional<Type> result_of(Operation operation, std::span<const Type> arguments,
                              Substitution& substitution);
/// Of "number ... -> number".
std::optional<Type> result_of_numbers(std::span<const Type> arguments, const Substitution& substitution);

}  // namespace banyan::rules
