// SPDX-License-Identifier: Apache-2.0
#pragma once

// The closes of a brand that is being served, as whoever stands in front of it sees them. A close reads the whole journal,
// which takes its time: it is asked for, goes on beside the brand, and is looked at. Every call returns at once.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace banyan::runtime {

struct CloseView {
    enum class State : unsigned char { closing, closed, failed };
    std::string month;  // "2026-10"
    State state = State::closed;
    std::string because;           // of a failed one, in a sentence
    std::uint64_t bytes = 0;       // of the journal, to read; of one under way
    std::uint64_t bytes_read = 0;  // so many of them
};

class Closes {
  public:
    virtual ~Closes() = default;
    /// By month.
    virtual std::vector<CloseView> list() = 0;
    /// `conflict` while another month is being closed. A month that was closed is held against the journal again.
    virtual Result<CloseView> close(const std::string& month) = 0;
    /// The CSV as it was closed; `not_found` when it was not.
    virtual Result<std::string> csv(const std::string& month) = 0;
};

}  // namespace banyan::runtime
