// SPDX-License-Identifier: Apache-2.0
#pragma once

// A member's past, read from the journal along the chain of its own records: each record names, for every entity it
// touched, the record that touched it before.

#include "runtime/partition.h"
#include "runtime/service.h"

namespace banyan::runtime {

/// The records that touched the entity, newest first, from the newest on until `most` below `before` were read (0 =
/// all of them count).
Result<std::vector<codec::Record>> records_of(Partition& partition, Journal& journal, engine::EntityId entity,
                                              std::uint64_t before, std::size_t most);

/// The same from one of them on.
Result<std::vector<codec::Record>> records_from(Partition& partition, Journal& journal,
                                                engine::EntityId entity, Lsn newest);
Result<codec::Record> record_at(Partition& partition, Journal& journal, Lsn lsn);
/// "order.paid", "points.adjusted", "settlement", ...
std::string event_of(const engine::CommandBody& body);

/// The member folded from its own records up to `at`, then settled to `at`: the same as asking at that instant.
Result<members::Member> member_as_of(Partition& partition, Journal& journal, MemberId id, Instant at);

Result<Timeline> timeline_of(Partition& partition, Journal& journal, MemberId id, Page page);

}  // namespace banyan::runtime
