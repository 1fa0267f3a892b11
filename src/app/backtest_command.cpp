// SPDX-License-Identifier: Apache-2.0
#include "app/backtest_command.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "adapters/system/posix_disk.h"
#include "app/programme_file.h"
#include "app/terminal.h"
#include "app/whole_journal.h"
#include "runtime/rehearsal.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

using runtime::Beside;
using runtime::Cause;
using runtime::DraftedReport;

std::string rates(std::uint64_t records, std::uint64_t commands, const Took& took) {
    const auto per = [](std::uint64_t count, double seconds) {
        return grouped(static_cast<std::uint64_t>(static_cast<double>(count) / std::max(seconds, 1e-6)));
    };
    return fmt::format("{} records, {} events in {:.2f} s; {} events/s a core", grouped(records),
                       grouped(commands), took.wall, per(commands, took.cpu));
}

std::string signed_text(Quantity quantity) {
    const std::int64_t value = quantity.value();
    return (value > 0   ? "+"
            : value < 0 ? "-"
                        : "") +
           grouped(static_cast<std::uint64_t>(value < 0 ? -value : value));
}

std::string text_of(Quantity quantity) {
    const std::string text = signed_text(quantity);
    return text.starts_with('+') ? text.substr(1) : text;
}

// --- unchanged -------------------------------------------------------------------------------------------------

std::string json_of(const runtime::UnchangedReport& report, const Took& took) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().boolean("equal", report.differences.empty());
    json.integer("records", static_cast<std::int64_t>(report.records));
    json.integer("events", static_cast<std::int64_t>(report.commands));
    json.integer("postings", static_cast<std::int64_t>(report.postings));
    json.instant("until", report.until).key("cpu_seconds").floating(took.cpu);
    json.key("wall_seconds").floating(took.wall);
    json.key("differences").begin_array();
    for (const runtime::Difference& difference : report.differences) {
        json.begin_object().integer("partition", difference.partition.value);
        json.integer("lsn", static_cast<std::int64_t>(difference.lsn.value)).instant("at", difference.at);
        json.string("recorded", difference.recorded).string("decided", difference.decided).end_object();
    }
    json.end_array().end_object();
    return out;
}

Result<int> unchanged(const BacktestOptions& options, const runtime::BrandFile& file,
                      const runtime::RehearsalPorts& ports) {
    runtime::Unchanged rehearsal(file, ports);
    const Took took = TRY(read_all("back-test", options.data, file, rehearsal));
    const runtime::UnchangedReport report = rehearsal.report();
    if (options.json) {
        say(json_of(report, took));
        return report.differences.empty() ? 0 : 2;
    }
    say(rates(report.records, report.commands, took));
    for (const runtime::Difference& difference : report.differences)
        say(fmt::format("partition {}, record {}, {}: recorded was: {}; decided again: {}",
                        difference.partition.value, difference.lsn.value, to_rfc3339(difference.at),
                        difference.recorded, difference.decided));
    for (const ledger::Accounts& accounts : report.accounts)
        say(fmt::format("unit {}: issued {}, redeemed {}, expired {}, with members {}", accounts.unit.value,
                        text_of(-accounts.of(ledger::Account::issuance)),
                        text_of(accounts.of(ledger::Account::redemption)),
                        text_of(accounts.of(ledger::Account::breakage)), text_of(-accounts.sum())));
    if (!report.differences.empty()) {
        say(fmt::format("NOT equal: {} of {} partitions differ; each is told by its first difference",
                        report.differences.size(), file.partitions));
        return 2;
    }
    say(fmt::format("equal: all {} postings of {} partitions came out as they were recorded",
                    grouped(report.postings), file.partitions));
    return 0;
}

// --- under a draft ---------------------------------------------------------------------------------------------

struct Row {
    const char* key;
    const char* label;
    Quantity DraftedReport::UnitTotals::* field;
};
constexpr Row rows[] = {
    {"granted", "granted", &DraftedReport::UnitTotals::granted},
    {"taken_back", "taken back", &DraftedReport::UnitTotals::taken_back},
    {"spent", "spent", &DraftedReport::UnitTotals::spent},
    {"expired", "expired", &DraftedReport::UnitTotals::expired},
    {"liability", "with members at the end", &DraftedReport::UnitTotals::liability},
    {"debt", "owed by members", &DraftedReport::UnitTotals::debt},
};

Cause cause_of(const DraftedReport::PerUnit& unit, const std::string& rule) {
    const auto found = unit.causes.find(rule);
    return found != unit.causes.end() ? found->second : Cause::none;
}

// What every cause makes of the unit, in sum; they sum to the whole difference of what rules granted.
std::map<Cause, Quantity> by_cause(const DraftedReport::PerUnit& unit) {
    std::map<Cause, Quantity> sums;
    for (const auto& [rule, amounts] : unit.by_rule) {
        if (amounts.was != amounts.would) sums[cause_of(unit, rule)] += amounts.would - amounts.was;
    }
    return sums;
}

void put(text::JsonWriter& json, std::string_view key, const Beside<Quantity>& beside,
         Cause cause = Cause::none) {
    json.key(key).begin_object().integer("was", beside.was.value()).integer("would", beside.would.value());
    json.integer("difference", (beside.would - beside.was).value());
    if (cause != Cause::none) json.string("cause", runtime::name_of(cause));
    json.end_object();
}

void put_movers(text::JsonWriter& json, std::string_view key,
                const std::vector<DraftedReport::Mover>& movers) {
    json.key(key).begin_array();
    for (const DraftedReport::Mover& mover : movers) {
        json.begin_object().string("member", to_text(mover.member));
        put(json, "balance", mover.posted);
        json.end_object();
    }
    json.end_array();
}

void put_unit(text::JsonWriter& json, const DraftedReport::PerUnit& unit) {
    json.begin_object().string("unit", unit.code);
    for (const Row& row : rows)
        put(json, row.key, {unit.totals.was.*row.field, unit.totals.would.*row.field});
    json.key("by_rule").begin_object();
    for (const auto& [rule, amounts] : unit.by_rule)
        put(json, rule.empty() ? "adjustments" : rule, amounts, cause_of(unit, rule));
    json.end_object().key("by_cause").begin_object();
    for (const auto& [cause, difference] : by_cause(unit))
        json.integer(runtime::name_of(cause), difference.value());
    json.end_object().key("by_cost_centre").begin_object();
    for (const auto& [centre, amounts] : unit.by_cost_centre)
        put(json, centre.empty() ? "none" : centre, amounts);
    json.end_object();
    json.integer("winners", static_cast<std::int64_t>(unit.winners));
    json.integer("losers", static_cast<std::int64_t>(unit.losers));
    json.integer("same", static_cast<std::int64_t>(unit.same));
    put_movers(json, "gained", unit.gained);
    put_movers(json, "lost", unit.lost);
    json.end_object();
}

std::string json_of(const DraftedReport& report, const Took& took) {
    std::string out;
    text::JsonWriter json(out);
    json.begin_object().integer("records", static_cast<std::int64_t>(report.records));
    json.integer("events", static_cast<std::int64_t>(report.commands));
    json.integer("members", static_cast<std::int64_t>(report.members)).instant("until", report.until);
    json.key("cpu_seconds").floating(took.cpu).key("wall_seconds").floating(took.wall);
    json.key("units").begin_array();
    for (const DraftedReport::PerUnit& unit : report.units) put_unit(json, unit);
    json.end_array().key("ladders").begin_array();
    for (const DraftedReport::PerLadder& ladder : report.ladders) {
        json.begin_object().string("ladder", ladder.code).key("tiers").begin_array();
        for (const std::string& tier : ladder.tiers) json.string(tier);
        json.end_array().key("moves").begin_array();
        for (const auto& [move, members] : ladder.moves)
            json.begin_object()
                .string("was", move.first)
                .string("would", move.second)
                .integer("members", static_cast<std::int64_t>(members))
                .end_object();
        json.end_array().key("movers").begin_array();
        for (const DraftedReport::PerLadder::Move& mover : ladder.movers)
            json.begin_object()
                .string("member", to_text(mover.member))
                .string("was", mover.was)
                .string("would", mover.would)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array().key("refused").begin_object();
    for (const auto& [reason, count] : report.refused) json.integer(reason, static_cast<std::int64_t>(count));
    json.end_object();
    json.integer("conditions_unknown", static_cast<std::int64_t>(report.conditions_unknown)).end_object();
    return out;
}

std::string beside(const Beside<Quantity>& amounts) {
    return fmt::format("{:>15} {:>15} {:>15}", text_of(amounts.was), text_of(amounts.would),
                       signed_text(amounts.would - amounts.was));
}

void say_movers(const char* title, const std::vector<DraftedReport::Mover>& movers) {
    for (const DraftedReport::Mover& mover : movers)
        say(fmt::format("  {} {:<26} {}", title, to_text(mover.member), beside(mover.posted)));
}

const char* words_of(Cause cause) {
    switch (cause) {
        case Cause::none: return "";
        case Cause::rule_new: return "  the rule is new";
        case Cause::rule_gone: return "  the rule is gone";
        case Cause::rule_changed: return "  the rule is another";
        case Cause::limit: return "  a limit or cap is another";
        case Cause::tier: return "  members stand elsewhere";
        case Cause::knock_on: return "  other rules' grants";
    }
    return "";
}

void say_unit(const DraftedReport::PerUnit& unit) {
    say(fmt::format("\n{:<34} {:>15} {:>15} {:>15}", unit.code, "was", "would be", "difference"));
    for (const Row& row : rows)
        say(fmt::format("  {:<32} {}", row.label,
                        beside({unit.totals.was.*row.field, unit.totals.would.*row.field})));
    for (const auto& [rule, amounts] : unit.by_rule)
        say(fmt::format("  {:<32} {}{}", rule.empty() ? "by adjustments" : "by rule " + rule, beside(amounts),
                        words_of(cause_of(unit, rule))));
    for (const auto& [cause, difference] : by_cause(unit))
        say(fmt::format("  {:<64} {:>15}", std::string("because:") + words_of(cause),
                        signed_text(difference)));
    for (const auto& [centre, amounts] : unit.by_cost_centre)
        say(fmt::format("  {:<32} {}", centre.empty() ? "paid by nobody named" : "paid by " + centre,
                        beside(amounts)));
    say(fmt::format("  {} members win, {} lose, {} keep what they have", grouped(unit.winners),
                    grouped(unit.losers), grouped(unit.same)));
    say_movers("gains", unit.gained);
    say_movers("loses", unit.lost);
}

// From where (rows) to where (columns) how many members move, in the order of the draft's tiers.
void say_ladder(const DraftedReport::PerLadder& ladder) {
    std::uint64_t same = 0;
    for (const auto& [move, members] : ladder.moves) same += move.first == move.second ? members : 0;
    say(fmt::format("\n{}: {} members stand where they stood", ladder.code, grouped(same)));
    std::string head = fmt::format("  {:<20}", "was, would be:");
    for (const std::string& tier : ladder.tiers)
        head += fmt::format(" {:>12}", tier.empty() ? "no tier" : tier);
    say(head);
    for (const std::string& was : ladder.tiers) {
        std::string row = fmt::format("  {:<20}", was.empty() ? "no tier" : was);
        for (const std::string& would : ladder.tiers) {
            const auto found = ladder.moves.find({was, would});
            row += fmt::format(" {:>12}", found != ladder.moves.end() ? grouped(found->second) : "-");
        }
        say(row);
    }
    std::string who;
    for (const DraftedReport::PerLadder::Move& mover : ladder.movers)
        who += (who.empty() ? "" : ", ") + to_text(mover.member);
    if (!who.empty()) say("  among them " + who);
}

Result<int> drafted(const BacktestOptions& options, const runtime::BrandFile& file,
                    const runtime::RehearsalPorts& ports) {
    const ProgrammeFile draft = TRY(read_programme(options.draft));
    if (draft.checked.programme == nullptr) {
        for (const std::string& line : lines_of(draft)) say(line);
        return Error::invalid("the draft has errors; nothing was decided", options.draft);
    }
    runtime::Drafted rehearsal(file, ports, draft.checked.programme, draft.document.value);
    Took took = TRY(read_all("back-test", options.data, file, rehearsal));
    const double cpu = cpu_seconds();
    const DraftedReport report = TRY(rehearsal.finish());
    took.cpu += cpu_seconds() - cpu;
    if (options.json) {
        say(json_of(report, took));
        return 0;
    }
    say(rates(report.records, report.commands, took));
    say(fmt::format("{} members, as of {}", grouped(report.members), to_rfc3339(report.until)));
    for (const DraftedReport::PerUnit& unit : report.units) say_unit(unit);
    for (const DraftedReport::PerLadder& ladder : report.ladders) say_ladder(ladder);
    for (const auto& [reason, count] : report.refused)
        say(fmt::format("\naccepted then, refused under the draft ({}): {}", reason, grouped(count)));
    if (report.conditions_unknown > 0)
        say(fmt::format(
            "\n{} times a condition asked for a personal attribute that no record holds; it was taken as "
            "not met",
            grouped(report.conditions_unknown)));
    return 0;
}

Result<int> run(const BacktestOptions& options) {
    system::PosixDisk disk(options.data);
    const runtime::BrandFile file = TRY(runtime::read_brand_file(disk));
    const OutsidePorts outside;
    return options.draft.empty() ? unchanged(options, file, outside.ports())
                                 : drafted(options, file, outside.ports());
}

}  // namespace

// Whoever serves the directory goes first.
int backtest(const BacktestOptions& options) {
    setpriority(PRIO_PROCESS, 0, 5);
    const auto done = run(options);
    if (done.ok()) return *done;
    say_error(done.error().text());
    return 1;
}

}  // namespace banyan::app
