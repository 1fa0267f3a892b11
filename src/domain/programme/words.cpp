// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/words.h"

#include "domain/metrics/reading.h"

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
}

}  // namespace

std::vector<earning::Listeners> vocabularies_of(const Programme& programme) {
    std::vector<earning::Listeners> all;
    for (const char* event : {"order.paid"}) {
        earning::Vocabulary words(event);
        add_declared(programme, words);
        all.push_back({std::move(words), {}});
    }
    return all;
}

std::vector<CountedEvent> countable_events(const Programme&) {
    std::vector<CountedEvent> all;
    for (const char* event : {"order.paid"}) all.push_back({earning::Vocabulary(event), {}});
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
            listeners.vocabulary.reads(*rule.amount);
        }
    }
}

}  // namespace banyan::programme
