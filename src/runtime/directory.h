// SPDX-License-Identifier: Apache-2.0
#pragma once

// External ids to members, outside the journal. A row maps HMAC(brand key, kind, id) to a random handle; it is written
// first and durable; then the journal claims the handle for a member. A row whose handle nobody claimed is void.
// Several rows of one id may coexist after a crash: the claim decides. What is claimed is also kept in memory, so the
// path of an order asks no disk.

#include <array>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "domain/members/member.h"
#include "runtime/ports/secrets.h"
#include "runtime/ports/store.h"
#include "runtime/request.h"

namespace banyan::runtime {

/// HMAC of an external id: what the directory knows it by.
using IdentityKey = Id128<struct IdentityKeyTag>;

class Directory {
  public:
    Directory(Store& store, Secrets& secrets) : store_(store), secrets_(secrets) {}

    [[nodiscard]] IdentityKey key_of(const ExternalId& identity) const;
    /// The number of a kind, declared on first use and never reused.
    Result<members::IdentityKind> kind(const std::string& word);
    [[nodiscard]] std::string word_of(members::IdentityKind kind) const;

    /// The number of a source of events, given on first use and never reused; 0 once there are more than are counted.
    Result<std::uint16_t> source(const std::string& word);
    /// 0 when nothing was ever recorded of it.
    [[nodiscard]] std::uint16_t known_source(const std::string& word) const;
    [[nodiscard]] std::string word_of_source(std::uint16_t source) const;

    [[nodiscard]] std::optional<MemberId> find(IdentityKey key) const;

    /// Draws a handle for an id nobody claimed yet and notes its row; `write_rows` makes the notes durable.
    Handle draw(IdentityKey key, members::IdentityKind kind);
    Result<void> write_rows();
    /// The journal claimed the handle of this id.
    void claimed(IdentityKey key, MemberId member);

    /// What the journal gave a handle to.
    struct Claim {
        Handle handle;
        MemberId member;
    };
    /// Reads every row; `claims` are all that count, in any order. Void rows are removed.
    Result<void> load(std::vector<Claim> claims);

    /// Removes the rows of these handles, compacts, re-reads and finds none. Part of an erasure.
    Result<void> destroy(const std::vector<Handle>& handles);

    [[nodiscard]] std::size_t size() const;

  private:
    Result<std::vector<std::string>> load_words(std::uint8_t table);

    mutable std::mutex mutex_;
    Store& store_;
    Secrets& secrets_;
    std::unordered_map<IdentityKey, MemberId> members_;
    std::vector<std::string> kinds_;    // number - 1
    std::vector<std::string> sources_;  // number - 1
    std::vector<Put> unwritten_;
};

}  // namespace banyan::runtime
