// SPDX-License-Identifier: Apache-2.0

// getFullYear() and its kin: parts of a timestamp in UTC or in a zone, and of a duration.

#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/numbers.h"
#include "domain/rules/time_text.h"

namespace banyan::rules {

namespace {

enum class TimePart : std::uint8_t {
    full_year,
    month,
    date,
    day_of_month,
    day_of_week,
    day_of_year,
    hours,
    minutes,
    seconds,
    milliseconds
};

struct Local {
    CivilDate date;
    std::int64_t second_of_day = 0;
    std::int64_t weekday = 0;
};

Local shifted(std::int64_t seconds) {
    const std::int64_t day = floor_divide(seconds, 86400);
    // 1970-01-01 was a Thursday.
    return {civil_date(day), floor_modulo(seconds, 86400), floor_modulo(day + 4, 7)};
}

// In `zone`; an error is the fault to answer with.
std::variant<Local, Fault> local(Timestamp time, std::string_view zone, const Context& context) {
    if (const auto east = parse_fixed_offset(zone)) return shifted(time.seconds + *east * 60);
    if (context.calendar == nullptr) return Fault::no_calendar;
    const auto found = context.calendar->zone(zone);
    if (!found.ok()) return Fault::unknown_zone;
    const LocalTime there = found.value()->local(Instant{time.seconds * 1'000'000});
    return Local{there.date, there.second_of_day, there.weekday};
}

std::int64_t part_of(TimePart part, const Local& here, std::uint32_t nanoseconds) {
    switch (part) {
        case TimePart::full_year: return here.date.year;
        case TimePart::month: return here.date.month - 1;
        case TimePart::date: return here.date.day;
        case TimePart::day_of_month: return here.date.day - 1;
        case TimePart::day_of_week: return here.weekday;
        case TimePart::day_of_year: return day_number(here.date) - day_number({here.date.year, 1, 1});
        case TimePart::hours: return here.second_of_day / 3600;
        case TimePart::minutes: return here.second_of_day / 60 % 60;
        case TimePart::seconds: return here.second_of_day % 60;
        case TimePart::milliseconds: return nanoseconds / 1'000'000;
    }
    ASSERT(false);
    return 0;
}

// Of a duration, hours, minutes and seconds are the whole of it in that unit; milliseconds are those of its second.
Term part_of(TimePart part, std::int64_t nanoseconds, const Context& context) {
    constexpr std::int64_t second = 1'000'000'000;
    switch (part) {
        case TimePart::hours: return Term(nanoseconds / (3600 * second));
        case TimePart::minutes: return Term(nanoseconds / (60 * second));
        case TimePart::seconds: return Term(nanoseconds / second);
        case TimePart::milliseconds: return Term(nanoseconds % second / 1'000'000);
        default: return context.fault(Fault::no_such_overload);
    }
}

// arguments: a timestamp and perhaps a zone, or (hours to milliseconds) a duration.
Term time_part(TimePart part, Arguments arguments, Context& context) {
    const Term& time = arguments[0];
    if (time.is(Kind::duration) && arguments.size() == 1)
        return part_of(part, time.duration().count, context);
    if (!time.is(Kind::timestamp)) return context.fault(Fault::no_such_overload);
    const Timestamp moment = time.timestamp();
    if (arguments.size() == 1) return Term(part_of(part, shifted(moment.seconds), moment.nanoseconds));
    if (!arguments[1].is(Kind::string)) return context.fault(Fault::no_such_overload);
    const auto here = local(moment, arguments[1].string(), context);
    if (const Fault* fault = std::get_if<Fault>(&here)) return context.fault(*fault);
    return Term(part_of(part, std::get<Local>(here), moment.nanoseconds));
}

template <TimePart part>
Term part_at(Arguments arguments, Context& context) {
    return time_part(part, arguments, context);
}

constexpr std::string_view of_time = "timestamp -> int | timestamp, string -> int";
constexpr std::string_view of_both = "timestamp -> int | timestamp, string -> int | duration -> int";

template <TimePart part>
constexpr Function accessor(std::string_view name, std::string_view meaning) {
    return {name,          Style::method, part < TimePart::hours ? of_time : of_both,
            part_at<part>, meaning,       Needs::calendar};
}

constexpr std::array table = {
    accessor<TimePart::full_year>("getFullYear", "the year, in UTC or in a zone: 'Asia/Shanghai', '+08:00'"),
    accessor<TimePart::month>("getMonth", "the month, 0 to 11"),
    accessor<TimePart::date>("getDate", "the day of the month, 1 to 31"),
    accessor<TimePart::day_of_month>("getDayOfMonth", "the same from 0 on"),
    accessor<TimePart::day_of_week>("getDayOfWeek", "0 is Sunday"),
    accessor<TimePart::day_of_year>("getDayOfYear", "0 is 1 January"),
    accessor<TimePart::hours>("getHours", "the hour; of a duration, all its hours"),
    accessor<TimePart::minutes>("getMinutes", "the minute; of a duration, all its minutes"),
    accessor<TimePart::seconds>("getSeconds", "the second; of a duration, all its seconds"),
    accessor<TimePart::milliseconds>("getMilliseconds", "the milliseconds of the second"),
};

}  // namespace

std::span<const Function> time_functions() { return table; }

}  // namespace banyan::rules
