// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/succession.h"

#include <algorithm>

namespace banyan::programme {

namespace {

std::uint16_t number_of(std::vector<std::string>& codes, const std::string& code) {
    auto found = std::find(codes.begin(), codes.end(), code);
    if (found == codes.end()) found = codes.insert(codes.end(), code);
    const auto number = static_cast<std::size_t>(found - codes.begin()) + 1;
    ASSERT(number <= UINT16_MAX);
    return static_cast<std::uint16_t>(number);
}

void compare_units(const Programme& before, const Programme& after, std::vector<std::string>& broken) {
    for (const ledger::Unit& unit : before.units) {
        const ledger::Unit* kept = after.unit(unit.code);
        if (kept == nullptr)
            broken.push_back("unit \"" + unit.code +
                             "\" is gone, and members may hold it; keep it and let no rule grant it");
        else if (kept->decimals != unit.decimals)
            broken.push_back("unit \"" + unit.code + "\" had " + std::to_string(unit.decimals) +
                             " decimals; balances are kept in its smallest parts, so it keeps them");
    }
}

void compare_ladders(const Programme& before, const Programme& after, std::vector<std::string>& broken) {
    for (const tiers::Ladder& ladder : before.ladders) {
        const auto kept = std::find_if(after.ladders.begin(), after.ladders.end(),
                                       [&](const tiers::Ladder& l) { return l.code == ladder.code; });
        if (kept == after.ladders.end()) {
            broken.push_back("ladder \"" + ladder.code + "\" is gone, and members stand on it; keep it");
            continue;
        }
        for (std::size_t i = 0; i < ladder.tiers.size(); ++i) {
            if (i < kept->tiers.size() && kept->tiers[i].code == ladder.tiers[i].code) continue;
            broken.push_back("ladder \"" + ladder.code + "\": tier \"" + ladder.tiers[i].code +
                             "\" was number " + std::to_string(i + 1) +
                             " from below and stays it; add tiers above it, or declare another ladder");
            break;
        }
    }
}

// Claims, limits and later dates are the brand's to change; what a coupon in a member's hand is worth is not.
void compare_coupons(const Programme& before, const Programme& after, std::vector<std::string>& broken) {
    for (const coupons::Batch& batch : before.coupons) {
        const coupons::Batch* kept = after.coupon(batch.code);
        if (kept == nullptr)
            broken.push_back("coupon \"" + batch.code +
                             "\" is gone, and members may hold it; keep it and let nobody claim it");
        else if (kept->discount != batch.discount || kept->threshold != batch.threshold ||
                 kept->scope != batch.scope || kept->group != batch.group)
            broken.push_back("coupon \"" + batch.code +
                             "\" is worth something else, and members may hold it; declare another batch");
    }
}

}  // namespace

namespace {

bool keeps(const metrics::Keeping& kept, const metrics::Keeping& asked) {
    const bool days = !kept.days || (asked.days && *asked.days <= *kept.days);
    return days && (kept.past || !asked.past);
}

// The number of the measure that the programme's counting goes on with, or 0.
std::uint16_t known_measure(const std::vector<Numbers::Measure>& measures, const std::string& key,
                            const metrics::Keeping& asked) {
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const Numbers::Measure& measure = measures[i];
        if (measure.is_kept && measure.key == key && keeps(measure.keeping, asked))
            return static_cast<std::uint16_t>(i + 1);
    }
    return 0;
}

template <typename Visitor>
void each_counting(const Programme& programme, Visitor visit) {
    for (const CountedEvent& event : programme.counted_events) {
        for (const Counting& counting : event.countings)
            visit(counting, programme.metrics.keeping(counting.measure));
    }
}

void learn_measures(const Programme& programme, std::vector<Numbers::Measure>& measures) {
    std::vector<Numbers::Measure> next = measures;
    for (Numbers::Measure& measure : next) measure.is_kept = false;
    each_counting(programme, [&](const Counting& counting, const metrics::Keeping& keeping) {
        const std::uint16_t known = known_measure(measures, counting.key, keeping);
        if (known == 0) {
            next.push_back({counting.key, keeping, programme.version, true});
        } else {
            next[known - 1U].is_kept = true;
            next[known - 1U].keeping = keeping;
        }
    });
    ASSERT(next.size() < draft_numbers_from);
    measures = std::move(next);
}

}  // namespace

void Numbers::learn(const Programme& programme) {
    learn_measures(programme, measures);
    for (const ledger::Unit& unit : programme.units) number_of(units, unit.code);
    for (const tiers::Ladder& ladder : programme.ladders) number_of(ladders, ladder.code);
    for (const earning::Rule& rule : programme.rules) number_of(rules, rule.code);
    for (const std::string& centre : programme.cost_centres) number_of(cost_centres, centre);
    for (const limits::Limit& limit : programme.limits) number_of(limits, limit.name);
    for (const coupons::Batch& batch : programme.coupons) number_of(coupons, batch.code);
}

namespace {

template <typename Number>
void renumber_limits(const Programme& programme, Programme& copy, Number number) {
    for (limits::Limit& limit : copy.limits) {
        limit.id = {number(&Numbers::limits, limit.name)};
        if (limit.cost_centre != 0)
            limit.cost_centre =
                number(&Numbers::cost_centres, programme.cost_centres[limit.cost_centre - 1U]);
        for (std::vector<UnitId>* units : {&limit.earned_units, &limit.spent_units}) {
            for (UnitId& unit : *units) unit = {number(&Numbers::units, programme.unit(unit)->code)};
        }
    }
    for (earning::Rule& rule : copy.rules) {
        for (limits::LimitId& limit : rule.limits)
            limit = {number(&Numbers::limits, programme.limit(limit)->name)};
    }
}

template <typename Number>
void renumber_coupons(const Programme& programme, Programme& copy, Number number) {
    for (coupons::Batch& batch : copy.coupons) {
        batch.id = {number(&Numbers::coupons, batch.code)};
        if (batch.cost_centre != 0)
            batch.cost_centre =
                number(&Numbers::cost_centres, programme.cost_centres[batch.cost_centre - 1U]);
        for (limits::LimitId& limit : batch.limits)
            limit = {number(&Numbers::limits, programme.limit(limit)->name)};
    }
}

// `number` gives a code its number, in the list of its section.
template <typename Number>
void renumber_ladder(const Programme& programme, tiers::Ladder& ladder, Number number) {
    const auto renumber = [&](UnitId& unit) {
        if (unit.value != 0) unit = {number(&Numbers::units, programme.unit(unit)->code)};
    };
    ladder.id = {number(&Numbers::ladders, ladder.code)};
    renumber(ladder.unit);
    for (tiers::OnChange& change : ladder.on_change) renumber(change.unit);
    for (tiers::Tier& tier : ladder.tiers) {
        for (tiers::EntryGrant& entry : tier.enter) {
            renumber(entry.unit);
            if (entry.cost_centre != 0)
                entry.cost_centre =
                    number(&Numbers::cost_centres, programme.cost_centres[entry.cost_centre - 1U]);
        }
    }
}

template <typename Number, typename Measured>
std::shared_ptr<Programme> renumbered(const Programme& programme, Number number, Measured measured) {
    auto copy = std::make_shared<Programme>(programme);
    if (const ledger::Unit* paid_with = programme.unit(programme.offset_unit); paid_with != nullptr)
        copy->offset_unit = {number(&Numbers::units, paid_with->code)};
    for (ledger::Unit& unit : copy->units) unit.id = {number(&Numbers::units, unit.code)};
    for (tiers::Ladder& ladder : copy->ladders) renumber_ladder(programme, ladder, number);
    for (earning::Rule& rule : copy->rules) {
        rule.id = {number(&Numbers::rules, rule.code)};
        const ledger::Unit* unit = programme.unit(rule.unit);
        ASSERT(unit != nullptr);
        rule.unit = {number(&Numbers::units, unit->code)};
        if (rule.cost_centre != 0)
            rule.cost_centre = number(&Numbers::cost_centres, programme.cost_centres[rule.cost_centre - 1U]);
    }
    renumber_limits(programme, *copy, number);
    renumber_coupons(programme, *copy, number);
    std::vector<metrics::Measure> measures = programme.metrics.measures();
    std::vector<metrics::Metric> metrics = programme.metrics.metrics();
    for (CountedEvent& event : copy->counted_events) {
        for (Counting& counting : event.countings) {
            const metrics::MeasureId was = counting.measure;
            measured(counting, programme.metrics.keeping(was));
            for (metrics::Measure& measure : measures) {
                if (programme.metrics.find(was)->name == measure.name) measure.id = counting.measure;
            }
            for (std::size_t i = 0; i < metrics.size(); ++i) {
                if (programme.metrics.metrics()[i].measure == was) metrics[i].measure = counting.measure;
            }
        }
    }
    auto catalogue = metrics::compiled(std::move(measures), std::move(metrics));
    ASSERT(catalogue.ok());
    copy->metrics = std::move(catalogue).value();
    return copy;
}

using List = std::vector<std::string> Numbers::*;

}  // namespace

std::shared_ptr<const Programme> numbered(const Programme& programme, Numbers& numbers) {
    numbers.learn(programme);
    auto copy = renumbered(
        programme, [&](List list, const std::string& code) { return number_of(numbers.*list, code); },
        [&](Counting& counting, const metrics::Keeping& keeping) {
            counting.measure = {known_measure(numbers.measures, counting.key, keeping)};
            ASSERT(counting.measure.value != 0);
            counting.since = numbers.measures[counting.measure.value - 1U].since;
        });
    copy->cost_centres = numbers.cost_centres;
    return copy;
}

std::shared_ptr<const Programme> numbered_as_draft(const Programme& draft, const Numbers& numbers) {
    Numbers own;
    own.learn(draft);
    std::uint16_t fresh = draft_numbers_from;
    return renumbered(
        draft,
        [&](List list, const std::string& code) {
            const auto& known = numbers.*list;
            const auto found = std::find(known.begin(), known.end(), code);
            if (found != known.end()) return static_cast<std::uint16_t>(found - known.begin() + 1);
            return static_cast<std::uint16_t>(draft_numbers_from + number_of(own.*list, code) - 1);
        },
        // A draft is tried on a history of its own, in which it counts from the first record on.
        [&](Counting& counting, const metrics::Keeping& keeping) {
            const std::uint16_t known = known_measure(numbers.measures, counting.key, keeping);
            counting.measure = {known != 0 ? known : fresh++};
            counting.since = {1};
        });
}

std::vector<std::string> broken_promises(const Programme& before, const Programme& after) {
    std::vector<std::string> broken;
    if (before.currency != after.currency)
        broken.push_back("the currency is " + std::string(before.currency.code()) + " and stays it");
    compare_units(before, after, broken);
    compare_ladders(before, after, broken);
    compare_coupons(before, after, broken);
    return broken;
}

}  // namespace banyan::programme
