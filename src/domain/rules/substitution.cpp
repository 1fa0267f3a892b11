// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/substitution.h"

namespace banyan::rules {

namespace {

// What an absent value may stand for: anything that is held by reference in CEL's own world.
bool is_nullable(const Type& type) {
    switch (type.kind()) {
        case Kind::null:
        case Kind::optional:
        case Kind::timestamp:
        case Kind::duration:
        case Kind::address:
        case Kind::network: return true;
        default: return type.form() == Type::Form::opaque || type.form() == Type::Form::record;
    }
}

bool is_equal_or_more_general(const Type& a, const Type& b) {
    if (a.is_dyn() || a.is_parameter()) return true;
    if (b.is_dyn() || b.is_parameter()) return false;
    if (a.kind() != b.kind() || a.form() != b.form() || a.name() != b.name()) return false;
    if (a.kind() == Kind::type) return true;
    if (a.form() == Type::Form::record) return a == b;
    if (a.parameters().size() != b.parameters().size()) return false;
    for (std::size_t i = 0; i < a.parameters().size(); ++i) {
        if (!is_equal_or_more_general(a.parameters()[i], b.parameters()[i])) return false;
    }
    return true;
}

Type rebuilt(const Type& type, std::vector<Type> parameters) {
    if (type.form() == Type::Form::opaque) return Type::opaque(type.name(), std::move(parameters));
    switch (type.kind()) {
        case Kind::list: return Type::list_of(std::move(parameters[0]));
        case Kind::map: return Type::map_of(std::move(parameters[0]), std::move(parameters[1]));
        case Kind::optional: return Type::optional_of(std::move(parameters[0]));
        default: return Type::type_of(std::move(parameters[0]));
    }
}

}  // namespace

Type most_general(const Type& a, const Type& b) {
    // What may be absent is still what it is.
    if (a.kind() == Kind::null || b.kind() == Kind::null) return a.kind() == Kind::null ? b : a;
    return is_equal_or_more_general(a, b) ? a : b;
}

Type Substitution::fresh() { return Type::parameter("_" + std::to_string(made_++)); }

bool Substitution::assignable(const Type& from, const Type& to) {
    const auto before = bound_;
    if (fits(from, to)) return true;
    bound_ = before;
    return false;
}

bool Substitution::assignable(std::span<const Type> from, std::span<const Type> to) {
    const auto before = bound_;
    if (fits(from, to)) return true;
    bound_ = before;
    return false;
}

bool Substitution::fits(std::span<const Type> from, std::span<const Type> to) {
    if (from.size() != to.size()) return false;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!fits(from[i], to[i])) return false;
    }
    return true;
}

bool Substitution::fits(const Type& from, const Type& to) {
    if (to.is_parameter()) {
        const Answer answer = bind(from, to);
        if (answer.valid) return true;
        // It stands for something else already; it cannot be solved from the other side.
        if (answer.bound) return false;
    }
    if (from.is_parameter()) return bind(to, from).valid;
    if (from.is_dyn() || to.is_dyn()) return true;
    if (from.kind() == Kind::null) return is_nullable(to);
    if (to.kind() == Kind::null) return is_nullable(from);
    if (from.kind() != to.kind() || from.name() != to.name()) return false;
    if (from.kind() == Kind::type) return true;
    const bool from_record = from.form() == Type::Form::record;
    const bool to_record = to.form() == Type::Form::record;
    if (from_record && to_record) return from == to;
    // A record is a map from strings; what it holds is open.
    if (from_record) return fits(Type(Kind::string), to.parameters()[0]) && fits(Type(), to.parameters()[1]);
    if (to_record) return fits(from.parameters()[0], Type(Kind::string));
    return fits(std::span(from.parameters()), std::span(to.parameters()));
}

Substitution::Answer Substitution::bind(const Type& type, const Type& parameter) {
    if (type == parameter) return {true, true};
    const auto found = bound_.find(parameter.name());
    if (found == bound_.end()) {
        if (mentions(parameter, type)) return {false, false};
        bound_.insert_or_assign(parameter.name(), type);
        return {true, false};
    }
    const Type current = found->second;
    if (type == current) return {true, true};
    if (!fits(type, current)) return {false, true};
    const Type general = most_general(type, current);
    if (!mentions(parameter, general)) bound_.insert_or_assign(parameter.name(), general);
    return {true, true};
}

// Whether the parameter would have to stand for something that holds itself.
bool Substitution::mentions(const Type& parameter, const Type& within) const {
    if (within == parameter) return true;
    if (within.is_parameter()) {
        const auto found = bound_.find(within.name());
        return found != bound_.end() && mentions(parameter, found->second);
    }
    for (const Type& held : within.parameters()) {
        if (mentions(parameter, held)) return true;
    }
    return false;
}

Type Substitution::resolved(const Type& type, Open open) const {
    if (type.is_parameter()) {
        const auto found = bound_.find(type.name());
        if (found != bound_.end()) return resolved(found->second, open);
        return open == Open::dyn ? Type() : type;
    }
    if (type.parameters().empty()) return type;
    std::vector<Type> parameters;
    for (const Type& held : type.parameters()) parameters.push_back(resolved(held, open));
    return rebuilt(type, std::move(parameters));
}

std::vector<Type> Substitution::instance(std::span<const Type> types) {
    std::map<std::string, Type> fresh_for;
    const auto renamed = [&](const auto& self, const Type& type) -> Type {
        if (type.is_parameter()) {
            const auto found = fresh_for.find(type.name());
            if (found != fresh_for.end()) return found->second;
            return fresh_for.emplace(type.name(), fresh()).first->second;
        }
        if (type.parameters().empty()) return type;
        std::vector<Type> parameters;
        for (const Type& held : type.parameters()) parameters.push_back(self(self, held));
        return rebuilt(type, std::move(parameters));
    };
    std::vector<Type> copies;
    for (const Type& type : types) copies.push_back(renamed(renamed, type));
    return copies;
}

}  // namespace banyan::rules
