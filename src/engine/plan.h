// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the rules make of an event, before anything is granted: the rules that listen to it are asked in the order of the
// document; what those that hold grant by themselves is known then; groups take their best, and multipliers look at what
// the others grant.

#include <functional>
#include <string>
#include <vector>

#include "domain/earning/row.h"
#include "engine/draft.h"

namespace banyan::engine {

/// A rule that holds, on its way to a grant.
struct Planned {
    std::uint32_t place = 0;  // in the programme
    const earning::Rule* rule = nullptr;
    Quantity amount;
    std::int64_t base = 0;
    std::vector<earning::Counted> lines;
    basis::CarryMoved moved;  // of a carried remainder
    std::size_t seen = 0;     // where it stands in the trace
    std::string note;         // what became of it among the others
    bool stands = true;       // not beaten in its group
};

/// What a refund must know of the grant; nothing where it needs to know no more than what was paid.
std::optional<catalog::GrantBasis> basis_of(const Planned& plan, const std::vector<catalog::Line>& lines);

class Planner {
  public:
    /// `seen`: where each rule says what it made of the event; nothing = nobody asks.
    Planner(Draft& draft, MemberId member, std::vector<RuleSeen>* seen)
        : draft_(draft), member_(member), seen_(seen) {}

    /// What was paid of every line, for multipliers of plain amounts.
    void know_lines(const std::vector<catalog::Line>& lines) {
        for (std::uint32_t i = 0; i < lines.size(); ++i) every_line_.push_back({i, lines[i].amount});
    }
    /// The event as the rule sees it; nothing: the rule is not asked.
    using RowOf = std::function<earning::Row*(const earning::Rule&)>;
    /// Asks the rules at these places of the programme.
    void ask(const std::vector<std::uint32_t>& places, const RowOf& row_of);
    /// What they grant, of those that hold, in the order of the document.
    std::vector<Planned>& planned();

  private:
    [[nodiscard]] const programme::Programme& programme() const { return draft_.programme(); }
    void convert(Planned& plan);
    void beat();
    void multiply();
    void multiply_together(const std::vector<Planned*>& together, earning::Policy policy);
    void take_best(const std::vector<Planned*>& together);
    Quantity multiplied(Planned& multiplier);
    [[nodiscard]] std::vector<earning::Counted> shares(const std::vector<const Planned*>& of) const;

    Draft& draft_;
    MemberId member_;
    std::vector<RuleSeen>* seen_;
    std::vector<Planned> planned_;
    std::vector<earning::Counted> every_line_;
};

}  // namespace banyan::engine
