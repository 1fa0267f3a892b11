// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that has state is an entity with a name: a member, an order, a claimed handle, a partition's accounts.
// Every fact belongs to exactly one entity, and applying it reads only that entity (protocol: one entity a fact).
// So an entity can be checkpointed, dropped from memory and fetched again on its own.

#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "base/id.h"
#include "domain/catalog/order.h"
#include "domain/ledger/account.h"
#include "domain/limits/owner.h"
#include "domain/members/member.h"
#include "domain/metrics/backfill.h"
#include "domain/orders/life.h"
#include "engine/answer.h"
#include "engine/job.h"

namespace banyan::engine {

enum class EntityKind : std::uint8_t {
    partition = 1,  // one per partition: epoch, feature level, clock mode, member counter
    cursor = 2,     // one per source partition: how far its follow-ups were taken
    accounts = 3,   // one per unit
    handle = 4,     // a claimed external identity
    member = 5,
    order = 6,
    spend = 7,          // a captured hold or a direct redemption, kept so that it can be reversed
    programme = 8,      // one per partition: the document in force, as published
    order_life = 9,     // what the shop told of an order, perhaps before it was paid
    backfill = 10,      // one per version that brought measures: how far history was counted for them
    limit_owner = 11,   // of a limit that members share, one a period, in the partition its name falls on
    limit_holder = 12,  // the partition's part of it
    limit_waiter = 13,  // who waits for the answer to a claim
    job = 14,           // one per job: the partition's part of a reversal
};

struct EntityId {
    EntityKind kind = EntityKind::partition;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    constexpr auto operator<=>(const EntityId&) const = default;
};

constexpr EntityId partition_entity() { return {EntityKind::partition, 0, 0}; }
constexpr EntityId programme_entity() { return {EntityKind::programme, 0, 0}; }
constexpr EntityId entity_of_cursor(PartitionId source) { return {EntityKind::cursor, 0, source.value}; }
constexpr EntityId entity_of_accounts(UnitId unit) { return {EntityKind::accounts, 0, unit.value}; }
constexpr EntityId entity_of(Handle handle) { return {EntityKind::handle, handle.high, handle.low}; }
constexpr EntityId entity_of(MemberId member) { return {EntityKind::member, 0, member.value}; }
constexpr EntityId entity_of_order(KeyedId order) { return {EntityKind::order, order.high, order.low}; }
constexpr EntityId entity_of_life(KeyedId order) { return {EntityKind::order_life, order.high, order.low}; }
constexpr EntityId entity_of_spend(KeyedId spend) { return {EntityKind::spend, spend.high, spend.low}; }
constexpr EntityId entity_of_backfill(ProgrammeVersion version) {
    return {EntityKind::backfill, 0, version.value};
}

constexpr EntityId entity_of_job(std::uint64_t number) { return {EntityKind::job, 0, number}; }

constexpr std::uint64_t number_of(limits::Period period) {
    return std::uint64_t{period.limit.value} << 32U |
           static_cast<std::uint32_t>(period.first - metrics::past_day);
}
constexpr limits::Period period_of_number(std::uint64_t number) {
    return {{static_cast<std::uint16_t>(number >> 32U)},
            metrics::past_day + static_cast<std::int64_t>(number & 0xFFFF'FFFFU)};
}
constexpr EntityId entity_of_owner(limits::Period period) {
    return {EntityKind::limit_owner, 0, number_of(period)};
}
constexpr EntityId entity_of_holder(limits::Period period) {
    return {EntityKind::limit_holder, 0, number_of(period)};
}
constexpr EntityId entity_of_waiter(limits::Period period, limits::ClaimNumber claim) {
    return {EntityKind::limit_waiter, number_of(period), claim.value};
}

/// How a partition tells the time (architecture, "Time"). `history` follows the imported rows until they end.
enum class ClockMode : std::uint8_t { wall = 0, history = 1 };

struct PartitionState {
    std::uint64_t epoch = 0;
    std::uint64_t epoch_nonce = 0;
    std::uint32_t feature_level = 0;
    ClockMode clock = ClockMode::wall;
    std::uint64_t members = 0;  // numbered so far
};

struct PublishedProgramme {
    ProgrammeVersion version;
    std::string document;  // as published; compiled by whoever runs the partition
};

struct Cursor {
    PartitionId source;
    Lsn lsn;
    std::uint32_t ordinal = 0;  // within the record, from 1
};

struct ClaimedHandle {
    Handle handle;
    members::IdentityKind kind;
    MemberId member;
};

struct Spend {
    KeyedId id;
    MemberId member;
    UnitId unit;
    Quantity amount;
    Quantity reversed;
    std::vector<ledger::Portion> portions;  // shrink from the back as parts are restored
    std::vector<limits::Kept> claims;       // what it took of the member's limits
};

/// What one line has of a grant, as a lot of its own: it is usable when the line is released, and taken back by what
/// comes back of the line.
struct LineGrant {
    std::uint32_t grant = 0;  // into the order's grants
    std::uint32_t line = 0;   // into its lines
    ledger::LotNumber lot;
    Quantity amount;
    Quantity reversed;  // <= amount
};

/// The life of an order, beside the order itself: what is told before the payment waits here for it.
struct OrderLife {
    KeyedId id;
    MemberId member;  // who was told to have bought it; once it is paid, the order knows
    orders::Life life;
    std::vector<LineGrant> line_grants;
};

/// A grant that a rule decided and a shared limit has not answered yet.
struct WaitingGrant {
    RuleId rule;
    UnitId unit;
    Quantity amount;
    std::uint16_t cost_centre = 0;
    std::vector<limits::Kept> claims;
    std::uint32_t taken = 0;                   // so many of the claims, from the first, are taken
    std::optional<catalog::GrantBasis> basis;  // what a refund will need to know of it
};
/// The grants of one event that wait, one after the other; the first of them asks.
struct Waiting {
    MemberId member;
    std::optional<KeyedId> order;
    KeyedId completes;  // the id whose pending answer the last of them gives
    std::vector<WaitingGrant> grants;
    // What the answer will say of those that wait no more.
    std::vector<Earned> earned;
    std::vector<Limited> limited;
};

struct LimitOwner {
    limits::Owner owner;
};
struct LimitHolder {
    limits::Holder holder;
};
struct LimitWaiter {
    Waiting waiting;  // without grants once it was answered
};

using EntityState = std::variant<PartitionState, Cursor, ledger::Accounts, ClaimedHandle, members::Member,
                                 catalog::Order, Spend, PublishedProgramme, OrderLife, metrics::Backfill,
                                 LimitOwner, LimitHolder, LimitWaiter, Job>;

/// The empty state from which the first fact of an entity starts.
EntityState empty_state(EntityId id);

}  // namespace banyan::engine

template <>
struct std::hash<banyan::engine::EntityId> {
    std::size_t operator()(banyan::engine::EntityId id) const noexcept {
        return (id.high ^ (id.low * 0x9E3779B97F4A7C15U)) + (static_cast<std::size_t>(id.kind) << 56U);
    }
};
