// SPDX-License-Identifier: Apache-2.0

// Any text as a programme document: YAML, then the compiler. It must end in a programme or an error that names its
// place, and a programme must be whole: its parts numbered, its rules compiled.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"
#include "text/yaml.h"

namespace {

using namespace banyan;

void check_whole(const programme::Programme& programme) {
    ASSERT(!programme.units.empty());
    ASSERT(programme.zone != nullptr);
    for (const ledger::Unit& unit : programme.units) ASSERT(programme.unit(unit.id) == &unit);
    for (const tiers::Ladder& ladder : programme.ladders) ASSERT(ladder.tiers.front().from == 0);
    for (const earning::Rule& rule : programme.rules) {
        ASSERT(rule.when.has_value());
        ASSERT(rule.amount.has_value());
        ASSERT(programme.unit(rule.unit) != nullptr);
    }
    // The policies must bear any instant, the last one included.
    for (const ledger::Unit& unit : programme.units) {
        for (const Instant granted : {instant_min, Instant{1'800'000'000'000'000}, instant_max}) {
            ASSERT(ledger::expires_at(unit.expiry, granted, *programme.zone) <= instant_max);
            ASSERT(ledger::available_at(unit.pending, granted, *programme.zone) >= granted);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const banyan::testing::WrittenCalendar calendar;
    const auto document = text::parse_yaml({reinterpret_cast<const char*>(data), size}, "p.yaml");
    if (!document.ok()) {
        ASSERT(!document.error().where.empty());
        return 0;
    }
    const auto programme = programme::compile(*document, {1}, calendar);
    if (!programme.ok()) {
        ASSERT(!programme.error().where.empty());
        ASSERT(!programme.error().message.empty());
        return 0;
    }
    check_whole(**programme);
    return 0;
}
