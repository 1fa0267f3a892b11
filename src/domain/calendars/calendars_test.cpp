// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "domain/calendars/lunar.h"
#include "domain/calendars/schedule.h"
#include "domain/ledger/zones_test.h"

namespace banyan::calendars {
namespace {

using banyan::testing::at;

CivilDate date(std::string_view text) { return *parse_date(text); }

bool holds_at(const Schedule& schedule, std::string_view instant,
              const std::shared_ptr<const Zone>& zone = banyan::testing::shanghai()) {
    return holds(schedule, zone->local(at(instant)));
}

// --- 农历 -----------------------------------------------------------------------------------------------------------

// Public holidays as they were or are announced, and leap months as almanacs have them.
TEST(Lunar, FeastsFallOnTheirDays) {
    struct Feast {
        const char* date;
        LunarDate lunar;
    };
    const Feast feasts[] = {
        {"1970-02-06", {1970, 1, 1, Leap::no, 29}},   {"1978-09-17", {1978, 8, 15, Leap::no, 30}},
        {"1985-02-20", {1985, 1, 1, Leap::no, 30}},   {"2000-02-05", {2000, 1, 1, Leap::no, 30}},
        {"2008-02-07", {2008, 1, 1, Leap::no, 30}},   {"2020-01-25", {2020, 1, 1, Leap::no, 29}},
        {"2020-10-01", {2020, 8, 15, Leap::no, 29}},  {"2023-01-22", {2023, 1, 1, Leap::no, 29}},
        {"2024-06-10", {2024, 5, 5, Leap::no, 30}},   {"2025-01-28", {2024, 12, 29, Leap::no, 29}},
        {"2025-01-29", {2025, 1, 1, Leap::no, 30}},   {"2025-10-06", {2025, 8, 15, Leap::no, 29}},
        {"2026-02-17", {2026, 1, 1, Leap::no, 30}},   {"2026-09-25", {2026, 8, 15, Leap::no, 30}},
        {"2027-02-06", {2027, 1, 1, Leap::no, 30}},   {"2030-02-03", {2030, 1, 1, Leap::no, 29}},
        {"2033-12-22", {2033, 11, 1, Leap::yes, 29}}, {"2034-02-19", {2034, 1, 1, Leap::no, 29}},
        {"2100-02-09", {2100, 1, 1, Leap::no, 29}},
    };
    for (const Feast& feast : feasts) {
        const auto lunar = lunar_date(date(feast.date));
        ASSERT_TRUE(lunar) << feast.date;
        EXPECT_EQ(lunar->year, feast.lunar.year) << feast.date;
        EXPECT_EQ(lunar->month, feast.lunar.month) << feast.date;
        EXPECT_EQ(lunar->day, feast.lunar.day) << feast.date;
        EXPECT_EQ(lunar->leap, feast.lunar.leap) << feast.date;
    }
}

TEST(Lunar, ALeapMonthHasTheNumberOfTheOneBeforeIt) {
    EXPECT_EQ(lunar_date(date("2025-07-24")), (LunarDate{2025, 6, 30, Leap::no, 30}));
    EXPECT_EQ(lunar_date(date("2025-07-25")), (LunarDate{2025, 6, 1, Leap::yes, 29}));
    EXPECT_EQ(lunar_date(date("2025-08-22")), (LunarDate{2025, 6, 29, Leap::yes, 29}));
    EXPECT_EQ(lunar_date(date("2025-08-23")), (LunarDate{2025, 7, 1, Leap::no, 30}));
}

TEST(Lunar, EveryDayFollowsTheOneBefore) {
    const std::int64_t first = day_number(date("1969-02-17"));
    const std::int64_t last = day_number(date("2101-01-28"));
    LunarDate before = *lunar_date(civil_date(first));
    EXPECT_EQ(before, (LunarDate{1969, 1, 1, Leap::no, 29}));
    int leap_months = 0;
    for (std::int64_t day = first + 1; day <= last; ++day) {
        const auto now = lunar_date(civil_date(day));
        ASSERT_TRUE(now) << day;
        if (now->day != 1) {
            ASSERT_EQ(now->day, before.day + 1) << day;
            ASSERT_EQ(now->month, before.month) << day;
            ASSERT_EQ(now->leap, before.leap) << day;
        } else {
            ASSERT_EQ(before.day, before.days_in_month) << day;
            const bool is_leap = now->leap == Leap::yes;
            ASSERT_EQ(now->month, is_leap ? before.month : before.month % 12 + 1) << day;
            ASSERT_EQ(now->year, before.year + (now->month == 1 && !is_leap ? 1 : 0)) << day;
            if (is_leap) ++leap_months;
        }
        before = *now;
    }
    EXPECT_EQ(leap_months, 48);  // seven in nineteen of 132 years
    EXPECT_FALSE(lunar_date(date("1969-02-16")));
    EXPECT_FALSE(lunar_date(date("2101-01-29")));
}

// --- schedules ------------------------------------------------------------------------------------------------------

TEST(Schedule, AMemberDayIsADayOfTheMonthInTheBrandsZone) {
    Schedule member_day;
    member_day.month_days = {28};
    EXPECT_FALSE(holds_at(member_day, "2026-06-27T15:59:59Z"));
    EXPECT_TRUE(holds_at(member_day, "2026-06-27T16:00:00Z"));
    EXPECT_TRUE(holds_at(member_day, "2026-06-28T15:59:59Z"));
    EXPECT_FALSE(holds_at(member_day, "2026-06-28T16:00:00Z"));
}

TEST(Schedule, TheLastDayOfAMonthIsNamedAsSuch) {
    Schedule month_end;
    month_end.month_days = {last_day};
    EXPECT_TRUE(names(month_end, date("2026-02-28")));
    EXPECT_FALSE(names(month_end, date("2028-02-28")));
    EXPECT_TRUE(names(month_end, date("2028-02-29")));
    EXPECT_FALSE(names(month_end, date("2026-03-30")));
    Schedule new_years_eve;  // 除夕, on the 29th or the 30th
    new_years_eve.lunar = {{12, last_day}};
    EXPECT_TRUE(names(new_years_eve, date("2025-01-28")));
    EXPECT_TRUE(names(new_years_eve, date("2024-02-09")));
    EXPECT_FALSE(names(new_years_eve, date("2024-02-08")));
}

TEST(Schedule, AnyOfItsListsNamesADay) {
    Schedule feast;
    feast.weekdays = {6};
    feast.dates = {date("2026-06-18")};
    feast.yearly = {{11, 11}};
    feast.lunar = {{8, 15}};
    EXPECT_TRUE(names(feast, date("2026-06-20")));   // a Saturday
    EXPECT_TRUE(names(feast, date("2026-06-18")));   // a Thursday
    EXPECT_FALSE(names(feast, date("2027-06-18")));  // a Friday
    EXPECT_TRUE(names(feast, date("2026-11-11")));
    EXPECT_TRUE(names(feast, date("2027-11-11")));
    EXPECT_TRUE(names(feast, date("2026-09-25")));
    EXPECT_FALSE(names(feast, date("2026-09-24")));
}

TEST(Schedule, AFeastIsNotKeptAgainInALeapMonth) {
    Schedule sixth;
    sixth.lunar = {{6, 6}};
    int times = 0;
    for (std::int64_t day = day_number(date("2025-01-01")); day < day_number(date("2026-01-01")); ++day)
        times += names(sixth, civil_date(day)) ? 1 : 0;
    EXPECT_EQ(times, 1);
    EXPECT_TRUE(names(sixth, date("2025-06-30")));
}

TEST(Schedule, HoursAloneAreOfEveryDay) {
    Schedule happy_hour;
    happy_hour.hours = {14 * 3600, 16 * 3600};
    EXPECT_FALSE(holds_at(happy_hour, "2026-06-18T05:59:59Z"));
    EXPECT_TRUE(holds_at(happy_hour, "2026-06-18T06:00:00Z"));
    EXPECT_TRUE(holds_at(happy_hour, "2026-06-18T07:59:59Z"));
    EXPECT_FALSE(holds_at(happy_hour, "2026-06-18T08:00:00Z"));
}

TEST(Schedule, HoursOverMidnightBelongToTheDayTheyBegan) {
    Schedule friday_night;
    friday_night.weekdays = {5};
    friday_night.hours = {22 * 3600, 2 * 3600};
    EXPECT_FALSE(holds_at(friday_night, "2026-06-18T17:00:00Z"));  // Friday 01:00: Thursday's night
    EXPECT_FALSE(holds_at(friday_night, "2026-06-19T13:59:59Z"));
    EXPECT_TRUE(holds_at(friday_night, "2026-06-19T14:00:00Z"));   // Friday 22:00
    EXPECT_TRUE(holds_at(friday_night, "2026-06-19T17:59:59Z"));   // Saturday 01:59
    EXPECT_FALSE(holds_at(friday_night, "2026-06-19T18:00:00Z"));  // Saturday 02:00
    EXPECT_FALSE(holds_at(friday_night, "2026-06-20T14:00:00Z"));  // Saturday 22:00
}

TEST(Schedule, ADayIsTheDayOnTheWallWhateverItsLength) {
    const auto new_york = banyan::testing::new_york();
    Schedule sunday;
    sunday.dates = {date("2026-03-08")};  // 23 hours
    EXPECT_FALSE(holds_at(sunday, "2026-03-08T04:59:59Z", new_york));
    EXPECT_TRUE(holds_at(sunday, "2026-03-08T05:00:00Z", new_york));
    EXPECT_TRUE(holds_at(sunday, "2026-03-09T03:59:59Z", new_york));
    EXPECT_FALSE(holds_at(sunday, "2026-03-09T04:00:00Z", new_york));
    Schedule night;  // 01:00 to 03:00: an hour of it is skipped in March, and one comes twice in November
    night.hours = {1 * 3600, 3 * 3600};
    EXPECT_TRUE(holds_at(night, "2026-03-08T06:59:59Z", new_york));
    EXPECT_FALSE(holds_at(night, "2026-03-08T07:00:00Z", new_york));  // 03:00 already
    EXPECT_TRUE(holds_at(night, "2026-11-01T05:30:00Z", new_york));
    EXPECT_TRUE(holds_at(night, "2026-11-01T06:30:00Z", new_york));  // 01:30 again
    EXPECT_TRUE(holds_at(night, "2026-11-01T07:59:59Z", new_york));
    EXPECT_FALSE(holds_at(night, "2026-11-01T08:00:00Z", new_york));
    const auto havana = banyan::testing::havana();
    Schedule eve;  // over a midnight that does not exist
    eve.dates = {date("2026-03-07")};
    eve.hours = {23 * 3600, 2 * 3600};
    EXPECT_TRUE(holds_at(eve, "2026-03-08T04:59:59Z", havana));   // 23:59:59
    EXPECT_TRUE(holds_at(eve, "2026-03-08T05:00:00Z", havana));   // 01:00:00
    EXPECT_FALSE(holds_at(eve, "2026-03-08T06:00:00Z", havana));  // 02:00:00
}

TEST(Schedule, SomeNeverMeet) {
    Schedule evening;
    evening.hours = {18 * 3600, 2 * 3600};
    Schedule morning;
    morning.hours = {2 * 3600, 9 * 3600};
    Schedule night;
    night.hours = {3600, 3 * 3600};
    Schedule thirteenth;
    thirteenth.month_days = {13};
    Schedule friday;
    friday.weekdays = {5};
    Schedule mid_autumn;
    mid_autumn.lunar = {{8, 15}};
    Schedule may;
    may.yearly = {{5, 1}};
    const auto meet = [](std::vector<const Schedule*> all) { return ever_together(all); };
    EXPECT_FALSE(meet({&evening, &morning}));
    EXPECT_TRUE(meet({&evening, &night}));
    EXPECT_TRUE(meet({&morning, &night}));
    EXPECT_FALSE(meet({&evening, &morning, &night}));
    EXPECT_TRUE(meet({&thirteenth, &friday}));
    EXPECT_TRUE(meet({&mid_autumn, &friday, &evening}));
    EXPECT_FALSE(meet({&mid_autumn, &may}));
}

}  // namespace
}  // namespace banyan::calendars
