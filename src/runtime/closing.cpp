// SPDX-License-Identifier: Apache-2.0
#include "runtime/closing.h"

#include <algorithm>
#include <charconv>

namespace banyan::runtime {

using engine::EntityKind;
using members::Member;

std::optional<Month> parse_month(std::string_view text) {
    if (text.size() != 7) return std::nullopt;
    const auto date = parse_date(std::string(text) + "-01");
    if (!date) return std::nullopt;
    return Month{date->year, date->month};
}

std::string to_text(Month month) {
    return banyan::to_text(CivilDate{month.year, month.month, 1}).substr(0, 7);
}

std::string_view name_of(Movement movement) {
    constexpr std::array<std::string_view, movement_count> names = {
        "granted", "restored", "redeemed", "expired", "taken_back", "debt", "in_transit"};
    return names[static_cast<std::size_t>(movement)];
}

struct Closing::Part {
    Part(PartitionId part, std::vector<codec::JournalId> lineage) : chain(part, std::move(lineage)) {}
    Chain chain;
    World world;
    enum class Where : unsigned char { before, inside, behind } where = Where::before;
};

Closing::Closing(const BrandFile& file, RehearsalPorts ports, Month month)
    : ports_(std::move(ports)), versions_(ports_), month_(month) {
    for (std::uint16_t id = 0; id < file.partitions; ++id)
        parts_.push_back(std::make_unique<Part>(PartitionId{id}, file.lineage()));
}

Closing::~Closing() = default;

std::optional<Month> Closing::month_of(Instant instant) const {
    const programme::Programme* programme = versions_.newest();
    if (programme == nullptr) return std::nullopt;
    const CivilDate date = programme->zone->local(instant).date;
    return Month{date.year, date.month};
}

CloseRow& Closing::row(UnitId unit, std::uint16_t cost_centre, bool is_debt) {
    CloseRow& found = rows_[{unit, is_debt, cost_centre}];
    found.unit = unit;
    found.cost_centre = cost_centre;
    found.is_debt = is_debt;
    return found;
}

// What members hold of each unit, lot by lot.
void Closing::count(Part& part, At at) {
    const auto field = at == At::opening ? &CloseRow::opening : &CloseRow::closing;
    part.world.each_member([&](const Member& member, Lsn) {
        for (const ledger::Wallet& wallet : member.wallets) {
            for (const ledger::Lot& lot : wallet.lots)
                row(wallet.unit, lot.origin.cost_centre, false).*field += lot.remaining;
            row(wallet.unit, 0, true).*field -= wallet.debt;
        }
    });
}

namespace {

struct MovementOf {
    Movement operator()(const ledger::Granted&) const { return Movement::granted; }
    Movement operator()(const ledger::Restored&) const { return Movement::restored; }
    Movement operator()(const ledger::Spent&) const { return Movement::redeemed; }
    Movement operator()(const ledger::Expired&) const { return Movement::expired; }
    Movement operator()(const ledger::Revoked&) const { return Movement::taken_back; }
    Movement operator()(const ledger::Drawn&) const { return Movement::taken_back; }
    Movement operator()(const ledger::Owed&) const { return Movement::taken_back; }
    Movement operator()(const ledger::Given&) const { return Movement::in_transit; }
    Movement operator()(const ledger::Received&) const { return Movement::in_transit; }
    template <typename Within>
    Movement operator()(const Within&) const {
        ASSERT(false);  // a movement within the wallet has no leg that counts
        return Movement::in_transit;
    }
};

// What repaid a debt of what came in, and for which cost centre it had come.
struct Repaid {
    Quantity amount;
    std::uint16_t cost_centre = 0;
};

Repaid repaid_by(const engine::FactBody& body) {
    const auto* wallet = std::get_if<ledger::WalletFact>(&body);
    if (wallet == nullptr) return {};
    if (const auto* granted = std::get_if<ledger::Granted>(wallet))
        return {granted->repaid, granted->cost_centre};
    if (const auto* restored = std::get_if<ledger::Restored>(wallet))
        return {restored->repaid, restored->origin.cost_centre};
    if (const auto* received = std::get_if<ledger::Received>(wallet))
        return {received->repaid, received->origin.cost_centre};
    return {};
}

struct Holdings {
    std::map<std::uint16_t, Quantity> by_cost_centre;
    Quantity debt;
};

Holdings holdings(const World& world, engine::EntityId id, UnitId unit) {
    Holdings held;
    const engine::EntityState* state = world.find(id);
    const ledger::Wallet* wallet = state != nullptr ? std::get<Member>(*state).wallet(unit) : nullptr;
    if (wallet == nullptr) return held;
    for (const ledger::Lot& lot : wallet->lots) held.by_cost_centre[lot.origin.cost_centre] += lot.remaining;
    held.debt = wallet->debt;
    return held;
}

}  // namespace

void Closing::move(Part& part, const codec::Record& record) {
    codec::Record one;
    one.header = record.header;
    for (const engine::Fact& fact : record.facts) {
        const auto leg = fact.entity.kind == EntityKind::member ? engine::leg_of(fact.body) : std::nullopt;
        const Holdings before = leg ? holdings(part.world, fact.entity, leg->unit) : Holdings{};
        one.facts.assign(1, fact);
        part.world.apply(one);
        if (!leg || leg->amount.is_zero()) continue;
        Holdings after = holdings(part.world, fact.entity, leg->unit);
        for (const auto& [centre, amount] : before.by_cost_centre) after.by_cost_centre[centre] -= amount;
        const auto* posting = std::get_if<ledger::WalletFact>(&fact.body);
        const Movement movement =
            posting != nullptr ? std::visit(MovementOf{}, *posting) : Movement::in_transit;
        // A grant that repays a debt leaves the lot whole for its cost centre, and the debtors owe less.
        const auto [repaid, centre_of_it] = repaid_by(fact.body);
        if (!repaid.is_zero()) {
            after.by_cost_centre[centre_of_it] += repaid;
            row(leg->unit, centre_of_it, false)[Movement::debt] -= repaid;
            row(leg->unit, 0, true)[Movement::debt] += repaid;
        }
        for (const auto& [centre, amount] : after.by_cost_centre) {
            if (!amount.is_zero()) row(leg->unit, centre, false)[movement] += amount;
        }
        const Quantity owed = after.debt - before.debt + repaid;
        if (!owed.is_zero()) row(leg->unit, 0, true)[movement] -= owed;
    }
}

Result<void> Closing::take(const StoredRecord& stored) {
    if (stored.partition.value >= parts_.size())
        return Error::corrupt("the journal has a partition which the brand was not created with", "journal");
    Part& part = *parts_[stored.partition.value];
    const codec::Header header = TRY(codec::decode_header(stored.bytes));
    if (TRY(part.chain.offer(header, ports_.digest->sha256(stored.bytes))) == Chain::Verdict::ignore)
        return {};
    const codec::Record record = TRY(codec::decode(stored.bytes));
    for (const engine::Fact& fact : record.facts) {
        if (const auto* activated = std::get_if<engine::ProgrammeActivated>(&fact.body))
            TRY(versions_.learn(*activated));
    }
    report_.until = std::max(report_.until, header.time);
    // Before a programme there is no zone, and nothing that could have been posted.
    const auto month = month_of(header.time);
    using Where = Part::Where;
    if (part.where == Where::before && month && *month >= month_) {
        count(part, At::opening);
        part.where = Where::inside;
    }
    if (part.where == Where::inside && *month > month_) {
        count(part, At::closing);
        part.where = Where::behind;
    }
    if (part.where == Where::before) part.world.apply(record);
    if (part.where == Where::inside) {
        ++report_.records;
        move(part, record);
    }
    report_.is_over = report_.is_over || part.where == Where::behind;
    return {};
}

Result<CloseReport> Closing::finish() {
    for (const auto& part : parts_) {
        if (part->where == Part::Where::before) count(*part, At::opening);
        if (part->where != Part::Where::behind) count(*part, At::closing);
    }
    const programme::Programme* newest = versions_.newest();
    if (newest == nullptr) return std::move(report_);
    for (const ledger::Unit& unit : newest->units) {
        report_.units[unit.id] = unit.code;
        report_.decimals[unit.id] = unit.decimals;
    }
    report_.cost_centres = versions_.numbers().cost_centres;
    for (const auto& [key, row] : rows_) {
        Quantity sum = row.opening;
        for (const Quantity moved : row.moved) sum += moved;
        if (sum != row.closing)
            return Error::corrupt("opening and movements come to " + std::to_string(sum.value()) +
                                      ", the lots to " + std::to_string(row.closing.value()),
                                  "unit " + std::to_string(row.unit.value) + ", cost centre " +
                                      std::to_string(row.cost_centre));
        const bool is_zero = row.opening.is_zero() && row.closing.is_zero() &&
                             row.moved == std::array<Quantity, movement_count>{};
        if (!is_zero) report_.rows.push_back(row);
    }
    std::sort(report_.rows.begin(), report_.rows.end(), [](const CloseRow& a, const CloseRow& b) {
        return std::tuple(a.unit, a.is_debt, a.cost_centre) < std::tuple(b.unit, b.is_debt, b.cost_centre);
    });
    return std::move(report_);
}

}  // namespace banyan::runtime
