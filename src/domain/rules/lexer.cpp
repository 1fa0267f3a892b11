// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/lexer.h"

#include <array>

#include "domain/rules/expression.h"
#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
  public:
    explicit Lexer(std::string_view source) : source_(source) {}

    Result<std::vector<Token>> run() {
        const std::size_t valid = utf8_valid_prefix(source_);
        if (valid != source_.size()) return error("the expression is not UTF-8", valid);
        for (;;) {
            skip_blank();
            begin_ = at_;
            if (at_ == source_.size()) break;
            TRY(token());
        }
        push(TokenKind::end);
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }
    [[nodiscard]] Error error(std::string message, std::size_t at) const {
        return Error::invalid(std::move(message), where(source_, at));
    }
    void push(TokenKind kind) {
        tokens_.push_back({kind, static_cast<std::uint32_t>(begin_), static_cast<std::uint32_t>(at_),
                           source_.substr(begin_, at_ - begin_)});
    }

    void skip_blank() {
        while (at_ < source_.size()) {
            const char c = source_[at_];
            if (c == '/' && peek(1) == '/') {
                while (at_ < source_.size() && source_[at_] != '\n') ++at_;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                ++at_;
            } else {
                return;
            }
        }
    }

    Result<void> token() {
        const char c = peek();
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
        if (c == '"' || c == '\'') return quoted(TokenKind::string, false);
        if (c == '`') return quoted_name();
        if (is_letter(c)) return word();
        return symbol();
    }

    // A word, unless it is the prefix of a quoted text: r"..", b"..", br"..".
    Result<void> word() {
        std::size_t prefix = 0;
        const bool bytes = peek(prefix) == 'b' || peek(prefix) == 'B';
        if (bytes) ++prefix;
        const bool raw = peek(prefix) == 'r' || peek(prefix) == 'R';
        if (raw) ++prefix;
        if (prefix > 0 && (peek(prefix) == '"' || peek(prefix) == '\'')) {
            at_ += prefix;
            return quoted(bytes ? TokenKind::bytes : TokenKind::string, raw);
        }
        while (is_letter(peek()) || is_digit(peek())) ++at_;
        const std::string_view text = source_.substr(begin_, at_ - begin_);
        if (text == "in") {
            push(TokenKind::keyword_in);
        } else if (text == "true") {
            push(TokenKind::keyword_true);
        } else if (text == "false") {
            push(TokenKind::keyword_false);
        } else if (text == "null") {
            push(TokenKind::keyword_null);
        } else {
            push(TokenKind::name);
        }
        return {};
    }

    Result<void> number() {
        TokenKind kind = TokenKind::integer;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
            at_ += 2;
            while (is_hex(peek())) ++at_;
        } else {
            while (is_digit(peek())) ++at_;
            if (peek() == '.' && is_digit(peek(1))) {
                kind = TokenKind::floating;
                ++at_;
                while (is_digit(peek())) ++at_;
            }
            const std::size_t sign = (peek(1) == '+' || peek(1) == '-') ? 1U : 0U;
            if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
                kind = TokenKind::floating;
                at_ += 1 + sign;
                while (is_digit(peek())) ++at_;
            }
        }
        if (kind == TokenKind::integer && (peek() == 'u' || peek() == 'U')) {
            kind = TokenKind::unsigned_integer;
            ++at_;
        }
        if (is_letter(peek()) || is_digit(peek()))
            return error("a number runs into a name; put a space or an operator between them", at_);
        push(kind);
        return {};
    }

    Result<void> quoted(TokenKind kind, bool raw) {
        const char quote = peek();
        const bool triple = peek(1) == quote && peek(2) == quote;
        at_ += triple ? 3 : 1;
        while (at_ < source_.size()) {
            if (peek() == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
                at_ += triple ? 3 : 1;
                push(kind);
                return {};
            }
            if (!triple && (peek() == '\n' || peek() == '\r')) break;
            const bool escape = peek() == '\\' && !raw && at_ + 1 < source_.size();
            at_ += escape ? 2U : 1U;
        }
        return error("the quoted text has no end; close it with the quote it began with", begin_);
    }

    Result<void> quoted_name() {
        for (++at_; at_ < source_.size() && peek() != '`'; ++at_) {
            const char c = peek();
            if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-' && c != '/' && c != ' ')
                return error("a name in backticks may hold letters, digits, '_', '.', '-', '/' and spaces",
                             at_);
        }
        if (at_ == source_.size()) return error("the name in backticks has no end", begin_);
        ++at_;
        if (at_ - begin_ == 2) return error("the name in backticks is empty", begin_);
        push(TokenKind::quoted_name);
        return {};
    }

    Result<void> symbol() {
        static constexpr std::array<std::string_view, 6> pairs = {"==", "!=", "<=", ">=", "&&", "||"};
        const std::string_view two = source_.substr(at_, 2);
        for (const std::string_view pair : pairs) {
            if (two != pair) continue;
            at_ += 2;
            push(TokenKind::symbol);
            return {};
        }
        const char c = peek();
        if (std::string_view("+-*/%!<>()[]{}.,:?").find(c) == std::string_view::npos) {
            if (c == '=') return error("'=' is no operator; compare with '=='", at_);
            if (c == '&') return error("'&' is no operator; write '&&'", at_);
            if (c == '|') return error("'|' is no operator; write '||'", at_);
            return error("this character means nothing outside quotes", at_);
        }
        ++at_;
        push(TokenKind::symbol);
        return {};
    }

    std::string_view source_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace banyan::rules
