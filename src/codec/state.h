// SPDX-License-Identifier: Apache-2.0
#pragma once

// An entity's state as one packed block: how it lies in memory, in a checkpoint, and under the state hash. The form is
// canonical (equal states, equal bytes) and disposable (a checkpoint of another layout is dropped and replayed).

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/entity.h"

namespace banyan::codec {

/// Changes whenever a block's layout does.
inline constexpr std::uint32_t state_layout = 2;

class Writer;

/// Appends the state's block.
void pack(const engine::EntityState& state, Writer& w);
void pack(const engine::EntityState& state, std::string& out);
Result<engine::EntityState> unpack(engine::EntityId id, std::string_view block);
/// Fills the empty state of an entity, which knows its name and its kind.
Result<void> unpack(std::string_view block, engine::EntityState& state);

/// The first words of a member's block, read without the wallets and everything else behind them.
struct MemberHead {
    members::State state = members::State::empty;
    MemberId forwarded_to;
    members::VaultVersion vault;
};
Result<MemberHead> head_of_member(std::string_view block);

/// The name as a key that sorts by kind, then name.
std::string entity_key(engine::EntityId id);
Result<engine::EntityId> parse_entity_key(std::string_view key);

}  // namespace banyan::codec
