// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a Program over one row. The Activation is the row: one Term for each slot of the Schema. The Scratch holds what
// is built on the way; results may point into it and into the activation, so both must outlive the result, and the
// next evaluation with the same Scratch invalidates it. Nothing here looks at the world: time zones come from the
// Calendar that is passed (nullptr: only UTC and fixed offsets).
//
// An evaluation ends, within the budget of the program's Limits, in a value or a fault; a predicate over scalars
// allocates nothing.

#include <vector>

#include "base/ports/calendar.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/rules/arena.h"
#include "domain/rules/context.h"
#include "domain/rules/program.h"
#include "domain/rules/schema.h"
#include "domain/rules/term.h"

namespace banyan::rules {

class Activation {
  public:
    /// Every slot unset.
    explicit Activation(const Schema& schema) : slots_(schema.size(), Term::unset()) {}

    void set(Slot slot, Term term) {
        ASSERT(slot < slots_.size());
        slots_[slot] = term;
    }
    void clear() { slots_.assign(slots_.size(), Term::unset()); }
    [[nodiscard]] const Term& operator[](Slot slot) const { return slots_[slot]; }
    [[nodiscard]] std::size_t size() const { return slots_.size(); }
    [[nodiscard]] const Term* data() const { return slots_.data(); }

  private:
    std::vector<Term> slots_;
};

class Scratch {
  public:
    [[nodiscard]] Arena& arena() { return arena_; }

  private:
    Arena arena_;
};

/// The instructions themselves, over registers that the caller owns; for explain() and evaluation by column. `slots` and
/// `registers` are as many as the code says; the result may be unset.
Term run(const Program::Code& code, const Term* slots, Term* registers, Context& context);

/// The result, possibly a fault (Program::describe says it in words).
/// Requires an activation of the program's schema.
Term evaluate(const Program& program, const Activation& activation, Scratch& scratch,
              const Calendar* calendar = nullptr);

/// The same as an owned Value or an Error with line:column.
Result<Value> evaluate(const Program& program, const Activation& activation,
                       const Calendar* calendar = nullptr);

/// For conditions: true, false, or the Error; a result that is no boolean is an error too.
Result<bool> holds(const Program& program, const Activation& activation, Scratch& scratch,
                   const Calendar* calendar = nullptr);

}  // namespace banyan::rules
