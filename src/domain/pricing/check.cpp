// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <type_traits>

#include "base/number.h"
#include "domain/pricing/basket.h"
#include "domain/pricing/offer.h"

namespace banyan::pricing {

namespace {

using Where = std::string;

Error wrong(const Where& where, const std::string& what) { return Error::invalid(where + ": " + what); }

Result<void> check_amount(const Where& where, const char* what, std::int64_t amount, std::int64_t least = 0) {
    if (amount < least || amount > basket_max)
        return wrong(where, std::string(what) + " is " + std::to_string(amount) + ", and must be between " +
                                std::to_string(least) + " and " + std::to_string(basket_max));
    return {};
}

Result<void> check_cut(const Where& where, const Cut& cut) {
    if (cut.how == Cut::How::pay && (cut.value < 0 || cut.value > Share::whole))
        return wrong(where, "what is still paid is a share between 0 and 1, such as \"0.85\"");
    if (cut.how == Cut::How::off) TRY(check_amount(where, "what is off", cut.value, 1));
    if (cut.how == Cut::How::fixed) TRY(check_amount(where, "the price", cut.value));
    return check_amount(where, "the cap", cut.cap);
}

Result<void> check_window(const Where& where, const Window& window) {
    if (window.from && window.until && *window.until <= *window.from)
        return wrong(where, "it ends before it begins; `until` is the first instant at which it is over");
    return {};
}

Result<void> check_scope(const Where& where, const Scope& scope) {
    if (scope.price_from && scope.price_to && *scope.price_to < *scope.price_from)
        return wrong(where, "no piece can cost at least " + std::to_string(*scope.price_from) +
                                " and at most " + std::to_string(*scope.price_to));
    return {};
}

Result<void> check_effect(const Where& where, const OffTotal& does) {
    if (does.steps.empty()) return wrong(where, "it has no steps; say what is off");
    for (std::size_t i = 0; i < does.steps.size(); ++i) {
        const OffTotal::Step& step = does.steps[i];
        TRY(check_cut(where, step.cut));
        TRY(check_amount(where, "a step's amount", step.amount));
        TRY(check_amount(where, "a step's pieces", step.pieces));
        if (step.cut.how == Cut::How::fixed)
            return wrong(where, "a total is lowered by `off` or `pay`, not by a price");
        if (i == 0) continue;
        const OffTotal::Step& below = does.steps[i - 1];
        if (step.amount < below.amount || step.pieces < below.pieces ||
            (step.amount == below.amount && step.pieces == below.pieces))
            return wrong(where, "each step asks for more than the one before it");
    }
    return {};
}
Result<void> check_effect(const Where& where, const OffEvery& does) {
    if ((does.amount > 0) == (does.pieces > 0))
        return wrong(where, "`every` counts an amount or pieces, one of them");
    TRY(check_amount(where, "the amount", does.amount));
    TRY(check_amount(where, "the cap", does.cap));
    return check_amount(where, "what is off", does.off, 1);
}
Result<void> check_effect(const Where& where, const OffPieces& does) {
    TRY(check_amount(where, "at_most", does.at_most));
    return check_cut(where, does.cut);
}
Result<void> check_effect(const Where& where, const OffNth& does) {
    if (does.n < 2) return wrong(where, "`n` is at least 2; for every piece use `piece`");
    return check_cut(where, does.cut);
}
Result<void> check_effect(const Where& where, const Bundle& does) {
    if (does.pieces < 2) return wrong(where, "a bundle has at least 2 pieces");
    TRY(check_amount(where, "sets", does.sets));
    return check_amount(where, "the price", does.price);
}
Result<void> check_effect(const Where& where, const BuyGet& does) {
    if (does.buy < 1 || does.get < 1) return wrong(where, "at least one piece is bought and one is given");
    TRY(check_amount(where, "sets", does.sets));
    return check_cut(where, does.cut);
}
Result<void> check_effect(const Where& where, const AddOn& does) {
    if (does.choices.empty()) return wrong(where, "no add-on is named");
    if (does.at_most < 1) return wrong(where, "at_most is at least 1");
    for (const AddOn::Choice& choice : does.choices) TRY(check_amount(where, "the price", choice.price));
    return {};
}
Result<void> check_effect(const Where& where, const Gift& does) {
    if (does.choices.empty()) return wrong(where, "no gift is named");
    if (does.choose < 1) return wrong(where, "at least one gift is chosen");
    for (const Gift::Choice& choice : does.choices)
        TRY(check_amount(where, "the gift's value", choice.value));
    return {};
}

bool is_on_freight(const Effect& effect, const Scope& own) {
    return (effect.on ? *effect.on : own).kind == Kind::freight;
}

bool has_steps(const Effect& effect) {
    if (std::holds_alternative<OffEvery>(effect.does)) return true;
    const OffTotal* total = std::get_if<OffTotal>(&effect.does);
    return total != nullptr && std::any_of(total->steps.begin(), total->steps.end(),
                                           [](const OffTotal::Step& step) { return step.amount > 0; });
}

/// The freight's turn comes last, so what `running` means there has to be said.
template <typename AnOffer>
Result<void> check_freight(const Where& where, const AnOffer& offer, const Effect& effect) {
    if (offer.measured == Measured::running && (has_steps(effect) || std::is_same_v<AnOffer, Coupon>))
        return wrong(where, "what is off the freight is measured `promoted`, `couponed` or `paid`");
    return {};
}

template <typename AnOffer>
Result<void> check_offer(const Where& where, const AnOffer& offer) {
    TRY(check_window(where, offer.terms.window));
    TRY(check_scope(where, offer.on));
    if (offer.effects.empty()) return wrong(where, "it does nothing; say what");
    for (const Condition& condition : offer.conditions) {
        TRY(check_amount(where, "the threshold", condition.amount));
        TRY(check_amount(where, "the threshold's pieces", condition.pieces));
    }
    const bool late = offer.measured == Measured::couponed || offer.measured == Measured::paid;
    for (const Effect& effect : offer.effects) {
        TRY(std::visit([&](const auto& does) { return check_effect(where, does); }, effect.does));
        if (is_on_freight(effect, offer.on)) TRY(check_freight(where, offer, effect));
        if (late && !is_on_freight(effect, offer.on))
            return wrong(where, "only what is off the freight may be measured after coupons or points");
        if (offer.measured == Measured::paid && std::holds_alternative<OffEvery>(effect.does))
            return wrong(where, "`every` cannot be measured on what is paid; use steps");
    }
    return {};
}

Result<void> check_price(const Where& where, const Price& price) {
    TRY(check_window(where, price.terms.window));
    if (price.on.full_price == FullPrice::only || price.on.price_from || price.on.price_to)
        return wrong(where, "a price cannot depend on prices; name skus, products, categories or brands");
    if (price.steps.empty()) return wrong(where, "it has no price");
    std::int64_t before = 0;
    for (const PriceStep& step : price.steps) {
        if (step.pieces <= before)
            return wrong(where, "each step asks for more pieces than the one before it");
        before = step.pieces;
        TRY(check_cut(where, step.cut));
    }
    if (price.at_most && price.at_most->pieces < 1) return wrong(where, "at_most is at least one piece");
    return {};
}

Result<void> check_points(const PointsOffset& points) {
    const Where where = "points at checkout";
    if (points.points < 1 || points.money < 1 || points.step < 1)
        return wrong(where, "points, money and step are at least 1");
    if (points.points > 1'000'000'000 || points.money > 1'000'000'000 || points.step > 1'000'000'000)
        return wrong(where, "points, money and step are at most 1000000000");
    if (points.share.parts < 0 || points.share.parts > Share::whole)
        return wrong(where, "the share is between 0 and 1");
    if (points.at_most > 0 && points.at_most < points.at_least)
        return wrong(where, "at_most is below at_least");
    TRY(check_scope(where, points.on));
    if (points.on.kind == Kind::freight) return wrong(where, "points pay for goods");
    TRY(check_amount(where, "at_least", points.at_least));
    return check_amount(where, "from_amount", points.from_amount);
}

template <typename List>
Result<void> check_codes(const char* what, const List& list) {
    std::set<std::string> seen;
    for (const auto& one : list) {
        if (one.terms.code.empty()) return wrong(what, "one has no code");
        if (!seen.insert(one.terms.code).second)
            return wrong(what, "\"" + one.terms.code + "\" is there twice");
    }
    return {};
}

Result<void> check_line(const Line& line) {
    const Where where = "line \"" + line.id + "\"";
    if (line.id.empty()) return Error::invalid("a line has no id; name the shop's own");
    if (line.quantity < 1 || line.quantity > pieces_max)
        return wrong(where, "the quantity is " + std::to_string(line.quantity) +
                                ", and must be between 1 and " + std::to_string(pieces_max));
    TRY(check_amount(where, "the price", line.price));
    TRY(check_amount(where, "the cost", line.cost.value_or(0)));
    const auto list = multiplied(line.price, line.quantity);
    if (!list || *list > basket_max)
        return wrong(where, "it comes to more than " + std::to_string(basket_max));
    TRY(check_amount(where, "the foreign discount", line.foreign.amount));
    if (line.foreign.amount > *list) return wrong(where, "the foreign discount is more than the line costs");
    if (!line.presale) return {};
    TRY(check_amount(where, "the deposit", line.presale->deposit));
    if (line.presale->worth < line.presale->deposit)
        return wrong(where, "the deposit is worth less than itself");
    if (line.presale->worth > line.price) return wrong(where, "the deposit is worth more than the price");
    return {};
}

}  // namespace

Result<void> check(const Offers& offers) {
    TRY(check_codes("prices", offers.prices));
    TRY(check_codes("promotions", offers.promotions));
    TRY(check_codes("coupons", offers.coupons));
    for (const Price& price : offers.prices) TRY(check_price("price \"" + price.terms.code + "\"", price));
    for (const Promotion& one : offers.promotions)
        TRY(check_offer("promotion \"" + one.terms.code + "\"", one));
    for (const Coupon& coupon : offers.coupons) {
        const Where where = "coupon \"" + coupon.terms.code + "\"";
        TRY(check_offer(where, coupon));
        for (const Effect& effect : coupon.effects) {
            if (std::holds_alternative<Gift>(effect.does) || std::holds_alternative<AddOn>(effect.does))
                return wrong(where, "gifts and add-ons belong to promotions");
        }
    }
    for (const CouponLimit& limit : offers.arbitration.coupons) {
        if (limit.at_most < 1)
            return wrong("coupons of \"" + limit.group + "\"", "at least one must be allowed");
    }
    return offers.points ? check_points(*offers.points) : Result<void>();
}

Result<void> check(const Request& request) {
    if (request.lines.empty()) return Error::invalid("the basket is empty; send its lines");
    if (request.lines.size() > lines_max)
        return Error::invalid("the basket has " + std::to_string(request.lines.size()) +
                              " lines, and may have " + std::to_string(lines_max));
    std::int64_t sum = 0;
    for (const Line& line : request.lines) {
        TRY(check_line(line));
        sum += line.price * line.quantity;
        if (sum > basket_max)
            return Error::invalid("the basket comes to more than " + std::to_string(basket_max));
    }
    std::vector<std::string_view> ids;
    for (const Line& line : request.lines) ids.push_back(line.id);
    std::sort(ids.begin(), ids.end());
    if (const auto twice = std::adjacent_find(ids.begin(), ids.end()); twice != ids.end())
        return Error::invalid("line \"" + std::string(*twice) + "\": it is named twice");
    const Buyer& buyer = request.buyer;
    if (buyer.points < 0) return Error::invalid("the points that may be spent are below zero");
    if (buyer.coupons.size() > coupons_max)
        return Error::invalid("there are " + std::to_string(buyer.coupons.size()) + " coupons, and may be " +
                              std::to_string(coupons_max));
    if (request.choice.points && *request.choice.points < 0)
        return Error::invalid("the points chosen are below zero");
    if (!request.choice.coupons) return {};
    for (const std::string& id : *request.choice.coupons) {
        if (std::none_of(buyer.coupons.begin(), buyer.coupons.end(),
                         [&id](const HeldCoupon& held) { return held.id == id; }))
            return Error::invalid("coupon \"" + id + "\" was chosen, but is not the member's");
    }
    return {};
}

}  // namespace banyan::pricing
