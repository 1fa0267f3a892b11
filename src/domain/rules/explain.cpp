// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/explain.h"

#include <algorithm>

#include "domain/rules/resolve.h"
#include "domain/rules/show.h"

namespace banyan::rules {

namespace {

/// Reads the registers back into the tree.
class Explainer {
  public:
    Explainer(const Program::Code& code, const Term* slots, const Term* registers)
        : code_(code), source_(code.expression), slots_(slots), registers_(registers) {}

    std::vector<Part> run() {
        visit(source_.root(), 0, true);
        return std::move(parts_);
    }

  private:
    [[nodiscard]] Term value(NodeId id) const {
        const Operand operand = *code_.places[id];
        if (operand.is_constant()) return code_.constants[operand.index()];
        return operand.is_slot() ? slots_[operand.index()] : registers_[operand.index()];
    }

    // Recursion is bounded by depth_max of the parser.
    void visit(NodeId id, std::uint32_t depth, bool reached) {
        if (!code_.places[id]) return;
        const Term found = reached ? value(id) : Term::unwritten();
        reached = reached && !found.is(Kind::dyn);
        parts_.push_back({id, depth, reached, found});
        // The parts of a constant or of a.b.c say nothing new.
        if (code_.places[id]->is_constant() || !path_of(source_, id).empty()) return;
        const auto children = source_.children(id);
        for (std::size_t i = 0; i < children.size(); ++i)
            visit(children[i], depth + 1, reached && child_is_reached(id, i));
    }

    [[nodiscard]] bool child_is_reached(NodeId id, std::size_t n) const {
        if (n == 0 || !code_.places[source_.children(id)[0]]) return true;
        const Term first = value(source_.children(id)[0]);
        switch (source_.node(id).kind) {
            case NodeKind::logical_and: return !first.is_false();
            case NodeKind::logical_or: return !first.is_true();
            case NodeKind::conditional: return n == 1 ? first.is_true() : first.is_false();
            case NodeKind::comprehension:
                if (first.is(Kind::optional)) return first.content() != nullptr;
                return (first.is(Kind::list) || first.is(Kind::map)) && first.count() > 0;
            default: return true;
        }
    }

    const Program::Code& code_;
    const Expression& source_;
    const Term* slots_;
    const Term* registers_;
    std::vector<Part> parts_;
};

/// Walks down from the whole to what decided.
class Decider {
  public:
    Decider(const Program& program, const Explanation& explanation)
        : source_(program.expression()), explanation_(explanation) {}

    std::vector<NodeId> run() {
        visit(source_.root());
        std::sort(found_.begin(), found_.end(),
                  [this](NodeId a, NodeId b) { return source_.node(a).begin < source_.node(b).begin; });
        return std::move(found_);
    }

  private:
    void visit(NodeId id) {
        const Part* part = explanation_.part(id);
        if (part == nullptr || !part->reached) return;
        const std::vector<NodeId> inner = inside(id, part->value);
        if (inner.empty()) found_.push_back(id);
        for (const NodeId each : inner) visit(each);
    }

    // The children that made this node what it is, or none when it is as small as a reason gets.
    [[nodiscard]] std::vector<NodeId> inside(NodeId id, const Term& value) const {
        const auto children = source_.children(id);
        const Node& node = source_.node(id);
        std::vector<NodeId> chosen;
        const auto choose_if = [&](auto wanted) {
            for (const NodeId child : children) {
                const Part* part = explanation_.part(child);
                if (part != nullptr && part->reached && wanted(part->value)) chosen.push_back(child);
            }
        };
        const bool is_and = node.kind == NodeKind::logical_and;
        if (is_and || node.kind == NodeKind::logical_or) {
            const bool decided = is_and ? value.is_false() : value.is_true();
            if (decided) {
                choose_if([&](const Term& side) { return is_and ? side.is_false() : side.is_true(); });
            } else if (value.is_missing()) {
                choose_if([](const Term& side) { return !side.is(Kind::boolean); });
            } else {
                choose_if([](const Term&) { return true; });
            }
        } else if (node.kind == NodeKind::conditional || node.operation == Operation::complement) {
            choose_if([](const Term&) { return true; });
        } else if (value.is(Kind::fault)) {
            choose_if([&](const Term& part) { return part.is(Kind::fault); });
        }
        return chosen;
    }

    const Expression& source_;
    const Explanation& explanation_;
    std::vector<NodeId> found_;
};

// What a sentence tells beside the part itself: the variables in it, each once.
void put_reads(const Program& program, const Explanation& explanation, NodeId id,
               std::vector<std::string>& reads) {
    const auto& place = program.code().places[id];
    const Part* part = explanation.part(id);
    if (part == nullptr || !place) return;
    if (!path_of(program.expression(), id).empty()) {
        std::string read = std::string(program.expression().source_of(id)) + " is " + shown(part->value, 60);
        if (!place->is_constant() && std::find(reads.begin(), reads.end(), read) == reads.end())
            reads.push_back(std::move(read));
        return;
    }
    const auto& children = program.expression().children(id);
    for (const NodeId child : children) put_reads(program, explanation, child, reads);
}

}  // namespace

const Part* Explanation::part(NodeId node) const {
    for (const Part& part : parts) {
        if (part.node == node) return &part;
    }
    return nullptr;
}

Explanation explain(const Program& program, const Activation& activation, Scratch& scratch,
                    const Calendar* calendar) {
    const Program::Code& code = program.code();
    ASSERT(activation.size() == code.slots_declared);
    scratch.arena().reset();
    Context context{scratch.arena(), calendar, code.limits.steps_max, code.expression.root(), code.regex};
    std::vector<Term> registers(code.registers, Term::unwritten());
    Explanation explanation;
    explanation.result = run(code, activation.data(), registers.data(), context);
    if (explanation.result.is(Kind::unset)) explanation.result = context.fault(Fault::no_value);
    explanation.parts = Explainer(code, activation.data(), registers.data()).run();
    return explanation;
}

std::vector<NodeId> deciding_parts(const Program& program, const Explanation& explanation) {
    return Decider(program, explanation).run();
}

std::string sentence(const Program& program, const Explanation& explanation, NodeId node) {
    const Part* part = explanation.part(node);
    ASSERT(part != nullptr);
    const std::string_view source = program.expression().source_of(node);
    std::string text = "`" + std::string(source) + "` is " + shown(part->value);
    std::vector<std::string> reads;
    put_reads(program, explanation, node, reads);
    std::string_view before = ": ";
    for (const std::string& read : reads) {
        if (read.starts_with(std::string(source) + " is ")) continue;
        text.append(before).append(read);
        before = ", ";
    }
    return text;
}

}  // namespace banyan::rules
