// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/columns.h"

#include <algorithm>

#include "domain/rules/column_lanes.h"
#include "domain/rules/column_plan.h"
#include "domain/rules/evaluate.h"

namespace banyan::rules {

Column::Column(std::span<const std::int64_t> values, Absent absent) : Column(Kind::integer, values, absent) {}
Column::Column(std::span<const std::uint64_t> values, Absent absent)
    : Column(Kind::unsigned_integer, values, absent) {}
Column::Column(std::span<const double> values, Absent absent) : Column(Kind::floating, values, absent) {}
Column::Column(std::span<const std::string_view> values, Absent absent)
    : Column(Kind::string, values, absent) {}
Column::Column(std::span<const Instant> values, Absent absent) : Column(Kind::timestamp, values, absent) {}

Column Column::of_truths(std::span<const std::uint8_t> values, Absent absent) {
    return {Kind::boolean, values, absent};
}

Column Column::of_terms(std::span<const Term> values) { return {Kind::dyn, values, {}}; }

Term Column::term(std::size_t row) const {
    if (kind_ == Kind::unset || (!absent_.empty() && absent_[row] != 0)) return Term::unset();
    switch (kind_) {
        case Kind::boolean: return Term(static_cast<const std::uint8_t*>(data_)[row] != 0);
        case Kind::integer: return Term(static_cast<const std::int64_t*>(data_)[row]);
        case Kind::unsigned_integer: return Term(static_cast<const std::uint64_t*>(data_)[row]);
        case Kind::floating: return Term(static_cast<const double*>(data_)[row]);
        case Kind::string: return Term(static_cast<const std::string_view*>(data_)[row]);
        case Kind::timestamp: return Term(static_cast<const Instant*>(data_)[row]);
        default: return static_cast<const Term*>(data_)[row];
    }
}

Term ColumnAnswers::at(std::size_t row) const {
    const auto found =
        std::lower_bound(faults.begin(), faults.end(), row,
                         [](const RowFault& fault, std::size_t wanted) { return fault.row < wanted; });
    if (found != faults.end() && found->row == row) return found->fault;
    return truths.empty() ? values[row] : Term(truths[row] != 0);
}

namespace {

/// Asks single rows, with the row-wise evaluation itself.
class RowAsker {
  public:
    RowAsker(const Program& program, const Batch& batch, ColumnAnswers& answers, const Calendar* calendar)
        : code_(program.code()),
          batch_(batch),
          answers_(answers),
          calendar_(calendar),
          row_(batch.slots(), Term::unset()),
          registers_(code_.registers),
          keeps_(may_point_at_memory(program.kind())) {}

    Term ask(std::size_t row) {
        for (const Slot slot : code_.slots) row_[slot] = batch_[slot].term(row);
        if (!keeps_) scratch_.reset();
        Context context{keeps_ ? answers_.arena : scratch_, calendar_, code_.limits.steps_max,
                        code_.expression.root(), code_.regex};
        const Term result = run(code_, row_.data(), registers_.data(), context);
        return result.is(Kind::unset) ? context.fault(Fault::no_value) : result;
    }

  private:
    static bool may_point_at_memory(Kind kind) {
        return kind != Kind::boolean && kind != Kind::integer && kind != Kind::unsigned_integer &&
               kind != Kind::floating && kind != Kind::timestamp && kind != Kind::duration;
    }

    const Program::Code& code_;
    const Batch& batch_;
    ColumnAnswers& answers_;
    const Calendar* calendar_;
    std::vector<Term> row_;
    std::vector<Term> registers_;
    Arena scratch_;
    bool keeps_;  // results may lie in the arena, so it must not be used again
};

}  // namespace

void evaluate(const Program& program, const Batch& batch, ColumnAnswers& answers, const Calendar* calendar) {
    const Program::Code& code = program.code();
    ASSERT(batch.slots() == code.slots_declared);
    const bool is_condition = program.kind() == Kind::boolean;
    answers.faults.clear();
    answers.asked_by_row = 0;
    answers.arena.reset();
    answers.truths.assign(is_condition ? batch.rows() : 0, 0);
    answers.values.assign(is_condition ? 0 : batch.rows(), Term());
    const ColumnPlan plan(code, batch);
    ColumnLanes lanes(code, batch, plan);
    RowAsker asker(program, batch, answers, calendar);
    const Lane result = plan.lane(code.result);
    for (std::size_t begin = 0; begin < batch.rows(); begin += block_rows) {
        const std::size_t count = std::min(block_rows, batch.rows() - begin);
        lanes.run(begin, count);
        const bool has_truths = is_condition && plan.kind(result) == Kind::boolean;
        if (has_truths && lanes.put_truths(result, answers.truths.data() + begin) == count) continue;
        for (std::size_t i = 0; i < count; ++i) {
            const bool unknown = lanes.is_unknown(result, i);
            if (!unknown && has_truths) continue;
            answers.asked_by_row += unknown ? 1U : 0U;
            const Term term = unknown ? asker.ask(begin + i) : lanes.term(result, i);
            if (term.is(Kind::fault)) answers.faults.push_back({begin + i, term});
            if (is_condition) {
                answers.truths[begin + i] = term.is_true() ? 1 : 0;
            } else {
                answers.values[begin + i] = term;
            }
        }
    }
}

}  // namespace banyan::rules
