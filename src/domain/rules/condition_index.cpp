// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/condition_index.h"

#include <algorithm>
#include <map>

#include "domain/rules/condition_needs.h"

namespace banyan::rules {

namespace {

// The tree stays small: so many variables deep, so many copies of a condition that names several values.
constexpr std::size_t levels_max = 6;
constexpr std::size_t copies_max = 64;

using Key = ConditionIndex::Key;

bool is_scalar(Kind kind) {
    return kind == Kind::null || kind == Kind::boolean || kind == Kind::integer ||
           kind == Kind::unsigned_integer || kind == Kind::floating || kind == Kind::string;
}

Key key_of(const Term& term) {
    switch (term.kind()) {
        case Kind::boolean: return {Key::Sort::boolean, term.boolean() ? 1.0 : 0.0, {}};
        case Kind::integer: return {Key::Sort::number, static_cast<double>(term.integer()), {}};
        case Kind::unsigned_integer:
            return {Key::Sort::number, static_cast<double>(term.unsigned_integer()), {}};
        case Kind::floating: return {Key::Sort::number, term.floating() + 0.0, {}};
        case Kind::string: return {Key::Sort::text, 0, term.string()};
        default: return {};
    }
}

}  // namespace

ConditionIndex::ConditionIndex(std::span<const Program> conditions)
    : conditions_(conditions.begin(), conditions.end()), nodes_(1) {
    std::vector<ConditionNeeds> needs;
    std::map<Slot, std::size_t> demand;
    for (const Program& condition : conditions_) {
        needs.push_back(needs_of(condition));
        for (const auto& [slot, keys] : needs.back().values) ++demand[slot];
    }
    for (const auto& [slot, count] : demand) order_.push_back(slot);
    std::sort(order_.begin(), order_.end(), [&](Slot a, Slot b) {
        return demand.at(a) == demand.at(b) ? a < b : demand.at(a) > demand.at(b);
    });
    if (order_.size() > levels_max) order_.resize(levels_max);
    for (Id id = 0; id < conditions_.size(); ++id) {
        if (needs[id].never) continue;
        std::vector<Demand> demands;
        std::size_t copies = 1;
        for (const Slot slot : order_) {
            const auto found = needs[id].values.find(slot);
            // Nothing is left that the variable may be; but without a value it may still be an error.
            if (found == needs[id].values.end() || found->second.empty()) continue;
            if (copies * found->second.size() > copies_max) continue;
            copies *= found->second.size();
            demands.push_back({slot, found->second});
        }
        insert(id, demands, 0, 0);
    }
}

void ConditionIndex::insert(Id id, std::span<const Demand> demands, std::size_t level, std::uint32_t node) {
    if (level == order_.size()) {
        nodes_[node].ids.push_back(id);
        return;
    }
    if (demands.empty() || demands.front().slot != order_[level])
        return insert(id, demands, level + 1, any(node));
    for (const Key& key : demands.front().keys) insert(id, demands.subspan(1), level + 1, branch(node, key));
}

std::uint32_t ConditionIndex::branch(std::uint32_t node, const Key& key) {
    auto& branches = nodes_[node].branches;
    const auto found =
        std::lower_bound(branches.begin(), branches.end(), key,
                         [](const Branch& each, const Key& wanted) { return each.key < wanted; });
    if (found != branches.end() && found->key == key) return found->node;
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    branches.insert(found, {key, made});
    nodes_.emplace_back();
    return made;
}

std::uint32_t ConditionIndex::any(std::uint32_t node) {
    if (nodes_[node].any == 0) {
        const auto made = static_cast<std::uint32_t>(nodes_.size());
        nodes_[node].any = made;
        nodes_.emplace_back();
    }
    return nodes_[node].any;
}

void ConditionIndex::candidates(const Activation& row, std::vector<Id>& found) const {
    found.clear();
    walk(0, 0, row, found);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
}

void ConditionIndex::walk(std::uint32_t node, std::size_t level, const Activation& row,
                          std::vector<Id>& found) const {
    const Node& here = nodes_[node];
    if (level == order_.size()) {
        found.insert(found.end(), here.ids.begin(), here.ids.end());
        return;
    }
    if (!here.branches.empty()) walk_branches(here, level, row, found);
    if (here.any != 0) walk(here.any, level + 1, row, found);
}

void ConditionIndex::walk_branches(const Node& node, std::size_t level, const Activation& row,
                                   std::vector<Id>& found) const {
    const Term& value = row[order_[level]];
    if (value.is_missing()) {
        for (const Branch& each : node.branches) walk(each.node, level + 1, row, found);
        return;
    }
    // A variable that is used as a condition: a bool goes one way, anything else is an error either way.
    for (const Branch& each : node.branches) {
        if (each.key.sort != Key::Sort::truth) continue;
        const bool differs = value.is(Kind::boolean) && value.boolean() != (each.key.number > 0.5);
        if (!differs) walk(each.node, level + 1, row, found);
    }
    if (!is_scalar(value.kind())) return;
    const Key key = key_of(value);
    const auto match =
        std::lower_bound(node.branches.begin(), node.branches.end(), key,
                         [](const Branch& each, const Key& wanted) { return each.key < wanted; });
    if (match != node.branches.end() && match->key == key) walk(match->node, level + 1, row, found);
}

}  // namespace banyan::rules
