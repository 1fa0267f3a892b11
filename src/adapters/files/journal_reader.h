// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads a journal from outside, beside the process that writes it: no lock, no new run, not a byte written. What is not
// known to have been synced is not shown.

#include "adapters/files/layout.h"
#include "runtime/ports/disk.h"
#include "runtime/ports/journal.h"

namespace banyan::files {

/// Every record that is known to be durable, in the order of each partition; some may be shown twice, as duplicates
/// that a chain ignores. `corrupt` names file and offset.
Result<void> read_beside(runtime::Disk& disk, const JournalId& journal,
                         const runtime::Journal::Visitor& visitor);

/// How many bytes the journal's segments hold now, archived or not.
Result<std::uint64_t> bytes_of_journal(runtime::Disk& disk);

}  // namespace banyan::files
