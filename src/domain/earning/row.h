// SPDX-License-Identifier: Apache-2.0
#pragma once

// One event laid out for all rules that listen to it: the words that some rule reads are filled once, and each rule is
// asked whether it holds, which lines it counts and what it grants by itself. What depends on the member's remainder or on
// other rules (a carried conversion, a multiplier) is left to whoever knows those.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ports/calendar.h"
#include "domain/earning/rule.h"
#include "domain/rules/explain.h"

namespace banyan::earning {

/// What of a line a rule counts.
struct Counted {
    std::uint32_t line = 0;
    std::int64_t base = 0;
    bool operator==(const Counted&) const = default;
};

struct RuleOutcome {
    bool held = false;
    Quantity amount;             // zero when it does not hold, is carried or multiplies
    std::int64_t base = 0;       // of the lines counted
    std::vector<Counted> lines;  // of a rule that counts for itself, where it holds
};

/// One part of an expression and what it came to, for a person.
struct PartSeen {
    std::string text;         // as it stands in the document
    std::uint32_t depth = 0;  // 0 is the whole
    bool reached = true;      // false: another part had decided already
    std::string value;  // as its author would write it; "(personal)" where a personal attribute was read
};

/// How a rule's expressions came to what they came to.
struct Explained {
    std::vector<std::string> because;  // sentences on the smallest parts of the condition that decided
    std::vector<PartSeen> when;        // the whole first, each before its own parts
    std::vector<PartSeen> amount;
};

class Row {
  public:
    /// The listeners, the lines and what `facts` points at must outlive it.
    Row(const Listeners& listeners, const Facts& facts, std::span<const LineFacts> lines = {});

    /// The rules that can matter to this event, by their places in the programme, ascending; all that hold are among
    /// them. Valid as long as the row and the listeners are.
    const std::vector<std::uint32_t>& candidates();

    /// Evaluates a rule. A negative or non-integer amount and a failing expression are errors that name the rule.
    /// `known`: whether the condition holds, where that was recorded; it is not asked again then.
    Result<RuleOutcome> evaluate(const Rule& rule, const Calendar* calendar,
                                 std::optional<bool> known = std::nullopt);

    /// The words that a rule reads and what they are for this event: "order.paid = 12800". Of a personal attribute only
    /// that it was read.
    [[nodiscard]] std::vector<std::string> read_by(const Rule& rule) const;

    /// The value of every part of the rule's expressions. `known` as with evaluate(): the condition is not asked again
    /// then, so nothing is said of its parts. Requires the rule to be the one that was evaluated last.
    [[nodiscard]] Explained explain(const Rule& rule, const Calendar* calendar,
                                    std::optional<bool> known = std::nullopt);

  private:
    [[nodiscard]] std::vector<PartSeen> parts_of(const rules::Program& program,
                                                 const rules::Explanation& explanation) const;
    [[nodiscard]] bool is_personal(const rules::Program& program, rules::NodeId node) const;
    Result<bool> holds(const Rule& rule, const Calendar* calendar);
    Result<void> count(const Rule& rule, const Calendar* calendar, RuleOutcome& outcome);
    Result<bool> is_counted(const Rule& rule, const LineFacts& line, const Calendar* calendar);
    Result<Quantity> amount_of(const Rule& rule, const RuleOutcome& outcome, const Calendar* calendar);

    const Listeners& listeners_;
    std::span<const LineFacts> lines_;
    rules::Activation activation_;
    std::optional<rules::Slot> base_;
    std::optional<rules::Activation> line_;  // laid out when a rule first looks at lines
    rules::Scratch scratch_;
    std::vector<std::uint32_t> candidates_;
};

}  // namespace banyan::earning
