// SPDX-License-Identifier: Apache-2.0

// Why a condition held or not, as somebody at a service desk reads it.

#include "domain/rules/explain.h"

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

Words order() {
    Words words;
    words.declare("order.paid", "int", Term(std::int64_t{8000}))
        .declare("order.channel", "string", Term("store"))
        .declare("member.tier", "int", Term(std::int64_t{2}))
        .declare("order.coupon", "string");
    return words;
}

std::vector<std::string> because(std::string_view source) {
    static const Words words = order();
    const auto program = words.program(source);
    EXPECT_TRUE(program.ok()) << source << (program.ok() ? "" : program.error().text());
    Scratch scratch;
    const Activation row = words.row();
    const Explanation explanation = explain(*program, row, scratch);
    Scratch other;
    const Term answer = evaluate(*program, row, other);
    EXPECT_EQ(shown(explanation.result), shown(answer)) << "an explanation explains the answer";
    std::vector<std::string> sentences;
    for (const NodeId node : deciding_parts(*program, explanation))
        sentences.push_back(sentence(*program, explanation, node));
    return sentences;
}

using Sentences = std::vector<std::string>;

TEST(RulesExplain, AConditionThatDoesNotHoldNamesTheSideThatFailed) {
    EXPECT_EQ(because("order.paid >= 10000 && member.tier == 2"),
              Sentences{"`order.paid >= 10000` is false: order.paid is 8000"});
    EXPECT_EQ(because("member.tier == 2 && (order.channel == 'app' || order.paid > 9000)"),
              (Sentences{"`order.channel == 'app'` is false: order.channel is 'store'",
                         "`order.paid > 9000` is false: order.paid is 8000"}));
}

TEST(RulesExplain, AConditionThatHoldsNamesWhatMadeItHold) {
    EXPECT_EQ(because("member.tier == 2 && order.paid > 100"),
              (Sentences{"`member.tier == 2` is true: member.tier is 2",
                         "`order.paid > 100` is true: order.paid is 8000"}));
    EXPECT_EQ(because("order.channel == 'app' || order.paid + member.tier > 100"),
              Sentences{"`order.paid + member.tier > 100` is true: order.paid is 8000, member.tier is 2"});
    EXPECT_EQ(because("!(order.channel == 'app')"),
              Sentences{"`order.channel == 'app'` is false: order.channel is 'store'"});
}

TEST(RulesExplain, AFieldIsReadAsOneThing) {
    Words words;
    Map map;
    ASSERT_TRUE(map.insert("paid", Value(std::int64_t{8000})));
    const Value value{std::move(map)};
    words.declare("order", "{paid: int}", Term(value));
    const auto program = words.program("order.paid > 9000");
    Scratch scratch;
    const Activation row = words.row();
    const Explanation explanation = explain(*program, row, scratch);
    EXPECT_EQ(explanation.parts.size(), 3) << "the whole, order.paid and 9000";
    EXPECT_EQ(sentence(*program, explanation, program->expression().root()),
              "`order.paid > 9000` is false: order.paid is 8000");
}

TEST(RulesExplain, OfAChoiceTheConditionAndTheChosenSideCount) {
    EXPECT_EQ(because("order.paid > 100 ? member.tier > 1 : order.channel == 'app'"),
              (Sentences{"`order.paid > 100` is true: order.paid is 8000",
                         "`member.tier > 1` is true: member.tier is 2"}));
}

TEST(RulesExplain, AnErrorNamesThePartThatIsOne) {
    EXPECT_EQ(because("order.paid > 100 && 1 / (member.tier - 2) > 0"),
              Sentences{"`1 / (member.tier - 2)` is error: division by zero: member.tier is 2"});
    EXPECT_EQ(
        because("order.coupon == 'SPRING'"),
        Sentences{"`order.coupon == 'SPRING'` is error: a variable has no value here; ask with has() first: "
                  "order.coupon is no value"});
}

TEST(RulesExplain, EveryPartTellsItsValueOrThatItWasNotReached) {
    const Words words = order();
    const auto program = words.program("order.paid > 9000 && order.channel == 'app'");
    Scratch scratch;
    const Activation row = words.row();
    const Explanation explanation = explain(*program, row, scratch);
    std::string told;
    for (const Part& part : explanation.parts)
        told += std::string(part.depth, '.') + std::string(program->expression().source_of(part.node)) +
                " = " + shown(part.value) + "\n";
    EXPECT_EQ(told,
              "order.paid > 9000 && order.channel == 'app' = false\n"
              ".order.paid > 9000 = false\n"
              "..order.paid = 8000\n"
              "..9000 = 9000\n"
              ".order.channel == 'app' = not evaluated\n"
              "..order.channel = not evaluated\n"
              "..'app' = not evaluated\n");
}

TEST(RulesExplain, InsideAMacroTheRoundThatDecidedIsShown) {
    const Words words = order();
    const auto program = words.program("[1, 5, 9].exists(x, x > 4)");
    Scratch scratch;
    const Activation row = words.row();
    const Explanation explanation = explain(*program, row, scratch);
    std::string told;
    for (const Part& part : explanation.parts)
        told += std::string(program->expression().source_of(part.node)) + " = " + shown(part.value) + "; ";
    EXPECT_EQ(told, "[1, 5, 9].exists(x, x > 4) = true; [1, 5, 9] = [1, 5, 9]; x > 4 = true; x = 5; 4 = 4; ");
}

TEST(RulesExplain, AWalkOverNothingReachesNothing) {
    Words words;
    words.declare("l", "list(int)", Term::list_of({}));
    const auto program = words.program("l.all(x, x > 4)");
    Scratch scratch;
    const Activation row = words.row();
    const Explanation explanation = explain(*program, row, scratch);
    EXPECT_FALSE(explanation.parts.back().reached);
}

TEST(RulesShow, LongValuesAreCutBetweenCharacters) {
    const std::string text(500, 'a');
    EXPECT_EQ(shown(Term(std::string_view(text)), 10), "'aaaaaaaaa...");
    EXPECT_EQ(shown(Term("会员日会员日"), 4), "'会员日...");
    EXPECT_EQ(shown(Term(2.0)), "2.0");
    EXPECT_EQ(shown(Term("a'b\n")), "'a\\'b\\n'");
}

}  // namespace
}  // namespace banyan::rules
