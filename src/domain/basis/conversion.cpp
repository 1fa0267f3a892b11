// SPDX-License-Identifier: Apache-2.0
#include "domain/basis/conversion.h"

#include <algorithm>
#include <string>

#include "base/allocate.h"
#include "base/assert.h"
#include "domain/basis/money.h"

namespace banyan::basis {

namespace {

/// `each` for every full `per`, toward minus infinity.
Quantity for_every(const Conversion& conversion, std::int64_t full) {
    const auto amount = multiplied(conversion.each.value(), full);
    ASSERT(amount.has_value());
    return Quantity(*amount);
}

std::int64_t full_steps(const Conversion& conversion, std::int64_t base) {
    ASSERT(conversion.per > 0);
    return static_cast<std::int64_t>(divided(base, conversion.per, Rounding::down));
}

auto place_of(auto& carries, RuleId rule) {
    return std::lower_bound(carries.begin(), carries.end(), rule,
                            [](const Carry& carry, RuleId wanted) { return carry.rule < wanted; });
}

}  // namespace

Result<void> check(const Conversion& conversion) {
    if (conversion.per <= 0 || conversion.per > amount_max)
        return Error::invalid("`per` is " + std::to_string(conversion.per) +
                              " minor units, and must be between 1 and " + std::to_string(amount_max) +
                              ": 5000 is one for every 50 yuan");
    if (conversion.each < Quantity(1) || conversion.each > Quantity(each_max))
        return Error::invalid("`each` is " + std::to_string(conversion.each.value()) +
                              ", and must be between 1 and " + std::to_string(each_max));
    return {};
}

Quantity granted(const Conversion& conversion, std::int64_t base) {
    ASSERT(base >= 0);
    return for_every(conversion, full_steps(conversion, base));
}

Quantity taken_back(const Conversion& conversion, std::int64_t base, std::int64_t returned) {
    ASSERT(returned >= 0);
    ASSERT(returned <= base);
    const Quantity all = granted(conversion, base);
    if (conversion.on_partial_refund == OnPartialRefund::recomputed)
        return all - granted(conversion, base - returned);
    if (base == 0) return {};
    const auto share = scaled(all.value(), returned, base, Rounding::up);
    ASSERT(share.has_value());
    return Quantity(*share);
}

Converted convert(const Conversion& conversion, const Carry& carry, std::int64_t base) {
    const auto sum = added(carry.rest, base);
    ASSERT(sum.has_value());
    const std::int64_t full = full_steps(conversion, *sum);
    const std::int64_t rest = *sum - full * conversion.per;
    ASSERT(rest >= 0);
    ASSERT(rest < conversion.per);
    return {for_every(conversion, full), {carry.rule, rest - carry.rest}};
}

Carry carry_of(std::span<const Carry> carries, RuleId rule) {
    const auto place = place_of(carries, rule);
    return place != carries.end() && place->rule == rule ? *place : Carry{rule, 0};
}

void apply(std::vector<Carry>& carries, const CarryMoved& fact) {
    auto place = place_of(carries, fact.rule);
    if (place == carries.end() || place->rule != fact.rule) place = carries.insert(place, {fact.rule, 0});
    const auto rest = added(place->rest, fact.by);
    ASSERT(rest.has_value());
    ASSERT(*rest >= 0);
    place->rest = *rest;
    if (*rest == 0) carries.erase(place);
}

std::vector<Quantity> over_lines(Quantity granted, std::span<const std::int64_t> bases) {
    ASSERT(!bases.empty());
    auto shares = allocate(granted.value(), bases);
    if (!shares) shares = allocate(granted.value(), std::vector<std::int64_t>(bases.size(), 1));
    ASSERT(shares.has_value());
    std::vector<Quantity> result;
    for (const std::int64_t share : *shares) result.emplace_back(share);
    return result;
}

}  // namespace banyan::basis
