// SPDX-License-Identifier: Apache-2.0
#include "domain/limits/use.h"

#include <gtest/gtest.h>

#include <random>

#include "domain/ledger/zones_test.h"

namespace banyan::limits {
namespace {

using metrics::Day;
using metrics::Window;
using testing::at;
using Kind = Window::Kind;

struct Member {
    Uses uses;
    std::shared_ptr<const Zone> zone = testing::shanghai();
    Day joined = metrics::local_day(at("2024-02-29T00:00:00Z"), *zone);

    std::variant<UseClaimed, NotNow> tries(const Limit& limit, std::int64_t amount, const char* when) const {
        return claim(uses, limit, Quantity(amount), at(when), joined, *zone);
    }
    std::optional<Claim> claims(const Limit& limit, std::int64_t amount, const char* when) {
        const auto result = tries(limit, amount, when);
        if (!std::holds_alternative<UseClaimed>(result)) return std::nullopt;
        apply(uses, std::get<UseClaimed>(result));
        return std::get<UseClaimed>(result).claim;
    }
    NotNow refusal(const Limit& limit, std::int64_t amount, const char* when) const {
        const auto result = tries(limit, amount, when);
        EXPECT_TRUE(std::holds_alternative<NotNow>(result));
        return std::holds_alternative<NotNow>(result) ? std::get<NotNow>(result) : NotNow{};
    }
    void gives_back(const Claim& claim) {
        if (const auto fact = give_back(uses, claim)) apply(uses, *fact);
    }
};

Limit cap(std::int64_t most, Window window, Duration cooldown = {}) {
    Limit limit;
    limit.id = {1};
    limit.name = "cap";
    limit.window = window;
    limit.most = Quantity(most);
    limit.cooldown = cooldown;
    return limit;
}

TEST(Use, ACapIsPerPeriodAndSaysWhenToComeAgain) {
    Member m;
    const Limit limit = cap(100, {Kind::month});
    EXPECT_TRUE(m.claims(limit, 70, "2026-03-30T16:00:00Z"));  // 31 March, local midnight
    const NotNow no = m.refusal(limit, 31, "2026-03-31T15:59:59Z");
    EXPECT_EQ(no.why, NotNow::Why::used_up);
    EXPECT_EQ(no.left, Quantity(30));
    EXPECT_EQ(no.again, at("2026-03-31T16:00:00Z"));
    EXPECT_TRUE(m.claims(limit, 30, "2026-03-31T15:59:59Z"));
    EXPECT_TRUE(m.claims(limit, 100, "2026-03-31T16:00:00Z"));  // 1 April
    EXPECT_EQ(m.uses.limits.front().used.size(), 1U);           // March is forgotten
    EXPECT_FALSE(m.refusal(limit, 101, "2026-04-02T00:00:00Z").again.has_value());
}

TEST(Use, ARollingCapFreesDayByDay) {
    Member m;
    const Limit limit = cap(3, {Kind::rolling, 7});
    EXPECT_TRUE(m.claims(limit, 2, "2026-03-01T04:00:00Z"));
    EXPECT_TRUE(m.claims(limit, 1, "2026-03-03T04:00:00Z"));
    EXPECT_EQ(m.refusal(limit, 1, "2026-03-07T04:00:00Z").again, at("2026-03-07T16:00:00Z"));  // 8 March
    EXPECT_EQ(m.refusal(limit, 3, "2026-03-07T04:00:00Z").again, at("2026-03-09T16:00:00Z"));  // 10 March
    EXPECT_TRUE(m.claims(limit, 2, "2026-03-08T04:00:00Z"));
    EXPECT_FALSE(m.claims(limit, 1, "2026-03-09T04:00:00Z"));
}

TEST(Use, OnceInALifeIsOnceUnlessItIsGivenBack) {
    Member m;
    const Limit limit = cap(1, {Kind::lifetime});
    const auto taken = m.claims(limit, 1, "2026-03-01T04:00:00Z");
    ASSERT_TRUE(taken);
    EXPECT_FALSE(m.refusal(limit, 1, "2036-03-01T04:00:00Z").again.has_value());
    m.gives_back(*taken);
    EXPECT_TRUE(m.uses.limits.empty());
    EXPECT_TRUE(m.claims(limit, 1, "2026-03-02T04:00:00Z"));
}

TEST(Use, ACooldownIsToTheMicrosecondAndEndsWithItsClaim) {
    Member m;
    const Limit limit = cap(100, {Kind::lifetime}, hours(24));
    EXPECT_TRUE(m.claims(limit, 1, "2026-03-01T04:00:00Z"));
    const auto second = m.claims(limit, 1, "2026-03-02T04:00:00Z");
    ASSERT_TRUE(second);
    const NotNow no = m.refusal(limit, 1, "2026-03-03T03:59:59.999999Z");
    EXPECT_EQ(no.why, NotNow::Why::too_soon);
    EXPECT_EQ(no.again, at("2026-03-03T04:00:00Z"));
    m.gives_back(*second);
    EXPECT_TRUE(m.claims(limit, 1, "2026-03-02T05:00:00Z"));  // 25 h after the first
}

TEST(Use, WhatIsGivenBackGoesWhereItWasTakenFrom) {
    Member m;
    const Limit limit = cap(10, {Kind::month});
    const auto march = m.claims(limit, 10, "2026-03-10T04:00:00Z");
    ASSERT_TRUE(march);
    EXPECT_TRUE(m.claims(limit, 10, "2026-04-10T04:00:00Z"));
    m.gives_back(*march);
    EXPECT_FALSE(m.claims(limit, 1, "2026-04-11T04:00:00Z"));
}

TEST(Use, AYearOfMembershipBeginsAnew) {
    Member m;  // joined on 29 February 2024
    const Limit limit = cap(1, {Kind::anniversary});
    EXPECT_TRUE(m.claims(limit, 1, "2026-02-27T04:00:00Z"));
    EXPECT_EQ(period_of(limit, {metrics::local_day(at("2026-02-27T15:00:00Z"), *m.zone), m.joined}).first,
              metrics::day_of({2025, 2, 28}));
    EXPECT_EQ(m.refusal(limit, 1, "2026-02-27T05:00:00Z").again, at("2026-02-27T16:00:00Z"));
    EXPECT_TRUE(m.claims(limit, 1, "2026-02-27T16:00:00Z"));
}

// Held against the list of all claims that stand.
TEST(Use, ARollingCapEqualsACountOverAllClaims) {
    std::mt19937_64 random(11);
    int met = 0;
    int refused = 0;
    for (int round = 0; round < 40; ++round) {
        Member m;
        m.zone = testing::new_york();
        const auto span = static_cast<std::int32_t>(1 + random() % 10);
        const auto most = static_cast<std::int64_t>(1 + random() % 8);
        const Limit limit = cap(most, {Kind::rolling, span});
        std::vector<Claim> standing;
        Instant now = at("2026-02-25T00:00:00Z");
        for (int i = 0; i < 100; ++i) {
            now = now + hours(static_cast<std::int64_t>(random() % 20)) + Duration{1};
            if (!standing.empty() && random() % 4 == 0) {
                m.gives_back(standing.back());
                standing.pop_back();
                continue;
            }
            const auto amount = static_cast<std::int64_t>(1 + random() % 3);
            std::int64_t total = 0;
            for (const Claim& c : standing) {
                const auto age = day_number(m.zone->local(now).date) - day_number(m.zone->local(c.at).date);
                if (age < span) total += c.amount.value();
            }
            const auto result = claim(m.uses, limit, Quantity(amount), now, m.joined, *m.zone);
            ASSERT_EQ(std::holds_alternative<UseClaimed>(result), total + amount <= most);
            if (const auto* claimed = std::get_if<UseClaimed>(&result)) {
                apply(m.uses, *claimed);
                standing.push_back(claimed->claim);
                ++met;
            } else {
                ++refused;
            }
        }
    }
    EXPECT_GT(met, 500);
    EXPECT_GT(refused, 500);
}

TEST(Limit, ADeclarationThatMakesNoSenseSaysWhere) {
    const auto where = [](const Limit& limit) {
        const auto result = check(limit);
        return result.ok() ? "" : result.error().where;
    };
    Limit shared = cap(100, {Kind::month});
    shared.name = "budget";
    shared.scope = Scope::shared;
    EXPECT_EQ(where(shared), "");
    EXPECT_EQ(where(cap(1, {Kind::rolling, 30}, hours(1))), "");
    EXPECT_EQ(where(cap(1, {Kind::rolling, 0})), "/limits/cap/window");
    EXPECT_EQ(where(cap(1, {Kind::month, 3})), "/limits/cap/window");
    EXPECT_EQ(where(cap(-1, {Kind::month})), "/limits/cap/most");
    EXPECT_EQ(where(cap(1, {Kind::month}, seconds(-1))), "/limits/cap/cooldown");
    Limit strict_cap = cap(1, {Kind::month});
    strict_cap.strictness = Strictness::from_start;
    EXPECT_EQ(where(strict_cap), "/limits/cap/strictness");
    Limit rolling = shared;
    rolling.window = {Kind::rolling, 30};
    EXPECT_EQ(where(rolling), "/limits/budget/window");
    Limit cooling = shared;
    cooling.cooldown = seconds(1);
    EXPECT_EQ(where(cooling), "/limits/budget/cooldown");
    shared.name = "";
    EXPECT_EQ(where(shared), "/limits");
}

}  // namespace
}  // namespace banyan::limits
