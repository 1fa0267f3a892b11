// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <string>

#include <gtest/gtest.h>

namespace banyan {
namespace {

std::string counting(int first, int step) {
    std::string bytes;
    for (int i = 0; i < 32; ++i) bytes += static_cast<char>(first + i * step);
    return bytes;
}

// The check value of the algorithm and the vectors of RFC 3720, appendix B.4.
TEST(Crc32c, KnownVectors) {
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(crc32c(counting(0, 1)), 0x46DD794EU);
    EXPECT_EQ(crc32c(counting(31, -1)), 0x113FDB5CU);
}

TEST(Crc32c, TheTableAgreesWithTheProcessorAtEveryLengthAndContinues) {
    std::string bytes;
    for (unsigned i = 0; i < 300; ++i) {
        EXPECT_EQ(detail::crc32c_by_table(bytes, 0), crc32c(bytes)) << i;
        const std::string_view view = bytes;
        const auto cut = i / 3;
        EXPECT_EQ(crc32c(view.substr(cut), crc32c(view.substr(0, cut))), crc32c(bytes)) << i;
        bytes += static_cast<char>((i * 131 + 7) & 0xFFU);
    }
}

TEST(Crc32c, OneFlippedBitIsSeen) {
    const std::string bytes = counting(3, 5);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string other = bytes;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_NE(crc32c(other), crc32c(bytes)) << bit;
    }
}

}  // namespace
}  // namespace banyan
