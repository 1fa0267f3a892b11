// SPDX-License-Identifier: Apache-2.0
#pragma once

// How rules of one group meet on one event. A group of grants takes them all (add) or the largest (best). A group of
// multipliers on the same grants adds what they are above one (1.5 and 2 give 2.5 times), multiplies them (3 times) or
// takes the highest. Whatever the policy, the group is computed exactly and rounded down once; each rule's own share is
// the step that it adds in the order of the document, so the shares sum to the group.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/number.h"
#include "domain/earning/effect.h"

namespace banyan::earning {

enum class Policy : unsigned char { add, multiply, best };

struct Group {
    std::string code;
    Policy policy = Policy::add;
};

/// How many multipliers may meet in a group, so that no product leaves 128 bits.
inline constexpr std::size_t multipliers_max = 5;

/// What each of the multipliers adds to `granted`, in their order. Requires 0 <= granted <= 10^15 and at most
/// `multipliers_max` of them. What leaves int64 stops at its end, far beyond what anybody may be granted.
std::vector<Quantity> extras(Policy policy, Quantity granted, std::span<const Factor> factors);

/// Which of the amounts a group of grants takes where the best wins: the first of the largest.
std::size_t best_of(std::span<const Quantity> amounts);

}  // namespace banyan::earning
