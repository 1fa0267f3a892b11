// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/expressions.h"

#include <charconv>

#include "domain/rules/compile.h"
#include "domain/rules/parse.h"

namespace banyan::programme {

std::optional<rules::Position> position_in(const std::string& where) {
    rules::Position at;
    const char* end = where.data() + where.size();
    const auto line = std::from_chars(where.data(), end, at.line);
    if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return std::nullopt;
    if (std::from_chars(line.ptr + 1, end, at.column).ec != std::errc()) return std::nullopt;
    return at;
}

namespace {
Result<rules::Program> compiled(const std::string& text, const rules::Schema& schema, const Regex* regex) {
    const rules::Expression expression = TRY(rules::parse(text));
    return rules::compile(expression, schema, {}, rules::Checking::declared, regex);
}
}  // namespace

std::optional<rules::Program> compiled_at(Reader& reader, std::string_view part, const std::string& text,
                                          const rules::Schema& schema, const Regex* regex) {
    auto program = compiled(text, schema, regex);
    if (program.ok()) return std::move(program).value();
    reader.findings().add({Weight::error, reader.pointer_to(part), Part::value,
                           position_in(program.error().where), program.error().message});
    return std::nullopt;
}

}  // namespace banyan::programme
