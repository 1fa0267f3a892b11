// SPDX-License-Identifier: Apache-2.0

// Optional values: something or nothing, asked for instead of failing. `a.?b` and `a[?k]` make them.

#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/operators.h"

namespace banyan::rules {

namespace {

Term of(Arguments a, Context& context) { return filled(a[0], context); }
Term none(Arguments, Context&) { return Term::optional_of(nullptr); }

bool is_zero(const Term& term) {
    switch (term.kind()) {
        case Kind::null: return true;
        case Kind::boolean: return !term.boolean();
        case Kind::integer:
        case Kind::unsigned_integer:
        case Kind::floating: return equal(term, Term(std::int64_t{0}));
        case Kind::string: return term.string().empty();
        case Kind::bytes: return term.bytes().empty();
        case Kind::list:
        case Kind::map: return term.count() == 0;
        case Kind::duration: return term.duration().count == 0;
        case Kind::timestamp: return term.timestamp() == timestamp_min;
        case Kind::optional: return term.content() == nullptr;
        default: return false;
    }
}

Term of_non_zero(Arguments a, Context& context) {
    return is_zero(a[0]) ? Term::optional_of(nullptr) : filled(a[0], context);
}

Term has_value(Arguments a, Context& context) {
    if (!are(a, {Kind::optional})) return no_overload(context);
    return Term(a[0].content() != nullptr);
}

Term value(Arguments a, Context& context) {
    if (!are(a, {Kind::optional})) return no_overload(context);
    return a[0].content() != nullptr ? *a[0].content() : context.fault(Fault::empty_optional);
}

// What stands behind is only looked at when it is needed, so an error in it does no harm otherwise.
Term otherwise(Arguments a, bool unwrap, Context& context) {
    if (a[0].is(Kind::fault)) return a[0];
    if (a[0].is(Kind::unset)) return context.fault(Fault::no_value);
    if (!a[0].is(Kind::optional)) return no_overload(context);
    if (a[0].content() != nullptr) return unwrap ? *a[0].content() : a[0];
    if (a[1].is(Kind::unset)) return context.fault(Fault::no_value);
    if (!unwrap && !a[1].is(Kind::optional) && !a[1].is_missing()) return no_overload(context);
    return a[1];
}

Term or_else(Arguments a, Context& context) { return otherwise(a, false, context); }
Term or_value(Arguments a, Context& context) { return otherwise(a, true, context); }

Term unwrapped(Arguments a, Context& context) {
    if (!are(a, {Kind::list}) || !are_all(a[0], Kind::optional)) return no_overload(context);
    if (!context.charge(a[0].count() + 1)) return too_costly(context);
    Term* place = context.arena.array<Term>(a[0].count());
    std::size_t count = 0;
    for (std::size_t i = 0; i < a[0].count(); ++i) {
        if (const Term* content = a[0].element(i).content()) place[count++] = *content;
    }
    return Term::list_of({place, count});
}

constexpr auto method = Style::method;
constexpr auto global = Style::global;
constexpr auto nothing = Needs::nothing;
constexpr auto lazy = Faulty::is_argument;

constexpr std::array table = {
    Function{"optional.of", global, "T -> optional(T)", of, "an optional that holds the value"},
    Function{"optional.ofNonZeroValue", global, "T -> optional(T)", of_non_zero,
             "the same, but nothing of 0, false, null and what is empty"},
    Function{"optional.none", global, "-> optional(T)", none, "an optional that holds nothing"},
    Function{"hasValue", method, "optional(T) -> bool", has_value, "it holds something"},
    Function{"value", method, "optional(T) -> T", value, "what it holds; an error when it holds nothing"},
    Function{"or", method, "optional(T), optional(T) -> optional(T)", or_else,
             "the first that holds something", nothing, lazy},
    Function{"orValue", method, "optional(T), T -> T", or_value, "what it holds, or else the second", nothing,
             lazy},
    Function{"optional.unwrap", global, "list(optional(T)) -> list(T)", unwrapped,
             "what those hold that hold something"},
    Function{"unwrapOpt", method, "list(optional(T)) -> list(T)", unwrapped, "the same"},
};

}  // namespace

std::span<const Function> optional_functions() { return table; }

}  // namespace banyan::rules
