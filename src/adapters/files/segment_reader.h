// SPDX-License-Identifier: Apache-2.0
#pragma once

// One segment, frame after frame, through a window of a few megabytes: a journal is read whenever it is opened, and
// most of the time of reading whole files goes into fresh memory.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/files/layout.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::files {

class SegmentReader {
  public:
    /// Nothing when there is no such file. A newer format and another journal's file are errors.
    static Result<std::optional<SegmentReader>> open(runtime::Disk& disk, const JournalId& journal,
                                                     const SegmentName& name);

    [[nodiscard]] const SegmentName& name() const { return name_; }
    [[nodiscard]] bool is_intact() const { return is_intact_; }
    [[nodiscard]] const SegmentHeader& header() const { return header_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// The frame at this offset, or nothing when there is no valid one. It stays readable until the next call.
    Result<std::optional<Frame>> frame_at(std::uint64_t offset);

    /// The first valid frame at or behind this offset, wherever it begins; for looking behind damage.
    struct Placed {
        std::uint64_t offset = 0;
        Frame frame;
    };
    Result<std::optional<Placed>> next_valid(std::uint64_t offset);

  private:
    /// At least `size` bytes from `offset` on, fewer at the end of the file.
    Result<std::string_view> bytes_at(std::uint64_t offset, std::uint64_t size);

    SegmentName name_;
    std::unique_ptr<runtime::File> file_;
    std::uint64_t size_ = 0;
    bool is_intact_ = false;
    SegmentHeader header_;
    FrameSeed seed_;
    std::uint64_t window_begin_ = 0;
    std::string window_;
};

}  // namespace banyan::files
