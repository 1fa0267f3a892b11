// SPDX-License-Identifier: Apache-2.0
#pragma once

// A vault with the port's contract and no cryptography to wait for: a row is durable with the next `sync`, and until
// then a power cut may take it; a destroyed member's key never comes back.

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "runtime/ports/secrets.h"
#include "simulator/faults.h"

namespace banyan::simulator {

class SimulatedVault final : public runtime::Vault {
  public:
    SimulatedVault(Faults& faults, runtime::Secrets& secrets) : faults_(faults), secrets_(secrets) {}

    Result<void> put(MemberId member, members::VaultVersion version,
                     const runtime::Profile& profile) override;
    Result<void> sync() override;
    Result<runtime::Profile> open(MemberId member, members::VaultVersion version) override;
    Result<std::array<std::uint64_t, 2>> keyed(MemberId member, std::string_view text) override;
    Result<void> destroy(const std::vector<MemberId>& members) override;
    Result<void> each(const Visitor& visitor) override;
    Result<void> remove(MemberId member, members::VaultVersion version) override;

    void cut_power();
    [[nodiscard]] bool has_rows_of(MemberId member) const;

  private:
    Faults& faults_;
    runtime::Secrets& secrets_;
    std::map<std::pair<MemberId, members::VaultVersion>, runtime::Profile> rows_;
    std::vector<std::pair<MemberId, members::VaultVersion>> loose_;  // put, not synced; in order
    std::set<MemberId> destroyed_;
};

}  // namespace banyan::simulator
