// SPDX-License-Identifier: Apache-2.0
#include "holdings.h"

#include <map>

namespace banyan::model_check {

namespace {

using engine::Spend;
using ledger::Account;

struct Sums {
    std::int64_t had = 0, have = 0, lost = 0, moving = 0, due = 0, owed = 0, late = 0;
    std::int64_t posted = 0, accounts = 0;    // L2
    std::map<Instant, std::int64_t> living;   // in wallets and spends, by when it expires
    std::map<Instant, std::int64_t> granted;  // to expire then

    void lot(const ledger::Lot& lot, std::int64_t& into) {
        into += lot.remaining.value();
        living[lot.expires] += lot.remaining.value();
    }
    void portion(const ledger::Portion& portion) { living[portion.expires] += portion.amount.value(); }
};

// What a follow-up carries.
class Carried {
  public:
    explicit Carried(Sums& into) : sums_(into) {}

    void operator()(const engine::TakeOver& body) const { moving(body.lots, body.debts); }
    void operator()(const engine::TakeOverProfile& body) const { (*this)(body.gift); }
    void operator()(const engine::TakeBack& body) const { moving(body.lots, body.debts); }
    void operator()(const engine::ReverseGrants& body) const {
        if (body.what != engine::ReverseGrants::What::reverse) return;
        for (const auto& part : body.parts) sums_.late += part.amount.value();
    }
    void operator()(const engine::ReverseRefund& body) const { (*this)(body.effect); }
    void operator()(const engine::RestorePortions& body) const { moving(body.portions); }
    void operator()(const engine::TakeTransfer& body) const { moving(body.portions); }
    void operator()(const engine::TransferEnded& body) const { moving(body.returned); }
    template <typename Other>
    void operator()(const Other&) const {}

  private:
    void moving(const std::vector<ledger::Portion>& portions) const {
        for (const ledger::Portion& portion : portions) {
            sums_.moving += portion.amount.value();
            sums_.portion(portion);
        }
    }
    void moving(const std::vector<engine::MovedLot>& lots,
                const std::vector<engine::MovedDebt>& debts) const {
        for (const engine::MovedLot& moved : lots) sums_.lot(moved.lot, sums_.moving);
        for (const engine::MovedDebt& debt : debts) sums_.owed += debt.amount.value();
    }

    Sums& sums_;
};

struct Counted {
    Sums& sums;
    const Setting& setting;
    std::string& wrong;

    void operator()(const members::Member& member) const {
        if (std::string why = members::check(member); !why.empty()) wrong = why;
        for (const ledger::Wallet& wallet : member.wallets) {
            sums.posted += wallet.posted.value();
            sums.owed += wallet.debt.value();
            for (const ledger::Lot& lot : wallet.lots) sums.lot(lot, sums.have);
        }
    }
    void operator()(const ledger::Accounts& accounts) const {
        sums.accounts += accounts.sum().value();
        sums.lost += accounts.of(Account::breakage).value();
    }
    void operator()(const catalog::Order& order) const {
        const Sold& was = sold[order.id.low - 1];
        std::int64_t returned = 0;
        for (const catalog::KeptLine& line : order.lines) returned += line.refunded_quantity;
        sums.due += entitled(was, returned);
        sums.granted[order.occurred_at + setting.valid] += was.earns;
        for (const catalog::Grant& grant : order.grants) {
            if (grant.reversed > grant.amount) wrong = "L10: more was reversed than granted";
        }
    }
    void operator()(const Spend& spend) const {
        std::int64_t left = 0;
        for (const ledger::Portion& portion : spend.portions) {
            left += portion.amount.value();
            sums.portion(portion);
        }
        sums.had += left;
        if (Quantity(left) != spend.amount - spend.reversed) wrong = "L10: a spend's portions do not add up";
    }
    template <typename Other>
    void operator()(const Other&) const {}
};

// A hold that was captured is a spend and no hold any more (L11).
std::string held_and_spent(const World& world) {
    for (const MemberId id : members_there) {
        for (const members::ActiveHold& hold : world.member(id).holds) {
            for (std::uint16_t p = 0; p < partition_count; ++p) {
                if (world.find({p}, engine::entity_of_spend(hold.id)) != nullptr)
                    return "L11: a hold is open and captured";
            }
        }
    }
    return {};
}

std::string written(const Sums& s, Quantity missed) {
    const auto n = [](std::int64_t number) { return std::to_string(number); };
    return "had " + n(s.had) + " + have " + n(s.have) + " + lost " + n(s.lost) + " + moving " + n(s.moving) +
           " is not due " + n(s.due) + " + owed " + n(s.owed) + " + late " + n(s.late) + " + missed " +
           n(missed.value());
}

}  // namespace

std::string violation(const World& world, const Setting& setting) {
    Sums sums;
    std::string wrong = held_and_spent(world);
    for (const auto& [key, entity] : world.entities) std::visit(Counted{sums, setting, wrong}, entity->state);
    for (const auto& sent : world.in_flight) std::visit(Carried{sums}, sent->follow_up.command.body);
    if (!wrong.empty()) return wrong;
    if (sums.posted + sums.accounts != 0) return "L2: the accounts do not sum to zero";
    if (sums.had + sums.have + sums.lost + sums.moving !=
        sums.due + sums.owed + sums.late + world.uncollected.value())
        return written(sums, world.uncollected);
    if (setting.debt_covers && !world.uncollected.is_zero()) return "missed, although the debt limit covers";
    for (const auto& [expires, living] : sums.living) {
        if (living > sums.granted[expires]) return "more lives until an instant than was granted until then";
    }
    return {};
}

}  // namespace banyan::model_check
