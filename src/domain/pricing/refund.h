// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a return brings. Always told from the start: what has come back so far, in all, brings so much, in all; a step is
// the difference to the step before. So any sequence of returns sums exactly, and all of it is all that was paid.
//
//   by_share    按分摊: of each line the share of what was paid for it, in money and in points
//   recomputed  重算: what was paid less what the rest costs by itself, on the same terms and with the same coupons

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/pricing/quote.h"

namespace banyan::pricing {

enum class Partial : std::uint8_t { by_share, recomputed };
enum class Tender : std::uint8_t { pro_rata, points_first, cash_first };
/// A coupon that comes back after its end.
enum class WhenEnded : std::uint8_t { lost, extended };
/// A gift that the rest would not have had.
enum class GiftBack : std::uint8_t { returned, deducted, kept };

struct RefundPolicy {
    Partial partial = Partial::by_share;
    Tender tender = Tender::pro_rata;
    WhenEnded when_ended = WhenEnded::lost;
    std::int32_t extended_days = 7;
    GiftBack gifts = GiftBack::returned;
};

struct BackCoupon {
    std::uint32_t held = 0;  // of the buyer's
    std::optional<Instant> until;
    bool operator==(const BackCoupon&) const = default;
};

struct Refund {
    std::int64_t cash = 0;
    std::int64_t points = 0;
    std::int64_t short_by =
        0;  // what the rest costs more than is left of what was paid; a gift's value beyond the money
    std::vector<BackCoupon> coupons;   // that come back
    std::vector<std::uint32_t> lost;   // coupons that would, had they not ended
    std::vector<std::uint32_t> gifts;  // of the quote's, to come back or deducted
    bool operator==(const Refund&) const = default;
};

/// What was sold, and on which terms.
struct Sold {
    const Offers& offers;
    const Request& request;
    const Quote& quote;
};

/// What the pieces that came back, in all, by line of the request, bring in all; never less money than `before`. An error
/// says of which line more came back than was sold.
Result<Refund> refunded(const Sold& sold, const std::vector<std::int64_t>& back, const Refund& before,
                        const RefundPolicy& policy, Instant at);

}  // namespace banyan::pricing
