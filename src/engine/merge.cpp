// SPDX-License-Identifier: Apache-2.0
// Merge, as a conversation of two members that may live in different partitions:
//
//   survivor   MergeMembers  -> merging = absorbed             asks  AbsorbMember
//   absorbed   AbsorbMember  -> gives everything, forwarded    asks  TakeOver*  (or MergeRefused)
//   survivor   TakeOver      -> takes everything, merging ends
//   (* TakeOverProfile when the absorbed member has a profile, which the runtime has put under the survivor's key)
//
// A member that is itself coordinating a merge cannot be absorbed, so of two opposite merges at most one is carried out
// (none, when both had begun), and two members never forward to each other.

#include <algorithm>

#include "engine/draft.h"
#include "engine/late.h"

namespace banyan::engine {

using members::Member;
using members::State;

ledger::LotNumber number_here(const Member& member, MemberId absorbed, UnitId unit, ledger::LotNumber lot) {
    if (absorbed == member.id) return lot;  // the merge was undone while this was on its way
    for (const members::Absorbed& entry : member.absorbed) {
        if (entry.member != absorbed) continue;
        for (const auto& number : entry.lots) {
            if (number.unit == unit && number.was == lot) return number.now;
        }
    }
    return {};
}

const members::Absorbed* find_absorbed(const Member& member, MemberId absorbed) {
    for (const members::Absorbed& entry : member.absorbed) {
        if (entry.member == absorbed) return &entry;
    }
    return nullptr;
}

const members::Gift* gift_of(const Member& member, MemberId absorbed) {
    for (const members::Gift& gift : member.gifts) {
        if (gift.from == absorbed) return &gift;
    }
    return nullptr;
}

bool goes_after(Draft& draft, MemberId id, MemberId absorbed) {
    if (absorbed == id || find_absorbed(draft.member(id), absorbed) != nullptr) return false;
    draft.follow_up(partition_of(absorbed), draft.command.body, absorbed, draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(absorbed);
    return true;
}

namespace {

// A merge adds up two members, and neither half of it can be refused once the other has happened.
bool has_room(Draft& draft, MemberId id) {
    const auto bounded = [](std::int64_t total) { return total >= -total_max && total <= total_max; };
    for (const ledger::Unit& unit : draft.programme().units) {
        const auto& accounts = draft.workspace.read<ledger::Accounts>(entity_of_accounts(unit.id));
        if (!bounded(accounts.of(ledger::Account::in_transit).value())) return false;
    }
    const Member& member = draft.member(id);
    for (const metrics::Measure& measure : draft.programme().metrics.measures()) {
        if (metrics::volume(member.log, measure.id) > total_max) return false;
    }
    return bounded(member.spend) &&
           std::all_of(member.wallets.begin(), member.wallets.end(), [&](const ledger::Wallet& wallet) {
               return bounded(wallet.posted.value()) && bounded(wallet.debt.value());
           });
}

}  // namespace

void decide_merge(Draft& draft, MemberId id, const MergeMembers& body) {
    if (body.absorbed == id) return draft.refuse(Refusal::merge_with_itself);
    if (!has_room(draft, id))
        return draft.refuse(Refusal::amount_too_large, "what the member has is beyond 10^17 already");
    if (draft.member(id).merging.value != 0)
        return draft.refuse(Refusal::merge_under_way,
                            "another merge of this member has not ended yet; ask again");
    draft.emit(entity_of(id), MergeBegun{body.absorbed});
    draft.follow_up(partition_of(body.absorbed), AbsorbMember{id}, body.absorbed, draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = draft.context.partition;
}

void decide_absorb(Draft& draft, MemberId id, const AbsorbMember& body) {
    const Member& member = draft.member(id);
    // Whoever waits for the merge gets the survivor's answer, not this step's.
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(body.survivor);
    const bool can = member.state == State::active || member.state == State::empty;
    if (!can || member.merging.value != 0 || !has_room(draft, id) || body.survivor == id ||
        !draft.workspace.exists(entity_of(id))) {
        draft.follow_up(partition_of(body.survivor), MergeRefused{id}, body.survivor,
                        draft.command.completes);
        return;
    }
    TakeOver gift;
    gift.absorbed = id;
    gift.joined_at = member.joined_at;
    gift.spend = member.spend;
    gift.orders = member.orders;
    gift.last_order_at = member.last_order_at;
    gift.identities = member.identities;
    gift.holds = member.holds;
    gift.absorbed_before = member.absorbed;
    for (const ledger::Wallet& wallet : member.wallets) {
        for (const ledger::Lot& lot : wallet.lots) gift.lots.push_back({wallet.unit, lot});
        if (!wallet.debt.is_zero()) gift.debts.push_back({wallet.unit, wallet.debt});
    }
    std::vector<basis::Carry> carries = member.carries;
    for (const MovedLot& moved : gift.lots)
        draft.post_in_transit(id, LotMovedOut{moved.unit, moved.lot.number, moved.lot.remaining});
    for (const MovedDebt& debt : gift.debts) draft.post_in_transit(id, DebtMoved{debt.unit, -debt.amount});
    TakeOverLog more{id, member.log, {}, member.courses};
    for (const tiers::Standing& standing : member.standings) {
        const tiers::Ladder* ladder = draft.programme().ladder(standing.ladder);
        if (ladder != nullptr && ladder->held != tiers::Held::spend) more.standings.push_back(standing);
    }
    forget_judged(draft, id);
    draft.emit(entity_of(id), MemberForwarded{body.survivor});
    // First, so that the survivor's own claims find them there.
    if (!member.uses.limits.empty() || !member.hold_claims.empty())
        draft.follow_up(partition_of(body.survivor), TakeOverUses{id, member.uses, member.hold_claims},
                        body.survivor, KeyedId{});
    if (!more.log.empty() || !more.standings.empty())
        draft.follow_up(partition_of(body.survivor), std::move(more), body.survivor, KeyedId{});
    if (!carries.empty())
        draft.follow_up(partition_of(body.survivor), TakeOverCarries{std::move(carries)}, body.survivor,
                        KeyedId{});
    CommandBody taking = std::move(gift);
    if (member.vault.value != 0)
        taking = TakeOverProfile{std::get<TakeOver>(std::move(taking)), member.vault};
    draft.follow_up(partition_of(body.survivor), std::move(taking), body.survivor, draft.command.completes);
}

void decide_take_over(Draft& draft, MemberId id, const TakeOver& body) {
    std::vector<members::Absorbed::Renumbered> numbers;
    for (const MovedLot& moved : body.lots) {
        const ledger::Wallet* wallet = draft.member(id).wallet(moved.unit);
        ledger::Lot lot = moved.lot;
        lot.number = {(wallet != nullptr ? wallet->last_lot.value : 0) + 1};
        numbers.push_back({moved.unit, moved.lot.number, lot.number});
        draft.post_in_transit(id, LotMovedIn{moved.unit, lot, body.absorbed, moved.lot.number});
    }
    for (const MovedDebt& debt : body.debts) draft.post_in_transit(id, DebtMoved{debt.unit, debt.amount});
    for (const MovedLot& moved : body.lots) draft.stir(id, moved.unit);
    for (const members::ActiveHold& hold : body.holds) {
        HoldPlaced placed{hold.id, hold.unit, hold.amount, hold.expires, hold.portions};
        for (ledger::Portion& portion : placed.portions) {
            const auto number = std::find_if(numbers.begin(), numbers.end(), [&](const auto& n) {
                return n.unit == hold.unit && n.was == portion.lot;
            });
            ASSERT(number != numbers.end());
            portion.lot = number->now;
        }
        draft.emit(entity_of(id), std::move(placed));
    }
    for (const members::Identity& identity : body.identities)
        draft.emit(entity_of(id), IdentityBound{identity.kind, identity.handle});
    // Two that never joined do not join by being found to be one.
    if (body.joined_at != Instant{}) draft.join(id, body.joined_at);
    draft.emit(entity_of(id), SpendCounted{body.spend, body.orders, body.last_order_at});
    draft.emit(entity_of(id), MergeEnded{body.absorbed, true});
    AbsorbedBefore earlier;
    for (const members::Absorbed& absorbed : body.absorbed_before) earlier.members.push_back(absorbed.member);
    members::Gift gift{body.absorbed,   body.spend,     body.orders, body.last_order_at, {},
                       body.identities, earlier.members};
    for (const MovedDebt& debt : body.debts) gift.debts.push_back({debt.unit, debt.amount});
    draft.emit(entity_of(id), GiftKept{std::move(gift)});
    if (!earlier.members.empty()) draft.emit(entity_of(id), std::move(earlier));
    draft.settle(id);
    draft.review_tiers(id, Draft::After::spend);
}

void decide_reverse_carried(Draft& draft, MemberId id, const ReverseCarried& body) {
    std::vector<ReverseCarried::Base> bases = body.bases;
    for (ReverseCarried::Base& base : bases)
        base.lot = number_here(draft.member(id), body.absorbed, base.unit, base.lot);
    take_back_carried(draft, id, bases);
}

void decide_reverse_grants(Draft& draft, MemberId id, const ReverseGrants& body) {
    if (goes_after(draft, id, body.absorbed)) return;
    for (const ReverseGrants::Part& part : body.parts) {
        // A lot that was closed before the merge has no new number; its reversal is met by other lots or debt.
        const ledger::LotNumber lot = number_here(draft.member(id), body.absorbed, part.unit, part.lot);
        if (body.what == ReverseGrants::What::reverse) {
            draft.reverse_grant(id, part.unit, lot, part.rule, part.amount);
            continue;
        }
        const ledger::Wallet* wallet = draft.member(id).wallet(part.unit);
        const ledger::Lot* open = wallet != nullptr ? wallet->find(lot) : nullptr;
        if (open != nullptr && open->available > draft.context.now)
            draft.post(id, ledger::Released{part.unit, lot, draft.context.now});
    }
    if (body.spend == 0) return;
    draft.emit(entity_of(id), SpendCounted{body.spend, 0, draft.command.occurred_at});
    if (gift_of(draft.member(id), body.absorbed) != nullptr)
        draft.emit(entity_of(id), GiftSpendCounted{body.absorbed, body.spend});
    draft.review_tiers(id, Draft::After::refund);
}

}  // namespace banyan::engine
