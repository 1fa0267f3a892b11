// SPDX-License-Identifier: Apache-2.0
#pragma once

// The HTTP server: HTTP/1.1 over Beast's parser, on one thread of its own. Everything a client can make grow is
// bounded: connections, requests under way, headers, bodies, time. What is refused for that is told with 429 or 503
// and Retry-After, early and cheaply.
//
// It speaks plain HTTP and binds the address it is given, 127.0.0.1 unless told otherwise; TLS is the business of a
// proxy in front of it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "adapters/http/keys.h"
#include "adapters/http/message.h"
#include "base/instant.h"
#include "base/result.h"
#include "runtime/back_tests.h"
#include "runtime/closes.h"
#include "runtime/service.h"

namespace banyan::http {

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0 = any free one
    std::size_t connections_max = 2048;
    std::size_t requests_max = 1024;  // under way at once; a stream counts as one
    std::size_t header_bytes_max = std::size_t{16} << 10U;
    std::size_t body_bytes_max = std::size_t{1} << 20U;  // also of one line of a stream
    std::size_t stream_window = 512;                     // lines of one stream under way at once
    Duration header_time = seconds(15);                  // from the first byte to the end of the headers
    Duration idle_time = seconds(75);                    // between requests of a connection
    Duration transfer_time = seconds(30);  // without any progress while a body comes or an answer goes
    Duration stop_time = seconds(10);      // for what is under way when the server stops
};

/// One answered request, for the access log. The route is the template, never the path: a path may name a member.
struct Exchange {
    Method method = Method::get;
    std::string_view route;  // "" when there was none; points to a constant
    std::uint16_t status = 0;
    std::int64_t duration_us = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
};

struct Hooks {
    /// Called on the server's thread after each answer; must be quick. May be empty.
    std::function<void(const Exchange&)> exchanged;
    /// Prometheus text of the service's numbers and these of the server. Must be set.
    std::function<std::string(const std::map<std::string, double>& server)> metrics;
    /// Who closes months; must outlive the server. May be nothing.
    runtime::Closes* closes = nullptr;
    /// Who back-tests; as above.
    runtime::BackTests* back_tests = nullptr;
    /// What went wrong without a client to tell: one sentence. May be empty.
    std::function<void(const std::string&)> warned;
};

class Core;

class Server {
  public:
    /// Listens and serves. `service` must outlive the server; `keys` belong to its thread from now on.
    static Result<std::unique_ptr<Server>> start(Options options, runtime::Service& service, Keys keys,
                                                 Hooks hooks);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// Takes no more connections, finishes what is under way within `stop_time`, closes the rest. Called once more it
    /// does nothing.
    void stop();

  private:
    explicit Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    std::shared_ptr<Core> core_;
};

}  // namespace banyan::http
