// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is allowed and yet probably not meant: a condition that no event can meet, one that every event meets, an amount
// that is never anything, a rule that says what another says. Each is a warning with its reason. Nothing is
// doubted by guess: a condition is called impossible only when its comparisons exclude each other, or the range
// that a word has (a month is 1 to 12).

#include "domain/programme/programme.h"

namespace banyan::programme {

/// Requires a programme without errors, its parts in the order of the document.
void doubt(const Programme& programme, Findings& findings);

}  // namespace banyan::programme
