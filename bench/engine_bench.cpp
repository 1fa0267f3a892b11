// SPDX-License-Identifier: Apache-2.0
// In-process benchmarks and the maker of data directories for the others.
//
//   banyan_bench core --members N --events N          decide, encode, hash, apply: nothing else
//   banyan_bench brand --data DIR --members N --events N
//                                                     the whole runtime on one thread over the real files: ids hashed,
//                                                     identities looked up, journal synced, checkpoints written
//   banyan_bench replay --data DIR                    the journal of DIR on one core
//   banyan_bench settle --data DIR --programme FILE   all members' reviews fall due at once, while orders go on
//
// --programme FILE: another document than the starter programme.
// `brand` leaves DIR as a server finds it: with --events 0 it only makes members.

#include <cstdlib>
#include <cstring>

#include "app/data_directory.h"
#include "feeder.h"
#include "measure.h"

namespace banyan::bench {

namespace {

using runtime::Brand;

int run_brand(const Asked& asked) {
    app::Opening opening;
    opening.create = app::Creation{16};
    opening.programme_document = document_of(asked);
    const auto data = must(app::DataDirectory::open(asked.data, opening));
    if (!data->created()) give_up("give a new directory");
    Brand& brand = data->brand();
    Feeder feeder(brand);
    const std::uint64_t before = resident_set();
    const double joined =
        feeder.feed_all(asked.members, asked.batch, [](std::uint64_t i) { return registration_of(i + 1); });
    auto numbers = brand.numbers();
    const double bytes = numbers["banyan_journal_bytes_total"], syncs = numbers["banyan_journal_syncs_total"];
    Sequence sequence(20'261'122);
    const double cpu = feeder.feed_all(asked.events, asked.batch, [&](std::uint64_t i) {
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
    give_up(
        "usage: banyan_bench core|brand|replay|settle [--data DIR] [--members N] [--events N] [--programme "
        "FILE]");
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
        else if (name == "--programme")
            asked.programme = argv[i + 1];
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
    if (std::strcmp(argv[1], "settle") == 0) return banyan::bench::run_settle(asked);
    if (std::strcmp(argv[1], "brand") == 0) return banyan::bench::run_brand(asked);
    banyan::bench::usage();
}
