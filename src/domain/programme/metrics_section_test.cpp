// SPDX-License-Identifier: Apache-2.0
// The metrics section: what it compiles to, which entries share a measure, how its numbers follow one another, and one
// story for each way it can be refused.

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"
#include "domain/programme/succession.h"

namespace banyan::programme {
namespace {

using metrics::MeasureId;
using Entries = std::vector<Map::Entry>;

Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }
Value rolling(std::int64_t days) { return map({{"rolling_days", Value(days)}}); }

Value metric(const char* code, const char* fold, Entries more = {}) {
    Entries entries{{"metric", Value(code)}, {"on", Value("order.paid")}, {"fold", Value(fold)}};
    for (Map::Entry& entry : more) {
        std::erase_if(entries, [&](const Map::Entry& known) { return known.first == entry.first; });
        entries.push_back(std::move(entry));
    }
    return map(std::move(entries));
}
Value spend(const char* code, Entries more = {}) {
    more.emplace_back("of", Value("order.paid"));
    return metric(code, "sum", std::move(more));
}
Value document(List metrics, const char* when = "true") {
    return map({{"programme", Value("p")},
                {"currency", Value("CNY")},
                {"zone", Value("Asia/Shanghai")},
                {"units", Value(List{map({{"unit", Value("points")}})})},
                {"metrics", Value(std::move(metrics))},
                {"earning", Value(List{map({{"rule", Value("base")},
                                            {"on", Value("order.paid")},
                                            {"unit", Value("points")},
                                            {"when", Value(when)},
                                            {"amount", Value("order.paid / 100")}})})}});
}
std::shared_ptr<const Programme> compiled(List metrics, ProgrammeVersion version = {1}) {
    const auto checked = check(document(std::move(metrics)), version, banyan::testing::WrittenCalendar());
    EXPECT_TRUE(checked.programme != nullptr)
        << (checked.findings.has_errors() ? checked.findings.first_error().text() : "");
    return checked.programme;
}
std::string refused(Value entry) {
    const auto checked = check(document({std::move(entry)}), {1}, banyan::testing::WrittenCalendar());
    if (!checked.findings.has_errors()) return "accepted";
    const Finding* first = nullptr;
    for (const Finding& finding : checked.findings.all()) {
        if (first == nullptr && finding.weight == Weight::error) first = &finding;
    }
    const std::string inside = first->inside ? "@" + std::to_string(first->inside->column) : "";
    return first->pointer.substr(std::string("/metrics/0").size()) + inside + " " + first->message;
}

TEST(MetricsSection, WhatCountsTheSameSharesAMeasure) {
    const auto programme =
        compiled({spend("ever"), spend("year", {{"window", rolling(365)}}),
                  spend("app", {{"when", Value("order.channel == \"app\"")}}), metric("orders", "count"),
                  metric("streak", "streak"), spend("net", {{"refund", Value("of_refund")}})});
    ASSERT_NE(programme, nullptr);
    const auto measure = [&](const char* code) { return programme->metrics.find(code)->measure; };
    EXPECT_EQ(measure("ever"), measure("year"));
    EXPECT_NE(measure("ever"), measure("app"));
    EXPECT_EQ(measure("orders"), measure("streak"));
    EXPECT_NE(measure("ever"), measure("net"));
    EXPECT_EQ(programme->metrics.measures().size(), 4U);
    EXPECT_EQ(programme->counted_event("order.paid")->countings.size(), 4U);
    EXPECT_EQ(programme->counted_event("order.shipped"), nullptr);
    EXPECT_EQ(compiled({})->metrics.metrics().size(), 0U);
}

TEST(MetricsSection, AMetricIsAWordOfRules) {
    const banyan::testing::WrittenCalendar calendar;
    EXPECT_FALSE(check(document({spend("ever")}, "metric.ever > 5"), {1}, calendar).findings.has_errors());
    EXPECT_TRUE(check(document({spend("ever")}, "metric.never > 5"), {1}, calendar).findings.has_errors());
    EXPECT_FALSE(check(document({metric("day", "last_day")}, "metric.day < event.time"), {1}, calendar)
                     .findings.has_errors());
}

TEST(MetricsSection, AMeasureKeepsItsNumberWhileItIsKept) {
    Numbers numbers;
    const auto number = [&](List metrics, std::uint32_t version, const char* code) {
        const auto programme = numbered(*compiled(std::move(metrics), {version}), numbers);
        const MeasureId measure = programme->metrics.find(code)->measure;
        return std::pair{measure, programme->since(measure)};
    };
    const Value year = spend("year", {{"window", rolling(365)}});
    const std::pair first{MeasureId{1}, ProgrammeVersion{1}};
    EXPECT_EQ(number({year}, 1, "year"), first);
    EXPECT_EQ(number({metric("orders", "count"), year}, 2, "year"), first);
    EXPECT_EQ(number({metric("orders", "count"), year}, 2, "orders"),
              (std::pair{MeasureId{2}, ProgrammeVersion{2}}));
    // Another name, the same measure; fewer days are kept from here on.
    EXPECT_EQ(number({spend("recent", {{"window", rolling(30)}})}, 3, "recent"), first);
    // Older days than were kept, and what was gone for a version: filled anew.
    EXPECT_EQ(number({year}, 4, "year"), (std::pair{MeasureId{3}, ProgrammeVersion{4}}));
    EXPECT_EQ(number({metric("orders", "count")}, 5, "orders"),
              (std::pair{MeasureId{4}, ProgrammeVersion{5}}));

    const auto draft = numbered_as_draft(*compiled({year, metric("orders", "count")}), numbers);
    EXPECT_EQ(draft->metrics.find("orders")->measure, MeasureId{4});
    EXPECT_EQ(draft->metrics.find("year")->measure, MeasureId{draft_numbers_from});
    EXPECT_EQ(draft->since(MeasureId{4}), ProgrammeVersion{1});
}

TEST(MetricsSection, EachMistakeSaysWhereAndWhatToDo) {
    EXPECT_EQ(
        refused(metric("m-1", "count")),
        "/metric rules say metric.m-1, so the code is letters, digits and _ only: for example spend_12m");
    EXPECT_EQ(
        refused(metric("m", "total")),
        "/fold \"total\" is not one of: count, sum, distinct, first, last, first_day, last_day, streak");
    EXPECT_EQ(refused(metric("m", "sum")),
              " \"of\" is missing: what of the event, for example of: order.paid");
    EXPECT_EQ(refused(metric("m", "distinct")),
              " \"of\" is missing: what of the event, for example of: order.store");
    EXPECT_EQ(refused(metric("m", "count", {{"of", Value("order.paid")}})),
              "/of this fold counts events, not what they are worth; leave \"of\" out, or fold: sum");
    EXPECT_EQ(refused(metric("m", "sum", {{"of", Value("order.store")}})),
              "/of the value must be a whole number, for example order.paid");
    EXPECT_EQ(refused(metric("m", "distinct", {{"of", Value("order.paid > 0")}})),
              "/of a thing is text or a whole number, for example order.store");
    EXPECT_EQ(refused(metric("m", "count", {{"when", Value("order.paid")}})),
              "/when the condition must be true or false, for example order.paid > 0");
    EXPECT_EQ(refused(metric("m", "count", {{"when", Value("member.spend > 5")}})),
              "/when a metric reads the event and not the member: \"member.spend\" is not kept with past "
              "events; say it where the metric is used");
    EXPECT_TRUE(
        refused(metric("m", "count", {{"when", Value("order.paid > order.piad")}})).starts_with("/when@20 "));
    EXPECT_EQ(refused(metric("m", "count", {{"on", Value("order.eaten")}})),
              "/on metrics listen to one of: order.paid; declare others under \"events\"");
    EXPECT_EQ(refused(metric("m", "count", {{"window", Value("decade")}})),
              "/window \"decade\" is not one of: lifetime, day, week, month, quarter, year, anniversary");
    EXPECT_EQ(refused(metric("m", "count", {{"window", rolling(0)}})),
              "/window/rolling_days expected a number from 1 to 3660");
    EXPECT_EQ(refused(metric("m", "count", {{"grace", Value(std::int64_t{1})}})),
              "/grace only a streak has periods and grace: fold: streak");
    EXPECT_EQ(refused(metric("m", "count", {{"most", Value(std::int64_t{9})}})),
              "/most only distinct, first and last keep things one by one");
    EXPECT_EQ(refused(metric("m", "last", {{"of", Value("order.paid")}, {"refund", Value("of_refund")}})),
              "/refund the first or last value cannot be taken back on another day: use of_order or never");
    EXPECT_EQ(refused(map({{"metric", Value("m")}, {"on", Value("order.paid")}})),
              " \"fold\" is missing: how the events are added up, for example fold: sum");
    const auto twice = check(document({metric("m", "count"), metric("m", "streak")}), {1},
                             banyan::testing::WrittenCalendar());
    EXPECT_EQ(twice.findings.first_error().where, "/metrics/1/metric");
}

}  // namespace
}  // namespace banyan::programme
