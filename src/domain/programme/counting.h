// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which events count for the brand's measures. Metrics that listen to the same event under the same condition and for
// the same amount share a measure; conditions read the event alone, so that history can be counted from the journal.

#include <optional>
#include <string>
#include <vector>

#include "domain/earning/words.h"
#include "domain/metrics/catalogue.h"
#include "domain/rules/program.h"

namespace banyan::programme {

struct Counting {
    metrics::MeasureId measure;
    std::string key;  // what makes it the same measure in another version
    ProgrammeVersion since{
        1};  // the version that brought it: events of earlier ones are filled in from the journal
    std::optional<rules::Program> when;  // nothing: always
    std::optional<rules::Program> of;    // nothing: one each time
};

struct MetricNames {
    std::string zh;
    std::string en;
};

/// The measures of one type of event.
struct CountedEvent {
    earning::Vocabulary words;
    std::vector<Counting> countings;
};

}  // namespace banyan::programme
