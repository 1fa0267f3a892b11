// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random values of every stored kind. A value is read out of random bytes, so whatever the field lists say is filled,
// a list that grows included; bytes that are mostly small give short lists and true flags often enough.

#include <algorithm>
#include <random>

#include "codec/fields.h"
#include "codec/record.h"

namespace banyan::codec::testing {

using Random = std::mt19937_64;

template <typename T>
T sample(Random& random) {
    while (true) {
        std::string bytes;
        for (int i = 0; i < 2000; ++i) {
            const std::uint64_t dice = random() % 20;
            bytes.push_back(static_cast<char>(dice < 14   ? random() % 2
                                              : dice < 18 ? random() % 128
                                                          : random()));
        }
        T item{};
        Reader r(bytes);
        value(r, item);
        if (r.ok()) return item;
    }
}

template <typename Variant, std::size_t... indices>
Variant alternative_of(Random& random, std::size_t index, std::index_sequence<indices...>) {
    Variant made;
    ((indices == index ? void(made = sample<std::variant_alternative_t<indices, Variant>>(random)) : void()),
     ...);
    return made;
}
template <typename Variant>
Variant alternative_of(Random& random, std::size_t index) {
    return alternative_of<Variant>(random, index, std::make_index_sequence<std::variant_size_v<Variant>>());
}

inline constexpr std::size_t wallet_facts = std::variant_size_v<ledger::WalletFact>;
inline constexpr std::size_t other_facts = std::variant_size_v<engine::FactBody>;
inline constexpr std::size_t fact_kinds = wallet_facts + other_facts - 1;  // the family itself is no kind
inline constexpr std::size_t command_kinds = std::variant_size_v<engine::CommandBody>;

inline constexpr std::size_t family = 21;  // the wallet's place among the kinds

/// The place of a kind that is not the wallet's in the variant.
inline constexpr std::size_t place_of(std::size_t kind) { return kind < family ? kind : kind + 1; }

/// The number that the kind has on disk.
inline constexpr std::size_t stored_number(std::size_t kind) {
    if (kind >= other_facts - 1) return 64 + kind - (other_facts - 1);
    return place_of(kind) < 64 ? place_of(kind) : place_of(kind) + 64;
}

/// A fact of each kind, numbered through; the wallet's come last.
inline engine::FactBody fact(Random& random, std::size_t kind) {
    static_assert(std::is_same_v<std::variant_alternative_t<family, engine::FactBody>, ledger::WalletFact>);
    if (kind >= other_facts - 1) return alternative_of<ledger::WalletFact>(random, kind - (other_facts - 1));
    const std::size_t index = place_of(kind);
    engine::FactBody made;
    const auto fill = [&]<std::size_t i>(std::integral_constant<std::size_t, i>) {
        if constexpr (i != family) {
            if (i == index) made = sample<std::variant_alternative_t<i, engine::FactBody>>(random);
        }
    };
    [&]<std::size_t... is>(std::index_sequence<is...>) {
        (fill(std::integral_constant<std::size_t, is>()), ...);
    }(std::make_index_sequence<other_facts>());
    return made;
}

inline engine::Command command(Random& random, std::size_t kind) {
    engine::Command made;
    made.id = {random(), random()};
    made.fingerprint = {random(), random()};
    made.member = {random() % 100'000};
    if (random() % 2 == 0) made.claim = engine::Claim{{random(), random()}, {3}};
    made.occurred_at = sample<Instant>(random);
    made.source = static_cast<std::uint16_t>(random());
    made.origin = sample<engine::FollowUpOrigin>(random);
    made.completes = {random() % 2, random()};
    made.body = alternative_of<engine::CommandBody>(random, kind);
    return made;
}

inline engine::EntityId entity(Random& random) {
    const auto kind =
        static_cast<engine::EntityKind>(1 + random() % std::variant_size_v<engine::EntityState>);
    switch (kind) {
        case engine::EntityKind::handle:
        case engine::EntityKind::order:
        case engine::EntityKind::order_life:
        case engine::EntityKind::limit_waiter:
        case engine::EntityKind::spend: return {kind, random(), random()};
        case engine::EntityKind::member: return {kind, 0, random() >> (random() % 64)};
        default: return {kind, 0, random() % 65'536};
    }
}

/// A record with this command and these facts.
inline Record record(Random& random, std::size_t command_kind, std::vector<engine::FactBody> facts) {
    Record made;
    Header& header = made.header;
    for (auto& byte : header.journal) byte = static_cast<std::uint8_t>(random());
    for (auto& byte : header.previous) byte = static_cast<std::uint8_t>(random());
    header.partition = {static_cast<std::uint16_t>(random())};
    header.lsn = {random() >> (random() % 64)};
    header.confirmed = {header.lsn.value / 2};
    header.epoch = random() % 1000;
    header.time = sample<Instant>(random);
    header.feature_level = feature_level;
    header.programme = {static_cast<std::uint32_t>(random())};
    made.command = command(random, command_kind);
    made.conditions = {{{3}, true}, {{4}, false}};
    for (engine::FactBody& body : facts) {
        engine::EntityId id = entity(random);
        if (!made.touched.empty() && random() % 2 == 0)
            id = made.touched[random() % made.touched.size()].entity;
        const bool known = std::any_of(made.touched.begin(), made.touched.end(),
                                       [&](const Touched& t) { return t.entity == id; });
        if (!known) made.touched.push_back({id, {random() % 1000}});
        made.facts.push_back({id, std::move(body)});
    }
    if (random() % 2 == 0) made.follow_ups.push_back({{7}, command(random, random() % command_kinds)});
    made.answer = sample<engine::Answer>(random);
    return made;
}

}  // namespace banyan::codec::testing
