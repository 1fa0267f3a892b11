// SPDX-License-Identifier: Apache-2.0
#pragma once

// Personal data beside the facts: what rules may see of it (the month and day of birth) stays in memory by member, the
// rest lies in the vault and is opened where it is asked for. A partition's part belongs to the partition's thread.

#include <unordered_map>
#include <vector>

#include "engine/decide.h"
#include "runtime/partition.h"
#include "runtime/ports/secrets.h"

namespace banyan::runtime {

class Profiles {
  public:
    Profiles(Vault& vault, Secrets& secrets, std::size_t partitions)
        : vault_(vault), secrets_(secrets), opened_(partitions) {}

    /// Nothing for a member of another partition: it is decided there.
    [[nodiscard]] engine::Opened opened_for(PartitionId partition, MemberId member) const;
    /// An empty profile forgets what was known.
    void remember(MemberId member, const Profile& profile);

    /// Puts what the request says into the vault under a new version, which the fact will name: the fields given
    /// replace those there are, the others stay. `given` is then the whole profile. `refused`: the member is erased.
    Result<members::VaultVersion> put(Partition& partition, MemberId member, Profile& given);

    /// A profile that was sent to a member merged into this one, or that it had when it was merged, lies in the vault
    /// under that one's key: it moves under this one's before the fact that names it here. What is sent replaces the
    /// fields there are; of the two profiles that a merge brings together the survivor's own fields stand.
    Result<void> take_over(Partition& partition, const engine::Command& command);

  private:
    Result<void> complete(Partition& partition, MemberId member, Profile& given);
    Result<void> keep(MemberId member, members::VaultVersion version, Profile profile);

    Vault& vault_;
    Secrets& secrets_;
    std::vector<std::unordered_map<MemberId, engine::Opened>> opened_;  // by partition
};

}  // namespace banyan::runtime
