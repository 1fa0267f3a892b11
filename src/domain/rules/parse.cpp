// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/parse.h"

#include <algorithm>
#include <array>

#include "domain/rules/lexer.h"
#include "domain/rules/literal.h"

namespace banyan::rules {

namespace {

struct BinaryOperator {
    std::string_view symbol;
    Operation operation;
    int binds;  // higher binds tighter
};

constexpr std::array<BinaryOperator, 12> binary_operators = {{
    {"==", Operation::equal, 1},
    {"!=", Operation::not_equal, 1},
    {"<", Operation::less, 1},
    {"<=", Operation::less_equal, 1},
    {">", Operation::greater, 1},
    {">=", Operation::greater_equal, 1},
    {"in", Operation::in, 1},
    {"+", Operation::add, 2},
    {"-", Operation::subtract, 2},
    {"*", Operation::multiply, 3},
    {"/", Operation::divide, 3},
    {"%", Operation::modulo, 3},
}};

constexpr std::array<std::string_view, 17> reserved_words = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

}  // namespace

/// Recursive descent; each function leaves the cursor behind what it took. One frame per nesting, counted.
class Parser {
  public:
    explicit Parser(std::string_view source) { result_.source_ = source; }

    Result<Expression> run() {
        tokens_ = TRY(tokenize(result_.source_));
        result_.root_ = TRY(expression());
        if (token().kind != TokenKind::end) return unexpected("an operator or the end");
        return std::move(result_);
    }

  private:
    [[nodiscard]] const Token& token() const { return tokens_[at_]; }
    void advance() {
        last_end_ = token().end;
        if (at_ + 1 < tokens_.size()) ++at_;
    }
    bool take(std::string_view symbol) {
        if (!token().is(symbol)) return false;
        advance();
        return true;
    }
    Result<void> expect(std::string_view symbol, std::string_view meaning) {
        if (take(symbol)) return {};
        return unexpected("'" + std::string(symbol) + "' " + std::string(meaning));
    }

    [[nodiscard]] Error error(std::string message, std::size_t offset) const {
        return Error::invalid(std::move(message), where(result_.source_, offset));
    }
    [[nodiscard]] Error unexpected(std::string wanted) const {
        const std::string found =
            token().kind == TokenKind::end ? "the end" : "'" + std::string(token().text.substr(0, 40)) + "'";
        return error("expected " + std::move(wanted) + ", found " + found, token().begin);
    }

    std::uint32_t keep_text(std::string text) {
        result_.texts_.push_back(std::move(text));
        return static_cast<std::uint32_t>(result_.texts_.size() - 1);
    }

    // Adds a node over `children`; its range runs from `begin` to the last token taken.
    Result<NodeId> add(Node node, std::span<const NodeId> children) {
        node.end = last_end_;
        node.first_child = static_cast<std::uint32_t>(result_.children_.size());
        node.child_count = static_cast<std::uint32_t>(children.size());
        for (const NodeId child : children) {
            const int depth = result_.nodes_[child].depth + 1;
            node.depth = std::max(node.depth, static_cast<std::uint16_t>(depth));
        }
        if (node.depth > depth_max) return too_deep(node.at);
        result_.children_.insert(result_.children_.end(), children.begin(), children.end());
        result_.nodes_.push_back(node);
        return static_cast<NodeId>(result_.nodes_.size() - 1);
    }
    [[nodiscard]] Error too_deep(std::size_t offset) const {
        return error("the expression nests deeper than " + std::to_string(depth_max) + "; split it", offset);
    }
    Result<NodeId> add_literal(Value value, std::uint32_t begin) {
        result_.literals_.push_back(std::move(value));
        const auto index = static_cast<std::uint32_t>(result_.literals_.size() - 1);
        return add({.kind = NodeKind::literal, .begin = begin, .at = begin, .text = index}, {});
    }

    Result<NodeId> expression() {
        if (depth_ == depth_max) return too_deep(token().begin);
        ++depth_;
        const Result<NodeId> found = conditional();
        --depth_;
        return found;
    }

    Result<NodeId> conditional() {
        const std::uint32_t begin = token().begin;
        const NodeId condition = TRY(logical(true));
        const std::uint32_t at = token().begin;
        if (!take("?")) return condition;
        const NodeId yes = TRY(logical(true));
        TRY(expect(":", "of the conditional"));
        const NodeId no = TRY(expression());
        return add({.kind = NodeKind::conditional, .begin = begin, .at = at}, std::array{condition, yes, no});
    }

    // A chain of || over chains of &&. A long chain becomes a balanced tree: the meaning is the same, the depth less.
    Result<NodeId> logical(bool is_or) {
        std::vector<NodeId> operands{is_or ? TRY(logical(false)) : TRY(binary(1))};
        std::vector<std::uint32_t> positions;
        for (;;) {
            const std::uint32_t at = token().begin;
            if (!take(is_or ? "||" : "&&")) break;
            positions.push_back(at);
            operands.push_back(is_or ? TRY(logical(false)) : TRY(binary(1)));
        }
        const NodeKind kind = is_or ? NodeKind::logical_or : NodeKind::logical_and;
        return balanced(kind, operands, positions);
    }

    Result<NodeId> balanced(NodeKind kind, std::span<const NodeId> operands,
                            std::span<const std::uint32_t> positions) {
        if (operands.size() == 1) return operands.front();
        const std::size_t half = operands.size() / 2;
        const NodeId left = TRY(balanced(kind, operands.first(half), positions.first(half - 1)));
        const NodeId right = TRY(balanced(kind, operands.subspan(half), positions.subspan(half)));
        const NodeId id =
            TRY(add({.kind = kind, .begin = result_.nodes_[left].begin, .at = positions[half - 1]},
                    std::array{left, right}));
        result_.nodes_[id].end = result_.nodes_[right].end;
        return id;
    }

    [[nodiscard]] const BinaryOperator* binary_operator() const {
        if (token().kind != TokenKind::symbol && token().kind != TokenKind::keyword_in) return nullptr;
        for (const BinaryOperator& candidate : binary_operators) {
            if (candidate.symbol == token().text) return &candidate;
        }
        return nullptr;
    }

    // Comparisons, sums and products by how tightly they bind; all associate to the left.
    Result<NodeId> binary(int binds_at_least) {
        const std::uint32_t begin = token().begin;
        NodeId left = TRY(unary());
        for (;;) {
            const BinaryOperator* found = binary_operator();
            if (found == nullptr || found->binds < binds_at_least) return left;
            const std::uint32_t at = token().begin;
            advance();
            const NodeId right = TRY(binary(found->binds + 1));
            left =
                TRY(add({.kind = NodeKind::binary, .operation = found->operation, .begin = begin, .at = at},
                        std::array{left, right}));
        }
    }

    [[nodiscard]] bool at_number() const {
        return token().kind == TokenKind::integer || token().kind == TokenKind::floating;
    }

    Result<NodeId> unary() {
        const std::uint32_t begin = token().begin;
        std::vector<std::uint32_t> signs;
        const bool minus = token().is("-");
        if (!minus && !token().is("!")) return member();
        while (token().is(minus ? "-" : "!")) {
            signs.push_back(token().begin);
            advance();
        }
        if (signs.size() > static_cast<std::size_t>(depth_max)) return too_deep(begin);
        // A minus directly before a number belongs to it, so that the smallest int can be written.
        const bool fused = minus && at_number();
        if (fused) signs.pop_back();
        NodeId operand = fused ? TRY(number_and_postfix()) : TRY(member());
        const Operation operation = minus ? Operation::negate : Operation::complement;
        for (; !signs.empty(); signs.pop_back()) {
            operand = TRY(add(
                {.kind = NodeKind::unary, .operation = operation, .begin = signs.back(), .at = signs.back()},
                std::array{operand}));
        }
        return operand;
    }

    Result<NodeId> number_and_postfix() {
        const std::uint32_t minus = last_end_ - 1;
        const NodeId number = TRY(number_literal_here(true, minus));
        return postfix(number, minus);
    }

    Result<NodeId> number_literal_here(bool negative, std::uint32_t begin) {
        return literal_of(number_literal(token(), negative), begin);
    }

    Result<NodeId> literal_of(LiteralResult literal, std::uint32_t begin) {
        if (auto* failure = std::get_if<LiteralError>(&literal))
            return error(std::move(failure->message), token().begin + failure->offset);
        advance();
        return add_literal(std::get<Value>(std::move(literal)), begin);
    }

    Result<NodeId> member() {
        const std::uint32_t begin = token().begin;
        return postfix(TRY(primary()), begin);
    }

    // .field, .method(...), [index], as many as follow.
    Result<NodeId> postfix(NodeId operand, std::uint32_t begin) {
        for (;;) {
            if (token().is("[")) {
                operand = TRY(index(operand, begin));
            } else if (token().is(".")) {
                advance();
                operand = TRY(select_or_method(operand, begin));
            } else if (token().is("{") && is_path(operand)) {
                return error("messages cannot be built here; write a map: {'key': value}", token().begin);
            } else {
                return operand;
            }
        }
    }

    [[nodiscard]] bool is_path(NodeId id) const {
        while (result_.nodes_[id].kind == NodeKind::select) id = result_.children(id)[0];
        return result_.nodes_[id].kind == NodeKind::name;
    }

    Result<NodeId> index(NodeId operand, std::uint32_t begin) {
        const std::uint32_t at = token().begin;
        advance();
        const NodeKind kind = take("?") ? NodeKind::optional_index : NodeKind::index;
        const NodeId key = TRY(expression());
        TRY(expect("]", "after the index"));
        return add({.kind = kind, .begin = begin, .at = at}, std::array{operand, key});
    }

    Result<NodeId> select_or_method(NodeId operand, std::uint32_t begin) {
        const bool optional = take("?");
        const std::uint32_t at = token().begin;
        const bool quoted = token().kind == TokenKind::quoted_name;
        if (token().kind != TokenKind::name && !quoted) return unexpected("a field name after '.'");
        std::string name(quoted ? token().text.substr(1, token().text.size() - 2) : token().text);
        advance();
        if (!quoted && !optional && token().is("(")) {
            std::vector<NodeId> children{operand};
            TRY(arguments(children));
            return method(std::move(name), children, begin, at);
        }
        return add({.kind = optional ? NodeKind::optional_select : NodeKind::select,
                    .begin = begin,
                    .at = at,
                    .text = keep_text(std::move(name))},
                   std::array{operand});
    }

    // children: the target, then the arguments.
    Result<NodeId> method(std::string name, std::span<const NodeId> children, std::uint32_t begin,
                          std::uint32_t at) {
        const Node& target = result_.nodes_[children[0]];
        if (target.kind == NodeKind::name && result_.text(children[0]) == "cel") {
            if (name == "bind") return bind(children.subspan(1), begin, at);
            if (name == "block") return block(children.subspan(1), begin, at);
            if (name == "index" || name == "iterVar" || name == "accuVar")
                return block_name(name, children.subspan(1), begin, at);
        }
        if (const MacroShape* shape = find_macro(name, children.size() - 1))
            return comprehension(*shape, children, begin, at);
        return add({.kind = NodeKind::method, .begin = begin, .at = at, .text = keep_text(std::move(name))},
                   children);
    }

    [[nodiscard]] bool is_variable(NodeId id) const {
        return result_.nodes_[id].kind == NodeKind::name && result_.text(id).front() != '.';
    }

    Result<NodeId> comprehension(const MacroShape& shape, std::span<const NodeId> children,
                                 std::uint32_t begin, std::uint32_t at) {
        std::vector<NodeId> kept{children[0]};
        std::vector<std::string> names;
        for (std::size_t i = 1; i <= shape.variables; ++i) {
            if (!is_variable(children[i]))
                return error("a variable's name must stand here: " + std::string(shape.usage),
                             result_.nodes_[children[i]].begin);
            names.push_back(result_.text(children[i]));
            if (i == 2 && names[0] == names[1])
                return error("both variables have one name; choose two", result_.nodes_[children[i]].begin);
        }
        kept.insert(kept.end(), children.begin() + 1 + shape.variables, children.end());
        const std::uint32_t text = keep_text(names[0]);
        if (shape.variables == 2) keep_text(names[1]);
        return add({.kind = NodeKind::comprehension,
                    .macro = shape.macro,
                    .variables = shape.variables,
                    .begin = begin,
                    .at = at,
                    .text = text},
                   kept);
    }

    Result<NodeId> bind(std::span<const NodeId> children, std::uint32_t begin, std::uint32_t at) {
        if (children.size() != 3 || !is_variable(children[0]))
            return error("cel.bind() takes a name, its value and an expression: cel.bind(x, 1, x + x)", at);
        const std::uint32_t text = keep_text(result_.text(children[0]));
        return add({.kind = NodeKind::bind, .variables = 1, .begin = begin, .at = at, .text = text},
                   children.subspan(1));
    }

    Result<NodeId> block(std::span<const NodeId> children, std::uint32_t begin, std::uint32_t at) {
        if (children.size() != 2 || result_.nodes_[children[0]].kind != NodeKind::list)
            return error("cel.block() takes a list and an expression: cel.block([1], cel.index(0))", at);
        const auto parts = result_.children(children[0]);
        std::vector<NodeId> kept(parts.begin(), parts.end());
        kept.push_back(children[1]);
        return add({.kind = NodeKind::block, .begin = begin, .at = at}, kept);
    }

    // The nth part of a block, or a variable that is named by two numbers.
    Result<NodeId> block_name(std::string_view name, std::span<const NodeId> children, std::uint32_t begin,
                              std::uint32_t at) {
        std::string text = "@" + std::string(name);
        std::int64_t number = 0;
        for (const NodeId child : children) {
            const bool literal = result_.nodes_[child].kind == NodeKind::literal;
            if (!literal || !result_.literal(child).is(Value::Kind::integer) ||
                result_.literal(child).integer() < 0 || result_.literal(child).integer() > depth_max * 16)
                return error("cel." + std::string(name) + "() takes small whole numbers", at);
            number = result_.literal(child).integer();
            text += ":" + std::to_string(number);
        }
        if (children.size() != (name == "index" ? 1U : 2U))
            return error(
                "cel." + std::string(name) + "() takes " + (name == "index" ? "one number" : "two numbers"),
                at);
        return add({.kind = name == "index" ? NodeKind::block_index : NodeKind::name,
                    .begin = begin,
                    .at = at,
                    .text = keep_text(std::move(text)),
                    .number = static_cast<std::uint32_t>(number)},
                   {});
    }

    // Requires the cursor on '('.
    Result<void> arguments(std::vector<NodeId>& into) {
        advance();
        if (take(")")) return {};
        do {
            into.push_back(TRY(expression()));
        } while (take(","));
        return expect(")", "after the arguments");
    }

    Result<NodeId> primary() {
        const Token here = token();
        switch (here.kind) {
            case TokenKind::integer:
            case TokenKind::unsigned_integer:
            case TokenKind::floating: return number_literal_here(false, here.begin);
            case TokenKind::string:
            case TokenKind::bytes: return literal_of(quoted_literal(here), here.begin);
            case TokenKind::keyword_true:
            case TokenKind::keyword_false:
                advance();
                return add_literal(Value(here.kind == TokenKind::keyword_true), here.begin);
            case TokenKind::keyword_null: advance(); return add_literal(Value(), here.begin);
            case TokenKind::name: return name_or_call(false);
            default: break;
        }
        if (here.is("(")) {
            advance();
            const NodeId inner = TRY(expression());
            TRY(expect(")", "to close the parenthesis"));
            return inner;
        }
        if (here.is("[")) return list();
        if (here.is("{")) return map();
        if (here.is(".")) {
            advance();
            if (token().kind == TokenKind::name) return name_or_call(true);
        }
        return unexpected("a value");
    }

    Result<NodeId> name_or_call(bool absolute) {
        const Token name = token();
        const auto begin = static_cast<std::uint32_t>(name.begin - (absolute ? 1U : 0U));
        advance();
        if (token().is("(")) {
            std::vector<NodeId> children;
            TRY(arguments(children));
            if (name.text == "has" && !absolute) return has(children, name.begin);
            return add({.kind = NodeKind::call,
                        .begin = begin,
                        .at = name.begin,
                        .text = keep_text(std::string(name.text))},
                       children);
        }
        for (const std::string_view word : reserved_words) {
            if (word == name.text)
                return error("'" + std::string(word) + "' is a reserved word; choose another name",
                             name.begin);
        }
        std::string text = (absolute ? "." : "") + std::string(name.text);
        return add(
            {.kind = NodeKind::name, .begin = begin, .at = name.begin, .text = keep_text(std::move(text))},
            {});
    }

    // has(a.b) asks whether b is there instead of reading it, so the select node is turned into a has node.
    Result<NodeId> has(std::span<const NodeId> children, std::uint32_t begin) {
        if (children.size() != 1 || result_.nodes_[children[0]].kind != NodeKind::select)
            return error("has() takes one field selection: has(order.coupon)", begin);
        Node& node = result_.nodes_[children[0]];
        node.kind = NodeKind::has;
        node.begin = begin;
        node.end = last_end_;
        return children[0];
    }

    // An element of a list or a value of a map that is only there when the optional before it holds something.
    Result<NodeId> if_present(bool is, NodeId child, std::uint32_t at) {
        if (!is) return child;
        return add({.kind = NodeKind::if_present, .begin = at, .at = at}, std::array{child});
    }

    Result<NodeId> list() {
        const std::uint32_t begin = token().begin;
        advance();
        std::vector<NodeId> children;
        while (!token().is("]")) {
            const std::uint32_t at = token().begin;
            const bool optional = take("?");
            const NodeId value = TRY(expression());
            children.push_back(TRY(if_present(optional, value, at)));
            if (!take(",")) break;
        }
        TRY(expect("]", "or ',' in the list"));
        return add({.kind = NodeKind::list, .begin = begin, .at = begin}, children);
    }

    Result<NodeId> map() {
        const std::uint32_t begin = token().begin;
        advance();
        std::vector<NodeId> children;
        while (!token().is("}")) {
            const std::uint32_t at = token().begin;
            const bool optional = take("?");
            children.push_back(TRY(expression()));
            TRY(expect(":", "between key and value"));
            const NodeId value = TRY(expression());
            children.push_back(TRY(if_present(optional, value, at)));
            if (!take(",")) break;
        }
        TRY(expect("}", "or ',' in the map"));
        return add({.kind = NodeKind::map, .begin = begin, .at = begin}, children);
    }

    Expression result_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::uint32_t last_end_ = 0;
    int depth_ = 0;
};

Result<Expression> parse(std::string_view source) {
    if (source.size() > source_bytes_max)
        return Error{ErrorCode::full,
                     "the expression is longer than " + std::to_string(source_bytes_max) + " bytes", "1:1"};
    return Parser(source).run();
}

}  // namespace banyan::rules
