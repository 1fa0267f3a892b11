// SPDX-License-Identifier: Apache-2.0
#pragma once

// One expression at an engineer's desk: a JSON object is the row, its keys are the variables and what they hold is
// their types, so that a misspelt field is found here as it is found in a programme. JSON has no times; write
// timestamp(order.at).

#include <string>
#include <string_view>

#include "app/cel/cases.h"
#include "base/result.h"

namespace banyan::app {

enum class Detail : unsigned char {
    answer,   // the value
    explain,  // the value of every part, and what decided
};

/// What to print. Errors carry line:column of the expression, or "with:line:column" of the JSON.
Result<std::string> try_expression(std::string_view source, std::string_view json, Detail detail,
                                   const Ports& ports);

/// The tables of macros and functions as they stand in docs/reference/cel.md.
std::string function_reference();

}  // namespace banyan::app
