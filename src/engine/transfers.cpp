// SPDX-License-Identifier: Apache-2.0
// A transfer, as a conversation of two members that may live in different partitions:
//
//   giver      TransferPoints  -> the points leave, with their origin and expiry    asks  TakeTransfer
//   receiver   TakeTransfer    -> takes them, or cannot                             tells TransferEnded
//   giver      TransferEnded   -> what was not taken returns; answers whoever asked
//
// What can be known at the giver's is refused before anything moves. What only the receiver's partition knows, that
// there is no such member, that it was erased, that it would hold too much, sends everything back: a transfer happens
// whole or not at all. A receiver that was merged away has a gate, which passes the points on.

#include "engine/draft.h"

namespace banyan::engine {

using members::Member;
using How = TransferEnded::How;

namespace {

Quantity sum(const std::vector<ledger::Portion>& portions) {
    Quantity total;
    for (const ledger::Portion& portion : portions) total += portion.amount;
    return total;
}

How hindrance(Draft& draft, MemberId id, const TakeTransfer& body) {
    if (!draft.workspace.exists(entity_of(id))) return How::receiver_unknown;
    const Member& member = draft.member(id);
    if (member.state == members::State::sealed || member.state == members::State::gone)
        return How::receiver_erased;
    const ledger::Unit* unit = draft.programme().unit(body.unit);
    ASSERT(unit != nullptr);
    const ledger::Wallet* wallet = member.wallet(body.unit);
    const Quantity posted = wallet != nullptr ? wallet->posted : Quantity{};
    const Quantity amount = sum(body.portions);
    if (!unit->cap.is_zero() && posted + amount > unit->cap) return How::beyond_cap;
    return within_bounds(posted.value(), amount.value()) ? How::taken : How::beyond_bounds;
}

void receive(Draft& draft, MemberId id, UnitId unit, const std::vector<ledger::Portion>& portions) {
    for (const ledger::Portion& portion : portions) {
        const ledger::Wallet* wallet = draft.member(id).wallet(unit);
        const Quantity debt = wallet != nullptr ? wallet->debt : Quantity{};
        const ledger::LotNumber lot{(wallet != nullptr ? wallet->last_lot.value : 0) + 1};
        draft.post(id, ledger::Received{unit, lot, portion.amount, smaller(debt, portion.amount),
                                        portion.expires, portion.origin});
    }
}

Refusal refusal_of(How how) {
    switch (how) {
        case How::taken: return Refusal::none;
        case How::receiver_unknown: return Refusal::member_unknown;
        case How::receiver_erased: return Refusal::member_erased;
        case How::beyond_cap: return Refusal::cap_exceeded;
        case How::beyond_bounds: return Refusal::amount_too_large;
    }
    ASSERT(false);
    return Refusal::none;
}

}  // namespace

void decide_transfer(Draft& draft, MemberId id, const TransferPoints& body) {
    const ledger::Unit* unit = draft.programme().unit(body.unit);
    ASSERT(unit != nullptr);
    if (body.to == id)
        return draft.refuse(Refusal::transfer_to_itself, "giver and receiver are the same member");
    if (!unit->transferable)
        return draft.refuse(Refusal::unit_not_transferable,
                            "the programme does not let members give \"" + unit->code +
                                "\" to each other; a unit that they may give says transferable: true");
    const auto portions = draft.choose(id, body.unit, body.amount);
    if (!portions) return;
    draft.stir(id, body.unit);
    for (const ledger::Portion& portion : *portions)
        draft.post(id, ledger::Given{body.unit, portion.lot, portion.amount});
    draft.follow_up(partition_of(body.to), TakeTransfer{id, body.unit, *portions}, body.to,
                    draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = draft.context.partition;
}

void decide_take_transfer(Draft& draft, MemberId id, const TakeTransfer& body) {
    TransferEnded ended;
    ended.unit = body.unit;
    ended.how = hindrance(draft, id, body);
    if (ended.how == How::taken) {
        draft.stir(id, body.unit);
        receive(draft, id, body.unit, body.portions);
    } else {
        ended.returned = body.portions;
    }
    draft.follow_up(partition_of(body.from), std::move(ended), body.from, draft.command.completes);
    draft.decision.answer.pending = true;  // whoever waits gets the giver's answer, not this step's
    draft.decision.answer.pending_at = partition_of(body.from);
}

void decide_transfer_ended(Draft& draft, MemberId id, const TransferEnded& body) {
    receive(draft, id, body.unit, body.returned);
    draft.show(body.unit);
    draft.decision.answer.refused = refusal_of(body.how);
    if (body.how != How::taken) draft.decision.detail = "the receiver could not take it: everything returned";
}

}  // namespace banyan::engine
