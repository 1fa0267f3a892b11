// SPDX-License-Identifier: Apache-2.0
#pragma once

// The answer: what is paid, line by line and instrument by instrument to the last unit (分摊), what of the offers applied
// and why the others did not, as codes that any language can say.
//
//   prices -> promotions -> coupons -> points -> freight
//
// Each line's list price is what is paid for it and everything that was cut from it: list = paid + cuts, exactly. What is
// off a total is shared among the lines in proportion to what each still costs, by largest remainder; what one may not
// bear (its cost, its deposit) the others do. The best choice of coupons and points is the one that leaves least to pay;
// of equal ones that with fewer points, then fewer coupons, then those that end first, then by code and id.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/basis/money.h"
#include "domain/pricing/basket.h"
#include "domain/pricing/offer.h"

namespace banyan::pricing {

enum class Instrument : std::uint8_t { foreign, deposit, price, promotion, coupon, points };

/// What was taken off one line by one instrument.
struct LineCut {
    Instrument instrument = Instrument::price;
    std::uint32_t index = 0;  // into the offers' prices or promotions, the buyer's coupons
    std::uint32_t line = 0;   // of the request
    std::int64_t amount = 0;  // > 0
    bool operator==(const LineCut&) const = default;
};

struct QuotedLine {
    std::int64_t pieces = 0;   // that are sold
    std::int64_t refused = 0;  // that are not, for a limit
    std::int64_t list = 0;     // of the pieces sold
    std::int64_t paid = 0;
    std::int64_t points = 0;  // its share of the points used
    bool operator==(const QuotedLine&) const = default;
};

enum class Why : std::uint8_t {
    applied,
    audience,         // not for this member's tier, plan, tag or condition
    channel,          // not in this channel
    not_yet,          // it has not begun
    over,             // it has ended
    no_goods,         // nothing in the basket is in its scope
    below_threshold,  // `missing` says how much, or how many pieces
    beaten,           // another one is better: `by`
    exclusive,        // another one stands alone: `by`
    excluded_by,      // a coupon that is used excludes it: `by`
    limit,            // nothing is left of it for this member
    budget,           // its budget, or its number, does not hold it
    below_cost,       // it would go below the cost
    out_of_stock,     // the gift is gone
    not_chosen,       // the member picked otherwise
    stacking,         // it does not go together with what was picked: `by`
    not_worth,        // it could be used; without it less, or no more, is paid
    no_effect,        // it applies, and takes nothing off
    unknown,          // there is no such batch
};

/// What became of an offer.
struct Outcome {
    Instrument instrument = Instrument::price;
    std::uint32_t index = 0;  // as in LineCut
    Why why = Why::applied;
    std::int64_t amount = 0;          // applied: what it took off
    std::int64_t missing = 0;         // below_threshold: money, or points
    std::int64_t missing_pieces = 0;  // below_threshold
    std::string by = {};              // the code of another offer, the id of a coupon
    bool operator==(const Outcome&) const = default;
};

/// "below_threshold": what a text in any language is looked up by.
std::string_view name_of(Why why);
std::string_view name_of(Instrument instrument);

struct GivenGift {
    std::uint32_t promotion = 0;
    std::string sku;
    std::int64_t value = 0;
    bool operator==(const GivenGift&) const = default;
};

/// Which coupons and how many points, and what that leaves to pay.
struct Combination {
    std::vector<std::uint32_t> coupons;  // of the buyer, ascending
    std::int64_t points = 0;
    std::int64_t pay = 0;
    bool operator==(const Combination&) const = default;
};

struct Quote {
    std::vector<QuotedLine> lines;  // as the request has them
    std::vector<LineCut> cuts;      // by line, then in the order in which they were made
    std::vector<Outcome> outcomes;  // prices, promotions, coupons, points, each in the order of the input
    std::vector<GivenGift> gifts;
    Combination chosen;
    Combination best;          // the same where nothing was picked
    bool proven = true;        // no combination leaves less to pay than `best`
    std::int64_t gap = 0;      // where it is not: no combination leaves less than best.pay - gap
    std::int64_t deposit = 0;  // of chosen.pay, now
    bool operator==(const Quote&) const = default;

    [[nodiscard]] std::int64_t pay() const { return chosen.pay; }
    [[nodiscard]] std::int64_t balance() const { return chosen.pay - deposit; }
};

/// How many coupons may be left after dominance so that the best is always proven; beyond it, how far to look.
struct Effort {
    std::size_t exact_up_to = 16;
    std::size_t nodes = 1U << 17U;
};

/// Requires offers that pass check(). An error names what in the request makes no sense.
Result<Quote> quote(const Offers& offers, const Request& request, const Effort& effort = {});

/// The quote as the parts of an order's lines, for whoever earns on it or books it; freight falls under `freight` of
/// the goods, in proportion to their list price. A foreign discount is a discount.
std::vector<basis::PricedLine> priced_lines(const Request& request, const Quote& quote);

}  // namespace banyan::pricing
