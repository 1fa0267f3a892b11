// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads one object of a document field by field and gathers what is wrong with it. A field that cannot be read gives
// its default, so that the reading goes on and finds the next mistake. Keys that nobody asked for are named at the
// end, with the nearest key that exists.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "domain/programme/finding.h"

namespace banyan::programme {

class Reader {
  public:
    /// The findings must outlive the reader.
    Reader(const Value& value, std::string pointer, Findings& findings);

    /// Optional fields; an absent one is nothing, a present one of the wrong kind is an error and nothing.
    std::optional<std::string> text(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
    std::optional<bool> boolean(std::string_view key);
    /// The objects of the list under the key, empty when absent.
    std::vector<Reader> list(std::string_view key);
    /// The words of the list under the key, empty when absent. Wrong ones are told of and empty.
    std::vector<std::string> texts(std::string_view key);
    std::optional<Reader> object(std::string_view key);
    /// One of the words, as its index; nothing when absent.
    std::optional<std::size_t> word(std::string_view key, std::initializer_list<std::string_view> words);

    std::string required_text(std::string_view key);
    std::int64_t required_integer(std::string_view key, std::int64_t min, std::int64_t max);

    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    [[nodiscard]] std::string pointer_to(std::string_view key) const;
    [[nodiscard]] const Value& value() const { return value_; }
    [[nodiscard]] Findings& findings() const { return *findings_; }
    [[nodiscard]] bool has(std::string_view key) const;
    void fail(std::string message, std::string_view key = {});
    /// At a place below this object: "limits/0".
    void fail_at(const std::string& place, std::string message);
    void warn(std::string message, std::string_view key = {});

    /// These are known, and read later.
    void expect(std::initializer_list<std::string_view> keys) {
        asked_.insert(asked_.end(), keys.begin(), keys.end());
    }
    /// Names the keys that nobody asked for and the required ones that are not there. Call it once, at the end.
    void finish();

  private:
    const Value* take(std::string_view key);

    Value value_;
    std::string pointer_;
    Findings* findings_;
    std::vector<std::string> asked_;
    std::vector<std::string> missing_;
};

}  // namespace banyan::programme
