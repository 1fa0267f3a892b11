// SPDX-License-Identifier: Apache-2.0

// What is found before anything runs: types of every part from the schema's, and each mistake with its place.

#include "domain/rules/check.h"

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

Words shop() {
    Words words;
    words.declare("order.paid", "int")
        .declare("order.channel", "string")
        .declare("order.at", "timestamp")
        .declare("order.lines", "list({sku: string, amount: int, tags: list(string)})")
        .declare("order.attributes", "map(string, dyn)")
        .declare("member.tier", "int")
        .declare("anything", "dyn");
    return words;
}

std::string type_of(std::string_view source) {
    static const Words words = shop();
    const auto expression = parse(source);
    if (!expression.ok()) return expression.error().text();
    const auto checked = check(*expression, words.schema());
    return checked.ok() ? checked->result.text() : checked.error().text();
}

TEST(RulesCheck, TypesFollowFromTheSchema) {
    EXPECT_EQ(type_of("order.paid / 100"), "int");
    EXPECT_EQ(type_of("order.lines.map(l, l.amount)"), "list(int)");
    EXPECT_EQ(type_of("order.lines.filter(l, 'gift' in l.tags)[0].sku"), "string");
    EXPECT_EQ(type_of("order.lines.map(l, l.amount).sum()"), "int");
    EXPECT_EQ(type_of("order.attributes.shop"), "dyn");
    EXPECT_EQ(type_of("order.attributes.?shop"), "optional");
    EXPECT_EQ(type_of("{'a': 1, 'b': 2.0}"), "map(string, dyn)");
    EXPECT_EQ(type_of("order.at.getFullYear() > 2000 ? [order.at] : []"), "list(timestamp)");
    EXPECT_EQ(type_of("anything + 1"), "int");
    EXPECT_EQ(type_of("anything + anything"), "dyn");
    EXPECT_EQ(type_of("order.lines.transformMapEntry(i, l, {l.sku: i})"), "map(string, int)");
    EXPECT_EQ(type_of("[1, 2u]"), "list");
    EXPECT_EQ(type_of("math.greatest(1, 2)"), "int");
    EXPECT_EQ(type_of("math.greatest(1, 2.0)"), "dyn");
    EXPECT_EQ(type_of("type(1)"), "type(int)");
}

TEST(RulesCheck, AFieldThatARecordDoesNotHaveIsFoundInsideAMacro) {
    EXPECT_EQ(
        type_of("order.lines.exists(l, l.skuu == 'a')"),
        "1:25: there is no field 'skuu' in {sku: string, amount: int, tags: list(string)}; did you mean "
        "'sku'?");
    EXPECT_EQ(type_of("order.lines.exists(l, has(l.price))"),
              "1:29: there is no field 'price' in {sku: string, amount: int, tags: list(string)}");
    EXPECT_EQ(
        type_of("order.lines.exists(l, l.amount == 'a')"),
        "1:32: '==' does not take int and string; convert one side, for instance with int() or string()");
    EXPECT_EQ(type_of("order.lines['a']"),
              "1:12: a value of type list({sku: string, amount: int, tags: list(string)}) is not indexed by "
              "string");
}

TEST(RulesCheck, ArgumentsMustFitAnOverload) {
    EXPECT_EQ(type_of("order.channel.startsWith(1)"),
              "1:15: 'startsWith' does not take string and int; it is string, string -> bool");
    EXPECT_EQ(type_of("math.abs('a')"),
              "1:6: 'math.abs' does not take string; it is int -> int | uint -> uint | double -> double");
    EXPECT_EQ(
        type_of("math.abs()"),
        "1:6: 'math.abs' is called with other arguments: it is int -> int | uint -> uint | double -> double");
    EXPECT_EQ(type_of("math.greatest(1, 'a')"),
              "1:6: 'math.greatest' does not take int and string; it is number ... -> number");
    EXPECT_EQ(type_of("[1].sum('a')"),
              "1:5: 'sum' is called with other arguments: it is list(int) -> int | list(uint) -> "
              "uint | list(double) -> double | list(duration) -> duration");
    EXPECT_EQ(type_of("order.channel.upperAsci()"),
              "1:15: unknown function 'upperAsci'; did you mean 'upperAscii'?");
}

TEST(RulesCheck, BothSidesOfAChoiceAreOneType) {
    EXPECT_EQ(
        type_of("order.paid > 0 ? 1 : 'a'"),
        "1:16: both sides of ?: must be of one type, not int and string; convert one side, or write dyn()");
    EXPECT_EQ(type_of("order.paid > 0 ? 1 : dyn('a')"), "dyn");
    EXPECT_EQ(type_of("order.paid ? 1 : 2"), "1:12: a condition must be a bool, not int");
}

TEST(RulesCheck, NumbersCompareAndNullComparesWithAnything) {
    EXPECT_EQ(type_of("order.paid == 1.5 || order.paid in [1u, 2u] || [1] == [1.0]"), "bool");
    EXPECT_EQ(type_of("order.channel == null"), "bool");
    EXPECT_EQ(type_of("order.paid in ['a']"),
              "1:12: 'in' does not take int and list(string); convert one side, for instance with int() or "
              "string()");
}

TEST(RulesCheck, NamesAreLookedForInTheContainerFirst) {
    Words words;
    words.declare("shop.cn.x", "int", Term(std::int64_t{1})).declare("x", "int", Term(std::int64_t{2}));
    Schema schema = words.schema();
    schema.set_container("shop.cn");
    for (const auto& [source, value] : {std::pair{"x", 1}, {".x", 2}}) {
        const auto program = compile(*parse(source), schema);
        ASSERT_TRUE(program.ok());
        EXPECT_EQ(*evaluate(*program, words.row()), Value(std::int64_t{value})) << source;
    }
}

TEST(RulesCheck, AFunctionWithoutABodyIsCheckedAndNotCompiled) {
    Schema schema;
    schema.declare_function({"pair", Style::global, read_overloads("T, T -> list(T)")});
    EXPECT_EQ(check(*parse("pair(1, 2)"), schema)->result.text(), "list(int)");
    EXPECT_EQ(check(*parse("pair(1, 'a')"), schema).error().text(),
              "1:1: 'pair' does not take int and string");
    EXPECT_EQ(compile(*parse("pair(1, 2)"), schema).error().text(),
              "1:1: the function 'pair' is declared, but has no body here");
}

TEST(RulesTypes, AreReadAndWrittenAlike) {
    for (const char* text : {"int", "list(string)", "map(string, list(dyn))", "optional(int)",
                             "{a: int, b: {c: bool}}", "type(T)", "list", "dyn"}) {
        const auto type = parse_type(text);
        ASSERT_TRUE(type.ok()) << text;
        EXPECT_EQ(parse_type(type->text())->text(), type->text());
    }
    EXPECT_EQ(parse_type("list(strng)").error().message,
              "'list(strng)' is no type: unknown word 'strng' at character 11");
    EXPECT_FALSE(parse_type("map(int)").ok());
    EXPECT_FALSE(parse_type("int int").ok());
    EXPECT_FALSE(parse_type("{a int}").ok());
    EXPECT_FALSE(parse_type(std::string(100, '{')).ok());
}

}  // namespace
}  // namespace banyan::rules
