// SPDX-License-Identifier: Apache-2.0
#include "simulator/programmes.h"

namespace banyan::simulator {

namespace {

constexpr const char* strict = R"(
programme: strict
currency: CNY
zone: Asia/Shanghai
units:
  - unit: points
    pending: {days: 7}
    expiry: {on: [{month: 3, day: 31}, {month: 9, day: 30}]}
    cap: 5000
    debt_limit: 300
  - unit: stars
    pending: {until_event: order.completed}
    expiry: {months: 2, round_to: end_of_month}
ladders:
  - ladder: levels
    since: ever
    on_refund: keep
    tiers:
      - {tier: low, from: 0}
      - {tier: middle, from: 20000}
      - {tier: high, from: 100000}
earning:
  - {rule: base, on: order.paid, unit: points, when: order.paid >= 200, amount: order.paid / 50, cost_centre: loyalty}
  - rule: app
    on: order.paid
    unit: points
    when: order.channel == "app" && order.pieces > 2
    amount: order.lines * 10 + member.orders
    cost_centre: growth
  - {rule: star, on: order.paid, unit: stars, when: order.paid >= 5000, amount: "1 + member.tier", cost_centre: loyalty}
  - {rule: sunday, on: order.paid, unit: points, when: event.weekday == 0, amount: order.paid / 200}
)";

constexpr const char* rolling = R"(
programme: rolling
currency: CNY
zone: UTC
units:
  - unit: points
    expiry: {days: 40}
  - unit: stars
    pending: {until_date: 2026-03-01}
    expiry: {months: 3, round_to: end_of_quarter}
    cap: 40
    debt_limit: 15
ladders:
  - ladder: ranks
    since: registration
    on_refund: recompute
    tiers:
      - {tier: one, from: 0}
      - {tier: two, from: 15000}
  - ladder: fame
    since: registration
    on_refund: keep
    tiers:
      - {tier: unknown, from: 0}
      - {tier: known, from: 40000}
earning:
  - {rule: base, on: order.paid, unit: points, amount: order.paid / 10, cost_centre: loyalty}
  - {rule: birthday, on: order.paid, unit: stars, when: member.birth_month == event.month && member.birth_day > 0, amount: "7"}
  - {rule: many, on: order.paid, unit: stars, when: order.pieces >= 3, amount: order.pieces}
)";

}  // namespace

const std::vector<NamedProgramme>& own_programmes() {
    static const std::vector<NamedProgramme> all{{"strict", strict, {"points", "stars"}},
                                                 {"rolling", rolling, {"points", "stars"}}};
    return all;
}

}  // namespace banyan::simulator
