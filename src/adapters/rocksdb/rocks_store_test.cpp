// SPDX-License-Identifier: Apache-2.0
#include "adapters/rocksdb/rocks_store.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/wait.h>
#include <unistd.h>

namespace banyan::rocks {
namespace {

using runtime::Durability;
using runtime::Put;

class RocksStoreTest : public testing::Test {
  protected:
    RocksStoreTest() {
        std::string pattern = testing::TempDir() + "banyan-rocks-XXXXXX";
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    ~RocksStoreTest() override { std::filesystem::remove_all(root_); }

    std::unique_ptr<RocksStore> opened() {
        auto store =
            RocksStore::open(root_ + "/store", {.cache_bytes = 1U << 20U, .buffer_bytes = 1U << 20U});
        EXPECT_TRUE(store) << (store ? "" : store.error().text());
        return store ? std::move(store).value() : nullptr;
    }

    // How many files of the store contain these bytes.
    int files_with(const std::string& bytes) {
        int count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
            if (content.find(bytes) != std::string::npos) ++count;
        }
        return count;
    }

    std::string root_;
};

std::map<std::string, std::string> all(RocksStore& store, std::uint8_t table, std::string_view prefix) {
    std::map<std::string, std::string> rows;
    std::string previous;
    EXPECT_TRUE(store.scan(table, prefix, [&](std::string_view key, std::string_view value) {
        EXPECT_TRUE(rows.empty() || previous < key) << "in key order";
        previous = key;
        rows.emplace(key, value);
        return true;
    }));
    return rows;
}

TEST_F(RocksStoreTest, WhatWasWrittenIsReadInTheOrderAskedAndAfterReopening) {
    {
        auto store = opened();
        ASSERT_TRUE(store->write({{0, "a", "1"}, {0, "b", "2"}, {7, "a", "seven"}}, Durability::now));
        ASSERT_TRUE(store->write({{0, "a", std::nullopt}, {0, "c", ""}}, Durability::eventually));
    }
    auto store = opened();
    const auto answers = store->get(0, {"c", "a", "b", "z"});
    ASSERT_TRUE(answers);
    EXPECT_EQ(*answers, (std::vector<std::optional<std::string>>{"", std::nullopt, "2", std::nullopt}));
    EXPECT_EQ(store->get(7, {"a"}).value().front(), "seven");
    EXPECT_TRUE(store->get(3, {}).value().empty());
}

TEST_F(RocksStoreTest, AScanStopsAtItsPrefixAndWhenTold) {
    auto store = opened();
    const std::string high = "\xFF\xFF";
    ASSERT_TRUE(store->write({{1, "a", "0"},
                              {1, "ab", "1"},
                              {1, "ab\xFF", "2"},
                              {1, "ac", "3"},
                              {1, high, "4"},
                              {1, high + "x", "5"},
                              {2, "ab", "other table"}},
                             Durability::now));
    EXPECT_EQ(all(*store, 1, "ab").size(), 2U);
    EXPECT_EQ(all(*store, 1, "a").size(), 4U);
    EXPECT_EQ(all(*store, 1, high).size(), 2U);
    EXPECT_EQ(all(*store, 1, "").size(), 6U);
    int seen = 0;
    ASSERT_TRUE(store->scan(1, "", [&](std::string_view, std::string_view) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
}

TEST_F(RocksStoreTest, AgreesWithAMapUnderRandomBatches) {
    auto store = opened();
    std::map<std::string, std::string> model;
    rc::check([&](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& changes) {
        std::vector<Put> batch;
        for (const auto& [key, value] : changes) {
            const std::string name = "k" + std::to_string(key);
            batch.push_back({4, name, std::nullopt});
            model.erase(name);
            if (value % 3 == 0) continue;  // a removal
            batch.back().value = std::string(value, 'v');
            model[name] = std::string(value, 'v');
        }
        RC_ASSERT(store->write(batch, Durability::eventually).ok());
        if (changes.size() % 8 == 3) RC_ASSERT(store->compact().ok());
        RC_ASSERT(all(*store, 4, "") == model);
    });
}

TEST_F(RocksStoreTest, ADurableBatchSurvivesAKill) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = RocksStore::open(root_ + "/store", {});
        const bool written = store && (*store)->write({{0, "x", "1"}}, Durability::eventually) &&
                             (*store)->write({}, Durability::now) &&
                             (*store)->write({{1, "y", "2"}}, Durability::now) &&
                             (*store)->write({}, Durability::now);
        ::_exit(written ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    auto store = opened();
    EXPECT_EQ(store->get(0, {"x"}).value().front(), "1");
    EXPECT_EQ(store->get(1, {"y"}).value().front(), "2");
}

TEST_F(RocksStoreTest, AfterCompactionNoRemovedByteIsLeftInAnyFile) {
    auto store = opened();
    // Removed rows lie at the ends of the key range, so that they would be bounds of files too.
    const std::string first = "000-canary-key";
    const std::string last = "zzz-canary-key";
    const std::string value = "canary-value";
    std::vector<Put> batch;
    for (int i = 0; i < 2000; ++i) batch.push_back({5, "k" + std::to_string(i), std::string(200, 'v')});
    batch.push_back({5, first, value});
    batch.push_back({5, last, value});
    batch.push_back({6, "kept", value + "-overwritten"});
    ASSERT_TRUE(store->write(batch, Durability::now));
    EXPECT_GT(files_with("canary"), 0) << "the search itself finds what is there";
    const auto compacted = store->compact();
    ASSERT_TRUE(compacted) << compacted.error().text();
    EXPECT_GT(files_with(first), 0);
    ASSERT_TRUE(store->write({{5, first, std::nullopt}, {5, last, std::nullopt}, {6, "kept", "new"}},
                             Durability::now));
    EXPECT_GT(files_with("canary"), 0);
    ASSERT_TRUE(store->compact());
    EXPECT_EQ(files_with("canary"), 0);
    EXPECT_EQ(all(*store, 5, "").size(), 2000U);
    EXPECT_EQ(store->get(6, {"kept"}).value().front(), "new");
    store.reset();
    EXPECT_EQ(files_with("canary"), 0);
    EXPECT_FALSE(std::filesystem::exists(root_ + "/store/LOG"));
}

TEST_F(RocksStoreTest, ASecondOpeningIsRefused) {
    auto store = opened();
    const auto second = RocksStore::open(root_ + "/store", {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict) << second.error().text();
}

TEST_F(RocksStoreTest, AForeignDirectoryIsRefusedAndLeftAlone) {
    std::filesystem::create_directories(root_ + "/store");
    std::ofstream(root_ + "/store/notes.txt") << "mine";
    const auto store = RocksStore::open(root_ + "/store", {});
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::corrupt);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(root_ + "/store"), {}), 1);
}

TEST_F(RocksStoreTest, ADamagedManifestOrFileIsNamedCorrupt) {
    {
        auto store = opened();
        ASSERT_TRUE(store->write({{0, "a", std::string(5000, 'x')}}, Durability::now));
        ASSERT_TRUE(store->compact());
    }
    for (const auto& entry : std::filesystem::directory_iterator(root_ + "/store")) {
        if (entry.path().extension() != ".sst") continue;
        std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(100);
        file.put('!');
    }
    auto damaged = RocksStore::open(root_ + "/store", {});
    if (damaged) {
        const auto read = (*damaged)->get(0, {"a"});
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, ErrorCode::corrupt) << read.error().text();
    } else {
        EXPECT_EQ(damaged.error().code, ErrorCode::corrupt) << damaged.error().text();
    }
    damaged = Error{};
    for (const auto& entry : std::filesystem::directory_iterator(root_ + "/store")) {
        if (entry.path().filename().string().starts_with("MANIFEST"))
            std::filesystem::resize_file(entry.path(), 10);
    }
    const auto gone = RocksStore::open(root_ + "/store", {});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, ErrorCode::corrupt) << gone.error().text();
}

}  // namespace
}  // namespace banyan::rocks
