// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/time_text.h"

#include <array>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes pieces off the front of a text.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Exactly `count` digits of a number at most `max`, or -1.
    int digits(std::size_t count, int max) {
        if (rest_.size() < count) return -1;
        int number = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_digit(rest_[i])) return -1;
            number = number * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return number <= max ? number : -1;
    }
    // One to nine digits behind a decimal point, as nanoseconds; -1 when there are none or more.
    std::int64_t fraction() {
        std::int64_t number = 0;
        std::size_t count = 0;
        for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
            if (count == 9) return -1;
            number = number * 10 + (rest_[count] - '0');
        }
        if (count == 0) return -1;
        rest_.remove_prefix(count);
        for (; count < 9; ++count) number *= 10;
        return number;
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    void skip(std::size_t count) { rest_.remove_prefix(count); }

  private:
    std::string_view rest_;
};

// "+08:00": minutes east, or nothing.
std::optional<int> offset(Reader& reader) {
    const bool west = reader.take('-');
    if (!west && !reader.take('+')) return std::nullopt;
    const int hour = reader.digits(2, 23);
    if (hour < 0 || !reader.take(':')) return std::nullopt;
    const int minute = reader.digits(2, 59);
    if (minute < 0) return std::nullopt;
    return (west ? -1 : 1) * (hour * 60 + minute);
}

void put(std::string& out, std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

// ".25" for 250'000'000; nothing for 0.
void put_fraction(std::string& out, std::int64_t nanoseconds) {
    if (nanoseconds == 0) return;
    out += '.';
    put(out, nanoseconds, 9);
    while (out.back() == '0') out.pop_back();
}

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// Longer names first, so that "ms" is not read as "m".
constexpr std::array<Unit, 8> units = {{{"ns", 1},
                                        {"us", 1'000},
                                        {"\u00b5s", 1'000},
                                        {"\u03bcs", 1'000},
                                        {"ms", 1'000'000},
                                        {"s", nanoseconds_per_second},
                                        {"m", 60 * nanoseconds_per_second},
                                        {"h", 3600 * nanoseconds_per_second}}};

// One "1.5h" of a duration, added to `total`; false when it is none or does not fit.
bool take_part(Reader& reader, std::int64_t& total) {
    constexpr std::size_t digits_max = 19;
    std::int64_t whole = 0;
    std::size_t whole_digits = 0;
    for (; !reader.empty() && is_digit(reader.rest().front()); reader.skip(1), ++whole_digits) {
        if (__builtin_mul_overflow(whole, std::int64_t{10}, &whole) ||
            __builtin_add_overflow(whole, std::int64_t{reader.rest().front() - '0'}, &whole))
            return false;
    }
    std::int64_t fraction = 0;
    std::int64_t fraction_scale = 1;
    std::size_t fraction_digits = 0;
    if (reader.take('.')) {
        for (; !reader.empty() && is_digit(reader.rest().front()); reader.skip(1), ++fraction_digits) {
            if (fraction_digits >= digits_max - 1) continue;  // finer than any unit can say
            fraction = fraction * 10 + (reader.rest().front() - '0');
            fraction_scale *= 10;
        }
    }
    if (whole_digits + fraction_digits == 0) return false;
    for (const Unit& unit : units) {
        if (!reader.rest().starts_with(unit.name)) continue;
        reader.skip(unit.name.size());
        std::int64_t part = 0;
        if (__builtin_mul_overflow(whole, unit.nanoseconds, &part)) return false;
        __extension__ const auto rest = static_cast<__int128>(fraction) * unit.nanoseconds / fraction_scale;
        return !__builtin_add_overflow(part, static_cast<std::int64_t>(rest), &part) &&
               !__builtin_add_overflow(total, part, &total);
    }
    return false;
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
    Reader reader(text);
    const int year = reader.digits(4, 9999);
    if (year < 1 || !reader.take('-')) return std::nullopt;
    const int month = reader.digits(2, 12);
    if (month < 1 || !reader.take('-')) return std::nullopt;
    const int day = reader.digits(2, 31);
    const CivilDate date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
    if (day < 1 || !is_valid(date) || (!reader.take('T') && !reader.take('t'))) return std::nullopt;
    const int hour = reader.digits(2, 23);
    if (hour < 0 || !reader.take(':')) return std::nullopt;
    const int minute = reader.digits(2, 59);
    if (minute < 0 || !reader.take(':')) return std::nullopt;
    const int second = reader.digits(2, 59);
    if (second < 0) return std::nullopt;
    const std::int64_t fraction = reader.take('.') ? reader.fraction() : 0;
    if (fraction < 0) return std::nullopt;
    int east = 0;
    if (!reader.take('Z') && !reader.take('z')) {
        const auto minutes = offset(reader);
        if (!minutes) return std::nullopt;
        east = *minutes;
    }
    if (!reader.empty()) return std::nullopt;
    const Timestamp time{day_number(date) * 86400 + hour * 3600 + minute * 60 + second - east * 60,
                         static_cast<std::uint32_t>(fraction)};
    if (time < timestamp_min || timestamp_max < time) return std::nullopt;
    return time;
}

std::string to_text(Timestamp time) {
    const std::int64_t day = floor_divide(time.seconds, 86400);
    const std::int64_t second = floor_modulo(time.seconds, 86400);
    std::string out = to_text(civil_date(day));
    out += 'T';
    put(out, second / 3600, 2);
    out += ':';
    put(out, second / 60 % 60, 2);
    out += ':';
    put(out, second % 60, 2);
    put_fraction(out, time.nanoseconds);
    out += 'Z';
    return out;
}

std::optional<Nanoseconds> parse_duration(std::string_view text) {
    Reader reader(text);
    const bool negative = reader.take('-');
    if (!negative) reader.take('+');
    if (reader.rest() == "0") return Nanoseconds{0};
    if (reader.empty()) return std::nullopt;
    std::int64_t total = 0;
    while (!reader.empty()) {
        if (!take_part(reader, total)) return std::nullopt;
    }
    return Nanoseconds{negative ? -total : total};
}

std::string to_text(Nanoseconds duration) {
    std::string out;
    std::int64_t seconds = duration.count / nanoseconds_per_second;
    std::int64_t rest = duration.count % nanoseconds_per_second;
    if (duration.count < 0) {
        out += '-';
        seconds = -seconds;
        rest = -rest;
    }
    out += std::to_string(seconds);
    put_fraction(out, rest);
    out += 's';
    return out;
}

std::optional<int> parse_fixed_offset(std::string_view zone) {
    if (zone == "UTC" || zone == "Z") return 0;
    std::string text(zone);
    if (!text.empty() && is_digit(text.front())) text.insert(text.begin(), '+');
    Reader reader(text);
    const auto minutes = offset(reader);
    if (!minutes || !reader.empty()) return std::nullopt;
    return minutes;
}

}  // namespace banyan::rules
