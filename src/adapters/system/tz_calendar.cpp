// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/tz_calendar.h"

#include <chrono>
#include <exception>
#include <fstream>
#include <utility>
#include <vector>

#include <date/tz.h>

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

}  // namespace

TzCalendar::TzCalendar() : version_(database_version()) {}

Result<std::shared_ptr<const Zone>> TzCalendar::zone(std::string_view iana_name) const {
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto known = zones_.find(iana_name);
    if (known != zones_.end()) return known->second;
    try {
        const date::time_zone* found = date::locate_zone(iana_name);
        std::shared_ptr<const Zone> zone =
            std::make_shared<ZoneTable>(std::string(iana_name), changes_of(*found));
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
