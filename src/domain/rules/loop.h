// SPDX-License-Identifier: Apache-2.0
#pragma once

// One walk of a macro over a list or map, while it goes on: where it is and what came of it so far. The programme's
// loops are known before it runs, so their frames lie on the stack; what all() and exists() need allocates nothing,
// and what builds a list takes its room from the arena once, since it cannot hold more than was walked over.

#include <cstdint>

#include "domain/rules/context.h"
#include "domain/rules/program.h"
#include "domain/rules/term.h"

namespace banyan::rules {

class Loop {
  public:
    /// Begins; false (and the result is a fault) when `range` cannot be walked over.
    bool open(const LoopPlan& plan, const Term& range, Context& context);
    /// The next element into its variables; false when there is none or the budget is used up.
    bool next(const LoopPlan& plan, Term* registers, std::size_t steps, Context& context);
    /// What the condition before the body says of this element: false ends the walk with a fault.
    enum class Verdict : std::uint8_t { yes, no, failed };
    Verdict test(const Term& condition, const Context& context);
    /// Takes the body's value in; false when nothing more can change the result.
    bool fold(const LoopPlan& plan, const Term& body, const Context& context);
    Term close(const LoopPlan& plan, Context& context);

  private:
    bool fail(const Term& fault);
    [[nodiscard]] static Term as_fault(const Term& term, const Context& context);
    bool decide(const Term& body, bool decisive, const Context& context);
    bool filter(const Term& body, const Context& context);
    [[nodiscard]] Term single() const;
    Term merged(Context& context) const;

    Term range_;
    Term key_;
    Term element_;
    Term fault_;                // the first; null while there is none
    Term* terms_ = nullptr;     // the list that is built, or the maps to be merged
    Term* keys_ = nullptr;      // what it is to be sorted by
    Entry* entries_ = nullptr;  // the map that is built
    std::size_t at_ = 0;
    std::size_t built_ = 0;
    bool decided_ = false;
    bool failed_ = false;
};

}  // namespace banyan::rules
