// SPDX-License-Identifier: Apache-2.0
#pragma once

// The programmes that runs are played under. `starter` is the preset itself; the others exist to reach every policy a
// unit may have. tests/model/programmes.py says the same in the model's own words.

#include <string>
#include <vector>

namespace banyan::simulator {

struct NamedProgramme {
    std::string name;
    std::string document;  // YAML
    std::vector<std::string> units;
};

/// `strict`: pending days, cap, small debt limit, fixed expiry dates, a second unit released by an event.
/// `rolling`: expiry after days, pending until a date, no debt at all.
const std::vector<NamedProgramme>& own_programmes();

}  // namespace banyan::simulator
