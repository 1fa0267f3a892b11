// SPDX-License-Identifier: Apache-2.0
#pragma once

// A batch of coupons 券批次, as a programme declares it. All coupons of a batch say the same; each member's own has its
// own dates. Amounts are minor units of the brand's currency.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/ports/calendar.h"
#include "base/result.h"
#include "domain/limits/limit.h"

namespace banyan::coupons {

using BatchId = NumericId<struct BatchTag, std::uint16_t>;

enum class Kind : unsigned char {
    amount,         // 满减券, 立减券: `value` off
    percentage,     // 折扣券: `value` of share_whole is still paid, at most `cap` off
    fixed_price,    // 一口价券: what it is for costs `value`
    free_item,      // 兑换券: one piece of `sku` is free
    free_delivery,  // 运费券: at most `cap` off the freight; 0 = all of it
    exchange,       // 换购券: one piece of `sku` costs `value`
};
const char* name_of(Kind kind);

/// What it does in a basket. Data for whoever calculates prices.
struct Discount {
    static constexpr std::int64_t share_whole = 10'000;
    Kind kind = Kind::amount;
    std::int64_t value = 0;
    std::int64_t cap = 0;  // 0 = none
    std::string sku;
    bool operator==(const Discount&) const = default;
};
/// For what: a line must be in every list that is not empty.
struct Scope {
    std::vector<std::string> skus;
    std::vector<std::string> categories;
    bool operator==(const Scope&) const = default;
};
/// From how much in its scope.
struct Threshold {
    std::int64_t amount = 0;
    std::int64_t pieces = 0;
    bool operator==(const Threshold&) const = default;
};

/// From an instant until before another.
struct Window {
    Instant from = instant_min;
    Instant until = instant_max;
    [[nodiscard]] bool holds(Instant at) const { return from <= at && at < until; }
    bool operator==(const Window&) const = default;
};

struct Validity {
    Window window;  // no coupon holds outside
    std::int32_t days =
        0;  // the day of issue and the days after it, so many in all; 0 = as long as the window
    bool operator==(const Validity&) const = default;
};

/// What comes back after it has expired.
struct OnReturn {
    enum class Late : unsigned char { lost, extended };
    Late late = Late::lost;
    std::int32_t days = 0;  // extended: the day it comes back and the days after it, so many in all
    bool operator==(const OnReturn&) const = default;
};

struct Batch {
    BatchId id;
    std::string code;
    std::string name_zh;
    std::string name_en;
    Discount discount;
    Threshold threshold;
    Scope scope;
    std::string group;  // coupons of one group do not go together
    Validity validity;
    std::optional<Window> claim;          // members may help themselves (领取) within it
    std::vector<limits::LimitId> limits;  // that each one issued counts against
    OnReturn on_return;
    std::uint16_t cost_centre = 0;
};

/// When a coupon holds that is issued now. Empty (until <= from) when the batch is over.
Window window_of(const Validity& validity, Instant issued, const Zone& zone);

/// The instant until which a coupon holds that comes back now; at or before `now` when it is lost.
Instant until_after_return(const OnReturn& policy, Instant until, Instant now, const Zone& zone);

/// "0.85" as parts of share_whole; above 0 and below 1. The error says what may stand there.
Result<std::int64_t> parse_share(std::string_view text);

}  // namespace banyan::coupons
