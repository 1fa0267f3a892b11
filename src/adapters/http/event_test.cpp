// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/event.h"

#include <gtest/gtest.h>

#include "adapters/http/fake_service_test.h"
#include "text/json.h"

namespace banyan::http {
namespace {

Result<runtime::Request> read(const std::string& json) {
    text::JsonReader reader;
    const auto view = reader.view(json);
    EXPECT_TRUE(view.ok()) << json;
    return read_event(**view, *sample_programme());
}

std::string with(const std::string& type, const std::string& rest) {
    return R"({"type":")" + type + R"(","id":"e-1","source":"till","member":{"kind":"openid","id":"o-1"})" +
           rest + "}";
}
std::string order(const std::string& fields) { return with("order.paid", ",\"order\":{" + fields + "}"); }
std::string line(const std::string& fields) {
    return order(R"("id":"o","currency":"CNY","lines":[{)" + fields + "}]");
}

TEST(Event, an_order_is_read_in_minor_units) {
    const auto request = read(
        R"({"type":"order.paid","id":"o-7781","source":"miniprogram","occurred_at":"2026-01-31T12:00:00+08:00",)"
        R"("member":{"identities":[{"kind":"openid","id":"o-1"},{"kind":"phone","id":"138"}]},)"
        R"("order":{"id":"o-7781","channel":"app","store":"s1","currency":"JPY",)"
        R"("lines":[{"id":"1","sku":"a","category":"c","quantity":2,"amount":"5600"}]}})");
    ASSERT_TRUE(request.ok()) << request.error().text();
    EXPECT_EQ(request->id, "o-7781");
    EXPECT_EQ(to_rfc3339(*request->occurred_at), "2026-01-31T04:00:00Z");
    ASSERT_EQ(request->subject.identities.size(), 2U);
    EXPECT_EQ(request->subject.identities[1].id.opened(), "138");
    const auto& paid = std::get<runtime::OrderPaid>(request->body);
    EXPECT_EQ(paid.currency, "JPY");
    EXPECT_EQ(paid.lines.at(0).amount, 5600);
    EXPECT_EQ(paid.lines.at(0).quantity, 2);
    EXPECT_EQ(paid.lines.at(0).category, "c");
}

TEST(Event, a_price_is_told_in_parts) {
    const auto request = read(order(
        R"("id":"o","currency":"CNY","payment":"wechat","coupon":"20.00","freight":"8.00","charged":"188.00","lines":[)"
        R"({"id":"1","sku":"a","brand":"harbour","quantity":2,"list":"120.00","points":"1.50"},)"
        R"({"id":"2","sku":"b","quantity":1,"amount":"80.00"}])"));
    ASSERT_TRUE(request.ok()) << request.error().text();
    const auto& paid = std::get<runtime::OrderPaid>(request->body);
    EXPECT_EQ(paid.payment, "wechat");
    EXPECT_EQ(paid.charged, 18800);
    EXPECT_EQ(paid.parts[basis::Part::coupon], 2000);
    EXPECT_EQ(paid.parts[basis::Part::freight], 800);
    ASSERT_EQ(paid.prices.size(), 2U);
    EXPECT_EQ(paid.prices[0].brand, "harbour");
    EXPECT_EQ(paid.prices[0].list, 12000);
    EXPECT_EQ(paid.prices[0].paid, std::nullopt);
    EXPECT_EQ(paid.prices[0].parts[basis::Part::points], 150);
    EXPECT_EQ(paid.prices[1].list, std::nullopt);
    EXPECT_EQ(paid.prices[1].paid, 8000);
    const auto plain = read(line(R"("id":"1","sku":"s","quantity":1,"amount":"5.00")"));
    ASSERT_TRUE(plain.ok());
    EXPECT_TRUE(std::get<runtime::OrderPaid>(plain->body).prices.empty());
}

TEST(Event, a_refund_may_name_money_and_no_pieces) {
    const auto refund = [](const std::string& fields) {
        return read(with("order.refunded", R"(,"refund":{"order":"o",)" + fields + "}"));
    };
    const auto lines = refund(R"("lines":[{"id":"1","amount":"10.00"},{"id":"2","quantity":1}])");
    ASSERT_TRUE(lines.ok()) << lines.error().text();
    const auto& parsed = std::get<runtime::OrderRefunded>(lines->body);
    EXPECT_EQ(parsed.lines.at(0).amount, 1000);
    EXPECT_EQ(parsed.lines.at(0).quantity, 0);
    EXPECT_EQ(parsed.lines.at(1).quantity, 1);
    EXPECT_EQ(std::get<runtime::OrderRefunded>(refund(R"("amount":"30.00")")->body).amount, 3000);
    EXPECT_EQ(refund(R"("lines":[{"id":"1","amount":"1.00","quantity":1}])").error().text(),
              "/refund/lines/0/amount: say pieces (quantity) or money without pieces (amount), not both");
    EXPECT_EQ(refund(R"("amount":"0.00")").error().text(), "/refund/amount: a refund of nothing is none");
    EXPECT_EQ(refund(R"("amount":"1.00","lines":[{"id":"1","quantity":1}])").error().text(),
              "/refund/amount: say the money of the whole order, or of lines, not both");
}

TEST(Event, an_interaction_says_what_its_schema_declares) {
    programme::Programme programme = *sample_programme();
    using rules::Kind;
    programme.events = {{"review.posted",
                         "",
                         "",
                         {{"rating", Kind::integer}, {"photo", Kind::boolean}, {"sku", Kind::string}}},
                        {"check_in", "", "", {}}};
    const auto told = [&](const std::string& type, const std::string& rest) {
        text::JsonReader reader;
        const auto view = reader.view(with(type, rest));
        auto request = read_event(**view, programme);
        return request.ok() ? "ok" : request.error().text();
    };
    EXPECT_EQ(told("check_in", ""), "ok");
    EXPECT_EQ(told("check_in", R"(,"attributes":{})"), "ok");
    EXPECT_EQ(told("review.posted", R"(,"attributes":{"rating":5,"photo":true,"sku":"latte"})"), "ok");
    EXPECT_EQ(told("review.posted", R"(,"attributes":{"rating":5,"photo":true})"),
              "/attributes/sku: the programme declares text here, in every review.posted");
    EXPECT_EQ(told("review.posted", R"(,"attributes":{"rating":"5","photo":true,"sku":"a"})"),
              "/attributes/rating: the programme declares a whole number here, in every review.posted");
    EXPECT_EQ(told("review.posted", R"(,"attributes":{"rating":5,"photo":1,"sku":"a"})"),
              "/attributes/photo: the programme declares true or false here, in every review.posted");
    EXPECT_NE(told("review.posted", R"(,"attributes":{"rating":5,"photo":true,"sku":"a","size":1})")
                  .find("/attributes"),
              std::string::npos);
    EXPECT_NE(told("review.shared", "").find("points.redeemed, review.posted, check_in"), std::string::npos);
}

TEST(Event, the_other_types_are_read) {
    const auto refund =
        read(with("order.refunded", R"(,"refund":{"order":"o","lines":[{"id":"1","quantity":2}]})"));
    ASSERT_TRUE(refund.ok()) << refund.error().text();
    EXPECT_EQ(std::get<runtime::OrderRefunded>(refund->body).lines.at(0).quantity, 2);
    const auto whole = read(with("order.refunded", R"(,"refund":{"order":"o"})"));
    ASSERT_TRUE(whole.ok());
    EXPECT_TRUE(std::get<runtime::OrderRefunded>(whole->body).lines.empty());
    const auto release = read(with("order.delivered", R"(,"order":{"id":"o"})"));
    ASSERT_TRUE(release.ok());
    EXPECT_EQ(std::get<runtime::OrderReleased>(release->body).event, "order.delivered");
    const auto adjust =
        read(with("points.adjusted", R"(,"points":{"unit":"stars","amount":"-1.5","reason":"r"})"));
    ASSERT_TRUE(adjust.ok());
    EXPECT_EQ(std::get<runtime::Adjust>(adjust->body).amount, -150);
    EXPECT_EQ(scope_needed(adjust->body), Scope::ledger_write);
    const auto redeem = read(with("points.redeemed", R"(,"points":{"unit":"points","amount":7})"));
    ASSERT_TRUE(redeem.ok());
    EXPECT_EQ(std::get<runtime::Redeem>(redeem->body).amount, 7);
    const auto registered =
        read(with("member.registered", R"(,"profile":{"name":"n","birthday":"1990-02-28"})"));
    ASSERT_TRUE(registered.ok());
    EXPECT_EQ(std::get<runtime::Register>(registered->body).profile.birthday->opened(), "1990-02-28");
    EXPECT_EQ(scope_needed(registered->body), Scope::events_write);
}

TEST(Event, an_orders_life_is_read) {
    const auto told = [](const std::string& type, const std::string& rest) {
        const auto request = read(with(type, rest));
        EXPECT_TRUE(request.ok()) << (request.ok() ? "" : request.error().text());
        if (!request.ok()) return runtime::OrderTold{};
        EXPECT_EQ(scope_needed(request->body), Scope::events_write);
        EXPECT_EQ(orders::name_of(std::get<runtime::OrderTold>(request->body).event), type);
        return std::get<runtime::OrderTold>(request->body);
    };
    for (const char* type :
         {"order.placed", "order.shipped", "order.received", "order.completed", "order.closed"})
        EXPECT_EQ(told(type, R"(,"order":{"id":"o"})").order, "o");
    const auto shipped = std::get<orders::Shipped>(
        told(
            "order.shipped",
            R"(,"order":{"id":"o","parcel":{"id":"p2","lines":[{"id":"1","quantity":2}],"replaces":["p1"]}})")
            .event);
    EXPECT_EQ(shipped.parcel, "p2");
    EXPECT_EQ(shipped.pieces, (std::vector<orders::Pieces>{{"1", 2}}));
    EXPECT_EQ(shipped.replaces, std::vector<std::string>{"p1"});
    const auto received = told("order.received", R"(,"order":{"id":"o","parcel":{"id":"p2"}})");
    EXPECT_EQ(std::get<orders::Received>(received.event).parcel, "p2");
    const auto done = told(
        "after_sale.done",
        R"(,"after_sale":{"id":"s","order":"o","form":"return_refund","lines":[{"id":"1","quantity":0}]})");
    const auto& moved = std::get<orders::AfterSaleMoved>(done.event);
    EXPECT_EQ(moved.after_sale, "s");
    EXPECT_EQ(moved.form, orders::Form::return_refund);
    EXPECT_EQ(moved.pieces, (std::vector<orders::Pieces>{{"1", 0}}));
    for (const char* type :
         {"after_sale.requested", "after_sale.agreed", "after_sale.refused", "after_sale.withdrawn"})
        EXPECT_EQ(told(type, R"(,"after_sale":{"id":"s","order":"o","form":"resend"})").order, "o");
}

TEST(Event, a_refund_that_names_its_after_sale_is_its_end) {
    const auto request = read(with(
        "order.refunded", R"(,"refund":{"order":"o","after_sale":"s","lines":[{"id":"1","quantity":2}]})"));
    ASSERT_TRUE(request.ok()) << request.error().text();
    const auto& told = std::get<runtime::OrderTold>(request->body);
    EXPECT_EQ(told.order, "o");
    const auto& moved = std::get<orders::AfterSaleMoved>(told.event);
    EXPECT_EQ(moved.step, orders::Step::done);
    EXPECT_EQ(moved.pieces, (std::vector<orders::Pieces>{{"1", 2}}));
}

TEST(Event, what_is_wrong_is_named_by_its_place) {
    const std::string good_line = R"("id":"1","sku":"a","quantity":1,"amount":"1.00")";
    ASSERT_TRUE(read(line(good_line)).ok());
    const std::string nested = R"({"kind":"openid","id":"o-1"})";
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"[]", ""},
        {"{}", "/type"},
        {with("order.lost", ""), "/order"},
        {with("member.vanished", ""), "/type"},
        {R"({"type":"order.paid","source":"till","member":)" + nested + "}", "/id"},
        {R"({"type":"order.paid","id":"","source":"till","member":)" + nested + "}", "/id"},
        {R"({"type":"order.paid","id":"a\u0000b","source":"till","member":)" + nested + "}", "/id"},
        {R"({"type":"order.paid","id":"a","source":"two words","member":)" + nested + "}", "/source"},
        {R"({"type":"order.paid","id":"a","source":"till"})", "/member"},
        {R"({"type":"order.paid","id":"a","source":"till","member":{"id":"o-1"}})", "/member/id"},
        {R"({"type":"order.paid","id":"a","source":"till","member":{"kind":"openid"}})", "/member/id"},
        {R"({"type":"order.paid","id":"a","source":"till","member":{"identities":[]}})",
         "/member/identities"},
        {R"({"type":"order.paid","id":"a","source":"till","member":{"identities":[1]}})",
         "/member/identities/0"},
        {R"({"type":"order.paid","id":"a","source":"till","member":{"identities":[)" + nested + "," + nested +
             "," + nested + "," + nested + "," + nested + "]}}",
         "/member/identities"},
        {with("order.paid", R"(,"occurred_at":"yesterday","order":{})"), "/occurred_at"},
        {with("order.paid", R"(,"occurred_at":1700000000,"order":{})"), "/occurred_at"},
        {with("order.paid", R"(,"occurred_at":"1969-12-31T23:59:59Z","order":{})"), "/occurred_at"},
        {with("order.paid", R"(,"occurred_at":"10000-01-01T00:00:00Z","order":{})"), "/occurred_at"},
        {order(R"("id":"o","currency":"XYZ","lines":[])"), "/order/currency"},
        {order(R"("id":"o","lines":[])"), "/order/currency"},
        {order(R"("id":"o","currency":"CNY","lines":[])"), "/order/lines"},
        {order(R"("id":"o","currency":"CNY","lines":{})"), "/order/lines"},
        {line(R"("id":"1","sku":"a","quantity":1)"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":1)"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":"-1.00")"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":"1.005")"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":"1e3")"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":"99999999999999999999.00")"),
         "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":1,"amount":"92233720368547758.07")"), "/order/lines/0/amount"},
        {line(R"("id":"1","sku":"a","quantity":0,"amount":"1.00")"), "/order/lines/0/quantity"},
        {line(R"("id":"1","sku":"a","quantity":-1,"amount":"1.00")"), "/order/lines/0/quantity"},
        {line(R"("id":"1","sku":"a","quantity":1.5,"amount":"1.00")"), "/order/lines/0/quantity"},
        {line(R"("id":"1","sku":"a","quantity":"1","amount":"1.00")"), "/order/lines/0/quantity"},
        {line(R"("id":"1","sku":"a","quantity":99999999999,"amount":"1.00")"), "/order/lines/0/quantity"},
        {line(good_line + R"(,"price":"1")"), "/order/lines/0/price"},
        {order(R"("id":"o","currency":"CNY","colour/of~it":1,"lines":[{)" + good_line + "}]"),
         "/order/colour~1of~0it"},
        {with("order.paid",
              R"(,"extra":1,"order":{"id":"o","currency":"CNY","lines":[{)" + good_line + "}]}"),
         "/extra"},
        {with("order.refunded", R"(,"refund":{"order":"o","lines":[]})"), "/refund/lines"},
        {with("order.shipped", R"(,"order":{"id":"o","parcels":{}})"), "/order/parcels"},
        {with("order.shipped", R"(,"order":{"id":"o","parcel":{"id":"p","replaces":["p"]}})"),
         "/order/parcel/replaces"},
        {with("order.shipped", R"(,"order":{"id":"o","parcel":{"lines":[{"id":"1","quantity":0}]}})"),
         "/order/parcel/lines/0/quantity"},
        {with("order.received", R"(,"order":{"id":"o","parcel":{}})"), "/order/parcel/id"},
        {with("order.placed", R"(,"order":{"id":"o","parcel":{"id":"p"}})"), "/order/parcel"},
        {with("after_sale.lost", R"(,"after_sale":{"id":"s","order":"o","form":"resend"})"), "/type"},
        {with("after_sale.done", R"(,"after_sale":{"id":"s","order":"o"})"), "/after_sale/form"},
        {with("after_sale.done", R"(,"after_sale":{"id":"s","order":"o","form":"gift"})"),
         "/after_sale/form"},
        {with("after_sale.done",
              R"(,"after_sale":{"id":"s","order":"o","form":"resend","lines":[{"id":"1","quantity":1},)"
              R"({"id":"1","quantity":1}]})"),
         "/after_sale/lines/1/id"},
        {with("points.adjusted", R"(,"points":{"unit":"miles","amount":"1","reason":"r"})"), "/points/unit"},
        {with("points.adjusted", R"(,"points":{"unit":"points","amount":"1.5","reason":"r"})"),
         "/points/amount"},
        {with("points.adjusted", R"(,"points":{"unit":"points","amount":"0","reason":"r"})"),
         "/points/amount"},
        {with("points.adjusted", R"(,"points":{"unit":"points","amount":1.0,"reason":"r"})"),
         "/points/amount"},
        {with("points.adjusted",
              R"(,"points":{"unit":"points","amount":"9223372036854775808","reason":"r"})"),
         "/points/amount"},
        {with("points.adjusted",
              R"(,"points":{"unit":"points","amount":"1","reason":"r","cost_centre":"x"})"),
         "/points/cost_centre"},
        {with("points.redeemed", R"(,"points":{"unit":"points","amount":"-1"})"), "/points/amount"},
        {with("member.registered", R"(,"profile":{"birthday":"1990-02-30"})"), "/profile/birthday"},
        {with("member.registered", R"(,"profile":{"nickname":"n"})"), "/profile/nickname"},
    };
    for (const auto& [json, pointer] : cases) {
        const auto request = read(json);
        ASSERT_FALSE(request.ok()) << json;
        EXPECT_EQ(request.error().where, pointer) << json;
    }
}

TEST(Event, an_error_never_repeats_what_was_sent) {
    const auto name = read(with("member.registered", R"(,"profile":{"name":"canary\u0007"})"));
    ASSERT_FALSE(name.ok());
    EXPECT_EQ(name.error().text().find("canary"), std::string::npos);
    const auto id = read(R"({"type":"order.paid","id":"a","source":"till","member":{"id":"canary"}})");
    ASSERT_FALSE(id.ok());
    EXPECT_EQ(id.error().text().find("canary"), std::string::npos);
}

TEST(Event, durations_are_those_of_iso_8601_without_months) {
    EXPECT_EQ(parse_duration("PT15M"), seconds(900));
    EXPECT_EQ(parse_duration("P30D"), days(30));
    EXPECT_EQ(parse_duration("P1DT12H30M5S"), seconds(86400 + 43200 + 1800 + 5));
    for (const char* text : {"", "P", "PT", "P1", "1D", "P1M", "PT1D", "P1DT", "PT1S1M", "P-1D", "P0D",
                             "P1.5D", "P9999999999D", "P40000D", "PT1H1H", "P1DT1D", "p1d"})
        EXPECT_FALSE(parse_duration(text).has_value()) << text;
}

}  // namespace
}  // namespace banyan::http
