// SPDX-License-Identifier: Apache-2.0
#include "text/json_writer.h"

#include <limits>

#include "text/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan::text {
namespace {

TEST(JsonWriter, WritesWhatTheCallerSays) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .string("id", "o-7781")
        .integer("quantity", -2)
        .boolean("paid", true)
        .key("lines")
        .begin_array();
    json.begin_object().end_object().null().floating(1).unsigned_integer(
        std::numeric_limits<std::uint64_t>::max());
    json.begin_array()
        .end_array()
        .raw(R"({"a":1})")
        .end_array()
        .instant("at", Instant{1'500'000})
        .end_object();
    EXPECT_TRUE(json.is_complete());
    EXPECT_EQ(
        out,
        R"({"id":"o-7781","quantity":-2,"paid":true,"lines":[{},null,1.0,18446744073709551615,[],{"a":1}],)"
        R"("at":"1970-01-01T00:00:01.500Z"})");
}

TEST(JsonWriter, EscapesWhatMustBeEscapedAndNothingElse) {
    EXPECT_EQ(to_json(Value(std::string_view("\"\\/\b\f\n\r\t\0\x1f树🌳", 17))),
              "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f树🌳\"");
}

TEST(JsonWriter, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
    EXPECT_EQ(to_json(Value("a\xFF\"\xE6\xA0"
                            "b")),
              "\"a\uFFFD\\\"\uFFFD\uFFFDb\"");
}

TEST(JsonWriter, KindsThatJsonLacksAreStrings) {
    EXPECT_EQ(to_json(Value(Instant{0})), R"("1970-01-01T00:00:00Z")");
    EXPECT_EQ(to_json(Value(Duration{1'500'000})), R"("1.5s")");
    EXPECT_EQ(to_json(Value(Duration{-1})), R"("-0.000001s")");
    EXPECT_EQ(to_json(Value(Value::Bytes{"any carnal pleas"})), R"("YW55IGNhcm5hbCBwbGVhcw==")");
    EXPECT_EQ(to_json(Value(Value::Bytes{"Man"})), R"("TWFu")");
    EXPECT_EQ(to_json(Value(std::numeric_limits<double>::infinity())), R"("Infinity")");
    EXPECT_EQ(to_json(Value(std::numeric_limits<double>::quiet_NaN())), R"("NaN")");
}

TEST(JsonWriter, AMisplacedValueStops) {
    std::string out;
    EXPECT_DEATH(JsonWriter(out).begin_object().integer(1), "assertion failed");
    EXPECT_DEATH(JsonWriter(out).begin_array().key("a"), "assertion failed");
    EXPECT_DEATH(JsonWriter(out).begin_array().end_object(), "assertion failed");
    EXPECT_DEATH(JsonWriter(out).null().null(), "assertion failed");
}

Value any_value(int depth) {
    switch (*rc::gen::inRange(0, depth > 0 ? 7 : 5)) {
        case 0: return Value();
        case 1: return Value(*rc::gen::arbitrary<bool>());
        case 2: return Value(*rc::gen::arbitrary<std::int64_t>());
        case 3: return Value(*rc::gen::arbitrary<double>());
        case 4: return Value(*rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)));
        case 5: {
            List list;
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i) list.push_back(any_value(depth - 1));
            return Value(std::move(list));
        }
        default: {
            Map map;
            for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
                map.insert("k" + std::to_string(i), any_value(depth - 1));
            return Value(std::move(map));
        }
    }
}

TEST(JsonWriter, WhatIsWrittenReadsBackTheSame) {
    const auto check = [] {
        const Value value = any_value(4);
        const auto back = parse_json(to_json(value));
        RC_ASSERT(back.ok());
        RC_ASSERT(*back == value);
    };
    EXPECT_TRUE(rc::check("json round trip", check));
}

}  // namespace
}  // namespace banyan::text
