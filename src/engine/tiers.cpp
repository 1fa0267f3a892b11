// SPDX-License-Identifier: Apache-2.0
// Standings: what a member deserves on each ladder, what rises at once, what a review decides, and what becomes of units
// on the way. A review looks at the period that ended with the day before it.

#include <algorithm>

#include "domain/rules/evaluate.h"
#include "engine/counts.h"
#include "engine/draft.h"
#include "engine/late.h"
#include "engine/standings.h"
#include "engine/words.h"

namespace banyan::engine {

using members::Member;
using tiers::Cadence;
using tiers::Course;
using tiers::Ladder;

namespace {

Course course_of(const Member& member, const Ladder& ladder) {
    for (const Course& course : member.courses) {
        if (course.ladder == ladder.id) return course;
    }
    Course fresh;
    fresh.ladder = ladder.id;
    return fresh;
}

void put(Draft& draft, MemberId id, const Course& course) {
    draft.emit(entity_of(id), CourseChanged{course});
}

TierId tier_of(const Member& member, const Ladder& ladder) {
    const tiers::Standing* standing = member.standing(ladder.id);
    return standing != nullptr ? standing->tier : TierId{};
}

// The instant whose day a review or a settlement that is due at `at` looks at.
Instant day_before(Instant at) { return at - Duration{1}; }

bool is_validity(const Ladder& ladder) { return ladder.review.kind == Cadence::Kind::days_from_upgrade; }

// When the standing is looked at next. Who stands on the lowest tier has no validity that could end.
Instant next_review(const Draft& draft, const Ladder& ladder, TierId tier, Instant joined, Instant after) {
    if (ladder.review.kind == Cadence::Kind::never || (is_validity(ladder) && tier.value <= 1))
        return instant_max;
    return tiers::next_on(ladder.review, after, joined, *draft.programme().zone);
}

// What lapses of a unit: all, or so much, what expires first first. What is held stays until its hold ends.
void lapse(Draft& draft, MemberId id, UnitId unit, std::optional<Quantity> most, Instant at) {
    const ledger::Wallet* wallet = draft.member(id).wallet(unit);
    if (wallet == nullptr) return;
    std::vector<ledger::Lot> lots = wallet->lots;
    std::stable_sort(lots.begin(), lots.end(), [](const ledger::Lot& a, const ledger::Lot& b) {
        return std::pair{a.expires, a.number} < std::pair{b.expires, b.number};
    });
    for (const ledger::Lot& lot : lots) {
        Quantity part = lot.remaining - lot.held;
        if (most) part = smaller(part, *most);
        if (part.is_zero()) continue;
        draft.post(id, ledger::Expired{unit, lot.number, part, at});
        if (most) *most -= part;
    }
}

void change_units(Draft& draft, MemberId id, const Ladder& ladder, tiers::OnChange::When when, TierId held,
                  Instant at) {
    for (const tiers::OnChange& change : ladder.on_change) {
        if (change.when != when) continue;
        std::optional<Quantity> most;
        if (change.does == tiers::OnChange::Does::subtract_threshold) {
            const tiers::Tier* tier = ladder.find(held);
            most = Quantity(tier != nullptr ? tier->from : 0);
        }
        lapse(draft, id, change.unit, most, at);
    }
}

// What entering the tiers above `before` brings, each tier once.
void enter(Draft& draft, MemberId id, const Ladder& ladder, TierId before, TierId after, Course& course,
           Instant at) {
    for (const tiers::Tier& tier : ladder.tiers) {
        if (tier.id <= before || tier.id <= course.highest || tier.id > after) continue;
        for (const tiers::EntryGrant& entry : tier.enter) {
            const ledger::Unit* unit = draft.programme().unit(entry.unit);
            ASSERT(unit != nullptr);
            const auto last = [&] {
                const ledger::Wallet* wallet = draft.member(id).wallet(entry.unit);
                return wallet != nullptr ? wallet->last_lot : ledger::LotNumber{};
            };
            const ledger::LotNumber lot_before = last();
            draft.grant_at(at, id, *unit, entry.amount, RuleId{}, entry.cost_centre, std::nullopt);
            if (last() == lot_before) continue;  // the unit's cap left nothing of it
            const ledger::Lot* lot = draft.member(id).wallet(entry.unit)->find(last());
            const Quantity granted = lot != nullptr ? lot->granted : entry.amount;
            course.entered.push_back({tier.id, entry.unit, last().value, granted});
        }
    }
    course.highest = std::max(course.highest, after);
}

// An upgrade that a refund undid brings nothing: what it brought goes back.
void undo_entries(Draft& draft, MemberId id, TierId after, Course& course) {
    for (const tiers::Entered& entered : course.entered) {
        if (entered.tier > after)
            draft.reverse_grant(id, entered.unit, {entered.lot}, RuleId{}, entered.amount);
    }
    std::erase_if(course.entered, [&](const tiers::Entered& entered) { return entered.tier > after; });
    course.highest = std::min(course.highest, after);
}

enum class Because : unsigned char { event, refund, review };

// The standing moves from one tier to another, and everything that hangs on it.
void move(Draft& draft, MemberId id, const Ladder& ladder, TierId before, TierId after, Instant at,
          Because because) {
    if (before.value != 0 && draft.programme().late_days > 0)
        draft.emit(entity_of(id), StandingLeft{ladder.id, before, at, judged_since(draft)});
    draft.emit(entity_of(id), StandingChanged{ladder.id, after, at});
    draft.decision.answer.tiers.push_back({ladder.id, before, after});
    const bool rises = after > before;
    if (ladder.keeps_course()) {
        Course course = course_of(draft.member(id), ladder);
        if (rises) {
            enter(draft, id, ladder, before, after, course, at);
            if (is_validity(ladder) || course.in_grace || before.value == 0) {
                course.in_grace = false;
                course.review = next_review(draft, ladder, after, draft.member(id).joined_at, at);
            }
            if (before.value == 0 && ladder.settle.kind != Cadence::Kind::never)
                course.settling =
                    tiers::next_on(ladder.settle, at, draft.member(id).joined_at, *draft.programme().zone);
        } else if (because == Because::refund) {
            undo_entries(draft, id, after, course);
        }
        put(draft, id, course);
    }
    using When = tiers::OnChange::When;
    if (rises && before.value != 0) change_units(draft, id, ladder, When::upgrade, before, at);
    if (!rises && because == Because::review) change_units(draft, id, ladder, When::downgrade, before, at);
}

tiers::Deeds deeds_of(const programme::Programme& programme, const Ladder& ladder, const Member& member,
                      const std::vector<metrics::MeasureId>& incomplete, Instant as_of) {
    tiers::Deeds deeds;
    switch (ladder.held) {
        case tiers::Held::spend: deeds.value = member.spend; break;
        case tiers::Held::metric: {
            const auto seen =
                reading_of(programme, incomplete, member, as_of, programme.metrics.metrics()[ladder.metric]);
            if (seen.known == metrics::Known::exact) deeds.value = seen.value.value_or(0);
            break;
        }
        case tiers::Held::balance: {
            const ledger::Wallet* wallet = member.wallet(ladder.unit);
            Quantity held = wallet != nullptr ? wallet->posted : Quantity{};
            if (wallet != nullptr && ladder.counts == tiers::CountsAt::released)
                held -= wallet->pending(as_of);
            deeds.value = held.value();
            break;
        }
        case tiers::Held::score: deeds.value = course_of(member, ladder).score; break;
    }
    deeds.holds = [&programme, &incomplete, &member, as_of](const tiers::Tier& tier) -> std::optional<bool> {
        const earning::Vocabulary& words = *programme.criteria;
        const StandingWords source(programme, incomplete, member, as_of);
        earning::Facts facts;
        facts.declared = &source;
        rules::Activation row(words.schema());
        for (const rules::Slot slot : tier.when->slots()) row.set(slot, words.word(slot).value(facts));
        rules::Scratch scratch;
        const auto held = rules::holds(*tier.when, row, scratch, nullptr);
        return held.ok() ? std::optional(*held) : std::nullopt;
    };
    return deeds;
}

// The score as of a time, and what each dimension gives to it. What cannot be known stays what it was.
std::int64_t score_as_of(const programme::Programme& programme, const Ladder& ladder, const Member& member,
                         const std::vector<metrics::MeasureId>& incomplete, Instant as_of,
                         std::vector<std::int64_t>& contributions) {
    contributions.resize(ladder.dimensions.size());
    std::int64_t score = 0;
    for (std::size_t i = 0; i < ladder.dimensions.size(); ++i) {
        const tiers::Dimension& dimension = ladder.dimensions[i];
        const auto seen =
            reading_of(programme, incomplete, member, as_of, programme.metrics.metrics()[dimension.metric]);
        if (seen.known == metrics::Known::exact)
            contributions[i] = tiers::contribution(dimension, seen.value.value_or(0));
        score += contributions[i];
    }
    return score;
}

std::optional<TierId> deserved_as_of(Draft& draft, MemberId id, const Ladder& ladder, Instant as_of) {
    const auto incomplete = incomplete_measures(draft.workspace, draft.programme());
    return tiers::deserved(ladder, deeds_of(draft.programme(), ladder, draft.member(id), incomplete, as_of));
}

// A version may have brought a review or a score to a ladder that members stand on already.
void schedule(Draft& draft, MemberId id, const Ladder& ladder) {
    if (!ladder.keeps_course() || draft.member(id).standing(ladder.id) == nullptr) return;
    Course course = course_of(draft.member(id), ladder);
    const Instant now = draft.context.now;
    const Instant joined = draft.member(id).joined_at;
    bool is_new = false;
    if (course.review == instant_max) {
        course.review = next_review(draft, ladder, tier_of(draft.member(id), ladder), joined, now);
        is_new = course.review != instant_max;
    }
    if (course.settling == instant_max && ladder.settle.kind != Cadence::Kind::never) {
        course.settling = tiers::next_on(ladder.settle, now, joined, *draft.programme().zone);
        is_new = true;
    }
    if (!is_new) return;
    if (course.highest.value == 0) course.highest = tier_of(draft.member(id), ladder);
    put(draft, id, course);
}

void look_at(Draft& draft, MemberId id, const Ladder& ladder, Draft::After after) {
    const TierId before = tier_of(draft.member(id), ladder);
    const auto deserves = deserved_as_of(draft, id, ladder, draft.context.now);
    const TierId lowest = ladder.tiers.front().id;
    TierId to = before;
    if (before.value == 0)
        to = ladder.upgrade == tiers::Upgrade::at_once ? deserves.value_or(lowest) : lowest;
    else if (deserves && *deserves > before && ladder.upgrade == tiers::Upgrade::at_once)
        to = *deserves;
    else if (deserves && *deserves < before && after == Draft::After::refund &&
             ladder.on_refund == tiers::OnRefund::recompute)
        to = std::max({*deserves, course_of(draft.member(id), ladder).floor, lowest});
    if (to != before)
        move(draft, id, ladder, before, to, draft.context.now,
             to > before ? Because::event : Because::refund);
    schedule(draft, id, ladder);
}

void review(Draft& draft, MemberId id, const Ladder& ladder, Instant at) {
    const Member& member = draft.member(id);
    const TierId tier = tier_of(member, ladder);
    Course course = course_of(member, ladder);
    const auto known = deserved_as_of(draft, id, ladder, day_before(at));
    const TierId deserves = known.value_or(tier);  // what cannot be known takes nothing away
    const bool may_fall = ladder.downgrade != tiers::Downgrade::none;
    if (deserves < tier && may_fall && ladder.grace_days > 0 && !course.in_grace) {
        const Zone& zone = *draft.programme().zone;
        course.in_grace = true;
        course.review = zone.start_of(civil_date(day_number(zone.local(at).date) + ladder.grace_days));
        return put(draft, id, course);
    }
    const TierId to = tiers::reviewed(ladder, tier, deserves);
    course.in_grace = false;
    course.floor = to;
    course.review = next_review(draft, ladder, to, member.joined_at, at);
    put(draft, id, course);
    if (to != tier) move(draft, id, ladder, tier, to, at, Because::review);
    change_units(draft, id, ladder, tiers::OnChange::When::review, tier, at);
}

void settle_score(Draft& draft, MemberId id, const Ladder& ladder, Instant at) {
    const programme::Programme& programme = draft.programme();
    const auto incomplete = incomplete_measures(draft.workspace, programme);
    Course course = course_of(draft.member(id), ladder);
    course.score =
        score_as_of(programme, ladder, draft.member(id), incomplete, day_before(at), course.contributions);
    course.scored_at = at;
    course.settling = tiers::next_on(ladder.settle, at, draft.member(id).joined_at, *programme.zone);
    put(draft, id, course);
    const TierId before = tier_of(draft.member(id), ladder);
    const auto deserves = deserved_as_of(draft, id, ladder, day_before(at));
    if (ladder.upgrade == tiers::Upgrade::at_once && deserves && *deserves > before)
        move(draft, id, ladder, before, *deserves, at, Because::event);
}

}  // namespace

std::optional<TierId> deserved_by(const programme::Programme& programme, const Ladder& ladder,
                                  const Member& member, const std::vector<metrics::MeasureId>& incomplete,
                                  Instant as_of) {
    return tiers::deserved(ladder, deeds_of(programme, ladder, member, incomplete, as_of));
}

Instant due_on_ladders(const Member& member) {
    Instant due = instant_max;
    for (const Course& course : member.courses) due = std::min(due, course.next_due());
    return due;
}

void settle_ladder(Draft& draft, MemberId id, Instant at) {
    for (const Course& kept : draft.member(id).courses) {
        if (kept.next_due() != at) continue;
        const Ladder* ladder = draft.programme().ladder(kept.ladder);
        const bool is_score = kept.settling == at;
        if (ladder != nullptr && is_score && ladder->settle.kind != Cadence::Kind::never)
            return settle_score(draft, id, *ladder, at);
        if (ladder != nullptr && !is_score && ladder->review.kind != Cadence::Kind::never &&
            draft.member(id).standing(ladder->id) != nullptr)
            return review(draft, id, *ladder, at);
        // The programme in force looks at it no more.
        Course course = kept;
        (is_score ? course.settling : course.review) = instant_max;
        return put(draft, id, course);
    }
    ASSERT(false);
}

void Draft::review_tiers(MemberId id, After after) {
    for (const Ladder& ladder : programme().ladders) look_at(*this, id, ladder, after);
}

void review_released(Draft& draft, MemberId id) {
    if (draft.context.programme == nullptr || draft.member(id).state != members::State::active) return;
    for (const Ladder& ladder : draft.programme().ladders) {
        if (ladder.counts == tiers::CountsAt::released && draft.member(id).standing(ladder.id) != nullptr)
            look_at(draft, id, ladder, Draft::After::spend);
    }
}

void review_after_command(Draft& draft, MemberId id) {
    if (draft.context.programme == nullptr || draft.member(id).state != members::State::active) return;
    const bool took_back =
        std::any_of(draft.decision.answer.taken_back.begin(), draft.decision.answer.taken_back.end(),
                    [](const TakenBack& taken) { return !taken.amount.is_zero(); });
    for (const Ladder& ladder : draft.programme().ladders) {
        // Spend moves only where it is counted, and is looked at there.
        if (ladder.held == tiers::Held::spend && !ladder.keeps_course()) continue;
        // An order that was judged again came back of nothing: only a balance has become less by it.
        const bool refund =
            took_back && (ladder.held == tiers::Held::balance || draft.decision.answer.rejudged.empty());
        look_at(draft, id, ladder, refund ? Draft::After::refund : Draft::After::spend);
    }
}

void take_over_standings(Draft& draft, MemberId id, const TakeOverLog& body) {
    for (const tiers::Standing& theirs : body.standings) {
        const Ladder* ladder = draft.programme().ladder(theirs.ladder);
        if (ladder == nullptr || theirs.tier <= tier_of(draft.member(id), *ladder)) continue;
        const TierId before = tier_of(draft.member(id), *ladder);
        draft.emit(entity_of(id), StandingChanged{theirs.ladder, theirs.tier, theirs.since});
        draft.decision.answer.tiers.push_back({theirs.ladder, before, theirs.tier});
        for (Course course : body.courses) {
            if (course.ladder != theirs.ladder) continue;
            course.entered.clear();  // their lots have other numbers here
            put(draft, id, course);
        }
    }
}

std::vector<StandingSeen> standings_of(const programme::Programme& programme,
                                       const std::vector<metrics::MeasureId>& incomplete,
                                       const Member& member, Instant now) {
    std::vector<StandingSeen> all;
    for (const Ladder& ladder : programme.ladders) {
        const tiers::Standing* standing = member.standing(ladder.id);
        StandingSeen seen;
        seen.ladder = ladder.id;
        seen.tier = standing != nullptr ? standing->tier : TierId{};
        if (standing != nullptr) seen.since = standing->since;
        const Course course = course_of(member, ladder);
        seen.value = deeds_of(programme, ladder, member, incomplete, now).value;
        const TierId here = standing != nullptr ? standing->tier : ladder.tiers.front().id;
        for (const tiers::Tier& tier : ladder.tiers) {
            if (tier.id <= here) continue;
            seen.next = tier.id;
            if (seen.value) seen.missing = std::max<std::int64_t>(0, tier.from - *seen.value);
            break;
        }
        seen.review = course.review;
        seen.in_grace = course.in_grace;
        if (course.review != instant_max && standing != nullptr) {
            auto deeds = deeds_of(programme, ladder, member, incomplete, day_before(course.review));
            std::vector<std::int64_t> contributions = course.contributions;
            if (ladder.held == tiers::Held::score && course.settling <= course.review)
                deeds.value = score_as_of(programme, ladder, member, incomplete, day_before(course.settling),
                                          contributions);
            const auto deserves = tiers::deserved(ladder, deeds);
            seen.projected = tiers::reviewed(ladder, here, deserves.value_or(here));
            const tiers::Tier* tier = ladder.find(here);
            if (deeds.value && tier != nullptr)
                seen.missing_to_keep = std::max<std::int64_t>(0, tier->from - *deeds.value);
        }
        seen.scored_at = course.scored_at;
        seen.settling = course.settling;
        seen.contributions = course.contributions;
        seen.contributions.resize(ladder.dimensions.size());
        all.push_back(std::move(seen));
    }
    return all;
}

}  // namespace banyan::engine
