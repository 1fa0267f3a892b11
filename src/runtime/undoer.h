// SPDX-License-Identifier: Apache-2.0
#pragma once

// Carries out what engine::Job describes, a slice a step, on the thread of the partitions: it walks the journal from the
// newest record of the job to the first, and decides each compensation as a command. A preview decides the same on
// throw-away copies, member by member. Where it stands is in the job's own facts, so a process that ends goes on there.

#include <map>
#include <utility>
#include <vector>

#include "runtime/partition.h"
#include "runtime/undoings.h"

namespace banyan::runtime {

class Brand;
class Shard;

class Undoer {
  public:
    Undoer(Brand& brand, Shard& shard) : brand_(brand), shard_(shard) {}

    /// A slice of each job that is under way. True when there was any.
    bool step();

    /// How far a job is here; `here` of it since `began`, on the monotonic clock.
    struct Walk {
        std::uint64_t records = 0;
        std::uint64_t walked = 0;
        std::uint64_t here = 0;
        Duration began;
    };
    [[nodiscard]] Walk walk(PartitionId partition, std::uint64_t number, const engine::Job& job) const;

  private:
    struct Reading {
        engine::JobState state = engine::JobState::previewing;
        engine::JobOpened job;
        Lsn next;  // the record to read; 0 = all were read
        std::uint64_t here = 0;
        Duration began;
        // Of a preview: whose records have something to undo, sorted once all were read.
        std::vector<std::pair<MemberId, Lsn>> found;
        std::size_t decided = 0;  // so many of them
        engine::JobTally tally;
    };
    void step(Partition& partition, std::uint64_t number, Reading& reading);
    Result<void> undo(Partition& partition, std::uint64_t number, Reading& reading);
    Result<void> find(Partition& partition, Reading& reading);
    Result<void> preview(Partition& partition, std::uint64_t number, Reading& reading);
    Result<void> preview_member(Partition& partition, std::uint64_t number, Reading& reading);
    Result<bool> compensate(Partition& partition, const engine::Command& command);
    [[nodiscard]] engine::Command command_of(Partition& partition, std::uint64_t number, Lsn record,
                                             const Undoing& undoing) const;
    void tell(Partition& partition, std::uint64_t number, decltype(engine::TellJob::what) what);

    Brand& brand_;
    Shard& shard_;
    std::map<std::pair<PartitionId, std::uint64_t>, Reading> readings_;
};

}  // namespace banyan::runtime
