// SPDX-License-Identifier: Apache-2.0
#include "runtime/reception.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "runtime/brand.h"
#include "runtime/normalise.h"

namespace banyan::runtime {

namespace {

Outcome refusal_of(engine::Refusal refusal, std::string detail) {
    Outcome outcome;
    outcome.status = Outcome::Status::refused;
    outcome.refusal = refusal;
    outcome.detail = std::move(detail);
    return outcome;
}

Outcome later(std::string detail, Duration retry_after) {
    Outcome outcome;
    outcome.status = Outcome::Status::overloaded;
    outcome.detail = std::move(detail);
    outcome.retry_after = retry_after;
    return outcome;
}

constexpr const char* erased = "the member's personal data was erased";

}  // namespace

RequestOp op_of(const Directory& directory, Request request, std::function<void(Outcome)> done) {
    RequestOp op{std::move(request), {}, std::move(done)};
    const auto* bind = std::get_if<BindIdentity>(&op.request.body);
    op.keys.reserve(op.request.subject.identities.size() + (bind != nullptr ? 1 : 0));
    for (const ExternalId& identity : op.request.subject.identities)
        op.keys.push_back(directory.key_of(identity));
    if (bind != nullptr) op.keys.push_back(directory.key_of(bind->identity));
    return op;
}

MemberId member_of(const Directory& directory, const RequestOp& op) {
    MemberId member = op.request.subject.member;
    for (std::size_t i = 0; i < op.request.subject.identities.size() && member.value == 0; ++i)
        member = directory.find(op.keys[i]).value_or(MemberId{});
    return member;
}

void Reception::refuse(RequestOp& op, engine::Refusal refusal, std::string detail) {
    releases_.answer(std::move(op.done), refusal_of(refusal, std::move(detail)));
}

// Whom the request is about, and in which partition it is decided. False when it was answered or sent elsewhere.
bool Reception::route(RequestOp& op, Partition*& partition, engine::Command& command) {
    const auto refused = [&](engine::Refusal refusal, const char* detail) {
        refuse(op, refusal, detail);
        return false;
    };
    const auto exists = [&](PartitionId where) { return where.value < brand_.partition_count(); };
    MemberId member = op.request.subject.member;
    for (std::size_t i = 0; i < op.request.subject.identities.size(); ++i) {
        const auto known = brand_.directory().find(op.keys[i]);
        if (known && member.value != 0 && member != *known)
            return refused(engine::Refusal::identities_differ,
                           "the identities belong to different members; merge them");
        if (known) member = *known;
    }
    if (member.value != 0 && !exists(partition_of(member)))
        return refused(engine::Refusal::member_unknown, "there is no such member");
    const auto* merge = std::get_if<Merge>(&op.request.body);
    if (merge != nullptr && !exists(partition_of(merge->absorbed)))
        return refused(engine::Refusal::member_unknown, "there is no member to absorb");
    const auto* transfer = std::get_if<Transfer>(&op.request.body);
    if (transfer != nullptr && !exists(partition_of(transfer->to)))
        return refused(engine::Refusal::member_unknown, "there is no member to receive it");
    const bool is_bind = std::holds_alternative<BindIdentity>(op.request.body);
    const PartitionId where = is_bind             ? brand_.home_of(op.keys.back())
                              : member.value == 0 ? brand_.home_of(op.keys.front())
                                                  : partition_of(member);
    if (Shard& other = brand_.shard_of(where); &other != &shard_) {
        // The member was claimed on another thread meanwhile; nothing was journaled here, so it just moves on.
        if (!other.push(op)) releases_.answer(std::move(op.done), later("the queue is full", seconds(1)));
        return false;
    }
    partition = &brand_.partition(where);
    command.member = member;
    return true;
}

// For the fingerprint: what was said of the person, as a keyed digest under the member's own key.
bool Reception::digest_profile(RequestOp& op, Partition& partition, engine::Command& command) {
    std::array<std::uint64_t, 2> personal{};
    if (const Profile* profile = profile_of(op.request.body); profile != nullptr && !is_empty(*profile)) {
        const MemberId owner = command.member.value != 0 ? command.member : partition.next_member();
        const auto digest = brand_.ports().vault->keyed(owner, profile_text(*profile));
        if (!digest.ok()) {
            refuse(op, engine::Refusal::id_uncheckable, erased);
            return false;
        }
        personal = *digest;
    }
    command.fingerprint = fingerprint_of(op.request, command.body, *brand_.ports().secrets, personal);
    return true;
}

void Reception::take(RequestOp op) {
    Partition* partition = nullptr;
    engine::Command command;
    if (!route(op, partition, command)) return;

    const Instant now = partition->now(brand_.now());
    const auto programme = partition->programme_at(now);
    ASSERT(programme != nullptr);
    auto body = normalise(op.request, *programme, *brand_.ports().secrets, now);
    if (!body.ok() && body.error().code == ErrorCode::not_found)
        return refuse(op, engine::Refusal::unit_unknown, body.error().message);
    if (!body.ok()) {
        Outcome outcome;
        outcome.status = Outcome::Status::invalid;
        outcome.detail = body.error().message;
        outcome.where = body.error().where;
        return releases_.answer(std::move(op.done), std::move(outcome));
    }
    command.body = std::move(body).value();
    command.id = command_key(*brand_.ports().secrets, op.request);
    command.occurred_at = op.request.occurred_at.value_or(now);
    if (!digest_profile(op, *partition, command)) return;
    if (brand_.is_quarantined(command.fingerprint))
        return refuse(op, engine::Refusal::quarantined,
                      "this very request made the engine stop before; report it, do not send it again");
    const auto known = brand_.ids().find_or_reserve(command.id);
    if (!known.ok()) return brand_.fail(known.error());
    if (*known) return answer_known(std::move(op), command.id, **known, command.fingerprint);
    run(std::move(op), *partition, std::move(command));
}

Result<codec::Record> Reception::read(const Accepted& where) const {
    if (&brand_.shard_of(where.partition) == &shard_) {
        if (const std::string* bytes = brand_.partition(where.partition).unwritten_record(where.lsn))
            return codec::decode(*bytes);
    }
    return codec::decode(TRY(brand_.ports().journal->read(where.partition, where.lsn)));
}

// The id was used before: the recorded answer, or the refusal of another body under it.
void Reception::answer_known(RequestOp op, KeyedId id, const Accepted& accepted, Fingerprint fingerprint) {
    Outcome outcome;
    if (accepted.lsn.value == 0) {  // another thread decides it at this moment
        outcome = later("the same id is being decided right now", milliseconds(50));
    } else if (accepted.fingerprint != fingerprint) {
        outcome = outcome_of_reuse(op, accepted);
    } else {
        outcome.status = Outcome::Status::replayed;
        auto record = read(accepted);
        if (record.ok() && record->answer.pending) {
            const auto completion = brand_.ids().find(completion_of(id));
            if (!completion.ok() || !*completion) {
                outcome.status = Outcome::Status::pending;
                outcome.partition = accepted.partition;
                outcome.lsn = accepted.lsn;
                outcome.answer = record->answer;
                return brand_.wait_for(completion_of(id), std::move(op.done), std::move(outcome));
            }
            auto last = read(**completion);
            if (last.ok()) last->answer = engine::combined(record->answer, std::move(last->answer));
            record = std::move(last);
        }
        if (!record.ok()) {
            outcome =
                later("the recorded answer cannot be read yet: " + record.error().message, milliseconds(200));
        } else {
            outcome.answer = std::move(record->answer);
            outcome.at = record->header.time;
            outcome.refusal = outcome.answer.refused;
            if (outcome.refusal != engine::Refusal::none) outcome.status = Outcome::Status::refused;
        }
    }
    outcome.partition = accepted.partition;
    outcome.lsn = accepted.lsn;
    if (outcome.status == Outcome::Status::replayed) return bind_others(std::move(op), std::move(outcome));
    releases_.answer(std::move(op.done), std::move(outcome));
}

Outcome Reception::outcome_of_reuse(const RequestOp& op, const Accepted& accepted) const {
    const Profile* profile = profile_of(op.request.body);
    if (profile != nullptr && !is_empty(*profile)) {
        const auto first = read(accepted);
        const auto owner = [&] {
            return first->command.claim ? first->answer.member : first->command.member;
        };
        if (first.ok() && !brand_.ports().vault->keyed(owner(), "").ok())
            return refusal_of(
                engine::Refusal::id_uncheckable,
                "this id was used; whether with this body cannot be told, its member was erased");
    }
    return refusal_of(engine::Refusal::id_reused,
                      "this id was used with another body; a new event needs a new id");
}

// Draws the handle under which an identity is bound to its member. False when there is nothing to decide.
bool Reception::claim_for_bind(RequestOp& op, engine::Command& command) {
    auto& claim = std::get<engine::ClaimIdentity>(command.body);
    const IdentityKey key = op.keys.back();
    const auto owner = brand_.directory().find(key);
    // Only a member can be given an identity; the request itself does not bring one into being.
    if (owner || command.member.value == 0) {
        brand_.ids().release(command.id);
        Outcome outcome;
        if (command.member.value == 0)
            outcome = refusal_of(engine::Refusal::member_unknown, "there is no such member");
        else if (*owner != command.member)
            outcome = refusal_of(engine::Refusal::identity_taken,
                                 "the identity belongs to another member; merge them if they are one person");
        if (owner && command.member.value != 0) outcome.answer.member = *owner;
        releases_.answer(std::move(op.done), std::move(outcome));
        return false;
    }
    const auto kind = brand_.directory().kind(std::get<BindIdentity>(op.request.body).identity.kind);
    if (!kind.ok()) {
        brand_.fail(kind.error());
        return false;
    }
    claim.kind = *kind;
    claim.member = command.member;
    claim.handle = brand_.directory().draw(key, *kind);
    return true;
}

// Fills in what only the owner of the partition may draw: handles, vault versions. Then decides.
void Reception::run(RequestOp op, Partition& partition, engine::Command command) {
    if (std::holds_alternative<engine::ClaimIdentity>(command.body) && !claim_for_bind(op, command)) return;
    Profile* profile = profile_of(op.request.body);
    if (profile != nullptr && !is_empty(*profile)) {
        const MemberId owner = command.member.value != 0 ? command.member : partition.next_member();
        const auto version = brand_.profiles().put(partition, owner, *profile);
        if (!version.ok() &&
            version.error().code == ErrorCode::refused) {  // erased since its digest was taken
            brand_.ids().release(command.id);
            return refuse(op, engine::Refusal::id_uncheckable, erased);
        }
        if (!version.ok()) return brand_.fail(version.error());
        if (auto* registration = std::get_if<engine::RegisterMember>(&command.body))
            registration->vault = *version;
        if (auto* update = std::get_if<engine::UpdateProfile>(&command.body)) update->vault = *version;
    }
    const bool is_first_sight = command.member.value == 0;
    if (is_first_sight) {  // a handle is drawn for the identity and claimed by the same record
        const auto kind = brand_.directory().kind(op.request.subject.identities.front().kind);
        if (!kind.ok()) return brand_.fail(kind.error());
        command.claim = engine::Claim{brand_.directory().draw(op.keys.front(), *kind), *kind};
    }
    const auto source = brand_.directory().source(op.request.source);
    if (!source.ok()) return brand_.fail(source.error());
    command.source = *source;
    Partition::Executed executed = shard_.execute(partition, command);
    if (is_first_sight && executed.lsn.value != 0)
        brand_.directory().claimed(op.keys.front(), executed.answer.member);
    finish(std::move(op), partition, command, std::move(executed));
}

void Reception::finish(RequestOp op, Partition& partition, const engine::Command& command,
                       Partition::Executed executed) {
    Outcome outcome;
    outcome.partition = partition.id();
    outcome.lsn = executed.lsn;
    outcome.saw = executed.saw;
    outcome.at = executed.time;
    if (executed.refusal != engine::Refusal::none) {
        brand_.ids().release(command.id);
        shard_.note_refused();
        outcome.status = Outcome::Status::refused;
        outcome.refusal = executed.refusal;
        outcome.detail = std::move(executed.detail);
        return releases_.answer(std::move(op.done), std::move(outcome));
    }
    outcome.answer = std::move(executed.answer);
    if (std::holds_alternative<engine::EraseMember>(command.body))
        begin_erasure(partition, outcome.answer.member);
    // At once, not when it is durable: a second claim of the key may wait in this very batch.
    if (const auto* bound = std::get_if<engine::ClaimIdentity>(&command.body))
        brand_.directory().claimed(op.keys.back(), bound->member);
    if (outcome.answer.pending) {
        outcome.status = Outcome::Status::pending;
        return brand_.wait_for(completion_of(command.id), std::move(op.done), std::move(outcome));
    }
    bind_others(std::move(op), std::move(outcome));
}

// Further identities of the same person that nobody has claimed yet are bound to the member, and only then the answer
// leaves: who was told that a person is known finds it by each of its names. A crash in between leaves some unbound, so
// asking again under the same id comes here, too.
void Reception::bind_others(RequestOp op, Outcome outcome) {
    const auto& identities = op.request.subject.identities;
    std::vector<Request> binds;
    bool is_known = false;  // whoever was erased or merged since is known by none of them, and gets none back
    for (std::size_t i = 0; identities.size() > 1 && i < identities.size(); ++i) {
        if (const auto owner = brand_.directory().find(op.keys[i]))
            is_known = is_known || *owner == outcome.answer.member;
        else
            binds.push_back(bind_of(op.request, i, outcome.answer.member));
    }
    if (binds.empty() || !is_known) return releases_.answer(std::move(op.done), std::move(outcome));
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
    releases_.then([this, waiting, binds = std::move(binds)] {
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
void Reception::begin_erasure(Partition& partition, MemberId id) {
    engine::Workspace workspace(partition.entities());
    const auto member = workspace.read<members::Member>(engine::entity_of(id));
    if (member.state != members::State::sealed) return;
    brand_.profiles().forget(id);
    releases_.then([this, id, member] { brand_.erase_soon(id, member); });
}

void Reception::take(const Outgoing& follow_up) {
    Partition& partition = brand_.partition(follow_up.follow_up.target);
    const engine::Cursor cursor = partition.cursor(follow_up.source);
    const std::pair at{follow_up.lsn, follow_up.ordinal};
    if (at <= std::pair{cursor.lsn, cursor.ordinal}) return;  // redelivered
    const engine::Command& command = follow_up.follow_up.command;
    if (const auto taken = brand_.profiles().take_over(partition, command); !taken.ok())
        return brand_.fail(taken.error());
    const Partition::Executed executed = shard_.execute(partition, command);
    ASSERT(executed.lsn.value != 0);  // the cursor at least has advanced
    if (std::holds_alternative<engine::EraseMember>(command.body)) begin_erasure(partition, command.member);
    // The identity was claimed for a member that never was or is erased: its row must not outlive this.
    if (const auto* bound = std::get_if<engine::BindIdentity>(&command.body);
        bound != nullptr && executed.refusal != engine::Refusal::none)
        releases_.then([this, handle = bound->handle] { brand_.forget_soon(handle); });
    releases_.then(
        [this, target = partition.id(), source = follow_up.source,
         step = Step{follow_up.lsn, follow_up.ordinal}] { brand_.set_taken(target, source, step); });
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
    releases_.then([this, id = completion_of(command.completes), outcome] { brand_.complete(id, outcome); });
}

}  // namespace banyan::runtime
