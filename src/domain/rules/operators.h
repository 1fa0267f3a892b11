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

/// The kind of the result as far as the kinds of the operands (dyn: unknown) say; nothing when no overload fits.
std::optional<Kind> kind_of(Operation operation, Kind a);
std::optional<Kind> kind_of(Operation operation, Kind a, Kind b);

}  // namespace banyan::rules
