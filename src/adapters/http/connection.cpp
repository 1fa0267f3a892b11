// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "adapters/http/core.h"
#include "adapters/http/query.h"

namespace banyan::http {

namespace http_words = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t target_bytes_max = 2048;
constexpr Duration linger_time = seconds(2);

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::optional<Method> method_of(http_words::verb verb) {
    switch (verb) {
        case http_words::verb::get:
        case http_words::verb::head: return Method::get;
        case http_words::verb::post: return Method::post;
        case http_words::verb::patch: return Method::patch;
        case http_words::verb::delete_: return Method::del;
        default: return std::nullopt;
    }
}

std::string_view reason_of(unsigned status) {
    return view(http_words::obsolete_reason(static_cast<http_words::status>(status)));
}

// "application/json; charset=utf-8" without its parameters, and in small letters.
std::string media_type(std::string_view header) {
    std::string type(header.substr(0, header.find(';')));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    for (char& c : type) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return type;
}

}  // namespace

Connection::Connection(std::shared_ptr<Core> core, asio::ip::tcp::socket socket)
    : core_(std::move(core)), socket_(std::move(socket)), retry_timer_(core_->context()) {}

void Connection::start(std::list<std::shared_ptr<Connection>>::iterator place) {
    place_ = place;
    is_listed_ = true;
    error_code ec;
    socket_.set_option(asio::ip::tcp::no_delay(true), ec);  // best effort: only latency depends on it
    next_request();
    advance();
}

void Connection::set_phase(Phase phase, Duration time) {
    phase_ = phase;
    deadline_ = time.microseconds > 0
                    ? std::chrono::steady_clock::now() + std::chrono::microseconds(time.microseconds)
                    : SteadyTime::max();
}

void Connection::check(SteadyTime now) {
    // A stream that neither reads nor writes waits for the service, which is not the client's fault.
    if (phase_ == Phase::streaming && !is_reading_ && !is_sending_) return;
    if (now >= deadline_) close();
}

void Connection::stop_soon() {
    closes_after_ = true;
    if (phase_ == Phase::idle || phase_ == Phase::header || phase_ == Phase::lingering) return close();
    if (phase_ == Phase::streaming) pump_stream();
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    const auto self = shared_from_this();  // leaving the list may drop the last other owner
    phase_ = Phase::closed;
    deadline_ = SteadyTime::max();
    error_code ec;
    socket_.close(ec);
    retry_timer_.cancel();
    if (is_counted_) core_->end_request();
    is_counted_ = false;
    ingest_.reset();
    if (is_listed_) core_->leave(place_);
    is_listed_ = false;
}

// --- reading -------------------------------------------------------------------------------------------------

void Connection::next_request() {
    ++serial_;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(core_->options().header_bytes_max));
    parser_->body_limit(boost::none);  // watched in parse_body(), where the route is known
    bytes_in_ = 0;
    match_ = {};
    path_ = {};
    query_ = {};
    language_ = Language::en;
    is_head_ = false;
    status_ = 0;
    set_phase(Phase::idle, core_->options().idle_time);
}

void Connection::read_some() {
    if (is_reading_ || phase_ == Phase::closed) return;
    is_reading_ = true;
    socket_.async_read_some(
        in_.prepare(read_bytes), [self = shared_from_this()](error_code ec, std::size_t size) {
            self->is_reading_ = false;
            if (self->phase_ == Phase::closed) return;
            if (ec)
                return self->close();  // gone, or half of a request: nothing of it was done, nobody to tell
            self->in_.commit(size);
            self->advance();
        });
}

void Connection::advance() {
    if (phase_ == Phase::lingering) {
        in_.consume(in_.size());
        return read_some();
    }
    if (phase_ == Phase::idle && in_.size() > 0) {
        began_ = std::chrono::steady_clock::now();
        set_phase(Phase::header, core_->options().header_time);
    }
    if (phase_ == Phase::header && !parse_header()) return;
    if (phase_ == Phase::streaming) return pump_stream();
    if (phase_ == Phase::body && !parse_body()) return;
    if (phase_ == Phase::idle) read_some();
}

// False when the connection waits for something else now: more bytes, or an answer on its way.
bool Connection::parse_header() {
    error_code ec;
    const std::size_t size = parser_->put(in_.data(), ec);
    in_.consume(size);
    bytes_in_ += size;
    if (ec == http_words::error::need_more) {
        if (in_.size() <= core_->options().header_bytes_max) {
            read_some();
            return false;
        }
        ec = http_words::error::header_limit;
    }
    if (ec == http_words::error::header_limit) {
        refuse(problem_of(ProblemCode::headers_too_large));
        return false;
    }
    if (ec) {
        refuse(problem_of(ProblemCode::bad_http, "the request is not HTTP: " + ec.message()));
        return false;
    }
    if (auto refused = admit()) {
        refuse(std::move(*refused));
        return false;
    }
    if (view(parser_->get()[http_words::field::expect]).size() > 0 && !parser_->is_done()) {
        // The client waits to hear that its body is wanted. Eleven bytes always fit an empty socket buffer.
        error_code failed;
        asio::write(socket_, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), failed);
        if (failed) {
            close();
            return false;
        }
    }
    parser_->eager(true);
    const bool is_stream = match_.route->body == Body::streamed &&
                           media_type(header(http_words::field::content_type)) == content::ndjson;
    if (is_stream)
        begin_stream();
    else
        set_phase(Phase::body, core_->options().transfer_time);
    return phase_ != Phase::answering;
}

bool Connection::parse_body() {
    while (!parser_->is_done()) {
        if (in_.size() == 0) {
            read_some();
            return false;
        }
        error_code ec;
        const std::size_t size = parser_->put(in_.data(), ec);
        in_.consume(size);
        bytes_in_ += size;
        if (parser_->get().body().size() > core_->options().body_bytes_max) {
            refuse(problem_of(ProblemCode::body_too_large));
            return false;
        }
        if (ec == http_words::error::need_more) {
            if (in_.size() > core_->options().header_bytes_max + read_bytes) {
                refuse(problem_of(ProblemCode::bad_http, "a chunk's header is too long"));
                return false;
            }
            set_phase(Phase::body, core_->options().transfer_time);
            read_some();
            return false;
        }
        if (ec) {
            refuse(problem_of(ProblemCode::bad_http, "the body is not framed as HTTP: " + ec.message()));
            return false;
        }
    }
    dispatch();
    return false;
}

// --- admission -----------------------------------------------------------------------------------------------

std::string_view Connection::header(http_words::field field) const { return view(parser_->get()[field]); }

// What can be said from the headers alone; nothing when the request may go on.
std::optional<Problem> Connection::admit() {
    const auto& request = parser_->get();
    closes_after_ = !request.keep_alive() || core_->is_stopping();
    language_ = preferred_language(header(http_words::field::accept_language));
    const auto method = method_of(request.method());
    is_head_ = request.method() == http_words::verb::head;
    method_ = method.value_or(Method::get);
    const std::string_view target = view(request.target());
    const std::size_t question = target.find('?');
    path_ = target.substr(0, question);
    query_ = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    if (auto refused = check_framing()) return refused;
    match_ = core_->router().match(method, path_);
    if (match_.route == nullptr)
        return problem_of(match_.allow.empty() ? ProblemCode::route_unknown
                                               : ProblemCode::method_not_allowed);
    if (auto refused = authorize(*match_.route)) return refused;
    return check_content();
}

// Where two readers of the same bytes could disagree on where a request ends, there is no request.
std::optional<Problem> Connection::check_framing() {
    const auto& request = parser_->get();
    if (request.version() != 10 && request.version() != 11)
        return problem_of(ProblemCode::bad_http, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    const std::string_view target = view(request.target());
    if (target.empty() || target.front() != '/')
        return problem_of(ProblemCode::bad_http, "the request target is not a path");
    if (target.size() > target_bytes_max)
        return problem_of(ProblemCode::bad_http, "the request target is longer than 2048 bytes");
    if (request.version() == 11 && request.count(http_words::field::host) != 1)
        return problem_of(ProblemCode::bad_http, "an HTTP/1.1 request has exactly one Host header");
    const std::size_t lengths = request.count(http_words::field::content_length);
    const std::size_t encodings = request.count(http_words::field::transfer_encoding);
    if (lengths > 1 || encodings > 1 || (lengths == 1 && encodings == 1))
        return problem_of(ProblemCode::bad_http,
                          "a body has either one Content-Length or one Transfer-Encoding");
    if (encodings == 1 && (!request.chunked() || request.version() == 10))
        return problem_of(ProblemCode::bad_http, "the only transfer encoding understood here is chunked");
    if (request.count(http_words::field::authorization) > 1)
        return problem_of(ProblemCode::bad_http, "there is more than one Authorization header");
    return std::nullopt;
}

std::optional<Problem> Connection::authorize(const Route& route) {
    scopes_ = Scopes();
    if (route.access.is_open()) return std::nullopt;
    const std::string_view authorization = header(http_words::field::authorization);
    if (authorization.empty()) return problem_of(ProblemCode::key_missing);
    if (authorization == passed_header_ && passed_revision_ == core_->keys().revision()) {
        scopes_ = passed_scopes_;
    } else {
        constexpr std::string_view scheme = "Bearer ";
        if (!authorization.starts_with(scheme)) return problem_of(ProblemCode::key_missing);
        const std::string_view key = authorization.substr(scheme.size());
        auto granted = core_->keys().check(key);
        // Perhaps it was made a moment ago; a file that did not change is only looked at.
        if (!granted && core_->reload_keys()) granted = core_->keys().check(key);
        if (!granted) return problem_of(ProblemCode::key_invalid);
        scopes_ = passed_scopes_ = *granted;
        passed_header_ = authorization;
        passed_revision_ = core_->keys().revision();
    }
    const Scope needed = route.access.scope();
    if (scopes_.has(needed)) return std::nullopt;
    return problem_of(ProblemCode::scope_missing,
                      "the API key lacks the scope " + std::string(name_of(needed)));
}

std::optional<Problem> Connection::check_content() {
    const bool has_body = !parser_->is_done();
    const std::string type = media_type(header(http_words::field::content_type));
    const Body body = match_.route->body;
    if (has_body && body != Body::none) {
        const bool fits = type == content::json || (body == Body::streamed && type == content::ndjson);
        if (!fits) return problem_of(ProblemCode::content_type_unsupported);
    }
    if (view(parser_->get()[http_words::field::content_encoding]).size() > 0)
        return problem_of(ProblemCode::content_type_unsupported,
                          "an encoded (compressed) body is not read here");
    const bool is_stream = body == Body::streamed && type == content::ndjson;
    const auto length = parser_->content_length();
    if (!is_stream && length && *length > core_->options().body_bytes_max)
        return problem_of(ProblemCode::body_too_large);
    return std::nullopt;
}

// --- handling ------------------------------------------------------------------------------------------------

Call Connection::call() {
    Call call;
    call.method = method_;
    call.path = path_;
    call.query = query_;
    call.body = parser_->get().body();
    call.language = language_;
    call.scopes = scopes_;
    call.parameters = match_.parameters;
    // RFC draft: a quoted string. Most clients send it bare; both mean the same.
    std::string_view key = view(parser_->get()["Idempotency-Key"]);
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
    call.idempotency_key = key;
    return call;
}

void Connection::dispatch() {
    set_phase(Phase::handling, {});
    if (!core_->begin_request()) {
        Problem refused = problem_of(ProblemCode::too_many_requests);
        refused.retry_after = 1;
        return refuse(std::move(refused));
    }
    is_counted_ = true;
    const Call asked = call();
    auto respond = [self = shared_from_this(), serial = serial_](Reply reply) {
        // On the server's own thread the answer is taken at once, else it is handed over.
        if (self->core_->context().get_executor().running_in_this_thread())
            return self->on_reply(serial, std::move(reply));
        self->core_->deliver(self, serial, std::move(reply));
    };
    match_.route->handler(core_->api(), asked, std::move(respond));
}

void Connection::on_reply(std::uint64_t serial, Reply reply) {
    if (phase_ != Phase::handling || serial != serial_) return;
    send(std::move(reply));
}

void Connection::refuse(Problem refused) {
    refused.instance = path_;
    // Unread bytes of this request would be taken for the next one.
    if (!parser_->is_done()) closes_after_ = true;
    Reply reply = reply_of(refused, language_);
    if (!match_.allow.empty()) reply.headers += "Allow: " + match_.allow + "\r\n";
    send(std::move(reply));
}

void Connection::send(Reply reply) {
    set_phase(Phase::answering, core_->options().transfer_time);
    status_ = reply.status;
    out_.clear();
    out_.reserve(320 + reply.headers.size() + reply.body.size());
    out_ += "HTTP/1.1 ";
    out_ += std::to_string(reply.status);
    out_ += ' ';
    out_ += reason_of(reply.status);
    out_ += "\r\nContent-Type: ";
    out_ += reply.content_type;
    out_ += "\r\nContent-Length: ";
    out_ += std::to_string(reply.body.size());
    out_ += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
    out_ += core_->date();
    out_ += reply.headers;
    if (closes_after_) out_ += "Connection: close\r\n";
    out_ += "\r\n";
    if (!is_head_) out_ += reply.body;
    asio::async_write(socket_, asio::buffer(out_),
                      [self = shared_from_this()](error_code ec, std::size_t size) {
                          if (self->phase_ == Phase::closed) return;
                          self->count(size);
                          if (ec) return self->close();
                          self->after_send();
                      });
}

void Connection::count(std::uint64_t bytes_out) {
    if (is_counted_) core_->end_request();
    is_counted_ = false;
    Exchange exchange;
    exchange.method = method_;
    exchange.route = match_.route != nullptr ? match_.route->path : std::string_view();
    exchange.status = status_;
    exchange.duration_us =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began_)
            .count();
    exchange.bytes_in = bytes_in_;
    exchange.bytes_out = bytes_out;
    core_->answered(match_.route != nullptr ? match_.index : core_->router().routes().size(), exchange);
}

void Connection::after_send() {
    if (closes_after_) return linger();
    next_request();
    advance();
}

// Closing while the client still sends would reset the connection and could take the answer from under its eyes. So
// our side ends first, and what still comes is thrown away for a moment.
void Connection::linger() {
    error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    if (ec || core_->is_stopping()) return close();
    set_phase(Phase::lingering, linger_time);
    in_.consume(in_.size());
    read_some();
}

void Connection::refuse_and_close() {
    parser_.emplace();
    closes_after_ = true;
    began_ = std::chrono::steady_clock::now();
    Problem refused = problem_of(ProblemCode::too_many_connections);
    refused.retry_after = 2;
    refuse(std::move(refused));
}

}  // namespace banyan::http
