// SPDX-License-Identifier: Apache-2.0
#include "runtime/undoings.h"

#include <algorithm>

namespace banyan::runtime {

namespace {

using engine::EntityKind;
using engine::Fact;

bool is_in(const codec::Record& record, const engine::JobScope& scope) {
    const codec::Header& header = record.header;
    if (scope.version.value != 0 && header.programme != scope.version) return false;
    if (header.time < scope.from || header.time >= scope.until) return false;
    if (scope.source != 0 && record.command.source != scope.source) return false;
    if (scope.reason.empty()) return true;
    const auto* adjusted = std::get_if<engine::AdjustPoints>(&record.command.body);
    return adjusted != nullptr && adjusted->reason == scope.reason;
}

const ledger::Granted* granted_in(const Fact& fact) {
    const auto* wallet = std::get_if<ledger::WalletFact>(&fact.body);
    return wallet != nullptr ? std::get_if<ledger::Granted>(wallet) : nullptr;
}

// A grant of an order, or of nothing.
std::optional<engine::UndoGrant> order_grant_in(const Fact& fact) {
    const KeyedId order{fact.entity.high, fact.entity.low};
    if (const auto* granted = std::get_if<engine::OrderGranted>(&fact.body))
        return engine::UndoGrant{order, granted->unit, granted->lot, granted->rule, granted->amount};
    if (const auto* made = std::get_if<engine::OrderGrantMade>(&fact.body))
        return engine::UndoGrant{order, made->unit, made->lot, made->rule, made->amount};
    return std::nullopt;
}

class Finder {
  public:
    Finder(const codec::Record& record, const engine::JobScope& scope)
        : record_(record), scope_(scope), whole_(scope.rule.value == 0 && scope.reason.empty()) {}

    std::vector<Undoing> find() {
        for (std::uint32_t i = 0; i < record_.facts.size(); ++i) {
            if (whole_) look_at_event(i);
            if (const ledger::Granted* granted = granted_in(record_.facts[i])) look_at_grant(i, *granted);
            if (const auto of_order = order_grant_in(record_.facts[i]); of_order && !whole_)
                look_at_order_grant(i, *of_order);
        }
        std::reverse(steps_.begin(), steps_.end());
        return std::move(steps_);
    }

  private:
    void look_at_event(std::uint32_t i) {
        const Fact& fact = record_.facts[i];
        const KeyedId name{fact.entity.high, fact.entity.low};
        if (const auto* order = std::get_if<engine::OrderRecorded>(&fact.body))
            steps_.push_back({order->member, i, 0, engine::RefundOrder{name, {}}});
        if (const auto* spend = std::get_if<engine::SpendKept>(&fact.body))
            steps_.push_back({spend->member, i, 0, engine::ReverseSpend{name, {}}});
        if (const auto* hold = std::get_if<engine::HoldPlaced>(&fact.body))
            steps_.push_back(
                {{fact.entity.low}, i, 0, engine::EndHold{hold->hold, engine::HoldEnd::released}});
    }

    void look_at_grant(std::uint32_t i, const ledger::Granted& granted) {
        if (!fits(granted.rule) || is_of_order(i, granted)) return;
        steps_.push_back(
            {{record_.facts[i].entity.low},
             i,
             granted.cost_centre,
             engine::UndoGrant{KeyedId{}, granted.unit, granted.lot, granted.rule, granted.amount}});
    }

    void look_at_order_grant(std::uint32_t i, const engine::UndoGrant& of_order) {
        if (!fits(of_order.rule)) return;
        Undoing undoing{{}, i, 0, of_order};
        for (const Fact& fact : record_.facts) {
            if (const auto* order = std::get_if<engine::OrderRecorded>(&fact.body); order != nullptr)
                undoing.member = order->member;
            const ledger::Granted* granted = granted_in(fact);
            if (granted == nullptr || granted->unit != of_order.unit || granted->lot != of_order.lot)
                continue;
            undoing.member = {fact.entity.low};
            undoing.cost_centre = granted->cost_centre;
        }
        if (undoing.member.value != 0) steps_.push_back(undoing);
    }

    [[nodiscard]] bool fits(RuleId rule) const { return scope_.rule.value == 0 || rule == scope_.rule; }

    // Whose reversal is the order's business: a line's lot is named right behind it, any other with the grant.
    [[nodiscard]] bool is_of_order(std::uint32_t i, const ledger::Granted& granted) const {
        if (i + 1 < record_.facts.size()) {
            const auto* line = std::get_if<engine::LineGranted>(&record_.facts[i + 1].body);
            if (line != nullptr && line->grant.lot == granted.lot) return true;
        }
        return std::any_of(record_.facts.begin(), record_.facts.end(), [&](const Fact& fact) {
            const auto of_order = order_grant_in(fact);
            return of_order && of_order->unit == granted.unit && of_order->lot == granted.lot;
        });
    }

    const codec::Record& record_;
    const engine::JobScope& scope_;
    bool whole_;
    std::vector<Undoing> steps_;
};

// Asked for by a client, and no compensation is known for it.
bool is_kept(const engine::Command& command) {
    if (command.id.is_zero() || command.origin.lsn.value != 0) return false;
    const engine::CommandBody& body = command.body;
    const auto* adjusted = std::get_if<engine::AdjustPoints>(&body);
    return (adjusted != nullptr && adjusted->amount < Quantity{}) ||
           std::holds_alternative<engine::RefundOrder>(body) ||
           std::holds_alternative<engine::RefundMoney>(body) ||
           std::holds_alternative<engine::ReleaseOrder>(body) ||
           std::holds_alternative<engine::TellOrder>(body) ||
           std::holds_alternative<engine::ReverseSpend>(body) ||
           std::holds_alternative<engine::TransferPoints>(body) ||
           std::holds_alternative<engine::ClaimIdentity>(body) ||
           std::holds_alternative<engine::MergeMembers>(body) ||
           std::holds_alternative<engine::UnmergeMembers>(body) ||
           std::holds_alternative<engine::UpdateProfile>(body) ||
           std::holds_alternative<engine::EraseMember>(body);
}

}  // namespace

Undoings undoings_of(const codec::Record& record, const engine::JobScope& scope) {
    Undoings all;
    // What a job did is not done by its rule or source.
    if (!is_in(record, scope) || std::holds_alternative<engine::Undo>(record.command.body)) return all;
    all.steps = Finder(record, scope).find();
    all.is_kept =
        all.steps.empty() && scope.rule.value == 0 && scope.reason.empty() && is_kept(record.command);
    return all;
}

}  // namespace banyan::runtime
