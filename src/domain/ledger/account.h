// SPDX-License-Identifier: Apache-2.0
#pragma once

// The other side of every posting: aggregate accounts, one set per unit (and partition). Together with all wallets
// of the unit they sum to zero at every position of the journal (L2).

#include <array>

#include "base/id.h"
#include "base/number.h"
#include "domain/ledger/wallet.h"

namespace banyan::ledger {

enum class Account : unsigned char {
    issuance,    // where grants come from; negative by what was ever granted, less reversals
    redemption,  // what was spent
    breakage,    // what expired
    budget,      // allotted to campaigns (first used with limits)
    partner,     // owed to or by partners (first used with the coalition)
    in_transit,  // between two members of a merge or a transfer
};
inline constexpr std::size_t account_count = 6;

struct Accounts {
    UnitId unit;
    std::array<Quantity, account_count> balance{};

    [[nodiscard]] Quantity of(Account account) const { return balance[static_cast<std::size_t>(account)]; }
    [[nodiscard]] Quantity sum() const {
        Quantity total;
        for (const Quantity part : balance) total += part;
        return total;
    }
};

/// What a record moves the accounts of one unit by.
struct AccountsMoved {
    UnitId unit;
    std::array<Quantity, account_count> amount{};

    void add(Account account, Quantity part) { amount[static_cast<std::size_t>(account)] += part; }
    [[nodiscard]] Quantity sum() const {
        Quantity total;
        for (const Quantity part : amount) total += part;
        return total;
    }
    [[nodiscard]] bool is_zero() const { return amount == std::array<Quantity, account_count>{}; }
};

/// Adds the counter-posting of a wallet fact. After it, delta(fact) + what was added sums to zero.
void add_counter_posting(AccountsMoved& moved, const WalletFact& fact);

void apply(Accounts& accounts, const AccountsMoved& moved);

}  // namespace banyan::ledger
