// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a literal token means. Positions in errors are offsets into the token, which the caller adds to the token's own.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "domain/rules/lexer.h"

namespace banyan::rules {

struct LiteralError {
    std::string message;
    std::size_t offset = 0;  // into the token's text
};

using LiteralResult = std::variant<Value, LiteralError>;

/// Requires a token of kind integer, unsigned_integer or floating. `negative`: a minus stood directly before it.
LiteralResult number_literal(const Token& token, bool negative);

/// Requires a token of kind string or bytes. Handles r, b, triple quotes and escapes.
LiteralResult quoted_literal(const Token& token);

}  // namespace banyan::rules
