// SPDX-License-Identifier: Apache-2.0
#include "runtime/shard.h"

#include <algorithm>
#include <chrono>

#include "runtime/brand.h"
#include "runtime/normalise.h"
#include "runtime/quarantine.h"

namespace banyan::runtime {

Shard::Shard(Brand& brand, std::uint32_t log) : brand_(brand), log_(log) {}

bool Shard::push(RequestOp op) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.requests.size() >= brand_.options().queue_max) {
            ++numbers_.overloaded;
            return false;
        }
        waiting_.requests.push_back(std::move(op));
    }
    wakeup_.notify_one();
    return true;
}

void Shard::push(TaskOp task) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.tasks.push_back(std::move(task));
    }
    wakeup_.notify_one();
}

void Shard::push(Outgoing follow_up) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.follow_ups.push_back(std::move(follow_up));
    }
    wakeup_.notify_one();
}

void Shard::wait(Duration at_most) {
    std::unique_lock lock(mutex_);
    wakeup_.wait_for(lock, std::chrono::microseconds(at_most.microseconds),
                     [this] { return !waiting_.empty(); });
}

void Shard::wake() { wakeup_.notify_one(); }

Shard::Work Shard::take_work() {
    Work work;
    const std::lock_guard lock(mutex_);
    work.tasks.swap(waiting_.tasks);
    work.follow_ups.swap(waiting_.follow_ups);
    const std::size_t most = brand_.options().batch_max;
    if (waiting_.requests.size() <= most) {
        work.requests.swap(waiting_.requests);
    } else {
        const auto end = waiting_.requests.begin() + static_cast<std::ptrdiff_t>(most);
        std::move(waiting_.requests.begin(), end, std::back_inserter(work.requests));
        waiting_.requests.erase(waiting_.requests.begin(), end);
    }
    numbers_.queue = waiting_.requests.size();
    return work;
}

// Under a clock that cannot be trusted nothing is decided any more: requests are turned away, steps between partitions
// wait for the restart (they are in the journal).
void Shard::turn_away(Work& work) {
    for (RequestOp& op : work.requests) {
        Outcome outcome;
        outcome.status = Outcome::Status::stopped;
        outcome.detail = brand_.not_ready_because();
        outcome.retry_after = seconds(5);
        releases_.push_back([done = std::move(op.done), outcome = std::move(outcome)] { done(outcome); });
    }
    work.requests.clear();
    work.follow_ups.clear();
}

bool Shard::step() {
    Work work = take_work();
    const bool had_work = !work.empty();
    if (brand_.clock_jumped()) turn_away(work);
    prefetch(work);
    // Follow-ups first: they finish what others wait for.
    for (const Outgoing& follow_up : work.follow_ups) handle(follow_up);
    for (RequestOp& op : work.requests) handle(std::move(op));
    sweep();
    for (TaskOp& task : work.tasks) {
        if (auto release = task()) releases_.push_back(std::move(release));
    }
    const bool wrote = commit();
    if (wrote || had_work) checkpoint();
    return had_work || wrote;
}

void Shard::prefetch(const Work& work) {
    std::map<PartitionId, std::vector<engine::EntityId>> wanted;
    for (const RequestOp& op : work.requests) {
        MemberId member = op.request.subject.member;
        if (member.value == 0 && !op.request.subject.identities.empty()) {
            const auto known =
                brand_.directory().find(brand_.directory().key_of(op.request.subject.identities[0]));
            if (known) member = *known;
        }
        if (member.value != 0) wanted[partition_of(member)].push_back(engine::entity_of(member));
    }
    for (const auto& [partition, ids] : wanted) {
        if (partition.value >= brand_.partition_count() || &brand_.shard_of(partition) != this) continue;
        if (const auto fetched = brand_.partition(partition).entities().prefetch(ids); !fetched.ok())
            brand_.fail(fetched.error());
    }
}

Partition::Executed Shard::execute(Partition& partition, const engine::Command& command) {
    const UnderDecision note(command.fingerprint);
    ++numbers_.commands;
    return partition.execute(command, brand_.opened_for(command.member), brand_.now());
}

// Whom the request is about, and in which partition it is decided. False when it was answered or sent elsewhere.
bool Shard::route(RequestOp& op, Partition*& partition, engine::Command& command) {
    const auto refuse = [&](engine::Refusal refusal, std::string detail) {
        Outcome outcome;
        outcome.status = Outcome::Status::refused;
        outcome.refusal = refusal;
        outcome.detail = std::move(detail);
        releases_.push_back([done = std::move(op.done), outcome = std::move(outcome)] { done(outcome); });
        return false;
    };
    MemberId member = op.request.subject.member;
    std::optional<IdentityKey> unclaimed;
    for (const ExternalId& identity : op.request.subject.identities) {
        const IdentityKey key = brand_.directory().key_of(identity);
        const auto known = brand_.directory().find(key);
        if (!known && !unclaimed) unclaimed = key;
        if (known && member.value != 0 && member != *known)
            return refuse(engine::Refusal::identities_differ,
                          "the identities belong to different members; merge them");
        if (known) member = *known;
    }
    PartitionId where = partition_of(member);
    if (member.value == 0) {
        ASSERT(unclaimed.has_value());
        where = {static_cast<std::uint16_t>(unclaimed->low % brand_.partition_count())};
    }
    if (const auto* merge = std::get_if<Merge>(&op.request.body);
        merge != nullptr && partition_of(merge->absorbed).value >= brand_.partition_count())
        return refuse(engine::Refusal::member_unknown, "there is no member to absorb");
    if (std::holds_alternative<BindIdentity>(op.request.body)) {
        if (partition_of(member).value >= brand_.partition_count())
            return refuse(engine::Refusal::member_unknown, "there is no such member");
        const auto& identity = std::get<BindIdentity>(op.request.body).identity;
        const IdentityKey key = brand_.directory().key_of(identity);
        where = {static_cast<std::uint16_t>(key.low % brand_.partition_count())};
    }
    if (where.value >= brand_.partition_count())
        return refuse(engine::Refusal::member_unknown, "there is no such member");
    if (&brand_.shard_of(where) != this) {
        // The member was claimed on another thread meanwhile; nothing was journaled here, so it just moves on.
        Shard& other = brand_.shard_of(where);
        auto done = op.done;
        if (!other.push(std::move(op))) {
            Outcome outcome;
            outcome.status = Outcome::Status::overloaded;
            outcome.retry_after = seconds(1);
            done(outcome);
        }
        return false;
    }
    partition = &brand_.partition(where);
    command.member = member;
    return true;
}

void Shard::handle(RequestOp op) {
    const auto answer = [this](RequestOp& to, Outcome outcome) {
        releases_.push_back([done = std::move(to.done), outcome = std::move(outcome)] { done(outcome); });
    };
    Partition* partition = nullptr;
    engine::Command command;
    if (!route(op, partition, command)) return;

    Outcome outcome;
    const auto& programme = partition->programme();
    ASSERT(programme != nullptr);
    const Instant now = partition->now(brand_.now());
    auto body = normalise(op.request, *programme, *brand_.ports().secrets, now);
    if (!body.ok()) {
        outcome.status = Outcome::Status::invalid;
        outcome.detail = body.error().message;
        outcome.where = body.error().where;
        return answer(op, std::move(outcome));
    }
    command.body = std::move(body).value();
    command.id = command_key(*brand_.ports().secrets, op.request);
    command.occurred_at = op.request.occurred_at.value_or(now);
    const Profile* profile = profile_of(op.request.body);
    std::array<std::uint64_t, 2> personal{};
    if (profile != nullptr && !is_empty(*profile)) {
        const MemberId owner = command.member.value != 0 ? command.member : partition->next_member();
        auto digest = brand_.ports().vault->keyed(owner, profile_text(*profile));
        if (!digest.ok()) {
            outcome.status = Outcome::Status::refused;
            outcome.refusal = engine::Refusal::id_uncheckable;
            outcome.detail = "the member's personal data was erased";
            return answer(op, std::move(outcome));
        }
        personal = *digest;
    }
    command.fingerprint = fingerprint_of(op.request, command.body, *brand_.ports().secrets, personal);
    if (brand_.is_quarantined(command.fingerprint)) {
        outcome.status = Outcome::Status::refused;
        outcome.refusal = engine::Refusal::quarantined;
        outcome.detail = "this very request made the engine stop before; report it, do not send it again";
        return answer(op, std::move(outcome));
    }
    auto known = brand_.ids().find_or_reserve(command.id);
    if (!known.ok()) return brand_.fail(known.error());
    if (*known) {
        answer_known(op, command.id, **known, command.fingerprint);
        return;
    }
    run(std::move(op), *partition, std::move(command));
}

// The id was used before: the recorded answer, or the refusal of another body under it.
bool Shard::answer_known(RequestOp& op, KeyedId id, const Accepted& accepted, Fingerprint fingerprint) {
    Outcome outcome;
    outcome.partition = accepted.partition;
    outcome.lsn = accepted.lsn;
    const auto release = [&] {
        releases_.push_back([done = std::move(op.done), outcome = std::move(outcome)] { done(outcome); });
        return true;
    };
    if (accepted.lsn.value == 0) {  // another thread decides it at this moment
        outcome.status = Outcome::Status::overloaded;
        outcome.detail = "the same id is being decided right now";
        outcome.retry_after = milliseconds(50);
        return release();
    }
    const auto read = [&](const Accepted& where) -> Result<codec::Record> {
        Partition& partition = brand_.partition(where.partition);
        if (&brand_.shard_of(where.partition) == this) {
            if (const std::string* bytes = partition.unwritten_record(where.lsn))
                return codec::decode(*bytes);
        }
        return codec::decode(TRY(brand_.ports().journal->read(where.partition, where.lsn)));
    };
    if (accepted.fingerprint != fingerprint) {
        outcome.status = Outcome::Status::refused;
        const Profile* profile = profile_of(op.request.body);
        if (const auto first = read(accepted); profile != nullptr && !is_empty(*profile) && first.ok()) {
            const MemberId owner = first->command.claim ? first->answer.member : first->command.member;
            if (!brand_.ports().vault->keyed(owner, "").ok()) {
                outcome.refusal = engine::Refusal::id_uncheckable;
                outcome.detail =
                    "this id was used; whether with this body cannot be told, its member was erased";
                return release();
            }
        }
        outcome.refusal = engine::Refusal::id_reused;
        outcome.detail = "this id was used with another body; a new event needs a new id";
        return release();
    }
    auto record = read(accepted);
    outcome.status = Outcome::Status::replayed;
    if (record.ok() && record->answer.pending) {
        const auto completion = brand_.ids().find(completion_of(id));
        if (!completion.ok() || !*completion) {
            outcome.status = Outcome::Status::pending;
            outcome.answer = record->answer;
            brand_.wait_for(completion_of(id), std::move(op.done), std::move(outcome));
            return true;
        }
        record = read(**completion);
    }
    if (!record.ok()) {
        outcome.status = Outcome::Status::overloaded;
        outcome.detail = "the recorded answer cannot be read yet: " + record.error().message;
        outcome.retry_after = milliseconds(200);
        return release();
    }
    outcome.answer = std::move(record->answer);
    outcome.at = record->header.time;
    if (outcome.answer.refused != engine::Refusal::none) {
        outcome.status = Outcome::Status::refused;
        outcome.refusal = outcome.answer.refused;
        return release();
    }
    bind_others(std::move(op), std::move(outcome));
    return true;
}

// Fills in what only the owner of the partition may draw: handles, vault versions. Then decides.
void Shard::run(RequestOp op, Partition& partition, engine::Command command) {
    if (auto* claim = std::get_if<engine::ClaimIdentity>(&command.body)) {
        const auto& identity = std::get<BindIdentity>(op.request.body).identity;
        const IdentityKey key = brand_.directory().key_of(identity);
        const auto owner = brand_.directory().find(key);
        // Only a member can be given an identity; the request itself does not bring one into being.
        if (owner || command.member.value == 0) {
            brand_.ids().release(command.id);
            Outcome outcome;
            if (command.member.value == 0) {
                outcome.status = Outcome::Status::refused;
                outcome.refusal = engine::Refusal::member_unknown;
                outcome.detail = "there is no such member";
                releases_.push_back([done = std::move(op.done), outcome] { done(outcome); });
                return;
            }
            outcome.answer.member = *owner;
            if (*owner != command.member) {
                outcome.status = Outcome::Status::refused;
                outcome.refusal = engine::Refusal::identity_taken;
                outcome.detail = "the identity belongs to another member; merge them if they are one person";
            }
            releases_.push_back([done = std::move(op.done), outcome] { done(outcome); });
            return;
        }
        auto kind = brand_.directory().kind(identity.kind);
        if (!kind.ok()) return brand_.fail(kind.error());
        claim->kind = *kind;
        claim->member = command.member;
        claim->handle = brand_.directory().draw(key, *kind);
    }
    Profile* profile = profile_of(op.request.body);
    if (profile != nullptr && !is_empty(*profile)) {
        if (const auto completed = complete_profile(partition, command.member, *profile); !completed.ok())
            return brand_.fail(completed.error());
        const MemberId owner = command.member.value != 0 ? command.member : partition.next_member();
        const members::VaultVersion version{brand_.ports().secrets->random()[0] | 1U};
        if (const auto put = brand_.ports().vault->put(owner, version, *profile); !put.ok())
            return brand_.fail(put.error());
        if (auto* registration = std::get_if<engine::RegisterMember>(&command.body))
            registration->vault = version;
        if (auto* update = std::get_if<engine::UpdateProfile>(&command.body)) update->vault = version;
    }
    if (command.member.value == 0) return claim(std::move(op), partition, std::move(command));
    Partition::Executed executed = execute(partition, command);
    finish(std::move(op), partition, command, std::move(executed));
}

// The first sight of an external id: a handle is drawn for it and claimed by the same record.
void Shard::claim(RequestOp op, Partition& partition, engine::Command command) {
    const ExternalId& identity = op.request.subject.identities.front();
    const IdentityKey key = brand_.directory().key_of(identity);
    auto kind = brand_.directory().kind(identity.kind);
    if (!kind.ok()) return brand_.fail(kind.error());
    command.claim = engine::Claim{brand_.directory().draw(key, *kind), *kind};
    Partition::Executed executed = execute(partition, command);
    if (executed.lsn.value != 0) brand_.directory().claimed(key, executed.answer.member);
    finish(std::move(op), partition, command, std::move(executed));
}

void Shard::finish(RequestOp op, Partition& partition, const engine::Command& command,
                   Partition::Executed executed) {
    Outcome outcome;
    outcome.partition = partition.id();
    outcome.lsn = executed.lsn;
    outcome.saw = executed.saw;
    outcome.at = executed.time;
    if (executed.refusal != engine::Refusal::none) {
        brand_.ids().release(command.id);
        ++numbers_.refused;
        outcome.status = Outcome::Status::refused;
        outcome.refusal = executed.refusal;
        outcome.detail = std::move(executed.detail);
        releases_.push_back([done = std::move(op.done), outcome = std::move(outcome)] { done(outcome); });
        return;
    }
    outcome.answer = executed.answer;
    const MemberId member = executed.answer.member;
    const Profile* profile = profile_of(op.request.body);
    // An empty update removes the profile; an empty registration says nothing about it.
    const bool is_update = std::holds_alternative<UpdateProfile>(op.request.body);
    if (profile != nullptr && (is_update || !is_empty(*profile))) brand_.remember_profile(member, *profile);
    if (std::holds_alternative<engine::EraseMember>(command.body)) begin_erasure(partition, member);
    if (const auto* bound = std::get_if<engine::ClaimIdentity>(&command.body)) {
        // At once, not when it is durable: a second claim of the key may wait in this very batch.
        const IdentityKey key = brand_.directory().key_of(std::get<BindIdentity>(op.request.body).identity);
        brand_.directory().claimed(key, bound->member);
    }
    if (executed.answer.pending) {
        outcome.status = Outcome::Status::pending;
        brand_.wait_for(completion_of(command.id), std::move(op.done), std::move(outcome));
        return;
    }
    bind_others(std::move(op), std::move(outcome));
}

// Further identities of the same person that nobody has claimed yet are bound to the member, and only then the answer
// leaves: who was told that a person is known finds it by each of its names. A crash in between leaves some unbound, so
// asking again under the same id comes here, too.
void Shard::bind_others(RequestOp op, Outcome outcome) {
    std::vector<Request> binds;
    bool is_known = false;  // whoever was erased or merged since is known by none of them, and gets none back
    for (const ExternalId& identity : op.request.subject.identities) {
        if (const auto owner = brand_.directory().find(brand_.directory().key_of(identity))) {
            is_known = is_known || *owner == outcome.answer.member;
            continue;
        }
        Request bind;
        bind.source = op.request.source;
        bind.id = op.request.id + "#" + identity.kind;
        bind.subject.member = outcome.answer.member;
        bind.body = BindIdentity{identity};
        binds.push_back(std::move(bind));
    }
    if (binds.empty() || !is_known) {
        releases_.push_back([done = std::move(op.done), outcome = std::move(outcome)] { done(outcome); });
        return;
    }
    struct Waiting {
        std::atomic<std::size_t> left;
        std::atomic<bool> is_unbound{false};
        std::function<void(Outcome)> done;
        Outcome outcome;
    };
    auto waiting = std::make_shared<Waiting>();
    waiting->left = binds.size();
    waiting->done = std::move(op.done);
    waiting->outcome = std::move(outcome);
    releases_.push_back([this, waiting, binds = std::move(binds)] {
        for (const Request& bind : binds) {
            brand_.submit(bind, [waiting](const Outcome& bound) {
                if (bound.status == Outcome::Status::overloaded || bound.status == Outcome::Status::stopped)
                    waiting->is_unbound = true;
                if (--waiting->left != 0) return;
                if (waiting->is_unbound) waiting->outcome.status = Outcome::Status::pending;  // ask again
                waiting->done(waiting->outcome);
            });
        }
    });
}

// The member is sealed in memory; once that is durable, its rows go. A gate only passed the request on.
void Shard::begin_erasure(Partition& partition, MemberId id) {
    engine::Workspace workspace(partition.entities());
    const auto member = workspace.read<members::Member>(engine::entity_of(id));
    if (member.state != members::State::sealed) return;
    brand_.remember_profile(id, {});
    releases_.push_back([this, id, member] { brand_.erase_soon(id, member); });
}

// The fields that a request gives replace those there are; the others stay.
Result<void> Shard::complete_profile(Partition& partition, MemberId id, Profile& given) {
    if (id.value == 0) return {};
    engine::Workspace workspace(partition.entities());
    const auto& member = workspace.read<members::Member>(engine::entity_of(id));
    const bool is_open = member.state == members::State::active || member.state == members::State::empty;
    if (!is_open || member.vault.value == 0) return {};
    const auto present = brand_.ports().vault->open(id, member.vault);
    if (present.ok()) complete(given, *present);
    return present.ok() || present.error().code == ErrorCode::not_found ? Result<void>() : present.error();
}

// A profile that was sent to a member merged into this one lies in the vault under that one's key: it moves under this
// one's before the fact that names it here.
void Shard::take_profile_over(Partition& partition, const engine::Command& command) {
    members::VaultVersion version;
    if (const auto* enrolled = std::get_if<engine::RegisterMember>(&command.body)) version = enrolled->vault;
    if (const auto* updated = std::get_if<engine::UpdateProfile>(&command.body)) version = updated->vault;
    if (version.value == 0) return;
    engine::Workspace workspace(partition.entities());
    const auto& member = workspace.read<members::Member>(engine::entity_of(command.member));
    if (member.state != members::State::active && member.state != members::State::empty) return;
    for (const members::Absorbed& absorbed : member.absorbed) {
        auto profile = brand_.ports().vault->open(absorbed.member, version);
        if (!profile.ok()) continue;
        if (const auto completed = complete_profile(partition, command.member, *profile); !completed.ok())
            return brand_.fail(completed.error());
        const auto put = brand_.ports().vault->put(command.member, version, *profile);
        // Put already, before a crash, and completed by what was there then: that one is the version's.
        if (!put.ok() && put.error().code == ErrorCode::conflict)
            profile = brand_.ports().vault->open(command.member, version);
        else if (!put.ok())
            return brand_.fail(put.error());
        if (!profile.ok()) return brand_.fail(profile.error());
        brand_.remember_profile(command.member, *profile);
        return;
    }
}

void Shard::handle(const Outgoing& follow_up) {
    Partition& partition = brand_.partition(follow_up.follow_up.target);
    const engine::Cursor cursor = partition.cursor(follow_up.source);
    const std::pair at{follow_up.lsn, follow_up.ordinal};
    if (at <= std::pair{cursor.lsn, cursor.ordinal}) return;  // redelivered
    const engine::Command& command = follow_up.follow_up.command;
    take_profile_over(partition, command);
    const Partition::Executed executed = execute(partition, command);
    ASSERT(executed.lsn.value != 0);  // the cursor at least has advanced
    if (std::holds_alternative<engine::EraseMember>(command.body)) begin_erasure(partition, command.member);
    // The identity was claimed for a member that never was or is erased: its row must not outlive this.
    if (const auto* bound = std::get_if<engine::BindIdentity>(&command.body);
        bound != nullptr && executed.refusal != engine::Refusal::none)
        releases_.push_back([this, handle = bound->handle] { brand_.forget_soon(handle); });
    releases_.push_back([this, target = partition.id(), source = follow_up.source, lsn = follow_up.lsn] {
        brand_.set_taken(target, source, lsn);
    });
    if (command.completes.is_zero() || executed.answer.pending) return;
    Outcome outcome;
    outcome.partition = partition.id();
    outcome.lsn = executed.lsn;
    outcome.at = executed.time;
    outcome.answer = executed.answer;
    if (executed.answer.refused != engine::Refusal::none) {
        outcome.status = Outcome::Status::refused;
        outcome.refusal = executed.answer.refused;
        outcome.detail = executed.detail;
    }
    releases_.push_back(
        [this, id = completion_of(command.completes), outcome] { brand_.complete(id, outcome); });
}

// One append for the whole batch; then everything the batch saw is durable and its answers may leave.
bool Shard::commit() {
    // After a failure nobody knows what is on the disk: this process writes nothing and lets no answer go any more.
    if (brand_.failed()) {
        releases_.clear();
        return false;
    }
    std::vector<StoredRecord> batch;
    for (const Partition* partition : partitions_) {
        for (const auto& [lsn, bytes] : partition->unwritten())
            batch.push_back({partition->id(), lsn, bytes});
    }
    if (const auto rows = brand_.directory().write_rows(); !rows.ok()) {
        brand_.fail(rows.error());
        return false;
    }
    // Vault before fact: the versions that this batch's facts name.
    if (const auto kept = brand_.ports().vault->sync(); !kept.ok()) {
        brand_.fail(kept.error());
        return false;
    }
    if (!batch.empty()) {
        if (const auto appended = brand_.ports().journal->append(log_, batch); !appended.ok()) {
            brand_.fail(
                appended.error());  // nobody knows what is on the disk: no answer of this batch leaves
            releases_.clear();
            return false;
        }
        ++numbers_.batches;
        appended_since_seal_ = true;
        last_commit_ = brand_.ports().clock->monotonic();
        since_checkpoint_ += batch.size();
    } else if (appended_since_seal_ && brand_.ports().clock->monotonic() - last_commit_ > milliseconds(500)) {
        appended_since_seal_ = false;
        if (const auto sealed = brand_.ports().journal->seal(log_); !sealed.ok()) brand_.fail(sealed.error());
    }
    for (Partition* partition : partitions_) {
        if (!partition->unwritten().empty()) partition->set_durable();
        for (Outgoing& outgoing : partition->take_outgoing())
            brand_.shard_of(outgoing.follow_up.target).push(std::move(outgoing));
    }
    // An answer may push new work here; it waits for the next step.
    for (const auto& release : std::exchange(releases_, {})) release();
    return !batch.empty();
}

// What fell due is settled in slices, so that the sweep never holds up the queue for long.
void Shard::sweep() {
    for (Partition* partition : partitions_) {
        if (partition->programme() == nullptr || brand_.writes_stopped()) continue;
        const Instant now = partition->now(brand_.now());
        if (!partition->entities().any_due(now)) continue;
        for (const MemberId member : partition->entities().take_due(now, 256)) {
            engine::Command settle;
            settle.member = member;
            settle.occurred_at = now;
            settle.body = engine::Settle{};
            execute(*partition, settle);
            ++numbers_.settled;
        }
    }
}

// A few changed entities each round, oldest change first; the rows are written in the background, and replay starts
// behind the oldest change that is not saved.
void Shard::checkpoint() {
    std::uint64_t resident_bytes = 0, resident = 0, dirty = 0;
    for (Partition* partition : partitions_) {
        resident_bytes += partition->entities().resident_bytes();
        resident += partition->entities().resident();
        dirty += partition->entities().dirty();
    }
    numbers_.resident_bytes = resident_bytes;
    numbers_.resident = resident;
    numbers_.dirty = dirty;
    if (checkpointing_ || since_checkpoint_ < brand_.options().checkpoint_every) return;
    since_checkpoint_ = 0;
    struct Round {
        Partition* partition;
        std::vector<Entities::Saved> entities;
        std::vector<KeyedId> ids;
    };
    auto rounds = std::make_shared<std::vector<Round>>();
    auto rows = std::make_shared<std::vector<Put>>();
    // At least what arrived since the last round must leave with this one, or the dirty set grows without bound.
    const std::size_t each = std::max<std::size_t>(brand_.options().checkpoint_rows / partitions_.size(), 16);
    for (Partition* partition : partitions_) {
        Round round{partition, {}, {}};
        const std::size_t most = std::max(each, partition->entities().dirty() / 2);
        round.entities = partition->entities().collect(most, partition->durable(), *rows);
        round.ids = brand_.ids().collect(partition->id(), most, partition->durable(), *rows);
        if (!round.entities.empty() || !round.ids.empty()) rounds->push_back(std::move(round));
    }
    if (rounds->empty()) return;
    checkpointing_ = true;
    brand_.background([this, rounds, rows] {
        if (const auto written = brand_.ports().checkpoints->write(*rows, Durability::eventually);
            !written.ok())
            return brand_.fail(written.error());
        push(TaskOp([this, rounds] {
            std::vector<Put> metas;
            for (const Round& round : *rounds) {
                Partition& partition = *round.partition;
                partition.entities().saved(round.entities);
                brand_.ids().saved(partition.id(), round.ids);
                const Lsn head = partition.durable();
                const Lsn in_flight = partition.first_in_flight(
                    head, [&](PartitionId target) { return brand_.taken(target, partition.id()); });
                const Lsn from = std::min({partition.entities().first_unsaved(head), in_flight,
                                           brand_.ids().first_unsaved(partition.id(), head)});
                metas.push_back(brand_.checkpoint_meta(partition, from));
            }
            checkpointing_ = false;
            std::size_t share = brand_.options().resident_bytes_max / brand_.partition_count();
            for (Partition* partition : partitions_) partition->entities().evict(share);
            brand_.background([this, metas = std::move(metas)] {
                if (const auto written = brand_.ports().checkpoints->write(metas, Durability::eventually);
                    !written.ok())
                    brand_.fail(written.error());
            });
            return std::function<void()>();
        }));
    });
}

}  // namespace banyan::runtime
