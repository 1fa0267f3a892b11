// SPDX-License-Identifier: Apache-2.0
#pragma once

// When what a line earned is released 入账: the first instant at which, by all that had happened until then,
//
//   N days had passed since the last piece of it was received, or
//   M days since the last piece of it was shipped (the receipt may never be told), or
//   the order was completed, where the terms say that this releases at once;
//
// the clock standing still while an after-sale on the line was open, and beginning anew when a further parcel of the
// line was sent (换货, 补发). Pieces that were refunded need not arrive. A line that was refunded whole before that never
// releases. A tie goes to the release: an after-sale requested at the due instant is late.

#include <span>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/ports/calendar.h"
#include "domain/orders/life.h"

namespace banyan::orders {

enum class Credit : std::uint8_t { pending, released, revoked };

struct LineCredit {
    std::string line;
    std::int64_t kept = 0;    // pieces
    Instant due = never;      // released from here on; never while an event is awaited
    Instant revoked = never;  // nothing of the line is kept from here on
    bool operator==(const LineCredit&) const = default;

    [[nodiscard]] Credit credit(Instant now) const;
};

/// One for each line sold; none before the order is known to be paid.
std::vector<LineCredit> credits(const Life& life, const Zone& zone);

/// The next instant after `now` at which a line's credit changes by itself; never when only an event can change it.
Instant next_change(std::span<const LineCredit> lines, Instant now);

}  // namespace banyan::orders
