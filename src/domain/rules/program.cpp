// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/program.h"

#include "domain/rules/utf8.h"

namespace banyan::rules {

namespace {

// What a message quotes of the source: whole when short, else its beginning, cut between characters.
std::string quoted(std::string_view source) {
    constexpr std::size_t shown_max = 60;
    if (source.size() <= shown_max) return "`" + std::string(source) + "`";
    return "`" + std::string(source.substr(0, utf8_valid_prefix(source.substr(0, shown_max)))) + "...`";
}

}  // namespace

Error Program::describe(const Term& fault) const {
    ASSERT(fault.is_missing());
    const Expression& source = code_->expression;
    // A fault in a slot's own value knows no node; it points at the whole.
    const bool known = fault.is(Kind::fault) && fault.fault_node() < source.node_count();
    const NodeId node = known ? fault.fault_node() : source.root();
    const Fault what = fault.is(Kind::fault) ? fault.fault() : Fault::no_value;
    const ErrorCode code = what == Fault::cost_exceeded ? ErrorCode::full : ErrorCode::invalid;
    return {code, std::string(name_of(what)) + ", in " + quoted(source.source_of(node)),
            where(source.source(), source.node(node).at)};
}

}  // namespace banyan::rules
