// SPDX-License-Identifier: Apache-2.0
#include "engine/words.h"

namespace banyan::engine {

rules::Term MemberWords::read(earning::Family family, std::uint32_t which) const {
    const members::Member& member = draft_.member(member_);
    const programme::Programme& programme = draft_.programme();
    switch (family) {
        case earning::Family::fact: break;  // not asked here
        case earning::Family::tier: {
            const tiers::Standing* standing = member.standing(programme.ladders[which].id);
            return rules::Term(std::int64_t{standing != nullptr ? standing->tier.value : 0});
        }
        case earning::Family::balance: {
            const ledger::Wallet* wallet = member.wallet(programme.units[which].id);
            return rules::Term(wallet != nullptr ? wallet->posted.value() : 0);
        }
    }
    return rules::Term::unset();
}

earning::Facts facts_of(Draft& draft, MemberId id, std::string_view event_type) {
    const members::Member& member = draft.member(id);
    const Instant at = draft.command.occurred_at;
    const LocalTime local = draft.programme().zone->local(at);
    earning::Facts facts;
    facts.event_type = event_type;
    facts.event_time = at;
    facts.event_month = local.date.month;
    facts.event_day = local.date.day;
    facts.event_weekday = local.weekday;
    if (!member.standings.empty()) facts.member_tier = member.standings.front().tier.value;
    facts.member_spend = member.spend;
    facts.member_orders = member.orders;
    facts.member_birth_month = draft.context.opened.birth_month;
    facts.member_birth_day = draft.context.opened.birth_day;
    return facts;
}

}  // namespace banyan::engine
