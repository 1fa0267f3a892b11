// SPDX-License-Identifier: Apache-2.0
#include "runtime/audit.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

#include "runtime/brand.h"

namespace banyan::runtime {

namespace {

constexpr std::size_t findings_max = 100;
constexpr std::uint64_t progress_every = 4096;

/// Holds nothing: the replay beside the live one may not lean on any checkpoint.
class NoStore final : public Store {
  public:
    Result<std::vector<std::optional<std::string>>> get(std::uint8_t,
                                                        const std::vector<std::string>& keys) override {
        return std::vector<std::optional<std::string>>(keys.size());
    }
    Result<void> write(const std::vector<Put>&, Durability) override { return {}; }
    Result<void> scan(std::uint8_t, std::string_view, const Visitor&) override { return {}; }
    Result<void> compact() override { return {}; }
};

std::string place(PartitionId partition, Lsn lsn) {
    return "partition " + std::to_string(partition.value) + ", record " + std::to_string(lsn.value);
}

class Auditor {
  public:
    explicit Auditor(Brand& brand) : brand_(brand), ids_(store_, 0) {
        shared_.lineage = brand.options().file.lineage();
        shared_.digest = brand.ports().digest;
        shared_.calendar = brand.ports().calendar;
        shared_.ids = &ids_;
        shared_.partitions = static_cast<std::uint16_t>(brand.partition_count());
        shared_.compile =
            [&brand](const std::string& document,
                     ProgrammeVersion version) -> Result<std::shared_ptr<const programme::Programme>> {
            const Value value = TRY(brand.options().parse_document(document));
            return programme::compile(value, version, *brand.ports().calendar, brand.ports().regex);
        };
        for (std::uint16_t id = 0; id < brand.partition_count(); ++id)
            fresh_.push_back(std::make_unique<Partition>(PartitionId{id}, shared_, store_, std::uint8_t{0}));
        last_epoch_.resize(brand.partition_count());
    }

    Result<AuditReport> run(const std::function<void(std::uint64_t)>& progress) {
        const auto from = [](PartitionId) { return Lsn{1}; };
        const auto replayed = brand_.ports().journal->replay(from, [&](const StoredRecord& stored) {
            auto done = take(stored);
            if (progress && report_.records % progress_every == 0) progress(report_.records);
            return done;
        });
        // Replay ends at the first record that contradicts the ones before it; nothing behind it can be judged.
        look("I5", replayed.ok(), replayed.ok() ? "" : replayed.error().text());
        if (!replayed.ok()) return std::move(report_);
        for (const auto& partition : fresh_) {
            TRY(entities_of(*partition));
            TRY(compare_with_live(*partition));
        }
        follow_ups();
        limits_agree();
        return std::move(report_);
    }

  private:
    void look(const char* invariant, bool holds, const std::string& text) {
        ++report_.checked[invariant];
        if (holds) return;
        ++report_.broken;
        if (report_.findings.size() < findings_max) report_.findings.push_back({invariant, text});
    }

    Result<void> take(const StoredRecord& stored) {
        if (stored.partition.value >= fresh_.size())
            return Error::corrupt("the journal has a partition that the brand was not created with",
                                  place(stored.partition, stored.lsn));
        Partition& partition = *fresh_[stored.partition.value];
        const Lsn head = partition.head();
        const Instant time = partition.time();
        const codec::Record record = TRY(codec::decode(stored.bytes));
        const std::string here = place(stored.partition, stored.lsn);
        look("I5", record.header.lsn == stored.lsn && record.header.partition == stored.partition,
             here + ": the record says it stands elsewhere");
        if (head.value + 1 == record.header.lsn.value &&
            record.header.epoch >= last_epoch_[stored.partition.value])
            balanced(record, here);
        TRY(partition.replay(stored.bytes));
        partition.take_outgoing();
        if (partition.head() == head) return ++report_.ignored, Result<void>();
        ++report_.records;
        look("I6", record.header.epoch >= last_epoch_[stored.partition.value],
             here + ": an older epoch was applied");
        last_epoch_[stored.partition.value] = record.header.epoch;
        look("D3", record.header.time >= time, here + ": its time lies before the record before it");
        look("confirmed", record.header.confirmed < record.header.lsn,
             here + ": it says that itself was durable before it was written");
        if (!record.command.id.is_zero()) {
            ++report_.commands;
            look("I1", seen_.insert(record.command.id).second, here + ": its command id was accepted before");
        }
        if (!record.command.completes.is_zero() && !record.answer.pending)
            look("I1", completed_.insert(record.command.completes).second,
                 here + ": a pending command was completed twice");
        if (const auto* undo = std::get_if<engine::Undo>(&record.command.body)) {
            if (const auto* grant = std::get_if<engine::UndoGrant>(&undo->what)) undone_.insert(grant->order);
        }
        for (const engine::FollowUp& follow_up : record.follow_ups)
            sent_.insert({stored.partition.value, stored.lsn.value, follow_up.command.origin.ordinal});
        if (record.command.origin.lsn.value != 0) {
            const auto& origin = record.command.origin;
            taken_.push_back({{origin.source.value, origin.lsn.value, origin.ordinal}, here});
        }
        return {};
    }

    // L1, as a finding: the replay itself would stop.
    void balanced(const codec::Record& record, const std::string& here) {
        std::map<UnitId, Quantity> sums;
        for (const engine::Fact& fact : record.facts) {
            if (const auto leg = engine::leg_of(fact.body)) sums[leg->unit] += leg->amount;
        }
        for (const auto& [unit, sum] : sums)
            look("L1", sum.is_zero(),
                 here + ": its postings of unit " + std::to_string(unit.value) + " sum to " +
                     std::to_string(sum.value()));
    }

    Result<void> entities_of(Partition& partition) {
        std::map<UnitId, Quantity> sums;  // accounts and wallets of the partition
        const std::string where = "partition " + std::to_string(partition.id().value) + ", ";
        Result<void> unreadable;
        by_line_.clear();
        TRY(partition.entities().each_of(engine::EntityKind::order_life,
                                         [&](engine::EntityId id, Lsn, std::string_view block) {
                                             auto state = codec::unpack(id, block);
                                             if (!state.ok()) return unreadable = state.error(), void();
                                             auto& life = std::get<engine::OrderLife>(*state);
                                             if (!life.line_grants.empty())
                                                 by_line_[life.id] = std::move(life.line_grants);
                                         }));
        TRY(partition.entities().each([&](engine::EntityId id, Lsn, std::string_view block) {
            auto state = codec::unpack(id, block);
            if (!state.ok()) return unreadable = state.error(), void();
            if (const auto* member = std::get_if<members::Member>(&*state)) {
                ++report_.members;
                check(*member, where + "member " + to_text(member->id) + ": ");
                for (const ledger::Wallet& wallet : member->wallets) sums[wallet.unit] += wallet.posted;
            } else if (const auto* order = std::get_if<catalog::Order>(&*state)) {
                ++report_.orders;
                check(*order, where + "order " + hex(order->id) + ": ");
            } else if (const auto* spend = std::get_if<engine::Spend>(&*state)) {
                ++report_.spends;
                check(*spend, where + "spend " + hex(spend->id) + ": ");
            } else if (const auto* accounts = std::get_if<ledger::Accounts>(&*state)) {
                sums[accounts->unit] += accounts->sum();
                add_up(*accounts);
            } else if (const auto* owner = std::get_if<engine::LimitOwner>(&*state)) {
                look("Q", limits::check(owner->owner).empty(), where + limits::check(owner->owner));
                owners_.emplace_back(engine::period_of_number(id.low), owner->owner);
            } else if (const auto* holder = std::get_if<engine::LimitHolder>(&*state)) {
                look("Q", limits::check(holder->holder).empty(), where + limits::check(holder->holder));
                held_[{engine::period_of_number(id.low), partition.id()}] =
                    holder->holder.used + holder->holder.room;
            }
        }));
        for (const auto& [unit, sum] : sums)
            look("L2", sum.is_zero(),
                 where + "unit " + std::to_string(unit.value) + ": all accounts and wallets sum to " +
                     std::to_string(sum.value()));
        return unreadable;
    }

    void check(const members::Member& member, const std::string& where) {
        const std::string broken = members::check(member);
        for (const char* invariant : {"L3", "L4", "L5", "L11"})
            look(invariant, !broken.starts_with(std::string(invariant) + ":"), where + broken);
        for (const members::ActiveHold& hold : member.holds) {
            Quantity sum;
            for (const ledger::Portion& portion : hold.portions) sum += portion.amount;
            look("L11", sum == hold.amount, where + "a hold's portions are not its amount");
        }
        const auto& programme = brand_.programme();
        for (const ledger::Wallet& wallet : member.wallets) {
            const ledger::Unit* unit = programme->unit(wallet.unit);
            look("units", unit != nullptr, where + "a wallet's unit is unknown");
            // A merge adds two debts up; each was within the limit.
            if (unit != nullptr && member.absorbed.empty())
                look("L4", wallet.debt <= unit->debt_limit, where + "the debt is beyond the unit's limit");
        }
        for (const tiers::Standing& standing : member.standings)
            look("T1",
                 std::any_of(programme->ladders.begin(), programme->ladders.end(),
                             [&](const tiers::Ladder& ladder) {
                                 return ladder.id == standing.ladder && ladder.find(standing.tier) != nullptr;
                             }),
                 where + "it stands on a tier that no ladder has");
    }

    void check(const catalog::Order& order, const std::string& where) {
        for (const catalog::KeptLine& line : order.lines) {
            look("L8",
                 line.refunded_amount >= 0 && line.refunded_amount <= line.amount &&
                     line.refunded_quantity >= 0 && line.refunded_quantity <= line.quantity,
                 where + "more of line \"" + line.id + "\" came back than was sold");
            look("L8", (line.refunded_quantity == line.quantity) <= (line.refunded_amount == line.amount),
                 where + "line \"" + line.id + "\" came back whole, but not all of its money");
        }
        for (std::uint32_t i = 0; i < order.grants.size(); ++i) {
            const catalog::Grant& grant = order.grants[i];
            look("L10", grant.reversed >= Quantity{} && grant.reversed <= grant.amount,
                 where + "more of a grant was reversed than was granted");
            // A reversal takes a grant back whatever came back of the order.
            const bool is_undone = undone_.contains(order.id) && grant.reversed == grant.amount;
            look("L10", is_undone || grant.reversed == came_back_of(order, i, where),
                 where + "a grant was not reversed by the share of what came back");
        }
    }

    // What of the grant belongs to what came back of the order: by its lines, by the base it was made on, or by the money
    // paid.
    Quantity came_back_of(const catalog::Order& order, std::uint32_t index, const std::string& where) {
        const catalog::Grant& grant = order.grants[index];
        if (const auto lines = by_line_.find(order.id); lines != by_line_.end()) {
            Quantity granted;
            Quantity back;
            for (const engine::LineGrant& part : lines->second) {
                if (part.grant != index) continue;
                const catalog::KeptLine& line = order.lines[part.line];
                granted += part.amount;
                back += line.amount > 0
                            ? catalog::taken_back(part.amount, line.refunded_amount, line.amount)
                            : catalog::taken_back(part.amount, line.refunded_quantity, line.quantity);
            }
            look("L10", granted.is_zero() || granted == grant.amount,
                 where + "what its lines have of a grant is not the grant");
            if (!granted.is_zero()) return back;
        }
        for (const catalog::GrantBasis& basis : order.bases) {
            if (basis.grant == index) return catalog::taken_back(grant.amount, order, basis);
        }
        return catalog::taken_back(grant.amount, order.refunded(), order.paid());
    }

    void check(const engine::Spend& spend, const std::string& where) {
        Quantity left;
        for (const ledger::Portion& portion : spend.portions) left += portion.amount;
        look("L10", spend.reversed >= Quantity{} && spend.reversed <= spend.amount,
             where + "more was reversed than was spent");
        look("L10", left == spend.amount - spend.reversed, where + "its portions are not what is left of it");
    }

    void add_up(const ledger::Accounts& accounts) {
        auto found = std::find_if(report_.accounts.begin(), report_.accounts.end(),
                                  [&](const ledger::Accounts& known) { return known.unit == accounts.unit; });
        if (found == report_.accounts.end()) {
            report_.accounts.push_back({});
            found = std::prev(report_.accounts.end());
            found->unit = accounts.unit;
        }
        for (std::size_t i = 0; i < ledger::account_count; ++i) found->balance[i] += accounts.balance[i];
    }

    // D1: what the brand has, from whatever checkpoint it started, is what the journal says.
    Result<void> compare_with_live(Partition& fresh) {
        Partition& live = brand_.partition(fresh.id());
        const std::string where = "partition " + std::to_string(fresh.id().value) + ": ";
        report_.heads.push_back(fresh.head());
        report_.hashes.push_back(fresh.entities().hash());
        look("I3", live.durable() == fresh.head(),
             where + "the running state ends at record " + std::to_string(live.durable().value) +
                 ", the journal at " + std::to_string(fresh.head().value));
        const StateHash live_hash = TRY(live.entities().hash_of_all());
        look("D1", live_hash == report_.hashes.back(),
             where + "the running state is not what the journal replays to");
        look("D1", live.entities().hash() == live_hash,
             where + "the state hash that was kept up to date is not the sum over all entities");
        look("D3", live.time() == fresh.time(), where + "the running clock is not where the journal ends");
        return {};
    }

    // I8: every step between partitions was asked for, and taken at most once.
    void follow_ups() {
        for (const auto& [origin, here] : taken_) {
            const bool asked = sent_.erase(origin) == 1;
            look("I8", asked, here + ": it takes a step that nobody asked for, or takes it twice");
        }
        report_.follow_ups_in_flight = sent_.size();
    }

    // Q: what holders have given out or could is lent to them, and what is lent is within the limit, unless it was lowered
    // meanwhile: then nothing more is.
    void limits_agree() {
        for (const auto& [period, owner] : owners_) {
            const std::string where = "limit " + std::to_string(period.limit.value) + ": ";
            bool any_running = false;
            for (const limits::Borrower& borrower : owner.borrowers) {
                any_running = any_running || borrower.state == limits::TermState::running;
                const auto held = held_.find({period, borrower.holder});
                const Quantity has = held != held_.end() ? held->second : Quantity{};
                look("Q", has <= borrower.lent,
                     where + "partition " + std::to_string(borrower.holder.value) +
                         " has more of it than it was lent");
                if (held != held_.end()) held_.erase(held);
            }
            look("Q", owner.left() >= Quantity{} || !any_running, where + "more is lent than there is");
        }
        for (const auto& [name, has] : held_)
            look("Q", has.is_zero(),
                 "limit " + std::to_string(name.first.limit.value) + ": partition " +
                     std::to_string(name.second.value) + " has of it without having borrowed");
    }

    using Step = std::tuple<std::uint16_t, std::uint64_t, std::uint32_t>;

    Brand& brand_;
    NoStore store_;
    Ids ids_;
    Shared shared_;
    std::vector<std::unique_ptr<Partition>> fresh_;
    std::vector<std::uint64_t> last_epoch_;
    std::unordered_set<KeyedId> seen_;
    std::unordered_set<KeyedId> completed_;
    std::map<KeyedId, std::vector<engine::LineGrant>>
        by_line_;                         // of the partition that is looked at, by order
    std::unordered_set<KeyedId> undone_;  // orders of which a grant was taken back by itself
    std::vector<std::pair<limits::Period, limits::Owner>> owners_;
    std::map<std::pair<limits::Period, PartitionId>, Quantity> held_;
    std::set<Step> sent_;
    std::vector<std::pair<Step, std::string>> taken_;
    AuditReport report_;
};

}  // namespace

StateHash AuditReport::hash() const {
    StateHash sum;
    for (const StateHash& partition : hashes) sum.add(partition);
    return sum;
}

Result<AuditReport> audit(Brand& brand, const std::function<void(std::uint64_t)>& progress) {
    return Auditor(brand).run(progress);
}

}  // namespace banyan::runtime
