// SPDX-License-Identifier: Apache-2.0
#include "app/programme_file.h"

#include <algorithm>
#include <tuple>

#include "adapters/system/tz_calendar.h"
#include "app/files.h"

namespace banyan::app {

namespace {

// "p.yaml:12:7" -> (12, 7), so that findings stand in the order of the file.
std::pair<long, long> line_and_column(const std::string& place) {
    const auto last = place.rfind(':');
    const auto before = last == std::string::npos ? last : place.rfind(':', last - 1);
    if (before == std::string::npos) return {0, 0};
    return {std::strtol(place.c_str() + before + 1, nullptr, 10),
            std::strtol(place.c_str() + last + 1, nullptr, 10)};
}

}  // namespace

Result<ProgrammeFile> read_programme(const std::string& path) {
    ProgrammeFile file;
    file.text = TRY(read_file(path));
    file.document = TRY(text::parse_yaml_document(file.text, path));
    const system::TzCalendar calendar;
    file.checked = programme::check(file.document.value, {1}, calendar);
    return file;
}

std::string place_of(const programme::Finding& finding, const text::YamlDocument& document) {
    if (finding.part == programme::Part::key) return document.places.where_key(finding.pointer);
    const Value* value = text::find_at(document.value, finding.pointer);
    if (!finding.inside || value == nullptr || !value->is(Value::Kind::string))
        return document.places.where(finding.pointer);
    return document.places.where_inside(finding.pointer, value->string(),
                                        {finding.inside->line, finding.inside->column});
}

std::vector<std::string> lines_of(const ProgrammeFile& file) {
    std::vector<std::tuple<long, long, std::string>> placed;
    for (const programme::Finding& finding : file.checked.findings.all()) {
        const std::string place = place_of(finding, file.document);
        const auto [line, column] = line_and_column(place);
        const char* weight = finding.weight == programme::Weight::error ? ": error: " : ": warning: ";
        placed.emplace_back(line, column, place + weight + finding.message);
    }
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
    });
    std::vector<std::string> lines;
    for (auto& entry : placed) lines.push_back(std::move(std::get<2>(entry)));
    return lines;
}

}  // namespace banyan::app
