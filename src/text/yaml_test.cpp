// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"

#include <chrono>

#include "text/json_writer.h"
#include "text/place.h"
#include "text/remarks.h"

#include <gtest/gtest.h>

namespace banyan::text {
namespace {

// The document as JSON, or "! where: message".
std::string read(std::string_view yaml, const Limits& limits = {}) {
    const auto value = parse_yaml(yaml, "p.yaml", limits);
    if (value.ok()) return to_json(*value);
    EXPECT_EQ(value.error().code, ErrorCode::invalid);
    return "! " + value.error().text();
}

TEST(Yaml, PlainScalarsAreTypedByTheCoreSchema) {
    EXPECT_EQ(read("[true, False, null, ~, , 12, -7, +5, 0x1F, 0o17, 012, 1.5, .5, 1., 1e3, -.inf]"),
              R"([true,false,null,null,null,12,-7,5,31,15,12,1.5,0.5,1.0,1000.0,"-Infinity"])");
    EXPECT_EQ(
        read("[yes, no, on, 12:30, 1_000, 0b1, 2024-11-22, 1.2.3, -, .e1, truer, 0x, 12 yuan]"),
        R"(["yes","no","on","12:30","1_000","0b1","2024-11-22","1.2.3","-",".e1","truer","0x","12 yuan"])");
    EXPECT_EQ(read("a: '12'\nb: \"null\"\nc: !!str 12\nd: ''\ne: |\n  two\n  lines\nf: >\n  one\n  line\n"),
              R"({"a":"12","b":"null","c":"12","d":"","e":"two\nlines\n","f":"one line\n"})");
}

TEST(Yaml, ADocumentOfMapsAndLists) {
    EXPECT_EQ(read("# a programme\nname: 榕间\nrules:\n  - when: amount > 0\n    points: 1\n  - {when: "
                   "'true'}\nnone:\n"),
              R"({"name":"榕间","rules":[{"when":"amount > 0","points":1},{"when":"true"}],"none":null})");
    EXPECT_EQ(read("12"), "12");
    EXPECT_EQ(read("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n"),
              R"({"a":1,"b":2})");
}

TEST(Yaml, WhatIsWrongIsRefusedWithItsPlace) {
    struct Story {
        const char* yaml;
        const char* where;
        const char* message;
    };
    const Story stories[] = {
        {"", "p.yaml:1:1", "empty"},
        {"# nothing\n", "p.yaml:", "empty"},
        {"a: 1\nb: 2\na: 3\n", "p.yaml:3:1", "twice"},
        {"a: [1, 2\nb: 3\n", "p.yaml:", ""},
        {"a: b: c\n", "p.yaml:1:", ""},
        {"a: *x\n", "p.yaml:1:4", ""},
        {"a: &x [1]\nb: *x\n", "p.yaml:1:4", "anchors"},
        {"名: *x\n", "p.yaml:1:4", "anchor is not defined"},
        {"a: !thing 1\n", "p.yaml:1:4", "tag"},
        {"? [a]\n: 1\n", "p.yaml:1:3", "key must be text"},
        {": 1\n", "p.yaml:1:", "key is missing"},
        {"a: 1\n---\nb: 2\n", "p.yaml", "several documents"},
        {"a: 9223372036854775808\n", "p.yaml:1:4", "64 bits"},
        {"a: 1e999\n", "p.yaml:1:4", "double"},
        {"树: \xFF\n", "p.yaml:1:4", "UTF-8"},
        {"a: \x01\n", "p.yaml:1:4", "control character"},
        {"a:\n\t- 1\n", "p.yaml:", ""},
        {"a: \"open\n", "p.yaml:1:4", "not closed"},
        {"a: 1\r\nb: [x, 'it''s\r\n", "p.yaml:2:8", "not closed"},
        {"a: !!str \"x\n", "p.yaml:1:4", "not closed"},
    };
    for (const Story& story : stories) {
        const auto value = parse_yaml(story.yaml, "p.yaml");
        ASSERT_FALSE(value.ok()) << story.yaml;
        EXPECT_EQ(value.error().where.find(story.where), 0U) << story.yaml << " " << value.error().text();
        EXPECT_NE(value.error().message.find(story.message), std::string::npos) << value.error().text();
    }
}

TEST(Yaml, LimitsBoundSizeDepthTextAndKeys) {
    const Limits limits{.bytes = 40, .depth = 3, .string_bytes = 5, .keys = 2};
    EXPECT_EQ(read("[[[1]]]", limits), "[[[1]]]");
    EXPECT_EQ(read("[[[[1]]]]", limits).substr(0, 13), "! p.yaml:1:4:");
    EXPECT_EQ(read("123456a", limits).substr(0, 13), "! p.yaml:1:1:");
    EXPECT_EQ(read("{a: 1, b: 2, c: 3}", limits).substr(0, 14), "! p.yaml:1:14:");
    EXPECT_EQ(read(std::string(41, ' '), limits).substr(0, 9), "! p.yaml:");
}

TEST(Yaml, HostileDocumentsAreRefusedQuickly) {
    const auto start = std::chrono::steady_clock::now();
    for (const char* piece :
         {"[", "{", "- ", "? ", "a: [", "{a: ", "!a ", "&a ", "\"", "['", "[a,", "|", ": "}) {
        std::string yaml;
        while (yaml.size() < 100'000) yaml += piece;
        EXPECT_EQ(read(yaml)[0], '!') << piece;
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Yaml, PlacesAnswerForPointers) {
    const auto document = parse_yaml_document("名: 1\nrules:\n  - {when: x, a/b: 2}\n", "p.yaml");
    ASSERT_TRUE(document.ok()) << document.error().text();
    const Places& places = document->places;
    EXPECT_EQ(places.where("/名"), "p.yaml:1:4");
    EXPECT_EQ(places.where("/rules/0"), "p.yaml:3:5");
    EXPECT_EQ(places.where("/rules/0/when"), "p.yaml:3:12");
    EXPECT_EQ(places.where("/rules/0/"
                           "a~1b"),
              "p.yaml:3:20");
    EXPECT_EQ(places.where("/rules/0/points"), "p.yaml:3:5");
    EXPECT_EQ(pointer_to(pointer_to("", "a/b~"), 3), "/a~1b~0/3");
}

TEST(Yaml, PlacesInsideATextAreThoseOfTheFile) {
    const char* yaml =
        "plain: order.paid >\n"
        "    pionts + 1\n"
        "block: |\n"
        "  order.paid > 0 &&\n"
        "    order.payd > 1\n"
        "folded: >-  # two lines that read as one\n"
        "  order.paid > 0\n"
        "  && order.payd > 1\n"
        "single: 'it''s == 树 + pionts'\n"
        "double: \"a == \\\"x\\u6811\\\" + \\\n"
        "   pionts\"\n"
        "tagged: !!str 'a + pionts'\n"
        "cut: a +\n";
    const auto document = parse_yaml_document(yaml, "p.yaml");
    ASSERT_TRUE(document.ok()) << document.error().text();
    const auto where = [&](const char* pointer, const char* word) {
        const std::string text = find_at(document->value, pointer)->string();
        const std::size_t at = *word == '\0' ? text.size() : text.find(word);
        EXPECT_NE(at, std::string::npos) << text;
        return to_text(document->places.inside(pointer, text, place_at(text, at)), "p.yaml");
    };
    EXPECT_EQ(where("/plain", "order"), "p.yaml:1:8");
    EXPECT_EQ(where("/plain", "pionts"), "p.yaml:2:5");
    EXPECT_EQ(where("/plain", "1"), "p.yaml:2:14");
    EXPECT_EQ(where("/block", "order.paid"), "p.yaml:4:3");
    EXPECT_EQ(where("/block", "payd"), "p.yaml:5:11");
    EXPECT_EQ(where("/folded", "payd"), "p.yaml:8:12");
    EXPECT_EQ(where("/single", "pionts"), "p.yaml:9:23");
    EXPECT_EQ(where("/double", "pionts"), "p.yaml:11:4");
    EXPECT_EQ(where("/tagged", "pionts"), "p.yaml:12:20");
    EXPECT_EQ(where("/cut", ""), "p.yaml:13:9");
    EXPECT_EQ(document->places.inside("/nothing", "x", {1, 1}), (Place{1, 1}));
    EXPECT_EQ(document->places.key_at("/block"), (Place{3, 1}));
    EXPECT_EQ(document->places.key_at("/nothing"), (Place{1, 1}));
}

TEST(Yaml, RemarksStandInTheOrderOfTheFile) {
    const auto document = parse_yaml_document("a: 1\nb: {c: 'x + y'}\n", "p.yaml");
    ASSERT_TRUE(document.ok()) << document.error().text();
    using On = Remark::On;
    const std::vector<std::string> lines =
        lines_of(*document, {
                                {"/b/c", On::value, Place{1, 5}, "the y"},
                                {"/b/c", On::key, {}, "the key"},
                                {"/a", On::value, {}, "first of two"},
                                {"/a", On::value, {}, "second of two"},
                                {"/b/missing", On::value, {}, "its parent"},
                                {"/a", On::value, Place{1, 2}, "no text"},
                            });
    EXPECT_EQ(lines, (std::vector<std::string>{
                         "p.yaml:1:4: first of two",
                         "p.yaml:1:4: second of two",
                         "p.yaml:1:4: no text",
                         "p.yaml:2:4: its parent",
                         "p.yaml:2:5: the key",
                         "p.yaml:2:13: the y",
                     }));
}

TEST(Yaml, APointerFindsItsValueOrNothing) {
    const auto document = parse_yaml_document("rules:\n  - {when: x, a/b: 2}\n", "p.yaml");
    ASSERT_TRUE(document.ok());
    EXPECT_EQ(find_at(document->value, "/rules/0/a~1b")->integer(), 2);
    EXPECT_EQ(find_at(document->value, ""), &document->value);
    for (const char* pointer : {"/rules/1", "/rules/x", "/rules/0/when/x", "/none"})
        EXPECT_EQ(find_at(document->value, pointer), nullptr) << pointer;
}

}  // namespace
}  // namespace banyan::text
