// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a rule grants when it holds: exactly one of
//
//   amount     what an expression comes to
//   per        `each` for every full `per` of the base, the remainder dropped or carried (basis/conversion.h)
//   fixed      the same whatever was bought
//   steps      that of the highest step the base reaches
//   multiply   (factor - 1) times what other rules granted on the event (stacking.h says how several meet)
//
// The base is composed by name (basis/composition.h) over the lines that the rule counts.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/number.h"
#include "base/result.h"

namespace banyan::earning {

enum class Effect : unsigned char { amount, conversion, fixed, steps, multiply };

struct Step {
    std::int64_t from = 0;  // minor units of the base
    Quantity grant;
};

/// What the highest step that the base reaches grants; zero below the first. `steps` ascend.
Quantity granted_by(const std::vector<Step>& steps, std::int64_t base);

/// A decimal number above one, as hundredths: "1.5" is 150.
struct Factor {
    static constexpr std::int64_t denominator = 100;
    static constexpr std::int64_t hundredths_max = 10'000;  // times one hundred
    std::int64_t hundredths = 100;
    bool operator==(const Factor&) const = default;
};
/// The error says what may stand there.
Result<Factor> parse_factor(std::string_view text);

}  // namespace banyan::earning
