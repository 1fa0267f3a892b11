// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the search plays under: a programme, how long a step of time is, and what an order is worth by it, said here in
// literals so that the engine's own sums are not asked.

#include <memory>
#include <string>
#include <vector>

#include "domain/catalog/order.h"
#include "domain/programme/programme.h"

namespace banyan::model_check {

inline constexpr UnitId points{1};
/// Two members, each in a partition of its own, so that whatever they do to each other travels.
inline constexpr MemberId members_there[] = {MemberId{1U << 16U}, MemberId{1U << 16U | 1U}};
inline constexpr std::uint16_t partition_count = 2;

/// 10.00 in three pieces, which no share divides evenly, and 7.00 in two.
struct Sold {
    std::uint64_t number;
    std::int64_t paid;  // fen
    std::int64_t pieces;
    std::int64_t earns;  // points, by `order.paid / 100`
};
inline constexpr Sold sold[] = {{1, 1000, 3, 10}, {2, 700, 2, 7}};

/// Of the points that an order earned, what it is still entitled to when so many of its pieces came back: the share of
/// the money kept, rounded down.
std::int64_t entitled(const Sold& order, std::int64_t returned);

struct Setting {
    std::string name;
    std::shared_ptr<const programme::Programme> programme;
    Duration tick;                    // what one step of time is
    Duration valid;                   // from the grant to the expiry
    bool debt_covers = true;          // the unit's debt limit is beyond anything the orders are worth
    std::vector<std::int64_t> taken;  // the amounts that are spent, the first of them held
};

/// Debt without end in sight, nothing pending, ten days to live.
Setting debt_that_covers();
/// As the first, but the balance lapses when nothing happened for five days, long before the lots' own ten.
Setting idle_lapses();
/// No debt: what a reversal cannot collect is lost, and must be named. Three days pending.
Setting no_debt();

}  // namespace banyan::model_check
