// SPDX-License-Identifier: Apache-2.0
#pragma once

// CRC-32C (Castagnoli), the checksum of everything we store. A pure function of its bytes: the same on every machine,
// whether the processor computes it or a table does.

#include <cstdint>
#include <string_view>

namespace banyan {

/// The checksum of `bytes`; with `before`, of everything that gave `before` followed by `bytes`.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

namespace detail {
/// The table alone, whatever the processor can do; the tests hold the two against each other.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before);
}  // namespace detail

}  // namespace banyan
