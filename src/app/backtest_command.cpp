// SPDX-License-Identifier: Apache-2.0
#include "app/backtest_command.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include "adapters/system/posix_disk.h"
#include "app/back_testing.h"
#include "app/terminal.h"

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

int told(const runtime::UnchangedReport& report, const BackTestReport& done) {
    say(rates(report.records, report.commands, done.took));
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
                        report.differences.size(), done.partitions));
        return 2;
    }
    say(fmt::format("equal: all {} postings of {} partitions came out as they were recorded",
                    grouped(report.postings), done.partitions));
    return 0;
}

// --- under a draft ---------------------------------------------------------------------------------------------

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
    for (const TotalsRow& row : totals_rows)
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

int told(const DraftedReport& report, const BackTestReport& done) {
    say(rates(report.records, report.commands, done.took));
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
    std::optional<ProgrammeFile> draft;
    if (!options.draft.empty()) draft = TRY(read_programme(options.draft));
    if (draft && draft->checked.programme == nullptr) {
        for (const std::string& line : lines_of(*draft)) say(line);
        return Error::invalid("the draft has errors; nothing was decided", options.draft);
    }
    system::PosixDisk disk(options.data);
    const auto read = [&](const runtime::BrandFile& file, const TakeRecord& take) {
        struct {
            const TakeRecord& take;
        } taker{take};
        return read_all("back-test", options.data, file, taker);
    };
    const BackTestReport done = TRY(back_test(disk, draft ? &*draft : nullptr, read));
    const auto* unchanged = std::get_if<runtime::UnchangedReport>(&done.report);
    if (!options.json) return std::visit([&](const auto& report) { return told(report, done); }, done.report);
    say(json_of(done));
    return unchanged == nullptr || unchanged->differences.empty() ? 0 : 2;
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
