// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_vault.h"

#include <algorithm>

#include "runtime/normalise.h"

namespace banyan::simulator {

namespace {
Error destroyed() { return {ErrorCode::not_found, "the member's key was destroyed", "vault"}; }
}  // namespace

Result<void> SimulatedVault::put(MemberId member, members::VaultVersion version,
                                 const runtime::Profile& profile) {
    const bool dies = faults_.dies_now();
    if (dies && faults_.random().percent(50)) faults_.die();
    if (destroyed_.contains(member)) return Error{ErrorCode::refused, "the member was destroyed", "vault"};
    const auto [row, is_new] = rows_.try_emplace({member, version}, profile);
    if (!is_new) {
        if (runtime::profile_text(row->second) == runtime::profile_text(profile)) return {};
        return Error{ErrorCode::conflict, "this version is there; it is never overwritten", "vault"};
    }
    loose_.emplace_back(member, version);
    if (dies) faults_.die();
    return {};
}

Result<void> SimulatedVault::sync() {
    if (loose_.empty()) return {};
    if (faults_.dies_now()) faults_.die();
    loose_.clear();
    return {};
}

// What was not synced is kept as a prefix, like the store under a real vault keeps it.
void SimulatedVault::cut_power() {
    const std::uint64_t kept = loose_.empty() ? 0 : faults_.random().below(loose_.size() + 1);
    for (std::size_t i = kept; i < loose_.size(); ++i) rows_.erase(loose_[i]);
    loose_.clear();
}

Result<runtime::Profile> SimulatedVault::open(MemberId member, members::VaultVersion version) {
    const auto found = rows_.find({member, version});
    if (found == rows_.end()) return Error{ErrorCode::not_found, "no such version", "vault"};
    return found->second;
}

Result<std::array<std::uint64_t, 2>> SimulatedVault::keyed(MemberId member, std::string_view text) {
    if (destroyed_.contains(member)) return destroyed();
    return secrets_.keyed("vault", std::to_string(member.value), text);
}

Result<void> SimulatedVault::destroy(const std::vector<MemberId>& members) {
    for (const MemberId member : members) {
        if (faults_.dies_now()) faults_.die();  // some are destroyed, some are not
        std::erase_if(rows_, [&](const auto& row) { return row.first.first == member; });
        destroyed_.insert(member);
    }
    return {};
}

Result<void> SimulatedVault::each(const Visitor& visitor) {
    for (const auto& [name, profile] : rows_) visitor(name.first, name.second);
    return {};
}

Result<void> SimulatedVault::remove(MemberId member, members::VaultVersion version) {
    if (faults_.dies_now()) faults_.die();
    rows_.erase({member, version});
    return {};
}

bool SimulatedVault::has_rows_of(MemberId member) const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const auto& row) { return row.first.first == member; });
}

}  // namespace banyan::simulator
