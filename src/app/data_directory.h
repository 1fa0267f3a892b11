// SPDX-License-Identifier: Apache-2.0
#pragma once

// The composition root: which adapter stands behind which port. Opens everything a data directory holds, in the order
// in which one protects the next: the lock, the brand file, keys, stores, the journal.

#include <memory>
#include <optional>
#include <string>

#include "adapters/files/file_journal.h"
#include "adapters/regex/re2_regex.h"
#include "adapters/rocksdb/rocks_store.h"
#include "adapters/system/directory_lock.h"
#include "adapters/system/openssl_digest.h"
#include "adapters/system/openssl_secrets.h"
#include "adapters/system/posix_disk.h"
#include "adapters/system/system_clock.h"
#include "adapters/system/tz_calendar.h"
#include "adapters/vault/store_vault.h"
#include "runtime/brand.h"

namespace banyan::app {

struct Creation {
    std::uint16_t partitions = 16;
};

struct Opening {
    std::uint32_t shards = 1;
    std::optional<Creation> create;  // what to create when the directory holds no brand; nothing = refuse
    std::string programme_document;  // for a new brand
    Duration sync_delay{};           // injected, for benchmarks
    bool test_clock = false;
    std::size_t memory_max = std::size_t{2} << 30U;
    std::uint64_t checkpoint_every = 2048;
};

/// Members are declared in the order of dependence, so that they go in the reverse.
class DataDirectory {
  public:
    static Result<std::unique_ptr<DataDirectory>> open(const std::string& path, const Opening& opening);

    runtime::Brand& brand() { return *brand_; }
    files::FileJournal& journal() { return *journal_; }
    [[nodiscard]] const runtime::BrandFile& file() const { return file_; }
    [[nodiscard]] const Digest& digest() const { return digest_; }
    [[nodiscard]] system::PosixDisk& disk() { return disk_; }
    [[nodiscard]] bool created() const { return created_; }

  private:
    DataDirectory(const std::string& path, system::DirectoryLock lock)
        : lock_(std::move(lock)), disk_(path) {}

    system::DirectoryLock lock_;
    system::PosixDisk disk_;
    system::SystemClock clock_;
    system::OpensslDigest digest_;
    system::TzCalendar calendar_;
    regex::Re2Regex regex_;
    runtime::BrandFile file_;
    bool created_ = false;
    std::unique_ptr<system::OpensslSecrets> secrets_;
    std::unique_ptr<rocks::RocksStore> checkpoints_;
    std::unique_ptr<rocks::RocksStore> directory_;
    std::unique_ptr<rocks::RocksStore> vault_rows_;
    std::unique_ptr<vault::StoreVault> vault_;
    std::unique_ptr<files::FileJournal> journal_;
    std::unique_ptr<runtime::Brand> brand_;
};

}  // namespace banyan::app
