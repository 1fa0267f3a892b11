// SPDX-License-Identifier: Apache-2.0
#include "codec/record.h"

#include "base/crc32c.h"
#include "codec/samples_test.h"

#include <gtest/gtest.h>

namespace banyan::codec {
namespace {

using testing::Random;

std::string encoded(const Record& record) {
    std::string bytes;
    encode(record, bytes);
    return bytes;
}

// The bytes with a checksum that fits them: what is wrong then is wrong inside.
std::string resealed(std::string bytes) {
    bytes.resize(bytes.size() - 4);
    Writer checksum;
    checksum.fixed32(crc32c(bytes));
    return bytes.append(checksum.bytes());
}

std::string told(std::string_view bytes) {
    const auto record = decode(bytes);
    return record.ok() ? "read" : std::string(name_of(record.error().code)) + ": " + record.error().message;
}

TEST(Record, EveryFactAndEveryCommandComesBackAsItWas) {
    Random random(1);
    for (int round = 0; round < 20; ++round) {
        for (std::size_t kind = 0; kind < testing::fact_kinds; ++kind) {
            const engine::FactBody body = testing::fact(random, kind);
            const std::string bytes = encoded(testing::record(random, kind % testing::command_kinds, {body}));
            const auto read = decode(bytes);
            ASSERT_TRUE(read.ok()) << "fact " << kind << ": " << read.error().message;
            ASSERT_EQ(read->facts.size(), 1U);
            EXPECT_EQ(read->facts[0].body.index(), body.index());
            EXPECT_EQ(encoded(*read), bytes) << "fact " << kind;
        }
    }
}

TEST(Record, AllItsPartsStayInTheirPlace) {
    Random random(2);
    for (int round = 0; round < 200; ++round) {
        std::vector<engine::FactBody> facts;
        for (std::uint64_t n = random() % 12; n > 0; --n)
            facts.push_back(testing::fact(random, random() % testing::fact_kinds));
        const Record record = testing::record(random, random() % testing::command_kinds, std::move(facts));
        const std::string bytes = encoded(record);
        const auto read = decode(bytes);
        ASSERT_TRUE(read.ok()) << read.error().message;
        EXPECT_EQ(encoded(*read), bytes);
        EXPECT_EQ(read->header.lsn, record.header.lsn);
        EXPECT_EQ(read->header.previous, record.header.previous);
        EXPECT_EQ(read->header.time, record.header.time);
        EXPECT_EQ(read->command.id, record.command.id);
        EXPECT_EQ(read->command.completes, record.command.completes);
        EXPECT_EQ(read->command.body.index(), record.command.body.index());
        ASSERT_EQ(read->facts.size(), record.facts.size());
        for (std::size_t i = 0; i < record.facts.size(); ++i)
            EXPECT_EQ(read->facts[i].entity, record.facts[i].entity);
        ASSERT_EQ(read->touched.size(), record.touched.size());
        for (std::size_t i = 0; i < record.touched.size(); ++i)
            EXPECT_EQ(read->touched[i].previous, record.touched[i].previous);
        EXPECT_EQ(read->answer.refunded, record.answer.refunded);
        const auto header = decode_header(bytes);
        ASSERT_TRUE(header.ok());
        EXPECT_EQ(header->lsn, record.header.lsn);
        EXPECT_EQ(header->journal, record.header.journal);
    }
}

TEST(Record, IsAppendedToWhatIsThere) {
    Random random(3);
    const Record record = testing::record(random, 1, {testing::fact(random, 6)});
    std::string log = "before";
    encode(record, log);
    EXPECT_EQ(log, "before" + encoded(record));
}

TEST(Record, NoTruncationAndNoFlippedByteIsRead) {
    Random random(4);
    for (int round = 0; round < 6; ++round) {
        const std::string bytes = encoded(testing::record(
            random, random() % testing::command_kinds,
            {testing::fact(random, random() % testing::fact_kinds), testing::fact(random, 0)}));
        for (std::size_t size = 0; size < bytes.size(); ++size)
            ASSERT_EQ(told(bytes.substr(0, size)).substr(0, 7), "corrupt") << "cut at " << size;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            std::string flipped = bytes;
            flipped[i] = static_cast<char>(static_cast<std::uint8_t>(flipped[i]) ^ (1U + random() % 255U));
            ASSERT_EQ(told(flipped).substr(0, 7), "corrupt") << "byte " << i;
            ASSERT_FALSE(decode_header(flipped).ok());
        }
        ASSERT_EQ(told(bytes + '\0').substr(0, 7), "corrupt");
    }
}

TEST(Record, ATruncationWithAFittingChecksumIsRefusedToo) {
    Random random(5);
    for (int round = 0; round < 6; ++round) {
        const std::string bytes =
            encoded(testing::record(random, random() % testing::command_kinds,
                                    {testing::fact(random, random() % testing::fact_kinds)}));
        for (std::size_t size = 4; size < bytes.size(); ++size) {
            ASSERT_NE(told(resealed(bytes.substr(0, size))), "read") << "cut at " << size;
        }
    }
}

TEST(Record, WhatANewerBinaryWroteIsNamedAsSuch) {
    Random random(6);
    Record record = testing::record(random, 1, {engine::MemberJoined{instant_max}});
    record.follow_ups.clear();
    std::string bytes = encoded(record);

    std::string other = bytes;
    other[0] = 2;
    EXPECT_EQ(told(resealed(other)),
              "unsupported: the record has format 2; this binary reads format 1: use a newer one");

    record.header.feature_level = feature_level + 1;
    EXPECT_EQ(told(encoded(record)),
              "unsupported: the record has feature level 2; this binary reads up to 1: use a newer one");
    record.header.feature_level = feature_level;

    // The one fact: entity 0, kind 6, version 1, one byte that says "never".
    const std::size_t fact = bytes.find(std::string("\x00\x06\x01\x01\x01", 5));
    ASSERT_NE(fact, std::string::npos);
    ASSERT_EQ(bytes.find(std::string("\x00\x06\x01\x01\x01", 5), fact + 1), std::string::npos);
    const auto with = [&](std::size_t at, char byte) {
        std::string changed = bytes;
        changed[fact + at] = byte;
        return told(resealed(changed));
    };
    const auto of_kind = [&](std::size_t kind) {
        Writer w;
        w.varint(kind);
        std::string changed = bytes;
        changed.replace(fact + 1, 1, w.bytes());
        return told(resealed(changed));
    };
    // The family itself, the first free one of the wallet's, the last before the others go on, the first that is free.
    for (const std::size_t kind : {testing::family, 64 + testing::wallet_facts, std::size_t{127},
                                   testing::stored_number(testing::other_facts - 2) + 1})
        EXPECT_EQ(of_kind(kind), "unsupported: fact kind " + std::to_string(kind) +
                                     " version 1 is unknown to this binary: use a newer one");
    EXPECT_EQ(with(2, 2), "unsupported: fact kind 6 version 2 is unknown to this binary: use a newer one");
    EXPECT_EQ(with(0, 9), "corrupt: a fact of the record is cut off");    // no such entity
    EXPECT_EQ(with(1, 0), "corrupt: a fact of the record is malformed");  // another kind's fields
    EXPECT_NE(with(3, 2), "read");                                        // longer than it is
    EXPECT_NE(with(3, 0), "read");
}

TEST(Record, AnEnumOutsideItsValuesIsNoValue) {
    std::string bytes("\x09", 1);
    Reader r(bytes);
    members::State state{};
    value(r, state);
    EXPECT_FALSE(r.ok());
    Reader zero(std::string_view("\x00", 1));
    engine::HoldEnd end{};
    value(zero, end);  // a hold never ends in nothing
    EXPECT_FALSE(zero.ok());
}

TEST(RecordDeathTest, AFactOfAnEntityThatIsNotTouchedIsOurMistake) {
    Record record;
    record.facts.push_back({engine::partition_entity(), engine::ClockSet{}});
    EXPECT_DEATH((void)encoded(record), "");
}

TEST(Input, EqualInputsGiveEqualBytesAndOthersOthers) {
    engine::RecordOrder order{{1, 2}, "app", "s1", {{"a", "sku", "cat", 2, 500}}};
    const auto input = [](const engine::CommandBody& body) {
        Writer w;
        encode_input(w, body);
        return std::string(w.bytes());
    };
    const std::string bytes = input(order);
    EXPECT_EQ(input(order), bytes);
    engine::RecordOrder other = order;
    other.lines[0].amount = 501;
    EXPECT_NE(input(other), bytes);
    other = order;
    other.channel = "ap";
    other.store = "ps1";  // the same letters elsewhere
    EXPECT_NE(input(other), bytes);
    EXPECT_NE(input(engine::Settle{}), input(engine::EraseMember{}));
}

}  // namespace
}  // namespace banyan::codec
