// SPDX-License-Identifier: Apache-2.0
#include "app/cel/case_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace banyan::app {

namespace {

using rules::Entry;
using rules::Kind;
using rules::Term;
using rules::Type;

Error unsupported(std::string_view what) {
    return {ErrorCode::unsupported, "'" + std::string(what) + "' needs protobuf", {}};
}

// The name and content of {"name": content}.
Result<Map::Entry> only_entry(const Value& value) {
    if (!value.is(Value::Kind::map) || value.map().size() != 1)
        return Error::invalid("expected an object with one key");
    return value.map().entries().front();
}

template <typename T>
Result<Term> number(const Value& content) {
    if (content.is(Value::Kind::integer)) return Term(static_cast<T>(content.integer()));
    if (!content.is(Value::Kind::string)) return Error::invalid("expected a number");
    const std::string& text = content.string();
    T read{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (failure != std::errc() || end != text.data() + text.size())
        return Error::invalid("'" + text + "' is no such number");
    return Term(read);
}

Result<Term> floating(const Value& content) {
    if (content.is(Value::Kind::floating)) return Term(content.floating());
    if (content.is(Value::Kind::integer)) return Term(static_cast<double>(content.integer()));
    if (!content.is(Value::Kind::string)) return Error::invalid("expected a number");
    if (content.string() == "NaN") return Term(std::numeric_limits<double>::quiet_NaN());
    if (content.string() == "Infinity") return Term(std::numeric_limits<double>::infinity());
    if (content.string() == "-Infinity") return Term(-std::numeric_limits<double>::infinity());
    return Error::invalid("'" + content.string() + "' is no double");
}

std::string from_base64(std::string_view text) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        if (c == '=') break;
        bits = ((bits << 6U) | static_cast<std::uint32_t>(letters.find(c) & 0x3FU)) & 0xFFFFFFU;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>((bits >> count) & 0xFFU);
    }
    return bytes;
}

Result<Term> type_value(std::string_view name) {
    for (auto kind = std::uint16_t{0}; kind <= static_cast<std::uint16_t>(Kind::network); ++kind) {
        if (rules::name_of(static_cast<Kind>(kind)) == name) return Term::type_of(static_cast<Kind>(kind));
    }
    return unsupported(name);
}

struct Named {
    std::string_view name;
    Kind kind;
};

constexpr std::array<Named, 8> named_types = {{{"BOOL", Kind::boolean},
                                               {"INT64", Kind::integer},
                                               {"UINT64", Kind::unsigned_integer},
                                               {"DOUBLE", Kind::floating},
                                               {"STRING", Kind::string},
                                               {"BYTES", Kind::bytes},
                                               {"TIMESTAMP", Kind::timestamp},
                                               {"DURATION", Kind::duration}}};

Result<Type> named_type(const Value& content) {
    for (const Named& each : named_types) {
        if (content.is(Value::Kind::string) && content.string() == each.name) return Type(each.kind);
    }
    return unsupported(content.is(Value::Kind::string) ? content.string() : "this type");
}

Result<Type> member(const Value& content, std::string_view name) {
    const Value* found = content.is(Value::Kind::map) ? content.map().find(name) : nullptr;
    return found == nullptr ? Result<Type>(Type()) : case_type(*found);
}

Result<Type> abstract_type(const Value& content) {
    const Value* name = content.is(Value::Kind::map) ? content.map().find("name") : nullptr;
    if (name == nullptr || !name->is(Value::Kind::string))
        return Error::invalid("an abstract type has a name");
    std::vector<Type> parameters;
    if (const Value* given = content.map().find("parameterTypes");
        given != nullptr && given->is(Value::Kind::list)) {
        for (const Value& each : given->list()) parameters.push_back(TRY(case_type(each)));
    }
    if (name->string() == "optional_type" && parameters.size() == 1) return Type::optional_of(parameters[0]);
    if (name->string() == "net.IP") return Type(Kind::address);
    if (name->string() == "net.CIDR") return Type(Kind::network);
    return Type::opaque(name->string(), std::move(parameters));
}

bool same_lists(const Term& a, const Term& b) {
    if (a.count() != b.count()) return false;
    for (std::size_t i = 0; i < a.count(); ++i) {
        if (!same(a.element(i), b.element(i))) return false;
    }
    return true;
}

bool same_maps(const Term& a, const Term& b) {
    if (a.count() != b.count()) return false;
    for (std::size_t i = 0; i < a.count(); ++i) {
        const auto found = b.find(a.entry(i).key);
        if (!found || !same(a.entry(i).value, *found)) return false;
    }
    return true;
}

}  // namespace

Result<Term> CaseValues::term(const Value& value) {
    const auto [name, content] = TRY(only_entry(value));
    if (name == "nullValue") return Term();
    if (name == "boolValue" && content.is(Value::Kind::boolean)) return Term(content.boolean());
    if (name == "int64Value") return number<std::int64_t>(content);
    if (name == "uint64Value") return number<std::uint64_t>(content);
    if (name == "doubleValue") return floating(content);
    if (name == "listValue") return list(content);
    if (name == "mapValue") return map(content);
    if (content.is(Value::Kind::string)) {
        if (name == "stringValue") return Term(kept(content.string()));
        if (name == "bytesValue") return Term::bytes_of(kept(from_base64(content.string())));
        if (name == "typeValue") return type_value(content.string());
    }
    return unsupported(name);
}

Result<Term> CaseValues::list(const Value& value) {
    std::vector<Term> elements;
    const Value* values = value.is(Value::Kind::map) ? value.map().find("values") : nullptr;
    if (values != nullptr && values->is(Value::Kind::list)) {
        for (const Value& element : values->list()) elements.push_back(TRY(term(element)));
    }
    return Term::list_of(lists_.emplace_back(std::move(elements)));
}

Result<Term> CaseValues::map(const Value& value) {
    std::vector<Entry> entries;
    const Value* values = value.is(Value::Kind::map) ? value.map().find("entries") : nullptr;
    if (values != nullptr && values->is(Value::Kind::list)) {
        for (const Value& entry : values->list()) {
            const Value* key = entry.is(Value::Kind::map) ? entry.map().find("key") : nullptr;
            const Value* content = key != nullptr ? entry.map().find("value") : nullptr;
            if (content == nullptr) return Error::invalid("an entry has a key and a value");
            const Term read_key = TRY(term(*key));
            entries.push_back({read_key, TRY(term(*content))});
        }
    }
    return Term::map_of(maps_.emplace_back(std::move(entries)));
}

Result<Type> case_type(const Value& type) {
    const auto [name, content] = TRY(only_entry(type));
    if (name == "dyn") return Type();
    if (name == "null") return Type(Kind::null);
    if (name == "primitive" || name == "wellKnown") return named_type(content);
    if (name == "listType") return Type::list_of(TRY(member(content, "elemType")));
    if (name == "mapType") {
        Type key = TRY(member(content, "keyType"));
        return Type::map_of(std::move(key), TRY(member(content, "valueType")));
    }
    if (name == "type")
        return Type::type_of(
            content.is(Value::Kind::map) && content.map().size() == 1 ? TRY(case_type(content)) : Type());
    if (name == "typeParam" && content.is(Value::Kind::string)) return Type::parameter(content.string());
    if (name == "abstractType") return abstract_type(content);
    return unsupported(name);
}

bool same(const Term& a, const Term& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is(Kind::floating) && std::isnan(a.floating())) return std::isnan(b.floating());
    if (a.is(Kind::list)) return same_lists(a, b);
    if (a.is(Kind::map)) return same_maps(a, b);
    return equal(a, b);
}

}  // namespace banyan::app
