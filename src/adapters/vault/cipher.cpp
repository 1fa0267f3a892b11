// SPDX-License-Identifier: Apache-2.0
#include "adapters/vault/cipher.h"

#include <cstring>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/assert.h"

namespace banyan::vault {

namespace {

constexpr char format = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t overhead = 1 + nonce_size + tag_size;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// Looking the cipher up costs more than using it, so it is done once; a context is reused by its thread.
const EVP_CIPHER* cipher() {
    static EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    ASSERT(fetched != nullptr);
    return fetched;
}

EVP_CIPHER_CTX* context() {
    thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> mine(EVP_CIPHER_CTX_new());
    ASSERT(mine != nullptr);
    return mine.get();
}

const std::uint8_t* in(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }
std::uint8_t* out(std::string& text, std::size_t at) {
    return reinterpret_cast<std::uint8_t*>(text.data() + at);
}

int length_of(std::string_view text) {
    ASSERT(text.size() < (1U << 30U));
    return static_cast<int>(text.size());
}

}  // namespace

Key Key::random() {
    Key key;
    ASSERT(RAND_bytes(key.bytes_.data(), size) == 1);
    return key;
}

Key Key::of(std::string_view bytes) {
    ASSERT(bytes.size() == size);
    Key key;
    std::memcpy(key.bytes_.data(), bytes.data(), size);
    return key;
}

Key::~Key() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

std::string seal(const Key& key, std::string_view text, std::string_view belongs_to) {
    std::string sealed(overhead + text.size(), '\0');
    sealed[0] = format;
    std::uint8_t* nonce = out(sealed, 1);
    ASSERT(RAND_bytes(nonce, nonce_size) == 1);
    EVP_CIPHER_CTX* ctx = context();
    int size = 0;
    ASSERT(EVP_EncryptInit_ex2(ctx, cipher(), key.data(), nonce, nullptr) == 1);
    ASSERT(EVP_EncryptUpdate(ctx, nullptr, &size, in(belongs_to), length_of(belongs_to)) == 1);
    ASSERT(EVP_EncryptUpdate(ctx, out(sealed, 1 + nonce_size), &size, in(text), length_of(text)) == 1);
    ASSERT(size == length_of(text));
    std::array<std::uint8_t, tag_size> rest{};
    ASSERT(EVP_EncryptFinal_ex(ctx, rest.data(), &size) == 1);
    ASSERT(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, tag_size,
                               out(sealed, 1 + nonce_size + text.size())) == 1);
    ASSERT(EVP_CIPHER_CTX_reset(ctx) == 1);
    return sealed;
}

std::optional<std::string> open(const Key& key, std::string_view sealed, std::string_view belongs_to) {
    if (sealed.size() < overhead || sealed[0] != format) return std::nullopt;
    const std::string_view nonce = sealed.substr(1, nonce_size);
    const std::string_view closed = sealed.substr(1 + nonce_size, sealed.size() - overhead);
    std::string tag(sealed.substr(sealed.size() - tag_size));
    std::string text(closed.size(), '\0');
    EVP_CIPHER_CTX* ctx = context();
    int size = 0;
    ASSERT(EVP_DecryptInit_ex2(ctx, cipher(), key.data(), in(nonce), nullptr) == 1);
    ASSERT(EVP_DecryptUpdate(ctx, nullptr, &size, in(belongs_to), length_of(belongs_to)) == 1);
    ASSERT(EVP_DecryptUpdate(ctx, out(text, 0), &size, in(closed), length_of(closed)) == 1);
    ASSERT(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
    std::array<std::uint8_t, tag_size> rest{};
    const bool is_genuine = EVP_DecryptFinal_ex(ctx, rest.data(), &size) == 1;
    ASSERT(EVP_CIPHER_CTX_reset(ctx) == 1);
    if (is_genuine) return text;
    wipe(text);
    return std::nullopt;
}

std::array<std::uint64_t, 2> keyed_hash(const Key& key, std::string_view text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    ASSERT(HMAC(EVP_sha256(), key.data(), Key::size, in(text), text.size(), digest.data(), &size) != nullptr);
    std::array<std::uint64_t, 2> words{};
    ASSERT(size >= sizeof words);
    std::memcpy(words.data(), digest.data(), sizeof words);
    return words;
}

void wipe(std::string& text) { OPENSSL_cleanse(text.data(), text.size()); }

}  // namespace banyan::vault
