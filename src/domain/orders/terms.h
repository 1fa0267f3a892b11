// SPDX-License-Identifier: Apache-2.0
#pragma once

// Terms say when what a line earned stops being pending 待入账. They are chosen once, when the order is paid, and kept
// with the line: what was promised at the counter does not change with the next version of the programme.

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace banyan::orders {

/// How the days are counted. By the hour: 24 h each, from the instant itself. Whole days: from the day after, to the
/// end of the last one, as the law counts 七天无理由 (签收次日起算).
enum class DayCount : std::uint8_t { by_the_hour, whole_days };

/// Whether 交易完成 releases at once, or the days are waited for all the same.
enum class OnCompletion : std::uint8_t { release, wait };

struct Terms {
    std::uint16_t days_after_receipt = 7;
    std::uint16_t days_after_shipping_max = 30;  // where no receipt is told; 0 = no such limit
    DayCount count = DayCount::by_the_hour;
    OnCompletion on_completion = OnCompletion::release;
    auto operator<=>(const Terms&) const = default;
};

/// Terms for a shop, a category, both or (both empty) everything.
struct TermsRule {
    std::string shop;
    std::string category;
    Terms terms;
};

/// The first rule that fits, in the order written; the terms above where none does.
Terms terms_for(std::span<const TermsRule> rules, std::string_view shop, std::string_view category);

}  // namespace banyan::orders
