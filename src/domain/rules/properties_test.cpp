// SPDX-License-Identifier: Apache-2.0

// Laws that hold for every expression, tried on thousands of random ones. The seeds are fixed, so a failure repeats.

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/numbers.h"
#include "domain/rules/parse.h"
#include "domain/rules/time_text.h"

namespace banyan::rules {
namespace {

using Random = std::mt19937_64;
__extension__ using Wide = __int128;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

// Edges are where integers break, so they are drawn as often as ordinary numbers.
std::int64_t some_integer(Random& random) {
    static constexpr std::int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, 2, INT64_MAX - 1, INT64_MAX};
    if (below(random, 3) == 0) return edges[below(random, std::size(edges))];
    if (below(random, 2) == 0) return static_cast<std::int64_t>(random());
    return static_cast<std::int64_t>(below(random, 200)) - 100;
}

/// A random expression as source, with what it must come to by an evaluation that shares no code with ours:
/// integers in 128 bits, errors as nothing.
struct Story {
    std::string source;
    std::optional<Wide> number;  // of an integer expression
    std::optional<bool> truth;   // of a condition
};

class Author {
  public:
    Author(std::uint64_t seed, std::vector<std::int64_t> variables)
        : random_(seed), variables_(std::move(variables)) {}

    Story number(int depth) {
        if (depth == 0 || below(random_, 5) == 0) return leaf();
        if (below(random_, 8) == 0) {
            const Story condition = truth(depth - 1);
            const Story yes = number(depth - 1);
            const Story no = number(depth - 1);
            Story story{"(" + condition.source + " ? " + yes.source + " : " + no.source + ")", {}, {}};
            if (condition.truth) story.number = *condition.truth ? yes.number : no.number;
            return story;
        }
        const Story a = number(depth - 1);
        const Story b = number(depth - 1);
        static constexpr char operators[] = {'+', '-', '*', '/', '%'};
        const char symbol = operators[below(random_, std::size(operators))];
        return {"(" + a.source + " " + symbol + " " + b.source + ")", computed(a, symbol, b), {}};
    }

    Story truth(int depth) {
        if (depth == 0 || below(random_, 3) == 0) return comparison(depth);
        const Story a = truth(depth - 1);
        if (below(random_, 5) == 0)
            return {"!" + a.source, {}, a.truth ? std::optional(!*a.truth) : std::nullopt};
        const Story b = truth(depth - 1);
        const bool is_or = below(random_, 2) == 0;
        Story story{"(" + a.source + (is_or ? " || " : " && ") + b.source + ")", {}, {}};
        // One side that decides is enough, whatever became of the other.
        if (a.truth == is_or || b.truth == is_or) {
            story.truth = is_or;
        } else if (a.truth && b.truth) {
            story.truth = !is_or;
        }
        return story;
    }

  private:
    Story leaf() {
        if (below(random_, 2) == 0) {
            const std::size_t i = below(random_, variables_.size());
            return {"v" + std::to_string(i), variables_[i], {}};
        }
        const std::int64_t n = some_integer(random_);
        return {"(" + std::to_string(n) + ")", n, {}};
    }

    Story comparison(int depth) {
        const Story a = number(depth > 0 ? depth - 1 : 0);
        const Story b = number(depth > 0 ? depth - 1 : 0);
        const bool known = a.number && b.number;
        switch (below(random_, 3)) {
            case 0:
                return {
                    "(" + a.source + " < " + b.source + ")", {}, when(known, known && *a.number < *b.number)};
            case 1: return {"(" + a.source + " == " + b.source + ")", {}, when(known, a.number == b.number)};
            default:
                return {"(" + a.source + " >= " + b.source + ")",
                        {},
                        when(known, known && *a.number >= *b.number)};
        }
    }

    static std::optional<bool> when(bool known, bool truth) {
        return known ? std::optional(truth) : std::nullopt;
    }

    static std::optional<Wide> computed(const Story& a, char symbol, const Story& b) {
        if (!a.number || !b.number) return std::nullopt;
        if ((symbol == '/' || symbol == '%') && *b.number == 0) return std::nullopt;
        Wide result = 0;
        switch (symbol) {
            case '+': result = *a.number + *b.number; break;
            case '-': result = *a.number - *b.number; break;
            case '*': result = *a.number * *b.number; break;
            case '/': result = *a.number / *b.number; break;
            default:
                // CEL errs where the quotient would overflow, although the remainder is 0.
                if (*a.number == INT64_MIN && *b.number == -1) return std::nullopt;
                result = *a.number % *b.number;
        }
        if (result < INT64_MIN || result > INT64_MAX) return std::nullopt;
        return result;
    }

    Random random_;
    std::vector<std::int64_t> variables_;
};

class Reader {
  public:
    explicit Reader(const std::vector<std::int64_t>& variables) {
        for (std::size_t i = 0; i < variables.size(); ++i)
            EXPECT_TRUE(schema_.declare("v" + std::to_string(i), Kind::integer).ok());
        row_.emplace(schema_);
        for (std::size_t i = 0; i < variables.size(); ++i)
            row_->set(static_cast<Slot>(i), Term(variables[i]));
    }

    /// Nothing for an error.
    std::optional<Value> operator()(const std::string& source) {
        const auto expression = parse(source);
        EXPECT_TRUE(expression.ok()) << source;
        if (!expression.ok()) return std::nullopt;
        const auto program = compile(*expression, schema_);
        EXPECT_TRUE(program.ok()) << source << ": " << (program.ok() ? "" : program.error().text());
        if (!program.ok()) return std::nullopt;
        auto value = evaluate(*program, *row_);
        if (!value.ok()) return std::nullopt;
        return *std::move(value);
    }

  private:
    Schema schema_;
    std::optional<Activation> row_;
};

TEST(RulesProperties, EveryExpressionComesToWhatArithmeticSays) {
    int errors = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        Random random(seed);
        const std::vector<std::int64_t> variables = {some_integer(random), some_integer(random),
                                                     static_cast<std::int64_t>(below(random, 50))};
        Author author(seed, variables);
        Reader reader(variables);
        const bool is_number = seed % 2 == 0;
        const Story story = is_number ? author.number(5) : author.truth(5);
        const auto value = reader(story.source);
        std::optional<Value> expected;
        if (story.number) expected = Value(static_cast<std::int64_t>(*story.number));
        if (story.truth) expected = Value(*story.truth);
        ASSERT_EQ(value.has_value(), expected.has_value()) << "seed " << seed << ": " << story.source;
        ASSERT_TRUE(value == expected) << "seed " << seed << ": " << story.source;
        errors += value ? 0 : 1;
    }
    // The mix must hold both, or the law was not tried.
    EXPECT_GT(errors, 300);
    EXPECT_LT(errors, 2700);
}

std::string literal(Random& random) {
    switch (below(random, 10)) {
        case 0: return "null";
        case 1: return below(random, 2) == 0 ? "true" : "false";
        case 2: return std::to_string(below(random, 10)) + "u";
        case 3: return std::to_string(static_cast<double>(below(random, 40)) / 4.0);
        case 4: return "'" + std::string(below(random, 4), 'a') + "'";
        case 5: return "b'" + std::string(below(random, 3), 'b') + "'";
        case 6: return "[1, " + std::to_string(below(random, 3)) + ", 'a']";
        case 7: return "{'a': " + std::to_string(below(random, 3)) + "}";
        case 8: return "duration('" + std::to_string(below(random, 100)) + "s')";
        default: return std::to_string(static_cast<std::int64_t>(below(random, 10)) - 5);
    }
}

std::string outcome(const std::string& source, const Schema& schema, const Activation& row) {
    const auto expression = parse(source);
    if (!expression.ok()) return "not parsed: " + expression.error().text();
    const auto program = compile(*expression, schema, {}, Checking::dynamic);
    if (!program.ok()) return "not compiled: " + program.error().text();
    Scratch scratch;
    const Term term = evaluate(*program, row, scratch);
    if (term.is_missing()) return "fault " + std::to_string(static_cast<int>(term.fault()));
    const auto value = to_value(term);
    if (!value.ok()) return value.error().message;
    // Equality with itself by our own operator would hide a shared mistake; the text of the parts does not.
    Arena arena;
    std::string text = std::string(name_of(term.kind()));
    if (term.is(Kind::integer)) text += std::to_string(term.integer());
    if (term.is(Kind::unsigned_integer)) text += std::to_string(term.unsigned_integer());
    if (term.is(Kind::floating)) text += std::to_string(term.floating());
    if (term.is(Kind::boolean)) text += term.boolean() ? "true" : "false";
    if (term.is(Kind::string)) text += term.string();
    if (term.is(Kind::bytes)) text += term.bytes();
    if (term.is(Kind::duration)) text += to_text(term.duration());
    if (term.is(Kind::list) || term.is(Kind::map)) text += std::to_string(term.count());
    return text;
}

TEST(RulesProperties, FoldingAConstantAndReadingAVariableGiveTheSame) {
    static constexpr const char* operators[] = {
        "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in"};
    Schema schema;
    ASSERT_TRUE(schema.declare("a", Kind::dyn).ok());
    ASSERT_TRUE(schema.declare("b", Kind::dyn).ok());
    const Schema nothing;
    const Activation empty(nothing);
    Random random(7);
    for (int i = 0; i < 5000; ++i) {
        const std::string left = literal(random);
        const std::string right = literal(random);
        const std::string symbol = operators[below(random, std::size(operators))];
        // The operands as values of their own, read through slots.
        const auto left_program = compile(*parse(left), nothing);
        const auto right_program = compile(*parse(right), nothing);
        Scratch left_scratch;
        Scratch right_scratch;
        Activation row(schema);
        row.set(0, evaluate(*left_program, empty, left_scratch));
        row.set(1, evaluate(*right_program, empty, right_scratch));
        const std::string folded = outcome(left + " " + symbol + " " + right, nothing, empty);
        const std::string read = outcome("a " + symbol + " b", schema, row);
        ASSERT_EQ(folded, read) << left << ' ' << symbol << ' ' << right;
    }
}

TEST(RulesProperties, LogicCommutes) {
    static constexpr const char* parts[] = {"true", "false", "1 / x > 0", "x", "y", "has(m.a)", "m.a == 1"};
    Schema schema;
    for (const char* name : {"x", "y", "m"}) ASSERT_TRUE(schema.declare(name, Kind::dyn).ok());
    const Value map{Map{}};
    Activation row(schema);
    row.set(0, Term(std::int64_t{0}));
    row.set(2, Term(map));
    const auto kind_of_outcome = [&](const std::string& source) {
        const std::string text = outcome(source, schema, row);
        return text.starts_with("fault") ? "error" : text;
    };
    for (const std::string a : parts) {
        for (const std::string b : parts) {
            EXPECT_EQ(kind_of_outcome(a + " && " + b), kind_of_outcome(b + " && " + a)) << a << ", " << b;
            EXPECT_EQ(kind_of_outcome(a + " || " + b), kind_of_outcome(b + " || " + a)) << a << ", " << b;
        }
    }
}

TEST(RulesProperties, NumbersOfAllKindsHaveOneOrder) {
    Random random(11);
    const auto some_number = [&random] {
        const std::int64_t n = some_integer(random);
        switch (below(random, 3)) {
            case 0: return Term(n);
            case 1: return Term(static_cast<std::uint64_t>(n));
            default: return Term(static_cast<double>(n) * 1.5);
        }
    };
    const auto mirrored = [](Order order) {
        if (order == Order::less) return Order::greater;
        return order == Order::greater ? Order::less : order;
    };
    for (int i = 0; i < 20000; ++i) {
        const Term a = some_number();
        const Term b = some_number();
        ASSERT_EQ(compare_numbers(a, b), mirrored(compare_numbers(b, a)));
        ASSERT_EQ(equal(a, b), compare_numbers(a, b) == Order::same);
        ASSERT_TRUE(equal(a, a));
    }
}

TEST(RulesProperties, TimesSurviveBeingWrittenAndRead) {
    Random random(13);
    for (int i = 0; i < 20000; ++i) {
        const auto span = static_cast<std::uint64_t>(timestamp_max.seconds - timestamp_min.seconds);
        const Timestamp time{timestamp_min.seconds + static_cast<std::int64_t>(random() % span),
                             static_cast<std::uint32_t>(below(random, 2) * below(random, 1'000'000'000))};
        ASSERT_EQ(parse_timestamp(to_text(time)), time) << to_text(time);
        const Nanoseconds duration{some_integer(random)};
        if (duration.count == INT64_MIN) continue;  // its text's magnitude has no positive counterpart
        ASSERT_EQ(parse_duration(to_text(duration)), duration) << to_text(duration);
    }
}

TEST(RulesProperties, WhateverIsTypedEndsInAValueOrAnErrorWithItsPlace) {
    static const std::string fragments[] = {"a",
                                            "b.c",
                                            "1",
                                            "0x",
                                            "1e",
                                            "-",
                                            "!",
                                            "(",
                                            ")",
                                            "[",
                                            "]",
                                            "{",
                                            "}",
                                            ",",
                                            ":",
                                            "?",
                                            ".",
                                            "'x'",
                                            "'",
                                            "b'",
                                            "r\"",
                                            "\\",
                                            "&&",
                                            "||",
                                            "|",
                                            "==",
                                            "in",
                                            "has(",
                                            "size(",
                                            ".size()",
                                            "timestamp('",
                                            "duration(\"1s\")",
                                            "\n",
                                            "//",
                                            "true",
                                            "null",
                                            "1u",
                                            "9223372036854775808",
                                            "\xE4\xB8\x80",
                                            "\xFF",
                                            "`",
                                            " "};
    Schema schema;
    ASSERT_TRUE(schema.declare("a", Kind::dyn).ok());
    ASSERT_TRUE(schema.declare("b.c", Kind::integer).ok());
    Activation row(schema);
    row.set(1, Term(std::int64_t{3}));
    Random random(17);
    int parsed = 0;
    for (int i = 0; i < 50000; ++i) {
        std::string source;
        for (std::size_t count = 1 + below(random, 8); count > 0; --count)
            source += fragments[below(random, std::size(fragments))];
        const auto expression = parse(source);
        if (!expression.ok()) {
            ASSERT_NE(expression.error().where, "") << source;
            continue;
        }
        ++parsed;
        for (const Checking checking : {Checking::declared, Checking::dynamic}) {
            const auto program = compile(*expression, schema, {}, checking);
            if (!program.ok()) {
                ASSERT_NE(program.error().where, "") << source;
                continue;
            }
            const auto value = evaluate(*program, row);
            ASSERT_TRUE(value.ok() || !value.error().message.empty()) << source;
        }
    }
    EXPECT_GT(parsed, 1000);
}

}  // namespace
}  // namespace banyan::rules
