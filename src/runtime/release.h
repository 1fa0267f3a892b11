// SPDX-License-Identifier: Apache-2.0
#pragma once

// What leaves a shard once its batch is durable, and not before: answers to whoever asked, and steps that rely on what
// the batch saw. Steps go first, so that what an answer makes its reader do finds them done.

#include <functional>
#include <utility>
#include <vector>

#include "runtime/service.h"

namespace banyan::runtime {

class Releases {
  public:
    void answer(std::function<void(Outcome)> done, Outcome outcome) {
        answers_.push_back({std::move(done), std::move(outcome)});
    }
    void then(std::function<void()> step) { steps_.push_back(std::move(step)); }

    /// How many answers left. What they and the steps ask for anew waits for the next batch.
    std::size_t let_go() {
        const auto steps = std::exchange(steps_, {});
        for (const auto& step : steps) step();
        auto answers = std::exchange(answers_, {});
        for (Answer& each : answers) each.done(std::move(each.outcome));
        return answers.size();
    }
    /// Nobody hears of this batch.
    void clear() {
        steps_.clear();
        answers_.clear();
    }

  private:
    struct Answer {
        std::function<void(Outcome)> done;
        Outcome outcome;
    };
    std::vector<std::function<void()>> steps_;
    std::vector<Answer> answers_;
};

}  // namespace banyan::runtime
