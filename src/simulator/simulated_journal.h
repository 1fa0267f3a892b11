// SPDX-License-Identifier: Apache-2.0
#pragma once

// A journal in memory that fails as journals across machines fail. A `Topic` is what outlives a process: frames in the
// order in which they arrived. A `SimulatedJournal` is one opening of it.
//
// Delivery::exact is the port's contract to the letter: what an abandoned opening still writes does not count, and
// every record comes back once. Delivery::as_it_arrived hands on what a broker would have kept: a batch that was never
// acknowledged may be there whole, for some partitions only, without its first records (a gap), or arrive after the
// next owner has begun (a zombie); what was acknowledged may be there twice. Which of that counts, the chain must say.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ports/digest.h"
#include "codec/record.h"
#include "runtime/ports/journal.h"
#include "simulator/faults.h"

namespace banyan::simulator {

enum class Delivery : unsigned char { exact, as_it_arrived };

class Topic {
  public:
    Topic(Faults& faults, Delivery delivery) : faults_(faults), delivery_(delivery) {}

    /// What was never acknowledged is lost, torn or kept when the power goes.
    void cut_power();

    /// For the contract suite: every frame as one run of bytes, in the order of arrival.
    [[nodiscard]] std::uint64_t stored_bytes() const;
    void flip(std::uint64_t at);
    void truncate(std::uint64_t size);

  private:
    friend class SimulatedJournal;
    struct Frame {
        std::uint32_t run = 0;  // which opening wrote it
        std::uint32_t log = 0;
        bool is_acknowledged = false;
        std::string bytes;
    };

    Faults& faults_;
    Delivery delivery_;
    std::uint32_t runs_ = 0;
    std::vector<Frame> frames_;
    std::vector<Frame> late_;  // on the way; each arrives once its partition has a new owner
};

class SimulatedJournal final : public runtime::Journal {
  public:
    /// Checks every frame, makes good what was never acknowledged, and begins a new run. `corrupt` names the frame.
    static Result<std::unique_ptr<SimulatedJournal>> open(Topic& topic, const codec::JournalId& journal_id,
                                                          const Digest& digest);

    Result<void> append(std::uint32_t log, std::span<const runtime::StoredRecord> batch) override;
    Result<void> seal(std::uint32_t log) override;
    Result<void> replay(const From& from, const Visitor& visitor) override;
    Result<std::string> read(PartitionId partition, Lsn lsn) override;
    [[nodiscard]] runtime::JournalNumbers numbers() const override { return numbers_; }

  private:
    using Frame = Topic::Frame;
    explicit SimulatedJournal(Topic& topic) : topic_(topic) {}

    Result<void> check();
    Result<void> index(const codec::JournalId& journal_id, const Digest& digest);
    Result<void> each_that_counts(const Visitor& visitor) const;
    Result<void> send(std::uint32_t log, std::vector<std::string> frames);
    [[nodiscard]] std::vector<std::string> frames_of(std::uint32_t log,
                                                     std::span<const runtime::StoredRecord> batch) const;
    void abandon(std::uint32_t log, const std::vector<std::string>& frames);
    void arrive_late(const std::vector<std::string>& behind);

    Topic& topic_;
    std::uint32_t run_ = 0;
    std::map<std::uint32_t, bool> failed_;  // by log
    std::map<std::uint32_t, bool> begun_;   // by log: its epochs are there
    std::map<std::pair<PartitionId, Lsn>, std::string> records_;
    runtime::JournalNumbers numbers_;
};

}  // namespace banyan::simulator
