// SPDX-License-Identifier: Apache-2.0
#pragma once

// A brand whose ports forget: nothing is ever read back here, and a thousand rounds leave no journal.

#include "domain/ledger/zones_test.h"
#include "runtime/memory_ports_test.h"

namespace banyan::limit_test {

class ForgetfulJournal final : public runtime::Journal {
  public:
    Result<void> append(std::uint32_t, std::span<const runtime::StoredRecord> batch) override {
        records += batch.size();
        return {};
    }
    Result<void> seal(std::uint32_t) override { return {}; }
    Result<void> replay(const From&, const Visitor&) override { return {}; }
    Result<std::string> read(PartitionId, Lsn) override {
        return Error{ErrorCode::not_found, "nothing is kept here", ""};
    }
    [[nodiscard]] runtime::JournalNumbers numbers() const override { return {}; }
    std::uint64_t records = 0;
};

class House {
  public:
    House(std::uint16_t partitions, std::uint32_t logs, const std::string& programme);

    /// Asks all of them before any is decided; `came` hears each answer under its place.
    void ask(std::vector<runtime::Request> requests,
             const std::function<void(std::size_t, const runtime::Outcome&)>& came);
    /// Until nobody has anything to do.
    void settle_down();
    void next_day() { clock.now = clock.now + hours(24); }

    /// What the holders of a limit have given out today, and what its owner has lent.
    struct Given {
        Quantity used;
        Quantity room;
        Quantity lent;
    };
    [[nodiscard]] Given given_today(limits::LimitId limit);

    [[nodiscard]] runtime::Brand& brand() { return *brand_; }
    [[nodiscard]] std::uint64_t records() const { return journal.records; }

    runtime::testing::TestClock clock;

  private:
    runtime::testing::MemoryDisk disk;
    ForgetfulJournal journal;
    runtime::testing::MemoryStore checkpoints;
    runtime::testing::MemoryStore directory;
    runtime::testing::MemoryVault vault;
    runtime::testing::PlainSecrets secrets;
    runtime::testing::PlainDigest digest;
    banyan::testing::WrittenCalendar calendar;
    std::unique_ptr<runtime::Brand> brand_;
};

}  // namespace banyan::limit_test
