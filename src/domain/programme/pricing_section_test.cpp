// SPDX-License-Identifier: Apache-2.0
// Prices, promotions and points at checkout in the document: what they compile to, what they name, how they are refused
// and doubted, how a change reads.

#include <gtest/gtest.h>

#include "domain/programme/diff.h"
#include "domain/programme/findings_test.h"
#include "domain/programme/succession.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;
using banyan::testing::at;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }

Value ladder(const char* code, std::vector<const char*> tiers) {
    std::vector<Value> all;
    for (const char* tier : tiers)
        all.push_back(
            map({{"tier", text(tier)}, {"from", number(static_cast<std::int64_t>(100 * all.size()))}}));
    return map({{"ladder", text(code)}, {"tiers", list(std::move(all))}});
}

Value document(Entries sections) {
    Entries entries = {
        {"programme", text("p")},
        {"currency", text("CNY")},
        {"zone", text("Asia/Shanghai")},
        {"units",
         list({map({{"unit", text("growth")}, {"kind", text("growth")}}), map({{"unit", text("points")}})})},
        {"ladders", list({ladder("stars", {"silver", "gold"}), ladder("club", {"gold", "black"})})},
        {"coupons", list({map({{"coupon", text("c20")},
                               {"discount", map({{"off", number(2000)}})},
                               {"threshold", map({{"amount", number(10'000)}})},
                               {"for", map({{"categories", list({text("tea")})}})},
                               {"group", text("shop")},
                               {"valid", map({{"days", number(7)}})}}),
                          map({{"coupon", text("ship")},
                               {"discount", map({{"free_delivery", Value(true)}, {"cap", number(800)}})},
                               {"valid", map({{"days", number(7)}})}})})}};
    entries.insert(entries.end(), sections.begin(), sections.end());
    return map(std::move(entries));
}
Value prices(std::vector<Value> entries) { return document({{"prices", list(std::move(entries))}}); }
Value promotions(std::vector<Value> entries) { return document({{"promotions", list(std::move(entries))}}); }
Value price(Entries more) {
    Entries entries = {{"price", text("p1")}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value promotion(Entries more) {
    Entries entries = {{"promotion", text("m1")}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value does(const char* what, Entries how) { return list({map({{what, map(std::move(how))}})}); }
Map::Entry whom(const char* key, const char* word) { return {"for", map({{key, list({text(word)})}})}; }
const Map::Entry pay9 = {"pay", text("0.9")};

TEST(PricingSection, ReadsPricesWithWhatTheyName) {
    const Map::Entry calendars = {
        "calendars", list({map({{"calendar", text("member_day")}, {"month_days", list({number(8)})}})})};
    const auto made = checked(document(
        {calendars,
         {"prices", list({price({whom("tiers", "silver"),
                                 {"names", map({{"zh", text("银卡价")}})},
                                 {"on", map({{"skus", list({text("tea")})}})},
                                 {"from", text("2026-11-11")},
                                 {"until", text("2026-11-11")},
                                 {"priority", number(3)},
                                 pay9}),
                          map({{"price", text("day")}, whom("when", "member_day"), {"fixed", number(500)}}),
                          map({{"price", text("reg")},
                               whom("when", "balance.points >= 100 && tier.club > 0"),
                               {"fixed", number(400)}})})}}));
    ASSERT_NE(made.programme, nullptr);
    EXPECT_TRUE(made.findings.all().empty());
    const auto& offers = made.programme->offers;
    ASSERT_EQ(offers.prices.size(), 3U);
    const pricing::Price& first = offers.prices[0];
    EXPECT_EQ(first.terms.audience.tiers, (std::vector<std::string>{"stars.silver"}));
    EXPECT_EQ(first.on.skus, (std::vector<std::string>{"tea"}));
    EXPECT_EQ(first.steps[0].cut, (pricing::Cut{pricing::Cut::How::pay, 9000, 0}));
    EXPECT_EQ(first.terms.priority, 3);
    // A day is whole in the brand's zone.
    EXPECT_EQ(first.terms.window.from, at("2026-11-10T16:00:00Z"));
    EXPECT_EQ(first.terms.window.until, at("2026-11-11T16:00:00Z"));
    EXPECT_EQ(made.programme->price_names[0].zh, "银卡价");
    EXPECT_EQ(made.programme->price_names[0].en, "p1");
    ASSERT_EQ(made.programme->offer_conditions.size(), 2U);
    EXPECT_EQ(made.programme->offer_conditions[0].calendar, 0U);
    EXPECT_TRUE(made.programme->offer_conditions[1].program.has_value());
    EXPECT_EQ(made.programme->offer_words->read().size(), 2U);
}

TEST(PricingSection, BatchesOfCouponsAreOffers) {
    const auto made = checked(document({}));
    ASSERT_NE(made.programme, nullptr);
    const auto& coupons = made.programme->offers.coupons;
    ASSERT_EQ(coupons.size(), 2U);
    EXPECT_EQ(coupons[0].terms.code, "c20");
    EXPECT_EQ(coupons[0].group, "shop");
    EXPECT_EQ(coupons[0].on.categories, (std::vector<std::string>{"tea"}));
    EXPECT_EQ(coupons[0].conditions.at(0).amount, 10'000);
    EXPECT_EQ(std::get<pricing::OffTotal>(coupons[0].effects.at(0).does).steps.at(0).cut,
              (pricing::Cut{pricing::Cut::How::off, 2000, 0}));
    EXPECT_EQ(coupons[1].effects.at(0).on->kind, pricing::Kind::freight);
    EXPECT_EQ(std::get<pricing::OffPieces>(coupons[1].effects.at(0).does).cut,
              (pricing::Cut{pricing::Cut::How::pay, 0, 800}));
    EXPECT_TRUE(pricing::check(made.programme->offers).ok());
}

TEST(PricingSection, PointsAreOfTheOnlyUnitThatIsSpent) {
    const auto made =
        checked(document({{"points_at_checkout", map({{"points", number(100)}, {"money", number(100)}})}}));
    ASSERT_NE(made.programme, nullptr);
    EXPECT_EQ(made.programme->offset_unit, made.programme->unit("points")->id);
    // The number of the unit is that of its code's first publication.
    Numbers numbers;
    const auto first = checked(map({{"programme", text("p")},
                                    {"currency", text("CNY")},
                                    {"zone", text("Asia/Shanghai")},
                                    {"units", list({map({{"unit", text("points")}})})}}));
    numbers.learn(*first.programme);
    EXPECT_EQ(numbered_as_draft(*made.programme, numbers)->offset_unit, UnitId{1});
    EXPECT_EQ(
        findings_of(document({{"points_at_checkout", map({{"unit", text("growth")}})}})),
        Said{"error /points_at_checkout/unit: \"growth\" is no unit that members spend; there are: points"});
}

TEST(PricingSection, WhatIsWrongIsNamedByItsPlace) {
    EXPECT_EQ(findings_of(prices({price({{"pay", text("8.5")}})})),
              Said{"error /prices/0/pay: \"8.5\" is no share of the price that is still paid; write it "
                   "between 0 and 1 "
                   "with at most four places: 8.5折 is \"0.85\""});
    EXPECT_EQ(
        findings_of(prices({price({})})),
        Said{
            "error /prices/0: say what is off, by one of: off (an amount), pay (the share still paid), fixed "
            "(the price)"});
    EXPECT_EQ(findings_of(prices({price({pay9, {"fixed", number(1)}})})),
              Said{"error /prices/0/fixed: one cut is enough, this has pay, fixed"});
    EXPECT_EQ(findings_of(prices({price({pay9, {"until", text("tomorrow")}})})),
              Said{"error /prices/0/until: \"tomorrow\" is no date and no time; write one such as 2026-11-11 "
                   "(the whole "
                   "day) or \"2026-11-11T20:00:00+08:00\""});
    EXPECT_EQ(
        findings_of(prices({price({pay9, {"from", text("2026-11-12")}, {"until", text("2026-11-10")}})})),
        Said{"error /prices/0: it ends before it begins; `until` is the first instant at which it is over"});
    EXPECT_EQ(
        findings_of(prices({price({pay9}), price({pay9})})),
        Said{"error /prices/1/price: \"p1\" is declared twice; entry 1 has it already: give this one another "
             "code"});
    EXPECT_EQ(findings_of(promotions({promotion({{"does", does("totl", {{"off", number(1)}})}})})),
              Said{"error /promotions/0/does/0/totl: unknown field \"totl\" (did you mean \"total\"?); known "
                   "here: on, "
                   "total, every, piece, nth, bundle, buy, add_on, gift"});
    EXPECT_EQ(findings_of(promotions({promotion({{"does", does("total", {{"fixed", number(1)}})}})})),
              Said{"error /promotions/0: a total is lowered by `off` or `pay`, not by a price"});
    EXPECT_EQ(
        findings_of(
            document({{"arbitration", map({{"excluded", list({map({{"categories", list({text("medicine")})},
                                                                   {"from", list({text("all")})}})})}})}})),
        Said{"error /arbitration/excluded/0/from/0: \"all\" is not one of: prices, promotions, coupons, "
             "points"});
}

TEST(PricingSection, WhomAnOfferIsForMustExist) {
    EXPECT_EQ(
        findings_of(prices({price({whom("tiers", "gold"), pay9})})),
        Said{"error /prices/0/for/tiers/0: \"gold\" is a tier of several ladders; write one of: stars.gold, "
             "club.gold"});
    EXPECT_EQ(findings_of(prices({price({whom("tiers", "club.gold"), pay9})})), Said{});
    EXPECT_EQ(findings_of(prices({price({whom("tiers", "blak"), pay9})})),
              Said{"error /prices/0/for/tiers/0: \"blak\" is no tier of a ladder (did you mean \"black\"?); "
                   "there are: "
                   "silver, gold, gold, black"});
    EXPECT_EQ(findings_of(prices({price({whom("when", "balance.points"), pay9})})),
              Said{"error /prices/0/for/when/0: a condition is true or false, such as metric.orders >= 12; "
                   "or it is the "
                   "code of a calendar"});
    EXPECT_EQ(findings_of(prices({price({whom("when", "event.month == 11"), pay9})})),
              Said{"error /prices/0/for/when/0: a price is asked for at any time, not at an event: "
                   "\"event.month\" is "
                   "not known then; use a calendar for days and hours"});
    const Checked wrong = checked(prices({price({whom("when", "tier.stars >= "), pay9})}));
    ASSERT_EQ(wrong.findings.all().size(), 1U);
    EXPECT_EQ(wrong.findings.all()[0].pointer, "/prices/0/for/when/0");
    EXPECT_TRUE(wrong.findings.all()[0].inside.has_value());
    EXPECT_EQ(findings_of(prices({price({{"for", map({})}, pay9})})),
              Said{"error /prices/0/for: say for whom: tiers, plans, tags or when; leave \"for\" out where "
                   "it is for "
                   "everybody"});
}

TEST(PricingSection, AGroupThatNothingIsInIsDoubted) {
    EXPECT_EQ(
        findings_of(
            document({{"arbitration",
                       map({{"groups", list({map({{"group", text("whole")}, {"policy", text("best")}})})},
                            {"coupons", map({{"shop", number(1)}, {"plattform", number(2)}})}})}})),
        (Said{"warning /arbitration/groups/0/group: no promotion is in group \"whole\"",
              "warning /arbitration/coupons/plattform: no batch of coupons is in group \"plattform\""}));
}

TEST(PricingSection, AChangeReadsAsASentence) {
    const Value before = document(
        {{"prices", list({price({whom("tiers", "silver"), pay9})})},
         {"promotions",
          list({promotion({{"does", does("every", {{"amount", number(10'000)}, {"off", number(1000)}})}})})},
         {"arbitration", map({{"prices", text("lowest")}})}});
    const Value after = document(
        {{"prices",
          list({price({whom("tiers", "silver"), {"pay", text("0.85")}, {"until", text("2026-12-31")}})})},
         {"promotions",
          list({promotion({{"does", does("every", {{"amount", number(10'000)}, {"off", number(1500)}})}}),
                map({{"promotion", text("free99")},
                     {"if", map({{"amount", number(9900)}})},
                     {"does", list({map({{"piece", map({{"pay", text("0")}})},
                                         {"on", map({{"kind", text("freight")}})}})})}})})},
         {"arbitration", map({{"prices", text("paid_first")}})},
         {"points_at_checkout", map({{"points", number(100)}, {"money", number(150)}})}});
    EXPECT_EQ(differences(before, after, Language::en),
              (Said{"price p1: 0.9 of the price becomes 0.85 of the price",
                    "price p1: ends: none becomes 2026-12-31",
                    "promotion m1: for every 100 yuan 10 yuan off becomes for every 100 yuan 15 yuan off",
                    "promotion free99 is new: from: from 99 yuan; each piece 0 of the price on the freight",
                    "arbitration: where prices meet: the lowest becomes the paid plan's, then the lowest",
                    "points at checkout: points: none becomes 100",
                    "points at checkout: are worth: none becomes 1.5 yuan"}));
    EXPECT_EQ(differences(before, after, Language::zh),
              (Said{"价格 p1：0.9 倍价格，改为0.85 倍价格", "价格 p1：结束：无，改为2026-12-31",
                    "促销 m1：每满 100 元 减 10 元，改为每满 100 元 减 15 元",
                    "促销 free99：新增，门槛：满 99 元；每件 0 倍价格，限运费",
                    "择优规则：多价择优：取最低，改为付费会员价优先", "积分抵现：积分：无，改为100",
                    "积分抵现：抵：无，改为1.5 元"}));
}

}  // namespace
}  // namespace banyan::programme
