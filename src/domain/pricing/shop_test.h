// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shops and baskets at random from a seed, small enough that every choice can be tried: for the laws of a quote.

#include <random>
#include <string>

#include "domain/pricing/basket.h"
#include "domain/pricing/offer.h"

namespace banyan::pricing::testing {

struct Shop {
    Offers offers;
    Request request;
};

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::int64_t from(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most - least + 1));
    }
    bool one_in(std::int64_t n) { return from(1, n) == 1; }
    std::string word(const char* letter, std::int64_t count) {
        return letter + std::to_string(from(1, count));
    }
    template <typename List>
    void shuffle(List& list) {
        for (std::size_t i = list.size(); i > 1; --i)
            std::swap(list[i - 1], list[static_cast<std::size_t>(from(0, static_cast<std::int64_t>(i) - 1))]);
    }

  private:
    std::mt19937_64 engine_;
};

inline Scope scope(Dice& dice) {
    Scope scope;
    if (dice.one_in(2)) scope.categories = {dice.word("c", 2)};
    if (dice.one_in(6)) scope.skus = {dice.word("s", 4)};
    if (dice.one_in(8)) scope.full_price = FullPrice::only;
    return scope;
}

inline Cut cut(Dice& dice) {
    if (dice.one_in(2)) return {Cut::How::off, dice.from(1, 3000)};
    Cut cut{Cut::How::pay, dice.from(0, 99) * 100};
    if (dice.one_in(3)) cut.cap = dice.from(1, 4000);
    return cut;
}

inline Effect effect(Dice& dice) {
    Effect effect;
    switch (dice.from(1, 10)) {
        case 1: effect.does = OffEvery{dice.from(500, 9000), 0, dice.from(1, 900), dice.from(0, 2000)}; break;
        case 2: effect.does = OffPieces{cut(dice), dice.from(0, 3)}; break;
        case 3:
            effect.does =
                OffNth{dice.from(2, 3), cut(dice), dice.one_in(2) ? OffNth::Among::sku : OffNth::Among::all};
            break;
        case 4: effect.does = Bundle{dice.from(2, 3), dice.from(100, 20000), dice.from(0, 2)}; break;
        case 5: effect.does = BuyGet{dice.from(1, 2), 1, cut(dice), std::nullopt, dice.from(0, 2)}; break;
        default:
            effect.does =
                OffTotal{{{dice.from(0, 9000), 0, cut(dice)}, {dice.from(9001, 30000), 0, cut(dice)}}};
            break;
    }
    return effect;
}

inline Effect off_freight(Dice& dice) {
    Effect effect;
    effect.on.emplace();
    effect.on->kind = Kind::freight;
    effect.does = OffPieces{dice.one_in(2) ? Cut{Cut::How::pay, 0} : Cut{Cut::How::off, 500}, 0};
    return effect;
}

inline Line line(Dice& dice, int n) {
    Line line;
    line.id = "l" + std::to_string(n);
    line.sku = dice.word("s", 4);
    line.categories = {dice.word("c", 2)};
    line.quantity = dice.from(1, 4);
    line.price = dice.from(0, 9) == 0 ? 0 : dice.from(1, 12000);
    if (dice.one_in(3)) line.cost = dice.from(0, 9000);
    if (dice.one_in(6)) line.foreign = {dice.from(0, line.price * line.quantity), dice.one_in(2)};
    if (dice.one_in(8) && line.price > 10) {
        const std::int64_t deposit = dice.from(1, line.price / 2);
        line.presale = Presale{deposit, dice.from(deposit, line.price)};
    }
    return line;
}

inline void offer_prices(Dice& dice, Offers& offers) {
    for (int n = 0; n < dice.from(0, 3); ++n) {
        Price price;
        price.terms.code = "price" + std::to_string(n);
        price.terms.priority = static_cast<std::int32_t>(dice.from(0, 2));
        if (dice.one_in(3)) price.terms.audience.plans = {"plus"};
        price.on = scope(dice);
        price.on.full_price = FullPrice::any;
        price.steps = {{1, cut(dice)}};
        if (dice.one_in(3))
            price.at_most =
                AtMost{dice.from(1, 3), dice.one_in(4) ? AtMost::Beyond::refuse : AtMost::Beyond::next};
        price.exclusive = dice.one_in(8);
        offers.prices.push_back(price);
    }
}

inline void offer_promotions(Dice& dice, Offers& offers) {
    for (int n = 0; n < dice.from(0, 4); ++n) {
        Promotion promotion;
        promotion.terms.code = "promotion" + std::to_string(n);
        promotion.terms.priority = static_cast<std::int32_t>(dice.from(0, 2));
        promotion.on = scope(dice);
        promotion.exclusive = dice.one_in(10);
        if (dice.one_in(3)) promotion.group = dice.word("g", 2);
        promotion.measured = dice.one_in(2) ? Measured::running : Measured::priced;
        if (dice.one_in(3)) promotion.conditions = {{std::nullopt, dice.from(0, 15000), dice.from(0, 3)}};
        promotion.effects = {effect(dice)};
        offers.promotions.push_back(promotion);
    }
    Promotion free;
    free.terms.code = "free";
    free.conditions = {{std::nullopt, dice.from(1, 30000), 0}};
    free.effects = {off_freight(dice)};
    const Measured measured[] = {Measured::running, Measured::promoted, Measured::couponed, Measured::paid};
    free.measured = measured[dice.from(0, 3)];
    if (dice.one_in(2)) offers.promotions.push_back(free);
}

inline void offer_coupons(Dice& dice, Offers& offers) {
    for (int n = 0; n < dice.from(1, 5); ++n) {
        Coupon coupon;
        coupon.terms.code = "batch" + std::to_string(n);
        coupon.terms.priority = static_cast<std::int32_t>(dice.from(0, 1));
        coupon.on = scope(dice);
        coupon.group = dice.word("g", 3);
        coupon.alone = dice.one_in(8);
        coupon.not_with = {dice.one_in(6), dice.one_in(6), dice.one_in(8)};
        coupon.measured = dice.one_in(3) ? Measured::running : Measured::promoted;
        if (dice.one_in(2)) coupon.conditions = {{std::nullopt, dice.from(0, 15000), 0}};
        coupon.effects = {effect(dice)};
        if (dice.one_in(5)) {
            const Measured measured[] = {Measured::promoted, Measured::couponed, Measured::paid};
            coupon.effects = {off_freight(dice)};
            coupon.measured = measured[dice.from(0, 2)];
        }
        offers.coupons.push_back(coupon);
    }
}

inline void arbitrate(Dice& dice, Arbitration& arbitration) {
    arbitration.prices = static_cast<PriceRule>(dice.from(0, 3));
    arbitration.below_cost = static_cast<BelowCost>(dice.from(0, 2));
    arbitration.groups = {{"g1", GroupRule::best}, {"g2", GroupRule::first}};
    arbitration.coupons = {{"g1", dice.from(1, 2)}, {"g2", dice.from(1, 3)}};
    if (dice.one_in(5))
        arbitration.excluded = {{{"c1"}, true, dice.one_in(2), dice.one_in(2), dice.one_in(2)}};
}

inline Buyer buyer(Dice& dice, const Offers& offers) {
    Buyer buyer;
    if (dice.one_in(2)) buyer.plans = {"plus"};
    buyer.points = dice.from(0, 11) * 500;
    for (int n = 0; n < dice.from(0, 6); ++n) {
        HeldCoupon held;
        held.id = "k" + std::to_string(n);
        held.batch = offers
                         .coupons[static_cast<std::size_t>(
                             dice.from(0, static_cast<std::int64_t>(offers.coupons.size()) - 1))]
                         .terms.code;
        if (dice.one_in(2)) held.window.until = Instant{dice.from(1, 3) * 1'000'000};
        buyer.coupons.push_back(held);
    }
    return buyer;
}

inline Shop shop(std::uint64_t seed) {
    Dice dice(seed);
    Shop shop;
    arbitrate(dice, shop.offers.arbitration);
    offer_prices(dice, shop.offers);
    offer_promotions(dice, shop.offers);
    offer_coupons(dice, shop.offers);
    if (dice.one_in(2)) {
        PointsOffset points;
        points.points = dice.from(50, 150);
        points.step = 500;
        points.at_least = dice.from(0, 3) * 500;
        points.share.parts = dice.one_in(2) ? Share::whole : dice.from(1, 9) * 1000;
        shop.offers.points = points;
    }
    for (int n = 0; n < dice.from(1, 4); ++n) shop.request.lines.push_back(line(dice, n));
    if (dice.one_in(2)) {
        Line freight;
        freight.id = freight.sku = "freight";
        freight.kind = Kind::freight;
        freight.price = dice.from(0, 1500);
        shop.request.lines.push_back(freight);
    }
    shop.request.buyer = buyer(dice, shop.offers);
    return shop;
}

}  // namespace banyan::pricing::testing
