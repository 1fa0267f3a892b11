// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a running brand offers to whoever stands in front of it (the HTTP adapter, the command line, the simulator).
// Every call returns at once and never blocks on a disk; `done` is called exactly once, later, on a thread of the
// runtime (it must be quick: post to your own executor). It is called only when everything the answer saw is durable.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/orders/life.h"
#include "domain/orders/release.h"
#include "domain/programme/programme.h"
#include "engine/counts.h"
#include "engine/decide.h"
#include "engine/standings.h"
#include "runtime/quoting.h"
#include "runtime/request.h"

namespace banyan::runtime {

struct Outcome {
    enum class Status : unsigned char {
        applied,
        replayed,    // the same request was applied before; these are its recorded fields
        pending,     // accepted, still on its way between partitions: ask again with the same id
        refused,     // a rule of the domain says no; nothing changed; a retry is decided anew
        invalid,     // the request itself is wrong (unknown unit, currency); `detail` says where
        overloaded,  // a queue is full: ask again after `retry_after`
        stopped,     // the partition or the process does not write (disk reserve, shutting down)
    };
    Status status = Status::applied;
    engine::Refusal refusal = engine::Refusal::none;
    std::string detail;  // one sentence in English; never personal data
    std::string where;   // JSON pointer into the request, where one place is to blame
    Duration retry_after;
    engine::Answer answer;
    PartitionId partition;
    Lsn lsn;     // read-your-writes token
    Lsn saw;     // where the partition stood when it decided; of a refusal the only place there is
    Instant at;  // log time of the record
};

struct LotView {
    UnitId unit;
    ledger::Lot lot;
};

struct MemberView {
    MemberId id;
    members::State state = members::State::empty;
    MemberId forwarded_to;  // set when the member was merged: ask for that one
    Instant as_of;
    Instant joined_at;
    std::vector<std::string> identity_kinds;  // kinds only; the ids themselves are in no store
    std::vector<engine::Balance> balances;
    std::vector<LotView> lots;  // open lots, in spend order per unit
    std::vector<members::ActiveHold> holds;
    std::vector<tiers::Standing> standings;
    std::int64_t spend = 0;
    std::int64_t orders = 0;
    std::vector<engine::MetricSeen> metrics;     // as declared, in the order of the document
    std::vector<engine::StandingSeen> progress;  // on every ladder, in the order of the document
    struct LimitLeft {
        limits::LimitId limit;
        Quantity left;
    };
    std::vector<LimitLeft> limits;  // of the limits that each member has of its own
    Profile profile;                // opened from the vault only where asked for
    Lsn lsn;
};

/// What a line of an order earned by one rule.
struct LineEarned {
    std::string line;
    UnitId unit;
    RuleId rule;
    Quantity amount;
    Quantity reversed;
    std::optional<Instant>
        due;  // waits for the line's release: when, instant_max while nobody knows; nothing: does not wait
};
/// An order, as far as anything was told of it.
struct OrderView {
    MemberId member;
    bool is_paid = false;
    Instant paid_at;
    std::vector<catalog::KeptLine> lines;  // of a paid one
    std::vector<LineEarned> earned;
    bool is_followed = false;  // something of its life is known
    orders::Stage stage = orders::Stage::unknown;
    orders::Life life;
    std::vector<orders::LineCredit> credits;  // when each line is released
    Instant as_of;
    PartitionId partition;
    Lsn lsn;
};

/// A limit of the programme in force, in the period that is now.
struct LimitView {
    limits::Limit limit;
    std::optional<CivilDate> period;  // its first day; nothing where it has none
    // Of one that members share:
    Quantity lent;  // to partitions
    Quantity used;  // given out and not taken back
    Quantity left;
    std::uint64_t waiting = 0;  // claims
};
struct LimitList {
    std::shared_ptr<const programme::Programme> programme;
    std::vector<LimitView> limits;  // in the order of the document
    Instant as_of;
};

/// One line of a statement: one movement of one unit, and why.
struct StatementLine {
    Lsn lsn;
    std::uint32_t ordinal = 0;
    Instant at;  // when it took effect (a settlement: when it was due)
    Instant recorded_at;
    std::string event;  // "order.paid", "order.refunded", "points.adjusted", "settlement", ...
    std::string
        movement;  // "granted", "expired", "spent", "restored", "revoked", "drawn", "owed", "held", ...
    UnitId unit;
    Quantity amount;   // signed change of the balance
    Quantity balance;  // posted after it
    ledger::LotNumber lot;
    Instant expires;  // of the lot, where one was granted
    RuleId rule;      // 0 = none
    ProgrammeVersion version;
    std::uint16_t cost_centre = 0;
    std::string reason;                    // of an adjustment
    std::vector<std::string> order_lines;  // "line id: part of the grant", where an order line caused it
    Lsn reverses;                          // the record whose grant this takes back; 0 = none
};
/// A change of tier or state, for the timeline.
struct TimelineEntry {
    Lsn lsn;
    Instant at;
    std::string event;
    std::int64_t paid = 0;      // minor units, orders
    std::int64_t refunded = 0;  // minor units, refunds
    std::string channel;
    std::string store;
    std::vector<catalog::Line> lines;
    std::vector<engine::TierChange> tiers;
    std::vector<StatementLine> movements;
};

struct Page {
    std::uint64_t before = 0;  // entries older than this LSN; 0 = from the newest
    std::uint32_t limit = 50;
};
struct Timeline {
    std::vector<TimelineEntry> entries;  // newest first
    std::uint64_t next = 0;              // pass as `before`; 0 = no more
};

struct Totals {
    struct PerUnit {
        UnitId unit;
        ledger::Accounts accounts;
        Quantity liability;  // posted to members
        Quantity debt;       // owed by members
    };
    std::vector<PerUnit> units;
    std::uint64_t members = 0;
    Instant as_of;
};

struct MemberList {
    std::vector<MemberId> members;  // ascending id: stable under inserts
    std::uint64_t next = 0;
};

/// A version of the programme as it was published.
struct PublishedVersion {
    ProgrammeVersion version;
    Instant since;        // in force from this log time on; the first since ever
    std::string address;  // of what it says (programme::address_of)
    std::string document;
    bool is_in_force = false;
};

/// What an event would do now, of which nothing was done.
struct DryRun {
    std::shared_ptr<const programme::Programme> programme;  // under which it was decided
    std::vector<engine::RuleSeen> rules;
    Outcome outcome;  // applied or refused, as if
};

/// A recorded event, decided once more from the state before it.
struct Why {
    std::string event;
    Instant occurred_at;
    std::shared_ptr<const programme::Programme> programme;  // that was in force; nothing before the first
    std::vector<engine::RuleSeen> rules;
    Outcome recorded;     // as it was answered
    std::string differs;  // how the new decision is another one, in words; empty when it is the same
};

/// What an operator wants taken back, in his own words. Everything said must fit; a source, a reason or a rule is said.
struct ReversalAsked {
    std::string source;  // every event that it sent
    std::string reason;  // of adjustments
    std::string rule;    // the code of the rule that granted
    ProgrammeVersion version;
    std::optional<Instant> from;  // recorded at or after
    std::optional<Instant> until;
    bool preview_first = true;  // and then wait to be resumed
};

/// What takes its time: a reversal, or the filling of measures that a version brought.
struct JobView {
    enum class Kind : unsigned char { reversal, backfill };
    std::string id;  // "7"; "metrics-3" of a backfill
    Kind kind = Kind::reversal;
    std::string name;  // in the operator's words
    engine::JobState state = engine::JobState::running;
    Instant opened_at;
    bool has_preview = true;  // of every partition
    engine::JobTally preview;
    engine::JobTally done;
    std::uint64_t records = 0;  // to walk through, and how far it is
    std::uint64_t walked = 0;
    double per_second = 0;              // since this process took it up; 0 = nobody can tell yet
    std::optional<Duration> remaining;  // at that rate
};

class Service {
  public:
    virtual ~Service() = default;

    virtual void submit(Request request, std::function<void(Outcome)> done) = 0;
    struct Asked {
        Request request;
        std::function<void(Outcome)> done;
    };
    /// The same for many, in their order; what is asked together is handed over together. Each is taken over.
    virtual void submit_all(std::span<Asked> all) {
        for (Asked& asked : all) submit(std::move(asked.request), std::move(asked.done));
    }

    enum class Open : unsigned char { nothing, profile };
    virtual void find(ExternalId identity, std::function<void(Result<MemberId>)> done) = 0;
    /// `at`: the state as of that instant, folded from the member's own records; nothing = now.
    virtual void member(MemberId id, std::optional<Instant> at, Open open,
                        std::function<void(Result<MemberView>)> done) = 0;
    virtual void timeline(MemberId id, Page page, std::function<void(Result<Timeline>)> done) = 0;
    virtual void list(std::uint64_t after, std::uint32_t limit,
                      std::function<void(Result<MemberList>)> done) = 0;
    virtual void totals(std::function<void(Result<Totals>)> done) = 0;

    [[nodiscard]] virtual std::shared_ptr<const programme::Programme> programme() const = 0;
    /// Every version, oldest first.
    [[nodiscard]] virtual std::vector<PublishedVersion> versions() const = 0;
    /// What a document would be told.
    [[nodiscard]] virtual programme::Checked check(const Value& document) const = 0;
    /// Records the document in every partition; it is in force from `at` (nothing = as soon as all have it) in all of
    /// them. `refused` when it breaks what an earlier version promised, `conflict` while another is being published.
    virtual void publish(std::string document, std::optional<Instant> at,
                         std::function<void(Result<PublishedVersion>)> done) = 0;
    /// Decides the event on a throw-away copy, under the programme in force or under a draft. Nothing is recorded.
    virtual void dry_run(Request request, std::optional<std::string> draft,
                         std::function<void(Result<DryRun>)> done) = 0;
    /// What every rule made of an event that was accepted. `not_found` when none of this source and id was.
    virtual void why(std::string source, std::string id, std::function<void(Result<Why>)> done) = 0;
    /// `not_found` when nothing was told of an order of this source and id.
    virtual void order(std::string source, std::string id, std::function<void(Result<OrderView>)> done) = 0;
    virtual void limits(std::function<void(Result<LimitList>)> done) = 0;
    /// Newest first.
    virtual void jobs(std::function<void(Result<std::vector<JobView>>)> done) = 0;
    virtual void reverse(ReversalAsked asked, std::function<void(Result<JobView>)> done) = 0;
    /// Cancels it, or lets it run on (or begin, after its preview). `conflict` when its state does not allow that.
    virtual void move_job(std::string id, engine::JobState to, std::function<void(Result<JobView>)> done) = 0;
    /// What a basket costs, and why. `not_found` where the buyer is nobody known; nothing is recorded.
    virtual void quote(QuoteAsked asked, std::function<void(Result<Quoted>)> done) = 0;
    [[nodiscard]] virtual Instant now() const = 0;
    /// Only under `--clock test`; `refused` otherwise. Time never goes back.
    virtual void set_clock(Instant now, std::function<void(Result<void>)> done) = 0;
    /// History's own clock (`begin`), and the catch-up to now (`end`): done when everything due was settled.
    virtual void set_history(bool begin, std::function<void(Result<void>)> done) = 0;

    /// Prometheus-style numbers by name, for /metrics. Names end in a unit; labels are inside the key.
    [[nodiscard]] virtual std::map<std::string, double> numbers() const = 0;
    /// Empty when ready to serve; else what it waits for ("recovering", "disk reserve reached", ...).
    [[nodiscard]] virtual std::string not_ready_because() const = 0;
};

}  // namespace banyan::runtime
