// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a member keeps of its recent past, so that an order that is told late can be judged as of when it happened, and
// the orders after it once more: which orders those are, and where the member stood before it stands where it does. Kept
// only where the programme has a rule that asks for it, and only as far back as the rule looks.

#include <vector>

#include "base/id.h"
#include "base/instant.h"

namespace banyan::members {

struct JudgedOrder {
    KeyedId order;
    Instant at;  // when it happened
};
/// Where the member stood on a ladder until then.
struct Stood {
    LadderId ladder;
    TierId tier;
    Instant until;
};

struct Judged {
    /// So many orders are looked at again at most; of more the oldest are forgotten.
    static constexpr std::size_t orders_max = 64;

    std::vector<JudgedOrder> orders;  // ascending; of the same instant, as they were told
    std::vector<Stood> stood;         // ascending

    [[nodiscard]] bool empty() const { return orders.empty() && stood.empty(); }
};

}  // namespace banyan::members
