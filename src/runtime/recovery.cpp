// SPDX-License-Identifier: Apache-2.0
// Opening a brand: checkpoint, journal's tail, epochs, identities, what is still under way.

#include <algorithm>
#include <atomic>
#include <thread>

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

Error ahead(PartitionId id, Lsn lsn, const std::string& what_the_journal_says) {
    return Error::corrupt(
        "partition " + std::to_string(id.value) + ": the checkpoint was made behind record " +
            std::to_string(lsn.value) + ", which the journal " + what_the_journal_says +
            ": bring the journal's end back, or delete the checkpoint to go on from what the " +
            "journal has",
        "checkpoint");
}

using Task = std::function<Result<void>()>;

// What does not depend on one another, on all cores. Of several errors the first task's is told.
Result<void> do_all(const std::vector<Task>& tasks, std::size_t threads_max) {
    std::vector<Result<void>> done(tasks.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < tasks.size(); i = next++) done[i] = tasks[i]();
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(threads_max, tasks.size()); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const Result<void>& one : done) TRY(one);
    return {};
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
    TRY(compare_ends());
    TRY(open_epochs());
    TRY(load_identities());
    return hand_over_follow_ups();
}

// A checkpoint of another journal or layout is of no use; it is dropped and everything replayed.
Result<void> Brand::load_checkpoints(std::vector<Lsn>& from) {
    bool any = false;
    bool foreign = false;
    std::vector<std::optional<Chain::Place>> before(partitions_.size());
    TRY(ports_.checkpoints->scan(meta_table, "p", [&](std::string_view key, std::string_view value) {
        any = true;
        codec::Reader k(key.substr(1));
        codec::Reader r(value);
        const std::uint32_t partition = k.fixed32();
        const std::string_view journal = r.bytes(16);
        std::uint32_t layout = 0;
        std::uint32_t rows = 0;
        Lsn replay_from;
        codec::all(r, layout, rows, replay_from);
        const bool ours =
            std::equal(journal.begin(), journal.end(), shared_.lineage.back().begin(),
                       [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
        const bool is_layout = layout == codec::state_layout && rows == Entities::row_layout;
        if (!r.ok() || !ours || !is_layout || partition >= partitions_.size())
            foreign = true;
        else {
            from[partition] = replay_from;
            if (const std::string_view hash = r.bytes(r.rest().empty() ? 0 : Sha256{}.size());
                !hash.empty()) {
                before[partition] = Chain::Place{{replay_from.value - 1}, {}, 0};
                std::copy(hash.begin(), hash.end(), before[partition]->hash.begin());
                codec::value(r, before[partition]->epoch);
                foreign = foreign || !r.ok();
            }
        }
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
    std::vector<Task> loads;
    for (const auto& partition : partitions_)
        loads.emplace_back([&entities = partition->entities()] { return entities.load_resident(); });
    TRY(do_all(loads, recovery_threads()));
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
        if (before[i]) TRY(compare_with_journal(partitions_[i]->id(), *before[i]));
        partitions_[i]->start_at(from[i], before[i]);
        TRY(partitions_[i]->restore());
    }
    return {};
}

std::size_t Brand::recovery_threads() const {
    return options_.background_thread ? std::max(1U, std::thread::hardware_concurrency()) : 1;
}

// A checkpoint ahead of its journal, or of another past, must not be built on: whoever lost the journal's end decides.
Result<void> Brand::compare_with_journal(PartitionId id, const Chain::Place& before) {
    if (before.lsn.value == 0) return {};
    const auto record = ports_.journal->read(id, before.lsn);
    if (!record.ok() && record.error().code != ErrorCode::not_found) return record.error();
    if (record.ok() && ports_.digest->sha256(*record) == before.hash) return {};
    return ahead(id, before.lsn, record.ok() ? "tells otherwise" : "does not have");
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

// What a target took was durable at its source (protocol: release). Where it is not, the source has lost its end, and a
// new record under the old number would be taken for the one that was lost.
Result<void> Brand::compare_ends() {
    for (const auto& target : partitions_) {
        // Rows are written before the mark that counts on them, so they alone may be ahead, too.
        const Lsn newest = target->entities().newest_loaded();
        if (newest > target->head()) return ahead(target->id(), newest, "does not have");
        for (const auto& source : partitions_) {
            const Lsn taken = target->cursor(source->id()).lsn;
            if (taken <= source->head()) continue;
            return Error::corrupt("partition " + std::to_string(target->id().value) +
                                      " took a step of record " + std::to_string(taken.value) +
                                      " of partition " + std::to_string(source->id().value) +
                                      ", whose records end at " + std::to_string(source->head().value) +
                                      ": these files are not of one moment",
                                  "journal");
        }
    }
    return {};
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
    TRY(finish_publishing());
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
Result<std::optional<MemberId>> Brand::owner_of(MemberId claimed) const {
    for (MemberId id = claimed;;) {
        const PartitionId where = partition_of(id);
        if (where.value >= partitions_.size()) return std::optional<MemberId>();
        const auto member = TRY(partitions_[where.value]->entities().look_at(id));
        if (!member || member->state == members::State::sealed || member->state == members::State::gone)
            return std::optional<MemberId>();
        if (member->state != members::State::forwarded) return std::optional(claimed);
        id = member->forwarded_to;
    }
}

Result<std::vector<Directory::Claim>> Brand::claims_of(Partition& partition) const {
    std::vector<Directory::Claim> claims;
    Result<void> broken;
    TRY(partition.entities().each_of(
        engine::EntityKind::handle, [&](engine::EntityId id, Lsn, std::string_view block) {
            const auto state = codec::unpack(id, block);
            if (!state.ok()) return broken = state.error(), void();
            const auto owner = owner_of(std::get<engine::ClaimedHandle>(*state).member);
            if (!owner.ok()) return broken = owner.error(), void();
            if (*owner) claims.push_back({{id.high, id.low}, **owner});
        }));
    if (!broken.ok()) return broken.error();
    return claims;
}

// Versions that no fact names any more, or not yet: the record that would have named them was lost with the process.
Result<void> Brand::sweep_vault() {
    std::vector<std::pair<MemberId, members::VaultVersion>> superseded;
    Result<void> broken;
    TRY(ports_.vault->each([&](MemberId id, members::VaultVersion version) {
        if (partition_of(id).value >= partitions_.size() || !broken.ok()) return;
        const auto member = partitions_[partition_of(id).value]->entities().look_at(id);
        if (!member.ok()) return broken = member.error(), void();
        // What was sent to a merged member may still be on its way to the survivor, which looks for it there.
        if (*member && (*member)->state == members::State::forwarded) return;
        if (!*member || (*member)->vault != version) superseded.emplace_back(id, version);
    }));
    TRY(broken);
    for (const auto& [member, version] : superseded) TRY(ports_.vault->remove(member, version));
    return {};
}

Result<void> Brand::load_identities() {
    std::vector<std::vector<Directory::Claim>> claims(partitions_.size());
    std::vector<Task> tasks{[this] { return sweep_vault(); }};
    for (const auto& partition : partitions_) {
        tasks.emplace_back([this, &partition = *partition, &claims]() -> Result<void> {
            claims[partition.id().value] = TRY(claims_of(partition));
            return {};
        });
    }
    TRY(do_all(tasks, recovery_threads()));
    std::vector<Directory::Claim> all;
    for (const auto& some : claims) all.insert(all.end(), some.begin(), some.end());
    TRY(directory_.load(std::move(all)));
    for (const auto& partition : partitions_) {
        for (const MemberId id : partition->entities().sealed()) {
            const auto loaded = partition->entities().load(engine::entity_of(id));
            ASSERT(loaded.has_value());
            erase_soon(id, std::get<members::Member>(*loaded));
        }
    }
    return {};
}

std::size_t Brand::erase_again(const std::vector<Handle>& handles) {
    std::set<MemberId> owners;
    for (const Handle handle : handles) {
        for (const auto& partition : partitions_) {
            const auto loaded = partition->entities().load(engine::entity_of(handle));
            if (!loaded) continue;
            const auto owner = owner_of(std::get<engine::ClaimedHandle>(*loaded).member);
            ASSERT(owner.ok());  // it was opened a moment ago
            if (*owner) owners.insert(**owner);
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
            const engine::Cursor cursor = target->cursor(source->id());
            set_taken(target->id(), source->id(), {cursor.lsn, cursor.ordinal});
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
