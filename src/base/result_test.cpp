// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <memory>

#include <gtest/gtest.h>

namespace banyan {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error::invalid("the number is odd", "/number");
    return number / 2;
}

Result<int> quarter(int number) {
    const int once = TRY(half(number));
    return TRY(half(once));
}

Result<void> must_be_even(int number) {
    TRY(half(number));
    return {};
}

TEST(Result, TryPassesTheFirstErrorUpward) {
    EXPECT_EQ(*quarter(8), 2);
    const auto refused = quarter(6);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().text(), "/number: the number is odd");
    EXPECT_STREQ(name_of(refused.error().code), "invalid");
    EXPECT_TRUE(must_be_even(2).ok());
    EXPECT_EQ(must_be_even(3).error().where, "/number");
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
    const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
    std::unique_ptr<int> taken = *make();
    EXPECT_EQ(*taken, 7);
}

TEST(Result, AskingForTheValueOfAnErrorStops) {
    EXPECT_DEATH(static_cast<void>(*half(1)), "assertion failed");
    EXPECT_DEATH(static_cast<void>(half(2).error()), "assertion failed");
    EXPECT_DEATH(must_be_even(1).value(), "assertion failed");
}

AssertHook told = nullptr;

TEST(Assert, TheHookHearsOfItBeforeTheEnd) {
    told = [](const char* expression, const char*, int) { std::fprintf(stderr, "hook: %s\n", expression); };
    EXPECT_DEATH(
        {
            set_assert_hook(told);
            ASSERT(1 + 1 == 3);
        },
        "hook: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace banyan
