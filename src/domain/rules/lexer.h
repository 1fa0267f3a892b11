// SPDX-License-Identifier: Apache-2.0
#pragma once

// Source text into tokens: only where each begins and ends and what sort it is. What a number or a quoted text means
// is decided by literal.h when the parser takes it. The whole source is cut up at once; it is small by its limit.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan::rules {

enum class TokenKind : std::uint8_t {
    end,
    name,
    quoted_name,
    integer,
    unsigned_integer,
    floating,
    string,
    bytes,
    keyword_in,
    keyword_true,
    keyword_false,
    keyword_null,
    symbol
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view text;  // of the source

    /// A symbol is named by its text: is("&&").
    [[nodiscard]] bool is(std::string_view symbol) const {
        return kind == TokenKind::symbol && text == symbol;
    }
};

/// The tokens, ending with one of kind `end`. They point into `source`.
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace banyan::rules
