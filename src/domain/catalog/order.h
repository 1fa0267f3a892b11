// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order as the member economy sees it: who paid how much for which lines, what each line earned, and what has
// come back since. The shop keeps the order; this is what refunds, statements and rules need of it.
//
// Refund arithmetic, named once: a line's refunded money after r of Q pieces is round_half_up(amount * r / Q),
// counted from the start, so any sequence of partial refunds sums exactly (L8). Of a grant of G on an order that
// paid P, ceil(G * R / P) is taken back once R has been refunded: never less than the share, and exactly G at R = P.
//
// Money may come back without pieces (部分退款). What is left of the line is then what pieces are refunded of; the last
// piece brings all that is left. A grant that counted other than the money paid (a base of parts, some lines only)
// keeps what it was made on, and R and P are those: by pieces, or by money where money came back alone.

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "domain/basis/conversion.h"
#include "domain/basis/money.h"
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

/// What of a line a grant counted.
struct GrantedLine {
    std::uint32_t index = 0;  // into the order's lines
    std::int64_t base = 0;
    bool operator==(const GrantedLine&) const = default;
};

/// What a grant was made on, where that was not simply all that was paid; also of a rule that carries its remainder and
/// granted nothing this time.
struct GrantBasis {
    static constexpr std::uint32_t no_grant = UINT32_MAX;
    std::uint32_t grant = no_grant;  // into the order's grants
    UnitId unit;
    RuleId rule;
    basis::Conversion conversion;  // how it is taken back; a carried one moves the member's remainder
    Quantity forfeited;            // carried: what a cap or a limit cut off; never had, so never taken back
    std::vector<GrantedLine> lines;
    bool operator==(const GrantBasis&) const = default;

    [[nodiscard]] std::int64_t base() const;
};

/// What the order said beyond what is kept of its lines, for as long as an order that is told late may have it judged
/// again.
struct Said {
    struct Price {
        std::string brand;
        std::int64_t list = 0;
        basis::Parts parts;
    };
    std::string channel;
    std::string store;
    std::string payment;
    std::vector<Line> lines;
    std::vector<Price> prices;  // of each line; empty: no more was told than what was paid

    [[nodiscard]] bool empty() const { return lines.empty(); }
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
    std::vector<GrantBasis> bases;
    std::vector<std::int64_t> by_money;  // of each line, what came back by amount alone; empty: nothing did
    Said said;                           // empty: nothing judges it again

    [[nodiscard]] std::int64_t paid() const;
    [[nodiscard]] std::int64_t refunded() const;
};

/// What to return of one line; quantity counts pieces.
struct ReturnedLine {
    std::uint32_t index = 0;
    std::int64_t quantity = 0;
    std::int64_t amount = 0;
};

/// The money that comes back when `quantity` more pieces of the line return, `by_money` having come back by amount.
/// Requires 0 < quantity <= what is left.
std::int64_t refund_amount(const KeptLine& line, std::int64_t quantity, std::int64_t by_money = 0);

/// How much of what the grant counted has come back, in all.
std::int64_t returned_base(const Order& order, const GrantBasis& basis);

/// How much of a grant of `granted` is to be taken back in all, by what came back of its basis. Of a carried one: by
/// share, for the order's own account only; what the member loses is the running sum's business.
Quantity taken_back(Quantity granted, const Order& order, const GrantBasis& basis);

/// How much of the grant is to be taken back once `refunded` of `paid` has come back in all.
Quantity taken_back(Quantity granted, std::int64_t refunded, std::int64_t paid);

}  // namespace banyan::catalog
