// SPDX-License-Identifier: Apache-2.0
#include "text/byte_source.h"

#include <algorithm>

namespace banyan::text {

namespace {
// Small at first, for request bodies; soon large, for files.
constexpr std::size_t chunk_first = std::size_t{1} << 12U;
constexpr std::size_t chunk_last = std::size_t{1} << 18U;
}  // namespace

Result<std::size_t> MemorySource::read(std::span<char> buffer) {
    const std::size_t count = std::min({buffer.size(), bytes_.size(), step_});
    std::copy_n(bytes_.data(), count, buffer.data());
    bytes_.remove_prefix(count);
    return count;
}

Result<void> ByteWindow::more() {
    ASSERT(!is_last_);
    const std::size_t kept = end_ - start_;
    if (kept != 0 && start_ != 0) std::memmove(buffer_.data(), buffer_.data() + start_, kept);
    start_ = 0;
    end_ = kept;
    const std::size_t target = std::max(kept * 2, std::size_t{1});
    // A source that filled the buffer has more where that came from.
    const std::size_t chunk = was_filled_ ? std::min(buffer_.size() * 2, chunk_last) : chunk_first;
    buffer_.resize(std::max({buffer_.size(), chunk, target}));
    while (end_ < target) {
        const std::size_t count = TRY(source_.read(std::span(buffer_).subspan(end_)));
        ASSERT(count <= buffer_.size() - end_);
        if (count == 0) {
            is_last_ = true;
            break;
        }
        end_ += count;
    }
    was_filled_ = end_ == buffer_.size();
    return {};
}

void ByteWindow::drop(std::size_t count) {
    ASSERT(count <= end_ - start_);
    start_ += count;
    offset_ += count;
}

}  // namespace banyan::text
