// SPDX-License-Identifier: Apache-2.0
#include "domain/rules/term.h"

#include <array>

#include "domain/rules/numbers.h"

namespace banyan::rules {

std::string_view name_of(Kind kind) {
    static constexpr std::array<std::string_view, 18> names = {"null_type",
                                                               "bool",
                                                               "int",
                                                               "uint",
                                                               "double",
                                                               "string",
                                                               "bytes",
                                                               "list",
                                                               "map",
                                                               "google.protobuf.Timestamp",
                                                               "google.protobuf.Duration",
                                                               "type",
                                                               "optional_type",
                                                               "net.IP",
                                                               "net.CIDR",
                                                               "error",
                                                               "unset",
                                                               "dyn"};
    return names[static_cast<std::size_t>(kind)];
}

const char* name_of(Fault fault) {
    switch (fault) {
        case Fault::no_such_overload: return "the operation does not exist for values of these types";
        case Fault::no_value: return "a variable has no value here; ask with has() first";
        case Fault::unknown_name: return "unknown name";
        case Fault::unknown_function: return "unknown function";
        case Fault::no_such_key: return "no such key; ask with has() or `in` first";
        case Fault::index_out_of_range: return "the index is outside the list";
        case Fault::overflow: return "the result does not fit 64 bits";
        case Fault::division_by_zero: return "division by zero";
        case Fault::modulus_by_zero: return "modulus by zero";
        case Fault::bad_conversion: return "the text does not say such a value";
        case Fault::out_of_range: return "the value is outside the range of the type";
        case Fault::invalid_utf8: return "the bytes are not UTF-8";
        case Fault::duplicate_key: return "the same key stands twice in a map";
        case Fault::bad_key_kind: return "a map's key must be a bool, int, uint or string";
        case Fault::unknown_zone: return "unknown time zone; use an IANA name or an offset such as +08:00";
        case Fault::no_calendar: return "no time zones are available here";
        case Fault::cost_exceeded: return "the expression costs more than its limit";
        case Fault::empty_optional: return "the optional is empty; ask with hasValue() or use orValue()";
        case Fault::bad_pattern: return "the regular expression is not one";
        case Fault::no_regex: return "no regular expressions are available here";
        case Fault::bad_format: return "the format and its arguments do not fit";
        case Fault::bad_address: return "the text is no network address";
        case Fault::no_order: return "values of these types have no order";
    }
    ASSERT(false);
    return "";
}

Term::Term(Instant instant) {
    const std::int64_t seconds = floor_divide(instant.microseconds, 1'000'000);
    const Timestamp time{seconds,
                         static_cast<std::uint32_t>((instant.microseconds - seconds * 1'000'000) * 1000)};
    *this = time < timestamp_min || timestamp_max < time ? fault_of(Fault::out_of_range, 0) : Term(time);
}

Term::Term(Duration duration) {
    std::int64_t count = 0;
    const bool overflow = __builtin_mul_overflow(duration.microseconds, std::int64_t{1000}, &count);
    *this = overflow ? fault_of(Fault::out_of_range, 0) : Term(Nanoseconds{count});
}

Term::Term(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null: return;
        case Value::Kind::boolean: *this = Term(value.boolean()); return;
        case Value::Kind::integer: *this = Term(value.integer()); return;
        case Value::Kind::unsigned_integer: *this = Term(value.unsigned_integer()); return;
        case Value::Kind::floating: *this = Term(value.floating()); return;
        case Value::Kind::string: *this = Term(std::string_view(value.string())); return;
        case Value::Kind::bytes: *this = bytes_of(value.bytes()); return;
        case Value::Kind::timestamp: *this = Term(value.timestamp()); return;
        case Value::Kind::duration: *this = Term(value.duration()); return;
        case Value::Kind::list:
            kind_ = Kind::list;
            size_ = checked(value.list().size());
            break;
        case Value::Kind::map:
            kind_ = Kind::map;
            size_ = checked(value.map().size());
            break;
    }
    storage_ = Storage::value;
    content_.value = &value;
}

Term Term::bytes_of(std::string_view content) {
    Term term(content);
    term.kind_ = Kind::bytes;
    return term;
}

Term Term::list_of(std::span<const Term> elements) {
    Term term;
    term.kind_ = Kind::list;
    term.size_ = checked(elements.size());
    term.content_.elements = elements.data();
    return term;
}

Term Term::map_of(std::span<const Entry> entries) {
    Term term;
    term.kind_ = Kind::map;
    term.size_ = checked(entries.size());
    term.content_.entries = entries.data();
    return term;
}

Term Term::optional_of(const Term* content) {
    Term term;
    term.kind_ = Kind::optional;
    term.content_.elements = content;
    return term;
}

Term Term::address_of(std::string_view octets) {
    Term term(octets);
    term.kind_ = Kind::address;
    return term;
}

Term Term::network_of(std::string_view octets_and_length) {
    Term term(octets_and_length);
    term.kind_ = Kind::network;
    return term;
}

Term Term::type_of(Kind kind) {
    Term term;
    term.kind_ = Kind::type;
    term.content_.integer = static_cast<std::int64_t>(kind);
    return term;
}

Term Term::fault_of(Fault fault, std::uint32_t node) {
    Term term;
    term.kind_ = Kind::fault;
    term.size_ = node;
    term.content_.integer = static_cast<std::int64_t>(fault);
    return term;
}

Term Term::unset() {
    Term term;
    term.kind_ = Kind::unset;
    return term;
}

Term Term::unwritten() {
    Term term;
    term.kind_ = Kind::dyn;
    return term;
}

std::size_t Term::count() const {
    ASSERT(is(Kind::list) || is(Kind::map));
    return size_;
}

Term Term::element(std::size_t index) const {
    ASSERT(is(Kind::list));
    ASSERT(index < size_);
    return storage_ == Storage::value ? Term(content_.value->list()[index]) : content_.elements[index];
}

Entry Term::entry(std::size_t index) const {
    ASSERT(is(Kind::map));
    ASSERT(index < size_);
    if (storage_ == Storage::terms) return content_.entries[index];
    const Map::Entry& entry = content_.value->map().entries()[index];
    return {Term(std::string_view(entry.first)), Term(entry.second)};
}

std::optional<Term> Term::find(std::string_view key) const {
    ASSERT(is(Kind::map));
    if (storage_ == Storage::terms) return find(Term(key));
    const Value* found = content_.value->map().find(key);
    if (found == nullptr) return std::nullopt;
    return Term(*found);
}

std::optional<Term> Term::find(const Term& key) const {
    ASSERT(is(Kind::map));
    if (storage_ == Storage::value) {
        if (!key.is(Kind::string)) return std::nullopt;
        return find(key.string());
    }
    for (const Entry& entry : std::span(content_.entries, size_)) {
        if (equal(entry.key, key)) return entry.value;
    }
    return std::nullopt;
}

namespace {

bool equal_lists(const Term& a, const Term& b, int depth) {
    if (a.count() != b.count()) return false;
    for (std::size_t i = 0; i < a.count(); ++i) {
        if (!equal(a.element(i), b.element(i), depth)) return false;
    }
    return true;
}

bool equal_maps(const Term& a, const Term& b, int depth) {
    if (a.count() != b.count()) return false;
    for (std::size_t i = 0; i < a.count(); ++i) {
        const Entry ours = a.entry(i);
        const auto theirs = b.find(ours.key);
        if (!theirs || !equal(ours.value, *theirs, depth)) return false;
    }
    return true;
}

bool equal_optionals(const Term& a, const Term& b, int depth) {
    const Term* ours = a.content();
    const Term* theirs = b.content();
    if (ours == nullptr || theirs == nullptr) return ours == theirs;
    return equal(*ours, *theirs, depth);
}

Result<Value> to_value_of_map(const Term& term) {
    Map map;
    for (std::size_t i = 0; i < term.count(); ++i) {
        const Entry entry = term.entry(i);
        if (!entry.key.is(Kind::string))
            return Error::invalid("a map whose keys are not strings cannot leave an expression");
        map.insert(std::string(entry.key.string()), TRY(to_value(entry.value)));
    }
    return Value(std::move(map));
}

}  // namespace

bool equal(const Term& a, const Term& b, int depth) {
    if (is_numeric(a.kind()) && is_numeric(b.kind())) return compare_numbers(a, b) == Order::same;
    if (a.kind() != b.kind() || depth == 0) return false;
    switch (a.kind()) {
        case Kind::null: return true;
        case Kind::boolean: return a.boolean() == b.boolean();
        case Kind::string: return a.string() == b.string();
        case Kind::bytes: return a.bytes() == b.bytes();
        case Kind::timestamp: return a.timestamp() == b.timestamp();
        case Kind::duration: return a.duration() == b.duration();
        case Kind::type: return a.type() == b.type();
        case Kind::address: return a.address() == b.address();
        case Kind::network: return a.network() == b.network();
        case Kind::optional: return equal_optionals(a, b, depth - 1);
        case Kind::list: return equal_lists(a, b, depth - 1);
        case Kind::map: return equal_maps(a, b, depth - 1);
        default: return false;
    }
}

Result<Value> to_value(const Term& term) {
    switch (term.kind()) {
        case Kind::null: return Value();
        case Kind::boolean: return Value(term.boolean());
        case Kind::integer: return Value(term.integer());
        case Kind::unsigned_integer: return Value(term.unsigned_integer());
        case Kind::floating: return Value(term.floating());
        case Kind::string: return Value(term.string());
        case Kind::bytes: return Value(Value::Bytes{std::string(term.bytes())});
        case Kind::timestamp: {
            const Timestamp time = term.timestamp();
            return Value(Instant{time.seconds * 1'000'000 + time.nanoseconds / 1000});
        }
        case Kind::duration: return Value(Duration{floor_divide(term.duration().count, 1000)});
        case Kind::list: {
            List list;
            list.reserve(term.count());
            for (std::size_t i = 0; i < term.count(); ++i) list.push_back(TRY(to_value(term.element(i))));
            return Value(std::move(list));
        }
        case Kind::map: return to_value_of_map(term);
        case Kind::optional:
            return term.content() == nullptr ? Result<Value>(Value()) : to_value(*term.content());
        case Kind::address:
        case Kind::network: return Error::invalid("a network address leaves an expression as string(x)");
        case Kind::type: return Error::invalid("a type is not a value that can leave an expression");
        case Kind::fault: return Error::invalid(name_of(term.fault()));
        case Kind::unset:
        case Kind::dyn: break;
    }
    return Error::invalid("the variable has no value here");
}

}  // namespace banyan::rules
