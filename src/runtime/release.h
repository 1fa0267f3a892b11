// SPDX-License-Identifier: Apache-2.0
#pragma once

// What leaves a shard once its batch is durable, and not before: answers to whoever asked, and steps that rely on what
// the batch saw. They leave in the order they were decided, so that nobody hears of a later state first.

#include <functional>
#include <utility>
#include <vector>

#include "runtime/service.h"

namespace banyan::runtime {

class Releases {
  public:
    void answer(std::function<void(Outcome)> done, Outcome outcome) {
        waiting_.push_back({std::move(done), std::move(outcome), {}});
    }
    void then(std::function<void()> step) { waiting_.push_back({{}, {}, std::move(step)}); }

    [[nodiscard]] std::size_t size() const { return waiting_.size(); }
    /// What the leaving ones ask for anew waits for the next batch.
    void let_go() {
        std::vector<Release> leaving = std::exchange(waiting_, {});
        for (Release& each : leaving) {
            if (each.step)
                each.step();
            else
                each.done(std::move(each.outcome));
        }
    }
    /// Nobody hears of this batch.
    void clear() { waiting_.clear(); }

  private:
    struct Release {
        std::function<void(Outcome)> done;
        Outcome outcome;
        std::function<void()> step;  // instead of an answer
    };
    std::vector<Release> waiting_;
};

}  // namespace banyan::runtime
