// SPDX-License-Identifier: Apache-2.0
#pragma once

// An import, planned: the whole file is read, grouped, matched and sorted before the first event is sent, because
// history is fed in the order of time. The plan of a file is always the same, so an import that stopped at event n
// goes on at event n, and one that starts over sends ids that the engine knows.

#include <functional>
#include <memory>
#include <string>

#include "app/import/event_sequence.h"
#include "app/import/input.h"
#include "app/import/notes.h"
#include "app/import/report.h"
#include "base/ports/calendar.h"
#include "base/result.h"
#include "text/mapping.h"

namespace banyan::app {

/// Called now and then while the file is read.
using ReadProgress = std::function<void(std::size_t bytes_read, std::size_t bytes_in_all)>;

class ImportPlan {
  public:
    /// Reads the file. Bad rows go to `notes`; an error is about the mapping, the file's header or the disk. The
    /// mapping need not outlive the plan, the input must.
    static Result<ImportPlan> make(InputFile& input, const text::Mapping& mapping, const Calendar& calendar,
                                   NoteSink& notes, const ReadProgress& progress = {});

    [[nodiscard]] std::size_t size() const { return events_->size(); }
    [[nodiscard]] Instant time_of(std::size_t index) const { return events_->time_of(index); }
    /// Appends event `index` as one line of JSON with its line end. Events come in the order of time.
    Result<void> append(std::size_t index, std::string& out) { return events_->append(index, out); }

    [[nodiscard]] const ImportReport& report() const { return report_; }

  private:
    ImportPlan(std::unique_ptr<EventSequence> events, ImportReport report)
        : events_(std::move(events)), report_(std::move(report)) {}

    std::unique_ptr<EventSequence> events_;
    ImportReport report_;
};

}  // namespace banyan::app
