// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a simulated brand runs on while it lives: a journal that tells the trace what became durable and replays what a
// journal across machines might, and a digest that trips over poison. Used by the simulation only.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "simulator/simulation.h"

namespace banyan::simulator {

// Passes everything on to the real journal and tells the trace what became durable.
class Simulation::Recording final : public runtime::Journal {
  public:
    Recording(Simulation& simulation, std::unique_ptr<runtime::Journal> journal)
        : simulation_(simulation), journal_(std::move(journal)) {}

    Result<void> append(std::uint32_t log, std::span<const runtime::StoredRecord> batch) override {
        TRY(journal_->append(log, batch));
        simulation_.trace_.batch(log, simulation_.clock_.wall());
        for (const runtime::StoredRecord& stored : batch) {
            const auto record = codec::decode(stored.bytes);
            ASSERT(record.ok());
            auto& known = simulation_.durable_[stored.partition.value];
            ASSERT(stored.lsn.value == known.size() + 1);
            known.push_back(simulation_.digest_->sha256(stored.bytes));
            simulation_.emit(*record);
        }
        return {};
    }
    Result<void> seal(std::uint32_t log) override { return journal_->seal(log); }
    // What a journal across machines may deliver: records twice, and what an abandoned process still wrote (I6). The
    // chain must ignore both.
    Result<void> replay(const From& from, const Visitor& visitor) override {
        std::map<PartitionId, std::string> last;
        return journal_->replay(from, [&](const runtime::StoredRecord& stored) -> Result<void> {
            TRY(visitor(stored));
            if (!meddles_) return {};
            std::string& before = last[stored.partition];
            const std::string zombie = rival_of(stored, before);
            if (!zombie.empty()) TRY(visitor({stored.partition, stored.lsn, zombie}));
            if (stored.lsn.value % 3 == 0) TRY(visitor(stored));
            before = stored.bytes;
            return {};
        });
    }
    Result<std::string> read(PartitionId partition, Lsn lsn) override {
        return journal_->read(partition, lsn);
    }
    [[nodiscard]] runtime::JournalNumbers numbers() const override { return journal_->numbers(); }

  private:
    // At the place where a new epoch begins: the record that the process before would have written there.
    std::string rival_of(const runtime::StoredRecord& stored, const std::string& before) const {
        std::string bytes;
        const auto record = codec::decode(stored.bytes);
        if (before.empty() || !record.ok() ||
            !std::holds_alternative<engine::OpenEpoch>(record->command.body))
            return bytes;
        auto rival = codec::decode(before);
        ASSERT(rival.ok());
        rival->header.lsn = record->header.lsn;
        rival->header.previous = record->header.previous;
        codec::encode(*rival, bytes);
        return bytes;
    }

    Simulation& simulation_;
    std::unique_ptr<runtime::Journal> journal_;
    bool meddles_ =
        simulation_.random_.percent(30) && !simulation_.is_on_topic_;  // that one meddles by itself
};

// Where every record passes before it counts: one that carries the poison trips an assertion there, while its command
// is under decision.
class Simulation::PoisonedDigest final : public SimulatedDigest {
  public:
    explicit PoisonedDigest(Simulation& simulation) : simulation_(simulation) {}
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        if (bytes.find(poison) != std::string_view::npos) {
            if (const auto record = codec::decode(bytes); record.ok()) simulation_.trip(*record);
        }
        return SimulatedDigest::sha256(bytes);
    }

  private:
    Simulation& simulation_;
};

struct Simulation::Life {
    std::unique_ptr<Recording> journal;
    std::unique_ptr<runtime::Brand> brand;
};

}  // namespace banyan::simulator
