// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the deciders of limits share: a member's own (limits.cpp) and those that members share (shared_limits.cpp).

#include "engine/draft.h"

namespace banyan::engine {

/// What is left of the amount beside the unit's own cap: more is not granted, so more is not claimed.
Quantity below_cap(Draft& draft, MemberId id, UnitId unit, Quantity amount);

/// What a grant of the amount takes of a shared limit.
limits::Kept shared_claim(Draft& draft, const limits::Limit& limit, Quantity amount);
/// All of them at once from the partition's holders, or nothing.
bool take_shared(Draft& draft, const std::vector<limits::Kept>& claims);
void return_shared(Draft& draft, const limits::Claim& claim);

}  // namespace banyan::engine
