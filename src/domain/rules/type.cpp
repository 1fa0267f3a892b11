// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/type.h"

#include <algorithm>
#include <array>

namespace banyan::rules {

struct Type::Shape {
    std::string name;
    std::vector<Type> parameters;
    std::vector<Field> fields;
};

namespace {

struct Word {
    std::string_view text;
    Kind kind;
};

constexpr std::array<Word, 17> words = {{{"null", Kind::null},
                                         {"bool", Kind::boolean},
                                         {"int", Kind::integer},
                                         {"uint", Kind::unsigned_integer},
                                         {"double", Kind::floating},
                                         {"string", Kind::string},
                                         {"bytes", Kind::bytes},
                                         {"list", Kind::list},
                                         {"map", Kind::map},
                                         {"timestamp", Kind::timestamp},
                                         {"duration", Kind::duration},
                                         {"type", Kind::type},
                                         {"optional", Kind::optional},
                                         {"ip", Kind::address},
                                         {"cidr", Kind::network},
                                         {"error", Kind::fault},
                                         {"dyn", Kind::dyn}}};

std::string_view word_for(Kind kind) {
    for (const Word& word : words) {
        if (word.kind == kind) return word.text;
    }
    return name_of(kind);
}

std::size_t parameter_count(Kind kind) {
    if (kind == Kind::map) return 2;
    return kind == Kind::list || kind == Kind::optional || kind == Kind::type ? 1 : 0;
}

const std::vector<Type> none;
const std::vector<Type::Field> no_fields;
const std::string no_name;

}  // namespace

Type::Type(Kind kind) : kind_(kind) {
    // A bare list holds anything, and so on; then no reader has to ask whether parameters are there.
    if (const std::size_t count = parameter_count(kind); count > 0) {
        form_ = Form::composite;
        shape_ = std::make_shared<const Shape>(Shape{{}, std::vector<Type>(count), {}});
    }
}

Type::Type(Kind kind, Form form, std::shared_ptr<const Shape> shape)
    : kind_(kind), form_(form), shape_(std::move(shape)) {}

Type Type::list_of(Type element) {
    return {Kind::list, Form::composite, std::make_shared<const Shape>(Shape{{}, {std::move(element)}, {}})};
}

Type Type::map_of(Type key, Type value) {
    return {Kind::map, Form::composite,
            std::make_shared<const Shape>(Shape{{}, {std::move(key), std::move(value)}, {}})};
}

Type Type::optional_of(Type content) {
    return {Kind::optional, Form::composite,
            std::make_shared<const Shape>(Shape{{}, {std::move(content)}, {}})};
}

Type Type::type_of(Type instance) {
    return {Kind::type, Form::composite, std::make_shared<const Shape>(Shape{{}, {std::move(instance)}, {}})};
}

Type Type::record_of(std::vector<Field> fields) {
    return {Kind::map, Form::record, std::make_shared<const Shape>(Shape{{}, {}, std::move(fields)})};
}

Type Type::parameter(std::string name) {
    return {Kind::dyn, Form::parameter, std::make_shared<const Shape>(Shape{std::move(name), {}, {}})};
}

Type Type::opaque(std::string name, std::vector<Type> parameters) {
    return {Kind::dyn, Form::opaque,
            std::make_shared<const Shape>(Shape{std::move(name), std::move(parameters), {}})};
}

const std::string& Type::name() const { return shape_ ? shape_->name : no_name; }
const std::vector<Type>& Type::parameters() const { return shape_ ? shape_->parameters : none; }
const std::vector<Type::Field>& Type::fields() const { return shape_ ? shape_->fields : no_fields; }

const Type* Type::field(std::string_view name) const {
    for (const Field& field : fields()) {
        if (field.name == name) return &field.type;
    }
    return nullptr;
}

bool Type::operator==(const Type& other) const {
    if (kind_ != other.kind_ || form_ != other.form_) return false;
    if (shape_ == other.shape_) return true;
    return name() == other.name() && parameters() == other.parameters() && fields() == other.fields();
}

std::string Type::text() const {
    std::string text;
    if (form_ == Form::record) {
        for (const Field& field : fields())
            text += (text.empty() ? "{" : ", ") + field.name + ": " + field.type.text();
        return text.empty() ? "{}" : text + "}";
    }
    text = form_ == Form::parameter || form_ == Form::opaque ? name() : std::string(word_for(kind_));
    const auto& held = parameters();
    const bool says_nothing =
        std::all_of(held.begin(), held.end(), [](const Type& type) { return type.is_dyn(); });
    if (says_nothing && form_ != Form::opaque) return text;
    for (std::size_t i = 0; i < held.size(); ++i) text += (i == 0 ? "(" : ", ") + held[i].text();
    return held.empty() ? text : text + ")";
}

namespace {

/// Recursive descent over a type's text, as deep as the text's own parentheses.
class TypeReader {
  public:
    explicit TypeReader(std::string_view text) : text_(text) {}

    Result<Type> run() {
        const Type type = TRY(read(0));
        skip_blank();
        if (at_ != text_.size()) return error("expected the end");
        return type;
    }

  private:
    void skip_blank() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char c) {
        skip_blank();
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] Error error(std::string_view what) const {
        return Error::invalid("'" + std::string(text_) + "' is no type: " + std::string(what) +
                              " at character " + std::to_string(at_ + 1));
    }
    std::string_view word() {
        skip_blank();
        const std::size_t begin = at_;
        const auto belongs = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        while (at_ < text_.size() && belongs(text_[at_])) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    Result<Type> read(int depth) {
        if (depth == 32) return error("it nests too deep");
        if (take('{')) return record(depth);
        const std::string_view name = word();
        if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') return Type::parameter(std::string(name));
        const auto* found =
            std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.text == name; });
        if (found == words.end()) return error("unknown word '" + std::string(name) + "'");
        const std::size_t count = parameter_count(found->kind);
        if (count == 0 || !take('(')) return Type(found->kind);
        std::vector<Type> held{TRY(read(depth + 1))};
        while (take(',')) held.push_back(TRY(read(depth + 1)));
        if (!take(')')) return error("expected ')'");
        if (held.size() != count) return error("another number of parameters");
        switch (found->kind) {
            case Kind::list: return Type::list_of(held[0]);
            case Kind::map: return Type::map_of(held[0], held[1]);
            case Kind::optional: return Type::optional_of(held[0]);
            default: return Type::type_of(held[0]);
        }
    }

    Result<Type> record(int depth) {
        std::vector<Type::Field> fields;
        while (!take('}')) {
            std::string name(word());
            if (name.empty() || !take(':')) return error("expected 'field: type'");
            fields.push_back({std::move(name), TRY(read(depth + 1))});
            if (!take(',') && (at_ == text_.size() || text_[at_] != '}')) return error("expected ',' or '}'");
        }
        return Type::record_of(std::move(fields));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Result<Type> parse_type(std::string_view text) { return TypeReader(text).run(); }

}  // namespace banyan::rules
