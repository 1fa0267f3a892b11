// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulated_journal.h"

#include <gtest/gtest.h>

#include <set>

#include "adapters/files/file_journal.h"
#include "runtime/journal_contract_test.h"
#include "simulator/simulated_disk.h"
#include "simulator/simulated_world.h"

namespace banyan::simulator {
namespace {

constexpr codec::JournalId journal_id{1, 2, 3};

// The real journal on the simulated disk, as two seeds of three play on it.
class DiskMedium final : public runtime::JournalMedium {
  public:
    Result<std::unique_ptr<runtime::Journal>> open(std::uint32_t logs) override {
        files::Options options;
        options.journal_id = journal_id;
        options.logs = logs;
        auto journal = files::FileJournal::open(disk_, options);
        if (!journal.ok()) return journal.error();
        return std::unique_ptr<runtime::Journal>(std::move(journal).value());
    }
    void crash(std::uint64_t seed) override {
        faults_.clear();
        faults_.reseed(seed);
        disk_.cut_power();
    }
    void fail_from(std::uint64_t operation, ErrorCode code) override { faults_.fail_from(operation, code); }
    std::uint64_t stored_bytes() override { return disk_.stored_bytes(); }
    void flip(std::uint64_t at) override { disk_.flip(at); }
    void truncate(std::uint64_t size) override { disk_.truncate(size); }

  private:
    Faults faults_{Random(1)};
    SimulatedDisk disk_{faults_};
};

class TopicMedium final : public runtime::JournalMedium {
  public:
    TopicMedium(Delivery delivery, std::uint64_t seed) : faults_(Random(seed)), topic_(faults_, delivery) {}

    Result<std::unique_ptr<runtime::Journal>> open(std::uint32_t) override {
        auto journal = SimulatedJournal::open(topic_, journal_id, runtime::ContractDigest());
        if (!journal.ok()) return journal.error();
        return std::unique_ptr<runtime::Journal>(std::move(journal).value());
    }
    void crash(std::uint64_t seed) override {
        faults_.clear();
        faults_.reseed(seed);
        topic_.cut_power();
    }
    void fail_from(std::uint64_t operation, ErrorCode code) override { faults_.fail_from(operation, code); }
    std::uint64_t stored_bytes() override { return topic_.stored_bytes(); }
    void flip(std::uint64_t at) override { topic_.flip(at); }
    void truncate(std::uint64_t size) override { topic_.truncate(size); }

  private:
    Faults faults_;
    Topic topic_;
};

std::string record(PartitionId partition, std::uint64_t epoch, std::uint64_t lsn,
                   std::string_view behind = {}) {
    codec::Record made;
    made.header.journal = journal_id;
    made.header.partition = partition;
    made.header.epoch = epoch;
    made.header.lsn = {lsn};
    made.header.feature_level = codec::feature_level;
    if (!behind.empty()) made.header.previous = SimulatedDigest().sha256(behind);
    made.command.body = engine::Settle{};
    std::string bytes;
    codec::encode(made, bytes);
    return bytes;
}

constexpr PartitionId before{9};  // in which an epoch had begun

/// "partition.lsn/epoch" of everything that is handed on of the others, in its order.
std::string handed_on(SimulatedJournal& journal) {
    std::string found;
    const auto done = journal.replay(
        [](PartitionId) { return Lsn{1}; },
        [&](const runtime::StoredRecord& stored) -> Result<void> {
            if (stored.partition == before) return {};
            const codec::Header header = TRY(codec::decode_header(stored.bytes));
            found += (found.empty() ? "" : " ") + std::to_string(stored.partition.value) + "." +
                     std::to_string(stored.lsn.value) + "/" + std::to_string(header.epoch);
            return {};
        });
    EXPECT_TRUE(done.ok());
    return found;
}

// What becomes of a batch whose writer dies in the middle of it, over many seeds: lost, there, there for one partition
// only, without its first record, or late; and of what was acknowledged, at most a second copy.
TEST(SimulatedJournal, ABatchThatNobodyAcknowledgedMayBeAnywhere) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Faults faults{Random(seed)};
        Topic topic(faults, Delivery::as_it_arrived);
        auto first = SimulatedJournal::open(topic, journal_id, SimulatedDigest()).value();
        const std::string one = record({1}, 1, 1);
        const std::string two = record({1}, 1, 2, one);
        const std::string other = record({2}, 1, 1);
        const std::vector<runtime::StoredRecord> batch{{{1}, {1}, one}, {{1}, {2}, two}, {{2}, {1}, other}};
        const std::string begins = record(before, 1, 1);
        const runtime::StoredRecord acknowledged{before, {1}, begins};
        ASSERT_TRUE(first->append(0, {&acknowledged, 1}).ok());
        faults.die_in(0, Death::Kind::killed);
        EXPECT_THROW((void)first->append(0, batch), Death);
        faults.clear();
        first.reset();
        auto second = SimulatedJournal::open(topic, journal_id, SimulatedDigest()).value();
        const std::string found = handed_on(*second);
        seen.insert(found);
        if (!found.empty()) continue;
        const std::string heir = record({1}, 2, 1);
        const runtime::StoredRecord its{{1}, {1}, heir};
        ASSERT_TRUE(second->append(0, {&its, 1}).ok());
        EXPECT_EQ(second->read({1}, {1}).value(), heir);
        second = SimulatedJournal::open(topic, journal_id, SimulatedDigest()).value();
        EXPECT_EQ(second->read({1}, {1}).value(), heir) << "a zombie took its place";
        seen.insert("then " + handed_on(*second));
    }
    for (const char* fate : {"", "1.1/1 1.2/1 2.1/1", "1.1/1 1.2/1", "1.2/1", "2.1/1", "then 1.1/2",
                             "then 1.1/2 1.1/1 1.2/1", "then 1.1/2 1.1/2"})
        EXPECT_TRUE(seen.contains(fate)) << fate;
}

}  // namespace
}  // namespace banyan::simulator

namespace banyan::runtime {
using simulator::Delivery;
INSTANTIATE_TEST_SUITE_P(FilesOnSimulatedDisk, JournalContract,
                         testing::Values([] { return std::make_unique<simulator::DiskMedium>(); }));
INSTANTIATE_TEST_SUITE_P(FilesOnSimulatedDisk, JournalReaderContract,
                         testing::Values([] { return std::make_unique<simulator::DiskMedium>(); }));
INSTANTIATE_TEST_SUITE_P(Simulated, JournalContract, testing::Values([] {
                             return std::make_unique<simulator::TopicMedium>(Delivery::exact, 1);
                         }));
INSTANTIATE_TEST_SUITE_P(
    Simulated, JournalReaderContract,
    testing::Values([] { return std::make_unique<simulator::TopicMedium>(Delivery::exact, 1); },
                    [] { return std::make_unique<simulator::TopicMedium>(Delivery::as_it_arrived, 1); },
                    [] { return std::make_unique<simulator::TopicMedium>(Delivery::as_it_arrived, 2); },
                    [] { return std::make_unique<simulator::TopicMedium>(Delivery::as_it_arrived, 3); }));
}  // namespace banyan::runtime
