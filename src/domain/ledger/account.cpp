// SPDX-License-Identifier: Apache-2.0
#include "domain/ledger/account.h"

namespace banyan::ledger {

void add_counter_posting(AccountsMoved& moved, const WalletFact& fact) {
    struct Counter {
        AccountsMoved& moved;
        void operator()(const Granted& f) const { moved.add(Account::issuance, -f.amount); }
        void operator()(const Released&) const {}
        void operator()(const Expired& f) const { moved.add(Account::breakage, f.amount); }
        void operator()(const Spent& f) const { moved.add(Account::redemption, f.amount); }
        void operator()(const Restored& f) const { moved.add(Account::redemption, -f.amount); }
        void operator()(const Held&) const {}
        void operator()(const Freed&) const {}
        void operator()(const Revoked& f) const {
            // What had expired moves from breakage back to issuance; the member is not touched by that part.
            moved.add(Account::issuance, f.from_remaining + f.from_expired);
            moved.add(Account::breakage, -f.from_expired);
        }
        void operator()(const Drawn& f) const { moved.add(Account::issuance, f.amount); }
        void operator()(const Owed& f) const { moved.add(Account::issuance, f.amount); }
        void operator()(const Rescheduled&) const {}
        void operator()(const Given& f) const { moved.add(Account::in_transit, f.amount); }
        void operator()(const Received& f) const { moved.add(Account::in_transit, -f.amount); }
        void operator()(const Stirred&) const {}
    };
    ASSERT(moved.unit == unit_of(fact));
    const Quantity before = moved.sum();
    std::visit(Counter{moved}, fact);
    ASSERT((moved.sum() - before + delta(fact)).is_zero());
}

void apply(Accounts& accounts, const AccountsMoved& moved) {
    ASSERT(accounts.unit == moved.unit);
    for (std::size_t i = 0; i < account_count; ++i) accounts.balance[i] += moved.amount[i];
}

}  // namespace banyan::ledger
