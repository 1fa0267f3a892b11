// SPDX-License-Identifier: Apache-2.0

// Lists as wholes: parts of them, in another order, without repetition. (Element by element is what macros do.)

#include <algorithm>
#include <array>

#include "domain/rules/arguments.h"
#include "domain/rules/functions.h"
#include "domain/rules/operators.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

Term size(Arguments a, Context& context) {
    switch (a[0].kind()) {
        case Kind::string:
            if (!context.charge(a[0].string().size() / 64)) return too_costly(context);
            return Term(static_cast<std::int64_t>(utf8_length(a[0].string())));
        case Kind::bytes: return Term(static_cast<std::int64_t>(a[0].bytes().size()));
        case Kind::list:
        case Kind::map: return Term(static_cast<std::int64_t>(a[0].count()));
        default: return no_overload(context);
    }
}

// Room for a list of at most `count`, or nullptr when it costs too much.
Term* room(std::size_t count, Context& context) {
    return context.charge(count + 1) ? context.arena.array<Term>(count) : nullptr;
}

Term slice(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::integer, Kind::integer})) return no_overload(context);
    const auto count = static_cast<std::int64_t>(a[0].count());
    const std::int64_t begin = a[1].integer();
    const std::int64_t end = a[2].integer();
    if (begin < 0 || begin > end || end > count) return context.fault(Fault::index_out_of_range);
    Term* place = room(static_cast<std::size_t>(end - begin), context);
    if (place == nullptr) return too_costly(context);
    for (std::int64_t i = begin; i < end; ++i) place[i - begin] = a[0].element(static_cast<std::size_t>(i));
    return Term::list_of({place, static_cast<std::size_t>(end - begin)});
}

bool flatten_into(const Term& list, std::int64_t depth, std::vector<Term>& out, Context& context) {
    for (std::size_t i = 0; i < list.count(); ++i) {
        if (!context.charge(1)) return false;
        const Term element = list.element(i);
        if (element.is(Kind::list) && depth > 0) {
            if (!flatten_into(element, depth - 1, out, context)) return false;
        } else {
            out.push_back(element);
        }
    }
    return true;
}

Term kept(const std::vector<Term>& elements, Context& context) { return build_list(elements, context); }

Term flatten(Arguments a, Context& context) {
    if (!are(a, {Kind::list, Kind::integer})) return no_overload(context);
    const std::int64_t depth = a.size() == 2 ? a[1].integer() : 1;
    if (depth < 0) return context.fault(Fault::out_of_range);
    std::vector<Term> out;
    if (!flatten_into(a[0], depth, out, context)) return too_costly(context);
    return kept(out, context);
}

Term distinct(Arguments a, Context& context) {
    if (!are(a, {Kind::list})) return no_overload(context);
    std::vector<Term> out;
    for (std::size_t i = 0; i < a[0].count(); ++i) {
        const Term element = a[0].element(i);
        if (!context.charge(out.size() + 1)) return too_costly(context);
        const bool known =
            std::any_of(out.begin(), out.end(), [&](const Term& seen) { return equal(seen, element); });
        if (!known) out.push_back(element);
    }
    return kept(out, context);
}

Term reversed_text(std::string_view text, Context& context) {
    if (!context.charge(text.size() / 16 + 1)) return too_costly(context);
    char* place = context.arena.array<char>(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        utf8_take(text, at);
        std::copy(text.data() + begin, text.data() + at, place + (text.size() - at));
    }
    return Term(std::string_view(place, text.size()));
}

Term reverse(Arguments a, Context& context) {
    if (are(a, {Kind::string})) return reversed_text(a[0].string(), context);
    if (!are(a, {Kind::list})) return no_overload(context);
    const std::size_t count = a[0].count();
    Term* place = room(count, context);
    if (place == nullptr) return too_costly(context);
    for (std::size_t i = 0; i < count; ++i) place[count - 1 - i] = a[0].element(i);
    return Term::list_of({place, count});
}

Term sort(Arguments a, Context& context) {
    if (!are(a, {Kind::list})) return no_overload(context);
    return sorted_by(a[0], a[0], context);
}

Term range(Arguments a, Context& context) {
    if (!are(a, {Kind::integer})) return no_overload(context);
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(a[0].integer(), 0));
    Term* place = room(count, context);
    if (place == nullptr) return too_costly(context);
    for (std::size_t i = 0; i < count; ++i) place[i] = Term(static_cast<std::int64_t>(i));
    return Term::list_of({place, count});
}

Term end_of(const Term& list, bool first, Context& context) {
    if (!list.is(Kind::list)) return no_overload(context);
    if (list.count() == 0) return Term::optional_of(nullptr);
    Term* place = context.arena.array<Term>(1);
    *place = list.element(first ? 0 : list.count() - 1);
    return Term::optional_of(place);
}

Term first(Arguments a, Context& context) { return end_of(a[0], true, context); }
Term last(Arguments a, Context& context) { return end_of(a[0], false, context); }

Term sum(Arguments a, Context& context) {
    if (!are(a, {Kind::list})) return no_overload(context);
    Term total = a[0].count() == 0 ? Term(std::int64_t{0}) : a[0].element(0);
    for (std::size_t i = 1; i < a[0].count() && !total.is_missing(); ++i) {
        if (!context.charge(1)) return too_costly(context);
        total = binary(Operation::add, total, a[0].element(i), context);
    }
    const bool is_sum = total.is_missing() || is_summable(total.kind());
    return is_sum ? total : no_overload(context);
}

constexpr auto method = Style::method;
constexpr std::string_view sizes = "string -> int | bytes -> int | list(T) -> int | map(K, V) -> int";

constexpr std::array table = {
    Function{"size", Style::global, sizes, size, "characters, bytes, elements or entries"},
    Function{"size", method, sizes, size, "the same"},
    Function{"sum", method,
             "list(int) -> int | list(uint) -> uint | list(double) -> double | list(duration) -> duration",
             sum, "all added up; 0 of nothing. Ours: not part of CEL"},
    Function{"slice", method, "list(T), int, int -> list(T)", slice, "from one place to before another"},
    Function{"flatten", method, "list(dyn) -> list(dyn) | list(dyn), int -> list(dyn)", flatten,
             "lists inside become elements, one level or as many as given"},
    Function{"distinct", method, "list(T) -> list(T)", distinct, "each element once, where it stood first"},
    Function{"reverse", method, "list(T) -> list(T) | string -> string", reverse,
             "last first; of a text, its characters"},
    Function{"sort", method, "list(T) -> list(T)", sort, "in ascending order; all of one type"},
    Function{"first", method, "list(T) -> optional(T)", first, "the first element, if there is one"},
    Function{"last", method, "list(T) -> optional(T)", last, "the last element, if there is one"},
    Function{"lists.range", Style::global, "int -> list(int)", range, "0, 1, 2 ... so many"},
};

}  // namespace

std::span<const Function> list_functions() { return table; }

namespace {

struct Keyed {
    Term key;
    std::size_t place = 0;  // so that equal keys stay in their order
};

// What comparing with the key may look at.
std::size_t weight_of(const Term& key) {
    if (key.is(Kind::string)) return 1 + key.string().size() / 64;
    return key.is(Kind::bytes) ? 1 + key.bytes().size() / 64 : 1;
}

bool is_nan(const Term& key) { return key.is(Kind::floating) && key.floating() != key.floating(); }

}  // namespace

Term sorted_by(const Term& list, const Term& keys, Context& context) {
    const std::size_t count = list.count();
    ASSERT(keys.count() == count);
    // About n log n comparisons. All is paid before the first, because an order that changes on the way is none.
    std::size_t rounds = 1;
    while (count >> rounds != 0) ++rounds;
    std::vector<Keyed> keyed;
    for (std::size_t i = 0; i < count; ++i) {
        const Term key = keys.element(i);
        if (!context.charge(weight_of(key) * rounds)) return too_costly(context);
        const bool ordered =
            has_order(key.kind()) && (i == 0 || key.kind() == keyed[0].key.kind()) && !is_nan(key);
        if (!ordered) return context.fault(Fault::no_order);
        keyed.push_back({key, i});
    }
    std::sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) {
        if (is_less(a.key, b.key)) return true;
        return !is_less(b.key, a.key) && a.place < b.place;
    });
    Term* place = context.arena.array<Term>(count);
    for (std::size_t i = 0; i < count; ++i) place[i] = list.element(keyed[i].place);
    return Term::list_of({place, count});
}

}  // namespace banyan::rules
