// SPDX-License-Identifier: Apache-2.0
#include "adapters/vault/store_vault.h"

#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/vault/key_disk_test.h"
#include "adapters/vault/memory_store_test.h"

namespace banyan::vault {
namespace {

using members::VaultVersion;
using runtime::Personal;
using runtime::Profile;

class StoreVaultTest : public testing::Test {
  protected:
    std::unique_ptr<StoreVault> opened() {
        auto vault = StoreVault::open(store_, disk_);
        EXPECT_TRUE(vault) << (vault ? "" : vault.error().text());
        return vault ? std::move(vault).value() : nullptr;
    }
    std::set<std::pair<std::uint64_t, std::uint64_t>> rows(StoreVault& vault) {
        std::set<std::pair<std::uint64_t, std::uint64_t>> all;
        EXPECT_TRUE(vault.each(
            [&](MemberId member, VaultVersion version) { all.emplace(member.value, version.value); }));
        return all;
    }
    std::string& key_file() { return disk_.files.at(WrappingKeys::path); }

    MemoryStore store_;
    KeyDisk disk_;
};

Profile person(const std::string& name) {
    Profile profile;
    profile.name = Personal(name);
    profile.birthday = Personal("1990-02-28");
    profile.city = Personal("");
    return profile;
}

bool equal(const Profile& a, const Profile& b) {
    return a.name == b.name && a.birthday == b.birthday && a.gender == b.gender && a.city == b.city &&
           a.address == b.address;
}

TEST_F(StoreVaultTest, AProfileComesBackAsItWasAndLiesThereSealed) {
    const Profile given = person("canary-name");
    auto vault = opened();
    ASSERT_TRUE(vault->put({7}, {1}, given));
    ASSERT_TRUE(vault->put({7}, {2}, Profile{}));
    for (int round = 0; round < 2; ++round) {
        const auto profile = vault->open({7}, {1});
        ASSERT_TRUE(profile);
        EXPECT_TRUE(equal(*profile, given));
        EXPECT_FALSE(profile->gender.has_value());
        EXPECT_TRUE(profile->city.has_value()) << "an empty field is not a missing one";
        EXPECT_TRUE(equal(vault->open({7}, {2}).value(), Profile{}));
        vault.reset();
        vault = opened();
    }
    EXPECT_FALSE(store_.contains("canary"));
    EXPECT_FALSE(store_.contains("1990"));
}

TEST_F(StoreVaultTest, AVersionIsNeverOverwrittenAndAMissingOneIsNotFound) {
    auto vault = opened();
    ASSERT_TRUE(vault->put({7}, {1}, person("first")));
    EXPECT_EQ(vault->put({7}, {1}, person("second")).error().code, ErrorCode::conflict);
    EXPECT_TRUE(vault->put({7}, {1}, person("first"))) << "asked again after a crash";
    EXPECT_EQ(vault->open({7}, {1})->name, Personal("first"));
    EXPECT_EQ(vault->open({7}, {2}).error().code, ErrorCode::not_found);
    EXPECT_EQ(vault->open({8}, {1}).error().code, ErrorCode::not_found);
    ASSERT_TRUE(vault->put({8}, {5}, person("other")));
    EXPECT_EQ(rows(*vault), (std::set<std::pair<std::uint64_t, std::uint64_t>>{{7, 1}, {8, 5}}));
    ASSERT_TRUE(vault->remove({7}, {1}));
    EXPECT_EQ(vault->open({7}, {1}).error().code, ErrorCode::not_found);
}

TEST_F(StoreVaultTest, ABatchOfVersionsIsOneSync) {
    auto vault = opened();
    const int before = store_.syncs();
    ASSERT_TRUE(vault->sync());
    EXPECT_EQ(store_.syncs(), before) << "nothing was put";
    for (std::uint64_t member = 1; member <= 20; ++member)
        ASSERT_TRUE(vault->put({member}, {1}, person("x")));
    ASSERT_TRUE(vault->keyed({21}, "x"));
    ASSERT_TRUE(vault->sync());
    ASSERT_TRUE(vault->sync());
    EXPECT_EQ(store_.syncs(), before + 1);
    ASSERT_TRUE(vault->put({1}, {2}, person("y")));
    store_.fail_from(0);
    EXPECT_FALSE(vault->sync());
    store_.fail_from(1000);
    ASSERT_TRUE(vault->sync());
    EXPECT_EQ(store_.syncs(), before + 2);
}

TEST_F(StoreVaultTest, AFingerprintIsTheMembersOwnAndStays) {
    auto vault = opened();
    const auto before = vault->keyed({7}, "13800000000").value();
    EXPECT_EQ(vault->keyed({7}, "13800000000").value(), before);
    EXPECT_NE(vault->keyed({8}, "13800000000").value(), before);
    EXPECT_NE(vault->keyed({7}, "13800000001").value(), before);
    ASSERT_TRUE(vault->put({7}, {1}, person("x")));
    ASSERT_TRUE(vault->destroy({{8}}));
    vault.reset();
    vault = opened();
    EXPECT_EQ(vault->keyed({7}, "13800000000").value(), before) << "also after the wrapping key changed";
}

TEST_F(StoreVaultTest, ADestroyedMemberIsGoneForEverAndTheOthersStay) {
    auto vault = opened();
    for (std::uint64_t member = 1; member <= 50; ++member) {
        ASSERT_TRUE(vault->put({member}, {member * 10}, person("name " + std::to_string(member))));
        ASSERT_TRUE(vault->put({member}, {member * 10 + 1}, person("later " + std::to_string(member))));
    }
    const std::string sealed_before = store_.table(1).begin()->second;
    const std::string wrapped_before = store_.table(0).begin()->second;
    const std::string file_before = key_file();
    ASSERT_TRUE(vault->destroy({{1}, {50}}));
    EXPECT_FALSE(store_.contains(sealed_before));
    EXPECT_FALSE(store_.contains(wrapped_before));
    EXPECT_EQ(key_file().find(file_before.substr(8, 32)), std::string::npos)
        << "the old wrapping key is gone too";
    EXPECT_EQ(key_file().size(), file_before.size()) << "and there is one key again";
    for (int round = 0; round < 2; ++round) {
        for (const std::uint64_t member : {1U, 50U}) {
            EXPECT_EQ(vault->open({member}, {member * 10}).error().code, ErrorCode::not_found);
            EXPECT_EQ(vault->keyed({member}, "x").error().code, ErrorCode::not_found);
            EXPECT_EQ(vault->put({member}, {999}, person("again")).error().code, ErrorCode::refused);
        }
        for (std::uint64_t member = 2; member < 50; ++member) {
            ASSERT_TRUE(vault->open({member}, {member * 10 + 1}));
            EXPECT_EQ(vault->open({member}, {member * 10})->name, Personal("name " + std::to_string(member)));
        }
        EXPECT_EQ(rows(*vault).size(), 96U);
        vault.reset();
        vault = opened();
    }
    ASSERT_TRUE(vault->destroy({{1}, {50}})) << "asked again, it is still gone";
    ASSERT_TRUE(vault->destroy({}));
}

// What was copied before the erasure opens under no key that exists afterwards.
TEST_F(StoreVaultTest, AnOldCopyOfTheStoreDoesNotOpenWithTheNewKeyFile) {
    auto vault = opened();
    ASSERT_TRUE(vault->put({1}, {10}, person("erased")));
    ASSERT_TRUE(vault->put({2}, {20}, person("kept")));
    MemoryStore copy;
    copy.table(0) = store_.table(0);
    copy.table(1) = store_.table(1);
    ASSERT_TRUE(vault->destroy({{1}}));
    auto old = StoreVault::open(copy, disk_);
    ASSERT_TRUE(old);
    EXPECT_EQ((*old)->open({1}, {10}).error().code, ErrorCode::corrupt);
    EXPECT_EQ(vault->open({2}, {20})->name, Personal("kept"));
}

TEST_F(StoreVaultTest, ARotationThatWasInterruptedAnywhereIsFinishedLater) {
    for (std::uint64_t step = 0; step < 12; ++step) {
        MemoryStore store;
        KeyDisk disk;
        auto vault = StoreVault::open(store, disk).value();
        for (std::uint64_t member = 1; member <= 3; ++member)
            ASSERT_TRUE(vault->put({member}, {1}, person("p")));
        store.fail_from(step % 6);
        disk.fail_from = step / 6;
        const bool destroyed = vault->destroy({{2}}).ok();
        store.fail_from(1000);
        disk.fail_from = 1000;
        vault = StoreVault::open(store, disk).value();
        for (const std::uint64_t member : {1U, 3U}) {
            ASSERT_TRUE(vault->open({member}, {1})) << "step " << step;
        }
        ASSERT_TRUE(vault->destroy({{2}})) << step;
        EXPECT_EQ(vault->open({2}, {1}).error().code, ErrorCode::not_found);
        ASSERT_TRUE(vault->put({4}, {1}, person("new")));
        EXPECT_FALSE(WrappingKeys::load(disk)->is_rotating()) << destroyed;
    }
}

TEST_F(StoreVaultTest, AFlippedByteOrAMovedRowDoesNotOpen) {
    auto vault = opened();
    ASSERT_TRUE(vault->put({1}, {1}, person("one")));
    ASSERT_TRUE(vault->put({1}, {2}, person("two")));
    ASSERT_TRUE(vault->put({2}, {1}, person("three")));
    const auto whole = store_.table(1);
    std::string& row = store_.table(1).begin()->second;
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = static_cast<char>(row[i] ^ 1);
        EXPECT_EQ(vault->open({1}, {1}).error().code, ErrorCode::corrupt) << i;
        row[i] = static_cast<char>(row[i] ^ 1);
    }
    auto key = store_.table(0).begin();
    for (char& c : key->second) {
        c = static_cast<char>(c ^ 1);
        EXPECT_EQ(vault->open({1}, {1}).error().code, ErrorCode::corrupt);
        c = static_cast<char>(c ^ 1);
    }
    auto it = store_.table(1).begin();
    std::swap(it->second, std::next(it)->second);
    EXPECT_EQ(vault->open({1}, {1}).error().code, ErrorCode::corrupt) << "another version's row";
    store_.table(1) = whole;
    std::swap(key->second, std::next(key)->second);
    EXPECT_EQ(vault->open({1}, {1}).error().code, ErrorCode::corrupt) << "another member's key";
}

TEST_F(StoreVaultTest, AMissingOrDamagedKeyFileIsRefused) {
    ASSERT_TRUE(opened()->put({1}, {1}, person("x")));
    const std::string whole = key_file();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        key_file()[i] = static_cast<char>(key_file()[i] ^ 1);
        EXPECT_FALSE(StoreVault::open(store_, disk_)) << i;
        key_file() = whole.substr(0, i);
        EXPECT_FALSE(StoreVault::open(store_, disk_)) << i;
        key_file() = whole;
    }
    key_file()[3] = '2';
    EXPECT_EQ(StoreVault::open(store_, disk_).error().code, ErrorCode::unsupported);
    disk_.files.clear();
    const auto refused = StoreVault::open(store_, disk_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_EQ(refused.error().where, WrappingKeys::path);
    EXPECT_TRUE(disk_.files.empty()) << "no new key was made over the old rows";
}

TEST_F(StoreVaultTest, ErasuresAndFirstVersionsAtTheSameTime) {
    auto vault = opened();
    for (std::uint64_t member = 1; member <= 40; ++member)
        ASSERT_TRUE(vault->put({member}, {1}, person("old")));
    std::thread eraser([&] {
        for (std::uint64_t member = 1; member <= 40; ++member) EXPECT_TRUE(vault->destroy({{member}}));
    });
    for (std::uint64_t member = 101; member <= 400; ++member) {
        ASSERT_TRUE(vault->put({member}, {1}, person("new")));
        ASSERT_TRUE(vault->open({member}, {1}));
    }
    eraser.join();
    for (std::uint64_t member = 101; member <= 400; ++member)
        ASSERT_TRUE(vault->open({member}, {1})) << member;
    EXPECT_EQ(rows(*vault).size(), 300U);
}

}  // namespace
}  // namespace banyan::vault
