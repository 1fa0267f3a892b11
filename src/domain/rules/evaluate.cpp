// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/evaluate.h"

#include "domain/rules/functions.h"
#include "domain/rules/loop.h"
#include "domain/rules/operators.h"

namespace banyan::rules {

namespace {

/// One run: the three spaces operands read from, and the instruction loop over them.
class Run {
  public:
    Run(const Program::Code& code, const Term* slots, Term* registers, Loop* loops, Context& context)
        : code_(code),
          registers_(registers),
          loops_(loops),
          spaces_{registers, code.constants.data(), slots},
          context_(context) {}

    Term result() {
        const Instruction* const begin = code_.instructions.data();
        const Instruction* const end = begin + code_.instructions.size();
        for (const Instruction* at = begin; at != end;) {
            const std::uint32_t jump = step(*at);
            at = jump == next ? at + 1 : begin + jump;
        }
        return value(code_.result);
    }

  private:
    static constexpr std::uint32_t next = UINT32_MAX;

    [[nodiscard]] const Term& value(Operand operand) const {
        return spaces_[operand.space()][operand.index()];
    }

    // A value that is none: a fault stays what it is, an unset variable becomes one here.
    [[nodiscard]] Term missing(const Term& term) const {
        if (term.is(Kind::fault)) return term;
        return context_.fault(Fault::no_value);
    }

    std::uint32_t step(const Instruction& instruction) {
        context_.node = instruction.node;
        Term& target = registers_[instruction.target];
        const Term& a = value(instruction.a);
        switch (instruction.opcode) {
            case Opcode::unary:
                target = a.is_missing() ? missing(a) : unary(instruction.operation, a, context_);
                return next;
            case Opcode::binary: target = binary_step(instruction, a, value(instruction.b)); return next;
            case Opcode::select:
                target = a.is_missing() ? missing(a) : select(a, value(instruction.b).string(), context_);
                return next;
            case Opcode::has:
                target = a.is_missing() ? missing(a) : has(a, value(instruction.b).string(), context_);
                return next;
            case Opcode::has_slot: target = a.is(Kind::fault) ? a : Term(!a.is(Kind::unset)); return next;
            case Opcode::index:
            case Opcode::optional_index:
                target = index_step(instruction.opcode, a, value(instruction.b));
                return next;
            case Opcode::optional_select:
                target =
                    a.is_missing() ? missing(a) : optional_select(a, value(instruction.b).string(), context_);
                return next;
            case Opcode::call:
            case Opcode::list:
            case Opcode::map: target = arguments_step(instruction); return next;
            case Opcode::list_of_present:
            case Opcode::map_of_present: target = present_step(instruction); return next;
            case Opcode::match: target = match_step(instruction, a); return next;
            case Opcode::loop_open:
            case Opcode::loop_next:
            case Opcode::loop_test:
            case Opcode::loop_fold:
            case Opcode::loop_close: return loop_step(instruction, a);
            case Opcode::optional_open: return optional_step(instruction, a);
            case Opcode::optional_close:
                target = a.is_missing() ? missing(a) : filled(a, context_);
                return next;
            case Opcode::and_branch:
                if (!a.is_false()) return next;
                target = a;
                return instruction.jump;
            case Opcode::or_branch:
                if (!a.is_true()) return next;
                target = a;
                return instruction.jump;
            case Opcode::logical_and: target = logical(a, value(instruction.b), false); return next;
            case Opcode::logical_or: target = logical(a, value(instruction.b), true); return next;
            case Opcode::choose:
                if (a.is_true()) return next;
                if (a.is_false()) return instruction.jump;
                target = a.is_missing() ? missing(a) : context_.fault(Fault::no_such_overload);
                return instruction.end;
            case Opcode::copy_jump: target = a; return instruction.jump;
            case Opcode::copy: target = a; return next;
        }
        ASSERT(false);
        return next;
    }

    // Two ints are what rules compare nearly always, so they go first and without a call.
    Term binary_step(const Instruction& instruction, const Term& a, const Term& b) {
        if (a.is(Kind::integer) && b.is(Kind::integer)) {
            switch (instruction.operation) {
                case Operation::equal: return Term(a.integer() == b.integer());
                case Operation::not_equal: return Term(a.integer() != b.integer());
                case Operation::less: return Term(a.integer() < b.integer());
                case Operation::less_equal: return Term(a.integer() <= b.integer());
                case Operation::greater: return Term(a.integer() > b.integer());
                case Operation::greater_equal: return Term(a.integer() >= b.integer());
                default: break;
            }
        }
        if (a.is_missing()) return missing(a);
        if (b.is_missing()) return missing(b);
        return binary(instruction.operation, a, b, context_);
    }

    Term index_step(Opcode opcode, const Term& a, const Term& key) {
        if (a.is_missing()) return missing(a);
        if (key.is_missing()) return missing(key);
        return opcode == Opcode::index ? index(a, key, context_) : optional_index(a, key, context_);
    }

    Term match_step(const Instruction& instruction, const Term& text) {
        if (text.is_missing()) return missing(text);
        if (!text.is(Kind::string)) return context_.fault(Fault::no_such_overload);
        if (!context_.charge(text.string().size() / 16 + 1)) return context_.fault(Fault::cost_exceeded);
        return Term(code_.patterns[instruction.index]->found_in(text.string()));
    }

    std::uint32_t loop_step(const Instruction& instruction, const Term& a) {
        Loop& loop = loops_[instruction.index];
        const LoopPlan& plan = code_.loops[instruction.index];
        switch (instruction.opcode) {
            case Opcode::loop_open:
                if (loop.open(plan, a, context_)) return next;
                registers_[instruction.target] = loop.close(plan, context_);
                return instruction.jump;
            case Opcode::loop_next:
                return loop.next(plan, registers_, instruction.end, context_) ? next : instruction.jump;
            case Opcode::loop_test: {
                const Loop::Verdict verdict = loop.test(a, context_);
                if (verdict == Loop::Verdict::yes) return next;
                return verdict == Loop::Verdict::no ? instruction.jump : instruction.end;
            }
            case Opcode::loop_fold: return loop.fold(plan, a, context_) ? instruction.jump : instruction.end;
            default: registers_[instruction.target] = loop.close(plan, context_); return next;
        }
    }

    std::uint32_t optional_step(const Instruction& instruction, const Term& a) {
        if (a.is(Kind::optional) && a.content() != nullptr) {
            registers_[instruction.end] = *a.content();
            return next;
        }
        Term& target = registers_[instruction.target];
        if (a.is(Kind::optional)) {
            target = a;
        } else {
            target = a.is_missing() ? missing(a) : context_.fault(Fault::no_such_overload);
        }
        return instruction.jump;
    }

    // Lists and maps with elements that may be absent: each argument stands before whether it is such an optional. Of
    // a map's entry the value says it for both.
    Term present_step(const Instruction& instruction) {
        const bool is_map = instruction.opcode == Opcode::map_of_present;
        const std::size_t stride = is_map ? 4 : 2;
        Term* const terms = context_.arena.array<Term>(instruction.end / 2);
        std::size_t count = 0;
        for (std::size_t i = 0; i < instruction.end; i += stride) {
            const Operand* const pair = code_.arguments.data() + instruction.jump + i;
            Term element = value(pair[stride - 2]);
            if (is_map) terms[count] = value(pair[0]);
            if (is_map && terms[count].is_missing()) return missing(terms[count]);
            if (element.is_missing()) return missing(element);
            if (value(pair[stride - 1]).is_true()) {
                if (!element.is(Kind::optional)) return context_.fault(Fault::no_such_overload);
                if (element.content() == nullptr) continue;
                element = *element.content();
            }
            count += is_map ? 1 : 0;
            terms[count++] = element;
        }
        const std::span<const Term> present(terms, count);
        return is_map ? build_map(present, context_) : build_list(present, context_);
    }

    // Neither side decided alone, or the left one did not. `decisive` is what decides: false for &&, true for ||.
    [[nodiscard]] Term logical(const Term& a, const Term& b, bool decisive) const {
        if (decisive ? b.is_true() : b.is_false()) return b;
        if (a.is(Kind::boolean) && b.is(Kind::boolean)) return Term(!decisive);
        if (a.is_missing()) return missing(a);
        if (b.is_missing()) return missing(b);
        return context_.fault(Fault::no_such_overload);
    }

    Term arguments_step(const Instruction& instruction) {
        constexpr std::size_t few = 4;
        const std::size_t count = instruction.end;
        Term buffer[few];
        Term* terms = count <= few ? buffer : context_.arena.array<Term>(count);
        const Function* const function =
            instruction.opcode == Opcode::call ? code_.functions[instruction.index] : nullptr;
        const bool takes_faults = function != nullptr && function->faulty == Faulty::is_argument;
        for (std::size_t i = 0; i < count; ++i) {
            terms[i] = value(code_.arguments[instruction.jump + i]);
            if (terms[i].is_missing() && !takes_faults) return missing(terms[i]);
        }
        const std::span<const Term> arguments(terms, count);
        if (instruction.opcode == Opcode::list) return build_list(arguments, context_);
        if (instruction.opcode == Opcode::map) return build_map(arguments, context_);
        return function->apply(arguments, context_);
    }

    const Program::Code& code_;
    Term* registers_;
    Loop* loops_;
    const Term* spaces_[3];
    Context& context_;
};

}  // namespace

Term run(const Program::Code& code, const Term* slots, Term* registers, Context& context) {
    constexpr std::size_t few = 4;
    if (code.loops.empty()) return Run(code, slots, registers, nullptr, context).result();
    if (code.loops.size() <= few) {
        Loop loops[few];
        return Run(code, slots, registers, loops, context).result();
    }
    std::vector<Loop> loops(code.loops.size());
    return Run(code, slots, registers, loops.data(), context).result();
}

Term evaluate(const Program& program, const Activation& activation, Scratch& scratch,
              const Calendar* calendar) {
    const Program::Code& code = program.code();
    ASSERT(activation.size() == code.slots_declared);
    scratch.arena().reset();
    Context context{scratch.arena(), calendar, code.limits.steps_max, code.expression.root(), code.regex};
    // The registers of an ordinary condition fit on the stack. They are written before they are read, so the bytes
    // need no clearing; a Term is trivially copyable, which lets it begin its life in them.
    constexpr std::size_t few = 48;
    alignas(Term) std::byte buffer[few * sizeof(Term)];
    Term* registers =
        code.registers <= few ? reinterpret_cast<Term*>(buffer) : scratch.arena().array<Term>(code.registers);
    const Term result = run(code, activation.data(), registers, context);
    return result.is(Kind::unset) ? context.fault(Fault::no_value) : result;
}

Result<Value> evaluate(const Program& program, const Activation& activation, const Calendar* calendar) {
    Scratch scratch;
    const Term result = evaluate(program, activation, scratch, calendar);
    if (result.is_missing()) return program.describe(result);
    return to_value(result);
}

Result<bool> holds(const Program& program, const Activation& activation, Scratch& scratch,
                   const Calendar* calendar) {
    const Term result = evaluate(program, activation, scratch, calendar);
    if (result.is(Kind::boolean)) return result.boolean();
    if (result.is_missing()) return program.describe(result);
    return Error::invalid("a condition must be a bool, not " + std::string(name_of(result.kind())),
                          where(program.expression().source(), 0));
}

}  // namespace banyan::rules
