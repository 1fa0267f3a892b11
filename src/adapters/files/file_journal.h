// SPDX-License-Identifier: Apache-2.0
#pragma once

// The journal of facts in segment files, over the runtime's Disk (so that the simulator can stand in for the real
// one). layout.h tells the bytes, scan.h what of an earlier run counts. Each opening begins a new run; records of
// earlier runs stay where they are.
//
// One append is one write and one sync; a log has one batch outstanding, so a frame's synced-through mark is the batch
// before it. After any failed write or sync the log refuses everything until the journal is opened anew.
//
// Threads: append and seal of one log by that log's thread; read, replay and numbers by any thread; archive_closed by
// one at a time.

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/files/archive.h"
#include "adapters/files/layout.h"
#include "adapters/files/record_index.h"
#include "adapters/files/scan.h"
#include "base/instant.h"
#include "runtime/ports/disk.h"
#include "runtime/ports/journal.h"

namespace banyan::files {

struct Options {
    JournalId journal_id{};
    std::uint32_t logs = 1;
    std::uint64_t segment_bytes_max = 64ULL << 20U;
    Duration sync_delay{};  // added to each sync, to measure what a slower disk would do
};

class FileJournal final : public runtime::Journal {
  public:
    /// Checks everything that is there, recovers what may never have been synced, and begins a new run. `corrupt`
    /// names file and offset; `conflict` is another journal's files; `unsupported` a newer format. Requires: no other
    /// process uses the directory (lock_directory).
    static Result<std::unique_ptr<FileJournal>> open(runtime::Disk& disk, const Options& options);
    ~FileJournal() override;

    Result<void> append(std::uint32_t log, std::span<const runtime::StoredRecord> batch) override;
    Result<void> seal(std::uint32_t log) override;
    Result<void> replay(const From& from, const Visitor& visitor) override;
    Result<std::string> read(PartitionId partition, Lsn lsn) override;
    [[nodiscard]] runtime::JournalNumbers numbers() const override;

    /// Archives the segments of at least `bytes_min` that nothing is appended to any more (archive.h); what it took and
    /// what is left of it. For one thread that has time, beside all others.
    Result<ArchivedSize> archive_closed(std::uint64_t bytes_min);

  private:
    struct Log;
    /// A segment that counts, in the order in which segments are replayed.
    struct Known {
        SegmentName name;
        std::uint64_t last_batch = 0;           // up to which it counts
        std::map<PartitionId, Lsn> last_lsns;   // so that replay can pass over it unread
        std::shared_ptr<runtime::File> reader;  // opened on the first read
    };

    FileJournal(runtime::Disk& disk, const Options& options);
    Result<void> recover();
    Result<void> begin_run(const Found& found);
    Result<void> begin_log(std::uint32_t run, std::uint32_t number);
    Result<void> begin_next_segment(Log& log);
    Result<void> write_frame(Log& log, FrameKind kind, std::uint32_t records);
    Result<void> index_frame(const PlacedFrame& placed);
    std::uint32_t know(const SegmentName& name);
    Result<std::shared_ptr<runtime::File>> reader_of(std::uint32_t segment);

    runtime::Disk& disk_;
    Options options_;
    std::vector<std::unique_ptr<Log>> logs_;

    std::mutex mutex_;  // guards the three below; held for look-ups only, never across the disk
    RecordIndex index_;
    std::vector<Known> segments_;
    std::size_t readers_open_ = 0;

    std::atomic<std::uint64_t> appended_bytes_{0};
    std::atomic<std::uint64_t> syncs_{0};
    std::atomic<std::uint64_t> records_{0};
};

}  // namespace banyan::files
