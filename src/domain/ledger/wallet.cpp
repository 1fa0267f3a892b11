// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/wallet.h"

#include <algorithm>
#include <limits>

namespace banyan::ledger {

namespace {

Lot& open_lot(Wallet& wallet, LotNumber number) {
    const auto found = std::lower_bound(wallet.lots.begin(), wallet.lots.end(), number,
                                        [](const Lot& lot, LotNumber wanted) { return lot.number < wanted; });
    ASSERT(found != wallet.lots.end());
    ASSERT(found->number == number);
    return *found;
}

// A closed lot is forgotten, unless part of it expired: a later reversal must know what the member never used.
void forget_if_closed(Wallet& wallet, LotNumber number) {
    std::erase_if(wallet.lots, [number](const Lot& lot) {
        return lot.number == number && lot.remaining.is_zero() && lot.expired.is_zero();
    });
}

void take(Wallet& wallet, LotNumber number, Quantity amount) {
    Lot& lot = open_lot(wallet, number);
    ASSERT(amount > Quantity{});
    ASSERT(amount <= lot.remaining - lot.held);
    lot.remaining -= amount;
}

void open(Wallet& wallet, Lot lot, Quantity repaid) {
    ASSERT(lot.number.value == wallet.last_lot.value + 1);
    ASSERT(lot.granted > Quantity{});
    ASSERT(repaid >= Quantity{});
    ASSERT(repaid <= wallet.debt);
    ASSERT(repaid <= lot.granted);
    wallet.last_lot = lot.number;
    wallet.debt -= repaid;
    lot.remaining = lot.granted - repaid;
    if (!lot.remaining.is_zero()) wallet.lots.push_back(lot);
}

struct Applier {
    Wallet& wallet;
    Lsn lsn;
    ProgrammeVersion version;

    void operator()(const Granted& fact) const {
        Lot lot;
        lot.number = fact.lot;
        lot.origin = {lsn, fact.rule, version, fact.cost_centre};
        lot.available = fact.available;
        lot.expires = fact.expires;
        lot.granted = fact.amount;
        open(wallet, lot, fact.repaid);
    }
    void operator()(const Released& fact) const {
        Lot& lot = open_lot(wallet, fact.lot);
        lot.available = std::min(lot.available, fact.at);
    }
    void operator()(const Expired& fact) const {
        take(wallet, fact.lot, fact.amount);
        open_lot(wallet, fact.lot).expired += fact.amount;
    }
    void operator()(const Spent& fact) const {
        if (fact.was_held) (*this)(Freed{fact.unit, fact.lot, fact.amount});
        take(wallet, fact.lot, fact.amount);
        forget_if_closed(wallet, fact.lot);
    }
    void operator()(const Restored& fact) const {
        Lot lot;
        lot.number = fact.lot;
        lot.origin = fact.origin;
        lot.expires = fact.expires;
        lot.granted = fact.amount;
        open(wallet, lot, fact.repaid);
    }
    void operator()(const Held& fact) const {
        Lot& lot = open_lot(wallet, fact.lot);
        ASSERT(fact.amount <= lot.remaining - lot.held);
        lot.held += fact.amount;
    }
    void operator()(const Freed& fact) const {
        Lot& lot = open_lot(wallet, fact.lot);
        ASSERT(fact.amount <= lot.held);
        lot.held -= fact.amount;
    }
    void operator()(const Revoked& fact) const {
        if (!fact.from_remaining.is_zero()) {
            take(wallet, fact.lot, fact.from_remaining);
            open_lot(wallet, fact.lot).revoked += fact.from_remaining;
        }
        if (!fact.from_expired.is_zero()) {
            Lot& lot = open_lot(wallet, fact.lot);
            ASSERT(fact.from_expired <= lot.expired);
            lot.expired -= fact.from_expired;
            lot.revoked += fact.from_expired;
        }
        forget_if_closed(wallet, fact.lot);
    }
    void operator()(const Drawn& fact) const {
        take(wallet, fact.lot, fact.amount);
        forget_if_closed(wallet, fact.lot);
    }
    void operator()(const Owed& fact) const {
        ASSERT(fact.amount > Quantity{});
        wallet.debt += fact.amount;
    }
    void operator()(const Rescheduled& fact) const {
        Lot& lot = open_lot(wallet, fact.lot);
        lot.available = fact.available;
        lot.expires = fact.expires;
    }
    void operator()(const Given& fact) const { (*this)(Drawn{fact.unit, fact.lot, fact.amount}); }
    void operator()(const Received& fact) const {
        (*this)(Restored{fact.unit, fact.lot, fact.amount, fact.repaid, fact.expires, fact.origin});
    }
    void operator()(const Stirred& fact) const { wallet.lapses = fact.lapses; }
};

bool before(const Lot* a, const Lot* b) {
    return a->expires != b->expires ? a->expires < b->expires : a->number < b->number;
}

// Earliest expiry first, then the older lot; at most `amount` in all.
std::vector<Portion> gather(const Wallet& wallet, Quantity amount, Instant now, LotNumber except) {
    std::vector<const Lot*> usable;
    for (const Lot& lot : wallet.lots) {
        if (lot.number != except && lot.spendable(now) > Quantity{}) usable.push_back(&lot);
    }
    std::sort(usable.begin(), usable.end(), before);
    std::vector<Portion> portions;
    for (const Lot* lot : usable) {
        if (amount.is_zero()) break;
        const Quantity part = smaller(amount, lot->spendable(now));
        portions.push_back({lot->number, part, lot->expires, lot->origin});
        amount -= part;
    }
    return portions;
}

Quantity sum(const std::vector<Portion>& portions) {
    Quantity total;
    for (const Portion& portion : portions) total += portion.amount;
    return total;
}

}  // namespace

Quantity Wallet::pending(Instant now) const {
    Quantity total;
    for (const Lot& lot : lots) {
        if (lot.available > now) total += lot.remaining;
    }
    return total;
}

Quantity Wallet::held() const {
    Quantity total;
    for (const Lot& lot : lots) total += lot.held;
    return total;
}

Quantity Wallet::available(Instant now) const {
    Quantity total;
    for (const Lot& lot : lots) total += lot.spendable(now);
    return debt < total ? total - debt : Quantity{};
}

const Lot* Wallet::find(LotNumber number) const {
    const auto found = std::lower_bound(lots.begin(), lots.end(), number,
                                        [](const Lot& lot, LotNumber wanted) { return lot.number < wanted; });
    return found != lots.end() && found->number == number ? &*found : nullptr;
}

std::optional<std::vector<Portion>> choose(const Wallet& wallet, Quantity amount, Instant now) {
    if (wallet.available(now) < amount) return std::nullopt;
    std::vector<Portion> portions = gather(wallet, amount, now, LotNumber{});
    ASSERT(sum(portions) == amount);
    return portions;
}

Reversal plan_reversal(const Wallet& wallet, LotNumber number, Quantity amount, Instant now,
                       Quantity debt_limit) {
    Reversal plan;
    if (const Lot* lot = wallet.find(number); lot != nullptr) {
        plan.from_lot = smaller(amount, lot->remaining - lot->held);
        amount -= plan.from_lot;
        plan.from_expired = smaller(amount, lot->expired);
        amount -= plan.from_expired;
    }
    plan.from_others = gather(wallet, amount, now, number);
    amount -= sum(plan.from_others);
    const Quantity room = debt_limit > wallet.debt ? debt_limit - wallet.debt : Quantity{};
    plan.as_debt = smaller(amount, room);
    plan.uncollected = amount - plan.as_debt;
    return plan;
}

UnitId unit_of(const WalletFact& fact) {
    return std::visit([](const auto& f) { return f.unit; }, fact);
}

Quantity delta(const WalletFact& fact) {
    struct Deltas {
        Quantity operator()(const Granted& f) const { return f.amount; }
        Quantity operator()(const Released&) const { return {}; }
        Quantity operator()(const Expired& f) const { return -f.amount; }
        Quantity operator()(const Spent& f) const { return -f.amount; }
        Quantity operator()(const Restored& f) const { return f.amount; }
        Quantity operator()(const Held&) const { return {}; }
        Quantity operator()(const Freed&) const { return {}; }
        Quantity operator()(const Revoked& f) const { return -f.from_remaining; }
        Quantity operator()(const Drawn& f) const { return -f.amount; }
        Quantity operator()(const Owed& f) const { return -f.amount; }
        Quantity operator()(const Rescheduled&) const { return {}; }
        Quantity operator()(const Given& f) const { return -f.amount; }
        Quantity operator()(const Received& f) const { return f.amount; }
        Quantity operator()(const Stirred&) const { return {}; }
    };
    return std::visit(Deltas{}, fact);
}

void apply(Wallet& wallet, const WalletFact& fact, Lsn lsn, ProgrammeVersion version) {
    std::visit(Applier{wallet, lsn, version}, fact);
    wallet.posted += delta(fact);
}

std::string check(const Wallet& wallet) {
    Quantity open;
    for (const Lot& lot : wallet.lots) {
        if (lot.remaining < Quantity{} || lot.held < Quantity{} || lot.expired < Quantity{} ||
            lot.revoked < Quantity{} || lot.consumed() < Quantity{})
            return "L5: a lot has a negative part";
        if (lot.held > lot.remaining) return "L4: more is held than the lot has left";
        if (lot.number > wallet.last_lot) return "L5: a lot is newer than the last one granted";
        open += lot.remaining;
    }
    if (wallet.debt < Quantity{}) return "L4: the debt is negative";
    if (open - wallet.debt != wallet.posted)
        return "L3: the open lots less the debt are not the posted balance";
    return {};
}

}  // namespace banyan::ledger
