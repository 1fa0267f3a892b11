// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/operators.h"

#include "domain/rules/arithmetic.h"
#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

// Nothing when the kinds have no order between them.
std::optional<Order> order(const Term& a, const Term& b) {
    if (is_numeric(a.kind()) && is_numeric(b.kind())) return compare_numbers(a, b);
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::boolean: return order_of(a.boolean(), b.boolean());
        case Kind::string: return order_of(a.string(), b.string());
        case Kind::bytes: return order_of(a.bytes(), b.bytes());
        case Kind::timestamp: return order_of(a.timestamp(), b.timestamp());
        case Kind::duration: return order_of(a.duration(), b.duration());
        default: return std::nullopt;
    }
}

// What comparing costs: the bytes and elements that may have to be looked at, nested ones included.
bool charge_comparison(const Term& a, Context& context) {
    switch (a.kind()) {
        case Kind::string: return context.charge(a.string().size() / 64);
        case Kind::bytes: return context.charge(a.bytes().size() / 64);
        case Kind::list:
            for (std::size_t i = 0; i < a.count(); ++i) {
                if (!context.charge(1) || !charge_comparison(a.element(i), context)) return false;
            }
            return true;
        case Kind::map:
            // Each key is looked for along the other map.
            if (!context.charge(a.count() * a.count() / 8 + 1)) return false;
            for (std::size_t i = 0; i < a.count(); ++i) {
                if (!context.charge(1) || !charge_comparison(a.entry(i).value, context)) return false;
            }
            return true;
        default: return true;
    }
}

Term equality(const Term& a, const Term& b, bool wanted, Context& context) {
    if (!charge_comparison(a, context)) return context.fault(Fault::cost_exceeded);
    return Term(equal(a, b) == wanted);
}

Term comparison(Operation operation, const Term& a, const Term& b, Context& context) {
    if (!charge_comparison(a, context)) return context.fault(Fault::cost_exceeded);
    const auto found = order(a, b);
    if (!found) return context.fault(Fault::no_such_overload);
    switch (operation) {
        case Operation::less: return Term(*found == Order::less);
        case Operation::less_equal: return Term(*found == Order::less || *found == Order::same);
        case Operation::greater: return Term(*found == Order::greater);
        default: return Term(*found == Order::greater || *found == Order::same);
    }
}

Term membership(const Term& a, const Term& b, Context& context) {
    if (b.is(Kind::map)) {
        if (!context.charge(b.count() / 8 + 1)) return context.fault(Fault::cost_exceeded);
        return Term(b.find(a).has_value());
    }
    if (!b.is(Kind::list)) return context.fault(Fault::no_such_overload);
    for (std::size_t i = 0; i < b.count(); ++i) {
        if (!context.charge(1) || !charge_comparison(a, context)) return context.fault(Fault::cost_exceeded);
        if (equal(a, b.element(i))) return Term(true);
    }
    return Term(false);
}

// Select or index inside an optional: its content is asked, and what is found becomes an optional again.
template <typename Ask>
Term inside(const Term& optional, Context& context, Ask ask) {
    if (optional.content() == nullptr) return optional;
    const Term found = ask(*optional.content());
    return found.is_missing() || found.is(Kind::optional) ? found : filled(found, context);
}

bool finds_nothing(const Term& term) {
    return term.is(Kind::fault) &&
           (term.fault() == Fault::no_such_key || term.fault() == Fault::index_out_of_range);
}

}  // namespace

bool is_key(Kind kind) {
    return kind == Kind::boolean || kind == Kind::integer || kind == Kind::unsigned_integer ||
           kind == Kind::string;
}

bool has_order(Kind kind) {
    return is_numeric(kind) || kind == Kind::boolean || kind == Kind::string || kind == Kind::bytes ||
           kind == Kind::timestamp || kind == Kind::duration;
}

bool is_less(const Term& a, const Term& b) { return order(a, b) == Order::less; }

bool is_summable(Kind kind) { return is_numeric(kind) || kind == Kind::duration; }

Term filled(const Term& term, Context& context) {
    Term* place = context.arena.array<Term>(1);
    *place = term;
    return Term::optional_of(place);
}

Term unary(Operation operation, const Term& a, Context& context) {
    if (operation == Operation::negate) return negate(a, context);
    return a.is(Kind::boolean) ? Term(!a.boolean()) : context.fault(Fault::no_such_overload);
}

Term binary(Operation operation, const Term& a, const Term& b, Context& context) {
    switch (operation) {
        case Operation::equal: return equality(a, b, true, context);
        case Operation::not_equal: return equality(a, b, false, context);
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal: return comparison(operation, a, b, context);
        case Operation::in: return membership(a, b, context);
        default: return arithmetic(operation, a, b, context);
    }
}

Term select(const Term& a, std::string_view field, Context& context) {
    if (a.is(Kind::optional)) return optional_select(a, field, context);
    if (!a.is(Kind::map)) return context.fault(Fault::no_such_overload);
    if (!context.charge(a.count() / 8 + 1)) return context.fault(Fault::cost_exceeded);
    const auto found = a.find(field);
    return found ? *found : context.fault(Fault::no_such_key);
}

Term optional_select(const Term& a, std::string_view field, Context& context) {
    if (a.is(Kind::optional))
        return inside(a, context,
                      [&](const Term& content) { return optional_select(content, field, context); });
    const Term found = select(a, field, context);
    if (finds_nothing(found)) return Term::optional_of(nullptr);
    return found.is_missing() ? found : filled(found, context);
}

Term optional_index(const Term& a, const Term& key, Context& context) {
    if (a.is(Kind::optional))
        return inside(a, context, [&](const Term& content) { return optional_index(content, key, context); });
    const Term found = index(a, key, context);
    if (finds_nothing(found)) return Term::optional_of(nullptr);
    return found.is_missing() ? found : filled(found, context);
}

Term has(const Term& a, std::string_view field, Context& context) {
    if (a.is(Kind::optional)) return a.content() == nullptr ? Term(false) : has(*a.content(), field, context);
    if (!a.is(Kind::map)) return context.fault(Fault::no_such_overload);
    if (!context.charge(a.count() / 8 + 1)) return context.fault(Fault::cost_exceeded);
    return Term(a.find(field).has_value());
}

Term index(const Term& a, const Term& key, Context& context) {
    if (a.is(Kind::optional)) return optional_index(a, key, context);
    if (a.is(Kind::map)) {
        if (!context.charge(a.count() / 8 + 1)) return context.fault(Fault::cost_exceeded);
        const auto found = a.find(key);
        return found ? *found : context.fault(Fault::no_such_key);
    }
    if (!a.is(Kind::list)) return context.fault(Fault::no_such_overload);
    const auto at = whole_number(key);
    if (!at) return context.fault(Fault::no_such_overload);
    if (*at < 0 || static_cast<std::uint64_t>(*at) >= a.count())
        return context.fault(Fault::index_out_of_range);
    return a.element(static_cast<std::size_t>(*at));
}

Term build_list(std::span<const Term> elements, Context& context) {
    if (!context.charge(elements.size())) return context.fault(Fault::cost_exceeded);
    Term* place = context.arena.array<Term>(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) place[i] = elements[i];
    return Term::list_of({place, elements.size()});
}

Term build_map(std::span<const Term> items, Context& context) {
    const std::size_t count = items.size() / 2;
    if (!context.charge(count * count / 8 + count)) return context.fault(Fault::cost_exceeded);
    Entry* place = context.arena.array<Entry>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Term& key = items[2 * i];
        if (!is_key(key.kind())) return context.fault(Fault::bad_key_kind);
        if (Term::map_of({place, i}).find(key)) return context.fault(Fault::duplicate_key);
        place[i] = {key, items[2 * i + 1]};
    }
    return Term::map_of({place, count});
}

}  // namespace banyan::rules
