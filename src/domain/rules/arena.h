// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory for what an evaluation makes on the way: joined strings, built lists. Nothing is freed one by one; the owner
// (a Program for its constants, a Scratch for one evaluation) drops or resets the whole. An arena that is never
// asked allocates nothing, so ordinary predicates touch no heap.

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/assert.h"

namespace banyan::rules {

class Arena {
  public:
    /// `size` bytes aligned for any scalar; valid until reset() or the arena's end.
    std::byte* allocate(std::size_t size) {
        constexpr std::size_t alignment = alignof(std::max_align_t);
        size = (size + alignment - 1) / alignment * alignment;
        if (blocks_.empty() || blocks_.back().size - used_ < size) grow(size);
        std::byte* place = blocks_.back().bytes.get() + used_;
        used_ += size;
        return place;
    }

    /// Requires a trivially copyable T; the elements must be written before they are read.
    template <typename T>
    T* array(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T>);
        return reinterpret_cast<T*>(allocate(count * sizeof(T)));
    }

    std::string_view copy(std::string_view text) {
        if (text.empty()) return {};
        char* place = array<char>(text.size());
        std::memcpy(place, text.data(), text.size());
        return {place, text.size()};
    }

    /// Forgets everything but keeps the largest block for the next evaluation.
    void reset() {
        if (blocks_.size() > 1) {
            std::swap(blocks_.front(), blocks_.back());
            blocks_.resize(1);
        }
        used_ = 0;
    }

  private:
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    void grow(std::size_t at_least) {
        std::size_t size = blocks_.empty() ? 1024 : blocks_.back().size * 2;
        if (size > block_bytes_max) size = block_bytes_max;
        if (size < at_least) size = at_least;
        blocks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
        used_ = 0;
    }

    static constexpr std::size_t block_bytes_max = std::size_t{1} << 20U;

    std::vector<Block> blocks_;
    std::size_t used_ = 0;
};

}  // namespace banyan::rules
