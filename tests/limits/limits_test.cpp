// SPDX-License-Identifier: Apache-2.0
// A thousand clients at every kind of limit, round after round.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "house.h"

namespace banyan::limit_test {
namespace {

using engine::Refusal;
using runtime::Outcome;
using runtime::Request;

constexpr const char* programme = R"(
programme: limits
currency: CNY
zone: Asia/Shanghai
units:
  - {unit: points, debt_limit: 1000000000}
limits:
  - {limit: own_times, per: day, most: 1}
  - {limit: own_amount, per: day, most: 8, counts: amount}
  - {limit: own_cooldown, per: lifetime, most: 1000000000, cooldown: {hours: 1}}
  - {limit: all_times, scope: shared, per: day, most: 400}
  - {limit: all_amount, scope: shared, per: day, most: 1500, counts: amount, cost_centre: budget}
  - {limit: all_strict, scope: shared, per: day, most: 300, strict: from_start}
  - {limit: all_in_line, scope: shared, per: day, most: 60, when_empty: wait}
earning:
  - {rule: own_times, on: order.paid, unit: points, when: order.paid < 100000, amount: "1", limits: [own_times]}
  - {rule: own_amount, on: order.paid, unit: points, when: order.paid < 100000, amount: order.paid / 100, limits: [own_amount]}
  - {rule: own_cooldown, on: order.paid, unit: points, when: order.paid < 100000, amount: "1", limits: [own_cooldown]}
  - {rule: all_times, on: order.paid, unit: points, when: order.paid < 100000, amount: "1", limits: [all_times]}
  - {rule: all_amount, on: order.paid, unit: points, when: order.paid < 100000, amount: order.paid / 100, cost_centre: budget}
  - {rule: all_strict, on: order.paid, unit: points, when: order.paid < 100000, amount: "1", limits: [all_strict]}
  - {rule: all_in_line, on: order.paid, unit: points, when: order.paid == 100000, amount: "1", limits: [all_in_line]}
)";

enum Kind : std::uint8_t {
    own_times,
    own_amount,
    own_cooldown,
    all_times,
    all_amount,
    all_strict,
    all_in_line
};
constexpr std::size_t kinds = 7;
constexpr const char* names[kinds] = {"own_times",  "own_amount", "own_cooldown", "all_times",
                                      "all_amount", "all_strict", "all_in_line"};
constexpr std::int64_t most[kinds] = {1, 8, 0, 400, 1500, 300, 60};

constexpr std::size_t buyers = 900;   // two for each of 450 members
constexpr std::size_t in_line = 100;  // stand in line; members of their own
constexpr std::size_t come_back = 50;

struct Got {
    bool answered = false;
    std::array<std::int64_t, kinds> granted{};
    std::array<std::int64_t, kinds> denied{};
    void take(const Outcome& outcome) {
        ASSERT_TRUE(outcome.status == Outcome::Status::applied) << outcome.detail;
        answered = true;
        for (const engine::Earned& earned : outcome.answer.earned)
            granted.at(earned.rule.value - 1U) += earned.amount.value();
        for (const engine::Limited& limited : outcome.answer.limited)
            denied.at(limited.rule.value - 1U) += limited.cut.value();
    }
};

struct Totals {
    std::uint64_t claims = 0;
    std::uint64_t granted = 0;
    std::uint64_t refused = 0;
    std::uint64_t returned = 0;
};

class Rounds {
  public:
    Rounds(std::uint16_t partitions, std::uint32_t logs) : house_(partitions, logs, programme) {}

    void play(std::size_t rounds) {
        for (std::size_t round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
            day(round);
            house_.next_day();
        }
    }
    Totals totals;
    [[nodiscard]] std::uint64_t records() const { return house_.records(); }

  private:
    static std::int64_t price(std::size_t round, std::size_t client) {
        return client >= buyers ? 100'000 : static_cast<std::int64_t>(1 + (client + round) % 7) * 100;
    }
    static Request request(std::string id, std::size_t client, runtime::RequestBody body) {
        Request made;
        made.source = "shop";
        made.id = std::move(id);
        const std::size_t member = client < buyers ? client % (buyers / 2) : client;
        made.subject.identities = {runtime::ExternalId{"phone", runtime::Personal(std::to_string(member))}};
        made.body = std::move(body);
        return made;
    }
    static Request order(const std::string& id, std::size_t client, std::int64_t paid) {
        return request(id, client,
                       runtime::OrderPaid{id, "CNY", "app", "s1", {{"1", "sku", "cat", 1, paid}}});
    }

    void day(std::size_t round) {
        const std::string today = std::to_string(round) + "-";
        std::vector<Got> got(buyers + in_line);
        std::vector<Request> requests;
        for (std::size_t i = 0; i < got.size(); ++i)
            requests.push_back(order(today + std::to_string(i), i, price(round, i)));
        house_.ask(std::move(requests), [&](std::size_t i, const Outcome& outcome) { got[i].take(outcome); });
        check_first(round, got);
        if (::testing::Test::HasFailure()) return;
        some_come_back(round, got);
    }

    // Everybody has been there once.
    void check_first(std::size_t round, const std::vector<Got>& got) {
        std::array<std::int64_t, kinds> sum{};
        std::array<std::int64_t, kinds> smallest_denied{};
        smallest_denied.fill(INT64_MAX);
        std::size_t in_line_still = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
            in_line_still += got[i].answered ? 0U : 1U;
            ASSERT_TRUE(got[i].answered || i >= buyers) << "client " << i << " has no answer";
            for (std::size_t k = 0; k < kinds; ++k) {
                sum[k] += got[i].granted[k];
                count(i, static_cast<Kind>(k), got[i]);
                if (got[i].denied[k] > 0) smallest_denied[k] = std::min(smallest_denied[k], got[i].denied[k]);
            }
        }
        EXPECT_EQ(in_line_still, in_line - 60);
        EXPECT_EQ(sum[own_times], std::int64_t{buyers / 2});
        EXPECT_EQ(sum[own_cooldown], std::int64_t{buyers / 2});
        for (std::size_t m = 0; m < buyers / 2; ++m) {
            const std::int64_t asked = (price(round, m) + price(round, m + buyers / 2)) / 100;
            EXPECT_EQ(got[m].granted[own_amount] + got[m + buyers / 2].granted[own_amount],
                      std::min(asked, most[own_amount]));
        }
        for (const Kind k : {all_times, all_strict, all_in_line}) EXPECT_EQ(sum[k], most[k]) << names[k];
        EXPECT_LE(sum[all_amount], most[all_amount]);
        EXPECT_GT(smallest_denied[all_amount], most[all_amount] - sum[all_amount])
            << "what was denied would have fitted";
        agree(sum);
    }

    void count(std::size_t client, Kind k, const Got& got) {
        if ((client >= buyers) != (k == all_in_line)) return;
        ++totals.claims;
        if (got.granted[k] > 0) ++totals.granted;
        if (got.answered && got.granted[k] == 0) ++totals.refused;
    }

    // What holders and owners say is what the clients were told.
    void agree(const std::array<std::int64_t, kinds>& sum) {
        for (const Kind k : {all_times, all_amount, all_strict, all_in_line}) {
            const auto given = house_.given_today(house_.brand().programme()->limit(names[k])->id);
            EXPECT_EQ(given.used, Quantity(sum[k])) << names[k];
            EXPECT_LE(given.lent, Quantity(most[k])) << names[k];
            EXPECT_EQ(given.lent, given.used + given.room) << names[k];
        }
    }

    // Refunds of some who were served; who stands in line is served with it; then as many come again.
    void some_come_back(std::size_t round, std::vector<Got>& got) {
        const std::string today = std::to_string(round) + "-";
        std::array<std::int64_t, kinds> sum{};
        for (const Got& one : got) {
            for (std::size_t k = 0; k < kinds; ++k) sum[k] += one.granted[k];
        }
        std::vector<Request> refunds;
        std::vector<bool> is_back(got.size());
        std::size_t back = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
            const bool is_in_line = i >= buyers;
            const bool goes = is_in_line ? got[i].answered && back < come_back + 40
                                         : got[i].granted[all_times] > 0 && back < come_back;
            if (!goes) continue;
            ++back;
            is_back[i] = true;
            const std::string order = today + std::to_string(i);
            refunds.push_back(request("r" + order, i, runtime::OrderRefunded{order, {}}));
            for (std::size_t k = 0; k < kinds; ++k) sum[k] -= got[i].granted[k];
            totals.returned += static_cast<std::uint64_t>(
                std::count_if(got[i].granted.begin(), got[i].granted.end(), [](auto g) { return g > 0; }));
        }
        ASSERT_EQ(back, come_back + 40);
        std::vector<bool> was_answered;
        for (const Got& one : got) was_answered.push_back(one.answered);
        house_.ask(std::move(refunds), [](std::size_t, const Outcome& outcome) {
            ASSERT_TRUE(outcome.status == Outcome::Status::applied) << outcome.detail;
        });
        for (std::size_t i = buyers; i < got.size(); ++i) {
            ASSERT_TRUE(got[i].answered) << "client " << i << " stands in line though there is room";
            if (was_answered[i]) continue;
            sum[all_in_line] += got[i].granted[all_in_line];
            ++totals.granted;
        }
        std::vector<Got> again(come_back);
        std::vector<Request> orders;
        for (std::size_t i = 0; i < again.size(); ++i)
            orders.push_back(order("a" + today + std::to_string(i), i, 100));
        const std::int64_t strict_left = most[all_strict] - sum[all_strict];
        house_.ask(std::move(orders), [&](std::size_t i, const Outcome& outcome) { again[i].take(outcome); });
        std::array<std::int64_t, kinds> more{};
        for (std::size_t i = 0; i < again.size(); ++i) {
            for (std::size_t k = 0; k < kinds; ++k) more[k] += again[i].granted[k];
            for (std::size_t k = 0; k + 1 < kinds; ++k) count(i, static_cast<Kind>(k), again[i]);
            EXPECT_EQ(again[i].granted[all_times], 1) << "denied while there was room";
        }
        EXPECT_EQ(more[all_strict], std::min<std::int64_t>(strict_left, come_back));
        for (std::size_t k = 0; k < kinds; ++k) sum[k] += more[k];
        EXPECT_EQ(sum[all_times], most[all_times]);
        EXPECT_EQ(sum[all_in_line], most[all_in_line]);
        EXPECT_LE(sum[all_amount], most[all_amount]);
        EXPECT_EQ(more[all_amount],
                  std::min<std::int64_t>(come_back, most[all_amount] - sum[all_amount] + more[all_amount]));
        agree(sum);
        all_come_back(today, is_back);
    }

    // In the evening everybody brings back what is still out: nothing is used any more.
    void all_come_back(const std::string& today, const std::vector<bool>& is_back) {
        std::vector<Request> refunds;
        const auto refund = [&](const std::string& order, std::size_t client) {
            refunds.push_back(request("r" + order, client, runtime::OrderRefunded{order, {}}));
        };
        for (std::size_t i = 0; i < is_back.size(); ++i) {
            if (!is_back[i]) refund(today + std::to_string(i), i);
        }
        for (std::size_t i = 0; i < come_back; ++i) refund("a" + today + std::to_string(i), i);
        house_.ask(std::move(refunds), [](std::size_t, const Outcome& outcome) {
            ASSERT_TRUE(outcome.status == Outcome::Status::applied) << outcome.detail;
        });
        agree({});
    }

    House house_;
};

std::size_t rounds() {
    const char* given = std::getenv("BANYAN_LIMIT_ROUNDS");
    return given != nullptr ? std::strtoul(given, nullptr, 10) : 3;
}

class Limits : public ::testing::TestWithParam<std::uint16_t> {};

TEST_P(Limits, AreGivenOutToTheLastAndNotBeyond) {
    const std::uint16_t partitions = GetParam();
    const std::uint32_t logs = std::min<std::uint32_t>(partitions, 4);
    Rounds played(partitions, logs);
    played.play(rounds());
    std::printf(
        "limits: %u partitions on %u logs, %zu clients, %zu kinds, %zu rounds: %llu claims, %llu granted, "
        "%llu "
        "refused, %llu returned, %llu records, %s\n",
        partitions, logs, buyers + in_line, kinds, rounds(),
        static_cast<unsigned long long>(played.totals.claims),
        static_cast<unsigned long long>(played.totals.granted),
        static_cast<unsigned long long>(played.totals.refused),
        static_cast<unsigned long long>(played.totals.returned),
        static_cast<unsigned long long>(played.records()), HasFailure() ? "NOT EXACT" : "exact");
    std::fflush(stdout);
}

INSTANTIATE_TEST_SUITE_P(Partitions, Limits, ::testing::Values(1, 4, 16));

}  // namespace
}  // namespace banyan::limit_test
