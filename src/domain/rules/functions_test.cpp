// SPDX-License-Identifier: Apache-2.0

// The functions row by row, where the specification's cases (app/cel/cases_test.cpp) say too little: edges, costs, and
// what is ours.

#include "domain/rules/functions.h"

#include <set>

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

TEST(RulesFunctions, TextIsCutInCharacters) {
    expect(Words(), {{"'会员日'.charAt(1) + '会员日'.substring(1, 3)", "'员员日'"},
                     {"'会员日'.charAt(3)", "''"},
                     {"'会员日'.charAt(4)", "1:7: the index is outside the list, in `'会员日'.charAt(4)`"},
                     {"'会员会员'.indexOf('会', 1)", "2"},
                     {"'会员会员'.lastIndexOf('会', 1)", "0"},
                     {"'a'.indexOf('bbb') + ''.lastIndexOf('b')", "-2"},
                     {"'会员'.reverse()", "'员会'"},
                     {"'a,b,,c'.split(',')", "['a', 'b', '', 'c']"},
                     {"'a,b,c'.split(',', 2)", "['a', 'b,c']"},
                     {"'会员'.split('')", "['会', '员']"},
                     {"''.split(',')", "['']"},
                     {"'aaa'.replace('a', 'b', 2)", "'bba'"},
                     {"'会员'.replace('', '-')", "'-会-员-'"},
                     {"' \\t会 员 '.trim()", "'会 员'"},
                     {"['a', 'b'].join('-')", "'a-b'"},
                     {"[1, 2].join()",
                      "1:8: 'join' does not take list(int); it is list(string) -> string | "
                      "list(string), string -> string"}});
}

TEST(RulesFunctions, AFormatMustFitItsArguments) {
    expect(Words(),
           {{"'%s paid %.2f (%d%%)'.format(['会员', 12.5, 7])", "'会员 paid 12.50 (7%)'"},
            {"'%x %X %o %b'.format([255, 255, 8, 5])", "'ff FF 10 101'"},
            {"'%s'.format([{'b': [1, null], 'a': 1.5}])", "'{a: 1.5, b: [1, null]}'"},
            {"'%d'.format(['a'])", "1:6: the format and its arguments do not fit, in `'%d'.format(['a'])`"},
            {"'%d'.format([])", "1:6: the format and its arguments do not fit, in `'%d'.format([])`"},
            {"'%'.format([])", "1:5: the format and its arguments do not fit, in `'%'.format([])`"},
            {"'%.200f'.format([1.0])",
             "1:10: the format and its arguments do not fit, in `'%.200f'.format([1.0])`"}});
}

TEST(RulesFunctions, Lists) {
    expect(
        Words(),
        {{"[3, 1, 2].sort()", "[1, 2, 3]"},
         {"[dyn(1), 'a'].sort()", "1:15: values of these types have no order, in `[dyn(1), 'a'].sort()`"},
         {"[1.0, 0.0 / 0.0].sort()",
          "1:18: values of these types have no order, in `[1.0, 0.0 / 0.0].sort()`"},
         {"['b1', 'a2', 'b0', 'a1'].sortBy(x, x.charAt(0))", "['a2', 'a1', 'b1', 'b0']"},
         {"[[1, [2]], [3]].flatten()", "[1, [2], 3]"},
         {"[[1, [2]], [3]].flatten(2)", "[1, 2, 3]"},
         {"[1, 1.0, 2].distinct()", "[1, 2]"},
         {"[1, 2, 3].slice(1, 3) + lists.range(2)", "[2, 3, 0, 1]"},
         {"[1, 2].slice(1, 3)", "1:8: the index is outside the list, in `[1, 2].slice(1, 3)`"},
         {"[1, 2].first().orValue(0) + [1, 2].last().value()", "3"},
         {"[].first().hasValue()", "false"},
         {"lists.range(1000000)", "1:7: the expression costs more than its limit, in `lists.range(1000000)`"},
         {"sets.contains([1, 2], [2, 2]) && sets.equivalent([1, 2, 1], [2, 1]) && "
          "!sets.intersects([1], [2])",
          "true"}});
}

TEST(RulesFunctions, ASumIsExactOrAnError) {
    expect(Words(), {{"[1, 2, 3].sum()", "6"},
                     {"[1.5, 2.0].sum()", "3.5"},
                     {"[duration('1h'), duration('30m')].sum()", "duration('5400s')"},
                     {"[].sum()", "0"},
                     {"[9223372036854775807, 1].sum()",
                      "1:26: the result does not fit 64 bits, in `[9223372036854775807, 1].sum()`"},
                     {"[dyn(1), 1.5].sum()",
                      "1:15: the operation does not exist for values of these types, in "
                      "`[dyn(1), 1.5].sum()`"},
                     {"[dyn('a'), 'b'].sum()",
                      "1:17: the operation does not exist for values of these types, in "
                      "`[dyn('a'), 'b'].sum()`"}});
}

TEST(RulesFunctions, Networks) {
    expect(Words(),
           {{"cidr('10.1.2.3/8').masked()", "cidr('10.0.0.0/8')"},
            {"cidr('10.0.0.0/8').containsIP('10.255.0.1') && !cidr('10.0.0.0/8').containsIP('::1')", "true"},
            {"string(ip('2001:DB8:0:0:1:0:0:1'))", "'2001:db8::1:0:0:1'"},
            {"isIP('1.2.3') || isIP('01.2.3.4') || isIP('1::2::3') || isIP('fe80::1%eth0') || isIP('')",
             "false"},
            {"isCIDR('1.2.3.4/33') || isCIDR('1.2.3.4') || isCIDR('1.2.3.4/08')", "false"},
            {"ip('nonsense')", "1:1: the text is no network address, in `ip('nonsense')`"}});
}

TEST(RulesFunctions, Encodings) {
    expect(Words(),
           {{"base64.encode(b'a') + base64.encode(b'abc')", "'YQ==YWJj'"},
            {"base64.decode('YQ') == b'a' && base64.decode('YQ==') == b'a'", "true"},
            {"base64.decode('Y')", "1:8: the text does not say such a value, in `base64.decode('Y')`"},
            {"base64.decode('YQ=')", "1:8: the text does not say such a value, in `base64.decode('YQ=')`"}});
}

/// Knows one pattern: the text itself.
class Plain : public Regex {
  public:
    class Word : public Pattern {
      public:
        explicit Word(std::string_view word) : word_(word) {}
        [[nodiscard]] bool found_in(std::string_view text) const override {
            return text.find(word_) != std::string_view::npos;
        }
        [[nodiscard]] std::vector<std::string_view> match(std::string_view text,
                                                          std::size_t from) const override {
            const std::size_t at = text.find(word_, from);
            if (at == std::string_view::npos) return {};
            return {text.substr(at, word_.size())};
        }
        [[nodiscard]] std::size_t group_count() const override { return 0; }

      private:
        std::string word_;
    };
    [[nodiscard]] Result<std::shared_ptr<const Pattern>> pattern(std::string_view text) const override {
        if (text == "(") return Error::invalid("it never closes");
        ++prepared;
        return std::shared_ptr<const Pattern>(std::make_shared<Word>(text));
    }
    mutable int prepared = 0;
};

TEST(RulesFunctions, PatternsComeThroughThePort) {
    const Plain plain;
    Words words;
    words.declare("p", "string", Term("b"));
    EXPECT_EQ(words.told("'abc'.matches('b')", &plain), "true");
    EXPECT_EQ(words.told("'abc'.matches(p)", &plain), "true");
    EXPECT_EQ(words.told("regex.replace('abcb', 'b', '<\\\\0>')", &plain), "'a<b>c<b>'");
    EXPECT_EQ(words.told("regex.extract('abc', p)", &plain), "optional.of('b')");
    EXPECT_EQ(words.told("regex.extractAll('abcb', p)", &plain), "['b', 'b']");
    EXPECT_EQ(words.told("regex.replace('a', '', '-')", &plain), "'-a-'")
        << "an empty match is found once a place";
    EXPECT_EQ(words.told("'abc'.matches('(')", &plain),
              "1:15: this is no regular expression: it never closes");
    EXPECT_EQ(words.told("'abc'.matches(p)"), "1:7: no regular expressions are available here");
}

TEST(RulesFunctions, AWrittenPatternIsPreparedOnce) {
    const Plain plain;
    const auto program =
        Words().program("['a', 'b'].all(x, x.matches('a')) || ['b'].exists(x, x.matches('b'))", &plain);
    ASSERT_TRUE(program.ok());
    EXPECT_EQ(plain.prepared, 2);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(*evaluate(*program, Words().row()), Value(true));
    EXPECT_EQ(plain.prepared, 2);
}

TEST(RulesFunctions, EveryRowOfTheTableCanBeReadAndSaysWhatItIs) {
    std::set<std::pair<std::string_view, Style>> names;
    for (const FunctionGroup& group : function_groups()) {
        for (const Function& function : group.functions) {
            EXPECT_NE(function.apply, nullptr) << function.name;
            EXPECT_FALSE(function.meaning.empty()) << function.name;
            if (!is_variadic(function)) {
                EXPECT_FALSE(overloads_of(function).empty()) << function.name;
            }
            // find_function() takes the first row whose overloads count as many arguments.
            EXPECT_TRUE(names.insert({function.name, function.style}).second)
                << function.name << " stands twice";
        }
    }
}

}  // namespace
}  // namespace banyan::rules
