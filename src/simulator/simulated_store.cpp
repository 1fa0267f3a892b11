// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_store.h"

namespace banyan::simulator {

void SimulatedStore::apply(Tables& tables, const std::vector<runtime::Put>& batch) {
    for (const runtime::Put& put : batch) {
        if (put.value)
            tables[put.table][put.key] = *put.value;
        else
            tables[put.table].erase(put.key);
    }
}

Result<std::vector<std::optional<std::string>>> SimulatedStore::get(std::uint8_t table,
                                                                    const std::vector<std::string>& keys) {
    std::vector<std::optional<std::string>> values;
    for (const std::string& key : keys) {
        const auto found = now_[table].find(key);
        values.push_back(found != now_[table].end() ? std::optional(found->second) : std::nullopt);
    }
    return values;
}

Result<void> SimulatedStore::write(const std::vector<runtime::Put>& batch, runtime::Durability durability) {
    const bool dies = faults_.dies_now();
    if (dies && faults_.random().percent(50)) faults_.die();
    apply(now_, batch);
    loose_.push_back(batch);
    if (dies) faults_.die();
    if (durability == runtime::Durability::now) {
        for (const auto& written : loose_) apply(durable_, written);
        loose_.clear();
    }
    return {};
}

Result<void> SimulatedStore::scan(std::uint8_t table, std::string_view prefix, const Visitor& visitor) {
    for (auto it = now_[table].lower_bound(prefix); it != now_[table].end(); ++it) {
        if (!std::string_view(it->first).starts_with(prefix)) break;
        if (!visitor(it->first, it->second)) break;
    }
    return {};
}

Result<void> SimulatedStore::compact() {
    if (faults_.dies_now()) faults_.die();
    return {};
}

void SimulatedStore::cut_power() {
    const std::size_t kept = faults_.random().below(loose_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(durable_, loose_[i]);
    loose_.clear();
    now_ = durable_;
}

void SimulatedStore::wipe() {
    now_ = {};
    durable_ = {};
    loose_.clear();
}

bool SimulatedStore::holds(std::string_view text) const {
    for (const auto* tables : {&now_, &durable_}) {
        for (const auto& table : *tables) {
            for (const auto& [key, value] : table) {
                if (key.find(text) != std::string::npos || value.find(text) != std::string::npos) return true;
            }
        }
    }
    return false;
}

}  // namespace banyan::simulator
