// SPDX-License-Identifier: Apache-2.0
#include "app/bench_command.h"

#include <fmt/format.h>

#include <condition_variable>
#include <ctime>
#include <mutex>

#include "app/data_directory.h"
#include "app/starter.h"
#include "app/terminal.h"

namespace banyan::app {

namespace {

// Counts what is under way and wakes the sender when there is room again.
class Window {
  public:
    explicit Window(std::uint64_t size) : size_(size) {}
    void enter() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return inside_ < size_; });
        ++inside_;
    }
    void leave(bool applied) {
        const std::lock_guard lock(mutex_);
        --inside_;
        if (!applied) ++failed_;
        room_.notify_one();
    }
    std::uint64_t wait_until_empty() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return inside_ == 0; });
        return failed_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable room_;
    std::uint64_t size_;
    std::uint64_t inside_ = 0;
    std::uint64_t failed_ = 0;
};

runtime::Request order(std::uint64_t number, std::uint64_t members) {
    runtime::Request request;
    request.source = "bench";
    request.id = "e" + std::to_string(number);
    // A fixed stride visits the members in an order that no cache likes.
    const std::uint64_t member = number * 7919 % members;
    request.subject.identities.push_back({"customer", runtime::Personal("c" + std::to_string(member))});
    runtime::OrderPaid paid;
    paid.order = "o" + std::to_string(number);
    paid.currency = "CNY";
    paid.channel = "app";
    catalog::Line line;
    line.id = "1";
    line.sku = "sku-" + std::to_string(number % 120);
    line.quantity = 1;
    line.amount = static_cast<std::int64_t>(1000 + number % 9000);
    paid.lines.push_back(std::move(line));
    request.body = std::move(paid);
    return request;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int bench(const BenchOptions& options) {
    Opening opening;
    opening.create = Creation{};
    opening.shards = options.threads;
    opening.programme_document = std::string(starter_document());
    opening.sync_delay = {options.sync_delay_us};
    auto data = DataDirectory::open(options.data, opening);
    if (!data.ok()) {
        say_error(data.error().text());
        return 1;
    }
    if (!(*data)->created()) {
        say_error(options.data + ": holds a brand; a benchmark makes one of its own, give a new directory");
        return 1;
    }
    runtime::Brand& brand = (*data)->brand();
    brand.start();
    Window window(options.in_flight);
    Progress progress("accruing", "events", options.events);
    const double cpu = cpu_seconds();
    for (std::uint64_t i = 0; i < options.events; ++i) {
        window.enter();
        brand.submit(order(i, options.members), [&window](const runtime::Outcome& outcome) {
            window.leave(outcome.status == runtime::Outcome::Status::applied);
        });
        progress.advance(1);
    }
    const std::uint64_t failed = window.wait_until_empty();
    const double seconds = progress.elapsed_seconds();
    const double used = cpu_seconds() - cpu;
    progress.finish();
    const auto numbers = brand.numbers();
    const auto per_event = [&](double value) { return value / static_cast<double>(options.events); };
    brand.stop();
    say(fmt::format("{} events of {} members in {:.2f} s: {} events/s, {:.2f} us CPU an event",
                    grouped(options.events), grouped(options.members), seconds,
                    grouped(static_cast<std::uint64_t>(static_cast<double>(options.events) / seconds)),
                    per_event(used) * 1e6));
    say(fmt::format("{:.0f} journal bytes and {:.4f} syncs an event, {} refused",
                    per_event(numbers.at("banyan_journal_bytes_total")),
                    per_event(numbers.at("banyan_journal_syncs_total")), grouped(failed)));
    return failed == 0 ? 0 : 2;
}

}  // namespace banyan::app
