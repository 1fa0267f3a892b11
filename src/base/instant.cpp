// SPDX-License-Identifier: Apache-2.0
#include "base/instant.h"

#include <array>

namespace banyan {

namespace {

constexpr std::array<std::uint8_t, 12> days_in_month = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// Reads exactly `count` digits at `at`; -1 when one is missing.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool has(std::string_view text, std::size_t at, char c) { return at < text.size() && text[at] == c; }

void put(std::string& out, std::int64_t value, int width) {
    std::string digits_text = std::to_string(value);
    out.append(static_cast<std::size_t>(width) > digits_text.size()
                   ? static_cast<std::size_t>(width) - digits_text.size()
                   : 0,
               '0');
    out += digits_text;
}

}  // namespace

bool is_valid(CivilDate date) {
    if (date.month < 1 || date.month > 12 || date.day < 1) return false;
    const int last = date.month == 2 && is_leap(date.year) ? 29 : days_in_month[date.month - 1U];
    return date.day <= last;
}

// Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t day_number(CivilDate date) {
    const std::int64_t y = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t yoe = y - era * 400;
    const std::int64_t mp = (date.month + 9) % 12;
    const std::int64_t doy = (153 * mp + 2) / 5 + date.day - 1;
    const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

CivilDate civil_date(std::int64_t number) {
    const std::int64_t z = number + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    const auto day = static_cast<std::uint8_t>(doy - (153 * mp + 2) / 5 + 1);
    const auto month = static_cast<std::uint8_t>(mp < 10 ? mp + 3 : mp - 9);
    return {static_cast<std::int32_t>(yoe + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}

std::optional<CivilDate> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const CivilDate date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (!is_valid(date)) return std::nullopt;
    return date;
}

std::string to_text(CivilDate date) {
    std::string out;
    put(out, date.year, 4);
    out += '-';
    put(out, date.month, 2);
    out += '-';
    put(out, date.day, 2);
    return out;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    if (text.size() < 20) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    if (!date || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (!has(text, 13, ':') || !has(text, 16, ':')) return std::nullopt;
    // A leap second (60) is refused: no order needs it and arithmetic would have to invent a meaning.
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (has(text, at, '.')) {
        std::size_t count = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count)
            fraction = fraction * 10 + (text[at] - '0');
        if (count == 0 || count > 6) return std::nullopt;
        for (; count < 6; ++count) fraction *= 10;
    }
    std::int64_t offset_minutes = 0;
    if (has(text, at, 'Z') || has(text, at, 'z')) {
        ++at;
    } else {
        if (!has(text, at, '+') && !has(text, at, '-')) return std::nullopt;
        const int sign = text[at] == '+' ? 1 : -1;
        const int offset_hour = digits(text, at + 1, 2);
        const int offset_minute = digits(text, at + 4, 2);
        if (offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59 ||
            !has(text, at + 3, ':'))
            return std::nullopt;
        offset_minutes = sign * (offset_hour * 60 + offset_minute);
        at += 6;
    }
    if (at != text.size()) return std::nullopt;
    const std::int64_t second_of_day = hour * 3600 + minute * 60 + second;
    const Instant instant{(day_number(*date) * 86400 + second_of_day - offset_minutes * 60) * 1'000'000 +
                          fraction};
    if (instant < instant_min || instant > instant_max) return std::nullopt;
    return instant;
}

std::string to_rfc3339(Instant instant) {
    std::int64_t whole = instant.microseconds / 1'000'000;
    std::int64_t fraction = instant.microseconds % 1'000'000;
    if (fraction < 0) {
        fraction += 1'000'000;
        whole -= 1;
    }
    std::int64_t day = whole / 86400;
    std::int64_t second = whole % 86400;
    if (second < 0) {
        second += 86400;
        day -= 1;
    }
    std::string out = to_text(civil_date(day));
    out += 'T';
    put(out, second / 3600, 2);
    out += ':';
    put(out, second / 60 % 60, 2);
    out += ':';
    put(out, second % 60, 2);
    if (fraction != 0) {
        out += '.';
        if (fraction % 1000 == 0)
            put(out, fraction / 1000, 3);
        else
            put(out, fraction, 6);
    }
    out += 'Z';
    return out;
}

}  // namespace banyan
