// SPDX-License-Identifier: Apache-2.0
#include "adapters/vault/store_vault.h"

#include <cstring>
#include <string>
#include <utility>

#include "adapters/vault/profile_bytes.h"

namespace banyan::vault {

namespace {

using runtime::Durability;
using runtime::Put;

constexpr std::uint8_t key_table = 0;
constexpr std::uint8_t row_table = 1;
constexpr std::uint8_t destroyed_table = 2;
constexpr std::size_t rewrap_batch = 4096;
constexpr std::size_t number_size = 8;

void put_number(std::string& out, std::uint64_t number) {  // big-endian, so that a member's rows lie together
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xFFU);
}

std::uint64_t get_number(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < number_size; ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[i]);
    return number;
}

std::string key_of(MemberId member) {
    std::string key;
    put_number(key, member.value);
    return key;
}

std::string key_of(MemberId member, members::VaultVersion version) {
    std::string key = key_of(member);
    put_number(key, version.value);
    return key;
}

// A member's key row: the number of the wrapping key, then both halves sealed under it.
std::string belongs_to_key(MemberId member, std::uint32_t number) {
    std::string text = "banyan vault key";
    put_number(text, member.value);
    put_number(text, number);
    return text;
}

std::string belongs_to_row(MemberId member, members::VaultVersion version) {
    return "banyan vault row" + key_of(member, version);
}

std::string wrap(const WrappingKey& under, MemberId member, std::string_view both_halves) {
    std::string row(sizeof under.number, '\0');
    std::memcpy(row.data(), &under.number, sizeof under.number);
    return row + seal(under.key, both_halves, belongs_to_key(member, under.number));
}

std::uint32_t wrapped_under(std::string_view row) {
    std::uint32_t number = 0;
    if (row.size() >= sizeof number) std::memcpy(&number, row.data(), sizeof number);
    return number;
}

/// Both halves, or nothing when the row does not open.
std::optional<std::string> unwrap_halves(const WrappingKeys& keys, MemberId member, std::string_view row) {
    const std::uint32_t number = wrapped_under(row);
    const Key* under = keys.find(number);
    if (under == nullptr) return std::nullopt;
    auto halves = open(*under, row.substr(sizeof number), belongs_to_key(member, number));
    if (halves && halves->size() != 2 * Key::size) return std::nullopt;
    return halves;
}

Error does_not_open(MemberId member) {
    return Error::corrupt("the vault's row does not open: it is damaged, or the key file is not the vault's",
                          "vault, member " + to_text(member));
}

Error missing(MemberId member) {
    return Error{ErrorCode::not_found, "the vault holds nothing of that version",
                 "vault, member " + to_text(member)};
}

}  // namespace

StoreVault::StoreVault(runtime::Store& store, runtime::Disk& disk, WrappingKeys keys)
    : store_(store), disk_(disk), keys_(std::move(keys)) {}

Result<std::unique_ptr<StoreVault>> StoreVault::open(runtime::Store& store, runtime::Disk& disk) {
    auto loaded = WrappingKeys::load(disk);
    if (!loaded && loaded.error().code != ErrorCode::not_found) return loaded.error();
    if (!loaded) {
        bool is_empty = true;
        TRY(store.scan(key_table, "", [&](std::string_view, std::string_view) { return is_empty = false; }));
        if (!is_empty) {
            return Error::corrupt(
                "the vault has rows but its key file is missing; restore it from its backup",
                WrappingKeys::path);
        }
        loaded = WrappingKeys::fresh();
        TRY(loaded->save(disk));
    }
    std::unique_ptr<StoreVault> vault(new StoreVault(store, disk, std::move(loaded).value()));
    if (vault->keys_.is_rotating()) TRY(vault->finish_rotation());
    return vault;
}

Result<StoreVault::MemberKey> StoreVault::unwrap(MemberId member, std::string_view row) const {
    std::optional<std::string> halves;
    {
        const std::shared_lock<std::shared_mutex> guard(keys_mutex_);
        halves = unwrap_halves(keys_, member, row);
    }
    if (!halves) return does_not_open(member);
    const std::string_view both = *halves;
    MemberKey key{Key::of(both.substr(0, Key::size)), Key::of(both.substr(Key::size))};
    wipe(*halves);
    return key;
}

Result<std::optional<StoreVault::MemberKey>> StoreVault::find_key(MemberId member) {
    // A rotation may destroy the key between our reading of the row and its opening; the row then reads anew.
    for (int attempt = 0;; ++attempt) {
        const auto rows = TRY(store_.get(key_table, {key_of(member)}));
        if (!rows.front()) return std::optional<MemberKey>{};
        auto key = unwrap(member, *rows.front());
        if (key) return std::optional<MemberKey>(std::move(key).value());
        if (attempt > 0) return key.error();
    }
}

std::mutex& StoreVault::mutex_of(MemberId member) {
    return member_mutexes_[std::hash<MemberId>{}(member) >> 58U];
}

Result<bool> StoreVault::is_destroyed(MemberId member) {
    const auto rows = TRY(store_.get(destroyed_table, {key_of(member)}));
    return rows.front().has_value();
}

// Requires: the member's mutex is held.
Result<StoreVault::MemberKey> StoreVault::find_or_make_key(MemberId member) {
    auto key = TRY(find_key(member));
    if (key) return std::move(*key);
    if (TRY(is_destroyed(member))) return missing(member);
    MemberKey made{Key::random(), Key::random()};
    std::string halves = std::string(made.sealing.bytes()) + std::string(made.hashing.bytes());
    const std::shared_lock<std::shared_mutex> guard(keys_mutex_);
    std::string wrapped = wrap(keys_.current(), member, halves);
    wipe(halves);
    TRY(write_soon({{key_table, key_of(member), std::move(wrapped)}}));
    return made;
}

Result<void> StoreVault::put(MemberId member, members::VaultVersion version,
                             const runtime::Profile& profile) {
    const std::lock_guard<std::mutex> one_at_a_time(mutex_of(member));
    const std::string row_key = key_of(member, version);
    const auto rows = TRY(store_.get(row_table, {row_key}));
    if (rows.front()) {
        // A crash between this row and the fact that names it makes the runtime put it again.
        const runtime::Profile stored = TRY(open(member, version));
        if (pack(stored) == pack(profile)) return {};
        return Error{ErrorCode::conflict,
                     "the vault holds that version already; versions are never overwritten",
                     "vault, member " + to_text(member)};
    }
    const auto key = find_or_make_key(member);
    if (!key) {
        if (key.error().code != ErrorCode::not_found) return key.error();
        return Error{ErrorCode::refused, "the member's personal data was destroyed; nothing is added to it",
                     "vault, member " + to_text(member)};
    }
    std::string packed = pack(profile);
    std::string sealed = seal(key->sealing, packed, belongs_to_row(member, version));
    wipe(packed);
    return write_soon({{row_table, row_key, std::move(sealed)}});
}

Result<void> StoreVault::write_soon(std::vector<Put> batch) {
    TRY(store_.write(batch, Durability::eventually));
    ++written_;
    return {};
}

Result<void> StoreVault::sync() {
    const std::uint64_t wanted = written_;
    if (synced_ >= wanted) return {};
    const std::lock_guard<std::mutex> one_at_a_time(sync_mutex_);
    if (synced_ >= wanted) return {};
    const std::uint64_t covered = written_;
    TRY(store_.write({}, Durability::now));
    synced_ = covered;
    return {};
}

Result<runtime::Profile> StoreVault::open(MemberId member, members::VaultVersion version) {
    const auto rows = TRY(store_.get(row_table, {key_of(member, version)}));
    if (!rows.front()) return missing(member);
    const auto key = TRY(find_key(member));
    if (!key) return missing(member);
    auto packed = vault::open(key->sealing, *rows.front(), belongs_to_row(member, version));
    if (!packed) return does_not_open(member);
    auto profile = unpack(*packed);
    wipe(*packed);
    return profile;
}

Result<std::array<std::uint64_t, 2>> StoreVault::keyed(MemberId member, std::string_view text) {
    auto known = TRY(find_key(member));
    if (known) return keyed_hash(known->hashing, text);
    const std::lock_guard<std::mutex> one_at_a_time(mutex_of(member));
    const auto key = TRY(find_or_make_key(member));
    return keyed_hash(key.hashing, text);
}

Result<void> StoreVault::each(const Visitor& visitor) {
    bool is_well_formed = true;
    TRY(store_.scan(row_table, "", [&](std::string_view key, std::string_view) {
        if (key.size() != 2 * number_size) return is_well_formed = false;
        visitor({get_number(key)}, {get_number(key.substr(number_size))});
        return true;
    }));
    if (!is_well_formed) return Error::corrupt("the vault holds a row with a key that is none", "vault");
    return {};
}

Result<void> StoreVault::remove(MemberId member, members::VaultVersion version) {
    return store_.write({{row_table, key_of(member, version), std::nullopt}}, Durability::eventually);
}

// The order matters. Rows go first; then everything that stays is wrapped anew and the store is compacted; the old
// wrapping key is given up last, when nothing needs it. An old copy of the store, on whatever medium, then holds a
// member's key only under a wrapping key that no longer exists.
Result<void> StoreVault::destroy(const std::vector<MemberId>& members) {
    const std::lock_guard<std::mutex> one_at_a_time(destroy_mutex_);
    if (members.empty()) return {};
    if (keys_.is_rotating()) TRY(finish_rotation());  // an earlier erasure failed half-way
    for (const MemberId member : members) TRY(delete_rows(member));
    TRY(rotate());
    TRY(finish_rotation());
    return verify_gone(members);
}

Result<void> StoreVault::delete_rows(MemberId member) {
    const std::lock_guard<std::mutex> nothing_is_added(mutex_of(member));
    std::vector<Put> batch;
    batch.push_back({destroyed_table, key_of(member), ""});
    batch.push_back({key_table, key_of(member), std::nullopt});
    TRY(store_.scan(row_table, key_of(member), [&](std::string_view key, std::string_view) {
        batch.push_back({row_table, std::string(key), std::nullopt});
        return true;
    }));
    return store_.write(batch, Durability::now);
}

Result<void> StoreVault::rotate() {
    const std::unique_lock<std::shared_mutex> guard(keys_mutex_);
    WrappingKeys both = keys_.with_new_key();
    TRY(both.save(disk_));
    keys_ = std::move(both);
    return {};
}

Result<void> StoreVault::finish_rotation() {
    TRY(rewrap_all());
    TRY(store_.compact());
    const std::unique_lock<std::shared_mutex> guard(keys_mutex_);
    WrappingKeys one = keys_.without_old_keys();
    TRY(one.save(disk_));
    keys_ = std::move(one);
    return {};
}

// Only existing rows are overwritten while the store is being walked; no row is added or removed by it.
Result<void> StoreVault::rewrap_all() {
    const WrappingKeys keys = [&] {
        const std::shared_lock<std::shared_mutex> guard(keys_mutex_);
        return keys_;
    }();
    std::vector<Put> batch;
    Result<void> done;
    const auto flush = [&](Durability durability) {
        done = store_.write(batch, durability);
        batch.clear();
        return done.ok();
    };
    TRY(store_.scan(key_table, "", [&](std::string_view key, std::string_view row) {
        if (wrapped_under(row) == keys.current().number) return true;
        const MemberId member{key.size() == number_size ? get_number(key) : 0};
        auto halves = unwrap_halves(keys, member, row);
        if (!halves) {
            done = does_not_open(member);
            return false;
        }
        batch.push_back({key_table, std::string(key), wrap(keys.current(), member, *halves)});
        wipe(*halves);
        return batch.size() < rewrap_batch || flush(Durability::eventually);
    }));
    if (!done) return done;
    flush(Durability::now);
    return done;
}

Result<void> StoreVault::verify_gone(const std::vector<MemberId>& members) {
    for (const MemberId member : members) {
        const auto rows = TRY(store_.get(key_table, {key_of(member)}));
        bool is_left = rows.front().has_value();
        TRY(store_.scan(row_table, key_of(member), [&](std::string_view, std::string_view) {
            is_left = true;
            return false;
        }));
        if (is_left)
            return Error::corrupt("the store kept what was removed from it",
                                  "vault, member " + to_text(member));
    }
    return {};
}

}  // namespace banyan::vault
