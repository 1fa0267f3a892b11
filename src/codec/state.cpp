// SPDX-License-Identifier: Apache-2.0
#include "codec/state.h"

#include "codec/fields.h"

namespace banyan::codec {

namespace {

// What states have gained since their fields were listed. New parts are appended.
template <typename Archive, typename Entity>
void rest(Archive& a, Entity& entity) {
    using State = std::remove_const_t<Entity>;
    if constexpr (std::is_same_v<State, members::Member>)
        later(a, Part{1, entity.uses}, Part{2, entity.hold_claims}, Part{3, entity.log},
              Part{4, entity.courses}, Part{5, entity.carries}, Part{6, entity.judged});
    else if constexpr (std::is_same_v<State, catalog::Order>)
        later(a, Part{1, entity.claims}, Part{2, entity.counted}, Part{3, entity.bases},
              Part{4, entity.by_money}, Part{5, entity.said});
    else if constexpr (std::is_same_v<State, engine::Spend>)
        later(a, Part{1, entity.claims});
}

}  // namespace

void pack(const engine::EntityState& state, Writer& w) {
    std::visit(
        [&w](const auto& entity) {
            value(w, entity);
            rest(w, entity);
        },
        state);
}

void pack(const engine::EntityState& state, std::string& out) {
    Writer w;
    pack(state, w);
    out.append(w.bytes());
}

Result<engine::EntityState> unpack(engine::EntityId id, std::string_view block) {
    engine::EntityState state = engine::empty_state(id);  // carries the name, which the block does not repeat
    TRY(unpack(block, state));
    return state;
}

Result<void> unpack(std::string_view block, engine::EntityState& state) {
    Reader r(block);
    std::visit(
        [&r](auto& entity) {
            value(r, entity);
            rest(r, entity);
        },
        state);
    if (!r.ok() || !r.at_end()) return Error::corrupt("the block of an entity is malformed");
    return {};
}

Result<MemberHead> head_of_member(std::string_view block) {
    members::Member member;  // in the order of its fields
    Reader r(block);
    all(r, member.state, member.forwarded_to, member.merging, member.joined_at, member.vault);
    if (!r.ok()) return Error::corrupt("the block of a member is malformed");
    return MemberHead{member.state, member.forwarded_to, member.vault};
}

std::string entity_key(engine::EntityId id) {
    std::string key(1, static_cast<char>(id.kind));
    for (const std::uint64_t word : {id.high, id.low}) {
        for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(word >> shift));
    }
    return key;
}

Result<engine::EntityId> parse_entity_key(std::string_view key) {
    if (key.size() != 17) return Error::corrupt("an entity's key has the wrong length");
    engine::EntityId id;
    id.kind = static_cast<engine::EntityKind>(key[0]);
    if (id.kind < engine::EntityKind::partition || id.kind > engine::EntityKind::job)
        return Error::corrupt("an entity's key names an unknown kind");
    for (std::size_t i = 1; i < 9; ++i) id.high = id.high << 8U | static_cast<std::uint8_t>(key[i]);
    for (std::size_t i = 9; i < 17; ++i) id.low = id.low << 8U | static_cast<std::uint8_t>(key[i]);
    return id;
}

}  // namespace banyan::codec
