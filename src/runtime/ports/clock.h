// SPDX-License-Identifier: Apache-2.0
#pragma once

// The two clocks of the machine. The wall clock may jump; the monotonic one only measures distances.

#include "base/instant.h"

namespace banyan::runtime {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant wall() const = 0;
    [[nodiscard]] virtual Duration monotonic() const = 0;
};

}  // namespace banyan::runtime
