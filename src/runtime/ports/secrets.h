// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys and randomness. HMAC under the brand key turns external ids into words that say nothing; the vault opens and
// closes personal fields under a key per member.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "domain/members/member.h"
#include "runtime/request.h"

namespace banyan::runtime {

class Secrets {
  public:
    virtual ~Secrets() = default;
    /// HMAC-SHA-256 under the brand key, first 128 bits; `domain` separates uses ("command", "order", "identity").
    [[nodiscard]] virtual std::array<std::uint64_t, 2> keyed(std::string_view domain, std::string_view a,
                                                             std::string_view b) const = 0;
    /// Unpredictable bits for handles, nonces and vault versions.
    virtual std::array<std::uint64_t, 2> random() = 0;
};

/// The vault: personal fields by member and version, sealed under the member's own key. Written before the fact that
/// names the version; never overwritten.
class Vault {
  public:
    virtual ~Vault() = default;
    /// Durable with the next sync(). Creates the member's key on first use. The same version with the same profile
    /// may be put again (after a crash, before its fact); with another it is a `conflict`. `refused` when the member
    /// was destroyed.
    virtual Result<void> put(MemberId member, members::VaultVersion version, const Profile& profile) = 0;
    /// Everything put before is durable when this returns; cheap when nothing was. One call a batch, before the facts
    /// that name the versions. A vault whose put is durable by itself has nothing to do here.
    virtual Result<void> sync() { return {}; }
    /// `not_found` when there is no such version (or the member's key is destroyed).
    virtual Result<Profile> open(MemberId member, members::VaultVersion version) = 0;
    /// HMAC of personal text under the member's key, for fingerprints. Creates the key on first use (durable with the
    /// next sync()); `not_found` when the member was destroyed.
    virtual Result<std::array<std::uint64_t, 2>> keyed(MemberId member, std::string_view text) = 0;
    /// Removes every row and the key of these members, compacts, re-reads and verifies. Ok = no byte is left.
    virtual Result<void> destroy(const std::vector<MemberId>& members) = 0;
    /// Every member's row that is stored, for rebuilding what is kept in memory and for sweeping superseded versions.
    using Visitor = std::function<void(MemberId, members::VaultVersion)>;
    virtual Result<void> each(const Visitor& visitor) = 0;
    virtual Result<void> remove(MemberId member, members::VaultVersion version) = 0;
};

}  // namespace banyan::runtime
