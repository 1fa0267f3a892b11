// SPDX-License-Identifier: Apache-2.0
// Reads: on the thread of the member's partition, on a throw-away copy, journaling nothing.

#include <algorithm>

#include "runtime/brand.h"
#include "runtime/history.h"

namespace banyan::runtime {

using members::Member;

namespace {

MemberView view_of(const Member& member, Instant at, const Directory& directory) {
    MemberView view;
    view.id = member.id;
    view.state = member.state;
    view.forwarded_to = member.forwarded_to;
    view.as_of = at;
    view.joined_at = member.joined_at;
    for (const members::Identity& identity : member.identities)
        view.identity_kinds.push_back(directory.word_of(identity.kind));
    for (const ledger::Wallet& wallet : member.wallets) {
        view.balances.push_back({wallet.unit, wallet.posted, wallet.available(at), wallet.pending(at),
                                 wallet.held(), wallet.debt});
        std::vector<LotView> lots;
        for (const ledger::Lot& lot : wallet.lots) {
            if (!lot.remaining.is_zero()) lots.push_back({wallet.unit, lot});
        }
        // Spent by their own end, whatever idleness does to all of them.
        std::sort(lots.begin(), lots.end(), [](const LotView& a, const LotView& b) {
            return std::pair{a.lot.expires, a.lot.number} < std::pair{b.lot.expires, b.lot.number};
        });
        for (LotView& open : lots) open.lot.expires = wallet.expires(open.lot);
        view.lots.insert(view.lots.end(), lots.begin(), lots.end());
    }
    view.holds = member.holds;
    view.standings = member.standings;
    view.spend = member.spend;
    view.orders = member.orders;
    return view;
}

void add_metrics(MemberView& view, engine::Workspace& workspace, const Member& member,
                 const programme::Programme* programme) {
    if (programme == nullptr) return;
    const auto incomplete = engine::incomplete_measures(workspace, *programme);
    view.metrics = engine::metrics_of(*programme, incomplete, member, view.as_of);
    view.progress = engine::standings_of(*programme, incomplete, member, view.as_of);
    const metrics::AsOf today = metrics::as_of(view.as_of, member.joined_at, *programme->zone);
    for (const limits::Limit& limit : programme->limits) {
        if (limit.scope == limits::Scope::member)
            view.limits.push_back({limit.id, limits::left(member.uses, limit, today)});
    }
}

// Each partition keeps its accounts within bounds (engine/draft.h); a hundred partitions together may not.
bool add_up(ledger::Accounts& all, const ledger::Accounts& partition) {
    for (std::size_t i = 0; i < ledger::account_count; ++i) {
        const auto sum = added(all.balance[i].value(), partition.balance[i].value());
        if (!sum) return false;
        all.balance[i] = Quantity(*sum);
    }
    return true;
}

Error no_such_member() { return {ErrorCode::not_found, "there is no such member", "/member"}; }

}  // namespace

template <typename T>
void Brand::on_partition(PartitionId id, std::function<Result<T>(Partition&)> read,
                         std::function<void(Result<T>)> done) {
    if (id.value >= partitions_.size()) return done(Error(no_such_member()));
    shard_of(id).push(
        TaskOp([this, id, read = std::move(read), done = std::move(done)]() -> std::function<void()> {
            Result<T> result = read(partition(id));
            return [done, result = std::move(result)] { done(result); };
        }));
}

// Runs on every partition's own thread; `done` after the last.
void Brand::on_all(std::function<void(Partition&)> each, std::function<void()> done) {
    auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
    for (const auto& shard : shards_) {
        shard->push(TaskOp([shard = shard.get(), each, done, left]() -> std::function<void()> {
            for (Partition* partition : shard->partitions()) each(*partition);
            return [done, left] {
                if (--*left == 0) done();
            };
        }));
    }
}

void Brand::find(ExternalId identity, std::function<void(Result<MemberId>)> done) {
    if (const auto known = directory_.find(directory_.key_of(identity))) return done(*known);
    done(Error{ErrorCode::not_found, "no member has this identity", "/identity"});
}

void Brand::member(MemberId id, std::optional<Instant> at, Open open,
                   std::function<void(Result<MemberView>)> done) {
    const auto read = [this, id, at, open](Partition& partition) -> Result<MemberView> {
        engine::Workspace workspace(partition.entities());
        if (!workspace.exists(engine::entity_of(id))) return no_such_member();
        const Instant now = partition.now(this->now());
        if (at && *at < now) {
            const Member then = TRY(member_as_of(partition, *ports_.journal, id, *at));
            MemberView view = view_of(then, *at, directory_);
            add_metrics(view, workspace, then, partition.programme_at(*at).get());
            return view;
        }
        engine::settle_for_read(workspace, id, partition.context(now));
        partition.raise_floor(now);
        const auto& member = workspace.read<Member>(engine::entity_of(id));
        MemberView view = view_of(member, now, directory_);
        add_metrics(view, workspace, member, partition.programme_at(now).get());
        for (const auto& slot : workspace.slots()) {
            if (slot.id == engine::entity_of(id)) view.lsn = slot.lsn;
        }
        // What a merged member had said of itself goes with the survivor's erasure, so it is not asked for here.
        if (open == Open::profile && member.vault.value != 0 && member.state != members::State::forwarded)
            view.profile = TRY(ports_.vault->open(id, member.vault));
        return view;
    };
    on_partition<MemberView>(partition_of(id), read, std::move(done));
}

void Brand::timeline(MemberId id, Page page, std::function<void(Result<Timeline>)> done) {
    const auto read = [this, id, page](Partition& partition) -> Result<Timeline> {
        if (partition.entities().lsn_of(engine::entity_of(id)).value == 0) return no_such_member();
        return timeline_of(partition, *ports_.journal, id, page);
    };
    on_partition<Timeline>(partition_of(id), read, std::move(done));
}

void Brand::list(std::uint64_t after, std::uint32_t limit, std::function<void(Result<MemberList>)> done) {
    struct Gathered {
        std::mutex mutex;
        std::vector<MemberId> members;
    };
    auto gathered = std::make_shared<Gathered>();
    const auto gather = [gathered, after, limit](Partition& partition) {
        // Members are numbered densely within their partition, so a page needs no scan.
        const std::uint64_t number_after = after >> 16U;
        std::vector<MemberId> some;
        const std::uint64_t last = partition.next_member().value >> 16U;
        const bool past = partition.id().value <= (after & 0xFFFFU);
        for (std::uint64_t n = std::max<std::uint64_t>(1, past ? number_after + 1 : number_after);
             n < last && some.size() <= limit; ++n)
            some.push_back({n << 16U | partition.id().value});
        const std::lock_guard lock(gathered->mutex);
        gathered->members.insert(gathered->members.end(), some.begin(), some.end());
    };
    on_all(gather, [gathered, limit, done = std::move(done)] {
        MemberList list;
        std::sort(gathered->members.begin(), gathered->members.end());
        const std::size_t size = std::min<std::size_t>(limit, gathered->members.size());
        list.members.assign(gathered->members.begin(),
                            gathered->members.begin() + static_cast<std::ptrdiff_t>(size));
        if (gathered->members.size() > size && size > 0) list.next = list.members.back().value;
        done(list);
    });
}

void Brand::totals(std::function<void(Result<Totals>)> done) {
    struct Gathered {
        std::mutex mutex;
        Totals totals;
        bool beyond = false;  // of what int64 can say
    };
    auto gathered = std::make_shared<Gathered>();
    const auto gather = [this, gathered](Partition& partition) {
        engine::Workspace workspace(partition.entities());
        const std::lock_guard lock(gathered->mutex);
        Totals& totals = gathered->totals;
        totals.members += (partition.next_member().value >> 16U) - 1;
        totals.as_of = std::max(totals.as_of, partition.now(now()));
        for (const ledger::Unit& unit : partition.programme()->units) {
            const auto& accounts = workspace.read<ledger::Accounts>(engine::entity_of_accounts(unit.id));
            auto found = std::find_if(totals.units.begin(), totals.units.end(),
                                      [&](const Totals::PerUnit& u) { return u.unit == unit.id; });
            if (found == totals.units.end()) {
                Totals::PerUnit fresh;
                fresh.unit = unit.id;
                fresh.accounts.unit = unit.id;
                found = totals.units.insert(totals.units.end(), fresh);
            }
            gathered->beyond |= !add_up(found->accounts, accounts);
        }
    };
    on_all(gather, [gathered, done = std::move(done)] {
        // What members hold is the other side of all accounts (L2), so no member needs to be read.
        for (Totals::PerUnit& unit : gathered->totals.units) {
            Wide held = 0;
            for (const Quantity balance : unit.accounts.balance) held -= balance.value();
            gathered->beyond |= held != static_cast<std::int64_t>(held);
            unit.liability = Quantity(static_cast<std::int64_t>(held));
        }
        if (gathered->beyond)
            return done(Error{ErrorCode::refused, "the partitions together come to more than 9.2 x 10^18",
                              "/totals"});
        done(gathered->totals);
    });
}

void Brand::set_clock(Instant to, std::function<void(Result<void>)> done) {
    if (!options_.test_clock)
        return done(
            Error{ErrorCode::refused, "the clock can only be set under `banyan serve --clock test`", "/now"});
    if (to < now()) return done(Error::invalid("time never goes back; it is " + to_rfc3339(now()), "/now"));
    if (to > instant_max - days(1)) return done(Error::invalid("beyond the year 9999", "/now"));
    test_now_ = to.microseconds;
    settle_all(std::move(done));
}

void Brand::set_history(bool begin, std::function<void(Result<void>)> done) {
    const auto mode = begin ? engine::ClockMode::history : engine::ClockMode::wall;
    const auto set = [mode](Partition& partition) {
        if (partition.clock_mode() == mode) return;
        engine::Command command;
        command.occurred_at = partition.time();
        command.body = engine::SetClock{mode};
        partition.execute(command, {}, partition.time());
    };
    on_all(set, [this, begin, done = std::move(done)] {
        if (begin) return done({});
        settle_all(done);  // the catch-up: what fell due between the last row and now
    });
}

// Asks again and again until no partition has anything due; each step's sweep settles a slice.
void Brand::settle_all(std::function<void(Result<void>)> done) {
    auto due = std::make_shared<std::atomic<bool>>(false);
    const auto look = [this, due](Partition& partition) {
        if (partition.entities().any_due_members(partition.now(now()))) *due = true;
    };
    on_all(look, [this, due, done = std::move(done)] {
        if (*due && stopped_because().empty()) return settle_all(done);
        done({});
    });
}

}  // namespace banyan::runtime
