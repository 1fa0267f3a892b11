// SPDX-License-Identifier: Apache-2.0
#include "engine/workspace.h"

namespace banyan::engine {

Workspace::Slot& Workspace::slot(EntityId id) {
    for (Slot& existing : slots_) {  // A command touches a handful of entities; a scan beats a map.
        if (existing.id == id) return existing;
    }
    std::optional<Loaded> loaded = source_.load(id);
    if (!loaded) loaded = Loaded{empty_state(id), {}};
    return slots_.emplace_back(Slot{id, std::move(loaded->state), loaded->lsn, false});
}

}  // namespace banyan::engine
