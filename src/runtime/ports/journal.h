// SPDX-License-Identifier: Apache-2.0
#pragma once

// The journal of facts. It stores opaque records, each the next LSN of its partition, in one or more physical logs:
// one log a thread, several partitions a log, one sync a batch. What a record says is the codec's business; which
// records count (epochs, gaps, duplicates) is decided by runtime/chain.h, the same for every journal.
//
// Thread-safety: `append` and `seal` of one log are called by that log's thread only; `read` by any thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace banyan::runtime {

struct StoredRecord {
    PartitionId partition;
    Lsn lsn;
    std::string_view bytes;
};

struct JournalNumbers {
    std::uint64_t appended_bytes = 0;  // frames and records, since open
    std::uint64_t syncs = 0;
    std::uint64_t records = 0;
};

class Journal {
  public:
    virtual ~Journal() = default;

    /// Appends one batch to a log. When it returns ok, every record of it is durable; an error means nobody knows,
    /// and the log must not be used again before it was recovered (protocol: failed sync).
    virtual Result<void> append(std::uint32_t log, std::span<const StoredRecord> batch) = 0;

    /// An idle log is sealed: an empty frame says that everything before it was synced, so that later damage there is
    /// rot and not a torn tail.
    virtual Result<void> seal(std::uint32_t log) = 0;

    /// Every durable record in the order in which each partition wrote it (partitions interleave). The visitor's error
    /// ends the reading and is returned. Damage below a synced-through mark is `corrupt` and names file and offset.
    /// Records below `from(partition)` may be left out (whole segments of them are skipped unread).
    using Visitor = std::function<Result<void>(const StoredRecord&)>;
    using From = std::function<Lsn(PartitionId)>;
    virtual Result<void> replay(const From& from, const Visitor& visitor) = 0;

    /// One record's bytes; `not_found` when the journal has no such LSN.
    virtual Result<std::string> read(PartitionId partition, Lsn lsn) = 0;

    [[nodiscard]] virtual JournalNumbers numbers() const = 0;
};

}  // namespace banyan::runtime
