// SPDX-License-Identifier: Apache-2.0
#include "codec/archive.h"

#include <gtest/gtest.h>

#include <random>

namespace banyan::codec {
namespace {

template <typename T>
std::string bytes_of(const T& item) {
    Writer w;
    value(w, item);
    return std::string(w.bytes());
}
template <typename T>
std::optional<T> read(std::string_view bytes) {
    T item{};
    Reader r(bytes);
    value(r, item);
    if (!r.ok() || !r.at_end()) return std::nullopt;
    return item;
}
std::string raw(std::initializer_list<unsigned> bytes) {
    std::string text;
    for (const unsigned byte : bytes) text.push_back(static_cast<char>(byte));
    return text;
}

TEST(Archive, IntegersAreShortAndHaveOneSpelling) {
    EXPECT_EQ(bytes_of(std::uint64_t{0}), raw({0}));
    EXPECT_EQ(bytes_of(std::uint64_t{127}), raw({0x7F}));
    EXPECT_EQ(bytes_of(std::uint64_t{128}), raw({0x80, 1}));
    EXPECT_EQ(bytes_of(std::int64_t{-1}), raw({1}));
    EXPECT_EQ(bytes_of(std::int64_t{1}), raw({2}));
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{300}, UINT64_MAX, UINT64_MAX / 2})
        EXPECT_EQ(read<std::uint64_t>(bytes_of(number)), number);
    for (const std::int64_t number : {INT64_MIN, INT64_MIN + 1, INT64_C(-1), INT64_C(0), INT64_MAX})
        EXPECT_EQ(read<std::int64_t>(bytes_of(number)), number);
    EXPECT_FALSE(read<std::uint64_t>(raw({0x80, 0})));  // zero, spelt longer
    EXPECT_FALSE(read<std::uint64_t>(raw({0x80})));
    EXPECT_FALSE(read<std::uint64_t>(raw({})));
    const auto nine = raw({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF});
    EXPECT_TRUE(read<std::uint64_t>(nine + raw({1})));
    EXPECT_FALSE(read<std::uint64_t>(nine + raw({2})));        // a 65th bit
    EXPECT_FALSE(read<std::uint64_t>(nine + raw({0x81, 0})));  // and more
    EXPECT_FALSE(read<std::uint16_t>(bytes_of(std::uint64_t{65'536})));
    EXPECT_FALSE(read<bool>(raw({2})));
}

TEST(Archive, WhatIsWrittenMayBeLongerThanTheWriterKeepsAtHand) {
    std::string expected;
    Writer w;
    for (unsigned i = 0; i < 5000; ++i) {
        w.fixed32(i);
        w.varint(i % 128);
        for (unsigned shift = 0; shift < 32; shift += 8) expected.push_back(static_cast<char>(i >> shift));
        expected.push_back(static_cast<char>(i % 128));
    }
    w.raw(std::string(3000, 'x'));
    EXPECT_EQ(w.bytes(), expected + std::string(3000, 'x'));
}

TEST(Archive, WhatIsSizedStandsBehindItsLength) {
    for (const std::size_t size : {0U, 1U, 127U, 128U, 1020U, 1024U, 16'383U, 16'384U, 40'000U}) {
        Writer w;
        w.fixed8(7);
        w.sized([&] {
            for (std::size_t i = 0; i < size; ++i) w.fixed8(static_cast<std::uint8_t>(i % 251));
        });
        w.fixed8(9);
        Reader r(w.bytes());
        EXPECT_EQ(r.fixed8(), 7);
        const std::string_view body = r.text();
        ASSERT_EQ(body.size(), size);
        for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(static_cast<std::uint8_t>(body[i]), i % 251);
        EXPECT_EQ(r.fixed8(), 9);
        EXPECT_TRUE(r.ok() && r.at_end());
    }
}

TEST(Archive, InstantsAreShortAndHaveOneSpelling) {
    EXPECT_EQ(bytes_of(instant_max), raw({1}));
    EXPECT_EQ(bytes_of(*parse_rfc3339("2026-01-05T10:00:00Z")).size(), 5U);
    for (const char* text : {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000001Z", "2026-01-05T10:00:00Z",
                             "2026-01-05T10:00:00.123456Z", "9999-12-31T23:59:59Z"}) {
        const Instant instant = *parse_rfc3339(text);
        EXPECT_EQ(read<Instant>(bytes_of(instant)), instant) << text;
    }
    EXPECT_EQ(read<Instant>(bytes_of(instant_max)), instant_max);
    // A whole second, and the end of time, spelt in microseconds.
    const auto in_microseconds = [](std::int64_t us) {
        return bytes_of(static_cast<std::uint64_t>(us) << 2U | 1U);
    };
    EXPECT_TRUE(read<Instant>(in_microseconds(1'000'001)));
    EXPECT_FALSE(read<Instant>(in_microseconds(1'000'000)));
    EXPECT_FALSE(read<Instant>(in_microseconds(instant_max.microseconds)));
    EXPECT_FALSE(read<Instant>(bytes_of(UINT64_MAX - 1)));  // seconds that no int64 holds in microseconds
}

// A type as it was released, and as two later releases know it.
struct Grown {
    std::uint64_t first = 0;
    std::vector<std::uint64_t> second = {};
    std::uint64_t third = 0;
    bool operator==(const Grown&) const = default;
};
void value(Writer& a, const Grown& v) {
    value(a, v.first);
    later(a, Part{1, v.second}, Part{2, v.third});
}
void value(Reader& a, Grown& v) {
    value(a, v.first);
    later(a, Part{1, v.second}, Part{2, v.third});
}
std::optional<Grown> read_grown(const std::string& bytes) {
    Reader r(bytes);
    Grown v;
    value(r, v);
    if (!r.ok() || !r.at_end()) return std::nullopt;
    return v;
}

TEST(Archive, WhatALaterReleaseAddedStandsBehindAndOnlyWhereThereIsSomething) {
    const auto bytes = [](const Grown& v) {
        Writer w;
        value(w, v);
        return std::string(w.bytes());
    };
    EXPECT_EQ(bytes({7, {}, 0}), raw({7}));  // as the first release wrote it
    EXPECT_EQ(bytes({7, {}, 9}), raw({7, 1, 2, 9}));
    EXPECT_EQ(bytes({7, {5}, 9}), raw({7, 2, 1, 1, 5, 2, 9}));
    for (const Grown& v : {Grown{7, {}, 0}, Grown{7, {5, 6}, 0}, Grown{7, {}, 9}, Grown{7, {5}, 9}})
        EXPECT_EQ(read_grown(bytes(v)), v);
    EXPECT_FALSE(read_grown(raw({7, 0})));                 // no parts are not counted
    EXPECT_FALSE(read_grown(raw({7, 1, 2, 0})));           // nothing is not written
    EXPECT_FALSE(read_grown(raw({7, 1, 3, 9})));           // a release that is later still
    EXPECT_FALSE(read_grown(raw({7, 2, 2, 9, 1, 1, 5})));  // out of order
    EXPECT_FALSE(read_grown(raw({7, 2, 2, 9, 2, 9})));     // twice
    EXPECT_FALSE(read_grown(raw({7, 2, 1, 1, 5})));        // one is missing
}

TEST(Archive, NeverReadsPastItsBytesAndNeverBelievesALength) {
    EXPECT_FALSE(read<std::string>(raw({3, 'a', 'b'})));
    EXPECT_EQ(read<std::string>(raw({2, 'a', 'b'})), "ab");
    EXPECT_FALSE((read<std::vector<std::uint64_t>>(raw({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1}))));
    EXPECT_FALSE((read<std::optional<std::uint64_t>>(raw({2, 1}))));
    EXPECT_FALSE((read<KeyedId>(raw({1, 2, 3}))));
    Reader r(raw({}));
    EXPECT_EQ(r.fixed64(), 0U);
    EXPECT_EQ(r.text(), "");
    EXPECT_FALSE(r.ok());  // what fails stays failed
    std::mt19937_64 random(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        for (std::uint64_t n = random() % 24; n > 0; --n) bytes.push_back(static_cast<char>(random()));
        (void)read<std::vector<std::string>>(bytes);
        if (const auto number = read<std::int64_t>(bytes)) {
            EXPECT_EQ(bytes_of(*number), bytes);
        }
        if (const auto instant = read<Instant>(bytes)) {
            EXPECT_EQ(bytes_of(*instant), bytes);
        }
    }
}

}  // namespace
}  // namespace banyan::codec
