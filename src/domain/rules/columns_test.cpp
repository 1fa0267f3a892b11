// SPDX-License-Identifier: Apache-2.0

// By column and by row must be one language: thousands of random expressions over random columns, absent values, edges
// and errors included, each row's answer against evaluate() itself.

#include "domain/rules/columns.h"

#include <limits>
#include <random>

#include "domain/rules/words_test.h"

namespace banyan::rules {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

/// Members as columns, and the same as rows.
class Crowd {
  public:
    Crowd(std::uint64_t seed, std::size_t rows) : random_(seed), rows_(rows) {
        words_.declare("m.spend", "int")
            .declare("m.orders", "int")
            .declare("m.score", "double")
            .declare("m.seen", "uint")
            .declare("m.city", "string")
            .declare("m.vip", "bool")
            .declare("m.joined", "timestamp")
            .declare("m.note", "dyn")
            .declare("m.never", "int");
        fill();
    }

    [[nodiscard]] const Words& words() const { return words_; }

    [[nodiscard]] Batch batch() const {
        Batch batch(words_.schema(), rows_);
        batch.set(0, Column(std::span(spend_), gaps_[0]));
        batch.set(1, Column(std::span(orders_)));
        batch.set(2, Column(std::span(score_), gaps_[2]));
        batch.set(3, Column(std::span(seen_)));
        batch.set(4, Column(std::span(city_), gaps_[4]));
        batch.set(5, Column::of_truths(vip_, gaps_[5]));
        batch.set(6, Column(std::span(joined_), gaps_[6]));
        batch.set(7, Column::of_terms(note_));
        return batch;  // and "m.never" has no column at all
    }

    [[nodiscard]] Activation row(std::size_t row) const {
        Activation activation(words_.schema());
        const Batch columns = batch();
        for (Slot slot = 0; slot < columns.slots(); ++slot) activation.set(slot, columns[slot].term(row));
        return activation;
    }

  private:
    void fill() {
        static constexpr std::int64_t edges[] = {INT64_MIN, -1, 0, 1, 2, 100, INT64_MAX};
        static constexpr double points[] = {0.0,
                                            -0.5,
                                            1.5,
                                            2.0,
                                            1e300,
                                            std::numeric_limits<double>::quiet_NaN(),
                                            std::numeric_limits<double>::infinity()};
        static const std::string cities[] = {"", "上海", "nanjing", "nan", std::string(70, 'x')};
        for (auto& gaps : gaps_) {
            for (std::size_t i = 0; i < rows_; ++i) gaps.push_back(below(random_, 6) == 0 ? 1 : 0);
        }
        for (std::size_t i = 0; i < rows_; ++i) {
            spend_.push_back(edges[below(random_, std::size(edges))]);
            orders_.push_back(static_cast<std::int64_t>(below(random_, 5)));
            score_.push_back(points[below(random_, std::size(points))]);
            seen_.push_back(below(random_, 2) == 0 ? below(random_, 4) : UINT64_MAX);
            city_.push_back(cities[below(random_, std::size(cities))]);
            vip_.push_back(static_cast<std::uint8_t>(below(random_, 2)));
            joined_.push_back(Instant{below(random_, 8) == 0
                                          ? INT64_MAX
                                          : static_cast<std::int64_t>(below(random_, 4)) * 1'000'000});
            note_.push_back(some_note());
        }
    }

    Term some_note() {
        switch (below(random_, 5)) {
            case 0: return Term::unset();
            case 1: return Term(std::int64_t{2});
            case 2: return Term("nan");
            case 3: return Term(true);
            default: return Term::fault_of(Fault::out_of_range, 0);
        }
    }

    Random random_;
    std::size_t rows_;
    Words words_;
    std::vector<std::int64_t> spend_;
    std::vector<std::int64_t> orders_;
    std::vector<double> score_;
    std::vector<std::uint64_t> seen_;
    std::vector<std::string_view> city_;
    std::vector<std::uint8_t> vip_;
    std::vector<Instant> joined_;
    std::vector<Term> note_;
    std::array<std::vector<std::uint8_t>, 7> gaps_;
};

/// Writes random expressions that pass the check.
class Author {
  public:
    explicit Author(std::uint64_t seed) : random_(seed) {}

    std::string condition(int depth) {
        if (depth == 0) return leaf();
        switch (below(random_, 9)) {
            case 0: return "!(" + condition(depth - 1) + ")";
            case 1:
            case 2: return "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")";
            case 3:
            case 4: return "(" + condition(depth - 1) + " || " + condition(depth - 1) + ")";
            case 5:
                return "(" + condition(depth - 1) + " ? " + condition(depth - 1) + " : " +
                       condition(depth - 1) + ")";
            case 6: return "(" + number(depth - 1) + any(order_) + number(depth - 1) + ")";
            default: return leaf();
        }
    }

    std::string number(int depth) {
        if (depth == 0) return any(numbers_);
        switch (below(random_, 6)) {
            case 0: return "-" + any(numbers_);
            case 1:
                return "(" + condition(depth - 1) + " ? " + number(depth - 1) + " : " + number(depth - 1) +
                       ")";
            case 2: return any(numbers_);
            default: return "(" + number(depth - 1) + any(arithmetic_) + number(depth - 1) + ")";
        }
    }

  private:
    std::string any(const std::vector<std::string>& of) { return of[below(random_, of.size())]; }

    std::string leaf() {
        static const std::vector<std::string> texts = {"m.city", "'nan'", "''", "'上海'"};
        static const std::vector<std::string> doubles = {"m.score", "1.5", "(m.score * 2.0)",
                                                         "(0.0 - m.score)"};
        static const std::vector<std::string> times = {"m.joined", "timestamp(2)",
                                                       "timestamp('1970-01-01T00:00:01Z')",
                                                       "timestamp('1970-01-01T00:00:01.0000001Z')"};
        static const std::vector<std::string> others = {"m.vip",
                                                        "true",
                                                        "false",
                                                        "has(m.spend)",
                                                        "has(m.never)",
                                                        "has(m.note)",
                                                        "m.never > 1",
                                                        "m.note == 2",
                                                        "m.note == 'nan'",
                                                        "m.spend in [0, 1, 100]",
                                                        "m.city in ['nan', 'nanjing']",
                                                        "m.city.startsWith('nan')",
                                                        "m.city.endsWith(m.city)",
                                                        "m.city.contains('an')",
                                                        "m.spend > m.score",
                                                        "m.seen <= 2u",
                                                        "m.seen - 1u > 1u",
                                                        "m.seen + 1u > 0u",
                                                        "m.spend == 1u",
                                                        "[m.spend, m.orders].exists(x, x > 1)",
                                                        "size(m.city) > 2",
                                                        "m.joined.getFullYear() == 1970",
                                                        "m.city != m.city",
                                                        "cel.bind(x, m.spend, x > 1)",
                                                        "m.vip == has(m.city)",
                                                        "m.spend in [m.orders]"};
        switch (below(random_, 5)) {
            case 0: return "(" + any(texts) + any(order_) + any(texts) + ")";
            case 1: return "(" + any(doubles) + any(order_) + any(doubles) + ")";
            case 2: return "(" + any(times) + any(order_) + any(times) + ")";
            default: return any(others);
        }
    }

    Random random_;
    std::vector<std::string> order_ = {" == ", " != ", " < ", " <= ", " > ", " >= "};
    std::vector<std::string> arithmetic_ = {" + ", " - ", " * ", " / ", " % "};
    std::vector<std::string> numbers_ = {"m.spend", "m.orders", "1", "0", "(-1)", "size(m.city)", "m.never"};
};

// Also a fault must be the same fault at the same place; NaN is written alike.
std::string identity(const Program& program, const Term& term) {
    if (term.is_missing()) return "error " + program.describe(term).text();
    return std::string(name_of(term.kind())) + " " + shown(term, 1000);
}

TEST(RulesColumns, AnswerWhatRowsAnswer) {
    constexpr std::size_t rows = 40;
    std::size_t asked = 0;
    std::size_t errors = 0;
    std::size_t answered = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const Crowd crowd(seed, rows);
        Author author(seed);
        const bool is_condition = seed % 3 != 0;
        const std::string source = is_condition ? author.condition(4) : author.number(4);
        const auto program = crowd.words().program(source);
        ASSERT_TRUE(program.ok()) << source << ": " << (program.ok() ? "" : program.error().text());
        const Batch batch = crowd.batch();
        ColumnAnswers answers;
        evaluate(*program, batch, answers);
        for (std::size_t i = 0; i < rows; ++i) {
            Scratch scratch;
            const Activation row = crowd.row(i);
            const Term expected = evaluate(*program, row, scratch);
            ASSERT_EQ(identity(*program, answers.at(i)), identity(*program, expected))
                << "seed " << seed << ", row " << i << ": " << source;
            errors += expected.is_missing() ? 1U : 0U;
        }
        asked += answers.asked_by_row;
        answered += rows;
    }
    // The mix must hold all three, or the law was not tried: rows that columns answer, rows asked, errors.
    EXPECT_GT(asked, answered / 20);
    EXPECT_LT(asked, answered * 3 / 4);
    EXPECT_GT(errors, answered / 20);
}

TEST(RulesColumns, MoreRowsThanABlockHolds) {
    Words words;
    words.declare("spend", "int");
    std::vector<std::int64_t> spend;
    for (std::int64_t i = 0; i < 2500; ++i) spend.push_back(i);
    Batch batch(words.schema(), spend.size());
    batch.set(0, Column(std::span<const std::int64_t>(spend)));
    ColumnAnswers answers;
    evaluate(*words.program("spend % 1000 == 7"), batch, answers);
    EXPECT_EQ(std::count(answers.truths.begin(), answers.truths.end(), 1), 3);
    EXPECT_TRUE(answers.at(2007).is_true());
    EXPECT_EQ(answers.asked_by_row, 0);
    evaluate(*words.program("spend * 3"), batch, answers);
    EXPECT_EQ(answers.at(2499).integer(), 7497);
}

TEST(RulesColumns, OnlyTheRowsThatAreLeftAreAskedByRow) {
    Words words;
    words.declare("spend", "int").declare("tags", "list(string)");
    const std::vector<std::int64_t> spend = {0, 5, 10, 20};
    const Value gift{List{Value("gift")}};
    const std::vector<Term> tags(4, Term(gift));
    Batch batch(words.schema(), 4);
    batch.set(0, Column(std::span<const std::int64_t>(spend)));
    batch.set(1, Column::of_terms(tags));
    ColumnAnswers answers;
    evaluate(*words.program("spend > 5 && tags.exists(t, t == 'gift')"), batch, answers);
    EXPECT_EQ(answers.truths, (std::vector<std::uint8_t>{0, 0, 1, 1}));
    EXPECT_EQ(answers.asked_by_row, 2);
}

TEST(RulesColumns, AnErrorInOneRowIsNoErrorInTheOthers) {
    Words words;
    words.declare("spend", "int").declare("orders", "int");
    const std::vector<std::int64_t> spend = {10, 20, 30};
    const std::vector<std::int64_t> orders = {2, 0, 3};
    Batch batch(words.schema(), 3);
    batch.set(0, Column(std::span<const std::int64_t>(spend)));
    batch.set(1, Column(std::span<const std::int64_t>(orders)));
    const auto program = words.program("spend / orders > 6");
    ColumnAnswers answers;
    evaluate(*program, batch, answers);
    EXPECT_EQ(answers.truths, (std::vector<std::uint8_t>{0, 0, 1}));
    ASSERT_EQ(answers.faults.size(), 1);
    EXPECT_EQ(answers.faults[0].row, 1);
    EXPECT_EQ(program->describe(answers.faults[0].fault).text(),
              "1:7: division by zero, in `spend / orders`");
}

TEST(RulesColumns, TextThatARowBuildsOutlivesTheRow) {
    Words words;
    words.declare("city", "string");
    const std::vector<std::string_view> city = {"a", "b", "c"};
    Batch batch(words.schema(), 3);
    batch.set(0, Column(std::span<const std::string_view>(city)));
    ColumnAnswers answers;
    evaluate(*words.program("city + '!'"), batch, answers);
    EXPECT_EQ(shown(answers.at(0)) + shown(answers.at(1)) + shown(answers.at(2)), "'a!''b!''c!'");
}

}  // namespace
}  // namespace banyan::rules
