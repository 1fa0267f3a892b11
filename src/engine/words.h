// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the words that a programme declares have their values: with the member, as it is before the event.

#include "domain/earning/words.h"
#include "engine/draft.h"

namespace banyan::engine {

/// What stands with a member as of a time: its tiers, balances and metrics.
class StandingWords final : public earning::Source {
  public:
    /// `incomplete`: the measures that are still being filled. All must outlive it.
    StandingWords(const programme::Programme& programme, const std::vector<metrics::MeasureId>& incomplete,
                  const members::Member& member, Instant as_of)
        : programme_(programme), incomplete_(incomplete), member_(member), as_of_(as_of) {}

    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override;

  private:
    const programme::Programme& programme_;
    const std::vector<metrics::MeasureId>& incomplete_;
    const members::Member& member_;
    Instant as_of_;
};

class MemberWords final : public earning::Source {
  public:
    /// The draft and the event must outlive it; the member is read when a word is.
    MemberWords(Draft& draft, MemberId member, const RecordEvent* event = nullptr)
        : draft_(draft), member_(member), event_(event) {}

    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override;

  private:
    Draft& draft_;
    MemberId member_;
    const RecordEvent* event_;  // nothing: no event that the programme declares
};

/// The attributes of a declared event, for whoever knows no member.
class AttributeWords final : public earning::Source {
  public:
    explicit AttributeWords(const RecordEvent& event) : event_(event) {}
    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override;

  private:
    const RecordEvent& event_;
};

/// What an event says of itself.
earning::Facts facts_of_event(const Zone& zone, std::string_view event_type, Instant at);
/// `priced`: what was told of its prices; nothing where no more was told than what was paid.
void add_order(earning::Facts& facts, const RecordOrder& body, const RecordPricedOrder* priced);

/// What the member says of itself, but for what is opened from the vault.
void add_member(earning::Facts& facts, const members::Member& member);

/// What every programme may read of an event that is no order. What it says of an order is added by whoever has one.
earning::Facts facts_of(Draft& draft, MemberId member, std::string_view event_type);

}  // namespace banyan::engine
