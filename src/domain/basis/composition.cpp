// SPDX-License-Identifier: Apache-2.0
#include "domain/basis/composition.h"

#include <algorithm>

#include "base/assert.h"
#include "base/number.h"

namespace banyan::basis {

namespace {

constexpr std::string_view always = "paid";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

Error at_column(std::size_t column, std::string message) {
    return Error::invalid(std::move(message), "1:" + std::to_string(column + 1));
}

std::int64_t share_of_base(const PricedLine& line, const Composition& composition, std::int64_t part,
                           std::int64_t whole) {
    ASSERT(whole > 0);
    ASSERT(part >= 0);
    ASSERT(part <= whole);
    const auto share = scaled(base_of(line, composition), part, whole, Rounding::half_up);
    ASSERT(share.has_value());
    return *share;
}

std::string choices() {
    std::string list;
    for (const Part part : all_parts) list += (list.empty() ? "" : ", ") + std::string(name_of(part));
    return list;
}

}  // namespace

Result<Composition> parse_composition(std::string_view text) {
    Composition composition;
    bool is_first = true;
    for (std::size_t begin = 0; begin <= text.size(); is_first = false) {
        const std::size_t end = std::min(text.find('+', begin), text.size());
        const std::string_view word = trimmed(text.substr(begin, end - begin));
        const std::size_t column = word.empty() ? begin : static_cast<std::size_t>(word.data() - text.data());
        begin = end + 1;
        if (is_first) {
            if (word != always)
                return at_column(column, "a base begins with `paid`, for example: paid + points + freight");
            continue;
        }
        const auto part = part_named(word);
        if (!part)
            return at_column(column,
                             "\"" + std::string(word) + "\" is no part of a price; there are " + choices());
        if (composition[*part] == Counts::in)
            return at_column(column, "\"" + std::string(word) + "\" is counted already");
        composition[*part] = Counts::in;
    }
    return composition;
}

std::string to_text(const Composition& composition) {
    std::string text(always);
    for (const Part part : all_parts) {
        if (composition[part] == Counts::in) text += " + " + std::string(name_of(part));
    }
    return text;
}

std::int64_t base_of(std::int64_t paid, const Parts& parts, const Composition& composition) {
    std::int64_t base = paid;
    for (const Part part : all_parts) {
        if (composition[part] == Counts::in) base += parts[part];  // at most twice amount_max
    }
    return base;
}

std::int64_t base_of(const PricedLine& line, const Composition& composition) {
    return base_of(line.paid, line.parts, composition);
}

std::int64_t base_of(std::span<const PricedLine> lines, const Composition& composition) {
    std::int64_t base = 0;
    for (const PricedLine& line : lines) base += base_of(line, composition);
    return base;
}

std::int64_t returned_base(const PricedLine& line, const Composition& composition, std::int64_t pieces) {
    return share_of_base(line, composition, pieces, line.quantity);
}

std::int64_t returned_base_by_money(const PricedLine& line, const Composition& composition,
                                    std::int64_t money) {
    return share_of_base(line, composition, money, line.paid);
}

}  // namespace banyan::basis
