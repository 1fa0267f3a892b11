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

// Prices, limits and groups that meet in one event, and what people do besides buying.
constexpr const char* accelerated = R"(
programme: accelerated
currency: CNY
zone: Asia/Shanghai
cost_centres: [{cost_centre: loyalty}]
events:
  - {event: check_in}
  - {event: review.posted, attributes: {rating: int, photo: bool}}
units:
  - unit: points
    expiry: {days: 90}
    debt_limit: 200
    earn_limits: [monthly]
    spend_limits: [daily]
  - unit: stars
    expiry: {months: 6}
    cap: 60
    spend_limits: [once]
limits:
  - {limit: monthly, per: month, most: 900, counts: amount}
  - {limit: daily, per: day, most: 300, counts: amount}
  - {limit: week, rolling_days: 7, most: 2, cooldown: {hours: 12}}
  - {limit: quarter, per: quarter, most: 25, counts: amount, when_empty: refuse}
  - {limit: membership, per: anniversary, most: 3}
  - {limit: once, per: lifetime, most: 4}
ladders:
  - ladder: levels
    since: registration
    on_refund: recompute
    tiers:
      - {tier: low, from: 0}
      - {tier: middle, from: 20000}
      - {tier: high, from: 60000}
stacking:
  - {group: bonus, policy: best}
  - {group: accelerate, policy: add}
  - {group: festive, policy: multiply}
  - {group: dearest, policy: best}
earning:
  - {rule: base, on: order.paid, unit: points, per: 100}
  - {rule: store, on: order.paid, unit: points, when: order.channel == "store", per: 2500, each: 9, on_partial_refund: recomputed}
  - {rule: star, on: order.paid, unit: stars, per: 5000, remainder: carried, limits: [quarter]}
  - {rule: coffee, on: order.paid, unit: points, lines: line.category == "coffee", fixed: 15, stacking: bonus, limits: [week]}
  - rule: stairs
    on: order.paid
    unit: points
    lines: line.category != "tea"
    steps: [{from: 1000, grant: 5}, {from: 8000, grant: 40}]
    stacking: bonus
  - {rule: many, on: order.paid, unit: points, when: order.pieces >= 3, multiply: "1.5", of: [base, store], stacking: accelerate}
  - {rule: app, on: order.paid, unit: points, when: order.channel == "app", multiply: "2.25", of: [base, store], stacking: accelerate}
  - {rule: weekend, on: order.paid, unit: stars, when: event.weekday == 0 || event.weekday >= 5, multiply: "2", of: [star], stacking: festive}
  - {rule: new, on: order.paid, unit: stars, when: member.orders < 4, multiply: "3.33", of: [star], stacking: festive}
  - {rule: fifth, on: order.paid, unit: points, multiply: "1.2", of: [coffee, stairs], stacking: dearest}
  - {rule: wide, on: order.paid, unit: points, when: order.lines > 2, multiply: "1.8", of: [base], stacking: dearest}
  - {rule: beans, on: order.paid, unit: points, lines: line.category == "coffee", per: 700, remainder: carried}
  - {rule: check-in, on: check_in, unit: points, fixed: 12, limits: [week, membership]}
  - {rule: review, on: review.posted, unit: stars, when: event.photo, amount: event.rating - 2}
  - {rule: welcome, on: member.registered, unit: points, fixed: 30}
)";

// What members did, added up, and every way to stand on a ladder and to fall from it.
constexpr const char* climbing = R"(
programme: climbing
currency: CNY
zone: Asia/Shanghai
cost_centres: [{cost_centre: loyalty}]
events:
  - {event: check_in}
  - {event: review.posted, attributes: {rating: int, photo: bool}}
units:
  - {unit: points, expiry: {months: 5}, cap: 4000, debt_limit: 500}
  - {unit: growth, kind: growth, expiry: {years: 1}}
metrics:
  - {metric: spend, on: order.paid, fold: sum, of: order.paid, window: {rolling_days: 60}}
  - {metric: orders, on: order.paid, fold: count, window: quarter, refund: of_refund}
  - {metric: visits, on: check_in, fold: streak, every: day, grace: 1}
  - {metric: channels, on: order.paid, fold: distinct, of: order.channel, window: year}
  - {metric: app, on: order.paid, when: order.channel == "app", fold: count, window: anniversary, refund: never}
  - {metric: rated, on: review.posted, when: event.photo, fold: sum, of: event.rating, window: month}
ladders:
  - ladder: club
    value: metric.spend
    downgrade: one_step
    review: {every: month, day: 5}
    grace_days: 10
    on_change: [{when: downgrade, unit: points, do: forfeit}]
    tiers:
      - {tier: basic, from: 0}
      - {tier: silver, from: 8000, enter: [{unit: points, grant: 30}]}
      - {tier: gold, from: 25000, enter: [{unit: points, grant: 100}]}
  - ladder: growing
    value: balance.growth
    downgrade: by_qualification
    review: {days_from_upgrade: 45}
    on_change: [{when: review, unit: growth, do: subtract_threshold}]
    tiers: [{tier: seed, from: 0}, {tier: shoot, from: 60}, {tier: tree, from: 250}]
  - ladder: worth
    value: score
    downgrade: by_qualification
    review: {every: quarter, day: 31}
    score:
      settle: {every: month, day: 2}
      dimensions:
        - {dimension: spend, metric: spend, weight: 1, per: 1000, cap: 40, round: half_up}
        - {dimension: visits, metric: visits, weight: 5, cap: 20}
        - {dimension: channels, metric: channels, weight: 8}
        - {dimension: rated, metric: rated, weight: 2, per: 3}
    tiers:
      - {tier: low, from: 0}
      - {tier: middle, from: 20}
      - {tier: high, from: 60, enter: [{unit: points, grant: 40}]}
  - ladder: loyal
    value: metric.app
    on_refund: keep
    upgrade: at_review
    downgrade: one_step
    review: {every: quarter, day: 10}
    on_change: [{when: upgrade, unit: points, do: reset}]
    tiers:
      - {tier: new, from: 0}
      - {tier: known, when: metric.orders >= 2}
      - {tier: old, from: 1, when: tier.club >= 2 || balance.growth > 300}
  - ladder: spent
    since: ever
    on_refund: keep
    downgrade: one_step
    review: anniversary
    tiers: [{tier: some, from: 0}, {tier: much, from: 12000}, {tier: more, from: 60000}]
earning:
  - {rule: base, on: order.paid, unit: points, per: 100}
  - {rule: growing, on: order.paid, unit: growth, per: 100}
  - {rule: gold, on: order.paid, unit: points, when: tier.club == 3, multiply: "1.5", of: [base]}
  - {rule: visit, on: check_in, unit: points, when: metric.visits >= 1, amount: metric.visits * 2}
  - {rule: nod, on: check_in, unit: growth, fixed: 3}
  - rule: everywhere
    on: order.paid
    unit: points
    when: metric.orders > 1 && balance.growth < 400
    amount: metric.channels * 5
)";

// What shops tell of orders, in any order, and units that wait for it.
constexpr const char* delivered = R"(
programme: delivered
currency: CNY
zone: Asia/Shanghai
cost_centres: [{cost_centre: loyalty}]
orders:
  release:
    - {store: s1, category: coffee, days_after_receipt: 1, days_after_shipping_max: 20}
    - {category: coffee, days_after_receipt: 3, days_after_shipping_max: 0, count: whole_days, on_completion: wait}
    - {store: s1, days_after_receipt: 5, days_after_shipping_max: 12, count: whole_days}
    - {days_after_receipt: 7, days_after_shipping_max: 15}
units:
  - {unit: points, pending: {until: released}, expiry: {months: 4}, debt_limit: 300}
  - {unit: stars, pending: {until_event: order.received}, expiry: {months: 1, round_to: end_of_month}, debt_limit: 20}
  - {unit: growth, kind: growth, pending: {until: released}}
  - {unit: coins, pending: {days: 2}, cap: 150}
limits:
  - {limit: monthly, per: month, most: 40, counts: amount}
ladders:
  - {ladder: levels, tiers: [{tier: low, from: 0}, {tier: high, from: 20000}]}
  - ladder: growing
    value: balance.growth
    counts: released
    downgrade: one_step
    review: {every: month}
    tiers: [{tier: seed, from: 0}, {tier: shoot, from: 50}, {tier: tree, from: 200}]
earning:
  - {rule: base, on: order.paid, unit: points, per: 100}
  - {rule: coffee, on: order.paid, unit: points, lines: line.category == "coffee", fixed: 9, limits: [monthly]}
  - {rule: star, on: order.paid, unit: stars, amount: order.paid / 2000}
  - {rule: grow, on: order.paid, unit: growth, per: 100}
  - {rule: many, on: order.paid, unit: points, when: order.pieces > 4, multiply: "1.5", of: [base]}
  - {rule: coin, on: order.paid, unit: coins, steps: [{from: 500, grant: 3}, {from: 5000, grant: 20}]}
)";

// What members give each other, what lapses when nobody stirs it, and merges that are undone.
constexpr const char* gifted = R"(
programme: gifted
currency: CNY
zone: Asia/Shanghai
cost_centres: [{cost_centre: loyalty}]
units:
  - unit: points
    expiry: {months: 3, inactive: {months: 1}}
    cap: 600
    debt_limit: 100
    transferable: true
    spend_limits: [weekly]
  - {unit: stars, pending: {until: released}, expiry: {inactive: {days: 40}}, transferable: true}
  - {unit: growth, kind: growth}
limits:
  - {limit: daily, per: day, most: 250, counts: amount}
  - {limit: weekly, per: week, most: 150, counts: amount}
ladders:
  - {ladder: levels, tiers: [{tier: low, from: 0}, {tier: high, from: 20000}]}
  - ladder: growing
    value: balance.growth
    downgrade: one_step
    review: {days_from_upgrade: 30}
    on_change: [{when: review, unit: growth, do: subtract_threshold}]
    tiers:
      - {tier: seed, from: 0}
      - {tier: shoot, from: 40, enter: [{unit: points, grant: 15}]}
      - {tier: tree, from: 150}
earning:
  - {rule: base, on: order.paid, unit: points, per: 100, limits: [daily]}
  - {rule: star, on: order.paid, unit: stars, per: 1000}
  - {rule: grow, on: order.paid, unit: growth, per: 100}
  - {rule: welcome, on: member.registered, unit: points, fixed: 20}
)";

// Limits that all members share. Who gets the last of one is nobody's to foresee: the model holds what came of it against
// what must be so whoever it was.
constexpr const char* shared = R"(
programme: shared
currency: CNY
zone: Asia/Shanghai
cost_centres: [{cost_centre: loyalty}, {cost_centre: marketing}]
units:
  - {unit: points}
  - {unit: gifts}
  - {unit: tickets}
  - {unit: stamps}
limits:
  - {limit: budget, scope: shared, per: lifetime, most: 400, counts: amount, cost_centre: marketing}
  - {limit: first, scope: shared, per: lifetime, most: 7, strict: from_start}
  - {limit: line, scope: shared, per: lifetime, most: 150, counts: amount, when_empty: wait}
  - {limit: daily, per: day, most: 2}
ladders:
  - {ladder: levels, tiers: [{tier: low, from: 0}, {tier: high, from: 20000}]}
earning:
  - {rule: base, on: order.paid, unit: points, per: 100, limits: [daily]}
  - {rule: gift, on: order.paid, unit: gifts, per: 1000, cost_centre: marketing}
  - {rule: ticket, on: order.paid, unit: tickets, when: order.paid > 500, fixed: 1, limits: [first]}
  - {rule: stamp, on: order.paid, unit: stamps, amount: order.paid / 2000, limits: [line, daily]}
)";

}  // namespace

const std::vector<NamedProgramme>& own_programmes() {
    static const std::vector<NamedProgramme> all{
        {"strict", strict, {"points", "stars"}, {}},
        {"rolling", rolling, {"points", "stars"}, {}},
        {"accelerated",
         accelerated,
         {"points", "stars"},
         {Verb::interact, Verb::name_categories, Verb::refund_money}},
        {"climbing", climbing, {"points", "growth"}, {Verb::interact, Verb::refund_money}},
        {"delivered",
         delivered,
         {"points", "stars", "growth", "coins"},
         {Verb::name_categories, Verb::refund_money, Verb::tell}},
        {"gifted",
         gifted,
         {"points", "stars", "growth"},
         {Verb::refund_money, Verb::tell, Verb::transfer, Verb::unmerge}},
        {"shared", shared, {"points", "gifts", "tickets", "stamps"}, {Verb::refund_money}}};
    return all;
}

}  // namespace banyan::simulator
