// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order told event by event, as the tests of this module tell it: days are counted from 1 March 2026, noon in
// Shanghai; every event goes through `decide` and `apply`.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "domain/ledger/zones_test.h"
#include "domain/orders/after_sale.h"
#include "domain/orders/life.h"
#include "domain/orders/release.h"

namespace banyan::orders::testing {

using List = std::vector<Pieces>;

inline Instant day(std::int64_t n, std::int64_t hour = 0) {
    return banyan::testing::at("2026-03-01T12:00:00+08:00") + days(n) + hours(hour);
}

/// "day 7", "day 7 + 12 h", "never".
inline std::string text(Instant instant) {
    if (instant == never) return "never";
    const std::int64_t passed = (instant - day(0)).microseconds / hours(1).microseconds;
    const std::int64_t whole = passed / 24;
    return "day " + std::to_string(whole) +
           (passed % 24 != 0 ? " + " + std::to_string(passed % 24) + " h" : std::string());
}

inline const char* text(Stage stage) {
    switch (stage) {
        case Stage::unknown: return "unknown";
        case Stage::placed: return "placed";
        case Stage::paid: return "paid";
        case Stage::partly_shipped: return "partly shipped";
        case Stage::shipped: return "shipped";
        case Stage::received: return "received";
        case Stage::completed: return "completed";
        case Stage::closed: return "closed";
    }
    return "?";
}

inline AfterSaleMoved moved(Instant at, Step step, Form form, List pieces = {}, std::string id = "s1") {
    return {at, std::move(id), step, form, std::move(pieces)};
}

class Told {
  public:
    Told() = default;
    explicit Told(const std::vector<Event>& events) {
        for (const Event& event : events) tell(event);
    }

    /// Returns how many facts came of it.
    std::size_t tell(const Event& event) {
        const auto facts = decide(life, event);
        EXPECT_TRUE(facts.ok()) << (facts.ok() ? "" : facts.error().message);
        if (!facts.ok()) return 0;
        for (const LifeFact& fact : *facts) apply(life, fact);
        EXPECT_EQ(check(life), "");
        return facts->size();
    }
    /// "refused: ..." or "taken", without telling it.
    [[nodiscard]] std::string answer(const Event& event) const {
        const auto facts = decide(life, event);
        return facts.ok() ? "taken" : "refused: " + facts.error().message;
    }
    [[nodiscard]] std::string stage() const { return text(orders::stage(life)); }
    [[nodiscard]] LineCredit line(const std::string& id) const {
        const auto zone = banyan::testing::shanghai();
        for (const LineCredit& credit : credits(life, *zone)) {
            if (credit.line == id) return credit;
        }
        ADD_FAILURE() << "no line " << id;
        return {};
    }
    [[nodiscard]] std::string due(const std::string& id = "a") const { return text(line(id).due); }

    Life life;
};

}  // namespace banyan::orders::testing
