// SPDX-License-Identifier: Apache-2.0
#include "runtime/quoting.h"

#include <algorithm>

#include "domain/rules/evaluate.h"
#include "engine/counts.h"
#include "engine/words.h"
#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

using members::Member;
using programme::Programme;

/// Who stands before the basket; a guest has nothing but the calendar.
struct Buyer {
    const Member* member = nullptr;
    engine::Opened opened;
    std::vector<metrics::MeasureId> incomplete;
    Instant now;
};

/// What the buyer has, and which calendars hold at the time that is asked about.
class QuoteWords final : public earning::Source {
  public:
    QuoteWords(const Programme& programme, const Buyer& buyer, Instant at)
        : programme_(programme), buyer_(buyer), local_(programme.zone->local(at)) {}

    [[nodiscard]] rules::Term read(earning::Family family, std::uint32_t which) const override {
        if (family == earning::Family::calendar)
            return rules::Term(calendars::holds(programme_.calendars[which], local_));
        if (buyer_.member != nullptr)
            return engine::StandingWords(programme_, buyer_.incomplete, *buyer_.member, buyer_.now)
                .read(family, which);
        // Nothing was counted for somebody whom nobody knows.
        return family == earning::Family::metric ? rules::Term::unset() : rules::Term(std::int64_t{0});
    }

  private:
    const Programme& programme_;
    const Buyer& buyer_;
    LocalTime local_;
};

std::vector<std::string> conditions_that_hold(const Programme& programme, const Buyer& buyer, Instant at,
                                              const Calendar* calendar) {
    std::vector<std::string> hold;
    if (programme.offer_conditions.empty()) return hold;
    const earning::Vocabulary& words = *programme.offer_words;
    const QuoteWords source(programme, buyer, at);
    earning::Facts facts;
    facts.declared = &source;
    if (buyer.member != nullptr) {
        if (!buyer.member->standings.empty()) facts.member_tier = buyer.member->standings.front().tier.value;
        facts.member_spend = buyer.member->spend;
        facts.member_orders = buyer.member->orders;
        facts.member_birth_month = buyer.opened.birth_month;
        facts.member_birth_day = buyer.opened.birth_day;
    }
    rules::Activation row(words.schema());
    for (const rules::Slot slot : words.read()) row.set(slot, words.word(slot).value(facts));
    rules::Scratch scratch;
    for (const programme::OfferCondition& condition : programme.offer_conditions) {
        bool holds = false;
        if (condition.calendar) {
            holds = calendars::holds(programme.calendars[*condition.calendar], programme.zone->local(at));
        } else {
            const auto held = rules::holds(*condition.program, row, scratch, calendar);
            holds = held.ok() && *held;  // what cannot be known does not hold
        }
        if (holds) hold.push_back(condition.text);
    }
    return hold;
}

void fill(pricing::Buyer& into, const Programme& programme, const Buyer& buyer, Instant at,
          const Calendar* calendar) {
    into.conditions = conditions_that_hold(programme, buyer, at, calendar);
    if (buyer.member == nullptr) return;
    for (const tiers::Ladder& ladder : programme.ladders) {
        const tiers::Standing* standing = buyer.member->standing(ladder.id);
        if (standing == nullptr) continue;
        for (const tiers::Tier& tier : ladder.tiers) {
            if (tier.id == standing->tier) into.tiers.push_back(ladder.code + "." + tier.code);
        }
    }
    const ledger::Wallet* wallet = buyer.member->wallet(programme.offset_unit);
    if (wallet != nullptr) into.points = std::max<std::int64_t>(wallet->available(buyer.now).value(), 0);
}

// Calendars change on the minute.
Instant calendars_hold_until(const Programme& programme, Instant at, Instant until) {
    constexpr std::int64_t minute = seconds(60).microseconds;
    const auto in_force = [&programme](Instant when) {
        const LocalTime local = programme.zone->local(when);
        std::vector<bool> holds;
        for (const calendars::Schedule& schedule : programme.calendars)
            holds.push_back(calendars::holds(schedule, local));
        return holds;
    };
    if (programme.calendars.empty()) return until;
    const auto now = in_force(at);
    for (Instant next{(at.microseconds / minute + 1) * minute}; next < until; next = next + seconds(60)) {
        if (in_force(next) != now) return next;
    }
    return until;
}

template <typename Offer>
void end_with(const std::vector<Offer>& offers, Instant at, Instant& until) {
    for (const Offer& offer : offers) {
        for (const std::optional<Instant>& bound : {offer.terms.window.from, offer.terms.window.until}) {
            if (bound && *bound > at) until = std::min(until, *bound);
        }
    }
}

Instant valid_until(const Programme& programme, const Buyer& buyer, Instant at) {
    Instant until = at + quote_valid_max;
    end_with(programme.offers.prices, at, until);
    end_with(programme.offers.promotions, at, until);
    // Days are counted in the brand's zone: with the next one, what metrics say may be another thing.
    const CivilDate today = programme.zone->local(at).date;
    until = std::min(until, programme.zone->start_of(civil_date(day_number(today) + 1)));
    if (buyer.member != nullptr) {
        const Instant due = members::next_due(*buyer.member);
        if (due > at) until = std::min(until, due);
    }
    return calendars_hold_until(programme, at, until);
}

// Everything that the price depends on, each with its length, so that no two baskets are one text.
std::string id_of(const Secrets& secrets, const Quoted& quoted) {
    std::string asked, answered;
    const auto say = [](std::string& text, const std::string& word) {
        text += std::to_string(word.size()) + ":" + word;
    };
    const auto count = [&say](std::string& text, std::int64_t number) { say(text, std::to_string(number)); };
    const auto list = [&](std::string& text, const std::vector<std::string>& words) {
        count(text, static_cast<std::int64_t>(words.size()));
        for (const std::string& word : words) say(text, word);
    };
    const pricing::Request& request = quoted.request;
    say(asked, to_text(quoted.member));
    say(asked, to_rfc3339(request.now));
    say(asked, request.channel);
    list(asked, request.buyer.plans);
    list(asked, request.buyer.tags);
    for (const pricing::Line& line : request.lines) {
        for (const std::string& word : {line.id, line.sku, line.product, line.brand, line.add_on})
            say(asked, word);
        list(asked, line.categories);
        const pricing::Presale presale = line.presale.value_or(pricing::Presale{});
        for (const std::int64_t number :
             {line.quantity, line.price, line.foreign.amount, presale.deposit, presale.worth})
            count(asked, number);
        count(asked, line.cost.value_or(-1));
        count(asked, line.foreign.stackable ? 1 : 0);
    }
    count(answered, quoted.programme->version.value);
    say(answered, to_rfc3339(quoted.valid_until));
    for (const pricing::QuotedLine& line : quoted.quote.lines) {
        for (const std::int64_t number : {line.pieces, line.paid, line.points}) count(answered, number);
    }
    for (const std::uint32_t coupon : quoted.quote.chosen.coupons)
        say(answered, request.buyer.coupons[coupon].id);
    for (const pricing::GivenGift& gift : quoted.quote.gifts) say(answered, gift.sku);
    const auto keyed = secrets.keyed("quote", asked, answered);
    return "q" + hex(keyed[0], keyed[1]);
}

Error no_such_member() { return {ErrorCode::not_found, "there is no such member", "/member"}; }

/// The buyer as it is now, on the throw-away copy.
Result<void> meet(Partition& partition, Profiles& profiles, engine::Workspace& workspace, Buyer& buyer,
                  Quoted& quoted) {
    const engine::EntityId entity = engine::entity_of(quoted.member);
    if (!workspace.exists(entity)) return no_such_member();
    engine::settle_for_read(workspace, quoted.member, partition.context(buyer.now));
    partition.raise_floor(buyer.now);
    buyer.member = &workspace.read<Member>(entity);
    if (buyer.member->state == members::State::forwarded)
        return Error{
            ErrorCode::conflict,
            "the member was merged into " + to_text(buyer.member->forwarded_to) + ": ask for that one",
            "/member"};
    if (buyer.member->state > members::State::active) return no_such_member();
    buyer.opened = TRY(profiles.opened_for(partition, quoted.member));
    buyer.incomplete = engine::incomplete_measures(workspace, *quoted.programme);
    for (const auto& slot : workspace.slots()) {
        if (slot.id == entity) quoted.lsn = slot.lsn;
    }
    return {};
}

}  // namespace

void Brand::quote(QuoteAsked asked, std::function<void(Result<Quoted>)> done) {
    MemberId member;
    if (asked.buyer) {
        member = asked.buyer->member;
        for (const ExternalId& identity : asked.buyer->identities) {
            if (const auto known = directory_.find(directory_.key_of(identity))) member = *known;
        }
        if (member.value == 0 || partition_of(member).value >= partitions_.size())
            return done(no_such_member());
    }
    const PartitionId where = partition_of(member);  // of a guest, the first
    const auto price = [this, asked = std::move(asked), member, where]() -> Result<Quoted> {
        Partition& partition = this->partition(where);
        Buyer buyer;
        buyer.now = partition.now(now());
        const Instant at = asked.at.value_or(buyer.now);
        if (at < buyer.now - quote_valid_max || at > buyer.now + quote_ahead_max)
            return Error::invalid(
                "a basket is priced as of now, or up to a year ahead; it is " + to_rfc3339(buyer.now), "/at");
        Quoted quoted;
        quoted.programme = partition.programme_at(buyer.now);
        quoted.member = member;
        quoted.request = asked.basket;
        quoted.request.now = at;
        quoted.partition = where;
        engine::Workspace workspace(partition.entities());
        if (member.value != 0) TRY(meet(partition, profiles_, workspace, buyer, quoted));
        fill(quoted.request.buyer, *quoted.programme, buyer, at, ports_.calendar);
        auto made = pricing::quote(quoted.programme->offers, quoted.request);
        if (!made.ok()) return Error::invalid(made.error().message, "/lines");
        quoted.quote = std::move(made).value();
        quoted.valid_until = valid_until(*quoted.programme, buyer, at);
        quoted.id = id_of(*ports_.secrets, quoted);
        return quoted;
    };
    shard_of(where).push(TaskOp([price, done = std::move(done)]() -> std::function<void()> {
        Result<Quoted> quoted = price();
        return [done, quoted = std::move(quoted)] { done(quoted); };
    }));
}

}  // namespace banyan::runtime
