// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/words.h"

namespace banyan::programme {

namespace {

using earning::Family;
using rules::Kind;

void add_declared(const Programme& programme, earning::Vocabulary& words) {
    for (std::uint32_t i = 0; i < programme.ladders.size(); ++i)
        words.add(Family::tier, "tier." + programme.ladders[i].code, Kind::integer, i);
    for (std::uint32_t i = 0; i < programme.units.size(); ++i)
        words.add(Family::balance, "balance." + programme.units[i].code, Kind::integer, i);
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
