// SPDX-License-Identifier: Apache-2.0
// In-process benchmarks and the maker of data directories for the others.
//
//   banyan_bench core --members N --events N          decide, encode, hash, apply: nothing else; with --rules N, under
//                                                     so many rules of which five hold on every order
//   banyan_bench brand --data DIR --members N --events N
//                                                     the whole runtime on one thread over the real files: ids hashed,
//                                                     identities looked up, journal synced, checkpoints written
//   banyan_bench replay --data DIR                    the journal of DIR on one core
//
// `brand` leaves DIR as a server finds it: with --events 0 it only makes members.

#include <cstdlib>
#include <cstring>

#include "app/data_directory.h"
#include "app/starter.h"
#include "measure.h"

namespace banyan::bench {

namespace {

using runtime::Brand;
using runtime::Outcome;
using runtime::Personal;
using runtime::Request;

// Submits and steps; gives up when anything is not applied.
class Feeder {
  public:
    explicit Feeder(Brand& brand) : brand_(brand) {}

    void feed(std::vector<Request>& requests) {
        for (Request& request : requests) {
            brand_.submit(std::move(request), [this](const Outcome& outcome) {
                if (outcome.status != Outcome::Status::applied) give_up("not applied: " + outcome.detail);
                ++answered_;
            });
        }
        sent_ += requests.size();
        while (answered_ < sent_) brand_.step_all();
        requests.clear();
    }

  private:
    Brand& brand_;
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;
};

Request request_of(const char* prefix, std::uint64_t number, std::uint64_t member) {
    Request request;
    request.source = "bench";
    request.id = prefix + std::to_string(number);
    request.subject.identities.push_back({"openid", Personal("m-" + std::to_string(member))});
    return request;
}

Request registration_of(std::uint64_t member) {
    Request request = request_of("r-", member, member);
    const std::uint64_t month = member % 12 + 1;
    runtime::Profile profile;
    profile.birthday =
        Personal(std::string("1990-") + (month < 10 ? "0" : "") + std::to_string(month) + "-14");
    request.body = runtime::Register{std::move(profile)};
    return request;
}

Request order_of(Sequence& sequence, std::uint64_t number, std::uint64_t member) {
    Request request = request_of("b-", number, member);
    runtime::OrderPaid order;
    order.order = request.id;
    order.currency = "CNY";
    order.channel = "app";
    order.store = "s-12";
    order.lines.push_back(
        {"1", "latte", "coffee", 2, static_cast<std::int64_t>(100 + sequence.below(20'000))});
    request.body = std::move(order);
    return request;
}

int run_brand(const Asked& asked) {
    app::Opening opening;
    opening.create = app::Creation{16};
    opening.programme_document = std::string(app::starter_document());
    const auto data = must(app::DataDirectory::open(asked.data, opening));
    if (!data->created()) give_up("give a new directory");
    Brand& brand = data->brand();
    Feeder feeder(brand);
    std::vector<Request> requests;
    const auto for_each = [&](std::uint64_t count, auto make) {
        double cpu = 0;
        for (std::uint64_t done = 0; done < count;) {
            for (std::uint64_t i = 0; i < asked.batch && done < count; ++i) requests.push_back(make(done++));
            const double start = thread_seconds();
            feeder.feed(requests);
            cpu += thread_seconds() - start;
        }
        return cpu;
    };
    const std::uint64_t before = resident_set();
    const double joined = for_each(asked.members, [](std::uint64_t i) { return registration_of(i + 1); });
    auto numbers = brand.numbers();
    const double bytes = numbers["banyan_journal_bytes_total"], syncs = numbers["banyan_journal_syncs_total"];
    Sequence sequence(20'261'122);
    const double cpu = for_each(asked.events, [&](std::uint64_t i) {
        return order_of(sequence, i, sequence.below(asked.members) + 1);
    });
    numbers = brand.numbers();
    const auto events = static_cast<double>(std::max<std::uint64_t>(asked.events, 1));
    const auto members = static_cast<double>(asked.members);
    print({{"members", members},
           {"events", static_cast<double>(asked.events)},
           {"register_cpu_us", joined / members * 1e6},
           {"cpu_us", cpu / events * 1e6},
           {"journal_bytes", (numbers["banyan_journal_bytes_total"] - bytes) / events},
           {"syncs", (numbers["banyan_journal_syncs_total"] - syncs) / events},
           {"resident_bytes", numbers["banyan_resident_bytes"]},
           {"resident_entities", numbers["banyan_resident_entities"]},
           {"rss_growth", static_cast<double>(resident_set() - before)}});
    brand.stop();
    return 0;
}

[[noreturn]] void usage() {
    give_up("usage: banyan_bench core|brand|replay [--data DIR] [--members N] [--events N] [--rules N]");
}

Asked parse(int argc, char** argv) {
    Asked asked;
    for (int i = 2; i < argc; i += 2) {
        if (i + 1 == argc) usage();
        const std::string name = argv[i];
        if (name == "--data")
            asked.data = argv[i + 1];
        else if (name == "--members")
            asked.members = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--events")
            asked.events = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--batch")
            asked.batch = std::strtoull(argv[i + 1], nullptr, 10);
        else if (name == "--rules")
            asked.rules = std::strtoull(argv[i + 1], nullptr, 10);
        else
            usage();
    }
    return asked;
}

}  // namespace

}  // namespace banyan::bench

int main(int argc, char** argv) {
    if (argc < 2) banyan::bench::usage();
    const banyan::bench::Asked asked = banyan::bench::parse(argc, argv);
    if (std::strcmp(argv[1], "core") == 0) return banyan::bench::run_core(asked);
    if (std::strcmp(argv[1], "replay") == 0) return banyan::bench::run_replay(asked);
    if (std::strcmp(argv[1], "brand") == 0) return banyan::bench::run_brand(asked);
    banyan::bench::usage();
}
