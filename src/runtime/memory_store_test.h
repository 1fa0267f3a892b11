// SPDX-License-Identifier: Apache-2.0
#pragma once

// A store in a map, for tests. What was written `eventually` is lost by a crash unless a later write was durable.

#include <map>

#include "runtime/ports/store.h"

namespace banyan::runtime::testing {

class MemoryStore final : public Store {
  public:
    using Rows = std::map<std::pair<std::uint8_t, std::string>, std::string>;

    Result<std::vector<std::optional<std::string>>> get(std::uint8_t table,
                                                        const std::vector<std::string>& keys) override {
        ++reads;
        std::vector<std::optional<std::string>> values;
        for (const std::string& key : keys) {
            const auto found = rows.find({table, key});
            values.push_back(found != rows.end() ? std::optional(found->second) : std::nullopt);
        }
        return values;
    }
    Result<void> write(const std::vector<Put>& batch, Durability durability) override {
        if (fails) return Error::io("the store's disk said no");
        ++writes;
        for (const Put& put : batch) {
            if (put.value)
                rows[{put.table, put.key}] = *put.value;
            else
                rows.erase({put.table, put.key});
        }
        if (durability == Durability::now) durable = rows;
        return {};
    }
    Result<void> scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) override {
        for (auto row = rows.lower_bound({table, std::string(prefix)}); row != rows.end(); ++row) {
            if (row->first.first != table || !row->first.second.starts_with(prefix)) break;
            if (!visitor(row->first.second, row->second)) break;
        }
        return {};
    }
    Result<void> compact() override {
        ++compactions;
        return {};
    }

    /// The power failed.
    void crash() { rows = durable; }

    Rows rows;
    Rows durable;
    int reads = 0;
    int writes = 0;
    int compactions = 0;
    bool fails = false;
};

}  // namespace banyan::runtime::testing
