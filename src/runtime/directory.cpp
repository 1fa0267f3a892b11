// SPDX-License-Identifier: Apache-2.0
#include "runtime/directory.h"

#include <algorithm>
#include <set>

#include "codec/archive.h"

namespace banyan::runtime {

namespace {

constexpr std::uint8_t rows_table = 0;     // key + handle -> kind
constexpr std::uint8_t reverse_table = 1;  // handle -> key, so that an erasure finds the rows
constexpr std::uint8_t kinds_table = 2;    // number -> word
constexpr std::uint8_t sources_table = 3;  // number -> word
constexpr std::size_t sources_max = 4096;

template <typename Id>
std::string bytes_of(Id id) {
    codec::Writer w;
    codec::value(w, id);
    return std::string(w.bytes());
}

template <typename Id>
Id id_from(std::string_view bytes) {
    Id id;
    codec::Reader r(bytes);
    codec::value(r, id);
    return id;
}

// A handle as a number that sorts as its row's key does.
std::array<std::uint64_t, 2> row_order(Handle handle) {
    std::array<std::uint64_t, 2> order{};
    for (int shift = 0; shift < 64; shift += 8) {
        order[0] = order[0] << 8U | (handle.high >> shift & 0xFFU);
        order[1] = order[1] << 8U | (handle.low >> shift & 0xFFU);
    }
    return order;
}

}  // namespace

IdentityKey Directory::key_of(const ExternalId& identity) const {
    const auto words = secrets_.keyed("identity", identity.kind, identity.id.opened());
    return {words[0], words[1]};
}

Result<members::IdentityKind> Directory::kind(const std::string& word) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(kinds_.begin(), kinds_.end(), word);
    if (found != kinds_.end())
        return members::IdentityKind{static_cast<std::uint16_t>(found - kinds_.begin() + 1)};
    if (kinds_.size() >= 64)
        return Error{ErrorCode::full, "a brand has at most 64 kinds of identity", "kind"};
    kinds_.push_back(word);
    const members::IdentityKind number{static_cast<std::uint16_t>(kinds_.size())};
    TRY(store_.write({{kinds_table, bytes_of(number), word}}, Durability::now));
    return number;
}

std::string Directory::word_of(members::IdentityKind kind) const {
    const std::lock_guard lock(mutex_);
    return kind.value >= 1 && kind.value <= kinds_.size() ? kinds_[kind.value - 1U] : "?";
}

Result<std::uint16_t> Directory::source(const std::string& word) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(sources_.begin(), sources_.end(), word);
    if (found != sources_.end()) return static_cast<std::uint16_t>(found - sources_.begin() + 1);
    if (sources_.size() >= sources_max) return std::uint16_t{0};
    const auto number = static_cast<std::uint16_t>(sources_.size() + 1);
    TRY(store_.write({{sources_table, bytes_of(number), word}}, Durability::now));
    sources_.push_back(word);
    return number;
}

std::uint16_t Directory::known_source(const std::string& word) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(sources_.begin(), sources_.end(), word);
    return found != sources_.end() ? static_cast<std::uint16_t>(found - sources_.begin() + 1) : 0;
}

std::string Directory::word_of_source(std::uint16_t source) const {
    const std::lock_guard lock(mutex_);
    return source >= 1 && source <= sources_.size() ? sources_[source - 1U] : "?";
}

std::optional<MemberId> Directory::find(IdentityKey key) const {
    const std::lock_guard lock(mutex_);
    const auto found = members_.find(key);
    if (found == members_.end()) return std::nullopt;
    return found->second;
}

Handle Directory::draw(IdentityKey key, members::IdentityKind kind) {
    const auto words = secrets_.random();
    const Handle handle{words[0], words[1]};
    const std::lock_guard lock(mutex_);
    unwritten_.push_back({rows_table, bytes_of(key) + bytes_of(handle), bytes_of(kind)});
    unwritten_.push_back({reverse_table, bytes_of(handle), bytes_of(key)});
    return handle;
}

Result<void> Directory::write_rows() {
    std::vector<Put> rows;
    {
        const std::lock_guard lock(mutex_);
        rows.swap(unwritten_);
    }
    if (rows.empty()) return {};
    return store_.write(rows, Durability::now);
}

void Directory::claimed(IdentityKey key, MemberId member) {
    const std::lock_guard lock(mutex_);
    members_[key] = member;
}

Result<std::vector<std::string>> Directory::load_words(std::uint8_t table) {
    std::vector<std::pair<std::string, std::string>> rows;
    TRY(store_.scan(table, "", [&](std::string_view key, std::string_view value) {
        rows.emplace_back(key, value);
        return true;
    }));
    std::vector<std::string> words(rows.size());
    for (const auto& [key, word] : rows) {
        const auto number = id_from<std::uint16_t>(key);
        if (number < 1 || number > words.size())
            return Error::corrupt("a list of words in the directory has a hole");
        words[number - 1U] = word;
    }
    return words;
}

// Rows and claims side by side, both in the order of handles: a look-up for each row would cost more than the rows.
Result<void> Directory::load(std::vector<Claim> claims) {
    kinds_ = TRY(load_words(kinds_table));
    sources_ = TRY(load_words(sources_table));
    std::sort(claims.begin(), claims.end(),
              [](const Claim& a, const Claim& b) { return row_order(a.handle) < row_order(b.handle); });
    members_.reserve(claims.size());
    std::vector<Put> removed;
    auto claim = claims.begin();
    TRY(store_.scan(reverse_table, "", [&](std::string_view key, std::string_view identity) {
        const auto handle = id_from<Handle>(key);
        while (claim != claims.end() && row_order(claim->handle) < row_order(handle)) ++claim;
        if (claim != claims.end() && claim->handle == handle) {
            members_[id_from<IdentityKey>(identity)] = claim->member;
        } else {
            removed.push_back({rows_table, std::string(identity) + std::string(key), std::nullopt});
            removed.push_back({reverse_table, std::string(key), std::nullopt});
        }
        return true;
    }));
    if (removed.empty()) return {};
    return store_.write(removed, Durability::eventually);
}

Result<void> Directory::destroy(const std::vector<Handle>& handles) {
    std::vector<std::string> reverse_keys;
    for (const Handle handle : handles) reverse_keys.push_back(bytes_of(handle));
    const auto keys = TRY(store_.get(reverse_table, reverse_keys));
    std::vector<Put> removed;
    std::set<std::string> gone;
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (!keys[i]) continue;
        gone.insert(*keys[i] + reverse_keys[i]);
        removed.push_back({rows_table, *keys[i] + reverse_keys[i], std::nullopt});
        removed.push_back({reverse_table, reverse_keys[i], std::nullopt});
        const std::lock_guard lock(mutex_);
        members_.erase(id_from<IdentityKey>(*keys[i]));
    }
    TRY(store_.write(removed, Durability::now));
    TRY(store_.compact());
    bool found = false;
    TRY(store_.scan(rows_table, "", [&](std::string_view key, std::string_view) {
        found = found || gone.contains(std::string(key));
        return !found;
    }));
    if (found) return Error::corrupt("an erased directory row is still there after compaction");
    return {};
}

std::size_t Directory::size() const {
    const std::lock_guard lock(mutex_);
    return members_.size();
}

}  // namespace banyan::runtime
