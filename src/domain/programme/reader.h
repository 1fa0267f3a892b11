// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads one object of a document field by field, remembering where it stands and what went wrong first. Keys that
// nobody asked for are refused at the end, with the nearest key that exists.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace banyan::programme {

class Reader {
  public:
    Reader(const Value& value, std::string pointer);

    /// Optional fields; an absent one is nothing, a present one of the wrong kind is the error.
    std::optional<std::string> text(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
    /// The list under the key, empty when absent.
    std::vector<Reader> list(std::string_view key);
    std::optional<Reader> object(std::string_view key);
    /// One of the words, as its index; nothing when absent.
    std::optional<std::size_t> word(std::string_view key, std::initializer_list<std::string_view> words);

    std::string required_text(std::string_view key);
    std::int64_t required_integer(std::string_view key, std::int64_t min, std::int64_t max);

    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    [[nodiscard]] const Value& value() const { return value_; }
    void fail(std::string message, std::string_view key = {});

    /// The first thing that went wrong here, unknown keys included.
    Result<void> finish();

  private:
    const Value* take(std::string_view key);

    Value value_;
    std::string pointer_;
    std::vector<std::string> asked_;
    std::optional<Error> first_;
};

}  // namespace banyan::programme
