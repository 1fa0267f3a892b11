// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_disk.h"

#include <gtest/gtest.h>

namespace banyan::simulator {
namespace {

class SimulatedDiskTest : public testing::Test {
  protected:
    // What is left of one file after a power cut, over many seeds: the shortest and the longest, and whether any
    // promised byte was ever lost.
    Faults faults_{Random(1)};

    std::string left(std::uint64_t seed, std::size_t synced, std::size_t loose) {
        faults_.reseed(seed);
        SimulatedDisk disk(faults_);
        auto file = disk.open("f", runtime::Disk::Mode::create);
        EXPECT_TRUE(file && (*file)->append(std::string(synced, 's')) && (*file)->sync());
        EXPECT_TRUE(disk.sync_directory("") && (*file)->append(std::string(loose, 'l')));
        disk.cut_power();
        return (*disk.open("f", runtime::Disk::Mode::read))->read(0, synced + loose).value();
    }
};

TEST_F(SimulatedDiskTest, WhatWasSyncedIsThereAndWhatWasNotMayBeAnything) {
    bool lost = false, whole = false, torn = false, reordered = false;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const std::string bytes = left(seed, 700, 3000);
        ASSERT_EQ(bytes.substr(0, 700), std::string(700, 's')) << seed;
        const std::string rest = bytes.substr(700);
        lost = lost || rest.empty();
        whole = whole || rest == std::string(3000, 'l');
        torn = torn || (!rest.empty() && rest.size() < 3000);
        reordered =
            reordered || (rest.find_first_not_of('l') < rest.find_last_of('l') && rest.size() == 3000);
    }
    EXPECT_TRUE(lost && whole && torn && reordered);
}

TEST_F(SimulatedDiskTest, AFileWhoseNameWasNotSyncedMayBeGone) {
    int there = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        faults_.reseed(seed);
        SimulatedDisk disk(faults_);
        ASSERT_TRUE(disk.open("f", runtime::Disk::Mode::create));
        disk.cut_power();
        there += disk.open("f", runtime::Disk::Mode::read).ok() ? 1 : 0;
    }
    EXPECT_GT(there, 20);
    EXPECT_LT(there, 80);
}

TEST_F(SimulatedDiskTest, AFailedSyncIsNeverMadeGoodByALaterOne) {
    SimulatedDisk disk(faults_);
    auto file = disk.open("f", runtime::Disk::Mode::create);
    ASSERT_TRUE(file && disk.sync_directory("") && (*file)->append("believed"));
    faults_.fail_syncs(1);
    EXPECT_FALSE((*file)->sync());
    EXPECT_TRUE((*file)->sync()) << "the system has forgotten that it failed";
    EXPECT_EQ((*file)->read(0, 8).value(), "believed");
    bool lost = false;
    for (std::uint64_t seed = 0; seed < 50 && !lost; ++seed) {
        SimulatedDisk copy = disk;
        faults_.reseed(seed);
        copy.cut_power();
        lost = (*copy.open("f", runtime::Disk::Mode::read))->read(0, 8).value() != "believed";
    }
    EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace banyan::simulator
