// SPDX-License-Identifier: Apache-2.0
#pragma once

// One partition: its state, its place in the chain, its log time. `execute` decides a command in memory and gives the
// record to append; `replay` takes a record back. The partition belongs to one thread and knows no other partition.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "codec/record.h"
#include "domain/programme/succession.h"
#include "engine/decide.h"
#include "runtime/chain.h"
#include "runtime/entities.h"
#include "runtime/ids.h"
#include "runtime/ports/journal.h"

namespace banyan::runtime {

/// What every partition of a brand shares and none changes.
struct Shared {
    std::vector<codec::JournalId> lineage;  // of journals; records are written into the last
    const Digest* digest = nullptr;
    const Calendar* calendar = nullptr;
    Ids* ids = nullptr;
    std::uint16_t partitions = 1;
    /// Compiles a published document; the same text always gives the same programme.
    std::function<Result<std::shared_ptr<const programme::Programme>>(const std::string&, ProgrammeVersion)>
        compile;
};

/// A follow-up's place in what its source asks for.
struct Step {
    Lsn lsn;
    std::uint32_t ordinal = 0;
    auto operator<=>(const Step&) const = default;
};

/// A follow-up on its way, with the place it came from.
struct Outgoing {
    PartitionId source;
    Lsn lsn;
    std::uint32_t ordinal = 0;
    engine::FollowUp follow_up;
};

class Partition {
  public:
    Partition(PartitionId id, const Shared& shared, Store& store, std::uint8_t table);

    struct Executed {
        engine::Refusal refusal = engine::Refusal::none;
        std::string detail;
        engine::Answer answer;
        Lsn lsn;  // 0 = nothing was recorded
        Lsn saw;  // the head it was decided on
        Instant time;
    };
    /// Decides at log time max(last, floor, `clock`) and applies. A record, where there is one, waits in `unwritten`.
    Executed execute(const engine::Command& command, const engine::Opened& opened, Instant clock);

    /// Records not yet appended, in order; the shard takes them. They count as durable after `set_durable`.
    [[nodiscard]] const std::vector<std::pair<Lsn, std::string>>& unwritten() const { return unwritten_; }
    void set_durable();

    /// One record from the journal. Facts that a checkpointed entity already has are skipped.
    Result<void> replay(std::string_view bytes);
    /// Replay starts here after a checkpoint.
    void start_at(Lsn from, const std::optional<Chain::Place>& before) { chain_.start_at(from, before); }
    [[nodiscard]] std::optional<Chain::Place> place(Lsn lsn) const { return chain_.place(lsn); }
    /// After the checkpoint's entities were loaded: what the partition itself keeps of them.
    Result<void> restore();
    /// Follow-ups of replayed records, for the brand to hand on.
    std::vector<Outgoing> take_outgoing();

    /// The oldest record with a follow-up that its target has not durably taken, or `otherwise`: replay must not start
    /// behind it, or the follow-up would be forgotten.
    using Taken = std::function<Step(PartitionId target)>;
    Lsn first_in_flight(Lsn otherwise, const Taken& taken);

    /// The bytes of a record that may still be unwritten.
    [[nodiscard]] const std::string* unwritten_record(Lsn lsn) const;

    [[nodiscard]] PartitionId id() const { return id_; }
    [[nodiscard]] Lsn head() const { return chain_.head(); }
    [[nodiscard]] const Sha256& head_hash() const { return chain_.hash(); }
    [[nodiscard]] Lsn durable() const { return durable_; }
    [[nodiscard]] Instant time() const { return time_; }
    /// A read was answered as of this time; no later command may be earlier.
    void raise_floor(Instant to) { floor_ = std::max(floor_, to); }
    [[nodiscard]] Instant now(Instant clock) const;
    [[nodiscard]] engine::ClockMode clock_mode() const { return clock_mode_; }
    [[nodiscard]] std::uint64_t epoch() const { return chain_.epoch(); }
    /// A published version, its rules under the numbers that their codes have for ever.
    struct Version {
        Instant since;  // log time from which it is in force
        std::string document;
        std::shared_ptr<const programme::Programme> programme;
    };
    /// All of them, oldest first.
    [[nodiscard]] const std::vector<Version>& versions() const { return versions_; }
    /// The version in force at a log time; nothing before the first was published.
    [[nodiscard]] std::shared_ptr<const programme::Programme> programme_at(Instant at) const;
    [[nodiscard]] std::shared_ptr<const programme::Programme> programme() const {
        return programme_at(std::max(time_, floor_));
    }
    /// Owners of shared limits that may not know yet what the version in force at `now` says of theirs; each version is
    /// asked after once.
    Result<std::vector<limits::Period>> limits_to_review(Instant now);
    Entities& entities() { return entities_; }
    /// Every job that the partition knows.
    [[nodiscard]] const std::map<std::uint64_t, engine::JobState>& jobs() const { return jobs_; }
    [[nodiscard]] engine::Context context(Instant now) const;
    /// The id that the next claimed member will get.
    MemberId next_member();
    engine::Cursor cursor(PartitionId source);
    std::uint64_t last_epoch_number();

  private:
    void adopt(engine::Workspace& workspace, Lsn lsn, const engine::Command& command, bool is_pending,
               const std::vector<engine::Fact>& facts, const std::vector<engine::FollowUp>& follow_ups);
    Result<void> notice(const engine::Fact& fact);
    Result<void> learn(ProgrammeVersion version, const std::string& document);

    PartitionId id_;
    const Shared& shared_;
    Entities entities_;
    Chain chain_;
    Lsn durable_;
    Instant time_;
    Instant floor_;
    engine::ClockMode clock_mode_ = engine::ClockMode::wall;
    std::uint64_t epoch_number_ = 0;
    std::vector<Version> versions_;
    programme::Numbers numbers_;
    ProgrammeVersion reviewed_;
    std::map<std::uint64_t, engine::JobState> jobs_;
    std::vector<std::pair<Lsn, std::string>> unwritten_;
    std::vector<Outgoing> outgoing_;
    std::deque<std::pair<Step, PartitionId>> in_flight_;
};

/// The name under which a pending command's final answer is found.
KeyedId completion_of(KeyedId id);

}  // namespace banyan::runtime
