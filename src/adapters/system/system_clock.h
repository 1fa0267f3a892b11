// SPDX-License-Identifier: Apache-2.0
#pragma once

// The machine's two clocks.

#include "runtime/ports/clock.h"

namespace banyan::system {

class SystemClock final : public runtime::Clock {
  public:
    [[nodiscard]] Instant wall() const override;
    [[nodiscard]] Duration monotonic() const override;
};

}  // namespace banyan::system
