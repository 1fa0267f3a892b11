// SPDX-License-Identifier: Apache-2.0
#pragma once

// Breadth first over all worlds that are reached in so many steps. A follow-up that is pulled is no step: before the
// steps of a depth are taken, every order in which what is under way may arrive is played. Worlds are told apart by a
// digest of their content, so the search is complete: what was seen at a depth was seen with all it can still do.

#include <cstdint>
#include <string>

#include "setting.h"

namespace banyan::model_check {

struct Found {
    std::uint64_t states = 0;  // different worlds, the first among them
    std::uint64_t transitions =
        0;  // steps and deliveries that were accepted, those that led to a known world included
    std::uint64_t refused = 0;  // steps that the engine refused
    std::string violation;      // with the steps that lead to it; empty = none
};

Found search(const Setting& setting, int depth);

}  // namespace banyan::model_check
