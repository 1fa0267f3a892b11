// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdio>

#include "adapters/http/core.h"

// The part of a Connection that is busy while a stream of events comes and its results go.

namespace banyan::http {

namespace http_words = boost::beast::http;
using boost::system::error_code;

namespace {

// Results that the client has not fetched; beyond it the stream stops reading. Clients that send everything before
// they read anything are served as long as their results fit this and the sockets' buffers.
constexpr std::size_t results_bytes_max = std::size_t{8} << 20U;

}  // namespace

void Connection::begin_stream() {
    const auto results = query_ == "results=problems" ? Ingest::Results::problems : Ingest::Results::all;
    if (!query_.empty() && query_ != "results=all" && results == Ingest::Results::all)
        return refuse(
            problem_of(ProblemCode::invalid_query, "the one parameter here is results=all|problems"));
    if (!core_->begin_request()) {
        Problem refused = problem_of(ProblemCode::too_many_requests);
        refused.retry_after = 1;
        return refuse(std::move(refused));
    }
    is_counted_ = true;
    Ingest::Options options;
    options.window = core_->options().stream_window;
    options.line_bytes_max = core_->options().body_bytes_max;
    options.results = results;
    options.scopes = scopes_;
    options.language = language_;
    auto wake = [self = weak_from_this(), core = core_] {
        core->post([self] {
            if (const auto connection = self.lock()) connection->pump_stream();
        });
    };
    ingest_ = std::make_shared<Ingest>(*core_->api().service, options, std::move(wake));
    status_ = 200;
    stream_out_ = 0;
    fed_ = 0;
    results_ =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n";
    results_ += core_->date();
    // HTTP/1.0 knows no chunks; there the end of the connection is the end of the answer.
    if (parser_->get().version() == 10) closes_after_ = true;
    results_ += closes_after_ ? "Connection: close\r\n" : "";
    results_ += parser_->get().version() == 11 ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
    set_phase(Phase::streaming, core_->options().idle_time);
}

// Whatever happened (bytes came, results came, bytes went), this decides what is next.
void Connection::pump_stream() {
    if (phase_ != Phase::streaming) return;
    std::string results;
    if (const auto delay = ingest_->drain(results)) {
        retry_timer_.expires_after(std::chrono::microseconds(delay->microseconds));
        retry_timer_.async_wait([self = shared_from_this()](error_code ec) {
            if (ec || self->phase_ != Phase::streaming) return;
            self->ingest_->retry();
            self->pump_stream();
        });
    }
    feed_stream();
    if (phase_ != Phase::streaming) return;
    const bool is_done = parser_->is_done() && parser_->get().body().empty() && ingest_->is_idle();
    if (is_done) ingest_->write_summary(results);
    if (!results.empty()) {
        const bool is_chunked = parser_->get().version() == 11;
        if (is_chunked) {
            std::array<char, 20> size{};
            const int length = std::snprintf(size.data(), size.size(), "%zx\r\n", results.size());
            results_.append(size.data(), static_cast<std::size_t>(length));
        }
        results_ += results;
        if (is_chunked) results_ += "\r\n";
    }
    // A server that stops answers what it has taken in and then ends without the last chunk: the client sees that
    // the rest was not taken, and sends it elsewhere or later.
    const bool is_cut = core_->is_stopping() && ingest_->is_idle();
    if (is_done || is_cut) return end_stream();
    send_stream();
}

void Connection::feed_stream() {
    std::string& body = parser_->get().body();
    const auto feed = [&] {
        if (fed_ < body.size() && ingest_->has_room())
            fed_ += ingest_->feed(std::string_view(body).substr(fed_), parser_->is_done());
        // What was fed is dropped all at once or by the piece, because moving the rest up for every line costs more
        // than reading it.
        if (fed_ < body.size() && fed_ < read_bytes) return;
        body.erase(0, fed_);
        fed_ = 0;
    };
    for (;;) {
        if (core_->is_stopping()) return;
        feed();
        if (!ingest_->has_room() || results_.size() > results_bytes_max || parser_->is_done()) return;
        // A read under way means that the parser has asked for more; it must not be given the same bytes twice.
        if (in_.size() == 0 || is_reading_) return read_some();
        error_code ec;
        const std::size_t size = parser_->put(in_.data(), ec);
        in_.consume(size);
        bytes_in_ += size;
        set_phase(Phase::streaming, core_->options().idle_time);
        if (ec == http_words::error::need_more &&
            in_.size() <= core_->options().header_bytes_max + read_bytes) {
            feed();  // what came before the place where it stopped must not wait for what comes after
            return read_some();
        }
        if (ec)
            return close();  // the framing broke in mid-stream; the answer has begun, so this is all we can say
    }
}

void Connection::send_stream() {
    if (is_sending_ || results_.empty()) return;
    is_sending_ = true;
    out_.swap(results_);
    results_.clear();
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](error_code ec, std::size_t size) {
                          self->is_sending_ = false;
                          self->stream_out_ += size;
                          if (self->phase_ == Phase::closed) return;
                          if (ec) return self->close();
                          if (self->phase_ == Phase::answering) return self->end_stream();
                          self->set_phase(Phase::streaming, self->core_->options().idle_time);
                          self->pump_stream();
                      });
}

void Connection::end_stream() {
    if (phase_ == Phase::streaming) {
        const bool is_whole = parser_->is_done() && parser_->get().body().empty();
        if (is_whole && parser_->get().version() == 11) results_ += "0\r\n\r\n";
        if (!is_whole) closes_after_ = true;
        set_phase(Phase::answering, core_->options().transfer_time);
    }
    if (is_sending_) return;  // it comes back here
    if (!results_.empty()) return send_stream();
    ingest_.reset();
    count(stream_out_);
    after_send();
}

}  // namespace banyan::http
