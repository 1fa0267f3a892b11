// SPDX-License-Identifier: Apache-2.0
// A composite score's settlement: everybody's review falls due at the same instant, and orders go on meanwhile. One
// thread over the real files. A client sends an order after the answer to the one before; how long each took is told
// beside how long the same client's took before anything was due.

#include <algorithm>

#include "app/data_directory.h"
#include "feeder.h"
#include "measure.h"

namespace banyan::bench {

namespace {

// In milliseconds; sorts what it is given.
double percentile(std::vector<double>& seconds, double share) {
    if (seconds.empty()) give_up("no order was answered meanwhile");
    std::sort(seconds.begin(), seconds.end());
    return seconds[static_cast<std::size_t>(share * static_cast<double>(seconds.size() - 1))] * 1e3;
}

class Client {
  public:
    Client(runtime::Brand& brand, std::uint64_t members) : brand_(brand), members_(members) {}

    // One order after another for as long as `goes_on`; each one's wall seconds.
    template <typename GoesOn>
    std::vector<double> orders(GoesOn goes_on) {
        std::vector<double> took;
        while (goes_on()) {
            bool is_answered = false;
            const double start = wall_seconds();
            brand_.submit(order_of(sequence_, next_++, sequence_.below(members_) + 1),
                          [&](const runtime::Outcome& outcome) {
                              if (outcome.status != runtime::Outcome::Status::applied)
                                  give_up("not applied: " + outcome.detail);
                              is_answered = true;
                          });
            while (!is_answered) brand_.step_all();
            took.push_back(wall_seconds() - start);
        }
        return took;
    }

  private:
    runtime::Brand& brand_;
    std::uint64_t members_;
    Sequence sequence_{7};
    std::uint64_t next_ = std::uint64_t{1} << 40U;
};

}  // namespace

int run_settle(const Asked& asked) {
    app::Opening opening;
    opening.create = app::Creation{16};
    opening.programme_document = document_of(asked);
    opening.test_clock = true;
    const auto data = must(app::DataDirectory::open(asked.data, opening));
    if (!data->created()) give_up("give a new directory");
    runtime::Brand& brand = data->brand();
    const auto set_clock = [&](const char* at, bool& is_done) {
        brand.set_clock(*parse_rfc3339(at), [&is_done](Result<void> set) {
            must(std::move(set));
            is_done = true;
        });
    };
    bool is_begun = false;
    set_clock("2027-03-15T04:00:00Z", is_begun);
    while (!is_begun) brand.step_all();

    Feeder feeder(brand);
    feeder.feed_all(asked.members, asked.batch, [](std::uint64_t i) { return registration_of(i + 1); });
    Sequence sequence(20'261'122);
    feeder.feed_all(asked.members, asked.batch,
                    [&](std::uint64_t i) { return order_of(sequence, i, i + 1); });

    Client client(brand, asked.members);
    int left = 500;
    std::vector<double> before = client.orders([&] { return left-- > 0; });

    const double settled = brand.numbers()["banyan_settled_members_total"];
    const double cpu = thread_seconds(), wall = wall_seconds();
    bool is_done = false;
    set_clock("2027-04-01T16:00:00Z", is_done);  // the 2nd, where the brand is
    std::vector<double> meanwhile = client.orders([&] { return !is_done; });
    const double took_cpu = thread_seconds() - cpu, took_wall = wall_seconds() - wall;
    print({{"members", static_cast<double>(asked.members)},
           {"settled", brand.numbers()["banyan_settled_members_total"] - settled},
           {"cpu_seconds", took_cpu},
           {"wall_seconds", took_wall},
           {"orders_meanwhile", static_cast<double>(meanwhile.size())},
           {"p99_ms_before", percentile(before, 0.99)},
           {"p50_ms_meanwhile", percentile(meanwhile, 0.5)},
           {"p99_ms_meanwhile", percentile(meanwhile, 0.99)}});
    brand.stop();
    return 0;
}

}  // namespace banyan::bench
