// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/window.h"

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"

namespace banyan::metrics {
namespace {

using testing::at;
using Kind = Window::Kind;

Day on(const char* date) { return day_of(*parse_date(date)); }
std::string text(Day day) { return to_text(civil_date(day.number)); }
std::string first(Kind kind, const char* today, const char* joined = "2020-01-01", std::int32_t days = 0) {
    const Days window = days_of({kind, days}, {on(today), on(joined)});
    EXPECT_EQ(text(window.last), today);
    return text(window.first);
}

TEST(Window, PeriodsBeginWhereTheCalendarSaysSo) {
    EXPECT_EQ(first(Kind::day, "2026-05-17"), "2026-05-17");
    EXPECT_EQ(first(Kind::week, "2026-05-17"), "2026-05-11");  // a Sunday belongs to the Monday before it
    EXPECT_EQ(first(Kind::week, "2026-05-18"), "2026-05-18");
    EXPECT_EQ(first(Kind::week, "2026-01-01"), "2025-12-29");
    EXPECT_EQ(first(Kind::month, "2024-02-29"), "2024-02-01");
    EXPECT_EQ(first(Kind::quarter, "2026-06-30"), "2026-04-01");
    EXPECT_EQ(first(Kind::quarter, "2026-12-31"), "2026-10-01");
    EXPECT_EQ(first(Kind::year, "2026-12-31"), "2026-01-01");
    EXPECT_EQ(first(Kind::rolling, "2024-03-01", "2020-01-01", 2), "2024-02-29");
    EXPECT_EQ(first(Kind::rolling, "2026-01-01", "2020-01-01", 365), "2025-01-02");
}

TEST(Window, WhoJoinedOnThe29thOfFebruaryHasAnAnniversaryEveryYear) {
    EXPECT_EQ(first(Kind::anniversary, "2025-02-27", "2024-02-29"), "2024-02-29");
    EXPECT_EQ(first(Kind::anniversary, "2025-02-28", "2024-02-29"), "2025-02-28");
    EXPECT_EQ(first(Kind::anniversary, "2028-02-28", "2024-02-29"), "2027-02-28");
    EXPECT_EQ(first(Kind::anniversary, "2028-02-29", "2024-02-29"), "2028-02-29");
    EXPECT_EQ(first(Kind::anniversary, "2026-05-01", "2020-05-01"), "2026-05-01");
    EXPECT_EQ(first(Kind::anniversary, "2026-04-30", "2020-05-01"), "2025-05-01");
}

TEST(Window, BeforeJoiningThereIsNoYearOfMembership) {
    const Days window = days_of({Kind::anniversary}, {on("2026-01-01"), on("2026-01-02")});
    EXPECT_FALSE(window.holds(on("2026-01-01")));
    EXPECT_FALSE(window.holds(on("2025-06-01")));
}

TEST(Window, ADayIsALocalDateHoweverLongItIs) {
    const auto zone = testing::new_york();
    EXPECT_EQ(text(local_day(at("2026-03-08T04:59:59Z"), *zone)), "2026-03-07");
    EXPECT_EQ(text(local_day(at("2026-03-08T05:00:00Z"), *zone)), "2026-03-08");
    EXPECT_EQ(text(local_day(at("2026-03-09T03:59:59Z"), *zone)), "2026-03-08");  // a day of 23 hours
    EXPECT_EQ(text(local_day(at("2026-03-09T04:00:00Z"), *zone)), "2026-03-09");
    EXPECT_EQ(local_day(instant_min, *zone).number, -1);
    EXPECT_LT(past_day, local_day(instant_min, *zone));
}

TEST(Window, NoWindowHoldsMoreDaysThanItsSpan) {
    for (const Kind kind :
         {Kind::day, Kind::week, Kind::month, Kind::quarter, Kind::year, Kind::anniversary}) {
        std::int64_t longest = 0;
        for (const char* joined : {"2024-02-29", "2023-03-01", "2023-12-31"}) {
            for (Day today = on("2023-12-31"); today < on("2033-01-01"); today = today + 1) {
                const Days days = days_of({kind}, {today, on(joined)});
                if (days.first <= days.last) longest = std::max(longest, days.last - days.first + 1);
            }
        }
        EXPECT_EQ(longest, span({kind})) << static_cast<int>(kind);
    }
    EXPECT_EQ(span({Kind::rolling, 365}), 365);
}

TEST(Window, PeriodsThatFollowEachOtherHaveNumbersThatDo) {
    EXPECT_EQ(period(on("2026-05-18"), Every::week) - period(on("2026-05-17"), Every::week), 1);
    EXPECT_EQ(period(on("2026-05-17"), Every::week), period(on("2026-05-11"), Every::week));
    EXPECT_EQ(period(on("2027-01-01"), Every::month) - period(on("2026-12-31"), Every::month), 1);
    EXPECT_EQ(period({-1}, Every::week), 0);
    EXPECT_EQ(period({-4}, Every::week), -1);
}

}  // namespace
}  // namespace banyan::metrics
