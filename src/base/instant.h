// SPDX-License-Identifier: Apache-2.0
#pragma once

// A point in time and a length of time, in microseconds. Nothing here reads a clock: instants arrive inside commands.
// RFC 3339 text is understood here because every layer names times that way; calendars and zones are a port
// (base/ports/calendar.h).

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan {

struct Duration {
    std::int64_t microseconds = 0;
    constexpr auto operator<=>(const Duration&) const = default;
    constexpr Duration operator+(Duration other) const { return {microseconds + other.microseconds}; }
    constexpr Duration operator-(Duration other) const { return {microseconds - other.microseconds}; }
};

constexpr Duration milliseconds(std::int64_t n) { return {n * 1000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration hours(std::int64_t n) { return seconds(n * 3600); }
constexpr Duration days(std::int64_t n) { return hours(n * 24); }

/// Microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t microseconds = 0;
    constexpr auto operator<=>(const Instant&) const = default;
    constexpr Instant operator+(Duration d) const { return {microseconds + d.microseconds}; }
    constexpr Instant operator-(Duration d) const { return {microseconds - d.microseconds}; }
    constexpr Duration operator-(Instant other) const { return {microseconds - other.microseconds}; }
};

/// Years 1970 to 9999: what a member programme can mean. Anything outside is a mistake in the input.
constexpr Instant instant_min{0};
constexpr Instant instant_max{253402300799'999'999};

/// Parses RFC 3339 ("2011-12-09T12:50:00Z", "...+08:00", up to 6 fractional digits; more are refused). Nothing when
/// the text is not a valid date and time or lies outside instant_min..instant_max.
std::optional<Instant> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC with as few fractional digits as say the value (0, 3 or 6).
std::string to_rfc3339(Instant instant);

struct CivilDate {
    std::int32_t year = 1970;
    std::uint8_t month = 1;  // 1..12
    std::uint8_t day = 1;    // 1..31
    constexpr auto operator<=>(const CivilDate&) const = default;
};

bool is_valid(CivilDate date);
/// Days since 1970-01-01 in the proleptic Gregorian calendar, and back.
std::int64_t day_number(CivilDate date);
CivilDate civil_date(std::int64_t day_number);
/// "2011-12-09", or nothing when it is not a date.
std::optional<CivilDate> parse_date(std::string_view text);
std::string to_text(CivilDate date);

}  // namespace banyan
