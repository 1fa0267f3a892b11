// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be done next in a world: every step of the alphabet that is not plainly idle. Whether it is refused is the
// engine's to say.

#include <cstdint>
#include <string>
#include <vector>

#include "setting.h"
#include "world.h"

namespace banyan::model_check {

enum class Verb : std::uint8_t {
    earn,          // order `subject` is paid by the member
    refund_piece,  // one piece of it comes back
    refund,        // everything that is left of it
    spend,         // `amount`
    reverse,       // spend `subject`: `amount`, or all that is left
    hold,          // `amount`
    capture,       // hold `subject`
    capture_part,  // of hold `subject`, `amount`
    release,       // hold `subject`
    transfer,      // `amount` to the other
    merge,         // the other is merged into the member
    unmerge,       // and out of it
    time,          // a tick passes
};

struct Step {
    Verb verb = Verb::time;
    std::uint8_t member = 0;  // index
    std::uint8_t subject = 0;
    std::uint8_t amount = 0;
};

std::string name_of(const Step& step);

std::vector<Step> steps(const World& world, const Setting& setting);

/// The world after the step, or nothing when it was refused.
std::unique_ptr<World> after(const World& world, const Setting& setting, const Step& step);

}  // namespace banyan::model_check
