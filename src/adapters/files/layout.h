// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bytes of a journal directory (a one-way door; every released layout stays readable):
//
//   journal/<run>-<log>/<number>.seg     run, log and number in decimal, padded with zeros
//   segment  = header, frame, frame, ...
//   header   = magic, format, journal id, run, log, number, first batch, CRC
//   frame    = magic, CRC, kind, log, batch, synced-through batch, length, records; then the payload
//   payload  = records: partition u16, LSN u64, length u32, bytes
//
// All numbers are little-endian. A frame's CRC is seeded with the journal id, run, log, segment number and the frame's
// own offset, so a frame is valid in the one place it was written to and nowhere else: an old block that a disk brings
// back, or a record that happens to contain a frame, is never taken for one.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/ports/journal.h"

namespace banyan::files {

using JournalId = std::array<std::uint8_t, 16>;

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t segment_header_size = 64;
inline constexpr std::size_t frame_header_size = 44;
inline constexpr std::size_t record_header_size = 14;

/// Which file: everything a checksum is seeded with.
struct SegmentName {
    std::uint32_t run = 0;
    std::uint32_t log = 0;
    std::uint32_t number = 0;
    bool operator==(const SegmentName&) const = default;
};

std::string run_directory(std::uint32_t run, std::uint32_t log);
std::string path_of(const SegmentName& name);
/// "000012-03" -> {12, 3}; nothing for any other name.
struct RunLog {
    std::uint32_t run = 0;
    std::uint32_t log = 0;
};
std::optional<RunLog> parse_run_directory(std::string_view name);
/// "000001.seg" -> 1; so is "000001.arc", the same segment archived (archive.h).
std::optional<std::uint32_t> parse_segment_file(std::string_view name);

struct SegmentHeader {
    JournalId journal{};
    SegmentName name;
    std::uint64_t first_batch = 0;  // everything before it was synced when this segment was begun
};

std::string encode(const SegmentHeader& header);

/// What the first bytes of a segment are. `damaged` may mean that it was torn while being written.
enum class HeaderVerdict : unsigned char { intact, damaged, newer, foreign };
struct HeaderReading {
    HeaderVerdict verdict = HeaderVerdict::damaged;
    SegmentHeader header;
};
HeaderReading read_segment_header(std::string_view bytes, const JournalId& journal, const SegmentName& name);

enum class FrameKind : std::uint32_t {
    records = 1,
    seal = 2,     // no records: says that what lies before it was synced
    genesis = 3,  // first frame of log 0 of a run: where earlier logs end, and the records carried over
};

struct FrameHeader {
    FrameKind kind = FrameKind::records;
    std::uint32_t log = 0;
    std::uint64_t batch = 0;
    std::uint64_t synced_through = 0;
    std::uint32_t length = 0;   // of the payload
    std::uint32_t records = 0;  // in the payload
};

/// Everything that seeds the checksums of one segment's frames, worked in once.
class FrameSeed {
  public:
    FrameSeed() = default;
    FrameSeed(const JournalId& journal, const SegmentName& name);
    [[nodiscard]] std::uint32_t at(std::uint64_t offset) const;

  private:
    std::uint32_t seed_ = 0;
};

/// Fills the first frame_header_size bytes of `frame`, whose payload follows them.
void seal_frame(std::string& frame, FrameHeader header, const FrameSeed& seed, std::uint64_t offset);

struct Frame {
    FrameHeader header;
    std::string_view payload;
};
/// How many bytes the frame that begins here claims to have; nothing when no frame begins here.
std::optional<std::uint64_t> frame_size(std::string_view bytes);
/// The frame that begins here, or nothing when there is no valid one. `seed` is FrameSeed::at its offset.
std::optional<Frame> read_frame(std::string_view bytes, std::uint32_t seed);

void append_record(std::string& payload, const runtime::StoredRecord& record);
/// Takes one record off the front of a payload; nothing when it does not hold one.
std::optional<runtime::StoredRecord> take_record(std::string_view& payload);

/// What stands before a record's bytes.
struct RecordHeader {
    PartitionId partition;
    Lsn lsn;
    std::uint32_t length = 0;
};
std::optional<RecordHeader> read_record_header(std::string_view bytes);

/// What the genesis frame of a run says about the run before it.
struct Genesis {
    std::uint32_t previous_run = 0;            // 0 = this is the journal's first run
    std::uint32_t logs = 0;                    // of this run
    std::vector<std::uint64_t> accepted_ends;  // last batch that counts, for each log of the previous run
};
std::string encode(const Genesis& genesis);
/// Takes it off the front of a genesis payload; what remains are records.
std::optional<Genesis> take_genesis(std::string_view& payload);

}  // namespace banyan::files
