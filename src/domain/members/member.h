// SPDX-License-Identifier: Apache-2.0
#pragma once

// A member: who (handles, never external ids), where it stands, what it holds. A member without facts is valid and
// empty, so a crash after the claim of an identity needs no repair. Everything here is derived from the journal;
// personal attributes live in the vault and are only referred to by version.

#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "domain/basis/conversion.h"
#include "domain/ledger/wallet.h"
#include "domain/limits/use.h"
#include "domain/members/judged.h"
#include "domain/metrics/log.h"
#include "domain/tiers/standing.h"

namespace banyan::members {

/// The kind of an external id (phone, openid, card); the number is declared per brand, 0 = unknown.
using IdentityKind = NumericId<struct IdentityKindTag, std::uint16_t>;
/// Random name of one version of a member's vault row.
using VaultVersion = NumericId<struct VaultVersionTag, std::uint64_t>;

enum class State : unsigned char {
    empty,  // claimed, nothing happened yet
    active,
    forwarded,  // merged into another member; the id gate stays here
    sealed,     // erasure asked for: nothing opens the personal data any more
    gone,       // erased: no byte of it is left in any store; balances stay
};

struct Identity {
    IdentityKind kind;
    Handle handle;
};

struct ActiveHold {
    KeyedId id;
    UnitId unit;
    Quantity amount;
    Instant expires;
    std::vector<ledger::Portion> portions;
};

/// A member that was merged into this one, and under which numbers its lots live on: refunds of its old orders still
/// name the old numbers.
struct Absorbed {
    MemberId member;
    struct Renumbered {
        UnitId unit;
        ledger::LotNumber was;
        ledger::LotNumber now;
    };
    std::vector<Renumbered> lots;
};

/// What an open hold took of the member's limits; given back when it ends without a spend.
struct HoldClaims {
    KeyedId hold;
    std::vector<limits::Kept> claims;
};
/// What an absorbed member brought besides lots, so that the merge can be undone.
struct Gift {
    MemberId from;
    std::int64_t spend = 0;  // less what was refunded of its own orders since
    std::int64_t orders = 0;
    Instant last_order_at;
    struct Debt {
        UnitId unit;
        Quantity amount;
    };
    std::vector<Debt> debts;
    std::vector<Identity> identities;
    std::vector<MemberId> earlier;  // whom it had absorbed itself
};

struct Member {
    MemberId id;
    State state = State::empty;
    MemberId forwarded_to;
    MemberId merging;  // this member is the survivor of a merge under way with that one
    Instant joined_at;
    VaultVersion vault;
    std::vector<Identity> identities;
    std::vector<ledger::Wallet> wallets;  // ascending unit
    std::vector<ActiveHold> holds;
    std::vector<tiers::Standing> standings;  // ascending ladder
    std::vector<Absorbed> absorbed;
    std::vector<Gift> gifts;  // of those absorbed by a merge that can be undone
    // Metrics of the starter programme; a folded count and two sums.
    std::int64_t spend = 0;  // minor units paid less refunded, of orders that count
    std::int64_t orders = 0;
    Instant last_order_at;
    limits::Uses uses;
    std::vector<HoldClaims> hold_claims;
    std::vector<tiers::Course> courses;  // ascending ladder, of ladders that keep one
    metrics::Log log;  // of what the brand declares to be counted; empty where it declares nothing
    std::vector<basis::Carry> carries;  // ascending rule; what each left over that carries its remainder
    Judged judged;

    [[nodiscard]] const ledger::Wallet* wallet(UnitId unit) const;
    ledger::Wallet& wallet_or_new(UnitId unit);
    [[nodiscard]] const tiers::Standing* standing(LadderId ladder) const;
};

/// The next instant at which something of the member falls due (a lot is released or expires, a hold times out);
/// instant_max when nothing does.
Instant next_due(const Member& member);

/// The first broken invariant of the member as a sentence, or empty.
std::string check(const Member& member);

}  // namespace banyan::members
