// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order as the member economy sees it: who paid how much for which lines, what each line earned, and what has
// come back since. The shop keeps the order; this is what refunds, statements and rules need of it.
//
// Refund arithmetic, named once: a line's refunded money after r of Q pieces is round_half_up(amount * r / Q),
// counted from the start, so any sequence of partial refunds sums exactly (L8). Of a grant of G on an order that
// paid P, ceil(G * R / P) is taken back once R has been refunded: never less than the share, and exactly G at R = P.

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "domain/ledger/wallet.h"
#include "domain/limits/use.h"
#include "domain/metrics/catalogue.h"

namespace banyan::catalog {

/// What was sold, as the event said it. Amounts are minor units of the brand's currency.
struct Line {
    std::string id;  // the shop's line id, unique within the order
    std::string sku;
    std::string category;
    std::int64_t quantity = 0;  // > 0
    std::int64_t amount = 0;    // >= 0, paid for the whole line
};

/// What an order keeps of a line.
struct KeptLine {
    std::string id;
    std::int64_t quantity = 0;
    std::int64_t amount = 0;
    std::int64_t refunded_quantity = 0;
    std::int64_t refunded_amount = 0;
};

struct Grant {
    UnitId unit;
    ledger::LotNumber lot;
    RuleId rule;
    Quantity amount;
    Quantity reversed;  // <= amount (L10)
};

/// What a grant took of a limit; goes back with it.
struct GrantClaim {
    std::uint32_t grant = 0;  // into the order's grants
    limits::Kept kept;
};

/// What the order was to one of the brand's measures.
struct Counted {
    metrics::MeasureId measure;
    Instant at;
    std::int64_t amount = 0;
    std::int64_t key = 0;
    std::int64_t taken_back = 0;  // between 0 and `amount`
};

struct Order {
    KeyedId id;
    MemberId member;
    Instant occurred_at;
    Lsn lsn;  // the record that paid it
    bool counts_for_spend = true;
    std::vector<KeptLine> lines;
    std::vector<Grant> grants;
    std::vector<GrantClaim> claims;
    std::vector<Counted> counted;

    [[nodiscard]] std::int64_t paid() const;
    [[nodiscard]] std::int64_t refunded() const;
};

/// What to return of one line; quantity counts pieces.
struct ReturnedLine {
    std::uint32_t index = 0;
    std::int64_t quantity = 0;
    std::int64_t amount = 0;
};

/// The money that comes back when `quantity` more pieces of the line return. Requires 0 < quantity <= what is left.
std::int64_t refund_amount(const KeptLine& line, std::int64_t quantity);

/// How much of the grant is to be taken back once `refunded` of `paid` has come back in all.
Quantity taken_back(Quantity granted, std::int64_t refunded, std::int64_t paid);

}  // namespace banyan::catalog
