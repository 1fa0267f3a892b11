// SPDX-License-Identifier: Apache-2.0
#pragma once

// An earning rule: on an event, when a condition holds, grant an amount of a unit. Both are expressions over the
// words of `schema()`; they are compiled when the programme is, and cost nothing but their evaluation afterwards.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "base/ports/calendar.h"
#include "base/result.h"
#include "domain/rules/evaluate.h"

namespace banyan::earning {

struct Rule {
    RuleId id;
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::string on;  // event type
    std::string when_text;
    std::string amount_text;
    UnitId unit;
    std::uint16_t cost_centre = 0;
    std::optional<rules::Program> when;  // set by compile()
    std::optional<rules::Program> amount;
    bool reads_opened = false;  // the condition reads personal attributes; its truth is recorded
};

/// What a rule may read, as plain numbers and text. Money is minor units.
struct Facts {
    std::string_view event_type;
    Instant event_time;
    std::int64_t event_month = 0;    // local, 1..12
    std::int64_t event_day = 0;      // local day of the month
    std::int64_t event_weekday = 0;  // local, 0 = Sunday
    std::int64_t order_paid = 0;
    std::int64_t order_lines = 0;
    std::int64_t order_pieces = 0;
    std::string_view order_channel;
    std::string_view order_store;
    std::int64_t member_tier = 0;         // on the first ladder; 1 = the lowest
    std::int64_t member_spend = 0;        // before this event
    std::int64_t member_orders = 0;       // before this event
    std::int64_t member_birth_month = 0;  // opened from the vault; 0 = not known
    std::int64_t member_birth_day = 0;
};

struct RuleOutcome {
    bool held = false;
    Quantity amount;  // zero when the condition does not hold
};

/// Compiles both expressions against the schema; errors carry line:column of the expression.
Result<void> compile(Rule& rule);

/// One event laid out for all rules. Views in `facts` must outlive it.
class Row {
  public:
    explicit Row(const Facts& facts);

    /// Evaluates a rule. A negative or non-integer amount and a failing expression are errors that name the rule.
    /// `known`: whether the condition holds, where that was recorded; it is not asked again then.
    Result<RuleOutcome> evaluate(const Rule& rule, const Calendar* calendar,
                                 std::optional<bool> known = std::nullopt);

    /// The words that a rule reads and what they are for this event: "order.paid = 12800". Of a personal attribute only
    /// that it was read.
    [[nodiscard]] std::vector<std::string> read_by(const Rule& rule) const;

  private:
    rules::Activation activation_;
    rules::Scratch scratch_;
};

/// The words that rules may use, with their kinds; for documentation and for the console.
const rules::Schema& schema();

}  // namespace banyan::earning
