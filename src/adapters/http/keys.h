// SPDX-License-Identifier: Apache-2.0
#pragma once

// API keys: "bk_<key id>_<secret>". The file (keys.json in the data directory) keeps the SHA-256 of each key, never
// the key; it is written beside itself and renamed, so that a crash leaves the old or the new one. A key's secret is
// 256 random bits, which is why one fast hash is enough.
//
// A server reads the file again when it has changed, so that `banyan key create` and `revoke` act on a running one.
// One object belongs to one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/scopes.h"
#include "base/instant.h"
#include "base/ports/digest.h"
#include "base/result.h"

namespace banyan::http {

struct Key {
    std::string id;
    Sha256 hash{};
    Scopes scopes;
    std::string label;  // for people: "till of store 12"
    Instant created_at;
    std::optional<Instant> revoked_at;
};

struct NewKey {
    std::string id;
    std::string text;  // the whole key; shown once, kept nowhere
};

class Keys {
  public:
    /// The keys of the file; none when there is no file yet. `digest` must outlive the keys.
    static Result<Keys> open(std::string path, const Digest& digest);

    Result<NewKey> create(Scopes scopes, std::string label, Instant now);
    /// `not_found` when there is no such key.
    Result<void> revoke(std::string_view id, Instant now);
    [[nodiscard]] const std::vector<Key>& list() const { return keys_; }

    /// What the presented key may do; nothing when it is unknown, revoked or malformed. Takes the same time for a
    /// wrong secret whatever part of it is wrong.
    [[nodiscard]] std::optional<Scopes> check(std::string_view presented) const;

    /// Reads the file again when it was changed by someone else. On an error the keys stay as they were.
    Result<void> reload_if_changed();
    /// Grows with every change, so that whoever remembers an answer of check() knows when to ask again.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

  private:
    struct Stamp {
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        std::int64_t size = -1;
        std::uint64_t inode = 0;
        bool operator==(const Stamp&) const = default;
    };

    Keys(std::string path, const Digest& digest) : path_(std::move(path)), digest_(&digest) {}
    Result<void> load();
    Result<void> save(const std::vector<Key>& keys);
    [[nodiscard]] Stamp stamp() const;

    std::string path_;
    const Digest* digest_;
    std::vector<Key> keys_;
    Stamp stamp_;
    std::uint64_t revision_ = 0;
};

}  // namespace banyan::http
