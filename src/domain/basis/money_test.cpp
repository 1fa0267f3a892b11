// SPDX-License-Identifier: Apache-2.0
#include "domain/basis/money.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace banyan::basis {
namespace {

namespace json = boost::json;

Parts parts(std::initializer_list<std::pair<Part, std::int64_t>> list) {
    Parts result;
    for (const auto& [part, amount] : list) result[part] = amount;
    return result;
}
SaidLine line(std::string id, std::int64_t list, Parts own = {}, std::optional<std::int64_t> paid = {}) {
    return {std::move(id), 1, list, own, paid};
}

/// "a 260 b 0": what is paid for each line; or the refusal.
std::string paid(const SaidOrder& order) {
    const auto lines = price_lines(order);
    if (!lines.ok()) return lines.error().message;
    std::string text;
    for (const PricedLine& l : *lines)
        text += (text.empty() ? "" : " ") + l.id + " " + std::to_string(l.paid);
    return text;
}
/// The shares of one part.
std::string shares(Part part, const SaidOrder& order) {
    const auto lines = price_lines(order);
    if (!lines.ok()) return lines.error().message;
    std::string text;
    for (const PricedLine& l : *lines) text += (text.empty() ? "" : " ") + std::to_string(l.parts[part]);
    return text;
}

TEST(Money, FortyOffThreeHundredIsSharedAmongTheLines) {
    // 满300减40 on a coat of 199.00, socks of 29.90 and a scarf of 99.00.
    const SaidOrder order{{line("coat", 19900), line("socks", 2990), line("scarf", 9900)},
                          parts({{Part::discount, 4000}}),
                          28790};
    EXPECT_EQ(shares(Part::discount, order), "2427 365 1208");
    EXPECT_EQ(paid(order), "coat 17473 socks 2625 scarf 8692");
}

TEST(Money, EachPartIsSharedByWhatThePartsBeforeItLeft) {
    // The coupon of line a leaves it nothing to pay, so the points of the order fall on line b.
    const SaidOrder order{{line("a", 1000, parts({{Part::coupon, 1000}})), line("b", 1000)},
                          parts({{Part::points, 300}, {Part::gift_card, 700}}),
                          0};
    EXPECT_EQ(shares(Part::points, order), "0 300");
    EXPECT_EQ(shares(Part::gift_card, order), "0 700");
    EXPECT_EQ(paid(order), "a 0 b 0");
}

TEST(Money, NoLineIsTakenBelowZeroByRounding) {
    const SaidOrder order{{line("a", 1), line("b", 1), line("c", 1)},
                          parts({{Part::discount, 1}, {Part::coupon, 1}, {Part::points, 1}}),
                          0};
    EXPECT_EQ(shares(Part::discount, order), "1 0 0");
    EXPECT_EQ(shares(Part::coupon, order), "0 1 0");
    EXPECT_EQ(shares(Part::points, order), "0 0 1");
}

TEST(Money, FreightGoesByListAndEvenlyAmongGifts) {
    EXPECT_EQ(shares(Part::freight, {{line("a", 3000), line("b", 1000)}, parts({{Part::freight, 1000}}), {}}),
              "750 250");
    EXPECT_EQ(shares(Part::freight, {{line("a", 0), line("b", 0)}, parts({{Part::freight, 1001}}), 1001}),
              "501 500");
    // What a coupon pays for is delivered all the same.
    EXPECT_EQ(shares(Part::freight, {{line("a", 3000, parts({{Part::coupon, 3000}})), line("b", 1000)},
                                     parts({{Part::freight, 1000}}),
                                     2000}),
              "750 250");
    // Its own freight stays with the line.
    EXPECT_EQ(shares(Part::freight, {{line("a", 100, parts({{Part::freight, 5}})), line("b", 100)},
                                     parts({{Part::freight, 10}}),
                                     215}),
              "10 5");
}

TEST(Money, WhatTheShopSaysWasPaidMustBeWhatIsLeft) {
    EXPECT_EQ(paid({{line("a", 1000, parts({{Part::coupon, 100}}), 900)}, {}, 900}), "a 900");
    EXPECT_EQ(
        paid({{line("a", 1000), line("b", 1000, parts({{Part::coupon, 100}}), 901)}, {}, {}}),
        "line \"b\": 1000 less its parts leaves 900, but the order says that 901 was paid; send each line's "
        "own parts, or no amount paid by line");
    EXPECT_EQ(paid({{line("a", 1000)}, parts({{Part::freight, 500}}), 1000}),
              "the order: its lines come to 1500 with freight, but it says that 1000 was paid");
}

TEST(Money, WhatCannotBeIsRefusedByName) {
    const struct {
        SaidOrder order;
        const char* refusal;
    } rows[] = {
        {{}, "the order: it has no lines; send what was sold"},
        {{{line("", 1)}, {}, {}}, "a line has no id; name the shop's own"},
        {{{line("a", 1), line("a", 1)}, {}, {}}, "line \"a\": it is named twice"},
        {{{SaidLine{"a", 0, 1, {}, {}}}, {}, {}}, "line \"a\": the quantity is 0, and must be above 0"},
        {{{line("a", -1)}, {}, {}},
         "line \"a\": the list price is -1, and must be between 0 and 1000000000000000"},
        {{{line("a", 9, parts({{Part::points, -1}}))}, {}, {}},
         "line \"a\": points is -1, and must be between 0 and 1000000000000000"},
        {{{line("a", 9)}, parts({{Part::freight, -1}}), {}},
         "the order: freight is -1, and must be between 0 and 1000000000000000"},
        {{{line("a", 100, parts({{Part::discount, 60}, {Part::coupon, 50}}))}, {}, {}},
         "line \"a\": coupon of 50 is more than the 40 that is left to pay"},
        {{{line("a", 60), line("b", 40)}, parts({{Part::discount, 20}, {Part::subsidy, 90}}), {}},
         "the order: subsidy of 90 is more than the 80 that is left to pay"},
        {{{line("a", amount_max), line("b", 1)}, {}, {}},
         "line \"b\": with it the order comes to more than 1000000000000000"},
    };
    for (const auto& row : rows) EXPECT_EQ(paid(row.order), row.refusal);
}

TEST(Money, EveryPartHasItsWord) {
    for (const Part part : all_parts) EXPECT_EQ(part_named(name_of(part)), part);
    EXPECT_EQ(name_of(Part::gift_card), "gift_card");
    EXPECT_FALSE(part_named("paid").has_value());
}

// --- the allocation cases of other projects, those of our rule ---------------------------------------------------

std::string text_of(const json::array& numbers) {
    std::string text;
    for (const json::value& number : numbers)
        text += (text.empty() ? "" : " ") + std::to_string(number.as_int64());
    return text;
}

/// Whole weights as list prices, and the amount as freight of the order.
std::string freight_shares(std::int64_t amount, const std::vector<std::int64_t>& weights) {
    SaidOrder order;
    for (const std::int64_t weight : weights)
        order.lines.push_back(line("l" + std::to_string(order.lines.size()), weight));
    order.parts[Part::freight] = amount;
    return shares(Part::freight, order);
}

TEST(Money, SharesAsTheAllocationCasesSay) {
    const char* folder = std::getenv("BANYAN_DATA");
    const std::string path = std::string(folder != nullptr ? folder : "../shared/data") +
                             "/promotion-cases/allocation_rounding.json";
    std::ifstream file(path);
    if (!file) GTEST_SKIP() << path << " is absent; set BANYAN_DATA";
    std::stringstream content;
    content << file.rdbuf();
    const json::value cases = json::parse(content.str());
    int passed = 0;
    int skipped = 0;
    for (const json::value& one : cases.at("moneyphp_allocate").at("cases").as_array()) {
        std::vector<std::int64_t> weights;
        // 0.33 : 0.66 is 33 : 66.
        for (const json::value& ratio : one.at("ratios").as_array())
            weights.push_back(ratio.is_double() ? static_cast<std::int64_t>(ratio.as_double() * 100 + 0.5)
                                                : ratio.as_int64());
        const std::int64_t amount = one.at("amount").as_int64();
        if (amount < 0) {
            ++skipped;  // an order has no negative part
            continue;
        }
        EXPECT_EQ(freight_shares(amount, weights), text_of(one.at("expected").as_array())) << one;
        ++passed;
    }
    for (const json::value& one : cases.at("moneyphp_split_n").at("cases").as_array()) {
        const auto n = static_cast<std::size_t>(one.at("n").as_int64());
        EXPECT_EQ(freight_shares(one.at("amount").as_int64(), std::vector<std::int64_t>(n, 1)),
                  text_of(one.at("expected").as_array()))
            << one;
        ++passed;
    }
    std::cout << passed << " allocation cases, " << skipped << " negative ones left out\n";
    EXPECT_EQ(passed, 19);
    EXPECT_EQ(skipped, 1);
}

}  // namespace
}  // namespace banyan::basis
