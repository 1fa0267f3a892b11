// SPDX-License-Identifier: Apache-2.0

// The index may save work and must never lose a rule: whatever is not certainly false is among the candidates.

#include "domain/rules/condition_index.h"

#include <algorithm>
#include <random>

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

using Random = std::mt19937_64;
using Ids = std::vector<ConditionIndex::Id>;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

Words event() {
    Words words;
    words.declare("event.type", "string")
        .declare("order.channel", "string")
        .declare("order.store", "string")
        .declare("member.tier", "int")
        .declare("member.vip", "bool")
        .declare("order.paid", "int")
        .declare("order.gift", "dyn");
    return words;
}

ConditionIndex index_of(const Words& words, const std::vector<std::string>& sources) {
    std::vector<Program> programs;
    for (const std::string& source : sources) {
        const auto program = words.program(source);
        EXPECT_TRUE(program.ok()) << source << (program.ok() ? "" : program.error().text());
        programs.push_back(*program);
    }
    return ConditionIndex(programs);
}

Ids candidates(const ConditionIndex& index, const Activation& row) {
    Ids found;
    index.candidates(row, found);
    return found;
}

TEST(RulesIndex, AnEventCostsTheRulesThatMatch) {
    Words words = event();
    std::vector<std::string> sources;
    for (int store = 0; store < 100; ++store)
        sources.push_back("event.type == 'order.paid' && order.store == 's" + std::to_string(store) +
                          "' && order.paid > 100");
    sources.push_back("event.type == 'sign.in'");
    sources.push_back("order.paid > 10000");
    const ConditionIndex index = index_of(words, sources);
    words.set("event.type", Term("order.paid"));
    words.set("order.store", Term("s42"));
    EXPECT_EQ(candidates(index, words.row()), (Ids{42, 101}));
    words.set("event.type", Term("sign.in"));
    EXPECT_EQ(candidates(index, words.row()), (Ids{100, 101}));
}

TEST(RulesIndex, ReadsNeedsThroughLogic) {
    Words words = event();
    const ConditionIndex index =
        index_of(words, {"order.channel in ['app', 'web'] && member.vip", "!(order.channel != 'app')",
                         "order.channel == 'app' || order.channel == 'store'",
                         "order.channel == 'app' || order.paid > 5", "!member.vip",
                         "order.channel == 'app' && order.channel == 'web'", "false && order.paid > 5",
                         "member.tier == 2.0 || member.tier == 3u"});
    words.set("order.channel", Term("web"));
    words.set("member.vip", Term(true));
    words.set("member.tier", Term(std::int64_t{2}));
    EXPECT_EQ(candidates(index, words.row()), (Ids{0, 3, 5, 7}))
        << "5 needs two channels at once, which no branch can say; it is asked and found false";
    words.set("order.channel", Term("app"));
    words.set("member.vip", Term(false));
    words.set("member.tier", Term(std::int64_t{4}));
    EXPECT_EQ(candidates(index, words.row()), (Ids{1, 2, 3, 4, 5}));
}

TEST(RulesIndex, AVariableWithoutAValueRulesNothingOut) {
    const Words words = event();
    const ConditionIndex index =
        index_of(words, {"order.channel == 'app'", "member.vip", "order.channel == 'web'"});
    EXPECT_EQ(candidates(index, words.row()), (Ids{0, 1, 2})) << "they are errors, and errors must be seen";
}

TEST(RulesIndex, NothingIsLost) {
    static const std::vector<std::string> atoms = {"event.type == 'a'",
                                                   "event.type == 'b'",
                                                   "'a' == event.type",
                                                   "event.type != 'a'",
                                                   "event.type in ['a', 'c']",
                                                   "order.channel == 'x'",
                                                   "order.channel in ['x', 'y', 'z']",
                                                   "order.channel != 'x'",
                                                   "order.store == 's'",
                                                   "member.tier == 1",
                                                   "member.tier == 1u",
                                                   "member.tier == 2.0",
                                                   "member.tier in [1, 2]",
                                                   "member.tier > 1",
                                                   "member.vip",
                                                   "!member.vip",
                                                   "member.vip == true",
                                                   "order.paid > 5",
                                                   "order.paid / (member.tier - 1) > 1",
                                                   "order.gift == null",
                                                   "order.gift == 1",
                                                   "order.gift in [1, 'a', true]",
                                                   "true",
                                                   "false",
                                                   "(member.vip ? order.paid > 5 : event.type == 'a')",
                                                   "has(order.gift)",
                                                   "order.gift"};
    Random random(23);
    std::size_t kept = 0;
    std::size_t all = 0;
    const auto source = [&](const auto& self, int depth) -> std::string {
        if (depth == 0 || below(random, 4) == 0) return atoms[below(random, atoms.size())];
        const std::string left = self(self, depth - 1);
        switch (below(random, 5)) {
            case 0: return "!(" + left + ")";
            case 1:
            case 2: return "(" + left + " || " + self(self, depth - 1) + ")";
            default: return "(" + left + " && " + self(self, depth - 1) + ")";
        }
    };
    const auto any = [&](std::initializer_list<Term> terms) {
        return terms.begin()[below(random, terms.size())];
    };
    for (int round = 0; round < 300; ++round) {
        Words words = event();
        std::vector<std::string> sources;
        std::vector<Program> programs;
        for (int i = 0; i < 40; ++i) {
            sources.push_back(source(source, 3));
            const auto program = words.program(sources.back());
            ASSERT_TRUE(program.ok()) << sources.back() << (program.ok() ? "" : program.error().text());
            programs.push_back(*program);
        }
        const ConditionIndex index(programs);
        for (int event = 0; event < 20; ++event) {
            words.set("event.type", any({Term("a"), Term("b"), Term("c"), Term::unset()}));
            words.set("order.channel", any({Term("x"), Term("y"), Term("q"), Term::unset()}));
            words.set("order.store", any({Term("s"), Term("t")}));
            words.set("member.tier",
                      any({Term(std::int64_t{1}), Term(std::int64_t{2}), Term(std::int64_t{3})}));
            words.set("member.vip", any({Term(true), Term(false), Term::unset()}));
            words.set("order.paid", any({Term(std::int64_t{1}), Term(std::int64_t{9})}));
            words.set("order.gift", any({Term(), Term(std::int64_t{1}), Term("a"), Term(true), Term(1.0),
                                         Term::unset(), Term::list_of({})}));
            const Activation row = words.row();
            const Ids found = candidates(index, row);
            ASSERT_TRUE(std::is_sorted(found.begin(), found.end()));
            for (ConditionIndex::Id id = 0; id < programs.size(); ++id) {
                Scratch scratch;
                const Term answer = evaluate(programs[id], row, scratch);
                if (std::binary_search(found.begin(), found.end(), id)) continue;
                ASSERT_TRUE(answer.is_false()) << sources[id] << " was passed over and is " << shown(answer);
            }
            kept += found.size();
            all += programs.size();
        }
    }
    EXPECT_LT(kept, all * 9 / 10) << "an index that passes nothing over indexes nothing";
}

}  // namespace
}  // namespace banyan::rules
