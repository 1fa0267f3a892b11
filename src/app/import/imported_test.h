// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of imports share: a file with given rows, planned, as the text of its events and notes.

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "adapters/system/tz_calendar.h"
#include "app/import/plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace banyan::app {

struct Heard final : NoteSink {
    std::string all;
    void rejected(const RejectedRow& row) override {
        all += std::to_string(row.line) + ": " + row.reason + " <" + std::string(row.record) + ">\n";
    }
    void unmatched(const UnmatchedCancellation& c) override {
        all += std::to_string(c.line) + ": " + std::to_string(c.missing) + " of " + std::to_string(c.asked) +
               " not found, " + c.amount + "\n";
    }
};

// A file with this content for the life of a test.
class DataFile {
  public:
    explicit DataFile(std::string_view content) {
        const auto* const info = testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::temp_directory_path() /
                ("banyan-" + std::to_string(::getpid()) + "-" + info->name() + ".csv");
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~DataFile() { std::filesystem::remove(path_); }
    DataFile(const DataFile&) = delete;
    DataFile& operator=(const DataFile&) = delete;

    [[nodiscard]] InputFile open() const {
        auto file = InputFile::open(path_.string());
        EXPECT_TRUE(file.ok());
        return std::move(*file);
    }

  private:
    std::filesystem::path path_;
};

struct Imported {
    std::string events;
    std::string notes;
    ImportReport report;
};

inline Imported imported(std::string_view data, std::string_view mapping_yaml) {
    const DataFile file(data);
    InputFile input = file.open();
    const auto mapping = text::parse_mapping(mapping_yaml, "m.yaml");
    EXPECT_TRUE(mapping.ok()) << mapping.error().text();
    Heard heard;
    const system::TzCalendar calendar;
    auto plan = ImportPlan::make(input, *mapping, calendar, heard);
    EXPECT_TRUE(plan.ok()) << plan.error().text();
    Imported out;
    for (std::size_t i = 0; i < plan->size(); ++i) {
        EXPECT_TRUE(plan->append(i, out.events).ok());
        EXPECT_LE(plan->time_of(i == 0 ? 0 : i - 1), plan->time_of(i));
    }
    out.notes = heard.all;
    out.report = plan->report();
    EXPECT_TRUE(out.report.reconciles());
    return out;
}

constexpr std::string_view shop = R"(
mapping: 1
format: csv
rows: orders
source: shop
time: {column: At, format: "yyyy-MM-dd HH:mm", zone: Europe/London}
member: {kind: customer, id: {column: Who, trim_suffix: ".0"}, missing: guest}
order:
  id: {column: Invoice}
  currency: GBP
  sku: {column: Code}
  quantity: {column: Pieces}
  unit_price: {column: Price}
  cancellation: {prefix: C}
)";

}  // namespace banyan::app
