// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading a JSON object field by field, strictly: what is not asked for is refused, and every error carries the JSON
// pointer of the place to blame. The pointer is only spelled out when there is an error, so that reading what is
// right costs no strings. Errors never repeat a value: it may be personal.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "text/json_view.h"

namespace banyan::http {

/// A place in the document, as a chain up to its root. Lives on the stack of the reader.
struct Place {
    const Place* up = nullptr;
    std::string_view key;
    std::size_t index = no_index;

    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);
    [[nodiscard]] std::string pointer() const;
};

class Object {
  public:
    /// `place` and the view must outlive the object.
    static Result<Object> of(const text::JsonView& view, const Place& place);

    /// The value under the key, which counts as read from now on; nullptr when it is not there.
    const text::JsonView* take(std::string_view key);
    [[nodiscard]] bool has(std::string_view key) const { return map_->find(key) != nullptr; }
    /// Whether null stands under the key; then it counts as read.
    bool take_null(std::string_view key);
    [[nodiscard]] std::size_t size() const { return map_->size(); }

    /// Text of 1 to `bytes_max` bytes without control characters.
    Result<std::string_view> text(std::string_view key, std::size_t bytes_max);
    Result<std::optional<std::string_view>> optional_text(std::string_view key, std::size_t bytes_max);
    /// A declared word: letters, digits and "_.-", beginning with a letter or digit.
    Result<std::string_view> word(std::string_view key, std::size_t bytes_max);
    /// A positive whole number of at most 10^9.
    Result<std::int64_t> count(std::string_view key);
    Result<Object> object(std::string_view key, const Place& place);

    /// Refuses what nobody took.
    Result<void> finish() const;

    [[nodiscard]] Error error(std::string_view key, std::string message) const;
    [[nodiscard]] Error missing(std::string_view key) const;
    [[nodiscard]] const Place& place() const { return *place_; }

  private:
    Object(const text::JsonView& map, const Place& place) : map_(&map), place_(&place) {}
    Result<std::string_view> checked_text(const text::JsonView& view, std::string_view key,
                                          std::size_t bytes_max) const;

    const text::JsonView* map_;
    const Place* place_;
    std::uint64_t taken_ = 0;  // bit i: entry i was read; objects of more than 64 entries are refused by of()
};

bool is_word(std::string_view text);

}  // namespace banyan::http
