// SPDX-License-Identifier: Apache-2.0
#pragma once

// The money of an order, line by line. A line has a list price (of all its pieces), parts that somebody or something else
// paid, and what is left, paid in money:
//
//   list = discount + coupon + subsidy + points + gift card + paid          freight comes on top
//
// A part may be said of a line or of the whole order. What is said of the whole order is shared among the lines part
// after part, in the order below, in proportion to what each line has left to pay at that point, by largest remainder;
// so no line goes below zero, and the shares sum to the part. Freight is shared in proportion to list, evenly where
// everything is listed at nothing. Amounts are minor units of the order's currency.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace banyan::basis {

enum class Part : std::uint8_t {
    discount,   // 商家优惠: the price was lowered
    coupon,     // 优惠券
    subsidy,    // 平台补贴: the platform paid it to the shop
    points,     // 积分抵扣
    gift_card,  // 礼品卡, stored value: paid before
    freight,    // 运费: on top of the goods
};
constexpr std::array<Part, 6> all_parts = {Part::discount, Part::coupon,    Part::subsidy,
                                           Part::points,   Part::gift_card, Part::freight};

/// "gift_card": the word of the document.
std::string_view name_of(Part part);
std::optional<Part> part_named(std::string_view name);

struct Parts {
    std::array<std::int64_t, all_parts.size()> amounts{};

    std::int64_t& operator[](Part part) { return amounts[static_cast<std::size_t>(part)]; }
    const std::int64_t& operator[](Part part) const { return amounts[static_cast<std::size_t>(part)]; }
    bool operator==(const Parts&) const = default;
};

/// A line as the shop says it.
struct SaidLine {
    std::string id;
    std::int64_t quantity = 0;
    std::int64_t list = 0;
    Parts parts;
    std::optional<std::int64_t> paid;  // where the shop says it, it must be what is left
};

struct SaidOrder {
    std::vector<SaidLine> lines;
    Parts parts;                          // of the whole order
    std::optional<std::int64_t> charged;  // 实付: all that was paid in money, freight included
};

/// A line whose parts are all its own.
struct PricedLine {
    std::string id;
    std::int64_t quantity = 0;
    std::int64_t list = 0;
    Parts parts;
    std::int64_t paid = 0;
    bool operator==(const PricedLine&) const = default;
};

/// The most that an order's list prices, or its freight, may come to.
constexpr std::int64_t amount_max = 1'000'000'000'000'000;

/// The lines with their shares. Refused, naming the line or the part and both amounts, when something is negative, when
/// parts exceed what there is to pay, or when what is left is not what the shop says was paid.
Result<std::vector<PricedLine>> price_lines(const SaidOrder& order);

}  // namespace banyan::basis
