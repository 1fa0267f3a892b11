// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/compile.h"

#include <algorithm>

#include "domain/rules/functions.h"
#include "domain/rules/operators.h"

namespace banyan::rules {

namespace {

/// Where a sub-expression's value is found and what is known of its kind.
struct Place {
    Operand operand;
    Kind kind = Kind::dyn;
};

std::optional<Kind> type_named(std::string_view path) {
    for (auto kind = std::uint8_t{0}; kind <= static_cast<std::uint8_t>(Kind::type); ++kind) {
        if (name_of(static_cast<Kind>(kind)) == path) return static_cast<Kind>(kind);
    }
    return std::nullopt;
}

}  // namespace

class Compiler {
  public:
    Compiler(const Expression& expression, const Schema& schema, const Limits& limits, Checking checking)
        : schema_(schema),
          checking_(checking),
          code_(std::make_shared<Program::Code>()),
          source_(code_->expression) {
        code_->expression = expression;
        code_->limits = limits;
        code_->slots_declared = schema.size();
        steps_left_ = limits.steps_max;
    }

    Result<Program> run() {
        if (source_.node_count() > code_->limits.nodes_max)
            return Error{ErrorCode::full,
                         "the expression has more than " + std::to_string(code_->limits.nodes_max) +
                             " parts; split it",
                         "1:1"};
        const Place place = TRY(compile(source_.root()));
        code_->result = place.operand;
        code_->kind = place.kind;
        std::sort(code_->slots.begin(), code_->slots.end());
        code_->slots.erase(std::unique(code_->slots.begin(), code_->slots.end()), code_->slots.end());
        return Program(std::move(code_));
    }

  private:
    [[nodiscard]] bool checked() const { return checking_ == Checking::declared; }
    [[nodiscard]] Error error(NodeId id, std::string message) const {
        return Error::invalid(std::move(message), where(source_.source(), source_.node(id).at));
    }

    // Recursion is bounded by depth_max of the parser.
    Result<Place> compile(NodeId id) {
        switch (source_.node(id).kind) {
            case NodeKind::literal: return constant(Term(source_.literal(id)));
            case NodeKind::name: return name(id);
            case NodeKind::select: return select(id);
            case NodeKind::has: return has(id);
            case NodeKind::index: return index(id);
            case NodeKind::call:
            case NodeKind::method: return call(id);
            case NodeKind::list:
            case NodeKind::map: return build(id);
            case NodeKind::unary: return unary(id);
            case NodeKind::binary: return binary(id);
            case NodeKind::logical_and:
            case NodeKind::logical_or: return logical(id);
            case NodeKind::conditional: return conditional(id);
        }
        ASSERT(false);
        return Place{};
    }

    // --- what the parts become

    Place constant(Term term) {
        code_->constants.push_back(term);
        const auto index = static_cast<std::uint32_t>(code_->constants.size() - 1);
        return {Operand(Operand::Space::constants, index), term.is_missing() ? Kind::dyn : term.kind()};
    }
    Place slot(Slot slot) {
        code_->slots.push_back(slot);
        return {Operand(Operand::Space::slots, slot), schema_.variable(slot).kind};
    }
    // In dynamic checking a mistake is a fault when, and only when, it is evaluated.
    Place fault(NodeId id, Fault fault) { return constant(Term::fault_of(fault, id)); }

    std::size_t emit(Instruction instruction) {
        code_->instructions.push_back(instruction);
        return code_->instructions.size() - 1;
    }
    Place emit_to_new(Instruction instruction, Kind kind) {
        instruction.target = code_->registers++;
        emit(instruction);
        return {Operand(Operand::Space::registers, instruction.target), kind};
    }
    [[nodiscard]] std::uint32_t here() const {
        return static_cast<std::uint32_t>(code_->instructions.size());
    }

    [[nodiscard]] const Term& value_of(Operand operand) const { return code_->constants[operand.index()]; }

    // A constant result is kept; a fault is not, it belongs to the evaluation. `kind` is what the checking knows of the
    // result, which may be less than the value shows: dyn(1) stays dyn.
    template <typename Compute>
    std::optional<Place> fold(NodeId id, std::initializer_list<Operand> operands, Kind kind,
                              Compute compute) {
        for (const Operand operand : operands) {
            if (!operand.is_constant() || value_of(operand).is_missing()) return std::nullopt;
        }
        Context context{code_->arena, nullptr, steps_left_, id};
        const Term term = compute(context);
        steps_left_ = context.steps_left;
        if (term.is_missing()) return std::nullopt;
        return Place{constant(term).operand, kind};
    }

    // --- names

    // "a.b.c" when the node is nothing but names and dots.
    [[nodiscard]] std::optional<std::string> path_of(NodeId id) const {
        std::vector<std::string_view> parts;
        for (;; id = source_.children(id)[0]) {
            const NodeKind kind = source_.node(id).kind;
            if (kind != NodeKind::name && kind != NodeKind::select && kind != NodeKind::has)
                return std::nullopt;
            parts.push_back(source_.text(id));
            if (kind == NodeKind::name) break;
        }
        if (parts.back().front() == '.') parts.back().remove_prefix(1);
        std::string path;
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            if (!path.empty()) path += '.';
            path += *part;
        }
        return path;
    }

    // The variable or type the whole path names, if any.
    std::optional<Place> resolve(std::string_view path) {
        if (const auto found = schema_.find(path)) return slot(*found);
        if (const auto kind = type_named(path)) return constant(Term::type_of(*kind));
        return std::nullopt;
    }

    Error unknown(NodeId id, std::string_view path) const {
        std::string message = "unknown name '" + std::string(path) + "'";
        if (const auto nearest = schema_.nearest(path))
            message += "; did you mean '" + std::string(*nearest) + "'?";
        return error(id, std::move(message));
    }

    Result<Place> name(NodeId id) {
        const auto path = path_of(id);
        if (const auto place = resolve(*path)) return *place;
        if (checked()) return unknown(id, *path);
        return fault(id, Fault::unknown_name);
    }

    Result<Place> select(NodeId id) {
        const auto path = path_of(id);
        if (path) {
            // The longest declared path wins; what is left of it are fields of that variable.
            if (const auto place = resolve(*path)) return *place;
            if (checked() && !some_prefix_resolves(id)) return unknown(id, *path);
        }
        const Place a = TRY(compile(source_.children(id)[0]));
        TRY(require_map(id, a));
        const Place field = constant(Term(std::string_view(source_.text(id))));
        if (const auto folded = fold(id, {a.operand}, Kind::dyn, [&](Context& context) {
                return rules::select(value_of(a.operand), source_.text(id), context);
            }))
            return *folded;
        return emit_to_new({.opcode = Opcode::select, .node = id, .a = a.operand, .b = field.operand},
                           Kind::dyn);
    }

    [[nodiscard]] bool some_prefix_resolves(NodeId id) const {
        while (source_.node(id).kind != NodeKind::name) {
            id = source_.children(id)[0];
            const auto path = path_of(id);
            if (schema_.find(*path) || type_named(*path)) return true;
        }
        return false;
    }

    Result<void> require_map(NodeId id, const Place& a) const {
        if (!checked() || a.kind == Kind::map || a.kind == Kind::dyn) return {};
        return error(id, "a value of type " + std::string(name_of(a.kind)) + " has no field '" +
                             source_.text(id) + "'");
    }

    Result<Place> has(NodeId id) {
        const auto path = path_of(id);
        if (path) {
            if (const auto found = schema_.find(*path))
                return emit_to_new({.opcode = Opcode::has_slot, .node = id, .a = slot(*found).operand},
                                   Kind::boolean);
            if (checked() && !some_prefix_resolves(id)) return unknown(id, *path);
        }
        const Place a = TRY(compile(source_.children(id)[0]));
        TRY(require_map(id, a));
        const Place field = constant(Term(std::string_view(source_.text(id))));
        return emit_to_new({.opcode = Opcode::has, .node = id, .a = a.operand, .b = field.operand},
                           Kind::boolean);
    }

    // --- operators

    Error misfit(NodeId id, std::string kinds) const {
        return error(id, "'" + std::string(name_of(source_.node(id).operation)) + "' does not take " +
                             std::move(kinds) + "; convert one side, for instance with int() or string()");
    }

    Result<Place> unary(NodeId id) {
        const Operation operation = source_.node(id).operation;
        const Place a = TRY(compile(source_.children(id)[0]));
        const auto kind = kind_of(operation, a.kind);
        if (checked() && !kind) return misfit(id, std::string(name_of(a.kind)));
        if (const auto folded = fold(id, {a.operand}, kind.value_or(Kind::dyn), [&](Context& context) {
                return rules::unary(operation, value_of(a.operand), context);
            }))
            return *folded;
        return emit_to_new({.opcode = Opcode::unary, .operation = operation, .node = id, .a = a.operand},
                           kind.value_or(Kind::dyn));
    }

    Result<Place> binary(NodeId id) {
        const Operation operation = source_.node(id).operation;
        const Place a = TRY(compile(source_.children(id)[0]));
        const Place b = TRY(compile(source_.children(id)[1]));
        const auto kind = kind_of(operation, a.kind, b.kind);
        if (checked() && !kind)
            return misfit(id, std::string(name_of(a.kind)) + " and " + std::string(name_of(b.kind)));
        if (const auto folded =
                fold(id, {a.operand, b.operand}, kind.value_or(Kind::dyn), [&](Context& context) {
                    return rules::binary(operation, value_of(a.operand), value_of(b.operand), context);
                }))
            return *folded;
        return emit_to_new(
            {.opcode = Opcode::binary, .operation = operation, .node = id, .a = a.operand, .b = b.operand},
            kind.value_or(Kind::dyn));
    }

    Result<Place> index(NodeId id) {
        const Place a = TRY(compile(source_.children(id)[0]));
        const Place key = TRY(compile(source_.children(id)[1]));
        if (checked() && a.kind != Kind::list && a.kind != Kind::map && a.kind != Kind::dyn)
            return error(id, "a value of type " + std::string(name_of(a.kind)) + " cannot be indexed");
        if (const auto folded = fold(id, {a.operand, key.operand}, Kind::dyn, [&](Context& context) {
                return rules::index(value_of(a.operand), value_of(key.operand), context);
            }))
            return *folded;
        return emit_to_new({.opcode = Opcode::index, .node = id, .a = a.operand, .b = key.operand},
                           Kind::dyn);
    }

    // a && b: a decides alone when it is false, whatever b is; else both are looked at, so that an error on one side
    // gives way to false on the other. || likewise with true.
    Result<Place> logical(NodeId id) {
        const bool is_and = source_.node(id).kind == NodeKind::logical_and;
        const std::uint32_t target = code_->registers++;
        const Place a = TRY(compile(source_.children(id)[0]));
        TRY(require_boolean(id, a));
        const std::size_t branch = emit({.opcode = is_and ? Opcode::and_branch : Opcode::or_branch,
                                         .node = id,
                                         .target = target,
                                         .a = a.operand});
        const Place b = TRY(compile(source_.children(id)[1]));
        TRY(require_boolean(id, b));
        emit({.opcode = is_and ? Opcode::logical_and : Opcode::logical_or,
              .node = id,
              .target = target,
              .a = a.operand,
              .b = b.operand});
        code_->instructions[branch].jump = here();
        return Place{Operand(Operand::Space::registers, target), Kind::boolean};
    }

    Result<void> require_boolean(NodeId id, const Place& a) const {
        if (!checked() || a.kind == Kind::boolean || a.kind == Kind::dyn) return {};
        return error(id, "a condition must be a bool, not " + std::string(name_of(a.kind)));
    }

    Result<Place> conditional(NodeId id) {
        const std::uint32_t target = code_->registers++;
        const Place condition = TRY(compile(source_.children(id)[0]));
        TRY(require_boolean(id, condition));
        const std::size_t choose =
            emit({.opcode = Opcode::choose, .node = id, .target = target, .a = condition.operand});
        const Place yes = TRY(compile(source_.children(id)[1]));
        const std::size_t leave =
            emit({.opcode = Opcode::copy_jump, .node = id, .target = target, .a = yes.operand});
        code_->instructions[choose].jump = here();
        const Place no = TRY(compile(source_.children(id)[2]));
        emit({.opcode = Opcode::copy, .node = id, .target = target, .a = no.operand});
        code_->instructions[leave].jump = here();
        code_->instructions[choose].end = here();
        return Place{Operand(Operand::Space::registers, target), yes.kind == no.kind ? yes.kind : Kind::dyn};
    }

    // --- lists, maps, calls

    Result<std::vector<Operand>> operands(NodeId id) {
        std::vector<Operand> places;
        for (const NodeId child : source_.children(id)) places.push_back(TRY(compile(child)).operand);
        return places;
    }

    [[nodiscard]] bool all_constant(std::span<const Operand> places) const {
        return std::all_of(places.begin(), places.end(), [this](Operand place) {
            return place.is_constant() && !value_of(place).is_missing();
        });
    }
    [[nodiscard]] std::vector<Term> values_of(std::span<const Operand> places) const {
        std::vector<Term> terms;
        for (const Operand place : places) terms.push_back(value_of(place));
        return terms;
    }

    Place emit_with_arguments(Instruction instruction, std::span<const Operand> places, Kind kind) {
        instruction.jump = static_cast<std::uint32_t>(code_->arguments.size());
        instruction.end = static_cast<std::uint32_t>(places.size());
        code_->arguments.insert(code_->arguments.end(), places.begin(), places.end());
        return emit_to_new(instruction, kind);
    }

    Result<Place> build(NodeId id) {
        const bool is_list = source_.node(id).kind == NodeKind::list;
        const std::vector<Operand> places = TRY(operands(id));
        if (all_constant(places)) {
            if (const auto folded = fold(id, {}, is_list ? Kind::list : Kind::map, [&](Context& context) {
                    const std::vector<Term> terms = values_of(places);
                    return is_list ? build_list(terms, context) : build_map(terms, context);
                }))
                return *folded;
        }
        return emit_with_arguments({.opcode = is_list ? Opcode::list : Opcode::map, .node = id}, places,
                                   is_list ? Kind::list : Kind::map);
    }

    Result<Place> call(NodeId id) {
        const std::string& name = source_.text(id);
        const bool method = source_.node(id).kind == NodeKind::method;
        const std::size_t count = source_.children(id).size();
        const auto found = find_function(name, method ? Style::method : Style::global, count);
        if (!found) {
            if (checked()) return unknown_function(id, name, method);
            return fault(id, Fault::unknown_function);
        }
        const Function& function = functions()[*found];
        const std::vector<Operand> places = TRY(operands(id));
        if (!function.needs_calendar && all_constant(places)) {
            if (const auto folded = fold(id, {}, function.kind, [&](Context& context) {
                    return function.apply(values_of(places), context);
                }))
                return *folded;
        }
        return emit_with_arguments({.opcode = Opcode::call, .function = *found, .node = id}, places,
                                   function.kind);
    }

    Error unknown_function(NodeId id, std::string_view name, bool method) const {
        std::string message = "unknown function '" + std::string(name) + "'";
        std::string_view nearest;
        std::size_t nearest_distance = 4;
        for (const Function& function : functions()) {
            if (function.name == name) {
                const bool style_differs = (function.style == Style::method) != method;
                return error(id, "'" + std::string(name) + "' is called with other arguments" +
                                     (style_differs ? (method ? ": write name(x), not x.name()"
                                                              : ": write x.name(), not name(x)")
                                                    : ""));
            }
            const std::size_t distance = edit_distance(function.name, name);
            if (distance >= nearest_distance) continue;
            nearest_distance = distance;
            nearest = function.name;
        }
        if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
        return error(id, std::move(message));
    }

    const Schema& schema_;
    Checking checking_;
    std::shared_ptr<Program::Code> code_;
    const Expression& source_;  // the program's own copy: constants point into its literals
    std::int64_t steps_left_ = 0;
};

Result<Program> compile(const Expression& expression, const Schema& schema, const Limits& limits,
                        Checking checking) {
    return Compiler(expression, schema, limits, checking).run();
}

}  // namespace banyan::rules
