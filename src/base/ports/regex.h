// SPDX-License-Identifier: Apache-2.0
#pragma once

// Regular expressions for pure code, in RE2's syntax: time linear in the text, whatever the pattern, because patterns
// come from authors and text from anybody. A pattern is a function of its text only.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan {

class Pattern {
  public:
    virtual ~Pattern() = default;
    /// Whether it matches anywhere in the text.
    [[nodiscard]] virtual bool found_in(std::string_view text) const = 0;

    /// The first match at or after `from`: the whole, then each group; a group that took no part has no data().
    /// Empty when there is none. The views point into `text`.
    [[nodiscard]] virtual std::vector<std::string_view> match(std::string_view text,
                                                              std::size_t from) const = 0;
    [[nodiscard]] virtual std::size_t group_count() const = 0;
};

class Regex {
  public:
    virtual ~Regex() = default;
    /// `invalid`, with what is wrong in it, when it is no pattern.
    [[nodiscard]] virtual Result<std::shared_ptr<const Pattern>> pattern(std::string_view text) const = 0;
};

}  // namespace banyan
