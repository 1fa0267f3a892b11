// SPDX-License-Identifier: Apache-2.0
#include "domain/pricing/quote.h"

#include <gtest/gtest.h>

#include "domain/pricing/refund.h"

namespace banyan::pricing {
namespace {

Line goods(const char* id, std::int64_t price, std::int64_t quantity = 1) {
    Line line;
    line.id = line.sku = id;
    line.price = price;
    line.quantity = quantity;
    return line;
}

Promotion off_total(const char* code, std::int64_t off) {
    Promotion promotion;
    promotion.terms.code = code;
    promotion.effects = {{std::nullopt, OffTotal{{{0, 0, {Cut::How::off, off}}}}}};
    return promotion;
}

Coupon coupon(const char* code, std::int64_t off) {
    Coupon coupon;
    coupon.terms.code = code;
    coupon.effects = {{std::nullopt, OffTotal{{{0, 0, {Cut::How::off, off}}}}}};
    return coupon;
}

Quote quoted(const Offers& offers, const Request& request, const Effort& effort = {}) {
    auto result = quote(offers, request, effort);
    EXPECT_TRUE(result.ok()) << result.error().text();
    return *std::move(result);
}

TEST(Quote, goes_on_as_the_parts_of_an_orders_lines) {
    Offers offers;
    offers.promotions = {off_total("p", 1000)};
    offers.coupons = {coupon("c", 500)};
    offers.points = PointsOffset{};
    Request request;
    request.lines = {goods("a", 3000), goods("b", 7000)};
    request.lines.push_back(goods("way", 800));
    request.lines.back().kind = Kind::freight;
    request.buyer.points = 1000;
    request.buyer.coupons = {{"k", "c", {}}};
    const Quote quote = quoted(offers, request);
    // 100 - 10 - 5 - 10 and 8 for freight.
    EXPECT_EQ(quote.pay(), 8300);
    const auto lines = priced_lines(request, quote);
    ASSERT_EQ(lines.size(), 2U);
    using basis::Part;
    EXPECT_EQ(lines[0].parts[Part::discount], 300);
    EXPECT_EQ(lines[0].parts[Part::coupon], 150);
    EXPECT_EQ(lines[0].parts[Part::points], 300);
    EXPECT_EQ(lines[0].paid, 2250);
    EXPECT_EQ(lines[1].paid, 5250);
    EXPECT_EQ(lines[0].parts[Part::freight] + lines[1].parts[Part::freight], 800);
}

TEST(Quote, a_wrong_basket_is_told_by_its_line) {
    const auto told = [](Request request) {
        const auto result = quote({}, request);
        return result.ok() ? std::string("priced") : result.error().message;
    };
    EXPECT_EQ(told({}), "the basket is empty; send its lines");
    Request request;
    request.lines = {goods("a", 100), goods("a", 100)};
    EXPECT_EQ(told(request), "line \"a\": it is named twice");
    request.lines = {goods("a", 100, 0)};
    EXPECT_EQ(told(request), "line \"a\": the quantity is 0, and must be between 1 and 100000");
    request.lines = {goods("a", basket_max, 2)};
    EXPECT_EQ(told(request), "line \"a\": it comes to more than 1000000000000000");
    request.lines = {goods("a", 100)};
    request.lines[0].foreign.amount = 101;
    EXPECT_EQ(told(request), "line \"a\": the foreign discount is more than the line costs");
    request.lines = {goods("a", 100)};
    request.lines[0].presale = Presale{50, 40};
    EXPECT_EQ(told(request), "line \"a\": the deposit is worth less than itself");
    request.lines = {goods("a", 100)};
    request.choice.coupons = {"k"};
    EXPECT_EQ(told(request), "coupon \"k\" was chosen, but is not the member's");
}

TEST(Offers, a_wrong_offer_is_told_by_its_code) {
    const auto told = [](const Offers& offers) {
        const auto result = check(offers);
        return result.ok() ? std::string("fine") : result.error().message;
    };
    Offers offers;
    offers.promotions = {off_total("p", 1000), off_total("p", 1000)};
    EXPECT_EQ(told(offers), "promotions: \"p\" is there twice");
    offers.promotions = {off_total("p", 0)};
    EXPECT_EQ(told(offers), "promotion \"p\": what is off is 0, and must be between 1 and 1000000000000000");
    offers.promotions = {off_total("p", 1000)};
    offers.promotions[0].measured = Measured::paid;
    EXPECT_EQ(told(offers),
              "promotion \"p\": only what is off the freight may be measured after coupons or points");
    offers.promotions = {off_total("p", 1000)};
    offers.promotions[0].on.kind = Kind::freight;
    EXPECT_EQ(told(offers), "fine");
    std::get<OffTotal>(offers.promotions[0].effects[0].does).steps[0].amount = 100;
    EXPECT_EQ(told(offers),
              "promotion \"p\": what is off the freight is measured `promoted`, `couponed` or `paid`");
    offers.promotions = {off_total("p", 1000)};
    offers.promotions[0].terms.window = {Instant{5}, Instant{5}};
    EXPECT_EQ(told(offers),
              "promotion \"p\": it ends before it begins; `until` is the first instant at which it is over");
    offers.promotions.clear();
    offers.coupons = {coupon("c", 10)};
    offers.coupons[0].effects = {{std::nullopt, Gift{{{"tote", 100, 1}}, 1}}};
    EXPECT_EQ(told(offers), "coupon \"c\": gifts and add-ons belong to promotions");
    offers.coupons.clear();
    Price price;
    price.terms.code = "x";
    price.steps = {{1, {Cut::How::fixed, 100}}};
    price.on.full_price = FullPrice::only;
    offers.prices = {price};
    EXPECT_EQ(told(offers),
              "price \"x\": a price cannot depend on prices; name skus, products, categories or brands");
}

TEST(Quote, a_coupon_of_no_batch_is_unknown) {
    Request request;
    request.lines = {goods("a", 100)};
    request.buyer.coupons = {{"k", "gone", {}}};
    const Quote quote = quoted({}, request);
    ASSERT_EQ(quote.outcomes.size(), 1U);
    EXPECT_EQ(quote.outcomes[0].why, Why::unknown);
}

TEST(Quote, what_was_picked_and_does_not_go_together_is_told) {
    Offers offers;
    offers.coupons = {coupon("c", 10), coupon("d", 20)};  // of one group, the nameless
    Request request;
    request.lines = {goods("a", 100)};
    request.buyer.coupons = {{"k1", "c", {}}, {"k2", "d", {}}};
    request.choice.coupons = {"k1", "k2"};
    const Quote quote = quoted(offers, request);
    EXPECT_EQ(quote.pay(), 90);
    EXPECT_EQ(quote.best.pay, 80);
    ASSERT_EQ(quote.outcomes.size(), 2U);
    EXPECT_EQ(quote.outcomes[1].why, Why::stacking);
    EXPECT_EQ(quote.outcomes[1].by, "k1");
}

TEST(Quote, beyond_the_exact_the_gap_is_said) {
    Offers offers;
    Request request;
    request.lines = {goods("a", 100'000), goods("b", 50'000)};
    for (int n = 0; n < 24; ++n) {
        Coupon one = coupon("x", 100 + n);
        one.terms.code = "c" + std::to_string(n);
        one.group = one.terms.code;  // all go together
        one.effects = {{std::nullopt, OffTotal{{{0, 0, {Cut::How::pay, 9'900 - n * 7}}}}}};
        one.not_with.points = n == 0;
        offers.coupons.push_back(one);
        request.buyer.coupons.push_back({"k" + std::to_string(n), one.terms.code, {}});
    }
    offers.points = PointsOffset{};
    request.buyer.points = 400;
    const Quote exact = quoted(offers, request, {24, 0});
    EXPECT_TRUE(exact.proven);
    const Quote bounded = quoted(offers, request, {16, 10});
    EXPECT_GE(bounded.best.pay, exact.best.pay);
    EXPECT_LE(bounded.best.pay - bounded.gap, exact.best.pay);
    EXPECT_EQ(bounded.proven, bounded.gap == 0);
    EXPECT_FALSE(bounded.proven);
}

TEST(Refund, more_than_was_sold_does_not_come_back) {
    Request request;
    request.lines = {goods("a", 100, 2)};
    const Offers offers;
    const Quote quote = quoted(offers, request);
    const auto result = refunded({offers, request, quote}, {3}, {}, {}, Instant{});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().message, "line \"a\": 3 pieces came back in all, of 2 that were sold");
}

}  // namespace
}  // namespace banyan::pricing
