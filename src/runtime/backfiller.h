// SPDX-License-Identifier: Apache-2.0
#pragma once

// Fills the measures that a later version of the programme brought from the journal, a slice a step, on the thread of the
// partitions: what a record counts is read and recorded with no other command in between, so an order's refunds so far
// are all its refunds. Everything it finds out is a fact (engine: BackfillRecord), so a process that ends goes on where
// the facts stand. A version's measures are complete when every partition was read and what was sent between them has
// arrived.

#include <map>
#include <optional>

#include "runtime/partition.h"

namespace banyan::runtime {

class Brand;
class Shard;

class Backfiller {
  public:
    Backfiller(Brand& brand, Shard& shard) : brand_(brand), shard_(shard) {}

    /// Reads a slice where something is to be filled. True when there was anything to read.
    bool step();

    /// How far a version's measures are filled here.
    struct Progress {
        ProgrammeVersion version;
        Lsn next;
        Lsn head;
    };
    /// The one under way; nothing when there is none.
    [[nodiscard]] std::optional<Progress> progress(const Partition& partition) const {
        const auto found = readings_.find(partition.id());
        if (found == readings_.end()) return std::nullopt;
        return Progress{found->second.version, found->second.next, partition.head()};
    }

  private:
    struct Reading {
        ProgrammeVersion version;  // whose measures
        Lsn next{1};               // the record to read next
        bool is_over = false;      // the records before the version are read
        Lsn last;                  // the partition's head then
    };
    bool step(Partition& partition);
    bool read(Partition& partition, Reading& reading);
    Result<void> count(Partition& partition, ProgrammeVersion version, const codec::Record& record);
    Result<void> count_event(Partition& partition, ProgrammeVersion version, const codec::Record& record,
                             const engine::RecordEvent& event);
    void complete(Partition& partition, const Reading& reading);

    Brand& brand_;
    Shard& shard_;
    std::map<PartitionId, Reading> readings_;
};

}  // namespace banyan::runtime
