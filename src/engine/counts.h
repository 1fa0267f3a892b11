// SPDX-License-Identifier: Apache-2.0
#pragma once

// What events are to the brand's measures, for the deciders, for the job that fills new measures from the journal, and
// for whoever shows a member.

#include <string>
#include <vector>

#include "domain/metrics/reading.h"
#include "engine/decide.h"

namespace banyan::engine {

/// What an order says of itself, without the member: all that a measure may read.
earning::Facts facts_of_order(const programme::Programme& programme, const RecordOrder& body,
                              const RecordPricedOrder* priced, Instant at);

/// What an interaction is to the measures that listen to it.
std::vector<Count> counts_of(const programme::Programme& programme, const RecordEvent& body, Instant at,
                             const Calendar* calendar, ProgrammeVersion since);
/// What the event is to the measures that listen to it; with `since`, only to those that this version brought.
std::vector<Count> counts_of(const programme::Programme& programme, const earning::Facts& facts, Instant at,
                             const Calendar* calendar, ProgrammeVersion since);

/// The measures that are still being filled from history here.
std::vector<metrics::MeasureId> incomplete_measures(Workspace& workspace,
                                                    const programme::Programme& programme);

/// One metric of the member.
metrics::Reading reading_of(const programme::Programme& programme,
                            const std::vector<metrics::MeasureId>& incomplete, const members::Member& member,
                            Instant now, const metrics::Metric& metric);

struct MetricSeen {
    std::string metric;
    metrics::Yields yields = metrics::Yields::integer;
    metrics::Reading reading;
};
/// Every declared metric of the member, in the order of the document.
std::vector<MetricSeen> metrics_of(const programme::Programme& programme,
                                   const std::vector<metrics::MeasureId>& incomplete,
                                   const members::Member& member, Instant now);

}  // namespace banyan::engine
