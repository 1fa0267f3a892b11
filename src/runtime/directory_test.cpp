// SPDX-License-Identifier: Apache-2.0
#include "runtime/directory.h"

#include "runtime/memory_ports_test.h"

#include <gtest/gtest.h>

namespace banyan::runtime {
namespace {

using testing::MemoryStore;
using testing::PlainSecrets;

ExternalId phone(const char* number) { return {"phone", Personal(number)}; }

class DirectoryTest : public ::testing::Test {
  protected:
    Handle claim(const ExternalId& identity, MemberId member) {
        const auto key = directory.key_of(identity);
        const Handle handle = directory.draw(key, directory.kind(identity.kind).value());
        EXPECT_TRUE(directory.write_rows().ok());
        directory.claimed(key, member);
        journal[handle] = member;
        return handle;
    }
    // What the next process knows: the rows, and whom the journal gave each handle.
    std::unique_ptr<Directory> reopened() {
        store.crash();
        auto next = std::make_unique<Directory>(store, secrets);
        std::vector<Directory::Claim> claims;
        for (const auto& [handle, member] : journal) claims.push_back({handle, member});
        EXPECT_TRUE(next->load(std::move(claims)).ok());
        return next;
    }

    MemoryStore store;
    PlainSecrets secrets;
    Directory directory{store, secrets};
    std::map<Handle, MemberId> journal;
};

TEST_F(DirectoryTest, FindsWhoClaimedAnIdentityAlsoInTheNextProcess) {
    EXPECT_FALSE(directory.find(directory.key_of(phone("138"))));
    claim(phone("138"), {7});
    claim({"card", Personal("138")}, {8});  // the same text of another kind is another identity
    EXPECT_EQ(directory.find(directory.key_of(phone("138"))), MemberId{7});
    const auto next = reopened();
    EXPECT_EQ(next->find(next->key_of(phone("138"))), MemberId{7});
    EXPECT_EQ(next->find(next->key_of({"card", Personal("138")})), MemberId{8});
    EXPECT_FALSE(next->find(next->key_of(phone("139"))));
    EXPECT_EQ(next->size(), 2U);
    EXPECT_EQ(next->word_of({1}), "phone");
    EXPECT_EQ(next->word_of({2}), "card");
    EXPECT_EQ(next->word_of({3}), "?");
    EXPECT_EQ(next->kind("card").value().value, 2);  // a kind's number is for ever
}

TEST_F(DirectoryTest, NoRowHoldsTheIdentityItself) {
    claim(phone("13800138000"), {7});
    for (const auto& [key, value] : store.rows) {
        EXPECT_EQ(key.second.find("13800138000"), std::string::npos);
        EXPECT_EQ(value.find("13800138000"), std::string::npos);
    }
}

TEST_F(DirectoryTest, ARowThatTheJournalNeverClaimedIsVoid) {
    const Handle handle = claim(phone("138"), {7});
    journal.erase(handle);  // the crash came between the row and the record
    EXPECT_FALSE(reopened()->find(directory.key_of(phone("138"))));
    EXPECT_EQ(std::count_if(store.rows.begin(), store.rows.end(),
                            [](const auto& row) { return row.first.first != 2; }),
              0);  // only the kinds are left
}

// Rows lie in the order of the handles' bytes; whatever handles there are, each finds its claim and no other's.
TEST_F(DirectoryTest, EachRowFindsItsOwnClaimWhateverTheHandles) {
    std::map<std::string, MemberId> people;
    for (std::uint64_t n = 1; n <= 700; ++n) {  // more than a byte's worth, so that the order of bytes shows
        const std::string number = std::to_string(n);
        const Handle handle = claim(phone(number.c_str()), {n});
        if (n % 3 == 0)
            journal.erase(handle);
        else
            people[number] = {n};
    }
    journal[{1, 1}] = {9};  // a claim whose row an erasure removed
    const auto next = reopened();
    EXPECT_EQ(next->size(), people.size());
    for (const auto& [number, member] : people)
        EXPECT_EQ(next->find(next->key_of(phone(number.c_str()))), member);
}

TEST_F(DirectoryTest, RowsAreDurableOnlyOnceWritten) {
    directory.draw(directory.key_of(phone("138")), directory.kind("phone").value());
    const int before = store.writes;
    EXPECT_TRUE(directory.write_rows().ok());
    EXPECT_EQ(store.writes, before + 1);
    EXPECT_EQ(store.durable, store.rows);
    EXPECT_TRUE(directory.write_rows().ok());  // nothing new, nothing written
    EXPECT_EQ(store.writes, before + 1);
}

TEST_F(DirectoryTest, AnErasureLeavesNoRow) {
    const Handle handle = claim(phone("138"), {7});
    claim(phone("139"), {8});
    ASSERT_TRUE(directory.destroy({handle, Handle{1, 1}}).ok());
    EXPECT_FALSE(directory.find(directory.key_of(phone("138"))));
    EXPECT_EQ(directory.find(directory.key_of(phone("139"))), MemberId{8});
    EXPECT_EQ(store.compactions, 1);
    const auto next = reopened();
    EXPECT_FALSE(next->find(next->key_of(phone("138"))));
    EXPECT_EQ(next->find(next->key_of(phone("139"))), MemberId{8});
}

TEST_F(DirectoryTest, ABrandHasAtMost64Kinds) {
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(directory.kind("kind" + std::to_string(i)).ok());
    const auto one_more = directory.kind("kind64");
    ASSERT_FALSE(one_more.ok());
    EXPECT_EQ(one_more.error().code, ErrorCode::full);
    EXPECT_TRUE(directory.kind("kind63").ok());
}

}  // namespace
}  // namespace banyan::runtime
