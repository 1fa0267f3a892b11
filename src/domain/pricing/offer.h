// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a shop offers, as its programme declares it: prices of a piece (会员价, 秒杀价, quantity steps), promotions (满减,
// 第二件半价, N元任选M件, 加价购, 满赠, free delivery), batches of coupons, points at checkout; and how they meet. Plain
// values: conditions over members are resolved before they come here, as the names of those that hold. Amounts are minor
// units of one currency.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace banyan::pricing {

/// Parts of ten thousand: 8500 is 85 %, 8.5折.
struct Share {
    static constexpr std::int64_t whole = 10'000;
    std::int64_t parts = whole;
    bool operator==(const Share&) const = default;
};

enum class Kind : std::uint8_t { goods, freight };
enum class FullPrice : std::uint8_t { any, only };

/// Which lines. A line must be in every list that is not empty and in none of the `not_` lists.
struct Scope {
    Kind kind = Kind::goods;
    std::vector<std::string> skus;
    std::vector<std::string> products;
    std::vector<std::string> categories;
    std::vector<std::string> brands;
    std::vector<std::string> not_skus;
    std::vector<std::string> not_categories;
    FullPrice full_price = FullPrice::any;   // only: what no price of the programme has lowered
    std::optional<std::int64_t> price_from;  // of a piece, after prices; inclusive
    std::optional<std::int64_t> price_to;
    bool operator==(const Scope&) const = default;
};

/// For whom. Each list that is not empty must be met: one of the tiers, plans, tags; all of the conditions.
struct Audience {
    std::vector<std::string> tiers;
    std::vector<std::string> plans;
    std::vector<std::string> tags;
    std::vector<std::string> conditions;
};

/// From an instant, until before another.
struct Window {
    std::optional<Instant> from;
    std::optional<Instant> until;
};

/// When an offer stands at all.
struct Terms {
    std::string code;
    Audience audience;
    Window window;
    std::vector<std::string> channels;  // none: all
    std::int32_t priority = 0;          // the higher first; then by code
};

struct Cut {
    enum class How : std::uint8_t { off, pay, fixed };
    How how = How::off;
    std::int64_t value =
        0;  // off: an amount; pay: parts of Share::whole that are still paid; fixed: what is paid
    std::int64_t cap = 0;  // pay: at most this is off; 0 = no cap
    bool operator==(const Cut&) const = default;
};

/// How many pieces in all a buyer may have, and what becomes of those beyond.
struct AtMost {
    enum class Beyond : std::uint8_t { next, refuse };
    std::int64_t pieces = 0;
    Beyond beyond = Beyond::next;
};

struct PriceStep {
    std::int64_t pieces = 1;  // of one sku in the basket
    Cut cut;
};

/// The price of a piece.
struct Price {
    Terms terms;
    Scope on;
    std::vector<PriceStep> steps;  // ascending; the highest that is reached
    std::optional<AtMost> at_most;
    bool exclusive = false;  // where it stands, it stands alone

    [[nodiscard]] bool is_paid() const { return !terms.audience.plans.empty(); }
};

/// Where amounts of a threshold are taken: the list, after prices, after promotions, after coupons, after points; or as
/// things stand when the offer's turn comes. What is `couponed` or `paid` only offers on freight may ask.
enum class Measured : std::uint8_t { list, priced, running, promoted, couponed, paid };

struct Condition {
    std::optional<Scope> on;  // nothing: the offer's own scope
    std::int64_t amount = 0;
    std::int64_t pieces = 0;
};

/// 满减, 满折, 阶梯: off the total; the last step that is reached.
struct OffTotal {
    struct Step {
        std::int64_t amount = 0;
        std::int64_t pieces = 0;
        Cut cut;
    };
    std::vector<Step> steps;
};
/// 每满减: off for every full `amount` or every full `pieces`.
struct OffEvery {
    std::int64_t amount = 0;
    std::int64_t pieces = 0;
    std::int64_t off = 0;
    std::int64_t cap = 0;
};
/// Off each piece, or off each line; at most so many pieces (of a line, where it is by line), the dearest first.
struct OffPieces {
    enum class Per : std::uint8_t { piece, line };
    Cut cut;
    std::int64_t at_most = 0;  // 0 = all
    Per per = Per::piece;
};
/// 第二件半价: of every n pieces, from dear to cheap, the last.
struct OffNth {
    enum class Among : std::uint8_t { sku, all };
    std::int64_t n = 2;
    Cut cut;
    Among among = Among::sku;
};
/// N元任选M件: the dearest pieces first, while a set gains.
struct Bundle {
    std::int64_t pieces = 2;
    std::int64_t price = 0;
    std::int64_t sets = 0;  // 0 = as many as there are
};
/// 买赠: the dearest are bought, and of the others the cheapest are given, or the dearest; whole sets only.
struct BuyGet {
    enum class Gives : std::uint8_t { cheapest, dearest };
    std::int64_t buy = 1;
    std::int64_t get = 1;
    Cut cut;
    std::optional<Scope> from = {};  // what may be given; nothing: what is bought
    std::int64_t sets = 0;
    Gives gives = Gives::cheapest;
};
/// 加价购: lines of the basket that name the promotion.
struct AddOn {
    struct Choice {
        std::string sku;
        std::int64_t price = 0;
    };
    std::vector<Choice> choices;
    std::int64_t at_most = 1;  // pieces in all
};
/// 满赠. Of the value a refund may be reduced.
struct Gift {
    struct Choice {
        std::string sku;
        std::int64_t value = 0;
        std::int64_t stock = 0;
    };
    std::vector<Choice> choices;
    std::int64_t choose = 1;
};

struct Effect {
    std::optional<Scope> on;  // nothing: the offer's own scope
    std::variant<OffTotal, OffEvery, OffPieces, OffNth, Bundle, BuyGet, AddOn, Gift> does;
};

struct Promotion {
    Terms terms;
    Scope on;
    std::string group;  // empty: it meets no other
    bool exclusive = false;
    Measured measured = Measured::running;
    std::vector<Condition> conditions;
    std::vector<Effect> effects;
};

/// What a coupon excludes while it is used.
struct NotWith {
    bool prices = false;
    bool promotions = false;
    bool points = false;
    bool operator==(const NotWith&) const = default;
};

/// A batch of coupons, as everybody who holds one has it.
struct Coupon {
    Terms terms;
    Scope on;
    std::string group;   // of one group so many as the arbitration says, one where it says nothing
    bool alone = false;  // with no coupon of another group
    NotWith not_with;
    Measured measured = Measured::promoted;
    std::vector<Condition> conditions;
    std::vector<Effect> effects;
};

/// 积分抵现: `points` are worth `money`; in steps, from a floor to a ceiling, up to a share of what is left to pay.
struct PointsOffset {
    std::int64_t points = 100;
    std::int64_t money = 100;
    std::int64_t step = 1;
    std::int64_t at_least = 0;
    std::int64_t at_most = 0;  // 0 = no ceiling
    Share share;
    Scope on;
    std::int64_t from_amount = 0;  // what is left to pay must come to this
};

enum class PriceRule : std::uint8_t {
    lowest,      // 最低价
    paid_first,  // who has a paid plan has its price; the lowest of them
    stack,       // one after the other by priority
    priority,    // the highest priority, whatever its price; of equal ones the lowest
};
enum class GroupRule : std::uint8_t { stack, best, first };
enum class BelowCost : std::uint8_t { allow, cut, refuse };

struct Group {
    std::string code;
    GroupRule rule = GroupRule::best;
};
struct CouponLimit {
    std::string group;
    std::int64_t at_most = 1;
};
/// 药类: what these categories are kept out of.
struct Excluded {
    std::vector<std::string> categories;
    bool prices = false;
    bool promotions = false;
    bool coupons = false;
    bool points = false;
};

struct Arbitration {
    PriceRule prices = PriceRule::lowest;
    std::vector<Group> groups;
    std::vector<CouponLimit> coupons;
    BelowCost below_cost = BelowCost::allow;
    std::vector<Excluded> excluded;
};

/// Everything that is on offer.
struct Offers {
    Arbitration arbitration;
    std::vector<Price> prices;
    std::vector<Promotion> promotions;
    std::vector<Coupon> coupons;
    std::optional<PointsOffset> points;
};

/// Nothing, or which offer makes no sense and what to do; a document is refused by this, and `quote` requires it.
Result<void> check(const Offers& offers);

}  // namespace banyan::pricing
