// SPDX-License-Identifier: Apache-2.0
#pragma once

// A command that trips an assertion is noted outside the journal before the process aborts; after the restart its
// fingerprint is refused, so that one poisonous request cannot stop a brand for ever. The note is no state: deleting
// the file `quarantine/<fingerprint>` lets the request be tried again.

#include <set>

#include "base/id.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::runtime {

/// Names the command that this thread decides, for as long as it lives.
class UnderDecision {
  public:
    explicit UnderDecision(Fingerprint fingerprint);
    ~UnderDecision();
    UnderDecision(const UnderDecision&) = delete;
    UnderDecision& operator=(const UnderDecision&) = delete;
};

/// Installs the assertion hook that writes the note to this disk.
void note_assertions_on(Disk* disk);

Result<std::set<Fingerprint>> read_quarantine(Disk& disk);

}  // namespace banyan::runtime
