// SPDX-License-Identifier: Apache-2.0
#pragma once

// A back-test: every command that a brand ever accepted, decided again from the first record on, in memory of its own.
// The normalised inputs are in the records, and so are the truths of conditions that read personal attributes; nothing
// else is needed, and nothing is written.
//
// Under the programmes that were in force the decisions must come out as they were recorded, record by record: that is
// `Unchanged`. Under a draft (`Drafted`) the same commands meet another programme from the first record on, and what
// every member would have is told beside what it has.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"
#include "domain/programme/succession.h"
#include "engine/decide.h"
#include "runtime/brand_file.h"
#include "runtime/causes.h"
#include "runtime/chain.h"
#include "runtime/ports/journal.h"
#include "runtime/table.h"

namespace banyan::runtime {

/// What a back-test needs of the world.
struct RehearsalPorts {
    const Digest* digest = nullptr;
    const Calendar* calendar = nullptr;
    std::function<Result<Value>(const std::string&)> parse_document;
    const Regex* regex = nullptr;
};

/// The programmes of a journal, as it names them.
class Versions {
  public:
    explicit Versions(const RehearsalPorts& ports) : ports_(ports) {}

    Result<void> learn(const engine::ProgrammeActivated& activated);
    /// nullptr before the first was activated.
    [[nodiscard]] const programme::Programme* find(ProgrammeVersion version) const;
    [[nodiscard]] const programme::Programme* newest() const;
    /// Their documents, oldest first.
    [[nodiscard]] const std::map<ProgrammeVersion, Value>& documents() const { return documents_; }
    [[nodiscard]] programme::Numbers& numbers() { return numbers_; }

  private:
    const RehearsalPorts& ports_;
    std::map<ProgrammeVersion, std::shared_ptr<const programme::Programme>> programmes_;
    std::map<ProgrammeVersion, Value> documents_;
    programme::Numbers numbers_;
};

/// A partition's entities, unpacked: a back-test touches all of them and keeps none.
class World final : public engine::Source {
  public:
    /// `lent`: the state is moved out, not copied; keep() brings it back, and a refusal would lose it.
    enum class Giving : unsigned char { copied, lent };
    void give(Giving giving) { giving_ = giving; }
    Lsn load(engine::EntityId id, engine::EntityState& state) override;
    void keep(engine::Workspace& workspace, Lsn lsn);
    /// Adds up recorded facts.
    void apply(const codec::Record& record);

    template <typename Visitor>
    void each_member(Visitor&& visitor) {
        for (auto& [id, held] : entities_) {
            if (auto* member = std::get_if<members::Member>(&held.state)) visitor(*member, held.lsn);
        }
    }
    [[nodiscard]] const engine::EntityState* find(engine::EntityId id) const;

  private:
    struct Held {
        engine::EntityState state;
        Lsn lsn;
    };
    Table<engine::EntityId, Held> entities_;
    std::vector<std::pair<engine::EntityId, Held*>> given_;  // to the command under way
    Giving giving_ = Giving::copied;
};

/// The first fact that is not the same, as it was recorded and as it was decided again; nothing when all are.
std::optional<std::pair<std::string, std::string>> first_difference(const std::vector<engine::Fact>& recorded,
                                                                    const std::vector<engine::Fact>& decided);

struct Difference {
    PartitionId partition;
    Lsn lsn;
    Instant at;
    std::string recorded;  // the first posting that is not the same, in words
    std::string decided;
};

struct UnchangedReport {
    std::uint64_t records = 0;
    std::uint64_t commands = 0;  // with an id: what clients asked for
    std::uint64_t postings = 0;  // compared, unit by unit and lot by lot
    std::uint64_t bytes = 0;
    std::vector<Difference>
        differences;  // the first of each partition; behind it that partition is not compared
    std::vector<ledger::Accounts> accounts;  // by unit, of all partitions
    Instant until;
};

/// Decides again under the recorded programmes and compares.
class Unchanged {
  public:
    Unchanged(const BrandFile& file, RehearsalPorts ports);
    ~Unchanged();
    /// Records in the order of each partition; what the chain ignores is ignored.
    Result<void> take(const StoredRecord& stored);
    [[nodiscard]] UnchangedReport report() const;

  private:
    struct Part;
    Result<void> compare(Part& part, const codec::Asked& asked, std::string_view bytes);
    Result<void> tell_difference(Part& part, const engine::Decision& decision, std::string_view bytes);

    RehearsalPorts ports_;
    Versions versions_;
    std::vector<std::unique_ptr<Part>> parts_;
    UnchangedReport report_;
    std::string encoded_;
    std::vector<codec::Touched> touched_;
};

/// Two numbers side by side: what was, and what would have been.
template <typename Number>
struct Beside {
    Number was{};
    Number would{};
};

struct DraftedReport {
    struct UnitTotals {
        Quantity granted;
        Quantity taken_back;
        Quantity spent;
        Quantity expired;
        Quantity liability;  // posted to members at the end
        Quantity debt;
    };
    struct Mover {
        MemberId member;
        Beside<Quantity> posted;
    };
    struct PerUnit {
        std::string code;
        Beside<UnitTotals> totals;
        std::map<std::string, Beside<Quantity>> by_rule;  // granted less taken back; "" = no rule
        std::map<std::string, Cause> causes;              // of each of these rules that comes out otherwise
        std::map<std::string, Beside<Quantity>> by_cost_centre;  // granted; "" = none
        std::uint64_t winners = 0;
        std::uint64_t losers = 0;
        std::uint64_t same = 0;
        std::vector<Mover> gained;  // the ten that gain most
        std::vector<Mover> lost;    // the ten that lose most
    };
    struct PerLadder {
        std::string code;
        std::vector<std::string> tiers;  // that anybody stands or would stand on, lowest first; "" = none
        std::map<std::pair<std::string, std::string>, std::uint64_t> moves;  // (was, would) -> members
        struct Move {
            MemberId member;
            std::string was;
            std::string would;
        };
        std::vector<Move> movers;  // the first twenty that would stand elsewhere, by member
    };
    std::uint64_t records = 0;
    std::uint64_t commands = 0;
    std::uint64_t members = 0;
    std::uint64_t bytes = 0;
    std::vector<PerUnit> units;
    std::vector<PerLadder> ladders;
    std::map<std::string, std::uint64_t> refused;  // accepted then, refused under the draft, by reason
    std::uint64_t conditions_unknown =
        0;  // read personal attributes and were never recorded: taken as not held
    Instant until;
};

/// Decides again under a draft and tells both apart.
class Drafted {
  public:
    /// The document is the one that `draft` was compiled from.
    Drafted(const BrandFile& file, RehearsalPorts ports, std::shared_ptr<const programme::Programme> draft,
            Value document);
    ~Drafted();
    Result<void> take(const StoredRecord& stored);
    /// Ends both: what fell due by the last record's time is settled. Call once.
    Result<DraftedReport> finish();

  private:
    struct Part;
    struct Tally;
    using FollowUpKey = std::pair<PartitionId, Lsn>;
    bool is_ready(const codec::Record& record) const;
    void decide(Part& part, const codec::Record& record);
    void run(Part& part, const engine::Command& command, const codec::Header& header,
             const std::vector<engine::ConditionTruth>& truths);
    std::vector<engine::ConditionTruth> truths_of(const codec::Record& record) const;
    Result<void> start();
    void settle(Part& part);

    RehearsalPorts ports_;
    Versions versions_;
    std::shared_ptr<const programme::Programme> draft_;
    Value document_;
    std::shared_ptr<const programme::Programme> numbered_;
    std::vector<std::unique_ptr<Part>> parts_;
    std::unique_ptr<Tally> was_;
    std::unique_ptr<Tally> would_;
    std::map<FollowUpKey, std::deque<engine::FollowUp>> under_way_;
    std::deque<engine::FollowUp> now_;  // decided at once
    std::uint64_t steps_ = 0;
    bool is_deciding_ = false;
    DraftedReport report_;
};

}  // namespace banyan::runtime
