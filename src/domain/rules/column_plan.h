// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which instructions of a Program can run over typed arrays, given the kinds of a batch's columns, and in what form.
// Jumps disappear: both sides of && and ?: are computed for all rows, which is safe because nothing an operand does
// can be seen but its value. What cannot run leaves its register unknown in every row.

#include <cstdint>
#include <vector>

#include "domain/rules/columns.h"
#include "domain/rules/program.h"

namespace banyan::rules {

/// An array that a step reads or writes: a register, a constant or a slot.
using Lane = std::uint32_t;

struct ColumnStep {
    enum class What : std::uint8_t {
        arithmetic,  // target = a operation b, both of the target's kind
        comparison,  // target = a operation b, both of one kind
        across,      // the same over different kinds of numbers
        negate,
        complement,
        logical_and,
        logical_or,
        choice,  // target = c ? a : b
        is_set,  // target = a has a value
        member,  // target = a is one of the constant list b
        starts_with,
        ends_with,
    };
    What what = What::arithmetic;
    Operation operation = Operation::none;
    Lane target = 0;
    Lane a = 0;
    Lane b = 0;
    Lane c = 0;
};

class ColumnPlan {
  public:
    ColumnPlan(const Program::Code& code, const Batch& batch);

    [[nodiscard]] const std::vector<ColumnStep>& steps() const { return steps_; }
    /// The kind of each lane; Kind::unset where nothing is known of any row.
    [[nodiscard]] Kind kind(Lane lane) const { return kinds_[lane]; }
    [[nodiscard]] std::size_t lanes() const { return kinds_.size(); }
    [[nodiscard]] Lane lane(Operand operand) const;

  private:
    void plan(bool membership);
    void plan(const Instruction& instruction, bool membership);
    void binary(const Instruction& instruction, bool membership);
    void call(const Instruction& instruction);
    void choice(const Instruction& instruction);
    bool is_member_step(const Instruction& instruction);
    void add(ColumnStep step, Kind kind);
    [[nodiscard]] static bool is_typed(Kind kind);

    struct Choice {
        std::uint32_t target;
        Operand condition;
        Operand yes;
    };

    const Program::Code& code_;
    std::vector<Kind> kinds_;
    std::vector<ColumnStep> steps_;
    std::vector<Choice> choices_;   // begun, innermost last
    std::size_t member_steps_ = 0;  // what the row-wise evaluation would be charged for membership, at most
    bool complete_ = true;          // no instruction was left out
};

}  // namespace banyan::rules
