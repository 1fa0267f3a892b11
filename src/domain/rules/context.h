// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the operators and functions of one evaluation share: memory for results, what is left of the step budget, the
// ports to time zones and regular expressions, and the node being computed, so that a fault knows its place.

#include <cstddef>
#include <cstdint>

#include "base/ports/calendar.h"
#include "base/ports/regex.h"
#include "domain/rules/arena.h"
#include "domain/rules/term.h"

namespace banyan::rules {

struct Context {
    Arena& arena;
    const Calendar* calendar = nullptr;
    std::int64_t steps_left = 0;
    std::uint32_t node = 0;
    const Regex* regex = nullptr;

    [[nodiscard]] Term fault(Fault fault) const { return Term::fault_of(fault, node); }

    /// Takes `steps` from the budget; false when it is used up. What costs nothing is never too much.
    [[nodiscard]] bool charge(std::size_t steps) {
        if (steps == 0) return true;
        // What no budget can hold is not subtracted, so the counter cannot wrap.
        steps_left -= static_cast<std::int64_t>(steps < INT32_MAX ? steps : INT32_MAX);
        if (steps_left >= 0) return true;
        steps_left = -1;
        return false;
    }
};

}  // namespace banyan::rules
