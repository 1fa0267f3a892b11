// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the owner of a shared limit and its holders say to each other. Between one pair messages arrive in order, each
// at least once.

#include <cstdint>
#include <variant>

#include "base/id.h"
#include "base/number.h"

namespace banyan::limits {

using ClaimNumber = NumericId<struct ClaimNumberTag, std::uint64_t>;    // counts within its holder, from 1
using ReturnNumber = NumericId<struct ReturnNumberTag, std::uint64_t>;  // likewise
/// From an allotment to its recall; counts for each holder, from 1. 0 = none yet.
using Term = NumericId<struct TermTag, std::uint32_t>;

// holder -> owner
struct Ask {
    ClaimNumber claim;
    Quantity amount;
};
struct Return {
    ReturnNumber number;
    Quantity amount;
    Term ends;  // the term that this return ends; 0 = none
};
using ToOwner = std::variant<Ask, Return>;

// owner -> holder
struct Lend {
    ClaimNumber claim;
    Quantity amount;  // for the claim
    Quantity spare;   // for those who come after it
    Term term;        // of the spare
};
struct Deny {
    ClaimNumber claim;
};
struct Recall {
    Term term;
};
struct Note {  // the owner has the return
    ReturnNumber number;
};
using ToHolder = std::variant<Lend, Deny, Recall, Note>;

}  // namespace banyan::limits
