// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/compile.h"

#include <algorithm>
#include <map>

#include "domain/rules/check.h"
#include "domain/rules/operators.h"
#include "domain/rules/resolve.h"

namespace banyan::rules {

namespace {

using To = Reference::To;

/// Writes the code of a tree that has been looked through already. What could still be wrong is only what a constant
/// part shows: a pattern that is none.
class Compiler {
  public:
    Compiler(std::shared_ptr<Program::Code> code, std::vector<Reference> references)
        : code_(std::move(code)),
          source_(code_->expression),
          references_(std::move(references)),
          steps_left_(code_->limits.steps_max) {
        code_->places.resize(source_.node_count());
    }

    Result<Program> run() {
        code_->result = TRY(compile(source_.root()));
        std::sort(code_->slots.begin(), code_->slots.end());
        code_->slots.erase(std::unique(code_->slots.begin(), code_->slots.end()), code_->slots.end());
        return Program(std::move(code_));
    }

  private:
    [[nodiscard]] NodeId child(NodeId id, std::size_t n) const { return source_.children(id)[n]; }

    // Recursion is bounded by depth_max of the parser.
    Result<Operand> compile(NodeId id) {
        const Operand place = TRY(compiled(id));
        code_->places[id] = place;
        return place;
    }

    Result<Operand> compiled(NodeId id) {
        switch (source_.node(id).kind) {
            case NodeKind::literal: return constant(Term(source_.literal(id)));
            case NodeKind::name: return referred(id);
            case NodeKind::select: return select(id, Opcode::select);
            case NodeKind::optional_select: return select(id, Opcode::optional_select);
            case NodeKind::has: return has(id);
            case NodeKind::index: return index(id, Opcode::index);
            case NodeKind::optional_index: return index(id, Opcode::optional_index);
            case NodeKind::call:
            case NodeKind::method: return call(id);
            case NodeKind::list:
            case NodeKind::map: return build(id);
            case NodeKind::if_present: return compile(child(id, 0));
            case NodeKind::unary: return unary(id);
            case NodeKind::binary: return binary(id);
            case NodeKind::logical_and:
            case NodeKind::logical_or: return logical(id);
            case NodeKind::conditional: return conditional(id);
            case NodeKind::comprehension: return comprehension(id);
            case NodeKind::bind: return bind(id);
            case NodeKind::block: return block(id);
            case NodeKind::block_index: return referred(id);
        }
        ASSERT(false);
        return Operand();
    }

    // --- what the parts become

    Operand constant(Term term) {
        code_->constants.push_back(term);
        return {Operand::Space::constants, static_cast<std::uint32_t>(code_->constants.size() - 1)};
    }
    // Without checking, a mistake is a fault when, and only when, it is evaluated.
    Operand fault(NodeId id, Fault fault) { return constant(Term::fault_of(fault, id)); }

    std::size_t emit(Instruction instruction) {
        code_->instructions.push_back(instruction);
        return code_->instructions.size() - 1;
    }
    static Operand in_register(std::uint32_t index) { return {Operand::Space::registers, index}; }
    Operand emit_to_new(Instruction instruction) {
        instruction.target = code_->registers++;
        emit(instruction);
        return in_register(instruction.target);
    }
    [[nodiscard]] std::uint32_t here() const {
        return static_cast<std::uint32_t>(code_->instructions.size());
    }

    [[nodiscard]] const Term& value_of(Operand operand) const { return code_->constants[operand.index()]; }
    [[nodiscard]] bool is_known(Operand operand) const {
        return operand.is_constant() && !value_of(operand).is_missing();
    }

    // A constant result is kept; a fault is not, it belongs to the evaluation.
    template <typename Compute>
    std::optional<Operand> fold(NodeId id, std::initializer_list<Operand> operands, Compute compute) {
        if (!std::all_of(operands.begin(), operands.end(), [this](Operand each) { return is_known(each); }))
            return std::nullopt;
        Context context{code_->arena, nullptr, steps_left_, id, nullptr};
        const Term term = compute(context);
        steps_left_ = context.steps_left;
        if (term.is_missing()) return std::nullopt;
        return constant(term);
    }

    // --- names and fields

    Result<Operand> referred(NodeId id) {
        const Reference& reference = references_[id];
        switch (reference.to) {
            case To::slot:
                code_->slots.push_back(reference.index);
                return Operand(Operand::Space::slots, reference.index);
            case To::type: return constant(Term::type_of(static_cast<Kind>(reference.index)));
            case To::local: return locals_.at({reference.index, reference.part});
            default: return fault(id, Fault::unknown_name);
        }
    }

    Result<Operand> select(NodeId id, Opcode opcode) {
        if (references_[id].to != To::nothing) return referred(id);
        const Operand a = TRY(compile(child(id, 0)));
        const Operand field = constant(Term(std::string_view(source_.text(id))));
        const auto ask = opcode == Opcode::select ? rules::select : rules::optional_select;
        if (const auto folded =
                fold(id, {a}, [&](Context& context) { return ask(value_of(a), source_.text(id), context); }))
            return *folded;
        return emit_to_new({.opcode = opcode, .node = id, .a = a, .b = field});
    }

    Result<Operand> has(NodeId id) {
        if (references_[id].to == To::slot) {
            const Operand slot = TRY(referred(id));
            return emit_to_new({.opcode = Opcode::has_slot, .node = id, .a = slot});
        }
        if (references_[id].to != To::nothing) return referred(id);
        const Operand a = TRY(compile(child(id, 0)));
        const Operand field = constant(Term(std::string_view(source_.text(id))));
        return emit_to_new({.opcode = Opcode::has, .node = id, .a = a, .b = field});
    }

    Result<Operand> index(NodeId id, Opcode opcode) {
        const Operand a = TRY(compile(child(id, 0)));
        const Operand key = TRY(compile(child(id, 1)));
        const auto ask = opcode == Opcode::index ? rules::index : rules::optional_index;
        if (const auto folded = fold(
                id, {a, key}, [&](Context& context) { return ask(value_of(a), value_of(key), context); }))
            return *folded;
        return emit_to_new({.opcode = opcode, .node = id, .a = a, .b = key});
    }

    // --- operators

    Result<Operand> unary(NodeId id) {
        const Operation operation = source_.node(id).operation;
        const Operand a = TRY(compile(child(id, 0)));
        if (const auto folded = fold(
                id, {a}, [&](Context& context) { return rules::unary(operation, value_of(a), context); }))
            return *folded;
        return emit_to_new({.opcode = Opcode::unary, .operation = operation, .node = id, .a = a});
    }

    Result<Operand> binary(NodeId id) {
        const Operation operation = source_.node(id).operation;
        const Operand a = TRY(compile(child(id, 0)));
        const Operand b = TRY(compile(child(id, 1)));
        if (const auto folded = fold(id, {a, b}, [&](Context& context) {
                return rules::binary(operation, value_of(a), value_of(b), context);
            }))
            return *folded;
        return emit_to_new({.opcode = Opcode::binary, .operation = operation, .node = id, .a = a, .b = b});
    }

    // a && b: a decides alone when it is false, whatever b is; else both are looked at, so that an error on one side
    // gives way to false on the other. || likewise with true.
    Result<Operand> logical(NodeId id) {
        const bool is_and = source_.node(id).kind == NodeKind::logical_and;
        const std::uint32_t target = code_->registers++;
        const Operand a = TRY(compile(child(id, 0)));
        const std::size_t branch = emit({.opcode = is_and ? Opcode::and_branch : Opcode::or_branch,
                                         .node = id,
                                         .target = target,
                                         .a = a});
        const Operand b = TRY(compile(child(id, 1)));
        emit({.opcode = is_and ? Opcode::logical_and : Opcode::logical_or,
              .node = id,
              .target = target,
              .a = a,
              .b = b});
        code_->instructions[branch].jump = here();
        return in_register(target);
    }

    Result<Operand> conditional(NodeId id) {
        const std::uint32_t target = code_->registers++;
        const Operand condition = TRY(compile(child(id, 0)));
        const std::size_t choose =
            emit({.opcode = Opcode::choose, .node = id, .target = target, .a = condition});
        const Operand yes = TRY(compile(child(id, 1)));
        const std::size_t leave = emit({.opcode = Opcode::copy_jump, .node = id, .target = target, .a = yes});
        code_->instructions[choose].jump = here();
        const Operand no = TRY(compile(child(id, 2)));
        emit({.opcode = Opcode::copy, .node = id, .target = target, .a = no});
        code_->instructions[leave].jump = here();
        code_->instructions[choose].end = here();
        return in_register(target);
    }

    // --- lists, maps, calls

    Result<std::vector<Operand>> operands(std::span<const NodeId> nodes) {
        std::vector<Operand> places;
        for (const NodeId each : nodes) places.push_back(TRY(compile(each)));
        return places;
    }

    [[nodiscard]] bool all_known(std::span<const Operand> places) const {
        return std::all_of(places.begin(), places.end(), [this](Operand place) { return is_known(place); });
    }
    [[nodiscard]] std::vector<Term> values_of(std::span<const Operand> places) const {
        std::vector<Term> terms;
        for (const Operand place : places) terms.push_back(value_of(place));
        return terms;
    }

    Operand emit_with_arguments(Instruction instruction, std::span<const Operand> places) {
        instruction.jump = static_cast<std::uint32_t>(code_->arguments.size());
        instruction.end = static_cast<std::uint32_t>(places.size());
        code_->arguments.insert(code_->arguments.end(), places.begin(), places.end());
        return emit_to_new(instruction);
    }

    Result<Operand> build(NodeId id) {
        const bool is_list = source_.node(id).kind == NodeKind::list;
        const auto children = source_.children(id);
        const auto is_optional = [this](NodeId each) {
            return source_.node(each).kind == NodeKind::if_present;
        };
        std::vector<Operand> places = TRY(operands(children));
        if (std::any_of(children.begin(), children.end(), is_optional)) {
            std::vector<Operand> marked;
            for (std::size_t i = 0; i < children.size(); ++i) {
                marked.push_back(places[i]);
                marked.push_back(constant(Term(is_optional(children[i]))));
            }
            return emit_with_arguments(
                {.opcode = is_list ? Opcode::list_of_present : Opcode::map_of_present, .node = id}, marked);
        }
        if (all_known(places)) {
            if (const auto folded = fold(id, {}, [&](Context& context) {
                    const std::vector<Term> terms = values_of(places);
                    return is_list ? build_list(terms, context) : build_map(terms, context);
                }))
                return *folded;
        }
        return emit_with_arguments({.opcode = is_list ? Opcode::list : Opcode::map, .node = id}, places);
    }

    Result<Operand> call(NodeId id) {
        const Reference& reference = references_[id];
        if (reference.to == To::declared)
            return Error::invalid(
                "the function '" + reference.declared->name + "' is declared, but has no body here",
                where(source_.source(), source_.node(id).at));
        if (reference.to == To::unknown) return fault(id, Fault::unknown_function);
        const Function& function = *reference.function;
        const std::vector<Operand> places =
            TRY(operands(source_.children(id).subspan(reference.qualified ? 1 : 0)));
        if (function.name == "matches" && is_known(places[1]) && value_of(places[1]).is(Kind::string) &&
            code_->regex != nullptr)
            return match(id, places);
        if (function.needs == Needs::nothing && all_known(places)) {
            if (const auto folded = fold(
                    id, {}, [&](Context& context) { return function.apply(values_of(places), context); }))
                return *folded;
        }
        code_->functions.push_back(&function);
        return emit_with_arguments({.opcode = Opcode::call,
                                    .index = static_cast<std::uint16_t>(code_->functions.size() - 1),
                                    .node = id},
                                   places);
    }

    // A pattern that is written out is prepared once, and what is wrong with it is said now.
    Result<Operand> match(NodeId id, std::span<const Operand> places) {
        auto pattern = code_->regex->pattern(value_of(places[1]).string());
        if (!pattern.ok()) {
            const NodeId at = source_.children(id).back();
            return Error::invalid("this is no regular expression: " + pattern.error().message,
                                  where(source_.source(), source_.node(at).at));
        }
        code_->patterns.push_back(*std::move(pattern));
        return emit_to_new({.opcode = Opcode::match,
                            .index = static_cast<std::uint16_t>(code_->patterns.size() - 1),
                            .node = id,
                            .a = places[0]});
    }

    // --- macros

    Result<Operand> comprehension(NodeId id) {
        const Node& node = source_.node(id);
        if (node.macro == Macro::optional_map || node.macro == Macro::optional_flat_map)
            return optional_comprehension(id);
        const std::uint32_t target = code_->registers++;
        const Operand range = TRY(compile(child(id, 0)));
        const LoopPlan plan{node.macro, node.variables, code_->registers, code_->registers + 1};
        code_->registers += 2;
        const auto loop = static_cast<std::uint16_t>(code_->loops.size());
        code_->loops.push_back(plan);
        locals_[{id, 0}] = in_register(plan.first);
        locals_[{id, 1}] = in_register(plan.second);
        const std::size_t open =
            emit({.opcode = Opcode::loop_open, .index = loop, .node = id, .target = target, .a = range});
        const std::uint32_t next = here();
        emit({.opcode = Opcode::loop_next, .index = loop, .node = id, .target = target});
        std::optional<std::size_t> test;
        if (source_.children(id).size() == 3) {
            const Operand condition = TRY(compile(child(id, 1)));
            test = emit(
                {.opcode = Opcode::loop_test, .index = loop, .node = id, .target = target, .a = condition});
        }
        const Operand body = TRY(compile(source_.children(id).back()));
        emit({.opcode = Opcode::loop_fold,
              .index = loop,
              .node = id,
              .target = target,
              .a = body,
              .jump = next,
              .end = here() + 1});
        const std::uint32_t close = here();
        emit({.opcode = Opcode::loop_close, .index = loop, .node = id, .target = target});
        if (test) {
            code_->instructions[*test].jump = next;
            code_->instructions[*test].end = close;
        }
        code_->instructions[next].jump = close;
        code_->instructions[next].end = close - next;
        code_->instructions[open].jump = here();
        return in_register(target);
    }

    Result<Operand> optional_comprehension(NodeId id) {
        const std::uint32_t target = code_->registers++;
        const std::uint32_t variable = code_->registers++;
        const Operand optional = TRY(compile(child(id, 0)));
        locals_[{id, 0}] = in_register(variable);
        const std::size_t open = emit(
            {.opcode = Opcode::optional_open, .node = id, .target = target, .a = optional, .end = variable});
        const Operand body = TRY(compile(child(id, 1)));
        const bool wraps = source_.node(id).macro == Macro::optional_map;
        emit({.opcode = wraps ? Opcode::optional_close : Opcode::copy,
              .node = id,
              .target = target,
              .a = body});
        code_->instructions[open].jump = here();
        return in_register(target);
    }

    Result<Operand> bind(NodeId id) {
        locals_[{id, 0}] = TRY(compile(child(id, 0)));
        return compile(child(id, 1));
    }

    Result<Operand> block(NodeId id) {
        Operand last;
        const auto children = source_.children(id);
        for (std::size_t i = 0; i < children.size(); ++i) {
            last = TRY(compile(children[i]));
            locals_[{id, static_cast<std::uint32_t>(i)}] = last;
        }
        return last;
    }

    std::shared_ptr<Program::Code> code_;
    const Expression& source_;  // the program's own copy: constants point into its literals
    std::vector<Reference> references_;
    std::map<std::pair<NodeId, std::uint32_t>, Operand> locals_;
    std::int64_t steps_left_;
};

Error no_patterns(const Expression& expression, NodeId id) {
    return Error::invalid("no regular expressions are available here",
                          where(expression.source(), expression.node(id).at));
}

}  // namespace

Result<Program> compile(const Expression& expression, const Schema& schema, const Limits& limits,
                        Checking checking, const Regex* regex) {
    if (expression.node_count() > limits.nodes_max)
        return Error{ErrorCode::full,
                     "the expression has more than " + std::to_string(limits.nodes_max) + " parts; split it",
                     "1:1"};
    auto code = std::make_shared<Program::Code>();
    code->expression = expression;
    code->limits = limits;
    code->regex = regex;
    code->slots_declared = schema.size();
    std::vector<Reference> references = resolve(expression, schema);
    if (checking == Checking::declared) {
        code->type = TRY(check(expression, schema, references)).result;
        for (NodeId id = 0; id < references.size() && regex == nullptr; ++id) {
            const Function* function = references[id].function;
            if (function != nullptr && function->needs == Needs::regex) return no_patterns(expression, id);
        }
    }
    return Compiler(std::move(code), std::move(references)).run();
}

}  // namespace banyan::rules
