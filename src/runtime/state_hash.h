// SPDX-License-Identifier: Apache-2.0
#pragma once

// The state hash of a set of entities: sum mod 2^256 of SHA-256(name, block). Independent of their order and of any
// layout outside the blocks, and it can follow a change: take the old digest off, add the new one.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ports/digest.h"
#include "engine/entity.h"

namespace banyan::runtime {

struct StateHash {
    std::array<std::uint64_t, 4> words{};  // least significant first
    void add(const Sha256& digest);
    void remove(const Sha256& digest);
    void add(const StateHash& other);
    bool operator==(const StateHash&) const = default;
    [[nodiscard]] std::string text() const;
};

/// One entity's part of the sum.
Sha256 digest_of(const Digest& digest, engine::EntityId id, std::string_view block);

}  // namespace banyan::runtime
