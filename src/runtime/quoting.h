// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a shop asks before it is paid: what a basket costs whoever stands before it. A read: the member is settled on a
// throw-away copy, what the offers ask of it is resolved, and domain/pricing does the rest.

#include <memory>
#include <optional>
#include <string>

#include "domain/pricing/quote.h"
#include "domain/programme/programme.h"
#include "runtime/request.h"

namespace banyan::runtime {

/// How long a quote holds at most.
inline constexpr Duration quote_valid_max = seconds(15 * 60);
/// How far ahead a basket may be priced.
inline constexpr Duration quote_ahead_max = days(366);

struct QuoteAsked {
    std::optional<Subject> buyer;  // nothing = a guest
    std::optional<Instant> at;     // whose offers and calendars are asked; nothing = now
    /// The basket, the channel, what was picked, and the plans and tags that the shop vouches for. Everything else of the
    /// buyer is filled in here.
    pricing::Request basket;
};

struct Quoted {
    std::shared_ptr<const programme::Programme> programme;
    MemberId member;           // 0 = a guest
    pricing::Request request;  // as it was priced
    pricing::Quote quote;
    Instant valid_until;  // nothing that is known changes before
    std::string id;       // of what was asked and answered, under the brand's key: nobody else makes one
    PartitionId partition;
    Lsn lsn;
};

}  // namespace banyan::runtime
