// SPDX-License-Identifier: Apache-2.0
#include "text/mapping.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace banyan::text {
namespace {

const std::string head = "mapping: 1\nformat: csv\nrows: orders\nsource: till\n";
const std::string time_line = "time: {column: At}\n";
const std::string member_line = "member: {kind: phone, id: {column: Phone}}\n";
const std::string order_lines =
    "order:\n  id: {column: Id}\n  currency: CNY\n  sku: sale\n  amount: {column: Paid}\n";

TEST(Mapping, OfAnOrdinaryTill) {
    const auto mapping = parse_mapping(head + time_line + member_line + order_lines, "m.yaml");
    ASSERT_TRUE(mapping.ok()) << mapping.error().text();
    EXPECT_EQ(mapping->source, "till");
    EXPECT_EQ(mapping->time.text, "At");
    EXPECT_TRUE(mapping->zone.empty());
    EXPECT_EQ(mapping->member_kind, "phone");
    EXPECT_EQ(mapping->missing, Mapping::Missing::reject);
    EXPECT_TRUE(mapping->has_header);
    EXPECT_EQ(mapping->order->currency.code(), "CNY");
    EXPECT_FALSE(mapping->order->price_is_of_unit);
    EXPECT_EQ(mapping->order->sku.text, "sale");
    EXPECT_EQ(mapping->order->price->where, "m.yaml:11:11");
}

TEST(Mapping, OfPricesInParts) {
    const auto mapping = parse_mapping(
        head + time_line + member_line +
            "order:\n  id: {column: Id}\n  currency: CNY\n  sku: sale\n  unit_list: {column: Tag}\n"
            "  discount: {column: Off, trim_prefix: \"-\"}\n  gift_card: {column: Card}\n  brand: harbour\n"
            "  payment: {column: Method}\n",
        "m.yaml");
    ASSERT_TRUE(mapping.ok()) << mapping.error().text();
    const OrderMapping& order = *mapping->order;
    EXPECT_FALSE(order.price.has_value());
    EXPECT_TRUE(order.list_is_of_unit);
    EXPECT_EQ(order.list->text, "Tag");
    EXPECT_EQ(order.parts[0]->trim_prefix, "-");
    EXPECT_EQ(order.parts[4]->where, "m.yaml:13:14");
    EXPECT_FALSE(order.parts[1].has_value());
    EXPECT_EQ(order.brand->text, "harbour");
    EXPECT_EQ(order.payment->from, Cell::From::column);
}

TEST(Mapping, OfMembersInAChineseSpreadsheet) {
    const auto mapping = parse_mapping(
        "mapping: 1\nformat: csv\ncsv: {encoding: gbk, separator: \"\\t\", names: [手机, 姓名, 性别, 日期]}\n"
        "rows: members\nsource: crm\ntime: {column: 日期, format: yyyy/M/d, zone: Asia/Shanghai}\n"
        "member: {kind: phone, id: {column: 手机}}\n"
        "profile:\n  name: {column: 姓名}\n  gender: {column: 性别, values: {男: m, 女: f}}\n  city: 杭州\n",
        "m.yaml");
    ASSERT_TRUE(mapping.ok()) << mapping.error().text();
    EXPECT_EQ(mapping->csv.encoding, Encoding::gbk);
    EXPECT_EQ(mapping->csv.separator, '\t');
    EXPECT_EQ(mapping->names.size(), 4U);
    EXPECT_FALSE(mapping->has_header);
    EXPECT_EQ(mapping->profile.size(), 3U);
    EXPECT_EQ(mapping->profile[1].second.values[1], (std::pair<std::string, std::string>{"女", "f"}));
    EXPECT_EQ(mapping->profile[2].second.from, Cell::From::fixed);
}

TEST(Mapping, OfEventsSaysNothingMore) {
    const auto mapping = parse_mapping("mapping: 1\nformat: events\n", "m.yaml");
    ASSERT_TRUE(mapping.ok()) << mapping.error().text();
    EXPECT_EQ(mapping->format, Mapping::Format::events);
    EXPECT_FALSE(parse_mapping("mapping: 1\nformat: events\nsource: x\n", "m.yaml").ok());
}

TEST(Mapping, TheOnesWeShipAreRight) {
    for (const char* name : {"online-retail", "cdnow"}) {
        const std::string path = std::string("tools/import/") + name + ".yaml";
        std::ifstream stream(path);
        if (!stream) GTEST_SKIP() << path << " is not below the working directory";
        const auto mapping = parse_mapping(std::string(std::istreambuf_iterator<char>(stream), {}), path);
        ASSERT_TRUE(mapping.ok()) << mapping.error().text();
        EXPECT_EQ(mapping->source, name);
    }
}

TEST(Mapping, WhatIsWrongIsRefusedWithItsPlaceAndAHint) {
    struct Story {
        std::string yaml;
        const char* where;
        const char* message;
    };
    const std::string right = head + time_line + member_line + order_lines;
    const Story stories[] = {
        {"- 1\n", "m.yaml:1:1", "map of keys"},
        {"format: csv\n", "m.yaml:1:1", "mapping: 1"},
        {"mapping: 2\nformat: csv\n", "m.yaml:1:10", "mapping: 1"},
        {"mapping: 1\nformat: xls\n", "m.yaml:2:9", "one of: csv, events"},
        {right + "colour: red\n", "m.yaml:12:9", "unknown key 'colour'; known here: mapping"},
        {right + "  prize: 1\n", "m.yaml:12:10", "unknown key 'prize'"},
        {head + member_line + order_lines, "m.yaml:1:1", "'time' is missing"},
        {head + "time: {column: At, format: yyyyMMdd}\n" + member_line + order_lines, "m.yaml:5:7",
         "whose clock"},
        {head + "time: {column: At, zone: Asia/Shanghai}\n" + member_line + order_lines, "m.yaml:5:26",
         "no 'zone'"},
        {head + "time: {column: At, format: dd.MM.yy, zone: Asia/Shanghai}\n" + member_line + order_lines,
         "m.yaml:5:28", "no 'yy'"},
        {head + time_line + "member: {kind: phone, id: 12}\n" + order_lines, "m.yaml:6:27", "must be text"},
        {head + time_line + "member: {kind: phone, id: x}\n" + order_lines, "m.yaml:6:27",
         "comes from a column"},
        {head + time_line + member_line +
             "order: {id: {column: A}, currency: YUAN, sku: x, amount: {column: B}}\n",
         "m.yaml:7:36", "not known"},
        {head + time_line + member_line + "order: {id: {column: A}, currency: CNY, sku: x}\n", "m.yaml:7:8",
         "either 'unit_price'"},
        {right + "  unit_price: {column: P}\n", "m.yaml:12:15", "either 'unit_price' or 'amount'"},
        {right + "  list: {column: P}\n  unit_list: {column: Q}\n", "m.yaml:13:14",
         "either 'unit_list' or 'list'"},
        {right + "  discount: 1.00\n", "m.yaml:12:13", "must be text"},
        {right + "  coupon: {line: true}\n", "m.yaml:12:11", "'coupon' comes from a column"},
        {right + "  discounts: {column: P}\n", "m.yaml:12:14", "unknown key 'discounts'"},
        {head + time_line + member_line +
             "order: {id: {column: A}, currency: CNY, sku: x, list: {column: B}, cancellation: {prefix: "
             "C}}\n",
         "m.yaml:7:82", "its price must be said"},
        {head + time_line + member_line +
             "order: {id: {line: true}, currency: CNY, sku: x, amount: {column: B}, cancellation: {prefix: "
             "C}}\n",
         "m.yaml:7:85", "told by a prefix"},
        {head + time_line + member_line + "order: {id: {column: A}, currency: CNY, amount: {column: B}}\n",
         "m.yaml:7:8", "sku: sale"},
        {right + "csv: {separator: ab}\n", "m.yaml:12:18", "one ASCII character"},
        {right + "csv: {header: false}\n", "m.yaml:12:6", "'names' of the columns"},
    };
    for (const Story& story : stories) {
        const auto mapping = parse_mapping(story.yaml, "m.yaml");
        ASSERT_FALSE(mapping.ok()) << story.yaml;
        EXPECT_EQ(mapping.error().where, story.where) << story.yaml << mapping.error().text();
        EXPECT_NE(mapping.error().message.find(story.message), std::string::npos) << mapping.error().text();
    }
}

}  // namespace
}  // namespace banyan::text
