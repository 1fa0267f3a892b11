// SPDX-License-Identifier: Apache-2.0
#include "domain/coupons/batch.h"

#include <algorithm>

#include "base/decimal.h"

namespace banyan::coupons {

namespace {

// The end of the last of so many days, of which the first is the local day of `first`.
Instant end_of(Instant first, std::int32_t days, const Zone& zone) {
    return std::min(zone.start_of(civil_date(day_number(zone.local(first).date) + days)), instant_max);
}

}  // namespace

const char* name_of(Kind kind) {
    switch (kind) {
        case Kind::amount: return "amount";
        case Kind::percentage: return "percentage";
        case Kind::fixed_price: return "fixed_price";
        case Kind::free_item: return "free_item";
        case Kind::free_delivery: return "free_delivery";
        case Kind::exchange: return "exchange";
    }
    ASSERT(false);
    return "";
}

Window window_of(const Validity& validity, Instant issued, const Zone& zone) {
    Window window = validity.window;
    window.from = std::max(window.from, issued);
    // Of a batch that begins later, the days begin with it.
    if (validity.days > 0) window.until = std::min(window.until, end_of(window.from, validity.days, zone));
    return window;
}

Instant until_after_return(const OnReturn& policy, Instant until, Instant now, const Zone& zone) {
    if (until > now || policy.late == OnReturn::Late::lost) return until;
    return end_of(now, policy.days, zone);
}

Result<std::int64_t> parse_share(std::string_view text) {
    const auto parts = parse_minor(text, 4);
    if (!parts || *parts <= 0 || *parts >= Discount::share_whole)
        return Error::invalid(
            "\"" + std::string(text) +
            "\" is no share above 0 and below 1; write what is still paid, such as \"0.85\"");
    return *parts;
}

}  // namespace banyan::coupons
