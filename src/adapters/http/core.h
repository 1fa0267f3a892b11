// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the connections of one server share, and the connections. Private to the server: only server.cpp and
// connection.cpp include this, because Asio and Beast cost seconds to compile.
//
// Everything here lives on the server's one thread. Other threads only post to it.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/http/api.h"
#include "adapters/http/ingest.h"
#include "adapters/http/router.h"
#include "adapters/http/server.h"
#include "adapters/http/traffic.h"

namespace banyan::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using SteadyTime = std::chrono::steady_clock::time_point;

class Connection;

/// What one read of a socket takes at most.
inline constexpr std::size_t read_bytes = std::size_t{64} << 10U;

class Core : public std::enable_shared_from_this<Core> {
  public:
    Core(Options options, runtime::Service& service, Keys keys, Hooks hooks, Router router);

    Result<void> listen();
    void run();
    void stop();
    [[nodiscard]] std::uint16_t port() const { return port_; }

    // for the connections
    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] const Router& router() const { return router_; }
    [[nodiscard]] const Api& api() const { return api_; }
    [[nodiscard]] const Keys& keys() const { return keys_; }
    /// Reads the keys again when their file has changed; true when they are others now.
    bool reload_keys();
    [[nodiscard]] asio::io_context& context() { return context_; }
    [[nodiscard]] std::string_view date() const { return date_; }
    [[nodiscard]] bool is_stopping() const { return is_stopping_; }
    /// Runs the work on the server's thread; drops it when that thread is gone for good.
    template <typename Work>
    void post(Work work);
    /// Hands an answer to its connection on the server's thread, from any thread; many at once wake that thread once.
    void deliver(std::shared_ptr<Connection> connection, std::uint64_t serial, Reply reply);

    bool begin_request();  // false: too many are under way
    void end_request() { --requests_; }
    void answered(std::size_t route, const Exchange& exchange);
    void leave(std::list<std::shared_ptr<Connection>>::iterator place);

  private:
    void deliver_all();
    void accept();
    void tick();
    void refresh_date();
    void begin_stop();
    [[nodiscard]] std::map<std::string, double> numbers() const;

    Options options_;
    Keys keys_;
    Hooks hooks_;
    Router router_;
    Api api_;
    asio::io_context context_{1};
    asio::ip::tcp::acceptor acceptor_{context_};
    asio::steady_timer ticker_{context_};
    std::thread thread_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_gone_{false};

    struct Delivery {
        std::shared_ptr<Connection> connection;
        std::uint64_t serial = 0;
        Reply reply;
    };
    std::mutex deliveries_mutex_;  // guards the next
    std::vector<Delivery> deliveries_;
    std::vector<Delivery> delivering_;  // the same, taken out; kept for its capacity

    bool is_stopping_ = false;
    std::optional<SteadyTime> stop_by_;

    std::list<std::shared_ptr<Connection>> connections_;  // owns them; close() takes one off
    std::size_t requests_ = 0;
    std::uint64_t connections_refused_ = 0;
    std::uint64_t requests_refused_ = 0;
    Traffic traffic_;
    std::string date_;
    std::string keys_fault_;  // what was said last; a broken file is met by every request with a wrong key
};

/// Collects a body of unknown length piece by piece; its bound is watched by the connection.
struct GrowingBody {
    using value_type = std::string;
    static std::uint64_t size(const value_type& body) { return body.size(); }

    class reader {
      public:
        template <bool is_request, typename Fields>
        reader(beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}
        void init(const boost::optional<std::uint64_t>&, beast::error_code& ec) { ec = {}; }
        template <typename Buffers>
        std::size_t put(const Buffers& buffers, beast::error_code& ec) {
            std::size_t size = 0;
            for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers);
                 ++at) {
                const asio::const_buffer piece = *at;
                body_.append(static_cast<const char*>(piece.data()), piece.size());
                size += piece.size();
            }
            ec = {};
            return size;
        }
        void finish(beast::error_code& ec) { ec = {}; }

      private:
        value_type& body_;
    };
};

/// One client. Reads a request, has it answered, writes the answer, then reads the next: requests of one connection
/// never overlap, so what a client sends ahead (pipelining) waits in the socket.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(std::shared_ptr<Core> core, asio::ip::tcp::socket socket);

    void start(std::list<std::shared_ptr<Connection>>::iterator place);
    /// Closes when a time is up.
    void check(SteadyTime now);
    /// Closes now when idle, else after the answer under way.
    void stop_soon();
    void close();
    /// One answer without reading anything, for a connection too many.
    void refuse_and_close();
    /// The answer to the request of this number; dropped when the client has gone meanwhile.
    void on_reply(std::uint64_t serial, Reply reply);

  private:
    using Parser = beast::http::request_parser<GrowingBody>;
    enum class Phase : unsigned char {
        idle,
        header,
        body,
        handling,
        streaming,
        answering,
        lingering,
        closed
    };

    void set_phase(Phase phase, Duration time);
    void next_request();
    void read_some();
    void advance();
    bool parse_header();
    bool parse_body();
    std::optional<Problem> admit();
    std::optional<Problem> check_framing();
    std::optional<Problem> authorize(const Route& route);
    std::optional<Problem> check_content();
    void dispatch();
    void refuse(Problem problem);
    void send(Reply reply);
    void after_send();
    void linger();
    void count(std::uint64_t bytes_out);

    void begin_stream();
    void pump_stream();
    void feed_stream();
    void send_stream();
    void end_stream();

    [[nodiscard]] std::string_view header(beast::http::field field) const;
    [[nodiscard]] Call call();

    std::shared_ptr<Core> core_;
    asio::ip::tcp::socket socket_;
    std::list<std::shared_ptr<Connection>>::iterator place_;
    bool is_listed_ = false;
    Phase phase_ = Phase::idle;
    SteadyTime deadline_;
    beast::flat_buffer in_;
    std::optional<Parser> parser_;
    std::string out_;
    bool is_reading_ = false;
    bool closes_after_ = false;

    // the request under way
    std::uint64_t serial_ = 0;
    SteadyTime began_;
    std::uint64_t bytes_in_ = 0;
    Router::Match match_;
    std::string_view path_;
    std::string_view query_;
    Language language_ = Language::en;
    Scopes scopes_;
    bool is_head_ = false;
    bool is_counted_ = false;  // among the core's requests
    std::uint16_t status_ = 0;
    Method method_ = Method::get;

    // the last key that passed on this connection; asked again when the keys have changed
    std::string passed_header_;
    Scopes passed_scopes_;
    std::uint64_t passed_revision_ = 0;

    // a stream of events
    std::shared_ptr<Ingest> ingest_;
    std::size_t fed_ = 0;  // bytes of the body that the stream has taken
    std::string results_;  // not yet on the way
    std::uint64_t stream_out_ = 0;
    bool is_sending_ = false;
    asio::steady_timer retry_timer_;
};

template <typename Work>
void Core::post(Work work) {
    if (!is_gone_.load(std::memory_order_acquire)) asio::post(context_, std::move(work));
}

}  // namespace banyan::http
