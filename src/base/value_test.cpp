// SPDX-License-Identifier: Apache-2.0
#include "base/value.h"

#include <gtest/gtest.h>

namespace banyan {
namespace {

using Kind = Value::Kind;

Map map_of(std::vector<Map::Entry> entries) { return Map::of_unique(std::move(entries)); }

TEST(Value, EveryKindIsWhatItWasMadeOf) {
    EXPECT_EQ(Value().kind(), Kind::null);
    EXPECT_TRUE(Value(true).boolean());
    EXPECT_EQ(Value(std::int64_t{-1}).integer(), -1);
    EXPECT_EQ(Value(~std::uint64_t{0}).unsigned_integer(), ~std::uint64_t{0});
    EXPECT_EQ(Value(0.5).floating(), 0.5);
    EXPECT_EQ(Value("x").string(), "x");
    EXPECT_EQ(Value(Value::Bytes{"x"}).bytes(), "x");
    EXPECT_EQ(Value(List{Value()}).list().size(), 1U);
    EXPECT_EQ(Value(Map()).map().size(), 0U);
    EXPECT_EQ(Value(Instant{5}).timestamp(), Instant{5});
    EXPECT_EQ(Value(seconds(5)).duration(), seconds(5));
    EXPECT_STREQ(name_of(Value(seconds(5)).kind()), "duration");
    EXPECT_DEATH(static_cast<void>(Value("1").integer()), "assertion failed");
}

TEST(Value, EqualityIsDeepAndTellsKindsApart) {
    EXPECT_EQ(Value(List{Value("a"), Value(List{})}), Value(List{Value("a"), Value(List{})}));
    EXPECT_FALSE(Value(std::int64_t{1}) == Value(1.0));
    EXPECT_FALSE(Value(std::int64_t{1}) == Value(std::uint64_t{1}));
    EXPECT_FALSE(Value("x") == Value(Value::Bytes{"x"}));
}

TEST(Value, MapsKeepTheirOrderAndCompareWithoutIt) {
    Map map;
    EXPECT_TRUE(map.insert("b", Value(true)));
    EXPECT_TRUE(map.insert("a", Value()));
    EXPECT_FALSE(map.insert("b", Value(false)));
    EXPECT_TRUE(map.find("b")->boolean());
    EXPECT_EQ(map.find("c"), nullptr);
    EXPECT_EQ(map.entries()[0].first, "b");
    EXPECT_EQ(Value(map), Value(map_of({{"a", Value()}, {"b", Value(true)}})));
    EXPECT_FALSE(Value(map) == Value(map_of({{"a", Value()}, {"c", Value(true)}})));
    EXPECT_FALSE(Value(map) == Value(map_of({{"a", Value()}})));
}

}  // namespace
}  // namespace banyan
