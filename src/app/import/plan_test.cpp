// SPDX-License-Identifier: Apache-2.0
#include "app/import/plan.h"

#include "app/import/imported_test.h"
#include "app/import/zone_time.h"

#include <gtest/gtest.h>

namespace banyan::app {
namespace {

constexpr std::string_view head = "Invoice,Code,Pieces,At,Price,Who\n";

std::string with_head(std::string_view rows) { return std::string(head) + std::string(rows); }

// The quoted text after "key": of each event, in order.
std::string all_of(std::string_view events, std::string_view key) {
    std::string out;
    const std::string mark = "\"" + std::string(key) + "\":\"";
    for (std::size_t at = events.find(mark); at != std::string_view::npos; at = events.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        out += std::string(events.substr(begin, events.find('"', begin) - begin)) + " ";
    }
    return out;
}

TEST(ImportOrders, RowsOfOneInvoiceAreOneOrderAtItsEarliestTime) {
    const auto got = imported(with_head("2,a,3,2011-07-01 12:01,0.335,17.0\n"
                                        "1,b,1,2011-07-01 12:00,2,18.0\n"
                                        "2,a,1,2011-07-01 11:59,1.10,17.0\n"),
                              shop);
    // London is an hour ahead of UTC in July; three at 0.335 are 1.005, which is 1.01.
    EXPECT_EQ(
        got.events,
        R"({"type":"order.paid","id":"2","source":"shop","occurred_at":"2011-07-01T10:59:00Z",)"
        R"("member":{"kind":"customer","id":"17"},"order":{"id":"2","currency":"GBP","lines":[)"
        R"({"id":"2","sku":"a","quantity":3,"amount":"1.01"},{"id":"4","sku":"a","quantity":1,"amount":"1.10"}]}})"
        "\n"
        R"({"type":"order.paid","id":"1","source":"shop","occurred_at":"2011-07-01T11:00:00Z",)"
        R"("member":{"kind":"customer","id":"18"},"order":{"id":"1","currency":"GBP","lines":[)"
        R"({"id":"3","sku":"b","quantity":1,"amount":"2.00"}]}})"
        "\n");
    EXPECT_EQ(to_text(got.report.purchases.amount), "4.105");
    EXPECT_EQ(to_text(got.report.purchases_as_sent), "4.11");
    EXPECT_EQ(got.report.members, 2U);
}

constexpr std::string_view parts_shop = R"(
mapping: 1
format: csv
rows: orders
source: shop
time: {column: At, format: "yyyy-MM-dd HH:mm", zone: Europe/London}
member: {kind: customer, id: {column: Who}, missing: guest}
order:
  id: {column: Invoice}
  currency: GBP
  sku: {column: Code}
  quantity: {column: Pieces}
  unit_list: {column: Tag}
  discount: {column: Off, trim_prefix: "-"}
  points: {column: Points}
  freight: {column: Post}
  brand: {column: Brand}
  payment: {column: Method}
)";
constexpr std::string_view parts_head = "Invoice,Code,Pieces,At,Who,Tag,Off,Points,Post,Brand,Method\n";

TEST(ImportOrders, APriceInPartsIsSentInParts) {
    const auto got = imported(std::string(parts_head) +
                                  "1,a,3,2011-07-01 12:00,17,0.335,-0.10,,4.00,oak,card\n"
                                  "1,b,1,2011-07-01 12:00,17,2,0.00,0.50,,,cash\n"
                                  "2,b,1,2011-07-01 12:00,,2,,,,,\n",
                              parts_shop);
    EXPECT_EQ(
        got.events,
        R"({"type":"order.paid","id":"1","source":"shop","occurred_at":"2011-07-01T11:00:00Z",)"
        R"("member":{"kind":"customer","id":"17"},"order":{"id":"1","currency":"GBP","lines":[)"
        R"({"id":"2","sku":"a","quantity":3,"brand":"oak","list":"1.01","discount":"0.10","freight":"4.00"},)"
        R"({"id":"3","sku":"b","quantity":1,"list":"2.00","points":"0.50"}],"payment":"card"}})"
        "\n");
    EXPECT_EQ(got.notes, "");
    EXPECT_EQ(to_text(got.report.purchases.amount), "2.405");  // 1.005 - 0.10 + 2 - 0.50
    EXPECT_EQ(to_text(got.report.purchases_as_sent), "2.41");  // freight is on top
    EXPECT_EQ(to_text(got.report.guests.amount), "2");
}

TEST(ImportOrders, PartsThatCannotBeReadRejectTheirRow) {
    const auto got = imported(std::string(parts_head) +
                                  "1,a,1,2011-07-01 12:00,17,5,much,,,,\n"
                                  "2,a,1,2011-07-01 12:00,17,5,4,1.50,,,\n"
                                  "3,a,1,2011-07-01 12:00,17,,1,,,,\n"
                                  "4,a,1,2011-07-01 12:00,17,5,,-1,,,\n"
                                  "5,a,0,2011-07-01 12:00,17,5,,,,,\n"
                                  "6,a,1,2011-07-01 12:00,17,5,,,1e9,,\n"
                                  "7,a,1,2011-07-01 12:00,17,5,5.00,,,,\n",
                              parts_shop);
    EXPECT_EQ(all_of(got.events, "discount"), "5.00 ");
    EXPECT_EQ(got.report.rejected.rows, 6U);
    EXPECT_EQ(
        got.notes,
        "2: the discount 'much' is no amount such as 12.50 <1,a,1,2011-07-01 12:00,17,5,much,,,,>\n"
        "3: the parts of the price, 5.50, are more than the list price, 5 "
        "<2,a,1,2011-07-01 12:00,17,5,4,1.50,,,>\n"
        "4: the row says no list price <3,a,1,2011-07-01 12:00,17,,1,,,,>\n"
        "5: the points '-1' is negative; where the export writes it so, the mapping takes the sign away: "
        "trim_prefix: \"-\" <4,a,1,2011-07-01 12:00,17,5,,-1,,,>\n"
        "6: the quantity is not positive <5,a,0,2011-07-01 12:00,17,5,,,,,>\n"
        "7: the freight '1e9' is no amount such as 12.50 <6,a,1,2011-07-01 12:00,17,5,,,1e9,,>\n");
}

TEST(ImportOrders, WhatWasPaidMayStandBesideTheListPrice) {
    std::string mapping(shop);
    mapping += "  list: {column: Tag}\n  coupon: {column: Code2}\n";
    const auto got = imported(
        "Invoice,Code,Pieces,At,Price,Who,Tag,Code2\n"
        "1,a,2,2011-01-01 10:00,5,17,12,2\n"
        "C2,a,-1,2011-01-02 10:00,5,17,-6,-1\n",
        mapping);
    EXPECT_NE(got.events.find(R"("quantity":2,"list":"12.00","coupon":"2.00","amount":"10.00"})"),
              std::string::npos)
        << got.events;
    EXPECT_NE(got.events.find(R"("refund":{"order":"1","lines":[{"id":"2","quantity":1}]})"),
              std::string::npos);
    EXPECT_EQ(got.notes, "");
}

TEST(ImportOrders, ACancellationTakesTheLatestPurchaseFirst) {
    const auto got = imported(with_head("1,a,2,2011-01-01 10:00,5,17\n"    // line 2
                                        "2,a,2,2011-01-02 10:00,4,17\n"    // line 3
                                        "2,a,1,2011-01-02 10:00,3,17\n"    // line 4
                                        "C3,a,-4,2011-01-03 10:00,4,17\n"  // takes line 4, 3 and one of 2
                                        "4,a,9,2011-01-04 10:00,4,17\n"    // too late
                                        "C5,A,-1,2011-01-05 10:00,4,17\n"  // another product: case matters
                                        "C6,a,-1,2011-01-03 09:00,4,18\n"),
                              shop);
    EXPECT_EQ(all_of(got.events, "type"),
              "order.paid order.paid member.registered order.refunded order.refunded order.paid ");
    EXPECT_NE(got.events.find(R"("id":"C3:2","source":"shop","occurred_at":"2011-01-03T10:00:00Z",)"
                              R"("member":{"kind":"customer","id":"17"},"refund":{"order":"2","lines":[)"
                              R"({"id":"4","quantity":1},{"id":"3","quantity":2}]}})"),
              std::string::npos);
    EXPECT_NE(got.events.find(R"("id":"C3:1")"), std::string::npos);
    EXPECT_NE(got.events.find(R"("refund":{"order":"1","lines":[{"id":"2","quantity":1}]}})"),
              std::string::npos);
    EXPECT_EQ(got.notes, "8: 1 of 1 not found, 4\n7: 1 of 1 not found, 4\n");
    EXPECT_EQ(got.report.matched_quantity, 4);
    EXPECT_EQ(got.report.unmatched_quantity, 2);
    EXPECT_EQ(to_text(got.report.matched_amount), "16");
    EXPECT_EQ(to_text(got.report.matched_at_purchase_price), "16");
    EXPECT_EQ(got.report.members_with_cancellations_only, 1U);
}

TEST(ImportOrders, ACancellationThatAsksForMoreTakesWhatThereIs) {
    const auto got = imported(with_head("1,a,2,2011-01-01 10:00,5,17\n"
                                        "C2,a,-3,2011-01-02 10:00,5.001,17\n"
                                        "C2,a,-1,2011-01-02 10:00,5,17\n"),
                              shop);
    EXPECT_EQ(got.notes, "3: 1 of 3 not found, 5.001\n4: 1 of 1 not found, 5\n");
    EXPECT_EQ(got.report.unmatched_rows, 2U);
    EXPECT_EQ(got.report.partly_matched_rows, 1U);
    EXPECT_EQ(got.report.refunds, 1U);
    EXPECT_EQ(to_text(got.report.matched_amount), "10.002");
    EXPECT_EQ(to_text(got.report.unmatched_amount), "10.001");
}

TEST(ImportOrders, TwoCancelledLinesOnOnePurchaseAreOneRefundedLine) {
    const auto got = imported(with_head("1,a,5,2011-01-01 10:00,5,17\n"
                                        "C2,a,-1,2011-01-02 10:00,5,17\n"
                                        "C2,a,-2,2011-01-02 10:00,5,17\n"),
                              shop);
    EXPECT_NE(got.events.find(R"("lines":[{"id":"2","quantity":3}])"), std::string::npos);
}

TEST(ImportOrders, RowsWithoutACustomerAreGuestsWhateverTheySay) {
    const auto got = imported(with_head("1,a,2,2011-01-01 10:00,5,\n"
                                        "2,B,1,2011-01-01 10:00,-11062.06,\n"
                                        "3,a,-7,2011-01-01 10:00,0,\n"
                                        "4,a,1,2011-01-01 10:00,0,17\n"),
                              shop);
    EXPECT_EQ(got.report.guests.rows, 3U);
    EXPECT_EQ(to_text(got.report.guests.amount), "-11052.06");
    EXPECT_EQ(got.report.orders, 1U);
    EXPECT_NE(got.events.find("\"amount\":\"0.00\""), std::string::npos);
}

TEST(ImportOrders, BadRowsAreToldWithTheirReasonAndTheRestGoesOn) {
    const auto got = imported(with_head("1,a,x,2011-01-01 10:00,5,17\n"
                                        "1,a,1.5,2011-01-01 10:00,5,17\n"
                                        "1,a,1,2011-01-01 10:00,5e3,17\n"
                                        "1,a,1,2011-01-01,5,17\n"
                                        "1,a,1,2011-01-01 10:00,5\n"
                                        "1,a,-1,2011-01-01 10:00,5,17\n"
                                        "1,a,0,2011-01-01 10:00,5,17\n"
                                        "1,a,1,2011-01-01 10:00,-5,17\n"
                                        "C1,a,1,2011-01-01 10:00,5,17\n"
                                        ",a,1,2011-01-01 10:00,5,17\n"
                                        "1,\"a\"b,1,2011-01-01 10:00,5,17\n"
                                        "1,\xFF,1,2011-01-01 10:00,5,17\n"
                                        "1,a,1,2011-01-01 10:00,99999999999999999999,17\n"
                                        "1,a, 2 ,2011-01-01 10:00, 5 ,17\n"
                                        "1,a,1,2011-01-01 10:00,5,18\n"),
                              shop);
    EXPECT_EQ(got.report.all.rows, 15U);
    EXPECT_EQ(got.report.rejected.rows, 14U);
    EXPECT_EQ(got.report.orders, 1U);
    EXPECT_EQ(to_text(got.report.purchases.amount), "10");
    const char* const reasons[] = {
        "2: the quantity 'x' is no whole number <1,a,x,2011-01-01 10:00,5,17>\n",
        "3: the quantity '1.5' is no whole number",
        "4: the price '5e3' is no amount such as 12.50",
        "5: the time '2011-01-01' is not written as the mapping says",
        "6: the row has 5 columns and should have 6",
        "7: the quantity is not positive",
        "8: the quantity is not positive",
        "9: the price is negative",
        "10: a line of a cancelling order has a quantity that is not negative",
        "11: the order has no id",
        "12: line 12, column 2: text follows the closing quote",
        "13: line 13, column 2: the cell is not valid UTF-8",
        "14: the amount has too many digits",
        "16: the order '1' belongs to another member in line 15",
    };
    for (const char* reason : reasons)
        EXPECT_NE(got.notes.find(reason), std::string::npos) << reason << got.notes;
}

TEST(ImportOrders, ATableAlignedByBlanksWithAnOrderInEachRow) {
    const auto got = imported(
        " id  date number  value\r\n 00001 19970101  1   11.77\r\n 00001 19970101  1   11.77\r\n",
        "mapping: 1\nformat: csv\ncsv: {columns: blanks}\nrows: orders\nsource: cdnow\n"
        "time: {column: date, format: yyyyMMdd, zone: America/New_York}\n"
        "member: {kind: customer, id: {column: id}}\n"
        "order: {id: {line: true}, currency: USD, channel: web, sku: cd, amount: {column: value}}\n");
    EXPECT_EQ(got.report.orders, 2U);
    EXPECT_NE(got.events.find(
                  ".csv:3\",\"channel\":\"web\",\"currency\":\"USD\",\"lines\":[{\"id\":\"3\",\"sku\":\"cd\","
                  "\"quantity\":1,\"amount\":\"11.77\"}]"),
              std::string::npos)
        << got.events;
    EXPECT_NE(got.events.find("1997-01-01T05:00:00Z"), std::string::npos);
}

TEST(ImportMembers, EachRowIsARegistrationInTheOrderOfTime) {
    const auto got = imported(
        "手机,姓名,性别,日期\n138,张三,男,2024/3/2\n139,李四,女,2024/3/1\n,王五,男,2024/3/1\n137,赵六,?,2024/"
        "3/1\n",
        "mapping: 1\nformat: csv\nrows: members\nsource: crm\n"
        "time: {column: 日期, format: yyyy/M/d, zone: Asia/Shanghai}\n"
        "member: {kind: phone, id: {column: 手机}}\n"
        "profile: {name: {column: 姓名}, gender: {column: 性别, values: {男: m, 女: f}}, city: 杭州}\n");
    EXPECT_EQ(all_of(got.events, "occurred_at"), "2024-02-29T16:00:00Z 2024-03-01T16:00:00Z ");
    EXPECT_NE(got.events.find(R"({"type":"member.registered","id":"registered:138","source":"crm",)"
                              R"("occurred_at":"2024-03-01T16:00:00Z","member":{"kind":"phone","id":"138"},)"
                              R"("profile":{"name":"张三","gender":"m","city":"杭州"}})"),
              std::string::npos);
    EXPECT_EQ(got.notes.substr(0, 33), "4: the row has no member id <,王");
    EXPECT_NE(got.notes.find("5: the mapping does not say what '?' in column '性别' means"),
              std::string::npos);
}

TEST(ImportEvents, LinesArePassedOnAsTheyStandInTheOrderOfTime) {
    const std::string late =
        R"({"type":"order.paid","id":"2","source":"s","occurred_at":"2024-01-02T00:00:00Z","x":[1]})";
    const std::string early =
        R"({"type":"member.registered","id":"1","source":"s","occurred_at":"2024-01-01T08:00:00+08:00"})";
    const auto got = imported("\xEF\xBB\xBF" + late + "\r\n\n" + early + "\n{\"type\":\"x\"}\n[1\n",
                              "mapping: 1\nformat: events\n");
    EXPECT_EQ(got.events, early + "\n" + late + "\n");
    EXPECT_EQ(got.notes,
              "4: /id: the event needs a text here <{\"type\":\"x\"}>\n"
              "5: 1:3: the text ends where ',' or ']' in the list is expected (byte 2) <[1>\n");
    EXPECT_EQ(got.report.passed_on.rows, 2U);
}

TEST(ImportPlan, WhatConcernsTheWholeFileIsOneError) {
    const auto refused = [](std::string_view data, std::string mapping_yaml) {
        const DataFile file(data);
        InputFile input = file.open();
        const auto mapping = text::parse_mapping(mapping_yaml, "m.yaml");
        EXPECT_TRUE(mapping.ok());
        Heard heard;
        const system::TzCalendar calendar;
        const auto plan = ImportPlan::make(input, *mapping, calendar, heard);
        return plan.ok() ? std::string() : plan.error().text();
    };
    EXPECT_EQ(refused("Invoice,Code,Pieces,At,Price\n", std::string(shop)),
              "m.yaml:7:30: the file has no column 'Who'; it has Invoice, Code, Pieces, At, Price");
    EXPECT_NE(refused("", std::string(shop)).find("the file is empty"), std::string::npos);
    std::string nowhere(shop);
    nowhere.replace(nowhere.find("Europe/London"), 13, "Europe/Nowhere");
    EXPECT_NE(refused(head.data(), nowhere).find("time zone 'Europe/Nowhere' is not known"),
              std::string::npos);
    EXPECT_FALSE(InputFile::open("/nowhere/at/all.csv").ok());
    EXPECT_FALSE(InputFile::open("/tmp").ok());
}

TEST(ZoneTime, AmbiguousWallTimeIsTheFirstAndTheGapIsSkipped) {
    const system::TzCalendar calendar;
    const auto zone = calendar.zone("Europe/London");
    ASSERT_TRUE(zone.ok());
    const auto at = [&zone](int month, int day, int hour, int minute) {
        return to_rfc3339(
            instant_of({{2011, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)},
                        hour * 3600 + minute * 60},
                       **zone));
    };
    EXPECT_EQ(at(1, 1, 0, 0), "2011-01-01T00:00:00Z");
    EXPECT_EQ(at(7, 1, 0, 0), "2011-06-30T23:00:00Z");
    EXPECT_EQ(at(3, 27, 0, 59), "2011-03-27T00:59:00Z");
    EXPECT_EQ(at(3, 27, 1, 30), "2011-03-27T01:30:00Z");  // not shown: 01:00 became 02:00, so this is 02:30
    EXPECT_EQ(at(3, 27, 2, 0), "2011-03-27T01:00:00Z");
    EXPECT_EQ(at(10, 30, 0, 59), "2011-10-29T23:59:00Z");
    EXPECT_EQ(at(10, 30, 1, 30), "2011-10-30T00:30:00Z");  // shown twice: the first
    EXPECT_EQ(at(10, 30, 2, 0), "2011-10-30T02:00:00Z");
}

}  // namespace
}  // namespace banyan::app
