// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading a document that people wrote, strictly: every key is known, every value has its type, and what is wrong is
// said once, with its place and what would be right. A Fields walks one map; `finish` refuses what nobody asked for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "text/yaml.h"

namespace banyan::text {

class Fields {
  public:
    /// The value at `pointer`, which must be a map. Value and places must outlive this.
    static Result<Fields> of(const Value& value, std::string pointer, const Places& places);

    [[nodiscard]] bool has(std::string_view key);
    /// The value under the key, or nullptr (also for an explicit null).
    const Value* find(std::string_view key);

    Result<std::string> string(std::string_view key);
    Result<std::string> string_or(std::string_view key, std::string otherwise);
    Result<bool> boolean_or(std::string_view key, bool otherwise);
    Result<std::int64_t> integer_or(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                    std::int64_t most);
    Result<std::vector<std::string>> strings_or_none(std::string_view key);
    /// The index of the word in `words`.
    Result<std::size_t> one_of(std::string_view key, const std::vector<std::string_view>& words,
                               std::optional<std::size_t> otherwise = std::nullopt);
    Result<Fields> map(std::string_view key);

    /// Refuses the keys that were never asked for.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] std::string pointer(std::string_view key) const { return pointer_to(pointer_, key); }
    /// An error about the value under the key, or about the map itself when the key is empty.
    [[nodiscard]] Error error(std::string_view key, std::string message) const;

  private:
    Fields(const Map& map, std::string pointer, const Places& places)
        : map_(&map), pointer_(std::move(pointer)), places_(&places) {}

    [[nodiscard]] Error missing(std::string_view key) const;
    [[nodiscard]] Error wrong_kind(std::string_view key, std::string_view wanted) const;

    const Map* map_;
    std::string pointer_;
    const Places* places_;
    std::vector<std::string> asked_;
};

}  // namespace banyan::text
