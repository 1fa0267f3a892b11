// SPDX-License-Identifier: Apache-2.0
#pragma once

// The Regex port on RE2, the library whose syntax CEL names: no backtracking, so that a pattern an author writes cannot
// hold up the engine on a text that somebody else sends. Patterns are UTF-8 and may be shared between threads.

#include "base/ports/regex.h"

namespace banyan::regex {

class Re2Regex : public Regex {
  public:
    [[nodiscard]] Result<std::shared_ptr<const Pattern>> pattern(std::string_view text) const override;
};

}  // namespace banyan::regex
