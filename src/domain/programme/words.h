// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vocabularies of a programme: for each type of event that rules may listen to, the words that stand everywhere and
// those that its own declarations make. A new family of words is a loop in words.cpp (earning/words.h tells the rest).

#include "domain/programme/programme.h"

namespace banyan::programme {

/// One for each type of event, nobody listening yet. Requires everything that makes words to be read.
std::vector<earning::Listeners> vocabularies_of(const Programme& programme);

/// One for each type of event that metrics may listen to, with the words that stand everywhere.
std::vector<CountedEvent> countable_events(const Programme& programme);

/// What a tier's condition may read: the words that the programme's declarations make.
earning::Vocabulary criteria_of(const Programme& programme);

/// Lets every compiled rule listen to its event, and the words it reads be filled.
void listen(Programme& programme);

}  // namespace banyan::programme
