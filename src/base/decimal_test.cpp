// SPDX-License-Identifier: Apache-2.0
#include "base/decimal.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan {
namespace {

Decimal decimal(std::string_view text) {
    const auto value = parse_decimal(text);
    EXPECT_TRUE(value.has_value()) << text;
    return value.value_or(Decimal{});
}

TEST(Decimal, TextAndBack) {
    for (const char* text : {"0", "0.00", "-12.50", "1E+3", "0E+2", "0.000001", "1E-7", "1.23E-10", "123",
                             "-0.1", "99999999999999999999999999999999999999"})
        EXPECT_EQ(to_text(decimal(text)), text);
    EXPECT_EQ(to_text(decimal("+.5")), "0.5");
    EXPECT_EQ(to_text(decimal("5.")), "5");
    EXPECT_EQ(to_text(decimal("-0.0")), "0.0");
}

TEST(Decimal, WhatIsNoNumberIsRefused) {
    for (const char* text :
         {"", "-", ".", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x10", "NaN", "Infinity", "1e1000001",
          "1e99999999999", "100000000000000000000000000000000000000"})
        EXPECT_FALSE(parse_decimal(text).has_value()) << text;
    for (const char* text : {"+1", ".5", "5.", "1e2", "", "-", "--1", "1-"})
        EXPECT_FALSE(parse_plain_decimal(text).has_value()) << text;
    EXPECT_EQ(parse_plain_decimal("-0012.50"), (Decimal{-1250, -2}));
}

TEST(Decimal, ArithmeticIsExactOrRefused) {
    EXPECT_EQ(to_text(*sum(decimal("1.23"), decimal("4"))), "5.23");
    EXPECT_EQ(to_text(*difference(decimal("1"), decimal("1.000"))), "0.000");
    EXPECT_EQ(to_text(*product(decimal("-2.5"), decimal("0.40"))), "-1.000");
    EXPECT_FALSE(sum(decimal("1E+38"), decimal("1")).has_value());
    EXPECT_FALSE(sum(decimal("99999999999999999999999999999999999999"), decimal("1")).has_value());
    EXPECT_FALSE(product(decimal("1000000000000000000000"), decimal("100000000000000000")).has_value());
}

TEST(Decimal, ASumThatDoesNotFitIsStillRoundedOnce) {
    const auto text = [](const char* a, const char* b, unsigned digits, Rounding rounding) {
        return to_text(rounded_sum(decimal(a), decimal(b), digits, rounding));
    };
    EXPECT_EQ(text("1E+60", "1", 5, Rounding::half_even), "1.0000E+60");
    EXPECT_EQ(text("1E+60", "1", 5, Rounding::up), "1.0001E+60");
    EXPECT_EQ(text("1E+60", "-1", 5, Rounding::down), "9.9999E+59");
    EXPECT_EQ(text("12345E+50", "5E-10", 4, Rounding::half_down), "1.235E+54");
    EXPECT_EQ(text("12345E+50", "-5E-10", 4, Rounding::half_up), "1.234E+54");
    EXPECT_EQ(text("1E+60", "0", 3, Rounding::up), "1.00E+60");
}

TEST(Decimal, ComparedByValueNotByRepresentation) {
    EXPECT_EQ(compare(decimal("1.0"), decimal("1.00")), 0);
    EXPECT_EQ(compare(decimal("0"), decimal("0E+5")), 0);
    EXPECT_EQ(compare(decimal("-1"), decimal("0.5")), -1);
    EXPECT_EQ(compare(decimal("1E+30"), decimal("999999999999999999999999999999")), 1);
    EXPECT_EQ(compare(decimal("-1E+30"), decimal("-1E+29")), -1);
    EXPECT_EQ(compare(decimal("1E-999999"), decimal("1E+999999")), -1);
}

TEST(Decimal, RoundingsHaveNames) {
    struct Story {
        const char* value;
        Rounding rounding;
        const char* integral;
    };
    const Story stories[] = {
        {"2.5", Rounding::half_up, "3"},
        {"-2.5", Rounding::half_up, "-3"},
        {"2.5", Rounding::half_even, "2"},
        {"3.5", Rounding::half_even, "4"},
        {"2.5", Rounding::half_down, "2"},
        {"-2.5", Rounding::half_down, "-2"},
        {"2.5", Rounding::half_odd, "3"},
        {"3.5", Rounding::half_odd, "3"},
        {"-2.5", Rounding::half_floor, "-3"},
        {"-2.5", Rounding::half_ceiling, "-2"},
        {"-2.1", Rounding::down, "-3"},
        {"-2.9", Rounding::up, "-2"},
        {"-2.9", Rounding::toward_zero, "-2"},
        {"-2.1", Rounding::away_from_zero, "-3"},
        {"2.1", Rounding::zero_five_away, "2"},
        {"5.1", Rounding::zero_five_away, "6"},
        {"10.01", Rounding::zero_five_away, "11"},
        {"2.51", Rounding::half_down, "3"},
        {"7E-50", Rounding::up, "1"},
        {"7E-50", Rounding::half_up, "0"},
        {"-7E-38", Rounding::half_up, "0"},
        {"1E+3", Rounding::up, "1E+3"},
    };
    for (const Story& story : stories)
        EXPECT_EQ(to_text(to_integral(decimal(story.value), story.rounding)), story.integral) << story.value;
}

TEST(Decimal, QuantizeAndRounded) {
    EXPECT_EQ(to_text(*quantize(decimal("2.17"), -3, Rounding::half_even)), "2.170");
    EXPECT_EQ(to_text(*quantize(decimal("2.17"), -1, Rounding::half_even)), "2.2");
    EXPECT_EQ(to_text(*quantize(decimal("217"), 2, Rounding::half_even)), "2E+2");
    EXPECT_FALSE(quantize(decimal("1E+30"), -8, Rounding::half_even).has_value());
    EXPECT_EQ(to_text(rounded(decimal("9.995"), 3, Rounding::half_up)), "10.0");
    EXPECT_EQ(to_text(rounded(decimal("9.995"), 4, Rounding::half_up)), "9.995");
}

TEST(Decimal, ALineOfAnInvoiceIsRoundedOnce) {
    // 3 pieces at 0.335 are 1.005, and that is 1.01; rounding the price first would give 1.02.
    const Decimal price = decimal("0.335");
    EXPECT_EQ(to_minor(*product(price, {3, 0}), 2, Rounding::half_up), 101);
    EXPECT_EQ(to_minor(*product(price, {-3, 0}), 2, Rounding::half_up), -101);
    EXPECT_EQ(to_minor(decimal("92233720368547758.07"), 2, Rounding::half_up),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_FALSE(to_minor(decimal("92233720368547758.08"), 2, Rounding::half_up).has_value());
}

TEST(Decimal, AmountsSayNoMoreThanTheCurrencyCan) {
    EXPECT_EQ(parse_minor("56.00", 2), 5600);
    EXPECT_EQ(parse_minor("56", 2), 5600);
    EXPECT_EQ(parse_minor("-0.5", 2), -50);
    EXPECT_EQ(parse_minor("1.500", 2), 150);
    EXPECT_EQ(parse_minor("100", 0), 100);
    EXPECT_FALSE(parse_minor("1.005", 2).has_value());
    EXPECT_FALSE(parse_minor("0.5", 0).has_value());
    EXPECT_FALSE(parse_minor("1e2", 2).has_value());
    EXPECT_FALSE(parse_minor("100000000000000000000", 2).has_value());
    EXPECT_EQ(minor_to_text(5600, 2), "56.00");
    EXPECT_EQ(minor_to_text(-5, 2), "-0.05");
    EXPECT_EQ(minor_to_text(7, 0), "7");
    EXPECT_EQ(minor_to_text(std::numeric_limits<std::int64_t>::min(), 2), "-92233720368547758.08");
}

TEST(Decimal, MinorUnitsAndTextAreTheSameAmount) {
    const auto check = [](std::int64_t minor) {
        const auto digits = *rc::gen::inRange(0U, 4U);
        RC_ASSERT(parse_minor(minor_to_text(minor, digits), digits) == minor);
    };
    EXPECT_TRUE(rc::check("minor round trip", check));
}

// rounded_sum against the plain way, where the plain way exists.
TEST(Decimal, TheRoundedSumIsTheSumRounded) {
    const auto check = [](std::int64_t a, std::int64_t b) {
        const Decimal left{a, *rc::gen::inRange(-9, 9)};
        const Decimal right{b, *rc::gen::inRange(-9, 9)};
        const auto digits = *rc::gen::inRange(1U, 34U);
        const auto rounding = static_cast<Rounding>(*rc::gen::inRange(0, 11));
        const auto exact = sum(left, right);
        RC_PRE(exact.has_value());
        RC_ASSERT(rounded_sum(left, right, digits, rounding) == rounded(*exact, digits, rounding));
    };
    EXPECT_TRUE(rc::check("rounded sum", check));
}

}  // namespace
}  // namespace banyan
