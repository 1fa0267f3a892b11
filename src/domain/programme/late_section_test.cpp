// SPDX-License-Identifier: Apache-2.0
// Rules that look back: what they compile to, what they may not read or grant, how a change of it reads.

#include <gtest/gtest.h>

#include "domain/programme/diff.h"
#include "domain/programme/findings_test.h"
#include "domain/programme/programme.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }
Value within(std::int64_t days) { return map({{"re_evaluate_within_days", number(days)}}); }
const Map::Entry looks_back = {"late", within(30)};

Value rule(const char* code, Entries more) {
    Entries entries = {{"rule", text(code)}, {"unit", text("points")}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value on_order(const char* code, Entries more) {
    more.insert(more.begin(), {"on", text("order.paid")});
    return rule(code, std::move(more));
}
Value ladder(const char* code, const char* value, Entries second = {}) {
    Entries high = {{"tier", text("high")}, {"from", number(100)}};
    high.insert(high.end(), second.begin(), second.end());
    return map({{"ladder", text(code)},
                {"value", text(value)},
                {"tiers", list({map({{"tier", text("low")}, {"from", number(0)}}), map(std::move(high))})}});
}

Value document(std::vector<Value> rules, Entries of_points = {}) {
    Entries points = {{"unit", text("points")}};
    points.insert(points.end(), of_points.begin(), of_points.end());
    return map(
        {{"programme", text("p")},
         {"currency", text("CNY")},
         {"zone", text("Asia/Shanghai")},
         {"units", list({map(std::move(points)), map({{"unit", text("growth")}, {"kind", text("growth")}})})},
         {"events", list({map({{"event", text("check_in")}})})},
         {"metrics", list({map({{"metric", text("paid")},
                                {"on", text("order.paid")},
                                {"fold", text("sum")},
                                {"of", text("order.paid")}})})},
         {"ladders", list({ladder("spent", "metric.paid"), ladder("grown", "balance.growth"),
                           ladder("asks", "metric.paid", {{"when", text("balance.points > 5")}})})},
         {"stacking", list({map({{"group", text("g")}, {"policy", text("best")}})})},
         {"limits", list({map({{"limit", text("cap")}, {"per", text("month")}, {"most", number(5)}})})},
         {"earning", list(std::move(rules))}});
}

TEST(LateSection, ReadsHowFarARuleLooksBack) {
    const auto made = checked(document({on_order("base", {{"per", number(100)}, looks_back}),
                                        on_order("tier", {{"fixed", number(5)},
                                                          {"when", text("tier.spent > 1 && metric.paid > 3")},
                                                          {"late", within(7)}}),
                                        on_order("now", {{"fixed", number(5)}})}));
    ASSERT_NE(made.programme, nullptr) << made.findings.first_error().text();
    EXPECT_EQ(made.programme->rules[0].late_days, 30);
    EXPECT_EQ(made.programme->rules[1].late_days, 7);
    EXPECT_EQ(made.programme->rules[2].late_days, 0);
    EXPECT_EQ(made.programme->late_days, 30);
}

TEST(LateSection, WhatHasNoPastIsRefused) {
    const auto of = [](Entries more, Entries of_points = {}) {
        more.push_back(looks_back);
        return findings_of(document({on_order("base", std::move(more))}, std::move(of_points)));
    };
    const auto at_late = [](const char* why) { return Said{std::string("error /earning/0/late: ") + why}; };
    const Map::Entry fixed = {"fixed", number(5)};
    EXPECT_EQ(of({fixed, {"when", text("balance.points > 5")}}),
              at_late("it reads balance.points, and what a balance was is not kept"));
    EXPECT_EQ(of({{"amount", text("balance.points")}}),
              at_late("it reads balance.points, and what a balance was is not kept"));
    EXPECT_EQ(of({fixed, {"when", text("tier.grown > 1")}}),
              at_late("ladder \"grown\" holds a balance, and what a balance was is not kept"));
    EXPECT_EQ(of({fixed, {"when", text("tier.asks > 1")}}),
              at_late("tier \"high\" asks for a balance, and what a balance was is not kept"));
    EXPECT_EQ(of({fixed, {"when", text("member.birth_month == 5")}}),
              at_late("the rule reads personal attributes, which are opened for one event and kept by none"));
    EXPECT_EQ(of({{"per", number(5000)}, {"remainder", text("carried")}}),
              at_late("a carried remainder is one running sum, in which no order has a part of its own: use "
                      "remainder: dropped, or leave it out"));
    EXPECT_EQ(of({fixed, {"limits", list({text("cap")})}}),
              at_late("its grants count against limit \"cap\", and what that had left then is not kept"));
    EXPECT_EQ(of({fixed}, {{"earn_limits", list({text("cap")})}}),
              at_late("its grants count against limit \"cap\", and what that had left then is not kept"));
    EXPECT_EQ(
        of({fixed}, {{"pending", map({{"until_event", text("order.completed")}})}}),
        at_late("a grant that comes later would wait beyond the event that unit \"points\" waits for: give "
                "the unit pending: {until: released}"));
    EXPECT_EQ(of({fixed, {"lines", text("line.paid > metric.paid")}}),
              at_late("which lines count must not depend on the member; ask for it in \"when\""));
    EXPECT_EQ(findings_of(document({rule("in", {{"on", text("check_in")}, fixed, looks_back})})),
              at_late("only orders are judged again, and this rule listens to \"check_in\"; leave it out"));
    EXPECT_EQ(findings_of(document({on_order("base", {fixed, {"late", within(0)}})})),
              Said{"error /earning/0/late/re_evaluate_within_days: expected a number from 1 to 366"});
}

TEST(LateSection, RulesThatMeetLookBackEquallyFar) {
    const Map::Entry fixed = {"fixed", number(5)};
    const Value twice =
        on_order("twice", {{"multiply", text("2")}, {"of", list({text("base")})}, looks_back});
    EXPECT_EQ(
        findings_of(document({on_order("base", {fixed}), twice})),
        Said{"error /earning/1/late: it multiplies \"base\", which must say the same of what comes late"});
    EXPECT_NE(checked(document({on_order("base", {fixed, looks_back}), twice})).programme, nullptr);
    const Map::Entry in_group = {"stacking", text("g")};
    EXPECT_EQ(
        findings_of(document(
            {on_order("base", {fixed, in_group}), on_order("other", {fixed, in_group, looks_back})})),
        Said{
            "error /earning/1/late: \"base\" is in the same group and must say the same of what comes late"});
}

TEST(LateSection, AChangeReadsAsASentence) {
    const Map::Entry fixed = {"fixed", number(5)};
    const Value before = document({on_order("base", {fixed})});
    const Value after = document({on_order("base", {fixed, looks_back})});
    EXPECT_EQ(
        differences(before, after, Language::en),
        Said{"rule base: an order that is told late: judged as of when it is told becomes judged as of when "
             "it happened, and later ones judged again, within 30 days"});
    EXPECT_EQ(differences(before, after, Language::zh),
              Said{"规则 base：补报的订单：按上报时判定，改为30 天内按发生时判定，其后的订单重新判定"});
}

}  // namespace
}  // namespace banyan::programme
