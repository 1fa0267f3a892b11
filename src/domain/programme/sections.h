// SPDX-License-Identifier: Apache-2.0
#pragma once

// The document's sections, each read entry by entry. What cannot be read is a finding and leaves a default behind, so
// that the rest of the document is read all the same.

#include <string>
#include <vector>

#include "domain/programme/programme.h"
#include "domain/programme/reader.h"

namespace banyan::programme {

struct Names {
    std::string zh;
    std::string en;
};

Names read_names(Reader& parent, const std::string& code);
ledger::Unit read_unit(Reader& reader, std::size_t index);
/// Requires the units and the metrics to be read.
void read_ladders(Reader& document, Programme& programme, const Regex* regex);
earning::EventType read_event_type(Reader& reader);
earning::Group read_group(Reader& reader);
/// Requires the units, the groups and the vocabularies to be read. A cost centre that is not declared is declared here, unless the document has a
/// section of them.
earning::Rule read_rule(Reader& reader, std::size_t index, Programme& programme, const Regex* regex);
/// What only all rules together say: which grants a multiplier multiplies, and what may stand in one group. Requires all
/// rules to be read.
void join_rules(std::vector<Reader>& readers, Programme& programme);

/// The number of a cost centre that is named; 0 when none is. Undeclared ones as in read_rule.
std::uint16_t find_cost_centre(Reader& reader, const std::string& code, Programme& programme);
limits::Limit read_limit(Reader& reader, std::size_t index, Programme& programme);
/// Require the limits to be read.
/// Those that the entry's `limits` names.
std::vector<limits::LimitId> read_named_limits(Reader& reader, const Programme& programme);
void read_rule_limits(Reader& rule, earning::Rule& into, const Programme& programme);
void read_unit_limits(Reader& unit, UnitId id, Programme& programme);
/// Whether grants of the rule count against the limit. Requires rules and units to be read.
bool draws_on(const earning::Rule& rule, const limits::Limit& limit);
/// What a rule may not grant under a limit that members share. Requires all rules to be read.
void check_shared(std::vector<Reader>& rules, const Programme& programme);
/// `coupons`: batches. Requires the limits to be read.
void read_coupons(Reader& document, Programme& programme);
/// `prices`, `promotions`, `points_at_checkout`, `arbitration`. Requires everything that makes words, and the coupons, to be read.
void read_pricing(Reader& document, Programme& programme, const Regex* regex);
/// Finds the measure behind every metric.
void read_metrics(Reader& document, Programme& programme, const Regex* regex);

/// `orders`: when what the lines of an order earned is released.
void read_orders(Reader& document, Programme& programme);
/// What rules may not grant in a unit that waits for the release of lines.
void check_waiting(std::vector<Reader>& rules, const Programme& programme);

void read_late(Reader& rule, earning::Rule& into);
/// What a rule that looks back may not read or grant. Requires all rules to be joined.
void check_late(std::vector<Reader>& rules, Programme& programme);

template <typename Items, typename Code>
void refuse_repeated(std::vector<Reader>& readers, const Items& items, const std::string& key, Code code) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (code(items[i]).empty() || code(items[i]) != code(items[j])) continue;
            readers[i].fail("\"" + code(items[i]) + "\" is declared twice; entry " + std::to_string(j + 1) +
                                " has it already: give this one another code",
                            key);
            break;
        }
    }
}

}  // namespace banyan::programme
