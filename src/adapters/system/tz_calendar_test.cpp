// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/tz_calendar.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "adapters/system/posix_rule.h"

namespace banyan::system {
namespace {

Instant at(const char* text) { return *parse_rfc3339(text); }

std::string shown(const Zone& zone, const char* instant) {
    const LocalTime local = zone.local(at(instant));
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const int second = local.second_of_day;
    return to_text(local.date) + " " + two(second / 3600) + ":" + two(second / 60 % 60) + ":" +
           two(second % 60) + " weekday " + std::to_string(local.weekday);
}

struct Case {
    const char* zone;
    const char* instant;
    const char* local;
};

TEST(TzCalendarTest, LocalTimes) {
    const TzCalendar calendar;
    for (const Case& c : {
             Case{"Asia/Shanghai", "2026-11-22T04:38:09Z", "2026-11-22 12:38:09 weekday 0"},
             Case{"Asia/Shanghai", "1970-01-01T00:00:00Z", "1970-01-01 08:00:00 weekday 4"},
             Case{"Asia/Shanghai", "1988-07-01T00:00:00Z",
                  "1988-07-01 09:00:00 weekday 5"},  // summer time then
             Case{"Asia/Shanghai", "9999-12-31T00:00:00Z", "9999-12-31 08:00:00 weekday 5"},
             Case{"America/New_York", "2024-03-10T06:59:59Z", "2024-03-10 01:59:59 weekday 0"},
             Case{"America/New_York", "2024-03-10T07:00:00Z", "2024-03-10 03:00:00 weekday 0"},
             Case{"America/New_York", "2024-11-03T05:59:59Z", "2024-11-03 01:59:59 weekday 0"},
             Case{"America/New_York", "2024-11-03T06:00:00Z", "2024-11-03 01:00:00 weekday 0"},
             Case{"Europe/London", "2011-07-01T12:00:00Z", "2011-07-01 13:00:00 weekday 5"},
             Case{"Asia/Kathmandu", "2024-01-01T00:00:00Z", "2024-01-01 05:45:00 weekday 1"},
             // Behind the end of the file's own table, and behind the end of ours.
             Case{"America/New_York", "2038-07-01T12:00:00Z", "2038-07-01 08:00:00 weekday 4"},
             Case{"America/New_York", "2100-01-01T12:00:00Z", "2100-01-01 07:00:00 weekday 5"},
             Case{"Europe/London", "2500-06-01T12:00:00Z", "2500-06-01 13:00:00 weekday 2"},
             Case{"Australia/Sydney", "2050-01-01T00:00:00Z", "2050-01-01 11:00:00 weekday 6"},
             Case{"Australia/Sydney", "9999-07-01T00:00:00Z", "9999-07-01 10:00:00 weekday 4"},
             Case{"America/New_York", "9999-12-31T12:00:00Z", "9999-12-31 07:00:00 weekday 5"},
             Case{"UTC", "2024-02-29T23:59:59Z", "2024-02-29 23:59:59 weekday 4"},
         }) {
        const auto zone = calendar.zone(c.zone);
        ASSERT_TRUE(zone) << c.zone;
        EXPECT_EQ((*zone)->name(), c.zone);
        EXPECT_EQ(shown(**zone, c.instant), c.local) << c.zone << " " << c.instant;
    }
}

struct DayCase {
    const char* zone;
    CivilDate date;
    const char* begins;
};

TEST(TzCalendarTest, ADayBeginsAtItsFirstInstant) {
    const TzCalendar calendar;
    for (const DayCase& c : {
             DayCase{"Asia/Shanghai", {2024, 6, 18}, "2024-06-17T16:00:00Z"},
             DayCase{"America/New_York", {2024, 3, 10}, "2024-03-10T05:00:00Z"},
             DayCase{"America/New_York", {2024, 3, 11}, "2024-03-11T04:00:00Z"},
             // Midnight was skipped: the clock went from 23:59:59 to 01:00:00.
             DayCase{"America/Sao_Paulo", {2018, 11, 4}, "2018-11-04T03:00:00Z"},
             // Midnight came twice: the clock went from 00:59:59 back to 00:00:00.
             DayCase{"Atlantic/Azores", {2024, 10, 27}, "2024-10-27T00:00:00Z"},
             // The whole day was skipped.
             DayCase{"Pacific/Apia", {2011, 12, 30}, "2011-12-30T10:00:00Z"},
             DayCase{"Pacific/Apia", {2011, 12, 31}, "2011-12-30T10:00:00Z"},
         }) {
        const auto zone = calendar.zone(c.zone);
        ASSERT_TRUE(zone) << c.zone;
        EXPECT_EQ(to_rfc3339((*zone)->start_of(c.date)), c.begins) << c.zone << " " << to_text(c.date);
    }
}

TEST(TzCalendarTest, TheStartOfADayIsTheFirstInstantThatShowsIt) {
    const TzCalendar calendar;
    for (const char* name : {"Asia/Shanghai", "America/New_York", "Europe/London", "America/Sao_Paulo",
                             "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Chatham", "Atlantic/Azores"}) {
        const auto zone = calendar.zone(name);
        ASSERT_TRUE(zone);
        for (std::int64_t day = 3650; day < 24000; ++day) {
            const CivilDate date = civil_date(day);
            const Instant start = (*zone)->start_of(date);
            ASSERT_EQ((*zone)->local(start).date, date) << name << " " << to_text(date);
            ASSERT_LT((*zone)->local(start - seconds(1)).date, date) << name << " " << to_text(date);
        }
    }
}

TEST(TzCalendarTest, EveryZoneOfTheDatabaseIsUnderstoodAndGoesOnAsItsTableEnded) {
    const TzCalendar calendar;
    int zones = 0;
    std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("Z ", 0) != 0) continue;
        const std::string name = line.substr(2, line.find(' ', 2) - 2);
        if (name == "Factory") continue;  // the database's placeholder for "nobody chose a zone"
        const auto zone = calendar.zone(name);
        ASSERT_TRUE(zone) << zone.error().text();
        ++zones;
        // 2037 is in the file's table, 2437 comes from the rule, 4837 from the repetition: all alike.
        for (int day = 0; day < 365; day += 5) {
            // Ramadan is in no rule.
            if (name == "Africa/Casablanca" || name == "Africa/El_Aaiun") break;
            if (name == "Asia/Gaza" || name == "Asia/Hebron") break;
            const Instant then = at("2037-01-01T12:00:00Z") + days(day);
            const Instant later = at("2437-01-01T12:00:00Z") + days(day);
            const Instant much_later = at("4837-01-01T12:00:00Z") + days(day);
            ASSERT_EQ((*zone)->local(then).second_of_day, (*zone)->local(later).second_of_day) << name << day;
            ASSERT_EQ((*zone)->local(then).second_of_day, (*zone)->local(much_later).second_of_day)
                << name << day;
        }
    }
    EXPECT_GT(zones, 300);
}

TEST(PosixRuleTest, WhatIsNoRuleIsRefused) {
    for (const char* text : {"", "X", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
                             "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x",
                             "EST5EDT,J60,J300", "<+03-3", "EST5EDT,M3.2.0/,M11.1.0"}) {
        EXPECT_FALSE(PosixRule::parse(text)) << text;
    }
    for (const char* text : {"CST-8", "<+0545>-5:45", "EST5EDT,M3.2.0,M11.1.0",
                             "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-2IDT,M3.4.4/26,M10.5.0"}) {
        EXPECT_TRUE(PosixRule::parse(text)) << text;
    }
}

TEST(TzCalendarTest, AnUnknownZoneIsNotFoundAndAKnownOneIsShared) {
    const TzCalendar calendar;
    for (const char* name : {"Asia/Atlantis", "", "../etc/passwd", "asia/shanghai"}) {
        const auto zone = calendar.zone(name);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().code, ErrorCode::not_found);
    }
    EXPECT_EQ(calendar.zone("Asia/Shanghai").value(), calendar.zone("Asia/Shanghai").value());
    EXPECT_EQ(calendar.version().size(), 5U) << calendar.version();
}

}  // namespace
}  // namespace banyan::system
