// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of an order's money a rule counts, said by name: `paid` is what was paid in money for the goods; each further
// name adds that part back. `paid + discount` is the price before the shop's discount, `paid + gift_card + freight` what
// a customer thinks of as paid. A composition says the same of a line and of an order, and the lines sum to the order.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/basis/money.h"

namespace banyan::basis {

enum class Counts : std::uint8_t { out, in };

struct Composition {
    std::array<Counts, all_parts.size()> parts{};

    Counts& operator[](Part part) { return parts[static_cast<std::size_t>(part)]; }
    const Counts& operator[](Part part) const { return parts[static_cast<std::size_t>(part)]; }
    bool operator==(const Composition&) const = default;
};

/// "paid + points + freight"; an error says at which column, and what may stand there.
Result<Composition> parse_composition(std::string_view text);
std::string to_text(const Composition& composition);

std::int64_t base_of(std::int64_t paid, const Parts& parts, const Composition& composition);
std::int64_t base_of(const PricedLine& line, const Composition& composition);
std::int64_t base_of(std::span<const PricedLine> lines, const Composition& composition);

/// What of a line's base has come back with `pieces` of its pieces, in all: round_half_up(base * pieces / quantity),
/// counted from the start, as money is (catalog::refund_amount). Requires 0 <= pieces <= quantity.
std::int64_t returned_base(const PricedLine& line, const Composition& composition, std::int64_t pieces);

/// The same by money, where a refund names an amount and no pieces (部分退款): what has come back of the base once `money`
/// of what was paid for the line was given back, in all. Requires 0 <= money <= paid, and paid > 0: of a line that
/// was not paid in money only pieces can come back.
std::int64_t returned_base_by_money(const PricedLine& line, const Composition& composition,
                                    std::int64_t money);

}  // namespace banyan::basis
