// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <csignal>
#include <ctime>

#include "adapters/http/server.h"
#include "adapters/telemetry/log.h"
#include "adapters/telemetry/prometheus.h"
#include "app/archiver.h"
#include "app/back_tester.h"
#include "app/closer.h"
#include "app/files.h"
#include "app/starter.h"
#include "app/terminal.h"

namespace banyan::app {

namespace {

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

Result<Address> parse_address(const std::string& text) {
    const auto colon = text.rfind(':');
    const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool digits =
        !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || std::stoul(port) > 65535)
        return Error::invalid("expected HOST:PORT, for example 127.0.0.1:8080", "--listen");
    return Address{text.substr(0, colon), static_cast<std::uint16_t>(std::stoul(port))};
}

// Replaces the value of a top-level key of the document, line by line, so that comments and layout stay.
std::string with_value(const std::string& document, const std::string& key, const std::string& value) {
    const auto at = document.find("\n" + key + ":");
    if (at == std::string::npos) return document + "\n" + key + ": " + value + "\n";
    const auto end = document.find('\n', at + 1);
    return document.substr(0, at + 1) + key + ": " + value + document.substr(end);
}

void wait_for_signal() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    int got = 0;
    sigwait(&stop, &got);
}

// Blocked before any thread starts, so that only wait_for_signal sees them.
void block_signals() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Result<std::string> programme_text(const std::string& file, const std::string& currency,
                                   const std::string& zone) {
    std::string document = file.empty() ? std::string(starter_document()) : TRY(read_file(file));
    if (!currency.empty()) document = with_value(document, "currency", currency);
    if (!zone.empty()) document = with_value(document, "zone", zone);
    return document;
}

int serve(const ServeOptions& options) {
    const auto fail = [](const Error& error) {
        say_error(error.text());
        return 1;
    };
    block_signals();
    const auto address = parse_address(options.listen);
    if (!address.ok()) return fail(address.error());
    auto document = programme_text(options.programme, options.currency, options.zone);
    if (!document.ok()) return fail(document.error());

    Opening opening;
    opening.shards = options.threads;
    opening.create = Creation{options.partitions};
    opening.programme_document = std::move(document).value();
    opening.sync_delay = {options.sync_delay_us};
    opening.test_clock = options.test_clock;
    opening.memory_max = static_cast<std::size_t>(options.memory_mib) << 20U;
    opening.checkpoint_every = options.checkpoint_every;
    auto data = DataDirectory::open(options.data, opening);
    if (!data.ok()) return fail(data.error());

    auto keys = http::Keys::open((*data)->disk().absolute("keys.json"), (*data)->digest());
    if (!keys.ok()) return fail(keys.error());
    http::Options http;
    http.address = address->host;
    http.port = address->port;
    const auto level = telemetry::parse_level(options.log_level);
    if (!level) return fail(Error::invalid("expected debug, info, warning, error or off", "--log-level"));
    auto log = telemetry::Log::open(*level, options.log_file);
    if (!log.ok()) return fail(log.error());
    runtime::Brand& brand = (*data)->brand();
    http::Hooks hooks;
    hooks.exchanged = [&log = **log](const http::Exchange& e) {
        log.access({http::name_of(e.method), e.route, e.status, e.duration_us, e.bytes_in, e.bytes_out});
    };
    hooks.warned = [&log = **log](const std::string& sentence) {
        log.say(telemetry::Level::warning, "http", {{"message", std::string_view(sentence)}});
    };
    hooks.metrics = [&brand](const std::map<std::string, double>& server) {
        std::map<std::string, double> numbers = brand.numbers();
        numbers.insert(server.begin(), server.end());
        return telemetry::exposition(numbers);
    };
    Closer closer(options.data);
    hooks.closes = &closer;
    BackTester back_tester(options.data);
    hooks.back_tests = &back_tester;
    auto server = http::Server::start(http, brand, std::move(keys).value(), hooks);
    if (!server.ok()) return fail(server.error());
    brand.start();
    (*log)->say(telemetry::Level::info, "started",
                {{"port", std::int64_t{(*server)->port()}},
                 {"partitions", std::int64_t{(*data)->file().partitions}}});
    const Archiver archiver((*data)->journal(), [&log = **log](const std::string& sentence) {
        log.say(telemetry::Level::info, "archive", {{"message", std::string_view(sentence)}});
    });
    say("banyan: serving on http://" + address->host + ":" + std::to_string((*server)->port()));
    wait_for_signal();
    say("banyan: stopping");
    (*log)->say(telemetry::Level::info, "stopping");
    (*server)->stop();
    brand.stop();
    return 0;
}

}  // namespace banyan::app
