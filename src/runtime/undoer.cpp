// SPDX-License-Identifier: Apache-2.0
#include "runtime/undoer.h"

#include <algorithm>

#include "runtime/brand.h"
#include "runtime/history.h"

namespace banyan::runtime {

namespace {

using engine::Job;
using engine::JobState;

// Whoever asks meanwhile waits for a step of every partition of the thread: reading is cheap, deciding is not.
constexpr std::uint64_t records_a_step = 256;
constexpr std::uint64_t compensations_a_step = 16;

bool is_under_way(JobState state) { return state == JobState::previewing || state == JobState::running; }

// The partition's state with what a preview has changed of it.
class Overlay final : public engine::Source {
  public:
    explicit Overlay(engine::Source& below) : below_(below) {}
    Lsn load(engine::EntityId id, engine::EntityState& state) override {
        const auto found = changed_.find(id);
        if (found == changed_.end()) return below_.load(id, state);
        state = found->second;
        return {1};  // it has facts
    }
    void take(const engine::Workspace& workspace) {
        for (const engine::Workspace::Slot& slot : workspace.slots()) {
            if (slot.changed) changed_[slot.id] = slot.state;
        }
    }

  private:
    engine::Source& below_;
    std::map<engine::EntityId, engine::EntityState> changed_;
};

}  // namespace

bool Undoer::step() {
    bool any = false;
    for (Partition* partition : shard_.partitions()) {
        for (const auto& [number, state] : partition->jobs()) {
            if (brand_.writes_stopped()) return any;
            if (!is_under_way(state)) {
                readings_.erase({partition->id(), number});
                continue;
            }
            Reading& reading = readings_[{partition->id(), number}];
            if (reading.job.name.empty() || reading.state != state) {
                engine::Workspace workspace(partition->entities());
                const auto& job = workspace.read<Job>(engine::entity_of_job(number));
                reading = {};
                reading.state = state;
                reading.job = job.opened;
                const bool goes_on = state == JobState::running && job.reached.value != 0;
                reading.next = goes_on ? job.reached : job.opened.head;
                reading.began = brand_.ports().clock->monotonic();
            }
            step(*partition, number, reading);
            any = true;
        }
    }
    return any;
}

void Undoer::step(Partition& partition, std::uint64_t number, Reading& reading) {
    partition.raise_floor(partition.now(brand_.now()));
    const auto done = reading.state == JobState::running ? undo(partition, number, reading)
                      : reading.next.value != 0          ? find(partition, reading)
                                                         : preview(partition, number, reading);
    if (!done.ok()) brand_.fail(done.error());
}

engine::Command Undoer::command_of(Partition& partition, std::uint64_t number, Lsn record,
                                   const Undoing& undoing) const {
    const std::string name = std::to_string(partition.id().value) + "/" + std::to_string(record.value) + "/" +
                             std::to_string(undoing.ordinal);
    const auto words = brand_.ports().secrets->keyed("command", "#undo", name);  // no client's word begins so
    engine::Command command;
    command.id = {words[0], words[1]};
    command.fingerprint = {words[0], words[1]};
    command.member = undoing.member;
    command.occurred_at = partition.now(brand_.now());
    command.body = engine::Undo{number, record, undoing.cost_centre, undoing.what};
    return command;
}

// False when it was done before, or there is nothing left to do.
Result<bool> Undoer::compensate(Partition& partition, const engine::Command& command) {
    if (brand_.is_quarantined(command.fingerprint)) return false;
    if (TRY(brand_.ids().find_or_reserve(command.id))) return false;
    const Partition::Executed executed = shard_.execute(partition, command);
    if (executed.refusal == engine::Refusal::none) return true;
    brand_.ids().release(command.id);
    return false;
}

Result<void> Undoer::undo(Partition& partition, std::uint64_t number, Reading& reading) {
    std::uint64_t compensated = 0;
    for (std::uint64_t i = 0; i < records_a_step && compensated < compensations_a_step; ++i) {
        if (reading.next.value == 0) {
            tell(partition, number, engine::JobMoved{JobState::done});
            return {};
        }
        const codec::Record record = TRY(record_at(partition, *brand_.ports().journal, reading.next));
        for (const Undoing& undoing : undoings_of(record, reading.job.scope).steps) {
            if (TRY(compensate(partition, command_of(partition, number, reading.next, undoing))))
                ++compensated;
        }
        --reading.next.value;
        ++reading.here;
    }
    return {};
}

Result<void> Undoer::find(Partition& partition, Reading& reading) {
    for (std::uint64_t i = 0; i < records_a_step && reading.next.value != 0; ++i) {
        const codec::Record record = TRY(record_at(partition, *brand_.ports().journal, reading.next));
        const Undoings undoings = undoings_of(record, reading.job.scope);
        if (undoings.is_kept) ++reading.tally.kept;
        for (const Undoing& undoing : undoings.steps)
            reading.found.emplace_back(undoing.member, reading.next);
        --reading.next.value;
        ++reading.here;
    }
    if (reading.next.value != 0) return {};
    // By member, and of each what was done last comes first.
    std::sort(reading.found.begin(), reading.found.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.second > b.second;
    });
    reading.found.erase(std::unique(reading.found.begin(), reading.found.end()), reading.found.end());
    return {};
}

Result<void> Undoer::preview(Partition& partition, std::uint64_t number, Reading& reading) {
    const std::size_t begin = reading.decided;
    while (reading.decided - begin < compensations_a_step) {
        if (reading.decided == reading.found.size()) {
            tell(partition, number, engine::JobPreviewed{reading.tally});
            return {};
        }
        TRY(preview_member(partition, number, reading));
    }
    return {};
}

Result<void> Undoer::preview_member(Partition& partition, std::uint64_t number, Reading& reading) {
    const MemberId member = reading.found[reading.decided].first;
    Overlay overlay(partition.entities());
    engine::Context context = partition.context(partition.now(brand_.now()));
    const auto programme = partition.programme_at(context.now);
    context.programme = programme.get();
    context.opened = TRY(brand_.profiles().opened_for(partition, member));
    bool any = false;
    while (reading.decided < reading.found.size() && reading.found[reading.decided].first == member) {
        const Lsn lsn = reading.found[reading.decided++].second;
        ++reading.here;
        const codec::Record record = TRY(record_at(partition, *brand_.ports().journal, lsn));
        for (const Undoing& undoing : undoings_of(record, reading.job.scope).steps) {
            if (undoing.member != member) continue;
            const engine::Command command = command_of(partition, number, lsn, undoing);
            if (TRY(brand_.ids().find(command.id))) continue;  // an earlier job took it back
            engine::Workspace workspace(overlay);
            const engine::Decision decision = engine::decide(workspace, command, context);
            if (decision.refusal != engine::Refusal::none) continue;
            overlay.take(workspace);
            any = true;
            for (const engine::Fact& fact : decision.facts) {
                const auto* changed = std::get_if<engine::JobChanged>(&fact.body);
                if (changed != nullptr)
                    engine::add(reading.tally, std::get<engine::JobStepped>(changed->fact).more);
            }
        }
    }
    if (any) ++reading.tally.members;
    return {};
}

void Undoer::tell(Partition& partition, std::uint64_t number, decltype(engine::TellJob::what) what) {
    engine::Command command;
    command.occurred_at = partition.now(brand_.now());
    command.body = engine::TellJob{number, std::move(what), engine::TellJob::Reach::here};
    shard_.execute(partition, command);
}

Undoer::Walk Undoer::walk(PartitionId partition, std::uint64_t number, const Job& job) const {
    Walk walk;
    walk.records = job.opened.head.value;
    const auto found = readings_.find({partition, number});
    if (found != readings_.end() && found->second.state == job.state) {
        const Reading& reading = found->second;
        walk.records += reading.found.size();
        walk.walked = walk.records - reading.next.value - (reading.found.size() - reading.decided);
        walk.here = reading.here;
        walk.began = reading.began;
        return walk;
    }
    if (job.state == JobState::done || job.state == JobState::previewed)
        walk.walked = walk.records;
    else if (job.reached.value != 0)
        walk.walked = walk.records - job.reached.value;
    return walk;
}

}  // namespace banyan::runtime
