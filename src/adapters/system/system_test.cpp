// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/system/directory_lock.h"
#include "adapters/system/openssl_digest.h"
#include "adapters/system/openssl_secrets.h"
#include "adapters/system/posix_disk.h"
#include "adapters/system/system_clock.h"

namespace banyan::system {
namespace {

using Mode = runtime::Disk::Mode;

class SystemTest : public testing::Test {
  protected:
    SystemTest() {
        std::string pattern = testing::TempDir() + "banyan-system-XXXXXX";
        EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    ~SystemTest() override { std::filesystem::remove_all(root_); }

    std::string root_;
};

std::string hex(const Sha256& digest) {
    std::string text;
    for (const std::uint8_t byte : digest) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

TEST_F(SystemTest, AFileKeepsWhatWasAppendedAndKnowsItsSize) {
    PosixDisk disk(root_ + "/data");
    ASSERT_TRUE(disk.make_directory("journal/000001-00"));
    auto file = disk.open("journal/000001-00/000001.seg", Mode::create);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->append("hello "));
    ASSERT_TRUE((*file)->append("world"));
    ASSERT_TRUE((*file)->sync());
    EXPECT_EQ((*file)->size(), 11U);
    auto again = disk.open("journal/000001-00/000001.seg", Mode::read);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->size(), 11U);
    EXPECT_EQ((*again)->read(6, 100).value(), "world");
    EXPECT_EQ((*again)->read(0, 5).value(), "hello");
    EXPECT_EQ((*again)->read(50, 5).value(), "");
    ASSERT_TRUE((*file)->append("!"));
    EXPECT_EQ((*again)->read(6, 100).value(), "world!");
}

TEST_F(SystemTest, AFileIsMadeOnlyOnceAndAMissingOneIsNamed) {
    PosixDisk disk(root_);
    ASSERT_TRUE(disk.open("a", Mode::create));
    const auto twice = disk.open("a", Mode::create);
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, ErrorCode::io);
    const auto missing = disk.open("b", Mode::read);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    EXPECT_EQ(missing.error().where, root_ + "/b");
}

TEST_F(SystemTest, ReplaceChangesAFileAsAWholeAndOnlyItsOwnerReadsIt) {
    PosixDisk disk(root_);
    ASSERT_TRUE(disk.replace("state", "one, and long"));
    ASSERT_TRUE(disk.replace("state", "two"));
    EXPECT_EQ(disk.open("state", Mode::read).value()->read(0, 99).value(), "two");
    EXPECT_EQ(disk.list("").value(), std::vector<std::string>{"state"});
    const auto allowed = std::filesystem::status(root_ + "/state").permissions();
    EXPECT_EQ(allowed, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    ASSERT_TRUE(disk.remove("state"));
    EXPECT_TRUE(disk.list("").value().empty());
    EXPECT_EQ(disk.remove("state").error().code, ErrorCode::not_found);
}

TEST_F(SystemTest, ListSortsAndAMissingDirectoryIsEmpty) {
    PosixDisk disk(root_);
    for (const char* name : {"c", "a", "b"}) ASSERT_TRUE(disk.open(name, Mode::create));
    EXPECT_EQ(disk.list("").value(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(disk.list("nothing/here").value().empty());
    const auto wrong = disk.make_directory("a/b");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::io);
}

TEST_F(SystemTest, AFullDiskIsToldApart) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    std::filesystem::create_symlink("/dev/full", root_ + "/state.new");
    PosixDisk disk(root_);
    const auto full = disk.replace("state", "anything");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ErrorCode::full);
}

TEST_F(SystemTest, SpaceIsMeasured) {
    const auto space = PosixDisk(root_).space();
    ASSERT_TRUE(space);
    EXPECT_GT(space->total, 0U);
    EXPECT_LE(space->free, space->total);
}

TEST_F(SystemTest, ASecondHolderOfTheDirectoryIsRefusedWithThePid) {
    {
        auto held = lock_directory(root_);
        ASSERT_TRUE(held);
        const auto second = lock_directory(root_);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::conflict);
        EXPECT_NE(second.error().message.find("pid " + std::to_string(::getpid())), std::string::npos);
    }
    EXPECT_TRUE(lock_directory(root_)) << "free again once the holder is gone";
}

TEST_F(SystemTest, TheLockFallsWithItsProcess) {
    const pid_t child = ::fork();
    if (child == 0) {
        auto held = lock_directory(root_);
        ::_exit(held ? 0 : 1);  // no destructor runs
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(lock_directory(root_));
}

TEST(SystemClockTest, TheMonotonicClockNeverGoesBackAndTheWallIsInThisCentury) {
    const SystemClock clock;
    Duration before = clock.monotonic();
    for (int i = 0; i < 1000; ++i) {
        const Duration now = clock.monotonic();
        EXPECT_GE(now, before);
        before = now;
    }
    EXPECT_GT(clock.wall(), *parse_rfc3339("2020-01-01T00:00:00Z"));
}

// FIPS 180-4 examples and RFC 4231, test cases 1 and 2 (their keys padded with zeros to 32 bytes, as HMAC does).
TEST(DigestTest, KnownVectors) {
    const OpensslDigest digest;
    EXPECT_EQ(hex(digest.sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(digest.sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    std::array<std::uint8_t, 32> key{};
    std::fill_n(key.begin(), 20, std::uint8_t{0x0B});
    EXPECT_EQ(hex(Hmac(key).of("Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    key = {'J', 'e', 'f', 'e'};
    EXPECT_EQ(hex(Hmac(key).of("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_F(SystemTest, TheBrandKeyIsMadeOnceAndGivesTheSameWordsForEver) {
    PosixDisk disk(root_);
    const auto missing = OpensslSecrets::load(disk);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    const auto made = OpensslSecrets::create(disk);
    ASSERT_TRUE(made);
    const auto loaded = OpensslSecrets::load(disk);
    ASSERT_TRUE(loaded);
    EXPECT_EQ((*made)->keyed("order", "shop", "o-1"), (*loaded)->keyed("order", "shop", "o-1"));
    EXPECT_EQ(OpensslSecrets::create(disk).error().code, ErrorCode::conflict);
    EXPECT_EQ(std::filesystem::status(root_ + "/keys/brand.key").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    for (const std::size_t size : {0U, 31U, 33U}) {
        ASSERT_TRUE(disk.replace("keys/brand.key", std::string(size, 'k')));
        const auto wrong = OpensslSecrets::load(disk);
        ASSERT_FALSE(wrong) << size;
        EXPECT_EQ(wrong.error().code, ErrorCode::corrupt);
    }
}

TEST(SecretsTest, PartsDoNotRunIntoOneAnother) {
    const OpensslSecrets secrets({1, 2, 3});
    std::set<std::array<std::uint64_t, 2>> seen;
    for (const auto& [domain, a, b] :
         {std::tuple{"order", "ab", "c"}, {"order", "a", "bc"}, {"order", "", "abc"}, {"ordera", "b", "c"}}) {
        seen.insert(secrets.keyed(domain, a, b));
    }
    EXPECT_EQ(seen.size(), 4U);
    const std::string lengthy(1000, 'x');
    EXPECT_NE(secrets.keyed("order", lengthy, "1"), secrets.keyed("order", lengthy, "2"));
    EXPECT_EQ(secrets.keyed("order", lengthy, "1"), secrets.keyed("order", lengthy, "1"));
    EXPECT_NE(secrets.keyed("order", "a", "b"), OpensslSecrets({1, 2, 4}).keyed("order", "a", "b"));
}

TEST(SecretsTest, RandomWordsDoNotRepeatWithinOrAcrossThreads) {
    OpensslSecrets secrets({});
    std::array<std::set<std::array<std::uint64_t, 2>>, 2> seen;
    std::thread other([&] {
        for (int i = 0; i < 2000; ++i) seen[1].insert(secrets.random());
    });
    for (int i = 0; i < 2000; ++i) seen[0].insert(secrets.random());
    other.join();
    seen[0].merge(seen[1]);
    EXPECT_EQ(seen[0].size(), 4000U);
}

}  // namespace
}  // namespace banyan::system
