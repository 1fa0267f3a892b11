// SPDX-License-Identifier: Apache-2.0
#pragma once

// Prices, promotions, coupons, points at checkout and their arbitration as tests/baskets has them, read as a programme's
// sections are, and a basket before them.

#include "base/result.h"
#include "domain/pricing/basket.h"
#include "domain/pricing/offer.h"
#include "text/fields.h"

namespace banyan::cases {

Result<pricing::Offers> read_offers(const Value& value, const std::string& pointer,
                                    const text::Places& places);

/// The keys of a basket; whatever else is in the map is for the caller to read before it is finished.
Result<pricing::Request> read_request(text::Fields& fields, const text::Places& places);

/// An optional instant under the key.
Result<std::optional<Instant>> instant_at(text::Fields& fields, std::string_view key);

}  // namespace banyan::cases
