// SPDX-License-Identifier: Apache-2.0
#include "app/cel/desk.h"

#include <algorithm>

#include "domain/rules/compile.h"
#include "domain/rules/explain.h"
#include "domain/rules/parse.h"
#include "domain/rules/show.h"
#include "domain/rules/substitution.h"
#include "text/json.h"

namespace banyan::app {

namespace {

using rules::Kind;
using rules::Term;
using rules::Type;

Type type_of(const Value& value);

// The elements' type where it is one, and dyn where it is not.
Type list_type(const List& list) {
    if (list.empty()) return Type::list_of(Type());
    const Type first = type_of(list.front());
    const bool same =
        std::all_of(list.begin(), list.end(), [&](const Value& each) { return type_of(each) == first; });
    return Type::list_of(same ? first : Type());
}

Type type_of(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::list: return list_type(value.list());
        case Value::Kind::map: {
            std::vector<Type::Field> fields;
            for (const auto& [name, held] : value.map().entries()) fields.push_back({name, type_of(held)});
            return Type::record_of(std::move(fields));
        }
        case Value::Kind::null: return Type();
        default: return Type(Term(value).kind());
    }
}

Result<Value> read_row(std::string_view json) {
    auto row = text::parse_json(json.empty() ? "{}" : json);
    if (!row.ok()) return Error{row.error().code, row.error().message, "with:" + row.error().where};
    if (!row->is(Value::Kind::map))
        return Error::invalid("write an object: {\"order\": {\"paid\": 12800}}", "with");
    return row;
}

// Two blanks a level, so that the tree is seen; the source on one line.
std::string explained(const rules::Program& program, const rules::Explanation& explanation) {
    std::string text;
    for (const rules::Part& part : explanation.parts) {
        std::string source(program.expression().source_of(part.node));
        std::replace(source.begin(), source.end(), '\n', ' ');
        text += std::string(std::size_t{2} * part.depth, ' ') + source + "  =>  " +
                (part.reached ? rules::shown(part.value) : "not evaluated") + "\n";
    }
    text += "\nbecause\n";
    for (const rules::NodeId node : rules::deciding_parts(program, explanation))
        text += "  " + rules::sentence(program, explanation, node) + "\n";
    return text;
}

std::string row(std::string_view code, std::string_view signature, std::string_view meaning) {
    std::string text = "| `" + std::string(code) + "` | ";
    // A bar inside a table's cell must be escaped; here each overload is a line of its own.
    for (std::size_t at = 0; at <= signature.size() && !signature.empty();) {
        const std::size_t bar = std::min(signature.find('|', at), signature.size());
        std::string_view overload = signature.substr(at, bar - at);
        while (overload.starts_with(' ')) overload.remove_prefix(1);
        while (overload.ends_with(' ')) overload.remove_suffix(1);
        text += (at > 0 ? "<br>`" : "`") + std::string(overload) + "`";
        at = bar + 1;
    }
    return text + (signature.empty() ? "" : " | ") + std::string(meaning) + " |\n";
}

}  // namespace

Result<std::string> try_expression(std::string_view source, std::string_view json, Detail detail,
                                   const Ports& ports) {
    const Value given = TRY(read_row(json));
    rules::Schema schema;
    for (const auto& [name, value] : given.map().entries()) TRY(schema.declare(name, type_of(value)));
    const rules::Expression expression = TRY(rules::parse(source));
    const rules::Program program =
        TRY(rules::compile(expression, schema, {}, rules::Checking::declared, ports.regex));
    rules::Activation activation(schema);
    for (const auto& [name, value] : given.map().entries()) activation.set(*schema.find(name), Term(value));
    rules::Scratch scratch;
    if (detail == Detail::explain)
        return explained(program, rules::explain(program, activation, scratch, ports.calendar));
    const Term result = rules::evaluate(program, activation, scratch, ports.calendar);
    if (result.is_missing()) return program.describe(result);
    return rules::shown(result, 100'000) + "\n";
}

std::string function_reference() {
    std::string text = "### Macros\n\n| Macro | Meaning |\n| --- | --- |\n";
    for (const rules::MacroShape& macro : rules::macros()) text += row(macro.usage, {}, macro.meaning);
    for (const rules::FunctionGroup& group : rules::function_groups()) {
        text += "\n### " + std::string(group.title) +
                "\n\n| Function | Takes and answers | Meaning |\n| --- | --- | --- |\n";
        for (const rules::Function& function : group.functions) {
            const bool method = function.style == rules::Style::method;
            text += row((method ? "x." : "") + std::string(function.name) + "()", function.signatures,
                        function.meaning);
        }
    }
    return text;
}

}  // namespace banyan::app
