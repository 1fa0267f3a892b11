// SPDX-License-Identifier: Apache-2.0
#include "adapters/telemetry/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "text/json.h"

namespace banyan::telemetry {
namespace {

class LogFile : public ::testing::Test {
  protected:
    LogFile() {
        std::string name = (std::filesystem::temp_directory_path() / "banyan-log-XXXXXX").string();
        folder_ = ::mkdtemp(name.data()) != nullptr ? name : "";
    }
    ~LogFile() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string path() const { return folder_ + "/log"; }
    [[nodiscard]] std::vector<Value> lines() const {
        std::vector<Value> lines;
        std::ifstream file(path());
        for (std::string line; std::getline(file, line);) {
            const auto value = text::parse_json(line);
            EXPECT_TRUE(value.ok()) << line;
            if (value.ok()) lines.push_back(*value);
        }
        return lines;
    }

  private:
    std::string folder_;
};

TEST_F(LogFile, every_line_is_an_object_with_time_level_and_event) {
    {
        auto log = Log::open(Level::info, path());
        ASSERT_TRUE(log.ok());
        (*log)->say(Level::debug, "not said");
        (*log)->say(Level::info, "started",
                    {{"port", std::int64_t{8080}}, {"clock", std::string_view("te\"st\n")}, {"new", true}});
        (*log)->access({"GET", "/v1/members/{id}", 200, 123, 45, 67});
    }
    const auto said = lines();
    ASSERT_EQ(said.size(), 2U);
    const Map& started = said[0].map();
    EXPECT_EQ(started.find("event")->string(), "started");
    EXPECT_EQ(started.find("level")->string(), "info");
    EXPECT_EQ(started.find("clock")->string(), "te\"st\n");
    EXPECT_EQ(started.find("port")->integer(), 8080);
    EXPECT_TRUE(started.find("new")->boolean());
    EXPECT_TRUE(parse_rfc3339(started.find("time")->string()).has_value());
    const Map& request = said[1].map();
    EXPECT_EQ(request.find("event")->string(), "request");
    EXPECT_EQ(request.find("route")->string(), "/v1/members/{id}");
    EXPECT_EQ(request.find("status")->integer(), 200);
    EXPECT_EQ(request.find("duration_us")->integer(), 123);
    EXPECT_EQ(request.find("bytes_out")->integer(), 67);
}

TEST_F(LogFile, accesses_are_silent_above_info) {
    {
        auto log = Log::open(Level::warning, path());
        ASSERT_TRUE(log.ok());
        (*log)->access({"GET", "/", 200, 1, 1, 1});
        (*log)->say(Level::error, "broken");
    }
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_EQ(lines()[0].map().find("event")->string(), "broken");
}

TEST_F(LogFile, what_does_not_fit_the_queue_is_counted_and_told) {
    std::uint64_t dropped = 0;
    constexpr std::size_t sent = Log::queue_max * 4;
    {
        auto log = Log::open(Level::info, path());
        ASSERT_TRUE(log.ok());
        for (std::size_t i = 0; i < sent; ++i) (*log)->access({"GET", "/", 200, 1, 1, 1});
        dropped = (*log)->dropped();
    }
    std::uint64_t written = 0;
    std::uint64_t told = 0;
    for (const Value& line : lines()) {
        if (line.map().find("event")->string() == "request")
            ++written;
        else
            told += static_cast<std::uint64_t>(line.map().find("count")->integer());
    }
    EXPECT_EQ(written + told, sent);
    EXPECT_EQ(told, dropped);
}

TEST(Log, a_file_that_cannot_be_opened_is_an_error) {
    const auto log = Log::open(Level::info, "/proc/nowhere/log");
    ASSERT_FALSE(log.ok());
    EXPECT_EQ(log.error().code, ErrorCode::io);
}

TEST(Log, levels_are_read_by_their_words) {
    EXPECT_EQ(parse_level("warning"), Level::warning);
    EXPECT_EQ(parse_level("off"), Level::off);
    EXPECT_FALSE(parse_level("loud").has_value());
}

}  // namespace
}  // namespace banyan::telemetry
