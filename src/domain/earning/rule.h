// SPDX-License-Identifier: Apache-2.0
#pragma once

// An earning rule: on an event, when a condition holds, grant an amount of a unit. Both are expressions over the
// vocabulary of the event; they are compiled when the programme is, and cost nothing but their evaluation afterwards.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"
#include "base/ports/calendar.h"
#include "base/ports/regex.h"
#include "base/result.h"
#include "domain/earning/words.h"
#include "domain/limits/limit.h"
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
    std::vector<limits::LimitId> limits;  // that it names; others may hold for it all the same
    std::optional<rules::Program> when;   // set by compile()
    std::optional<rules::Program> amount;
    bool reads_opened = false;  // the condition reads personal attributes; its truth is recorded
};

struct RuleOutcome {
    bool held = false;
    Quantity amount;  // zero when the condition does not hold
};

/// Compiles both expressions over the words of the rule's event; errors carry line:column of the expression. `regex`
/// must outlive the rule; without it an expression that uses patterns is refused.
Result<void> compile(Rule& rule, const Vocabulary& vocabulary, const Regex* regex = nullptr);

/// The rules that listen to one type of event, and its words.
struct Listeners {
    Vocabulary vocabulary;
    std::vector<std::uint32_t> rules;  // places in the programme's list, ascending
};

/// One event laid out for all rules: the words that some rule reads. The vocabulary and what `facts` points at must
/// outlive it.
class Row {
  public:
    Row(const Vocabulary& vocabulary, const Facts& facts);

    /// Evaluates a rule. A negative or non-integer amount and a failing expression are errors that name the rule.
    /// `known`: whether the condition holds, where that was recorded; it is not asked again then.
    Result<RuleOutcome> evaluate(const Rule& rule, const Calendar* calendar,
                                 std::optional<bool> known = std::nullopt);

    /// The words that a rule reads and what they are for this event: "order.paid = 12800". Of a personal attribute only
    /// that it was read.
    [[nodiscard]] std::vector<std::string> read_by(const Rule& rule) const;

  private:
    const Vocabulary& vocabulary_;
    rules::Activation activation_;
    rules::Scratch scratch_;
};

}  // namespace banyan::earning
