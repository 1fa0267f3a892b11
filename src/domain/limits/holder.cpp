// SPDX-License-Identifier: Apache-2.0
#include "domain/limits/holder.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::limits {

namespace {

void forget(Holder& holder, ClaimNumber claim) {
    std::erase_if(holder.waiting, [claim](const Asked& asked) { return asked.claim == claim; });
}

bool is_waiting(const Holder& holder, ClaimNumber claim) {
    return std::any_of(holder.waiting.begin(), holder.waiting.end(),
                       [claim](const Asked& asked) { return asked.claim == claim; });
}

struct Applier {
    Holder& holder;

    void operator()(const RoomTaken& fact) const {
        ASSERT(fact.amount <= holder.room);
        holder.room -= fact.amount;
        holder.used += fact.amount;
    }
    void operator()(const ClaimAsked& fact) const {
        ASSERT(fact.claim.value == holder.asked.value + 1);
        holder.asked = fact.claim;
        holder.waiting.push_back({fact.claim, fact.amount});
    }
    void operator()(const ClaimWithdrawn& fact) const { forget(holder, fact.claim); }
    void operator()(const ClaimLent& fact) const {
        ASSERT(holder.answered < fact.claim);
        holder.answered = fact.claim;
        forget(holder, fact.claim);
        holder.used += fact.used;
        holder.room += fact.room;
        if (fact.term == Term{}) return;
        ASSERT(holder.term <= fact.term);
        holder.term = fact.term;
        holder.state = TermState::running;
    }
    void operator()(const ClaimDenied& fact) const {
        ASSERT(holder.answered < fact.claim);
        holder.answered = fact.claim;
        forget(holder, fact.claim);
    }
    void operator()(const UseReleased& fact) const {
        ASSERT(fact.amount <= holder.used);
        holder.used -= fact.amount;
        holder.room += fact.amount;
    }
    void operator()(const RoomReturned& fact) const {
        ASSERT(fact.number.value == holder.returned.value + 1);
        ASSERT(fact.amount <= holder.room);
        holder.returned = fact.number;
        holder.room -= fact.amount;
        if (fact.ends == Term{}) return;
        ASSERT(fact.ends == holder.term);
        holder.state = TermState::ended;
    }
    void operator()(const ReturnNoted& fact) const { holder.noted = fact.number; }
};

// Decides step by step: each fact is added up before the next is decided.
struct Deciding {
    Holder holder;
    HolderDecision decision;

    void add(const HolderFact& fact) {
        apply(holder, fact);
        decision.facts.push_back(fact);
    }
    void give_back(Quantity amount, Term ends) {
        const ReturnNumber number{holder.returned.value + 1};
        add(RoomReturned{number, amount, ends});
        decision.messages.emplace_back(Return{number, amount, ends});
    }
    // Without a running term there is no room to keep.
    void give_back_what_may_not_stay() {
        if (holder.state == TermState::ended && !holder.room.is_zero()) give_back(holder.room, Term{});
    }

    void operator()(const Lend& lend) {
        if (lend.claim <= holder.answered) return;
        const Quantity used = is_waiting(holder, lend.claim) ? lend.amount : Quantity{};
        add(ClaimLent{lend.claim, used, lend.amount - used + lend.spare, lend.term});
        give_back_what_may_not_stay();
    }
    void operator()(const Deny& deny) {
        if (deny.claim > holder.answered) add(ClaimDenied{deny.claim});
    }
    void operator()(const Recall& recall) {
        if (holder.state == TermState::running && recall.term == holder.term)
            give_back(holder.room, holder.term);
    }
    void operator()(const Note& note) {
        if (note.number > holder.noted) add(ReturnNoted{note.number});
    }
};

}  // namespace

void apply(Holder& holder, const HolderFact& fact) { std::visit(Applier{holder}, fact); }

HolderDecision take(const Holder& holder, Quantity amount) {
    ASSERT(amount > Quantity{});
    if (amount <= holder.room) return {{RoomTaken{amount}}, {}};
    const ClaimNumber claim{holder.asked.value + 1};
    return {{ClaimAsked{claim, amount}}, {Ask{claim, amount}}};
}

HolderDecision withdraw(const Holder& holder, ClaimNumber claim) {
    if (!is_waiting(holder, claim)) return {};
    return {{ClaimWithdrawn{claim}}, {}};
}

HolderDecision release(const Holder& holder, Quantity amount) {
    ASSERT(amount > Quantity{});
    Deciding deciding{holder, {}};
    deciding.add(UseReleased{amount});
    deciding.give_back_what_may_not_stay();
    return std::move(deciding.decision);
}

HolderDecision hear(const Holder& holder, const ToHolder& message) {
    Deciding deciding{holder, {}};
    std::visit(deciding, message);
    return std::move(deciding.decision);
}

std::string check(const Holder& holder) {
    if (holder.used < Quantity{} || holder.room < Quantity{})
        return "Q1: a holder has given out more than it was lent";
    if (holder.state == TermState::ended && !holder.room.is_zero()) return "Q2: a recalled holder holds room";
    if (holder.noted > holder.returned) return "Q3: a return was noted before it was made";
    return {};
}

}  // namespace banyan::limits
