// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "adapters/http/running_test.h"

namespace banyan::http {
namespace {

using Status = runtime::Outcome::Status;

TEST(Server, an_event_is_answered_with_what_came_of_it) {
    Running running;
    const Answered answered = running.post("/v1/events", order_event("o-1"));
    EXPECT_EQ(answered.status, 200U);
    EXPECT_EQ(answered.header("Banyan-Lsn"), "0:1");
    EXPECT_EQ(
        answered.body,
        R"({"id":"o-1","status":"applied","replayed":false,"lsn":"0:1","at":"2023-11-14T22:13:20Z","member":"m)" +
            to_text(MemberId{0x10000}).substr(1) +
            R"(","joined":false,"earned":[{"rule":"spend","unit":"points","amount":"56","capped":"0",)"
            R"("available_at":"2023-11-14T22:13:20Z","expires_at":null}],"taken_back":[],"refunded":"0.00",)"
            R"("tiers":[{"ladder":"star","before":null,"after":"base"}],"balances":[{"unit":"stars",)"
            R"("posted":"12.34","available":"12.34","pending":"0.00","held":"0.00","debt":"0.00"}]})");
    const runtime::Request request = running.service.last();
    EXPECT_EQ(request.source, "till");
    ASSERT_TRUE(std::holds_alternative<runtime::OrderPaid>(request.body));
    EXPECT_EQ(std::get<runtime::OrderPaid>(request.body).lines.at(0).amount, 5600);

    const Answered again = running.post("/v1/events", order_event("o-1"));
    EXPECT_NE(again.body.find(R"("replayed":true)"), std::string::npos) << again.body;
}

TEST(Server, every_route_but_the_open_ones_asks_for_a_key_with_its_scope) {
    Running running;
    for (const std::string path :
         {"/v1/members", "/v1/members/m1", "/v1/ledger/totals", "/v1/programme", "/v1/clock"}) {
        RawClient client(running.port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const Answered none = client.read();
        EXPECT_EQ(none.status, 401U) << path;
        EXPECT_EQ(none.text("type"), "urn:banyan:problem:key_missing");
        EXPECT_EQ(none.text("instance"), path);
        EXPECT_FALSE(none.header("WWW-Authenticate").empty());
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bk_0_0\r\n\r\n");
        EXPECT_EQ(client.read().text("type"), "urn:banyan:problem:key_invalid");
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + running.events() +
                    "\r\n\r\n");
        EXPECT_EQ(client.read().text("type"), "urn:banyan:problem:scope_missing");
    }
    RawClient client(running.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.read().body, "ok\n");
}

TEST(Server, a_key_that_is_revoked_elsewhere_stops_working_on_an_open_connection) {
    Running running;
    RawClient client(running.port());
    client.send(running.head("GET", "/v1/programme"));
    EXPECT_EQ(client.read().status, 200U);
    auto keys = Keys::open(running.folder().file("keys.json"), running.digest());
    ASSERT_TRUE(keys.ok());
    ASSERT_TRUE(keys->revoke(keys->list().at(0).id, Instant{2}).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    client.send(running.head("GET", "/v1/programme"));
    EXPECT_EQ(client.read().status, 401U);
}

TEST(Server, a_key_made_elsewhere_works_at_once) {
    Running running;
    auto keys = Keys::open(running.folder().file("keys.json"), running.digest());
    ASSERT_TRUE(keys.ok());
    RawClient client(running.port());
    // Faster than the server looks at the file by itself, so each is found because it was asked for.
    for (int i = 0; i < 5; ++i) {
        const auto made = keys->create(Scopes::all(), "fresh", Instant{3 + i});
        ASSERT_TRUE(made.ok());
        client.send("GET /v1/programme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + made->text +
                    "\r\n\r\n");
        EXPECT_EQ(client.read().status, 200U) << i;
    }
    client.send("GET /v1/programme HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bk_000000000000_00\r\n\r\n");
    EXPECT_EQ(client.read().text("type"), "urn:banyan:problem:key_invalid");
}

TEST(Server, a_parameter_that_nobody_asked_for_is_refused_everywhere) {
    Running running;
    for (const char* path : {"/v1/programme", "/v1/tiers", "/v1/clock", "/v1/members", "/v1/ledger/totals"})
        EXPECT_EQ(running.get(std::string(path) + "?lmit=5").text("type"), "urn:banyan:problem:invalid_query")
            << path;
}

TEST(Server, points_by_hand_need_more_than_the_key_of_a_till) {
    Running running;
    const std::string body =
        R"({"type":"points.adjusted","id":"a-1","source":"till","member":{"kind":"openid","id":"o-1"},)"
        R"("points":{"unit":"points","amount":"5","reason":"goodwill"}})";
    RawClient client(running.port());
    client.send(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
        running.events() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    const Answered refused = client.read();
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.text("type"), "urn:banyan:problem:scope_missing");
    EXPECT_TRUE(running.service.submitted().empty());
}

TEST(Server, requests_sent_ahead_are_answered_in_their_order) {
    Running running;
    std::string bytes;
    for (int i = 0; i < 50; ++i) {
        const std::string body = order_event("p-" + std::to_string(i));
        bytes +=
            running.head(
                "POST", "/v1/events",
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
            body;
    }
    RawClient client(running.port());
    client.send(bytes);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.read().text("id"), "p-" + std::to_string(i));
}

TEST(Server, a_body_in_small_chunks_is_read_as_one) {
    Running running;
    const std::string body = order_event("chunked");
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
    for (const char c : body) client.send(std::string("1\r\n") + c + "\r\n");
    client.send("0\r\n\r\n");
    EXPECT_EQ(client.read().text("id"), "chunked");
}

TEST(Server, malformed_json_is_told_with_its_place) {
    Running running;
    const Answered answered = running.post("/v1/events", "{\n  \"type\": order.paid\n}");
    EXPECT_EQ(answered.status, 400U);
    EXPECT_EQ(answered.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answered.text("type"), "urn:banyan:problem:malformed_json");
    EXPECT_EQ(answered.text("place"), "2:11");
    EXPECT_EQ(answered.text("instance"), "/v1/events");
}

TEST(Server, problems_speak_chinese_to_who_asks_for_it) {
    Running running;
    running.service.decide_with([](const runtime::Request&) {
        runtime::Outcome outcome;
        outcome.status = Status::refused;
        outcome.refusal = engine::Refusal::balance_insufficient;
        outcome.detail = "points: 100 asked, 20 available";
        return outcome;
    });
    const std::string id = to_text(MemberId{0x10000});
    const std::string body = R"({"unit":"points","amount":100})";
    const Answered zh = running.post("/v1/members/" + id + "/redemptions", body,
                                     "Idempotency-Key: r-1\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.5\r\n");
    EXPECT_EQ(zh.status, 409U);
    EXPECT_EQ(zh.text("title"), "余额不足");
    EXPECT_EQ(zh.header("Content-Language"), "zh-CN");
    const Answered en = running.post("/v1/members/" + id + "/redemptions", body, "Idempotency-Key: r-1\r\n");
    EXPECT_EQ(en.text("detail"), "points: 100 asked, 20 available");
    EXPECT_EQ(en.text("type"), "urn:banyan:problem:balance_insufficient");
}

TEST(Server, a_full_service_is_told_as_429_with_a_time) {
    Running running;
    running.service.decide_with([](const runtime::Request&) {
        runtime::Outcome outcome;
        outcome.status = Status::overloaded;
        outcome.retry_after = milliseconds(1500);
        return outcome;
    });
    const Answered answered = running.post("/v1/events", order_event("o-1"));
    EXPECT_EQ(answered.status, 429U);
    EXPECT_EQ(answered.header("Retry-After"), "2");
}

TEST(Server, more_requests_at_once_than_allowed_are_told_429_and_do_nothing) {
    Options options;
    options.requests_max = 1;
    Running running(options);
    running.service.hold();
    const std::string body = order_event("first");
    RawClient first(running.port());
    first.send(running.head("POST", "/v1/events",
                            "Content-Type: application/json\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n") +
               body);
    // Whether the first has arrived shows only in the second's answer.
    Answered second;
    for (int i = 0; i < 100 && second.status != 429; ++i) second = running.get("/healthz");
    EXPECT_EQ(second.status, 429U);
    running.service.release();
    EXPECT_EQ(first.read().status, 200U);
    EXPECT_EQ(running.service.submitted(), std::vector<std::string>{"first"});
}

TEST(Server, one_connection_too_many_is_told_so) {
    Options options;
    options.connections_max = 1;
    Running running(options);
    RawClient first(running.port());
    first.send(running.head("GET", "/v1/clock"));
    EXPECT_EQ(first.read().status, 200U);
    RawClient second(running.port());
    const Answered refused = second.read();
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.text("type"), "urn:banyan:problem:too_many_connections");
    EXPECT_TRUE(second.is_closed());
}

TEST(Server, what_is_too_large_is_refused_before_it_is_read) {
    Running running;
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/json\r\nContent-Length: 99999999999\r\n") +
                "{");
    const Answered body = client.read();
    EXPECT_EQ(body.status, 413U);
    EXPECT_TRUE(client.is_closed());

    RawClient chunked(running.port());
    chunked.send(running.head("POST", "/v1/events",
                              "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
    const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    for (int i = 0; i < 32; ++i) chunked.send(chunk);
    EXPECT_EQ(chunked.read().status, 413U);

    RawClient headers(running.port());
    headers.send("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20000, 'x') + "\r\n\r\n");
    EXPECT_EQ(headers.read().status, 431U);
}

TEST(Server, what_two_readers_could_frame_differently_is_refused) {
    Running running;
    const std::string key =
        "Authorization: Bearer " + running.all() + "\r\nContent-Type: application/json\r\n";
    const std::string line = "POST /v1/events HTTP/1.1\r\n";
    for (const std::string& bytes : {
             line + "Host: x\r\n" + key + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             line + "Host: x\r\n" + key + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
             line + "Host: x\r\n" + key + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
             line + "Host: x\r\n" + key +
                 "Transfer-Encoding: gzip, chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
             line + "Host: x\r\n" + key + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
             line + "Host: x\r\nHost: y\r\n" + key + "Content-Length: 2\r\n\r\n{}",
             line + key + "Content-Length: 2\r\n\r\n{}",
             line + "Host: x\r\n" + key + "Content-Length : 2\r\n\r\n{}",
             line + "Host: x\r\n" + key + "Content-Length: -2\r\n\r\n{}",
             std::string("POST http://x/v1/events HTTP/1.1\r\nHost: x\r\n\r\n"),
             std::string("GET / HTTP/2.0\r\nHost: x\r\n\r\n"),
             std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not http at all\r\n\r\n", 32),
         }) {
        RawClient client(running.port());
        client.send(bytes);
        const Answered answered = client.read();
        EXPECT_EQ(answered.status, 400U) << bytes;
    }
    EXPECT_TRUE(running.service.submitted().empty());
}

TEST(Server, paths_methods_and_types_that_do_not_fit_are_told_apart) {
    Running running;
    EXPECT_EQ(running.get("/v1/nothing").status, 404U);
    const Answered method = running.send("DELETE", "/v1/events", "");
    EXPECT_EQ(method.status, 405U);
    EXPECT_EQ(method.header("Allow"), "POST");
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events", "Content-Type: text/plain\r\nContent-Length: 2\r\n") +
                "{}");
    EXPECT_EQ(client.read().status, 415U);
    EXPECT_EQ(running.get("/v1/members/m1/balances?at=yesterday").text("type"),
              "urn:banyan:problem:invalid_query");
    EXPECT_EQ(running.get("/v1/members/m1?who=me").status, 400U);
    EXPECT_EQ(running.get("/v1/members/nobody").status, 404U);
    EXPECT_EQ(running.get("/v1/members/%zz").status, 404U);
}

TEST(Server, a_mutation_needs_an_idempotency_key) {
    Running running;
    const std::string id = to_text(MemberId{0x10000});
    const Answered none = running.post("/v1/members/" + id + "/adjustments",
                                       R"({"unit":"points","amount":"-5","reason":"mistake"})");
    EXPECT_EQ(none.text("type"), "urn:banyan:problem:idempotency_key_missing");
    const Answered quoted =
        running.post("/v1/members/" + id + "/adjustments",
                     R"({"unit":"stars","amount":"-5.5","reason":"mistake","cost_centre":"marketing"})",
                     "Idempotency-Key: \"k-1\"\r\n");
    EXPECT_EQ(quoted.status, 200U) << quoted.body;
    EXPECT_EQ(quoted.text("id"), "k-1");
    const runtime::Request request = running.service.last();
    EXPECT_EQ(request.source, "api");
    EXPECT_EQ(std::get<runtime::Adjust>(request.body).amount, -550);
    EXPECT_EQ(request.subject.member, MemberId{0x10000});
}

TEST(Server, each_mutation_reaches_the_service_as_what_it_says) {
    Running running;
    const std::string path = "/v1/members/" + to_text(MemberId{0x10000});
    const std::string key = "Idempotency-Key: k\r\n";
    EXPECT_EQ(running
                  .post("/v1/members",
                        R"({"identities":[{"kind":"phone","id":"138"}],"profile":{"name":"榕"}})", key)
                  .status,
              200U);
    EXPECT_EQ(std::get<runtime::Register>(running.service.last().body).profile.name->opened(), "榕");
    EXPECT_EQ(running.send("PATCH", path + "/profile", R"({"city":"上海"})", key).status, 200U);
    EXPECT_EQ(std::get<runtime::UpdateProfile>(running.service.last().body).profile.city->opened(), "上海");
    EXPECT_EQ(running.send("PATCH", path + "/profile", R"({"town":"上海"})", key).text("pointer"), "/town");
    EXPECT_EQ(running.post(path + "/identities", R"({"identity":{"kind":"card","id":"7"}})", key).status,
              200U);
    EXPECT_EQ(std::get<runtime::BindIdentity>(running.service.last().body).identity.kind, "card");
    EXPECT_EQ(
        running.post(path + "/merge", R"({"absorb":")" + to_text(MemberId{0x20000}) + "\"}", key).status,
        200U);
    EXPECT_EQ(std::get<runtime::Merge>(running.service.last().body).absorbed, MemberId{0x20000});
    EXPECT_EQ(running.send("DELETE", path, "", key).status, 200U);
    EXPECT_TRUE(std::holds_alternative<runtime::Erase>(running.service.last().body));
    EXPECT_EQ(
        running.post(path + "/holds", R"({"unit":"points","amount":3,"expires_in":"PT15M"})", key).status,
        200U);
    EXPECT_EQ(std::get<runtime::Hold>(running.service.last().body).expires_in, seconds(900));
    EXPECT_EQ(running.post(path + "/holds/h%2F1/capture", "", key).status, 200U);
    EXPECT_EQ(std::get<runtime::EndHold>(running.service.last().body).hold, "h/1");
    EXPECT_TRUE(std::get<runtime::EndHold>(running.service.last().body).capture);
    EXPECT_EQ(running.post(path + "/holds/h1/release", "{}", key).status, 200U);
    EXPECT_FALSE(std::get<runtime::EndHold>(running.service.last().body).capture);
    EXPECT_EQ(running.post(path + "/redemptions/r1/reverse", "", key).status, 200U);
    EXPECT_EQ(std::get<runtime::ReverseSpend>(running.service.last().body).amount, 0);
    EXPECT_EQ(
        running.post(path + "/redemptions/r1/reverse", R"({"unit":"stars","amount":"0.05"})", key).status,
        200U);
    EXPECT_EQ(std::get<runtime::ReverseSpend>(running.service.last().body).amount, 5);
    EXPECT_EQ(running.post(path + "/redemptions/r1/reverse", R"({"amount":"0.05"})", key).status, 400U);
}

TEST(Server, reads_say_what_the_service_knows) {
    Running running;
    const std::string id = to_text(MemberId{0x10000});
    const Answered member = running.get("/v1/members/" + id);
    EXPECT_EQ(member.status, 200U);
    EXPECT_EQ(member.header("Banyan-Lsn"), "0:17");
    EXPECT_EQ(member.text("spend"), "123.45");
    EXPECT_NE(member.body.find("榕小间"), std::string::npos);
    EXPECT_EQ(running.get("/v1/members/" + id + "?at=2020-01-01T00:00:00Z").text("as_of"),
              "2020-01-01T00:00:00Z");
    const Answered tier = running.get("/v1/members/" + id + "/tier");
    EXPECT_NE(tier.body.find(R"("next":"one","missing":"376.55")"), std::string::npos) << tier.body;
    const Answered soon = running.get("/v1/members/" + id + "/expiring?within=P10D");
    EXPECT_NE(soon.body.find(R"("totals":[{"unit":"points","amount":"70"}])"), std::string::npos)
        << soon.body;
    const Answered none = running.get("/v1/members/" + id + "/expiring?within=P9D");
    EXPECT_NE(none.body.find(R"("lots":[],"totals":[])"), std::string::npos) << none.body;
    EXPECT_EQ(running.get("/v1/members/" + to_text(MemberId{0x20000})).status, 404U);
    EXPECT_EQ(running.post("/v1/members/search", R"({"identity":{"kind":"phone","id":"known"}})").text("id"),
              id);
    EXPECT_EQ(running.post("/v1/members/search", R"({"identity":{"kind":"phone","id":"139"}})").status, 404U);
    EXPECT_EQ(running.get("/v1/members?limit=2").text("next"), "2");
    EXPECT_NE(running.get("/v1/members?after=4").body.find(R"("next":null)"), std::string::npos);
    EXPECT_NE(running.get("/v1/ledger/totals").body.find(R"("issued":"100")"), std::string::npos);
    EXPECT_EQ(running.get("/v1/programme").text("code"), "rongjian");
    EXPECT_EQ(running.get("/v1/clock").text("now"), "2023-11-14T22:13:20Z");
    EXPECT_EQ(running.post("/v1/clock", R"({"now":"2024-01-01T00:00:00Z"})").text("type"),
              "urn:banyan:problem:test_clock_only");
}

TEST(Server, a_statement_is_paged_without_losing_or_repeating_a_line) {
    Running running;
    const std::string path = "/v1/members/" + to_text(MemberId{0x10000}) + "/ledger?unit=points&limit=2";
    std::vector<std::int64_t> lsns;
    std::string next;
    do {
        const Answered page = running.get(path + (next.empty() ? "" : "&before=" + next));
        ASSERT_EQ(page.status, 200U) << page.body;
        const Value document = page.json();
        for (const Value& line : document.map().find("lines")->list())
            lsns.push_back(line.map().find("lsn")->integer());
        next = page.text("next");
    } while (!next.empty());
    EXPECT_EQ(lsns, (std::vector<std::int64_t>{10, 8, 6, 4, 2}));
}

TEST(Server, readiness_says_what_it_waits_for) {
    Running running;
    EXPECT_EQ(running.get("/readyz").status, 200U);
    running.service.wait_for("recovering");
    const Answered answered = running.get("/readyz");
    EXPECT_EQ(answered.status, 503U);
    EXPECT_EQ(answered.text("detail"), "recovering");
    EXPECT_EQ(running.get("/healthz").status, 200U);
}

TEST(Server, metrics_count_routes_and_never_name_a_member) {
    Running running;
    const std::string id = to_text(MemberId{0x10000});
    running.get("/v1/members/" + id);
    const Answered metrics = running.get("/metrics");
    EXPECT_NE(metrics.body.find(R"(banyan_http_requests_total{route="GET /v1/members/{id}",status="2xx"} 1)"),
              std::string::npos)
        << metrics.body;
    EXPECT_EQ(metrics.body.find(id), std::string::npos);
}

TEST(Server, the_page_may_run_only_its_own_files) {
    Running running;
    const Answered page = running.get("/");
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.header("Content-Security-Policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(running.get("/assets/page.js").header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(running.get("/assets/nothing.js").status, 404U);
    EXPECT_EQ(running.get("/assets/..%2fkeys.json").status, 404U);
}

TEST(Server, head_is_get_without_the_body) {
    Running running;
    RawClient client(running.port());
    client.send(running.head("HEAD", "/healthz") + running.head("GET", "/healthz"));
    const Answered get = client.read();  // takes the three bytes it was promised, from the next answer
    EXPECT_EQ(get.status, 200U);
    EXPECT_EQ(get.header("Content-Length"), "3");
    EXPECT_NE(get.body, "ok\n");
}

TEST(Server, a_slow_client_is_left_waiting_no_longer_than_its_time) {
    Options options;
    options.header_time = milliseconds(300);
    Running running(options);
    RawClient client(running.port());
    client.send("GET / HTT");
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(client.is_closed());
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
}

TEST(Server, stopping_finishes_what_is_under_way) {
    Running running;
    running.service.hold();
    const std::string body = order_event("last");
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/json\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n") +
                body);
    RawClient idle(running.port());
    idle.send(running.head("GET", "/v1/clock"));
    EXPECT_EQ(idle.read().status, 200U);  // by now the first request has been taken in, too
    std::thread stopping([&running] { running.stop(); });
    EXPECT_TRUE(idle.is_closed());
    running.service.release();
    const Answered answered = client.read();
    EXPECT_EQ(answered.status, 200U);
    stopping.join();
    EXPECT_FALSE(RawClient(running.port()).is_connected());
}

TEST(Server, stopping_does_not_wait_for_ever) {
    Options options;
    options.stop_time = milliseconds(200);
    Running running(options);
    running.service.hold();
    const std::string body = order_event("stuck");
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/json\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n") +
                body);
    EXPECT_EQ(running.get("/readyz").status, 200U);
    const auto began = std::chrono::steady_clock::now();
    running.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
    EXPECT_EQ(client.read().status, 0U);
    running.service.release();  // its answer finds nobody, and that is fine
}

TEST(Server, an_address_that_is_taken_is_told) {
    Running running;
    Options options;
    options.port = running.port();
    auto keys = Keys::open(running.folder().file("keys.json"), running.digest());
    Hooks hooks;
    hooks.metrics = [](const auto&) { return std::string(); };
    FakeService service;
    const auto second = Server::start(options, service, std::move(*keys), std::move(hooks));
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.error().message.find("cannot listen"), std::string::npos);
}

}  // namespace
}  // namespace banyan::http
