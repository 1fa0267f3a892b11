// SPDX-License-Identifier: Apache-2.0
#pragma once

// A back-test, whoever asks for it: the command line, or a served brand by a thread of its own. Reads the journal from
// outside, decides it again in memory and tells what came of it.

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "app/programme_file.h"
#include "app/whole_journal.h"
#include "runtime/rehearsal.h"

namespace banyan::app {

struct BackTestReport {
    std::variant<runtime::UnchangedReport, runtime::DraftedReport> report;
    Took took;
    std::uint32_t partitions = 0;
};
/// Gives every record of the journal to the taker; the taker's error ends the reading and is returned.
using TakeRecord = std::function<Result<void>(const runtime::StoredRecord&)>;
using ReadRecords = std::function<Result<Took>(const runtime::BrandFile&, const TakeRecord&)>;

/// Under the programmes as they were, or under the draft. Refused when the draft has errors.
Result<BackTestReport> back_test(runtime::Disk& disk, const ProgrammeFile* draft, const ReadRecords& read);

/// One line of JSON.
std::string json_of(const BackTestReport& report);

/// A row of a unit's totals.
struct TotalsRow {
    const char* key;
    const char* label;
    Quantity runtime::DraftedReport::UnitTotals::* field;
};
extern const std::array<TotalsRow, 6> totals_rows;

runtime::Cause cause_of(const runtime::DraftedReport::PerUnit& unit, const std::string& rule);
/// What every cause makes of the unit, in sum; they sum to the whole difference of what rules granted.
std::map<runtime::Cause, Quantity> by_cause(const runtime::DraftedReport::PerUnit& unit);

}  // namespace banyan::app
