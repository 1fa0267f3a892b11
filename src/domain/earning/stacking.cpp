// SPDX-License-Identifier: Apache-2.0
#include "domain/earning/stacking.h"

#include <algorithm>

#include "base/decimal.h"

namespace banyan::earning {

Quantity granted_by(const std::vector<Step>& steps, std::int64_t base) {
    Quantity granted;
    for (const Step& step : steps) {
        if (step.from <= base) granted = step.grant;
    }
    return granted;
}

Result<Factor> parse_factor(std::string_view text) {
    const auto wrong = [&](const char* why) {
        return Error::invalid("\"" + std::string(text) + "\" " + why +
                              "; write a factor such as \"1.5\" or \"2\"");
    };
    const auto hundredths = parse_minor(text, 2);
    if (!hundredths) return wrong("is no decimal number of at most two places");
    if (*hundredths <= Factor::denominator)
        return wrong("is not above 1: a multiplier adds to what others grant");
    if (*hundredths > Factor::hundredths_max) return wrong("is above 100");
    return Factor{*hundredths};
}

std::vector<Quantity> extras(Policy policy, Quantity granted, std::span<const Factor> factors) {
    ASSERT(granted >= Quantity{});
    ASSERT(factors.size() <= multipliers_max);
    std::vector<Quantity> extra(factors.size());
    if (factors.empty()) return extra;
    const auto of = [&](Wide numerator, Wide denominator) {
        const Wide floor = divided(Wide{granted.value()} * numerator, denominator, Rounding::down);
        return Quantity(static_cast<std::int64_t>(std::min(floor, Wide{INT64_MAX})));
    };
    if (policy == Policy::best) {
        const auto best =
            std::max_element(factors.begin(), factors.end(),
                             [](const Factor& a, const Factor& b) { return a.hundredths < b.hundredths; });
        extra[static_cast<std::size_t>(best - factors.begin())] =
            of(best->hundredths - Factor::denominator, Factor::denominator);
        return extra;
    }
    Wide numerator = policy == Policy::add ? 0 : 1;  // of what is added so far, or of the whole so far
    Wide denominator = policy == Policy::add ? Factor::denominator : 1;
    Quantity before = policy == Policy::add ? Quantity{} : granted;
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (policy == Policy::add) {
            numerator += factors[i].hundredths - Factor::denominator;
        } else {
            numerator *= factors[i].hundredths;
            denominator *= Factor::denominator;
        }
        const Quantity now = of(numerator, denominator);
        extra[i] = now - before;
        before = now;
    }
    return extra;
}

std::size_t best_of(std::span<const Quantity> amounts) {
    return static_cast<std::size_t>(std::max_element(amounts.begin(), amounts.end()) - amounts.begin());
}

}  // namespace banyan::earning
