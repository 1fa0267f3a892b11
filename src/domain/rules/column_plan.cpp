// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/column_plan.h"

#include <algorithm>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

using What = ColumnStep::What;

bool is_comparison(Operation operation) {
    return operation >= Operation::equal && operation <= Operation::greater_equal;
}

bool is_arithmetic(Operation operation) {
    return operation >= Operation::add && operation <= Operation::modulo;
}

// A list of scalars of one kind, short enough to be gone through for every row.
bool is_list_of(const Term& list, Kind kind) {
    constexpr std::size_t longest = 64;
    if (!list.is(Kind::list) || list.count() > longest) return false;
    for (std::size_t i = 0; i < list.count(); ++i) {
        if (!list.element(i).is(kind)) return false;
    }
    return kind == Kind::integer || kind == Kind::string;
}

}  // namespace

ColumnPlan::ColumnPlan(const Program::Code& code, const Batch& batch)
    : code_(code), kinds_(code.registers + code.constants.size() + batch.slots(), Kind::unset) {
    for (std::size_t i = 0; i < code.constants.size(); ++i) {
        const Term& term = code.constants[i];
        // Column times are microseconds; a constant between two of them is compared row by row.
        const bool between = term.is(Kind::timestamp) && term.timestamp().nanoseconds % 1000 != 0;
        if (is_typed(term.kind()) && !between) kinds_[code.registers + i] = term.kind();
    }
    for (const Slot slot : code.slots) {
        const Kind kind = batch[slot].kind();
        if (is_typed(kind)) kinds_[code.registers + code.constants.size() + slot] = kind;
    }
    plan(true);
    // Membership costs steps. Where something else does too, or where it costs too much, only the row-wise evaluation
    // knows when the budget is used up.
    if (!complete_ || static_cast<std::int64_t>(member_steps_) > code.limits.steps_max) plan(false);
}

Lane ColumnPlan::lane(Operand operand) const {
    if (operand.is_constant()) return code_.registers + operand.index();
    if (operand.is_slot())
        return code_.registers + static_cast<Lane>(code_.constants.size()) + operand.index();
    return operand.index();
}

bool ColumnPlan::is_typed(Kind kind) {
    return kind == Kind::boolean || is_numeric(kind) || kind == Kind::string || kind == Kind::timestamp;
}

void ColumnPlan::plan(bool membership) {
    steps_.clear();
    choices_.clear();
    complete_ = true;
    member_steps_ = 0;
    std::fill_n(kinds_.begin(), code_.registers, Kind::unset);
    for (const Instruction& instruction : code_.instructions) plan(instruction, membership);
}

void ColumnPlan::add(ColumnStep step, Kind kind) {
    kinds_[step.target] = kind;
    steps_.push_back(step);
}

void ColumnPlan::plan(const Instruction& instruction, bool membership) {
    const Lane a = lane(instruction.a);
    const Lane b = lane(instruction.b);
    switch (instruction.opcode) {
        case Opcode::unary:
            if (instruction.operation == Operation::complement && kinds_[a] == Kind::boolean)
                return add({.what = What::complement, .target = instruction.target, .a = a}, Kind::boolean);
            if (instruction.operation == Operation::negate &&
                (kinds_[a] == Kind::integer || kinds_[a] == Kind::floating))
                return add({.what = What::negate, .target = instruction.target, .a = a}, kinds_[a]);
            break;
        case Opcode::binary: return binary(instruction, membership);
        case Opcode::has_slot:
            return add({.what = What::is_set, .target = instruction.target, .a = a}, Kind::boolean);
        // The step that joins both sides says it all.
        case Opcode::and_branch:
        case Opcode::or_branch: return;
        // One side may be unknown in every row; the other still decides.
        case Opcode::logical_and:
            return add({.what = What::logical_and, .target = instruction.target, .a = a, .b = b},
                       Kind::boolean);
        case Opcode::logical_or:
            return add({.what = What::logical_or, .target = instruction.target, .a = a, .b = b},
                       Kind::boolean);
        case Opcode::choose:
        case Opcode::copy_jump:
        case Opcode::copy: return choice(instruction);
        case Opcode::call: return call(instruction);
        default: break;
    }
    complete_ = false;
}

void ColumnPlan::binary(const Instruction& instruction, bool membership) {
    const Lane a = lane(instruction.a);
    const Lane b = lane(instruction.b);
    const Operation operation = instruction.operation;
    const ColumnStep step{.operation = operation, .target = instruction.target, .a = a, .b = b};
    const auto add_as = [&](What what, Kind kind) {
        ColumnStep made = step;
        made.what = what;
        add(made, kind);
    };
    if (operation == Operation::in) {
        if (membership && is_member_step(instruction)) return add_as(What::member, Kind::boolean);
    } else if (is_comparison(operation) && is_typed(kinds_[a]) && is_typed(kinds_[b])) {
        if (kinds_[a] == kinds_[b]) return add_as(What::comparison, Kind::boolean);
        if (is_numeric(kinds_[a]) && is_numeric(kinds_[b])) return add_as(What::across, Kind::boolean);
    } else if (is_arithmetic(operation) && is_numeric(kinds_[a]) && kinds_[a] == kinds_[b]) {
        const bool remainder_of_doubles = operation == Operation::modulo && kinds_[a] == Kind::floating;
        if (!remainder_of_doubles) return add_as(What::arithmetic, kinds_[a]);
    }
    complete_ = false;
}

bool ColumnPlan::is_member_step(const Instruction& instruction) {
    if (!instruction.b.is_constant()) return false;
    const Term& list = code_.constants[instruction.b.index()];
    if (!is_list_of(list, kinds_[lane(instruction.a)])) return false;
    member_steps_ += list.count();
    return true;
}

void ColumnPlan::call(const Instruction& instruction) {
    const std::string_view name = code_.functions[instruction.index]->name;
    const bool starts = name == "startsWith";
    if (instruction.end == 2 && (starts || name == "endsWith")) {
        const Lane a = lane(code_.arguments[instruction.jump]);
        const Lane b = lane(code_.arguments[instruction.jump + 1]);
        if (kinds_[a] == Kind::string && kinds_[b] == Kind::string)
            return add({.what = starts ? What::starts_with : What::ends_with,
                        .target = instruction.target,
                        .a = a,
                        .b = b},
                       Kind::boolean);
    }
    complete_ = false;
}

// choose, copy_jump and copy of one ?: name the same target; a copy alone belongs to something else.
void ColumnPlan::choice(const Instruction& instruction) {
    if (instruction.opcode == Opcode::choose) {
        choices_.push_back({instruction.target, instruction.a, {}});
        return;
    }
    if (choices_.empty() || choices_.back().target != instruction.target) {
        complete_ = false;
        return;
    }
    if (instruction.opcode == Opcode::copy_jump) {
        choices_.back().yes = instruction.a;
        return;
    }
    const Choice begun = choices_.back();
    choices_.pop_back();
    const Lane yes = lane(begun.yes);
    const Lane no = lane(instruction.a);
    const Lane condition = lane(begun.condition);
    // A side of which nothing is known may still be the one that is not chosen.
    const Kind kind = kinds_[yes] == Kind::unset ? kinds_[no] : kinds_[yes];
    const bool one_kind = kinds_[no] == Kind::unset || kinds_[no] == kind;
    if (kinds_[condition] != Kind::boolean || kind == Kind::unset || !one_kind) {
        complete_ = false;
        return;
    }
    add({.what = What::choice, .target = instruction.target, .a = yes, .b = no, .c = condition}, kind);
}

}  // namespace banyan::rules
