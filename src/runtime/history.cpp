// SPDX-License-Identifier: Apache-2.0
#include "runtime/history.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/allocate.h"

namespace banyan::runtime {

using engine::EntityId;
using engine::Fact;
using members::Member;

Result<codec::Record> record_at(Partition& partition, Journal& journal, Lsn lsn) {
    if (const std::string* bytes = partition.unwritten_record(lsn)) return codec::decode(*bytes);
    return codec::decode(TRY(journal.read(partition.id(), lsn)));
}

namespace {

// A source without entities: a fold from nothing.
class Nothing final : public engine::Source {
  public:
    Lsn load(EntityId, engine::EntityState&) override { return {}; }
};

}  // namespace

std::string event_of(const engine::CommandBody& body) {
    struct Names {
        const char* operator()(const engine::RegisterMember&) const { return "member.registered"; }
        const char* operator()(const engine::RecordOrder&) const { return "order.paid"; }
        const char* operator()(const engine::RecordPricedOrder&) const { return "order.paid"; }
        const char* operator()(const engine::RefundOrder&) const { return "order.refunded"; }
        const char* operator()(const engine::RefundMoney&) const { return "order.refunded"; }
        const char* operator()(const engine::ReleaseOrder&) const { return "order.released"; }
        const char* operator()(const engine::AdjustPoints&) const { return "points.adjusted"; }
        const char* operator()(const engine::PlaceHold&) const { return "points.held"; }
        const char* operator()(const engine::EndHold&) const { return "hold.ended"; }
        const char* operator()(const engine::Redeem&) const { return "points.redeemed"; }
        const char* operator()(const engine::ReverseSpend&) const { return "redemption.reversed"; }
        const char* operator()(const engine::UpdateProfile&) const { return "profile.updated"; }
        const char* operator()(const engine::EraseMember&) const { return "member.erased"; }
        const char* operator()(const engine::CompleteErasure&) const { return "erasure.completed"; }
        const char* operator()(const engine::ClaimIdentity&) const { return "identity.claimed"; }
        const char* operator()(const engine::BindIdentity&) const { return "identity.bound"; }
        const char* operator()(const engine::MergeMembers&) const { return "merge.begun"; }
        const char* operator()(const engine::AbsorbMember&) const { return "member.absorbed"; }
        const char* operator()(const engine::TakeOver&) const { return "member.merged"; }
        const char* operator()(const engine::TakeOverProfile&) const { return "member.merged"; }
        const char* operator()(const engine::MergeRefused&) const { return "merge.refused"; }
        const char* operator()(const engine::ReverseGrants&) const { return "order.refunded"; }
        const char* operator()(const engine::ReverseRefund&) const { return "order.refunded"; }
        const char* operator()(const engine::SeekOrder& seek) const {
            if (const auto* told = std::get_if<engine::TellOrder>(&seek.what)) return name_of(told->event);
            return std::holds_alternative<engine::ReleaseOrder>(seek.what) ? "order.released"
                                                                           : "order.refunded";
        }
        const char* operator()(const engine::TellOrder& told) const { return name_of(told.event); }
        const char* operator()(const engine::KeepTold& kept) const { return name_of(kept.told.event); }
        const char* operator()(const engine::MeetOrder&) const { return "order.moved"; }
        const char* operator()(const engine::RestorePortions&) const { return "redemption.reversed"; }
        const char* operator()(const engine::TakeOverUses&) const { return "member.merged"; }
        const char* operator()(const engine::ReturnUses&) const { return "order.refunded"; }
        const char* operator()(const engine::BackfillRecord&) const { return "metrics.filled"; }
        const char* operator()(const engine::CompleteBackfill&) const { return "metrics.complete"; }
        const char* operator()(const engine::MoveCounts&) const { return "metrics.moved"; }
        const char* operator()(const engine::TakeOverLog&) const { return "member.merged"; }
        const char* operator()(const engine::TakeOverCarries&) const { return "member.merged"; }
        const char* operator()(const engine::ReverseCarried&) const { return "order.refunded"; }
        const char* operator()(const engine::TellOwner&) const { return "limit.told"; }
        const char* operator()(const engine::TellHolder&) const { return "limit.told"; }
        const char* operator()(const engine::ReviewLimit&) const { return "limit.reviewed"; }
        const char* operator()(const engine::ClaimDecided&) const { return "grant.decided"; }
        const char* operator()(const engine::GrantWaited&) const { return "grant.decided"; }
        const char* operator()(const engine::TellJob&) const { return "job.told"; }
        const char* operator()(const engine::Undo&) const { return "job.reversed"; }
        const char* operator()(const engine::Settle&) const { return "settlement"; }
        const char* operator()(const engine::OpenEpoch&) const { return "epoch.opened"; }
        const char* operator()(const engine::SetClock&) const { return "clock.set"; }
        const char* operator()(const engine::ActivateProgramme&) const { return "programme.activated"; }
        const char* operator()(const engine::RecordEvent&) const { return ""; }  // its own
        const char* operator()(const engine::CaptureHold&) const { return "hold.ended"; }
        const char* operator()(const engine::TransferPoints&) const { return "points.given"; }
        const char* operator()(const engine::TakeTransfer&) const { return "points.received"; }
        const char* operator()(const engine::TransferEnded&) const { return "transfer.ended"; }
        const char* operator()(const engine::UnmergeMembers&) const { return "merge.undone"; }
        const char* operator()(const engine::TakeBack&) const { return "member.returned"; }
    };
    if (const auto* declared = std::get_if<engine::RecordEvent>(&body)) return declared->event;
    return std::visit(Names{}, body);
}

namespace {

// The parts of a statement line that differ by the kind of movement.
struct Described {
    StatementLine line;
    void operator()(const ledger::Granted& f) {
        line.movement = "granted";
        line.lot = f.lot;
        line.expires = f.expires;
        line.rule = f.rule;
        line.cost_centre = f.cost_centre;
    }
    void operator()(const ledger::Released& f) {
        line.movement = "released";
        line.lot = f.lot;
        line.at = f.at;
    }
    void operator()(const ledger::Expired& f) {
        line.movement = "expired";
        line.lot = f.lot;
        line.at = f.at;
    }
    void operator()(const ledger::Spent& f) {
        line.movement = "spent";
        line.lot = f.lot;
    }
    void operator()(const ledger::Restored& f) {
        line.movement = "restored";
        line.lot = f.lot;
        line.expires = f.expires;
        line.rule = f.origin.rule;
        line.reverses = f.origin.lsn;
    }
    void operator()(const ledger::Held& f) {
        line.movement = "held";
        line.lot = f.lot;
    }
    void operator()(const ledger::Freed& f) {
        line.movement = "freed";
        line.lot = f.lot;
    }
    void operator()(const ledger::Revoked& f) {
        line.movement = "revoked";
        line.lot = f.lot;
    }
    void operator()(const ledger::Drawn& f) {
        line.movement = "drawn";
        line.lot = f.lot;
    }
    void operator()(const ledger::Owed&) { line.movement = "owed"; }
    void operator()(const ledger::Rescheduled& f) {
        line.movement = "rescheduled";
        line.lot = f.lot;
        line.at = f.available < instant_max ? f.available : line.at;
        line.expires = f.expires;
    }
    void operator()(const ledger::Given& f) {
        line.movement = "given";
        line.lot = f.lot;
    }
    void operator()(const ledger::Received& f) {
        line.movement = "received";
        line.lot = f.lot;
        line.expires = f.expires;
    }
    void operator()(const ledger::Stirred&) {}  // moves nothing
};

// Which part of a grant each order line earned: by amount, largest remainder, so that the parts sum exactly.
std::vector<std::string> parts_by_line(const engine::RecordOrder& order, Quantity granted) {
    std::vector<std::int64_t> weights;
    for (const catalog::Line& line : order.lines) weights.push_back(line.amount);
    const auto parts = allocate(granted.value(), weights);
    if (!parts) return {};  // an order of zero-priced lines: no line has a share
    std::vector<std::string> described;
    for (std::size_t i = 0; i < order.lines.size(); ++i)
        described.push_back(order.lines[i].id + ": " + std::to_string((*parts)[i]));
    return described;
}

const engine::RecordOrder* order_in(const engine::CommandBody& body) {
    if (const auto* priced = std::get_if<engine::RecordPricedOrder>(&body)) return &priced->order;
    return std::get_if<engine::RecordOrder>(&body);
}

// Whether it moved what an order after this one earned, which was told late.
bool is_judged_again(const codec::Record& record, const Fact& moved) {
    const engine::RecordOrder* order = order_in(record.command.body);
    const auto* wallet = std::get_if<ledger::WalletFact>(&moved.body);
    if (record.answer.rejudged.empty() || order == nullptr || wallet == nullptr) return false;
    const auto* lot = std::get_if<ledger::Granted>(wallet);
    if (lot == nullptr) return true;  // an order in time takes nothing back
    const auto is_other = [&](const Fact& fact, engine::EntityId own) {
        if (const auto* made = std::get_if<engine::OrderGrantMade>(&fact.body))
            return fact.entity != own && made->unit == lot->unit && made->lot == lot->lot;
        const auto* granted = std::get_if<engine::OrderGranted>(&fact.body);
        return granted != nullptr && fact.entity != own && granted->unit == lot->unit &&
               granted->lot == lot->lot;
    };
    const auto is_line_of_other = [&](const Fact& fact) {
        const auto* line = std::get_if<engine::LineGranted>(&fact.body);
        return line != nullptr && fact.entity != engine::entity_of_life(order->order) &&
               line->grant.lot == lot->lot && line->grant.amount == lot->amount;
    };
    return std::any_of(record.facts.begin(), record.facts.end(), [&](const Fact& fact) {
        return is_other(fact, engine::entity_of_order(order->order)) || is_line_of_other(fact);
    });
}

// The order's own account of the grant names the lines that it counted; where it has none, what was paid counts.
std::vector<std::string> shares_by_line(const codec::Record& record, const Fact& granted, Quantity amount) {
    const engine::RecordOrder* order = order_in(record.command.body);
    const auto* wallet = std::get_if<ledger::WalletFact>(&granted.body);
    if (order == nullptr || wallet == nullptr) return {};
    const auto* lot = std::get_if<ledger::Granted>(wallet);
    for (const Fact& fact : record.facts) {
        const auto* made = std::get_if<engine::OrderGrantMade>(&fact.body);
        if (made == nullptr || lot == nullptr || made->unit != lot->unit || made->lot != lot->lot) continue;
        std::vector<std::int64_t> bases;
        for (const catalog::GrantedLine& line : made->lines) bases.push_back(line.base);
        const std::vector<Quantity> shares = basis::over_lines(amount, bases);
        std::vector<std::string> described;
        for (std::size_t i = 0; i < shares.size(); ++i)
            described.push_back(order->lines[made->lines[i].index].id + ": " +
                                std::to_string(shares[i].value()));
        return described;
    }
    return parts_by_line(*order, amount);
}

StatementLine described(const codec::Record& record, const Fact& fact, std::uint32_t ordinal) {
    StatementLine line;
    line.lsn = record.header.lsn;
    line.ordinal = ordinal;
    line.at = line.recorded_at = record.header.time;
    line.event = event_of(record.command.body);
    line.version = record.header.programme;
    const auto leg = engine::leg_of(fact.body);
    line.unit = leg->unit;
    line.amount = leg->amount;
    if (const auto* wallet = std::get_if<ledger::WalletFact>(&fact.body)) {
        Described visitor{std::move(line)};
        std::visit(visitor, *wallet);
        line = std::move(visitor.line);
    } else {
        line.movement = leg->amount < Quantity{} ? "moved_out" : "moved_in";
    }
    if (is_judged_again(record, fact))
        line.reason = "judged again";
    else if (line.movement == "granted")
        line.order_lines = shares_by_line(record, fact, line.amount);
    if (const auto* adjusted = std::get_if<engine::AdjustPoints>(&record.command.body))
        line.reason = adjusted->reason;
    if (const auto* undo = std::get_if<engine::Undo>(&record.command.body)) {
        line.reason = "job " + std::to_string(undo->job);
        if (line.movement == "revoked" || line.movement == "drawn" || line.movement == "owed")
            line.reverses = undo->record;
    }
    return line;
}

// Which grant each movement of a reversal takes back. The answer has a row for each grant, in the order of the facts; a
// row's movements sum to what could be collected.
class Reversals {
  public:
    Reversals(const codec::Record& record, Lsn granted)
        : rows_(record.answer.taken_back), granted_(granted) {}

    void name(const Fact& fact, StatementLine& line) {
        const auto* movement = std::get_if<ledger::WalletFact>(&fact.body);
        const Quantity part = movement != nullptr ? taken_by(*movement) : Quantity{};
        if (part.is_zero()) return;
        while (row_ < rows_.size() && collected() == taken_) {
            ++row_;
            taken_ = {};
        }
        if (row_ == rows_.size()) return;  // an adjustment draws, and reverses nothing
        taken_ += part;
        line.rule = rows_[row_].rule;
        line.reverses = granted_;
    }

  private:
    static Quantity taken_by(const ledger::WalletFact& fact) {
        if (const auto* revoked = std::get_if<ledger::Revoked>(&fact))
            return revoked->from_remaining + revoked->from_expired;
        if (const auto* drawn = std::get_if<ledger::Drawn>(&fact)) return drawn->amount;
        if (const auto* owed = std::get_if<ledger::Owed>(&fact)) return owed->amount;
        return {};
    }
    [[nodiscard]] Quantity collected() const { return rows_[row_].amount - rows_[row_].uncollected; }

    const std::vector<engine::TakenBack>& rows_;
    Lsn granted_;
    std::size_t row_ = 0;
    Quantity taken_;
};

// The record that paid the order which this one refunds. 0 when it lies in another partition: the order of a member
// that was absorbed later.
Lsn order_refunded_by(const codec::Record& record, Partition& partition) {
    const auto* pieces = std::get_if<engine::RefundOrder>(&record.command.body);
    const auto* money = std::get_if<engine::RefundMoney>(&record.command.body);
    if (pieces == nullptr && money == nullptr) return {};
    const KeyedId id = pieces != nullptr ? pieces->order : money->order;
    const auto order = partition.entities().load(engine::entity_of_order(id));
    return order ? std::get<catalog::Order>(*order).lsn : Lsn{};
}

}  // namespace

namespace {

Result<std::vector<codec::Record>> walk(Partition& partition, Journal& journal, EntityId entity, Lsn at,
                                        std::uint64_t before, std::size_t most) {
    std::vector<codec::Record> records;
    std::size_t counted = 0;
    while (at.value != 0 && counted < most) {
        codec::Record record = TRY(record_at(partition, journal, at));
        const auto touched = std::find_if(record.touched.begin(), record.touched.end(),
                                          [&](const codec::Touched& t) { return t.entity == entity; });
        if (touched == record.touched.end() || touched->previous >= at)
            return Error::corrupt(
                "the chain of an entity's records is broken at record " + std::to_string(at.value),
                "journal");
        const Lsn previous = touched->previous;
        if (before == 0 || at.value < before) ++counted;
        records.push_back(std::move(record));
        at = previous;
    }
    return records;
}

constexpr std::size_t all_of_them = std::numeric_limits<std::size_t>::max();

}  // namespace

Result<std::vector<codec::Record>> records_of(Partition& partition, Journal& journal, EntityId entity,
                                              std::uint64_t before, std::size_t most) {
    return walk(partition, journal, entity, partition.entities().lsn_of(entity), before, most);
}

Result<std::vector<codec::Record>> records_from(Partition& partition, Journal& journal, EntityId entity,
                                                Lsn newest) {
    return walk(partition, journal, entity, newest, 0, all_of_them);
}

Result<Member> member_as_of(Partition& partition, Journal& journal, MemberId id, Instant at) {
    const EntityId entity = engine::entity_of(id);
    const auto records = TRY(records_of(partition, journal, entity, 0, all_of_them));
    Nothing nothing;
    engine::Workspace workspace(nothing);
    for (auto record = records.rbegin(); record != records.rend() && record->header.time <= at; ++record) {
        for (const Fact& fact : record->facts) {
            if (fact.entity == entity) workspace.apply(fact, record->header.lsn, record->header.programme);
        }
    }
    engine::settle_for_read(workspace, id, partition.context(at));
    return workspace.read<Member>(entity);
}

namespace {

// What a review changed is no answer to whoever asked something else at that time; the record says it all the same, but
// not what stood before.
void add_reviews(const codec::Record& record, EntityId entity, std::vector<engine::TierChange>& tiers) {
    for (const Fact& fact : record.facts) {
        const auto* moved = std::get_if<engine::StandingChanged>(&fact.body);
        if (moved == nullptr || fact.entity != entity) continue;
        const bool is_said = std::any_of(tiers.begin(), tiers.end(), [&](const engine::TierChange& change) {
            return change.ladder == moved->ladder && change.after == moved->tier;
        });
        if (!is_said) tiers.push_back({moved->ladder, {}, moved->tier});
    }
}

// The balance after each movement. What is posted now less everything newer is what was posted then, so the page needs
// the deltas of all newer records, which the walk to it has read anyway.
void fill_balances(std::vector<codec::Record>& newer_first, EntityId entity, const Member& member,
                   Timeline& page) {
    std::map<UnitId, Quantity> posted;
    for (const ledger::Wallet& wallet : member.wallets) posted[wallet.unit] = wallet.posted;
    auto entry = page.entries.begin();
    for (const codec::Record& record : newer_first) {
        const bool shown = entry != page.entries.end() && entry->lsn == record.header.lsn;
        auto line = shown ? entry->movements.rbegin() : decltype(entry->movements.rbegin()){};
        for (auto fact = record.facts.rbegin(); fact != record.facts.rend(); ++fact) {
            const auto leg = fact->entity == entity ? engine::leg_of(fact->body) : std::nullopt;
            if (!leg) continue;
            if (shown) (line++)->balance = posted[leg->unit];
            posted[leg->unit] -= leg->amount;
        }
        if (shown) ++entry;
    }
}

}  // namespace

Result<Timeline> timeline_of(Partition& partition, Journal& journal, MemberId id, Page page) {
    const EntityId entity = engine::entity_of(id);
    const std::size_t limit = std::clamp<std::size_t>(page.limit, 1, 500);
    std::vector<codec::Record> walked = TRY(records_of(partition, journal, entity, page.before, limit + 1));
    std::size_t skipped = 0;
    while (skipped < walked.size() && page.before != 0 && walked[skipped].header.lsn.value >= page.before)
        ++skipped;
    Timeline timeline;
    const std::size_t end = std::min(skipped + limit, walked.size());
    for (std::size_t i = skipped; i < end; ++i) {
        const codec::Record& record = walked[i];
        TimelineEntry entry;
        entry.lsn = record.header.lsn;
        entry.at = record.header.time;
        entry.event = event_of(record.command.body);
        entry.refunded = record.answer.refunded;
        entry.tiers = record.answer.tiers;
        if (const engine::RecordOrder* order = order_in(record.command.body)) {
            entry.channel = order->channel;
            entry.store = order->store;
            entry.lines = order->lines;
            for (const catalog::Line& line : order->lines) entry.paid += line.amount;
        }
        add_reviews(record, entity, entry.tiers);
        std::uint32_t ordinal = 0;
        Reversals reversals(record, order_refunded_by(record, partition));
        for (const Fact& fact : record.facts) {
            ++ordinal;
            if (fact.entity != entity || !engine::leg_of(fact.body)) continue;
            entry.movements.push_back(described(record, fact, ordinal));
            reversals.name(fact, entry.movements.back());
        }
        timeline.entries.push_back(std::move(entry));
    }
    if (walked.size() > end) timeline.next = walked[end - 1].header.lsn.value;
    engine::Workspace workspace(partition.entities());
    fill_balances(walked, entity, workspace.read<Member>(entity), timeline);
    return timeline;
}

}  // namespace banyan::runtime
