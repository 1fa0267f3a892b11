// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an import has to say about single rows. The sink writes them to a file beside the import; a note never stops
// the import.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::app {

/// A row that became nothing, and why.
struct RejectedRow {
    std::size_t line = 0;
    std::string reason;
    std::string_view record;  // as in the file
};

/// A cancelled line that asked for more than the customer had bought before.
struct UnmatchedCancellation {
    std::size_t line = 0;
    std::int64_t asked = 0;  // pieces
    std::int64_t missing = 0;
    std::string amount;  // of the missing pieces, exact
};

class NoteSink {
  public:
    virtual ~NoteSink() = default;
    virtual void rejected(const RejectedRow& row) = 0;
    virtual void unmatched(const UnmatchedCancellation& cancellation) = 0;
};

/// One JSON object a line, for the file of notes.
std::string to_json_line(const RejectedRow& row);
std::string to_json_line(const UnmatchedCancellation& cancellation);

}  // namespace banyan::app
