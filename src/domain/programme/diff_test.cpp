// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/diff.h"

#include <gtest/gtest.h>

namespace banyan::programme {
namespace {

using Said = std::vector<std::string>;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

Value rule(const char* code, const char* amount, std::vector<Map::Entry> more = {}) {
    std::vector<Map::Entry> entries = {
        {"rule", text(code)}, {"on", text("order.paid")}, {"unit", text("points")}, {"amount", text(amount)}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value unit(std::vector<Map::Entry> more = {}) {
    std::vector<Map::Entry> entries = {{"unit", text("points")}, {"names", map({{"zh", text("积分")}})}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value tier(const char* code, std::int64_t from) {
    return map({{"tier", text(code)}, {"from", number(from)}});
}
Value ladder(std::vector<Value> tiers) {
    return map({{"ladder", text("stars")}, {"tiers", list(std::move(tiers))}});
}
Value document(Value unit, Value ladder, std::vector<Value> rules) {
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({std::move(unit)})},
                {"ladders", list({std::move(ladder)})},
                {"earning", list(std::move(rules))}});
}
Value with_rules(std::vector<Value> rules) {
    return document(unit(), ladder({tier("regular", 0)}), std::move(rules));
}
Said rules_changed(Value before, Value after, Language language = Language::en) {
    return differences(with_rules({std::move(before)}), with_rules({std::move(after)}), language);
}

TEST(Diff, ARuleThatGrantsMoreSaysSoInPointsAndYuan) {
    const Value before = rule("base-points", "order.paid / 100");
    EXPECT_EQ(rules_changed(before, rule("base-points", "order.paid * 2 / 100")),
              Said{"rule base-points: 1 point per 1 yuan becomes 2 points per 1 yuan"});
    EXPECT_EQ(rules_changed(before, rule("base-points", "2 * (order.paid / 150)"), Language::zh),
              Said{"规则 base-points：每 1 元 1 积分，改为每 1.5 元 2 积分"});
    EXPECT_EQ(rules_changed(before, rule("base-points", "10")),
              Said{"rule base-points: 1 point per 1 yuan becomes 10 points per order"});
    EXPECT_EQ(rules_changed(before, rule("base-points", "order.pieces")),
              Said{"rule base-points: 1 point per 1 yuan becomes \"order.pieces\" points"});
}

Value counting(std::vector<Map::Entry> more) {
    std::vector<Map::Entry> entries = {
        {"rule", text("star")}, {"on", text("order.paid")}, {"unit", text("points")}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}

TEST(Diff, TheEffectsOfARuleReadAsSentences) {
    const Value before = counting({{"per", number(5000)}});
    EXPECT_EQ(rules_changed(before, counting({{"per", number(4000)}, {"remainder", text("carried")}})),
              (Said{"rule star: for every 50 yuan becomes 40 yuan",
                    "rule star: remainder: dropped with the order becomes carried to the next order"}));
    EXPECT_EQ(rules_changed(before, counting({{"per", number(4000)}}), Language::zh),
              Said{"规则 star：每满：50 元，改为40 元"});
    EXPECT_EQ(
        rules_changed(before, counting({{"per", number(5000)}, {"each", number(1)}, {"base", text("paid")}})),
        Said{});
    const auto step = [](std::int64_t from, std::int64_t grant) {
        return map({{"from", number(from)}, {"grant", number(grant)}});
    };
    EXPECT_EQ(rules_changed(counting({{"steps", list({step(10000, 50)})}}),
                            counting({{"steps", list({step(10000, 50), step(50000, 300)})}})),
              Said{"rule star: steps: 50 from 100 yuan becomes 50 from 100 yuan, 300 from 500 yuan"});
    EXPECT_EQ(rules_changed(counting({{"steps", list({step(10000, 50)})}}),
                            counting({{"steps", list({step(20000, 50)})}}), Language::zh),
              Said{"规则 star：阶梯：满 100 元 50，改为满 200 元 50"});
    const auto multiplier = [](const char* factor, std::vector<Value> of) {
        return counting({{"multiply", text(factor)}, {"of", list(std::move(of))}});
    };
    EXPECT_EQ(rules_changed(multiplier("1.5", {text("base")}), multiplier("2", {text("base"), text("tea")})),
              (Said{"rule star: times 1.5 becomes 2", "rule star: of rules: base becomes base, tea"}));
}

TEST(Diff, GroupsAndEventsAreNamed) {
    const auto with_group = [](const char* policy) {
        return map({{"programme", text("p")},
                    {"currency", text("CNY")},
                    {"stacking", list({map({{"group", text("fast")}, {"policy", text(policy)}})})}});
    };
    EXPECT_EQ(differences(with_group("add"), with_group("best"), Language::en),
              Said{"stacking group fast: where they meet: they add up becomes the best stands"});
    EXPECT_EQ(differences(with_group("add"), with_group("multiply"), Language::zh),
              Said{"叠加组 fast：叠加方式：相加，改为相乘"});
    const Value none = map({{"programme", text("p")}, {"currency", text("CNY")}});
    const Value reviews = map(
        {{"programme", text("p")},
         {"currency", text("CNY")},
         {"events",
          list({map({{"event", text("review.posted")}, {"attributes", map({{"rating", text("int")}})}})})}});
    EXPECT_EQ(differences(none, reviews, Language::en),
              Said{"event review.posted is new: attributes: {\"rating\":\"int\"}"});
}

TEST(Diff, OrderOfKeysDefaultsAndNothingAreNoDifference) {
    const Value before = with_rules({rule("base", "order.paid / 100")});
    const Value reordered =
        map({{"zone", text("Asia/Shanghai")},
             {"earning", list({map({{"amount", text("order.paid / 100")},
                                    {"unit", text("points")},
                                    {"when", text("true")},
                                    {"on", text("order.paid")},
                                    {"rule", text("base")}})})},
             {"ladders", list({map({{"since", text("registration")},
                                    {"tiers", list({tier("regular", 0)})},
                                    {"metric", text("spend")},
                                    {"ladder", text("stars")}})})},
             {"units", list({unit({{"decimals", number(0)}, {"debt_limit", number(0)}})})},
             {"currency", text("CNY")},
             {"programme", text("p")}});
    EXPECT_EQ(differences(before, reordered, Language::en), Said{});
    EXPECT_EQ(differences(reordered, before, Language::zh), Said{});
}

TEST(Diff, WhatComesAndGoesIsNamed) {
    const Value base = rule("base", "order.paid / 100");
    const Value extra =
        rule("night", "5", {{"when", text("event.weekday == 5")}, {"cost_centre", text("growth")}});
    EXPECT_EQ(differences(with_rules({base}), with_rules({base, extra}), Language::en),
              Said{"rule night is new: event: order.paid; unit: points; 5 points per order; condition: "
                   "\"event.weekday == 5\"; cost centre: growth"});
    EXPECT_EQ(differences(with_rules({base, extra}), with_rules({base}), Language::en),
              Said{"rule night is removed"});
    EXPECT_EQ(differences(with_rules({base, extra}), with_rules({base}), Language::zh),
              Said{"规则 night：删除"});
    EXPECT_EQ(differences(with_rules({base, extra}), with_rules({extra, base}), Language::en),
              Said{"earning stand in another order: night, base"});
}

TEST(Diff, PoliciesOfAUnitReadAsSentences) {
    const auto changed = [](std::vector<Map::Entry> before, std::vector<Map::Entry> after,
                            Language language) {
        const Value stars = ladder({tier("regular", 0)});
        return differences(document(unit(std::move(before)), stars, {}),
                           document(unit(std::move(after)), stars, {}), language);
    };
    const Map::Entry year = {"expiry", map({{"years", number(1)}, {"round_to", text("end_of_year")}})};
    const Map::Entry two_years = {"expiry", map({{"years", number(2)}})};
    const Map::Entry fixed = {"expiry",
                              map({{"on", list({map({{"month", number(6)}, {"day", number(30)}})})}})};
    EXPECT_EQ(
        changed({year}, {two_years}, Language::en),
        Said{"unit points: expiry: 1 year after the grant, then at the end of the year becomes 2 years after "
             "the grant"});
    EXPECT_EQ(changed({year}, {}, Language::zh), Said{"单位 points：有效期：1 年后的年底，改为永不过期"});
    EXPECT_EQ(
        changed({fixed}, {year}, Language::en),
        Said{
            "unit points: expiry: at the end of the next of 6-30 becomes 1 year after the grant, then at the "
            "end of the year"});
    EXPECT_EQ(changed({}, {{"pending", map({{"days", number(7)}})}}, Language::en),
              Said{"unit points: usable: at once becomes 7 days after the grant"});
    EXPECT_EQ(changed({{"cap", number(500)}}, {}, Language::en),
              Said{"unit points: most that may be held: 500 becomes none"});
    // A field this page has no words for is told all the same.
    EXPECT_EQ(changed({}, {{"colour", text("gold")}}, Language::en),
              Said{"unit points: colour: none becomes gold"});
}

TEST(Diff, ATierThatMovesIsToldInMoney) {
    const auto changed = [](std::vector<Value> before, std::vector<Value> after, Language language) {
        return differences(document(unit(), ladder(std::move(before)), {}),
                           document(unit(), ladder(std::move(after)), {}), language);
    };
    EXPECT_EQ(changed({tier("regular", 0), tier("gold", 50'000)}, {tier("regular", 0), tier("gold", 49'950)},
                      Language::en),
              Said{"ladder stars, tier gold: starts at 500 yuan becomes 499.5 yuan"});
    EXPECT_EQ(changed({tier("regular", 0)}, {tier("regular", 0), tier("gold", 50'000)}, Language::zh),
              Said{"等级体系 stars，等级 gold：新增，门槛：500 元"});
}

TEST(Diff, TheDocumentsOwnFieldsAreTold) {
    const Value before = with_rules({});
    std::vector<Map::Entry> entries = before.map().entries();
    entries[2].second = text("Asia/Tokyo");
    entries.emplace_back("names", map({{"zh", text("榕间")}}));
    EXPECT_EQ(differences(before, map(std::move(entries)), Language::en),
              (Said{"time zone: Asia/Shanghai becomes Asia/Tokyo", "Chinese name: none becomes 榕间"}));
}

TEST(Diff, MetricsInSentences) {
    const auto counted = [](std::vector<Map::Entry> more) {
        std::vector<Map::Entry> entries{{"metric", text("spend")},
                                        {"on", text("order.paid")},
                                        {"fold", text("sum")},
                                        {"of", text("order.paid")}};
        entries.insert(entries.end(), more.begin(), more.end());
        return map({{"metrics", list({map(std::move(entries))})}});
    };
    const Value rolling = map({{"rolling_days", number(365)}});
    EXPECT_EQ(differences(map({}), counted({{"window", rolling}}), Language::en),
              Said{"metric spend is new: event: order.paid; adds up by: sum; of: order.paid; window: the "
                   "last 365 days"});
    EXPECT_EQ(
        differences(counted({}), counted({{"window", rolling}, {"refund", text("never")}}), Language::zh),
        (Said{"指标 spend：窗口：终身，改为最近 365 天", "指标 spend：退款扣回：按下单日，改为不扣回"}));
}

}  // namespace
}  // namespace banyan::programme
