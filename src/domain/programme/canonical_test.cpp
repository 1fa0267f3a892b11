// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/canonical.h"

#include <gtest/gtest.h>

namespace banyan::programme {
namespace {

Value map(std::vector<Map::Entry> entries) { return Value(Map::of_unique(std::move(entries))); }

TEST(Canonical, KeysAreSortedAndNothingElseMoves) {
    const Value document = map({{"zone", Value("Asia/Shanghai")},
                                {"names", map({{"zh", Value("榕间")}, {"en", Value("a \"b\"\n\x01")}})},
                                {"earning", Value(List{Value("b"), Value("a"), Value(std::int64_t{-7})})},
                                {"cap", Value()},
                                {"on", Value(true)}});
    EXPECT_EQ(canonical(document),
              R"({"earning":["b","a",-7],"names":{"en":"a \"b\"\n\u0001","zh":"榕间"},"on":true,)"
              R"("zone":"Asia/Shanghai"})");
    const Value reordered = map({{"on", Value(true)},
                                 {"earning", Value(List{Value("b"), Value("a"), Value(std::int64_t{-7})})},
                                 {"names", map({{"en", Value("a \"b\"\n\x01")}, {"zh", Value("榕间")}})},
                                 {"zone", Value("Asia/Shanghai")}});
    EXPECT_EQ(canonical(reordered), canonical(document));
}

TEST(Canonical, TheOrderOfAListAndTheKindOfAValueCount) {
    EXPECT_NE(canonical(Value(List{Value("a"), Value("b")})), canonical(Value(List{Value("b"), Value("a")})));
    EXPECT_NE(canonical(Value("1")), canonical(Value(std::int64_t{1})));
    EXPECT_NE(canonical(Value("true")), canonical(Value(true)));
}

// The first word of SHA-256, so that the address's spelling is seen; the digest itself is the adapter's.
class FirstByte final : public Digest {
  public:
    [[nodiscard]] Sha256 sha256(std::string_view bytes) const override {
        Sha256 hash{};
        hash[0] = static_cast<std::uint8_t>(bytes.front());
        hash[31] = static_cast<std::uint8_t>(bytes.size());
        return hash;
    }
};

TEST(Canonical, AnAddressIsSpeltOut) {
    EXPECT_EQ(address_of(map({}), FirstByte()),
              "sha256:7b00000000000000000000000000000000000000000000000000000000000002");
}

}  // namespace
}  // namespace banyan::programme
