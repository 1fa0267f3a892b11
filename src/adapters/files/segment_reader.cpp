// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/segment_reader.h"

#include <algorithm>
#include <utility>

#include "adapters/files/archive.h"

namespace banyan::files {

namespace {
constexpr std::uint64_t window_bytes = 1ULL << 20U;
}

Result<std::optional<SegmentReader>> SegmentReader::open(runtime::Disk& disk, const JournalId& journal,
                                                         const SegmentName& name) {
    auto file = open_segment(disk, name);
    if (!file) {
        if (file.error().code == ErrorCode::not_found) return std::optional<SegmentReader>{};
        return file.error();
    }
    SegmentReader reader;
    reader.name_ = name;
    reader.file_ = std::move(file).value();
    reader.size_ = reader.file_->size();
    reader.seed_ = FrameSeed(journal, name);
    const HeaderReading reading =
        read_segment_header(TRY(reader.bytes_at(0, segment_header_size)), journal, name);
    if (reading.verdict == HeaderVerdict::newer) {
        return Error{ErrorCode::unsupported,
                     "the journal was written by a newer version of this programme; use that one",
                     path_of(name)};
    }
    if (reading.verdict == HeaderVerdict::foreign) {
        return Error{ErrorCode::conflict, "the segment belongs to another journal; it must not lie here",
                     path_of(name)};
    }
    reader.is_intact_ = reading.verdict == HeaderVerdict::intact;
    reader.header_ = reading.header;
    return std::optional<SegmentReader>(std::move(reader));
}

Result<std::string_view> SegmentReader::bytes_at(std::uint64_t offset, std::uint64_t size) {
    const bool begins_inside = offset >= window_begin_ && offset <= window_begin_ + window_.size();
    const std::uint64_t end = std::min(offset + size, size_);
    if (!begins_inside || end > window_begin_ + window_.size()) {
        window_ = TRY(file_->read(offset, static_cast<std::size_t>(std::max(size, window_bytes))));
        window_begin_ = offset;
    }
    return std::string_view(window_).substr(static_cast<std::size_t>(offset - window_begin_));
}

Result<std::optional<Frame>> SegmentReader::frame_at(std::uint64_t offset) {
    if (offset + frame_header_size > size_) return std::optional<Frame>{};
    std::string_view bytes = TRY(bytes_at(offset, frame_header_size));
    const auto claimed = frame_size(bytes);
    if (!claimed || *claimed > size_ - offset) return std::optional<Frame>{};
    bytes = TRY(bytes_at(offset, *claimed));
    return read_frame(bytes, seed_.at(offset));
}

Result<std::optional<SegmentReader::Placed>> SegmentReader::next_valid(std::uint64_t offset) {
    constexpr std::string_view magic("BNFM", 4);
    while (offset + frame_header_size <= size_) {
        const std::string_view bytes = TRY(bytes_at(offset, frame_header_size));
        if (bytes.size() < frame_header_size) break;  // the file is shorter than it said
        const auto found = bytes.find(magic);
        if (found == std::string_view::npos) {
            offset += bytes.size() - (magic.size() - 1);
            continue;
        }
        offset += found;
        const auto frame = TRY(frame_at(offset));
        if (frame) return std::optional<Placed>(Placed{offset, *frame});
        ++offset;
    }
    return std::optional<Placed>{};
}

}  // namespace banyan::files
