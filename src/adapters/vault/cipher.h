// SPDX-License-Identifier: Apache-2.0
#pragma once

// AES-256-GCM and HMAC-SHA-256 as the vault uses them: a sealed text is {format, nonce, ciphertext, tag}, the nonce is
// random, and what the text belongs to goes in as associated data, so a row moved to another place does not open.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::vault {

/// 256 bits that wipe themselves.
class Key {
  public:
    static constexpr std::size_t size = 32;

    /// From the operating system's randomness; a machine that cannot give it must stop.
    static Key random();
    /// Requires: exactly 32 bytes.
    static Key of(std::string_view bytes);

    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    ~Key();

    [[nodiscard]] std::string_view bytes() const {
        return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
    }
    [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

  private:
    Key() = default;
    std::array<std::uint8_t, size> bytes_{};
};

std::string seal(const Key& key, std::string_view text, std::string_view belongs_to);
/// The text, or nothing when the bytes, the key or the place are not those it was sealed with.
std::optional<std::string> open(const Key& key, std::string_view sealed, std::string_view belongs_to);

/// First 128 bits of HMAC-SHA-256.
std::array<std::uint64_t, 2> keyed_hash(const Key& key, std::string_view text);

/// Overwrites a text before its memory is given back.
void wipe(std::string& text);

}  // namespace banyan::vault
