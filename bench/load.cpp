// SPDX-License-Identifier: Apache-2.0
// banyan_load: sends orders over HTTP on N kept-alive connections, one request under way on each, for a fixed time.
//
//   banyan_load --port P --key K --connections N --seconds S --warmup S --batch B --members M --run TAG
//
// Batch 1 posts one JSON event a request, more posts NDJSON. One thread, plain sockets and epoll, no JSON parser: an
// answer is searched for what it must say. Prints one line of JSON: events counted after the warm-up, all events
// acknowledged, what was not applied, and the times of requests.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "banyan_load: %s\n", why.c_str());
    std::exit(1);
}

struct Asked {
    std::uint16_t port = 0;
    std::string key;
    std::uint64_t connections = 8;
    double seconds = 5;
    double warmup = 1;
    std::uint64_t batch = 1;
    std::uint64_t members = 100'000;
    std::string run = "a";
};

Asked parse(int argc, char** argv) {
    Asked asked;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const char* text = argv[i + 1];
        if (name == "--port")
            asked.port = static_cast<std::uint16_t>(std::strtoul(text, nullptr, 10));
        else if (name == "--key")
            asked.key = text;
        else if (name == "--connections")
            asked.connections = std::strtoull(text, nullptr, 10);
        else if (name == "--seconds")
            asked.seconds = std::strtod(text, nullptr);
        else if (name == "--warmup")
            asked.warmup = std::strtod(text, nullptr);
        else if (name == "--batch")
            asked.batch = std::strtoull(text, nullptr, 10);
        else if (name == "--members")
            asked.members = std::strtoull(text, nullptr, 10);
        else if (name == "--run")
            asked.run = text;
        else
            give_up("unknown option " + name);
    }
    if (asked.port == 0 || asked.connections == 0 || asked.batch == 0)
        give_up("--port, --connections, --batch");
    return asked;
}

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
double now() { return seconds_of(CLOCK_MONOTONIC); }

// The orders: the same sequence for every run, with ids that name the run.
class Orders {
  public:
    Orders(std::string run, std::uint64_t members) : run_(std::move(run)), members_(members) {}

    void append(std::string& out) {
        const std::string id = run_ + "-" + std::to_string(++number_);
        const std::uint64_t amount = 100 + random() % 20'000;
        out +=
            R"({"type":"order.paid","id":")" + id + R"(","source":"shop","member":{"kind":"openid","id":"m-)";
        out += std::to_string(random() % members_ + 1);
        out += R"("},"order":{"id":")" + id;
        out += R"(","channel":"app","store":"s-12","currency":"CNY","lines":[{"id":"1","sku":"latte",)";
        out += R"("category":"coffee","quantity":2,"amount":")" + std::to_string(amount / 100) + ".";
        out += static_cast<char>('0' + amount / 10 % 10);
        out += static_cast<char>('0' + amount % 10);
        out += "\"}]}}\n";
    }

  private:
    std::uint64_t random() {
        state_ ^= state_ >> 12U;
        state_ ^= state_ << 25U;
        state_ ^= state_ >> 27U;
        return state_ * 0x2545F4914F6CDD1DU >> 16U;
    }
    std::string run_;
    std::uint64_t members_;
    std::uint64_t number_ = 0;
    std::uint64_t state_ = 20'261'122;
};

struct Connection {
    int socket = -1;
    std::string out;
    std::string in;
    double asked_at = 0;
};

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        give_up("no connection to port " + std::to_string(port));
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

// Where the answer's body begins, or nothing when the answer is not whole yet.
bool whole(const std::string& in, std::size_t& body) {
    const auto head = in.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    body = head + 4;
    constexpr std::string_view length = "\r\nContent-Length: ";
    const auto at = in.find(length);
    if (at != std::string::npos && at < head)
        return in.size() - body >= std::strtoull(in.c_str() + at + length.size(), nullptr, 10);
    // Chunked; no line of the answers can look like its end.
    return in.size() >= body + 5 && std::string_view(in).substr(in.size() - 5) == "0\r\n\r\n";
}

std::string without_chunks(std::string_view body) {
    std::string text;
    while (!body.empty()) {
        const std::size_t size = std::strtoull(body.data(), nullptr, 16);
        const auto line = body.find("\r\n");
        if (size == 0 || line == std::string_view::npos) break;
        text += body.substr(line + 2, size);
        body.remove_prefix(std::min(body.size(), line + 2 + size + 2));
    }
    return text;
}

std::uint64_t count(std::string_view text, std::string_view word) {
    std::uint64_t found = 0;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size()))
        ++found;
    return found;
}

class Load {
  public:
    explicit Load(const Asked& asked) : asked_(asked), orders_(asked.run, asked.members) {}

    void run() {
        epoll_ = epoll_create1(0);
        connections_.resize(asked_.connections);
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            connections_[i].socket = connect_to(asked_.port);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event);
        }
        counting_from_ = now() + asked_.warmup;
        ends_ = counting_from_ + asked_.seconds;
        for (Connection& connection : connections_) ask(connection);
        under_way_ = connections_.size();
        std::vector<epoll_event> events(64);
        while (under_way_ > 0) {
            const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10'000);
            if (ready == 0) give_up("no answer within 10 s");
            for (int i = 0; i < ready; ++i)
                receive(connections_[events[static_cast<std::size_t>(i)].data.u64]);
        }
        report();
    }

  private:
    void ask(Connection& connection) {
        body_.clear();
        for (std::uint64_t i = 0; i < asked_.batch; ++i) orders_.append(body_);
        connection.out = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                         asked_.key + "\r\nContent-Type: application/" +
                         (asked_.batch == 1 ? "json" : "x-ndjson") +
                         "\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_;
        connection.in.clear();
        connection.asked_at = now();
        // A blocking send: requests are far smaller than the socket's buffer, or the server reads while we write.
        for (std::size_t sent = 0; sent < connection.out.size();) {
            const auto wrote = ::send(connection.socket, connection.out.data() + sent,
                                      connection.out.size() - sent, MSG_NOSIGNAL);
            if (wrote <= 0) give_up("the server closed a connection");
            sent += static_cast<std::size_t>(wrote);
        }
    }

    void receive(Connection& connection) {
        char bytes[1 << 16];
        const auto got = ::recv(connection.socket, bytes, sizeof bytes, 0);
        if (got <= 0) give_up("the server closed a connection in the middle of an answer");
        connection.in.append(bytes, static_cast<std::size_t>(got));
        std::size_t body = 0;
        if (!whole(connection.in, body)) return;
        const double at = now();
        settle(connection, body, at);
        // A machine too busy to answer anything in time is waited for: one answer is the least there is to say.
        if (at < ends_ || times_.empty())
            ask(connection);
        else
            --under_way_;
    }

    void settle(const Connection& connection, std::size_t body, double at) {
        const std::string_view answer = connection.in;
        const std::string text = asked_.batch == 1 ? std::string() : without_chunks(answer.substr(body));
        const std::uint64_t applied =
            answer.substr(9, 3) != "200"
                ? 0
                : count(asked_.batch == 1 ? answer.substr(body) : text, "\"status\":\"applied\"");
        if (applied < asked_.batch && said_.empty())
            said_ = asked_.batch == 1 ? connection.in : text.substr(0, 600);
        acknowledged_ += applied;
        not_applied_ += asked_.batch - applied;
        if (at < counting_from_ || (at >= ends_ && !times_.empty())) return;
        ends_ = std::max(ends_, at);
        counted_ += applied;
        times_.push_back(static_cast<float>((at - connection.asked_at) * 1e3));
    }

    [[nodiscard]] double percentile(double share) {
        if (times_.empty()) give_up("no request was answered");
        const auto place =
            std::min(times_.size() - 1, static_cast<std::size_t>(share * static_cast<double>(times_.size())));
        std::nth_element(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(place), times_.end());
        return static_cast<double>(times_[place]);
    }

    void report() {
        if (not_applied_ > 0)
            std::fprintf(stderr, "banyan_load: not applied, for example: %s\n", said_.c_str());
        std::printf(
            "{\"events\": %llu, \"rate\": %.6g, \"acknowledged\": %llu, \"not_applied\": %llu, "
            "\"p50_ms\": %.4g, \"p99_ms\": %.4g, \"client_cpu_seconds\": %.4g}\n",
            static_cast<unsigned long long>(counted_),
            static_cast<double>(counted_) / (ends_ - counting_from_),
            static_cast<unsigned long long>(acknowledged_), static_cast<unsigned long long>(not_applied_),
            percentile(0.5), percentile(0.99), seconds_of(CLOCK_PROCESS_CPUTIME_ID));
    }

    Asked asked_;
    Orders orders_;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::string body_;
    double counting_from_ = 0, ends_ = 0;
    std::size_t under_way_ = 0;
    std::uint64_t counted_ = 0, acknowledged_ = 0, not_applied_ = 0;
    std::string said_;
    std::vector<float> times_;
};

}  // namespace

int main(int argc, char** argv) {
    Load(parse(argc, argv)).run();
    return 0;
}
