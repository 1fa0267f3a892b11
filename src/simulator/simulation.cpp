// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulation.h"

#include <algorithm>

#include "base/assert.h"
#include "runtime/audit.h"
#include "runtime/normalise.h"
#include "text/yaml.h"

namespace banyan::simulator {

using runtime::Outcome;
using runtime::Request;

namespace {

/// Something that must never happen did.
struct Broken {
    std::string what;
};

constexpr codec::JournalId journal_id{1, 2, 3};
constexpr std::int64_t year_2026_us = 1'767'225'600'000'000;

}  // namespace

// Passes everything on to the real journal and tells the trace what became durable.
class Simulation::Recording final : public runtime::Journal {
  public:
    Recording(Simulation& simulation, std::unique_ptr<runtime::Journal> journal)
        : simulation_(simulation), journal_(std::move(journal)) {}

    Result<void> append(std::uint32_t log, std::span<const runtime::StoredRecord> batch) override {
        TRY(journal_->append(log, batch));
        simulation_.trace_.batch(log, simulation_.clock_.wall());
        for (const runtime::StoredRecord& stored : batch) {
            const auto record = codec::decode(stored.bytes);
            ASSERT(record.ok());
            auto& known = simulation_.durable_[stored.partition.value];
            ASSERT(stored.lsn.value == known.size() + 1);
            known.push_back(simulation_.digest_->sha256(stored.bytes));
            simulation_.emit(*record);
        }
        return {};
    }
    Result<void> seal(std::uint32_t log) override { return journal_->seal(log); }
    // What a journal across machines may deliver: records twice, and what an abandoned process still wrote (I6). The
    // chain must ignore both.
    Result<void> replay(const From& from, const Visitor& visitor) override {
        std::map<PartitionId, std::string> last;
        return journal_->replay(from, [&](const runtime::StoredRecord& stored) -> Result<void> {
            TRY(visitor(stored));
            if (!meddles_) return {};
            std::string& before = last[stored.partition];
            const std::string zombie = rival_of(stored, before);
            if (!zombie.empty()) TRY(visitor({stored.partition, stored.lsn, zombie}));
            if (stored.lsn.value % 3 == 0) TRY(visitor(stored));
            before = stored.bytes;
            return {};
        });
    }
    Result<std::string> read(PartitionId partition, Lsn lsn) override {
        return journal_->read(partition, lsn);
    }
    [[nodiscard]] runtime::JournalNumbers numbers() const override { return journal_->numbers(); }

  private:
    // At the place where a new epoch begins: the record that the process before would have written there.
    std::string rival_of(const runtime::StoredRecord& stored, const std::string& before) const {
        std::string bytes;
        const auto record = codec::decode(stored.bytes);
        if (before.empty() || !record.ok() ||
            !std::holds_alternative<engine::OpenEpoch>(record->command.body))
            return bytes;
        auto rival = codec::decode(before);
        ASSERT(rival.ok());
        rival->header.lsn = record->header.lsn;
        rival->header.previous = record->header.previous;
        codec::encode(*rival, bytes);
        return bytes;
    }

    Simulation& simulation_;
    std::unique_ptr<runtime::Journal> journal_;
    bool meddles_ =
        simulation_.random_.percent(30) && !simulation_.is_on_topic_;  // that one meddles by itself
};

// Where every record passes before it counts: one that carries the poison trips an assertion there, while its command
// is under decision.
class Simulation::PoisonedDigest final : public SimulatedDigest {
  public:
    explicit PoisonedDigest(Simulation& simulation) : simulation_(simulation) {}
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        if (bytes.find(poison) != std::string_view::npos) {
            if (const auto record = codec::decode(bytes); record.ok()) simulation_.trip(*record);
        }
        return SimulatedDigest::sha256(bytes);
    }

  private:
    Simulation& simulation_;
};

struct Simulation::Life {
    std::unique_ptr<Recording> journal;
    std::unique_ptr<runtime::Brand> brand;
};

Simulation::Simulation(const Settings& settings, Trace::Sink sink)
    : random_(settings.seed),
      settings_(settings),
      is_on_topic_(settings.seed % 3 == 2),
      programme_((*settings.programmes)[random_.below(settings.programmes->size())]),
      partitions_(random_.pick<std::uint16_t>({1, 1, 4, 4, 16})),
      shards_(random_.pick<std::uint32_t>({1, 1, 2, 4})),
      trace_(std::move(sink)),
      faults_(random_.fork()),
      clock_({year_2026_us + static_cast<std::int64_t>(random_.below(400)) * 86'400'000'000}),
      secrets_(random_.fork()),
      digest_(std::make_unique<PoisonedDigest>(*this)),
      disk_(faults_),
      topic_(faults_, Delivery::as_it_arrived),
      checkpoints_(faults_),
      directory_(faults_),
      vault_(faults_, secrets_),
      client_(random_.fork(), programme_, partitions_, settings.seed % 5 == 0),
      durable_(partitions_),
      document_(programme_.document) {
    shards_ = std::min<std::uint32_t>(shards_, partitions_);
}

Simulation::~Simulation() = default;

void Simulation::fail(const std::string& what) { throw Broken{what}; }

Played Simulation::play() {
    trace_.begin(settings_.seed, programme_.name, partitions_);
    try {
        live();
    } catch (const Broken& broken) {
        played_.failure = broken.what;
    }
    life_.reset();
    played_.requests = asked_.size();
    trace_.end();
    return played_;
}

void Simulation::live() {
    open();
    if (random_.percent(15)) history();
    while (asked_.size() < settings_.commands) {
        try {
            act();
        } catch (const Death& death) {
            die(death);
            open();
        }
    }
    // The end: everybody asks again what was never answered, and everything is looked at, twice.
    int trips = 0;
    for (int round = 0; round < 2; ++round) {
        try {
            if (is_jumped_) {
                die({Death::Kind::killed});
                open();
            }
            faults_.clear();
            for (Request& request : client_.unanswered()) {
                ask(std::move(request));
                until_quiet();
            }
            for (int i = 0; i < 8 && !client_.accepted().empty(); ++i) {
                ask(*client_.asked(random_.pick(client_.accepted())));
                until_quiet();
            }
            look_at_everything();
            audit();
        } catch (const Death& death) {
            // A poisonous request that nobody had answered yet: once each.
            if (death.kind != Death::Kind::asserted || ++trips > 100)
                fail("the process died although nothing was made to fail");
            die(death);
            open();
            --round;
            continue;
        }
        if (round == 1) break;
        die({random_.percent(50) ? Death::Kind::power_cut : Death::Kind::killed});
        if (random_.percent(30)) checkpoints_.wipe();
        open();
    }
}

void Simulation::act() {
    disturb();
    const std::uint64_t requests = random_.percent(30) ? random_.below(12) : random_.below(3);
    for (std::uint64_t i = 0; i < requests; ++i) {
        if (random_.percent(10)) {
            if (auto again = client_.repeat()) ask(std::move(*again));
        } else {
            ask(client_.next(clock_.wall(), std::nullopt));
        }
        if (random_.percent(10)) read_something();
    }
    if (random_.percent(25)) read_something();
    steps(random_.percent(60) ? 1 : random_.below(5));
    if (random_.percent(50)) pass_time();
    if (random_.percent(3)) until_quiet();
}

void Simulation::ask(Request request) {
    const std::uint64_t number = asked_.size();
    names_[runtime::command_key(secrets_, request)] = {request.source, request.id};
    trace_.request(number, clock_.wall(), request);
    // What the runtime will ask by itself for further identities; the model must know the words.
    for (std::size_t i = 0; i < request.subject.identities.size(); ++i) {
        const Request bind = runtime::bind_of(request, i, {});
        names_[runtime::command_key(secrets_, bind)] = {bind.source, bind.id};
        trace_.request(number, clock_.wall(), bind, true);
    }
    client_.sent(request);
    asked_.push_back({request, false});
    life_->brand->submit(std::move(request), [this, number](const Outcome& o) { answered(number, o); });
}

void Simulation::answered(std::uint64_t number, const Outcome& outcome) {
    Asked& asked = asked_[number];
    if (asked.is_answered) fail("request " + std::to_string(number) + " was answered twice");
    asked.is_answered = true;
    // The brand looks at the disk once a step, so it goes on refusing until the next look.
    const bool may_stop = is_jumped_ || was_low_ || faults_.is_low() || faults_.is_full();
    if (outcome.status == Outcome::Status::stopped && !may_stop)
        fail("stopped without a reason: " + outcome.detail);
    client_.told(asked.request, outcome);
    trace_.outcome(number, outcome);
}

void Simulation::step() {
    was_low_ = faults_.is_low() || faults_.is_full();
    life_->brand->step_all();
    trace_.step();
}

void Simulation::until_quiet() {
    // Waiting answers leave at the latest when their bound is over.
    for (int round = 0; round < 2; ++round) {
        int left = 2000;
        was_low_ = faults_.is_low() || faults_.is_full();
        while (life_->brand->step_all()) {
            trace_.step();
            if (--left == 0) fail("the brand does not come to rest");
        }
        trace_.step();
        clock_.advance(seconds(3));
    }
    life_->brand->step_all();
    trace_.step();
}

void Simulation::pass_time() {
    const std::uint64_t kind = random_.below(100);
    if (kind < 50)
        clock_.advance(milliseconds(random_.between(0, 3000)));
    else if (kind < 75)
        clock_.advance(seconds(random_.between(1, 7200)));
    else if (kind < 90)
        clock_.advance(hours(random_.between(1, 72)));
    else if (kind < 98)
        clock_.advance(days(random_.between(1, 60)));
    else
        clock_.advance(days(random_.between(60, 800)));
}

void Simulation::disturb() {
    if (is_jumped_ && random_.percent(30)) throw Death{Death::Kind::killed};  // somebody restarts it
    if ((faults_.is_low() || faults_.is_full()) && random_.percent(40)) faults_.clear();
    const std::uint64_t kind = random_.below(1000);
    if (kind < 40)
        faults_.die_in(random_.below(40), Death::Kind::power_cut);
    else if (kind < 70)
        faults_.die_in(random_.below(40), Death::Kind::killed);
    else if (kind < 76)
        faults_.fail_syncs(1);
    else if (kind < 82)
        faults_.fill_disk(true);
    else if (kind < 90)
        faults_.report_low_space(true);
    else if (kind < 97) {
        clock_.jump(seconds(random_.between(-400'000, 400'000)));
        is_jumped_ = true;
    }
}

void Simulation::read_something() {
    if (client_.members().empty() || random_.percent(10)) {
        const runtime::ExternalId identity = client_.some_identity();
        life_->brand->find(identity, [](const Result<MemberId>&) {});
        return;
    }
    std::optional<Instant> at;
    if (random_.percent(25))
        at = std::max(instant_min, clock_.wall() - seconds(random_.between(0, 9'000'000)));
    read(client_.some_member(), at);
}

void Simulation::read(MemberId member, std::optional<Instant> at) {
    if (is_jumped_) return;  // under a wrong clock a read says what would be then
    constexpr auto open = runtime::Service::Open::nothing;
    life_->brand->member(member, at, open, [this, member, at](const Result<runtime::MemberView>& view) {
        trace_.view(member, at, clock_.wall(), open, view);
    });
}

void Simulation::look_at_everything() {
    until_quiet();
    trace_.quiet();
    std::vector<MemberId> all;
    life_->brand->list(0, 100'000, [&](const Result<runtime::MemberList>& list) { all = list->members; });
    until_quiet();
    for (const MemberId member : all) {
        constexpr auto open = runtime::Service::Open::profile;
        life_->brand->member(member, std::nullopt, open,
                             [this, member](const Result<runtime::MemberView>& view) {
                                 trace_.view(member, std::nullopt, clock_.wall(), open, view);
                             });
        std::map<UnitId, Quantity> sums;
        runtime::Page page{0, 1 + static_cast<std::uint32_t>(random_.below(6))};
        do {
            life_->brand->timeline(member, page, [&](const Result<runtime::Timeline>& timeline) {
                if (!timeline.ok()) fail("a timeline: " + timeline.error().text());
                for (const auto& entry : timeline->entries) {
                    for (const auto& line : entry.movements) sums[line.unit] += line.amount;
                }
                page.before = timeline->next;
            });
            step();
        } while (page.before != 0);
        trace_.statement(member, sums);
    }
    life_->brand->totals([this](const Result<runtime::Totals>& totals) { trace_.totals(*totals); });
    until_quiet();
    for (const MemberId member : client_.erased()) {
        if (vault_.has_rows_of(member)) fail("P1: the vault still has rows of an erased member");
    }
}

// A year of old orders before the brand opens its doors.
void Simulation::history() {
    try {
        life_->brand->set_history(true, [](const Result<void>&) {});
        until_quiet();
        is_history_ = true;
        Instant at = clock_.wall() - days(random_.between(100, 1500));
        const Instant until = clock_.wall();
        for (std::uint64_t i = 0; i < settings_.commands / 2 && at < until; ++i) {
            ask(client_.next(at, at));
            if (random_.percent(40)) steps(1 + random_.below(2));
            at = at + seconds(random_.between(0, 2'000'000));
        }
        until_quiet();
        life_->brand->set_history(false, [](const Result<void>&) {});
        until_quiet();
    } catch (const Death&) {
        fail("the process died although nothing was made to fail");
    }
    is_history_ = false;
}

const CommandName* Simulation::name_of(KeyedId id) {
    if (id.is_zero()) return nullptr;
    const auto found = names_.find(id);
    if (found == names_.end()) fail("a record has a command id that nobody sent: " + hex(id));
    return &found->second;
}

void Simulation::emit(const codec::Record& record) {
    ++played_.records;
    trace_.record(record, name_of(record.command.id), name_of(record.command.completes));
}

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
