// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stages of a quote: prices, then promotions, give the ground on which coupons and points are chosen; after those the
// freight. Each is a function of what the basket still costs.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/pricing/quote.h"
#include "domain/pricing/running.h"
#include "domain/pricing/terms.h"

namespace banyan::pricing {

/// The price of a piece by the programme's prices. `excluded_by`: the coupon in whose favour there are none.
void price(const Prepared& prepared, const std::string* excluded_by, Running& running,
           std::vector<LineCut>& cuts, std::vector<Outcome>& outcomes, std::vector<QuotedLine>& lines);

/// A promotion that takes off the freight, when its turn has come on the goods.
struct OnFreight {
    OpenOffer offer;
    bool judged = false;  // its conditions held at its turn; otherwise they are asked when the freight is
    std::size_t outcome = 0;
};

/// What comes before any choice.
struct Ground {
    Running running;
    std::vector<LineCut> cuts;
    std::vector<Outcome> outcomes;  // of prices and promotions
    std::vector<QuotedLine> lines;  // in the order of `Prepared`
    std::vector<GivenGift> gifts;
    std::vector<OnFreight> on_freight;
};

/// The promotions in their order.
void promote(const Prepared& prepared, const std::string* excluded_by, Ground& ground);

/// After coupons and points: the promotions on freight. `outcomes`, where they are wanted: of all promotions.
void promote_freight(const Prepared& prepared, const std::vector<OnFreight>& offers, Running& running,
                     std::vector<LineCut>* cuts, std::vector<Outcome>* outcomes);

Outcome outcome_of(const OpenOffer& offer, const Applied& applied);

}  // namespace banyan::pricing
