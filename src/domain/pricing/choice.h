// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which coupons and how many points leave the least to pay. A coupon may exclude prices, promotions or points, so there
// are up to eight grounds to stand on; on each, coupons are taken or left one after the other, and a branch is left when
// not even the most that its coupons could take off would make it the best. Coupons of one batch that are alike are not
// told apart: those that end first are used.

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/pricing/points.h"
#include "domain/pricing/quote.h"
#include "domain/pricing/stages.h"
#include "domain/pricing/terms.h"

namespace banyan::pricing {

/// A coupon of the buyer that stands.
struct Candidate {
    std::uint32_t held = 0;  // into the buyer's coupons
    OpenOffer offer;
    std::size_t group = 0;
    std::int64_t group_limit = 1;
    NotWith not_with;
    bool alone = false;
    std::uint32_t rank = 0;  // by end, batch and id: of equal choices the lower
};

struct Purse {
    std::vector<Candidate> candidates;  // in the order in which they are applied
    std::vector<Outcome> outcomes;      // of each of the buyer's coupons
    std::size_t groups = 0;
};
Purse open_purse(const Prepared& prepared);

/// The grounds of a request; each is computed when it is first asked for.
class Grounds {
  public:
    explicit Grounds(const Prepared& prepared) : prepared_(prepared) {}
    const Ground& at(const NotWith& not_with);

  private:
    const Prepared& prepared_;
    std::optional<Ground> grounds_[4];
};

/// A choice that may be made, and what it leaves.
struct Chosen {
    std::vector<std::size_t> candidates;  // ascending, in the order in which they are applied
    NotWith not_with;                     // of all of them
    std::int64_t points = 0;
    std::int64_t pay = 0;
};

/// The choice applied to a copy of its ground; each coupon's Applied, in order.
struct Replay {
    Running running;
    std::vector<Applied> applied;
    PointsRoom room;
    std::int64_t points = 0;
    std::int64_t pay = 0;
};
struct Sink {
    std::vector<LineCut>* cuts = nullptr;
    std::vector<Outcome>* outcomes = nullptr;  // of the ground
};

/// Everything that a choice is made from.
struct Table {
    const Prepared& prepared;
    Purse purse;
    Grounds grounds;
    std::optional<Reach> points;  // what they may be used on; nothing: there are no points here
};

/// How many points: so many, or as many as leave the least to pay.
Replay replay(Table& table, const std::vector<std::size_t>& candidates, const NotWith& not_with,
              std::optional<std::int64_t> points, const Sink& sink);

/// What is left of the choice once the goods are paid for by coupons: points, freight, vouchers. The running is used up.
Replay finish(Table& table, const Ground& ground, const std::vector<std::size_t>& candidates,
              const NotWith& not_with, std::optional<std::int64_t> points, Replay replay, const Sink& sink);

NotWith united(const Table& table, const std::vector<std::size_t>& candidates);

struct Found {
    Chosen best;
    std::int64_t unexplored = INT64_MAX;  // the least that a branch not looked into could leave

    [[nodiscard]] std::int64_t gap() const { return unexplored < best.pay ? best.pay - unexplored : 0; }
};
Found best_choice(Table& table, std::optional<std::int64_t> points, const Effort& effort);

}  // namespace banyan::pricing
