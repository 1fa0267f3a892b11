// SPDX-License-Identifier: Apache-2.0
#pragma once

// What undoes a record: the compensations for everything in it that a reversal is to take back.

#include <variant>
#include <vector>

#include "codec/record.h"
#include "engine/command.h"

namespace banyan::runtime {

struct Undoing {
    MemberId member;            // where it is decided
    std::uint32_t ordinal = 0;  // of the fact that it undoes
    std::uint16_t cost_centre = 0;
    decltype(engine::Undo::what) what;
};
struct Undoings {
    std::vector<Undoing> steps;  // what came last is first
    bool is_kept = false;        // an event of the source that cannot be undone
};
Undoings undoings_of(const codec::Record& record, const engine::JobScope& scope);

}  // namespace banyan::runtime
