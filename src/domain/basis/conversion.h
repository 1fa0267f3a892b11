// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a base to a quantity: `each` for every full `per`, one star for every 50 yuan. Of 49 yuan, the remainder is
//
//   dropped   with the order; a later refund takes back of what that order was granted, or
//   carried   to the member's next order, in a Carry beside the wallet, one for each rule.
//
// Carried, orders and refunds move one running sum up and down: what a member holds is always the quantity for the sum,
// so nothing is gained by splitting an order, and a refund may cost a star that another order completed.

#include <cstdint>
#include <span>
#include <vector>

#include "base/id.h"
#include "base/number.h"
#include "base/result.h"

namespace banyan::basis {

enum class Remainder : std::uint8_t { dropped, carried };

/// How a partial refund is met where the remainder is dropped.
enum class OnPartialRefund : std::uint8_t {
    by_share,    // 按分摊: the grant in proportion to what came back, rounded up
    recomputed,  // 重算: what the rest of the order would not have earned
};

struct Conversion {
    std::int64_t per = 100;  // minor units
    Quantity each{1};
    Remainder remainder = Remainder::dropped;
    OnPartialRefund on_partial_refund = OnPartialRefund::by_share;
    bool operator==(const Conversion&) const = default;
};

constexpr std::int64_t each_max = 1000;  // so that no base can overflow a quantity

/// Whether the conversion makes sense; a document is refused by this, and what follows requires it.
Result<void> check(const Conversion& conversion);

/// What a base earns by itself.
Quantity granted(const Conversion& conversion, std::int64_t base);

/// Dropped: how much of the grant is taken back once `returned` of `base` has come back, in all. Exactly the grant at
/// returned = base; between, never less for more. Requires 0 <= returned <= base.
Quantity taken_back(const Conversion& conversion, std::int64_t base, std::int64_t returned);

/// What a member has left over of one rule's bases: minor units, less than the rule's `per`.
struct Carry {
    RuleId rule;
    std::int64_t rest = 0;
    bool operator==(const Carry&) const = default;
};

/// The fact: the rest of a rule moved.
struct CarryMoved {
    RuleId rule;
    std::int64_t by = 0;
    bool operator==(const CarryMoved&) const = default;
};

struct Converted {
    Quantity amount;  // negative: to be taken back
    CarryMoved moved;
};

/// Carried: a base arrives, or with a minus comes back.
Converted convert(const Conversion& conversion, const Carry& carry, std::int64_t base);

/// The member's carry of the rule; an empty one where there is none. `carries` ascend by rule.
Carry carry_of(std::span<const Carry> carries, RuleId rule);

/// Adds the fact up; an empty carry is forgotten.
void apply(std::vector<Carry>& carries, const CarryMoved& fact);

/// What each line has of a grant, in proportion to the bases, by largest remainder; evenly where all are zero. For
/// whoever releases or takes back by line. Requires a line.
std::vector<Quantity> over_lines(Quantity granted, std::span<const std::int64_t> bases);

}  // namespace banyan::basis
