// SPDX-License-Identifier: Apache-2.0
#pragma once

// CRC-32C (Castagnoli, RFC 3720 section 12.1; reflected polynomial 0x82F63B78): the checksum of every stored frame and
// record. It finds flipped and torn bytes; it is no protection against people (the hash chain is).

#include <cstdint>
#include <string_view>

namespace banyan {

/// The checksum of `bytes`, or of what gave `before` followed by `bytes`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace banyan
