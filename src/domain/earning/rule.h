// SPDX-License-Identifier: Apache-2.0
#pragma once

// An earning rule: on an event, when a condition holds, grant of a unit what its effect says (effect.h), counting the
// lines it counts. Conditions are expressions over the vocabulary of the event; they are compiled when the programme
// is, and cost nothing but their evaluation afterwards.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/ports/regex.h"
#include "base/result.h"
#include "domain/basis/composition.h"
#include "domain/basis/conversion.h"
#include "domain/earning/effect.h"
#include "domain/earning/words.h"
#include "domain/limits/limit.h"
#include "domain/rules/evaluate.h"

namespace banyan::rules {
class ConditionIndex;
}

namespace banyan::earning {

struct Rule {
    RuleId id;
    std::string code;
    std::string name_zh;
    std::string name_en;
    std::string on;  // event type
    std::string when_text;
    std::string amount_text;  // of Effect::amount
    UnitId unit;
    std::uint16_t cost_centre = 0;
    std::vector<limits::LimitId> limits;  // that it names; others may hold for it all the same
    std::optional<rules::Program> when;   // set by compile()
    std::optional<rules::Program> amount;
    bool reads_opened = false;  // the condition reads personal attributes; its truth is recorded

    Effect effect = Effect::amount;
    basis::Conversion conversion;  // of Effect::conversion; of the others what becomes of a part refund
    Quantity fixed;
    std::vector<Step> steps;
    Factor factor;
    std::vector<std::uint32_t> of;  // places of the rules whose grants are multiplied
    std::uint16_t group = 0;        // place in the programme's stacking, from 1; 0 = none

    std::string lines_text;                  // empty: all lines
    std::optional<rules::Program> lines;     // set by compile()
    std::optional<basis::Composition> base;  // nothing: what was paid
    bool reads_base = false;                 // the condition or the amount asks for `base`
    std::int32_t late_days =
        0;  // told so late at most, an order is judged as of when it happened; 0: as of now

    /// Whether it counts something of its own, which a refund must know.
    [[nodiscard]] bool counts() const {
        return effect != Effect::amount || lines.has_value() || base.has_value();
    }
    [[nodiscard]] bool is_carried() const {
        return effect == Effect::conversion && conversion.remainder == basis::Remainder::carried;
    }
};

/// What it grants when it holds, in the document's words: "order.paid / 100", "per 5000: 1", "multiply 1.5".
std::string effect_text(const Rule& rule);

/// Compiles its expressions over the words of the rule's event; errors carry line:column of the expression and name it.
/// `regex` must outlive the rule; without it an expression that uses patterns is refused.
Result<void> compile(Rule& rule, const Vocabulary& vocabulary, const Regex* regex = nullptr);

/// From how many rules on the index pays; below, asking each costs no more than looking.
inline constexpr std::size_t indexed_from = 32;

/// The rules that listen to one type of event, and its words.
struct Listeners {
    Vocabulary vocabulary;
    std::vector<std::uint32_t> rules;         // places in the programme's list, ascending
    std::optional<Vocabulary> of_lines = {};  // where some rule looks at lines
    bool counts_lines = false;                // some rule counts what it needs by line
    /// Where many rules listen: which of `indexed` can matter to an event. The others are always asked: a rule whose
    /// truth is recorded must be asked again when the decision is made again.
    std::shared_ptr<const rules::ConditionIndex> index = {};
    std::vector<std::uint32_t> indexed = {};  // of `rules`, ascending
    std::vector<std::uint32_t> always = {};   // the rest of `rules`, ascending
};

}  // namespace banyan::earning
