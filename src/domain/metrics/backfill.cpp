// SPDX-License-Identifier: Apache-2.0
#include "domain/metrics/backfill.h"

#include "base/assert.h"

namespace banyan::metrics {

void apply(Backfill& backfill, const BackfillFact& fact) {
    struct Applier {
        Backfill& backfill;
        void operator()(const BackfillBegun& begun) const {
            backfill = {};
            backfill.measure = begun.measure;
            backfill.until = begun.until;
            if (begun.until.value <= 1) backfill.state = Backfill::State::complete;
        }
        void operator()(const BackfillReached& reached) const {
            ASSERT(backfill.state == Backfill::State::incomplete);
            ASSERT(backfill.reached < reached.to);
            backfill.reached = reached.to;
        }
        void operator()(const BackfillCompleted&) const { backfill.state = Backfill::State::complete; }
    };
    std::visit(Applier{backfill}, fact);
}

Turn turn(const Backfill& backfill, Reached from, Reached to) {
    if (backfill.state == Backfill::State::complete || to <= backfill.reached) return Turn::again;
    return from == backfill.reached ? Turn::next : Turn::too_far;
}

}  // namespace banyan::metrics
