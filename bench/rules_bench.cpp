// SPDX-License-Identifier: Apache-2.0
// Rules alone, beside two rule engines that get the same rules and the same events (rules_peers.mjs):
//
//   banyan_rules_bench FILE.json
//
// The file: {"words": {path: "int" | "string"}, "predicate": text, "cases": [{"name", "rules": [{"when", "amount"}],
// "events": [{path: value}]}]}. Printed is one line of JSON: nanoseconds of CPU for the predicate over a row that is
// laid out, and for each case nanoseconds an event (laid out, every rule that may match evaluated, amounts summed), how
// many rules matched and what they granted, which must be what the peers say.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "domain/rules/compile.h"
#include "domain/rules/condition_index.h"
#include "domain/rules/parse.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::bench {

namespace {

[[noreturn]] void give_up(const std::string& why) {
    std::cerr << why << '\n';
    std::exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) give_up(result.error().text());
    return std::move(result).value();
}

double cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

const Value& at(const Value& object, std::string_view key) {
    const Value* found = object.is(Value::Kind::map) ? object.map().find(key) : nullptr;
    if (found == nullptr) give_up("the file has no \"" + std::string(key) + "\"");
    return *found;
}

rules::Schema schema_of(const Value& words) {
    rules::Schema schema;
    for (const auto& [path, kind] : words.map().entries())
        must(schema.declare(path, kind.string() == "int" ? rules::Kind::integer : rules::Kind::string));
    return schema;
}

rules::Program compiled(const std::string& text, const rules::Schema& schema) {
    return must(rules::compile(must(rules::parse(text)), schema));
}

// An event as the engine holds it: plain numbers and text, in the order of the slots.
struct Event {
    std::vector<rules::Term> terms;
};

std::vector<Event> events_of(const Value& list, const rules::Schema& schema) {
    std::vector<Event> events;
    for (const Value& each : list.list()) {
        Event event;
        for (rules::Slot slot = 0; slot < schema.size(); ++slot) {
            const Value& value = at(each, schema.variable(slot).path);
            event.terms.push_back(value.is(Value::Kind::integer)
                                      ? rules::Term(value.integer())
                                      : rules::Term(std::string_view(value.string())));
        }
        events.push_back(std::move(event));
    }
    return events;
}

void lay_out(const Event& event, rules::Activation& row) {
    for (rules::Slot slot = 0; slot < event.terms.size(); ++slot) row.set(slot, event.terms[slot]);
}

// The best of several rounds: what the machine does when nobody else wants it.
template <typename Round>
double best_ns(Round&& round, double units) {
    double best = 1e18;
    const double until = cpu_ns() + 2e9;
    int rounds = 0;
    do {
        const double start = cpu_ns();
        round();
        best = std::min(best, (cpu_ns() - start) / units);
    } while (++rounds < 5 || cpu_ns() < until);
    return best;
}

double predicate_ns(const std::string& text, const rules::Schema& schema, const std::vector<Event>& events) {
    const rules::Program predicate = compiled(text, schema);
    std::vector<rules::Activation> rows;
    for (const Event& event : events) lay_out(event, rows.emplace_back(schema));
    rules::Scratch scratch;
    std::int64_t held = 0;
    const double ns = best_ns(
        [&] {
            for (int i = 0; i < 100; ++i) {
                for (const rules::Activation& row : rows)
                    held += must(rules::holds(predicate, row, scratch)) ? 1 : 0;
            }
        },
        100.0 * static_cast<double>(rows.size()));
    if (held == 0) give_up("the predicate never held");
    return ns;
}

struct Sums {
    std::int64_t matched = 0;
    std::int64_t granted = 0;
};

Sums decide(const std::vector<rules::Program>& conditions, const std::vector<rules::Program>& amounts,
            const rules::ConditionIndex& index, const rules::Schema& schema,
            const std::vector<Event>& events) {
    Sums sums;
    rules::Activation row(schema);
    rules::Scratch scratch;
    std::vector<rules::ConditionIndex::Id> candidates;
    for (const Event& event : events) {
        lay_out(event, row);
        index.candidates(row, candidates);
        for (const auto id : candidates) {
            if (!must(rules::holds(conditions[id], row, scratch))) continue;
            ++sums.matched;
            const rules::Term amount = rules::evaluate(amounts[id], row, scratch);
            if (!amount.is(rules::Kind::integer)) give_up("an amount is no whole number");
            sums.granted += amount.integer();
        }
    }
    return sums;
}

void run_case(const Value& given, const rules::Schema& schema, text::JsonWriter& json) {
    std::vector<rules::Program> conditions;
    std::vector<rules::Program> amounts;
    for (const Value& rule : at(given, "rules").list()) {
        conditions.push_back(compiled(at(rule, "when").string(), schema));
        amounts.push_back(compiled(at(rule, "amount").string(), schema));
    }
    const rules::ConditionIndex index(conditions);
    const std::vector<Event> events = events_of(at(given, "events"), schema);
    Sums sums;
    const double ns = best_ns([&] { sums = decide(conditions, amounts, index, schema, events); },
                              static_cast<double>(events.size()));
    json.begin_object().string("name", at(given, "name").string()).key("ns").floating(ns);
    json.integer("matched", sums.matched).integer("granted", sums.granted).end_object();
}

}  // namespace

int run_rules(const char* path) {
    std::ifstream file(path);
    std::stringstream bytes;
    bytes << file.rdbuf();
    text::Limits limits;
    limits.bytes = std::size_t{1} << 28U;
    const Value given = must(text::parse_json(bytes.str(), limits));
    const rules::Schema schema = schema_of(at(given, "words"));
    std::string out;
    text::JsonWriter json(out);
    const List& cases = at(given, "cases").list();
    json.begin_object().key("predicate_ns");
    json.floating(predicate_ns(at(given, "predicate").string(), schema,
                               events_of(at(cases.front(), "events"), schema)));
    json.key("cases").begin_array();
    for (const Value& each : cases) run_case(each, schema, json);
    json.end_array().end_object();
    std::cout << out << '\n';
    return 0;
}

}  // namespace banyan::bench

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: banyan_rules_bench FILE.json\n";
        return 2;
    }
    return banyan::bench::run_rules(argv[1]);
}
