// SPDX-License-Identifier: Apache-2.0
#pragma once

// A partition's part of a shared limit. It gives out the room it was lent; without room a claim waits for the owner.
// While its term runs, what is released becomes room again. Once recalled it holds no room, and what is released goes
// to the owner: the release is done when the owner has noted it.

#include <vector>

#include "domain/limits/message.h"

namespace banyan::limits {

struct Asked {
    ClaimNumber claim;
    Quantity amount;
};

enum class TermState : unsigned char {
    ended,
    running,
    recalled,  // owner only: the recall is out, the return not in
};

struct Holder {
    Quantity used;  // given out and not released
    Quantity room;  // lent and not given out; none once the term has ended
    Term term;
    TermState state = TermState::ended;
    ClaimNumber asked;           // the last claim that went to the owner
    ClaimNumber answered;        // answers come in the order of the claims
    std::vector<Asked> waiting;  // ascending; withdrawn ones are gone
    ReturnNumber returned;
    ReturnNumber noted;
};

// --- facts ---------------------------------------------------------------------------------------------------

struct RoomTaken {
    Quantity amount;
};
struct ClaimAsked {
    ClaimNumber claim;
    Quantity amount;
};
struct ClaimWithdrawn {
    ClaimNumber claim;
};
struct ClaimLent {
    ClaimNumber claim;
    Quantity used;  // what the claim took; nothing when it was withdrawn
    Quantity room;
    Term term;  // the one that begins or goes on with it; 0 = no spare was lent
};
struct ClaimDenied {
    ClaimNumber claim;
};
struct UseReleased {
    Quantity amount;
};
struct RoomReturned {
    ReturnNumber number;
    Quantity amount;
    Term ends;
};
struct ReturnNoted {
    ReturnNumber number;
};
using HolderFact = std::variant<RoomTaken, ClaimAsked, ClaimWithdrawn, ClaimLent, ClaimDenied, UseReleased,
                                RoomReturned, ReturnNoted>;

void apply(Holder& holder, const HolderFact& fact);

// --- decisions -----------------------------------------------------------------------------------------------

struct HolderDecision {
    std::vector<HolderFact> facts;
    std::vector<ToOwner> messages;
};

/// Ends in RoomTaken, or in ClaimAsked under the number by which ClaimLent or ClaimDenied will answer it.
HolderDecision take(const Holder& holder, Quantity amount);

/// Who waited gives up. No facts when the claim is answered already: then it must be released instead.
HolderDecision withdraw(const Holder& holder, ClaimNumber claim);

/// What was taken is given back. Requires amount <= used. With a RoomReturned the release is done once its number is
/// noted, else at once.
HolderDecision release(const Holder& holder, Quantity amount);

/// A message from the owner; without effect when it was heard before.
HolderDecision hear(const Holder& holder, const ToHolder& message);

/// The first broken invariant as a sentence, or empty.
std::string check(const Holder& holder);

}  // namespace banyan::limits
