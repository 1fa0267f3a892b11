// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/openssl_secrets.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace banyan::system {

namespace {

// Lengths go in front of the parts, so that ("ab", "c") and ("a", "bc") are different texts.
class Framed {
  public:
    void add(std::string_view part) {
        const auto size = static_cast<std::uint32_t>(part.size());
        ASSERT(size == part.size());
        append(reinterpret_cast<const char*>(&size), sizeof size);
        append(part.data(), part.size());
    }
    [[nodiscard]] std::string_view text() const {
        return long_.empty() ? std::string_view(short_.data(), size_) : std::string_view(long_);
    }

  private:
    void append(const char* bytes, std::size_t size) {
        if (long_.empty() && size_ + size <= short_.size()) {
            std::memcpy(short_.data() + size_, bytes, size);
            size_ += size;
            return;
        }
        if (long_.empty()) long_.assign(short_.data(), size_);
        long_.append(bytes, size);
    }

    // Ids are short; only an unusual one costs an allocation.
    std::array<char, 256> short_;
    std::size_t size_ = 0;
    std::string long_;
};

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

}  // namespace

void fill_random(std::uint8_t* bytes, std::size_t size) {
    ASSERT(RAND_bytes(bytes, static_cast<int>(size)) == 1);
}

Result<std::unique_ptr<OpensslSecrets>> OpensslSecrets::create(runtime::Disk& disk) {
    const auto present = TRY(disk.list("keys"));
    if (std::find(present.begin(), present.end(), "brand.key") != present.end()) {
        return Error{ErrorCode::conflict, "the brand has a key already; it is never replaced", key_path};
    }
    TRY(disk.make_directory("keys"));
    std::array<std::uint8_t, 32> key{};
    fill_random(key.data(), key.size());
    TRY(disk.replace(key_path, {reinterpret_cast<const char*>(key.data()), key.size()}));
    auto secrets = std::make_unique<OpensslSecrets>(key);
    OPENSSL_cleanse(key.data(), key.size());
    return secrets;
}

Result<std::unique_ptr<OpensslSecrets>> OpensslSecrets::load(runtime::Disk& disk) {
    const auto file = TRY(disk.open(key_path, runtime::Disk::Mode::read));
    std::array<std::uint8_t, 32> key{};
    std::string bytes = TRY(file->read(0, key.size() + 1));
    if (bytes.size() != key.size()) {
        return Error::corrupt("the brand key must be exactly 32 bytes; restore it from its backup", key_path);
    }
    std::memcpy(key.data(), bytes.data(), key.size());
    auto secrets = std::make_unique<OpensslSecrets>(key);
    OPENSSL_cleanse(key.data(), key.size());
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secrets;
}

std::array<std::uint64_t, 2> OpensslSecrets::keyed(std::string_view domain, std::string_view a,
                                                   std::string_view b) const {
    Framed framed;
    framed.add(domain);
    framed.add(a);
    framed.add(b);
    const Sha256 digest = hmac_.of(framed.text());
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), digest.data(), sizeof words);
    return words;
}

std::array<std::uint64_t, 2> OpensslSecrets::random() {
    // One call of RAND_bytes costs about as much for 16 bytes as for 1024, so each thread keeps a supply; what was
    // handed out is wiped from it.
    struct Supply {
        std::array<std::uint8_t, 1024> bytes;
        std::size_t used = sizeof bytes;
    };
    thread_local Supply supply;
    if (supply.used == supply.bytes.size()) {
        fill_random(supply.bytes.data(), supply.bytes.size());
        supply.used = 0;
    }
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), supply.bytes.data() + supply.used, sizeof words);
    std::memset(supply.bytes.data() + supply.used, 0, sizeof words);
    supply.used += sizeof words;
    return words;
}

}  // namespace banyan::system
