// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vault over a store of its own: table 0 holds each member's key, wrapped; table 1 each version of a profile,
// sealed under the member's key; table 2 names the members that were destroyed, so that none of them comes back to
// life under a new key. In the store there is nothing personal that can be read without keys/vault.key.
//
// Any thread may call anything.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "adapters/vault/wrapping_keys.h"
#include "base/result.h"
#include "runtime/ports/disk.h"
#include "runtime/ports/secrets.h"
#include "runtime/ports/store.h"

namespace banyan::vault {

class StoreVault final : public runtime::Vault {
  public:
    /// Makes keys/vault.key for an empty store; a store with rows but without its key file is refused. Finishes a key
    /// rotation that was interrupted. Requires: the store is used by nobody else.
    static Result<std::unique_ptr<StoreVault>> open(runtime::Store& store, runtime::Disk& disk);

    /// The same version with the same profile again changes nothing; with another one it is a `conflict`. `refused` when
    /// the member was destroyed.
    Result<void> put(MemberId member, members::VaultVersion version,
                     const runtime::Profile& profile) override;
    Result<runtime::Profile> open(MemberId member, members::VaultVersion version) override;
    Result<void> sync() override;
    /// Makes the member's key on first use. `not_found` when the member was destroyed.
    Result<std::array<std::uint64_t, 2>> keyed(MemberId member, std::string_view text) override;
    /// Removes rows and keys, changes the wrapping key, compacts, looks again. Idempotent: after an error or a crash,
    /// ask again.
    Result<void> destroy(const std::vector<MemberId>& members) override;
    Result<void> each(const Visitor& visitor) override;
    Result<void> remove(MemberId member, members::VaultVersion version) override;

  private:
    /// What a member's key really is: one half seals, the other makes fingerprints.
    struct MemberKey {
        Key sealing;
        Key hashing;
    };

    StoreVault(runtime::Store& store, runtime::Disk& disk, WrappingKeys keys);
    Result<MemberKey> unwrap(MemberId member, std::string_view row) const;
    Result<std::optional<MemberKey>> find_key(MemberId member);
    Result<MemberKey> find_or_make_key(MemberId member);
    Result<void> write_soon(std::vector<runtime::Put> batch);
    Result<bool> is_destroyed(MemberId member);
    Result<void> delete_rows(MemberId member);
    std::mutex& mutex_of(MemberId member);
    Result<void> rotate();
    Result<void> finish_rotation();
    Result<void> rewrap_all();
    Result<void> verify_gone(const std::vector<MemberId>& members);

    runtime::Store& store_;
    runtime::Disk& disk_;

    // Held shared while a new key row is written, alone while the wrapping key changes: so no row is written under a
    // key that the rotation no longer looks for.
    mutable std::shared_mutex keys_mutex_;
    WrappingKeys keys_;

    // How many writes there were, and how many of them are known durable. Counting instead of a flag: whoever asks
    // while another thread syncs must wait for it.
    std::atomic<std::uint64_t> written_{0};
    std::atomic<std::uint64_t> synced_{0};
    std::mutex sync_mutex_;

    std::mutex destroy_mutex_;  // one erasure at a time
    std::array<std::mutex, 64>
        member_mutexes_;  // a member's key is made once, and never beside its destruction
};

}  // namespace banyan::vault
