// SPDX-License-Identifier: Apache-2.0
#include "runtime/shard.h"

#include <algorithm>
#include <chrono>

#include "runtime/brand.h"
#include "runtime/quarantine.h"

namespace banyan::runtime {

Shard::Shard(Brand& brand, std::uint32_t log)
    : brand_(brand),
      log_(log),
      reception_(brand, *this, releases_),
      checkpointer_(brand, *this),
      backfiller_(brand, *this),
      undoer_(brand, *this) {}

bool Shard::push(RequestOp& op) { return push(std::span(&op, 1)) == 1; }

std::size_t Shard::push(std::span<RequestOp> ops) {
    std::size_t taken = 0;
    bool is_enough = false;
    {
        const std::lock_guard lock(mutex_);
        while (taken < ops.size() && waiting_.requests.size() < brand_.options().queue_max)
            waiting_.requests.push_back(std::move(ops[taken++]));
        is_enough = taken > 0 && waiting_.requests.size() >= enough_;
    }
    numbers_.overloaded += ops.size() - taken;
    if (is_enough) wakeup_.notify_one();
    return taken;
}

void Shard::push(TaskOp task) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.tasks.push_back(std::move(task));
    }
    wakeup_.notify_one();
}

void Shard::push(Outgoing follow_up) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.follow_ups.push_back(std::move(follow_up));
    }
    wakeup_.notify_one();
}

void Shard::wait(Duration at_most) {
    std::unique_lock lock(mutex_);
    wakeup_.wait_for(lock, std::chrono::microseconds(at_most.microseconds),
                     [this] { return !waiting_.empty(); });
}

// Whoever was just answered tends to ask again at once, and a batch that leaves without them makes them wait for a whole
// sync: up to a quarter of one is spent on having them along.
void Shard::gather() {
    const Duration patience{last_append_.microseconds / 4};
    if (patience.microseconds < 50) return;
    std::unique_lock lock(mutex_);
    if (waiting_.requests.empty()) return;  // a read by itself waits for no sync
    enough_ = under_way_;
    wakeup_.wait_for(lock, std::chrono::microseconds(patience.microseconds),
                     [this] { return waiting_.requests.size() >= enough_; });
    enough_ = 1;
}

void Shard::wake() { wakeup_.notify_one(); }

Shard::Work Shard::take_work() {
    Work work;
    const std::lock_guard lock(mutex_);
    work.tasks.swap(waiting_.tasks);
    work.follow_ups.swap(waiting_.follow_ups);
    const std::size_t most = brand_.options().batch_max;
    if (waiting_.requests.size() <= most) {
        work.requests.swap(waiting_.requests);
    } else {
        const auto end = waiting_.requests.begin() + static_cast<std::ptrdiff_t>(most);
        std::move(waiting_.requests.begin(), end, std::back_inserter(work.requests));
        waiting_.requests.erase(waiting_.requests.begin(), end);
    }
    numbers_.queue = waiting_.requests.size();
    return work;
}

// Under a clock that cannot be trusted nothing is decided any more: requests are turned away, steps between partitions
// wait for the restart (they are in the journal).
void Shard::turn_away(Work& work) {
    for (RequestOp& op : work.requests) {
        Outcome outcome;
        outcome.status = Outcome::Status::stopped;
        outcome.detail = brand_.not_ready_because();
        outcome.retry_after = seconds(5);
        releases_.answer(std::move(op.done), std::move(outcome));
    }
    work.requests.clear();
    work.follow_ups.clear();
}

bool Shard::step() {
    Work work = take_work();
    const bool had_work = !work.empty();
    if (brand_.clock_jumped()) turn_away(work);
    prefetch(work);
    // Follow-ups first: they finish what others wait for.
    for (const Outgoing& follow_up : work.follow_ups) reception_.take(follow_up);
    for (RequestOp& op : work.requests) reception_.take(std::move(op));
    sweep();
    const bool filled = backfiller_.step();
    const bool undid = undoer_.step();
    for (TaskOp& task : work.tasks) {
        if (auto release = task()) releases_.then(std::move(release));
    }
    const bool wrote = commit();
    if (wrote || had_work) {
        measure();
        checkpointer_.step();
    }
    return had_work || wrote || filled || undid;
}

void Shard::prefetch(const Work& work) {
    std::map<PartitionId, std::vector<engine::EntityId>> wanted;
    for (const RequestOp& op : work.requests) {
        const MemberId member = member_of(brand_.directory(), op);
        if (member.value != 0) wanted[partition_of(member)].push_back(engine::entity_of(member));
    }
    for (const auto& [partition, ids] : wanted) {
        if (partition.value >= brand_.partition_count() || &brand_.shard_of(partition) != this) continue;
        if (const auto fetched = brand_.partition(partition).entities().prefetch(ids); !fetched.ok())
            brand_.fail(fetched.error());
    }
}

Partition::Executed Shard::execute(Partition& partition, const engine::Command& command) {
    const UnderDecision note(command.fingerprint);
    ++numbers_.commands;
    engine::Opened opened;
    // What settles by itself asks no rule.
    if (!std::holds_alternative<engine::Settle>(command.body)) {
        const auto found = brand_.profiles().opened_for(partition, command.member);
        if (found.ok())
            opened = *found;
        else
            brand_.fail(found.error());
    }
    return partition.execute(command, opened, brand_.now());
}

// One append for the whole batch; then everything the batch saw is durable and its answers may leave.
bool Shard::commit() {
    // After a failure nobody knows what is on the disk: this process writes nothing and lets no answer go any more.
    if (brand_.failed()) {
        releases_.clear();
        return false;
    }
    std::vector<StoredRecord> batch;
    for (const Partition* partition : partitions_) {
        for (const auto& [lsn, bytes] : partition->unwritten())
            batch.push_back({partition->id(), lsn, bytes});
    }
    if (const auto rows = brand_.directory().write_rows(); !rows.ok()) {
        brand_.fail(rows.error());
        return false;
    }
    // Vault before fact: the versions that this batch's facts name.
    if (const auto kept = brand_.ports().vault->sync(); !kept.ok()) {
        brand_.fail(kept.error());
        return false;
    }
    if (!batch.empty()) {
        const Duration began = brand_.ports().clock->monotonic();
        if (const auto appended = brand_.ports().journal->append(log_, batch); !appended.ok()) {
            brand_.fail(
                appended.error());  // nobody knows what is on the disk: no answer of this batch leaves
            releases_.clear();
            return false;
        }
        ++numbers_.batches;
        appended_since_seal_ = true;
        last_commit_ = brand_.ports().clock->monotonic();
        last_append_ = {last_commit_.microseconds - began.microseconds};
        checkpointer_.note(batch.size());
    } else if (appended_since_seal_ && brand_.ports().clock->monotonic() - last_commit_ > milliseconds(500)) {
        appended_since_seal_ = false;
        if (const auto sealed = brand_.ports().journal->seal(log_); !sealed.ok()) brand_.fail(sealed.error());
    }
    for (Partition* partition : partitions_) {
        if (!partition->unwritten().empty()) partition->set_durable();
        for (Outgoing& outgoing : partition->take_outgoing())
            brand_.shard_of(outgoing.follow_up.target).push(std::move(outgoing));
    }
    {
        const std::lock_guard lock(mutex_);
        under_way_ = std::min(waiting_.requests.size() + releases_.size(), brand_.options().batch_max);
    }
    // An answer may push new work here; it waits for the next step.
    releases_.let_go();
    return !batch.empty();
}

// What fell due is settled in slices, so that the sweep never holds up the queue for long, also on the day on which a
// million scores are settled.
void Shard::sweep() {
    const std::size_t slice = std::max<std::size_t>(512 / partitions_.size(), 16);
    for (Partition* partition : partitions_) {
        if (partition->programme() == nullptr || brand_.writes_stopped()) continue;
        const Instant now = partition->now(brand_.now());
        review_limits(*partition, now);
        if (!partition->entities().any_due(now)) continue;
        for (const MemberId member : partition->entities().take_due(now, slice)) {
            engine::Command settle;
            settle.member = member;
            settle.occurred_at = now;
            settle.body = engine::Settle{};
            execute(*partition, settle);
            ++numbers_.settled;
        }
    }
}

// A limit that was raised serves who waits, one that was lowered recalls what is lent: not only when somebody asks.
void Shard::review_limits(Partition& partition, Instant now) {
    const auto periods = partition.limits_to_review(now);
    if (!periods.ok()) return brand_.fail(periods.error());
    for (const limits::Period period : *periods) {
        engine::Command review;
        review.occurred_at = now;
        review.body = engine::ReviewLimit{period};
        execute(partition, review);
    }
}

void Shard::measure() {
    std::uint64_t resident_bytes = 0, resident = 0, dirty = 0;
    for (Partition* partition : partitions_) {
        resident_bytes += partition->entities().resident_bytes();
        resident += partition->entities().resident();
        dirty += partition->entities().dirty();
    }
    numbers_.resident_bytes = resident_bytes;
    numbers_.resident = resident;
    numbers_.dirty = dirty;
}

}  // namespace banyan::runtime
