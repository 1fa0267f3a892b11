// SPDX-License-Identifier: Apache-2.0
// The real exports that the mapping files in tools/import are for, held to the numbers that are known of them.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "adapters/system/tz_calendar.h"
#include "app/import/plan.h"
#include "text/json.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace banyan::app {
namespace {

namespace fs = std::filesystem;

struct Counted final : NoteSink {
    std::size_t rejected_rows = 0;
    std::size_t unmatched_rows = 0;
    void rejected(const RejectedRow& /*row*/) override { ++rejected_rows; }
    void unmatched(const UnmatchedCancellation& /*row*/) override { ++unmatched_rows; }
};

fs::path data(const char* name) {
    const char* root = std::getenv("BANYAN_DATA");
    return fs::path(root != nullptr ? root : "../shared/data") / name;
}

text::Mapping shipped(const char* name) {
    std::ifstream stream(fs::path("tools/import") / name);
    auto mapping = text::parse_mapping(std::string(std::istreambuf_iterator<char>(stream), {}), name);
    EXPECT_TRUE(mapping.ok()) << mapping.error().text();
    return std::move(*mapping);
}

// Points of the starter kind: one for each whole pound of an order.
std::int64_t pounds(const Value& event) {
    std::int64_t minor = 0;
    for (const Value& line : event.map().find("order")->map().find("lines")->list())
        minor += *parse_minor(line.map().find("amount")->string(), 2);
    return minor / 100;
}

TEST(ImportData, OnlineRetailReconcilesToThePenny) {
    const fs::path packed = data("online-retail/online_retail.csv.xz");
    if (!fs::exists(packed)) GTEST_SKIP() << packed << " is not there (BANYAN_DATA)";
    const fs::path csv =
        fs::temp_directory_path() / ("banyan-online-retail-" + std::to_string(::getpid()) + ".csv");
    ASSERT_EQ(std::system(("xz -dc '" + packed.string() + "' > '" + csv.string() + "'").c_str()), 0);

    const text::Mapping mapping = shipped("online-retail.yaml");
    auto input = InputFile::open(csv.string());
    ASSERT_TRUE(input.ok());
    Counted notes;
    const system::TzCalendar calendar;
    auto plan = ImportPlan::make(*input, mapping, calendar, notes);
    fs::remove(csv);
    ASSERT_TRUE(plan.ok()) << plan.error().text();

    const ImportReport& report = plan->report();
    EXPECT_TRUE(report.reconciles());
    EXPECT_EQ(report.all.rows, 541'909U);
    EXPECT_EQ(to_text(report.all.amount), "9747747.934");
    EXPECT_EQ(report.guests.rows, 135'080U);
    EXPECT_EQ(report.cancellations.rows, 8'905U);
    EXPECT_EQ(notes.rejected_rows, 0U);
    EXPECT_EQ(to_text(*sum(report.purchases.amount, report.cancellations.amount)), "8300065.814");
    EXPECT_EQ(report.members + report.members_with_cancellations_only, 4'372U);
    EXPECT_EQ(report.members_with_cancellations_only, 33U);
    EXPECT_EQ(report.unmatched_rows, 1'389U);
    EXPECT_EQ(report.partly_matched_rows, 54U);
    EXPECT_EQ(notes.unmatched_rows, 1'389U);
    EXPECT_EQ(to_rfc3339(*report.first), "2010-12-01T08:26:00Z");
    EXPECT_EQ(to_rfc3339(*report.last), "2011-12-09T12:50:00Z");

    text::JsonReader reader({.bytes = std::size_t{1} << 20U, .keys = 64});
    std::int64_t points = 0;
    std::string line;
    for (std::size_t i = 0; i < plan->size(); ++i) {
        line.clear();
        ASSERT_TRUE(plan->append(i, line).ok());
        const auto event = reader.read(line);
        ASSERT_TRUE(event.ok()) << event.error().text();
        if (event->map().find("type")->string() == "order.paid") points += pounds(*event);
    }
    EXPECT_EQ(points, 8'902'670);
}

TEST(ImportData, CdnowIsOneOrderARow) {
    const fs::path table = data("cdnow/CDNOW_master.txt");
    if (!fs::exists(table)) GTEST_SKIP() << table << " is not there (BANYAN_DATA)";
    const text::Mapping mapping = shipped("cdnow.yaml");
    auto input = InputFile::open(table.string());
    ASSERT_TRUE(input.ok());
    Counted notes;
    const system::TzCalendar calendar;
    const auto plan = ImportPlan::make(*input, mapping, calendar, notes);
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    EXPECT_EQ(plan->report().orders, 69'659U);
    EXPECT_EQ(plan->report().members, 23'570U);
    EXPECT_EQ(notes.rejected_rows, 0U);
    EXPECT_EQ(to_text(plan->report().purchases.amount), "2500315.63");
}

}  // namespace
}  // namespace banyan::app
