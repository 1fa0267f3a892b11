// SPDX-License-Identifier: Apache-2.0
#include "codec/state.h"

#include "codec/samples_test.h"

#include <gtest/gtest.h>

namespace banyan::codec {
namespace {

using engine::EntityId;
using engine::EntityKind;
using testing::Random;

std::string packed(const engine::EntityState& state) {
    std::string block;
    pack(state, block);
    return block;
}

constexpr std::size_t kinds = std::variant_size_v<engine::EntityState>;

EntityId id_of(std::size_t kind) { return {static_cast<EntityKind>(kind + 1), 0, 7}; }

// A block that was cut is no entity, or the one it was before its later parts: never half of something.
void expect_other(EntityId id, const std::string& cut) {
    const auto read = unpack(id, cut);
    if (read.ok()) {
        EXPECT_EQ(packed(*read), cut) << "cut at " << cut.size();
    }
}

TEST(State, EveryEntityComesBackAsItWas) {
    Random random(1);
    for (int round = 0; round < 50; ++round) {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const EntityId id = id_of(kind);
            // The states stand in another order than the kinds; an empty one says which is whose.
            const std::size_t index = engine::empty_state(id).index();
            const auto state = testing::alternative_of<engine::EntityState>(random, index);
            const std::string block = packed(state);
            const auto read = unpack(id, block);
            ASSERT_TRUE(read.ok()) << kind;
            EXPECT_EQ(read->index(), index);
            EXPECT_EQ(packed(*read), block) << kind;
            for (std::size_t size = 0; size < block.size(); ++size) expect_other(id, block.substr(0, size));
            ASSERT_FALSE(unpack(id, block + '\0').ok());
        }
    }
}

TEST(State, TheHeadOfAMemberIsWhatTheWholeBlockSays) {
    Random random(3);
    const std::size_t index = engine::empty_state({EntityKind::member, 0, 7}).index();
    for (int round = 0; round < 50; ++round) {
        const auto state = testing::alternative_of<engine::EntityState>(random, index);
        const auto& member = std::get<members::Member>(state);
        const auto head = head_of_member(packed(state));
        ASSERT_TRUE(head.ok());
        EXPECT_EQ(head->state, member.state);
        EXPECT_EQ(head->forwarded_to, member.forwarded_to);
        EXPECT_EQ(head->vault, member.vault);
    }
    EXPECT_FALSE(head_of_member("").ok());
}

// Equal states, equal bytes: whatever random bytes are read at all, they are the ones that would be written.
TEST(State, HasOneFormOnly) {
    Random random(2);
    int read = 0;
    for (int round = 0; round < 4000; ++round) {
        const std::size_t kind = random() % kinds;
        const EntityId id = id_of(kind);
        std::string block =
            packed(testing::alternative_of<engine::EntityState>(random, engine::empty_state(id).index()));
        if (block.empty()) continue;
        block[random() % block.size()] = static_cast<char>(random());
        const auto state = unpack(id, block);
        if (!state.ok()) continue;
        ++read;
        ASSERT_EQ(packed(*state), block) << "kind " << kind;
    }
    EXPECT_GT(read, 500);
}

TEST(State, AnEmptyEntityIsTheOneThatFactsStartFrom) {
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const auto empty = engine::empty_state(id_of(kind));
        const auto read = unpack(id_of(kind), packed(empty));
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(packed(*read), packed(empty));
    }
}

TEST(State, TheNameComesFromTheKeyAndNotFromTheBlock) {
    members::Member member;
    member.id = {7};
    const auto read = unpack(engine::entity_of(MemberId{9}), packed(member));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(std::get<members::Member>(*read).id, MemberId{9});
}

TEST(EntityKey, SortsByKindThenNameAndComesBack) {
    Random random(3);
    std::vector<EntityId> ids;
    for (int i = 0; i < 500; ++i) ids.push_back(testing::entity(random));
    for (const EntityId a : ids) {
        const auto back = parse_entity_key(entity_key(a));
        ASSERT_TRUE(back.ok());
        EXPECT_EQ(*back, a);
        for (const EntityId b : ids) ASSERT_EQ(a < b, entity_key(a) < entity_key(b));
    }
    EXPECT_FALSE(parse_entity_key("").ok());
    EXPECT_FALSE(parse_entity_key(std::string(16, 'x')).ok());
    EXPECT_FALSE(parse_entity_key(std::string(18, 'x')).ok());
    EXPECT_FALSE(parse_entity_key(std::string(17, '\0')).ok());  // kind 0
    EXPECT_FALSE(parse_entity_key(std::string(17, '\x7F')).ok());
}

}  // namespace
}  // namespace banyan::codec
