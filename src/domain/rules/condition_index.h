// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which of many conditions can matter to a row, without evaluating them: an event costs the rules that match, not the
// rules that exist. From each condition is read what it needs: `order.channel == 'app' && ...` cannot hold where the
// channel is there and is another. These needs form a tree that looks at one variable a level, the most demanded
// first, in the manner of a discrimination network; a row walks down the branches of its own values.
//
// A condition is passed over only when it is certain to be false. One that holds, or that would be an error, is always
// among the candidates; a variable without a value rules nothing out.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/rules/evaluate.h"
#include "domain/rules/program.h"

namespace banyan::rules {

class ConditionIndex {
  public:
    using Id = std::uint32_t;  // the position among the conditions

    /// Requires conditions over one schema.
    explicit ConditionIndex(std::span<const Program> conditions);

    /// Puts the candidates into `found`, ascending. Allocates nothing once `found` is large enough.
    void candidates(const Activation& row, std::vector<Id>& found) const;

    [[nodiscard]] std::size_t size() const { return conditions_.size(); }
    /// The variables it looks at, in the order of the tree.
    [[nodiscard]] const std::vector<Slot>& slots() const { return order_; }

    /// What a variable must be for a condition not to be false.
    struct Key {
        enum class Sort : std::uint8_t {
            null,
            boolean,
            truth,  // the variable is a condition itself: something that is no bool rules nothing out
            number,
            text
        };
        Sort sort = Sort::null;
        double number = 0;  // of all numbers: equal ones are equal here, whatever their kind
        std::string_view text;
        auto operator<=>(const Key&) const = default;
    };

  private:
    struct Branch {
        Key key;
        std::uint32_t node;
    };
    struct Node {
        std::vector<Branch> branches;  // ascending
        std::uint32_t any = 0;         // where conditions go that do not need this variable; 0 is nowhere
        std::vector<Id> ids;           // at the last level
    };
    struct Demand {
        Slot slot;
        std::vector<Key> keys;
    };

    void insert(Id id, std::span<const Demand> demands, std::size_t level, std::uint32_t node);
    std::uint32_t branch(std::uint32_t node, const Key& key);
    std::uint32_t any(std::uint32_t node);
    void walk(std::uint32_t node, std::size_t level, const Activation& row, std::vector<Id>& found) const;
    void walk_branches(const Node& node, std::size_t level, const Activation& row,
                       std::vector<Id>& found) const;

    std::vector<Program> conditions_;  // keeps alive what the keys point at
    std::vector<Slot> order_;
    std::vector<Node> nodes_;
};

}  // namespace banyan::rules
