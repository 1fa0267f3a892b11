// SPDX-License-Identifier: Apache-2.0
#pragma once

// What changes between two versions of a programme, in sentences that the people who run it read: "rule base: 1 point
// per 1 yuan becomes 2 points per 1 yuan". Units, ladders, tiers, rules and cost centres are met by their codes, so
// order and layout are no difference, nor is a default that is written out in one document only. A field that has no
// sentence of its own is told in the document's words: none is passed over.

#include <string>
#include <vector>

#include "base/value.h"

namespace banyan::programme {

enum class Language : unsigned char { en, zh };

/// Requires two documents that passed check(). Empty when they say the same.
std::vector<std::string> differences(const Value& before, const Value& after, Language language);

}  // namespace banyan::programme
