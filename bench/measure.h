// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the in-process benchmarks share: CPU clocks, a random sequence that is the same on every run, and a line of
// JSON for each result. Aborts with a sentence when
// anything fails: a benchmark that went wrong has no figure.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/partition.h"
#include "runtime/ports/store.h"

namespace banyan::bench {

[[noreturn]] void give_up(const std::string& why);

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) give_up(result.error().text());
    return std::move(result).value();
}
inline void must(Result<void> result) {
    if (!result.ok()) give_up(result.error().text());
}

/// CPU seconds of the calling thread.
double thread_seconds();
double wall_seconds();
/// Resident set of this process, in bytes.
std::uint64_t resident_set();

/// xorshift64*: the same members and amounts on every run.
class Sequence {
  public:
    explicit Sequence(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ ^= state_ >> 12U;
        state_ ^= state_ << 25U;
        state_ ^= state_ >> 27U;
        return state_ * 0x2545F4914F6CDD1DU;
    }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  private:
    std::uint64_t state_;
};

/// A store that holds nothing: the benchmarks that use it never write a checkpoint.
class EmptyStore final : public runtime::Store {
  public:
    Result<std::vector<std::optional<std::string>>> get(std::uint8_t,
                                                        const std::vector<std::string>& keys) override {
        return std::vector<std::optional<std::string>>(keys.size());
    }
    Result<void> write(const std::vector<runtime::Put>&, runtime::Durability) override { return {}; }
    Result<void> scan(std::uint8_t, std::string_view, const Visitor&) override { return {}; }
    Result<void> compact() override { return {}; }
};

/// Everything a partition shares, over real digests and calendars.
runtime::Shared shared_for(const codec::JournalId& journal, runtime::Ids& ids);

/// Prints {"name": number, ...} as one line.
void print(const std::vector<std::pair<std::string, double>>& numbers);

struct Asked {
    std::string data;
    std::uint64_t members = 100'000;
    std::uint64_t events = 200'000;
    std::uint64_t batch = 1024;
    std::string programme;  // a document's path; empty = the starter programme of the binary
};

std::string document_of(const Asked& asked);

int run_core(const Asked& asked);
int run_replay(const Asked& asked);
int run_settle(const Asked& asked);

}  // namespace banyan::bench
