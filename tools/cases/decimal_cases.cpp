// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <vector>

#include "base/decimal.h"
#include "cases.h"

namespace banyan::cases {

namespace {

constexpr unsigned operand_digits_max = 18;
constexpr std::int32_t operand_exponent_max = 18;

struct Context {
    unsigned precision = 9;
    std::optional<Rounding> rounding = Rounding::half_up;
};

struct Case {
    std::string name;
    std::string operation;
    std::vector<std::string> operands;
    std::string result;
    std::vector<std::string> conditions;
};

// Splits at blanks; quotes hold a word together, "--" begins a comment.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == ' ' || line[at] == '\t' || line[at] == '\r') {
            ++at;
            continue;
        }
        if (line.substr(at, 2) == "--") break;
        if (line[at] == '\'' || line[at] == '"') {
            const std::size_t end = std::min(line.find(line[at], at + 1), line.size());
            words.emplace_back(line.substr(at + 1, end - at - 1));
            at = end + 1;
            continue;
        }
        const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
        words.emplace_back(line.substr(at, end - at));
        at = end;
    }
    return words;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::optional<Rounding> rounding_of(const std::string& word) {
    if (word == "half_up") return Rounding::half_up;
    if (word == "half_down") return Rounding::half_down;
    if (word == "half_even") return Rounding::half_even;
    if (word == "up") return Rounding::away_from_zero;
    if (word == "down") return Rounding::toward_zero;
    if (word == "ceiling") return Rounding::up;
    if (word == "floor") return Rounding::down;
    if (word == "05up") return Rounding::zero_five_away;
    return std::nullopt;
}

std::optional<Case> case_of(const std::vector<std::string>& words) {
    const auto arrow = std::find(words.begin(), words.end(), "->");
    if (arrow == words.end() || arrow - words.begin() < 3 || arrow + 1 == words.end()) return std::nullopt;
    return Case{
        words[0], lower(words[1]), {words.begin() + 2, arrow}, *(arrow + 1), {arrow + 2, words.end()}};
}

// Why the case is none of ours, or nothing when it is.
std::optional<std::string> reason_to_skip(const Case& c, const Context& context,
                                          std::vector<Decimal>& operands) {
    const std::vector<std::string> binary = {"add", "subtract", "multiply", "compare", "quantize"};
    const bool is_binary = std::find(binary.begin(), binary.end(), c.operation) != binary.end();
    if (!is_binary && c.operation != "tointegral") return "operation " + c.operation;
    if (c.operands.size() != (is_binary ? 2U : 1U)) return "another number of operands";
    for (const std::string& text : c.operands) {
        const bool is_number =
            !text.empty() && text.find_first_not_of("+-.eE0123456789") == std::string::npos;
        if (!is_number) return "an operand is no finite number";
        const auto value = parse_decimal(text);
        if (!value || digit_count(*value) > operand_digits_max) return "an operand of more than 18 digits";
        if (value->exponent > operand_exponent_max || value->exponent < -operand_exponent_max)
            return "an operand with an exponent beyond 18";
        operands.push_back(*value);
    }
    for (const char* limit : {"Overflow", "Underflow", "Subnormal", "Clamped"}) {
        if (std::find(c.conditions.begin(), c.conditions.end(), limit) != c.conditions.end())
            return "about the least or greatest exponent";
    }
    if (!context.rounding) return "unknown rounding";
    if (c.result == "?") return "the result is left open";
    return std::nullopt;
}

std::optional<Decimal> rounded_to(std::optional<Decimal> exact, const Context& context) {
    if (!exact) return std::nullopt;
    return rounded(*exact, context.precision, *context.rounding);
}

// What our decimals answer; nothing is the refusal that the specification calls NaN, Invalid_operation.
std::optional<Decimal> answer(const Case& c, const std::vector<Decimal>& operands, const Context& context) {
    const Decimal a = operands[0];
    const Decimal b = operands.size() > 1 ? operands[1] : Decimal{};
    if (c.operation == "add" || c.operation == "subtract") {
        const Decimal other{c.operation == "add" ? b.coefficient : -b.coefficient, b.exponent};
        if (context.precision <= decimal_digits_sum_max)
            return rounded_sum(a, other, context.precision, *context.rounding);
        return rounded_to(sum(a, other), context);
    }
    if (c.operation == "multiply") return rounded_to(product(a, b), context);
    if (c.operation == "compare") return Decimal{compare(a, b), 0};
    if (c.operation == "tointegral") return to_integral(a, *context.rounding);
    const auto result = quantize(a, b.exponent, *context.rounding);
    if (!result || digit_count(*result) > context.precision) return std::nullopt;
    return result;
}

void run_case(const Case& c, const Context& context, Tally& tally) {
    std::vector<Decimal> operands;
    if (const auto reason = reason_to_skip(c, context, operands)) return tally.skip(c.name, *reason);
    const auto result = answer(c, operands, context);
    const bool is_addition = c.operation == "add" || c.operation == "subtract";
    if (!result && is_addition) return tally.skip(c.name, "an exact sum of more than 38 digits");
    const std::string text = result ? to_text(*result) : "NaN";
    // "-0" and "0" are one to us.
    const auto expected = parse_decimal(c.result);
    const bool same = expected && result ? *expected == *result : text == c.result;
    if (same)
        tally.pass();
    else
        tally.fail(c.name, c.operation + " gives " + text + ", expected " + c.result);
}

}  // namespace

void run_decimal(const std::string& path, std::string_view content, Tally& tally) {
    Context context;
    std::size_t number = 0;
    while (!content.empty()) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        const std::vector<std::string> words = words_of(content.substr(0, end));
        content.remove_prefix(std::min(end + 1, content.size()));
        ++number;
        if (words.empty()) continue;
        if (words[0].ends_with(':')) {
            const std::string directive = lower(words[0]);
            const std::string value = words.size() > 1 ? lower(words[1]) : "";
            if (directive == "rounding:") context.rounding = rounding_of(value);
            const auto precision = directive == "precision:" ? parse_decimal(value) : std::nullopt;
            if (precision && precision->coefficient > 0 && precision->coefficient < 1'000'000'000)
                context.precision = static_cast<unsigned>(precision->coefficient);
            continue;
        }
        if (const auto parsed = case_of(words))
            run_case(*parsed, context, tally);
        else
            tally.skip(path + ":" + std::to_string(number), "a line that is no case of the known form");
    }
}

}  // namespace banyan::cases
