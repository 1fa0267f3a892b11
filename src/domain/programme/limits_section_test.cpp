// SPDX-License-Identifier: Apache-2.0
// Limits in the document: what they compile to, how they are refused and doubted, how a change of one reads.

#include <gtest/gtest.h>

#include "domain/programme/diff.h"
#include "domain/programme/findings_test.h"
#include "domain/programme/succession.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;
using limits::Counts;
using limits::Scope;
using limits::WhenEmpty;
using Kind = metrics::Window::Kind;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }

Value document(std::vector<Value> limits, Entries of_unit = {}, Entries of_rule = {}) {
    Entries unit = {{"unit", text("points")}};
    unit.insert(unit.end(), of_unit.begin(), of_unit.end());
    Entries rule = {{"rule", text("base")},
                    {"on", text("order.paid")},
                    {"unit", text("points")},
                    {"amount", text("order.paid / 100")}};
    rule.insert(rule.end(), of_rule.begin(), of_rule.end());
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({map(std::move(unit))})},
                {"limits", list(std::move(limits))},
                {"earning", list({map(std::move(rule))})}});
}
Value limit(Entries more, const char* code = "cap") {
    Entries entries = {{"limit", text(code)}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
const Map::Entry named = {"limits", list({text("cap")})};

TEST(LimitsSection, ReadsWhatALimitSays) {
    const auto made = checked(document(
        {limit({{"per", text("month")}, {"most", number(500)}, {"counts", text("amount")}}),
         limit({{"rolling_days", number(30)},
                {"most", number(3)},
                {"cooldown", map({{"hours", number(1)}, {"minutes", number(30)}})},
                {"when_empty", text("refuse")}},
               "seldom")},
        {{"earn_limits", list({text("seldom")})}, {"spend_limits", list({text("seldom"), text("cap")})}},
        {named}));
    ASSERT_NE(made.programme, nullptr) << made.findings.first_error().text();
    const limits::Limit& cap = *made.programme->limit("cap");
    EXPECT_EQ(cap.scope, Scope::member);
    EXPECT_EQ(cap.window, (metrics::Window{Kind::month, 0}));
    EXPECT_EQ(cap.most, Quantity(500));
    EXPECT_EQ(cap.counts, Counts::amount);
    EXPECT_EQ(cap.when_empty, WhenEmpty::without);
    EXPECT_TRUE(cap.earned_units.empty());
    EXPECT_EQ(cap.spent_units, std::vector<UnitId>{{1}});
    const limits::Limit& seldom = *made.programme->limit("seldom");
    EXPECT_EQ(seldom.window, (metrics::Window{Kind::rolling, 30}));
    EXPECT_EQ(seldom.cooldown, seconds(5400));
    EXPECT_EQ(seldom.when_empty, WhenEmpty::refuse);
    EXPECT_EQ(seldom.earned_units, std::vector<UnitId>{{1}});
    EXPECT_EQ(made.programme->rules[0].limits, std::vector<limits::LimitId>{{1}});
}

TEST(LimitsSection, EveryMistakeHasItsPlaceAndItsSentence) {
    const Map::Entry day = {"per", text("day")};
    const Map::Entry most = {"most", number(1)};
    struct Row {
        Value document;
        const char* said;
    };
    const Row rows[] = {
        {document({limit({most})}, {}, {named}),
         "/limits/0: say one of: per (day, week, month, quarter, year, anniversary, lifetime), rolling_days"},
        {document({limit({day, {"rolling_days", number(3)}, most})}, {}, {named}),
         "/limits/0/per: say one of: per (day, week, month, quarter, year, anniversary, lifetime), "
         "rolling_days"},
        {document({limit({{"per", text("dy")}, most})}, {}, {named}),
         "/limits/0/per: \"dy\" is not one of: lifetime, day, week, month, quarter, year, anniversary (did "
         "you mean \"day\"?)"},
        {document({limit({day})}, {}, {named}), "/limits/0/most: \"most\" is missing"},
        {document({limit({day, {"most", number(-1)}})}, {}, {named}),
         "/limits/0/most: expected a number from 0 to 1000000000000000"},
        {document({limit({day, most, {"cooldown", map({{"hours", number(0)}})}})}, {}, {named}),
         "/limits/0/cooldown: the time is zero: say days, hours or minutes, or leave \"cooldown\" out"},
        {document({limit({day, most, {"strict", text("from_start")}})}, {}, {named}),
         "/limits/0/strict: a member's own limit is always exact: leave \"strict\" out"},
        {document({limit({day, most, {"when_empty", text("wait")}})}, {}, {named}),
         "/limits/0/when_empty: nobody gives a member's own limit back to wait for: use without or refuse"},
        {document({limit({day, most, {"cost_centre", text("loyalty")}})}, {}, {named}),
         "/limits/0/cost_centre: what a cost centre may give out is shared by all members: use scope: "
         "shared"},
        {document({limit({{"scope", text("shared")}, {"rolling_days", number(3)}, most})}, {}, {named}),
         "/limits/0/rolling_days: a shared limit has calendar periods: use day, week, month, quarter, year "
         "or "
         "lifetime"},
        {document({limit({{"scope", text("shared")}, day, most, {"when_empty", text("refuse")}})}, {},
                  {named}),
         "/limits/0/when_empty: what happened is recorded before the limit's owner has answered: use without "
         "or wait"},
        {document({limit({{"scope", text("shared")}, day, most})},
                  {{"pending", map({{"until_event", text("order.completed")}})}}, {named}),
         "/earning/0/unit: a grant under limit \"cap\" may have to wait for it, perhaps beyond the event "
         "that "
         "unit \"points\" waits for: give the unit pending: {until: released}"},
        {document({limit({{"scope", text("shared")}, day, most})}, {{"spend_limits", list({text("cap")})}},
                  {named}),
         "/units/0/spend_limits: limit \"cap\" is shared; a spend is answered at once, so it takes limits of "
         "scope member"},
        {document({limit({{"scope", text("shared")}, day, most, {"cooldown", map({{"hours", number(1)}})}})},
                  {}, {named}),
         "/limits/0/cooldown: a cooldown is each member's: use scope: member"},
        {document({limit({day, most}), limit({day, most})}, {}, {named}),
         "/limits/1/limit: \"cap\" is declared twice; entry 1 has it already: give this one another code"},
        {document({limit({day, most})}, {}, {{"limits", list({text("cup")})}}),
         "/earning/0/limits/0: limit \"cup\" is not declared (did you mean \"cap\"?); declared are: cap"},
        {document({}, {}, {named}),
         "/earning/0/limits/0: limit \"cap\" is not declared; declare it under \"limits\""},
        {document({limit({day, most})}, {}, {{"limits", list({text("cap"), text("cap")})}}),
         "/earning/0/limits/1: limit \"cap\" is named twice; once is enough"},
        {document({limit({day, most})}, {}, {{"limits", text("cap")}}),
         "/earning/0/limits: expected a list, found text; write it in brackets: [a, b]"},
        {document({limit({day, most})}, {{"earn_limits", list({number(1)})}}, {named}),
         "/units/0/earn_limits/0: expected a code, found a whole number"},
    };
    for (const Row& row : rows) {
        const Said found = findings_of(row.document);
        ASSERT_FALSE(found.empty()) << row.said;
        EXPECT_EQ(found.front(), std::string("error ") + row.said);
    }
}

TEST(LimitsSection, ARuleThatCarriesItsRemainderWaitsForNobody) {
    const auto carrying = [](const char* scope, Entries of_rule, Entries of_unit, Entries of_limit) {
        Entries unit = {{"unit", text("points")}};
        unit.insert(unit.end(), of_unit.begin(), of_unit.end());
        Entries rule = {{"rule", text("base")},      {"on", text("order.paid")},
                        {"unit", text("points")},    {"per", number(5000)},
                        {"each", number(1)},         {"remainder", text("carried")},
                        {"cost_centre", text("own")}};
        rule.insert(rule.end(), of_rule.begin(), of_rule.end());
        Entries cap = {{"scope", text(scope)}, {"per", text("day")}, {"most", number(1)}};
        cap.insert(cap.end(), of_limit.begin(), of_limit.end());
        return map({{"programme", text("p")},
                    {"currency", text("CNY")},
                    {"zone", text("Asia/Shanghai")},
                    {"units", list({map(std::move(unit))})},
                    {"limits", list({limit(std::move(cap))})},
                    {"earning", list({map(std::move(rule))})}});
    };
    const Said refused = {
        "error /earning/0/remainder: a grant under limit \"cap\" may have to wait for it, and its remainder "
        "would move on without it: use remainder: dropped"};
    EXPECT_EQ(findings_of(carrying("shared", {named}, {}, {})), refused);
    EXPECT_EQ(findings_of(carrying("shared", {}, {{"earn_limits", list({text("cap")})}}, {})), refused);
    EXPECT_EQ(findings_of(carrying("shared", {}, {}, {{"cost_centre", text("own")}})), refused);
    EXPECT_EQ(findings_of(carrying("member", {named}, {}, {})), Said{});
}

TEST(LimitsSection, WhatIsProbablyNotMeantIsDoubted) {
    const Map::Entry day = {"per", text("day")};
    EXPECT_EQ(
        findings_of(document({limit({day, {"most", number(1)}})})),
        Said{
            "warning /limits/0: nothing counts against limit \"cap\": name it in the \"limits\" of a rule or "
            "a coupon, or in a unit's \"earn_limits\" or \"spend_limits\""});
    EXPECT_EQ(findings_of(document({limit({day, {"most", number(0)}})}, {}, {named})),
              Said{"warning /limits/0/most: the limit lets nothing through"});
    EXPECT_EQ(findings_of(
                  document({limit({day, {"most", number(1)}, {"when_empty", text("refuse")}})}, {}, {named})),
              Said{"warning /earning/0/limits/0: once limit \"cap\" is used up, orders that were paid are "
                   "refused, and so are their refunds; with when_empty: without they are recorded and earn "
                   "nothing"});
}

TEST(LimitsSection, ALimitKeepsItsNumber) {
    const Map::Entry day = {"per", text("day")};
    const Map::Entry most = {"most", number(1)};
    Numbers numbers;
    numbered(*checked(document({limit({day, most})}, {}, {named})).programme, numbers);
    const auto second = numbered(
        *checked(document({limit({day, most}, "new"), limit({day, most})}, {}, {named})).programme, numbers);
    EXPECT_EQ(second->limit("cap")->id, limits::LimitId{1});
    EXPECT_EQ(second->limit("new")->id, limits::LimitId{2});
    EXPECT_EQ(second->rules[0].limits, std::vector<limits::LimitId>{{1}});
    EXPECT_EQ(second->limit(limits::LimitId{1})->name, "cap");
}

TEST(LimitsSection, AChangeReadsAsASentence) {
    const Value before = document({limit({{"per", text("day")}, {"most", number(1)}})}, {}, {named});
    const Value after = document(
        {limit({{"per", text("month")}, {"most", number(5)}, {"counts", text("amount")}}),
         limit({{"per", text("week")}, {"most", number(2)}, {"cooldown", map({{"hours", number(2)}})}},
               "rare")},
        {}, {{"limits", list({text("cap"), text("rare")})}});
    EXPECT_EQ(differences(before, after, Language::en),
              (Said{"limit cap: per day becomes month", "limit cap: at most 1 becomes 5",
                    "limit cap: counts: times becomes amount",
                    "limit rare is new: per week; at most 2; between two times: 2 hours",
                    "rule base: limits: cap becomes cap, rare"}));
    EXPECT_EQ(
        differences(before, after, Language::zh),
        (Said{"限额 cap：周期：每天，改为每月", "限额 cap：上限：1，改为5",
              "限额 cap：计数方式：次数，改为数额", "限额 rare：新增，周期：每周；上限：2；间隔：2 小时",
              "规则 base：限额：cap，改为cap, rare"}));
}

}  // namespace
}  // namespace banyan::programme
