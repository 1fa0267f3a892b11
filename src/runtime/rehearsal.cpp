// SPDX-License-Identifier: Apache-2.0
#include "runtime/rehearsal.h"

#include <algorithm>

namespace banyan::runtime {

using engine::EntityId;
using engine::EntityState;

Result<void> Versions::learn(const engine::ProgrammeActivated& activated) {
    if (programmes_.contains(activated.version)) return {};
    const Value document = TRY(ports_.parse_document(activated.document));
    const auto compiled =
        TRY(programme::compile(document, activated.version, *ports_.calendar, ports_.regex));
    programmes_.emplace(activated.version, programme::numbered(*compiled, numbers_));
    documents_.emplace(activated.version, document);
    return {};
}

const programme::Programme* Versions::find(ProgrammeVersion version) const {
    const auto found = programmes_.find(version);
    return found != programmes_.end() ? found->second.get() : nullptr;
}

const programme::Programme* Versions::newest() const {
    return programmes_.empty() ? nullptr : programmes_.rbegin()->second.get();
}

Lsn World::load(EntityId id, EntityState& state) {
    const auto found = entities_.find(id);
    if (found == entities_.end()) return {};
    Held& held = found->second;
    given_.emplace_back(id, &held);
    if (giving_ == Giving::lent)
        state = std::move(held.state);
    else
        state = held.state;
    return held.lsn;
}

void World::keep(engine::Workspace& workspace, Lsn lsn) {
    for (engine::Workspace::Slot& slot : workspace.slots()) {
        if (!slot.changed && (giving_ == Giving::copied || slot.lsn.value == 0)) continue;
        const auto given = std::find_if(given_.begin(), given_.end(),
                                        [&](const auto& each) { return each.first == slot.id; });
        Held& held = given != given_.end() ? *given->second : entities_[slot.id];
        held.state = std::move(slot.state);
        if (slot.changed) held.lsn = lsn;
    }
    given_.clear();
}

void World::apply(const codec::Record& record) {
    for (const engine::Fact& fact : record.facts) {
        const auto [found, is_new] = entities_.try_emplace(fact.entity);
        if (is_new) found->second.state = engine::empty_state(fact.entity);
        engine::apply(found->second.state, fact.body, record.header.lsn, record.header.programme);
        found->second.lsn = record.header.lsn;
    }
}

const EntityState* World::find(EntityId id) const {
    const auto found = entities_.find(id);
    return found != entities_.end() ? &found->second.state : nullptr;
}

struct Unchanged::Part {
    Part(PartitionId part, std::vector<codec::JournalId> lineage)
        : id(part), chain(part, std::move(lineage)) {}
    PartitionId id;
    Chain chain;
    World world;
    bool differs = false;
};

Unchanged::Unchanged(const BrandFile& file, RehearsalPorts ports)
    : ports_(std::move(ports)), versions_(ports_) {
    for (std::uint16_t id = 0; id < file.partitions; ++id)
        parts_.push_back(std::make_unique<Part>(PartitionId{id}, file.lineage()));
}

Unchanged::~Unchanged() = default;

namespace {

Error foreign(const StoredRecord& stored) {
    return Error::corrupt("the journal has partition " + std::to_string(stored.partition.value) +
                              ", which the brand was not created with",
                          "journal");
}

std::string words_of(const engine::Fact* fact) {
    if (fact == nullptr) return "nothing more";
    std::string words = "kind " + std::to_string(fact->body.index());
    if (const auto* wallet = std::get_if<ledger::WalletFact>(&fact->body)) {
        constexpr const char* names[] = {"granted",     "released", "expired",  "spent",  "restored",
                                         "held",        "freed",    "revoked",  "drawn",  "owed",
                                         "rescheduled", "given",    "received", "stirred"};
        static_assert(std::size(names) == std::variant_size_v<ledger::WalletFact>);
        words = names[wallet->index()];
    }
    if (const auto* standing = std::get_if<engine::StandingChanged>(&fact->body))
        words = "tier " + std::to_string(standing->tier.value) + " of ladder " +
                std::to_string(standing->ladder.value);
    if (const auto leg = engine::leg_of(fact->body))
        words += " " + std::to_string(leg->amount.value()) + " of unit " + std::to_string(leg->unit.value);
    if (fact->entity.kind == engine::EntityKind::member)
        words += " for " + to_text(MemberId{fact->entity.low});
    return words;
}

// The facts of one side in the bytes of the other's record, so that facts are compared as they would be stored.
std::string bytes_of(const engine::Fact& fact) {
    codec::Record alone;
    alone.touched.push_back({fact.entity, {}});
    alone.facts.push_back(fact);
    std::string bytes;
    codec::encode(alone, bytes);
    return bytes;
}

bool is_activation(const engine::Command& command) {
    return std::holds_alternative<engine::ActivateProgramme>(command.body);
}

}  // namespace

std::optional<std::pair<std::string, std::string>> first_difference(
    const std::vector<engine::Fact>& recorded, const std::vector<engine::Fact>& decided) {
    for (std::size_t i = 0; i < std::max(recorded.size(), decided.size()); ++i) {
        const engine::Fact* was = i < recorded.size() ? &recorded[i] : nullptr;
        const engine::Fact* is = i < decided.size() ? &decided[i] : nullptr;
        if (was != nullptr && is != nullptr && bytes_of(*was) == bytes_of(*is)) continue;
        return std::pair{words_of(was), words_of(is)};
    }
    return std::nullopt;
}

Result<void> Unchanged::take(const StoredRecord& stored) {
    if (stored.partition.value >= parts_.size()) return foreign(stored);
    Part& part = *parts_[stored.partition.value];
    const codec::Asked asked = TRY(codec::decode_asked(stored.bytes));
    if (TRY(part.chain.offer(asked.header, ports_.digest->sha256(stored.bytes))) == Chain::Verdict::ignore)
        return {};
    if (is_activation(asked.command)) {
        const codec::Record record = TRY(codec::decode(stored.bytes));
        for (const engine::Fact& fact : record.facts) {
            if (const auto* activated = std::get_if<engine::ProgrammeActivated>(&fact.body))
                TRY(versions_.learn(*activated));
        }
    }
    ++report_.records;
    report_.bytes += stored.bytes.size();
    if (!asked.command.id.is_zero()) ++report_.commands;
    report_.until = std::max(report_.until, asked.header.time);
    if (part.differs) return {};
    return compare(part, asked, stored.bytes);
}

// Facts are compared as bytes: what was recorded is read only where they are not the same.
Result<void> Unchanged::compare(Part& part, const codec::Asked& asked, std::string_view bytes) {
    const codec::Header& header = asked.header;
    engine::Context context;
    context.partition = part.id;
    context.partitions = static_cast<std::uint16_t>(parts_.size());
    context.lsn = header.lsn;
    context.now = header.time;
    context.programme = versions_.find(header.programme);
    context.calendar = ports_.calendar;
    context.truths = &asked.conditions;
    // Of what came from another partition a refusal is recorded, too.
    const bool may_be_refused = asked.command.origin.lsn.value != 0;
    part.world.give(may_be_refused ? World::Giving::copied : World::Giving::lent);
    engine::Workspace workspace(part.world);
    const engine::Decision decision = engine::decide(workspace, asked.command, context);

    touched_.clear();
    for (const engine::Workspace::Slot& slot : workspace.slots()) {
        if (slot.changed) touched_.push_back({slot.id, slot.lsn});
    }
    encoded_.clear();
    codec::encode(header, asked.command, touched_, decision, encoded_);
    if (encoded_ != bytes) TRY(tell_difference(part, decision, bytes));
    if (part.differs) return {};
    for (const engine::Fact& fact : decision.facts) report_.postings += engine::leg_of(fact.body) ? 1U : 0U;
    part.world.keep(workspace, header.lsn);
    return {};
}

// The facts are the ledger. What else a record says (its answer) may have been worded by an earlier release.
Result<void> Unchanged::tell_difference(Part& part, const engine::Decision& decision,
                                        std::string_view bytes) {
    const codec::Record record = TRY(codec::decode(bytes));
    auto differs = first_difference(record.facts, decision.facts);
    if (!differs) return {};
    if (decision.refusal != engine::Refusal::none && decision.facts.empty())
        differs->second = std::string("refused: ") + engine::name_of(decision.refusal);
    part.differs = true;
    report_.differences.push_back({part.id, record.header.lsn, record.header.time, std::move(differs->first),
                                   std::move(differs->second)});
    return {};
}

UnchangedReport Unchanged::report() const {
    UnchangedReport report = report_;
    const programme::Programme* newest = versions_.newest();
    if (newest == nullptr) return report;
    for (const ledger::Unit& unit : newest->units) {
        ledger::Accounts sum;
        sum.unit = unit.id;
        for (const auto& part : parts_) {
            const EntityState* state = part->world.find(engine::entity_of_accounts(unit.id));
            if (state == nullptr) continue;
            for (std::size_t i = 0; i < ledger::account_count; ++i)
                sum.balance[i] += std::get<ledger::Accounts>(*state).balance[i];
        }
        report.accounts.push_back(sum);
    }
    return report;
}

}  // namespace banyan::runtime
