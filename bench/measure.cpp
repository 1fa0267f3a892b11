// SPDX-License-Identifier: Apache-2.0
#include "measure.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

#include "adapters/system/openssl_digest.h"
#include "adapters/system/tz_calendar.h"
#include "app/starter.h"
#include "text/yaml.h"

namespace banyan::bench {

namespace {

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

void give_up(const std::string& why) {
    std::fprintf(stderr, "banyan_bench: %s\n", why.c_str());
    std::exit(1);
}

double thread_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

std::uint64_t resident_set() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) give_up("/proc/self/statm cannot be read");
    unsigned long pages = 0, resident = 0;
    if (std::fscanf(file, "%lu %lu", &pages, &resident) != 2) give_up("/proc/self/statm has no numbers");
    std::fclose(file);
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

runtime::Shared shared_for(const codec::JournalId& journal, runtime::Ids& ids) {
    static const system::OpensslDigest digest;
    static const system::TzCalendar calendar;
    runtime::Shared shared;
    shared.lineage = {journal};
    shared.digest = &digest;
    shared.calendar = &calendar;
    shared.ids = &ids;
    shared.compile = [](const std::string& document,
                        ProgrammeVersion version) -> Result<std::shared_ptr<const programme::Programme>> {
        const Value value = TRY(text::parse_yaml(document, "programme"));
        return programme::compile(value, version, calendar);
    };
    return shared;
}

std::string document_of(const Asked& asked) {
    if (asked.programme.empty()) return std::string(app::starter_document());
    std::ifstream file(asked.programme, std::ios::binary);
    if (!file) give_up("cannot read " + asked.programme);
    return {std::istreambuf_iterator<char>(file), {}};
}

void print(const std::vector<std::pair<std::string, double>>& numbers) {
    std::printf("{");
    for (std::size_t i = 0; i < numbers.size(); ++i)
        std::printf("%s\"%s\": %.6g", i == 0 ? "" : ", ", numbers[i].first.c_str(), numbers[i].second);
    std::printf("}\n");
}

}  // namespace banyan::bench
