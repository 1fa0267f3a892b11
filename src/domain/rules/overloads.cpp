// SPDX-License-Identifier: Apache-2.0

// Which kinds the operators accept, seen before any value is there: the static side of operators.cpp. Where a kind is
// dyn the answer is as much as is certain.

#include "domain/rules/numbers.h"
#include "domain/rules/operators.h"

namespace banyan::rules {

namespace {

bool has_order(Kind kind) {
    return is_numeric(kind) || kind == Kind::boolean || kind == Kind::string || kind == Kind::bytes ||
           kind == Kind::timestamp || kind == Kind::duration;
}

std::optional<Kind> kind_of_sum(bool add, Kind a, Kind b) {
    const bool time = a == Kind::timestamp || b == Kind::timestamp;
    if (a == Kind::timestamp && b == Kind::duration) return Kind::timestamp;
    if (a == Kind::duration && b == Kind::timestamp && add) return Kind::timestamp;
    if (a == Kind::timestamp && b == Kind::timestamp && !add) return Kind::duration;
    if (a != b || time) return std::nullopt;
    if (is_numeric(a) || a == Kind::duration) return a;
    if (add && (a == Kind::string || a == Kind::bytes || a == Kind::list)) return a;
    return std::nullopt;
}

}  // namespace

std::optional<Kind> kind_of(Operation operation, Kind a) {
    if (operation == Operation::complement) {
        if (a == Kind::boolean || a == Kind::dyn) return Kind::boolean;
        return std::nullopt;
    }
    if (a == Kind::integer || a == Kind::floating || a == Kind::dyn) return a;
    return std::nullopt;
}

std::optional<Kind> kind_of(Operation operation, Kind a, Kind b) {
    const bool unknown = a == Kind::dyn || b == Kind::dyn;
    switch (operation) {
        case Operation::equal:
        case Operation::not_equal:
            // Always false is not wrong for CEL at run time, but nobody writes it on purpose.
            if (unknown || a == b || a == Kind::null || b == Kind::null || (is_numeric(a) && is_numeric(b)))
                return Kind::boolean;
            return std::nullopt;
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            if ((a != Kind::dyn && !has_order(a)) || (b != Kind::dyn && !has_order(b))) return std::nullopt;
            if (unknown || a == b || (is_numeric(a) && is_numeric(b))) return Kind::boolean;
            return std::nullopt;
        case Operation::in:
            if (b == Kind::list || b == Kind::map || b == Kind::dyn) return Kind::boolean;
            return std::nullopt;
        case Operation::add:
        case Operation::subtract:
            if (unknown) return Kind::dyn;
            return kind_of_sum(operation == Operation::add, a, b);
        default:
            if (unknown) return Kind::dyn;
            if (a != b || !is_numeric(a) || (operation == Operation::modulo && a == Kind::floating))
                return std::nullopt;
            return a;
    }
}

}  // namespace banyan::rules
