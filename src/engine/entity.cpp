// SPDX-License-Identifier: Apache-2.0
#include "engine/entity.h"

namespace banyan::engine {

EntityState empty_state(EntityId id) {
    switch (id.kind) {
        case EntityKind::partition: return PartitionState{};
        case EntityKind::cursor: {
            Cursor cursor;
            cursor.source = {static_cast<std::uint16_t>(id.low)};
            return cursor;
        }
        case EntityKind::accounts: {
            ledger::Accounts accounts;
            accounts.unit = {static_cast<std::uint16_t>(id.low)};
            return accounts;
        }
        case EntityKind::handle: {
            ClaimedHandle claimed;
            claimed.handle = {id.high, id.low};
            return claimed;
        }
        case EntityKind::member: {
            members::Member member;
            member.id = {id.low};
            return member;
        }
        case EntityKind::order: {
            catalog::Order order;
            order.id = {id.high, id.low};
            return order;
        }
        case EntityKind::spend: {
            Spend spend;
            spend.id = {id.high, id.low};
            return spend;
        }
        case EntityKind::programme: return PublishedProgramme{};
        case EntityKind::order_life: {
            OrderLife life;
            life.id = {id.high, id.low};
            return life;
        }
        case EntityKind::backfill: return metrics::Backfill{};
        case EntityKind::limit_owner: return LimitOwner{};
        case EntityKind::limit_holder: return LimitHolder{};
        case EntityKind::limit_waiter: return LimitWaiter{};
        case EntityKind::job: return Job{};
    }
    ASSERT(false);
    return PartitionState{};
}

}  // namespace banyan::engine
