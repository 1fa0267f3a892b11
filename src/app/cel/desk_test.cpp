// SPDX-License-Identifier: Apache-2.0
#include "app/cel/desk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "adapters/regex/re2_regex.h"
#include "adapters/system/tz_calendar.h"

namespace banyan::app {
namespace {

std::string tried(std::string_view source, std::string_view json = "", Detail detail = Detail::answer) {
    static const system::TzCalendar calendar;
    static const regex::Re2Regex patterns;
    const auto text = try_expression(source, json, detail, Ports{&calendar, &patterns});
    return text.ok() ? *text : text.error().text();
}

TEST(CelDesk, ARowIsJsonAndItsKeysAreTheVariables) {
    EXPECT_EQ(tried("order.paid / 100", R"({"order": {"paid": 12800}})"), "128\n");
    EXPECT_EQ(tried("xs.map(x, x.n * 2)", R"({"xs": [{"n": 1}, {"n": 2}]})"), "[2, 4]\n");
    EXPECT_EQ(tried("'o-77'.matches('^o-[0-9]+$')"), "true\n");
    EXPECT_EQ(tried("timestamp('2026-06-18T20:00:00Z').getHours('Asia/Shanghai')"), "4\n");
}

TEST(CelDesk, WhatIsWrongIsSaidWithItsPlace) {
    EXPECT_EQ(tried("order.payd", R"({"order": {"paid": 1}})"),
              "1:7: there is no field 'payd' in {paid: int}; did you mean 'paid'?");
    EXPECT_EQ(tried("1 / n", R"({"n": 0})"), "1:3: division by zero, in `1 / n`");
    EXPECT_EQ(tried("1", "{\"a\": }").substr(0, 9), "with:1:7:");
    EXPECT_EQ(tried("1", "[1]"), "with: write an object: {\"order\": {\"paid\": 12800}}");
    EXPECT_EQ(tried("'a'.matches('(')"), "1:13: this is no regular expression: missing ): (");
}

TEST(CelDesk, AnExplanationShowsEveryPartAndWhatDecided) {
    EXPECT_EQ(tried("a > 1 && b", R"({"a": 1, "b": true})", Detail::explain),
              "a > 1 && b  =>  false\n"
              "  a > 1  =>  false\n"
              "    a  =>  1\n"
              "    1  =>  1\n"
              "  b  =>  not evaluated\n"
              "\n"
              "because\n"
              "  `a > 1` is false: a is 1\n");
}

TEST(CelDesk, TheReferenceHoldsEveryFunctionAsItIs) {
    std::ifstream file("docs/reference/cel.md");
    ASSERT_TRUE(file) << "run from the root of the repository";
    std::stringstream content;
    content << file.rdbuf();
    EXPECT_NE(content.str().find(function_reference()), std::string::npos)
        << "write what `banyan cel --functions` prints at the end of docs/reference/cel.md";
}

}  // namespace
}  // namespace banyan::app
