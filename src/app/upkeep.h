// SPDX-License-Identifier: Apache-2.0
#pragma once

// What keeps a data directory trustworthy: audit, replay, backup, restore, doctor.

#include <string>

namespace banyan::app {

struct UpkeepOptions {
    std::string data;
    std::string target;      // backup: where to; restore: from where
    bool with_keys = false;  // backup: take the brand's keys along (anyone who has them can open the vault)
    std::string keys;        // restore: the directory `keys` of the brand, when the backup has none
    std::string erasures;    // restore: the data directory that knows who was erased since the backup
    bool nobody_was_erased = false;  // restore: said instead
};

/// Checks every invariant that has a subject, prints what was checked and the state hash. Exit 0 only when all hold.
int audit_data(const UpkeepOptions& options);
/// Drops the checkpoint, rebuilds all state from the journal, prints the rate and the state hash.
int replay_data(const UpkeepOptions& options);
/// Copies a data directory, also while it is served, and verifies the copy by auditing it.
int backup_data(const UpkeepOptions& options);
int restore_data(const UpkeepOptions& options);
/// Looks at what usually goes wrong: directory, disk, keys, clock, zone database.
int doctor(const UpkeepOptions& options);

}  // namespace banyan::app
