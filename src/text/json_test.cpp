// SPDX-License-Identifier: Apache-2.0
#include "text/json.h"

#include <string>

#include "text/json_fault.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan::text {
namespace {

using Kind = Value::Kind;

struct Refused {
    const char* json;
    const char* where;
    const char* message;  // a part of it
};

TEST(Json, NumbersAreIntegersWhileTheyFitAndDoublesAfterwards) {
    const auto value = parse_json(
        "[0, -0, 9223372036854775807, -9223372036854775808, 9223372036854775808,"
        " 123456789012345678901234567890, 1.0, 1e2, -2.5E-3, 1e-400]");
    ASSERT_TRUE(value.ok()) << value.error().text();
    const List& list = value->list();
    EXPECT_EQ(list[0], Value(std::int64_t{0}));
    EXPECT_EQ(list[1], Value(std::int64_t{0}));
    EXPECT_EQ(list[2], Value(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(list[3], Value(std::numeric_limits<std::int64_t>::min()));
    EXPECT_EQ(list[4], Value(9223372036854775808.0));
    EXPECT_EQ(list[5], Value(123456789012345678901234567890.0));
    EXPECT_EQ(list[6], Value(1.0));
    EXPECT_EQ(list[7], Value(100.0));
    EXPECT_EQ(list[8], Value(-0.0025));
    EXPECT_EQ(list[9], Value(0.0));
}

TEST(Json, DoublesOfManyDigitsKeepTheirValue) {
    // simdjson 3.0's get_number answers 0 for these.
    EXPECT_EQ(*parse_json("[2716547008500942848.0]"), Value(List{Value(2716547008500942848.0)}));
    EXPECT_EQ(*parse_json("0.12345678901234567890123"), Value(0.12345678901234567890123));
}

TEST(Json, StringsAreUnescaped) {
    const auto value = parse_json(R"({"名":"a\"\\\/\b\f\n\r\t\u00e9\ud83c\udf33树"})");
    ASSERT_TRUE(value.ok()) << value.error().text();
    EXPECT_EQ(value->map().entries()[0].first, "名");
    EXPECT_EQ(value->map().find("名")->string(), "a\"\\/\b\f\n\r\té🌳树");
}

TEST(Json, ADocumentMayBeAScalarWithBlanksAround) {
    EXPECT_EQ(*parse_json(" 42\n"), Value(std::int64_t{42}));
    EXPECT_EQ(*parse_json("\"x\""), Value("x"));
    EXPECT_EQ(*parse_json("null"), Value());
    EXPECT_EQ(*parse_json("\ttrue "), Value(true));
    EXPECT_EQ(*parse_json("123456789012345678901234567890"), Value(123456789012345678901234567890.0));
}

TEST(Json, KeysKeepTheirOrder) {
    const auto value = parse_json(R"({"b":1,"a":2,"c":{}})");
    ASSERT_TRUE(value.ok());
    std::string keys;
    for (const auto& entry : value->map().entries()) keys += entry.first;
    EXPECT_EQ(keys, "bac");
}

TEST(Json, AKeyTwiceIsTakenOnlyOnRequest) {
    const std::string_view text = R"({"a":1,"b":2,"a":3})";
    EXPECT_FALSE(parse_json(text).ok());
    EXPECT_EQ(*parse_json(text, {}, DuplicateKeys::last_wins), *parse_json(R"({"a":3,"b":2})"));
}

TEST(Json, AViewShowsADocumentWhereItLies) {
    JsonReader reader;
    const auto view = reader.view(R"({"a":[1,[true,null],{"b":"x\ny"}],"c":{},"d":2.5})");
    ASSERT_TRUE(view.ok()) << view.error().text();
    const JsonView& document = **view;
    EXPECT_EQ(document.size(), 3U);
    std::string keys;
    for (const JsonView& entry : document) keys += entry.key();
    EXPECT_EQ(keys, "acd");  // what is inside a value is not met on the way
    const JsonView& list = *document.find("a");
    EXPECT_EQ(list.size(), 3U);
    EXPECT_EQ(list.begin()->integer(), 1);
    EXPECT_EQ((++ ++list.begin())->find("b")->string(), "x\ny");
    EXPECT_EQ(document.find("c")->size(), 0U);
    EXPECT_EQ(document.find("b"), nullptr);
    EXPECT_EQ(document.find("d")->to_value(), Value(2.5));
    EXPECT_EQ(list.to_value(), *parse_json(R"([1,[true,null],{"b":"x\ny"}])"));
}

TEST(Json, WhatIsWrongIsRefusedWithItsPlace) {
    const Refused stories[] = {
        {"", "1:1", "ends where a value"},
        {"  \n ", "2:2", "ends where a value"},
        {"{\"a\":1,\n \"a\":2}", "2:2", "twice"},
        {"{\"\\u0061\":1,\"a\":2}", "1:13", "twice"},
        {"[1,2,]", "1:6", "comma"},
        {"{\"a\":1,}", "1:8", "comma"},
        {"[1 2]", "1:4", "',' or ']'"},
        {"{\"a\" 1}", "1:6", "':'"},
        {"{a:1}", "1:2", "double quotes"},
        {"[01]", "1:3", "does not begin with 0"},
        {"[1.]", "1:2", "needs a digit"},
        {"[-]", "1:2", "needs a digit"},
        {"[+1]", "1:2", "expected a value"},
        {"[1e400]", "1:2", "too large"},
        {"[1e99999999999999999999]", "1:2", "too large"},
        {"[NaN]", "1:2", "expected a value"},
        {"[True]", "1:2", "expected a value"},
        {"[tru]", "1:2", "expected true"},
        {"\"a", "1:1", "not closed"},
        {"[\"树\t\"]", "1:4", "control character"},
        {"[\"\\x\"]", "1:3", "unknown escape"},
        {"[\"\\u12g4\"]", "1:3", "four hexadecimal"},
        {"[\"\\ud800\"]", "1:3", "surrogate"},
        {"[\"\\udc00\\ud800\"]", "1:3", "surrogate"},
        {"[\"\xff\"]", "1:3", "UTF-8"},
        {"\xEF\xBB\xBF{}", "1:1", "byte order mark"},
        {"{} x", "1:4", "after the end"},
        {"1],[2", "1:2", "after the end"},
        {"1,2", "1:2", "after the end"},
        {"[1", "1:3", "ends where"},
        {"[}", "1:2", "expected a value"},
    };
    for (const Refused& story : stories) {
        const auto value = parse_json(story.json);
        ASSERT_FALSE(value.ok()) << story.json;
        EXPECT_EQ(value.error().code, ErrorCode::invalid);
        EXPECT_EQ(value.error().where, story.where) << story.json << ": " << value.error().message;
        EXPECT_NE(value.error().message.find(story.message), std::string::npos)
            << story.json << ": " << value.error().message;
    }
}

TEST(Json, LimitsBoundSizeDepthStringsAndKeys) {
    const Limits limits{.bytes = 64, .depth = 3, .string_bytes = 5, .keys = 2};
    EXPECT_TRUE(parse_json("[[[1]]]", limits).ok());
    EXPECT_EQ(parse_json("[[[[1]]]]", limits).error().where, "1:4");
    EXPECT_TRUE(parse_json("\"12345\"", limits).ok());
    EXPECT_FALSE(parse_json("\"123456\"", limits).ok());
    EXPECT_FALSE(parse_json("{\"123456\":1}", limits).ok());
    EXPECT_TRUE(parse_json(R"({"a":1,"b":2})", limits).ok());
    EXPECT_FALSE(parse_json(R"({"a":1,"b":2,"c":3})", limits).ok());
    EXPECT_TRUE(parse_json(std::string(63, ' ') + "1", limits).ok());
    EXPECT_FALSE(parse_json(std::string(64, ' ') + "1", limits).ok());
}

TEST(Json, AHundredThousandOpenBracketsAreOneShortError) {
    const auto value = parse_json(std::string(100'000, '['));
    ASSERT_FALSE(value.ok());
    EXPECT_EQ(value.error().where, "1:33");
}

TEST(Json, OneReaderReadsManyDocuments) {
    JsonReader reader;
    for (int i = 0; i < 100; ++i) {
        const std::string text = "{\"i\":" + std::to_string(i) + ",\"s\":\"" +
                                 std::string(static_cast<std::size_t>(i), 'x') + "\"}";
        const auto value = reader.read(text);
        ASSERT_TRUE(value.ok());
        EXPECT_EQ(value->map().find("i")->integer(), i);
        EXPECT_EQ(value->map().find("s")->string().size(), static_cast<std::size_t>(i));
        EXPECT_FALSE(reader.read("{\"i\":").ok());
    }
}

// The law behind the two readers: simdjson accepts exactly what the plain scanner finds nothing wrong with.
TEST(Json, ReaderAndScannerAgreeOnTextsMadeOfJsonPieces) {
    const auto check = [] {
        const std::vector<std::string> pieces = {
            "{",        "}",    "[",       "]",       ",",
            ":",        "\"",   "\\",      "1",       "0",
            "-",        ".",    "e",       "+",       " ",
            "\n",       "true", "fals",    "null",    "\"a\"",
            "\"a\":",   "1.5",  "\\u0041", "\\ud800", "99999999999999999999",
            "\xC3\xA9", "\xFF", "x"};
        std::string text;
        for (const auto index :
             *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, pieces.size())))
            text += pieces[index];
        RC_ASSERT(parse_json(text).ok() == !find_json_fault(text).has_value());
    };
    EXPECT_TRUE(rc::check("reader and scanner agree", check));
}

}  // namespace
}  // namespace banyan::text
