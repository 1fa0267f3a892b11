// SPDX-License-Identifier: Apache-2.0
// Why a rule granted or did not, in the words of its own expressions. Of a part that reads a personal attribute nobody
// is told more than whether the whole condition held.

#include <algorithm>

#include "domain/earning/row.h"
#include "domain/rules/resolve.h"
#include "domain/rules/show.h"

namespace banyan::earning {

bool Row::is_personal(const rules::Program& program, rules::NodeId node) const {
    const rules::Expression& expression = program.expression();
    if (const std::string path = rules::path_of(expression, node); !path.empty()) {
        const auto slot = listeners_.vocabulary.schema().find(path);
        if (slot) return listeners_.vocabulary.word(*slot).privacy == Privacy::opened;
    }
    const auto& children = expression.children(node);
    return std::any_of(children.begin(), children.end(),
                       [&](rules::NodeId child) { return is_personal(program, child); });
}

std::vector<PartSeen> Row::parts_of(const rules::Program& program,
                                    const rules::Explanation& explanation) const {
    std::vector<PartSeen> parts;
    for (const rules::Part& part : explanation.parts) {
        PartSeen seen;
        seen.text = program.expression().source_of(part.node);
        seen.depth = part.depth;
        seen.reached = part.reached;
        if (is_personal(program, part.node))
            seen.value = "(personal)";
        else if (part.reached)
            seen.value = part.value.is(rules::Kind::fault) ? program.describe(part.value).message
                                                           : rules::shown(part.value, 60);
        parts.push_back(std::move(seen));
    }
    return parts;
}

Explained Row::explain(const Rule& rule, const Calendar* calendar, std::optional<bool> known) {
    Explained explained;
    if (rule.when && known) {
        explained.because.push_back(std::string("the condition reads a personal attribute; it ") +
                                    (*known ? "held" : "did not hold") + " when it was asked");
    } else if (rule.when && rule.when_text != "true") {
        const rules::Explanation explanation = rules::explain(*rule.when, activation_, scratch_, calendar);
        explained.when = parts_of(*rule.when, explanation);
        for (const rules::NodeId node : rules::deciding_parts(*rule.when, explanation)) {
            const bool is_opened = is_personal(*rule.when, node);
            explained.because.push_back(
                is_opened ? "`" + std::string(rule.when->expression().source_of(node)) + "` is (personal)"
                          : rules::sentence(*rule.when, explanation, node));
        }
    }
    if (rule.amount)
        explained.amount =
            parts_of(*rule.amount, rules::explain(*rule.amount, activation_, scratch_, calendar));
    return explained;
}

}  // namespace banyan::earning
