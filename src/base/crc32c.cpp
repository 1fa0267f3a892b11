// SPDX-License-Identifier: Apache-2.0
#include "base/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

namespace banyan {

namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// tables[0] is the classic byte table; tables[n] advances a byte by n further bytes, so that eight bytes are looked up
// independently of one another (slicing by eight).
constexpr Tables make_tables() {
    constexpr std::uint32_t polynomial = 0x82F63B78U;  // Castagnoli, reflected
    Tables tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? polynomial : 0U);
        tables[0][i] = crc;
    }
    for (std::uint32_t i = 0; i < 256; ++i) {
        for (std::size_t n = 1; n < 8; ++n) {
            const std::uint32_t previous = tables[n - 1][i];
            tables[n][i] = (previous >> 8U) ^ tables[0][previous & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables tables = make_tables();

std::uint32_t advance_by_table(std::uint32_t crc, const char* data, std::size_t size) {
    while (size >= 8) {
        std::array<unsigned char, 8> b;
        std::memcpy(b.data(), data, 8);
        crc = tables[7][(crc & 0xFFU) ^ b[0]] ^ tables[6][((crc >> 8U) & 0xFFU) ^ b[1]] ^
              tables[5][((crc >> 16U) & 0xFFU) ^ b[2]] ^ tables[4][(crc >> 24U) ^ b[3]] ^ tables[3][b[4]] ^
              tables[2][b[5]] ^ tables[1][b[6]] ^ tables[0][b[7]];
        data += 8;
        size -= 8;
    }
    for (; size > 0; --size, ++data) {
        crc = (crc >> 8U) ^ tables[0][(crc ^ static_cast<unsigned char>(*data)) & 0xFFU];
    }
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t advance_by_processor(std::uint32_t crc, const char* data,
                                                                     std::size_t size) {
    std::uint64_t wide = crc;
    for (; size >= 8; size -= 8, data += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    for (; size > 0; --size, ++data) crc = __builtin_ia32_crc32qi(crc, static_cast<unsigned char>(*data));
    return crc;
}
#endif

}  // namespace

std::uint32_t detail::crc32c_by_table(std::string_view bytes, std::uint32_t before) {
    return ~advance_by_table(~before, bytes.data(), bytes.size());
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
#if defined(__x86_64__)
    static const bool processor_can = __builtin_cpu_supports("sse4.2") != 0;
    if (processor_can) return ~advance_by_processor(~before, bytes.data(), bytes.size());
#endif
    return detail::crc32c_by_table(bytes, before);
}

}  // namespace banyan
