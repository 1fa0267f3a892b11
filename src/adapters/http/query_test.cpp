// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/query.h"

#include <gtest/gtest.h>

namespace banyan::http {
namespace {

TEST(Query, parameters_are_decoded_and_counted) {
    auto query = Query::parse("at=2026-01-31T12%3A00%3A00%2B08%3A00&limit=20&unit=points&after=17");
    ASSERT_TRUE(query.ok());
    EXPECT_EQ(to_rfc3339(*query->instant("at").value()), "2026-01-31T04:00:00Z");
    EXPECT_EQ(query->limit(100, 5).value(), 20U);
    EXPECT_EQ(query->cursor("after").value(), 17U);
    EXPECT_EQ(query->cursor("before").value(), 0U);
    EXPECT_FALSE(query->finish().ok());  // nobody asked for "unit"
    EXPECT_EQ(query->text("unit"), "points");
    EXPECT_TRUE(query->finish().ok());
    EXPECT_EQ(Query::parse("")->limit(100, 5).value(), 5U);
}

TEST(Query, what_is_broken_is_refused) {
    for (const char* text : {"limit", "=1", "a=1&a=2", "a=%", "a=%4", "a=%zz"})
        EXPECT_FALSE(Query::parse(text).ok()) << text;
    for (const char* text : {"", "-1", "1.0", "0", "101", "99999999999999999999999", "0x1", " 1"}) {
        auto query = Query::parse(std::string("limit=") + text);
        ASSERT_TRUE(query.ok()) << text;
        EXPECT_FALSE(query->limit(100, 5).ok()) << text;
    }
    EXPECT_FALSE(Query::parse("after=next")->cursor("after").ok());
}

}  // namespace
}  // namespace banyan::http
