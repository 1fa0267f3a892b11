// SPDX-License-Identifier: Apache-2.0
// An order told in any order ends the same: the same events, shuffled and repeated, as long as all are told before the
// first line is due, leave the same balances at every later day.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "domain/ledger/zones_test.h"
#include "story.h"
#include "text/yaml.h"

namespace banyan::scenarios {
namespace {

constexpr const char* document = R"(
programme: permutations
currency: CNY
zone: Asia/Shanghai
units:
  - unit: points
    pending: {until: released}
    expiry: {days: 10}
    cap: 5000
  - {unit: growth}
  - {unit: stars, pending: {until_event: order.received}}
orders:
  release: [{category: slow, days_after_receipt: 12, count: whole_days}]
ladders:
  - {ladder: levels, tiers: [{tier: low, from: 0}, {tier: high, from: 5000}]}
earning:
  - {rule: base, on: order.paid, unit: points, amount: order.paid / 70}
  - {rule: flat, on: order.paid, unit: points, amount: "5"}
  - {rule: up, on: order.paid, unit: growth, amount: order.paid / 90}
  - {rule: star, on: order.paid, unit: stars, amount: "3"}
)";

using Random = std::mt19937_64;
using Lines = std::vector<std::string>;

// What an order earns hangs on those before it, and each rule looks back far enough.
constexpr const char* document_of_late = R"(
programme: late
currency: CNY
zone: Asia/Shanghai
units:
  - unit: points
  - {unit: gifts, pending: {until: released}}
metrics:
  - {metric: spend_60d, on: order.paid, fold: sum, of: order.paid, window: {rolling_days: 60}, refund: of_order}
  - {metric: orders_today, on: order.paid, fold: count, window: day, refund: of_refund}
  - {metric: streak, on: order.paid, fold: streak, every: day, window: {rolling_days: 30}, refund: of_order}
  - {metric: last_paid, on: order.paid, fold: last, of: order.paid}
ladders:
  - ladder: level
    value: metric.spend_60d
    tiers:
      - {tier: low, from: 0}
      - {tier: mid, from: 10000}
      - {tier: high, from: 20000, when: metric.streak >= 2}
stacking:
  - {group: faster, policy: best}
earning:
  - {rule: base, on: order.paid, unit: points, per: 100, late: {re_evaluate_within_days: 30}}
  - {rule: mid, on: order.paid, unit: points, when: tier.level >= 2, multiply: "1.5", of: [base], stacking: faster, late: {re_evaluate_within_days: 30}}
  - {rule: high, on: order.paid, unit: points, when: tier.level >= 3, multiply: "3", of: [base], stacking: faster, late: {re_evaluate_within_days: 30}}
  - {rule: first, on: order.paid, unit: points, when: metric.orders_today == 0, fixed: 7, late: {re_evaluate_within_days: 30}}
  - {rule: third, on: order.paid, unit: gifts, when: metric.streak >= 2, per: 1000, late: {re_evaluate_within_days: 30}}
  - {rule: rising, on: order.paid, unit: gifts, when: order.paid > metric.last_paid, amount: "1 + metric.streak", late: {re_evaluate_within_days: 30}}
)";

std::shared_ptr<const programme::Programme> programme_of_test(const char* text = document) {
    const auto yaml = text::parse_yaml(text, "permutations");
    EXPECT_TRUE(yaml.ok());
    const auto programme = programme::compile(*yaml, {1}, banyan::testing::WrittenCalendar());
    EXPECT_TRUE(programme.ok()) << (programme.ok() ? "" : programme.error().text());
    return *programme;
}

// Some of what may happen to an order of a: 3 pieces, b: 1, c: 2 in its first five days.
Lines some_events(Random& random) {
    const auto once_in = [&](std::uint64_t n) { return random() % n == 0; };
    const auto day = [&](std::uint64_t from) {
        const std::uint64_t hour = from * 24 + random() % 24;
        const std::string number = std::to_string(hour % 24);
        return " on 2026-03-0" + std::to_string(1 + hour / 24) + "T" + (number.size() < 2 ? "0" : "") +
               number + ":00";
    };
    Lines events = {"m1 order o1 a:3x31.00 b/slow:1x20.70 c:2x0.00" + day(0)};
    if (once_in(2)) events.push_back("m1 placed o1" + day(0));
    if (!once_in(5)) events.push_back("m1 shipped o1 p1 a:2 b:1" + day(1));
    if (!once_in(4)) events.push_back("m1 shipped o1 p2 a:1 c:2" + day(1));
    if (once_in(4)) events.push_back("m1 shipped o1 p3 a:3 replaces p1,p2" + day(2));
    if (!once_in(3)) events.push_back("m1 received o1 p1" + day(2));
    if (once_in(3)) events.push_back("m1 received o1 p2" + day(3));
    if (once_in(6)) events.push_back("m1 received o1" + day(3));
    if (once_in(10)) events.push_back("m1 closed o1" + day(4));
    const std::string pieces = once_in(2) ? " a:2" : " b:1";
    const std::string form = once_in(3) ? " exchange" : once_in(2) ? " return_refund" : " refund_only";
    if (!once_in(3)) events.push_back("m1 aftersale s1 requested o1" + form + pieces + day(2));
    if (once_in(3)) events.push_back("m1 aftersale s1 agreed o1" + form + pieces + day(3));
    const char* ends[] = {" refused", " withdrawn", " done"};
    if (!once_in(3))
        events.push_back("m1 aftersale s1" + (ends[random() % 3] + (" o1" + form)) + pieces + day(4));
    if (once_in(3)) events.push_back("m1 aftersale s2 done o1 return_refund a:1 c:1" + day(4));
    return events;
}

// What a member has on the days to come, and the other side of it.
std::string told_as(const Lines& events, const std::shared_ptr<const programme::Programme>& programme) {
    Story story(programme);
    const auto tell = [&](const std::string& line) {
        const auto came = story.tell(line);
        EXPECT_TRUE(came.ok()) << line << ": " << (came.ok() ? "" : came.error().message);
        EXPECT_EQ(story.broken(), "") << line;
        EXPECT_FALSE(came.ok() && came->starts_with("refused")) << line << ": " << *came;
        return came.ok() ? *came : std::string();
    };
    for (const std::string& event : events) tell("2026-03-06T12:00 " + event);
    std::string seen;
    for (const char* day : {"2026-03-06T12:00", "2026-03-08T12:00", "2026-03-09T12:00", "2026-03-10T12:00",
                            "2026-03-11T12:00", "2026-03-13T12:00", "2026-03-16T12:00", "2026-03-19T12:00",
                            "2026-03-25T12:00", "2026-04-03T12:00", "2026-04-05T12:00", "2026-05-05T12:00"})
        seen += tell(std::string(day) + " m1 look") + "\n";
    for (const char* unit : {"points", "growth", "stars"})
        seen += tell(std::string("2026-05-05T12:00 accounts ") + unit) + "\n";
    return seen;
}

TEST(Permutations, TheSameEventsInAnyOrderAndRepeatedEndTheSame) {
    const auto programme = programme_of_test();
    std::size_t ends = 0;
    std::string last;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Random random(seed);
        Lines events = some_events(random);
        const std::string in_time = told_as(events, programme);
        ends += in_time != last ? 1U : 0U;
        last = in_time;
        for (int shuffle = 0; shuffle < 4; ++shuffle) {
            Lines told = events;
            for (std::size_t i = 1; i < events.size(); ++i) {
                if (random() % 4 == 0) told.push_back(events[i]);
            }
            std::shuffle(told.begin(), told.end(), random);
            ASSERT_EQ(told_as(told, programme), in_time) << "seed " << seed << ", shuffle " << shuffle;
        }
    }
    EXPECT_GT(ends, 300U) << "the events hardly differ: the test says little";
}

struct Order {
    std::string at;
    std::string line;  // "m1 order o1 a:1x31.00 b:2x9.00"
};

// Up to nine orders in eight days, no two of the same hour, ascending.
std::vector<Order> some_orders(Random& random) {
    std::vector<std::uint64_t> hours;
    const std::uint64_t count = 3 + random() % 7;
    while (hours.size() < count) {
        const std::uint64_t hour = random() % (8 * 24);
        if (std::find(hours.begin(), hours.end(), hour) == hours.end()) hours.push_back(hour);
    }
    std::sort(hours.begin(), hours.end());
    std::vector<Order> orders;
    for (const std::uint64_t hour : hours) {
        const std::string number = std::to_string(hour % 24);
        orders.push_back({"2026-03-0" + std::to_string(1 + hour / 24) + "T" + (number.size() < 2 ? "0" : "") +
                              number + ":00",
                          "m1 order o" + std::to_string(hour) + " a:1x" + std::to_string(10 + random() % 60) +
                              ".00 b:2x" + std::to_string(random() % 20) + ".50"});
    }
    return orders;
}

// What the member has of each unit in the end.
std::string points_of(Story& story) {
    std::string all;
    for (const char* unit : {"points", "gifts"}) {
        const auto said = story.tell(std::string("2026-03-20T12:00 accounts ") + unit);
        EXPECT_TRUE(said.ok());
        if (said.ok()) all += *said + "\n";
    }
    EXPECT_EQ(story.broken(), "");
    return all;
}

TEST(Permutations, OrdersToldInAnyOrderEarnWhatTheyEarnInTheirOwn) {
    const auto programme = programme_of_test(document_of_late);
    std::size_t judged_again = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Random random(seed);
        const std::vector<Order> orders = some_orders(random);
        Story in_time(programme);
        std::string in_order;
        for (const Order& order : orders) {
            const auto told = in_time.tell(order.at + " " + order.line);
            ASSERT_TRUE(told.ok()) << told.error().message;
            in_order += order.at + " " + order.line + " -> " + *told + "\n";
        }
        const std::string expected = points_of(in_time);
        for (int shuffle = 0; shuffle < 4; ++shuffle) {
            std::vector<Order> told = orders;
            std::shuffle(told.begin(), told.end(), random);
            Story late(programme);
            std::string story;
            for (const Order& order : told) {
                const std::string line = "2026-03-10T12:00 " + order.line + " on " + order.at;
                const auto came = late.tell(line);
                ASSERT_TRUE(came.ok()) << line;
                story += line + " -> " + *came + "\n";
            }
            judged_again += story.find("taken back") != std::string::npos ? 1U : 0U;
            ASSERT_EQ(points_of(late), expected) << "seed " << seed << "\n" << in_order << "\n" << story;
        }
    }
    EXPECT_GT(judged_again, 1000U) << "hardly anything was judged again: the test says little";
}

}  // namespace
}  // namespace banyan::scenarios
