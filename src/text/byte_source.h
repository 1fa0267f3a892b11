// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a streaming reader takes its bytes from: a file, a request body, a string. `ByteWindow` is the part of it
// that is in memory: the readers look at it, ask for more, and drop what they have handed out.

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan::text {

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// Fills the front of `buffer` and says how many bytes; 0 means the end. May give less than asked for.
    virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

class MemorySource final : public ByteSource {
  public:
    /// `bytes` must outlive the source. `step` bounds one read, for tests.
    explicit MemorySource(std::string_view bytes, std::size_t step = std::string_view::npos)
        : bytes_(bytes), step_(step) {}

    Result<std::size_t> read(std::span<char> buffer) override;

  private:
    std::string_view bytes_;
    std::size_t step_;
};

class ByteWindow {
  public:
    explicit ByteWindow(ByteSource& source) : source_(source) {}

    /// The bytes that were read and not yet dropped. Valid until more().
    [[nodiscard]] std::string_view bytes() const { return {buffer_.data() + start_, end_ - start_}; }
    /// Position of the first of them in the source.
    [[nodiscard]] std::size_t offset() const { return offset_; }
    /// Whether bytes() reaches to the end of the source.
    [[nodiscard]] bool is_last() const { return is_last_; }

    /// At least doubles bytes(), unless the source ends before; so looking again from the front costs linear time in
    /// all. Requires !is_last().
    Result<void> more();
    /// Drops `count` bytes from the front.
    void drop(std::size_t count);

  private:
    ByteSource& source_;
    std::vector<char> buffer_;
    std::size_t start_ = 0;
    std::size_t end_ = 0;
    std::size_t offset_ = 0;
    bool is_last_ = false;
    bool was_filled_ = false;
};

}  // namespace banyan::text
