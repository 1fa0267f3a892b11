// SPDX-License-Identifier: Apache-2.0

// What a member did and what is read of it, as stories. Laws over random histories are in properties_test.cpp.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "domain/ledger/zones_test.h"
#include "domain/metrics/backfill.h"
#include "domain/metrics/log.h"
#include "domain/metrics/reading.h"

namespace banyan::metrics {
namespace {

using testing::at;
using Kind = Window::Kind;

constexpr MeasureId orders{1}, spend{2}, stores{3}, shop{4}, returns{5};

Day on(const char* date) { return day_of(*parse_date(date)); }
Instant noon(const char* date) { return at(std::string(date) + "T04:00:00Z"); }  // 12:00 in Shanghai

Metric metric(MeasureId measure, Fold fold, Window window = {}) {
    static std::uint16_t id = 0;
    Metric made{{++id}, "m" + std::to_string(id), measure, fold, window};
    return made;
}

std::vector<Measure> measures(std::uint32_t most = 256) {
    return {{orders, "orders", Counts::times},
            {spend, "spend", Counts::amounts},
            {stores, "stores", Counts::things, RefundDay::of_order, most},
            {shop, "shop", Counts::moments, RefundDay::of_order, most},
            {returns, "returns", Counts::amounts, RefundDay::of_refund}};
}

/// One member in Shanghai.
struct Member {
    Catalogue catalogue;
    Log log;
    std::shared_ptr<const Zone> zone = testing::shanghai();

    explicit Member(std::vector<Metric> metrics = {}, std::uint32_t most = 256)
        : catalogue(compiled(measures(most), std::move(metrics)).value()) {}

    void adds(const std::optional<std::vector<LogFact>>& facts) {
        ASSERT_TRUE(facts.has_value());
        for (const LogFact& fact : *facts) apply(log, fact);
        EXPECT_EQ(check(log), "");
    }
    void counts(MeasureId measure, const char* date, std::int64_t amount = 1, std::int64_t key = 0) {
        adds(counted(log, *catalogue.find(measure), {noon(date), amount, key}, *zone));
    }
    void counts_at(MeasureId measure, const char* instant, std::int64_t key) {
        adds(counted(log, *catalogue.find(measure), {at(instant), 1, key}, *zone));
    }
    void takes_back(MeasureId measure, const char* ordered, const char* refunded, std::int64_t amount = 1,
                    std::int64_t key = 0) {
        adds(taken_back(log, *catalogue.find(measure), {noon(ordered), amount, key}, noon(refunded), *zone));
    }
    void folds(const char* today) { adds(due_folds(log, catalogue, on(today))); }

    [[nodiscard]] Reading reads(const Metric& metric, const char* today) const {
        return read(log, metric, {on(today), on("2024-02-29")});
    }
    /// -1: no such event; -2: not known.
    [[nodiscard]] std::int64_t value(const Metric& metric, const char* today) const {
        const Reading reading = reads(metric, today);
        return reading.known == Known::exact ? reading.value.value_or(-1) : -2;
    }
};

TEST(Metrics, OneMeasureAnswersEveryWindow) {
    Member m;
    m.counts(spend, "2025-12-30", 500);
    m.counts(spend, "2026-03-31", 200);
    m.counts(spend, "2026-04-01", 30);
    m.counts(spend, "2026-04-02", 4);
    EXPECT_EQ(m.log.entries.size(), 4U);
    EXPECT_EQ(m.value(metric(spend, Fold::sum), "2026-04-02"), 734);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::day}), "2026-04-02"), 4);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::week}), "2026-04-02"), 234);  // since Monday 30 March
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::month}), "2026-04-02"), 34);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::quarter}), "2026-04-02"), 34);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::year}), "2026-04-02"), 234);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::anniversary}), "2026-04-02"),
              234);  // since 28 February
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::rolling, 94}), "2026-04-02"), 734);  // from 30 December
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::rolling, 93}), "2026-04-02"), 234);
}

TEST(Metrics, AReadingAsOfAnEarlierDayKnowsNothingOfLaterOnes) {
    Member m;
    m.counts(orders, "2026-04-01");
    m.counts(orders, "2026-04-03");
    EXPECT_EQ(m.value(metric(orders, Fold::count), "2026-03-31"), 0);
    EXPECT_EQ(m.value(metric(orders, Fold::count), "2026-04-02"), 1);
    EXPECT_EQ(m.value(metric(orders, Fold::last_day), "2026-04-02"), on("2026-04-01").number);
}

TEST(Metrics, ALateEventLandsOnItsOwnDay) {
    Member m;
    const Metric april = metric(spend, Fold::sum, {Kind::month});
    m.counts(spend, "2026-05-20", 10);
    m.counts(spend, "2026-04-30", 7);  // arrives three weeks late
    EXPECT_EQ(m.value(april, "2026-04-30"), 7);
    EXPECT_EQ(m.value(april, "2026-05-20"), 10);
    EXPECT_EQ(m.value(metric(spend, Fold::sum), "2026-05-20"), 17);
}

TEST(Metrics, ARefundTakesFromTheDayItBelongsTo) {
    Member m;
    for (const MeasureId measure : {spend, returns}) {
        m.counts(measure, "2026-04-30", 100);
        m.takes_back(measure, "2026-04-30", "2026-05-02", 40);
    }
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::month}), "2026-04-30"), 60);
    EXPECT_EQ(m.value(metric(spend, Fold::sum, {Kind::month}), "2026-05-02"), 0);
    EXPECT_EQ(m.value(metric(returns, Fold::sum, {Kind::month}), "2026-04-30"), 100);
    EXPECT_EQ(m.value(metric(returns, Fold::sum, {Kind::month}), "2026-05-02"), -40);
    EXPECT_EQ(m.value(metric(returns, Fold::sum), "2026-05-02"), 60);
}

TEST(Metrics, WhatWasWhollyRefundedLeavesNoTrace) {
    Member m;
    m.counts(orders, "2026-04-30");
    m.takes_back(orders, "2026-04-30", "2026-05-02");
    EXPECT_TRUE(m.log.entries.empty());
    EXPECT_EQ(m.value(metric(orders, Fold::last_day), "2026-05-02"), -1);
}

TEST(Metrics, DistinctCountsAThingOnceAndForgetsItWithItsLastPurchase) {
    Member m;
    const Metric visited = metric(stores, Fold::distinct, {Kind::rolling, 30});
    m.counts(stores, "2026-04-01", 1, 71);
    m.counts(stores, "2026-04-05", 1, 71);
    m.counts(stores, "2026-04-05", 1, -8);
    EXPECT_EQ(m.value(visited, "2026-04-05"), 2);
    m.takes_back(stores, "2026-04-05", "2026-04-06", 1, 71);
    EXPECT_EQ(m.value(visited, "2026-04-06"), 2);  // the visit of 1 April stands
    m.takes_back(stores, "2026-04-01", "2026-04-06", 1, 71);
    EXPECT_EQ(m.value(visited, "2026-04-06"), 1);
    EXPECT_EQ(m.value(visited, "2026-05-05"), 0);
}

TEST(Metrics, FirstAndLastGoByWhenItHappenedNotByWhenItWasHeard) {
    Member m;
    const Metric first = metric(shop, Fold::first);
    const Metric last = metric(shop, Fold::last);
    EXPECT_EQ(m.value(last, "2026-04-01"), -1);
    m.counts_at(shop, "2026-04-01T04:00:00Z", 20);
    m.counts_at(shop, "2026-04-01T03:59:59.999999Z", 10);  // heard later, happened a microsecond earlier
    m.counts_at(shop, "2026-04-01T04:00:00Z", 30);  // the same moment: the greater value is the later one
    EXPECT_EQ(m.value(first, "2026-04-01"), 10);
    EXPECT_EQ(m.value(last, "2026-04-01"), 30);
    m.takes_back(shop, "2026-04-01", "2026-04-09", 1, 30);
    EXPECT_EQ(m.value(last, "2026-04-09"), 20);
}

TEST(Metrics, TheHourThatComesTwiceIsInOrder) {
    Member m;
    m.zone = testing::new_york();
    m.counts_at(shop, "2026-11-01T06:10:00Z", 2);  // 01:10, the second time
    m.counts_at(shop, "2026-11-01T05:50:00Z", 1);  // 01:50, the first time
    EXPECT_EQ(m.value(metric(shop, Fold::last), "2026-11-01"), 2);
}

TEST(Metrics, AStreakForgivesAsManyMissedDaysAsItsGrace) {
    Member m;
    Metric streak = metric(orders, Fold::streak);
    for (const char* day : {"2026-04-01", "2026-04-02", "2026-04-03", "2026-04-05"}) m.counts(orders, day);
    EXPECT_EQ(m.value(streak, "2026-04-03"), 3);
    EXPECT_EQ(m.value(streak, "2026-04-04"), 3);  // today is not over
    EXPECT_EQ(m.value(streak, "2026-04-05"), 1);
    EXPECT_EQ(m.value(streak, "2026-04-07"), 0);
    streak.grace = 1;
    EXPECT_EQ(m.value(streak, "2026-04-05"), 4);
    EXPECT_EQ(m.value(streak, "2026-04-07"), 4);
    EXPECT_EQ(m.value(streak, "2026-04-08"), 0);
    m.takes_back(orders, "2026-04-03", "2026-04-05");
    EXPECT_EQ(m.value(streak, "2026-04-05"), 1);  // two missed in a row
    m.counts(orders, "2026-04-04");               // arrives late and closes the gap
    EXPECT_EQ(m.value(streak, "2026-04-05"), 4);
}

TEST(Metrics, AStreakOfWeeksAndMonthsCountsPeriodsNotDays) {
    Member m;
    Metric streak = metric(orders, Fold::streak);
    for (const char* day : {"2026-01-31", "2026-02-23", "2026-02-24", "2026-03-03", "2026-03-15"})
        m.counts(orders, day);
    streak.every = Every::week;
    EXPECT_EQ(m.value(streak, "2026-03-15"), 3);
    EXPECT_EQ(m.value(streak, "2026-03-22"), 3);
    EXPECT_EQ(m.value(streak, "2026-03-23"), 0);
    streak.every = Every::month;
    EXPECT_EQ(m.value(streak, "2026-03-15"), 3);
}

TEST(Metrics, FoldingKeepsTheSumsOfALifeAndOnlyThose) {
    const Metric life = metric(spend, Fold::sum);
    const Metric month = metric(spend, Fold::sum, {Kind::rolling, 30});
    Member m({life, month});
    m.counts(spend, "2026-01-01", 1);
    m.counts(spend, "2026-01-02", 2);
    m.counts(spend, "2026-06-01", 40);
    m.folds("2026-06-01");
    ASSERT_EQ(m.log.entries.size(), 2U);
    EXPECT_EQ(m.log.entries[0].day, past_day);
    EXPECT_EQ(m.log.entries[0].amount, 3);
    EXPECT_EQ(m.value(life, "2026-06-01"), 43);
    EXPECT_EQ(m.value(month, "2026-06-01"), 40);
    m.takes_back(spend, "2026-01-02", "2026-06-01", 2);  // of a day that is folded
    EXPECT_EQ(m.value(life, "2026-06-01"), 41);
    EXPECT_EQ(m.reads(life, "2026-01-01").known, Known::folded);
    EXPECT_EQ(m.reads(month, "2026-01-02").known, Known::folded);
    EXPECT_TRUE(due_folds(m.log, m.catalogue, on("2026-06-02")).empty());
}

TEST(Metrics, TheFirstDayThatAWindowHoldsIsNotFolded) {
    const Metric month = metric(spend, Fold::sum, {Kind::rolling, 30});
    Member m({month});
    m.counts(spend, "2026-01-26", 1);  // day 20479; folding goes in steps of 32 days
    m.counts(spend, "2026-01-27", 2);
    m.folds("2026-02-25");
    ASSERT_EQ(m.log.line(spend)->before, on("2026-01-27"));
    EXPECT_EQ(m.value(month, "2026-02-25"), 2);
}

TEST(Metrics, WhoAsksForTheFirstDayKeepsThemAll) {
    Member m({metric(orders, Fold::first_day), metric(orders, Fold::count, {Kind::day})});
    m.counts(orders, "2020-01-01");
    EXPECT_TRUE(due_folds(m.log, m.catalogue, on("2026-06-02")).empty());
}

TEST(Metrics, WhatNobodyReadsOverALifeIsForgottenWithItsDay) {
    const Metric visited = metric(stores, Fold::distinct, {Kind::rolling, 30});
    Member m({visited});
    m.counts(stores, "2026-01-01", 1, 71);
    m.folds("2026-06-01");
    EXPECT_TRUE(m.log.entries.empty());
    m.counts(stores, "2026-01-01", 1, 72);  // late beyond reading
    EXPECT_TRUE(m.log.entries.empty());
    EXPECT_EQ(m.value(visited, "2026-06-01"), 0);
    EXPECT_EQ(m.reads(metric(stores, Fold::distinct), "2026-06-01").known, Known::folded);
}

TEST(Metrics, BeyondTheBoundADistinctCountSaysSoUntilTheDayHasLeftItsWindow) {
    const Metric visited = metric(stores, Fold::distinct, {Kind::rolling, 30});
    Member m({visited}, 2);
    m.counts(stores, "2026-04-01", 1, 1);
    m.counts(stores, "2026-04-02", 1, 2);
    m.counts(stores, "2026-04-03", 1, 2);  // its own place: the bound is on places, a day each
    EXPECT_EQ(m.reads(visited, "2026-04-02").known, Known::exact);
    EXPECT_EQ(m.reads(visited, "2026-04-03").known, Known::beyond);
    EXPECT_FALSE(m.reads(visited, "2026-04-03").value.has_value());
    m.counts(stores, "2026-04-03", 1, 9);  // a marked day keeps nothing more
    EXPECT_EQ(m.log.entries.size(), 3U);
    EXPECT_EQ(m.value(visited, "2026-05-02"), -2);
    EXPECT_EQ(m.value(visited, "2026-05-03"), 0);
}

TEST(Metrics, BeyondTheBoundTheMiddleMomentsGo) {
    Member m({}, 2);
    for (const char* day : {"2026-04-01", "2026-04-02", "2026-04-03", "2026-04-04"})
        m.counts(shop, day, 1, day[9]);
    EXPECT_EQ(m.value(metric(shop, Fold::first), "2026-04-04"), '1');
    EXPECT_EQ(m.value(metric(shop, Fold::last), "2026-04-04"), '4');
    EXPECT_EQ(m.reads(metric(shop, Fold::last), "2026-04-03").known, Known::beyond);
    m.takes_back(shop, "2026-04-04", "2026-04-05", 1, '4');
    EXPECT_EQ(m.reads(metric(shop, Fold::last), "2026-04-05").known, Known::beyond);
}

TEST(Metrics, ASumThatWouldLeaveInt64IsRefusedAndChangesNothing) {
    Member m;
    m.counts(spend, "2026-04-01", std::numeric_limits<std::int64_t>::max() - 5);
    const Measure& measure = *m.catalogue.find(spend);
    EXPECT_FALSE(counted(m.log, measure, {noon("2026-05-01"), 6}, *m.zone).has_value());
    EXPECT_FALSE(taken_back(m.log, measure, {noon("2026-05-01"), std::numeric_limits<std::int64_t>::min()},
                            noon("2026-05-01"), *m.zone)
                     .has_value());
    EXPECT_TRUE(counted(m.log, measure, {noon("2026-05-01"), 5}, *m.zone).has_value());
    EXPECT_EQ(m.log.entries.size(), 1U);
}

TEST(Metrics, MergedMembersReadAsIfTheyHadAlwaysBeenOne) {
    const Metric life = metric(spend, Fold::sum);
    const Metric month = metric(spend, Fold::sum, {Kind::rolling, 30});
    const Metric visited = metric(stores, Fold::distinct);
    Member a({life, month, visited});
    Member b({life, month, visited});
    a.counts(spend, "2026-01-01", 1);
    a.counts(stores, "2026-05-30", 1, 5);
    b.counts(spend, "2026-01-03", 2);
    b.counts(spend, "2026-06-01", 40);
    b.counts(stores, "2026-06-01", 1, 5);
    b.folds("2026-06-01");
    a.adds(transfer(b.log, a.log));
    EXPECT_EQ(a.value(life, "2026-06-01"), 43);
    EXPECT_EQ(a.value(month, "2026-06-01"), 40);
    EXPECT_EQ(a.value(visited, "2026-06-01"), 1);
}

TEST(Metrics, ANewMeasureIsIncompleteUntilItIsFilled) {
    Metric life = metric(orders, Fold::count);
    life.name = "orders_total";
    Metric last = metric(orders, Fold::last_day);
    last.name = "last_order";
    Member m({life, last});
    std::vector<MeasureId> incomplete{orders};
    const auto value = [&](const char* name) {
        return Readings(m.catalogue, incomplete, m.log, {on("2026-06-01"), on("2024-02-29")}, *m.zone)
            .value(name);
    };
    m.takes_back(orders, "2026-03-01", "2026-05-30");  // a refund is decided before its order was found
    EXPECT_FALSE(value("orders_total").has_value());
    m.counts(orders, "2026-03-01");
    m.counts(orders, "2026-04-01");
    EXPECT_FALSE(value("orders_total").has_value());
    incomplete.clear();

    EXPECT_EQ(value("orders_total"), Value(std::int64_t{1}));
    EXPECT_EQ(value("last_order"), Value(at("2026-03-31T16:00:00Z")));
    EXPECT_FALSE(value("no_such").has_value());
    EXPECT_EQ(yields(last.fold), Yields::timestamp);
}

TEST(Metrics, ABackfillMeetsARecordOnce) {
    Backfill fill;
    EXPECT_FALSE(fill.has({1}));
    fill.reached = {7};
    EXPECT_TRUE(fill.has({7}));
    EXPECT_FALSE(fill.has({8}));
    fill.state = Backfill::State::complete;
    EXPECT_TRUE(fill.has({8}));
}

TEST(Metrics, ADeclarationThatMakesNoSenseSaysWhere) {
    const auto where = [](Measure measure, Metric metric) {
        const auto result = compiled({std::move(measure)}, {std::move(metric)});
        return result.ok() ? "" : result.error().where;
    };
    const Measure money{{1}, "paid", Counts::amounts};
    const Metric sum{{1}, "total", {1}, Fold::sum};
    EXPECT_EQ(where(money, sum), "");
    EXPECT_EQ(where(money, {{1}, "total", {2}, Fold::sum}), "/metrics/total/measure");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::count}), "/metrics/total/fold");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::sum, {Kind::rolling, 0}}), "/metrics/total/window");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::sum, {Kind::rolling, 3661}}), "/metrics/total/window");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::sum, {Kind::year, 3}}), "/metrics/total/window");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::sum, {}, Every::day, 1}), "/metrics/total");
    EXPECT_EQ(where(money, {{1}, "total", {1}, Fold::streak, {}, Every::day, -1}), "/metrics/total/grace");
    EXPECT_EQ(where(money, {{1}, "", {1}, Fold::sum}), "/metrics");
    EXPECT_EQ(where({{1}, "", Counts::amounts}, sum), "/measures");
    EXPECT_EQ(where({{1}, "paid", Counts::amounts, RefundDay::of_order, 256, -1}, sum),
              "/measures/paid/late_days");
    EXPECT_EQ(where({{1}, "shop", Counts::moments, RefundDay::of_refund}, {{1}, "last", {1}, Fold::last}),
              "/measures/shop/refund");
    EXPECT_EQ(where({{1}, "shop", Counts::moments, RefundDay::of_order, 1}, {{1}, "last", {1}, Fold::last}),
              "/measures/shop/most");
    EXPECT_EQ(compiled({money, {{2}, "paid"}}, {}).error().where, "/measures/paid");
    EXPECT_EQ(compiled({money, {{1}, "other"}}, {}).error().where, "/measures");
    EXPECT_EQ(compiled({money}, {sum, sum}).error().where, "/metrics/total");
}

}  // namespace
}  // namespace banyan::metrics
