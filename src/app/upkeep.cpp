// SPDX-License-Identifier: Apache-2.0
#include "app/upkeep.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "adapters/rocksdb/copy.h"
#include "app/data_directory.h"
#include "app/files.h"
#include "app/terminal.h"
#include "app/upkeep_parts.h"

namespace banyan::app {

namespace fs = std::filesystem;

namespace upkeep {

int fail(const Error& error) {
    say_error(error.text());
    return 1;
}

Result<runtime::AuditReport> audited(const std::string& path) {
    const auto data = TRY(DataDirectory::open(path, {}));
    Progress progress("auditing", "records", 0);
    std::uint64_t shown = 0;
    auto report = runtime::audit(data->brand(), [&](std::uint64_t records) {
        progress.advance(records - shown);
        shown = records;
    });
    return report;
}

void print(const runtime::AuditReport& report) {
    say(fmt::format("{} records, {} commands, {} members, {} orders, {} spends", grouped(report.records),
                    grouped(report.commands), grouped(report.members), grouped(report.orders),
                    grouped(report.spends)));
    for (const auto& [invariant, times] : report.checked)
        say(fmt::format("  {:<4} checked {}", invariant, grouped(times)));
    for (const auto& finding : report.findings) say("  BROKEN " + finding.invariant + ": " + finding.text);
    if (report.broken > report.findings.size())
        say(fmt::format("  ... and {} more", grouped(report.broken - report.findings.size())));
    say("state hash " + report.hash().text());
}

Result<void> copy_one(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::create_directories(to.parent_path(), failed);
    fs::copy_file(from, to, fs::copy_options::none, failed);
    if (failed) return Error::io("cannot be copied: " + failed.message(), from.string());
    return {};
}

}  // namespace upkeep

using namespace upkeep;

namespace {

// What a backup is made of: the state hash, so that a restore can prove itself.
std::string manifest_of(const runtime::AuditReport& report) {
    std::string heads;
    for (const Lsn head : report.heads) heads += (heads.empty() ? "" : " ") + std::to_string(head.value);
    return "banyan backup 1\nhash " + report.hash().text() + "\nheads " + heads + "\n";
}

// The journal first: what directory and vault hold beyond it is void and swept when the copy is opened. The last frame
// may be copied half; it was not acknowledged by the copy, and opening cuts it.
Result<void> copy_data(const UpkeepOptions& options) {
    const fs::path source(options.data);
    const fs::path target(options.target);
    std::error_code failed;
    if (fs::exists(target, failed) && !fs::is_empty(target, failed))
        return Error{ErrorCode::conflict, "is not empty; a backup goes into a new directory", options.target};
    if (!fs::exists(source / "brand", failed))
        return Error{ErrorCode::not_found, "holds no brand", options.data};
    std::uint64_t bytes = 0;
    std::vector<fs::path> segments;
    for (const auto& entry : fs::recursive_directory_iterator(source / "journal", failed)) {
        if (!entry.is_regular_file()) continue;
        segments.push_back(fs::relative(entry.path(), source));
        bytes += entry.file_size();
    }
    std::sort(segments.begin(), segments.end());
    Progress progress("copying the journal", "bytes", bytes);
    for (fs::path segment : segments) {
        // A brand that is served may archive a segment meanwhile.
        if (!fs::exists(source / segment, failed)) segment.replace_extension(".arc");
        TRY(copy_one(source / segment, target / segment));
        progress.advance(fs::file_size(target / segment, failed));
    }
    progress.finish();
    TRY(copy_one(source / "brand", target / "brand"));
    for (const char* store : {"directory", "vault"}) {
        fs::create_directories(target / store, failed);
        const std::uint64_t rows =
            TRY(rocks::copy_live((source / store).string(), (target / store).string()));
        say(fmt::format("copied {}: {} rows", store, grouped(rows)));
    }
    for (const auto& key : fs::directory_iterator(source / "keys", failed))
        TRY(copy_one(key.path(), target / "keys" / key.path().filename()));
    return {};
}

}  // namespace

int audit_data(const UpkeepOptions& options) {
    const auto report = audited(options.data);
    if (!report.ok()) return fail(report.error());
    print(*report);
    say(report->ok() ? "audit passed" : fmt::format("audit FAILED: {} findings", report->broken));
    return report->ok() ? 0 : 2;
}

int replay_data(const UpkeepOptions& options) {
    std::error_code failed;
    {
        // The lock makes sure nobody serves the directory while its checkpoint goes.
        const auto lock = system::lock_directory(options.data);
        if (!lock.ok()) return fail(lock.error());
        fs::remove_all(fs::path(options.data) / "checkpoints", failed);
        if (failed)
            return fail(Error::io("the checkpoint cannot be removed: " + failed.message(), options.data));
    }
    const auto start = std::chrono::steady_clock::now();
    const auto data = DataDirectory::open(options.data, {});
    if (!data.ok()) return fail(data.error());
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::uint64_t records = 0;
    runtime::Brand& brand = (*data)->brand();
    for (std::uint16_t id = 0; id < brand.partition_count(); ++id)
        records += brand.partition({id}).head().value;
    runtime::StateHash sum;
    for (const runtime::StateHash& hash : brand.hashes()) sum.add(hash);
    say(fmt::format(
        "replayed {} records in {:.2f} s, {}/s", grouped(records), took,
        grouped(static_cast<std::uint64_t>(static_cast<double>(records) / std::max(took, 1e-6)))));
    say("state hash " + sum.text());
    return 0;
}

int backup_data(const UpkeepOptions& options) {
    if (const auto copied = copy_data(options); !copied.ok()) return fail(copied.error());
    const auto report = audited(options.target);
    if (!report.ok()) return fail(report.error());
    if (!report->ok()) {
        print(*report);
        return fail(
            Error::corrupt("the copy does not pass its audit; the backup is no good", options.target));
    }
    if (!options.with_keys) {
        std::error_code failed;
        fs::remove_all(fs::path(options.target) / "keys", failed);
        if (failed) return fail(Error::io("the keys cannot be removed: " + failed.message(), options.target));
    }
    if (const auto written = write_file(options.target + "/" + manifest_name, manifest_of(*report));
        !written.ok())
        return fail(written.error());
    say(fmt::format("backup verified: {} records, state hash {}", grouped(report->records),
                    report->hash().text()));
    if (!options.with_keys)
        say("the keys were left out: keep a copy of " + options.data +
            "/keys as they are now somewhere else; an erasure renews them, and the new ones do not open this "
            "backup");
    return 0;
}

int doctor(const UpkeepOptions& options) {
    int wrong = 0;
    const auto line = [&](bool ok, const std::string& what, const std::string& advice) {
        say((ok ? "ok    " : "WRONG ") + what + (ok || advice.empty() ? "" : " - " + advice));
        wrong += ok ? 0 : 1;
    };
    system::PosixDisk disk(options.data);
    const auto file = runtime::read_brand_file(disk);
    line(file.ok(),
         file.ok() ? fmt::format("brand file: {} partitions", file->partitions) : file.error().text(),
         "give the directory that `banyan serve --data` was given");
    if (const auto space = disk.space(); space.ok()) {
        const double free = 100.0 * static_cast<double>(space->free) / static_cast<double>(space->total);
        line(free >= 5, fmt::format("disk: {:.0f} % free", std::floor(free)),
             "below 5 % writes are refused: free space");
    }
    for (const char* key : {"keys/brand.key", "keys/vault.key"}) {
        const fs::path path = fs::path(options.data) / key;
        std::error_code failed;
        const auto mode = fs::status(path, failed).permissions();
        const bool exists = fs::exists(path, failed);
        const bool closed = (mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none;
        line(exists && closed, std::string(key) + (exists ? "" : " is missing"),
             exists ? "others can read it: chmod 600"
                    : "restore it from your copy; without it nothing can be opened");
    }
    const system::TzCalendar calendar;
    line(calendar.zone("Asia/Shanghai").ok(), "time zones: " + std::string(calendar.version()),
         "install tzdata");
    const auto lock = system::lock_directory(options.data);
    say(lock.ok() ? "ok    nobody serves the directory" : "ok    in use: " + lock.error().message);
    return wrong == 0 ? 0 : 1;
}

}  // namespace banyan::app
