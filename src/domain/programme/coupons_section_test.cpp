// SPDX-License-Identifier: Apache-2.0
// Batches of coupons in the document: what they compile to, how they are refused and doubted, how a change of one reads.

#include <gtest/gtest.h>

#include "domain/programme/diff.h"
#include "domain/programme/findings_test.h"
#include "domain/programme/succession.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;
using banyan::testing::at;
using coupons::Kind;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }

Value document(std::vector<Value> coupons) {
    const auto limit = [](const char* code, const char* scope, const char* counts) {
        return map({{"limit", text(code)},
                    {"scope", text(scope)},
                    {"per", text("lifetime")},
                    {"most", number(1)},
                    {"counts", text(counts)}});
    };
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({map({{"unit", text("points")}, {"earn_limits", list({text("money")})}})})},
                {"limits", list({limit("each", "member", "times"), limit("stock", "shared", "times"),
                                 limit("money", "member", "amount")})},
                {"coupons", list(std::move(coupons))},
                {"earning", list({map({{"rule", text("base")},
                                       {"on", text("order.paid")},
                                       {"unit", text("points")},
                                       {"limits", list({text("each"), text("stock")})},
                                       {"amount", text("order.paid / 100")}})})}});
}
const Map::Entry off20 = {"discount", map({{"off", number(2000)}})};
const Map::Entry week = {"valid", map({{"days", number(7)}})};
Value coupon(Entries more, const char* code = "c20") {
    Entries entries = {{"coupon", text(code)}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value worth(Entries discount) { return coupon({{"discount", map(std::move(discount))}, week}); }

TEST(CouponsSection, ReadsWhatABatchSays) {
    const auto made = checked(document({coupon(
        {off20,
         {"names", map({{"zh", text("满100减20")}})},
         {"threshold", map({{"amount", number(10'000)}, {"pieces", number(2)}})},
         {"for", map({{"skus", list({text("tea")})}, {"categories", list({text("drinks")})}})},
         {"group", text("shop")},
         {"valid", map({{"from", text("2026-06-01")}, {"until", text("2026-06-30")}, {"days", number(7)}})},
         {"claim", map({{"from", text("2026-06-18T20:00:00+08:00")}, {"until", text("2026-06-18")}})},
         {"limits", list({text("each"), text("stock")})},
         {"on_return", map({{"extend_days", number(3)}})},
         {"cost_centre", text("growth")}})}));
    ASSERT_NE(made.programme, nullptr) << made.findings.first_error().text();
    const coupons::Batch& batch = *made.programme->coupon("c20");
    EXPECT_EQ(batch.name_zh, "满100减20");
    EXPECT_EQ(batch.name_en, "c20");
    EXPECT_EQ(batch.discount, (coupons::Discount{Kind::amount, 2000, 0, ""}));
    EXPECT_EQ(batch.threshold, (coupons::Threshold{10'000, 2}));
    EXPECT_EQ(batch.scope, (coupons::Scope{{"tea"}, {"drinks"}}));
    EXPECT_EQ(batch.group, "shop");
    const Instant june = at("2026-06-01T00:00:00+08:00");
    const Instant july = at("2026-07-01T00:00:00+08:00");
    EXPECT_EQ(batch.validity, (coupons::Validity{{june, july}, 7}));
    EXPECT_EQ(batch.claim,
              (coupons::Window{at("2026-06-18T20:00:00+08:00"), at("2026-06-19T00:00:00+08:00")}));
    EXPECT_EQ(batch.limits, (std::vector<limits::LimitId>{{1}, {2}}));
    EXPECT_EQ(batch.on_return, (coupons::OnReturn{coupons::OnReturn::Late::extended, 3}));
    EXPECT_EQ(made.programme->cost_centre("growth"), batch.cost_centre);
}

TEST(CouponsSection, ReadsWhatACouponIsWorth) {
    const auto discount = [](Entries said) {
        const auto made = checked(document({worth(std::move(said))}));
        EXPECT_NE(made.programme, nullptr) << made.findings.first_error().text();
        return made.programme != nullptr ? made.programme->coupons.front().discount : coupons::Discount{};
    };
    EXPECT_EQ(discount({{"pay", text("0.85")}, {"cap", number(5000)}}),
              (coupons::Discount{Kind::percentage, 8500, 5000, ""}));
    EXPECT_EQ(discount({{"price", number(990)}}), (coupons::Discount{Kind::fixed_price, 990, 0, ""}));
    EXPECT_EQ(discount({{"free_item", text("tea")}}), (coupons::Discount{Kind::free_item, 0, 0, "tea"}));
    EXPECT_EQ(discount({{"exchange", text("tea")}, {"price", number(100)}}),
              (coupons::Discount{Kind::exchange, 100, 0, "tea"}));
    EXPECT_EQ(discount({{"free_delivery", Value(true)}, {"cap", number(800)}}),
              (coupons::Discount{Kind::free_delivery, 0, 800, ""}));
}

TEST(CouponsSection, EveryMistakeHasItsPlaceAndItsSentence) {
    const auto valid = [](Entries said) { return coupon({off20, {"valid", map(std::move(said))}}); };
    struct Row {
        Value coupon;
        const char* said;
    };
    const Row rows[] = {
        {coupon({week}), "/coupons/0/discount: \"discount\" is missing"},
        {worth({}),
         "/coupons/0/discount: say what it is worth, by one of: off, pay, price, free_item, free_delivery, "
         "exchange"},
        {worth({{"off", number(1)}, {"pay", text("0.9")}}),
         "/coupons/0/discount/pay: a coupon is worth one thing, this one has off, pay; make a batch of each"},
        {worth({{"off", number(0)}}), "/coupons/0/discount/off: expected a number from 1 to 1000000000000"},
        {worth({{"pay", text("85")}}),
         "/coupons/0/discount/pay: \"85\" is no share above 0 and below 1; write what is still paid, such as "
         "\"0.85\""},
        {worth({{"exchange", text("tea")}}),
         "/coupons/0/discount/exchange: say what the exchange costs: price"},
        {worth({{"free_item", text("")}}), "/coupons/0/discount/free_item: name the sku that it is for"},
        {worth({{"free_delivery", Value(false)}}),
         "/coupons/0/discount/free_delivery: leave it out: a coupon that does not pay the freight says "
         "nothing "
         "of it"},
        {worth({{"off", number(1)}, {"cap", number(1)}}),
         "/coupons/0/discount/cap: \"cap\" bounds a share or the freight; this discount is no more than it "
         "says"},
        {coupon({off20, week, {"threshold", map({})}}),
         "/coupons/0/threshold: say from which amount or how many pieces on, or leave \"threshold\" out"},
        {coupon({off20}),
         "/coupons/0/valid: \"valid\" is missing: say until when a coupon holds, by days from its issue or "
         "by "
         "dates"},
        {valid({{"from", text("2026-06-01")}}),
         "/coupons/0/valid: say until when a coupon holds: days from its issue, or until a date"},
        {valid({{"until", text("2026-06-31")}}),
         "/coupons/0/valid/until: \"2026-06-31\" is no date and no time; write one such as 2026-06-18 or "
         "\"2026-06-18T20:00:00+08:00\""},
        {valid({{"from", text("2026-06-02")}, {"until", text("2026-06-01")}}),
         "/coupons/0/valid/until: it ends before it begins"},
        {coupon({off20, week, {"on_return", text("gone")}}),
         "/coupons/0/on_return: \"gone\" is not one of: lost"},
        {coupon({off20, week, {"on_return", map({{"extend_days", number(0)}})}}),
         "/coupons/0/on_return/extend_days: expected a number from 1 to 3660"},
        {coupon({off20, week, {"limits", list({text("eech")})}}),
         "/coupons/0/limits/0: limit \"eech\" is not declared (did you mean \"each\"?); declared are: each, "
         "stock, money"},
        {coupon({off20, week, {"limits", list({text("money")})}}),
         "/coupons/0/limits/0: limit \"money\" counts amounts, and a coupon is one: use counts: times"},
        {coupon({off20, week, {"limit", text("each")}}),
         "/coupons/0/limit: unknown field \"limit\" (did you mean \"limits\"?); known here: coupon, names, "
         "discount, threshold, for, group, valid, claim, limits, on_return, cost_centre"},
    };
    for (const Row& row : rows) {
        const Said found = findings_of(document({row.coupon}));
        ASSERT_FALSE(found.empty()) << row.said;
        EXPECT_EQ(found.front(), std::string("error ") + row.said);
    }
    EXPECT_EQ(
        findings_of(document({coupon({off20, week}), coupon({off20, week})})),
        Said{"error /coupons/1/coupon: \"c20\" is declared twice; entry 1 has it already: give this one "
             "another code"});
}

TEST(CouponsSection, WhatIsProbablyNotMeantIsDoubted) {
    const Map::Entry june = {"valid", map({{"until", text("2026-06-30")}})};
    const Map::Entry claim = {"claim", map({{"until", text("2026-07-01")}})};
    const Map::Entry limits = {"limits", list({text("each")})};
    EXPECT_EQ(findings_of(document({coupon({off20, june, claim, limits})})),
              Said{"warning /coupons/0/claim: it may be claimed until 2026-07-01T16:00:00Z and holds until "
                   "2026-06-30T16:00:00Z: the last would claim nothing"});
    EXPECT_EQ(findings_of(document({coupon({off20, week, claim})})),
              Said{"warning /coupons/0/claim: each member may claim as many as it likes; name a limit with "
                   "scope: member, most: 1"});
}

TEST(CouponsSection, ABatchKeepsItsNumberAndItsWorth) {
    Numbers numbers;
    const auto first = checked(document({coupon({off20, week})})).programme;
    numbered(*first, numbers);
    const auto next = checked(document({coupon({off20, week}, "new"), coupon({off20, week})})).programme;
    const auto second = numbered(*next, numbers);
    EXPECT_EQ(second->coupon("c20")->id, coupons::BatchId{1});
    EXPECT_EQ(second->coupon("new")->id, coupons::BatchId{2});
    EXPECT_EQ(second->coupon(coupons::BatchId{1})->code, "c20");
    EXPECT_EQ(broken_promises(*first, *next), Said{});
    EXPECT_EQ(broken_promises(*first, *checked(document({})).programme),
              Said{"coupon \"c20\" is gone, and members may hold it; keep it and let nobody claim it"});
    const auto poorer = checked(document({worth({{"off", number(1500)}})})).programme;
    EXPECT_EQ(broken_promises(*first, *poorer),
              Said{"coupon \"c20\" is worth something else, and members may hold it; declare another batch"});
}

TEST(CouponsSection, AChangeReadsAsASentence) {
    const Value before = document({coupon({off20, week})});
    const Value after =
        document({coupon({off20,
                          {"valid", map({{"days", number(1)}, {"until", text("2026-06-30")}})},
                          {"threshold", map({{"amount", number(10'000)}, {"pieces", number(2)}})},
                          {"claim", map({{"from", text("2026-06-01")}})},
                          {"on_return", map({{"extend_days", number(3)}})}}),
                  coupon({{"discount", map({{"pay", text("0.85")}, {"cap", number(5000)}})},
                          week,
                          {"for", map({{"skus", list({text("tea"), text("jam")})}})},
                          {"group", text("shop")}},
                         "p85")});
    EXPECT_EQ(
        differences(before, after, Language::en),
        (Said{"coupon batch c20: valid: 7 days from the day of issue becomes 1 day from the day of issue, "
              "until 2026-06-30",
              "coupon batch c20: threshold: none becomes from 100 yuan and 2 pieces",
              "coupon batch c20: members may claim it: none becomes from 2026-06-01",
              "coupon batch c20: back after it expired: it is lost becomes it holds 3 more days",
              "coupon batch p85 is new: 0.85 of the price, at most 50 yuan off; valid: 7 days from the "
              "day of issue; for: skus tea, jam; group: shop"}));
    EXPECT_EQ(
        differences(before, after, Language::zh),
        (Said{"券批次 c20：有效期：7 天（含发放当日），改为1 天（含发放当日），至 2026-06-30",
              "券批次 c20：使用门槛：无，改为满 100 元且 2 件", "券批次 c20：领取：无，改为自 2026-06-01",
              "券批次 c20：退回时已过期：作废，改为延长 3 天",
              "券批次 p85：新增，0.85 倍价格，最多减 50 元；有效期：7 天（含发放当日）；适用范围：商品 "
              "tea、jam；券组：shop"}));
}

}  // namespace
}  // namespace banyan::programme
