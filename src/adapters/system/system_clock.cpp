// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.h"

#include <chrono>

namespace banyan::system {

namespace {

template <typename SomeClock>
std::int64_t microseconds_now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(SomeClock::now().time_since_epoch()).count();
}

}  // namespace

Instant SystemClock::wall() const { return {microseconds_now<std::chrono::system_clock>()}; }

Duration SystemClock::monotonic() const { return {microseconds_now<std::chrono::steady_clock>()}; }

}  // namespace banyan::system
