// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "domain/pricing/quote.h"

namespace banyan::pricing {

namespace {

constexpr std::array<std::string_view, 19> reasons = {
    "applied",    "audience",  "channel",     "not_yet",   "over",   "no_goods",   "below_threshold",
    "beaten",     "exclusive", "excluded_by", "limit",     "budget", "below_cost", "out_of_stock",
    "not_chosen", "stacking",  "not_worth",   "no_effect", "unknown"};
static_assert(static_cast<std::size_t>(Why::unknown) + 1 == reasons.size());

constexpr std::array<std::string_view, 6> instruments = {"foreign",   "deposit", "price",
                                                         "promotion", "coupon",  "points"};
static_assert(static_cast<std::size_t>(Instrument::points) + 1 == instruments.size());

}  // namespace

std::string_view name_of(Why why) { return reasons[static_cast<std::size_t>(why)]; }
std::string_view name_of(Instrument instrument) { return instruments[static_cast<std::size_t>(instrument)]; }

}  // namespace banyan::pricing
