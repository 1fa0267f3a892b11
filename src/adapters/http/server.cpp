// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.h"

#include <array>
#include <boost/asio/post.hpp>
#include <ctime>

#include "adapters/http/assets.h"
#include "adapters/http/core.h"
#include "text/json_writer.h"
#include "text/yaml.h"

namespace banyan::http {

namespace {

constexpr auto tick_time = std::chrono::milliseconds(500);

Result<std::string> contract_as_json() {
    const Asset* contract = find_asset("openapi.yaml");
    if (contract == nullptr) return Error::invalid("the program was built without api/openapi.yaml");
    return text::to_json(TRY(text::parse_yaml(contract->content, "openapi.yaml")));
}

}  // namespace

Core::Core(Options options, runtime::Service& service, Keys keys, Hooks hooks, Router router)
    : options_(std::move(options)),
      keys_(std::move(keys)),
      hooks_(std::move(hooks)),
      router_(std::move(router)),
      traffic_(router_.routes().size()) {
    api_.service = &service;
    api_.closes = hooks_.closes;
    api_.back_tests = hooks_.back_tests;
    api_.metrics = [this] { return hooks_.metrics(numbers()); };
    refresh_date();
}

Result<void> Core::listen() {
    api_.openapi_json = TRY(contract_as_json());
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(options_.address, ec);
    if (ec)
        return Error::invalid("'" + options_.address + "' is not an IP address to listen on; try 127.0.0.1");
    const asio::ip::tcp::endpoint endpoint(address, options_.port);
    const std::string place = options_.address + ":" + std::to_string(options_.port);
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return Error::io("cannot listen: " + ec.message() + "; is another server on this port?", place);
    port_ = acceptor_.local_endpoint(ec).port();
    return {};
}

void Core::run() {
    accept();
    tick();
    thread_ = std::thread([this] { context_.run(); });
}

void Core::accept() {
    acceptor_.async_accept([this](boost::system::error_code ec, asio::ip::tcp::socket socket) {
        if (is_stopping_ || ec == asio::error::operation_aborted) return;
        if (ec) {
            // No file handles left, or the client has gone: the listener must outlive both. A tick's pause keeps the
            // first from becoming a busy loop.
            if (hooks_.warned) hooks_.warned("a connection could not be accepted: " + ec.message());
            auto pause = std::make_shared<asio::steady_timer>(context_, tick_time);
            pause->async_wait([this, pause](boost::system::error_code) { accept(); });
            return;
        }
        auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket));
        if (connections_.size() >= options_.connections_max) {
            ++connections_refused_;
            connection->refuse_and_close();
        } else {
            connections_.emplace_front(connection);
            connection->start(connections_.begin());
        }
        accept();
    });
}

void Core::tick() {
    ticker_.expires_after(tick_time);
    ticker_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        refresh_date();
        reload_keys();
        const SteadyTime now = std::chrono::steady_clock::now();
        for (auto at = connections_.begin(); at != connections_.end();) {
            const auto connection = *at++;  // check() may take it off the list
            connection->check(now);
        }
        if (is_stopping_ && (connections_.empty() || now >= *stop_by_)) {
            context_.stop();
            return;
        }
        tick();
    });
}

void Core::deliver(std::shared_ptr<Connection> connection, std::uint64_t serial, Reply reply) {
    bool wakes = false;
    {
        const std::lock_guard lock(deliveries_mutex_);
        if (is_gone_.load(std::memory_order_acquire)) return;  // with all that it was for
        wakes = deliveries_.empty();
        deliveries_.push_back({std::move(connection), serial, std::move(reply)});
    }
    if (wakes) post([self = shared_from_this()] { self->deliver_all(); });
}

void Core::deliver_all() {
    {
        const std::lock_guard lock(deliveries_mutex_);
        deliveries_.swap(delivering_);
    }
    for (Delivery& each : delivering_) each.connection->on_reply(each.serial, std::move(each.reply));
    delivering_.clear();
}

bool Core::reload_keys() {
    const std::uint64_t before = keys_.revision();
    const auto reloaded = keys_.reload_if_changed();
    if (!reloaded.ok() && reloaded.error().text() != keys_fault_ && hooks_.warned)
        hooks_.warned("the API keys could not be read again, the old ones stay: " + reloaded.error().text());
    keys_fault_ = reloaded.ok() ? std::string() : reloaded.error().text();
    return keys_.revision() != before;
}

void Core::refresh_date() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    date_.assign(text.data(), size);
}

bool Core::begin_request() {
    if (requests_ >= options_.requests_max) {
        ++requests_refused_;
        return false;
    }
    ++requests_;
    return true;
}

void Core::answered(std::size_t route, const Exchange& exchange) {
    traffic_.add(route, exchange.status, exchange.duration_us, exchange.bytes_in, exchange.bytes_out);
    if (hooks_.exchanged) hooks_.exchanged(exchange);
}

void Core::leave(std::list<std::shared_ptr<Connection>>::iterator place) {
    connections_.erase(place);
    // The last one out ends a stop; without it the stop would wait for the next tick.
    if (is_stopping_ && connections_.empty()) context_.stop();
}

std::map<std::string, double> Core::numbers() const {
    std::vector<std::string> names;
    for (const Route& route : router_.routes())
        names.push_back(std::string(name_of(route.method)) + " " + std::string(route.path));
    names.emplace_back("none");
    std::map<std::string, double> numbers;
    traffic_.write(names, numbers);
    numbers["banyan_http_connections"] = static_cast<double>(connections_.size());
    numbers["banyan_http_requests_under_way"] = static_cast<double>(requests_);
    numbers["banyan_http_connections_refused_total"] = static_cast<double>(connections_refused_);
    numbers["banyan_http_requests_refused_total"] = static_cast<double>(requests_refused_);
    return numbers;
}

void Core::begin_stop() {
    is_stopping_ = true;
    stop_by_ = std::chrono::steady_clock::now() + std::chrono::microseconds(options_.stop_time.microseconds);
    boost::system::error_code ec;
    acceptor_.close(ec);
    for (auto at = connections_.begin(); at != connections_.end();) {
        const auto connection = *at++;
        connection->stop_soon();
    }
    if (connections_.empty()) context_.stop();
}

void Core::stop() {
    if (!thread_.joinable()) return;
    asio::post(context_, [this] { begin_stop(); });
    thread_.join();
    is_gone_.store(true, std::memory_order_release);
    // Whoever is still connected is cut off now. Running what that leaves behind frees what it holds.
    for (auto at = connections_.begin(); at != connections_.end();) {
        const auto connection = *at++;
        connection->close();
    }
    ticker_.cancel();
    context_.restart();
    context_.poll();
    // What was delivered too late to be posted; it holds its connection, and through it this.
    std::vector<Delivery> late;
    const std::lock_guard lock(deliveries_mutex_);
    late.swap(deliveries_);
}

Result<std::unique_ptr<Server>> Server::start(Options options, runtime::Service& service, Keys keys,
                                              Hooks hooks) {
    ASSERT(hooks.metrics);
    Router router = TRY(Router::make(all_routes()));
    auto core = std::make_shared<Core>(std::move(options), service, std::move(keys), std::move(hooks),
                                       std::move(router));
    TRY(core->listen());
    core->run();
    return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return core_->port(); }

void Server::stop() { core_->stop(); }

}  // namespace banyan::http
