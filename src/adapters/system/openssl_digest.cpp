// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3 calls its own SHA256_* functions deprecated in favour of EVP, which costs several allocations a digest:
// more than the digest itself for our short texts. They are the same code underneath.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "adapters/system/openssl_digest.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "base/assert.h"

namespace banyan::system {

namespace {

void add(SHA256_CTX& state, const void* bytes, std::size_t size) {
    ASSERT(SHA256_Update(&state, bytes, size) == 1);
}

Sha256 finish(SHA256_CTX& state) {
    Sha256 digest{};
    ASSERT(SHA256_Final(digest.data(), &state) == 1);
    return digest;
}

SHA256_CTX keyed_state(const std::array<std::uint8_t, 32>& key, std::uint8_t pad) {
    std::array<std::uint8_t, SHA256_CBLOCK> block{};
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<std::uint8_t>(key[i] ^ pad);
    SHA256_CTX state;
    ASSERT(SHA256_Init(&state) == 1);
    add(state, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
    return state;
}

}  // namespace

Sha256 OpensslDigest::sha256(std::string_view bytes) const {
    SHA256_CTX state;
    ASSERT(SHA256_Init(&state) == 1);
    add(state, bytes.data(), bytes.size());
    return finish(state);
}

struct Hmac::Prepared {
    SHA256_CTX inner;
    SHA256_CTX outer;
    ~Prepared() {
        OPENSSL_cleanse(&inner, sizeof inner);
        OPENSSL_cleanse(&outer, sizeof outer);
    }
};

Hmac::Hmac(const std::array<std::uint8_t, 32>& key)
    : prepared_(new Prepared{keyed_state(key, 0x36), keyed_state(key, 0x5C)}) {}
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;
Hmac::~Hmac() = default;

Sha256 Hmac::of(std::string_view bytes) const {
    SHA256_CTX inner = prepared_->inner;
    add(inner, bytes.data(), bytes.size());
    const Sha256 digest = finish(inner);
    SHA256_CTX outer = prepared_->outer;
    add(outer, digest.data(), digest.size());
    return finish(outer);
}

}  // namespace banyan::system
