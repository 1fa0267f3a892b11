// SPDX-License-Identifier: Apache-2.0
#pragma once

// Offers held against a request: whether one stands at all, which lines its scopes reach, whether its conditions hold
// and what its effects do to what the basket still costs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/pricing/basket.h"
#include "domain/pricing/offer.h"
#include "domain/pricing/quote.h"
#include "domain/pricing/running.h"

namespace banyan::pricing {

/// A line and what may touch it.
struct OpenLine {
    const Line* line = nullptr;
    std::uint32_t place = 0;  // in the request
    bool prices = true;
    bool promotions = true;
    bool coupons = true;
    bool points = true;
};

/// The request with its lines in the order of their ids.
struct Prepared {
    const Offers& offers;
    const Request& request;
    std::vector<OpenLine> lines;
};
Prepared prepare(const Offers& offers, const Request& request);

enum class Stage : std::uint8_t { prices, promotions, coupons, points };

/// `applied` when the offer stands for this buyer, here and now.
Why stands(const Prepared& prepared, const Terms& terms);
/// Of a coupon's own window.
Why stands(const Prepared& prepared, const Window& window);

/// An add-on line is in no promotion's reach but its own (`add_on`).
Reach reach_of(const Prepared& prepared, const Scope& scope, Stage stage);

const Left* left_of(const Prepared& prepared, const std::string& code);
/// Whether a budget, or a number of times, holds this.
bool budget_holds(const Left* left, std::int64_t amount);

/// An effect whose scopes are held against the lines.
struct OpenEffect {
    const Effect* effect = nullptr;
    Reach on;
    Reach from;  // BuyGet: what may be given; AddOn: lines of each choice are found by sku
    bool freight = false;
};

/// A promotion or a coupon that stands, its scopes held against the lines.
struct OpenOffer {
    const Terms* terms = nullptr;
    Measured measured = Measured::running;
    Reach own;
    std::vector<std::pair<const Condition*, Reach>> conditions;
    std::vector<OpenEffect> effects;
    const Left* left = nullptr;
    Instrument instrument = Instrument::promotion;
    std::uint32_t index = 0;
    bool goods = false;    // some effect is on goods
    bool freight = false;  // some effect is on freight
};
OpenOffer open(const Prepared& prepared, const Promotion& promotion, std::uint32_t index);
OpenOffer open(const Prepared& prepared, const Coupon& coupon, std::uint32_t index);

/// What is missing to a threshold; nothing is missing when both are 0.
struct Missing {
    std::int64_t amount = 0;
    std::int64_t pieces = 0;
    [[nodiscard]] bool any() const { return amount > 0 || pieces > 0; }
};
Missing missing(const OpenOffer& offer, const Running& running);

struct Applied {
    std::int64_t amount = 0;
    Missing missing = {};     // to the first step of an effect that did nothing for want of it
    bool below_cost = false;  // nothing was taken, because a line would have gone below its cost
};
/// Applies the effects of the kind. Of gifts and of conditions others decide.
Applied apply(const Prepared& prepared, const OpenOffer& offer, Kind kind, Running& running,
              std::vector<LineCut>* cuts);

/// At least what the offer could take off the goods, whatever else is used before it: no guard, any step.
std::int64_t at_best(const Prepared& prepared, const OpenOffer& offer, const Running& running);

}  // namespace banyan::pricing
