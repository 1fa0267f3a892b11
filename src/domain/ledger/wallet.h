// SPDX-License-Identifier: Apache-2.0
#pragma once

// A wallet is one member's holding of one unit: lots, and a debt where a reversal found nothing left to take. The
// ledger knows wallets and accounts, never members; the engine joins them.
//
// Every movement is a fact; `apply` adds it up and does nothing else. A fact on a wallet has a delta (what the
// member's balance moves by); the same record moves the aggregate accounts by the opposite, so that per unit the
// postings of a command sum to zero (invariant L1).
//
//   granted     issuance   -> member      a lot comes into being; a debt is repaid first
//   expired     member     -> breakage
//   spent       member     -> redemption  directly, or by capturing what was held
//   restored    redemption -> member      a spend is reversed: the portion returns with its old expiry
//   revoked     member     -> issuance    the grant is reversed: from what is left of the lot ...
//               breakage   -> issuance    ... or from what the lot had lost by expiry
//   drawn       member     -> issuance    the rest of a reversal, from another lot
//   owed        member     -> issuance    the last rest of it, as debt
//   given      member     -> in transit  to another member, from one lot
//   received   in transit -> member      from another: a lot with its old origin and expiry; a debt is repaid first
//   held, freed, released, rescheduled, stirred   within the wallet; no delta

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "domain/ledger/unit.h"

namespace banyan::ledger {

using LotNumber = NumericId<struct LotNumberTag, std::uint32_t>;  // counts within its wallet, from 1

/// Where a grant came from: the record that decided it, the rule and its version, the cost centre that pays.
struct Origin {
    Lsn lsn;
    RuleId rule;  // 0 = no rule (an adjustment)
    ProgrammeVersion version;
    std::uint16_t cost_centre = 0;
    bool operator==(const Origin&) const = default;
};

struct Lot {
    LotNumber number;
    Origin origin;
    Instant available;  // pending before this
    Instant expires;    // gone from this on
    Quantity granted;
    Quantity remaining;  // spendable, pending or held
    Quantity held;
    Quantity expired;
    Quantity revoked;

    /// Derived, so that L5 cannot be written down wrongly: consumed + expired + revoked + remaining = granted.
    [[nodiscard]] Quantity consumed() const { return granted - remaining - expired - revoked; }
    [[nodiscard]] Quantity spendable(Instant now) const {
        return available <= now && now < expires ? remaining - held : Quantity{};
    }
};

struct Wallet {
    UnitId unit;
    LotNumber last_lot;
    Quantity posted;  // fold of all deltas; equals the open lots less the debt (L3)
    Quantity debt;
    std::vector<Lot> lots;  // ascending number; closed lots stay only while `expired` may be reversed
    Instant lapses =
        instant_max;  // everything that is not held is gone from this on, unless something happens before

    /// When the lot is gone: by its own expiry or by inactivity, whichever comes first.
    [[nodiscard]] Instant expires(const Lot& lot) const { return std::min(lot.expires, lapses); }
    [[nodiscard]] Quantity pending(Instant now) const;
    [[nodiscard]] Quantity held() const;
    /// What a spend may take now: posted less pending, less held, never below zero.
    [[nodiscard]] Quantity available(Instant now) const;
    [[nodiscard]] const Lot* find(LotNumber number) const;
};

struct Portion {
    LotNumber lot;
    Quantity amount;
    Instant expires;  // kept with the portion, so that a reversed spend returns with its old expiry
    Origin origin;
};

/// The lots that a spend of `amount` takes: earliest expiry first, then the older lot (L6). Nothing when the
/// available lots do not suffice.
std::optional<std::vector<Portion>> choose(const Wallet& wallet, Quantity amount, Instant now);

/// How the reversal of `amount` of a grant is met; the parts sum to `amount`.
struct Reversal {
    Quantity from_lot;      // what is left of the lot itself
    Quantity from_expired;  // what the lot had lost by expiry: costs the member nothing
    std::vector<Portion> from_others;
    Quantity as_debt;
    Quantity uncollected;  // beyond the debt limit: named, never silently dropped
};
Reversal plan_reversal(const Wallet& wallet, LotNumber lot, Quantity amount, Instant now,
                       Quantity debt_limit);

// --- facts ---------------------------------------------------------------------------------------------------

struct Granted {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
    Quantity repaid;  // of it, what pays back a debt at once
    Instant available;
    Instant expires;
    RuleId rule;
    std::uint16_t cost_centre = 0;
};
struct Released {
    UnitId unit;
    LotNumber lot;
    Instant at;
};
struct Expired {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
    Instant at;
};
struct Spent {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
    bool was_held = false;
};
struct Restored {
    UnitId unit;
    LotNumber lot;  // a new lot: the old one may be closed and forgotten
    Quantity amount;
    Quantity repaid;
    Instant expires;
    Origin origin;
};
struct Held {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
};
struct Freed {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
};
struct Revoked {
    UnitId unit;
    LotNumber lot;
    Quantity from_remaining;
    Quantity from_expired;
};
struct Drawn {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
};
struct Owed {
    UnitId unit;
    Quantity amount;
};

/// The instant from which a pending lot may be spent has moved, and its end with it.
struct Rescheduled {
    UnitId unit;
    LotNumber lot;
    Instant available;
    Instant expires;
};

struct Given {
    UnitId unit;
    LotNumber lot;
    Quantity amount;
};
struct Received {
    UnitId unit;
    LotNumber lot;  // a new one
    Quantity amount;
    Quantity repaid;
    Instant expires;
    Origin origin;
};
/// Something was earned or spent: inactivity counts anew.
struct Stirred {
    UnitId unit;
    Instant lapses;
};

using WalletFact = std::variant<Granted, Released, Expired, Spent, Restored, Held, Freed, Revoked, Drawn,
                                Owed, Rescheduled, Given, Received, Stirred>;

UnitId unit_of(const WalletFact& fact);

/// What the member's balance moves by.
Quantity delta(const WalletFact& fact);

/// Adds a fact up. Requires: the fact was decided on this state (asserted, on in production). `lsn` and `version`
/// are those of the record the fact stands in; a new lot keeps them as its origin.
void apply(Wallet& wallet, const WalletFact& fact, Lsn lsn, ProgrammeVersion version);

/// The invariants of one wallet: L3, L4, L5. Empty when they hold, else the sentence that names the broken one.
std::string check(const Wallet& wallet);

}  // namespace banyan::ledger
