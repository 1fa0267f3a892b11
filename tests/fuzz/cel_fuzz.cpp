// SPDX-License-Identifier: Apache-2.0

// Any bytes as an expression: parsed, compiled with and without checking, evaluated over a small row. It must end in
// a value or an error that names its place, twice the same, and soon.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"

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

void check_evaluation(const Program& program, const Activation& row) {
    Scratch first;
    Scratch second;
    const Term a = evaluate(program, row, first);
    const Term b = evaluate(program, row, second);
    ASSERT(a.kind() == b.kind());
    if (a.is_missing()) {
        ASSERT(!program.describe(a).where.empty());
        return;
    }
    const bool is_number = a.is(Kind::floating) && a.floating() != a.floating();
    // NaN, also inside lists and maps, equals nothing.
    const bool may_hold_nan = is_number || a.is(Kind::list) || a.is(Kind::map);
    ASSERT(may_hold_nan || equal(a, b));
    const auto value = to_value(a);
    ASSERT(value.ok() || !value.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    const auto expression = parse({reinterpret_cast<const char*>(data), size});
    if (!expression.ok()) {
        ASSERT(!expression.error().where.empty());
        return 0;
    }
    check_nodes(*expression);
    Activation row(world.schema);
    for (Slot slot = 0; slot < world.terms.size(); ++slot) row.set(slot, world.terms[slot]);
    for (const Checking checking : {Checking::declared, Checking::dynamic}) {
        const auto program = compile(*expression, world.schema, {}, checking);
        if (!program.ok()) {
            ASSERT(!program.error().where.empty());
            continue;
        }
        check_evaluation(*program, row);
    }
    return 0;
}
