// SPDX-License-Identifier: Apache-2.0
#pragma once

// The thread's share of a brand: some partitions, one physical log, one queue. `step` is one micro-batch: take what
// waits, decide it in memory, append all records at once, and only when they are durable release every answer of the
// batch. Nothing here starts a thread: a real brand calls `step` in a loop, the simulator calls it when it likes.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "runtime/backfiller.h"
#include "runtime/checkpointer.h"
#include "runtime/partition.h"
#include "runtime/ports/clock.h"
#include "runtime/ports/journal.h"
#include "runtime/reception.h"
#include "runtime/release.h"
#include "runtime/undoer.h"

namespace banyan::runtime {

class Brand;

/// Runs on the shard's thread, between commands; what it returns runs once everything it saw is durable.
using TaskOp = std::function<std::function<void()>()>;

struct ShardNumbers {
    std::atomic<std::uint64_t> commands{0};
    std::atomic<std::uint64_t> batches{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> overloaded{0};
    std::atomic<std::uint64_t> settled{0};
    std::atomic<std::uint64_t> queue{0};
    std::atomic<std::uint64_t> resident_bytes{0};
    std::atomic<std::uint64_t> resident{0};
    std::atomic<std::uint64_t> dirty{0};
};

class Shard {
  public:
    Shard(Brand& brand, std::uint32_t log);

    void add(Partition& partition) { partitions_.push_back(&partition); }
    [[nodiscard]] const std::vector<Partition*>& partitions() const { return partitions_; }

    /// Takes the request over, or leaves it as it is and says false when the queue is full: answer `overloaded`.
    bool push(RequestOp& op);
    /// The same for many; says how many it took off the front.
    std::size_t push(std::span<RequestOp> ops);
    /// Tasks and follow-ups are never refused: they are bounded by what caused them.
    void push(TaskOp task);
    void push(Outgoing follow_up);

    /// One micro-batch. True when there was something to do.
    bool step();
    /// Waits for work, at most this long.
    void wait(Duration at_most);
    /// Where a sync is slow, waits a moment for those who will share the next one.
    void gather();
    void wake();

    /// Decides and applies, in memory.
    Partition::Executed execute(Partition& partition, const engine::Command& command);

    void note_refused() { ++numbers_.refused; }
    [[nodiscard]] const ShardNumbers& numbers() const { return numbers_; }
    /// On the shard's own thread.
    [[nodiscard]] const Undoer& undoer() const { return undoer_; }
    [[nodiscard]] const Backfiller& backfiller() const { return backfiller_; }

  private:
    struct Work {
        std::deque<RequestOp> requests;
        std::deque<TaskOp> tasks;
        std::deque<Outgoing> follow_ups;
        [[nodiscard]] bool empty() const { return requests.empty() && tasks.empty() && follow_ups.empty(); }
    };
    Work take_work();
    void turn_away(Work& work);
    void prefetch(const Work& work);
    bool commit();
    void sweep();
    void review_limits(Partition& partition, Instant now);
    void measure();

    Brand& brand_;
    std::uint32_t log_;
    std::vector<Partition*> partitions_;
    std::mutex mutex_;
    std::condition_variable wakeup_;
    Work waiting_;
    std::size_t enough_ = 1;     // so many requests wake the thread; under mutex_, like waiting_
    std::size_t under_way_ = 0;  // when answers last left: those, and what waited
    Duration last_append_;
    Releases releases_;
    Reception reception_;
    Checkpointer checkpointer_;
    Backfiller backfiller_;
    Undoer undoer_;
    bool appended_since_seal_ = false;
    Duration last_commit_;
    ShardNumbers numbers_;
};

}  // namespace banyan::runtime
