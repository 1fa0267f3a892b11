// SPDX-License-Identifier: Apache-2.0
// Opening a brand: checkpoint, journal's tail, epochs, identities, what is still under way.

#include <algorithm>

#include "codec/archive.h"
#include "runtime/brand.h"
#include "runtime/quarantine.h"

namespace banyan::runtime {

namespace {
constexpr std::uint8_t meta_table = 2;

engine::Command asked_by_runtime(engine::CommandBody body, Instant at) {
    engine::Command command;
    command.occurred_at = at;
    command.body = std::move(body);
    return command;
}
}  // namespace

Result<std::unique_ptr<Brand>> Brand::open(Ports ports, Options options) {
    ASSERT(options.parse_document);
    std::unique_ptr<Brand> brand(new Brand(ports, std::move(options)));
    TRY(brand->recover());
    note_assertions_on(ports.disk);
    return brand;
}

Result<void> Brand::recover() {
    quarantined_ = TRY(read_quarantine(*ports_.disk));
    std::vector<Lsn> from(partitions_.size(), Lsn{1});
    TRY(load_checkpoints(from));
    TRY(replay(from));
    TRY(open_epochs());
    TRY(load_identities());
    return hand_over_follow_ups();
}

// A checkpoint of another journal or layout is of no use; it is dropped and everything replayed.
Result<void> Brand::load_checkpoints(std::vector<Lsn>& from) {
    bool any = false;
    bool foreign = false;
    TRY(ports_.checkpoints->scan(meta_table, "p", [&](std::string_view key, std::string_view value) {
        any = true;
        codec::Reader k(key.substr(1));
        codec::Reader r(value);
        const std::uint32_t partition = k.fixed32();
        const std::string_view journal = r.bytes(16);
        std::uint32_t layout = 0;
        Lsn replay_from;
        codec::all(r, layout, replay_from);
        const bool ours =
            std::equal(journal.begin(), journal.end(), shared_.lineage.back().begin(),
                       [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
        if (!r.ok() || !ours || layout != codec::state_layout || partition >= partitions_.size())
            foreign = true;
        else
            from[partition] = replay_from;
        return true;
    }));
    if (!any || foreign) {
        std::fill(from.begin(), from.end(), Lsn{1});
        std::vector<Put> dropped;
        for (std::uint8_t table = 0; table <= meta_table; ++table) {
            TRY(ports_.checkpoints->scan(table, "", [&](std::string_view key, std::string_view) {
                dropped.push_back({table, std::string(key), std::nullopt});
                return true;
            }));
        }
        if (!dropped.empty()) TRY(ports_.checkpoints->write(dropped, Durability::now));
        return {};
    }
    ids_.expect_stored();
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        partitions_[i]->start_at(from[i]);
        TRY(partitions_[i]->entities().load_resident());
        TRY(partitions_[i]->restore());
    }
    return {};
}

Result<void> Brand::replay(const std::vector<Lsn>& from) {
    const auto first = [&](PartitionId id) { return id.value < from.size() ? from[id.value] : Lsn{1}; };
    return ports_.journal->replay(first, [&](const StoredRecord& stored) -> Result<void> {
        if (stored.partition.value >= partitions_.size())
            return Error::corrupt("the journal has partition " + std::to_string(stored.partition.value) +
                                      ", but the brand was created with " +
                                      std::to_string(partitions_.size()),
                                  "journal");
        if (stored.lsn < first(stored.partition)) return {};
        return partitions_[stored.partition.value]->replay(stored.bytes);
    });
}

// Every start takes a new epoch, so that whatever an abandoned process might still write is ignored (invariant I6).
Result<void> Brand::open_epochs() {
    for (const auto& partition : partitions_) {
        const auto nonce = ports_.secrets->random();
        const engine::OpenEpoch epoch{partition->last_epoch_number() + 1, nonce[0]};
        partition->execute(asked_by_runtime(epoch, partition->time()), {}, now());
        if (partition->programme() == nullptr) {
            if (options_.programme_document.empty())
                return Error::invalid("a new brand needs a programme: give --programme FILE");
            TRY(shared_.compile(options_.programme_document, {1}));
            const engine::ActivateProgramme activate{{1}, options_.programme_document};
            partition->execute(asked_by_runtime(activate, partition->time()), {}, now());
        }
        test_now_ = std::max(test_now_.load(), partition->time().microseconds);
    }
    // Outside the shards' loop, so that a brand that cannot write does not open at all.
    for (std::uint32_t log = 0; log < shards_.size(); ++log) {
        std::vector<StoredRecord> batch;
        for (Partition* partition : shards_[log]->partitions()) {
            for (const auto& [lsn, bytes] : partition->unwritten())
                batch.push_back({partition->id(), lsn, bytes});
        }
        TRY(ports_.journal->append(log, batch));
        for (Partition* partition : shards_[log]->partitions()) partition->set_durable();
    }
    return {};
}

// Whom a claimed handle belongs to; nobody when the claim was for a member that never was, or
// that is erased, itself or as whoever it was merged into.
std::optional<MemberId> Brand::owner_of(const engine::ClaimedHandle& claimed) {
    for (MemberId id = claimed.member;;) {
        const PartitionId where = partition_of(id);
        if (where.value >= partitions_.size()) return std::nullopt;
        const auto loaded = partition(where).entities().load(engine::entity_of(id));
        if (!loaded) return std::nullopt;
        const auto& member = std::get<members::Member>(*loaded);
        if (member.state == members::State::sealed || member.state == members::State::gone)
            return std::nullopt;
        if (member.state != members::State::forwarded) break;
        id = member.forwarded_to;
    }
    return claimed.member;
}

Result<void> Brand::load_identities() {
    TRY(directory_.load([&](Handle handle) -> std::optional<MemberId> {
        for (const auto& partition : partitions_) {
            const auto loaded = partition->entities().load(engine::entity_of(handle));
            if (loaded) return owner_of(std::get<engine::ClaimedHandle>(*loaded));
        }
        return std::nullopt;
    }));
    std::vector<std::pair<MemberId, members::Member>> sealed;
    std::vector<std::pair<MemberId, members::VaultVersion>> superseded;
    TRY(ports_.vault->each([&](MemberId member, members::VaultVersion version) {
        if (partition_of(member).value >= partitions_.size()) return;
        const auto loaded = partition(partition_of(member)).entities().load(engine::entity_of(member));
        // What was sent to a merged member may still be on its way to the survivor, which looks for it there.
        if (loaded && std::get<members::Member>(*loaded).state == members::State::forwarded) return;
        const bool current = loaded && std::get<members::Member>(*loaded).vault == version;
        if (!current) return superseded.emplace_back(member, version), void();
        const auto profile = ports_.vault->open(member, version);
        if (profile.ok()) profiles_.remember(member, *profile);
    }));
    for (const auto& [member, version] : superseded) TRY(ports_.vault->remove(member, version));
    for (const auto& partition : partitions_) {
        TRY(partition->entities().each([&](engine::EntityId id, Lsn, std::string_view block) {
            if (id.kind != engine::EntityKind::member) return;
            auto state = codec::unpack(id, block);
            if (!state.ok()) return;
            auto& member = std::get<members::Member>(*state);
            if (member.state == members::State::sealed) sealed.emplace_back(member.id, std::move(member));
        }));
    }
    for (const auto& [id, member] : sealed) erase_soon(id, member);
    return {};
}

std::size_t Brand::erase_again(const std::vector<Handle>& handles) {
    std::set<MemberId> owners;
    for (const Handle handle : handles) {
        for (const auto& partition : partitions_) {
            const auto loaded = partition->entities().load(engine::entity_of(handle));
            const auto owner = loaded ? owner_of(std::get<engine::ClaimedHandle>(*loaded)) : std::nullopt;
            if (owner) owners.insert(*owner);
        }
    }
    for (const MemberId member : owners) {
        Request request;
        request.source = "restore";
        request.id = "erase " + std::to_string(member.value);
        request.subject.member = member;
        request.body = Erase{};
        submit(std::move(request), [](const Outcome&) {});
    }
    return owners.size();
}

// Follow-ups that were durable but not yet taken when the process ended. The journal below a checkpoint was taken.
Result<void> Brand::hand_over_follow_ups() {
    for (const auto& target : partitions_) {
        for (const auto& source : partitions_) {
            const Lsn taken = target->cursor(source->id()).lsn;
            if (taken > source->head())
                return Error::corrupt("partition " + std::to_string(target->id().value) +
                                          " took a step of record " + std::to_string(taken.value) +
                                          " of partition " + std::to_string(source->id().value) +
                                          ", whose records end at " + std::to_string(source->head().value) +
                                          ": these files are not of one moment",
                                      "journal");
            set_taken(target->id(), source->id(), taken);
        }
    }
    for (const auto& partition : partitions_) {
        for (Outgoing& outgoing : partition->take_outgoing()) {
            const engine::Cursor cursor = this->partition(outgoing.follow_up.target).cursor(outgoing.source);
            if (std::pair{outgoing.lsn, outgoing.ordinal} <= std::pair{cursor.lsn, cursor.ordinal}) continue;
            shard_of(outgoing.follow_up.target).push(std::move(outgoing));
        }
    }
    return {};
}

}  // namespace banyan::runtime
