// SPDX-License-Identifier: Apache-2.0
#include "simulator/simulation.h"

#include <algorithm>

#include "runtime/normalise.h"
#include "simulator/life.h"

namespace banyan::simulator {

using runtime::Outcome;
using runtime::Request;

namespace {

/// Something that must never happen did.
struct Broken {
    std::string what;
};

constexpr std::int64_t year_2026_us = 1'767'225'600'000'000;

}  // namespace

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

}  // namespace banyan::simulator
