// SPDX-License-Identifier: Apache-2.0
#pragma once

// The course of an after-sale 售后, read from its moves in order of time. It is open from a request or an agreement
// until it is refused, withdrawn or done, and may be opened again by a new request. Done is the end: what is told to
// have happened later changes nothing, and an earlier refusal does not contradict it. A move whose predecessors were
// never told stands for itself.

#include <cstdint>
#include <vector>

#include "base/instant.h"
#include "domain/orders/life.h"

namespace banyan::orders {

/// A stretch of time; until = never while it lasts.
struct Span {
    Instant from;
    Instant until;
    auto operator<=>(const Span&) const = default;
};

/// What the after-sale did to one line.
struct Effect {
    std::vector<Span> open;  // ascending, disjoint
    Instant gone_at = never;
    std::int64_t gone = 0;  // pieces refunded; an exchange or a resend takes none
};

Effect effect_on(const SoldLine& line, const AfterSale& after_sale);

/// Pieces refunded at an instant.
struct Gone {
    Instant at;
    std::int64_t quantity = 0;
    auto operator<=>(const Gone&) const = default;
};

/// What all after-sales of the order, and its closing, did to one line.
struct Undoing {
    std::vector<Span> open;  // ascending, disjoint
    std::vector<Gone> gone;  // ascending; the sum is at most the line's quantity

    [[nodiscard]] std::int64_t total() const;
    /// When `quantity` pieces were gone; never when they are not.
    [[nodiscard]] Instant reached(std::int64_t quantity) const;
};

Undoing undoing_of(const SoldLine& line, const Life& life);

/// Where the after-sale stands: its last move that counted. Requires: it has a move.
Step standing(const AfterSale& after_sale);

}  // namespace banyan::orders
