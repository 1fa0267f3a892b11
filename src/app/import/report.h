// SPDX-License-Identifier: Apache-2.0
#pragma once

// What became of every row of an import. Sums are exact decimals, as the file has them, before anything is rounded.

#include <cstdint>
#include <optional>
#include <string>

#include "base/decimal.h"
#include "base/instant.h"

namespace banyan::app {

struct RowSum {
    std::uint64_t rows = 0;
    Decimal amount;

    /// Requires amounts that fit minor units, so that their sum fits 38 digits.
    void add(Decimal row_amount);
    void add_amount(Decimal row_amount);
};

struct ImportReport {
    // Every row is one of these. A rejected row whose price cannot be read adds nothing to the amount.
    RowSum all;
    RowSum purchases;
    RowSum cancellations;  // negative
    RowSum guests;
    RowSum rejected;
    RowSum passed_on;  // registrations and what is in event form already; their amounts are not looked at

    std::uint64_t events = 0;
    std::uint64_t orders = 0;
    std::uint64_t cancelling_orders = 0;
    std::uint64_t refunds = 0;
    std::uint64_t members = 0;
    std::uint64_t members_with_cancellations_only = 0;
    std::uint64_t products = 0;
    std::uint64_t registrations = 0;

    // What the cancelled lines found among earlier purchases, in pieces and at the price on the cancelled line.
    std::int64_t cancelled_quantity = 0;
    std::int64_t matched_quantity = 0;
    std::int64_t unmatched_quantity = 0;
    std::uint64_t unmatched_rows = 0;       // that found less than they ask for
    std::uint64_t partly_matched_rows = 0;  // of these, the ones that found something
    Decimal matched_amount;                 // positive
    Decimal unmatched_amount;               // positive
    Decimal matched_at_purchase_price;      // what the same pieces had cost

    Decimal purchases_as_sent;  // the sum of the orders' lines after rounding each to minor units
    std::optional<Instant> first;
    std::optional<Instant> last;

    /// Whether the rows and the sums of the parts are those of the whole file.
    [[nodiscard]] bool reconciles() const;
    [[nodiscard]] std::string to_json() const;
    /// Lines for people, each indented by two blanks.
    [[nodiscard]] std::string to_text() const;
};

}  // namespace banyan::app
