// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <vector>

#include "base/allocate.h"
#include "base/decimal.h"
#include "base/value.h"
#include "cases.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::cases {

namespace {

using Kind = Value::Kind;

std::optional<Rounding> rounding_of(const Value* mode) {
    if (mode == nullptr || !mode->is(Kind::string)) return std::nullopt;
    const std::string& word = mode->string();
    if (word == "HALF_UP") return Rounding::half_up;
    if (word == "HALF_DOWN") return Rounding::half_down;
    if (word == "HALF_EVEN") return Rounding::half_even;
    if (word == "HALF_ODD") return Rounding::half_odd;
    if (word == "UP") return Rounding::up;
    if (word == "DOWN") return Rounding::down;
    if (word == "HALF_POSITIVE_INFINITY") return Rounding::half_ceiling;
    if (word == "HALF_NEGATIVE_INFINITY") return Rounding::half_floor;
    return std::nullopt;
}

// An integer, a double or a string of the file as the decimal that its author wrote.
std::optional<Decimal> decimal_of(const Value* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is(Kind::string)) return parse_decimal(value->string());
    if (value->is(Kind::integer) || value->is(Kind::floating)) return parse_decimal(text::to_json(*value));
    return std::nullopt;
}

std::optional<std::int64_t> integer_of(const Value* value) {
    if (value == nullptr || !value->is(Kind::integer)) return std::nullopt;
    return value->integer();
}

// Ratios such as 0.33 : 0.66 as whole weights, 33 : 66.
std::optional<std::vector<std::int64_t>> weights_of(const Value* ratios) {
    if (ratios == nullptr || !ratios->is(Kind::list)) return std::nullopt;
    std::vector<Decimal> decimals;
    std::int32_t exponent = 0;
    for (const Value& ratio : ratios->list()) {
        const auto decimal = decimal_of(&ratio);
        if (!decimal) return std::nullopt;
        decimals.push_back(*decimal);
        exponent = std::min(exponent, decimal->exponent);
    }
    std::vector<std::int64_t> weights;
    for (const Decimal& decimal : decimals) {
        const auto weight = exponent >= -18
                                ? to_minor(decimal, static_cast<unsigned>(-exponent), Rounding::down)
                                : std::nullopt;
        if (!weight) return std::nullopt;
        weights.push_back(*weight);
    }
    return weights;
}

Value list_of(const std::vector<std::int64_t>& numbers) {
    List list;
    for (const std::int64_t number : numbers) list.emplace_back(number);
    return Value(std::move(list));
}

struct Answer {
    std::optional<Value> value;  // nothing: the case has not the form that its group has
};

Answer allocated(const Map& c) {
    const auto amount = integer_of(c.find("amount"));
    const auto weights = weights_of(c.find("ratios"));
    if (!amount || !weights) return {};
    const auto shares = allocate(*amount, *weights);
    return {shares ? list_of(*shares) : Value()};
}

Answer split(const Map& c) {
    const auto amount = integer_of(c.find("amount"));
    const auto n = integer_of(c.find("n"));
    if (!amount || !n || *n < 1 || *n > 1'000'000) return {};
    const auto shares = allocate(*amount, std::vector<std::int64_t>(static_cast<std::size_t>(*n), 1));
    return {shares ? list_of(*shares) : Value()};
}

Answer rounded_value(const Map& c) {
    const auto value = decimal_of(c.find("value"));
    const auto rounding = rounding_of(c.find("mode"));
    if (!value || !rounding) return {};
    return {Value(to_text(to_integral(*value, *rounding)))};
}

// `unit` is a power of ten: 2 rounds to hundreds.
Answer rounded_to_unit(const Map& c) {
    const auto amount = integer_of(c.find("amount"));
    const auto unit = integer_of(c.find("unit"));
    const auto rounding = rounding_of(c.find("mode"));
    if (!amount || !unit || *unit < 0 || *unit > 18 || !rounding) return {};
    const auto units = quantize({*amount, 0}, static_cast<std::int32_t>(*unit), *rounding);
    const auto result = units ? to_minor(*units, 0, Rounding::down) : std::nullopt;
    return {result ? Value(*result) : Value()};
}

struct Group {
    std::string_view name;
    Answer (*answer)(const Map&);  // nullptr: of another rule
    const char* reason;
};

constexpr Group groups[] = {
    {"moneyphp_allocate", allocated, ""},
    {"moneyphp_split_n", split, ""},
    {"rounding", rounded_value, ""},
    {"round_to_unit", rounded_to_unit, ""},
    {"sylius_integer_distributor", nullptr,
     "another rule: truncates toward zero, the rest to the first ones"},
    {"sylius_proportional", nullptr, "another rule: rounds half toward zero, the rest from the first one on"},
};

void run_group(const std::string& name, const List& cases, Tally& tally) {
    const Group* group = nullptr;
    for (const Group& known : groups) {
        if (known.name == name) group = &known;
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string title = name + "[" + std::to_string(i) + "]";
        if (group == nullptr || group->answer == nullptr) {
            tally.skip(title, group == nullptr ? "a rule we do not know" : group->reason);
            continue;
        }
        const Value* expected = cases[i].is(Kind::map) ? cases[i].map().find("expected") : nullptr;
        const Answer answer = expected != nullptr ? group->answer(cases[i].map()) : Answer{};
        if (!answer.value)
            tally.skip(title, "not of the form of its group");
        else if (*answer.value == *expected)
            tally.pass();
        else
            tally.fail(title, text::to_json(*answer.value) + ", expected " + text::to_json(*expected));
    }
}

}  // namespace

void run_allocation(const std::string& path, std::string_view content, Tally& tally) {
    const auto document = text::parse_json(content);
    if (!document.ok()) return tally.fail(path, document.error().text());
    if (!document->is(Kind::map)) return tally.fail(path, "not an object of groups");
    for (const Map::Entry& entry : document->map().entries()) {
        if (!entry.second.is(Kind::map)) continue;  // the note
        const Value* cases = entry.second.map().find("cases");
        if (cases != nullptr && cases->is(Kind::list)) run_group(entry.first, cases->list(), tally);
    }
}

}  // namespace banyan::cases
