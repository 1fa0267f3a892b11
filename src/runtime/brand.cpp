// SPDX-License-Identifier: Apache-2.0
#include "runtime/brand.h"

#include <algorithm>
#include <cmath>

#include "codec/archive.h"
#include "runtime/erasures.h"
#include "runtime/quarantine.h"

namespace banyan::runtime {

namespace {
constexpr std::uint8_t entities_table = 0;
constexpr std::uint8_t ids_table = 1;
constexpr Duration clock_skew_max = seconds(5);
}  // namespace

Brand::Brand(Ports ports, Options options)
    : ports_(ports),
      options_(std::move(options)),
      directory_(*ports.directory, *ports.secrets),
      ids_(*ports.checkpoints, ids_table),
      profiles_(*ports.vault, *ports.secrets, *ports.journal, options_.file.partitions),
      taken_(std::size_t{options_.file.partitions} * options_.file.partitions),
      filled_(options_.file.partitions) {
    shared_.lineage = options_.file.lineage();
    shared_.digest = ports.digest;
    shared_.calendar = ports.calendar;
    shared_.ids = &ids_;
    shared_.partitions = static_cast<std::uint16_t>(options_.file.partitions);
    shared_.compile = [this](
                          const std::string& document,
                          ProgrammeVersion version) -> Result<std::shared_ptr<const programme::Programme>> {
        const Value value = TRY(options_.parse_document(document));
        return programme::compile(value, version, *ports_.calendar, ports_.regex);
    };
    for (std::uint32_t log = 0; log < options_.shards; ++log)
        shards_.push_back(std::make_unique<Shard>(*this, log));
    for (std::uint16_t id = 0; id < options_.file.partitions; ++id) {
        partitions_.push_back(
            std::make_unique<Partition>(PartitionId{id}, shared_, *ports.checkpoints, entities_table));
        shard_of({id}).add(*partitions_.back());
    }
    wall_at_start_ = ports.clock->wall();
    monotonic_at_start_ = ports.clock->monotonic();
}

Brand::~Brand() {
    stop();
    note_assertions_on(nullptr);
}

void Brand::start() {
    started_ = true;
    if (options_.background_thread) {
        worker_ = std::thread([this] {
            std::unique_lock lock(work_mutex_);
            while (!work_over_ || !work_.empty()) {
                if (work_.empty()) {
                    work_wakeup_.wait(lock);
                    continue;
                }
                auto work = std::move(work_.front());
                work_.pop_front();
                lock.unlock();
                work();
                lock.lock();
            }
        });
    }
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        threads_.emplace_back([this, i] {
            Shard& shard = *shards_[i];
            while (!stopping_) {
                if (i == 0) check_world();
                shard.gather();
                if (!shard.step()) shard.wait(milliseconds(100));
            }
            while (shard.step()) {}  // what was accepted before the stop is finished
        });
    }
}

void Brand::stop() {
    if (stopping_.exchange(true)) return;
    const bool has_run = !threads_.empty();
    for (const auto& shard : shards_) shard->wake();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    if (worker_.joinable()) {
        {
            const std::lock_guard lock(work_mutex_);
            work_over_ = true;
        }
        work_wakeup_.notify_one();
        worker_.join();
    }
    // Without a mark behind it, damage to the last batch would pass for a torn end at the next start.
    for (std::uint32_t log = 0; has_run && !failed_ && log < shards_.size(); ++log) {
        if (const auto sealed = ports_.journal->seal(log); !sealed.ok()) fail(sealed.error());
    }
}

bool Brand::step_all() {
    check_world();
    bool worked = false;
    for (const auto& shard : shards_) worked = shard->step() || worked;
    return worked;
}

void Brand::background(std::function<void()> work) {
    if (!worker_.joinable()) return work();
    {
        const std::lock_guard lock(work_mutex_);
        work_.push_back(std::move(work));
    }
    work_wakeup_.notify_one();
}

// Looks at what may stop writes: the disk's reserve, a wall clock that jumped; and lets late waiters go.
void Brand::check_world() {
    expire_waiting();
    if (const auto space = ports_.disk->space(); space.ok() && space->total > 0) {
        const double free = static_cast<double>(space->free) / static_cast<double>(space->total);
        reserve_reached_ = free < options_.disk_reserve;
    }
    if (options_.test_clock) return;
    const Duration by_wall = ports_.clock->wall() - wall_at_start_;
    const Duration by_monotonic{ports_.clock->monotonic().microseconds - monotonic_at_start_.microseconds};
    const std::int64_t skew = by_wall.microseconds - by_monotonic.microseconds;
    if (skew > clock_skew_max.microseconds || skew < -clock_skew_max.microseconds) clock_jumped_ = true;
}

std::string Brand::stopped_because() const {
    if (failed_) return "the journal failed; the process must be restarted";
    if (stopping_) return "the server is stopping";
    if (reserve_reached_)
        return "the disk's reserve (" + std::to_string(std::lround(options_.disk_reserve * 100)) +
               " % free) is reached: free space, writes resume by themselves";
    if (clock_jumped_)
        return "the wall clock jumped by more than 5 seconds: check it, then restart the server to confirm";
    return {};
}

std::string Brand::not_ready_because() const {
    if (!started_) return "recovering";
    return stopped_because();
}

void Brand::fail(const Error& error) {
    failed_ = true;
    if (options_.fatal) options_.fatal(error);
}

Instant Brand::now() const {
    if (options_.test_clock) return {test_now_.load()};
    return ports_.clock->wall();
}

namespace {

void turn_away(RequestOp& op) {
    Outcome outcome;
    outcome.status = Outcome::Status::overloaded;
    outcome.detail = "the queue is full; ask again";
    outcome.retry_after = seconds(1);
    op.done(std::move(outcome));
}

}  // namespace

// The request as its shard takes it, or nothing when it was answered at once.
std::optional<RequestOp> Brand::admit(Request request, std::function<void(Outcome)> done) {
    Outcome outcome;
    if (std::string why = stopped_because(); !why.empty()) {
        outcome.status = Outcome::Status::stopped;
        outcome.detail = std::move(why);
        outcome.retry_after = seconds(5);
    } else if (request.subject.member.value == 0 && request.subject.identities.empty()) {
        outcome.status = Outcome::Status::invalid;
        outcome.detail = "say which member: a member id or at least one identity";
        outcome.where = "/member";
    } else {
        return op_of(directory_, std::move(request), std::move(done));
    }
    done(std::move(outcome));
    return std::nullopt;
}

// A first guess; the shard looks again, since only its thread may claim. What exists nowhere is refused by any of them.
std::size_t Brand::shard_for(const RequestOp& op) const {
    if (shards_.size() == 1) return 0;
    const MemberId member = member_of(directory_, op);
    const bool is_bind = std::holds_alternative<BindIdentity>(op.request.body);
    const PartitionId where = is_bind             ? home_of(op.keys.back())
                              : member.value == 0 ? home_of(op.keys.front())
                                                  : partition_of(member);
    return where.value % shards_.size();
}

void Brand::submit(Request request, std::function<void(Outcome)> done) {
    auto op = admit(std::move(request), std::move(done));
    if (op && !shards_[shard_for(*op)]->push(*op)) turn_away(*op);
}

void Brand::submit_all(std::span<Asked> all) {
    std::vector<std::vector<RequestOp>> queues(shards_.size());
    for (Asked& asked : all) {
        if (auto op = admit(std::move(asked.request), std::move(asked.done)))
            queues[shard_for(*op)].push_back(std::move(*op));
    }
    for (std::size_t i = 0; i < queues.size(); ++i) {
        const std::size_t taken = shards_[i]->push(queues[i]);
        for (RequestOp& op : std::span(queues[i]).subspan(taken)) turn_away(op);
    }
}

void Brand::wait_for(KeyedId completion, std::function<void(Outcome)> done, Outcome if_late) {
    const std::lock_guard lock(waiting_mutex_);
    const Duration until{ports_.clock->monotonic().microseconds + options_.pending_wait.microseconds};
    waiting_.emplace(completion, Waiting{std::move(done), std::move(if_late), until});
}

void Brand::complete(KeyedId completion, Outcome outcome) {
    std::vector<Waiting> ready;
    {
        const std::lock_guard lock(waiting_mutex_);
        const auto [begin, end] = waiting_.equal_range(completion);
        for (auto it = begin; it != end; ++it) ready.push_back(std::move(it->second));
        waiting_.erase(begin, end);
    }
    for (const Waiting& waiting : ready) {
        Outcome ended = outcome;
        ended.answer = engine::combined(waiting.if_late.answer, std::move(ended.answer));
        waiting.done(std::move(ended));
    }
}

void Brand::expire_waiting() {
    std::vector<Waiting> late;
    {
        const std::lock_guard lock(waiting_mutex_);
        const Duration now = ports_.clock->monotonic();
        for (auto it = waiting_.begin(); it != waiting_.end();) {
            if (it->second.until > now && !stopping_) {
                ++it;
                continue;
            }
            late.push_back(std::move(it->second));
            it = waiting_.erase(it);
        }
    }
    for (Waiting& waiting : late) waiting.done(std::move(waiting.if_late));
}

bool Brand::is_quarantined(Fingerprint fingerprint) const { return quarantined_.contains(fingerprint); }

void Brand::erase_soon(MemberId member, const members::Member& state) {
    Erasing erasing{member, {}, {}};
    for (const members::Absorbed& absorbed : state.absorbed) erasing.also.push_back(absorbed.member);
    for (const members::Identity& identity : state.identities) erasing.handles.push_back(identity.handle);
    {
        const std::lock_guard lock(erasing_mutex_);
        erasing_.push_back(std::move(erasing));
        if (erasing_.size() > 1) return;  // the one that is queued takes this one along
    }
    background([this] { erase_all(); });
}

void Brand::forget_soon(Handle handle) {
    background([this, handle] {
        if (const auto gone = directory_.destroy({handle}); !gone.ok()) fail(gone.error());
    });
}

// Sealed becomes gone: it is listed for whoever restores an older backup, stores are cleaned and verified, then the fact
// is recorded. A crash in between starts over.
void Brand::erase_all() {
    std::vector<Erasing> batch;
    {
        const std::lock_guard lock(erasing_mutex_);
        batch.swap(erasing_);
    }
    std::vector<MemberId> members;
    std::vector<Handle> handles;
    for (const Erasing& erasing : batch) {
        members.push_back(erasing.member);
        members.insert(members.end(), erasing.also.begin(), erasing.also.end());
        handles.insert(handles.end(), erasing.handles.begin(), erasing.handles.end());
    }
    if (const auto noted = note_erasures(*ports_.disk, handles); !noted.ok()) return fail(noted.error());
    if (const auto destroyed = ports_.vault->destroy(members); !destroyed.ok())
        return fail(destroyed.error());
    if (const auto destroyed = directory_.destroy(handles); !destroyed.ok()) return fail(destroyed.error());
    for (const Erasing& erasing : batch) {
        const PartitionId where = partition_of(erasing.member);
        shard_of(where).push(TaskOp([this, where, member = erasing.member] {
            engine::Command command;
            command.member = member;
            command.occurred_at = partition(where).now(now());
            command.body = engine::CompleteErasure{};
            partition(where).execute(command, {}, now());
            return std::function<void()>();
        }));
    }
}

Put Brand::checkpoint_meta(const Partition& partition, Lsn replay_from) const {
    codec::Writer w;
    const codec::JournalId& journal = shared_.lineage.back();
    w.raw({reinterpret_cast<const char*>(journal.data()), journal.size()});
    codec::all(w, codec::state_layout, Entities::row_layout, replay_from);
    if (const auto before = partition.place({replay_from.value - 1})) {
        w.raw({reinterpret_cast<const char*>(before->hash.data()), before->hash.size()});
        codec::value(w, before->epoch);
    }
    codec::Writer key;
    key.raw("p");
    key.fixed32(partition.id().value);
    return {2, std::string(key.bytes()), std::string(w.bytes())};
}

std::vector<StateHash> Brand::hashes() {
    std::vector<StateHash> all;
    for (const auto& partition : partitions_) all.push_back(partition->entities().hash());
    return all;
}

std::map<std::string, double> Brand::numbers() const {
    std::map<std::string, double> numbers;
    const auto add = [&](const char* name, std::uint64_t value) {
        numbers[name] += static_cast<double>(value);
    };
    for (const auto& shard : shards_) {
        const ShardNumbers& n = shard->numbers();
        add("banyan_commands_total", n.commands);
        add("banyan_batches_total", n.batches);
        add("banyan_refused_total", n.refused);
        add("banyan_overloaded_total", n.overloaded);
        add("banyan_settled_members_total", n.settled);
        add("banyan_queue_length", n.queue);
        add("banyan_resident_bytes", n.resident_bytes);
        add("banyan_resident_entities", n.resident);
        add("banyan_dirty_entities", n.dirty);
    }
    const JournalNumbers journal = ports_.journal->numbers();
    add("banyan_journal_bytes_total", journal.appended_bytes);
    add("banyan_journal_syncs_total", journal.syncs);
    add("banyan_journal_records_total", journal.records);
    add("banyan_identities", directory_.size());
    numbers["banyan_ready"] = not_ready_because().empty() ? 1 : 0;
    return numbers;
}

}  // namespace banyan::runtime
