// SPDX-License-Identifier: Apache-2.0
// The back-test under a draft: two worlds side by side, one added up from what was recorded, one decided anew.

#include <algorithm>

#include "runtime/rehearsal.h"

namespace banyan::runtime {

using engine::EntityId;
using UnitTotals = DraftedReport::UnitTotals;

struct Drafted::Part {
    Part(PartitionId part, std::vector<codec::JournalId> lineage)
        : id(part), chain(part, std::move(lineage)) {}
    PartitionId id;
    Chain chain;
    World was;
    World would;
    std::deque<codec::Record> waiting;  // for a follow-up whose source was not read yet
    Lsn decided;                        // up to here the draft has decided
};

// What moved in one of the worlds, added up on the way.
struct Drafted::Tally {
    std::map<UnitId, UnitTotals> units;
    std::map<std::pair<UnitId, RuleId>, Quantity> by_rule;
    std::map<std::pair<UnitId, std::uint16_t>, Quantity> by_cost_centre;

    void add(const std::vector<engine::Fact>& facts, const engine::Answer& answer) {
        for (const engine::Fact& fact : facts) {
            const auto* wallet = std::get_if<ledger::WalletFact>(&fact.body);
            if (wallet != nullptr) add(*wallet);
        }
        for (const engine::TakenBack& taken : answer.taken_back) {
            units[taken.unit].taken_back += taken.amount - taken.uncollected;
            by_rule[{taken.unit, taken.rule}] -= taken.amount - taken.uncollected;
        }
    }

    void add(const ledger::WalletFact& fact) {
        UnitTotals& totals = units[ledger::unit_of(fact)];
        if (const auto* granted = std::get_if<ledger::Granted>(&fact)) {
            totals.granted += granted->amount;
            by_rule[{granted->unit, granted->rule}] += granted->amount;
            by_cost_centre[{granted->unit, granted->cost_centre}] += granted->amount;
        } else if (const auto* spent = std::get_if<ledger::Spent>(&fact)) {
            totals.spent += spent->amount;
        } else if (const auto* restored = std::get_if<ledger::Restored>(&fact)) {
            totals.spent -= restored->amount;
        } else if (const auto* expired = std::get_if<ledger::Expired>(&fact)) {
            totals.expired += expired->amount;
        } else if (const auto* revoked = std::get_if<ledger::Revoked>(&fact)) {
            totals.expired -= revoked->from_expired;
        }
    }
};

Drafted::Drafted(const BrandFile& file, RehearsalPorts ports,
                 std::shared_ptr<const programme::Programme> draft, Value document)
    : ports_(std::move(ports)),
      versions_(ports_),
      draft_(std::move(draft)),
      document_(std::move(document)),
      was_(std::make_unique<Tally>()),
      would_(std::make_unique<Tally>()) {
    for (std::uint16_t id = 0; id < file.partitions; ++id)
        parts_.push_back(std::make_unique<Part>(PartitionId{id}, file.lineage()));
}

Drafted::~Drafted() = default;

// Under the draft's own codes, with the numbers that the journal gave them. A unit that only the draft has is new.
Result<void> Drafted::start() {
    const programme::Programme* newest = versions_.newest();
    const auto broken = programme::broken_promises(*newest, *draft_);
    if (!broken.empty()) return Error{ErrorCode::refused, "the draft cannot follow: " + broken.front(), ""};
    numbered_ = programme::numbered_as_draft(*draft_, versions_.numbers());
    return {};
}

Result<void> Drafted::take(const StoredRecord& stored) {
    if (stored.partition.value >= parts_.size())
        return Error::corrupt("the journal has a partition that the brand was not created with", "journal");
    Part& part = *parts_[stored.partition.value];
    const codec::Header header = TRY(codec::decode_header(stored.bytes));
    if (TRY(part.chain.offer(header, ports_.digest->sha256(stored.bytes))) == Chain::Verdict::ignore)
        return {};
    codec::Record record = TRY(codec::decode(stored.bytes));
    for (const engine::Fact& fact : record.facts) {
        const auto* activated = std::get_if<engine::ProgrammeActivated>(&fact.body);
        if (activated == nullptr) continue;
        TRY(versions_.learn(*activated));
        TRY(start());
    }
    ++report_.records;
    report_.bytes += stored.bytes.size();
    if (!record.command.id.is_zero()) ++report_.commands;
    report_.until = std::max(report_.until, header.time);
    part.was.apply(record);
    was_->add(record.facts, record.answer);
    part.waiting.push_back(std::move(record));
    // One partition's decision may be what others wait for.
    for (bool moved = true; moved;) {
        moved = false;
        for (const auto& each : parts_) {
            while (!each->waiting.empty() && is_ready(each->waiting.front())) {
                decide(*each, each->waiting.front());
                each->waiting.pop_front();
                moved = true;
            }
        }
    }
    return {};
}

bool Drafted::is_ready(const codec::Record& record) const {
    const engine::FollowUpOrigin& origin = record.command.origin;
    return origin.lsn.value == 0 || parts_[origin.source.value]->decided >= origin.lsn;
}

// Which of the recorded truths the draft's rules may lean on: a rule of the same code that asks the same.
std::vector<engine::ConditionTruth> Drafted::truths_of(const codec::Record& record) const {
    std::vector<engine::ConditionTruth> truths;
    const programme::Programme* then = versions_.find(record.header.programme);
    for (const engine::ConditionTruth& truth : record.conditions) {
        const earning::Rule* asked = then != nullptr ? then->rule(truth.rule) : nullptr;
        if (asked == nullptr) continue;
        for (const earning::Rule& rule : numbered_->rules) {
            if (rule.when_text == asked->when_text) truths.push_back({rule.id, truth.held});
        }
    }
    return truths;
}

namespace {

// What partitions say to each other of limits. Under the draft it is said at other times, or for the first time, so it is
// decided at once and in order, whatever the journal has of it.
bool is_of_limits(const engine::CommandBody& body) {
    return std::holds_alternative<engine::TellOwner>(body) ||
           std::holds_alternative<engine::TellHolder>(body) ||
           std::holds_alternative<engine::ReviewLimit>(body) ||
           std::holds_alternative<engine::ClaimDecided>(body) ||
           std::holds_alternative<engine::GrantWaited>(body) ||
           std::holds_alternative<engine::TakeOverUses>(body) ||
           std::holds_alternative<engine::ReturnUses>(body);
}

// Where steps that are decided at once come from: no partition, so that no cursor of one is moved.
constexpr PartitionId at_once{0xFFFF};

}  // namespace

void Drafted::decide(Part& part, const codec::Record& record) {
    part.decided = record.header.lsn;
    const engine::FollowUpOrigin& origin = record.command.origin;
    if (is_of_limits(record.command.body)) return;
    if (origin.lsn.value == 0) return run(part, record.command, record.header, truths_of(record));
    // What the other partition says under the draft, not what it said then. Of a record's steps
    // those of limits are gone already; the others come in their order.
    const auto found = under_way_.find({origin.source, origin.lsn});
    if (found == under_way_.end()) return;
    const engine::Command command = std::move(found->second.front().command);
    found->second.pop_front();
    if (found->second.empty()) under_way_.erase(found);
    run(part, command, record.header, truths_of(record));
}

void Drafted::run(Part& part, const engine::Command& command, const codec::Header& header,
                  const std::vector<engine::ConditionTruth>& truths) {
    engine::Context context;
    context.partition = part.id;
    context.partitions = static_cast<std::uint16_t>(parts_.size());
    context.lsn = header.lsn;
    context.now = header.time;
    context.programme = numbered_.get();
    context.calendar = ports_.calendar;
    context.truths = &truths;
    engine::Workspace workspace(part.would);
    const engine::Decision decision = engine::decide(workspace, command, context);
    for (const engine::ConditionTruth& asked : decision.conditions) {
        const bool is_known = std::any_of(truths.begin(), truths.end(), [&](const engine::ConditionTruth& t) {
            return t.rule == asked.rule;
        });
        if (!is_known) ++report_.conditions_unknown;
    }
    if (decision.refusal != engine::Refusal::none) {
        ++report_.refused[engine::name_of(decision.refusal)];
        if (decision.facts.empty()) return;
    }
    would_->add(decision.facts, decision.answer);
    part.would.keep(workspace, header.lsn);
    for (const engine::FollowUp& follow_up : decision.follow_ups) {
        if (is_of_limits(follow_up.command.body))
            now_.push_back(follow_up);
        else
            under_way_[{part.id, header.lsn}].push_back(follow_up);
    }
    if (is_deciding_) return;
    is_deciding_ = true;
    while (!now_.empty()) {
        engine::FollowUp next = std::move(now_.front());
        now_.pop_front();
        next.command.origin = {at_once, {++steps_}, 1};
        Part& target = *parts_[next.target.value];
        codec::Header there = header;
        there.lsn = {std::max<std::uint64_t>(target.decided.value, 1)};
        run(target, next.command, there, {});
    }
    is_deciding_ = false;
}

// Both worlds as of the last record's time: what fell due by then has happened.
void Drafted::settle(Part& part) {
    const auto settle_in = [&](World& world, const programme::Programme* programme, Tally& tally) {
        std::vector<MemberId> due;
        world.each_member([&](const members::Member& member, Lsn) {
            if (members::next_due(member) <= report_.until) due.push_back(member.id);
        });
        for (const MemberId id : due) {
            engine::Context context;
            context.partition = part.id;
            context.partitions = static_cast<std::uint16_t>(parts_.size());
            context.lsn = {part.chain.head().value + 1};
            context.now = report_.until;
            context.programme = programme;
            context.calendar = ports_.calendar;
            engine::Command command;
            command.member = id;
            command.occurred_at = report_.until;
            command.body = engine::Settle{};
            engine::Workspace workspace(world);
            const engine::Decision decision = engine::decide(workspace, command, context);
            tally.add(decision.facts, decision.answer);
            world.keep(workspace, context.lsn);
        }
    };
    settle_in(part.was, versions_.newest(), *was_);
    settle_in(part.would, numbered_.get(), *would_);
}

namespace {

constexpr std::size_t movers_max = 10;

// Keeps the ten that move most, by the size of the move, then by member.
void keep_mover(std::vector<DraftedReport::Mover>& movers, const DraftedReport::Mover& mover) {
    const auto size = [](const DraftedReport::Mover& m) {
        const Quantity moved = m.posted.would - m.posted.was;
        return moved < Quantity{} ? -moved : moved;
    };
    const auto before = [&](const DraftedReport::Mover& a, const DraftedReport::Mover& b) {
        return size(a) != size(b) ? size(a) > size(b) : a.member < b.member;
    };
    movers.insert(std::upper_bound(movers.begin(), movers.end(), mover, before), mover);
    if (movers.size() > movers_max) movers.pop_back();
}

void compare_balance(DraftedReport::PerUnit& unit, MemberId member, UnitId id, const members::Member* was,
                     const members::Member* would) {
    const auto held = [id](const members::Member* of) {
        const ledger::Wallet* wallet = of != nullptr ? of->wallet(id) : nullptr;
        return wallet != nullptr ? std::pair{wallet->posted, wallet->debt} : std::pair<Quantity, Quantity>{};
    };
    const auto [was_posted, was_debt] = held(was);
    const auto [would_posted, would_debt] = held(would);
    unit.totals.was.liability += was_posted;
    unit.totals.was.debt += was_debt;
    unit.totals.would.liability += would_posted;
    unit.totals.would.debt += would_debt;
    const DraftedReport::Mover mover{member, {was_posted, would_posted}};
    if (would_posted == was_posted) {
        ++unit.same;
    } else if (would_posted > was_posted) {
        ++unit.winners;
        keep_mover(unit.gained, mover);
    } else {
        ++unit.losers;
        keep_mover(unit.lost, mover);
    }
}

std::string tier_of(const programme::Programme& programme, const std::string& ladder,
                    const members::Member* member) {
    for (const tiers::Ladder& each : programme.ladders) {
        if (each.code != ladder || member == nullptr) continue;
        const tiers::Standing* standing = member->standing(each.id);
        const tiers::Tier* tier = standing != nullptr ? each.find(standing->tier) : nullptr;
        return tier != nullptr ? tier->code : "";
    }
    return "";
}

constexpr std::size_t moves_max = 20;

void compare_standing(DraftedReport::PerLadder& ladder, DraftedReport::PerLadder::Move move) {
    ++ladder.moves[{move.was, move.would}];
    if (move.was == move.would) return;
    auto& movers = ladder.movers;
    movers.insert(std::upper_bound(movers.begin(), movers.end(), move,
                                   [](const auto& a, const auto& b) { return a.member < b.member; }),
                  std::move(move));
    if (movers.size() > moves_max) movers.pop_back();
}

// The tiers that members stand on or would, "" first, then as the ladders have them.
std::vector<std::string> tiers_of(const DraftedReport::PerLadder& ladder, const programme::Programme& newest,
                                  const programme::Programme& draft) {
    std::vector<std::string> tiers;
    const auto offer = [&](const std::string& tier) {
        const bool is_there = std::any_of(ladder.moves.begin(), ladder.moves.end(), [&](const auto& move) {
            return move.first.first == tier || move.first.second == tier;
        });
        if (is_there && std::find(tiers.begin(), tiers.end(), tier) == tiers.end()) tiers.push_back(tier);
    };
    offer("");
    for (const programme::Programme* programme : {&newest, &draft}) {
        for (const tiers::Ladder& each : programme->ladders) {
            if (each.code != ladder.code) continue;
            for (const tiers::Tier& tier : each.tiers) offer(tier.code);
        }
    }
    return tiers;
}

// A number's code: published once, or known to the draft only.
std::string code_of(const std::vector<std::string>& published, const std::vector<std::string>& drafted,
                    std::uint16_t number) {
    if (number == 0) return "";
    const bool is_drafted = number >= programme::draft_numbers_from;
    const std::size_t index = number - (is_drafted ? programme::draft_numbers_from : 1U);
    const std::vector<std::string>& codes = is_drafted ? drafted : published;
    return index < codes.size() ? codes[index] : "";
}

template <typename Amounts, typename Code>
void add_amounts(std::map<std::string, Beside<Quantity>>& into, const Amounts& amounts, UnitId unit,
                 Quantity Beside<Quantity>::* side, Code code) {
    for (const auto& [key, amount] : amounts) {
        if (key.first == unit) into[code(key.second)].*side += amount;
    }
}

}  // namespace

Result<DraftedReport> Drafted::finish() {
    if (numbered_ == nullptr)
        return Error::invalid("the journal holds no programme yet: nothing was ever decided");
    for (const auto& part : parts_) {
        if (part->waiting.empty()) continue;
        return Error::corrupt("partition " + std::to_string(part->id.value) +
                                  " took a step of another partition that the journal does not hold",
                              "journal");
    }
    for (const auto& part : parts_) settle(*part);
    const programme::Numbers& published = versions_.numbers();
    programme::Numbers drafted;
    drafted.learn(*draft_);
    const auto rule = [&](RuleId id) { return code_of(published.rules, drafted.rules, id.value); };
    const auto centre = [&](std::uint16_t id) {
        return code_of(published.cost_centres, drafted.cost_centres, id);
    };
    for (const ledger::Unit& unit : numbered_->units) {
        DraftedReport::PerUnit per;
        per.code = unit.code;
        per.totals = {was_->units[unit.id], would_->units[unit.id]};
        add_amounts(per.by_rule, was_->by_rule, unit.id, &Beside<Quantity>::was, rule);
        add_amounts(per.by_rule, would_->by_rule, unit.id, &Beside<Quantity>::would, rule);
        for (const auto& [code, amounts] : per.by_rule) {
            if (amounts.was != amounts.would)
                per.causes[code] = cause_of(code, versions_.documents(), document_, *draft_);
        }
        add_amounts(per.by_cost_centre, was_->by_cost_centre, unit.id, &Beside<Quantity>::was, centre);
        add_amounts(per.by_cost_centre, would_->by_cost_centre, unit.id, &Beside<Quantity>::would, centre);
        report_.units.push_back(std::move(per));
    }
    for (const tiers::Ladder& ladder : numbered_->ladders) report_.ladders.emplace_back().code = ladder.code;
    for (const auto& part : parts_) {
        part->was.each_member([&](const members::Member& was, Lsn) {
            if (was.state == members::State::forwarded) return;
            ++report_.members;
            const engine::EntityState* other = part->would.find(engine::entity_of(was.id));
            const auto* would = other != nullptr ? std::get_if<members::Member>(other) : nullptr;
            for (std::size_t i = 0; i < report_.units.size(); ++i)
                compare_balance(report_.units[i], was.id, numbered_->units[i].id, &was, would);
            for (DraftedReport::PerLadder& ladder : report_.ladders)
                compare_standing(ladder, {was.id, tier_of(*versions_.newest(), ladder.code, &was),
                                          tier_of(*numbered_, ladder.code, would)});
        });
    }
    for (DraftedReport::PerLadder& ladder : report_.ladders)
        ladder.tiers = tiers_of(ladder, *versions_.newest(), *numbered_);
    return std::move(report_);
}

}  // namespace banyan::runtime
