// SPDX-License-Identifier: Apache-2.0
#include "runtime/partition.h"

#include <algorithm>

#include "runtime/publishing.h"

namespace banyan::runtime {

using engine::EntityId;

namespace {

// Commands that do not depend on the time do not move it: a brand created today can still import its history.
bool moves_time(const engine::CommandBody& body) {
    return !std::holds_alternative<engine::OpenEpoch>(body) &&
           !std::holds_alternative<engine::SetClock>(body) &&
           !std::holds_alternative<engine::ActivateProgramme>(body);
}

}  // namespace

KeyedId completion_of(KeyedId id) { return {id.high ^ 0xC0311E7E00000000U, id.low}; }

Partition::Partition(PartitionId id, const Shared& shared, Store& store, std::uint8_t table)
    : id_(id), shared_(shared), entities_(id, store, table, *shared.digest), chain_(id, shared.lineage) {}

Instant Partition::now(Instant clock) const {
    if (clock_mode_ == engine::ClockMode::history) return std::max(time_, floor_);
    return std::max({time_, floor_, clock});
}

engine::Context Partition::context(Instant now) const {
    engine::Context context;
    context.partition = id_;
    context.partitions = shared_.partitions;
    context.lsn = {chain_.head().value + 1};
    context.now = now;
    context.programme = programme_at(now).get();
    context.calendar = shared_.calendar;
    return context;
}

Partition::Executed Partition::execute(const engine::Command& command, const engine::Opened& opened,
                                       Instant clock) {
    Instant at = time_;
    if (moves_time(command.body)) {
        // History's clock follows the rows: what is imported happens when it happened.
        const bool history = clock_mode_ == engine::ClockMode::history && command.origin.lsn.value == 0;
        at = history ? std::max(now(clock), command.occurred_at) : now(clock);
    }
    engine::Context around = context(at);
    around.opened = opened;
    engine::Workspace workspace(entities_);
    engine::Decision decision = engine::decide(workspace, command, around);

    Executed executed;
    executed.refusal = decision.refusal;
    executed.detail = std::move(decision.detail);
    executed.time = at;
    executed.saw = chain_.head();
    const bool refused = decision.refusal != engine::Refusal::none;
    const bool nothing = decision.facts.empty() && (refused || command.id.is_zero());
    if (nothing) return executed;

    codec::Header header = {shared_.lineage.back(),
                            id_,
                            around.lsn,
                            durable_,
                            chain_.epoch(),
                            at,
                            codec::feature_level,
                            around.programme != nullptr ? around.programme->version : ProgrammeVersion{},
                            chain_.hash()};
    if (const auto* epoch = std::get_if<engine::OpenEpoch>(&command.body)) header.epoch = epoch->number;
    std::vector<codec::Touched> touched;
    touched.reserve(workspace.slots().size());
    for (const engine::Workspace::Slot& slot : workspace.slots()) {
        if (slot.changed) touched.push_back({slot.id, slot.lsn});
    }
    std::string bytes;
    codec::encode(header, command, touched, decision, bytes);
    chain_.advance(header.epoch, shared_.digest->sha256(bytes));
    time_ = at;
    adopt(workspace, around.lsn, command, decision.answer.pending, decision.facts, decision.follow_ups);
    unwritten_.emplace_back(around.lsn, std::move(bytes));
    executed.lsn = around.lsn;
    executed.answer = std::move(decision.answer);
    return executed;
}

// Takes the decided state over and notices what the partition itself must know.
void Partition::adopt(engine::Workspace& workspace, Lsn lsn, const engine::Command& command, bool is_pending,
                      const std::vector<engine::Fact>& facts,
                      const std::vector<engine::FollowUp>& follow_ups) {
    for (const engine::Workspace::Slot& slot : workspace.slots()) {
        if (slot.changed) entities_.put(slot.id, slot.state, lsn, slot.lsn);
    }
    for (const engine::Fact& fact : facts) {
        const auto noticed = notice(fact);
        ASSERT(noticed.ok());  // A document that does not compile is refused before it becomes a command.
    }
    if (!command.id.is_zero()) shared_.ids->accept(command.id, {id_, lsn, command.fingerprint});
    if (!command.completes.is_zero() && !is_pending)
        shared_.ids->accept(completion_of(command.completes), {id_, lsn, command.fingerprint});
    for (const engine::FollowUp& follow_up : follow_ups) {
        outgoing_.push_back({id_, lsn, follow_up.command.origin.ordinal, follow_up});
        in_flight_.emplace_back(Step{lsn, follow_up.command.origin.ordinal}, follow_up.target);
    }
}

Result<void> Partition::notice(const engine::Fact& fact) {
    if (const auto* clock = std::get_if<engine::ClockSet>(&fact.body)) clock_mode_ = clock->mode;
    if (const auto* epoch = std::get_if<engine::EpochOpened>(&fact.body)) epoch_number_ = epoch->number;
    if (const auto* activated = std::get_if<engine::ProgrammeActivated>(&fact.body))
        TRY(learn(activated->version, activated->document));
    if (const auto* changed = std::get_if<engine::JobChanged>(&fact.body)) {
        engine::JobState& state = jobs_[fact.entity.low];
        if (const auto* opened = std::get_if<engine::JobOpened>(&changed->fact)) state = opened->state;
        if (std::holds_alternative<engine::JobPreviewed>(changed->fact)) state = engine::JobState::previewed;
        if (const auto* moved = std::get_if<engine::JobMoved>(&changed->fact)) state = moved->state;
    }
    return {};
}

Result<void> Partition::learn(ProgrammeVersion version, const std::string& document) {
    if (version.value <= versions_.size()) return {};  // the checkpoint was ahead of this record
    const auto compiled = TRY(shared_.compile(document, version));
    const Instant since = published_since(document).value_or(instant_min);
    versions_.push_back({since, document, programme::numbered(*compiled, numbers_)});
    return {};
}

std::shared_ptr<const programme::Programme> Partition::programme_at(Instant at) const {
    const auto later = std::find_if(versions_.rbegin(), versions_.rend(),
                                    [at](const Version& version) { return version.since <= at; });
    return later != versions_.rend() ? later->programme : nullptr;
}

Result<std::vector<limits::Period>> Partition::limits_to_review(Instant now) {
    std::vector<limits::Period> periods;
    const auto programme = programme_at(now);
    if (programme == nullptr || programme->version == reviewed_) return periods;
    reviewed_ = programme->version;
    const bool has_shared =
        std::any_of(programme->limits.begin(), programme->limits.end(),
                    [](const limits::Limit& limit) { return limit.scope == limits::Scope::shared; });
    if (!has_shared) return periods;
    TRY(entities_.each_of(engine::EntityKind::limit_owner, [&](engine::EntityId id, Lsn, std::string_view) {
        periods.push_back(engine::period_of_number(id.low));
    }));
    std::sort(periods.begin(), periods.end());
    return periods;
}

void Partition::set_durable() {
    durable_ = chain_.head();
    unwritten_.clear();
}

const std::string* Partition::unwritten_record(Lsn lsn) const {
    for (const auto& [number, bytes] : unwritten_) {
        if (number == lsn) return &bytes;
    }
    return nullptr;
}

Lsn Partition::first_in_flight(Lsn otherwise, const Taken& taken) {
    while (!in_flight_.empty() && taken(in_flight_.front().second) >= in_flight_.front().first)
        in_flight_.pop_front();
    return in_flight_.empty() ? otherwise : std::min(otherwise, in_flight_.front().first.lsn);
}

std::vector<Outgoing> Partition::take_outgoing() { return std::exchange(outgoing_, {}); }

Result<void> Partition::replay(std::string_view bytes) {
    const codec::Header header = TRY(codec::decode_header(bytes));
    const auto verdict = TRY(chain_.offer(header, shared_.digest->sha256(bytes)));
    if (verdict == Chain::Verdict::ignore) return {};
    codec::Record record = TRY(codec::decode(bytes));
    engine::assert_balanced(record.facts);
    engine::Workspace workspace(entities_);
    for (const codec::Touched& touched : record.touched) {
        const Lsn has = entities_.lsn_of(touched.entity);
        if (has >= header.lsn) continue;  // the checkpoint is ahead of this record
        if (has != touched.previous)
            return Error::corrupt("partition " + std::to_string(id_.value) + ", record " +
                                      std::to_string(header.lsn.value) +
                                      ": an entity's last change is not the one the record names",
                                  "journal");
        for (const engine::Fact& fact : record.facts) {
            if (fact.entity == touched.entity) workspace.apply(fact, header.lsn, header.programme);
        }
    }
    time_ = std::max(time_, header.time);
    adopt(workspace, header.lsn, record.command, record.answer.pending, record.facts, record.follow_ups);
    durable_ = chain_.head();
    return {};
}

Result<void> Partition::restore() {
    engine::Workspace workspace(entities_);
    clock_mode_ = workspace.read<engine::PartitionState>(engine::partition_entity()).clock;
    for (ProgrammeVersion version{1}; workspace.exists(engine::entity_of_version(version)); ++version.value) {
        const auto& published =
            workspace.read<engine::PublishedProgramme>(engine::entity_of_version(version));
        TRY(learn(published.version, published.document));
    }
    std::vector<engine::EntityId> jobs;
    TRY(entities_.each_of(engine::EntityKind::job,
                          [&](engine::EntityId id, Lsn, std::string_view) { jobs.push_back(id); }));
    for (const engine::EntityId id : jobs) jobs_[id.low] = workspace.read<engine::Job>(id).state;
    return {};
}

MemberId Partition::next_member() {
    engine::Workspace workspace(entities_);
    const auto& state = workspace.read<engine::PartitionState>(engine::partition_entity());
    return {(state.members + 1) << 16U | id_.value};
}

engine::Cursor Partition::cursor(PartitionId source) {
    engine::Workspace workspace(entities_);
    return workspace.read<engine::Cursor>(engine::entity_of_cursor(source));
}

std::uint64_t Partition::last_epoch_number() {
    engine::Workspace workspace(entities_);
    return workspace.read<engine::PartitionState>(engine::partition_entity()).epoch;
}

}  // namespace banyan::runtime
