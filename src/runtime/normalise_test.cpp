// SPDX-License-Identifier: Apache-2.0
#include "runtime/normalise.h"

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"
#include "runtime/memory_ports_test.h"

namespace banyan::runtime {
namespace {

programme::Programme reviews() {
    programme::Programme programme;
    programme.currency = *currency_of("CNY");
    programme.zone = banyan::testing::shanghai();
    programme.events = {
        {"review.posted", "", "", {{"rating", rules::Kind::integer}, {"photo", rules::Kind::boolean}}}};
    return programme;
}

Result<engine::CommandBody> normalised(RequestBody body) {
    static const testing::PlainSecrets secrets;
    Request request;
    request.source = "till";
    request.id = "e-1";
    request.body = std::move(body);
    return normalise(request, reviews(), secrets, {});
}

OrderPaid order(std::vector<catalog::Line> lines, std::vector<SaidPrice> prices) {
    return {"o", "CNY", "app", "s", std::move(lines), {}, std::move(prices)};
}
SaidPrice price(std::optional<std::int64_t> list, std::optional<std::int64_t> paid) {
    return {"", list, paid, {}};
}

TEST(Normalise, AnOrderThatSaysWhatWasPaidIsThePlainOne) {
    const auto body = normalised(order({{"1", "sku", "", 1, 500}}, {}));
    ASSERT_TRUE(body.ok()) << body.error().text();
    EXPECT_EQ(std::get<engine::RecordOrder>(*body).lines.at(0).amount, 500);
}

// 120.00 and 80.00 listed, a coupon of 20.00 for both, 1.50 of the first by points: shared 12.00 (of 118.50) and 8.00.
TEST(Normalise, PartsOfTheWholeOrderComeDownToItsLines) {
    OrderPaid said = order({{"1", "a", "", 2, 0}, {"2", "b", "", 1, 0}}, {price(12000, {}), price(8000, {})});
    said.prices[0].parts[basis::Part::points] = 150;
    said.parts[basis::Part::coupon] = 2000;
    said.parts[basis::Part::freight] = 800;
    said.charged = 18650;
    const auto body = normalised(said);
    ASSERT_TRUE(body.ok()) << body.error().text();
    const auto& priced = std::get<engine::RecordPricedOrder>(*body);
    EXPECT_EQ(priced.order.lines[0].amount + priced.order.lines[1].amount, 17850);
    EXPECT_EQ(priced.prices[0].list, 12000);
    EXPECT_EQ(priced.prices[0].parts[basis::Part::coupon] + priced.prices[1].parts[basis::Part::coupon],
              2000);
    EXPECT_EQ(priced.prices[0].parts[basis::Part::freight], 480);  // by list
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(priced.prices[i].list, priced.order.lines[i].amount +
                                             priced.prices[i].parts[basis::Part::coupon] +
                                             priced.prices[i].parts[basis::Part::points]);
    said.charged = 18651;
    EXPECT_EQ(normalised(said).error().where, "/order/lines");
}

TEST(Normalise, WhatIsNotSaidIsDerivedAndWhatCannotBeIsAskedFor) {
    OrderPaid said = order({{"1", "a", "", 1, 4000}}, {price({}, 4000)});
    said.prices[0].parts[basis::Part::gift_card] = 1000;
    const auto body = normalised(said);
    ASSERT_TRUE(body.ok()) << body.error().text();
    EXPECT_EQ(std::get<engine::RecordPricedOrder>(*body).prices[0].list, 5000);
    said.parts[basis::Part::coupon] = 100;
    const auto refused = normalised(said);
    EXPECT_EQ(refused.error().where, "/order/lines/0");
    EXPECT_EQ(refused.error().message.substr(0, 30), "give each line its list price:");
    EXPECT_FALSE(normalised(order({{"1", "a", "", 1, 0}}, {price({}, {})})).ok());
}

TEST(Normalise, ARefundThatNamesMoneyIsOfMoney) {
    const auto pieces = normalised(OrderRefunded{"o", {{"1", 2, 0}}, 0});
    EXPECT_TRUE(std::holds_alternative<engine::RefundOrder>(*pieces));
    const auto line = normalised(OrderRefunded{"o", {{"1", 0, 100}}, 0});
    EXPECT_EQ(std::get<engine::RefundMoney>(*line).lines.at(0).amount, 100);
    const auto whole = normalised(OrderRefunded{"o", {}, 300});
    EXPECT_EQ(std::get<engine::RefundMoney>(*whole).amount, 300);
}

TEST(Normalise, AnInteractionIsLaidOutAsItsSchemaHasIt) {
    using Attribute = Interaction::Attribute;
    const auto body = normalised(
        Interaction{"review.posted", {Attribute{"photo", true}, Attribute{"rating", std::int64_t{5}}}});
    ASSERT_TRUE(body.ok()) << body.error().text();
    EXPECT_EQ(std::get<engine::RecordEvent>(*body).attributes.at(0).name, "rating");
    const auto refused = [](std::vector<Attribute> attributes) {
        return normalised(Interaction{"review.posted", std::move(attributes)}).error().text();
    };
    EXPECT_EQ(refused({Attribute{"rating", std::int64_t{5}}}),
              "/attributes/photo: \"review.posted\" always has an attribute \"photo\"");
    EXPECT_EQ(refused({Attribute{"rating", true}, Attribute{"photo", true}}),
              "/attributes/rating: \"rating\" is declared to be of kind int");
    EXPECT_EQ(refused({Attribute{"rating", std::int64_t{5}}, Attribute{"photo", true}, Attribute{"x", true}}),
              "/attributes/x: \"review.posted\" declares no attribute \"x\"");
    EXPECT_EQ(normalised(Interaction{"review.shared", {}}).error().where, "/type");
}

}  // namespace
}  // namespace banyan::runtime
