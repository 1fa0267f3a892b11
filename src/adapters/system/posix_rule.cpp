// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/posix_rule.h"

#include <utility>

#include "base/instant.h"

namespace banyan::system {

namespace {

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// "EST" or "<+0530>"; the name itself does not matter here.
bool take_name(std::string_view& text) {
    if (take(text, '<')) {
        const auto end = text.find('>');
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
        return true;
    }
    std::size_t size = 0;
    while (size < text.size() && is_letter(text[size])) ++size;
    text.remove_prefix(size);
    return size >= 3;
}

std::optional<std::int32_t> take_number(std::string_view& text, std::int32_t max) {
    std::int32_t number = 0;
    std::size_t size = 0;
    for (; size < text.size() && size < 4 && text[size] >= '0' && text[size] <= '9'; ++size) {
        number = number * 10 + (text[size] - '0');
    }
    text.remove_prefix(size);
    if (size == 0 || number > max) return std::nullopt;
    return number;
}

// "5", "-5:30", "26:00:00": hours, minutes and seconds with a sign.
std::optional<std::int32_t> take_time(std::string_view& text) {
    const bool is_negative = take(text, '-');
    if (!is_negative) take(text, '+');
    const auto hours = take_number(text, 167);
    if (!hours) return std::nullopt;
    std::int32_t seconds = *hours * 3600;
    for (const std::int32_t unit : {60, 1}) {
        if (!take(text, ':')) break;
        const auto part = take_number(text, 59);
        if (!part) return std::nullopt;
        seconds += *part * unit;
    }
    return is_negative ? -seconds : seconds;
}

}  // namespace

std::optional<PosixRule::Day> PosixRule::parse_day(std::string_view& text) {
    if (!take(text, ',') || !take(text, 'M')) return std::nullopt;
    const auto month = take_number(text, 12);
    if (!month || *month == 0 || !take(text, '.')) return std::nullopt;
    const auto week = take_number(text, 5);
    if (!week || *week == 0 || !take(text, '.')) return std::nullopt;
    const auto weekday = take_number(text, 6);
    if (!weekday) return std::nullopt;
    Day day{.month = static_cast<std::uint8_t>(*month),
            .week = static_cast<std::uint8_t>(*week),
            .weekday = static_cast<std::uint8_t>(*weekday)};
    if (!take(text, '/')) return day;
    const auto second = take_time(text);
    if (!second) return std::nullopt;
    day.second = *second;
    return day;
}

std::optional<PosixRule> PosixRule::parse(std::string_view text) {
    PosixRule rule;
    if (!take_name(text)) return std::nullopt;
    const auto west = take_time(text);  // POSIX counts west of Greenwich
    if (!west) return std::nullopt;
    rule.standard_ = -*west;
    if (text.empty()) return rule;

    rule.has_daylight_saving_ = true;
    if (!take_name(text)) return std::nullopt;
    rule.daylight_ = rule.standard_ + 3600;
    if (!text.empty() && text.front() != ',') {
        const auto daylight_west = take_time(text);
        if (!daylight_west) return std::nullopt;
        rule.daylight_ = -*daylight_west;
    }
    const auto begins = parse_day(text);
    const auto ends = begins ? parse_day(text) : std::nullopt;
    if (!ends || !text.empty()) return std::nullopt;
    rule.begins_ = *begins;
    rule.ends_ = *ends;
    return rule;
}

// The day's second as the clock on the wall counts it.
std::int64_t PosixRule::local_second(const Day& day, std::int32_t year) {
    const std::int64_t first = day_number({.year = year, .month = day.month, .day = 1});
    const std::int64_t first_weekday = (first % 7 + 11) % 7;  // 1970-01-01 was a Thursday
    std::int64_t found = first + (day.weekday - first_weekday + 7) % 7 + (day.week - 1) * 7;
    while (civil_date(found).month != day.month) found -= 7;  // the fifth may be the fourth
    return found * 86'400 + day.second;
}

std::vector<OffsetChange> PosixRule::changes_in(std::int32_t year) const {
    if (!has_daylight_saving_) return {};
    OffsetChange to_daylight{local_second(begins_, year) - standard_, daylight_};
    OffsetChange to_standard{local_second(ends_, year) - daylight_, standard_};
    if (to_standard.from < to_daylight.from) std::swap(to_daylight, to_standard);  // southern summers
    return {to_daylight, to_standard};
}

}  // namespace banyan::system
