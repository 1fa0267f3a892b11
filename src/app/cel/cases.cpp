// SPDX-License-Identifier: Apache-2.0
#include "app/cel/cases.h"

#include <optional>

#include "app/cel/case_values.h"
#include "domain/rules/check.h"
#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"
#include "text/json.h"

namespace banyan::app {

namespace {

using rules::Term;
using rules::Type;
using Verdict = CaseOutcome::Verdict;

const Value* find(const Value& object, std::string_view name) {
    return object.is(Value::Kind::map) ? object.map().find(name) : nullptr;
}

std::string text_of(const Value& object, std::string_view name) {
    const Value* found = find(object, name);
    return found != nullptr && found->is(Value::Kind::string) ? found->string() : std::string();
}

bool is_set(const Value& object, std::string_view name) {
    const Value* found = find(object, name);
    return found != nullptr && found->is(Value::Kind::boolean) && found->boolean();
}

const List& list_of(const Value& object, std::string_view name) {
    static const List none;
    const Value* found = find(object, name);
    return found != nullptr && found->is(Value::Kind::list) ? found->list() : none;
}

/// One case: its schema, its values, and what it comes to.
class Case {
  public:
    Case(const Value& test, const Ports& ports) : test_(test), ports_(ports) {}

    // Empty when it passed.
    Result<std::string> run() {
        TRY(declare());
        const bool error_expected =
            test_.map().find("evalError") != nullptr || test_.map().find("anyEvalErrors") != nullptr;
        const auto expression = rules::parse(text_of(test_, "expr"));
        if (!expression.ok()) return error_expected ? std::string() : expression.error().text();
        const Value* typed = find(test_, "typedResult");
        if (const Value* type = typed != nullptr ? find(*typed, "deducedType") : nullptr) {
            if (std::string wrong = TRY(check_type(*expression, *type)); !wrong.empty()) return wrong;
        }
        if (is_set(test_, "checkOnly")) return std::string();
        const auto result = TRY(evaluated(*expression));
        if (error_expected) return result.ok() ? "expected an error, found " + shown(*result) : std::string();
        if (!result.ok()) return result.error().text();
        const Value* value = typed != nullptr ? find(*typed, "result") : find(test_, "value");
        const Term expected = value != nullptr ? TRY(values_.term(*value)) : Term(true);
        if (same(*result, expected)) return std::string();
        return "expected " + shown(expected) + ", found " + shown(*result);
    }

  private:
    static std::string shown(const Term& term) {
        const auto value = rules::to_value(term);
        std::string text(rules::name_of(term.kind()));
        if (!value.ok()) return text;
        switch (value->kind()) {
            case Value::Kind::string: return text + " '" + value->string() + "'";
            case Value::Kind::integer: return text + " " + std::to_string(value->integer());
            case Value::Kind::unsigned_integer: return text + " " + std::to_string(value->unsigned_integer());
            case Value::Kind::floating: return text + " " + std::to_string(value->floating());
            case Value::Kind::boolean: return text + (value->boolean() ? " true" : " false");
            case Value::Kind::list: return text + " of " + std::to_string(value->list().size());
            case Value::Kind::map: return text + " of " + std::to_string(value->map().size());
            default: return text;
        }
    }

    Result<void> declare() {
        schema_.set_container(text_of(test_, "container"));
        for (const Value& entry : list_of(test_, "typeEnv")) {
            const std::string name = text_of(entry, "name");
            if (const Value* ident = find(entry, "ident")) {
                const Value* type = find(*ident, "type");
                Type read;
                if (type != nullptr) read = TRY(case_type(*type));
                TRY(schema_.declare(name, std::move(read)));
            } else if (const Value* function = find(entry, "function")) {
                TRY(declare_function(name, *function));
            }
        }
        const Value* bindings = find(test_, "bindings");
        if (bindings == nullptr || !bindings->is(Value::Kind::map)) return {};
        for (const auto& [name, bound] : bindings->map().entries()) {
            if (!schema_.find(name)) TRY(schema_.declare(name, Type()));
        }
        return {};
    }

    Result<void> declare_function(const std::string& name, const Value& function) {
        using rules::Style;
        rules::Schema::Declared global{name, Style::global, {}};
        rules::Schema::Declared method{name, Style::method, {}};
        for (const Value& overload : list_of(function, "overloads")) {
            rules::Overload read;
            for (const Value& parameter : list_of(overload, "params"))
                read.parameters.push_back(TRY(case_type(parameter)));
            if (const Value* result = find(overload, "resultType")) read.result = TRY(case_type(*result));
            (is_set(overload, "isInstanceFunction") ? method : global).overloads.push_back(std::move(read));
        }
        if (!global.overloads.empty()) schema_.declare_function(std::move(global));
        if (!method.overloads.empty()) schema_.declare_function(std::move(method));
        return {};
    }

    Result<std::string> check_type(const rules::Expression& expression, const Value& expected) {
        const Type wanted = TRY(case_type(expected));
        const auto checked = rules::check(expression, schema_);
        if (!checked.ok()) return checked.error().text();
        const bool same_type = checked->result == wanted || (checked->result.kind() == rules::Kind::type &&
                                                             wanted.kind() == rules::Kind::type);
        return same_type ? std::string()
                         : "expected type " + wanted.text() + ", found " + checked->result.text();
    }

    Result<Result<Term>> evaluated(const rules::Expression& expression) {
        const auto checking =
            is_set(test_, "disableCheck") ? rules::Checking::dynamic : rules::Checking::declared;
        const auto program = rules::compile(expression, schema_, {}, checking, ports_.regex);
        if (!program.ok()) return Result<Term>(program.error());
        program_ = *program;
        rules::Activation row(schema_);
        const Value* bindings = find(test_, "bindings");
        if (bindings != nullptr && bindings->is(Value::Kind::map)) {
            for (const auto& [name, bound] : bindings->map().entries()) {
                const Value* value = find(bound, "value");
                if (value == nullptr) return Error{ErrorCode::unsupported, "a binding without a value", {}};
                row.set(*schema_.find(name), TRY(values_.term(*value)));
            }
        }
        const Term term = rules::evaluate(*program_, row, scratch_, ports_.calendar);
        if (term.is_missing()) return Result<Term>(program_->describe(term));
        return Result<Term>(term);
    }

    const Value& test_;
    const Ports& ports_;
    CaseValues values_;
    rules::Schema schema_;
    std::optional<rules::Program> program_;
    rules::Scratch scratch_;
};

CaseOutcome outcome_of(const Value& test, std::string name, const Ports& ports) {
    if (is_set(test, "x_needs_protobuf")) return {std::move(name), Verdict::skipped, "needs protobuf"};
    if (is_set(test, "disableMacros"))
        return {std::move(name), Verdict::skipped, "macros are always on here"};
    if (find(test, "unknown") != nullptr || find(test, "anyUnknowns") != nullptr)
        return {std::move(name), Verdict::skipped, "there are no unknown values here"};
    const auto reason = Case(test, ports).run();
    if (!reason.ok() && reason.error().code == ErrorCode::unsupported)
        return {std::move(name), Verdict::skipped, reason.error().message};
    if (!reason.ok()) return {std::move(name), Verdict::failed, reason.error().text()};
    if (!reason->empty()) return {std::move(name), Verdict::failed, *reason};
    return {std::move(name), Verdict::passed, {}};
}

}  // namespace

Result<std::vector<CaseOutcome>> run_cases(const Value& document, const Ports& ports) {
    if (!document.is(Value::Kind::map) || document.map().find("name") == nullptr)
        return Error::invalid("this is no case file: an object with a name and sections is expected");
    std::vector<CaseOutcome> outcomes;
    for (const Value& section : list_of(document, "section")) {
        for (const Value& test : list_of(section, "test")) {
            if (!test.is(Value::Kind::map)) return Error::invalid("a test is an object");
            outcomes.push_back(
                outcome_of(test, text_of(section, "name") + "/" + text_of(test, "name"), ports));
        }
    }
    return outcomes;
}

Result<std::vector<CaseOutcome>> run_cases(std::string_view json, const Ports& ports) {
    constexpr std::size_t file_bytes_max = std::size_t{1} << 26U;
    constexpr std::size_t depth_max = 200;
    const Value document = TRY(text::parse_json(json, {.bytes = file_bytes_max, .depth = depth_max},
                                                text::DuplicateKeys::last_wins));
    return run_cases(document, ports);
}

}  // namespace banyan::app
