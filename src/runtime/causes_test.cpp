// SPDX-License-Identifier: Apache-2.0
#include "runtime/causes.h"

#include <gtest/gtest.h>

#include "domain/ledger/zones_test.h"

namespace banyan::runtime {
namespace {

using Entries = std::vector<Map::Entry>;

Value text(const std::string& content) { return Value(content); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }

Value rule(const std::string& code, const std::string& amount, const std::string& when = "true",
           const std::string& name = "a name") {
    return map({{"rule", text(code)},
                {"names", map({{"en", text(name)}})},
                {"on", text("order.paid")},
                {"unit", text("points")},
                {"when", text(when)},
                {"amount", text(amount)},
                {"limits", Value(List{text("daily")})}});
}

Value document(std::vector<Value> rules, std::int64_t most = 10, std::int64_t cap = 1000) {
    return map(
        {{"programme", text("p")},
         {"currency", text("CNY")},
         {"zone", text("Asia/Shanghai")},
         {"units", Value(List{map({{"unit", text("points")}, {"cap", Value(cap)}})})},
         {"ladders",
          Value(List{map(
              {{"ladder", text("stars")},
               {"tiers", Value(List{map({{"tier", text("one")}, {"from", Value(std::int64_t{0})}})})}})})},
         {"limits",
          Value(List{map({{"limit", text("daily")}, {"per", text("day")}, {"most", Value(most)}})})},
         {"earning", Value(List(std::move(rules)))}});
}

Cause cause(const std::string& code, const Value& published, const Value& draft) {
    const auto compiled = programme::compile(draft, {2}, banyan::testing::WrittenCalendar());
    EXPECT_TRUE(compiled.ok()) << compiled.error().text();
    return cause_of(code, {{{1}, published}}, draft, **compiled);
}

TEST(Causes, ARuleIsNewGoneOrAnother) {
    const Value before = document({rule("base", "order.paid / 100"), rule("old", "1")});
    const Value after = document({rule("base", "order.paid / 50"), rule("new", "1")});
    EXPECT_EQ(cause("base", before, after), Cause::rule_changed);
    EXPECT_EQ(cause("old", before, after), Cause::rule_gone);
    EXPECT_EQ(cause("new", before, after), Cause::rule_new);
    EXPECT_EQ(cause("", before, after), Cause::none);
}

TEST(Causes, ARuleThatIsTheSameDiffersByWhatHoldsForItOrWhatItReads) {
    const Value before =
        document({rule("base", "1", "true", "one name"), rule("stars", "1", "tier.stars > 0")});
    const Value renamed =
        document({rule("base", "1", "true", "another"), rule("stars", "1", "tier.stars > 0")});
    EXPECT_EQ(cause("base", before, renamed), Cause::knock_on);
    EXPECT_EQ(cause("stars", before, renamed), Cause::tier);
    EXPECT_EQ(cause("base", before, document({rule("base", "1"), rule("stars", "1", "tier.stars > 0")}, 11)),
              Cause::limit);
    EXPECT_EQ(
        cause("base", before, document({rule("base", "1"), rule("stars", "1", "tier.stars > 0")}, 10, 999)),
        Cause::limit);
}

}  // namespace
}  // namespace banyan::runtime
