// SPDX-License-Identifier: Apache-2.0
#include "domain/members/member.h"

#include <algorithm>

namespace banyan::members {

const ledger::Wallet* Member::wallet(UnitId unit) const {
    for (const ledger::Wallet& wallet : wallets) {
        if (wallet.unit == unit) return &wallet;
    }
    return nullptr;
}

ledger::Wallet& Member::wallet_or_new(UnitId unit) {
    const auto place =
        std::lower_bound(wallets.begin(), wallets.end(), unit,
                         [](const ledger::Wallet& w, UnitId wanted) { return w.unit < wanted; });
    if (place != wallets.end() && place->unit == unit) return *place;
    ledger::Wallet wallet;
    wallet.unit = unit;
    return *wallets.insert(place, std::move(wallet));
}

const tiers::Standing* Member::standing(LadderId ladder) const {
    for (const tiers::Standing& standing : standings) {
        if (standing.ladder == ladder) return &standing;
    }
    return nullptr;
}

Instant next_due(const Member& member) {
    Instant due = instant_max;
    for (const ledger::Wallet& wallet : member.wallets) {
        for (const ledger::Lot& lot : wallet.lots) {
            // What is held cannot expire; the end of the hold settles it.
            if (lot.remaining > lot.held) due = std::min(due, wallet.expires(lot));
        }
    }
    for (const ActiveHold& hold : member.holds) due = std::min(due, hold.expires);
    for (const tiers::Course& course : member.courses) due = std::min(due, course.next_due());
    return due;
}

std::string check(const Member& member) {
    for (const ledger::Wallet& wallet : member.wallets) {
        if (std::string broken = ledger::check(wallet); !broken.empty()) return broken;
        Quantity held;
        for (const ActiveHold& hold : member.holds) {
            if (hold.unit == wallet.unit) held += hold.amount;
        }
        if (held != wallet.held()) return "L11: the open holds are not what the lots hold";
    }
    return metrics::check(member.log);
}

}  // namespace banyan::members
