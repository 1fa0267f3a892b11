// SPDX-License-Identifier: Apache-2.0
#include "app/import/read_events.h"

#include <algorithm>

#include "app/import/spooled_events.h"
#include "text/csv.h"
#include "text/json.h"

namespace banyan::app {

namespace {

constexpr std::size_t line_bytes_max = std::size_t{1} << 20U;

struct Frame {
    std::string type;
    Instant time;
};

Result<Frame> frame_of(text::JsonReader& reader, std::string_view line) {
    const Value value = TRY(reader.read(line));
    if (!value.is(Value::Kind::map)) return Error::invalid("an event is an object");
    for (const char* key : {"type", "id", "source", "occurred_at"}) {
        const Value* text = value.map().find(key);
        if (text == nullptr || !text->is(Value::Kind::string) || text->string().empty())
            return Error::invalid("the event needs a text here", std::string("/") + key);
    }
    const auto time = parse_rfc3339(value.map().find("occurred_at")->string());
    if (!time)
        return Error::invalid("the time must be written like 2024-11-22T08:01:00+08:00", "/occurred_at");
    return Frame{value.map().find("type")->string(), *time};
}

}  // namespace

Result<std::unique_ptr<EventSequence>> read_events(const Reading& reading) {
    ImportReport& report = reading.report;
    text::LineReader lines(reading.input, line_bytes_max);
    text::JsonReader json;
    auto events = std::make_unique<SpooledEvents>(reading.input);
    while (true) {
        reading.tell_progress(report.all.rows);
        text::Line line;
        const auto more = lines.next(line);
        if (more.ok() && !*more) break;
        if (!more.ok() && more.error().code != ErrorCode::invalid) return more.error();
        ++report.all.rows;
        const auto frame = more.ok() ? frame_of(json, line.text) : Result<Frame>(more.error());
        if (!frame.ok()) {
            reading.reject(line.number, frame.error(), line.text);
            continue;
        }
        events->add(frame->time, line.number, line.offset, line.text.size());
        ++report.passed_on.rows;
        if (frame->type == "order.paid") ++report.orders;
        if (frame->type == "order.refunded") ++report.refunds;
        if (frame->type == "member.registered") ++report.registrations;
        report.first = report.first ? std::min(*report.first, frame->time) : frame->time;
        report.last = report.last ? std::max(*report.last, frame->time) : frame->time;
    }
    events->sort();
    report.events = events->size();
    return std::unique_ptr<EventSequence>(std::move(events));
}

}  // namespace banyan::app
