// SPDX-License-Identifier: Apache-2.0
#pragma once

// CEL's operators on Terms. All of them take terms that are values (the caller has passed faults on) and answer with a
// value or a fault: int64 and uint64 never wrap, kinds never convert, comparison is across the numbers.

#include <span>

#include "domain/rules/context.h"
#include "domain/rules/expression.h"
#include "domain/rules/term.h"

namespace banyan::rules {

Term unary(Operation operation, const Term& a, Context& context);
Term binary(Operation operation, const Term& a, const Term& b, Context& context);
Term select(const Term& a, std::string_view field, Context& context);
Term has(const Term& a, std::string_view field, Context& context);
Term index(const Term& a, const Term& key, Context& context);
Term build_list(std::span<const Term> elements, Context& context);
/// `items` is key, value, key, value ...
Term build_map(std::span<const Term> items, Context& context);

/// An optional that holds the term.
Term filled(const Term& term, Context& context);
/// a.?field and a[?key]: an optional, empty where select or index would find nothing.
Term optional_select(const Term& a, std::string_view field, Context& context);
Term optional_index(const Term& a, const Term& key, Context& context);

bool is_key(Kind kind);
/// Values of this kind can be compared with < and sorted.
bool has_order(Kind kind);
/// Requires two values of one kind that has an order, no NaN; costs nothing, for sorting what was paid for.
bool is_less(const Term& a, const Term& b);
/// Values of this kind can be added up.
bool is_summable(Kind kind);

}  // namespace banyan::rules
