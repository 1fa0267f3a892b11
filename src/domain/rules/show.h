// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Term as its author would write it: 'CNY', 12.5, [1, 2], timestamp("2026-06-18T12:00:00Z"). For explanations, not
// for storing: long values are cut.

#include <string>

#include "domain/rules/term.h"

namespace banyan::rules {

std::string shown(const Term& term, std::size_t characters_max = 120);

}  // namespace banyan::rules
