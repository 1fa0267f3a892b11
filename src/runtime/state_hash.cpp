// SPDX-License-Identifier: Apache-2.0
#include "runtime/state_hash.h"

#include "codec/state.h"

namespace banyan::runtime {

void StateHash::add(const Sha256& digest) {
    StateHash other;
    for (std::size_t i = 0; i < 32; ++i)
        other.words[i / 8] |= static_cast<std::uint64_t>(digest[31 - i]) << (8 * (i % 8));
    add(other);
}

void StateHash::add(const StateHash& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint64_t sum = words[i] + other.words[i];
        const std::uint64_t with_carry = sum + carry;
        carry = (sum < words[i] ? 1U : 0U) + (with_carry < sum ? 1U : 0U);
        words[i] = with_carry;
    }
}

void StateHash::remove(const Sha256& digest) {
    // Adding the two's complement is subtracting mod 2^256.
    StateHash other;
    for (std::size_t i = 0; i < 32; ++i)
        other.words[i / 8] |= static_cast<std::uint64_t>(digest[31 - i]) << (8 * (i % 8));
    for (std::uint64_t& word : other.words) word = ~word;
    StateHash one;
    one.words[0] = 1;
    other.add(one);
    add(other);
}

std::string StateHash::text() const { return hex(words[3], words[2]) + hex(words[1], words[0]); }

Sha256 digest_of(const Digest& digest, engine::EntityId id, std::string_view block) {
    std::string bytes = codec::entity_key(id);
    bytes.append(block);
    return digest.sha256(bytes);
}

}  // namespace banyan::runtime
