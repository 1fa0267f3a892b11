// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/keys.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "adapters/http/running_test.h"

namespace banyan::http {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
}

TEST(Keys, a_key_opens_what_it_was_made_for_and_its_secret_is_in_no_file) {
    const TemporaryFolder folder;
    const TestDigest digest;
    auto keys = Keys::open(folder.file("keys.json"), digest);
    ASSERT_TRUE(keys.ok()) << keys.error().text();
    const auto scopes = parse_scopes("events:write,members:read");
    ASSERT_TRUE(scopes.ok());
    const auto key = keys->create(*scopes, "till of store 12", Instant{0});
    ASSERT_TRUE(key.ok()) << key.error().text();
    EXPECT_EQ(key->text.substr(0, 3 + 12 + 1), "bk_" + key->id + "_");
    EXPECT_EQ(key->text.size(), 3 + 12 + 1 + 64U);

    const auto again = Keys::open(folder.file("keys.json"), digest);
    ASSERT_TRUE(again.ok()) << again.error().text();
    const auto granted = again->check(key->text);
    ASSERT_TRUE(granted.has_value());
    EXPECT_EQ(*granted, *scopes);
    EXPECT_FALSE(granted->has(Scope::admin));
    EXPECT_EQ(content_of(folder.file("keys.json")).find(key->text.substr(16)), std::string::npos);
}

TEST(Keys, what_is_not_exactly_the_key_opens_nothing) {
    const TemporaryFolder folder;
    const TestDigest digest;
    auto keys = Keys::open(folder.file("keys.json"), digest);
    const std::string text = keys->create(Scopes::all(), "", Instant{0}).value().text;
    EXPECT_TRUE(keys->check(text).has_value());
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string other = text;
        other[i] = other[i] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(keys->check(other).has_value()) << i;
    }
    for (const std::string& other :
         {std::string(), text.substr(1), text + "0", text.substr(0, text.size() - 1), "bk_" + text,
          std::string("bk__"), std::string(10'000, 'x')})
        EXPECT_FALSE(keys->check(other).has_value()) << other;
}

TEST(Keys, a_revoked_key_opens_nothing_also_where_the_file_was_open_already) {
    const TemporaryFolder folder;
    const TestDigest digest;
    auto serving = Keys::open(folder.file("keys.json"), digest);
    auto command = Keys::open(folder.file("keys.json"), digest);
    const auto key = command->create(Scopes::all(), "", Instant{0}).value();
    EXPECT_FALSE(serving->check(key.text).has_value());
    const std::uint64_t before = serving->revision();
    ASSERT_TRUE(serving->reload_if_changed().ok());
    EXPECT_GT(serving->revision(), before);
    EXPECT_TRUE(serving->check(key.text).has_value());
    ASSERT_TRUE(command->revoke(key.id, Instant{5}).ok());
    ASSERT_TRUE(serving->reload_if_changed().ok());
    EXPECT_FALSE(serving->check(key.text).has_value());
    EXPECT_EQ(command->revoke("0123456789ab", Instant{5}).error().code, ErrorCode::not_found);
}

TEST(Keys, a_broken_file_is_named_and_the_keys_in_memory_stay) {
    const TemporaryFolder folder;
    const TestDigest digest;
    auto keys = Keys::open(folder.file("keys.json"), digest);
    const auto key = keys->create(Scopes::all(), "", Instant{0}).value();
    for (
        const char* broken :
        {"{", "[]", R"({"version":2,"keys":[]})", R"({"version":1,"keys":[{}]})",
         R"({"version":1,"keys":[{"id":"a","sha256":"zz","scopes":"all","created_at":"1970-01-01T00:00:00Z"}]})"}) {
        std::ofstream(folder.file("keys.json")) << broken;
        EXPECT_FALSE(keys->reload_if_changed().ok()) << broken;
        EXPECT_FALSE(Keys::open(folder.file("keys.json"), digest).ok()) << broken;
        EXPECT_TRUE(keys->check(key.text).has_value());
    }
}

TEST(Keys, a_folder_that_is_not_there_is_an_error) {
    const TestDigest digest;
    auto keys = Keys::open("/nowhere/at/all/keys.json", digest);
    ASSERT_TRUE(keys.ok());  // no file yet, no keys
    EXPECT_FALSE(keys->create(Scopes::all(), "", Instant{0}).ok());
    EXPECT_TRUE(keys->list().empty());
}

TEST(Scopes, words_are_read_and_unknown_ones_named) {
    EXPECT_EQ(parse_scopes("all").value(), Scopes::all());
    for (const Scope scope : all_scopes) {
        const auto one = parse_scopes(name_of(scope));
        ASSERT_TRUE(one.ok());
        for (const Scope other : all_scopes) EXPECT_EQ(one->has(other), other == scope);
    }
    EXPECT_FALSE(parse_scopes("").ok());
    EXPECT_FALSE(parse_scopes("events:read").ok());
    EXPECT_FALSE(parse_scopes("events:write,,admin").ok());
}

}  // namespace
}  // namespace banyan::http
