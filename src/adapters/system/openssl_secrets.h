// SPDX-License-Identifier: Apache-2.0
#pragma once

// The brand's key and the machine's randomness. The key is 32 random bytes in keys/brand.key (0600), made once when
// the brand is created; without it no external id is ever found again, so it is never made anew by accident.
// Any thread may use it.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "adapters/system/openssl_digest.h"
#include "base/result.h"
#include "runtime/ports/disk.h"
#include "runtime/ports/secrets.h"

namespace banyan::system {

class OpensslSecrets final : public runtime::Secrets {
  public:
    static constexpr const char* key_path = "keys/brand.key";

    /// Makes the key of a new brand. `conflict` when there is one already.
    static Result<std::unique_ptr<OpensslSecrets>> create(runtime::Disk& disk);
    /// `not_found` without a key file, `corrupt` when it is not exactly 32 bytes.
    static Result<std::unique_ptr<OpensslSecrets>> load(runtime::Disk& disk);

    explicit OpensslSecrets(const std::array<std::uint8_t, 32>& brand_key) : hmac_(brand_key) {}

    [[nodiscard]] std::array<std::uint64_t, 2> keyed(std::string_view domain, std::string_view a,
                                                     std::string_view b) const override;
    std::array<std::uint64_t, 2> random() override;

  private:
    Hmac hmac_;
};

/// Unpredictable bytes from the operating system by way of OpenSSL; a machine that cannot give them must stop.
void fill_random(std::uint8_t* bytes, std::size_t size);

}  // namespace banyan::system
