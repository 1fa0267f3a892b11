// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/possible.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace banyan::programme {

namespace {

using rules::Expression;
using rules::NodeId;
using rules::NodeKind;
using rules::Operation;

// What is known of one word in one way for the expression to come out as wanted.
struct Known {
    Range range;
    std::set<std::int64_t> other_numbers;  // it is none of these
    std::optional<std::string> text;       // it is this
    std::set<std::string> other_texts;     // it is none of these
    bool is_impossible = false;
};
using World = std::map<std::string, Known, std::less<>>;
using Worlds = std::vector<World>;  // one of these must hold; none = impossible

constexpr std::size_t worlds_max = 256;

bool is_empty(const Known& known) {
    if (known.is_impossible || known.range.min > known.range.max) return true;
    if (known.text && known.other_texts.contains(*known.text)) return true;
    const auto size =
        static_cast<std::uint64_t>(known.range.max) - static_cast<std::uint64_t>(known.range.min);
    if (size >= known.other_numbers.size()) return false;
    for (std::int64_t number = known.range.min;; ++number) {
        if (!known.other_numbers.contains(number)) return false;
        if (number == known.range.max) return true;
    }
}

Known both(const Known& a, const Known& b) {
    Known joined = a;
    joined.range.min = std::max(a.range.min, b.range.min);
    joined.range.max = std::min(a.range.max, b.range.max);
    joined.other_numbers.insert(b.other_numbers.begin(), b.other_numbers.end());
    joined.other_texts.insert(b.other_texts.begin(), b.other_texts.end());
    joined.is_impossible = a.is_impossible || b.is_impossible || (a.text && b.text && *a.text != *b.text);
    if (!joined.text) joined.text = b.text;
    return joined;
}

std::optional<World> both(const World& a, const World& b) {
    World joined = a;
    for (const auto& [word, known] : b) {
        const auto found = joined.find(word);
        if (found == joined.end()) {
            joined.emplace(word, known);
        } else {
            found->second = both(found->second, known);
            if (is_empty(found->second)) return std::nullopt;
        }
    }
    return joined;
}

Worlds anything() { return {World{}}; }

Worlds both(const Worlds& a, const Worlds& b) {
    Worlds all;
    for (const World& left : a) {
        for (const World& right : b) {
            if (auto joined = both(left, right)) all.push_back(std::move(*joined));
            if (all.size() > worlds_max) return anything();
        }
    }
    return all;
}

Worlds either(Worlds a, Worlds b) {
    a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
    return a.size() > worlds_max ? anything() : a;
}

Operation opposite(Operation operation) {
    switch (operation) {
        case Operation::equal: return Operation::not_equal;
        case Operation::not_equal: return Operation::equal;
        case Operation::less: return Operation::greater_equal;
        case Operation::less_equal: return Operation::greater;
        case Operation::greater: return Operation::less_equal;
        case Operation::greater_equal: return Operation::less;
        default: return Operation::none;
    }
}

Operation mirrored(Operation operation) {  // 5 < x is x > 5
    switch (operation) {
        case Operation::less: return Operation::greater;
        case Operation::less_equal: return Operation::greater_equal;
        case Operation::greater: return Operation::less;
        case Operation::greater_equal: return Operation::less_equal;
        default: return operation;
    }
}

std::optional<Known> known_of(Operation operation, std::int64_t number) {
    Known known;
    switch (operation) {
        case Operation::equal: known.range = {number, number}; return known;
        case Operation::not_equal: known.other_numbers = {number}; return known;
        case Operation::less:
            known.is_impossible = number == INT64_MIN;
            known.range.max = known.is_impossible ? number : number - 1;
            return known;
        case Operation::less_equal: known.range.max = number; return known;
        case Operation::greater:
            known.is_impossible = number == INT64_MAX;
            known.range.min = known.is_impossible ? number : number + 1;
            return known;
        case Operation::greater_equal: known.range.min = number; return known;
        default: return std::nullopt;
    }
}

std::optional<Known> known_of(Operation operation, const std::string& text) {
    Known known;
    if (operation == Operation::equal)
        known.text = text;
    else if (operation == Operation::not_equal)
        known.other_texts = {text};
    else
        return std::nullopt;
    return known;
}

class Finder {
  public:
    Finder(const Expression& expression, const Ranges& ranges) : expression_(expression), ranges_(ranges) {}

    Worlds worlds(NodeId id, bool wanted) const {  // NOLINT(misc-no-recursion): the parser bounds the depth
        const auto children = expression_.children(id);
        switch (expression_.node(id).kind) {
            case NodeKind::literal: return of_literal(id, wanted);
            case NodeKind::unary:
                if (expression_.node(id).operation == Operation::complement)
                    return worlds(children[0], !wanted);
                return anything();
            case NodeKind::logical_and: return joined(children, wanted, wanted);
            case NodeKind::logical_or: return joined(children, wanted, !wanted);
            case NodeKind::conditional:
                return either(both(worlds(children[0], true), worlds(children[1], wanted)),
                              both(worlds(children[0], false), worlds(children[2], wanted)));
            case NodeKind::binary: return of_comparison(id, wanted);
            default: return anything();
        }
    }

  private:
    Worlds of_literal(NodeId id, bool wanted) const {
        const Value& value = expression_.literal(id);
        if (!value.is(Value::Kind::boolean)) return anything();
        return value.boolean() == wanted ? anything() : Worlds{};
    }

    Worlds joined(std::span<const NodeId> children, bool wanted, bool all) const {
        Worlds left = worlds(children[0], wanted);
        Worlds right = worlds(children[1], wanted);
        return all ? both(left, right) : either(std::move(left), std::move(right));
    }

    std::optional<Value> literal(NodeId id) const {
        const rules::Node& node = expression_.node(id);
        if (node.kind == NodeKind::literal) return expression_.literal(id);
        if (node.kind != NodeKind::unary || node.operation != Operation::negate) return std::nullopt;
        const auto inner = literal(expression_.children(id)[0]);
        if (!inner || !inner->is(Value::Kind::integer) || inner->integer() == INT64_MIN) return std::nullopt;
        return Value(-inner->integer());
    }

    Worlds of_comparison(NodeId id, bool wanted) const {
        const auto children = expression_.children(id);
        Operation operation = expression_.node(id).operation;
        if (operation == Operation::in) return of_membership(children, wanted);
        if (!wanted) operation = opposite(operation);
        std::string word = path_of(expression_, children[0]);
        auto value = literal(children[1]);
        if (word.empty()) {
            word = path_of(expression_, children[1]);
            value = literal(children[0]);
            operation = mirrored(operation);
        }
        return word.empty() || !value ? anything() : compared(word, operation, *value);
    }

    Worlds of_membership(std::span<const NodeId> children, bool wanted) const {
        const std::string word = path_of(expression_, children[0]);
        if (word.empty() || expression_.node(children[1]).kind != NodeKind::list) return anything();
        Worlds all = wanted ? Worlds{} : anything();
        for (const NodeId element : expression_.children(children[1])) {
            const auto value = literal(element);
            if (!value) return anything();
            const Worlds one = compared(word, wanted ? Operation::equal : Operation::not_equal, *value);
            all = wanted ? either(std::move(all), one) : both(all, one);
        }
        return all;
    }

    Worlds compared(const std::string& word, Operation operation, const Value& value) const {
        std::optional<Known> known;
        if (value.is(Value::Kind::integer)) known = known_of(operation, value.integer());
        if (value.is(Value::Kind::string)) known = known_of(operation, value.string());
        if (!known) return anything();
        if (const auto range = ranges_.find(word); range != ranges_.end()) {
            Known bounds;
            bounds.range = range->second;
            known = both(*known, bounds);
        }
        return is_empty(*known) ? Worlds{} : Worlds{World{{word, *known}}};
    }

    const Expression& expression_;
    const Ranges& ranges_;
};

}  // namespace

bool is_possible(const Expression& expression, NodeId node, Truth wanted, const Ranges& ranges) {
    return !Finder(expression, ranges).worlds(node, wanted == Truth::yes).empty();
}

bool are_possible_together(const Expression& expression, std::span<const NodeId> nodes,
                           const Ranges& ranges) {
    const Finder finder(expression, ranges);
    Worlds all = anything();
    for (const NodeId node : nodes) all = both(all, finder.worlds(node, true));
    return !all.empty();
}

std::string path_of(const Expression& expression, NodeId node) {
    if (expression.node(node).kind == NodeKind::name) return expression.text(node);
    if (expression.node(node).kind != NodeKind::select) return {};
    const std::string before = path_of(expression, expression.children(node)[0]);
    return before.empty() ? "" : before + "." + expression.text(node);
}

}  // namespace banyan::programme
