// SPDX-License-Identifier: Apache-2.0
#pragma once

// One seed's story: a brand lives, is asked, dies in the middle of things, and lives again on what the media kept.
// After every death the whole journal is held against what was durable before; now and then, and always at the end,
// the auditor goes over it. What the model must judge goes out through the trace.

#include <map>
#include <memory>
#include <set>
#include <string>

#include "adapters/files/file_journal.h"
#include "runtime/brand.h"
#include "simulator/client.h"
#include "simulator/programmes.h"
#include "simulator/simulated_disk.h"
#include "simulator/simulated_journal.h"
#include "simulator/simulated_store.h"
#include "simulator/simulated_vault.h"
#include "simulator/simulated_world.h"
#include "simulator/trace.h"

namespace banyan::simulator {

struct Played {
    std::string failure;  // empty = nothing broke
    std::uint64_t requests = 0;
    std::uint64_t records = 0;
    std::uint64_t deaths = 0;
    std::uint64_t power_cuts = 0;
    std::uint64_t audits = 0;
};

struct Settings {
    std::uint64_t seed = 1;
    std::uint64_t commands = 120;
    const std::vector<NamedProgramme>* programmes = nullptr;
};

class Simulation {
  public:
    Simulation(const Settings& settings, Trace::Sink sink);
    ~Simulation();

    Played play();

  private:
    struct Life;
    struct Asked {
        runtime::Request request;
        bool is_answered = false;
    };

    void live();
    void act();
    void ask(runtime::Request request);
    void answered(std::uint64_t number, const runtime::Outcome& outcome);
    void step();
    void steps(std::uint64_t most) {
        for (std::uint64_t i = 0; i < most; ++i) step();
    }
    void read_something();
    void read(MemberId member, std::optional<Instant> at);
    void disturb();
    void pass_time();
    void until_quiet();
    void look_at_everything();
    void history();

    void open();
    void try_open();
    Result<std::unique_ptr<runtime::Journal>> open_journal();
    [[noreturn]] void trip(const codec::Record& record);
    void die(Death death);
    void check_history();
    void audit();
    void emit(const codec::Record& record);
    const CommandName* name_of(KeyedId id);
    [[noreturn]] void fail(const std::string& what);

    Random random_;
    Settings settings_;
    bool is_on_topic_;
    const NamedProgramme& programme_;
    std::uint16_t partitions_;
    std::uint32_t shards_;
    Trace trace_;
    Faults faults_;
    SimulatedClock clock_;
    SimulatedSecrets secrets_;
    class PoisonedDigest;
    std::unique_ptr<SimulatedDigest> digest_;
    SimulatedCalendar calendar_;
    SimulatedDisk disk_;
    Topic topic_;
    SimulatedStore checkpoints_;
    SimulatedStore directory_;
    SimulatedVault vault_;
    Client client_;
    std::unique_ptr<Life> life_;
    std::vector<Asked> asked_;
    std::map<KeyedId, CommandName> names_;
    std::vector<std::vector<Sha256>> durable_;  // by partition, every record that was promised
    std::string document_;
    std::set<Fingerprint> noted_;  // must be refused: the note of the assertion is on the disk
    bool is_jumped_ = false;       // the wall clock jumped in this life: writes stop
    bool is_history_ = false;
    bool was_low_ = false;  // when the brand last looked at the disk
    Instant history_now_;
    Played played_;

    class Recording;
};

}  // namespace banyan::simulator
