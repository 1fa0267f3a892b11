// SPDX-License-Identifier: Apache-2.0

// Lists read as sets: order and repetition do not count, equality is CEL's.

#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"

namespace banyan::rules {

namespace {

bool holds(const Term& list, const Term& element) {
    for (std::size_t i = 0; i < list.count(); ++i) {
        if (equal(list.element(i), element)) return true;
    }
    return false;
}

// How many of `some` are in `list`, as far as `enough`.
std::size_t shared(const Term& list, const Term& some, std::size_t enough) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < some.count() && count < enough; ++i)
        count += holds(list, some.element(i)) ? 1U : 0U;
    return count;
}

bool affordable(Arguments a, Context& context) { return context.charge(a[0].count() * a[1].count() + 1); }

Term contains(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::list})) return no_overload(context);
    if (!affordable(a, context)) return too_costly(context);
    return Term(shared(a[0], a[1], a[1].count()) == a[1].count());
}

Term equivalent(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::list})) return no_overload(context);
    if (!affordable(a, context) || !affordable(a, context)) return too_costly(context);
    return Term(shared(a[0], a[1], a[1].count()) == a[1].count() &&
                shared(a[1], a[0], a[0].count()) == a[0].count());
}

Term intersects(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::list})) return no_overload(context);
    if (!affordable(a, context)) return too_costly(context);
    return Term(shared(a[0], a[1], 1) == 1);
}

constexpr std::string_view two_lists = "list(T), list(T) -> bool";

constexpr std::array table = {
    Function{"sets.contains", Style::global, two_lists, contains,
             "every element of the second is in the first"},
    Function{"sets.equivalent", Style::global, two_lists, equivalent, "and the other way round"},
    Function{"sets.intersects", Style::global, two_lists, intersects, "some element is in both"},
};

}  // namespace

std::span<const Function> set_functions() { return table; }

}  // namespace banyan::rules
