// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the functions of every group ask of their arguments and how they answer with text: in the arena, against the
// budget.

#include <initializer_list>
#include <span>
#include <string_view>

#include "domain/rules/context.h"
#include "domain/rules/term.h"

namespace banyan::rules {

using Arguments = std::span<const Term>;

/// The arguments, as many as there are, have these kinds; more kinds than arguments are not looked at.
inline bool are(Arguments arguments, std::initializer_list<Kind> kinds) {
    std::size_t i = 0;
    for (const Kind kind : kinds) {
        if (i == arguments.size()) return true;
        if (!arguments[i++].is(kind)) return false;
    }
    return i == arguments.size();
}

inline bool are_all(const Term& list, Kind kind) {
    for (std::size_t i = 0; i < list.count(); ++i) {
        if (!list.element(i).is(kind)) return false;
    }
    return true;
}

/// A copy of the text that lives as long as the evaluation, or a fault when the budget does not allow it.
inline Term text_in_arena(std::string_view text, Context& context) {
    if (!context.charge(text.size() / 16 + 1)) return context.fault(Fault::cost_exceeded);
    return Term(context.arena.copy(text));
}

inline Term no_overload(const Context& context) { return context.fault(Fault::no_such_overload); }
inline Term too_costly(const Context& context) { return context.fault(Fault::cost_exceeded); }

}  // namespace banyan::rules
