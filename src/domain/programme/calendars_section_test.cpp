// SPDX-License-Identifier: Apache-2.0
// Calendars in the document: what they compile to, how they are refused and doubted, how a change of one reads.

#include "domain/programme/calendars_section.h"

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
Value day(std::int64_t month, std::int64_t of_month) {
    return map({{"month", number(month)}, {"day", number(of_month)}});
}
Value hours(const char* from, const char* to) { return map({{"from", text(from)}, {"to", text(to)}}); }

Value calendar(const char* code, Entries more) {
    Entries entries = {{"calendar", text(code)}};
    entries.insert(entries.end(), more.begin(), more.end());
    return map(std::move(entries));
}
Value document(std::vector<Value> calendars, const char* when) {
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({map({{"unit", text("points")}})})},
                {"calendars", list(std::move(calendars))},
                {"earning", list({map({{"rule", text("base")},
                                       {"on", text("order.paid")},
                                       {"unit", text("points")},
                                       {"when", text(when)},
                                       {"amount", text("order.paid / 100")}})})}});
}

TEST(CalendarsSection, ReadsWhatACalendarSays) {
    const auto made = checked(document(
        {calendar("feast", {{"month_days", list({number(28), text("last")})},
                            {"weekdays", list({text("sun"), text("sat")})},
                            {"dates", list({text("2026-06-18")})},
                            {"yearly", list({day(11, 11)})},
                            {"lunar", list({day(1, 1), map({{"month", number(12)}, {"day", text("last")}})})},
                            {"hours", hours("22:30", "02:00")}})},
        "calendar.feast"));
    ASSERT_NE(made.programme, nullptr) << made.findings.first_error().text();
    const calendars::Schedule& feast = made.programme->calendars.at(0);
    EXPECT_EQ(feast.code, "feast");
    EXPECT_EQ(feast.month_days, (std::vector<std::uint8_t>{28, calendars::last_day}));
    EXPECT_EQ(feast.weekdays, (std::vector<std::uint8_t>{0, 6}));
    EXPECT_EQ(feast.dates, (std::vector<CivilDate>{{2026, 6, 18}}));
    EXPECT_EQ(feast.yearly, (std::vector<calendars::DayOfYear>{{11, 11}}));
    EXPECT_EQ(feast.lunar, (std::vector<calendars::DayOfYear>{{1, 1}, {12, calendars::last_day}}));
    EXPECT_EQ(feast.hours, (calendars::Hours{22 * 3600 + 1800, 2 * 3600}));
    EXPECT_TRUE(made.findings.all().empty());
}

TEST(CalendarsSection, TellsWhatIsWrongWhereItIsWrong) {
    const auto of = [](Entries fields, const char* code = "c") {
        return findings_of(document({calendar(code, std::move(fields))}, "true"));
    };
    EXPECT_EQ(of({}),
              (Said{"error /calendars/0: say which days: month_days, weekdays, dates, yearly, lunar; or "
                    "which hours of every day"}));
    EXPECT_EQ(of({{"weekdays", list({})}}), (Said{"error /calendars/0/weekdays: expected a list of at least "
                                                  "one day; leave \"weekdays\" out for none"}));
    EXPECT_EQ(
        of({{"lunar", list({})}}),
        (Said{
            "error /calendars/0/lunar: expected a list of at least one day; leave \"lunar\" out for none"}));
    EXPECT_EQ(of({{"month_days", list({number(28), number(32)})}}),
              (Said{"error /calendars/0/month_days/1: expected a day from 1 to 31, or last"}));
    EXPECT_EQ(of({{"weekdays", list({text("saturday")})}}),
              (Said{"error /calendars/0/weekdays/0: expected one of: sun, mon, tue, wed, thu, fri, sat"}));
    EXPECT_EQ(of({{"dates", list({text("2026-02-29")})}}),
              (Said{"error /calendars/0/dates/0: expected a date such as 2026-06-18"}));
    EXPECT_EQ(of({{"yearly", list({day(2, 29), day(2, 30)})}}),
              (Said{"error /calendars/0/yearly/1/day: no such day in any year"}));
    EXPECT_EQ(of({{"lunar", list({day(8, 31), map({{"month", number(8)}})})}}),
              (Said{"error /calendars/0/lunar/0/day: expected a day from 1 to 30, or last",
                    "error /calendars/0/lunar/1/day: \"day\" is missing"}));
    EXPECT_EQ(of({{"hours", hours("14", "24:30")}}),
              (Said{"error /calendars/0/hours/from: expected a time of day such as 14:00",
                    "error /calendars/0/hours/to: expected a time of day such as 14:00"}));
    EXPECT_EQ(
        of({{"hours", hours("14:00", "14:00")}}),
        (Said{
            "error /calendars/0/hours/to: from and to are the same; leave \"hours\" out for the whole day"}));
    EXPECT_EQ(of({{"weekdays", list({text("sat")})}}, "member-day"),
              (Said{"error /calendars/0/calendar: a condition says calendar.member-day: use letters, digits "
                    "and _ only"}));
    EXPECT_EQ(
        findings_of(document({calendar("c", {{"hours", hours("14:00", "24:00")}}),
                              calendar("c", {{"hours", hours("14:00", "15:00")}})},
                             "calendar.c")),
        (Said{"error /calendars/1/calendar: \"c\" is declared twice; entry 1 has it already: give this one "
              "another code"}));
    EXPECT_EQ(findings_of(document({calendar("member_day", {{"month_days", list({number(28)})}})},
                                   "calendar.member_dya")),
              (Said{"error /earning/0/when: unknown name 'calendar.member_dya'; did you mean "
                    "'calendar.member_day'?"}));
}

TEST(CalendarsSection, DoubtsWhatNobodyAsksForAndWhatNeverMeets) {
    const Value morning = calendar("morning", {{"hours", hours("06:00", "09:00")}});
    const Value evening = calendar("evening", {{"hours", hours("18:00", "22:00")}});
    const Value member_day = calendar("member_day", {{"month_days", list({number(28)})}});
    EXPECT_EQ(findings_of(document({morning, member_day}, "calendar.member_day")),
              (Said{"warning /calendars/0: no rule asks for calendar.morning"}));
    EXPECT_EQ(
        findings_of(document({morning, evening}, "calendar.morning && order.paid > 100 && calendar.evening")),
        (Said{
            "warning /earning/0/when: the rule never grants: there is no moment to the year 2100 that is in "
            "all of calendar.morning, calendar.evening"}));
    EXPECT_EQ(findings_of(document({morning, evening}, "calendar.morning || calendar.evening")), Said{});
    EXPECT_EQ(findings_of(document({morning, member_day}, "calendar.morning && calendar.member_day")),
              Said{});
}

TEST(CalendarsSection, AChangeReadsAsASentence) {
    const auto before =
        document({calendar("feast", {{"yearly", list({day(11, 11)})}, {"hours", hours("14:00", "16:00")}})},
                 "calendar.feast");
    const auto after = document(
        {calendar("feast", {{"yearly", list({day(11, 11), day(6, 18)})}, {"hours", hours("22:00", "02:00")}}),
         calendar("eve", {{"month_days", list({text("last")})},
                          {"weekdays", list({text("sat"), text("sun")})},
                          {"dates", list({text("2026-06-18")})},
                          {"lunar", list({day(8, 15)})}})},
        "calendar.feast");
    EXPECT_EQ(differences(before, after, Language::en),
              (Said{"calendar feast: every year: 11-11 becomes 11-11, 6-18",
                    "calendar feast: hours: 14:00 to 16:00 becomes 22:00 to 02:00 of the next day",
                    "calendar eve is new: days of the month: last; Saturday, Sunday; dates: 2026-06-18; in "
                    "the Chinese "
                    "calendar: 8-15"}));
    EXPECT_EQ(differences(before, after, Language::zh),
              (Said{"日历 feast：每年：11 月 11 日，改为11 月 11 日、6 月 18 日",
                    "日历 feast：时段：14:00 至 16:00，改为22:00 至次日 02:00",
                    "日历 eve：新增，每月：最后一日；周六、周日；日期：2026-06-18；农历：8 月 15 日"}));
}

}  // namespace
}  // namespace banyan::programme
