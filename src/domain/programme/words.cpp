// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/words.h"

#include "domain/metrics/reading.h"
#include "domain/rules/condition_index.h"

namespace banyan::programme {

namespace {

using earning::Family;
using rules::Kind;

void add_declared(const Programme& programme, earning::Vocabulary& words) {
    for (std::uint32_t i = 0; i < programme.ladders.size(); ++i)
        words.add(Family::tier, "tier." + programme.ladders[i].code, Kind::integer, i);
    for (std::uint32_t i = 0; i < programme.units.size(); ++i)
        words.add(Family::balance, "balance." + programme.units[i].code, Kind::integer, i);
    const auto& metrics = programme.metrics.metrics();
    for (std::uint32_t i = 0; i < metrics.size(); ++i) {
        const bool is_day = metrics::yields(metrics[i].fold) == metrics::Yields::timestamp;
        words.add(Family::metric, "metric." + metrics[i].name, is_day ? Kind::timestamp : Kind::integer, i);
    }
    for (std::uint32_t i = 0; i < programme.calendars.size(); ++i)
        words.add(Family::calendar, "calendar." + programme.calendars[i].code, Kind::boolean, i);
}

// With the attributes that its schema has.
earning::Vocabulary words_of(const earning::EventType& type) {
    earning::Vocabulary words(type.code);
    for (std::uint32_t i = 0; i < type.attributes.size(); ++i)
        words.add(Family::attribute, "event." + type.attributes[i].name, type.attributes[i].kind, i);
    return words;
}

// The conditions share the vocabulary's schema, so one row serves the index, too.
void index(const Programme& programme, earning::Listeners& listeners) {
    listeners.index.reset();
    listeners.indexed.clear();
    listeners.always.clear();
    if (listeners.rules.size() < earning::indexed_from) return;
    std::vector<rules::Program> conditions;
    for (const std::uint32_t place : listeners.rules) {
        const earning::Rule& rule = programme.rules[place];
        if (rule.reads_opened) {
            listeners.always.push_back(place);
        } else {
            listeners.indexed.push_back(place);
            conditions.push_back(*rule.when);
        }
    }
    listeners.index = std::make_shared<rules::ConditionIndex>(conditions);
}

}  // namespace

std::vector<earning::Listeners> vocabularies_of(const Programme& programme) {
    std::vector<earning::Listeners> all;
    for (const std::string_view event : {earning::paid_event, earning::registered_event}) {
        earning::Vocabulary words{std::string(event)};
        add_declared(programme, words);
        all.push_back({std::move(words), {}});
    }
    for (const earning::EventType& type : programme.events) {
        earning::Vocabulary words = words_of(type);
        add_declared(programme, words);
        all.push_back({std::move(words), {}});
    }
    return all;
}

std::vector<CountedEvent> countable_events(const Programme& programme) {
    std::vector<CountedEvent> all;
    all.push_back({earning::Vocabulary(std::string(earning::paid_event)), {}});
    for (const earning::EventType& type : programme.events) all.push_back({words_of(type), {}});
    return all;
}

earning::Vocabulary criteria_of(const Programme& programme) {
    earning::Vocabulary words("standing");
    add_declared(programme, words);
    return words;
}

void listen(Programme& programme) {
    for (earning::Listeners& listeners : programme.listeners) {
        listeners.rules.clear();
        for (std::uint32_t i = 0; i < programme.rules.size(); ++i) {
            const earning::Rule& rule = programme.rules[i];
            if (rule.on != listeners.vocabulary.event()) continue;
            listeners.rules.push_back(i);
            listeners.vocabulary.reads(*rule.when);
            if (rule.amount) listeners.vocabulary.reads(*rule.amount);
            listeners.counts_lines = listeners.counts_lines || rule.counts() || rule.reads_base;
            if (!rule.lines) continue;
            listeners.vocabulary.reads(*rule.lines);
            listeners.of_lines = listeners.vocabulary.of_lines();
        }
        index(programme, listeners);
    }
}

}  // namespace banyan::programme
