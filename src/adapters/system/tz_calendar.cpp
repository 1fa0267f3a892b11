// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/tz_calendar.h"

#include <chrono>
#include <exception>
#include <fstream>
#include <utility>
#include <vector>

#include <date/tz.h>

#include "adapters/system/posix_rule.h"
#include "adapters/system/zone_table.h"

namespace banyan::system {

namespace {

// "# version 2025b" is the first line of the compiled database; the library itself does not find it on Debian.
std::string database_version() {
    std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
    std::string hash;
    std::string word;
    std::string version;
    if (file >> hash >> word >> version && hash == "#" && word == "version") return version;
    return "unknown";
}

std::vector<OffsetChange> changes_of(const date::time_zone& zone) {
    const auto begin = date::sys_seconds{std::chrono::seconds{instant_min.microseconds / 1'000'000}};
    const auto end = date::sys_seconds{std::chrono::seconds{instant_max.microseconds / 1'000'000}};
    std::vector<OffsetChange> changes;
    for (auto at = begin; at <= end;) {
        const date::sys_info info = zone.get_info(at);
        const auto offset = static_cast<std::int32_t>(info.offset.count());
        // A change of name or of daylight saving alone moves no clock.
        if (changes.empty() || changes.back().offset != offset) {
            changes.push_back({at.time_since_epoch().count(), offset});
        }
        if (info.end <= at) break;
        at = info.end;
    }
    return changes;
}

// The last line of the zone's file. The library reads the table in front of it only.
std::string last_line_of(std::string_view zone_name) {
    std::ifstream file("/usr/share/zoneinfo/" + std::string(zone_name), std::ios::binary);
    std::string line;
    std::string last;
    while (std::getline(file, line)) last = std::move(line);
    return last;
}

constexpr std::int32_t table_years = 401;  // a whole period of the calendar behind the file's own table

Result<std::shared_ptr<const Zone>> make_zone(std::string_view name) {
    std::vector<OffsetChange> changes = changes_of(*date::locate_zone(name));
    const auto rule = PosixRule::parse(last_line_of(name));
    if (!rule) {
        return Error{ErrorCode::unsupported,
                     "the zone's file ends in a rule this programme does not understand", std::string(name)};
    }
    if (!rule->has_daylight_saving())
        return std::shared_ptr<const Zone>(
            std::make_shared<ZoneTable>(std::string(name), std::move(changes)));
    const std::int64_t table_end = changes.back().from;
    const std::int32_t last_year = civil_date(table_end / 86'400).year;
    for (std::int32_t year = last_year; year <= last_year + table_years; ++year) {
        for (const OffsetChange& change : rule->changes_in(year)) {
            if (change.from > table_end) changes.push_back(change);
        }
    }
    const std::int64_t repeats_from =
        day_number({.year = last_year + table_years, .month = 1, .day = 1}) * 86'400;
    return std::shared_ptr<const Zone>(
        std::make_shared<ZoneTable>(std::string(name), std::move(changes), repeats_from));
}

}  // namespace

TzCalendar::TzCalendar() : version_(database_version()) {}

Result<std::shared_ptr<const Zone>> TzCalendar::zone(std::string_view iana_name) const {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto known = zones_.find(iana_name);
    if (known != zones_.end()) return known->second;
    try {
        auto zone = TRY(make_zone(iana_name));
        zones_.emplace(iana_name, zone);
        return zone;
    } catch (const std::exception&) {
        // The library reports an unknown name by an exception; here it ends.
        return Error{ErrorCode::not_found,
                     "no time zone of that name in the system's database; write one like Asia/Shanghai",
                     std::string(iana_name)};
    }
}

}  // namespace banyan::system
