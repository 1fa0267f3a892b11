// SPDX-License-Identifier: Apache-2.0
#include "app/back_testing.h"

#include "text/json_writer.h"

namespace banyan::app {

using runtime::Beside;
using runtime::Cause;
using runtime::DraftedReport;

const std::array<TotalsRow, 6> totals_rows = {{
    {"granted", "granted", &DraftedReport::UnitTotals::granted},
    {"taken_back", "taken back", &DraftedReport::UnitTotals::taken_back},
    {"spent", "spent", &DraftedReport::UnitTotals::spent},
    {"expired", "expired", &DraftedReport::UnitTotals::expired},
    {"liability", "with members at the end", &DraftedReport::UnitTotals::liability},
    {"debt", "owed by members", &DraftedReport::UnitTotals::debt},
}};

Cause cause_of(const DraftedReport::PerUnit& unit, const std::string& rule) {
    const auto found = unit.causes.find(rule);
    return found != unit.causes.end() ? found->second : Cause::none;
}

std::map<Cause, Quantity> by_cause(const DraftedReport::PerUnit& unit) {
    std::map<Cause, Quantity> sums;
    for (const auto& [rule, amounts] : unit.by_rule) {
        if (amounts.was != amounts.would) sums[cause_of(unit, rule)] += amounts.would - amounts.was;
    }
    return sums;
}

namespace {

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
    for (const TotalsRow& row : totals_rows)
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

}  // namespace

std::string json_of(const BackTestReport& done) {
    return std::visit([&](const auto& report) { return json_of(report, done.took); }, done.report);
}

Result<BackTestReport> back_test(runtime::Disk& disk, const ProgrammeFile* draft, const ReadRecords& read) {
    if (draft != nullptr && draft->checked.programme == nullptr)
        return Error::invalid("the draft has errors; nothing was decided");
    const runtime::BrandFile file = TRY(runtime::read_brand_file(disk));
    const OutsidePorts outside;
    const auto taken_by = [](auto& rehearsal) {
        return [&rehearsal](const runtime::StoredRecord& record) { return rehearsal.take(record); };
    };
    if (draft == nullptr) {
        runtime::Unchanged rehearsal(file, outside.ports());
        const Took took = TRY(read(file, taken_by(rehearsal)));
        return BackTestReport{rehearsal.report(), took, file.partitions};
    }
    runtime::Drafted rehearsal(file, outside.ports(), draft->checked.programme, draft->document.value);
    Took took = TRY(read(file, taken_by(rehearsal)));
    const double cpu = cpu_seconds();
    DraftedReport report = TRY(rehearsal.finish());
    took.cpu += cpu_seconds() - cpu;
    return BackTestReport{std::move(report), took, file.partitions};
}

}  // namespace banyan::app
