// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accepted command ids, for ever (invariant I1). One index for the whole process, so an id is found whatever member it
// is used with. What is durable moves from memory into the store, sorted, off the command's path. A reservation keeps
// two threads from accepting one id at the same time.

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "runtime/ports/store.h"
#include "runtime/table.h"

namespace banyan::runtime {

struct Accepted {
    PartitionId partition;
    Lsn lsn;  // 0 = reserved, being decided
    Fingerprint fingerprint;
};

class Ids {
  public:
    Ids(Store& store, std::uint8_t table) : store_(store), table_(table) {}

    /// What is known of the id; when nothing, it is reserved until `accept` or `release`.
    Result<std::optional<Accepted>> find_or_reserve(KeyedId id);
    Result<std::optional<Accepted>> find(KeyedId id);
    void accept(KeyedId id, const Accepted& accepted);
    void release(KeyedId id);

    /// Up to `most` accepted ids of the partition at or below `durable`, as rows; `saved` forgets them here.
    std::vector<KeyedId> collect(PartitionId partition, std::size_t most, Lsn durable,
                                 std::vector<Put>& rows);
    void saved(PartitionId partition, const std::vector<KeyedId>& ids);
    /// The oldest LSN of the partition whose id is not in the store, or `otherwise`.
    Lsn first_unsaved(PartitionId partition, Lsn otherwise);
    /// The store holds ids from an earlier life.
    void expect_stored() { stored_ = true; }

  private:
    std::mutex mutex_;
    Store& store_;
    std::uint8_t table_;
    bool stored_ = false;
    Table<KeyedId, Accepted> recent_;
    std::map<PartitionId, std::vector<KeyedId>> unsaved_;  // in LSN order
};

}  // namespace banyan::runtime
