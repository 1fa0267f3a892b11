// SPDX-License-Identifier: Apache-2.0
// Limits that members share. A grant takes room from the partition's holder where there is any. Where there is none the
// event is recorded all the same, and the grant waits: its claim asks the owner, which may live in another partition.
//
//   holder   any event      -> ClaimAsked, ClaimWaits           asks  TellOwner(Ask)
//   owner    TellOwner      -> lends or denies, or recalls      asks  TellHolder(Lend | Deny | Recall | Note)
//   holder   TellHolder     -> hears; a claim was answered      asks  ClaimDecided, of itself
//   member   ClaimDecided   -> grants, or goes without; the next grant of the event that waits takes its turn
//
// Whoever asked is answered `pending` and finds under its id what it came to in the end.

#include <algorithm>

#include "engine/life.h"
#include "engine/limit_claims.h"

namespace banyan::engine {

using limits::Kept;
using limits::Limit;
using limits::Period;
using limits::Scope;
using members::State;

namespace {

// A stable hash of the name, the same in every release.
PartitionId owner_of(const Context& context, Period period) {
    std::uint64_t h = number_of(period) + 0x9E3779B97F4A7C15U;
    h = (h ^ (h >> 30U)) * 0xBF58476D1CE4E5B9U;
    h = (h ^ (h >> 27U)) * 0x94D049BB133111EBU;
    h ^= h >> 31U;
    return {static_cast<std::uint16_t>(h % context.partitions)};
}

limits::LimitSet terms_of(const Limit& limit) {
    return {limit.most, limit.strictness, limit.when_empty == limits::WhenEmpty::wait};
}

// What a holder decided: its facts, and its messages on their way.
void adopt(Draft& draft, Period period, const limits::HolderDecision& decision) {
    for (const limits::HolderFact& fact : decision.facts)
        draft.emit(entity_of_holder(period), HolderChanged{fact});
    const Limit* limit = draft.programme().limit(period.limit);
    for (const limits::ToOwner& message : decision.messages)
        draft.follow_up(owner_of(draft.context, period),
                        TellOwner{period, draft.context.partition,
                                  limit != nullptr ? terms_of(*limit) : limits::LimitSet{}, message},
                        MemberId{}, KeyedId{});
}

void adopt(Draft& draft, Period period, const limits::OwnerDecision& decision) {
    for (const limits::OwnerFact& fact : decision.facts)
        draft.emit(entity_of_owner(period), OwnerChanged{fact});
    for (const limits::Addressed& addressed : decision.messages)
        draft.follow_up(addressed.to, TellHolder{period, addressed.message}, MemberId{}, KeyedId{});
}

const limits::Holder& holder_of(Draft& draft, Period period) {
    return draft.workspace.read<LimitHolder>(entity_of_holder(period)).holder;
}

bool has_come_back(Draft& draft, const Waiting& waiting) {
    if (!waiting.order) return false;
    const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(*waiting.order));
    return order.paid() > 0 && order.refunded() == order.paid();
}

// The unit's cap may have come down on the grant meanwhile: what it cuts off takes nothing.
void fit(Draft& draft, MemberId id, WaitingGrant& grant) {
    const Quantity fits = below_cap(draft, id, grant.unit, grant.amount);
    if (fits == grant.amount) return;
    std::vector<Kept> back;
    for (Kept& kept : grant.claims) {
        back.push_back(kept);
        back.back().claim.amount = limits::returned_of(kept, grant.amount - fits, fits.is_zero());
        kept.claim.amount -= back.back().claim.amount;
    }
    return_claims(draft, id, back);
}

// The order may have been recorded before any unit waited for the release of its lines.
bool waits_by_line(Draft& draft, const ledger::Unit& unit, std::optional<KeyedId> order) {
    return unit.pending.kind == ledger::PendingPolicy::Kind::until_released && order &&
           has_life(draft, *order);
}

// Every claim of the grant is taken.
void grant_at_last(Draft& draft, const Waiting& waiting, WaitingGrant grant) {
    const MemberId id = waiting.member;
    const State state = draft.member(id).state;
    const ledger::Unit* unit = draft.programme().unit(grant.unit);
    if (state == State::sealed || state == State::gone || unit == nullptr || has_come_back(draft, waiting))
        return return_claims(draft, id, grant.claims);
    if (state == State::forwarded) {
        const MemberId survivor = draft.member(id).forwarded_to;
        draft.follow_up(partition_of(survivor),
                        GrantWaited{id, grant.unit, grant.amount, grant.rule, grant.cost_centre}, survivor,
                        KeyedId{});
        if (!waiting.order) return;
        // Its lot is the survivor's, under a number that is not known here.
        if (grant.basis)
            draft.emit(entity_of_order(*waiting.order), OrderGrantMade{grant.unit,
                                                                       {},
                                                                       grant.rule,
                                                                       grant.amount,
                                                                       grant.basis->conversion,
                                                                       {},
                                                                       grant.basis->lines});
        else
            draft.emit(entity_of_order(*waiting.order),
                       OrderGranted{grant.unit, {}, grant.rule, grant.amount});
        draft.emit(entity_of_order(*waiting.order), GrantLimited{std::move(grant.claims)});
    } else {
        fit(draft, id, grant);
        draft.claims = std::move(grant.claims);
        const catalog::GrantBasis* basis = grant.basis ? &*grant.basis : nullptr;
        if (waits_by_line(draft, *unit, waiting.order))
            grant_by_line(draft, id, *unit, grant.amount, grant.rule, grant.cost_centre, *waiting.order,
                          basis);
        else
            draft.grant(id, *unit, grant.amount, grant.rule, grant.cost_centre, waiting.order, basis);
    }
    if (waiting.order) catch_up_refunds(draft, id, *waiting.order);
}

// Takes what the grants need, one after the other, up to the first claim that has to ask.
void proceed(Draft& draft, Waiting waiting) {
    while (!waiting.grants.empty()) {
        WaitingGrant& grant = waiting.grants.front();
        while (grant.taken < grant.claims.size()) {
            const limits::Claim claim = grant.claims[grant.taken].claim;
            const auto decision = limits::take(holder_of(draft, claim.period), claim.amount);
            const auto* asked = std::get_if<limits::ClaimAsked>(&decision.facts.back());
            adopt(draft, claim.period, decision);
            if (asked != nullptr) {
                draft.emit(entity_of_waiter(claim.period, asked->claim), ClaimWaits{std::move(waiting)});
                draft.decision.answer.pending = true;
                draft.decision.answer.pending_at = draft.context.partition;
                return;
            }
            ++grant.taken;
        }
        const WaitingGrant taken = std::move(grant);
        waiting.grants.erase(waiting.grants.begin());
        const std::size_t before = draft.decision.answer.earned.size();
        grant_at_last(draft, waiting, taken);
        const auto& earned = draft.decision.answer.earned;
        waiting.earned.insert(waiting.earned.end(), earned.begin() + static_cast<std::ptrdiff_t>(before),
                              earned.end());
    }
}

}  // namespace

Kept shared_claim(Draft& draft, const Limit& limit, Quantity amount) {
    const Zone& zone = *draft.programme().zone;
    const Instant at = std::min(draft.command.occurred_at, draft.context.now);
    const metrics::Day day = metrics::local_day(at, zone);
    const Quantity wanted = limit.counts == limits::Counts::times ? Quantity(1) : amount;
    return {{limits::period_of(limit, {day, day}), at, wanted}, Scope::shared, limit.counts};
}

bool take_shared(Draft& draft, const std::vector<Kept>& claims) {
    const bool have_room = std::all_of(claims.begin(), claims.end(), [&](const Kept& kept) {
        return kept.claim.amount <= holder_of(draft, kept.claim.period).room;
    });
    if (!have_room) return false;
    for (const Kept& kept : claims)
        adopt(draft, kept.claim.period, limits::take(holder_of(draft, kept.claim.period), kept.claim.amount));
    return true;
}

void return_shared(Draft& draft, const limits::Claim& claim) {
    adopt(draft, claim.period, limits::release(holder_of(draft, claim.period), claim.amount));
}

void ask_for_waiting(Draft& draft, MemberId id) {
    if (draft.waiting.empty()) return;
    Waiting waiting;
    waiting.member = id;
    waiting.order = draft.waiting_order;
    waiting.completes = draft.completion();
    waiting.grants = std::move(draft.waiting);
    proceed(draft, std::move(waiting));
}

void decide_claim_decided(Draft& draft, MemberId id, const ClaimDecided& body) {
    Waiting waiting = body.waiting;
    WaitingGrant& first = waiting.grants.front();
    if (body.is_lent) {
        ++first.taken;
    } else {
        waiting.limited.push_back({first.claims[first.taken].claim.period.limit, first.rule, first.amount});
        first.claims.resize(first.taken);
        return_claims(draft, id, first.claims);
        waiting.grants.erase(waiting.grants.begin());
    }
    draft.decision.answer.earned = waiting.earned;
    draft.decision.answer.limited = waiting.limited;
    proceed(draft, std::move(waiting));
}

void decide_grant_waited(Draft& draft, MemberId id, const GrantWaited& body) {
    if (goes_after(draft, id, body.absorbed)) return;
    const State state = draft.member(id).state;
    const ledger::Unit* unit = draft.programme().unit(body.unit);
    if (unit == nullptr || state == State::sealed || state == State::gone) return;
    draft.grant(id, *unit, body.amount, body.rule, body.cost_centre, std::nullopt);
}

namespace {

void review(Draft& draft, Period period, const limits::LimitSet& terms) {
    const EntityId entity = entity_of_owner(period);
    const limits::Owner& owner = draft.workspace.read<LimitOwner>(entity).owner;
    const bool is_known = draft.workspace.exists(entity) && owner.limit == terms.limit &&
                          owner.strictness == terms.strictness && owner.waits == terms.waits;
    if (!is_known) adopt(draft, period, limits::set(owner, terms));
}

}  // namespace

void decide_tell_owner(Draft& draft, const TellOwner& body) {
    const EntityId entity = entity_of_owner(body.period);
    const Limit* limit = draft.programme().limit(body.period.limit);
    if (limit != nullptr && limit->scope == Scope::shared)
        review(draft, body.period, terms_of(*limit));
    else if (!draft.workspace.exists(entity))
        review(draft, body.period, body.terms);
    adopt(draft, body.period,
          limits::hear(draft.workspace.read<LimitOwner>(entity).owner, body.holder, body.message));
}

void decide_review(Draft& draft, const ReviewLimit& body) {
    const Limit* limit = draft.programme().limit(body.period.limit);
    if (limit != nullptr && limit->scope == Scope::shared) review(draft, body.period, terms_of(*limit));
}

void decide_tell_holder(Draft& draft, const TellHolder& body) {
    const limits::HolderDecision decision = limits::hear(holder_of(draft, body.period), body.message);
    adopt(draft, body.period, decision);
    for (const limits::HolderFact& fact : decision.facts) {
        const auto* lent = std::get_if<limits::ClaimLent>(&fact);
        const auto* denied = std::get_if<limits::ClaimDenied>(&fact);
        if (lent == nullptr && denied == nullptr) continue;
        const EntityId waiter = entity_of_waiter(body.period, lent != nullptr ? lent->claim : denied->claim);
        const Waiting waiting = draft.workspace.read<LimitWaiter>(waiter).waiting;
        ASSERT(!waiting.grants.empty());
        draft.emit(waiter, ClaimAnswered{});
        draft.follow_up(draft.context.partition, ClaimDecided{waiting, lent != nullptr}, waiting.member,
                        waiting.completes);
    }
}

}  // namespace banyan::engine
