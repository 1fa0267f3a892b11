// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/check.h"

#include <map>

#include "domain/rules/overloads.h"

namespace banyan::rules {

namespace {

using To = Reference::To;

class Checker {
  public:
    Checker(const Expression& expression, const Schema& schema, const std::vector<Reference>& references)
        : source_(expression), schema_(schema), references_(references), types_(expression.node_count()) {}

    Result<Checked> run() {
        TRY(type_of(source_.root()));
        for (Type& type : types_) type = substitution_.resolved(type, Substitution::Open::dyn);
        Type result = types_[source_.root()];
        return Checked{std::move(types_), std::move(result)};
    }

  private:
    [[nodiscard]] Error error(NodeId id, std::string message) const {
        return Error::invalid(std::move(message), where(source_.source(), source_.node(id).at));
    }
    [[nodiscard]] std::string shown(const Type& type) const {
        return substitution_.resolved(type, Substitution::Open::dyn).text();
    }
    [[nodiscard]] std::string shown(std::span<const Type> types) const {
        std::string text;
        for (std::size_t i = 0; i < types.size(); ++i) {
            if (i > 0) text += i + 1 == types.size() ? " and " : ", ";
            text += shown(types[i]);
        }
        return text;
    }
    [[nodiscard]] NodeId child(NodeId id, std::size_t n) const { return source_.children(id)[n]; }

    // Recursion is bounded by depth_max of the parser.
    Result<Type> type_of(NodeId id) {
        types_[id] = TRY(found_type_of(id));
        return types_[id];
    }

    Result<Type> found_type_of(NodeId id) {
        switch (source_.node(id).kind) {
            case NodeKind::literal: return Type(Term(source_.literal(id)).kind());
            case NodeKind::name: return name(id);
            case NodeKind::select:
            case NodeKind::optional_select: return select(id);
            case NodeKind::has: return has(id);
            case NodeKind::index: return index(id, false);
            case NodeKind::optional_index: return index(id, true);
            case NodeKind::call:
            case NodeKind::method: return call(id);
            case NodeKind::list: return list(id);
            case NodeKind::map: return map(id);
            case NodeKind::if_present: return if_present(id);
            case NodeKind::unary:
            case NodeKind::binary: return operation(id);
            case NodeKind::logical_and:
            case NodeKind::logical_or: return logical(id);
            case NodeKind::conditional: return conditional(id);
            case NodeKind::comprehension: return comprehension(id);
            case NodeKind::bind: return bind(id);
            case NodeKind::block: return block(id);
            case NodeKind::block_index: return block_index(id);
        }
        ASSERT(false);
        return Type();
    }

    // --- names and fields

    [[nodiscard]] Error unknown(NodeId id) const {
        const std::string path = path_of(source_, id);
        std::string message = "unknown name '" + path + "'";
        if (const auto nearest = schema_.nearest(path))
            message += "; did you mean '" + std::string(*nearest) + "'?";
        return error(id, std::move(message));
    }

    Result<Type> referred(NodeId id) {
        const Reference& reference = references_[id];
        switch (reference.to) {
            case To::slot: return schema_.variable(reference.index).type;
            case To::type: return Type::type_of(Type(static_cast<Kind>(reference.index)));
            case To::local: return locals_.at({reference.index, reference.part});
            default: return unknown(id);
        }
    }

    Result<Type> name(NodeId id) { return referred(id); }

    Result<Type> select(NodeId id) {
        if (references_[id].to != To::nothing) return referred(id);
        const Type target = TRY(type_of(child(id, 0)));
        const bool optional = source_.node(id).kind == NodeKind::optional_select;
        return field_of(id, target, optional);
    }

    // The type of the field; optional when the target is, or when it is asked for like that.
    Result<Type> field_of(NodeId id, const Type& of, bool optional) {
        Type target = substitution_.resolved(of);
        if (target.kind() == Kind::optional) {
            optional = true;
            target = substitution_.resolved(target.parameters()[0]);
        }
        Type field;
        if (target.form() == Type::Form::record) {
            const Type* found = target.field(source_.text(id));
            if (found == nullptr) return no_field(id, target);
            field = *found;
        } else if (target.kind() == Kind::map) {
            field = target.parameters()[1];
        } else if (target.is_parameter()) {
            // Nothing may be concluded from it later either.
            static_cast<void>(substitution_.assignable(Type(), target));
        } else if (!target.is_dyn()) {
            return error(id, "a value of type " + shown(target) + " has no field '" + source_.text(id) + "'");
        }
        return optional ? Type::optional_of(field) : field;
    }

    [[nodiscard]] Error no_field(NodeId id, const Type& record) const {
        std::string message = "there is no field '" + source_.text(id) + "' in " + record.text();
        std::size_t nearest_distance = source_.text(id).size() / 3 + 2;
        std::string_view nearest;
        for (const Type::Field& field : record.fields()) {
            const std::size_t distance = edit_distance(source_.text(id), field.name);
            if (distance >= nearest_distance) continue;
            nearest_distance = distance;
            nearest = field.name;
        }
        if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
        return error(id, std::move(message));
    }

    Result<Type> has(NodeId id) {
        if (references_[id].to == To::unknown) return unknown(id);
        if (references_[id].to == To::slot) return Type(Kind::boolean);
        const Type target = TRY(type_of(child(id, 0)));
        TRY(field_of(id, target, false));
        return Type(Kind::boolean);
    }

    Result<Type> index(NodeId id, bool optional) {
        Type target = substitution_.resolved(TRY(type_of(child(id, 0))));
        const Type key = TRY(type_of(child(id, 1)));
        if (target.kind() == Kind::optional) {
            optional = true;
            target = substitution_.resolved(target.parameters()[0]);
        }
        Type element;
        if (target.form() == Type::Form::record) {
            if (!substitution_.assignable(key, Kind::string)) return wrong_key(id, target, key);
        } else if (target.kind() == Kind::list || target.kind() == Kind::map) {
            const bool is_list = target.kind() == Kind::list;
            const Type wanted = is_list ? Type(Kind::integer) : target.parameters()[0];
            const Type known = substitution_.resolved(key, Substitution::Open::dyn);
            const bool numbers = is_number(known) && is_number(substitution_.resolved(wanted));
            if (!numbers && !substitution_.assignable(key, wanted)) return wrong_key(id, target, key);
            element = target.parameters()[is_list ? 0 : 1];
        } else if (target.is_parameter()) {
            static_cast<void>(substitution_.assignable(Type(), target));
        } else if (!target.is_dyn()) {
            return error(id, "a value of type " + shown(target) + " cannot be indexed");
        }
        return optional ? Type::optional_of(element) : element;
    }

    // 1, 1u and 1.0 find the same.
    static bool is_number(const Type& type) {
        return type.kind() == Kind::integer || type.kind() == Kind::unsigned_integer ||
               type.kind() == Kind::floating;
    }

    [[nodiscard]] Error wrong_key(NodeId id, const Type& target, const Type& key) const {
        return error(id, "a value of type " + shown(target) + " is not indexed by " + shown(key));
    }

    // --- operators

    Result<Type> operation(NodeId id) {
        std::vector<Type> operands;
        for (const NodeId each : source_.children(id)) operands.push_back(TRY(type_of(each)));
        const Operation operation = source_.node(id).operation;
        if (const auto type = result_of(operation, operands, substitution_)) return *type;
        return error(id, "'" + std::string(name_of(operation)) + "' does not take " + shown(operands) +
                             "; convert one side, for instance with int() or string()");
    }

    Result<void> require_boolean(NodeId id, const Type& type) {
        if (substitution_.assignable(type, Kind::boolean)) return {};
        return error(id, "a condition must be a bool, not " + shown(type));
    }

    Result<Type> logical(NodeId id) {
        for (const NodeId each : source_.children(id)) {
            const Type side = TRY(type_of(each));
            TRY(require_boolean(id, side));
        }
        return Type(Kind::boolean);
    }

    // The more general of the two, when one can stand for the other.
    bool join(Type& type, const Type& next) {
        if (!substitution_.assignable(type, next)) return false;
        type = most_general(substitution_.resolved(type), substitution_.resolved(next));
        return true;
    }

    Result<Type> conditional(NodeId id) {
        const Type condition = TRY(type_of(child(id, 0)));
        TRY(require_boolean(id, condition));
        Type yes = TRY(type_of(child(id, 1)));
        const Type no = TRY(type_of(child(id, 2)));
        if (join(yes, no)) return yes;
        return error(id, "both sides of ?: must be of one type, not " + shown(yes) + " and " + shown(no) +
                             "; convert one side, or write dyn()");
    }

    // --- lists, maps, optionals

    Result<Type> if_present(NodeId id) {
        const Type type = substitution_.resolved(TRY(type_of(child(id, 0))));
        const Type content = substitution_.fresh();
        if (!substitution_.assignable(type, Type::optional_of(content)))
            return error(id, "behind '?' stands an optional, not " + shown(type));
        return substitution_.resolved(content);
    }

    // A list or map of different types holds dyn.
    void widen(std::optional<Type>& type, const Type& next) {
        if (!type) {
            type = next;
        } else if (!join(*type, next)) {
            type = Type();
        }
    }

    Result<Type> list(NodeId id) {
        std::optional<Type> element;
        for (const NodeId each : source_.children(id)) widen(element, TRY(type_of(each)));
        return Type::list_of(element ? *element : substitution_.fresh());
    }

    Result<Type> map(NodeId id) {
        std::optional<Type> key;
        std::optional<Type> value;
        const auto children = source_.children(id);
        for (std::size_t i = 0; i < children.size(); i += 2) {
            widen(key, TRY(type_of(children[i])));
            widen(value, TRY(type_of(children[i + 1])));
        }
        return Type::map_of(key ? *key : substitution_.fresh(), value ? *value : substitution_.fresh());
    }

    // --- calls

    Result<Type> call(NodeId id) {
        const Reference& reference = references_[id];
        if (reference.to == To::unknown) return unknown_function(id);
        std::vector<Type> arguments;
        for (const NodeId each : source_.children(id).subspan(reference.qualified ? 1 : 0))
            arguments.push_back(TRY(type_of(each)));
        std::optional<Type> type;
        if (reference.to == To::declared) {
            type = result_of(reference.declared->overloads, arguments, substitution_);
        } else if (is_variadic(*reference.function)) {
            type = result_of_numbers(arguments, substitution_);
        } else {
            type = result_of(overloads_of(*reference.function), arguments, substitution_);
        }
        if (type) return *type;
        std::string message = "'" + function_name(id) + "' does not take " + shown(arguments);
        if (reference.function != nullptr)
            message += "; it is " + std::string(reference.function->signatures);
        return error(id, std::move(message));
    }

    [[nodiscard]] std::string function_name(NodeId id) const {
        if (!references_[id].qualified) return source_.text(id);
        return path_of(source_, child(id, 0)) + "." + source_.text(id);
    }

    [[nodiscard]] Error unknown_function(NodeId id) const {
        const std::string name = function_name(id);
        const bool method = source_.node(id).kind == NodeKind::method && !references_[id].qualified;
        std::string message = "unknown function '" + name + "'";
        if (const MacroShape* macro = method ? find_macro(name) : nullptr)
            return error(id, "'" + name + "' is called with other arguments: " + std::string(macro->usage));
        std::string_view nearest;
        std::size_t nearest_distance = 4;
        for (const FunctionGroup& group : function_groups()) {
            for (const Function& function : group.functions) {
                if (function.name == name)
                    return error(id,
                                 "'" + name + "' is called with other arguments" + hint(function, method));
                const std::size_t distance = edit_distance(function.name, name);
                if (distance >= nearest_distance) continue;
                nearest_distance = distance;
                nearest = function.name;
            }
        }
        if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
        return error(id, std::move(message));
    }

    static std::string hint(const Function& function, bool method) {
        if ((function.style == Style::method) == method) return ": it is " + std::string(function.signatures);
        return method ? ": write name(x), not x.name()" : ": write x.name(), not name(x)";
    }

    // --- macros

    // What the variables of a walk over `range` are; nothing when it cannot be walked over.
    std::optional<std::pair<Type, Type>> walked(const Type& range) {
        if (range.is_dyn() || range.is_parameter()) {
            static_cast<void>(substitution_.assignable(Type(), range));
            return std::pair<Type, Type>();
        }
        if (range.kind() == Kind::list) return std::pair(Type(Kind::integer), range.parameters()[0]);
        if (range.form() == Type::Form::record) return std::pair(Type(Kind::string), Type());
        if (range.kind() == Kind::map) return std::pair(range.parameters()[0], range.parameters()[1]);
        return std::nullopt;
    }

    Result<Type> comprehension(NodeId id) {
        const Node& node = source_.node(id);
        const Type range = substitution_.resolved(TRY(type_of(child(id, 0))));
        if (node.macro == Macro::optional_map || node.macro == Macro::optional_flat_map)
            return optional_comprehension(id, range);
        const auto variables = walked(range);
        if (!variables || (node.macro == Macro::sort_by && range.kind() == Kind::map))
            return error(id, "a value of type " + shown(range) + " cannot be walked over");
        const Type single = range.kind() == Kind::map ? variables->first : variables->second;
        locals_[{id, 0}] = node.variables == 2 ? variables->first : single;
        locals_[{id, 1}] = variables->second;
        Type body;
        const auto children = source_.children(id);
        for (std::size_t i = 1; i < children.size(); ++i) {
            body = TRY(type_of(children[i]));
            const bool last = i + 1 == children.size();
            const bool is_condition = !last || is_quantifier(node.macro) || node.macro == Macro::filter;
            if (is_condition) TRY(require_boolean(children[i], body));
        }
        switch (node.macro) {
            case Macro::map:
            case Macro::transform_list: return Type::list_of(body);
            case Macro::filter: return Type::list_of(single);
            case Macro::transform_map: return Type::map_of(variables->first, body);
            case Macro::transform_map_entry: return entries(children.back(), body);
            case Macro::sort_by: return Type::list_of(single);
            default: return Type(Kind::boolean);
        }
    }

    Result<Type> entries(NodeId id, const Type& body) {
        const Type found = substitution_.resolved(body);
        if (found.is_dyn()) return Type(Kind::map);
        if (found.kind() == Kind::map) return found;
        return error(id, "an entry is written {key: value}, not as a value of type " + shown(found));
    }

    Result<Type> optional_comprehension(NodeId id, const Type& target) {
        const Type content = substitution_.fresh();
        if (!substitution_.assignable(target, Type::optional_of(content)))
            return error(id, "a value of type " + shown(target) + " is no optional");
        locals_[{id, 0}] = substitution_.resolved(content);
        const Type body = TRY(type_of(child(id, 1)));
        if (source_.node(id).macro == Macro::optional_map) return Type::optional_of(body);
        if (!substitution_.assignable(body, Type::optional_of(substitution_.fresh())))
            return error(child(id, 1), "optFlatMap() wants an optional here, not " + shown(body));
        return body;
    }

    Result<Type> bind(NodeId id) {
        locals_[{id, 0}] = TRY(type_of(child(id, 0)));
        return type_of(child(id, 1));
    }

    Result<Type> block(NodeId id) {
        Type last;
        const auto children = source_.children(id);
        for (std::size_t i = 0; i < children.size(); ++i) {
            last = TRY(type_of(children[i]));
            locals_[{id, static_cast<std::uint32_t>(i)}] = last;
        }
        return last;
    }

    Result<Type> block_index(NodeId id) {
        if (references_[id].to == To::local) return referred(id);
        return error(id, "cel.index() counts the parts of the cel.block() around it that stand before");
    }

    const Expression& source_;
    const Schema& schema_;
    const std::vector<Reference>& references_;
    std::vector<Type> types_;
    std::map<std::pair<NodeId, std::uint32_t>, Type> locals_;
    Substitution substitution_;
};

}  // namespace

Result<Checked> check(const Expression& expression, const Schema& schema,
                      const std::vector<Reference>& references) {
    return Checker(expression, schema, references).run();
}

Result<Checked> check(const Expression& expression, const Schema& schema) {
    return check(expression, schema, resolve(expression, schema));
}

}  // namespace banyan::rules
