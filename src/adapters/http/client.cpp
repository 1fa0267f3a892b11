// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <optional>

namespace banyan::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

struct Client::Connection {
    std::string host;
    std::string port;
    std::string key;
    asio::io_context context;
    std::optional<beast::tcp_stream> stream;
    beast::flat_buffer buffer;
};

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::make(const std::string& server, std::string key) {
    constexpr std::string_view scheme = "http://";
    const auto wrong = Error::invalid("expected an address such as http://127.0.0.1:8080", server);
    if (server.rfind(scheme, 0) != 0) return wrong;
    std::string rest = server.substr(scheme.size());
    if (!rest.empty() && rest.back() == '/') rest.pop_back();
    const auto colon = rest.rfind(':');
    if (rest.empty() || rest.find('/') != std::string::npos) return wrong;
    auto connection = std::make_unique<Connection>();
    connection->host = rest.substr(0, colon);
    connection->port = colon == std::string::npos ? "80" : rest.substr(colon + 1);
    connection->key = std::move(key);
    return Client(std::move(connection));
}

Result<Received> Client::send(const std::string& method, const std::string& path,
                              const std::string& content_type, std::string body) {
    Connection& c = *connection_;
    boost::system::error_code failed;
    const auto gone = [&](const char* what) {
        c.stream.reset();
        c.buffer.clear();
        return Error::io(std::string(what) + ": " + failed.message(),
                         "http://" + c.host + ":" + c.port + path);
    };
    if (!c.stream) {
        tcp::resolver resolver(c.context);
        const auto found = resolver.resolve(c.host, c.port, failed);
        if (failed) return gone("the server's address cannot be resolved");
        c.stream.emplace(c.context);
        c.stream->connect(found, failed);
        if (failed) return gone("the server does not answer; is it running?");
        c.stream->socket().set_option(tcp::no_delay(true), failed);
    }
    beast::http::request<beast::http::string_body> request;
    request.method_string(method);
    request.target(path);
    request.version(11);
    request.set(beast::http::field::host, c.host);
    if (!c.key.empty()) request.set(beast::http::field::authorization, "Bearer " + c.key);
    if (!content_type.empty()) request.set(beast::http::field::content_type, content_type);
    request.body() = std::move(body);
    request.prepare_payload();

    // A stream is answered while it is still being sent, so reading must not wait for the end of writing; the bodies
    // that the command line sends are small enough for the sockets' buffers and the server's window together.
    beast::http::write(*c.stream, request, failed);
    if (failed) return gone("the request could not be sent");
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(std::uint64_t{1} << 32U);
    beast::http::read(*c.stream, c.buffer, parser, failed);
    if (failed) return gone("the answer could not be read");
    Received reply;
    reply.status = parser.get().result_int();
    for (const auto& field : parser.get()) {
        std::string name(field.name_string());
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char ch) { return static_cast<char>(std::tolower(ch)); });
        reply.headers[name] = std::string(field.value());
    }
    reply.body = std::move(parser.get().body());
    if (!parser.get().keep_alive()) c.stream.reset();
    return reply;
}

}  // namespace banyan::http
