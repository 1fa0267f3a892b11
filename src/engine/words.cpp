// SPDX-License-Identifier: Apache-2.0
#include "engine/words.h"

#include "engine/counts.h"

namespace banyan::engine {

namespace {

struct AsTerm {
    rules::Term operator()(const std::string& text) const { return rules::Term(std::string_view(text)); }
    rules::Term operator()(auto scalar) const { return rules::Term(scalar); }
};

}  // namespace

rules::Term AttributeWords::read(earning::Family family, std::uint32_t which) const {
    if (family != earning::Family::attribute) return rules::Term::unset();
    return std::visit(AsTerm{}, event_.attributes.at(which).value);
}

rules::Term StandingWords::read(earning::Family family, std::uint32_t which) const {
    switch (family) {
        case earning::Family::tier: {
            const tiers::Standing* standing = member_.standing(programme_.ladders[which].id);
            return rules::Term(std::int64_t{standing != nullptr ? standing->tier.value : 0});
        }
        case earning::Family::balance: {
            const ledger::Wallet* wallet = member_.wallet(programme_.units[which].id);
            return rules::Term(wallet != nullptr ? wallet->posted.value() : 0);
        }
        case earning::Family::metric: {
            const metrics::Metric& metric = programme_.metrics.metrics()[which];
            const auto seen = reading_of(programme_, incomplete_, member_, as_of_, metric);
            if (seen.known != metrics::Known::exact || !seen.value) return rules::Term::unset();
            if (metrics::yields(metric.fold) == metrics::Yields::integer) return rules::Term(*seen.value);
            return rules::Term(programme_.zone->start_of(civil_date(*seen.value)));
        }
        default: return rules::Term::unset();
    }
}

rules::Term MemberWords::read(earning::Family family, std::uint32_t which) const {
    const members::Member& member = draft_.member(member_);
    const programme::Programme& programme = draft_.programme();
    switch (family) {
        case earning::Family::fact:
        case earning::Family::counted:
        case earning::Family::line: break;  // not asked here
        case earning::Family::attribute:
            ASSERT(event_ != nullptr);
            return AttributeWords(*event_).read(family, which);
        case earning::Family::tier:
        case earning::Family::balance:
            return StandingWords(programme, {}, member, draft_.context.now).read(family, which);
        case earning::Family::metric: {
            const auto incomplete = incomplete_measures(draft_.workspace, programme);
            return StandingWords(programme, incomplete, member, draft_.context.now).read(family, which);
        }
        case earning::Family::calendar: {
            const LocalTime local = programme.zone->local(draft_.command.occurred_at);
            return rules::Term(calendars::holds(programme.calendars[which], local));
        }
    }
    return rules::Term::unset();
}

earning::Facts facts_of_event(const Zone& zone, std::string_view event_type, Instant at) {
    const LocalTime local = zone.local(at);
    earning::Facts facts;
    facts.event_type = event_type;
    facts.event_time = at;
    facts.event_month = local.date.month;
    facts.event_day = local.date.day;
    facts.event_weekday = local.weekday;
    return facts;
}

void add_order(earning::Facts& facts, const RecordOrder& body, const RecordPricedOrder* priced) {
    facts.order_lines = static_cast<std::int64_t>(body.lines.size());
    for (const catalog::Line& line : body.lines) {
        facts.order_paid += line.amount;
        facts.order_pieces += line.quantity;
    }
    facts.order_channel = body.channel;
    facts.order_store = body.store;
    facts.order_list = facts.order_paid;
    if (priced == nullptr) return;
    facts.order_payment = priced->payment;
    facts.order_list = 0;
    for (const RecordPricedOrder::Price& price : priced->prices) {
        facts.order_list += price.list;
        for (const basis::Part part : basis::all_parts) facts.order_parts[part] += price.parts[part];
    }
}

void add_member(earning::Facts& facts, const members::Member& member) {
    if (!member.standings.empty()) facts.member_tier = member.standings.front().tier.value;
    facts.member_spend = member.spend;
    facts.member_orders = member.orders;
}

earning::Facts facts_of(Draft& draft, MemberId id, std::string_view event_type) {
    const members::Member& member = draft.member(id);
    earning::Facts facts = facts_of_event(*draft.programme().zone, event_type, draft.command.occurred_at);
    add_member(facts, member);
    facts.member_birth_month = draft.context.opened.birth_month;
    facts.member_birth_day = draft.context.opened.birth_day;
    return facts;
}

}  // namespace banyan::engine
