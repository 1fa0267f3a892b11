// SPDX-License-Identifier: Apache-2.0
#include "engine/workspace.h"

namespace banyan::engine {

Workspace::Slot& Workspace::slot(EntityId id) {
    for (Slot& existing : slots_) {  // A command touches a handful of entities; a scan beats a map.
        if (existing.id == id) return existing;
    }
    Slot& fetched = slots_.emplace_back(Slot{id, empty_state(id), {}, false});
    fetched.lsn = source_.load(id, fetched.state);
    return fetched;
}

}  // namespace banyan::engine
