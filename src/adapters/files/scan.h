// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is in a journal directory that another run left: which runs count, how far each of their logs counts, and
// whether anything that was promised is damaged (protocol: frames).
//
// A run begins with a genesis frame in log 0, which is written and synced before anything is appended and names, for
// each log of the run before, the last batch that counts: its highest synced-through mark. What lay above those marks
// travels inside the genesis frame, so it becomes durable together with the cut. A run without an intact genesis
// frame never began and counts for nothing; so does whatever a process that lost the directory still writes into an
// older run.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "adapters/files/layout.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::files {

/// A frame that counts, with the file it stands in.
struct PlacedFrame {
    SegmentName segment;
    std::uint64_t offset = 0;
    Frame frame;
};
using FrameVisitor = std::function<Result<void>(const PlacedFrame&)>;

/// A frame above the last mark: valid, but nobody knows whether it was ever synced.
struct CarriedFrame {
    std::string records;
    std::uint32_t count = 0;
};

struct Found {
    std::uint32_t last_run = 0;                // highest number in use, begun or not
    std::uint32_t previous_run = 0;            // newest run that began; 0 = none
    std::vector<std::uint64_t> accepted_ends;  // of its logs
    std::vector<CarriedFrame> carried;
};

/// Reads and checks everything; the visitor sees each frame that counts, run by run and log by log.
Result<Found> scan(runtime::Disk& disk, const JournalId& journal, const FrameVisitor& visitor);

/// Reads one segment again: the frames with batches up to `last_batch`. Any damage among them is `corrupt`.
Result<void> read_segment(runtime::Disk& disk, const JournalId& journal, const SegmentName& name,
                          std::uint64_t last_batch, const FrameVisitor& visitor);

/// The records of a frame, each with the offset of its own header in the segment.
using RecordVisitor = std::function<Result<void>(const runtime::StoredRecord&, std::uint64_t offset)>;
Result<void> each_record(const PlacedFrame& placed, const RecordVisitor& visitor);

}  // namespace banyan::files
