// SPDX-License-Identifier: Apache-2.0
#pragma once

// Orders that are told late. A rule that says `late` judges such an order by the words of the time it happened at; and
// the orders after it that were judged without knowing of it are judged once more: what they earn with it and what they
// would earn without it are compared, and the difference is posted. So nothing but the late order can be the cause:
// not a refund, a new version or a rule that came between.

#include "engine/plan.h"

namespace banyan::engine {

/// A member as it was before an order, as far as it is kept: what was counted until then, and where it stood.
struct Past {
    members::Member member;
    Instant at;
    std::vector<metrics::MeasureId> incomplete;
};

/// The words that rules read, as they were then. Balances have no past.
class PastWords final : public earning::Source {
  public:
    /// Both must outlive it.
    PastWords(const programme::Programme& programme, const Past& past) : programme_(programme), past_(past) {}
    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override;

  private:
    const programme::Programme& programme_;
    const Past& past_;
};

/// The order, before the member has anything of it: the past that it has to be judged by. Nothing when that is what the
/// member is now, or when the order comes later than anything is kept.
std::optional<Past> past_of(Draft& draft, MemberId id);
/// Whether the order that is being told comes no later than the rule looks back.
bool is_within(const Draft& draft, const earning::Rule& rule);
/// What the event says of the order and the member, then. `declared` is left to the caller.
earning::Facts facts_then(const programme::Programme& programme, const Past& past, const RecordOrder& body,
                          const RecordPricedOrder* priced);

/// The order has earned and is counted: it is kept as one to be judged again, and those after it are.
void judge_later(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced);
/// Nothing judges this member's orders again.
void forget_judged(Draft& draft, MemberId id);
/// Since when what is judged again is kept.
Instant judged_since(const Draft& draft);

// --- earning.cpp ---
std::vector<earning::LineFacts> lines_of(const RecordOrder& body, const RecordPricedOrder* priced);
// --- life.cpp ---
/// A grant that waits by line is made so much smaller, each line's part by its share. How much less of it counts as taken
/// back; nothing when it is no such grant.
std::optional<Quantity> cut_by_line(Draft& draft, MemberId id, KeyedId order, std::uint32_t grant,
                                    Quantity amount);
// --- tiers.cpp ---
std::optional<TierId> deserved_by(const programme::Programme& programme, const tiers::Ladder& ladder,
                                  const members::Member& member,
                                  const std::vector<metrics::MeasureId>& incomplete, Instant as_of);

}  // namespace banyan::engine
