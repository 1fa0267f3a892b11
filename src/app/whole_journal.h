// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reads a brand's whole journal from outside, beside whoever serves it, with progress by bytes; and the ports of
// whoever decides it again.

#include <ctime>
#include <string>
#include <utility>

#include "adapters/files/journal_reader.h"
#include "adapters/regex/re2_regex.h"
#include "adapters/system/openssl_digest.h"
#include "adapters/system/posix_disk.h"
#include "adapters/system/tz_calendar.h"
#include "app/terminal.h"
#include "runtime/brand_file.h"
#include "runtime/rehearsal.h"
#include "text/yaml.h"

namespace banyan::app {

struct OutsidePorts {
    system::OpensslDigest digest;
    system::TzCalendar calendar;
    regex::Re2Regex patterns;

    /// Must not outlive this.
    [[nodiscard]] runtime::RehearsalPorts ports() const {
        runtime::RehearsalPorts ports;
        ports.digest = &digest;
        ports.calendar = &calendar;
        ports.regex = &patterns;
        ports.parse_document = [](const std::string& document) {
            return text::parse_yaml(document, "programme");
        };
        return ports;
    }
};

struct Took {
    double wall = 0;  // seconds
    double cpu = 0;
};

/// Of this thread.
inline double cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

/// Gives every record to `taker.take(record)`; its error ends the reading and is returned.
template <typename Taker>
Result<Took> read_all(const std::string& what, const std::string& path, const runtime::BrandFile& file,
                      Taker& taker) {
    system::PosixDisk disk(path);
    Progress progress(what, "bytes", TRY(files::bytes_of_journal(disk)));
    const double cpu = cpu_seconds();
    std::uint64_t waiting = 0;
    TRY(files::read_beside(disk, file.journal, [&](const runtime::StoredRecord& record) -> Result<void> {
        waiting += record.bytes.size();
        if (waiting > 1'000'000) progress.advance(std::exchange(waiting, 0));
        return taker.take(record);
    }));
    progress.advance(waiting);
    progress.finish();
    return Took{progress.elapsed_seconds(), cpu_seconds() - cpu};
}

}  // namespace banyan::app
