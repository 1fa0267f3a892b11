// SPDX-License-Identifier: Apache-2.0
#include "adapters/vault/wrapping_keys.h"

#include <cstring>
#include <utility>

#include "base/crc32c.h"

namespace banyan::vault {

namespace {

constexpr std::string_view magic = "BVK1";
constexpr std::size_t entry_size = 4 + Key::size;
constexpr std::size_t keys_max = 16;  // each interrupted rotation adds one until the next opening

void put(std::string& out, std::uint32_t number) { out.append(reinterpret_cast<const char*>(&number), 4); }

std::uint32_t get(std::string_view bytes) {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

}  // namespace

WrappingKeys WrappingKeys::fresh() {
    WrappingKeys keys;
    keys.keys_.push_back({1, Key::random()});
    return keys;
}

Result<WrappingKeys> WrappingKeys::load(runtime::Disk& disk) {
    const auto file = TRY(disk.open(path, runtime::Disk::Mode::read));
    std::string bytes = TRY(file->read(0, magic.size() + (keys_max + 1) * entry_size));
    const std::string_view view = bytes;
    if (view.starts_with("BVK") && !view.starts_with(magic)) {
        return Error{ErrorCode::unsupported, "the vault's key file was written by a newer version", path};
    }
    const auto damaged = [] {
        return Error::corrupt("the vault's key file is damaged; restore it from its backup", path);
    };
    if (!view.starts_with(magic) || view.size() < magic.size() + entry_size + 4) return damaged();
    if (crc32c(view.substr(0, view.size() - 4)) != get(view.substr(view.size() - 4))) return damaged();
    std::string_view entries = view.substr(magic.size(), view.size() - magic.size() - 4);
    if (entries.size() % entry_size != 0) return damaged();
    WrappingKeys keys;
    for (; !entries.empty(); entries.remove_prefix(entry_size)) {
        keys.keys_.push_back({get(entries), Key::of(entries.substr(4, Key::size))});
    }
    wipe(bytes);
    return keys;
}

Result<void> WrappingKeys::save(runtime::Disk& disk) const {
    ASSERT(!keys_.empty());
    std::string bytes(magic);
    for (const WrappingKey& key : keys_) {
        put(bytes, key.number);
        bytes += key.key.bytes();
    }
    put(bytes, crc32c(bytes));
    TRY(disk.make_directory("keys"));
    const auto saved = disk.replace(path, bytes);
    wipe(bytes);
    return saved;
}

const Key* WrappingKeys::find(std::uint32_t number) const {
    for (const WrappingKey& key : keys_) {
        if (key.number == number) return &key.key;
    }
    return nullptr;
}

WrappingKeys WrappingKeys::with_new_key() const {
    WrappingKeys keys = *this;
    keys.keys_.push_back({current().number + 1, Key::random()});
    return keys;
}

WrappingKeys WrappingKeys::without_old_keys() const {
    WrappingKeys keys;
    keys.keys_.push_back(current());
    return keys;
}

}  // namespace banyan::vault
