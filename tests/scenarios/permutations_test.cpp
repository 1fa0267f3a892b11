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

std::shared_ptr<const programme::Programme> programme_of_test() {
    const auto yaml = text::parse_yaml(document, "permutations");
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

}  // namespace
}  // namespace banyan::scenarios
