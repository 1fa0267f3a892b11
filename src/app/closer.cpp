// SPDX-License-Identifier: Apache-2.0
#include "app/closer.h"

#include <algorithm>

#include "adapters/files/journal_reader.h"
#include "adapters/system/system_clock.h"
#include "app/files.h"
#include "app/whole_journal.h"
#include "base/decimal.h"

namespace banyan::app {

namespace {

using runtime::CloseView;

constexpr std::string_view folder = "closes";
constexpr std::string_view ending = ".csv";

std::string file_of(const std::string& month) {
    return std::string(folder) + "/" + month + std::string(ending);
}

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

Result<runtime::Month> month_in(const std::string& text) {
    const auto month = runtime::parse_month(text);
    if (!month) return Error::invalid("a month such as 2026-10 is due here", text);
    return *month;
}

Error never_closed(const std::string& month) {
    return {ErrorCode::not_found, "the month was never closed here", month};
}

}  // namespace

Result<Closed> close_journal(system::PosixDisk& disk, const std::string& text, const ReadJournal& read) {
    const runtime::Month month = TRY(month_in(text));
    const runtime::BrandFile file = TRY(runtime::read_brand_file(disk));
    const OutsidePorts outside;
    runtime::Closing closing(file, outside.ports(), month);
    TRY(read(file, closing));
    const runtime::CloseReport report = TRY(closing.finish());
    const auto today = closing.month_of(system::SystemClock().wall());
    if (!report.is_over && (!today || *today <= month))
        return Error{ErrorCode::conflict, "the month is not over for this brand; close it when it is", text};

    Closed closed;
    closed.csv = csv_of(report, month);
    closed.path = disk.absolute(file_of(text));
    closed.rows = report.rows.size();
    closed.records = report.records;
    const auto kept = read_file(closed.path);
    closed.was_closed = kept.ok();
    if (kept.ok() && *kept != closed.csv)
        return Error{
            ErrorCode::conflict,
            "the month was closed, and the journal now says otherwise: rows of that time were imported "
            "since. What was closed stays; move the file away to close the month anew",
            closed.path};
    if (!kept.ok()) {
        TRY(disk.make_directory(std::string(folder)));
        TRY(disk.replace(file_of(text), closed.csv));
    }
    return closed;
}

Closer::~Closer() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<CloseView> Closer::list() {
    // Before the disk: what leaves `told_` meanwhile has its file there.
    const std::lock_guard lock(mutex_);
    std::vector<CloseView> all;
    if (const auto names = disk_.list(std::string(folder)); names.ok()) {
        for (const std::string& name : *names) {
            const std::string month = name.substr(0, name.find('.'));
            if (name == month + std::string(ending) && runtime::parse_month(month))
                all.push_back({month, CloseView::State::closed, {}, 0, 0});
        }
    }
    for (CloseView view : told_) {
        if (view.state == CloseView::State::closing)
            view.bytes_read = std::min(bytes_read_.load(), view.bytes);
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const CloseView& c) { return c.month == view.month; });
        if (found != all.end())
            *found = view;
        else
            all.push_back(view);
    }
    std::sort(all.begin(), all.end(),
              [](const CloseView& a, const CloseView& b) { return a.month < b.month; });
    return all;
}

Result<CloseView> Closer::close(const std::string& month) {
    if (!runtime::parse_month(month)) return Error::invalid("a month such as 2026-10 is due here", "/month");
    const std::lock_guard lock(mutex_);
    if (is_closing_) {
        for (const CloseView& view : told_) {
            if (view.month == month && view.state == CloseView::State::closing) return view;
        }
        return Error{ErrorCode::conflict, "another month is being closed; ask again", ""};
    }
    if (thread_.joinable()) thread_.join();
    std::erase_if(told_, [&](const CloseView& view) { return view.month == month; });
    CloseView view{month, CloseView::State::closing, {}, TRY(files::bytes_of_journal(disk_)), 0};
    told_.push_back(view);
    bytes_read_ = 0;
    is_closing_ = true;
    thread_ = std::thread([this, month] { run(month); });
    return view;
}

void Closer::run(const std::string& month) {
    const auto read = [this](const runtime::BrandFile& file, runtime::Closing& closing) -> Result<void> {
        return files::read_beside(disk_, file.journal,
                                  [&](const runtime::StoredRecord& record) -> Result<void> {
                                      if (is_over_)
                                          return Error{ErrorCode::unavailable, "the server is stopping", ""};
                                      bytes_read_ += record.bytes.size();
                                      return closing.take(record);
                                  });
    };
    const auto closed = close_journal(disk_, month, read);
    const std::lock_guard lock(mutex_);
    std::erase_if(told_, [&](const CloseView& view) { return view.month == month; });
    if (!closed.ok()) told_.push_back({month, CloseView::State::failed, closed.error().message, 0, 0});
    is_closing_ = false;
}

Result<std::string> Closer::csv(const std::string& month) {
    if (!runtime::parse_month(month)) return never_closed(month);
    auto kept = read_file(disk_.absolute(file_of(month)));
    if (!kept.ok()) return never_closed(month);
    return kept;
}

}  // namespace banyan::app
