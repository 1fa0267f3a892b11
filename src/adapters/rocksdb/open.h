// SPDX-License-Identifier: Apache-2.0
#pragma once

// Opening the database: how RocksDB is tuned, and how a directory that is not ours, newer or damaged is told apart.
// Internal to this adapter.

#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include "adapters/rocksdb/rocks_store.h"
#include "base/result.h"

namespace banyan::rocks {

struct Opened {
    std::unique_ptr<rocksdb::DB> database;
    std::vector<rocksdb::ColumnFamilyHandle*> tables;  // t0..t7, owned: destroyed before the database
    rocksdb::ColumnFamilyHandle* meta = nullptr;       // the default table; holds only what this adapter says

    Opened() = default;
    Opened(Opened&&) noexcept = default;
    Opened& operator=(Opened&&) noexcept = default;
    ~Opened();
};

Result<Opened> open_database(const std::string& path, const Options& options);

/// Writes a meaningless row into the meta table, so that a flush has something to flush.
Result<void> mark_compaction(Opened& opened, const std::string& path);

/// Returns when the directory holds no data file, log or manifest that is not in use; `unavailable` when it still
/// does after ten seconds.
Result<void> wait_until_only_live_files(Opened& opened, const std::string& path);

}  // namespace banyan::rocks
