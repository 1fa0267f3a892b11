// SPDX-License-Identifier: Apache-2.0
#include "adapters/regex/re2_regex.h"

#include <gtest/gtest.h>

namespace banyan::regex {
namespace {

TEST(Re2Regex, FindsAPatternAnywhereInAText) {
    const auto pattern = *Re2Regex().pattern("o.7[0-9]+");
    EXPECT_TRUE(pattern->found_in("order o-7781"));
    EXPECT_FALSE(pattern->found_in("order o-8781"));
    EXPECT_TRUE((*Re2Regex().pattern("^会.日$"))->found_in("会员日"));
}

TEST(Re2Regex, TellsTheGroupsOfAMatchAndGoesOnBehindIt) {
    const auto pattern = *Re2Regex().pattern("(a)|(b)");
    const std::string_view text = "xab";
    const auto first = pattern->match(text, 0);
    ASSERT_EQ(first.size(), 3);
    EXPECT_EQ(first[0], "a");
    EXPECT_EQ(first[0].data(), text.data() + 1);
    EXPECT_EQ(first[2].data(), nullptr) << "the group took no part";
    EXPECT_EQ(pattern->match(text, 2)[2], "b");
    EXPECT_TRUE(pattern->match(text, 3).empty());
    EXPECT_TRUE(pattern->match(text, 99).empty());
    EXPECT_EQ(pattern->group_count(), 2);
}

TEST(Re2Regex, AnEmptyTextHasAnEmptyMatch) { EXPECT_EQ((*Re2Regex().pattern("a*"))->match("", 0).size(), 1); }

TEST(Re2Regex, WhatIsNoPatternIsRefusedWithTheReason) {
    const auto open = Re2Regex().pattern("a(b");
    ASSERT_FALSE(open.ok());
    EXPECT_EQ(open.error().message, "missing ): a(b");
    EXPECT_FALSE(Re2Regex().pattern("(?=a)b").ok()) << "looking ahead is what cannot be done in linear time";
    EXPECT_FALSE(Re2Regex().pattern("((a{100}){100}){100}").ok()) << "and this would need too much memory";
}

}  // namespace
}  // namespace banyan::regex
