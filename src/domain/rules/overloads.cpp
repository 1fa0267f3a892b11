// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/overloads.h"

#include <map>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

constexpr std::string_view sums =
    "int, int -> int | uint, uint -> uint | double, double -> double | string, string -> string | "
    "bytes, bytes -> bytes | list(A), list(A) -> list(A) | timestamp, duration -> timestamp | "
    "duration, timestamp -> timestamp | duration, duration -> duration";
constexpr std::string_view differences =
    "int, int -> int | uint, uint -> uint | double, double -> double | timestamp, timestamp -> duration | "
    "timestamp, duration -> timestamp | duration, duration -> duration";
constexpr std::string_view products = "int, int -> int | uint, uint -> uint | double, double -> double";
constexpr std::string_view remainders = "int, int -> int | uint, uint -> uint";
constexpr std::string_view orders =
    "bool, bool -> bool | int, int -> bool | int, uint -> bool | int, double -> bool | uint, uint -> bool | "
    "uint, int -> bool | uint, double -> bool | double, double -> bool | double, int -> bool | "
    "double, uint -> bool | string, string -> bool | bytes, bytes -> bool | timestamp, timestamp -> bool | "
    "duration, duration -> bool";
constexpr std::string_view memberships = "A, list(A) -> bool | A, map(A, B) -> bool";

std::string_view signatures_of(Operation operation) {
    switch (operation) {
        case Operation::negate: return "int -> int | double -> double";
        case Operation::complement: return "bool -> bool";
        case Operation::add: return sums;
        case Operation::subtract: return differences;
        case Operation::multiply:
        case Operation::divide: return products;
        case Operation::modulo: return remainders;
        case Operation::in: return memberships;
        default: return orders;
    }
}

std::span<const Overload> overloads_of(Operation operation) {
    static const auto all = [] {
        std::map<Operation, std::vector<Overload>> read;
        for (auto each = Operation::negate; each <= Operation::in;
             each = static_cast<Operation>(static_cast<int>(each) + 1))
            read.emplace(each, read_overloads(signatures_of(each)));
        return read;
    }();
    return all.at(operation);
}

// Equality is wider than assignability: numbers with numbers, anything with null, and so on inside.
bool comparable(const Type& a, const Type& b, Substitution& substitution) {
    const Type left = substitution.resolved(a);
    const Type right = substitution.resolved(b);
    if (left.kind() == Kind::null || right.kind() == Kind::null) return true;
    if (is_numeric(left.kind()) && is_numeric(right.kind())) return true;
    if (substitution.assignable(left, right) || substitution.assignable(right, left)) return true;
    if (left.kind() != right.kind() || left.name() != right.name()) return false;
    const auto& ours = left.parameters();
    const auto& theirs = right.parameters();
    if (ours.empty() || ours.size() != theirs.size()) return false;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (!comparable(ours[i], theirs[i], substitution)) return false;
    }
    return true;
}

bool may_hold(const Type& container, const Type& element, Substitution& substitution) {
    const Type within = substitution.resolved(container);
    const bool holds = within.kind() == Kind::list || within.kind() == Kind::map;
    return holds && !within.parameters().empty() && comparable(element, within.parameters()[0], substitution);
}

}  // namespace

std::optional<Type> result_of(std::span<const Overload> overloads, std::span<const Type> arguments,
                              Substitution& substitution) {
    std::optional<Type> result;
    for (const Overload& overload : overloads) {
        if (overload.parameters.size() != arguments.size()) continue;
        std::vector<Type> signature = overload.parameters;
        signature.push_back(overload.result);
        signature = substitution.instance(signature);
        if (!substitution.assignable(arguments, std::span(signature).first(arguments.size()))) continue;
        const Type found = substitution.resolved(signature.back());
        if (!result) {
            result = found;
        } else if (!(*result == found)) {
            result = Type();
        }
    }
    return result;
}

std::optional<Type> result_of(Operation operation, std::span<const Type> arguments,
                              Substitution& substitution) {
    if (operation == Operation::equal || operation == Operation::not_equal)
        return comparable(arguments[0], arguments[1], substitution) ? std::optional<Type>(Kind::boolean)
                                                                    : std::nullopt;
    auto found = result_of(overloads_of(operation), arguments, substitution);
    if (!found && operation == Operation::in && may_hold(arguments[1], arguments[0], substitution))
        found = Type(Kind::boolean);
    return found;
}

std::optional<Type> result_of_numbers(std::span<const Type> arguments, const Substitution& substitution) {
    std::optional<Type> result;
    for (const Type& argument : arguments) {
        Type type = substitution.resolved(argument, Substitution::Open::dyn);
        if (arguments.size() == 1 && type.kind() == Kind::list) type = Type(type.parameters()[0]);
        if (!is_numeric(type.kind()) && !type.is_dyn()) return std::nullopt;
        result = !result || *result == type ? type : Type();
    }
    return result;
}

}  // namespace banyan::rules
