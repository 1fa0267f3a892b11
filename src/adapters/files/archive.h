// SPDX-License-Identifier: Apache-2.0
#pragma once

// A segment that nothing is appended to any more, kept at half its size: the same bytes, cut into blocks that are
// compressed one by one, so that one record costs the reading of one block. Offsets, checksums and marks inside are
// those of the segment as it was written; whoever reads it does not know the difference.
//
//   journal/<run>-<log>/<number>.arc = header, table, block, block, ...
//   header = magic, format, segment size u64, block size u32, blocks u32, CRC of the table, CRC of what stands before
//   table  = for each block: its stored size u32, the CRC of what is stored u32
//   block  = one Zstandard frame (RFC 8878) of `block size` bytes, the last of what is left
//
// Numbers are little-endian. The archive takes its name only when it is whole and durable, and was read back and
// compared with the segment; only then the segment goes. Where both lie, the segment counts.

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/files/layout.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::files {

std::string archive_path_of(const SegmentName& name);

/// The segment for reading, archived or not; `not_found` when there is neither. A damaged archive is `corrupt`, with
/// file and offset. Reading is safe from any thread.
Result<std::unique_ptr<runtime::File>> open_segment(runtime::Disk& disk, const SegmentName& name);

struct ArchivedSize {
    std::uint64_t before = 0;  // bytes
    std::uint64_t after = 0;
};
/// Requires: nobody appends to the segment any more. Who has it open goes on reading it. After an error the segment is
/// as it was. `not_found` when it is archived already.
Result<ArchivedSize> archive_segment(runtime::Disk& disk, const SegmentName& name);

}  // namespace banyan::files
