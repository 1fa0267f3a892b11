// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a member stands on one ladder, and since when.

#include "base/id.h"
#include "base/instant.h"

namespace banyan::tiers {

struct Standing {
    LadderId ladder;
    TierId tier;
    Instant since;
};

}  // namespace banyan::tiers
