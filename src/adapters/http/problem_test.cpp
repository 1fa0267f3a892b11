// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/problem.h"

#include <gtest/gtest.h>

#include <set>

#include "text/json.h"

namespace banyan::http {
namespace {

TEST(Problem, every_code_has_its_row_with_words_in_both_languages) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < all_problem_kinds().size(); ++i) {
        const ProblemKind& kind = all_problem_kinds()[i];
        EXPECT_EQ(static_cast<std::size_t>(kind.code), i) << kind.name;
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_GE(kind.status, 400) << kind.name;
        for (const std::string_view words : {kind.title_en, kind.title_zh, kind.detail_en, kind.detail_zh})
            EXPECT_FALSE(words.empty()) << kind.name;
        EXPECT_LT(static_cast<unsigned char>(kind.title_en[0]), 0x80) << kind.name;
        EXPECT_NE(kind.title_en, kind.title_zh) << kind.name;
    }
    EXPECT_EQ(all_problem_kinds().size(), static_cast<std::size_t>(ProblemCode::hold_open) + 1);
}

TEST(Problem, every_refusal_of_the_engine_has_an_entry_of_its_name) {
    constexpr auto last = static_cast<unsigned>(engine::Refusal::hold_open);
    for (unsigned i = 1; i <= last; ++i) {
        const auto refusal = static_cast<engine::Refusal>(i);
        EXPECT_EQ(kind_of(code_of(refusal)).name, engine::name_of(refusal));
    }
}

TEST(Problem, it_is_written_as_rfc_9457_has_it) {
    Problem problem;
    problem.code = ProblemCode::invalid_request;
    problem.detail = "a string is due here";
    problem.pointer = "/order/id";
    problem.instance = "/v1/events";
    const Reply reply = reply_of(problem, Language::en);
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(reply.body,
              R"({"type":"urn:banyan:problem:invalid_request","title":"Invalid request","status":400,)"
              R"("detail":"a string is due here","pointer":"/order/id","instance":"/v1/events"})");
}

TEST(Problem, what_failed_inside_is_not_told_to_a_client) {
    const Problem problem = problem_of(Error::io("cannot write /var/lib/banyan/journal", "/var/lib/banyan"));
    EXPECT_EQ(problem.code, ProblemCode::internal);
    EXPECT_TRUE(problem.detail.empty());
    EXPECT_TRUE(problem.pointer.empty());
}

TEST(Message, the_language_liked_best_wins) {
    EXPECT_EQ(preferred_language(""), Language::en);
    EXPECT_EQ(preferred_language("zh-CN"), Language::zh);
    EXPECT_EQ(preferred_language("zh-CN,zh;q=0.9,en;q=0.8"), Language::zh);
    EXPECT_EQ(preferred_language("en-GB, zh;q=0.9"), Language::en);
    EXPECT_EQ(preferred_language("fr, zh;q=0.3, en;q=0.2"), Language::zh);
    EXPECT_EQ(preferred_language("en;q=0.1, zh;q=0.2"), Language::zh);
    EXPECT_EQ(preferred_language("en, zh"), Language::en);
    EXPECT_EQ(preferred_language("zh, en"), Language::zh);
    EXPECT_EQ(preferred_language("fr;;;q=,,,"), Language::en);
}

}  // namespace
}  // namespace banyan::http
