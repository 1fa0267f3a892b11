// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/calendars_section.h"

#include <algorithm>
#include <array>

#include "domain/programme/possible.h"
#include "domain/programme/programme.h"
#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

using calendars::DayOfYear;
using calendars::Hours;
using calendars::Schedule;

constexpr std::array<std::string_view, 7> weekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

bool is_last(const Value& value) { return value.is(Value::Kind::string) && value.string() == "last"; }

std::optional<std::uint8_t> day_of(const Value& value, std::int64_t max) {
    if (is_last(value)) return calendars::last_day;
    if (!value.is(Value::Kind::integer) || value.integer() < 1 || value.integer() > max) return std::nullopt;
    return static_cast<std::uint8_t>(value.integer());
}

// The plain values of the list under the key; what is no list, or none, is told of.
List plain_list(Reader& reader, std::string_view key) {
    reader.expect({key});
    const Value* found = reader.has(key) ? reader.value().map().find(key) : nullptr;
    if (found == nullptr) return {};
    if (!found->is(Value::Kind::list) || found->list().empty()) {
        reader.fail("expected a list of at least one day; leave \"" + std::string(key) + "\" out for none",
                    key);
        return {};
    }
    return found->list();
}

void read_month_days(Reader& reader, Schedule& schedule) {
    const List days = plain_list(reader, "month_days");
    for (std::size_t i = 0; i < days.size(); ++i) {
        const auto day = day_of(days[i], 31);
        if (day)
            schedule.month_days.push_back(*day);
        else
            reader.fail_at("month_days/" + std::to_string(i), "expected a day from 1 to 31, or last");
    }
}

void read_weekdays(Reader& reader, Schedule& schedule) {
    const List days = plain_list(reader, "weekdays");
    for (std::size_t i = 0; i < days.size(); ++i) {
        const auto found = days[i].is(Value::Kind::string)
                               ? std::find(weekdays.begin(), weekdays.end(), days[i].string())
                               : weekdays.end();
        if (found != weekdays.end())
            schedule.weekdays.push_back(static_cast<std::uint8_t>(found - weekdays.begin()));
        else
            reader.fail_at("weekdays/" + std::to_string(i),
                           "expected one of: sun, mon, tue, wed, thu, fri, sat");
    }
}

void read_dates(Reader& reader, Schedule& schedule) {
    const List dates = plain_list(reader, "dates");
    for (std::size_t i = 0; i < dates.size(); ++i) {
        const auto date = dates[i].is(Value::Kind::string) ? parse_date(dates[i].string()) : std::nullopt;
        if (date)
            schedule.dates.push_back(*date);
        else
            reader.fail_at("dates/" + std::to_string(i), "expected a date such as 2026-06-18");
    }
}

// {month: 11, day: 11}; in the Chinese calendar a month has at most 30 days.
std::vector<DayOfYear> read_days_of_year(Reader& reader, std::string_view key, std::int64_t day_max) {
    std::vector<DayOfYear> days;
    std::vector<Reader> readers = reader.list(key);
    if (readers.empty() && reader.has(key) && reader.value().map().find(key)->is(Value::Kind::list))
        plain_list(reader, key);
    for (Reader& each : readers) {
        DayOfYear day;
        day.month = static_cast<std::uint8_t>(each.required_integer("month", 1, 12));
        const Value* given = each.has("day") ? each.value().map().find("day") : nullptr;
        const auto found = given != nullptr ? day_of(*given, day_max) : std::nullopt;
        each.expect({"day"});
        if (given == nullptr)
            each.fail("\"day\" is missing", "day");
        else if (!found)
            each.fail("expected a day from 1 to " + std::to_string(day_max) + ", or last", "day");
        each.finish();
        day.day = found.value_or(1);
        if (key == "yearly" && day.day != calendars::last_day && !is_valid({2000, day.month, day.day}))
            each.fail("no such day in any year", "day");
        days.push_back(day);
    }
    return days;
}

// "14:30" as seconds of the day; "24:00" is its end.
std::optional<std::int32_t> seconds_of(const std::string& text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return std::nullopt;
    const int hour = (text[0] - '0') * 10 + text[1] - '0';
    const int minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
    return hour * 3600 + minute * 60;
}

Hours read_hours(Reader& reader) {
    auto given = reader.object("hours");
    if (!given) return {};
    const auto read = [&](const char* key) {
        const std::string text = given->required_text(key);
        const auto second = seconds_of(text);
        if (!second && !text.empty()) given->fail("expected a time of day such as 14:00", key);
        return second;
    };
    const auto from = read("from");
    const auto to = read("to");
    given->finish();
    if (from && from == to)
        given->fail("from and to are the same; leave \"hours\" out for the whole day", "to");
    return {from.value_or(0), to.value_or(0)};
}

bool can_be_said(const std::string& code) {
    const auto is_fit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !code.empty() && std::all_of(code.begin(), code.end(), is_fit) && (code[0] < '0' || code[0] > '9');
}

Schedule read_calendar(Reader& reader) {
    Schedule schedule;
    schedule.code = reader.required_text("calendar");
    if (!schedule.code.empty() && !can_be_said(schedule.code))
        reader.fail("a condition says calendar." + schedule.code + ": use letters, digits and _ only",
                    "calendar");
    const Names names = read_names(reader, schedule.code);
    schedule.name_zh = names.zh;
    schedule.name_en = names.en;
    read_month_days(reader, schedule);
    read_weekdays(reader, schedule);
    read_dates(reader, schedule);
    schedule.yearly = read_days_of_year(reader, "yearly", 31);
    schedule.lunar = read_days_of_year(reader, "lunar", 30);
    schedule.hours = read_hours(reader);
    reader.finish();
    const auto days = {"month_days", "weekdays", "dates", "yearly", "lunar", "hours"};
    if (std::none_of(days.begin(), days.end(), [&](const char* key) { return reader.has(key); }))
        reader.fail(
            "say which days: month_days, weekdays, dates, yearly, lunar; or which hours of every day");
    return schedule;
}

}  // namespace

void read_calendars(Reader& document, Programme& programme) {
    std::vector<Reader> readers = document.list("calendars");
    for (Reader& reader : readers) programme.calendars.push_back(read_calendar(reader));
    refuse_repeated(readers, programme.calendars, "calendar", [](const Schedule& s) { return s.code; });
}

// --- doubts ----------------------------------------------------------------------------------------------------------

namespace {

// The calendars that must all hold for the condition to.
void demanded(const rules::Expression& expression, rules::NodeId node, const Programme& programme,
              std::vector<const Schedule*>& found) {
    if (expression.node(node).kind == rules::NodeKind::logical_and) {
        for (const rules::NodeId child : expression.children(node))
            demanded(expression, child, programme, found);
        return;
    }
    const std::string path = path_of(expression, node);
    for (const Schedule& schedule : programme.calendars) {
        if (path == "calendar." + schedule.code) found.push_back(&schedule);
    }
}

bool is_asked_for(const Programme& programme, std::uint32_t calendar) {
    for (const earning::Listeners& listeners : programme.listeners) {
        for (const rules::Slot slot : listeners.vocabulary.read()) {
            const earning::Word& word = listeners.vocabulary.word(slot);
            if (word.family == earning::Family::calendar && word.which == calendar) return true;
        }
    }
    for (const rules::Slot slot : programme.offer_words->read()) {
        const earning::Word& word = programme.offer_words->word(slot);
        if (word.family == earning::Family::calendar && word.which == calendar) return true;
    }
    for (const OfferCondition& condition : programme.offer_conditions) {
        if (condition.calendar == calendar) return true;
    }
    return false;
}

}  // namespace

void doubt_calendars(const Programme& programme, Findings& findings) {
    for (std::uint32_t i = 0; i < programme.calendars.size(); ++i) {
        if (is_asked_for(programme, i)) continue;
        findings.add({Weight::warning, "/calendars/" + std::to_string(i), Part::value, std::nullopt,
                      "no rule asks for calendar." + programme.calendars[i].code});
    }
    for (std::size_t i = 0; i < programme.rules.size(); ++i) {
        const rules::Expression& when = programme.rules[i].when->expression();
        std::vector<const Schedule*> all;
        demanded(when, when.root(), programme, all);
        if (all.size() < 2 || calendars::ever_together(all)) continue;
        std::string names;
        for (const Schedule* schedule : all)
            names += (names.empty() ? "" : ", ") + ("calendar." + schedule->code);
        findings.add(
            {Weight::warning, "/earning/" + std::to_string(i) + "/when", Part::value, std::nullopt,
             "the rule never grants: there is no moment to the year 2100 that is in all of " + names});
    }
}

// --- wording ---------------------------------------------------------------------------------------------------------

namespace {

struct Words {
    bool is_english;
    [[nodiscard]] std::string pick(const char* en, const char* zh) const { return is_english ? en : zh; }

    [[nodiscard]] std::string month_day(const Value& day) const {
        if (is_last(day)) return pick("last", "最后一日");
        return day.is(Value::Kind::integer) ? std::to_string(day.integer()) + pick("", " 日") : "";
    }
    [[nodiscard]] std::string weekday(const Value& day) const {
        constexpr const char* en[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
        constexpr const char* zh[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};
        for (std::size_t i = 0; i < weekdays.size(); ++i) {
            if (day.is(Value::Kind::string) && day.string() == weekdays[i]) return pick(en[i], zh[i]);
        }
        return "";
    }
    [[nodiscard]] std::string day_of_year(const Value& day) const {
        const Value* month = day.is(Value::Kind::map) ? day.map().find("month") : nullptr;
        const Value* of_month = day.is(Value::Kind::map) ? day.map().find("day") : nullptr;
        if (month == nullptr || of_month == nullptr || !month->is(Value::Kind::integer)) return "";
        const std::string number = std::to_string(month->integer());
        return is_english ? number + "-" + month_day(*of_month) : number + " 月 " + month_day(*of_month);
    }
    [[nodiscard]] std::string hours(const Value& given) const {
        const auto text = [&](const char* key) {
            const Value* found = given.is(Value::Kind::map) ? given.map().find(key) : nullptr;
            return found != nullptr && found->is(Value::Kind::string) ? found->string() : std::string();
        };
        const std::string from = text("from");
        const std::string to = text("to");
        const bool runs_over = to <= from;  // of one length: as text as by time
        return from + pick(" to ", " 至") + (runs_over ? pick("", "次日") : "") + (is_english ? "" : " ") +
               to + (runs_over ? pick(" of the next day", "") : "");
    }
    template <typename Each>
    [[nodiscard]] std::string all(const Value& list, Each each) const {
        std::string said;
        if (!list.is(Value::Kind::list)) return said;
        for (const Value& item : list.list()) said += (said.empty() ? "" : pick(", ", "、")) + each(item);
        return said;
    }
};

}  // namespace

std::optional<std::string> say_of_calendar(std::string_view field, const Value& value, Language language) {
    const Words words{language == Language::en};
    if (field == "month_days")
        return words.all(value, [&](const Value& day) { return words.month_day(day); });
    if (field == "weekdays") return words.all(value, [&](const Value& day) { return words.weekday(day); });
    if (field == "dates")
        return words.all(value, [](const Value& date) {
            return date.is(Value::Kind::string) ? date.string() : std::string();
        });
    if (field == "yearly" || field == "lunar")
        return words.all(value, [&](const Value& day) { return words.day_of_year(day); });
    if (field == "hours") return words.hours(value);
    return std::nullopt;
}

}  // namespace banyan::programme
