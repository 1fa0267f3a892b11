// SPDX-License-Identifier: Apache-2.0
#pragma once

// A store in memory for tests. What is removed or overwritten stays in `remains` until compact(), as it does on a disk.
// Writing can be made to fail at a chosen operation.

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/ports/store.h"

namespace banyan::vault {

class MemoryStore final : public runtime::Store {
  public:
    [[nodiscard]] int syncs() const { return syncs_; }
    void fail_from(std::uint64_t operation) { fail_from_ = operation; }

    /// Whether these bytes are anywhere in it, removed or not.
    [[nodiscard]] bool contains(std::string_view bytes) {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        for (const auto& table : tables_) {
            for (const auto& [key, value] : table) {
                if (key.find(bytes) != std::string::npos || value.find(bytes) != std::string::npos)
                    return true;
            }
        }
        for (const std::string& gone : remains_) {
            if (gone.find(bytes) != std::string::npos) return true;
        }
        return false;
    }
    std::map<std::string, std::string, std::less<>>& table(std::size_t number) { return tables_.at(number); }

    Result<std::vector<std::optional<std::string>>> get(std::uint8_t table,
                                                        const std::vector<std::string>& keys) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        std::vector<std::optional<std::string>> answers;
        for (const std::string& key : keys) {
            const auto found = tables_.at(table).find(key);
            answers.push_back(found == tables_.at(table).end() ? std::nullopt : std::optional(found->second));
        }
        return answers;
    }
    Result<void> write(const std::vector<runtime::Put>& batch, runtime::Durability durability) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        TRY(operation());
        if (durability == runtime::Durability::now) ++syncs_;
        for (const runtime::Put& put : batch) {
            auto& rows = tables_.at(put.table);
            const auto found = rows.find(put.key);
            if (found != rows.end()) remains_.push_back(found->first + found->second);
            if (put.value) {
                rows[put.key] = *put.value;
            } else if (found != rows.end()) {
                rows.erase(found);
            }
        }
        return {};
    }
    Result<void> scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        const auto rows = tables_.at(table);
        for (auto it = rows.lower_bound(prefix); it != rows.end() && it->first.starts_with(prefix); ++it) {
            if (!visitor(it->first, it->second)) break;
        }
        return {};
    }
    Result<void> compact() override {
        const std::lock_guard<std::recursive_mutex> guard(mutex_);
        TRY(operation());
        remains_.clear();
        return {};
    }

  private:
    Result<void> operation() {
        if (fail_from_ == 0) return Error::io("the test says so", "store");
        --fail_from_;
        return {};
    }

    std::recursive_mutex mutex_;  // a visitor may write
    std::array<std::map<std::string, std::string, std::less<>>, 8> tables_;
    std::vector<std::string> remains_;
    int syncs_ = 0;
    std::uint64_t fail_from_ = ~std::uint64_t{0};
};

}  // namespace banyan::vault
