// SPDX-License-Identifier: Apache-2.0

// Ordinary predicates touch no heap: this executable counts every allocation while they are evaluated.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "domain/rules/compile.h"
#include "domain/rules/condition_index.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"

namespace {
std::size_t allocations = 0;
}  // namespace

// Counting is all these add to the default ones. Not inlined: GCC would see free() meet a new expression and object.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* place = std::malloc(size)) return place;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept { std::free(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept { std::free(place); }

namespace banyan::rules {
namespace {

std::size_t allocations_of(std::string_view source) {
    Schema schema;
    for (const auto& [path, kind] : {std::pair{"order.paid", Kind::integer},
                                     {"order.currency", Kind::string},
                                     {"order.at", Kind::timestamp},
                                     {"order.attributes", Kind::map},
                                     {"order.lines", Kind::list}})
        EXPECT_TRUE(schema.declare(path, kind).ok());
    Map map;
    map.insert("shop", Value("a shop name longer than any small string"));
    const Value attributes{std::move(map)};
    Activation row(schema);
    row.set(0, Term(std::int64_t{12'800}));
    row.set(1, Term("CNY"));
    row.set(2, Term(Instant{1'700'000'000'000'000}));
    row.set(3, Term(attributes));
    const Value lines{List{Value(std::int64_t{5}), Value(std::int64_t{20}), Value(std::int64_t{70})}};
    row.set(4, Term(lines));
    const auto program = compile(*parse(source), schema);
    EXPECT_TRUE(program.ok()) << source;
    Scratch scratch;
    const std::size_t before = allocations;
    const Term result = evaluate(*program, row, scratch);
    const std::size_t after = allocations;
    EXPECT_FALSE(result.is_missing()) << source;
    return after - before;
}

TEST(RulesAllocation, PredicatesOverScalarsAllocateNothing) {
    for (const char* source :
         {"order.paid >= 10000 && order.currency == 'CNY'", "order.paid / 100 * (order.paid > 0 ? 2 : 1) + 7",
          "order.currency in ['USD', 'EUR', 'CNY']",
          "order.currency.startsWith('C') || order.currency.contains('N')",
          "order.at >= timestamp('2023-06-01T00:00:00Z') && order.at < timestamp('2024-07-01T00:00:00Z')",
          "order.at.getMonth() == 5 || order.at.getHours('+08:00') > 18",
          "1 / (order.paid - 12800) > 0 || true",
          "order.lines.exists(l, l > 10 && l < 30) && order.lines.all(i, l, l > i)",
          "order.lines.exists_one(l, order.lines.all(m, m <= l))",
          "[1, 2, 3].exists(t, t == order.paid / 6400) && order.paid in [1, 12800]",
          "has(order.attributes.shop) && order.attributes.shop != 'another one, and long enough to need the "
          "heap'"})
        EXPECT_EQ(allocations_of(source), 0) << source;
}

TEST(RulesAllocation, FindingTheRulesThatMatchAllocatesNothing) {
    Schema schema;
    ASSERT_TRUE(schema.declare("order.channel", Kind::string).ok());
    std::vector<Program> programs;
    for (const char* source : {"order.channel == 'app'", "order.channel == 'store'", "true"})
        programs.push_back(*compile(*parse(source), schema));
    const ConditionIndex index(programs);
    Activation row(schema);
    row.set(0, Term("store"));
    std::vector<ConditionIndex::Id> found;
    found.reserve(programs.size());
    const std::size_t before = allocations;
    index.candidates(row, found);
    EXPECT_EQ(allocations - before, 0);
    EXPECT_EQ(found, (std::vector<ConditionIndex::Id>{1, 2}));
}

TEST(RulesAllocation, JoiningTextAsksForMemoryOnce) {
    EXPECT_GT(allocations_of("order.currency + '!' == 'CNY!'"), 0) << "or the counter counts nothing";
    EXPECT_LE(allocations_of("order.currency + '!' + order.currency + '?' == 'CNY!CNY?'"), 2);
}

}  // namespace
}  // namespace banyan::rules
