// SPDX-License-Identifier: Apache-2.0
#include "crowd.h"

#include "domain/ledger/zones_test.h"
#include "domain/programme/words.h"

namespace banyan::properties {

using engine::CommandBody;

namespace {

ledger::Unit unit(std::uint16_t id, const char* code) {
    ledger::Unit unit;
    unit.id = {id};
    unit.code = code;
    return unit;
}

earning::Rule rule(std::uint16_t id, const char* when, const char* amount, std::uint16_t of) {
    earning::Rule rule;
    rule.id = {id};
    rule.code = "r" + std::to_string(id);
    rule.on = "order.paid";
    rule.when_text = when;
    rule.amount_text = amount;
    rule.unit = {of};
    return rule;
}

}  // namespace

std::shared_ptr<const programme::Programme> programme() {
    auto made = std::make_shared<programme::Programme>();
    made->version = {1};
    made->code = "laws";
    made->zone = banyan::testing::shanghai();

    ledger::Unit points = unit(1, "points");
    points.expiry.kind = ledger::ExpiryPolicy::Kind::rolling;
    points.expiry.days = 40;
    points.debt_limit = Quantity(300);
    ledger::Unit stars = unit(2, "stars");
    stars.pending.kind = ledger::PendingPolicy::Kind::until_event;
    stars.pending.event = "order.completed";
    stars.expiry.kind = ledger::ExpiryPolicy::Kind::fixed_dates;
    stars.expiry.dates = {{2, 29}, {7, 1}};
    stars.cap = Quantity(60);
    ledger::Unit gifts = unit(3, "gifts");
    gifts.pending.kind = ledger::PendingPolicy::Kind::for_days;
    gifts.pending.days = 3;
    gifts.expiry.inactive_days = 25;
    points.transferable = gifts.transferable = stars.transferable = true;
    made->units = {points, stars, gifts};

    for (const auto policy : {tiers::OnRefund::recompute, tiers::OnRefund::keep}) {
        tiers::Ladder ladder;
        ladder.id = {static_cast<std::uint16_t>(made->ladders.size() + 1)};
        ladder.code = "l" + std::to_string(ladder.id.value);
        ladder.on_refund = policy;
        ladder.tiers = {{{1}, "a", "", "", 0}, {{2}, "b", "", "", 20'000}, {{3}, "c", "", "", 100'000}};
        made->ladders.push_back(ladder);
    }
    made->rules = {rule(1, "true", "order.paid / 100", 1),
                   rule(2, "member.birth_month == event.month", "order.paid / 50", 1),
                   rule(3, "order.paid > 3000", "order.pieces", 2),
                   rule(4, "member.tier >= 2", "1000 / (order.pieces - 2)", 3)};
    made->listeners = programme::vocabularies_of(*made);
    for (earning::Rule& each : made->rules)
        ASSERT(earning::compile(each, made->on("order.paid")->vocabulary).ok());
    programme::listen(*made);
    return made;
}

namespace {

using Entries = std::vector<Map::Entry>;

Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }
Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }

Value metric(const char* code, const char* fold, Entries more) {
    more.emplace_back("metric", text(code));
    more.emplace_back("on", text("order.paid"));
    more.emplace_back("fold", text(fold));
    return map(std::move(more));
}
Value tier(const char* code, std::int64_t from, Entries more = {}) {
    more.emplace_back("tier", text(code));
    more.emplace_back("from", number(from));
    return map(std::move(more));
}
Value entry(const char* unit, std::int64_t grant) {
    return Value(List{map({{"unit", text(unit)}, {"grant", number(grant)}})});
}
Value change(const char* when, const char* unit, const char* does) {
    return map({{"when", text(when)}, {"unit", text(unit)}, {"do", text(does)}});
}
Value earning_rule(const char* code, const char* unit, const char* amount, const char* when = "true") {
    return map({{"rule", text(code)},
                {"on", text("order.paid")},
                {"unit", text(unit)},
                {"amount", text(amount)},
                {"when", text(when)}});
}
Value rolling(std::int64_t days) { return map({{"rolling_days", number(days)}}); }

List metrics_of_the_crowd() {
    return {metric("spend", "sum", {{"of", text("order.paid")}, {"window", rolling(20)}}),
            metric("net", "sum",
                   {{"of", text("order.paid")}, {"refund", text("of_refund")}, {"window", text("month")}}),
            metric("orders", "count", {{"window", text("anniversary")}}),
            metric("big", "count", {{"when", text("order.paid > 9000")}, {"refund", text("never")}}),
            metric("sizes", "distinct",
                   {{"of", text("order.pieces")}, {"window", rolling(9)}, {"most", number(3)}}),
            metric("days", "streak", {{"grace", number(1)}, {"window", rolling(30)}}),
            metric("last", "last", {{"of", text("order.paid")}, {"most", number(4)}})};
}

List ladders_of_the_crowd() {
    return {map({{"ladder", text("club")},
                 {"value", text("balance.growth")},
                 {"downgrade", text("one_step")},
                 {"review", map({{"every", text("month")}, {"day", number(31)}})},
                 {"grace_days", number(4)},
                 {"on_change", Value(List{change("downgrade", "points", "forfeit"),
                                          change("review", "growth", "subtract_threshold")})},
                 {"tiers", Value(List{tier("a", 0), tier("b", 100, {{"enter", entry("points", 25)}}),
                                      tier("c", 400, {{"enter", entry("points", 60)}})})}}),
            map({{"ladder", text("vip")},
                 {"value", text("metric.spend")},
                 {"downgrade", text("by_qualification")},
                 {"review", map({{"days_from_upgrade", number(7)}})},
                 {"tiers",
                  Value(List{tier("a", 0), tier("b", 8000),
                             tier("c", 20'000, {{"when", text("metric.sizes >= 2 || tier.club > 1")}})})}}),
            map({{"ladder", text("kept")},
                 {"value", text("metric.net")},
                 {"on_refund", text("keep")},
                 {"upgrade", text("at_review")},
                 {"downgrade", text("by_qualification")},
                 {"review", text("anniversary")},
                 {"tiers", Value(List{tier("a", 0), tier("b", 5000)})}}),
            map({{"ladder", text("worth")},
                 {"value", text("score")},
                 {"downgrade", text("by_qualification")},
                 {"review", map({{"every", text("month")}, {"day", number(2)}})},
                 {"score", map({{"settle", map({{"every", text("month")}, {"day", number(2)}})},
                                {"dimensions", Value(List{map({{"dimension", text("buys")},
                                                               {"metric", text("spend")},
                                                               {"per", number(700)},
                                                               {"cap", number(40)},
                                                               {"round", text("half_up")}}),
                                                          map({{"dimension", text("comes")},
                                                               {"metric", text("days")},
                                                               {"weight", number(7)}})})}})},
                 {"tiers", Value(List{tier("a", 0), tier("b", 12), tier("c", 30)})}})};
}

}  // namespace

std::shared_ptr<const programme::Programme> standings() {
    const Value document =
        map({{"programme", text("standings")},
             {"currency", text("CNY")},
             {"zone", text("Asia/Shanghai")},
             {"units", Value(List{map({{"unit", text("points")},
                                       {"expiry", map({{"days", number(40)}})},
                                       {"debt_limit", number(300)}}),
                                  map({{"unit", text("growth")},
                                       {"kind", text("growth")},
                                       {"debt_limit", number(500)},
                                       {"expiry", map({{"months", number(2)}})}}),
                                  map({{"unit", text("gifts")}, {"cap", number(60)}})})},
             {"metrics", Value(metrics_of_the_crowd())},
             {"ladders", Value(ladders_of_the_crowd())},
             {"earning", Value(List{earning_rule("base", "points", "order.paid / 100"),
                                    earning_rule("grow", "growth", "order.paid / 80"),
                                    earning_rule("seen", "gifts", "metric.days", "metric.big >= 1"),
                                    earning_rule("last", "points", "metric.last / 500")})}});
    auto compiled = programme::compile(document, {1}, banyan::testing::WrittenCalendar());
    ASSERT(compiled.ok());
    return std::move(compiled).value();
}

KeyedId Crowd::fresh(std::vector<KeyedId>& ids, MemberId member) {
    ids.push_back({member.value, ++last_id_});
    return ids.back();
}
// Mostly one of the member's own.
KeyedId Crowd::known(const std::vector<KeyedId>& ids, MemberId member) {
    std::vector<KeyedId> own;
    for (const KeyedId id : ids) {
        if (id.high == member.value) own.push_back(id);
    }
    if (!own.empty() && !one_in(10)) return own[below(own.size())];
    if (ids.empty() || one_in(3)) return {8, below(5) + 1};  // nobody's
    return ids[below(ids.size())];
}
Quantity Crowd::amount() {
    if (one_in(20)) return Quantity(static_cast<std::int64_t>(below(3)) - 1);
    if (one_in(50)) return Quantity(2'000'000'000'000'000);
    return Quantity(static_cast<std::int64_t>(1 + below(200)));
}

CommandBody Crowd::body(MemberId member) {
    switch (below(23)) {
        default: {
            engine::RecordOrder order{
                one_in(30) ? known(orders_, member) : fresh(orders_, member), "c", "s", {}};
            const std::uint64_t lines = 1 + below(3);
            for (std::uint64_t i = 0; i < lines; ++i) {
                const bool repeated = one_in(60);
                order.lines.push_back({repeated ? "0" : std::to_string(i), "sku", "cat",
                                       static_cast<std::int64_t>(one_in(60) ? 0 : 1 + below(4)),
                                       static_cast<std::int64_t>(below(one_in(10) ? 200'000 : 9000))});
            }
            return order;
        }
        case 0:
        case 1: return engine::RefundOrder{known(orders_, member), {}};
        case 2:
        case 3: {
            engine::RefundOrder refund{known(orders_, member), {}};
            const std::uint64_t lines = 1 + below(2);
            for (std::uint64_t i = 0; i < lines; ++i)
                refund.lines.push_back({std::to_string(below(3)), static_cast<std::int64_t>(below(3))});
            return refund;
        }
        case 4: return engine::ReleaseOrder{known(orders_, member), one_in(4) ? "other" : "order.completed"};
        case 5: {
            const Quantity moved = amount();
            return engine::AdjustPoints{UnitId{static_cast<std::uint16_t>(1 + below(3))},
                                        one_in(2) ? moved : -moved, "law", 0};
        }
        case 6:
        case 7: {
            const Instant until = now_ + hours(static_cast<std::int64_t>(below(one_in(10) ? 2000 : 200)));
            holds_.push_back({one_in(20) ? known(spends_, member) : fresh(spends_, member),
                              UnitId{static_cast<std::uint16_t>(1 + below(2))}});
            return engine::PlaceHold{holds_.back().first, holds_.back().second, amount(), until};
        }
        case 8: return engine::EndHold{known(spends_, member), engine::HoldEnd::captured};
        case 9: return engine::EndHold{known(spends_, member), engine::HoldEnd::released};
        case 10:
            return engine::Redeem{fresh(spends_, member), UnitId{static_cast<std::uint16_t>(1 + below(3))},
                                  amount()};
        case 11: return engine::ReverseSpend{known(spends_, member), one_in(2) ? Quantity{} : amount()};
        case 12:
            if (one_in(2))
                return engine::MergeMembers{one_in(10) ? member : members_[below(members_.size())]};
            return engine::Settle{};
        case 13: return engine::RegisterMember{{below(2)}};
        case 14:
            if (one_in(10)) return engine::EraseMember{};
            if (one_in(10)) return engine::CompleteErasure{};
            return engine::UpdateProfile{{below(100)}};
        case 20:
        case 21:
            if (one_in(2))
                return engine::TransferPoints{one_in(10) ? member : members_[below(members_.size())],
                                              UnitId{static_cast<std::uint16_t>(1 + below(3))}, amount()};
            for (auto hold = holds_.rbegin(); hold != holds_.rend();
                 ++hold) {  // its newest, of its unit or another
                if (hold->first.high == member.value)
                    return engine::CaptureHold{hold->first, one_in(10) ? UnitId{3} : hold->second,
                                               one_in(3) ? Quantity(500) : amount()};
            }
            return engine::CaptureHold{{8, 1}, UnitId{1}, amount()};
        case 22: return engine::UnmergeMembers{members_[below(members_.size())]};
        case 15:
            if (one_in(4)) return engine::ClaimIdentity{{9, below(20)}, {1}, member};
            return engine::Settle{};
    }
}

Crowd::Ask Crowd::next() {
    Ask ask;
    ask.later = one_in(10) ? hours(static_cast<std::int64_t>(below(600)))
                           : seconds(static_cast<std::int64_t>(below(9000)));
    now_ = now_ + ask.later;
    engine::Command& command = ask.command;
    command.id = {1, ++last_id_};
    command.occurred_at = one_in(15) ? now_ + hours(static_cast<std::int64_t>(below(30))) : now_;
    if (members_.size() < 3 || one_in(15)) {
        ask.partition = {static_cast<std::uint16_t>(below(partitions_))};
        command.claim = engine::Claim{{2, ++last_id_}, {1}};
        command.body = engine::RegisterMember{};
        return ask;
    }
    command.member = one_in(80) ? MemberId{std::uint64_t{77'777} << 16U} : members_[below(members_.size())];
    command.body = body(command.member);
    if (std::holds_alternative<engine::MergeMembers>(command.body)) {
        // Often the one who merged last, whose merge may still be under way.
        if (last_survivor_.value != 0 && one_in(2)) command.member = last_survivor_;
        last_survivor_ = command.member;
    }
    ask.partition = partition_of(command.member);
    if (const auto* claim = std::get_if<engine::ClaimIdentity>(&command.body))
        ask.partition = {static_cast<std::uint16_t>(claim->handle.low % partitions_)};
    // What the runtime asks itself has no id.
    if (std::holds_alternative<engine::Settle>(command.body)) command.id = {};
    return ask;
}

}  // namespace banyan::properties
