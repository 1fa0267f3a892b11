// SPDX-License-Identifier: Apache-2.0
#pragma once

// Requests for a brand that a benchmark steps itself.

#include <functional>

#include "measure.h"
#include "runtime/brand.h"

namespace banyan::bench {

/// A member with a birthday, under ("openid", "m-N").
runtime::Request registration_of(std::uint64_t member);
/// A paid order of that member: one line, an amount drawn from the sequence.
runtime::Request order_of(Sequence& sequence, std::uint64_t number, std::uint64_t member);

/// Submits and steps; gives up when anything is not applied.
class Feeder {
  public:
    explicit Feeder(runtime::Brand& brand) : brand_(brand) {}

    /// `count` requests, `batch` at once; the CPU seconds they took without their making.
    double feed_all(std::uint64_t count, std::uint64_t batch,
                    const std::function<runtime::Request(std::uint64_t)>& make);

  private:
    void feed(std::vector<runtime::Request>& requests);

    runtime::Brand& brand_;
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;
};

}  // namespace banyan::bench
