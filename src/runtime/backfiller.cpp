// SPDX-License-Identifier: Apache-2.0
#include "runtime/backfiller.h"

#include <algorithm>
#include <limits>

#include "engine/counts.h"
#include "runtime/brand.h"
#include "runtime/history.h"

namespace banyan::runtime {

namespace {

constexpr std::uint64_t records_a_step = 256;

// The oldest version whose measures the programme in force still has and this partition has not filled; 0 = none.
ProgrammeVersion to_fill(Partition& partition, Instant now) {
    ProgrammeVersion oldest;
    const auto programme = partition.programme_at(now);
    if (programme == nullptr) return oldest;
    engine::Workspace workspace(partition.entities());
    for (const programme::CountedEvent& event : programme->counted_events) {
        for (const programme::Counting& counting : event.countings) {
            if (counting.since.value <= 1 || (oldest.value != 0 && oldest <= counting.since)) continue;
            const auto& backfill =
                workspace.read<metrics::Backfill>(engine::entity_of_backfill(counting.since));
            if (backfill.state == metrics::Backfill::State::incomplete) oldest = counting.since;
        }
    }
    return oldest;
}

// What was passed on counts where it was decided.
bool was_passed_on(const codec::Record& record) {
    return std::any_of(record.follow_ups.begin(), record.follow_ups.end(), [](const engine::FollowUp& out) {
        return std::holds_alternative<engine::RecordEvent>(out.command.body);
    });
}

// What came back of the order so far, oldest first.
Result<std::vector<engine::BackfillRecord::Refund>> refunds_of(Partition& partition, Journal& journal,
                                                               engine::EntityId order) {
    std::vector<engine::BackfillRecord::Refund> refunds;
    const auto records =
        TRY(records_of(partition, journal, order, 0, std::numeric_limits<std::size_t>::max()));
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        for (const engine::Fact& fact : record->facts) {
            const auto* pieces = std::get_if<engine::LinesReturned>(&fact.body);
            const auto* money = std::get_if<engine::MoneyReturned>(&fact.body);
            if ((pieces == nullptr && money == nullptr) || fact.entity != order) continue;
            engine::BackfillRecord::Refund refund{std::min(record->command.occurred_at, record->header.time),
                                                  0};
            for (const catalog::ReturnedLine& line : pieces != nullptr ? pieces->lines : money->lines)
                refund.money += line.amount;
            refunds.push_back(refund);
        }
    }
    return refunds;
}

}  // namespace

bool Backfiller::step() {
    bool has_read = false;
    for (Partition* partition : shard_.partitions()) {
        if (brand_.writes_stopped()) return has_read;
        has_read = step(*partition) || has_read;
    }
    return has_read;
}

bool Backfiller::step(Partition& partition) {
    const Instant now = partition.now(brand_.now());
    const ProgrammeVersion version = to_fill(partition, now);
    if (version.value == 0) return false;
    partition.raise_floor(now);  // nothing is decided under an older version any more
    Reading& reading = readings_[partition.id()];
    if (reading.version != version) {
        engine::Workspace workspace(partition.entities());
        const auto& done = workspace.read<metrics::Backfill>(engine::entity_of_backfill(version));
        reading = {version, {done.reached.value + 1}, false, {}};
    }
    if (!reading.is_over) return read(partition, reading);
    // What this partition sent has arrived?
    const auto taken = [&](PartitionId target) { return brand_.taken(target, partition.id()); };
    if (partition.first_in_flight({partition.head().value + 1}, taken) > reading.last)
        brand_.set_filled(partition.id(), version);
    if (!brand_.is_filled(version)) return false;
    complete(partition, reading);
    return true;
}

bool Backfiller::read(Partition& partition, Reading& reading) {
    for (std::uint64_t i = 0; i < records_a_step; ++i, ++reading.next.value) {
        if (reading.next > partition.head()) {
            reading.is_over = true;
            break;
        }
        const auto record = record_at(partition, *brand_.ports().journal, reading.next);
        if (!record.ok()) {
            brand_.fail(record.error());
            return false;
        }
        if (record->header.programme >= reading.version) {  // from here on events count by themselves
            reading.is_over = true;
            break;
        }
        if (const auto counted = count(partition, reading.version, *record); !counted.ok()) {
            brand_.fail(counted.error());
            return false;
        }
    }
    reading.last = partition.head();
    return true;
}

Result<void> Backfiller::count_event(Partition& partition, ProgrammeVersion version,
                                     const codec::Record& record, const engine::RecordEvent& event) {
    if (record.answer.refused != engine::Refusal::none || was_passed_on(record)) return {};
    const auto programme = partition.programme_at(partition.now(brand_.now()));
    const Instant at = std::min(record.command.occurred_at, record.header.time);
    engine::BackfillRecord body;
    body.version = version;
    body.record = record.header.lsn;
    body.counts = engine::counts_of(*programme, event, at, brand_.ports().calendar, version);
    if (body.counts.empty()) return {};
    engine::Command command;
    command.member = record.answer.member;
    command.occurred_at = partition.now(brand_.now());
    command.body = std::move(body);
    partition.execute(command, {}, brand_.now());
    return {};
}

Result<void> Backfiller::count(Partition& partition, ProgrammeVersion version, const codec::Record& record) {
    const auto* priced = std::get_if<engine::RecordPricedOrder>(&record.command.body);
    const auto* paid =
        priced != nullptr ? &priced->order : std::get_if<engine::RecordOrder>(&record.command.body);
    if (const auto* event = std::get_if<engine::RecordEvent>(&record.command.body))
        return count_event(partition, version, record, *event);
    if (paid == nullptr) return {};
    const engine::EntityId order = engine::entity_of_order(paid->order);
    MemberId member;
    for (const engine::Fact& fact : record.facts) {
        const auto* recorded = std::get_if<engine::OrderRecorded>(&fact.body);
        if (recorded != nullptr && fact.entity == order) member = recorded->member;
    }
    if (member.value == 0) return {};
    const Instant now = partition.now(brand_.now());
    const auto programme = partition.programme_at(now);
    const Instant at = std::min(record.command.occurred_at, record.header.time);
    engine::BackfillRecord body;
    body.version = version;
    body.record = record.header.lsn;
    body.order = paid->order;
    body.counts = engine::counts_of(*programme, engine::facts_of_order(*programme, *paid, priced, at), at,
                                    brand_.ports().calendar, version);
    if (body.counts.empty()) return {};
    body.refunds = TRY(refunds_of(partition, *brand_.ports().journal, order));
    engine::Command command;
    command.member = member;
    command.occurred_at = now;
    command.body = std::move(body);
    partition.execute(command, {}, brand_.now());
    return {};
}

void Backfiller::complete(Partition& partition, const Reading& reading) {
    engine::Command command;
    command.occurred_at = partition.now(brand_.now());
    command.body = engine::CompleteBackfill{reading.version};
    partition.execute(command, {}, brand_.now());
    readings_.erase(partition.id());
}

}  // namespace banyan::runtime
