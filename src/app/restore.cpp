// SPDX-License-Identifier: Apache-2.0
// Bringing a backup back (protocol: backup): its records go into a journal with an id of its own, and whom the brand
// erased since is erased again.

#include <fmt/format.h>

#include "app/data_directory.h"
#include "app/files.h"
#include "app/terminal.h"
#include "app/upkeep.h"
#include "app/upkeep_parts.h"
#include "runtime/erasures.h"

namespace banyan::app {

namespace fs = std::filesystem;
using namespace upkeep;

namespace {

// Whom a backup may still know although they were erased: said by the directory that served last, or said to be nobody.
Result<std::vector<Handle>> erased_since(const UpkeepOptions& options) {
    if (options.erasures.empty() != options.nobody_was_erased)
        return Error::invalid(
            "say who was erased since the backup: --erasures DIR of the last data directory, or "
            "--nobody-erased",
            "--erasures");
    if (options.nobody_was_erased) return std::vector<Handle>();
    // The list itself, or the data directory that holds it.
    fs::path root(options.erasures);
    if (root.filename().empty()) root = root.parent_path();
    if (root.filename() == runtime::erasures_directory)
        root = root.parent_path().empty() ? "." : root.parent_path();
    std::error_code failed;
    if (!fs::exists(root / runtime::erasures_directory, failed))
        return Error{
            ErrorCode::not_found,
            "holds no list of erasures; where nobody was ever erased there is none: say --nobody-erased",
            options.erasures};
    system::PosixDisk disk(root.string());
    return runtime::read_erasures(disk);
}

// Before anything is served from the restored directory.
Result<void> erase_again(const UpkeepOptions& options, const std::vector<Handle>& handles) {
    if (handles.empty()) return {};
    const auto data = TRY(DataDirectory::open(options.data, {}));
    TRY(runtime::note_erasures(data->disk(), handles));  // for whoever restores a backup after this one
    const std::size_t members = data->brand().erase_again(handles);
    while (data->brand().step_all()) {}
    if (const std::string why = data->brand().not_ready_because(); data->brand().failed())
        return Error{ErrorCode::unavailable, "the erasures could not be repeated: " + why, options.data};
    say(fmt::format("erased again: {} members of the list of erasures", grouped(members)));
    return {};
}

Result<void> copy_all(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(from, failed)) {
        if (entry.is_regular_file()) TRY(copy_one(entry.path(), to / entry.path().filename()));
    }
    return {};
}

// Record by record, through the journal's port. Opening a journal writes into it, so a copy of the backup's is read.
Result<void> copy_journal(const fs::path& source, const fs::path& target) {
    std::error_code failed;
    const fs::path aside = target / "restoring";
    std::vector<fs::path> segments;
    for (const auto& entry : fs::recursive_directory_iterator(source / "journal", failed)) {
        if (entry.is_regular_file()) segments.push_back(fs::relative(entry.path(), source));
    }
    for (const fs::path& segment : segments) TRY(copy_one(source / segment, aside / segment));

    system::PosixDisk old_disk(source.string());
    runtime::BrandFile file = TRY(runtime::read_brand_file(old_disk));
    files::Options old_options;
    old_options.journal_id = file.journal;
    file.origins.push_back(file.journal);
    system::fill_random(file.journal.data(), file.journal.size());
    files::Options new_options;
    new_options.journal_id = file.journal;

    system::PosixDisk aside_disk(aside.string());
    system::PosixDisk disk(target.string());
    const auto old_journal = TRY(files::FileJournal::open(aside_disk, old_options));
    const auto journal = TRY(files::FileJournal::open(disk, new_options));
    struct Waiting {
        PartitionId partition;
        Lsn lsn;
        std::string bytes;
    };
    std::vector<Waiting> waiting;
    Progress progress("restoring the journal", "records", 0);
    const auto write = [&]() -> Result<void> {
        std::vector<runtime::StoredRecord> batch;
        for (const Waiting& record : waiting) batch.push_back({record.partition, record.lsn, record.bytes});
        if (!batch.empty()) TRY(journal->append(0, batch));
        progress.advance(batch.size());
        waiting.clear();
        return {};
    };
    TRY(old_journal->replay([](PartitionId) { return Lsn{1}; },
                            [&](const runtime::StoredRecord& record) -> Result<void> {
                                waiting.push_back({record.partition, record.lsn, std::string(record.bytes)});
                                return waiting.size() < 4096 ? Result<void>() : write();
                            }));
    TRY(write());
    TRY(journal->seal(0));
    // The brand file last: without it the directory is no brand, and a restore that broke off is begun anew.
    TRY(runtime::write_brand_file(disk, file));
    fs::remove_all(aside, failed);
    if (failed) return Error::io("cannot be removed: " + failed.message(), aside.string());
    return {};
}

std::string value_of(const std::string& manifest, const std::string& key) {
    const auto at = manifest.find("\n" + key + " ");
    if (at == std::string::npos) return {};
    const auto from = at + key.size() + 2;
    return manifest.substr(from, manifest.find('\n', from) - from);
}

}  // namespace

int restore_data(const UpkeepOptions& options) {
    const fs::path source(options.target);
    const fs::path target(options.data);
    std::error_code failed;
    const auto erased = erased_since(options);
    if (!erased.ok()) return fail(erased.error());
    const auto manifest = read_file((source / manifest_name).string());
    if (!manifest.ok() || manifest->rfind("banyan backup 1\n", 0) != 0)
        return fail(Error{ErrorCode::not_found, "holds no finished backup", options.target});
    if (fs::exists(target, failed) && !fs::is_empty(target, failed))
        return fail(
            Error{ErrorCode::conflict, "is not empty; a restore goes into a new directory", options.data});
    for (const char* part : {"directory", "vault", "keys"}) {
        if (const auto copied = copy_all(source / part, target / part); !copied.ok())
            return fail(copied.error());
    }
    if (!fs::exists(target / "keys", failed)) {
        if (options.keys.empty())
            return fail(
                Error::invalid("the backup holds no keys; give the brand's keys with --keys DIR", "--keys"));
        if (const auto copied = copy_all(options.keys, target / "keys"); !copied.ok())
            return fail(copied.error());
    }
    if (const auto copied = copy_journal(source, target); !copied.ok()) return fail(copied.error());
    if (const auto again = erase_again(options, *erased); !again.ok()) return fail(again.error());
    const auto report = audited(options.data);
    if (!report.ok()) return fail(report.error());
    // Opening writes an epoch into every partition, so the restored hash is that of the cut plus its epochs; what the
    // audit proves is that every record of the backup is there and replays to the state it says.
    if (!report->ok()) {
        print(*report);
        return fail(Error::corrupt("the restored directory does not pass its audit", options.data));
    }
    std::string heads = value_of(*manifest, "heads");
    say(fmt::format("restored: {} records, audit passed, state hash {}", grouped(report->records),
                    report->hash().text()));
    say("the backup was cut at " + heads);
    return 0;
}

}  // namespace banyan::app
