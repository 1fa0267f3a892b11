// SPDX-License-Identifier: Apache-2.0
#pragma once

// The keys that wrap members' keys, in the file keys/vault.key (0600, replaced as a whole). Normally there is one.
// While an erasure rotates it there are two: the new one wraps, the old one still opens what is not rewrapped yet; so
// a crash in between loses nothing, and the next opening finishes the rotation.

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/vault/cipher.h"
#include "base/result.h"
#include "runtime/ports/disk.h"

namespace banyan::vault {

struct WrappingKey {
    std::uint32_t number = 0;  // stored beside what it wraps
    Key key;
};

class WrappingKeys {
  public:
    static constexpr const char* path = "keys/vault.key";

    /// One new key, not yet on the disk.
    static WrappingKeys fresh();
    /// `not_found` without a file, `corrupt` when it is damaged, `unsupported` when it is newer.
    static Result<WrappingKeys> load(runtime::Disk& disk);
    Result<void> save(runtime::Disk& disk) const;

    [[nodiscard]] const WrappingKey& current() const { return keys_.back(); }
    [[nodiscard]] const Key* find(std::uint32_t number) const;
    [[nodiscard]] bool is_rotating() const { return keys_.size() > 1; }

    /// These keys and a new current one.
    [[nodiscard]] WrappingKeys with_new_key() const;
    /// Only the current one.
    [[nodiscard]] WrappingKeys without_old_keys() const;

  private:
    std::vector<WrappingKey> keys_;  // the current one last
};

}  // namespace banyan::vault
