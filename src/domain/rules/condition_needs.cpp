// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/condition_needs.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "domain/rules/numbers.h"

namespace banyan::rules {

namespace {

using Key = ConditionIndex::Key;
using Keys = std::vector<Key>;

std::optional<Key> key_of(const Term& term) {
    switch (term.kind()) {
        case Kind::null: return Key{Key::Sort::null, 0, {}};
        case Kind::boolean: return Key{Key::Sort::boolean, term.boolean() ? 1.0 : 0.0, {}};
        case Kind::integer: return Key{Key::Sort::number, static_cast<double>(term.integer()), {}};
        case Kind::unsigned_integer:
            return Key{Key::Sort::number, static_cast<double>(term.unsigned_integer()), {}};
        case Kind::floating:
            if (std::isnan(term.floating())) return std::nullopt;
            return Key{Key::Sort::number, term.floating() + 0.0, {}};  // and minus zero is zero
        case Kind::string: return Key{Key::Sort::text, 0, term.string()};
        default: return std::nullopt;
    }
}

bool asks_for_truth(const Keys& keys) {
    return std::any_of(keys.begin(), keys.end(), [](const Key& key) { return key.sort == Key::Sort::truth; });
}

// Both needs hold.
ConditionNeeds both(ConditionNeeds a, const ConditionNeeds& b) {
    if (a.never || b.never) return {true, {}};
    for (const auto& [slot, keys] : b.values) {
        const auto [found, is_new] = a.values.emplace(slot, keys);
        if (is_new || asks_for_truth(found->second) || asks_for_truth(keys)) continue;
        Keys shared;
        std::set_intersection(found->second.begin(), found->second.end(), keys.begin(), keys.end(),
                              std::back_inserter(shared));
        found->second = std::move(shared);
    }
    return a;
}

// One of them does, so only what both say of a variable can be said.
ConditionNeeds either(const ConditionNeeds& a, const ConditionNeeds& b) {
    if (a.never) return b;
    if (b.never) return a;
    ConditionNeeds joined;
    for (const auto& [slot, keys] : a.values) {
        const auto found = b.values.find(slot);
        if (found == b.values.end()) continue;
        std::set_union(keys.begin(), keys.end(), found->second.begin(), found->second.end(),
                       std::back_inserter(joined.values[slot]));
    }
    return joined;
}

/// Goes from the result back to the instructions that made it.
class Reader {
  public:
    explicit Reader(const Program::Code& code) : code_(code), writers_(code.registers, nullptr) {
        for (const Instruction& instruction : code.instructions) {
            switch (instruction.opcode) {
                case Opcode::unary:
                case Opcode::binary:
                case Opcode::logical_and:
                case Opcode::logical_or: writers_[instruction.target] = &instruction; break;
                default: break;
            }
        }
    }

    // What is needed for the operand not to be `!wanted`. Recursion follows the tree, so depth_max bounds it.
    ConditionNeeds read(Operand operand, bool wanted) const {
        if (operand.is_constant()) {
            const Term& term = code_.constants[operand.index()];
            return {term.is(Kind::boolean) && term.boolean() != wanted, {}};
        }
        if (operand.is_slot()) return needs(operand, {Key{Key::Sort::truth, wanted ? 1.0 : 0.0, {}}});
        const Instruction* writer = writers_[operand.index()];
        if (writer == nullptr) return {};
        switch (writer->opcode) {
            case Opcode::unary:
                return writer->operation == Operation::complement ? read(writer->a, !wanted)
                                                                  : ConditionNeeds();
            case Opcode::binary: return comparison(*writer, wanted);
            default: break;
        }
        const bool joins = (writer->opcode == Opcode::logical_and) == wanted;
        ConditionNeeds left = read(writer->a, wanted);
        const ConditionNeeds right = read(writer->b, wanted);
        return joins ? both(std::move(left), right) : either(left, right);
    }

  private:
    static ConditionNeeds needs(Operand slot, Keys keys) {
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        ConditionNeeds needs;
        needs.values.emplace(slot.index(), std::move(keys));
        return needs;
    }

    ConditionNeeds comparison(const Instruction& instruction, bool wanted) const {
        const Operation equals = wanted ? Operation::equal : Operation::not_equal;
        if (instruction.operation == equals) {
            const bool mirrored = instruction.b.is_slot();
            const Operand slot = mirrored ? instruction.b : instruction.a;
            const Operand constant = mirrored ? instruction.a : instruction.b;
            if (!slot.is_slot() || !constant.is_constant()) return {};
            const auto key = key_of(code_.constants[constant.index()]);
            return key ? needs(slot, {*key}) : ConditionNeeds();
        }
        const bool is_membership = instruction.operation == Operation::in && wanted;
        if (!is_membership || !instruction.a.is_slot() || !instruction.b.is_constant()) return {};
        const Term& list = code_.constants[instruction.b.index()];
        if (!list.is(Kind::list)) return {};
        Keys keys;
        for (std::size_t i = 0; i < list.count(); ++i) {
            const auto key = key_of(list.element(i));
            if (!key) return {};
            keys.push_back(*key);
        }
        return needs(instruction.a, std::move(keys));
    }

    const Program::Code& code_;
    std::vector<const Instruction*> writers_;
};

}  // namespace

ConditionNeeds needs_of(const Program& condition) {
    return Reader(condition.code()).read(condition.code().result, true);
}

}  // namespace banyan::rules
