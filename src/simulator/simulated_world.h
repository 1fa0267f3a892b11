// SPDX-License-Identifier: Apache-2.0
#pragma once

// The small immutable or seeded things a brand needs from outside: clock, secrets, digest, calendar. The calendar
// knows zones of a fixed offset only, which is what Shanghai has had since 1992 and all that a simulated run visits.

#include "base/ports/calendar.h"
#include "base/ports/digest.h"
#include "runtime/ports/clock.h"
#include "runtime/ports/secrets.h"
#include "simulator/random.h"

namespace banyan::simulator {

class SimulatedClock final : public runtime::Clock {
  public:
    explicit SimulatedClock(Instant start) : wall_(start) {}
    [[nodiscard]] Instant wall() const override { return wall_; }
    [[nodiscard]] Duration monotonic() const override { return monotonic_; }

    /// Time passes, on both clocks.
    void advance(Duration by) {
        wall_ = wall_ + by;
        monotonic_ = monotonic_ + by;
    }
    /// Somebody sets the wall clock.
    void jump(Duration by) { wall_ = std::max(wall_ + by, instant_min); }

  private:
    Instant wall_;
    Duration monotonic_;
};

class SimulatedDigest : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override;
};

class SimulatedSecrets final : public runtime::Secrets {
  public:
    explicit SimulatedSecrets(Random random) : random_(random) {}
    [[nodiscard]] std::array<std::uint64_t, 2> keyed(std::string_view domain, std::string_view a,
                                                     std::string_view b) const override;
    std::array<std::uint64_t, 2> random() override { return {random_.next(), random_.next()}; }

  private:
    Random random_;
    SimulatedDigest digest_;
};

class SimulatedCalendar final : public Calendar {
  public:
    [[nodiscard]] Result<std::shared_ptr<const Zone>> zone(std::string_view iana_name) const override;
    [[nodiscard]] std::string_view version() const override { return "simulated"; }
};

}  // namespace banyan::simulator
