// SPDX-License-Identifier: Apache-2.0
#include "app/close_command.h"

#include <fmt/format.h>

#include "adapters/system/system_clock.h"
#include "app/files.h"
#include "app/whole_journal.h"
#include "base/decimal.h"
#include "runtime/closing.h"

namespace banyan::app {

namespace {

// A cost centre is a code of the programme, so nothing in a line needs quoting.
std::string csv_of(const runtime::CloseReport& report, runtime::Month month) {
    std::string csv = "month,unit,cost_centre,opening";
    for (std::size_t i = 0; i < runtime::movement_count; ++i)
        csv += "," + std::string(runtime::name_of(static_cast<runtime::Movement>(i)));
    csv += ",closing\n";
    for (const runtime::CloseRow& row : report.rows) {
        const std::uint8_t decimals = report.decimals.at(row.unit);
        const auto amount = [&](Quantity quantity) {
            return "," + minor_to_text(quantity.value(), decimals);
        };
        const std::string centre = row.is_debt            ? "(owed by members)"
                                   : row.cost_centre == 0 ? ""
                                                          : report.cost_centres.at(row.cost_centre - 1U);
        csv += runtime::to_text(month) + "," + report.units.at(row.unit) + "," + centre + amount(row.opening);
        for (const Quantity moved : row.moved) csv += amount(moved);
        csv += amount(row.closing) + "\n";
    }
    return csv;
}

Result<int> run(const CloseOptions& options) {
    const auto month = runtime::parse_month(options.month);
    if (!month) return Error::invalid("a month such as 2026-10 is due here", options.month);
    system::PosixDisk disk(options.data);
    const runtime::BrandFile file = TRY(runtime::read_brand_file(disk));
    const OutsidePorts outside;
    runtime::Closing closing(file, outside.ports(), *month);
    TRY(read_all("closing " + options.month, options.data, file, closing));
    const runtime::CloseReport report = TRY(closing.finish());
    const auto today = closing.month_of(system::SystemClock().wall());
    if (!report.is_over && (!today || *today <= *month))
        return Error{ErrorCode::conflict, "the month is not over for this brand; close it when it is",
                     options.month};

    const std::string csv = csv_of(report, *month);
    const std::string name = "closes/" + options.month + ".csv";
    const std::string path = disk.absolute(name);
    const auto kept = read_file(path);
    if (kept.ok() && *kept != csv) {
        say_error(
            path +
            ": the month was closed, and the journal now says otherwise: rows of that time were imported "
            "since. What was closed stays; move the file away to close the month anew");
        return 2;
    }
    if (!kept.ok()) {
        TRY(disk.make_directory("closes"));
        TRY(disk.replace(name, csv));
    }
    say(csv.substr(0, csv.size() - 1));
    // Beside the answer, which somebody may read with a programme.
    fmt::print(stderr, "{}: {} rows add up over {} records; {}\n", path, report.rows.size(),
               grouped(report.records), kept.ok() ? "as it was closed before" : "closed");
    return 0;
}

}  // namespace

int close_month(const CloseOptions& options) {
    const auto done = run(options);
    if (done.ok()) return *done;
    say_error(done.error().text());
    return 1;
}

}  // namespace banyan::app
