// SPDX-License-Identifier: Apache-2.0
#include "runtime/profiles.h"

#include "codec/record.h"
#include "runtime/normalise.h"

namespace banyan::runtime {

Result<engine::Opened> Profiles::opened_for(Partition& partition, MemberId id) {
    if (id.value == 0 || partition_of(id) != partition.id()) return engine::Opened{};
    const auto member = TRY(partition.entities().look_at(id));
    const bool is_open =
        member && (member->state == members::State::active || member->state == members::State::empty);
    if (!is_open || member->vault.value == 0) return engine::Opened{};
    const auto& here = opened_[partition.id().value];
    if (const auto found = here.find(id); found != here.end() && found->second.version == member->vault)
        return found->second.opened;
    const auto profile = vault_.open(id, member->vault);
    if (profile.ok()) return remember(id, member->vault, *profile);
    if (profile.error().code != ErrorCode::not_found) return profile.error();
    return engine::Opened{};
}

engine::Opened Profiles::remember(MemberId member, members::VaultVersion version, const Profile& profile) {
    engine::Opened opened;
    if (const auto date = profile.birthday ? parse_date(profile.birthday->opened()) : std::nullopt)
        opened = {date->month, date->day};
    opened_[partition_of(member).value][member] = {version, opened};
    return opened;
}

Result<members::VaultVersion> Profiles::put(Partition& partition, MemberId member, Profile& given) {
    TRY(complete(partition, member, given));
    const members::VaultVersion version{secrets_.random()[0] | 1U};
    TRY(vault_.put(member, version, given));
    remember(member, version, given);  // the fact that will name it comes next
    return version;
}

Result<void> Profiles::complete(Partition& partition, MemberId id, Profile& given) {
    engine::Workspace workspace(partition.entities());
    const auto& member = workspace.read<members::Member>(engine::entity_of(id));
    const bool is_open = member.state == members::State::active || member.state == members::State::empty;
    if (!is_open) return {};  // whoever it lives on in completes it
    if (member.vault.value != 0) {
        const auto present = vault_.open(id, member.vault);
        if (present.ok()) runtime::complete(given, *present);
        if (!present.ok() && present.error().code != ErrorCode::not_found) return present.error();
    }
    remove_empty(given);
    return {};
}

Result<void> Profiles::take_over(Partition& partition, const engine::Command& command) {
    if (const auto* merged = std::get_if<engine::TakeOverProfile>(&command.body)) {
        Profile whole;
        TRY(complete(partition, command.member, whole));
        const auto theirs = vault_.open(merged->gift.absorbed, merged->vault);
        if (theirs.ok())
            runtime::complete(whole, *theirs);
        else if (theirs.error().code != ErrorCode::not_found)
            return theirs.error();
        return keep(command.member, merged->vault, std::move(whole));
    }
    members::VaultVersion version;
    if (const auto* enrolled = std::get_if<engine::RegisterMember>(&command.body)) version = enrolled->vault;
    if (const auto* updated = std::get_if<engine::UpdateProfile>(&command.body)) version = updated->vault;
    if (version.value == 0) return {};
    engine::Workspace workspace(partition.entities());
    const auto& member = workspace.read<members::Member>(engine::entity_of(command.member));
    if (member.state != members::State::active && member.state != members::State::empty) return {};
    auto found = TRY(sent(member, command, version));
    if (!found) return {};
    TRY(complete(partition, command.member, *found));
    return keep(command.member, version, std::move(*found));
}

Result<std::optional<Profile>> Profiles::sent(const members::Member& to, const engine::Command& command,
                                              members::VaultVersion version) {
    const auto look = [&](MemberId member) -> Result<std::optional<Profile>> {
        auto found = vault_.open(member, version);
        if (found.ok()) return std::optional(std::move(found).value());
        if (found.error().code != ErrorCode::not_found) return found.error();
        return std::optional<Profile>();
    };
    for (const members::Absorbed& absorbed : to.absorbed) {
        auto found = TRY(look(absorbed.member));
        if (found) return found;
    }
    for (engine::FollowUpOrigin origin = command.origin; origin.lsn.value != 0;) {
        const std::string record = TRY(journal_.read(origin.source, origin.lsn));
        const codec::Asked gate = TRY(codec::decode_asked(record));
        if (gate.command.member != to.id) {
            auto found = TRY(look(gate.command.member));
            if (found) return found;
        }
        origin = gate.command.origin;
    }
    return std::optional<Profile>();
}

Result<void> Profiles::keep(MemberId member, members::VaultVersion version, Profile profile) {
    const auto put = vault_.put(member, version, profile);
    // Put already, before a crash, and completed by what was there then: that one is the version's.
    if (!put.ok() && put.error().code == ErrorCode::conflict)
        profile = TRY(vault_.open(member, version));
    else if (!put.ok())
        return put.error();
    remember(member, version, profile);
    return {};
}

}  // namespace banyan::runtime
