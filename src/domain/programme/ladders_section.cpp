// SPDX-License-Identifier: Apache-2.0
// The ladders section: what the thresholds are held against, when a standing rises, when it is looked at again, and what
// becomes of units on the way.

#include <algorithm>

#include "domain/metrics/reading.h"
#include "domain/programme/expressions.h"
#include "domain/programme/possible.h"
#include "domain/programme/sections.h"
#include "domain/programme/words.h"

namespace banyan::programme {

namespace {

using tiers::Cadence;
using tiers::Held;
using tiers::Ladder;

constexpr std::int64_t amount_most = 1'000'000'000'000'000;

template <typename Items, typename Name>
std::vector<std::string> names_of(const Items& items, Name name) {
    std::vector<std::string> names;
    for (const auto& item : items) names.push_back(item.*name);
    return names;
}

void refuse_unit(Reader& reader, std::string_view key, const std::string& code, const Programme& programme) {
    const auto units = names_of(programme.units, &ledger::Unit::code);
    reader.fail("unit \"" + code + "\" is not declared" + did_you_mean(code, units) +
                    "; declared are: " + joined(units),
                key);
}

UnitId read_unit_code(Reader& reader, const Programme& programme) {
    const std::string code = reader.required_text("unit");
    const ledger::Unit* unit = programme.unit(code);
    if (unit == nullptr && !code.empty()) refuse_unit(reader, "unit", code, programme);
    return unit != nullptr ? unit->id : UnitId{};
}

// The metric's place in the programme. A day is no number to hold against a threshold.
std::uint32_t find_metric(Reader& reader, std::string_view key, const std::string& code,
                          const Programme& programme) {
    const auto& metrics = programme.metrics.metrics();
    for (std::uint32_t i = 0; i < metrics.size(); ++i) {
        if (metrics[i].name != code) continue;
        if (metrics::yields(metrics[i].fold) == metrics::Yields::timestamp)
            reader.fail("metric \"" + code + "\" is a day; a threshold is held against a number", key);
        return i;
    }
    const auto names = names_of(metrics, &metrics::Metric::name);
    if (!reader.findings().has_errors())  // an entry of the metrics that could not be read says so itself
        reader.fail("metric \"" + code + "\" is not declared" + did_you_mean(code, names) +
                        (names.empty() ? "; declare it under metrics" : "; declared are: " + joined(names)),
                    key);
    return 0;
}

void hold_balance(Reader& reader, Ladder& ladder, const std::string& code, const Programme& programme) {
    ladder.held = Held::balance;
    const ledger::Unit* unit = programme.unit(code);
    if (unit == nullptr) return refuse_unit(reader, "value", code, programme);
    ladder.unit = unit->id;
    if (unit->kind == ledger::UnitKind::growth) return;
    reader.fail(
        "unit \"" + code +
            "\" is spent, so using it would cost the tier: declare a unit of kind: growth beside it and "
            "let the same rules grant both",
        "value");
}

void read_value(Reader& reader, Ladder& ladder, const Programme& programme) {
    reader.word("metric", {"spend"});  // how ladders on spend were written first
    const auto value = reader.text("value");
    if (!value || *value == "spend") return;
    if (reader.has("metric")) reader.fail("\"value\" says what is held; leave \"metric\" out", "metric");
    if (*value == "score") {
        ladder.held = Held::score;
    } else if (value->starts_with("metric.")) {
        ladder.held = Held::metric;
        ladder.metric = find_metric(reader, "value", value->substr(7), programme);
    } else if (value->starts_with("balance.")) {
        hold_balance(reader, ladder, value->substr(8), programme);
    } else {
        reader.fail("expected spend, metric.CODE, balance.UNIT or score", "value");
    }
}

void read_every(Reader& reader, Cadence& cadence) {
    using Kind = Cadence::Kind;
    const auto every = reader.word("every", {"year", "quarter", "month"});
    if (!reader.has("every")) reader.fail("say every: year, quarter or month");
    cadence.kind = static_cast<Kind>(static_cast<int>(Kind::year) + static_cast<int>(every.value_or(0)));
    const auto month = reader.integer("month", 1, 12);
    if (month && cadence.kind != Kind::year) reader.fail("only a year has a month: every: year", "month");
    cadence.month = static_cast<std::uint8_t>(month.value_or(1));
    cadence.day = static_cast<std::uint8_t>(reader.integer("day", 1, 31).value_or(1));
}

// never, anniversary, {every: ...}; and {days_from_upgrade: N} for a review.
Cadence read_cadence(Reader& reader, std::string_view key, bool of_review) {
    Cadence cadence;
    const Value* given = reader.value().is(Value::Kind::map) ? reader.value().map().find(key) : nullptr;
    if (given == nullptr || !given->is(Value::Kind::map)) {
        const auto word = reader.word(key, {"never", "anniversary"});
        if (word && *word == 1) cadence.kind = Cadence::Kind::anniversary;
        return cadence;
    }
    auto said = reader.object(key);
    if (of_review && said->has("days_from_upgrade")) {
        cadence.kind = Cadence::Kind::days_from_upgrade;
        cadence.days = static_cast<std::int32_t>(said->required_integer("days_from_upgrade", 1, 3660));
    } else {
        read_every(*said, cadence);
    }
    said->finish();
    return cadence;
}

tiers::EntryGrant read_entry(Reader& reader, Programme& programme) {
    tiers::EntryGrant entry;
    entry.unit = read_unit_code(reader, programme);
    entry.amount = Quantity(reader.required_integer("grant", 1, amount_most));
    entry.cost_centre = find_cost_centre(reader, reader.text("cost_centre").value_or(""), programme);
    reader.finish();
    return entry;
}

tiers::Tier read_tier(Reader& reader, std::size_t index, Programme& programme) {
    tiers::Tier tier;
    tier.id = {static_cast<std::uint16_t>(index + 1)};
    tier.code = reader.required_text("tier");
    const Names names = read_names(reader, tier.code);
    tier.name_zh = names.zh;
    tier.name_en = names.en;
    tier.when_text = reader.text("when").value_or("");
    tier.from = reader.has("when") ? reader.integer("from", 0, amount_most).value_or(0)
                                   : reader.required_integer("from", 0, amount_most);
    for (Reader& entry : reader.list("enter")) tier.enter.push_back(read_entry(entry, programme));
    reader.finish();
    return tier;
}

// Thresholds that could not be read were told of already.
bool has_threshold(const Reader& tier) {
    return tier.has("from") && tier.value().map().find("from")->is(Value::Kind::integer);
}

void check_thresholds(const std::vector<tiers::Tier>& tiers, std::vector<Reader>& readers) {
    const tiers::Tier* below = nullptr;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        if (i == 0 && readers[i].has("when"))
            readers[i].fail("the first tier is everybody's: leave its condition out", "when");
        if (!has_threshold(readers[i])) continue;
        if (i == 0 && tiers[i].from != 0) readers[i].fail("the first tier starts at 0", "from");
        if (below != nullptr && tiers[i].from <= below->from)
            readers[i].fail("thresholds must rise from tier to tier: \"" + below->code + "\" starts at " +
                                std::to_string(below->from),
                            "from");
        below = &tiers[i];
    }
}

tiers::Dimension read_dimension(Reader& reader, const Programme& programme) {
    tiers::Dimension dimension;
    dimension.code = reader.required_text("dimension");
    const Names names = read_names(reader, dimension.code);
    dimension.name_zh = names.zh;
    dimension.name_en = names.en;
    const std::string metric = reader.required_text("metric");
    if (!metric.empty()) dimension.metric = find_metric(reader, "metric", metric, programme);
    dimension.weight = reader.integer("weight", 1, 1'000'000'000).value_or(1);
    dimension.per = reader.integer("per", 1, amount_most).value_or(1);
    dimension.cap = reader.integer("cap", 1, 1'000'000'000).value_or(0);
    if (const auto round = reader.word("round", {"down", "up", "half_up"}))
        dimension.rounding = static_cast<Rounding>(*round);
    reader.finish();
    return dimension;
}

void read_score(Reader& reader, Ladder& ladder, const Programme& programme) {
    auto score = reader.object("score");
    if (score) {
        std::vector<Reader> readers = score->list("dimensions");
        for (Reader& dimension : readers) ladder.dimensions.push_back(read_dimension(dimension, programme));
        refuse_repeated(readers, ladder.dimensions, "dimension",
                        [](const tiers::Dimension& d) { return d.code; });
        ladder.settle = read_cadence(*score, "settle", false);
        if (ladder.dimensions.empty()) score->fail("a score has at least one dimension", "dimensions");
        if (ladder.settle.kind == Cadence::Kind::never)
            score->fail("say when the score is settled, for example settle: {every: month, day: 2}",
                        "settle");
        score->finish();
    }
    if (ladder.held == Held::score && !score)
        reader.fail("what the score is made of stands under \"score\": dimensions and settle", "value");
    if (ladder.held != Held::score && score)
        reader.fail("a score that no threshold is held against: say value: score", "score");
}

void read_changes(Reader& reader, Ladder& ladder, const Programme& programme) {
    for (Reader& entry : reader.list("on_change")) {
        tiers::OnChange change;
        change.unit = read_unit_code(entry, programme);
        if (!entry.has("when") || !entry.has("do"))
            entry.fail("say when (upgrade, downgrade, review) and do (forfeit, reset, subtract_threshold)");
        change.when = static_cast<tiers::OnChange::When>(
            entry.word("when", {"upgrade", "downgrade", "review"}).value_or(0));
        change.does = static_cast<tiers::OnChange::Does>(
            entry.word("do", {"forfeit", "reset", "subtract_threshold"}).value_or(0));
        entry.finish();
        if (change.does == tiers::OnChange::Does::subtract_threshold &&
            (ladder.held != Held::balance || ladder.unit != change.unit))
            entry.fail(
                "the tier's threshold is one of what the ladder holds: use it with value: balance of this "
                "unit",
                "do");
        if (change.when != tiers::OnChange::When::upgrade && ladder.review.kind == Cadence::Kind::never)
            entry.fail(
                "without a review nothing is looked at and no tier falls: say review, for example "
                "anniversary",
                "when");
        ladder.on_change.push_back(change);
    }
}

void check_policy(Reader& reader, const Ladder& ladder) {
    if (ladder.review.kind == Cadence::Kind::never) {
        const char* at_a_review = "only a review does that: say review, for example review: anniversary";
        if (ladder.downgrade != tiers::Downgrade::none) reader.fail(at_a_review, "downgrade");
        if (ladder.upgrade == tiers::Upgrade::at_review) reader.fail(at_a_review, "upgrade");
    }
    if (ladder.grace_days > 0 && ladder.downgrade == tiers::Downgrade::none)
        reader.fail("no tier falls, so there is nothing to wait for: leave \"grace_days\" out", "grace_days");
    if (reader.has("counts") && ladder.held != Held::balance)
        reader.fail("what is released is a balance: use counts with value: balance.UNIT", "counts");
    if (reader.has("since") && ladder.held != Held::spend)
        reader.fail("\"since\" is about spend; a metric's window says what it counts", "since");
}

// A threshold that the score can never come to.
void check_reach(const Ladder& ladder, std::vector<Reader>& tiers) {
    if (ladder.held != Held::score) return;
    std::int64_t most = 0;
    for (const tiers::Dimension& dimension : ladder.dimensions) {
        if (dimension.cap == 0) return;
        most += dimension.cap;
    }
    for (std::size_t i = 0; i < tiers.size() && i < ladder.tiers.size(); ++i) {
        if (ladder.tiers[i].from > most)
            tiers[i].fail(
                "no member can reach it: all dimensions together come to at most " + std::to_string(most),
                "from");
    }
}

Ranges ranges_of(const Programme& programme) {
    Ranges ranges;
    for (const metrics::Metric& metric : programme.metrics.metrics()) {
        const bool never_below =
            metric.fold == metrics::Fold::distinct || metric.fold == metrics::Fold::streak;
        if (never_below) ranges["metric." + metric.name] = {0, INT64_MAX};
    }
    for (const Ladder& ladder : programme.ladders)
        ranges["tier." + ladder.code] = {0, static_cast<std::int64_t>(ladder.tiers.size())};
    return ranges;
}

// The condition of a tier reads what the member has and has done, not an event.
void compile_condition(Reader& reader, tiers::Tier& tier, const Ladder& ladder, const Programme& programme,
                       const Regex* regex) {
    const earning::Vocabulary& words = *programme.criteria;
    tier.when = compiled_at(reader, "when", tier.when_text, words.schema(), regex);
    if (!tier.when) return;
    if (tier.when->kind() != rules::Kind::boolean && tier.when->kind() != rules::Kind::dyn)
        return reader.fail("the condition must be true or false, for example metric.orders >= 12", "when");
    for (const rules::Slot slot : tier.when->slots()) {
        const std::string& path = words.word(slot).path;
        if (words.word(slot).family == earning::Family::fact)
            return reader.fail("a tier is deserved at any time, not at an event: \"" + path +
                                   "\" is not known then; use metric.CODE, balance.UNIT or tier.LADDER",
                               "when");
        if (path == "tier." + ladder.code)
            return reader.fail("a tier cannot be deserved by where the member stands on the same ladder",
                               "when");
    }
    const rules::Expression& when = tier.when->expression();
    if (!is_possible(when, when.root(), Truth::yes, ranges_of(programme)))
        reader.fail("no member can meet this condition: its parts exclude each other", "when");
}

Ladder read_one(Reader& reader, std::size_t index, Programme& programme, std::vector<Reader>& tiers) {
    Ladder ladder;
    ladder.id = {static_cast<std::uint16_t>(index + 1)};
    ladder.code = reader.required_text("ladder");
    const Names names = read_names(reader, ladder.code);
    ladder.name_zh = names.zh;
    ladder.name_en = names.en;
    read_value(reader, ladder, programme);
    if (const auto since = reader.word("since", {"registration", "ever"}))
        ladder.since = static_cast<tiers::SpendSince>(*since);
    if (const auto refund = reader.word("on_refund", {"recompute", "keep"}))
        ladder.on_refund = static_cast<tiers::OnRefund>(*refund);
    if (const auto counts = reader.word("counts", {"paid", "released"}))
        ladder.counts = static_cast<tiers::CountsAt>(*counts);
    if (const auto upgrade = reader.word("upgrade", {"at_once", "at_review"}))
        ladder.upgrade = static_cast<tiers::Upgrade>(*upgrade);
    if (const auto downgrade = reader.word("downgrade", {"none", "one_step", "by_qualification"}))
        ladder.downgrade = static_cast<tiers::Downgrade>(*downgrade);
    ladder.review = read_cadence(reader, "review", true);
    ladder.grace_days = static_cast<std::int32_t>(reader.integer("grace_days", 1, 3660).value_or(0));
    read_score(reader, ladder, programme);
    read_changes(reader, ladder, programme);
    tiers = reader.list("tiers");
    for (std::size_t i = 0; i < tiers.size(); ++i) ladder.tiers.push_back(read_tier(tiers[i], i, programme));
    check_thresholds(ladder.tiers, tiers);
    check_reach(ladder, tiers);
    refuse_repeated(tiers, ladder.tiers, "tier", [](const tiers::Tier& t) { return t.code; });
    if (!reader.has("tiers") || (reader.value().map().find("tiers")->is(Value::Kind::list) && tiers.empty()))
        reader.fail("a ladder needs at least one tier", "tiers");
    check_policy(reader, ladder);
    reader.finish();
    return ladder;
}

}  // namespace

void read_ladders(Reader& document, Programme& programme, const Regex* regex) {
    std::vector<Reader> readers = document.list("ladders");
    std::vector<std::vector<Reader>> tiers(readers.size());
    for (std::size_t i = 0; i < readers.size(); ++i)
        programme.ladders.push_back(read_one(readers[i], i, programme, tiers[i]));
    refuse_repeated(readers, programme.ladders, "ladder", [](const Ladder& ladder) { return ladder.code; });
    // Conditions may read where a member stands on the other ladders, so all of them are read by now.
    programme.criteria = criteria_of(programme);
    for (std::size_t i = 0; i < readers.size(); ++i) {
        for (std::size_t j = 0; j < programme.ladders[i].tiers.size(); ++j) {
            tiers::Tier& tier = programme.ladders[i].tiers[j];
            if (tier.when_text.empty()) continue;
            compile_condition(tiers[i][j], tier, programme.ladders[i], programme, regex);
            if (tier.when) programme.criteria->reads(*tier.when);
        }
    }
}

}  // namespace banyan::programme
