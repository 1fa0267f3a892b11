// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/query.h"

#include <gtest/gtest.h>

namespace banyan::http {
namespace {

TEST(Query, parameters_are_decoded_and_counted) {
    auto query = Query::parse("at=2026-01-31T12%3A00%3A00%2B08%3A00&limit=20&unit=points");
    ASSERT_TRUE(query.ok());
    EXPECT_EQ(to_rfc3339(*query->instant("at").value()), "2026-01-31T04:00:00Z");
    EXPECT_EQ(*query->number("limit", 100).value(), 20U);
    EXPECT_FALSE(query->finish().ok());  // nobody asked for "unit"
    EXPECT_EQ(query->text("unit"), "points");
    EXPECT_TRUE(query->finish().ok());
    EXPECT_FALSE(query->number("none", 1).value().has_value());
}

TEST(Query, what_is_broken_is_refused) {
    for (const char* text : {"limit", "=1", "a=1&a=2", "a=%", "a=%4", "a=%zz"})
        EXPECT_FALSE(Query::parse(text).ok()) << text;
    for (const char* text : {"n=", "n=-1", "n=1.0", "n=101", "n=99999999999999999999999", "n=0x1", "n= 1"}) {
        auto query = Query::parse(text);
        ASSERT_TRUE(query.ok()) << text;
        EXPECT_FALSE(query->number("n", 100).ok()) << text;
    }
}

}  // namespace
}  // namespace banyan::http
