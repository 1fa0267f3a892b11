// SPDX-License-Identifier: Apache-2.0
#include "app/data_directory.h"

#include <cstdlib>

#include "app/terminal.h"
#include "text/yaml.h"

namespace banyan::app {

namespace {

Result<runtime::BrandFile> create_brand(system::PosixDisk& disk, const Creation& creation) {
    const auto names = TRY(disk.list(""));
    for (const std::string& name : names) {
        // The lock file is ours; anything else in the directory is somebody's.
        if (name != "lock" && name != "keys.json")
            return Error{
                ErrorCode::conflict,
                "the directory is not empty (\"" + name + "\") and holds no brand; give an empty one",
                disk.root()};
    }
    runtime::BrandFile file;
    file.partitions = creation.partitions;
    system::fill_random(file.journal.data(), file.journal.size());
    TRY(system::OpensslSecrets::create(disk));
    TRY(runtime::write_brand_file(disk, file));
    return file;
}

[[noreturn]] void stop_at_once(const Error& error) {
    // What is on the disk is not known any more: the process must not acknowledge anything. It recovers on restart. A
    // full disk ends here, too, when it fills within one batch, faster than the reserve is looked at: by then the batch
    // is decided in memory, and only reading the journal again takes it back.
    say_error(
        "stopping at once: " + error.text() +
        "\n  What was acknowledged is on the disk. Remove the cause (is the disk full?) and start again.");
    std::_Exit(70);
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const std::string& path, const Opening& opening) {
    if (opening.create) TRY(system::PosixDisk(path).make_directory(""));
    system::DirectoryLock lock = TRY(system::lock_directory(path));
    std::unique_ptr<DataDirectory> data(new DataDirectory(path, std::move(lock)));
    auto file = runtime::read_brand_file(data->disk_);
    if (!file.ok() && file.error().code == ErrorCode::not_found && opening.create) {
        file = create_brand(data->disk_, *opening.create);
        data->created_ = true;
    }
    data->file_ = TRY(std::move(file));

    data->secrets_ = TRY(system::OpensslSecrets::load(data->disk_));
    for (const char* part : {"checkpoints", "directory", "vault"}) TRY(data->disk_.make_directory(part));
    // The directory is read once, the vault a row at a time: little of them need stay in memory, and what their logs hold
    // is read again at every start.
    const rocks::Options rarely_read{.cache_bytes = 4U << 20U, .buffer_bytes = 4U << 20U};
    data->checkpoints_ = TRY(rocks::RocksStore::open(data->disk_.absolute("checkpoints"), {}));
    data->directory_ = TRY(rocks::RocksStore::open(data->disk_.absolute("directory"), rarely_read));
    data->vault_rows_ = TRY(rocks::RocksStore::open(data->disk_.absolute("vault"), rarely_read));
    data->vault_ = TRY(vault::StoreVault::open(*data->vault_rows_, data->disk_));

    files::Options journal;
    journal.journal_id = data->file_.journal;
    journal.logs = opening.shards;
    journal.sync_delay = opening.sync_delay;
    data->journal_ = TRY(files::FileJournal::open(data->disk_, journal));

    runtime::Options options;
    options.file = data->file_;
    options.shards = opening.shards;
    options.test_clock = opening.test_clock;
    options.resident_bytes_max = opening.memory_max;
    options.checkpoint_every = opening.checkpoint_every;
    options.programme_document = opening.programme_document;
    options.parse_document = [](const std::string& document) {
        return text::parse_yaml(document, "programme");
    };
    options.fatal = stop_at_once;
    runtime::Ports ports;
    ports.disk = &data->disk_;
    ports.clock = &data->clock_;
    ports.journal = data->journal_.get();
    ports.checkpoints = data->checkpoints_.get();
    ports.directory = data->directory_.get();
    ports.vault = data->vault_.get();
    ports.secrets = data->secrets_.get();
    ports.digest = &data->digest_;
    ports.calendar = &data->calendar_;
    ports.regex = &data->regex_;
    data->brand_ = TRY(runtime::Brand::open(ports, std::move(options)));
    return data;
}

}  // namespace banyan::app
