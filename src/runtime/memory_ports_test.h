// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every port of a brand in memory, so that a brand can be opened, stopped at any point and opened again over what was
// durable. The journal tells what it was asked and can be told to fail.

#include <deque>
#include <set>

#include "codec/record.h"
#include "runtime/brand.h"
#include "runtime/memory_store_test.h"

namespace banyan::runtime::testing {

/// 32 bytes that depend on every byte; nobody attacks a test.
class PlainDigest final : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        Sha256 digest{};
        std::uint64_t hash = 0xCBF29CE484222325U;
        for (std::size_t word = 0; word < 4; ++word) {
            for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
            hash ^= hash >> 29U;
            for (std::size_t i = 0; i < 8; ++i)
                digest[word * 8 + i] = static_cast<std::uint8_t>(hash >> (8 * i));
        }
        return digest;
    }
};

class PlainSecrets final : public Secrets {
  public:
    [[nodiscard]] std::array<std::uint64_t, 2> keyed(std::string_view domain, std::string_view a,
                                                     std::string_view b) const override {
        const Sha256 digest =
            PlainDigest().sha256(std::string(domain) + '\n' + std::string(a) + '\n' + std::string(b));
        std::array<std::uint64_t, 2> words{};
        for (std::size_t i = 0; i < 16; ++i) words[i / 8] = words[i / 8] << 8U | digest[i];
        return words;
    }
    std::array<std::uint64_t, 2> random() override { return {0xABCD, ++drawn_}; }

  private:
    std::uint64_t drawn_ = 0;
};

class TestClock final : public Clock {
  public:
    [[nodiscard]] Instant wall() const override { return now; }
    [[nodiscard]] Duration monotonic() const override { return now - Instant{0}; }
    Instant now = *parse_rfc3339("2026-01-05T10:00:00+08:00");
};

class MemoryDisk final : public Disk {
  public:
    Result<std::unique_ptr<File>> open(const std::string& path, Mode) override {
        return Error::io("nobody opens files here", path);
    }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        std::vector<std::string> names;
        for (const auto& [path, bytes] : files) {
            if (path.starts_with(directory + "/")) names.push_back(path.substr(directory.size() + 1));
        }
        return names;
    }
    Result<void> make_directory(const std::string&) override { return {}; }
    Result<void> replace(const std::string& path, std::string_view bytes) override {
        files[path] = std::string(bytes);
        return {};
    }
    Result<void> remove(const std::string& path) override {
        files.erase(path);
        return {};
    }
    Result<void> sync_directory(const std::string&) override { return {}; }
    Result<Space> space() override { return free_space; }

    std::map<std::string, std::string> files;
    Space free_space{90, 100};
};

class MemoryJournal final : public Journal {
  public:
    Result<void> append(std::uint32_t log, std::span<const StoredRecord> batch) override {
        ++appends;
        if (during_append) during_append();
        if (fails) return Error::io("the journal's disk said no");
        for (const StoredRecord& record : batch)
            records.push_back({log, record.partition, record.lsn, std::string(record.bytes)});
        return {};
    }
    Result<void> seal(std::uint32_t) override { return {}; }
    Result<void> replay(const From& from, const Visitor& visitor) override {
        for (const Kept& record : records) {
            if (record.lsn < from(record.partition)) continue;
            if (const auto seen = visitor({record.partition, record.lsn, record.bytes}); !seen.ok())
                return seen;
        }
        return {};
    }
    Result<std::string> read(PartitionId partition, Lsn lsn) override {
        ++reads;
        for (auto record = records.rbegin(); record != records.rend(); ++record) {
            if (record->partition == partition && record->lsn == lsn) return record->bytes;
        }
        return Error{ErrorCode::not_found, "no such record", ""};
    }
    [[nodiscard]] JournalNumbers numbers() const override { return {}; }

    struct Kept {
        std::uint32_t log;
        PartitionId partition;
        Lsn lsn;
        std::string bytes;
    };
    std::vector<Kept> records;
    std::function<void()> during_append;
    int appends = 0;
    int reads = 0;
    bool fails = false;
};

class MemoryVault final : public Vault {
  public:
    Result<void> put(MemberId member, members::VaultVersion version, const Profile& profile) override {
        if (destroyed.contains(member)) return Error{ErrorCode::refused, "destroyed", ""};
        rows[{member, version}] = profile;
        return {};
    }
    Result<Profile> open(MemberId member, members::VaultVersion version) override {
        ++opens;
        if (fails_to_open) return Error::io("the vault's disk said no");
        const auto found = rows.find({member, version});
        if (found == rows.end()) return Error{ErrorCode::not_found, "no such version", ""};
        return found->second;
    }
    Result<std::array<std::uint64_t, 2>> keyed(MemberId member, std::string_view text) override {
        if (destroyed.contains(member)) return Error{ErrorCode::not_found, "destroyed", ""};
        return PlainSecrets().keyed(std::to_string(member.value), text, "");
    }
    Result<void> destroy(const std::vector<MemberId>& members) override {
        for (const MemberId member : members) {
            destroyed.insert(member);
            std::erase_if(rows, [&](const auto& row) { return row.first.first == member; });
        }
        return {};
    }
    Result<void> each(const Visitor& visitor) override {
        const auto copy = rows;
        for (const auto& [key, profile] : copy) visitor(key.first, key.second);
        return {};
    }
    Result<void> remove(MemberId member, members::VaultVersion version) override {
        rows.erase({member, version});
        return {};
    }

    std::map<std::pair<MemberId, members::VaultVersion>, Profile> rows;
    std::set<MemberId> destroyed;
    int opens = 0;
    bool fails_to_open = false;
};

}  // namespace banyan::runtime::testing
