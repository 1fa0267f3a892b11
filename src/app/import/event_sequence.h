// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events in the order in which they are fed: by time, and where times are equal by their place in the file.

#include <cstddef>
#include <string>

#include "base/instant.h"
#include "base/result.h"

namespace banyan::app {

class EventSequence {
  public:
    virtual ~EventSequence() = default;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual Instant time_of(std::size_t index) const = 0;
    /// Appends the event as one line of JSON with its line end.
    virtual Result<void> append(std::size_t index, std::string& out) = 0;
};

}  // namespace banyan::app
