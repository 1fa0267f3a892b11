// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256, and HMAC-SHA-256 with its key already worked in.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/ports/digest.h"

namespace banyan::system {

class OpensslDigest final : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override;
};

/// HMAC-SHA-256 under one key. The two blocks that depend on the key alone are hashed once, so a short text costs two
/// compressions. Immutable after construction: any thread may use it.
class Hmac {
  public:
    explicit Hmac(const std::array<std::uint8_t, 32>& key);
    Hmac(Hmac&&) noexcept;
    Hmac& operator=(Hmac&&) noexcept;
    ~Hmac();

    [[nodiscard]] Sha256 of(std::string_view bytes) const;

  private:
    struct Prepared;
    std::unique_ptr<Prepared> prepared_;
};

}  // namespace banyan::system
