// SPDX-License-Identifier: Apache-2.0
#pragma once

// Source text to Expression, by CEL's grammar. Refused with line:column and a hint: anything outside the grammar,
// more than the limits below (a deep nest is refused while it is read, so it cannot exhaust the stack), and what this
// engine leaves out on purpose: message construction.

#include <string_view>

#include "base/result.h"
#include "domain/rules/expression.h"

namespace banyan::rules {

constexpr std::size_t source_bytes_max = std::size_t{32} * 1024;
constexpr int depth_max = 250;

Result<Expression> parse(std::string_view source);

}  // namespace banyan::rules
