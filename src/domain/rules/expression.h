// SPDX-License-Identifier: Apache-2.0
#pragma once

// A parsed expression: its source and a flat array of nodes that name each other by index. Every node knows which
// bytes of the source it came from, so errors and explanations can point at them. An Expression knows nothing of
// variables or types; compile() joins it with a Schema. It is immutable once parse() has returned it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "domain/rules/macros.h"

namespace banyan::rules {

using NodeId = std::uint32_t;

enum class NodeKind : std::uint8_t {
    literal,          // literal()
    name,             // text(): a variable or a type; ".x" keeps its dot
    select,           // child 0 . text()
    has,              // has(child 0 . text())
    index,            // child 0 [ child 1 ]
    call,             // text()(children)
    method,           // child 0 . text()(other children)
    list,             // children
    map,              // children: key, value, key, value ...
    unary,            // operation, child 0
    binary,           // child 0, operation, child 1
    logical_and,      // child 0, child 1
    logical_or,       // child 0, child 1
    conditional,      // child 0 ? child 1 : child 2
    optional_select,  // child 0 .? text()
    optional_index,   // child 0 [? child 1 ]
    if_present,       // ? child 0, an element of a list or the value of a map's entry
    comprehension,    // child 0 .macro(variables, other children)
    bind,             // cel.bind(variable, child 0, child 1)
    block,            // cel.block([children but the last], last child)
    block_index,      // cel.index(n): the nth of those children; n is number
};

enum class Operation : std::uint8_t {
    none,
    negate,
    complement,
    add,
    subtract,
    multiply,
    divide,
    modulo,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in
};

/// As written: "+", "in", ...
std::string_view name_of(Operation operation);

struct Node {
    NodeKind kind = NodeKind::literal;
    Operation operation = Operation::none;
    std::uint16_t depth = 1;  // longest way down to a leaf, itself included
    Macro macro = Macro::none;
    std::uint8_t variables = 0;  // that it binds for its children
    std::uint32_t begin = 0;     // bytes of the source: [begin, end)
    std::uint32_t end = 0;
    std::uint32_t at = 0;    // where an error points: the operator, the function's name
    std::uint32_t text = 0;  // index of a text, of the first variable's name, or of a literal
    std::uint32_t number = 0;
    std::uint32_t first_child = 0;
    std::uint32_t child_count = 0;
};

struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in characters, not bytes
};

class Expression {
  public:
    [[nodiscard]] NodeId root() const { return root_; }
    [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id]; }
    [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
    [[nodiscard]] std::span<const NodeId> children(NodeId id) const {
        return std::span(children_).subspan(nodes_[id].first_child, nodes_[id].child_count);
    }
    [[nodiscard]] const std::string& text(NodeId id) const { return texts_[nodes_[id].text]; }
    /// The name of the nth variable it binds.
    [[nodiscard]] const std::string& variable(NodeId id, std::size_t n) const {
        return texts_[nodes_[id].text + n];
    }
    [[nodiscard]] const Value& literal(NodeId id) const { return literals_[nodes_[id].text]; }

    [[nodiscard]] const std::string& source() const { return source_; }
    /// The source the node came from, for messages and explanations.
    [[nodiscard]] std::string_view source_of(NodeId id) const {
        return std::string_view(source_).substr(nodes_[id].begin, nodes_[id].end - nodes_[id].begin);
    }

  private:
    friend class Parser;

    std::string source_;
    std::vector<Node> nodes_;
    std::vector<NodeId> children_;
    std::vector<std::string> texts_;
    std::vector<Value> literals_;
    NodeId root_ = 0;
};

/// Line and column of a byte of the source.
Position position_of(std::string_view source, std::size_t offset);
/// "line:column", what Error::where carries.
std::string where(std::string_view source, std::size_t offset);

}  // namespace banyan::rules
