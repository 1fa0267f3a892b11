// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stored form of an entity's name: a kind byte, then 16 bytes where the name is a random or keyed word, a varint
// where it is a number.

#include "codec/archive.h"
#include "engine/entity.h"

namespace banyan::codec {

inline bool has_wide_name(engine::EntityKind kind) {
    return kind == engine::EntityKind::handle || kind == engine::EntityKind::order ||
           kind == engine::EntityKind::spend || kind == engine::EntityKind::order_life ||
           kind == engine::EntityKind::limit_waiter;
}

inline void put_entity_id(Writer& w, const engine::EntityId& id) {
    w.fixed8(static_cast<std::uint8_t>(id.kind));
    if (has_wide_name(id.kind)) {
        w.fixed64(id.high);
        w.fixed64(id.low);
    } else {
        w.varint(id.low);
    }
}

inline engine::EntityId take_entity_id(Reader& r) {
    engine::EntityId id;
    const std::uint8_t kind = r.fixed8();
    if (kind < 1 || kind > static_cast<std::uint8_t>(engine::EntityKind::job)) {
        r.fail();
        return id;
    }
    id.kind = static_cast<engine::EntityKind>(kind);
    if (has_wide_name(id.kind)) {
        id.high = r.fixed64();
        id.low = r.fixed64();
    } else {
        id.low = r.varint();
    }
    return id;
}

}  // namespace banyan::codec
