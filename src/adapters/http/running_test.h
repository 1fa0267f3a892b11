// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server with a fake brand behind it, and a client that speaks through a bare socket, so that a test can say what a
// well-behaved library never would.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "adapters/http/fake_service_test.h"
#include "adapters/http/server.h"
#include "text/json.h"

namespace banyan::http {

class TestDigest final : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        Sha256 hash{};
        ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
        return hash;
    }
};

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "banyan-http-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) != nullptr ? name : "";
        EXPECT_FALSE(path_.empty());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

struct Answered {
    unsigned status = 0;
    std::string head;
    std::string body;  // chunks joined
    [[nodiscard]] std::string header(const std::string& name) const {
        const std::size_t at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos) return {};
        const std::size_t begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
    [[nodiscard]] Value json() const {
        const auto value = text::parse_json(body);
        EXPECT_TRUE(value.ok()) << body;
        return value.ok() ? *value : Value();
    }
    /// The member of an object that is text; "" when it is not.
    [[nodiscard]] std::string text(std::string_view key) const {
        const Value value = json();
        const Value* found = value.is(Value::Kind::map) ? value.map().find(key) : nullptr;
        return found != nullptr && found->is(Value::Kind::string) ? found->string() : "";
    }
};

class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval limit{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the server has closed; what it said before is still to be read
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void end_sending() { ::shutdown(socket_, SHUT_WR); }
    /// The next answer on this connection; status 0 when there is none.
    Answered read() {
        Answered answered;
        while (in_.find("\r\n\r\n") == std::string::npos) {
            if (!more()) return answered;
        }
        const std::size_t end = in_.find("\r\n\r\n") + 2;
        answered.head = in_.substr(0, end);
        in_.erase(0, end + 2);
        answered.status = static_cast<unsigned>(std::atoi(answered.head.c_str() + 9));
        if (answered.header("Transfer-Encoding") == "chunked") {
            read_chunks(answered);
        } else if (const std::string length = answered.header("Content-Length"); !length.empty()) {
            const auto size = static_cast<std::size_t>(std::atoll(length.c_str()));
            while (in_.size() < size && more()) {}
            answered.body = in_.substr(0, size);
            in_.erase(0, size);
        } else {
            while (more()) {}
            answered.body.swap(in_);
        }
        return answered;
    }
    /// What comes until the words have come, or the connection has ended.
    std::string read_until(const std::string& words) {
        while (in_.find(words) == std::string::npos && more()) {}
        return std::exchange(in_, {});
    }
    /// Whether the server has closed the connection.
    bool is_closed() { return in_.empty() && !more(); }

  private:
    bool more() {
        char buffer[65536];
        const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
        if (size <= 0) return false;
        in_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }
    void read_chunks(Answered& answered) {
        for (;;) {
            std::size_t line = 0;
            while ((line = in_.find("\r\n")) == std::string::npos) {
                if (!more()) return void(answered.status = 0);  // ended without the last chunk
            }
            const std::size_t size = std::strtoull(in_.c_str(), nullptr, 16);
            while (in_.size() < line + 2 + size + 2) {
                if (!more()) return void(answered.status = 0);
            }
            answered.body += in_.substr(line + 2, size);
            in_.erase(0, line + 2 + size + 2);
            if (size == 0) return;
        }
    }

    int socket_;
    bool is_connected_ = false;
    std::string in_;
};

class Running {
  public:
    explicit Running(Options options = {}) {
        options.port = 0;
        auto keys = Keys::open(folder_.file("keys.json"), digest_);
        EXPECT_TRUE(keys.ok());
        all_ = keys->create(Scopes::all(), "all", Instant{1}).value().text;
        Scopes events;
        events.add(Scope::events_write);
        events_ = keys->create(events, "till", Instant{1}).value().text;
        Hooks hooks;
        hooks.metrics = [](const std::map<std::string, double>& server) {
            std::string out;
            for (const auto& [name, value] : server) out += name + " " + std::to_string(value) + "\n";
            return out;
        };
        auto started = Server::start(options, service, std::move(*keys), std::move(hooks));
        EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().text());
        server_ = std::move(*started);
    }

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] const std::string& all() const { return all_; }
    [[nodiscard]] const std::string& events() const { return events_; }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
    [[nodiscard]] const Digest& digest() const { return digest_; }
    void stop() { server_->stop(); }

    [[nodiscard]] std::string head(const std::string& method, const std::string& path,
                                   const std::string& more = {}) const {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + all_ +
               "\r\n" + more + "\r\n";
    }
    Answered get(const std::string& path, const std::string& more = {}) const {
        RawClient client(port());
        client.send(head("GET", path, more));
        return client.read();
    }
    Answered post(const std::string& path, const std::string& body, const std::string& more = {}) const {
        return send("POST", path, body, more);
    }
    Answered send(const std::string& method, const std::string& path, const std::string& body,
                  const std::string& more = {}) const {
        RawClient client(port());
        client.send(head(method, path,
                         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                             "\r\n" + more) +
                    body);
        return client.read();
    }

    FakeService service;

  private:
    TemporaryFolder folder_;
    TestDigest digest_;
    std::string all_;
    std::string events_;
    std::unique_ptr<Server> server_;
};

inline std::string order_event(const std::string& id) {
    return R"({"type":"order.paid","id":")" + id +
           R"(","source":"till","member":{"kind":"openid","id":"o-1"},"order":{"id":")" + id +
           R"(","channel":"store","currency":"CNY","lines":[{"id":"1","sku":"latte","quantity":2,"amount":"56.00"}]}})";
}

}  // namespace banyan::http
