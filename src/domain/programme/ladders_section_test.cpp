// SPDX-License-Identifier: Apache-2.0
// The ladders section: what it compiles to, and one story for each way it can be refused.

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;

Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }
Value number(std::int64_t content) { return Value(content); }
Value tier(const char* code, Entries more) {
    more.emplace_back("tier", Value(code));
    return map(std::move(more));
}
Value tiers(std::int64_t top = 100) {
    return Value(List{tier("low", {{"from", number(0)}}), tier("high", {{"from", number(top)}})});
}
Value every(const char* period, Entries more = {}) {
    more.emplace_back("every", Value(period));
    return map(std::move(more));
}
Value ladder(Entries fields) {
    fields.emplace_back("ladder", Value("club"));
    bool has_tiers = false;
    for (const Map::Entry& field : fields) has_tiers = has_tiers || field.first == "tiers";
    if (!has_tiers) fields.emplace_back("tiers", tiers());
    return map(std::move(fields));
}
Value score(std::int64_t cap) {
    return map({{"settle", every("month", {{"day", number(2)}})},
                {"dimensions", Value(List{map({{"dimension", Value("buys")},
                                               {"metric", Value("orders")},
                                               {"weight", number(5)},
                                               {"cap", number(cap)}})})}});
}
Value document(Value one) {
    const auto metric = [](const char* code, const char* fold) {
        return map({{"metric", Value(code)}, {"on", Value("order.paid")}, {"fold", Value(fold)}});
    };
    return map(
        {{"programme", Value("p")},
         {"currency", Value("CNY")},
         {"zone", Value("Asia/Shanghai")},
         {"units", Value(List{map({{"unit", Value("points")}}),
                              map({{"unit", Value("growth")}, {"kind", Value("growth")}})})},
         {"metrics",
          Value(List{metric("orders", "count"), metric("visits", "streak"), metric("day", "last_day")})},
         {"ladders", Value(List{std::move(one), map({{"ladder", Value("other")}, {"tiers", tiers()}})})}});
}
Checked checked(Entries fields) {
    return check(document(ladder(std::move(fields))), {1}, banyan::testing::WrittenCalendar());
}
std::string refused(Entries fields) {
    const Checked done = checked(std::move(fields));
    for (const Finding& finding : done.findings.all()) {
        if (finding.weight != Weight::error) continue;
        const std::string inside = finding.inside ? "@" + std::to_string(finding.inside->column) : "";
        return finding.pointer.substr(std::string("/ladders/0").size()) + inside + " " + finding.message;
    }
    return "accepted";
}

TEST(LaddersSection, SaysWhatIsHeldAndWhenItIsLookedAt) {
    const auto done = checked({{"value", Value("balance.growth")},
                               {"downgrade", Value("one_step")},
                               {"review", every("year", {{"month", number(4)}, {"day", number(30)}})},
                               {"grace_days", number(30)},
                               {"on_change", Value(List{map({{"when", Value("review")},
                                                             {"unit", Value("growth")},
                                                             {"do", Value("subtract_threshold")}})})}});
    ASSERT_NE(done.programme, nullptr) << done.findings.first_error().text();
    const tiers::Ladder& ladder = done.programme->ladders[0];
    EXPECT_EQ(ladder.held, tiers::Held::balance);
    EXPECT_EQ(ladder.unit, UnitId{2});
    EXPECT_EQ(ladder.downgrade, tiers::Downgrade::one_step);
    EXPECT_EQ(ladder.review.kind, tiers::Cadence::Kind::year);
    EXPECT_EQ(ladder.review.month, 4);
    EXPECT_EQ(ladder.grace_days, 30);
    EXPECT_TRUE(ladder.keeps_course());
    EXPECT_EQ(ladder.on_change[0].does, tiers::OnChange::Does::subtract_threshold);

    const auto plain = checked({{"metric", Value("spend")}});
    EXPECT_EQ(plain.programme->ladders[0].held, tiers::Held::spend);
    EXPECT_FALSE(plain.programme->ladders[0].keeps_course());
    EXPECT_EQ(refused({{"value", Value("metric.orders")}, {"review", Value("anniversary")}}), "accepted");
    EXPECT_EQ(refused({{"value", Value("score")}, {"score", score(200)}}), "accepted");
    EXPECT_EQ(refused({{"tiers",
                        Value(List{tier("low", {{"from", number(0)}}),
                                   tier("high", {{"when", Value("metric.orders >= 12 && tier.other == 2")},
                                                 {"enter", Value(List{map({{"unit", Value("points")},
                                                                           {"grant", number(100)}})})}})})}}),
              "accepted");
}

TEST(LaddersSection, EachMistakeSaysWhereAndWhatToDo) {
    EXPECT_EQ(
        refused({{"value", Value("balance.points")}}),
        "/value unit \"points\" is spent, so using it would cost the tier: declare a unit of kind: growth "
        "beside it and let the same rules grant both");
    EXPECT_EQ(
        refused({{"value", Value("balance.grwth")}}),
        "/value unit \"grwth\" is not declared (did you mean \"growth\"?); declared are: points, growth");
    EXPECT_EQ(refused({{"value", Value("metric.ordrs")}}),
              "/value metric \"ordrs\" is not declared (did you mean \"orders\"?); declared are: orders, "
              "visits, day");
    EXPECT_EQ(refused({{"value", Value("metric.day")}}),
              "/value metric \"day\" is a day; a threshold is held against a number");
    EXPECT_EQ(refused({{"value", Value("orders")}}),
              "/value expected spend, metric.CODE, balance.UNIT or score");
    EXPECT_EQ(refused({{"value", Value("score")}}),
              "/value what the score is made of stands under \"score\": dimensions and settle");
    EXPECT_EQ(refused({{"score", score(200)}}),
              "/score a score that no threshold is held against: say value: score");
    EXPECT_EQ(refused({{"value", Value("score")}, {"score", score(99)}}),
              "/tiers/1/from no member can reach it: all dimensions together come to at most 99");
    EXPECT_EQ(refused({{"downgrade", Value("one_step")}}),
              "/downgrade only a review does that: say review, for example review: anniversary");
    EXPECT_EQ(refused({{"upgrade", Value("at_review")}}),
              "/upgrade only a review does that: say review, for example review: anniversary");
    EXPECT_EQ(refused({{"review", Value("anniversary")}, {"grace_days", number(3)}}),
              "/grace_days no tier falls, so there is nothing to wait for: leave \"grace_days\" out");
    EXPECT_EQ(refused({{"counts", Value("released")}}),
              "/counts what is released is a balance: use counts with value: balance.UNIT");
    EXPECT_EQ(refused({{"value", Value("metric.orders")}, {"since", Value("ever")}}),
              "/since \"since\" is about spend; a metric's window says what it counts");
    EXPECT_EQ(refused({{"review", every("week")}}),
              "/review/every \"week\" is not one of: year, quarter, month");
    EXPECT_EQ(refused({{"review", every("month", {{"month", number(2)}})}}),
              "/review/month only a year has a month: every: year");
    EXPECT_EQ(
        refused({{"review", Value("anniversary")},
                 {"on_change", Value(List{map({{"when", Value("review")},
                                               {"unit", Value("growth")},
                                               {"do", Value("subtract_threshold")}})})}}),
        "/on_change/0/do the tier's threshold is one of what the ladder holds: use it with value: balance of "
        "this unit");
    EXPECT_EQ(
        refused({{"on_change", Value(List{map({{"when", Value("downgrade")},
                                               {"unit", Value("points")},
                                               {"do", Value("forfeit")}})})}}),
        "/on_change/0/when without a review nothing is looked at and no tier falls: say review, for example "
        "anniversary");
    const auto with_when = [](const char* when) {
        return Entries{{"tiers", Value(List{tier("low", {{"from", number(0)}}),
                                            tier("high", {{"when", Value(when)}})})}};
    };
    EXPECT_EQ(refused(with_when("metric.visits < 0")),
              "/tiers/1/when no member can meet this condition: its parts exclude each other");
    EXPECT_EQ(refused(with_when("tier.other > 1 && tier.other < 2")),
              "/tiers/1/when no member can meet this condition: its parts exclude each other");
    EXPECT_EQ(refused(with_when("event.month == 2")),
              "/tiers/1/when a tier is deserved at any time, not at an event: \"event.month\" is not known "
              "then; use "
              "metric.CODE, balance.UNIT or tier.LADDER");
    EXPECT_EQ(refused(with_when("tier.club == 1")),
              "/tiers/1/when a tier cannot be deserved by where the member stands on the same ladder");
    EXPECT_EQ(refused(with_when("metric.orders")),
              "/tiers/1/when the condition must be true or false, for example metric.orders >= 12");
    EXPECT_TRUE(refused(with_when("metric.orders > metric.odrers")).starts_with("/tiers/1/when@24 "));
    EXPECT_EQ(refused({{"tiers", Value(List{tier("low", {{"when", Value("metric.orders > 0")}})})}}),
              "/tiers/0/when the first tier is everybody's: leave its condition out");
}

}  // namespace
}  // namespace banyan::programme
