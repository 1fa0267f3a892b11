// SPDX-License-Identifier: Apache-2.0
#include "runtime/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace banyan::runtime {
namespace {

// A name whose hash is its last digit only: every search passes others.
struct Crowded {
    int number = 0;
    bool operator==(const Crowded&) const = default;
};

template <typename Key>
void does_what_a_map_does(std::uint64_t seed, int names, int steps) {
    std::mt19937_64 random(seed);
    Table<Key, std::string> table;
    std::map<int, std::string> model;
    std::map<int, const std::string*> where;
    for (int step = 0; step < steps; ++step) {
        const int number = static_cast<int>(random() % static_cast<unsigned>(names));
        const Key key{number};
        switch (random() % 4) {
            case 0:
            case 1: {
                const auto [place, fresh] = table.try_emplace(key, std::to_string(step));
                ASSERT_EQ(fresh, model.try_emplace(number, std::to_string(step)).second);
                ASSERT_EQ(place->second, model[number]);
                if (fresh) where[number] = &place->second;
                break;
            }
            case 2:
                table.erase(key);
                model.erase(number);
                where.erase(number);
                break;
            default:
                ASSERT_EQ(table.contains(key), model.contains(number));
                if (model.contains(number)) {
                    ASSERT_EQ(table.at(key), model[number]);
                    ASSERT_EQ(&table.at(key), where[number]);  // an entry never moves
                }
        }
        ASSERT_EQ(table.size(), model.size());
    }
    std::size_t seen = 0;
    for (const auto& [key, value] : table) {
        ++seen;
        ASSERT_EQ(value, model.at(key.number));
    }
    EXPECT_EQ(seen, model.size());
    std::size_t in_slots = 0;
    for (std::size_t slot = 0; slot < table.slot_count(); ++slot) in_slots += table.in_slot(slot) ? 1U : 0U;
    EXPECT_EQ(in_slots, model.size());
}

struct Plain {
    int number = 0;
    bool operator==(const Plain&) const = default;
};

}  // namespace
}  // namespace banyan::runtime

template <>
struct std::hash<banyan::runtime::Crowded> {
    std::size_t operator()(banyan::runtime::Crowded name) const noexcept {
        return static_cast<std::size_t>(name.number % 3);
    }
};
template <>
struct std::hash<banyan::runtime::Plain> {
    std::size_t operator()(banyan::runtime::Plain name) const noexcept {
        return static_cast<std::size_t>(name.number);
    }
};

namespace banyan::runtime {
namespace {

TEST(Table, DoesWhatAMapDoes) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        does_what_a_map_does<Plain>(seed, 12, 2'000);      // wraps round, grows once
        does_what_a_map_does<Plain>(seed, 5'000, 20'000);  // grows often
        does_what_a_map_does<Crowded>(seed, 40, 4'000);    // every hole is passed by somebody
    }
}

TEST(Table, AnEmptyOneHasNothing) {
    Table<Plain, int> table;
    EXPECT_TRUE(table.empty());
    EXPECT_FALSE(table.contains({1}));
    table.erase(Plain{1});
    EXPECT_TRUE(table.begin() == table.end());
    EXPECT_EQ(table.slot_count(), 0U);
}

}  // namespace
}  // namespace banyan::runtime
