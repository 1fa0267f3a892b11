// SPDX-License-Identifier: Apache-2.0
#include "text/time_format.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace banyan::text {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<ReadTime> epoch(std::string_view text, std::int64_t microseconds_each) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, count);
    if (code != std::errc{} || stopped != end || count < 0) return std::nullopt;
    if (count > instant_max.microseconds / microseconds_each) return std::nullopt;
    return ReadTime{Instant{count * microseconds_each}, {}};
}

}  // namespace

Result<TimeFormat> TimeFormat::parse(std::string_view pattern) {
    struct Known {
        std::string_view letters;
        Part part;
    };
    static constexpr std::array<Known, 9> known = {{
        {"yyyy", {Field::year, 4, 4, '\0'}},
        {"MM", {Field::month, 2, 2, '\0'}},
        {"M", {Field::month, 1, 2, '\0'}},
        {"dd", {Field::day, 2, 2, '\0'}},
        {"d", {Field::day, 1, 2, '\0'}},
        {"HH", {Field::hour, 2, 2, '\0'}},
        {"H", {Field::hour, 1, 2, '\0'}},
        {"mm", {Field::minute, 2, 2, '\0'}},
        {"ss", {Field::second, 2, 2, '\0'}},
    }};
    TimeFormat format;
    if (pattern == "rfc3339") return format;
    format.kind_ = pattern == "epoch_seconds"        ? Kind::epoch_seconds
                   : pattern == "epoch_milliseconds" ? Kind::epoch_milliseconds
                                                     : Kind::pattern;
    if (format.kind_ != Kind::pattern) return format;

    std::array<bool, 7> seen{};
    while (!pattern.empty()) {
        Part part{Field::literal, 0, 0, pattern.front()};
        std::size_t length = 1;
        if (is_letter(pattern.front())) {
            length = std::min(pattern.find_first_not_of(pattern.front()), pattern.size());
            const std::string_view letters = pattern.substr(0, length);
            const auto* const found = std::find_if(
                known.begin(), known.end(), [&](const Known& entry) { return entry.letters == letters; });
            if (found == known.end() && (letters != "T" && letters != "Z"))
                return Error::invalid("the time format has no '" + std::string(letters) +
                                      "'; it knows yyyy MM M dd d HH H mm ss, rfc3339, epoch_seconds, "
                                      "epoch_milliseconds");
            if (found != known.end()) part = found->part;
        }
        bool& is_seen = seen[static_cast<std::size_t>(part.field)];
        if (part.field != Field::literal && is_seen)
            return Error::invalid("the time format names a part twice");
        is_seen = true;
        format.parts_.push_back(part);
        pattern.remove_prefix(length);
    }
    for (const Field needed : {Field::year, Field::month, Field::day}) {
        if (!seen[static_cast<std::size_t>(needed)])
            return Error::invalid("the time format needs a year, a month and a day");
    }
    return format;
}

std::optional<ReadTime> TimeFormat::read(std::string_view text) const {
    if (kind_ == Kind::epoch_seconds) return epoch(text, 1'000'000);
    if (kind_ == Kind::epoch_milliseconds) return epoch(text, 1'000);
    if (kind_ == Kind::rfc3339) {
        const auto instant = parse_rfc3339(text);
        if (!instant) return std::nullopt;
        return ReadTime{instant, {}};
    }
    std::array<int, 7> values{};
    for (const Part& part : parts_) {
        if (part.field == Field::literal) {
            if (text.empty() || text.front() != part.literal) return std::nullopt;
            text.remove_prefix(1);
            continue;
        }
        std::size_t count = 0;
        int value = 0;
        while (count < part.digits_max && count < text.size() && text[count] >= '0' && text[count] <= '9')
            value = value * 10 + (text[count++] - '0');
        if (count < part.digits_min) return std::nullopt;
        values[static_cast<std::size_t>(part.field)] = value;
        text.remove_prefix(count);
    }
    const auto value = [&values](Field field) { return values[static_cast<std::size_t>(field)]; };
    const CivilDate date{value(Field::year), static_cast<std::uint8_t>(value(Field::month)),
                         static_cast<std::uint8_t>(value(Field::day))};
    const bool is_time = value(Field::hour) < 24 && value(Field::minute) < 60 && value(Field::second) < 60;
    // The years that an instant can have, less the days that a zone may shift.
    if (!text.empty() || !is_valid(date) || !is_time || date.year < 1971 || date.year > 9998)
        return std::nullopt;
    return ReadTime{std::nullopt,
                    {date, value(Field::hour) * 3600 + value(Field::minute) * 60 + value(Field::second)}};
}

}  // namespace banyan::text
