// SPDX-License-Identifier: Apache-2.0
#pragma once

// The back-tests of a brand that is being served, as whoever stands in front of it sees them. One reads the whole journal
// beside the brand: it is asked for, goes on, and is looked at. They live in memory: a restart forgets them. Every call
// returns at once.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace banyan::runtime {

struct BackTestView {
    enum class State : unsigned char { running, done, cancelled, failed };
    std::string id;    // "back-test-2"
    std::string name;  // what it holds against what, in words
    State state = State::running;
    Instant opened_at;
    std::string because;      // of a failed one, in a sentence
    std::uint64_t bytes = 0;  // of the journal, to read, and so many of them
    std::uint64_t bytes_read = 0;
    std::uint64_t records = 0;  // read
    double per_second = 0;      // of these; 0 = nobody can tell yet
    std::optional<Duration> remaining;
    std::string report;  // JSON; empty unless done
};

class BackTests {
  public:
    virtual ~BackTests() = default;
    /// Newest first.
    virtual std::vector<BackTestView> list() = 0;
    /// Under the programmes as they were, or under the draft. `conflict` while another runs, `invalid` with the draft's
    /// errors.
    virtual Result<BackTestView> open(const std::optional<std::string>& draft) = 0;
    /// `not_found`; `conflict` when it does not run.
    virtual Result<BackTestView> cancel(const std::string& id) = 0;
};

}  // namespace banyan::runtime
