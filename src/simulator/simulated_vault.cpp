// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_vault.h"

#include <algorithm>

namespace banyan::simulator {

namespace {
Error destroyed() { return {ErrorCode::not_found, "the member's key was destroyed", "vault"}; }
}  // namespace

Result<void> SimulatedVault::put(MemberId member, members::VaultVersion version,
                                 const runtime::Profile& profile) {
    const bool dies = faults_.dies_now();
    if (dies && faults_.random().percent(50)) faults_.die();
    if (destroyed_.contains(member)) return destroyed();
    ASSERT(!rows_.contains({member, version}));  // never overwritten
    rows_[{member, version}] = profile;
    if (dies) faults_.die();
    return {};
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
