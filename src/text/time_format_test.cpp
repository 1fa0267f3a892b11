// SPDX-License-Identifier: Apache-2.0
#include "text/time_format.h"

#include <gtest/gtest.h>

namespace banyan::text {
namespace {

std::optional<ReadTime> read(std::string_view pattern, std::string_view text) {
    const auto format = TimeFormat::parse(pattern);
    EXPECT_TRUE(format.ok()) << pattern;
    return format->read(text);
}

TEST(TimeFormat, PatternsReadWallTime) {
    EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss", "2010-12-01 08:26:05")->wall, (WallTime{{2010, 12, 1}, 30365}));
    EXPECT_EQ(read("yyyyMMdd", "19970101")->wall, (WallTime{{1997, 1, 1}, 0}));
    EXPECT_EQ(read("yyyy/M/d H:mm", "2024/2/29 7:05")->wall, (WallTime{{2024, 2, 29}, 25500}));
    EXPECT_EQ(read("yyyy/M/d", "2024/11/22")->wall, (WallTime{{2024, 11, 22}, 0}));
    EXPECT_EQ(read("yyyy年M月d日", "2024年1月9日")->wall, (WallTime{{2024, 1, 9}, 0}));
    EXPECT_EQ(read("yyyy-MM-ddTHH:mm:ss", "2010-12-01T08:26:00")->wall, (WallTime{{2010, 12, 1}, 30360}));
}

TEST(TimeFormat, OtherFormatsNameTheInstant) {
    EXPECT_EQ(read("rfc3339", "1970-01-01T08:00:01+08:00")->instant, Instant{1'000'000});
    EXPECT_EQ(read("epoch_seconds", "5")->instant, Instant{5'000'000});
    EXPECT_EQ(read("epoch_milliseconds", "1500")->instant, Instant{1'500'000});
    EXPECT_FALSE(TimeFormat::parse("rfc3339")->is_wall_time());
    EXPECT_TRUE(TimeFormat::parse("yyyyMMdd")->is_wall_time());
}

TEST(TimeFormat, WhatIsNotExactlyATimeIsRefused) {
    for (const char* text :
         {"", "2010-12-01", "2010-12-01 08:26", "2010-12-01 08:26:00 ", "2010-13-01 08:26:00",
          "2010-02-30 08:26:00", "2010-12-01 24:00:00", "2010-12-01 08:60:00", "0010-12-01 08:26:00"})
        EXPECT_FALSE(read("yyyy-MM-dd HH:mm:ss", text).has_value()) << text;
    EXPECT_FALSE(read("epoch_seconds", "-1").has_value());
    EXPECT_FALSE(read("epoch_seconds", "9999999999999999").has_value());
    EXPECT_FALSE(read("rfc3339", "2010-12-01").has_value());
}

TEST(TimeFormat, UnknownPatternsAreRefused) {
    for (const char* pattern :
         {"", "yy-MM-dd", "yyyy-MM", "yyyy-MM-dd hh:mm", "yyyy-MM-dd dd", "%Y-%m-%d", "YYYYMMDD"})
        EXPECT_FALSE(TimeFormat::parse(pattern).ok()) << pattern;
}

}  // namespace
}  // namespace banyan::text
