// SPDX-License-Identifier: Apache-2.0
#pragma once

// A store of bytes by key on RocksDB, the only room in the house where RocksDB is named. Eight tables, "t0" to "t7",
// share one write-ahead log, so a batch over several tables is written as a whole or not at all.
//
// Any thread may call anything; compact() runs beside reads and writes, but what is written while it runs may be
// left in files that it has already rewritten.

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "runtime/ports/store.h"

namespace banyan::rocks {

struct Options {
    std::uint64_t cache_bytes = 32ULL << 20U;   // data blocks kept in memory
    std::uint64_t buffer_bytes = 32ULL << 20U;  // what all tables together hold before they write a file
    int threads = 2;                            // flushes and compactions in the background
};

class RocksStore final : public runtime::Store {
  public:
    static constexpr std::uint8_t table_count = 8;

    /// Makes the directory when it is missing or empty. `conflict` when another process has it, `unsupported` when a
    /// newer version wrote it, `corrupt` when it holds anything else than an intact store of ours.
    static Result<std::unique_ptr<RocksStore>> open(const std::string& path, const Options& options);
    ~RocksStore() override;

    Result<std::vector<std::optional<std::string>>> get(std::uint8_t table,
                                                        const std::vector<std::string>& keys) override;
    Result<void> write(const std::vector<runtime::Put>& batch, runtime::Durability durability) override;
    Result<void> scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) override;
    Result<void> compact() override;

  private:
    struct Handles;
    explicit RocksStore(std::unique_ptr<Handles> handles);

    std::unique_ptr<Handles> handles_;
};

}  // namespace banyan::rocks
