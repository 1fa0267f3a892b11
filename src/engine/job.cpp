// SPDX-License-Identifier: Apache-2.0
#include "engine/job.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace banyan::engine {

JobSum& sum_of(JobTally& tally, UnitId unit, std::uint16_t cost_centre) {
    const auto before = [](const JobSum& sum, const std::pair<UnitId, std::uint16_t>& key) {
        return std::pair(sum.unit, sum.cost_centre) < key;
    };
    const std::pair key(unit, cost_centre);
    auto at = std::lower_bound(tally.sums.begin(), tally.sums.end(), key, before);
    if (at == tally.sums.end() || std::pair(at->unit, at->cost_centre) != key) {
        JobSum sum;
        sum.unit = unit;
        sum.cost_centre = cost_centre;
        at = tally.sums.insert(at, sum);
    }
    return *at;
}

void add(JobTally& tally, const JobTally& more) {
    tally.members += more.members;
    tally.steps += more.steps;
    tally.kept += more.kept;
    tally.refunded += more.refunded;
    for (const JobSum& sum : more.sums) {
        JobSum& mine = sum_of(tally, sum.unit, sum.cost_centre);
        mine.grants += sum.grants;
        mine.amount += sum.amount;
        mine.from_expired += sum.from_expired;
        mine.as_debt += sum.as_debt;
        mine.uncollected += sum.uncollected;
        mine.elsewhere += sum.elsewhere;
    }
}

bool may_move(JobState from, JobState to) {
    switch (to) {
        case JobState::running: return from == JobState::previewed || from == JobState::cancelled;
        case JobState::cancelled: return from != JobState::done && from != JobState::cancelled;
        case JobState::done: return from == JobState::running;
        default: return false;
    }
}

void apply(Job& job, const JobFact& fact) {
    struct Applier {
        Job& job;
        void operator()(const JobOpened& opened) const {
            job.opened = opened;
            job.state = opened.state;
        }
        void operator()(const JobPreviewed& previewed) const {
            job.preview = previewed.tally;
            job.state = JobState::previewed;
        }
        void operator()(const JobMoved& moved) const {
            ASSERT(may_move(job.state, moved.state));
            // Cancelled before its preview was over, it has none and can only run.
            if (job.state == JobState::previewing) job.opened.state = JobState::running;
            job.state = moved.state;
        }
        void operator()(const JobStepped& stepped) const {
            job.reached = stepped.record;
            add(job.done, stepped.more);
        }
    };
    std::visit(Applier{job}, fact);
}

}  // namespace banyan::engine
