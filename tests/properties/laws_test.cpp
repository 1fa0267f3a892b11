// SPDX-License-Identifier: Apache-2.0
// What holds for every sequence of commands, tried on random ones. The seeds are fixed: a failure names its own and
// repeats. The letters are those of the invariants in ARCHITECTURE.md.

#include <gtest/gtest.h>

#include "codec/fields.h"
#include "codec/record.h"
#include "codec/state.h"
#include "crowd.h"

namespace banyan::properties {
namespace {

using engine::Decision;
using engine::EntityId;
using engine::testing::Recorded;
using engine::testing::World;

constexpr std::uint16_t partitions = 3;
const Instant start = *parse_rfc3339("2026-01-05T10:00:00+08:00");

std::string packed(const engine::EntityState& state) {
    std::string bytes;
    codec::pack(state, bytes);
    return bytes;
}

/// Facts, follow-ups and answer as bytes: two decisions are the same when these are.
std::string said(const Decision& decision) {
    codec::Record record;
    for (const engine::Fact& fact : decision.facts) record.touched.push_back({fact.entity, {}});
    record.facts = decision.facts;
    record.follow_ups = decision.follow_ups;
    record.answer = decision.answer;
    record.conditions = decision.conditions;
    std::string bytes;
    codec::encode(record, bytes);
    return bytes + engine::name_of(decision.refusal) + decision.detail;
}

/// L1 by our own sum, not by the engine's assertion.
bool balanced(const std::vector<engine::Fact>& facts) {
    std::map<UnitId, std::int64_t> sums;
    for (const engine::Fact& fact : facts) {
        if (const auto* wallet = std::get_if<ledger::WalletFact>(&fact.body))
            sums[ledger::unit_of(*wallet)] += ledger::delta(*wallet).value();
        if (const auto* accounts = std::get_if<ledger::AccountsMoved>(&fact.body)) {
            for (const Quantity part : accounts->amount) sums[accounts->unit] += part.value();
        }
        if (const auto* out = std::get_if<engine::LotMovedOut>(&fact.body))
            sums[out->unit] -= out->amount.value();
        if (const auto* in = std::get_if<engine::LotMovedIn>(&fact.body))
            sums[in->unit] += in->lot.remaining.value();
        if (const auto* back = std::get_if<engine::LotMovedBack>(&fact.body))
            sums[back->unit] += back->lot.remaining.value();
        if (const auto* debt = std::get_if<engine::DebtMoved>(&fact.body))
            sums[debt->unit] -= debt->amount.value();
    }
    for (const auto& [unit, sum] : sums) {
        if (sum != 0) return false;
    }
    return true;
}

/// The state that the records give when they are folded from nothing.
std::map<std::pair<PartitionId, EntityId>, engine::testing::Kept> folded(
    const std::vector<Recorded>& records) {
    std::map<std::pair<PartitionId, EntityId>, engine::testing::Kept> state;
    for (const Recorded& record : records) {
        for (const engine::Fact& fact : record.facts) {
            auto& loaded = state
                               .try_emplace({record.partition, fact.entity},
                                            engine::testing::Kept{engine::empty_state(fact.entity), {}})
                               .first->second;
            engine::apply(loaded.state, fact.body, record.lsn, record.version);
            loaded.lsn = record.lsn;
        }
    }
    return state;
}

void expect_same_as_replayed(World& world) {
    const auto again = folded(world.records);
    std::size_t entities = 0;
    for (std::uint16_t p = 0; p < partitions; ++p) {
        for (const auto& [id, loaded] : world.at({p}).entities) {
            const auto found = again.find({PartitionId{p}, id});
            ASSERT_NE(found, again.end());
            EXPECT_EQ(packed(found->second.state), packed(loaded.state)) << "kind " << int(id.kind);
            EXPECT_EQ(found->second.lsn, loaded.lsn);
            ++entities;
        }
    }
    EXPECT_EQ(entities, again.size());
}

std::map<std::string, int> reached;  // which refusals and commands the crowd really met

void count(const engine::Command& command, const Decision& decision) {
    ++reached["command " + std::to_string(command.body.index())];
    ++reached[std::string("refused ") + engine::name_of(decision.refusal)];
}

using Programme = std::shared_ptr<const programme::Programme>;

void run(const Programme& under, std::uint64_t seed, int steps) {
    Crowd crowd(seed, partitions);
    World world(under, partitions);
    world.now = start;
    for (int step = 0; step < steps; ++step) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
        if (!world.sent.empty() && crowd.one_in(3)) {
            const Decision decision = world.deliver();
            ASSERT_FALSE(decision.facts.empty());  // its cursor at least has advanced
            ASSERT_TRUE(balanced(decision.facts));
            ASSERT_EQ(world.broken(), "");
            continue;
        }
        Crowd::Ask ask = crowd.next();
        world.now = world.now + ask.later;
        ask.command.occurred_at = start + Duration{ask.command.occurred_at.microseconds};
        if (auto* hold = std::get_if<engine::PlaceHold>(&ask.command.body))
            hold->expires = start + Duration{hold->expires.microseconds};
        world.opened = {static_cast<std::uint8_t>(1 + ask.command.member.value % 12), 1};

        // Deciding is a question: asked twice it has one answer, and nothing has changed in between.
        engine::Workspace first(world.at(ask.partition));
        engine::Workspace second(world.at(ask.partition));
        const std::string once = said(engine::decide(first, ask.command, world.context(ask.partition)));
        ASSERT_EQ(once, said(engine::decide(second, ask.command, world.context(ask.partition))));

        const std::size_t records = world.records.size();
        const Decision decision = world.run(ask.partition, ask.command);
        ASSERT_EQ(said(decision), once);
        count(ask.command, decision);
        if (decision.refusal != engine::Refusal::none) {
            ASSERT_TRUE(decision.facts.empty());  // a refusal leaves no trace
            ASSERT_TRUE(decision.follow_ups.empty());
            ASSERT_EQ(world.records.size(), records);
        } else if (ask.command.claim) {
            crowd.met(decision.answer.member);
        }
        ASSERT_TRUE(balanced(decision.facts));
        ASSERT_EQ(world.broken(), "");
        for (const engine::Fact& fact : decision.facts)
            ++reached["fact " + std::to_string(fact.body.index())];
    }
    while (!world.sent.empty()) world.deliver();
    ASSERT_EQ(world.broken(), "");
    // Nothing is left on the way once all is delivered.
    std::map<UnitId, Quantity> in_transit;
    for (std::uint16_t p = 0; p < partitions; ++p) {
        for (const auto& [id, loaded] : world.at({p}).entities) {
            if (const auto* accounts = std::get_if<ledger::Accounts>(&loaded.state))
                in_transit[accounts->unit] += accounts->of(ledger::Account::in_transit);
        }
    }
    for (const auto& [unit, amount] : in_transit) EXPECT_TRUE(amount.is_zero()) << unit.value;
    expect_same_as_replayed(world);
}

TEST(Laws, HoldAfterEveryStepOfACrowd) {
    reached.clear();
    for (std::uint64_t seed = 1; seed <= 60; ++seed) run(programme(), seed, 250);
    // A law that is never put to the test is none: the crowd meets what there is to meet.
    using engine::Refusal;
    for (const Refusal refusal : {Refusal::none,
                                  Refusal::member_unknown,
                                  Refusal::member_erased,
                                  Refusal::identity_taken,
                                  Refusal::merge_with_itself,
                                  Refusal::merge_under_way,
                                  Refusal::occurred_in_future,
                                  Refusal::order_exists,
                                  Refusal::order_unknown,
                                  Refusal::order_of_another_member,
                                  Refusal::line_unknown,
                                  Refusal::line_repeated,
                                  Refusal::quantity_exceeds,
                                  Refusal::nothing_left,
                                  Refusal::amount_not_positive,
                                  Refusal::amount_too_large,
                                  Refusal::balance_insufficient,
                                  Refusal::cap_exceeded,
                                  Refusal::hold_unknown,
                                  Refusal::hold_too_long,
                                  Refusal::spend_unknown,
                                  Refusal::reversal_exceeds,
                                  Refusal::capture_exceeds,
                                  Refusal::transfer_to_itself,
                                  Refusal::merge_unknown})
        EXPECT_GT(reached[std::string("refused ") + engine::name_of(refusal)], 0) << engine::name_of(refusal);
}

TEST(Laws, HoldWhereStandingsAreReviewed) {
    reached.clear();
    for (std::uint64_t seed = 1; seed <= 40; ++seed) run(standings(), seed, 250);
    const auto facts = [](const engine::FactBody& body) {
        return reached["fact " + std::to_string(body.index())];
    };
    EXPECT_GT(facts(engine::CourseChanged{}), 1000);
    EXPECT_GT(facts(engine::StandingChanged{}), 500);
    EXPECT_GT(facts(engine::OrderUncounted{}), 50);
    EXPECT_GT(facts(engine::LogMoved{}), 1000);
    using engine::Refusal;
    for (const Refusal refusal : {Refusal::none, Refusal::unit_not_spendable, Refusal::balance_insufficient})
        EXPECT_GT(reached[std::string("refused ") + engine::name_of(refusal)], 0) << engine::name_of(refusal);
}

// One person's commands at given times, without merges and transfers, so that two runs can be compared.
struct Planned {
    Instant at;
    Crowd::Ask ask;
};
std::vector<Planned> plan(std::uint64_t seed, int steps) {
    Crowd crowd(seed, 1);
    std::vector<Planned> planned;
    Instant now = start;
    std::uint64_t members = 0;
    while (static_cast<int>(planned.size()) < steps) {
        Crowd::Ask ask = crowd.next();
        now = now + ask.later;
        ask.command.occurred_at = start + Duration{ask.command.occurred_at.microseconds};
        if (auto* hold = std::get_if<engine::PlaceHold>(&ask.command.body))
            hold->expires = start + Duration{hold->expires.microseconds};
        if (ask.command.claim) crowd.met({++members << 16U});
        const bool is_alone = !std::holds_alternative<engine::MergeMembers>(ask.command.body) &&
                              !std::holds_alternative<engine::UnmergeMembers>(ask.command.body) &&
                              !std::holds_alternative<engine::TransferPoints>(ask.command.body);
        if (is_alone) planned.push_back({now, ask});
    }
    return planned;
}

std::string answer_but_balances(const Decision& decision) {
    engine::Answer answer = decision.answer;
    answer.balances.clear();  // of the units that moved: a sweep may have moved them before
    codec::Writer w;
    codec::value(w, answer);
    return std::string(w.bytes()) + engine::name_of(decision.refusal) + decision.detail;
}

/// What a member has, without the numbers of the records that gave it.
std::string holdings(members::Member member) {
    for (ledger::Wallet& wallet : member.wallets) {
        for (ledger::Lot& lot : wallet.lots) lot.origin.lsn = {};
    }
    for (members::ActiveHold& hold : member.holds) {
        for (ledger::Portion& portion : hold.portions) portion.origin.lsn = {};
    }
    return packed(member);
}

void expect_no_sweep_to_matter(const Programme& under) {
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
        World lazy(under, 1);
        World swept(under, 1);
        std::mt19937_64 random(seed);
        std::uint64_t members = 0;
        for (const Planned& step : plan(seed, 150)) {
            SCOPED_TRACE("seed " + std::to_string(seed));
            for (World* world : {&lazy, &swept}) world->now = step.at;
            for (std::uint64_t n = 1; n <= members; ++n) {
                if (random() % 2 == 0) continue;
                engine::Command settle;
                settle.member = {n << 16U};
                settle.occurred_at = step.at;
                settle.body = engine::Settle{};
                swept.run(settle);
            }
            const Decision a = lazy.run({0}, step.ask.command);
            const Decision b = swept.run({0}, step.ask.command);
            ASSERT_EQ(answer_but_balances(a), answer_but_balances(b));
            if (step.ask.command.claim) ++members;
            while (!lazy.sent.empty()) lazy.deliver();
            while (!swept.sent.empty()) swept.deliver();
        }
        for (std::uint64_t n = 1; n <= members; ++n)
            EXPECT_EQ(holdings(lazy.settled({n << 16U})), holdings(swept.settled({n << 16U})));
        EXPECT_GT(members, 2U);
    }
}

TEST(Laws, NoSweepCanChangeAnAnswer) { expect_no_sweep_to_matter(programme()); }
TEST(Laws, NoSweepCanChangeAStanding) { expect_no_sweep_to_matter(standings()); }

void expect_members_to_be_unrelated(const Programme& under) {
    for (std::uint64_t seed = 200; seed < 220; ++seed) {
        std::vector<Planned> planned = plan(seed, 120);
        std::vector<Planned> claims;
        std::erase_if(planned, [&](const Planned& step) {
            if (step.ask.command.claim) claims.push_back(step);
            return step.ask.command.claim.has_value();
        });
        // Orders and spends of one member may be named by another, so everybody keeps to its own.
        std::map<MemberId, std::vector<Planned>> of_member;
        for (const Planned& step : planned) of_member[step.ask.command.member].push_back(step);
        std::vector<Planned> by_member;
        for (const auto& [member, steps] : of_member)
            by_member.insert(by_member.end(), steps.begin(), steps.end());
        const auto own = [](Planned step) {
            const std::uint64_t salt = step.ask.command.member.value;
            std::visit(
                [salt](auto& body) {
                    if constexpr (requires { body.order.high; }) body.order.high = salt;
                    if constexpr (requires { body.spend.high; }) body.spend.high = salt;
                    if constexpr (requires { body.hold.high; }) body.hold.high = salt;
                    if constexpr (requires { body.handle.high; }) body.handle.high = salt;
                },
                step.ask.command.body);
            return step;
        };
        World mixed(under, 1);
        World grouped(under, 1);
        std::map<KeyedId, std::string> answers;
        for (World* world : {&mixed, &grouped}) {
            world->now = start;
            for (const Planned& claim : claims) world->run({0}, claim.ask.command);
        }
        for (const Planned& step : planned) {
            mixed.now = step.at;
            const Planned asked = own(step);
            answers[asked.ask.command.id] += answer_but_balances(mixed.run({0}, asked.ask.command));
            while (!mixed.sent.empty()) mixed.deliver();
        }
        const Instant last = mixed.now;
        for (const Planned& step : by_member) {
            grouped.now = step.at;  // each member's own time; nobody else is asked
            const Planned asked = own(step);
            const std::string answer = answer_but_balances(grouped.run({0}, asked.ask.command));
            while (!grouped.sent.empty()) grouped.deliver();
            if (!asked.ask.command.id.is_zero()) {
                ASSERT_EQ(answer, answers[asked.ask.command.id]) << "seed " << seed;
            }
        }
        grouped.now = last;
        for (std::uint64_t n = 1; n <= claims.size(); ++n)
            EXPECT_EQ(holdings(mixed.settled({n << 16U})), holdings(grouped.settled({n << 16U})));
    }
}

TEST(Laws, TheOrderOfUnrelatedMembersDoesNotMatter) { expect_members_to_be_unrelated(programme()); }
TEST(Laws, TheOrderOfUnrelatedMembersDoesNotMatterToStandings) {
    expect_members_to_be_unrelated(standings());
}

}  // namespace
}  // namespace banyan::properties
