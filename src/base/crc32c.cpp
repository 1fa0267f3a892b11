// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <array>
#include <cstring>

namespace banyan {

namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0x82F63B78U : crc >> 1U;
        tables[0][i] = crc;
    }
    for (std::size_t slice = 1; slice < 8; ++slice) {
        for (std::size_t i = 0; i < 256; ++i) {
            const std::uint32_t before = tables[slice - 1][i];
            tables[slice][i] = before >> 8U ^ tables[0][before & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables tables = make_tables();

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {  // eight bytes a step, "slicing by 8"
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, 8);
        word ^= crc;
        crc = tables[7][word & 0xFFU] ^ tables[6][word >> 8U & 0xFFU] ^ tables[5][word >> 16U & 0xFFU] ^
              tables[4][word >> 24U & 0xFFU] ^ tables[3][word >> 32U & 0xFFU] ^ tables[2][word >> 40U & 0xFFU] ^
              tables[1][word >> 48U & 0xFFU] ^ tables[0][word >> 56U];
    }
    for (; i < bytes.size(); ++i) crc = crc >> 8U ^ tables[0][(crc ^ static_cast<unsigned char>(bytes[i])) & 0xFFU];
    return ~crc;
}

}  // namespace banyan
