// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether an expression can be true at all, and whether it can be false. Comparisons of a word with a literal, joined
// by && || ! and ?:, are followed exactly; anything else is taken to be able to be both. So "impossible" is a proof,
// and "possible" is not.

#include <cstdint>
#include <map>
#include <string>

#include "domain/rules/expression.h"

namespace banyan::programme {

/// The whole numbers that a word can be.
struct Range {
    std::int64_t min = INT64_MIN;
    std::int64_t max = INT64_MAX;
};
using Ranges = std::map<std::string, Range, std::less<>>;

enum class Truth : unsigned char { no, yes };

/// False only when the part under `node` (or the conjunction of all `nodes`) provably never is `wanted`.
bool is_possible(const rules::Expression& expression, rules::NodeId node, Truth wanted, const Ranges& ranges);
bool are_possible_together(const rules::Expression& expression, std::span<const rules::NodeId> nodes,
                           const Ranges& ranges);

/// The dotted path that a node reads ("order.paid"), or empty when it is no such path.
std::string path_of(const rules::Expression& expression, rules::NodeId node);

}  // namespace banyan::programme
