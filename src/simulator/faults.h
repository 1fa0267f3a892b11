// SPDX-License-Identifier: Apache-2.0
#pragma once

// When the simulated world breaks. Every operation that could reach a medium counts; at the chosen one the process
// dies in the middle of it. Death is an exception because no code of the process runs after it: whatever the runtime
// had on its stack is simply gone. Nothing but the simulator's own loop catches it.

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "simulator/random.h"

namespace banyan::simulator {

/// The process is gone. With the power, what was not synced may be lost; without it, the system keeps its caches.
struct Death {
    enum class Kind : unsigned char { power_cut, killed, exited, asserted };
    Kind kind = Kind::killed;
};

class Faults {
  public:
    explicit Faults(Random random) : random_(random) {}

    /// Dies inside the n-th operation from now (0 = the next one).
    void die_in(std::uint64_t operations, Death::Kind kind) {
        countdown_ = operations + 1;
        kind_ = kind;
    }
    void fail_syncs(std::uint64_t times) { failing_syncs_ = times; }
    void fill_disk(bool full) { full_ = full; }
    /// The share of free space is reported as below any reserve.
    void report_low_space(bool low) { low_ = low; }
    /// From the n-th operation on (0 = the next one) everything that writes fails, until clear().
    void fail_from(std::uint64_t operation, ErrorCode code) {
        fails_from_ = operations_ + operation;
        code_ = code;
    }
    void reseed(std::uint64_t seed) { random_ = Random(seed); }
    void clear() {
        countdown_ = 0;
        fails_from_ = ~std::uint64_t{0};
        failing_syncs_ = 0;
        full_ = false;
        low_ = false;
    }

    /// Called at the beginning of an operation; true when the process dies within it. The operation then leaves a
    /// half-done effect of its own choice behind and calls `die`.
    bool dies_now() {
        ++operations_;
        return countdown_ > 0 && --countdown_ == 0;
    }
    /// Asked after dies_now(): the error of this operation, where it fails.
    [[nodiscard]] std::optional<Error> failure() const {
        if (operations_ <= fails_from_) return std::nullopt;
        return Error{code_, "the simulated medium fails", "disk"};
    }
    [[noreturn]] void die() const { throw Death{kind_}; }
    bool sync_fails() { return failing_syncs_ > 0 && failing_syncs_-- > 0; }
    [[nodiscard]] bool is_full() const { return full_; }
    [[nodiscard]] bool is_low() const { return low_; }
    [[nodiscard]] std::uint64_t operations() const { return operations_; }
    Random& random() { return random_; }

  private:
    Random random_;
    std::uint64_t countdown_ = 0;
    Death::Kind kind_ = Death::Kind::killed;
    std::uint64_t failing_syncs_ = 0;
    bool full_ = false;
    bool low_ = false;
    std::uint64_t operations_ = 0;
    std::uint64_t fails_from_ = ~std::uint64_t{0};
    ErrorCode code_ = ErrorCode::io;
};

}  // namespace banyan::simulator
