// SPDX-License-Identifier: Apache-2.0
#pragma once

// A JSON document as it was read, flat: each value is followed by what is inside it, and its strings lie in the
// reader's buffers. Nothing is allocated for it, which is what bulk ingest wants; whoever keeps a document makes a
// Value of it. Only a JsonReader builds views, and they live until it reads again.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/value.h"

namespace banyan::text {

class JsonView {
  public:
    using Kind = Value::Kind;  // of them null, boolean, integer, floating, string, list and map

    /// The values inside a list or a map, in order.
    class Iterator {
      public:
        explicit Iterator(const JsonView* at) : at_(at) {}
        const JsonView& operator*() const { return *at_; }
        const JsonView* operator->() const { return at_; }
        Iterator& operator++() {
            at_ += at_->extent_;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

      private:
        const JsonView* at_;
    };

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
    /// Under which this value stands in its map; empty where there is none.
    [[nodiscard]] std::string_view key() const { return key_; }

    // Each asserts the kind; ask kind() first.
    [[nodiscard]] bool boolean() const {
        ASSERT(is(Kind::boolean));
        return content_.boolean;
    }
    [[nodiscard]] std::int64_t integer() const {
        ASSERT(is(Kind::integer));
        return content_.integer;
    }
    [[nodiscard]] double floating() const {
        ASSERT(is(Kind::floating));
        return content_.floating;
    }
    [[nodiscard]] std::string_view string() const {
        ASSERT(is(Kind::string));
        return {content_.text, size_};
    }

    /// How many values are inside a list or a map.
    [[nodiscard]] std::size_t size() const {
        ASSERT(is(Kind::list) || is(Kind::map));
        return size_;
    }
    [[nodiscard]] Iterator begin() const { return Iterator(this + 1); }
    [[nodiscard]] Iterator end() const { return Iterator(this + extent_); }
    /// The value under the key, or nullptr.
    [[nodiscard]] const JsonView* find(std::string_view key) const;

    [[nodiscard]] Value to_value() const;

  private:
    friend class JsonBuilder;

    union Content {
        bool boolean;
        std::int64_t integer;
        double floating;
        const char* text;
    };

    std::string_view key_;
    Content content_{.integer = 0};
    std::size_t size_ = 0;      // bytes of a string, values in a list or a map
    std::uint32_t extent_ = 1;  // this value and all inside it
    Kind kind_ = Kind::null;
    bool repeats_a_key_ = false;  // a map that was read with `last_wins`
};

}  // namespace banyan::text
