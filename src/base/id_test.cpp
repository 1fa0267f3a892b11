// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan {
namespace {

TEST(Id, AWideIdIsThirtyTwoSmallHexDigits) {
    const KeyedId id{0x0123456789ABCDEFU, 0xFEDCBA9876543210U};
    EXPECT_EQ(hex(id), "0123456789abcdeffedcba9876543210");
    EXPECT_EQ(parse_hex128(hex(id)), (std::array<std::uint64_t, 2>{id.high, id.low}));
    for (const char* text : {"", "0123", "0123456789ABCDEFfedcba9876543210",
                             "0123456789abcdeffedcba987654321g", "0123456789abcdeffedcba98765432100"})
        EXPECT_FALSE(parse_hex128(text).has_value()) << text;
}

TEST(Id, AMemberHasOneSpelling) {
    EXPECT_EQ(to_text(MemberId{1}), "m1");
    EXPECT_EQ(to_text(MemberId{32}), "m10");
    EXPECT_EQ(to_text(MemberId{~std::uint64_t{0}}), "mfzzzzzzzzzzzz");
    EXPECT_EQ(parse_member_id("mfzzzzzzzzzzzz"), MemberId{~std::uint64_t{0}});
    for (const char* text :
         {"", "m", "m0", "m01", "M1", "1", "m1 ", "mi", "mU", "mg000000000000", "m00000000000001"})
        EXPECT_FALSE(parse_member_id(text).has_value()) << text;
    const auto check = [](std::uint64_t value) {
        RC_PRE(value != 0U);
        RC_ASSERT(parse_member_id(to_text(MemberId{value})) == MemberId{value});
    };
    EXPECT_TRUE(rc::check("member round trip", check));
}

TEST(Id, ThePartitionIsTheLowWordOfTheMember) {
    EXPECT_EQ(partition_of(MemberId{0x70003U}), PartitionId{3});
    EXPECT_EQ(partition_of(MemberId{0xFFFFU}), PartitionId{0xFFFF});
}

// Two ids of different meaning neither compare nor convert.
static_assert(!std::is_convertible_v<PartitionId, UnitId>);
static_assert(!std::is_convertible_v<KeyedId, Handle>);
static_assert(!std::equality_comparable_with<KeyedId, Handle>);

}  // namespace
}  // namespace banyan
