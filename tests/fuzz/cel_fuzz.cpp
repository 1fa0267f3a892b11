// SPDX-License-Identifier: Apache-2.0

// Any bytes as an expression: parsed, compiled with and without checking, evaluated over a small row. It must end in
// a value or an error that names its place, twice the same, and soon; explained and asked by column it must be the
// same once more; and an index over it alone may pass it over only when it is false.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/regex/re2_regex.h"
#include "base/assert.h"
#include "domain/rules/columns.h"
#include "domain/rules/compile.h"
#include "domain/rules/condition_index.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/explain.h"
#include "domain/rules/parse.h"
#include "domain/rules/show.h"

namespace {

using namespace banyan;
using namespace banyan::rules;

struct World {
    World() {
        Map inner;
        ASSERT(inner.insert("k", Value("v")));
        ASSERT(inner.insert("n", Value(std::int64_t{7})));
        map = Value(std::move(inner));
        list = Value(List{Value(std::int64_t{1}), Value("two"), Value(3.5), map});
        declare("a", Kind::dyn, Term(std::int64_t{42}));
        declare("b.c", Kind::integer, Term(std::int64_t{INT64_MIN}));
        declare("s", Kind::string, Term("\xE6\xA6\x95 banyan"));
        declare("t", Kind::timestamp, Term(Instant{1'700'000'000'000'000}));
        declare("d", Kind::dyn, Term(0.1));
        declare("m", Kind::map, Term(map));
        declare("l", Kind::list, Term(list));
        declare("nothing", Kind::dyn, Term::unset());
        declare("v", Kind::boolean, Term(true));
        declare("u", Kind::unsigned_integer, Term(std::uint64_t{3}));
    }

    void declare(std::string_view path, Kind kind, Term term) {
        ASSERT(schema.declare(path, kind).ok());
        terms.push_back(term);
    }

    Schema schema;
    std::vector<Term> terms;
    Value map;
    Value list;
};

void check_nodes(const Expression& expression) {
    for (NodeId id = 0; id < expression.node_count(); ++id) {
        const Node& node = expression.node(id);
        ASSERT(node.begin <= node.end);
        ASSERT(node.end <= expression.source().size());
        // Children come before their parent, so no walk can run in a circle.
        for (const NodeId child : expression.children(id)) ASSERT(child < id);
    }
}

std::string told(const Program& program, const Term& term) {
    // NaN, also inside lists and maps, equals nothing; its text does.
    return term.is_missing() ? program.describe(term).text() : shown(term, 4000);
}

// The typed columns of one row, so that what can run by column does.
void check_columns(const Program& program, const World& world, const std::string& expected) {
    const std::int64_t integer = world.terms[1].integer();
    const std::string_view text = world.terms[2].string();
    const Instant time{1'700'000'000'000'000};
    const std::uint8_t truth = 1;
    const std::uint64_t number = 3;
    Batch batch(world.schema, 1);
    for (Slot slot = 0; slot < world.terms.size(); ++slot)
        batch.set(slot, Column::of_terms({&world.terms[slot], 1}));
    batch.set(1, Column(std::span(&integer, 1)));
    batch.set(2, Column(std::span(&text, 1)));
    batch.set(3, Column(std::span(&time, 1)));
    batch.set(8, Column::of_truths({&truth, 1}));
    batch.set(9, Column(std::span(&number, 1)));
    ColumnAnswers answers;
    evaluate(program, batch, answers);
    ASSERT(told(program, answers.at(0)) == expected);
}

void check_evaluation(const Program& program, const World& world, const Activation& row) {
    Scratch first;
    Scratch second;
    const Term a = evaluate(program, row, first);
    const Explanation explanation = explain(program, row, second);
    const std::string expected = told(program, a);
    ASSERT(told(program, explanation.result) == expected);
    ASSERT(!explanation.parts.empty());
    for (const NodeId node : deciding_parts(program, explanation))
        ASSERT(!sentence(program, explanation, node).empty());
    check_columns(program, world, expected);
    const ConditionIndex index({&program, 1});
    std::vector<ConditionIndex::Id> candidates;
    index.candidates(row, candidates);
    ASSERT(!candidates.empty() || a.is_false());
    if (a.is_missing()) {
        ASSERT(!program.describe(a).where.empty());
        return;
    }
    const auto value = to_value(a);
    ASSERT(value.ok() || !value.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    static const regex::Re2Regex patterns;
    const auto expression = parse({reinterpret_cast<const char*>(data), size});
    if (!expression.ok()) {
        ASSERT(!expression.error().where.empty());
        return 0;
    }
    check_nodes(*expression);
    Activation row(world.schema);
    for (Slot slot = 0; slot < world.terms.size(); ++slot) row.set(slot, world.terms[slot]);
    for (const Checking checking : {Checking::declared, Checking::dynamic}) {
        const auto program = compile(*expression, world.schema, {}, checking, &patterns);
        if (!program.ok()) {
            ASSERT(!program.error().where.empty());
            continue;
        }
        check_evaluation(*program, world, row);
    }
    return 0;
}
