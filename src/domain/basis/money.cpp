// SPDX-License-Identifier: Apache-2.0
#include "domain/basis/money.h"

#include <algorithm>

#include "base/allocate.h"
#include "base/assert.h"

namespace banyan::basis {

namespace {

constexpr std::array<std::string_view, all_parts.size()> names = {"discount", "coupon",    "subsidy",
                                                                  "points",   "gift_card", "freight"};

std::string said(std::int64_t amount) { return std::to_string(amount); }
std::string said(std::string_view name) { return std::string(name); }

Error of_line(const std::string& id, std::string message) {
    return Error::invalid("line \"" + id + "\": " + std::move(message));
}
Error of_order(std::string message) { return Error::invalid("the order: " + std::move(message)); }

Result<void> check_parts(const Parts& parts, const std::string& whose) {
    for (const Part part : all_parts) {
        if (parts[part] < 0 || parts[part] > amount_max)
            return Error::invalid(whose + ": " + said(name_of(part)) + " is " + said(parts[part]) +
                                  ", and must be between 0 and " + said(amount_max));
    }
    return {};
}

Result<void> check_line(const SaidLine& line) {
    if (line.id.empty()) return Error::invalid("a line has no id; name the shop's own");
    if (line.quantity <= 0)
        return of_line(line.id, "the quantity is " + said(line.quantity) + ", and must be above 0");
    if (line.list < 0 || line.list > amount_max)
        return of_line(line.id, "the list price is " + said(line.list) + ", and must be between 0 and " +
                                    said(amount_max));
    return check_parts(line.parts, "line \"" + line.id + "\"");
}

Result<void> check_ids(const SaidOrder& order) {
    std::vector<std::string_view> ids;
    for (const SaidLine& line : order.lines) ids.push_back(line.id);
    std::sort(ids.begin(), ids.end());
    const auto twice = std::adjacent_find(ids.begin(), ids.end());
    if (twice != ids.end()) return of_line(std::string(*twice), "it is named twice");
    return {};
}

/// What a line has left to pay after its own parts.
Result<PricedLine> own_parts(const SaidLine& line) {
    PricedLine priced{line.id, line.quantity, line.list, line.parts, line.list};
    for (const Part part : all_parts) {
        if (part == Part::freight) continue;
        if (line.parts[part] > priced.paid)
            return of_line(line.id, said(name_of(part)) + " of " + said(line.parts[part]) +
                                        " is more than the " + said(priced.paid) + " that is left to pay");
        priced.paid -= line.parts[part];
    }
    return priced;
}

std::vector<std::int64_t> shares_of(std::int64_t amount, const std::vector<std::int64_t>& weights) {
    auto shares = allocate(amount, weights);
    if (!shares) shares = allocate(amount, std::vector<std::int64_t>(weights.size(), 1));
    ASSERT(shares.has_value());
    return *std::move(shares);
}

/// Shares a part of the whole order among what the lines have left to pay.
Result<void> share(Part part, std::int64_t amount, std::vector<PricedLine>& lines) {
    if (amount == 0) return {};
    std::vector<std::int64_t> left;
    std::int64_t sum = 0;
    for (const PricedLine& line : lines) {
        left.push_back(line.paid);
        sum += line.paid;  // at most amount_max: the list prices were summed before
    }
    if (amount > sum)
        return of_order(said(name_of(part)) + " of " + said(amount) + " is more than the " + said(sum) +
                        " that is left to pay");
    const std::vector<std::int64_t> shares = shares_of(amount, left);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        ASSERT(shares[i] >= 0);
        ASSERT(shares[i] <= lines[i].paid);
        lines[i].parts[part] += shares[i];
        lines[i].paid -= shares[i];
    }
    return {};
}

void share_freight(std::int64_t amount, std::vector<PricedLine>& lines) {
    std::vector<std::int64_t> lists;
    for (const PricedLine& line : lines) lists.push_back(line.list);
    const std::vector<std::int64_t> shares = shares_of(amount, lists);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].parts[Part::freight] += shares[i];
}

Result<void> check_sums(const SaidOrder& order) {
    std::int64_t list = 0;
    std::int64_t freight = order.parts[Part::freight];
    for (const SaidLine& line : order.lines) {
        list += line.list;  // each is at most amount_max, so the sum is looked at before it can overflow
        freight += line.parts[Part::freight];
        if (list > amount_max || freight > amount_max)
            return of_line(line.id, "with it the order comes to more than " + said(amount_max));
    }
    return {};
}

}  // namespace

std::string_view name_of(Part part) { return names[static_cast<std::size_t>(part)]; }

std::optional<Part> part_named(std::string_view name) {
    for (const Part part : all_parts) {
        if (name_of(part) == name) return part;
    }
    return std::nullopt;
}

Result<std::vector<PricedLine>> price_lines(const SaidOrder& order) {
    if (order.lines.empty()) return of_order("it has no lines; send what was sold");
    for (const SaidLine& line : order.lines) TRY(check_line(line));
    TRY(check_ids(order));
    TRY(check_parts(order.parts, "the order"));
    TRY(check_sums(order));

    std::vector<PricedLine> lines;
    for (const SaidLine& line : order.lines) lines.push_back(TRY(own_parts(line)));
    for (const Part part : all_parts) {
        if (part != Part::freight) TRY(share(part, order.parts[part], lines));
    }
    share_freight(order.parts[Part::freight], lines);

    std::int64_t charged = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        charged += lines[i].paid + lines[i].parts[Part::freight];
        const std::optional<std::int64_t> paid = order.lines[i].paid;
        if (paid && *paid != lines[i].paid)
            return of_line(lines[i].id,
                           said(lines[i].list) + " less its parts leaves " + said(lines[i].paid) +
                               ", but the order says that " + said(*paid) +
                               " was paid; send each line's own parts, or no amount paid by line");
    }
    if (order.charged && *order.charged != charged)
        return of_order("its lines come to " + said(charged) + " with freight, but it says that " +
                        said(*order.charged) + " was paid");
    return lines;
}

}  // namespace banyan::basis
