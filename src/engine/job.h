// SPDX-License-Identifier: Apache-2.0
#pragma once

// A reversal: an operator takes back a whole import, a bulk grant, or what a wrong rule granted. Each partition keeps its
// own part of it and walks its own journal from the record before the job was opened down to the first, so that what
// was done last is undone first. Every compensation is a command of its own under an id that is made of what it
// compensates; its record says what came of it and how far the walk has come. So a step that is repeated does nothing,
// and nothing is taken back twice, by whatever job.

#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"

namespace banyan::engine {

/// What a reversal is to take back. Everything that is said must fit. A source alone means whole events: orders are
/// refunded, spends reversed, holds freed, and what else was granted is taken back. With a rule or a reason only such grants.
struct JobScope {
    std::uint16_t source = 0;  // number of who sent the event (runtime: Directory); 0 = anybody
    std::string reason;        // of an adjustment
    RuleId rule;
    ProgrammeVersion version;     // in force when it was decided; 0 = any
    Instant from = instant_min;   // recorded at or after
    Instant until = instant_max;  // recorded before
};

enum class JobState : std::uint8_t { previewing = 0, previewed, running, cancelled, done };

/// What was, or is to be, taken back of one unit and cost centre.
struct JobSum {
    UnitId unit;
    std::uint16_t cost_centre = 0;  // 0 = none
    std::uint64_t grants = 0;
    Quantity amount;        // taken back in all; the rest of the row says how
    Quantity from_expired;  // had expired unused
    Quantity as_debt;       // was spent already
    Quantity uncollected;   // beyond the unit's debt limit
    Quantity elsewhere;     // of the amount, met by the member that this one was merged into
};
struct JobTally {
    std::uint64_t members = 0;  // of a preview only
    std::uint64_t steps = 0;    // compensations
    std::uint64_t kept = 0;     // of a preview only: events of the source that cannot be undone
    std::int64_t refunded = 0;  // minor units of orders
    std::vector<JobSum> sums;   // ascending unit and cost centre
};

struct JobOpened {
    std::string name;  // in the operator's words
    JobScope scope;
    Instant at;
    Lsn head;  // the last record that it looks at
    JobState state = JobState::previewing;
};
struct JobPreviewed {
    JobTally tally;
};
struct JobMoved {
    JobState state = JobState::done;
};
/// A compensation for something that this record had done.
struct JobStepped {
    Lsn record;
    JobTally more;
};
using JobFact = std::variant<JobOpened, JobPreviewed, JobMoved, JobStepped>;

struct Job {
    JobOpened opened;
    JobState state = JobState::previewing;
    Lsn reached;  // the oldest record of which something was taken back; 0 = none yet
    JobTally preview;
    JobTally done;
};

void apply(Job& job, const JobFact& fact);
void add(JobTally& tally, const JobTally& more);
/// The row of the unit and cost centre; made where there is none.
JobSum& sum_of(JobTally& tally, UnitId unit, std::uint16_t cost_centre);
/// Whether a job may go from one state to the other.
bool may_move(JobState from, JobState to);

}  // namespace banyan::engine
