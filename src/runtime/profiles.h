// SPDX-License-Identifier: Apache-2.0
#pragma once

// Personal data beside the facts, in the vault. What rules may see of it (the month and day of birth) is opened before
// a member's first command is decided and stays in memory, under the version it was read from: whatever changes the
// version, or seals the member, thereby drops it. A partition's part belongs to the partition's thread.

#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/decide.h"
#include "runtime/partition.h"
#include "runtime/ports/journal.h"
#include "runtime/ports/secrets.h"

namespace banyan::runtime {

class Profiles {
  public:
    Profiles(Vault& vault, Secrets& secrets, Journal& journal, std::size_t partitions)
        : vault_(vault), secrets_(secrets), journal_(journal), opened_(partitions) {}

    /// Nothing for a member of another partition: it is decided there.
    [[nodiscard]] Result<engine::Opened> opened_for(Partition& partition, MemberId member);
    /// The member is erased.
    void forget(MemberId member) { opened_[partition_of(member).value].erase(member); }

    /// Puts what the request says into the vault under a new version, which the fact will name: the fields given
    /// replace those there are or take them away, the others stay. `given` is then the whole profile. `refused`: the
    /// member is erased.
    Result<members::VaultVersion> put(Partition& partition, MemberId member, Profile& given);

    /// A profile that was sent to a member merged into this one, or that it had when it was merged, lies in the vault
    /// under that one's key: it moves under this one's before the fact that names it here. What is sent replaces the
    /// fields there are; of the two profiles that a merge brings together the survivor's own fields stand. The merge may
    /// have been undone on the way: the records of the gates that passed it on say whose it was.
    Result<void> take_over(Partition& partition, const engine::Command& command);

  private:
    struct Kept {
        members::VaultVersion version;
        engine::Opened opened;
    };
    Result<void> complete(Partition& partition, MemberId member, Profile& given);
    /// Nothing when none of those it may lie with has it.
    Result<std::optional<Profile>> sent(const members::Member& to, const engine::Command& command,
                                        members::VaultVersion version);
    Result<void> keep(MemberId member, members::VaultVersion version, Profile profile);
    engine::Opened remember(MemberId member, members::VaultVersion version, const Profile& profile);

    Vault& vault_;
    Secrets& secrets_;
    Journal& journal_;
    std::vector<std::unordered_map<MemberId, Kept>> opened_;  // by partition
};

}  // namespace banyan::runtime
