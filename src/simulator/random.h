// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one source of chance in a simulated run: a small generator (xoshiro256**) that gives the same numbers on every
// machine and with every compiler, so that a seed is a whole story. `fork` gives an independent stream, so that a new
// question in one part of the simulator does not change the answers in another.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/assert.h"

namespace banyan::simulator {

class Random {
  public:
    explicit Random(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9E3779B97F4A7C15U;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
            word = mixed ^ (mixed >> 31U);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }
    /// Uniform enough below `end`. Requires end > 0.
    std::uint64_t below(std::uint64_t end) {
        ASSERT(end > 0);
        return next() % end;
    }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    /// True once in `times` on average.
    bool once_in(std::uint64_t times) { return below(times) == 0; }
    bool percent(std::uint64_t share) { return below(100) < share; }
    template <typename T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }
    Random fork() { return Random(next()); }

  private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace banyan::simulator
