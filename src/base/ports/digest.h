// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cryptographic digests for pure code. A digest is a function of its bytes only, so it may be used by the core; the
// implementation lives in an adapter.

#include <array>
#include <cstdint>
#include <string_view>

namespace banyan {

using Sha256 = std::array<std::uint8_t, 32>;

class Digest {
  public:
    virtual ~Digest() = default;
    [[nodiscard]] virtual Sha256 sha256(std::string_view bytes) const = 0;
};

}  // namespace banyan
