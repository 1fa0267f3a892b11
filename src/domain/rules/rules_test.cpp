// SPDX-License-Identifier: Apache-2.0

// What a programme's author meets: conditions over an order and a member, and what happens when one is wrong.

#include <gtest/gtest.h>

#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"

namespace banyan::rules {
namespace {

class RulesTest : public testing::Test {
  protected:
    RulesTest() : schema_(make_schema()), row_(schema_) {
        set("order.paid", Term(std::int64_t{12'800}));
        set("order.currency", Term("CNY"));
        set("order.at", Term(*parse_rfc3339("2024-06-18T20:30:00+08:00")));
        set("member.tier", Term(std::int64_t{2}));
        set("member.birthday_month", Term(std::int64_t{6}));
        set("order.attributes", Term(attributes_));
    }

    static Value make_attributes() {
        Map map;
        map.insert("shop", Value("nanjing-road"));
        map.insert("tags", Value(List{Value("gift"), Value("member-day")}));
        return Value(std::move(map));
    }

    static Schema make_schema() {
        Schema schema;
        for (const auto& [path, kind] : {std::pair{"order.paid", Kind::integer},
                                         {"order.currency", Kind::string},
                                         {"order.at", Kind::timestamp},
                                         {"order.coupon", Kind::string},
                                         {"order.attributes", Kind::map},
                                         {"member.tier", Kind::integer},
                                         {"member.birthday_month", Kind::integer},
                                         {"x", Kind::dyn}})
            EXPECT_TRUE(schema.declare(path, kind).ok());
        return schema;
    }

    void set(std::string_view path, Term term) { row_.set(*schema_.find(path), term); }

    Result<Program> program(std::string_view source) {
        const auto expression = parse(source);
        if (!expression.ok()) return expression.error();
        return compile(*expression, schema_);
    }

    Result<Value> run(std::string_view source) {
        const auto compiled = program(source);
        if (!compiled.ok()) return compiled.error();
        return evaluate(*compiled, row_);
    }

    bool holds_for(std::string_view source) {
        const auto value = run(source);
        EXPECT_TRUE(value.ok()) << source << ": " << (value.ok() ? "" : value.error().text());
        return value.ok() && value->is(Value::Kind::boolean) && value->boolean();
    }

    std::string error_of(std::string_view source) {
        const auto value = run(source);
        return value.ok() ? "no error" : value.error().text();
    }

    Value attributes_ = make_attributes();
    Schema schema_;
    Activation row_;
};

TEST_F(RulesTest, AConditionOverAnOrderAndAMember) {
    EXPECT_TRUE(holds_for("order.paid >= 10000 && member.tier == 2"));
    EXPECT_FALSE(holds_for("order.paid >= 20000 && member.tier == 2"));
    EXPECT_TRUE(holds_for("order.currency in ['CNY', 'HKD'] || member.tier > 3"));
    EXPECT_TRUE(holds_for("member.tier in [1, 2] ? order.paid > 0 : false"));
}

TEST_F(RulesTest, AnAmountIsAnExpressionToo) {
    EXPECT_EQ(*run("order.paid / 100"), Value(std::int64_t{128}));
    EXPECT_EQ(*run("member.tier == 2 ? order.paid / 100 * 2 : order.paid / 100"), Value(std::int64_t{256}));
}

TEST_F(RulesTest, TimeIsReadInUtcOrWithAnOffset) {
    EXPECT_TRUE(holds_for("order.at.getMonth() + 1 == member.birthday_month"));
    EXPECT_TRUE(holds_for("order.at.getHours() == 12 && order.at.getHours('+08:00') == 20"));
    EXPECT_TRUE(holds_for("order.at >= timestamp('2024-06-18T00:00:00+08:00')"));
    EXPECT_TRUE(holds_for("order.at - timestamp('2024-06-18T12:00:00Z') == duration('30m')"));
    EXPECT_TRUE(holds_for("order.at + duration('24h') < timestamp('2024-06-20T00:00:00Z')"));
}

TEST_F(RulesTest, FieldsOfAMapAreReadByNameAndAskedFor) {
    EXPECT_TRUE(holds_for("order.attributes.shop == 'nanjing-road'"));
    EXPECT_TRUE(holds_for("'gift' in order.attributes.tags && size(order.attributes.tags) == 2"));
    EXPECT_TRUE(holds_for("order.attributes['shop'].startsWith('nan')"));
    EXPECT_FALSE(holds_for("has(order.attributes.till)"));
    EXPECT_TRUE(holds_for("has(order.attributes.shop)"));
}

TEST_F(RulesTest, AVariableWithoutAValueIsAskedForBeforeItIsRead) {
    EXPECT_FALSE(holds_for("has(order.coupon) && order.coupon == 'SPRING'"));
    EXPECT_EQ(error_of("order.coupon == 'SPRING'"),
              "1:14: a variable has no value here; ask with has() first, in `order.coupon == 'SPRING'`");
    set("order.coupon", Term("SPRING"));
    EXPECT_TRUE(holds_for("has(order.coupon) && order.coupon == 'SPRING'"));
}

TEST_F(RulesTest, AMisspeltNameIsRefusedWithTheNearestOne) {
    EXPECT_EQ(error_of("order.payd > 1"), "1:7: unknown name 'order.payd'; did you mean 'order.paid'?");
    EXPECT_EQ(error_of("order.currency.startWith('C')"),
              "1:16: unknown function 'startWith'; did you mean 'startsWith'?");
    EXPECT_EQ(error_of("startsWith(order.currency, 'C')"),
              "1:1: 'startsWith' is called with other arguments: write x.name(), not name(x)");
}

TEST_F(RulesTest, KindsThatDoNotFitAreRefusedBeforeAnythingRuns) {
    EXPECT_EQ(
        error_of("order.paid > '100'"),
        "1:12: '>' does not take int and string; convert one side, for instance with int() or string()");
    EXPECT_EQ(error_of("order.paid && true"), "1:12: a condition must be a bool, not int");
    EXPECT_EQ(error_of("order.paid.shop"), "1:12: a value of type int has no field 'shop'");
}

TEST_F(RulesTest, ErrorsNameLineAndColumn) {
    EXPECT_EQ(error_of("order.paid >=\n  (1 + "), "2:8: expected a value, found the end");
    EXPECT_EQ(error_of("order.paid = 1"), "1:12: '=' is no operator; compare with '=='");
    EXPECT_EQ(error_of("'一二' != 'x' &&\n  order.paid / (member.tier - 2) > 1"),
              "2:14: division by zero, in `order.paid / (member.tier - 2)`");
}

TEST_F(RulesTest, LogicAbsorbsAnErrorWhenTheOtherSideDecides) {
    EXPECT_FALSE(holds_for("1 / (member.tier - 2) > 0 && false"));
    EXPECT_FALSE(holds_for("false && 1 / (member.tier - 2) > 0"));
    EXPECT_TRUE(holds_for("1 / (member.tier - 2) > 0 || true"));
    EXPECT_FALSE(run("1 / (member.tier - 2) > 0 && true").ok());
}

TEST_F(RulesTest, IntegersNeverWrap) {
    set("x", Term(std::int64_t{INT64_MAX}));
    EXPECT_EQ(error_of("x + 1"), "1:3: the result does not fit 64 bits, in `x + 1`");
    EXPECT_FALSE(run("x * 2").ok());
    EXPECT_FALSE(run("-(-x - 1)").ok());
    EXPECT_TRUE(holds_for("-9223372036854775808 == -x - 1"));
}

TEST_F(RulesTest, AProgramKnowsWhatItReadsAndAnswers) {
    const auto compiled = program("order.paid >= 10000 && member.tier == 2");
    EXPECT_EQ(compiled->kind(), Kind::boolean);
    EXPECT_EQ(compiled->slots(),
              (std::vector<Slot>{*schema_.find("order.paid"), *schema_.find("member.tier")}));
}

TEST_F(RulesTest, ADeepNestIsRefusedAndNotFollowed) {
    for (const std::string& open :
         {std::string("("), std::string("["), std::string("-("), std::string("{1:"), std::string("f("),
          std::string("true ? 1 : "), std::string("!"), std::string("x[")}) {
        std::string source;
        while (source.size() + open.size() < source_bytes_max) source += open;
        EXPECT_NE(error_of(source).find("nests deeper"), std::string::npos)
            << open << ": " << error_of(source);
    }
    std::string fields = "x";
    for (int i = 0; i < 1000; ++i) fields += ".a";
    EXPECT_NE(error_of(fields).find("nests deeper"), std::string::npos);
}

TEST_F(RulesTest, ALongChainOfConditionsIsNotDeep) {
    std::string source = "order.paid == 0";
    for (int i = 1; i < 500; ++i) source += " || order.paid == " + std::to_string(i);
    EXPECT_FALSE(holds_for(source));
    EXPECT_TRUE(holds_for(source + " || true"));
}

TEST_F(RulesTest, WhatCostsTooMuchIsRefused) {
    EXPECT_FALSE(parse(std::string(source_bytes_max + 1, ' ')).ok());
    const auto expression = parse("x + x + x");
    EXPECT_FALSE(compile(*expression, schema_, {.nodes_max = 4}).ok());
    const std::string text(1'000'000, 'a');
    set("x", Term(std::string_view(text)));
    EXPECT_EQ(error_of("x + x"), "1:3: the expression costs more than its limit, in `x + x`");
    EXPECT_EQ(error_of("x.contains(x)"), "1:3: the expression costs more than its limit, in `x.contains(x)`");
}

}  // namespace
}  // namespace banyan::rules
