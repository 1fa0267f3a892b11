// SPDX-License-Identifier: Apache-2.0
#pragma once

// A compiled expression: a flat list of instructions over registers, constants and the activation's slots. Each
// sub-expression writes a register of its own, once (in a loop: once a round), so what every part of a condition came to
// can be read afterwards.
// A Program is immutable and cheap to copy (the code is shared), and any number of evaluations may use it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/rules/arena.h"
#include "domain/rules/expression.h"
#include "domain/rules/functions.h"
#include "domain/rules/schema.h"
#include "domain/rules/term.h"

namespace banyan::rules {

/// What an instruction reads: the two high bits say from where, the rest which one.
class Operand {
  public:
    enum class Space : std::uint8_t { registers, constants, slots };

    Operand() = default;
    Operand(Space space, std::uint32_t index) : bits_((static_cast<std::uint32_t>(space) << shift) | index) {
        ASSERT(index < std::uint32_t{1} << shift);
    }
    [[nodiscard]] std::size_t space() const { return bits_ >> shift; }
    [[nodiscard]] std::uint32_t index() const { return bits_ & ((std::uint32_t{1} << shift) - 1); }
    [[nodiscard]] bool is_slot() const { return space() == static_cast<std::size_t>(Space::slots); }
    [[nodiscard]] bool is_constant() const { return space() == static_cast<std::size_t>(Space::constants); }

  private:
    static constexpr std::uint32_t shift = 30;
    std::uint32_t bits_ = 0;
};

enum class Opcode : std::uint8_t {
    unary,            // target = operation a
    binary,           // target = a operation b
    select,           // target = a.b, b a constant text
    has,              // target = has(a.b), b a constant text
    has_slot,         // target = a is set
    index,            // target = a[b]
    optional_select,  // target = a.?b, b a constant text
    optional_index,   // target = a[?b]
    call,             // target = functions[index](arguments[first, first + count))
    match,            // target = patterns[index] is found in a
    list,             // target = [arguments]
    map,              // target = {arguments: key, value, ...}
    list_of_present,  // the same, each argument followed by whether it is an optional to look into
    map_of_present,
    loop_open,       // begins to walk over a; when that cannot be, target = fault and go to `jump`
    loop_next,       // the next element into the loop's variables, or go to `jump`; charges `end` steps
    loop_test,       // a is true: go on; a is false: go to `jump`; else the loop fails: go to `end`
    loop_fold,       // takes a into the result and goes to `jump`; when that decides, to `end`
    loop_close,      // target = the result
    optional_open,   // a holds something: into register `end`; else target = a and go to `jump`
    optional_close,  // target = an optional of a
    and_branch,      // a is false: target = false and go to `jump`
    logical_and,     // target = a && b
    or_branch,       // a is true: target = true and go to `jump`
    logical_or,      // target = a || b
    choose,          // a is true: go on; a is false: go to `jump`; else target = fault and go to `end`
    copy_jump,       // target = a, go to `jump`
    copy,            // target = a
};

struct Instruction {
    Opcode opcode = Opcode::copy;
    Operation operation = Operation::none;
    std::uint16_t index = 0;  // of a function, a pattern or a loop of the code
    std::uint32_t node = 0;
    std::uint32_t target = 0;  // register
    Operand a = {};            // for call, list and map unused
    Operand b = {};
    std::uint32_t jump = 0;  // or the first argument
    std::uint32_t end = 0;   // or the number of arguments
};

/// What the evaluation of a macro needs to know of it.
struct LoopPlan {
    Macro macro = Macro::none;
    std::uint8_t variables = 1;
    std::uint32_t first = 0;  // registers of the variables
    std::uint32_t second = 0;
};

struct Limits {
    std::uint32_t nodes_max = 4'000;   // refused by compile()
    std::int64_t steps_max = 100'000;  // budget of one evaluation, and of folding constants in compile()
};

class Program {
  public:
    struct Code {
        Expression expression;
        Type type;
        Limits limits;
        const Regex* regex = nullptr;
        std::vector<Instruction> instructions;
        std::vector<Operand> arguments;
        std::vector<const Function*> functions;
        std::vector<std::shared_ptr<const Pattern>> patterns;
        std::vector<LoopPlan> loops;
        std::vector<std::optional<Operand>> places;  // where each node's value is found
        std::vector<Term> constants;                 // into `arena` and the expression's literals
        std::vector<Slot> slots;                     // those read, ascending
        std::size_t slots_declared = 0;
        std::uint32_t registers = 0;
        Operand result;
        Arena arena;
    };

    explicit Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

    [[nodiscard]] const Expression& expression() const { return code_->expression; }
    /// What the result is known to be, or dyn.
    [[nodiscard]] Kind kind() const { return code_->type.kind(); }
    [[nodiscard]] const Type& type() const { return code_->type; }
    /// The slots it reads; the activation may leave all others unset.
    [[nodiscard]] const std::vector<Slot>& slots() const { return code_->slots; }
    [[nodiscard]] const Code& code() const { return *code_; }

    /// The Error a faulty result means: what, the part of the source it happened in, line:column.
    [[nodiscard]] Error describe(const Term& fault) const;

  private:
    std::shared_ptr<const Code> code_;
};

}  // namespace banyan::rules
