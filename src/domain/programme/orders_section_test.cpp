// SPDX-License-Identifier: Apache-2.0
// The terms of release in the document: what they compile to, how they are refused and doubted, how a change reads.

#include <gtest/gtest.h>

#include "domain/programme/diff.h"
#include "domain/programme/findings_test.h"
#include "domain/programme/programme.h"

namespace banyan::programme {
namespace {

using Entries = std::vector<Map::Entry>;

Value text(const char* content) { return Value(content); }
Value number(std::int64_t content) { return Value(content); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value map(Entries entries) { return Value(Map::of_unique(std::move(entries))); }

Value document(std::vector<Value> release, Value pending = map({{"until", text("released")}})) {
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({map({{"unit", text("points")}, {"pending", std::move(pending)}})})},
                {"orders", map({{"release", list(std::move(release))}})}});
}

TEST(OrdersSection, TheFirstTermsThatFitAreTaken) {
    const auto made = checked(document({
        map({{"store", text("tmall")},
             {"category", text("fresh")},
             {"days_after_receipt", number(1)},
             {"days_after_shipping_max", number(20)}}),
        map({{"store", text("tmall")},
             {"days_after_receipt", number(15)},
             {"count", text("whole_days")},
             {"on_completion", text("wait")}}),
        map({{"days_after_shipping_max", number(0)}}),
    }));
    ASSERT_NE(made.programme, nullptr);
    EXPECT_TRUE(made.programme->follows_orders());
    const auto& rules = made.programme->release_terms;
    using orders::Terms;
    EXPECT_EQ(orders::terms_for(rules, "tmall", "fresh"),
              (Terms{1, 20, orders::DayCount::by_the_hour, orders::OnCompletion::release}));
    EXPECT_EQ(orders::terms_for(rules, "tmall", "tea"),
              (Terms{15, 30, orders::DayCount::whole_days, orders::OnCompletion::wait}));
    EXPECT_EQ(orders::terms_for(rules, "jd", "fresh"),
              (Terms{7, 0, orders::DayCount::by_the_hour, orders::OnCompletion::release}));
}

TEST(OrdersSection, WhatIsWrongIsNamedByItsPlace) {
    EXPECT_EQ(findings_of(document({map({{"days_after_receipt", number(366)}})})),
              Said{"error /orders/release/0/days_after_receipt: expected a number from 0 to 365"});
    EXPECT_EQ(findings_of(document({map({{"count", text("workdays")}})})),
              Said{"error /orders/release/0/count: \"workdays\" is not one of: by_the_hour, whole_days"});
    EXPECT_EQ(findings_of(document({map({{"store", text("")}})})),
              Said{"error /orders/release/0/store: is empty; leave it out where the terms are for any"});
    EXPECT_EQ(findings_of(document({map({{"shop", text("tmall")}})})),
              Said{"error /orders/release/0/shop: unknown field \"shop\"; known here: store, category, "
                   "days_after_receipt, "
                   "days_after_shipping_max, count, on_completion"});
    EXPECT_EQ(findings_of(document({}, map({{"until", text("receipt")}}))),
              Said{"error /units/0/pending/until: \"receipt\" is not one of: released"});
    EXPECT_EQ(findings_of(document({}, map({{"until", text("released")}, {"days", number(7)}}))).size(), 1U);
}

TEST(OrdersSection, TermsThatNeverComeIntoPlayAreDoubted) {
    const Value any = map({{"days_after_receipt", number(3)}});
    const Value tmall = map({{"store", text("tmall")}});
    EXPECT_EQ(findings_of(document({tmall, any})), Said{});
    EXPECT_EQ(
        findings_of(document({any, tmall})),
        Said{"warning /orders/release/1: these terms are never reached: entry 1 fits whatever they fit, and "
             "the first that fits is taken; put them before it"});
    EXPECT_EQ(
        findings_of(document({map({{"days_after_shipping_max", number(5)}})})),
        Said{"warning /orders/release/0/days_after_shipping_max: what was sent is released 5 days later at "
             "the latest, which is before 7 days after any receipt"});
    EXPECT_EQ(
        findings_of(document({any}, map({{"days", number(7)}}))),
        Said{"warning /orders/release: nothing waits for the release of an order: give a unit \"pending: "
             "{until: released}\""});
}

TEST(OrdersSection, WhatBelongsToNoLineCannotWaitForOne) {
    const auto with_rule = [](Entries how, Value pending) {
        Entries rule{{"rule", text("base")}, {"on", text("order.paid")}, {"unit", text("points")}};
        rule.insert(rule.end(), how.begin(), how.end());
        std::vector<Map::Entry> entries = document({}, std::move(pending)).map().entries();
        entries.emplace_back("earning", list({map(std::move(rule))}));
        return findings_of(map(std::move(entries)));
    };
    const Entries carried{{"per", number(5000)}, {"remainder", text("carried")}};
    const Entries recomputed{{"per", number(5000)}, {"on_partial_refund", text("recomputed")}};
    const Value released = map({{"until", text("released")}});
    EXPECT_EQ(with_rule(carried, released),
              Said{"error /earning/0/remainder: unit \"points\" waits line by line, and a remainder that is "
                   "carried belongs to no line: use remainder: dropped, or a unit that does not wait"});
    EXPECT_EQ(
        with_rule(recomputed, released),
        Said{"error /earning/0/on_partial_refund: unit \"points\" waits line by line, so that each line "
             "takes back its own share: use on_partial_refund: by_share"});
    const Value after_days = map({{"days", number(7)}});
    EXPECT_EQ(with_rule(carried, after_days), Said{});
    EXPECT_EQ(with_rule(recomputed, after_days), Said{});
    EXPECT_EQ(with_rule({{"per", number(5000)}}, released), Said{});
}

TEST(OrdersSection, AChangeReadsAsASentence) {
    const Value before = document({map({{"store", text("tmall")}, {"days_after_receipt", number(1)}})});
    const Value after = document({map({{"category", text("fresh")},
                                       {"days_after_receipt", number(2)},
                                       {"days_after_shipping_max", number(0)},
                                       {"count", text("whole_days")},
                                       {"on_completion", text("wait")}})});
    EXPECT_EQ(
        differences(before, after, Language::en),
        Said{"what orders earned is released: tmall: 1 day after receipt, 30 days after shipping at the "
             "latest; "
             "else 7 days after receipt, 30 days after shipping at the latest becomes fresh: 2 whole days "
             "after "
             "receipt, completed or not; else 7 days after receipt, 30 days after shipping at the latest"});
    EXPECT_EQ(differences(before, after, Language::zh),
              Said{"订单入账：tmall：签收后 1 天，最迟发货后 30 天；其余：签收后 7 天，最迟发货后 30 "
                   "天，改为fresh：签收后 "
                   "2 个整天，交易完成不提前；其余：签收后 7 天，最迟发货后 30 天"});
    EXPECT_EQ(
        differences(document({}, map({{"days", number(7)}})), document({}), Language::en),
        Said{"unit points: usable: 7 days after the grant becomes when its line of the order is released"});
}

}  // namespace
}  // namespace banyan::programme
