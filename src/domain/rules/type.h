// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known of a value before there is one: `int`, `list(string)`, `map(string, dyn)`, `optional(T)`. A Kind is what
// a Term has at run time; a Type says more (what a list holds) or less (`dyn`). Records are maps whose fields are
// declared, so that `line.skuu` is refused when it is written and not when the first order arrives. Parameters (`T`)
// stand for any type and are solved by Substitution. A Type is immutable and cheap to copy.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/rules/term.h"

namespace banyan::rules {

class Type {
  public:
    struct Field;
    enum class Form : std::uint8_t {
        plain,      // its kind says all: int, dyn, a map of anything
        composite,  // list, map, optional, type: with parameters()
        record,     // a map with fields()
        parameter,  // name()
        opaque,     // name() with parameters()
    };

    Type() = default;
    Type(Kind kind);  // NOLINT: a Kind is a Type of unknown contents

    static Type list_of(Type element);
    static Type map_of(Type key, Type value);
    static Type optional_of(Type content);
    static Type type_of(Type instance);
    static Type record_of(std::vector<Field> fields);
    static Type parameter(std::string name);
    static Type opaque(std::string name, std::vector<Type> parameters);

    /// What values of it have at run time; dyn when that is open.
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] Form form() const { return form_; }
    [[nodiscard]] bool is_parameter() const { return form_ == Form::parameter; }
    /// Dyn itself, not a parameter.
    [[nodiscard]] bool is_dyn() const { return kind_ == Kind::dyn && form_ == Form::plain; }
    [[nodiscard]] const std::string& name() const;
    [[nodiscard]] const std::vector<Type>& parameters() const;
    [[nodiscard]] const std::vector<Field>& fields() const;
    [[nodiscard]] const Type* field(std::string_view name) const;

    /// The same word for word; parameters by name.
    bool operator==(const Type& other) const;

    /// As authors write and messages show it: "list(string)".
    [[nodiscard]] std::string text() const;

  private:
    struct Shape;
    Type(Kind kind, Form form, std::shared_ptr<const Shape> shape);

    Kind kind_ = Kind::dyn;
    Form form_ = Form::plain;
    std::shared_ptr<const Shape> shape_;
};

struct Type::Field {
    std::string name;
    Type type;
    bool operator==(const Field&) const = default;
};

/// "map(string, list(int))". A single capital is a parameter; a record is "{sku: string, amount: int}".
Result<Type> parse_type(std::string_view text);

}  // namespace banyan::rules
