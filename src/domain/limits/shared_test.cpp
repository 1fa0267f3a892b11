// SPDX-License-Identifier: Apache-2.0

// A shared limit between its owner and 1, 4 and 16 holders, with messages that are late, lost on the way and sent again,
// or heard twice. The model beside it knows each claim and nothing of rooms, terms or allotments: it holds the sum
// given out against the limit at every step, and every denial against what was still to be had. The seeds are fixed,
// so a failure repeats.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "domain/limits/owner.h"

namespace banyan::limits {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

/// One way between two: everything ever said, and how far it was taken.
template <typename Message>
struct Way {
    std::vector<Message> said;
    std::size_t taken = 0;
    [[nodiscard]] bool is_empty() const { return taken == said.size(); }
};

enum class Fate : unsigned char {
    waiting,
    lent,  // the owner has lent it, the holder has not heard
    taken,
    releasing,  // given back, on its way to the owner
    returned,   // the owner has it, its note is on the way
    ended,
    denied,
};
struct Taker {
    std::size_t holder = 0;
    Quantity amount;
    Fate fate = Fate::waiting;
    ClaimNumber claim;     // 0: never had to ask
    ReturnNumber release;  // 0: none
    bool withdrawn = false;
};

struct Tally {
    int taken = 0;
    int denied = 0;
    int recalls = 0;
    int at_once = 0;  // without a word to the owner
    int withdrawn = 0;
    int released = 0;
    int repeated = 0;
};

class Shared {
  public:
    Shared(std::size_t holders, std::int64_t limit, Strictness strictness, Tally& tally)
        : holders_(holders), to_owner_(holders), to_holder_(holders), tally_(tally) {
        set(limit, strictness);
    }

    void set(std::int64_t limit, Strictness strictness) {
        is_lowered_ = is_lowered_ || Quantity(limit) < owner_.limit;
        heard(limits::set(owner_, {Quantity(limit), strictness}));
        check_all();
    }

    void claim(std::size_t holder, std::int64_t amount) {
        Taker taker;
        taker.holder = holder;
        taker.amount = Quantity(amount);
        const HolderDecision decision = take(holders_[holder], taker.amount);
        if (const auto* asked = std::get_if<ClaimAsked>(&decision.facts.back())) {
            taker.claim = asked->claim;
            by_claim_[{holder, asked->claim}] = takers_.size();
        } else {
            taker.fate = Fate::taken;
            ++tally_.taken;
            ++tally_.at_once;
        }
        takers_.push_back(taker);
        told(holder, decision);
        check_all();
    }

    void release_one(Random& random) {
        const auto found = some(random, [](const Taker& t) { return t.fate == Fate::taken; });
        if (!found) return;
        Taker& taker = takers_[*found];
        const HolderDecision decision = release(holders_[taker.holder], taker.amount);
        give_back(*found, decision);
        ++tally_.released;
        told(taker.holder, decision);
        check_all();
    }

    void withdraw_one(Random& random) {
        const auto found = some(random, [](const Taker& t) {
            return (t.fate == Fate::waiting || t.fate == Fate::lent) && !t.withdrawn;
        });
        if (!found) return;
        Taker& taker = takers_[*found];
        const HolderDecision decision = withdraw(holders_[taker.holder], taker.claim);
        ASSERT_EQ(decision.facts.size(), 1U);
        taker.withdrawn = true;
        ++tally_.withdrawn;
        told(taker.holder, decision);
        check_all();
    }

    /// One delivery somewhere: the next message; or the next, of which its target does not remember having taken it;
    /// or one from long ago.
    void deliver(Random& random) {
        const std::size_t holder = below(random, holders_.size());
        if (below(random, 2) == 0) {
            deliver(random, to_owner_[holder],
                    [&](const ToOwner& message) { heard(hear(owner_, id(holder), message)); });
        } else {
            deliver(random, to_holder_[holder],
                    [&](const ToHolder& message) { told(holder, hear_at(holder, message)); });
        }
        check_all();
    }

    void settle(Random& random) {
        while (!is_quiet()) deliver(random);
        EXPECT_TRUE(owner_.queue.empty());
        for (const Taker& taker : takers_) {
            ASSERT_NE(taker.fate, Fate::waiting);
            ASSERT_NE(taker.fate, Fate::lent);
            ASSERT_NE(taker.fate, Fate::releasing);
            ASSERT_NE(taker.fate, Fate::returned);
        }
    }

    /// Everything that is still to be had can be had, one by one, through whichever holder.
    void drain(Random& random) {
        settle(random);
        const std::int64_t rest = (owner_.limit - outstanding()).value();
        for (std::int64_t i = 0; i < rest; ++i) claim(below(random, holders_.size()), 1);
        settle(random);
        EXPECT_EQ(outstanding(), owner_.limit);
        const int denied = tally_.denied;
        claim(0, 1);
        settle(random);
        EXPECT_EQ(tally_.denied, denied + 1);
    }

    [[nodiscard]] Quantity outstanding() const {
        Quantity total;
        for (const Taker& t : takers_) {
            if (t.fate == Fate::lent || t.fate == Fate::taken || t.fate == Fate::releasing) total += t.amount;
        }
        return total;
    }

  private:
    static PartitionId id(std::size_t holder) { return {static_cast<std::uint16_t>(holder * 3 + 1)}; }
    static std::size_t index(PartitionId id) { return (id.value - 1U) / 3U; }

    template <typename Wanted>
    std::optional<std::size_t> some(Random& random, const Wanted& wanted) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < takers_.size(); ++i) {
            if (wanted(takers_[i])) found.push_back(i);
        }
        if (found.empty()) return std::nullopt;
        return found[below(random, found.size())];
    }

    template <typename Message, typename Take>
    void deliver(Random& random, Way<Message>& way, const Take& take_it) {
        if (way.taken > 0 && below(random, 4) == 0) {  // one of long ago again
            const Message old = way.said[below(random, way.taken)];
            ++tally_.repeated;
            take_it(old);
        } else if (!way.is_empty() &&
                   below(random, 3) != 0) {  // otherwise it is lost, and pulled again some day
            const Message next = way.said[way.taken];
            ++way.taken;
            take_it(next);
        }
    }
    [[nodiscard]] bool is_quiet() const {
        const auto empty = [](const auto& way) { return way.is_empty(); };
        return std::all_of(to_owner_.begin(), to_owner_.end(), empty) &&
               std::all_of(to_holder_.begin(), to_holder_.end(), empty);
    }

    // The owner decided: what it lent is given out from now on, what it denied must not have been there to give.
    void heard(const OwnerDecision& decision) {
        for (const OwnerFact& fact : decision.facts) {
            if (const auto* lent = std::get_if<AllotmentLent>(&fact)) {
                takers_[by_claim_.at({index(lent->holder), lent->claim})].fate = Fate::lent;
            } else if (const auto* back = std::get_if<AllotmentReturned>(&fact)) {
                move_on(index(back->holder), Fate::releasing, Fate::returned, back->number);
            } else if (const auto* denied = std::get_if<QueueDenied>(&fact)) {
                Taker& taker = takers_[by_claim_.at({index(denied->holder), denied->claim})];
                ASSERT_GT(outstanding() + taker.amount, owner_.limit) << "a false refusal";
                taker.fate = Fate::denied;
                ++tally_.denied;
            } else if (std::holds_alternative<AllotmentRecalled>(fact)) {
                ++tally_.recalls;
            }
            apply(owner_, fact);
        }
        for (const Addressed& said : decision.messages)
            to_holder_[index(said.to)].said.push_back(said.message);
    }

    HolderDecision hear_at(std::size_t holder, const ToHolder& message) {
        HolderDecision decision = hear(holders_[holder], message);
        if (decision.facts.empty()) return decision;
        if (const auto* lent = std::get_if<ClaimLent>(&decision.facts.front())) {
            const std::size_t taker = by_claim_.at({holder, lent->claim});
            EXPECT_EQ(lent->used.is_zero(), takers_[taker].withdrawn);
            if (takers_[taker].withdrawn) {
                give_back(taker, decision);
            } else {
                takers_[taker].fate = Fate::taken;
                ++tally_.taken;
            }
        } else if (const auto* noted = std::get_if<ReturnNoted>(&decision.facts.front())) {
            move_on(holder, Fate::returned, Fate::ended, noted->number);
        }
        return decision;
    }
    void move_on(std::size_t holder, Fate from, Fate to, ReturnNumber number) {
        for (Taker& taker : takers_) {
            if (taker.holder == holder && taker.fate == from && taker.release == number) taker.fate = to;
        }
    }
    // Done at once where it became room, else when its return is noted.
    void give_back(std::size_t taker, const HolderDecision& decision) {
        takers_[taker].fate = Fate::ended;
        for (const HolderFact& fact : decision.facts) {
            if (const auto* returned = std::get_if<RoomReturned>(&fact)) {
                takers_[taker].fate = Fate::releasing;
                takers_[taker].release = returned->number;
            }
        }
    }
    void told(std::size_t holder, const HolderDecision& decision) {
        for (const HolderFact& fact : decision.facts) apply(holders_[holder], fact);
        for (const ToOwner& message : decision.messages) to_owner_[holder].said.push_back(message);
    }

    void check_all() const {
        ASSERT_EQ(check(owner_), "");
        Quantity given;
        Quantity known;
        for (const Holder& holder : holders_) {
            ASSERT_EQ(check(holder), "");
            given += holder.used;
        }
        for (const Taker& taker : takers_) {
            if (taker.fate == Fate::taken) known += taker.amount;
        }
        ASSERT_EQ(given, known);
        // A limit lowered under what was lent takes nothing back.
        const Quantity lent = owner_.limit - owner_.left();
        ASSERT_LE(outstanding(), is_lowered_ ? std::max(owner_.limit, lent) : owner_.limit);
    }

    Owner owner_;
    bool is_lowered_ = false;
    std::vector<Holder> holders_;
    std::vector<Way<ToOwner>> to_owner_;
    std::vector<Way<ToHolder>> to_holder_;
    std::vector<Taker> takers_;
    std::map<std::pair<std::size_t, ClaimNumber>, std::size_t> by_claim_;
    Tally& tally_;
};

void run(std::size_t holders, Strictness strictness, std::uint64_t seed, Tally& tally) {
    Random random(seed);
    const auto limit = static_cast<std::int64_t>(below(random, 400));
    // Several periods of one limit: each has its own owner and holders, and old ones still hear of releases.
    std::vector<Shared> periods;
    periods.reserve(3);
    for (int period = 0; period < 3; ++period) {
        periods.emplace_back(holders, limit, strictness, tally);
        for (int step = 0; step < 900; ++step) {
            Shared& now = periods.back();
            Shared& any = periods[below(random, periods.size())];
            switch (below(random, 8)) {
                case 0:
                case 1:
                    now.claim(below(random, holders), 1 + static_cast<std::int64_t>(below(random, 4)));
                    break;
                case 2: any.release_one(random); break;
                case 3:
                    if (below(random, 4) == 0) now.withdraw_one(random);
                    break;
                default: any.deliver(random); break;
            }
            if (::testing::Test::HasFatalFailure()) return;
        }
    }
    for (Shared& period : periods) period.drain(random);
}

void run_all(std::size_t holders) {
    Tally tally;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        run(holders, seed % 4 == 3 ? Strictness::from_start : Strictness::near_the_end, seed, tally);
        if (::testing::Test::HasFatalFailure()) return;
    }
    EXPECT_GT(tally.taken, 3000);
    EXPECT_GT(tally.denied, 300);
    EXPECT_GT(tally.recalls, 30);
    EXPECT_GT(tally.at_once, 100);
    EXPECT_GT(tally.withdrawn, 100);
    EXPECT_GT(tally.released, 1000);
    EXPECT_GT(tally.repeated, 1000);
}

TEST(SharedLimit, OneHolderGivesOutExactlyTheLimit) { run_all(1); }
TEST(SharedLimit, FourHoldersGiveOutExactlyTheLimit) { run_all(4); }
TEST(SharedLimit, SixteenHoldersGiveOutExactlyTheLimit) { run_all(16); }

TEST(SharedLimit, ALimitMayBeRaisedAndLoweredWhileItIsOut) {
    Tally tally;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        Random random(seed);
        Shared shared(4, 100, Strictness::near_the_end, tally);
        for (int step = 0; step < 1500; ++step) {
            switch (below(random, 8)) {
                case 0:
                case 1:
                    shared.claim(below(random, 4), 1 + static_cast<std::int64_t>(below(random, 3)));
                    break;
                case 2: shared.release_one(random); break;
                case 3:
                    if (below(random, 30) == 0)
                        shared.set(static_cast<std::int64_t>(below(random, 300)), Strictness::near_the_end);
                    break;
                default: shared.deliver(random); break;
            }
            if (HasFatalFailure()) return;
        }
        shared.set(1000, Strictness::near_the_end);
        shared.drain(random);
    }
    EXPECT_GT(tally.denied, 50);
}

// --- the same by hand ----------------------------------------------------------------------------------------------

void heard(Owner& owner, const OwnerDecision& decision) {
    for (const OwnerFact& fact : decision.facts) apply(owner, fact);
}
void told(Holder& holder, const HolderDecision& decision) {
    for (const HolderFact& fact : decision.facts) apply(holder, fact);
}

TEST(SharedLimit, WhilePlentyIsLeftTheNextClaimsAskNobody) {
    Owner owner;
    Holder holder;
    heard(owner, set(owner, {Quantity(801), Strictness::near_the_end}));
    told(holder, take(holder, Quantity(1)));
    const OwnerDecision lent = hear(owner, PartitionId{3}, Ask{ClaimNumber{1}, Quantity(1)});
    heard(owner, lent);
    EXPECT_EQ(owner.left(), Quantity(700));
    told(holder, hear(holder, lent.messages.front().message));
    EXPECT_EQ(holder.room, Quantity(100));
    EXPECT_TRUE(take(holder, Quantity(100)).messages.empty());
    EXPECT_EQ(take(holder, Quantity(101)).messages.size(), 1U);
}

TEST(SharedLimit, StrictFromTheStartLendsNoSpare) {
    Owner owner;
    heard(owner, set(owner, {Quantity(801), Strictness::from_start}));
    const OwnerDecision lent = hear(owner, PartitionId{3}, Ask{ClaimNumber{1}, Quantity(1)});
    EXPECT_TRUE(std::get<Lend>(lent.messages.front().message).spare.is_zero());
}

TEST(SharedLimit, AnAllotmentIsRecalledBeforeAnybodyIsDenied) {
    Owner owner;
    heard(owner, set(owner, {Quantity(80), Strictness::near_the_end}));
    heard(owner, hear(owner, PartitionId{1}, Ask{ClaimNumber{1}, Quantity(8)}));
    ASSERT_EQ(owner.left(), Quantity(63));  // 8, and 9 to spare
    const OwnerDecision recall = hear(owner, PartitionId{2}, Ask{ClaimNumber{1}, Quantity(72)});
    heard(owner, recall);
    ASSERT_EQ(recall.messages.size(), 1U);
    EXPECT_EQ(recall.messages.front().to, PartitionId{1});
    EXPECT_EQ(std::get<Recall>(recall.messages.front().message).term, Term{1});
    const OwnerDecision lent = hear(owner, PartitionId{1}, Return{ReturnNumber{1}, Quantity(9), Term{1}});
    ASSERT_EQ(lent.messages.size(), 2U);
    EXPECT_EQ(std::get<Note>(lent.messages[0].message).number, ReturnNumber{1});
    EXPECT_EQ(std::get<Lend>(lent.messages[1].message).amount, Quantity(72));
}

TEST(SharedLimit, AReturnOfAnOldTermDoesNotEndTheNewOne) {
    Owner owner;
    heard(owner, set(owner, {Quantity(80), Strictness::near_the_end}));
    heard(owner, hear(owner, PartitionId{1}, Ask{ClaimNumber{1}, Quantity(8)}));
    heard(owner, hear(owner, PartitionId{2}, Ask{ClaimNumber{1}, Quantity(72)}));  // recalls term 1
    heard(owner, set(owner, {Quantity(800), Strictness::near_the_end}));  // stock arrives: it fits now
    heard(owner, hear(owner, PartitionId{1}, Ask{ClaimNumber{2}, Quantity(1)}));
    ASSERT_EQ(owner.find(PartitionId{1})->term, Term{2});
    heard(owner, hear(owner, PartitionId{1}, Return{ReturnNumber{1}, Quantity(9), Term{1}}));
    EXPECT_EQ(owner.find(PartitionId{1})->state, TermState::running);
}

TEST(SharedLimit, AfterTheRecallAReleaseGoesToTheOwner) {
    Holder holder;
    told(holder, take(holder, Quantity(2)));
    told(holder, hear(holder, Lend{ClaimNumber{1}, Quantity(2), Quantity(5), Term{1}}));
    EXPECT_TRUE(release(holder, Quantity(1)).messages.empty());
    const HolderDecision back = hear(holder, Recall{Term{1}});
    told(holder, back);
    EXPECT_EQ(std::get<Return>(back.messages.front()).amount, Quantity(5));
    EXPECT_EQ(holder.room, Quantity{});
    const HolderDecision released = release(holder, Quantity(1));
    ASSERT_EQ(released.messages.size(), 1U);
    EXPECT_EQ(std::get<Return>(released.messages.front()).amount, Quantity(1));
    EXPECT_EQ(std::get<Return>(released.messages.front()).number, ReturnNumber{2});
}

TEST(SharedLimit, WhatComesForAClaimThatWasWithdrawnGoesBack) {
    Holder holder;
    told(holder, take(holder, Quantity(2)));
    told(holder, withdraw(holder, ClaimNumber{1}));
    EXPECT_TRUE(withdraw(holder, ClaimNumber{1}).facts.empty());
    const HolderDecision back = hear(holder, Lend{ClaimNumber{1}, Quantity(2), Quantity{}, Term{}});
    ASSERT_EQ(back.messages.size(), 1U);
    EXPECT_EQ(std::get<Return>(back.messages.front()).amount, Quantity(2));
}

}  // namespace
}  // namespace banyan::limits
