// SPDX-License-Identifier: Apache-2.0

// The language row by row: what a source comes to, or what is said about it. The specification's own cases
// (cel_cases_test.cpp) are more; these stay here when their data is absent.

#include <gtest/gtest.h>

#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"

namespace banyan::rules {
namespace {

/// Two hours east of UTC from October on, one before: enough of a zone to see the port used.
class SeasonalZone : public Zone {
  public:
    [[nodiscard]] std::string_view name() const override { return "Test/Seasonal"; }
    [[nodiscard]] LocalTime local(Instant instant) const override {
        const std::int64_t utc_day = instant.microseconds / 86'400'000'000;
        const std::int64_t hours_east = civil_date(utc_day).month >= 10 ? 2 : 1;
        const std::int64_t seconds = instant.microseconds / 1'000'000 + hours_east * 3600;
        return {civil_date(seconds / 86400), static_cast<std::int32_t>(seconds % 86400),
                static_cast<std::uint8_t>((seconds / 86400 + 4) % 7)};
    }
    [[nodiscard]] Instant start_of(CivilDate date) const override {
        return {day_number(date) * 86'400'000'000};
    }
};

class OneZone : public Calendar {
  public:
    [[nodiscard]] Result<std::shared_ptr<const Zone>> zone(std::string_view name) const override {
        if (name != "Test/Seasonal") return Error{ErrorCode::not_found, "no such zone", {}};
        return std::shared_ptr<const Zone>(std::make_shared<SeasonalZone>());
    }
    [[nodiscard]] std::string_view version() const override { return "test"; }
};

std::string shown(const Term& term) {
    switch (term.kind()) {
        case Kind::null: return "null";
        case Kind::boolean: return term.boolean() ? "true" : "false";
        case Kind::integer: return std::to_string(term.integer());
        case Kind::unsigned_integer: return std::to_string(term.unsigned_integer()) + "u";
        case Kind::floating: return std::to_string(term.floating());
        case Kind::string: return "\"" + std::string(term.string()) + "\"";
        case Kind::bytes: return "b\"" + std::string(term.bytes()) + "\"";
        case Kind::list: {
            std::string text;
            for (std::size_t i = 0; i < term.count(); ++i)
                text += (i > 0 ? ", " : "") + shown(term.element(i));
            return "[" + text + "]";
        }
        default: return std::string(name_of(term.kind()));
    }
}

std::string told(std::string_view source, const Calendar* calendar = nullptr) {
    const auto expression = parse(source);
    if (!expression.ok()) return expression.error().text();
    const Schema schema;
    const auto program = compile(*expression, schema);
    if (!program.ok()) return program.error().text();
    Scratch scratch;
    const Term term = evaluate(*program, Activation(schema), scratch, calendar);
    return term.is_missing() ? program->describe(term).text() : shown(term);
}

struct Row {
    const char* source;
    const char* told;
};

void expect(std::initializer_list<Row> rows) {
    for (const Row& row : rows) EXPECT_EQ(told(row.source), row.told) << row.source;
}

TEST(RulesLanguage, Literals) {
    expect({{"0x1F + 1", "32"},
            {"-9223372036854775808", "-9223372036854775808"},
            {"18446744073709551615u", "18446744073709551615u"},
            {".5 + 1e-1", "0.600000"},
            {"'a\\u4e00\\U0001F431\\x41\\101'", "\"a一🐱AA\""},
            {"r'\\n' + \"\"\"it's\"\"\"", "\"\\nit's\""},
            {"b'\\x41\\102'", "b\"AB\""},
            {"[1, 2u, null, true,]", "[1, 2u, null, true]"},
            {"9223372036854775808",
             "1:1: the number does not fit an int (64 bits); write 1u for a uint, 1.0 for a double"},
            {"'\\q'", "1:2: no such escape; known are \\n \\t \\\\ \\\" \\' \\uHHHH \\xHH \\ooo ..."},
            {"'\\ud800'", "1:2: no such escape; known are \\n \\t \\\\ \\\" \\' \\uHHHH \\xHH \\ooo ..."},
            {"1 + 'open", "1:5: the quoted text has no end; close it with the quote it began with"},
            {"12ab", "1:3: a number runs into a name; put a space or an operator between them"}});
}

TEST(RulesLanguage, OperatorsBindAsCelSays) {
    expect({{"1 + 2 * 3 - 4 / 2 % 3", "5"},
            {"-2 * -3", "6"},
            {"!true || true && false", "false"},
            {"1 < 2 == true", "true"},
            {"true ? (false ? 1 : 2) : 3", "2"},
            {"false ? 1 : false ? 2 : 3", "3"},
            {"7 / -2", "-3"},
            {"-7 % 3", "-1"},
            {"1 in [3, 2, 1] && !('x' in {'y': 1})", "true"}});
}

TEST(RulesLanguage, NothingConvertsByItself) {
    expect(
        {{"1 + 1.0",
          "1:3: '+' does not take int and double; convert one side, for instance with int() or string()"},
         {"1u - 1",
          "1:4: '-' does not take uint and int; convert one side, for instance with int() or string()"},
         {"1 == 1u && 1u <= 1.5 && 2 > 1.5", "true"},
         {"dyn(1) == 'x'", "false"},
         {"!1", "1:1: '!' does not take int; convert one side, for instance with int() or string()"},
         {"'a' * 2",
          "1:5: '*' does not take string and int; convert one side, for instance with int() or string()"}});
}

TEST(RulesLanguage, TextIsCountedInCharacters) {
    expect({{"size('会员') + 'é'.size()", "3"},
            {"size(b'\\xe4\\xbc\\x9a')", "3"},
            {"'会员日'.endsWith('日') && '会员日'.contains('员')", "true"},
            {"'b' > 'a' && 'B' < 'a'", "true"}});
}

TEST(RulesLanguage, Conversions) {
    expect({{"int('-12') + int(3.9) + int(4u)", "-5"},
            {"uint('7')", "7u"},
            {"string(1.5) + string(-2) + string(true)", "\"1.5-2true\""},
            {"string(timestamp('2024-02-29T23:59:59.25+08:00'))", "\"2024-02-29T15:59:59.25Z\""},
            {"string(duration('1h30m0.5s'))", "\"5400.5s\""},
            {"string(duration('-1ms'))", "\"-0.001s\""},
            {"int('12x')", "1:1: the text does not say such a value, in `int('12x')`"},
            {"int(1e30)", "1:1: the value is outside the range of the type, in `int(1e30)`"},
            {"timestamp('2024-02-30T00:00:00Z')",
             "1:1: the text does not say such a value, in `timestamp('2024-02-30T00:00:00Z')`"},
            {"string(b'\\xff')", "1:1: the bytes are not UTF-8, in `string(b'\\xff')`"},
            {"type(1) == int && type(int) == type", "true"}});
}

TEST(RulesLanguage, ListsAndMaps) {
    expect({{"([1, dyn(2)] + ['x'])[2]", "\"x\""},
            {"{'a': 1, 2: 'b'}[2u]", "\"b\""},
            {"{'a': {'b': 3}}.a.b", "3"},
            {"has({'a': 1}.b) || has({'a': 1}.a)", "true"},
            {"[1, 2][2]", "1:7: the index is outside the list, in `[1, 2][2]`"},
            {"{'a': 1}.b", "1:10: no such key; ask with has() or `in` first, in `{'a': 1}.b`"},
            {"{'a': 1, 'a': 2}", "1:1: the same key stands twice in a map, in `{'a': 1, 'a': 2}`"},
            {"{1.5: 1}", "1:1: a map's key must be a bool, int, uint or string, in `{1.5: 1}`"},
            {"has('x')", "1:1: has() takes one field selection: has(order.coupon)"}});
}

TEST(RulesLanguage, WhatIsLeftOutIsSaid) {
    expect({{"Order{paid: 1}", "1:6: messages cannot be built here; write a map: {'key': value}"},
            {"for == 1", "1:1: 'for' is a reserved word; choose another name"},
            {"1 & 2", "1:3: '&' is no operator; write '&&'"},
            {"nonsense(1)", "1:1: unknown function 'nonsense'"}});
}

TEST(RulesLanguage, ZonesComeFromTheCalendar) {
    const OneZone calendar;
    const std::string summer = "timestamp('2024-06-30T23:30:00Z')";
    const std::string autumn = "timestamp('2024-10-31T23:30:00Z')";
    EXPECT_EQ(told(summer + ".getHours('Test/Seasonal')", &calendar), "0");
    EXPECT_EQ(told(summer + ".getMonth('Test/Seasonal')", &calendar), "6");
    EXPECT_EQ(told(autumn + ".getHours('Test/Seasonal')", &calendar), "1");
    EXPECT_EQ(told(autumn + ".getDayOfWeek('Test/Seasonal')", &calendar), "5");
    EXPECT_EQ(told(autumn + ".getDate('-10:00')"), "31");
    EXPECT_NE(told(autumn + ".getDate('Test/Atlantis')", &calendar).find("unknown time zone"),
              std::string::npos);
    EXPECT_NE(told(autumn + ".getDate('Test/Seasonal')").find("no time zones are available"),
              std::string::npos);
}

}  // namespace
}  // namespace banyan::rules
