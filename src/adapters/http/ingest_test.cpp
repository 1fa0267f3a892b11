// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/ingest.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <thread>

#include "adapters/http/running_test.h"

namespace banyan::http {
namespace {

using Status = runtime::Outcome::Status;

std::string post_lines(const Running& running, const std::string& body, const std::string& query = {}) {
    RawClient client(running.port());
    std::thread sending([&] {
        client.send(running.head(
            "POST", "/v1/events" + query,
            "Content-Type: application/x-ndjson\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"));
        client.send(body);
    });
    const Answered answered = client.read();
    sending.join();
    EXPECT_EQ(answered.status, 200U);
    EXPECT_EQ(answered.header("Content-Type"), "application/x-ndjson");
    return answered.body;
}

std::vector<Value> lines_of(const std::string& body) {
    std::vector<Value> lines;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = body.find('\n', at);
        const auto line = text::parse_json(std::string_view(body).substr(at, end - at));
        EXPECT_TRUE(line.ok()) << body.substr(at, end - at);
        if (line.ok()) lines.push_back(*line);
        at = end + 1;
    }
    return lines;
}

std::string text_of(const Value& line, std::string_view key) {
    const Value* value = line.map().find(key);
    return value != nullptr && value->is(Value::Kind::string) ? value->string() : "";
}

TEST(Ingest, every_line_has_its_result_in_its_place) {
    Running running;
    const std::string body = order_event("a") + "\n\n" + order_event("b") + "\r\n{\"type\":\n[]\n" +
                             order_event("a") + "\n" + order_event("last, without a line end");
    const auto lines = lines_of(post_lines(running, body));
    ASSERT_EQ(lines.size(), 6U);
    const std::vector<std::pair<std::int64_t, std::string>> expected = {
        {1, "applied"}, {3, "applied"}, {4, "invalid"}, {5, "invalid"}, {6, "replayed"}, {7, "applied"}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].map().find("line")->integer(), expected[i].first);
        EXPECT_EQ(text_of(lines[i], "status"), expected[i].second);
    }
    EXPECT_EQ(text_of(lines[0], "id"), "a");
    EXPECT_EQ(text_of(lines[0], "lsn"), "0:1");
    EXPECT_EQ(text_of(*lines[2].map().find("problem"), "type"), "urn:banyan:problem:malformed_json");
    EXPECT_EQ(text_of(*lines[3].map().find("problem"), "type"), "urn:banyan:problem:invalid_request");
}

TEST(Ingest, many_lines_pass_through_a_small_window_in_order) {
    Options options;
    options.stream_window = 16;
    Running running(options);
    std::string body;
    constexpr int count = 20'000;
    for (int i = 0; i < count; ++i) body += order_event("o-" + std::to_string(i)) + "\n";
    const auto lines = lines_of(post_lines(running, body));
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        ASSERT_EQ(text_of(lines[static_cast<std::size_t>(i)], "id"), "o-" + std::to_string(i));
}

TEST(Ingest, chunks_may_cut_lines_anywhere) {
    Running running;
    const std::string body = order_event("a") + "\n" + order_event("b") + "\n" + order_event("c");
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"));
    for (std::size_t at = 0; at < body.size(); at += 7) {
        const std::string piece = body.substr(at, 7);
        client.send(std::to_string(piece.size()) + "\r\n" + piece + "\r\n");
    }
    client.send("0\r\n\r\n");
    EXPECT_EQ(lines_of(client.read().body).size(), 3U);
    client.send(running.head("GET", "/v1/clock"));
    EXPECT_EQ(client.read().status, 200U);  // the connection goes on after a stream
}

TEST(Ingest, a_result_comes_while_the_request_is_still_being_sent) {
    Running running;
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"));
    std::string seen;
    for (int i = 0; i < 3; ++i) {
        const std::string id = "live-" + std::to_string(i);
        const std::string line = order_event(id) + "\n";
        for (const std::string& piece : {line.substr(0, 9), line.substr(9, 9), line.substr(18)}) {
            std::array<char, 20> size{};
            std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
            client.send(size.data() + piece + "\r\n");
        }
        seen += client.read_until("\"" + id + "\"");
        ASSERT_NE(seen.find("\"" + id + "\""), std::string::npos) << seen;
    }
}

TEST(Ingest, an_empty_stream_has_an_empty_answer) {
    Running running;
    EXPECT_EQ(post_lines(running, ""), "");
    EXPECT_EQ(post_lines(running, "\n \n\n"), "");
}

TEST(Ingest, only_problems_and_the_counts_where_asked_for) {
    Running running;
    const std::string body = order_event("a") + "\n" + order_event("a") + "\nnot json\n";
    const auto lines = lines_of(post_lines(running, body, "?results=problems"));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(text_of(lines[0], "status"), "invalid");
    EXPECT_EQ(lines[1].map().find("lines")->integer(), 3);
    EXPECT_EQ(lines[1].map().find("applied")->integer(), 1);
    EXPECT_EQ(lines[1].map().find("replayed")->integer(), 1);
    EXPECT_EQ(lines[1].map().find("invalid")->integer(), 1);
}

TEST(Ingest, a_line_that_is_too_long_costs_that_line) {
    Options options;
    options.body_bytes_max = 4096;
    Running running(options);
    const std::string body = order_event("a") + "\n" + std::string(300'000, 'x') + "\n" + order_event("b") +
                             "\n" + std::string(5000, 'y');
    const auto lines = lines_of(post_lines(running, body));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(text_of(lines[1], "status"), "invalid");
    EXPECT_EQ(text_of(*lines[1].map().find("problem"), "type"), "urn:banyan:problem:line_too_long");
    EXPECT_EQ(text_of(lines[2], "id"), "b");
    EXPECT_EQ(text_of(lines[3], "status"), "invalid");
}

TEST(Ingest, a_full_queue_is_waited_for_and_the_order_behind_it_kept) {
    // A queue that takes one line in three; a refund is refused while its order is not there.
    Running running;
    std::mutex mutex;
    std::set<std::string> orders;
    int calls = 0;
    running.service.decide_with([&](const runtime::Request& request) {
        const std::lock_guard lock(mutex);
        runtime::Outcome outcome;
        outcome.lsn = {static_cast<std::uint64_t>(++calls)};
        if (calls % 3 != 0) {
            outcome.status = Status::overloaded;
            outcome.retry_after = milliseconds(1);
        } else if (const auto* refund = std::get_if<runtime::OrderRefunded>(&request.body)) {
            if (orders.count(refund->order) == 0) {
                outcome.status = Status::refused;
                outcome.refusal = engine::Refusal::order_unknown;
            }
        } else {
            orders.insert(request.id);
        }
        return outcome;
    });
    std::string body;
    for (int i = 0; i < 60; ++i) {
        const std::string id = "o-" + std::to_string(i);
        body += order_event(id) + "\n" + R"({"type":"order.refunded","id":"r-)" + std::to_string(i) +
                R"(","source":"till","member":{"kind":"openid","id":"o-1"},"refund":{"order":")" + id +
                "\"}}\n";
    }
    const auto lines = lines_of(post_lines(running, body));
    ASSERT_EQ(lines.size(), 120U);
    for (const Value& line : lines) EXPECT_EQ(text_of(line, "status"), "applied") << text_of(line, "id");
}

TEST(Ingest, a_refusal_of_the_domain_is_a_result) {
    Running running;
    running.service.decide_with([](const runtime::Request&) {
        runtime::Outcome outcome;
        outcome.status = Status::refused;
        outcome.refusal = engine::Refusal::id_reused;
        return outcome;
    });
    const auto lines = lines_of(post_lines(running, order_event("a")));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(text_of(lines[0], "status"), "refused");
    EXPECT_EQ(text_of(*lines[0].map().find("problem"), "type"), "urn:banyan:problem:id_reused");
    EXPECT_EQ(lines[0].map().find("problem")->map().find("status")->integer(), 422);
}

TEST(Ingest, a_stop_answers_what_was_taken_in_and_cuts_the_rest) {
    Options options;
    options.stream_window = 4;
    Running running(options);
    running.service.hold();
    std::string body;
    for (int i = 0; i < 100; ++i) body += order_event("o-" + std::to_string(i)) + "\n";
    RawClient client(running.port());
    client.send(running.head("POST", "/v1/events",
                             "Content-Type: application/x-ndjson\r\nContent-Length: " +
                                 std::to_string(body.size()) + "\r\n") +
                body);
    EXPECT_EQ(running.get("/readyz").status, 200U);  // the stream has begun: one thread, in order
    std::thread stopping([&running] { running.stop(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    running.service.release();
    const Answered answered = client.read();
    stopping.join();
    EXPECT_EQ(answered.status, 0U);  // no last chunk: the client knows that the rest was not taken
    EXPECT_EQ(lines_of(answered.body).size(), 4U);
    EXPECT_EQ(running.service.submitted().size(), 4U);
}

TEST(Ingest, a_client_that_leaves_in_the_middle_leaves_nothing_behind) {
    Running running;
    running.service.hold();
    {
        RawClient client(running.port());
        client.send(running.head("POST", "/v1/events",
                                 "Content-Type: application/x-ndjson\r\nContent-Length: 100000\r\n") +
                    order_event("a") + "\n" + order_event("b").substr(0, 20));
        EXPECT_EQ(running.get("/readyz").status, 200U);
    }
    running.service.release();
    Answered metrics;
    for (int i = 0; i < 200; ++i) {
        metrics = running.get("/metrics");
        if (metrics.body.find("banyan_http_connections 1.0") != std::string::npos) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_NE(metrics.body.find("banyan_http_connections 1.0"), std::string::npos) << metrics.body;
    // The service works on a thread of its own, which may not have had its turn yet.
    for (int i = 0; i < 500 && running.service.submitted().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(running.service.submitted(), std::vector<std::string>{"a"});  // half a line was never an event
}

}  // namespace
}  // namespace banyan::http
