// SPDX-License-Identifier: Apache-2.0
#include "app/import/read_members.h"

#include <algorithm>
#include <vector>

#include "app/import/row_reader.h"
#include "app/import/spooled_events.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

struct Columns {
    RowReader::Bound time;
    RowReader::Bound member;
    std::vector<std::pair<std::string, RowReader::Bound>> profile;
};

struct Registration {
    Instant time;
    std::string json;
};

Result<Registration> registration_of(RowReader& rows, const Columns& columns, const text::Mapping& mapping,
                                     TimeReader& times) {
    const std::string member(TRY(rows.text(columns.member)));
    if (member.empty()) return Error::invalid("the row has no member id");
    const std::string time(TRY(rows.text(columns.time)));
    const auto instant = times.read(time);
    if (!instant) return Error::invalid("the time '" + time + "' is not written as the mapping says");

    Registration out{*instant, {}};
    text::JsonWriter json(out.json);
    // A member registers once, whatever the row.
    json.begin_object().string("type", "member.registered").string("id", "registered:" + member);
    json.string("source", mapping.source).instant("occurred_at", *instant);
    json.key("member").begin_object().string("kind", mapping.member_kind).string("id", member).end_object();
    json.key("profile").begin_object();
    for (const auto& [name, bound] : columns.profile) {
        const std::string_view content = TRY(rows.text(bound));
        if (!content.empty()) json.string(name, content);
    }
    json.end_object().end_object();
    return out;
}

}  // namespace

Result<std::unique_ptr<EventSequence>> read_members(const Reading& reading, const text::Mapping& mapping,
                                                    TimeReader times) {
    ImportReport& report = reading.report;
    const auto rows = TRY(RowReader::open(reading.input, mapping));
    Columns columns;
    columns.time = TRY(rows->bind(mapping.time));
    columns.member = TRY(rows->bind(mapping.member_id));
    for (const auto& [name, cell] : mapping.profile)
        columns.profile.emplace_back(name, TRY(rows->bind(cell)));

    auto events = TRY(SpooledEvents::in_temporary_file());
    while (true) {
        reading.tell_progress(report.all.rows);
        const auto more = rows->next();
        if (more.ok() && !*more) break;
        if (!more.ok() && more.error().code != ErrorCode::invalid) return more.error();
        ++report.all.rows;
        auto registration =
            more.ok() ? registration_of(*rows, columns, mapping, times) : Result<Registration>(more.error());
        if (!registration.ok()) {
            reading.reject(rows->line(), registration.error(), rows->record());
            continue;
        }
        TRY(events->add(registration->time, rows->line(), registration->json));
        ++report.registrations;
        ++report.passed_on.rows;
        report.first = report.first ? std::min(*report.first, registration->time) : registration->time;
        report.last = report.last ? std::max(*report.last, registration->time) : registration->time;
    }
    events->sort();
    report.events = events->size();
    report.members = report.registrations;
    return std::unique_ptr<EventSequence>(std::move(events));
}

}  // namespace banyan::app
