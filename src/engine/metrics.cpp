// SPDX-License-Identifier: Apache-2.0
// What is counted. An event is told to every measure that listens to it; what an order counted is kept with the order, so
// that its refunds take back what it was and not what the programme would say of it today.

#include <algorithm>

#include "domain/rules/evaluate.h"
#include "engine/counts.h"
#include "engine/draft.h"
#include "engine/words.h"

namespace banyan::engine {

using members::State;

namespace {

// A thing's number. Text is taken by FNV-1a; a brand has thousands of stores and products, not billions.
std::int64_t key_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
    return static_cast<std::int64_t>(hash);
}

// What `of` says of the event, as the measure counts it. Nothing: it does not count, as when the expression fails.
std::optional<Count> count_of(const rules::Term& term, const metrics::Measure& measure) {
    using rules::Kind;
    Count count;
    count.measure = measure.id;
    count.amount = 1;
    switch (measure.counts) {
        case metrics::Counts::times: return count;
        case metrics::Counts::amounts:
            if (!term.is(Kind::integer) || term.integer() <= 0 || term.integer() > quantity_max)
                return std::nullopt;
            count.amount = term.integer();
            return count;
        case metrics::Counts::things:
            if (term.is(Kind::string)) {
                count.key = key_of(term.string());
                return count;
            }
            [[fallthrough]];
        case metrics::Counts::moments:
            if (!term.is(Kind::integer)) return std::nullopt;
            count.key = term.integer();
            return count;
    }
    return std::nullopt;
}

// How much is gone of what an order counted once `refunded` of `paid` has come back: of an amount the share, rounded up,
// as of a grant; of anything else all of it, once everything has come back.
std::int64_t gone(const catalog::Counted& counted, metrics::Counts counts, std::int64_t refunded,
                  std::int64_t paid, bool is_whole) {
    if (is_whole) return counted.amount;
    if (counts != metrics::Counts::amounts) return 0;
    return catalog::taken_back(Quantity(counted.amount), refunded, paid).value();
}

bool is_whole(const catalog::Order& order) {
    const bool all_pieces =
        std::all_of(order.lines.begin(), order.lines.end(),
                    [](const catalog::KeptLine& line) { return line.refunded_quantity == line.quantity; });
    return all_pieces || (order.paid() > 0 && order.refunded() == order.paid());
}

// The measure as the programme has it. One that the programme has no longer is read by no metric.
const metrics::Measure* measure_of(const Draft& draft, metrics::MeasureId id) {
    return draft.programme().metrics.find(id);
}

metrics::Occurrence occurrence_of(const Count& count) { return {count.at, count.amount, count.key}; }

// Days that no window needs any more. Only where something is counted: what a sweep does leaves no trace in the log.
void fold_log(Draft& draft, MemberId id) {
    if (draft.context.programme == nullptr || draft.member(id).log.empty()) return;
    const programme::Programme& programme = draft.programme();
    LogFolded folded;
    // What an order that is told late may look back at stays.
    const metrics::Day today = metrics::local_day(draft.context.now, *programme.zone) - programme.late_days;
    for (const metrics::LogFact& fact : metrics::due_folds(draft.member(id).log, programme.metrics, today))
        folded.folded.push_back(std::get<metrics::Folded>(fact));
    if (!folded.folded.empty()) draft.emit(entity_of(id), std::move(folded));
}

}  // namespace

std::vector<Count> counts_of(const programme::Programme& programme, const earning::Facts& facts, Instant at,
                             const Calendar* calendar, ProgrammeVersion since) {
    std::vector<Count> counts;
    const programme::CountedEvent* event = programme.counted_event(facts.event_type);
    if (event == nullptr) return counts;
    rules::Activation row(event->words.schema());
    for (const rules::Slot slot : event->words.read()) row.set(slot, event->words.word(slot).value(facts));
    rules::Scratch scratch;
    for (const programme::Counting& counting : event->countings) {
        if (since.value != 0 && counting.since != since) continue;
        if (counting.when) {
            const auto held = rules::holds(*counting.when, row, scratch, calendar);
            if (!held.ok() || !*held) continue;
        }
        const rules::Term of = counting.of ? rules::evaluate(*counting.of, row, scratch, calendar)
                                           : rules::Term(std::int64_t{1});
        const metrics::Measure* measure = programme.metrics.find(counting.measure);
        ASSERT(measure != nullptr);
        if (auto count = count_of(of, *measure)) {
            count->at = at;
            counts.push_back(*count);
        }
    }
    return counts;
}

std::vector<Count> counts_of(const programme::Programme& programme, const RecordEvent& body, Instant at,
                             const Calendar* calendar, ProgrammeVersion since) {
    const AttributeWords attributes(body);
    earning::Facts facts = facts_of_event(*programme.zone, body.event, at);
    facts.declared = &attributes;
    return counts_of(programme, facts, at, calendar, since);
}

void count_event(Draft& draft, MemberId id, const RecordEvent& body) {
    if (draft.programme().metrics.measures().empty()) return;
    const Instant at = std::min(draft.command.occurred_at, draft.context.now);
    count(draft, id, counts_of(draft.programme(), body, at, draft.context.calendar, {}));
}

void count(Draft& draft, MemberId id, const std::vector<Count>& counts) {
    if (!counts.empty()) fold_log(draft, id);
    for (const Count& one : counts) {
        const metrics::Measure* measure = measure_of(draft, one.measure);
        if (measure == nullptr) continue;
        const metrics::Log& log = draft.member(id).log;
        const Zone& zone = *draft.programme().zone;
        const auto facts = one.refunded
                               ? metrics::taken_back(log, *measure, occurrence_of(one), *one.refunded, zone)
                               : metrics::counted(log, *measure, occurrence_of(one), zone);
        if (!facts || metrics::volume(log, measure->id) > total_max) {
            // Only who asks for it can be told.
            if (!draft.command.id.is_zero())
                draft.refuse(Refusal::amount_too_large, "what the member has counted would be beyond 10^17");
            continue;
        }
        LogMoved moved;
        for (const metrics::LogFact& fact : *facts) moved.moved.push_back(std::get<metrics::Moved>(fact));
        if (!moved.moved.empty()) draft.emit(entity_of(id), std::move(moved));
    }
}

void count_order(Draft& draft, MemberId id, const RecordOrder& body, const RecordPricedOrder* priced) {
    if (draft.programme().metrics.measures().empty()) return;
    // An order cannot lie in the future of the day it is told on.
    const Instant at = std::min(draft.command.occurred_at, draft.context.now);
    const auto counts = counts_of(draft.programme(), facts_of_order(draft.programme(), body, priced, at), at,
                                  draft.context.calendar, {});
    if (counts.empty()) return;
    OrderCounted kept;
    for (const Count& count : counts)
        kept.counted.push_back({count.measure, count.at, count.amount, count.key, 0});
    draft.emit(entity_of_order(body.order), std::move(kept));
    count(draft, id, counts);
}

std::vector<Count> uncounted(Draft& draft, KeyedId order_id, Instant refunded) {
    const EntityId entity = entity_of_order(order_id);
    const auto& order = draft.workspace.read<catalog::Order>(entity);
    std::vector<Count> counts;
    OrderUncounted kept;
    for (std::uint32_t i = 0; i < order.counted.size(); ++i) {
        const catalog::Counted& counted = order.counted[i];
        const metrics::Measure* measure = measure_of(draft, counted.measure);
        if (measure == nullptr || measure->refund == metrics::RefundDay::never) continue;
        const std::int64_t part =
            gone(counted, measure->counts, order.refunded(), order.paid(), is_whole(order)) -
            counted.taken_back;
        ASSERT(part >= 0);
        if (part == 0) continue;
        kept.parts.push_back({i, part});
        counts.push_back(
            {counted.measure, counted.at, part, counted.key, std::min(refunded, draft.context.now)});
    }
    if (!kept.parts.empty()) draft.emit(entity, std::move(kept));
    return counts;
}

void take_over_log(Draft& draft, MemberId id, const metrics::Log& log) {
    LogFolded folded;
    LogMoved moved;
    for (const metrics::LogFact& fact : metrics::transfer(log, draft.member(id).log)) {
        if (const auto* line = std::get_if<metrics::Folded>(&fact))
            folded.folded.push_back(*line);
        else
            moved.moved.push_back(std::get<metrics::Moved>(fact));
    }
    if (!folded.folded.empty()) draft.emit(entity_of(id), std::move(folded));
    if (!moved.moved.empty()) draft.emit(entity_of(id), std::move(moved));
}

void decide_backfill(Draft& draft, MemberId id, const BackfillRecord& body) {
    const EntityId progress = entity_of_backfill(body.version);
    if (draft.workspace.read<metrics::Backfill>(progress).has(body.record)) return;
    draft.emit(progress, BackfillReached{body.record});
    OrderCounted kept;
    std::vector<Count> counts;
    for (const Count& count : body.counts) {
        const metrics::Measure* measure = measure_of(draft, count.measure);
        if (measure == nullptr || draft.programme().since(count.measure) != body.version) continue;
        counts.push_back(count);
        catalog::Counted counted{count.measure, count.at, count.amount, count.key, 0};
        if (!body.order.is_zero() && measure->refund != metrics::RefundDay::never) {
            const auto& order = draft.workspace.read<catalog::Order>(entity_of_order(body.order));
            std::int64_t refunded = 0;
            for (const BackfillRecord::Refund& refund : body.refunds) {
                refunded += refund.money;
                const bool last = &refund == &body.refunds.back();
                const std::int64_t part =
                    gone(counted, measure->counts, refunded, order.paid(), last && is_whole(order)) -
                    counted.taken_back;
                if (part == 0) continue;
                counted.taken_back += part;
                counts.push_back({count.measure, count.at, part, count.key, refund.at});
            }
        }
        kept.counted.push_back(counted);
    }
    if (!body.order.is_zero() && !kept.counted.empty())
        draft.emit(entity_of_order(body.order), std::move(kept));
    if (counts.empty()) return;
    const members::Member& member = draft.member(id);
    if (member.state == State::forwarded)
        return draft.follow_up(partition_of(member.forwarded_to), MoveCounts{std::move(counts)},
                               member.forwarded_to, {});
    count(draft, id, counts);
}

std::vector<metrics::MeasureId> incomplete_measures(Workspace& workspace,
                                                    const programme::Programme& programme) {
    std::vector<metrics::MeasureId> incomplete;
    for (const programme::CountedEvent& event : programme.counted_events) {
        for (const programme::Counting& counting : event.countings) {
            if (counting.since.value <= 1) continue;
            const auto& backfill = workspace.read<metrics::Backfill>(entity_of_backfill(counting.since));
            if (backfill.state == metrics::Backfill::State::incomplete)
                incomplete.push_back(counting.measure);
        }
    }
    return incomplete;
}

metrics::Reading reading_of(const programme::Programme& programme,
                            const std::vector<metrics::MeasureId>& incomplete, const members::Member& member,
                            Instant now, const metrics::Metric& metric) {
    const metrics::Readings readings(programme.metrics, incomplete, member.log,
                                     metrics::as_of(now, member.joined_at, *programme.zone), *programme.zone);
    return readings.reading(metric);
}

std::vector<MetricSeen> metrics_of(const programme::Programme& programme,
                                   const std::vector<metrics::MeasureId>& incomplete,
                                   const members::Member& member, Instant now) {
    std::vector<MetricSeen> seen;
    for (const metrics::Metric& metric : programme.metrics.metrics())
        seen.push_back({metric.name, metrics::yields(metric.fold),
                        reading_of(programme, incomplete, member, now, metric)});
    return seen;
}

earning::Facts facts_of_order(const programme::Programme& programme, const RecordOrder& body,
                              const RecordPricedOrder* priced, Instant at) {
    earning::Facts facts = facts_of_event(*programme.zone, "order.paid", at);
    add_order(facts, body, priced);
    return facts;
}

}  // namespace banyan::engine
