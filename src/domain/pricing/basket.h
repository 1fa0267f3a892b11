// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is asked: a basket, who stands before it, and what that member has picked. All that a price may depend on is in
// here and in the Offers; two requests that are equal have equal prices.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/pricing/offer.h"

namespace banyan::pricing {

/// What somebody else took off this line already, and whether ours may come on top.
struct Foreign {
    std::int64_t amount = 0;  // of the whole line
    bool stackable = false;
};

/// 定金预售, for a piece.
struct Presale {
    std::int64_t deposit = 0;
    std::int64_t worth = 0;  // what the deposit counts in the end, at least the deposit
};

struct Line {
    std::string id;  // the shop's, unique in the basket
    Kind kind = Kind::goods;
    std::string sku;  // of freight: the way of delivery
    std::string product;
    std::vector<std::string> categories;  // with all that they are in
    std::string brand;
    std::int64_t quantity = 1;
    std::int64_t price = 0;            // 原价 of a piece
    std::optional<std::int64_t> cost;  // of a piece
    Foreign foreign;
    std::optional<Presale> presale;
    std::string add_on;  // the promotion under which it was put into the basket
};

/// A coupon in the member's purse.
struct HeldCoupon {
    std::string id;
    std::string batch;  // the code of the Coupon
    Window window;
};

struct Buyer {
    std::vector<std::string> tiers;  // one on each ladder
    std::vector<std::string> plans;
    std::vector<std::string> tags;
    std::vector<std::string> conditions;  // those that hold
    std::int64_t points = 0;              // that may be spent
    std::vector<HeldCoupon> coupons;
};

/// What the member picked; nothing: the best is looked for.
struct Choice {
    std::optional<std::vector<std::string>> coupons;  // ids
    std::optional<std::int64_t> points;
    std::vector<std::string> gifts;  // skus
};

/// What other orders left of an offer.
struct Left {
    std::string code;
    std::optional<std::int64_t> pieces;  // of a price's at_most, for this member
    std::optional<std::int64_t> amount;  // of its budget
    std::optional<std::int64_t> times;
};

struct Request {
    Instant now;
    std::string channel;
    std::vector<Line> lines;
    Buyer buyer;
    Choice choice;
    std::vector<Left> left;
};

constexpr std::size_t lines_max = 200;
constexpr std::int64_t pieces_max = 100'000;  // of a line
constexpr std::int64_t basket_max =
    1'000'000'000'000'000;                // what all lines may come to, as basis::amount_max
constexpr std::size_t coupons_max = 200;  // that one member may bring to a quote

/// Nothing, or what in the request makes no sense, naming the line.
Result<void> check(const Request& request);

}  // namespace banyan::pricing
