// SPDX-License-Identifier: Apache-2.0
#pragma once

// The owner of a shared limit in one period: what the limit is, what each holder was lent, and who waits. Claims are
// met in the order in which they arrive. One that does not fit has every allotment recalled first; only when all are
// back is it denied, or stays in the queue where the limit says so.

#include <string>
#include <vector>

#include "domain/limits/holder.h"
#include "domain/limits/limit.h"
#include "domain/limits/message.h"

namespace banyan::limits {

struct Borrower {
    PartitionId holder;
    Quantity lent;  // and not returned
    ClaimNumber asked;
    ReturnNumber returned;
    Term term;
    TermState state = TermState::ended;
};

struct Waiting {
    PartitionId holder;
    ClaimNumber claim;
    Quantity amount;
};

struct Owner {
    Quantity limit;
    Strictness strictness = Strictness::near_the_end;
    bool waits = false;               // what does not fit stays in the queue
    std::vector<Borrower> borrowers;  // ascending holder
    std::vector<Waiting> queue;       // in order of arrival

    /// What is not lent; below zero after the limit was lowered under what is out.
    [[nodiscard]] Quantity left() const;
    [[nodiscard]] const Borrower* find(PartitionId holder) const;
};

// --- facts ---------------------------------------------------------------------------------------------------

struct LimitSet {
    Quantity limit;
    Strictness strictness = Strictness::near_the_end;
    bool waits = false;
};
struct ClaimQueued {
    PartitionId holder;
    ClaimNumber claim;
    Quantity amount;
};
struct AllotmentLent {
    PartitionId holder;
    ClaimNumber claim;
    Quantity amount;
    Quantity spare;
    Term term;  // 0 = no spare
};
struct QueueDenied {
    PartitionId holder;
    ClaimNumber claim;
};
struct AllotmentRecalled {
    PartitionId holder;
    Term term;
};
struct AllotmentReturned {
    PartitionId holder;
    ReturnNumber number;
    Quantity amount;
    Term ends;
};
using OwnerFact =
    std::variant<LimitSet, ClaimQueued, AllotmentLent, QueueDenied, AllotmentRecalled, AllotmentReturned>;

void apply(Owner& owner, const OwnerFact& fact);

// --- decisions -----------------------------------------------------------------------------------------------

struct Addressed {
    PartitionId to;
    ToHolder message;
};
struct OwnerDecision {
    std::vector<OwnerFact> facts;
    std::vector<Addressed> messages;
};

/// The programme sets or changes the limit; stock arrives. Who waits is served. A limit lowered under what is out has
/// the allotments recalled; it binds a holder from when the recall reaches it.
OwnerDecision set(const Owner& owner, const LimitSet& terms);

/// A message from a holder; without effect when it was heard before.
OwnerDecision hear(const Owner& owner, PartitionId from, const ToOwner& message);

/// The first broken invariant as a sentence, or empty.
std::string check(const Owner& owner);

}  // namespace banyan::limits
