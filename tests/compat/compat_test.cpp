// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "../properties/crowd.h"
#include "adapters/system/openssl_digest.h"
#include "codec/samples_test.h"
#include "codec/state.h"

namespace banyan::codec {
namespace {

namespace fs = std::filesystem;
using testing::Random;

const fs::path folder = "tests/compat/v1";
/// State is disposable: of another layout there is nothing to keep, so its golden bytes are those of this layout only.
const fs::path state_folder = "tests/compat/state_layout_" + std::to_string(state_layout);

bool updating() { return std::getenv("UPDATE") != nullptr; }

std::string to_hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
    return bytes;
}

/// "name hex" a line. Golden lines are only ever added.
class Golden {
  public:
    explicit Golden(const std::string& name, const fs::path& in = folder) : path_(in / name) {
        std::ifstream file(path_);
        std::string word;
        std::string bytes;
        while (file >> word >> bytes) lines_[word] = bytes;
    }
    ~Golden() {
        if (added_.empty()) return;
        fs::create_directories(path_.parent_path());
        std::ofstream file(path_, std::ios::app);
        for (const auto& [word, bytes] : added_) file << word << " " << bytes << "\n";
    }
    Golden(const Golden&) = delete;
    Golden& operator=(const Golden&) = delete;

    /// The golden bytes under the name; where there are none yet, those of `make` are written down, with UPDATE=1 only.
    template <typename Make>
    std::string bytes(const std::string& word, const Make& make) {
        const auto found = lines_.find(word);
        if (found != lines_.end()) return from_hex(found->second);
        const std::string made = make();
        if (updating())
            added_.emplace_back(word, to_hex(made));
        else
            ADD_FAILURE() << path_ << " has no " << word << "; UPDATE=1 writes what is missing";
        return made;
    }
    [[nodiscard]] std::size_t size() const { return lines_.size() + added_.size(); }

  private:
    fs::path path_;
    std::map<std::string, std::string> lines_;
    std::vector<std::pair<std::string, std::string>> added_;
};

std::string encoded(const Record& record) {
    std::string bytes;
    encode(record, bytes);
    return bytes;
}
std::string packed(const engine::EntityState& state) {
    std::string bytes;
    pack(state, bytes);
    return bytes;
}
std::string number(std::size_t kind) { return (kind < 10 ? "0" : "") + std::to_string(kind); }

// A whole record around each fact and each command: the frame is as released as what it carries.
TEST(Compat, EveryFactKind) {
    Golden golden("facts.hex");
    for (std::size_t kind = 0; kind < testing::fact_kinds; ++kind) {
        const std::string bytes = golden.bytes("fact" + number(testing::stored_number(kind)), [&] {
            Random random(1000 + kind);
            return encoded(
                testing::record(random, kind % testing::command_kinds, {testing::fact(random, kind)}));
        });
        const auto record = decode(bytes);
        ASSERT_TRUE(record.ok()) << "fact " << kind << ": " << record.error().message;
        ASSERT_EQ(record->facts.size(), 1U);
        EXPECT_EQ(encoded(*record), bytes) << "fact " << kind;
        Random any(0);  // the number still means the same kind
        EXPECT_EQ(record->facts[0].body.index(), testing::fact(any, kind).index()) << "fact " << kind;
    }
    EXPECT_EQ(golden.size(), testing::fact_kinds);
}

TEST(Compat, EveryCommandKind) {
    Golden golden("commands.hex");
    for (std::size_t kind = 0; kind < testing::command_kinds; ++kind) {
        const std::string bytes = golden.bytes("command" + number(kind), [&] {
            Random random(2000 + kind);
            Record record = testing::record(random, kind, {});
            record.follow_ups = {{{3}, testing::command(random, kind)}};
            return encoded(record);
        });
        const auto record = decode(bytes);
        ASSERT_TRUE(record.ok()) << "command " << kind << ": " << record.error().message;
        EXPECT_EQ(encoded(*record), bytes) << "command " << kind;
        EXPECT_EQ(record->command.body.index(), kind);
        ASSERT_EQ(record->follow_ups.size(), 1U);
        EXPECT_EQ(record->follow_ups[0].command.body.index(), kind);
    }
    EXPECT_EQ(golden.size(), testing::command_kinds);
}

TEST(Compat, EveryEntityKind) {
    Golden golden("entities.hex", state_folder);
    for (std::size_t kind = 1; kind <= std::variant_size_v<engine::EntityState>; ++kind) {
        const engine::EntityId id{static_cast<engine::EntityKind>(kind), 0, 7};
        const std::string bytes = golden.bytes("entity" + number(kind), [&] {
            Random random(3000 + kind);
            return packed(
                testing::alternative_of<engine::EntityState>(random, engine::empty_state(id).index()));
        });
        const auto state = unpack(id, bytes);
        ASSERT_TRUE(state.ok()) << "entity " << kind << ", state layout " << state_layout;
        EXPECT_EQ(packed(*state), bytes) << "entity " << kind;
    }
    EXPECT_EQ(golden.size(), std::variant_size_v<engine::EntityState>);
}

// A crowd's life of one partition as records; only ever run when the golden journal is not there yet.
std::vector<std::string> lived() {
    properties::Crowd crowd(2026, 1);
    engine::testing::World world(properties::programme(), 1);
    const Instant start = *parse_rfc3339("2026-01-05T10:00:00+08:00");
    world.now = start;
    while (world.records.size() < 220) {
        if (!world.sent.empty()) {
            world.deliver();
            continue;
        }
        properties::Crowd::Ask ask = crowd.next();
        world.now = world.now + ask.later;
        ask.command.occurred_at = start + Duration{ask.command.occurred_at.microseconds};
        if (auto* hold = std::get_if<engine::PlaceHold>(&ask.command.body))
            hold->expires = start + Duration{hold->expires.microseconds};
        const auto decision = world.run(ask.partition, ask.command);
        if (ask.command.claim) crowd.met(decision.answer.member);
    }
    std::vector<std::string> journal;
    for (const auto& recorded : world.records) {
        Record record;
        record.header.lsn = recorded.lsn;
        record.header.feature_level = feature_level;
        record.header.programme = recorded.version;
        record.command = recorded.command;
        record.facts = recorded.facts;
        for (const engine::Fact& fact : record.facts) {
            const bool known = std::any_of(record.touched.begin(), record.touched.end(),
                                           [&](const Touched& t) { return t.entity == fact.entity; });
            if (!known) record.touched.push_back({fact.entity, {}});
        }
        journal.push_back(encoded(record));
    }
    return journal;
}

TEST(Compat, TheJournalFoldsToItsGoldenState) {
    Golden golden("journal.hex");
    std::vector<std::string> made;
    const auto record_bytes = [&](std::size_t i) {
        return golden.bytes("record" + std::to_string(i), [&] {
            if (made.empty()) made = lived();
            return made.at(i);
        });
    };
    std::map<std::string, engine::EntityState> state;
    for (std::size_t i = 0; i < 220; ++i) {
        const auto record = decode(record_bytes(i));
        ASSERT_TRUE(record.ok()) << "record " << i << ": " << record.error().message;
        for (const engine::Fact& fact : record->facts) {
            auto& entity =
                state.try_emplace(entity_key(fact.entity), engine::empty_state(fact.entity)).first->second;
            engine::apply(entity, fact.body, record->header.lsn, record->header.programme);
        }
    }
    std::string all;
    for (const auto& [key, entity] : state) all += key + packed(entity);
    const auto digest = banyan::system::OpensslDigest().sha256(all);
    const std::string hash(digest.begin(), digest.end());
    Golden states("state.hex", state_folder);
    EXPECT_EQ(to_hex(states.bytes("after220", [&] { return hash; })), to_hex(hash));
    EXPECT_GT(state.size(), 100U);
}

}  // namespace
}  // namespace banyan::codec
