// SPDX-License-Identifier: Apache-2.0
// How a brand comes up, dies, and comes up again on what the media kept; and what is held against it then.

#include <algorithm>

#include "runtime/audit.h"
#include "simulator/life.h"
#include "text/yaml.h"

namespace banyan::simulator {

using runtime::Request;

namespace {
constexpr codec::JournalId journal_id{1, 2, 3};
}  // namespace

void Simulation::open() {
    for (int attempt = 0; attempt < 50; ++attempt) {
        try {
            try_open();
            trace_.opened();
            check_history();
            if (random_.percent(30)) audit();
            // Clients that got no answer ask again.
            for (Request& request : client_.unanswered()) {
                if (random_.percent(60)) ask(std::move(request));
            }
            return;
        } catch (const Death& death) {
            die(death);
            if (random_.percent(50)) faults_.clear();
        }
    }
    fail("it did not come up in fifty attempts");
}

// Two seeds of three play on files, the third on what a journal across machines would keep (`is_on_topic_`).
Result<std::unique_ptr<runtime::Journal>> Simulation::open_journal() {
    files::Options files;
    files.journal_id = journal_id;
    files.logs = shards_;
    files.segment_bytes_max = random_.percent(50) ? 2000 + random_.below(20'000) : 64ULL << 20U;
    if (is_on_topic_)
        return std::unique_ptr<runtime::Journal>(TRY(SimulatedJournal::open(topic_, journal_id, *digest_)));
    std::unique_ptr<files::FileJournal> journal = TRY(files::FileJournal::open(disk_, files));
    if (random_.percent(50)) TRY(journal->archive_closed(random_.below(20'000)));
    return std::unique_ptr<runtime::Journal>(std::move(journal));
}

// An assertion of the engine, but for the abort: the hook notes the command, and the process is gone.
void Simulation::trip(const codec::Record& record) {
    const Fingerprint fingerprint = record.command.fingerprint;
    if (noted_.contains(fingerprint)) fail("a quarantined command was decided again");
    const AssertHook hook = set_assert_hook(nullptr);
    ASSERT(hook != nullptr);
    hook("poison", "simulation.cpp", 0);
    const auto notes = disk_.list("quarantine");
    ASSERT(notes.ok());
    if (std::find(notes->begin(), notes->end(), hex(fingerprint)) != notes->end()) noted_.insert(fingerprint);
    throw Death{Death::Kind::asserted};
}

void Simulation::try_open() {
    const auto gone = [&](const Error& error) {
        const bool is_ours =
            faults_.is_full() || error.code == ErrorCode::full || error.code == ErrorCode::io;
        if (!is_ours) fail("it does not open: " + error.text());
        throw Death{Death::Kind::exited};
    };
    auto journal = open_journal();
    if (!journal.ok()) gone(journal.error());
    life_ = std::make_unique<Life>();
    life_->journal = std::make_unique<Recording>(*this, std::move(journal).value());
    check_history();  // before anything new is written

    runtime::Options options;
    options.file.journal = journal_id;
    options.file.partitions = partitions_;
    options.shards = shards_;
    options.batch_max = random_.pick<std::size_t>({1, 3, 16, 1024});
    options.queue_max = random_.percent(25) ? 1 + random_.below(4) : 8192;
    options.resident_bytes_max = random_.percent(40) ? 2000 : std::size_t{1} << 30U;
    options.checkpoint_rows = random_.pick<std::size_t>({1, 8, 64, 4096});
    options.checkpoint_every = random_.pick<std::uint64_t>({1, 5, 20, 2048});
    options.programme_document = document_;
    options.parse_document = [](const std::string& text) { return text::parse_yaml(text, "programme.yaml"); };
    options.fatal = [](const Error&) { throw Death{Death::Kind::exited}; };
    options.background_thread = false;
    runtime::Ports ports;
    ports.disk = &disk_;
    ports.clock = &clock_;
    ports.journal = life_->journal.get();
    ports.checkpoints = &checkpoints_;
    ports.directory = &directory_;
    ports.vault = &vault_;
    ports.secrets = &secrets_;
    ports.digest = digest_.get();
    ports.calendar = &calendar_;
    auto brand = runtime::Brand::open(ports, options);
    if (!brand.ok()) gone(brand.error());
    life_->brand = std::move(brand).value();
}

void Simulation::die(Death death) {
    life_.reset();
    is_jumped_ = false;
    ++played_.deaths;
    if (death.kind == Death::Kind::power_cut) {
        ++played_.power_cuts;
        disk_.cut_power();
        checkpoints_.cut_power();
        directory_.cut_power();
        vault_.cut_power();
        topic_.cut_power();
        noted_.clear();  // the directory of the notes may be gone with the power
    }
    faults_.die_in(0, death.kind);
    const bool again = random_.percent(20);  // it dies once more while it recovers
    const bool was_full = faults_.is_full();
    faults_.clear();
    if (was_full && random_.percent(50)) faults_.fill_disk(true);
    if (again)
        faults_.die_in(random_.below(25), random_.percent(50) ? Death::Kind::power_cut : Death::Kind::killed);
    if (random_.percent(8)) checkpoints_.wipe();
    trace_.died(death.kind == Death::Kind::power_cut  ? "power cut"
                : death.kind == Death::Kind::killed   ? "killed"
                : death.kind == Death::Kind::asserted ? "assertion"
                                                      : "exited");
}

// I3 and I5: what was promised is there, word for word; what comes after it is news.
void Simulation::check_history() {
    std::vector<runtime::Chain> chains;
    for (std::uint16_t id = 0; id < partitions_; ++id)
        chains.emplace_back(PartitionId{id}, std::vector{journal_id});
    std::vector<codec::Record> news;
    const auto replayed = life_->journal->replay(
        [](PartitionId) { return Lsn{1}; },
        [&](const runtime::StoredRecord& stored) -> Result<void> {
            const Sha256 hash = digest_->sha256(stored.bytes);
            const codec::Header header = TRY(codec::decode_header(stored.bytes));
            const auto verdict = TRY(chains[stored.partition.value].offer(header, hash));
            if (verdict == runtime::Chain::Verdict::ignore) return {};
            auto& known = durable_[stored.partition.value];
            const auto at = static_cast<std::size_t>(stored.lsn.value - 1);
            if (at < known.size()) {
                if (known[at] != hash) return Error::corrupt("I3: a promised record has changed");
                return {};
            }
            known.push_back(hash);
            news.push_back(TRY(codec::decode(stored.bytes)));
            return {};
        });
    if (!replayed.ok()) fail("the journal cannot be read back: " + replayed.error().text());
    for (std::uint16_t id = 0; id < partitions_; ++id) {
        if (chains[id].head().value < durable_[id].size())
            fail("I3: partition " + std::to_string(id) + " ends at record " +
                 std::to_string(chains[id].head().value) + ", but " + std::to_string(durable_[id].size()) +
                 " were promised");
    }
    if (!news.empty()) trace_.batch(1000, clock_.wall());
    for (const codec::Record& record : news) emit(record);
}

void Simulation::audit() {
    ++played_.audits;
    const auto report = runtime::audit(*life_->brand);
    if (!report.ok()) fail("the auditor could not work: " + report.error().text());
    if (!report->ok())
        fail("audit: " + report->findings.front().invariant + ": " + report->findings.front().text);
}

}  // namespace banyan::simulator
