// SPDX-License-Identifier: Apache-2.0
#pragma once

// A running brand: partitions, their shards, and what they share. `open` recovers everything from checkpoint and
// journal; then either `start` runs a thread for each shard, or a simulator calls `step_all`. All state is derived;
// the journal, the directory and the vault are the only things that cannot be rebuilt.

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/value.h"
#include "runtime/brand_file.h"
#include "runtime/ports/clock.h"
#include "runtime/ports/disk.h"
#include "runtime/ports/journal.h"
#include "runtime/ports/secrets.h"
#include "runtime/ports/store.h"
#include "runtime/profiles.h"
#include "runtime/service.h"
#include "runtime/shard.h"

namespace banyan::runtime {

struct Ports {
    Disk* disk = nullptr;
    Clock* clock = nullptr;
    Journal* journal = nullptr;
    Store* checkpoints = nullptr;
    Store* directory = nullptr;
    Vault* vault = nullptr;
    Secrets* secrets = nullptr;
    const Digest* digest = nullptr;
    const Calendar* calendar = nullptr;
    const Regex* regex = nullptr;  // for matches() in rules; nothing: a document that uses it is refused
};

struct Options {
    BrandFile file;
    std::uint32_t shards = 1;
    std::size_t batch_max = 1024;                            // commands in one append
    std::size_t queue_max = 8192;                            // requests waiting per shard
    std::size_t resident_bytes_max = std::size_t{2} << 30U;  // of all partitions together
    std::size_t checkpoint_rows = 4096;                      // entities in one round
    std::uint64_t checkpoint_every = 2048;                   // commands between rounds
    double disk_reserve = 0.05;                              // share of the disk that must stay free
    Duration pending_wait = seconds(2);                      // how long a reply waits for other partitions
    bool test_clock = false;
    std::string programme_document;  // activated when the brand has none yet
    std::function<Result<Value>(const std::string&)> parse_document;
    /// Called when the journal can no longer be trusted; must not return in production.
    std::function<void(const Error&)> fatal;
    /// Runs work that may block (checkpoint writes, erasures). Nothing = inline.
    bool background_thread = true;
};

class Brand final : public Service {
  public:
    static Result<std::unique_ptr<Brand>> open(Ports ports, Options options);
    ~Brand() override;
    Brand(const Brand&) = delete;
    Brand& operator=(const Brand&) = delete;

    void start();
    /// Refuses new requests, finishes what waits, seals the logs.
    void stop();
    /// For the simulator: one step of every shard. True when any had work.
    bool step_all();

    // Service
    void submit(Request request, std::function<void(Outcome)> done) override;
    void submit_all(std::span<Asked> all) override;
    void find(ExternalId identity, std::function<void(Result<MemberId>)> done) override;
    void member(MemberId id, std::optional<Instant> at, Open open,
                std::function<void(Result<MemberView>)> done) override;
    void timeline(MemberId id, Page page, std::function<void(Result<Timeline>)> done) override;
    void list(std::uint64_t after, std::uint32_t limit,
              std::function<void(Result<MemberList>)> done) override;
    void totals(std::function<void(Result<Totals>)> done) override;
    [[nodiscard]] std::shared_ptr<const programme::Programme> programme() const override;
    [[nodiscard]] std::vector<PublishedVersion> versions() const override;
    [[nodiscard]] programme::Checked check(const Value& document) const override;
    void publish(std::string document, std::optional<Instant> at,
                 std::function<void(Result<PublishedVersion>)> done) override;
    void dry_run(Request request, std::optional<std::string> draft,
                 std::function<void(Result<DryRun>)> done) override;
    void why(std::string source, std::string id, std::function<void(Result<Why>)> done) override;
    void quote(QuoteAsked asked, std::function<void(Result<Quoted>)> done) override;
    void order(std::string source, std::string id, std::function<void(Result<OrderView>)> done) override;
    void limits(std::function<void(Result<LimitList>)> done) override;
    void jobs(std::function<void(Result<std::vector<JobView>>)> done) override;
    void reverse(ReversalAsked asked, std::function<void(Result<JobView>)> done) override;
    void move_job(std::string id, engine::JobState to, std::function<void(Result<JobView>)> done) override;
    [[nodiscard]] Instant now() const override;
    void set_clock(Instant now, std::function<void(Result<void>)> done) override;
    void set_history(bool begin, std::function<void(Result<void>)> done) override;
    [[nodiscard]] std::map<std::string, double> numbers() const override;
    [[nodiscard]] std::string not_ready_because() const override;

    // For the shards and the auditor.
    [[nodiscard]] const Ports& ports() const { return ports_; }
    [[nodiscard]] const Options& options() const { return options_; }
    Directory& directory() { return directory_; }
    Ids& ids() { return ids_; }
    Shard& shard_of(PartitionId partition) { return *shards_[partition.value % shards_.size()]; }
    Partition& partition(PartitionId id) { return *partitions_[id.value]; }
    [[nodiscard]] std::size_t partition_count() const { return partitions_.size(); }
    Profiles& profiles() { return profiles_; }
    /// Where whoever has an identity that nobody claimed yet will live.
    [[nodiscard]] PartitionId home_of(IdentityKey key) const {
        return {static_cast<std::uint16_t>(key.low % partitions_.size())};
    }
    void background(std::function<void()> work);
    void wait_for(KeyedId completion, std::function<void(Outcome)> done, Outcome if_late);
    void complete(KeyedId completion, Outcome outcome);
    void expire_waiting();
    [[nodiscard]] bool is_quarantined(Fingerprint fingerprint) const;
    /// A follow-up of `source` was taken by `target` in a record that is durable now.
    void set_taken(PartitionId target, PartitionId source, Step step) {
        taken_[target.value * partitions_.size() + source.value] =
            step.lsn.value << ordinal_bits | step.ordinal;
    }
    [[nodiscard]] Step taken(PartitionId target, PartitionId source) const {
        const std::uint64_t packed = taken_[target.value * partitions_.size() + source.value];
        return {{packed >> ordinal_bits}, static_cast<std::uint32_t>(packed & ((1U << ordinal_bits) - 1U))};
    }
    /// The partition's history was counted for the version's measures, and what it sent has arrived.
    void set_filled(PartitionId partition, ProgrammeVersion version) {
        filled_[partition.value] = version.value;
    }
    [[nodiscard]] bool is_filled(ProgrammeVersion version) const {
        return std::all_of(filled_.begin(), filled_.end(),
                           [version](const auto& filled) { return filled >= version.value; });
    }
    void erase_soon(MemberId member, const members::Member& state);
    /// After a restore: erases whoever is known by one of these handles. How many that were.
    std::size_t erase_again(const std::vector<Handle>& handles);
    /// Removes the directory row of a handle that was claimed for nobody.
    void forget_soon(Handle handle);
    [[nodiscard]] bool clock_jumped() const { return clock_jumped_; }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool writes_stopped() const { return !stopped_because().empty(); }
    void fail(const Error& error);
    /// Meta row that says where replay of the partition starts, and behind which record.
    [[nodiscard]] Put checkpoint_meta(const Partition& partition, Lsn replay_from) const;
    /// The state hash of every partition, at its head.
    [[nodiscard]] std::vector<StateHash> hashes();

  private:
    Brand(Ports ports, Options options);
    Result<void> recover();
    Result<void> load_checkpoints(std::vector<Lsn>& from);
    Result<void> compare_with_journal(PartitionId id, const Chain::Place& before);
    Result<void> replay(const std::vector<Lsn>& from);
    Result<void> compare_ends();
    Result<void> open_epochs();
    Result<void> finish_publishing();
    void end_publishing(const std::string& document, Instant at,
                        const std::function<void(Result<PublishedVersion>)>& done);
    [[nodiscard]] PublishedVersion published_view(const Partition::Version& version, Instant now) const;
    Result<void> load_identities();
    [[nodiscard]] std::size_t recovery_threads() const;
    [[nodiscard]] Result<std::optional<MemberId>> owner_of(MemberId claimed) const;
    [[nodiscard]] Result<std::vector<Directory::Claim>> claims_of(Partition& partition) const;
    Result<void> sweep_vault();
    Result<void> hand_over_follow_ups();
    void check_world();
    [[nodiscard]] std::string stopped_because() const;
    std::optional<RequestOp> admit(Request request, std::function<void(Outcome)> done);
    [[nodiscard]] std::size_t shard_for(const RequestOp& op) const;
    template <typename T>
    void on_partition(PartitionId id, std::function<Result<T>(Partition&)> read,
                      std::function<void(Result<T>)> done);
    void on_all(std::function<void(Partition&)> each, std::function<void()> done);
    Result<engine::JobOpened> job_of(const ReversalAsked& asked) const;
    void settle_all(std::function<void(Result<void>)> done);

    Ports ports_;
    Options options_;
    Shared shared_;
    Directory directory_;
    Ids ids_;
    Profiles profiles_;
    std::vector<std::unique_ptr<Partition>> partitions_;
    std::vector<std::unique_ptr<Shard>> shards_;
    static constexpr unsigned ordinal_bits = 20;
    std::vector<std::atomic<std::uint64_t>> taken_;  // [target][source], a Step each
    std::vector<std::atomic<std::uint32_t>>
        filled_;  // [partition]: the version up to which history was counted
    std::vector<std::thread> threads_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> started_{false};
    std::atomic<std::int64_t> test_now_{0};
    std::atomic<bool> reserve_reached_{false};
    std::atomic<bool> clock_jumped_{false};
    std::atomic<bool> failed_{false};
    Instant wall_at_start_;
    Duration monotonic_at_start_;

    mutable std::mutex programme_mutex_;
    std::vector<Partition::Version> published_;  // for readers on other threads; under programme_mutex_
    bool publishing_ = false;
    std::mutex waiting_mutex_;
    struct Waiting {
        std::function<void(Outcome)> done;
        Outcome if_late;
        Duration until;
    };
    std::unordered_multimap<KeyedId, Waiting> waiting_;
    std::set<Fingerprint> quarantined_;
    struct Erasing {
        MemberId member;
        std::vector<MemberId> also;
        std::vector<Handle> handles;
    };
    std::mutex erasing_mutex_;
    std::vector<Erasing> erasing_;
    void erase_all();

    // The background worker.
    std::mutex work_mutex_;
    std::condition_variable work_wakeup_;
    std::deque<std::function<void()>> work_;
    std::thread worker_;
    bool work_over_ = false;
};

}  // namespace banyan::runtime
