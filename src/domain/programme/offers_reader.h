// SPDX-License-Identifier: Apache-2.0
#pragma once

// Prices, promotions, their arbitration and points at checkout, as a document writes them. What they name (a tier, a
// condition) is text here; the programme's section finds it (pricing_section.cpp). The hand-calculated baskets of
// tests/ read their offers by the same functions.

#include <string>
#include <vector>

#include "base/ports/calendar.h"
#include "domain/pricing/offer.h"
#include "domain/programme/reader.h"

namespace banyan::programme {

/// What an offer of goods does beside its terms; promotions and coupons have it alike.
struct OfferBody {
    pricing::Scope on;
    std::string group;
    pricing::Measured measured = pricing::Measured::running;
    std::vector<pricing::Condition> conditions;
    std::vector<pricing::Effect> effects;
};

/// Code (under `key`), audience, window, channels, priority. A date is a whole day of the zone; without a zone only
/// instants are taken.
pricing::Terms read_terms(Reader& offer, std::string_view key, const Zone* zone);
pricing::Window read_offer_window(Reader& offer, const Zone* zone);
OfferBody read_offer_body(Reader& offer, pricing::Measured otherwise);

/// Each finishes nothing: what else the entry says is for the caller to read.
pricing::Price read_price(Reader& price, const Zone* zone);
pricing::Promotion read_promotion(Reader& promotion, const Zone* zone);
pricing::Arbitration read_arbitration(Reader& arbitration);
pricing::PointsOffset read_points_offset(Reader& points);

}  // namespace banyan::programme
