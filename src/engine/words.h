// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the words that a programme declares have their values: with the member, as it is before the event.

#include "domain/earning/words.h"
#include "engine/draft.h"

namespace banyan::engine {

class MemberWords final : public earning::Source {
  public:
    /// The draft must outlive it; the member is read when a word is.
    MemberWords(Draft& draft, MemberId member) : draft_(draft), member_(member) {}

    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override;

  private:
    [[nodiscard]] rules::Term metric(const metrics::Metric& metric) const;

    Draft& draft_;
    MemberId member_;
};

/// What an event says of itself.
earning::Facts facts_of_event(const Zone& zone, std::string_view event_type, Instant at);
void add_order(earning::Facts& facts, const RecordOrder& body, std::int64_t paid);

/// What every programme may read of an event that is no order. What it says of an order is added by whoever has one.
earning::Facts facts_of(Draft& draft, MemberId member, std::string_view event_type);

}  // namespace banyan::engine
