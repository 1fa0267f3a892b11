// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small blocking HTTP client for the command line: one connection, kept open, one request at a time.

#include <map>
#include <memory>
#include <string>

#include "base/result.h"

namespace banyan::http {

struct Received {
    unsigned status = 0;
    std::map<std::string, std::string> headers;  // lower-case names
    std::string body;
};

class Client {
  public:
    /// `server` = "http://127.0.0.1:8080". Connects on the first request.
    static Result<Client> make(const std::string& server, std::string key);
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    /// `io` when nobody answers; the connection is made anew for the next request.
    Result<Received> send(const std::string& method, const std::string& path, const std::string& content_type,
                          std::string body);

  private:
    struct Connection;
    explicit Client(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

}  // namespace banyan::http
