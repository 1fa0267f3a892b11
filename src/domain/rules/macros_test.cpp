// SPDX-License-Identifier: Apache-2.0

// Walking over what an order holds: the macros, what they do with errors, and what they cost.

#include "domain/rules/macros.h"

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

TEST(RulesMacros, SomeAllAndExactlyOne) {
    expect(Words(), {{"[1, 2, 3].exists(x, x > 2)", "true"},
                     {"[1, 2, 3].all(x, x > 2)", "false"},
                     {"[].all(x, x > 2) && ![].exists(x, x > 2)", "true"},
                     {"[1, 2, 2].exists_one(x, x == 2)", "false"},
                     {"{'a': 1}.exists(k, k == 'a') && {'a': 1}.all(k, v, v == 1)", "true"},
                     {"['a', 'b'].existsOne(i, x, i == 1 && x == 'b')", "true"}});
}

TEST(RulesMacros, AnErrorCountsOnlyWhereNothingDecides) {
    expect(Words(), {{"[0, 1].exists(x, 1 / x == 1)", "true"},
                     {"[0, 2].all(x, 1 / x == 1)", "false"},
                     {"[0, 2].exists(x, 1 / x == 1)", "1:20: division by zero, in `1 / x`"},
                     {"[1, 0].map(x, 1 / x)", "1:17: division by zero, in `1 / x`"},
                     {"[1, 0].exists_one(x, 1 / x == 1)", "1:24: division by zero, in `1 / x`"}});
}

TEST(RulesMacros, ListsAndMapsAreMade) {
    expect(Words(),
           {{"[1, 2, 3].map(x, x * x)", "[1, 4, 9]"},
            {"[1, 2, 3].map(x, x > 1, x * x)", "[4, 9]"},
            {"[1, 2, 3].filter(x, x % 2 == 1)", "[1, 3]"},
            {"{'a': 1, 'b': 2}.filter(k, k == 'b')", "['b']"},
            {"[5, 6].transformList(i, x, i + x)", "[5, 7]"},
            {"{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)", "{'b': 20}"},
            {"['x', 'y'].transformMapEntry(i, x, {x: i})", "{'x': 0, 'y': 1}"},
            {"['x', 'x'].transformMapEntry(i, x, {x: i})",
             "1:12: the same key stands twice in a map, in `['x', 'x'].transformMapEntry(i, x, {x: i})`"},
            {"['bb', 'a'].sortBy(x, size(x))", "['a', 'bb']"},
            {"[[1, 2], [3]].map(x, x.map(y, y + size(x)))", "[[3, 4], [4]]"}});
}

TEST(RulesMacros, AVariableHidesWhatIsOutside) {
    Words words;
    words.declare("x", "int", Term(std::int64_t{7})).declare("y.z", "int", Term(std::int64_t{42}));
    expect(words, {{"[1].map(x, x) + [x]", "[1, 7]"},
                   {"[1].map(x, .x)", "[7]"},
                   {"[{'z': 0}].map(y, y.z)", "[0]"},
                   {"[1].map(a, [2].map(a, a)[0] + a)", "[3]"},
                   {"cel.bind(x, 2, x * x) + x", "11"},
                   {"cel.block([x + 1, cel.index(0) * 2], cel.index(1))", "16"},
                   {"cel.block([cel.index(1), 2], 3)",
                    "1:16: cel.index() counts the parts of the cel.block() around it that stand before"}});
}

TEST(RulesMacros, WhatIsNoVariableOrNothingToWalkOverIsRefused) {
    Words words;
    words.declare("n", "int");
    expect(words, {{"[1].map(1, 2)", "1:9: a variable's name must stand here: xs.map(x, value)"},
                   {"[1].all(.x, true)", "1:9: a variable's name must stand here: xs.all(x, condition)"},
                   {"[1].all(a, a, true)", "1:12: both variables have one name; choose two"},
                   {"n.exists(x, true)", "1:3: a value of type int cannot be walked over"},
                   {"[1].exists(x)", "1:5: 'exists' is called with other arguments: xs.exists(x, condition)"},
                   {"[1].exists(x, x)", "1:15: a condition must be a bool, not int"}});
}

TEST(RulesMacros, EveryRoundIsPaidFor) {
    Words words;
    words.declare("l", "list(int)");
    const Value many{List(400, Value(std::int64_t{1}))};
    words.set("l", Term(many));
    EXPECT_EQ(words.told("l.all(a, a == 1)"), "true");
    EXPECT_EQ(
        words.told("l.all(a, l.all(b, l.all(c, a + b + c == 3)))"),
        "1:3: the expression costs more than its limit, in `l.all(a, l.all(b, l.all(c, a + b + c == 3)))`");
    EXPECT_EQ(words.told("l.map(a, l).map(x, x.map(y, l))", nullptr, {.steps_max = 2000}),
              "1:22: the expression costs more than its limit, in `x.map(y, l)`");
}

TEST(RulesMacros, MoreLoopsThanLieOnTheStack) {
    std::string source = "true";
    for (int i = 0; i < 20; ++i) source += " && [1, 2].exists(x, x == 2)";
    EXPECT_EQ(Words().told(source), "true");
}

TEST(RulesMacros, OptionalValuesAreAskedForInsteadOfFailing) {
    expect(Words(), {{"{'a': 1}.?a.orValue(0) + {'a': 1}.?b.orValue(5)", "6"},
                     {"[1, 2][?7].hasValue()", "false"},
                     {"{'a': {'b': 2}}.?a.b", "optional.of(2)"},
                     {"optional.of(4).optMap(x, x + 1)", "optional.of(5)"},
                     {"optional.none().optMap(x, 1 / 0)", "optional.none()"},
                     {"{'a': {'b': 2}}.?a.optFlatMap(x, x.?c)", "optional.none()"},
                     {"optional.of(1).orValue(1 / 0)", "1"},
                     {"optional.none().orValue(1 / 0)", "1:27: division by zero, in `1 / 0`"},
                     {"optional.none().value()",
                      "1:17: the optional is empty; ask with hasValue() or use orValue(), in "
                      "`optional.none().value()`"},
                     {"[?{'a': 1}.?a, ?optional.none(), 3]", "[1, 3]"},
                     {"{?'k': {'a': 1}.?a, ?'l': {}.?b}", "{'k': 1}"},
                     {"[?1]", "1:2: behind '?' stands an optional, not int"}});
}

}  // namespace
}  // namespace banyan::rules
