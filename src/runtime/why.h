// SPDX-License-Identifier: Apache-2.0
#pragma once

// Why an event came to what it came to: its record is decided once more, over the state as it was before that record,
// folded from the entities' own chains. What every rule made of it is told by the decision itself, so the telling
// cannot differ from what was done; where the decision comes out otherwise than recorded, that is told, too.

#include "runtime/partition.h"
#include "runtime/service.h"

namespace banyan::runtime {

Result<Why> why(Partition& partition, Journal& journal, Lsn lsn);

}  // namespace banyan::runtime
