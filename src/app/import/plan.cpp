// SPDX-License-Identifier: Apache-2.0
#include "app/import/plan.h"

#include "app/import/read_events.h"
#include "app/import/read_members.h"
#include "app/import/read_orders.h"

namespace banyan::app {

Result<ImportPlan> ImportPlan::make(InputFile& input, const text::Mapping& mapping, const Calendar& calendar,
                                    NoteSink& notes, const ReadProgress& progress) {
    ImportReport report;
    std::shared_ptr<const Zone> zone;
    if (!mapping.zone.empty()) {
        auto found = calendar.zone(mapping.zone);
        if (!found.ok())
            return Error::invalid("the time zone '" + mapping.zone +
                                  "' is not known; write it like Asia/Shanghai");
        zone = *found;
    }
    const Reading reading{input, notes, progress, report};
    std::unique_ptr<EventSequence> events;
    if (mapping.format == text::Mapping::Format::events)
        events = TRY(read_events(reading));
    else if (mapping.rows == text::Mapping::Rows::orders)
        events = TRY(read_orders(reading, mapping, TimeReader(mapping.time_format, zone)));
    else
        events = TRY(read_members(reading, mapping, TimeReader(mapping.time_format, zone)));
    ASSERT(report.reconciles());
    return ImportPlan(std::move(events), std::move(report));
}

}  // namespace banyan::app
