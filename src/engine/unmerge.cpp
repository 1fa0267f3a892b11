// SPDX-License-Identifier: Apache-2.0
// A merge is undone by giving back what is left of what came with it:
//
//   survivor   UnmergeMembers -> lots, debts, metrics and names leave          asks  TakeBack
//   absorbed   TakeBack       -> its lots under their old numbers, itself again
//
// What was earned, spent and owed since stays with the survivor. A lot that was spent meanwhile is not replaced: a later
// refund of the order behind it is met by the absorbed member, by other lots or as debt, as any refund is.

#include <algorithm>

#include "engine/draft.h"

namespace banyan::engine {

using members::Member;

namespace {

bool came_with(const members::Absorbed& entry, UnitId unit, ledger::LotNumber lot) {
    return std::any_of(entry.lots.begin(), entry.lots.end(),
                       [&](const auto& number) { return number.unit == unit && number.now == lot; });
}

// Why it cannot be undone; refuses.
bool hindered(Draft& draft, const Member& member, const members::Absorbed* entry, const members::Gift* gift) {
    if (entry == nullptr) {
        draft.refuse(Refusal::merge_unknown, "this member has not absorbed that one");
    } else if (gift == nullptr) {
        draft.refuse(
            Refusal::merge_unknown,
            "that member came with another one, or by a merge that was recorded without what it brought; "
            "undo the merge of the one it came with");
    } else if (!member.log.empty() || !member.carries.empty()) {
        draft.refuse(Refusal::merge_unknown,
                     "what metrics counted and rules carried over of the two is one now; such a merge cannot "
                     "be undone");
    } else if (member.merging.value != 0) {
        draft.refuse(Refusal::merge_under_way, "another merge of this member has not ended yet; ask again");
    } else {
        for (const members::ActiveHold& hold : member.holds) {
            for (const ledger::Portion& portion : hold.portions) {
                if (came_with(*entry, hold.unit, portion.lot))
                    draft.refuse(Refusal::hold_open,
                                 "an open hold is on what would leave; capture or release it first");
            }
        }
    }
    return draft.refused();
}

// What is left of what the merge moved.
TakeBack left_of(const Member& member, const members::Absorbed& entry, const members::Gift& gift) {
    TakeBack back;
    back.survivor = member.id;
    back.spend = gift.spend;
    back.orders = gift.orders;
    back.last_order_at = gift.last_order_at;
    for (const auto& number : entry.lots) {
        const ledger::Wallet* wallet = member.wallet(number.unit);
        const ledger::Lot* lot = wallet != nullptr ? wallet->find(number.now) : nullptr;
        if (lot == nullptr) continue;
        back.lots.push_back({number.unit, *lot});
        back.lots.back().lot.number = number.was;
    }
    for (const auto& debt : gift.debts) {
        const ledger::Wallet* wallet = member.wallet(debt.unit);
        const Quantity owed = wallet != nullptr ? smaller(debt.amount, wallet->debt) : Quantity{};
        if (!owed.is_zero()) back.debts.push_back({debt.unit, owed});
    }
    return back;
}

}  // namespace

void decide_unmerge(Draft& draft, MemberId id, const UnmergeMembers& body) {
    const Member& member = draft.member(id);
    const members::Absorbed* entry = find_absorbed(member, body.absorbed);
    const members::Gift* gift = gift_of(member, body.absorbed);
    if (hindered(draft, member, entry, gift)) return;
    TakeBack back = left_of(member, *entry, *gift);
    const std::vector<members::Absorbed::Renumbered> numbers = entry->lots;
    for (const auto& number : numbers) {
        const ledger::Wallet* wallet = draft.member(id).wallet(number.unit);
        const ledger::Lot* lot = wallet != nullptr ? wallet->find(number.now) : nullptr;
        if (lot != nullptr) draft.post_in_transit(id, LotMovedOut{number.unit, number.now, lot->remaining});
    }
    for (const MovedDebt& debt : back.debts) draft.post_in_transit(id, DebtMoved{debt.unit, -debt.amount});
    draft.emit(entity_of(id), MergeUndone{body.absorbed});
    draft.review_tiers(id, Draft::After::refund);
    draft.follow_up(partition_of(body.absorbed), std::move(back), body.absorbed, draft.completion());
    draft.decision.answer.pending = true;
    draft.decision.answer.pending_at = partition_of(body.absorbed);
}

void decide_take_back(Draft& draft, MemberId id, const TakeBack& body) {
    draft.emit(entity_of(id), MemberReturned{body.spend, body.orders, body.last_order_at});
    for (const MovedLot& moved : body.lots) draft.stir(id, moved.unit);  // it was not idle, it was away
    for (const MovedLot& moved : body.lots) {
        draft.post_in_transit(id, LotMovedBack{moved.unit, moved.lot});
        draft.show(moved.unit);
    }
    for (const MovedDebt& debt : body.debts) draft.post_in_transit(id, DebtMoved{debt.unit, debt.amount});
    draft.settle(id);
    draft.review_tiers(id, Draft::After::spend);
}

}  // namespace banyan::engine
