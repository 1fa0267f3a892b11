// SPDX-License-Identifier: Apache-2.0
#include "runtime/audit.h"

#include "runtime/brand_house_test.h"

namespace banyan::runtime {
namespace {

Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

Value rule(std::vector<Map::Entry> effect) {
    std::vector<Map::Entry> entries{{"on", Value("order.paid")}};
    for (Map::Entry& entry : effect) entries.push_back(std::move(entry));
    return map(std::move(entries));
}

Value document() {
    std::vector<Map::Entry> entries = programme_document().map().entries();
    for (Map::Entry& entry : entries) {
        if (entry.first == "units")
            entry.second = Value(
                List{map({{"unit", Value("points")}}),
                     map({{"unit", Value("stars")}, {"pending", map({{"until", Value("released")}})}})});
        if (entry.first == "earning")
            entry.second = Value(List{rule({{"rule", Value("coffee")},
                                            {"unit", Value("points")},
                                            {"lines", Value("line.category == \"coffee\"")},
                                            {"fixed", Value(std::int64_t{10})}}),
                                      rule({{"rule", Value("rest")},
                                            {"unit", Value("points")},
                                            {"per", Value(std::int64_t{3000})},
                                            {"on_partial_refund", Value("recomputed")}}),
                                      rule({{"rule", Value("star")},
                                            {"unit", Value("stars")},
                                            {"amount", Value("order.paid / 900")}})});
    }
    return map(std::move(entries));
}

// What comes back of a grant is not always its share of the money: it goes by the lines it counted, by what the rest of
// the order would not have earned, and line by line where each line is released by itself.
TEST_F(BrandTest, AnAuditKnowsByWhatEachGrantIsTakenBack) {
    options.parse_document = [](const std::string&) -> Result<Value> { return document(); };
    open();
    const Subject member{{}, {phone("1")}};
    const OrderPaid order{"o", "CNY", "app", "", {{"1", "a", "coffee", 2, 5000}, {"2", "b", "tea", 3, 4000}}};
    ASSERT_EQ(ask(request("e1", member, order)).status, Status::applied);
    for (const char* line : {"2", "1"}) {
        const Outcome back = ask(request(std::string("r") + line, member, OrderRefunded{"o", {{line, 1}}}));
        ASSERT_EQ(back.status, Status::applied) << back.detail;
        const auto report = audit(*brand, {});
        ASSERT_TRUE(report.ok()) << report.error().text();
        for (const auto& finding : report->findings)
            ADD_FAILURE() << finding.invariant << ": " << finding.text;
    }
}

}  // namespace
}  // namespace banyan::runtime
