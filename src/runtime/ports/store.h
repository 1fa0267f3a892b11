// SPDX-License-Identifier: Apache-2.0
#pragma once

// An ordered map of bytes to bytes, in named tables: checkpoints and indexes (disposable), the directory and the vault
// (not disposable, each a store of its own). A batch is written as a whole or not at all.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan::runtime {

struct Put {
    std::uint8_t table = 0;
    std::string key;
    std::optional<std::string> value;  // nothing = remove
};

enum class Durability : unsigned char { eventually, now };

class Store {
  public:
    virtual ~Store() = default;
    /// One answer for each key, in the order asked.
    virtual Result<std::vector<std::optional<std::string>>> get(std::uint8_t table,
                                                                const std::vector<std::string>& keys) = 0;
    /// Batches become durable in the order written; with `now`, this one (which may be empty) and all
    /// before it when the call returns.
    virtual Result<void> write(const std::vector<Put>& batch, Durability durability) = 0;
    /// In key order, every entry whose key starts with `prefix`; the visitor returns false to stop.
    using Visitor = std::function<bool(std::string_view key, std::string_view value)>;
    virtual Result<void> scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) = 0;
    /// Rewrites the files so that nothing removed or overwritten is left in them, and removes the old ones.
    virtual Result<void> compact() = 0;
};

}  // namespace banyan::runtime
