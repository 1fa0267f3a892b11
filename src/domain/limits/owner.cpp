// SPDX-License-Identifier: Apache-2.0
#include "domain/limits/owner.h"

#include <algorithm>

#include "base/assert.h"

namespace banyan::limits {

namespace {

constexpr std::int64_t allotments_per_share = 8;

Borrower& borrower(Owner& owner, PartitionId holder) {
    const auto found =
        std::lower_bound(owner.borrowers.begin(), owner.borrowers.end(), holder,
                         [](const Borrower& b, PartitionId wanted) { return b.holder < wanted; });
    if (found != owner.borrowers.end() && found->holder == holder) return *found;
    Borrower fresh;
    fresh.holder = holder;
    return *owner.borrowers.insert(found, fresh);
}

struct Applier {
    Owner& owner;

    void operator()(const LimitSet& fact) const {
        owner.limit = fact.limit;
        owner.strictness = fact.strictness;
        owner.waits = fact.waits;
    }
    void operator()(const ClaimQueued& fact) const {
        Borrower& from = borrower(owner, fact.holder);
        ASSERT(fact.claim.value == from.asked.value + 1);
        from.asked = fact.claim;
        owner.queue.push_back({fact.holder, fact.claim, fact.amount});
    }
    void operator()(const AllotmentLent& fact) const {
        leave(fact.holder, fact.claim);
        Borrower& to = borrower(owner, fact.holder);
        to.lent += fact.amount + fact.spare;
        if (fact.term == Term{}) return;
        to.term = fact.term;
        to.state = TermState::running;
    }
    void operator()(const QueueDenied& fact) const { leave(fact.holder, fact.claim); }
    void operator()(const AllotmentRecalled& fact) const {
        Borrower& from = borrower(owner, fact.holder);
        ASSERT(from.state == TermState::running);
        ASSERT(from.term == fact.term);
        from.state = TermState::recalled;
    }
    void operator()(const AllotmentReturned& fact) const {
        Borrower& from = borrower(owner, fact.holder);
        ASSERT(fact.number.value == from.returned.value + 1);
        ASSERT(fact.amount <= from.lent);
        from.returned = fact.number;
        from.lent -= fact.amount;
        // A return names its term: the holder may have been lent anew since.
        if (fact.ends == from.term && fact.ends != Term{}) from.state = TermState::ended;
    }

    void leave(PartitionId holder, ClaimNumber claim) const {
        ASSERT(!owner.queue.empty());
        ASSERT(owner.queue.front().holder == holder);
        ASSERT(owner.queue.front().claim == claim);
        owner.queue.erase(owner.queue.begin());
    }
};

// Decides step by step: each fact is added up before the next is decided.
struct Deciding {
    Owner owner;
    OwnerDecision decision;

    void add(const OwnerFact& fact) {
        apply(owner, fact);
        decision.facts.push_back(fact);
    }
    void say(PartitionId to, const ToHolder& message) { decision.messages.push_back({to, message}); }

    void serve() {
        while (!owner.queue.empty()) {
            const Waiting first = owner.queue.front();
            if (first.amount <= owner.left()) {
                lend(first);
            } else if (is_anything_out()) {
                recall_all();
                return;
            } else if (owner.waits) {
                return;
            } else {
                add(QueueDenied{first.holder, first.claim});
                say(first.holder, Deny{first.claim});
            }
        }
    }
    void lend(const Waiting& first) {
        const Quantity spare = spare_beside(first);
        Term term;
        if (!spare.is_zero()) {
            const Borrower& to = borrower(owner, first.holder);
            term = to.state == TermState::running ? to.term : Term{to.term.value + 1};
        }
        add(AllotmentLent{first.holder, first.claim, first.amount, spare, term});
        say(first.holder, Lend{first.claim, first.amount, spare, term});
    }
    // A fraction of a fair share, so it is nothing near the end. Who waits comes before who may come.
    [[nodiscard]] Quantity spare_beside(const Waiting& first) const {
        if (owner.strictness == Strictness::from_start || owner.queue.size() > 1) return {};
        const auto shares = static_cast<std::int64_t>(owner.borrowers.size()) * allotments_per_share;
        return Quantity((owner.left() - first.amount).value() / shares);
    }
    [[nodiscard]] bool is_anything_out() const {
        return std::any_of(owner.borrowers.begin(), owner.borrowers.end(),
                           [](const Borrower& b) { return b.state != TermState::ended; });
    }
    void recall_all() {
        const std::vector<Borrower> borrowers = owner.borrowers;
        for (const Borrower& from : borrowers) {
            if (from.state != TermState::running) continue;
            add(AllotmentRecalled{from.holder, from.term});
            say(from.holder, Recall{from.term});
        }
    }
};

}  // namespace

Quantity Owner::left() const {
    Quantity rest = limit;
    for (const Borrower& borrower : borrowers) rest -= borrower.lent;
    return rest;
}

const Borrower* Owner::find(PartitionId holder) const {
    const auto found =
        std::lower_bound(borrowers.begin(), borrowers.end(), holder,
                         [](const Borrower& b, PartitionId wanted) { return b.holder < wanted; });
    return found != borrowers.end() && found->holder == holder ? &*found : nullptr;
}

void apply(Owner& owner, const OwnerFact& fact) { std::visit(Applier{owner}, fact); }

OwnerDecision set(const Owner& owner, const LimitSet& terms) {
    ASSERT(terms.limit >= Quantity{});
    Deciding deciding{owner, {}};
    deciding.add(terms);
    if (deciding.owner.left() < Quantity{}) deciding.recall_all();
    deciding.serve();
    return std::move(deciding.decision);
}

OwnerDecision hear(const Owner& owner, PartitionId from, const ToOwner& message) {
    Deciding deciding{owner, {}};
    const Borrower* known = owner.find(from);
    if (const Ask* ask = std::get_if<Ask>(&message); ask != nullptr) {
        if (known != nullptr && ask->claim <= known->asked) return {};
        deciding.add(ClaimQueued{from, ask->claim, ask->amount});
    } else if (const Return* back = std::get_if<Return>(&message); back != nullptr) {
        if (known != nullptr && back->number <= known->returned) return {};
        deciding.add(AllotmentReturned{from, back->number, back->amount, back->ends});
        deciding.say(from, Note{back->number});
    }
    deciding.serve();
    return std::move(deciding.decision);
}

std::string check(const Owner& owner) {
    for (const Borrower& borrower : owner.borrowers) {
        if (borrower.lent < Quantity{}) return "Q4: a holder returned more than it was lent";
    }
    if (owner.queue.empty() || owner.queue.front().amount > owner.left()) return {};
    return "Q5: a claim waits although it fits";
}

}  // namespace banyan::limits
