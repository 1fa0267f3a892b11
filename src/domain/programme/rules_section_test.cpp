// SPDX-License-Identifier: Apache-2.0
// The effects of rules, the groups they meet in and the events they listen to: what compiles, and each way to be
// refused. Written as fragments of text in the manner of a document; text, which reads YAML, is unknown to the domain.

#include "domain/earning/row.h"
#include "domain/ledger/zones_test.h"
#include "domain/programme/programme.h"

#include <gtest/gtest.h>

namespace banyan::programme {
namespace {

using Fields = std::vector<Map::Entry>;

Value map(Fields fields) { return Value(Map::of_unique(std::move(fields))); }
Value list(std::vector<Value> items) { return Value(List(std::move(items))); }
Value number(std::int64_t n) { return Value(n); }
Value text(const char* t) { return Value(t); }

Value rule(const char* code, Fields fields) {
    Fields all{{"rule", text(code)}};
    bool has_on = false;
    bool has_unit = false;
    for (const Map::Entry& field : fields) {
        has_on = has_on || field.first == "on";
        has_unit = has_unit || field.first == "unit";
    }
    if (!has_on) all.emplace_back("on", text("order.paid"));
    if (!has_unit) all.emplace_back("unit", text("points"));
    all.insert(all.end(), fields.begin(), fields.end());
    return map(std::move(all));
}

Value document(std::vector<Value> rules, std::vector<Value> groups = {}, std::vector<Value> events = {}) {
    return map({{"programme", text("p")},
                {"currency", text("CNY")},
                {"zone", text("Asia/Shanghai")},
                {"units", list({map({{"unit", text("points")}}), map({{"unit", text("stars")}})})},
                {"events", list(std::move(events))},
                {"stacking", list(std::move(groups))},
                {"earning", list(std::move(rules))}});
}

std::vector<std::string> told(const Value& value) {
    std::vector<std::string> all;
    const Checked checked = check(value, {1}, banyan::testing::WrittenCalendar());
    for (const Finding& finding : checked.findings.all()) {
        std::string line = finding.pointer;
        if (finding.inside)
            line += " " + std::to_string(finding.inside->line) + ":" + std::to_string(finding.inside->column);
        all.push_back(line + ": " + finding.message);
    }
    return all;
}

using Said = std::vector<std::string>;

const Value base = rule("base", {{"per", number(100)}});
const Value twice = rule("twice", {{"multiply", text("2")}, {"of", list({text("base")})}});

Value group(const char* code, const char* policy) {
    return map({{"group", text(code)}, {"policy", text(policy)}});
}
Value stacked(const Value& rule, const char* group) {
    Fields fields = rule.map().entries();
    fields.emplace_back("stacking", text(group));
    return map(std::move(fields));
}

TEST(Effects, EachIsReadIntoItsForm) {
    const auto compiled = compile(
        document({base,
                  rule("stars", {{"unit", text("stars")},
                                 {"lines", text("line.category == 'coffee'")},
                                 {"base", text("paid + points + freight")},
                                 {"per", number(5000)},
                                 {"each", number(2)},
                                 {"remainder", text("carried")}}),
                  rule("share", {{"per", number(300)}, {"on_partial_refund", text("recomputed")}}),
                  rule("hello", {{"on", text("member.registered")}, {"fixed", number(50)}}),
                  rule("big", {{"steps", list({map({{"from", number(10000)}, {"grant", number(50)}}),
                                               map({{"from", number(50000)}, {"grant", number(300)}})})}}),
                  stacked(twice, "fast")},
                 {group("fast", "best")}),
        {1}, banyan::testing::WrittenCalendar());
    ASSERT_TRUE(compiled.ok()) << compiled.error().text();
    const Programme& programme = **compiled;
    const auto& rules = programme.rules;
    EXPECT_EQ(rules[0].effect, earning::Effect::conversion);
    EXPECT_EQ(rules[0].conversion, (basis::Conversion{100, Quantity(1)}));
    EXPECT_TRUE(rules[1].is_carried());
    EXPECT_EQ(rules[1].conversion.per, 5000);
    EXPECT_EQ(rules[1].conversion.each, Quantity(2));
    EXPECT_EQ(basis::to_text(*rules[1].base), "paid + points + freight");
    EXPECT_TRUE(rules[1].lines.has_value());
    EXPECT_EQ(rules[2].conversion.on_partial_refund, basis::OnPartialRefund::recomputed);
    EXPECT_EQ(rules[3].fixed, Quantity(50));
    EXPECT_EQ(rules[4].steps.size(), 2U);
    EXPECT_EQ(rules[5].factor.hundredths, 200);
    EXPECT_EQ(rules[5].of, std::vector<std::uint32_t>{0});
    EXPECT_EQ(rules[5].group, 1);
    EXPECT_EQ(programme.on("order.paid")->rules, (std::vector<std::uint32_t>{0, 1, 2, 4, 5}));
    EXPECT_EQ(programme.on("member.registered")->rules, std::vector<std::uint32_t>{3});
    EXPECT_TRUE(programme.on("order.paid")->of_lines.has_value());
    EXPECT_FALSE(programme.on("member.registered")->of_lines.has_value());
}

TEST(Effects, EveryMistakeHasItsPlaceAndItsSentence) {
    const struct {
        Fields fields;
        Said said;
    } rows[] = {
        {{}, {"/earning/0/amount: say what the rule grants, by one of: amount, per, fixed, steps, multiply"}},
        {{{"fixed", number(5)}, {"amount", text("1")}},
         {"/earning/0/fixed: a rule has one effect, this one has amount, fixed; make a rule of each"}},
        {{{"fixed", number(5)}, {"each", number(2)}},
         {"/earning/0/each: \"each\" goes with \"per\": so many for every so much"}},
        {{{"per", number(0)}}, {"/earning/0/per: expected a number from 1 to 1000000000000000"}},
        {{{"per", number(50)}, {"remainder", text("keep")}},
         {"/earning/0/remainder: \"keep\" is not one of: dropped, carried"}},
        {{{"per", number(50)}, {"remainder", text("carried")}, {"on_partial_refund", text("by_share")}},
         {"/earning/0/on_partial_refund: a carried remainder is one running sum, which every refund moves; "
          "leave "
          "this out"}},
        {{{"per", number(50)}, {"base", text("paid + tax")}},
         {"/earning/0/base 1:8: \"tax\" is no part of a price; there are discount, coupon, subsidy, points, "
          "gift_card, freight"}},
        {{{"per", number(50)}, {"lines", text("line.colour == 'red'")}},
         {"/earning/0/lines 1:6: unknown name 'line.colour'"}},
        {{{"fixed", number(5)}, {"when", text("line.sku == 'x'")}},
         {"/earning/0/when 1:6: unknown name 'line.sku'"}},
        {{{"steps", list({})}}, {"/earning/0/steps: give at least one step"}},
        {{{"steps", list({map({{"from", number(5)}, {"grant", number(1)}}),
                          map({{"from", number(5)}, {"grant", number(2)}})})}},
         {"/earning/0/steps/1/from: steps rise: the one before starts at 5"}},
        {{{"multiply", text("0.5")}, {"of", list({text("r")})}},
         {"/earning/0/multiply: \"0.5\" is not above 1: a multiplier adds to what others grant; write a "
          "factor such "
          "as \"1.5\" or \"2\"",
          "/earning/0/of/0: \"r\" multiplies itself; let both multiply the same rules, in one stacking "
          "group"}},
        {{{"multiply", text("2")}}, {"/earning/0/of: say which rules it multiplies, such as of: [base]"}},
        {{{"multiply", text("2")}, {"of", list({text("bsae")})}},
         {"/earning/0/of/0: there is no rule \"bsae\""}},
        {{{"fixed", number(5)}, {"of", list({text("r")})}},
         {"/earning/0/of: \"of\" goes with \"multiply\": which rules it multiplies"}},
        {{{"fixed", number(5)}, {"stacking", text("fast")}},
         {"/earning/0/stacking: group \"fast\" is not declared under \"stacking\""}},
        {{{"on", text("member.registered")}, {"per", number(100)}},
         {"/earning/0/per: \"member.registered\" is no order and has no money to count; grant by \"fixed\" "
          "or "
          "\"amount\""}},
        {{{"on", text("member.registered")}, {"amount", text("order.paid")}},
         {"/earning/0/amount 1:7: unknown name 'order.paid'"}},
    };
    for (const auto& row : rows) {
        Said said = told(document({rule("r", row.fields)}));
        for (std::string& line : said) {  // suggestions by likeness are another test's
            if (const auto at = line.find("; did you mean"); at != std::string::npos) line.resize(at);
        }
        EXPECT_EQ(said, row.said);
    }
}

TEST(Effects, AGroupIsOfOneKind) {
    const Value other = rule("other", {{"unit", text("stars")}, {"fixed", number(1)}});
    const Value gift = rule("gift", {{"fixed", number(10)}});
    const Value thrice = rule("thrice", {{"multiply", text("3")}, {"of", list({text("gift")})}});
    const auto in_group = [](const char* policy, std::vector<Value> rules) {
        return told(document(std::move(rules), {group("g", policy)}));
    };
    EXPECT_EQ(in_group("best", {base, stacked(twice, "g"), stacked(gift, "g")}),
              Said{"/earning/2/stacking: beside rule \"twice\" in the group, this one is of another kind: a "
                   "group is "
                   "of multipliers, or of grants"});
    EXPECT_EQ(in_group("best", {stacked(gift, "g"), stacked(other, "g")}),
              Said{"/earning/1/stacking: beside rule \"gift\" in the group, this one grants another unit: "
                   "amounts of "
                   "two units are not compared"});
    EXPECT_EQ(
        in_group("add", {base, gift, stacked(twice, "g"), stacked(thrice, "g")}),
        Said{"/earning/3/stacking: beside rule \"twice\" in the group, this one multiplies other rules: only "
             "multipliers of the same grants add up or multiply"});
    EXPECT_EQ(in_group("best", {base, gift, stacked(twice, "g"), stacked(thrice, "g")}), Said{});
    EXPECT_EQ(in_group("multiply", {stacked(gift, "g")}),
              Said{"/earning/0/stacking: only multipliers multiply; give the group the policy add or best"});
    EXPECT_EQ(in_group("worst", {gift}),
              Said{"/stacking/0/policy: \"worst\" is not one of: add, multiply, best"});
    std::vector<Value> six{base};
    for (const char* code : {"a", "b", "c", "d", "e", "f"})
        six.push_back(
            stacked(rule(code, {{"multiply", text("2")},
                                {"of", list({text("base")})},
                                {"when", text((std::string("order.store == '") + code + "'").c_str())}}),
                    "g"));
    EXPECT_EQ(in_group("multiply", six), Said{"/earning/6/stacking: at most 5 multipliers meet in a group"});
}

TEST(Effects, OfManyRulesOnlyThoseThatCanMatterAreAsked) {
    std::vector<Value> many;
    for (int i = 0; i < 60; ++i)
        many.push_back(rule(("r" + std::to_string(i)).c_str(),
                            {{"when", text(("order.store == 's-" + std::to_string(i / 3) + "'").c_str())},
                             {"fixed", number(1)}}));
    many[7] = rule("birthday",
                   {{"when", text("order.store == 'x' && member.birth_month == 1")}, {"fixed", number(1)}});
    many[8] = rule("counts", {{"when", text("base > 5")}, {"fixed", number(1)}});
    const auto compiled = compile(document(many), {1}, banyan::testing::WrittenCalendar());
    ASSERT_TRUE(compiled.ok()) << compiled.error().text();
    const earning::Listeners& listeners = *(*compiled)->on("order.paid");
    ASSERT_NE(listeners.index, nullptr);
    earning::Facts facts;
    facts.order_store = "s-4";
    earning::Row row(listeners, facts);
    // A recorded truth is always asked for; what an order comes to is not known yet.
    EXPECT_EQ(row.candidates(), (std::vector<std::uint32_t>{7, 8, 12, 13, 14}));
    many.resize(earning::indexed_from - 1);
    const auto few = compile(document(many), {1}, banyan::testing::WrittenCalendar());
    EXPECT_EQ((*few)->on("order.paid")->index, nullptr);
    earning::Row all(*(*few)->on("order.paid"), facts);
    EXPECT_EQ(all.candidates().size(), many.size());
}

TEST(Events, ASchemaMakesWordsAndRefusesWhatItDoesNotSay) {
    const auto event = [](const char* code, Fields attributes) {
        return map({{"event", text(code)}, {"attributes", map(std::move(attributes))}});
    };
    const Value review =
        event("review.posted", {{"rating", text("int")}, {"photo", text("bool")}, {"sku", text("string")}});
    const Value rewarded =
        rule("review", {{"on", text("review.posted")},
                        {"when", text("event.rating >= 4 && event.photo && event.sku != ''")},
                        {"amount", text("event.rating * 10")}});
    EXPECT_EQ(told(document({rewarded}, {}, {review})), Said{});
    EXPECT_EQ(told(document({rewarded})).front(),
              "/earning/0/on: \"review.posted\" is no event that rules listen to; there are: order.paid, "
              "member.registered; declare others under \"events\"");
    EXPECT_EQ(told(document({rule("r", {{"on", text("review.posted")},
                                        {"when", text("event.rating == 'five'")},
                                        {"fixed", number(1)}})},
                            {}, {review})),
              Said{"/earning/0/when 1:14: '==' does not take int and string; convert one side, for instance "
                   "with int() "
                   "or string()"});
    const struct {
        Value event;
        const char* said;
    } rows[] = {
        {event("order.shared", {}),
         "/events/0/event: events of order, member, points and after_sale are the product's own; name it "
         "otherwise, "
         "such as \"shared\""},
        {event("Review", {}),
         "/events/0/event: an event is named with small letters, digits, _ and dots, such as "
         "\"review.posted\""},
        {event("check_in", {{"Rating", text("int")}}),
         "/events/0/attributes/Rating: an attribute is named with small letters, digits and _, such as "
         "\"rating\""},
        {event("check_in", {{"month", text("int")}}),
         "/events/0/attributes/month: every event has \"event.month\" already; name the attribute otherwise"},
        {event("check_in", {{"rating", text("float")}}),
         "/events/0/attributes/rating: \"float\" is not one of: int, bool, string"},
    };
    for (const auto& row : rows) EXPECT_EQ(told(document({}, {}, {row.event})), Said{row.said});
    EXPECT_EQ(
        told(document({}, {}, {event("check_in", {}), event("check_in", {})})),
        Said{"/events/1/event: \"check_in\" is declared twice; entry 1 has it already: give this one another "
             "code"});
}

}  // namespace
}  // namespace banyan::programme
