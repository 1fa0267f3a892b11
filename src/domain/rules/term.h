// SPDX-License-Identifier: Apache-2.0
#pragma once

// A Term is what an expression computes with: sixteen bytes that hold a scalar or point at text, lists and maps that
// somebody else owns (the event's Value, the Program's constants, the Scratch of the evaluation). Copying it never
// allocates. Beside CEL's values it can be a `fault` (an evaluation error: CEL's && and || absorb them, so an error
// is a value until the very end) and `unset` (a declared variable without a value here; has() asks for it, anything
// else makes a fault of it).
//
// Timestamps carry nanoseconds and the years 0001 to 9999, durations are int64 nanoseconds, as CEL wants; a Value's
// Instant and Duration are microseconds, so to_value() drops (toward the past) what is finer.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/assert.h"
#include "base/instant.h"
#include "base/result.h"
#include "base/value.h"

namespace banyan::rules {

/// The kind of a Term, and (with `dyn`: not known before the evaluation) of a declared variable.
enum class Kind : std::uint16_t {
    null,
    boolean,
    integer,
    unsigned_integer,
    floating,
    string,
    bytes,
    list,
    map,
    timestamp,
    duration,  // as Value
    type,
    optional,
    address,  // of a machine on a network: net.IP
    network,  // a range of addresses: net.CIDR
    fault,
    unset,
    dyn
};

/// CEL's name: "int", "google.protobuf.Timestamp", ...
std::string_view name_of(Kind kind);

enum class Fault : std::uint8_t {
    no_such_overload,
    no_value,
    unknown_name,
    unknown_function,
    no_such_key,
    index_out_of_range,
    overflow,
    division_by_zero,
    modulus_by_zero,
    bad_conversion,
    out_of_range,
    invalid_utf8,
    duplicate_key,
    bad_key_kind,
    unknown_zone,
    no_calendar,
    cost_exceeded,
    empty_optional,
    bad_pattern,
    no_regex,
    bad_format,
    bad_address,
    no_order
};

/// What went wrong and what to do, for a person.
const char* name_of(Fault fault);

struct Timestamp {
    std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
    std::uint32_t nanoseconds = 0;
    constexpr auto operator<=>(const Timestamp&) const = default;
};

struct Nanoseconds {
    std::int64_t count = 0;
    constexpr auto operator<=>(const Nanoseconds&) const = default;
};

constexpr Timestamp timestamp_min{-62135596800, 0};
constexpr Timestamp timestamp_max{253402300799, 999'999'999};

struct Entry;

class Term {
  public:
    Term() = default;  // null
    explicit Term(bool b) : kind_(Kind::boolean) { content_.boolean = b; }
    explicit Term(std::int64_t i) : kind_(Kind::integer) { content_.integer = i; }
    explicit Term(std::uint64_t u) : kind_(Kind::unsigned_integer) { content_.unsigned_integer = u; }
    explicit Term(double d) : kind_(Kind::floating) { content_.floating = d; }
    explicit Term(std::string_view text) : size_(checked(text.size())), kind_(Kind::string) {
        content_.text = text.data();
    }
    explicit Term(const char* text) : Term(std::string_view(text)) {}
    explicit Term(Timestamp t) : size_(t.nanoseconds), kind_(Kind::timestamp) {
        content_.integer = t.seconds;
    }
    explicit Term(Nanoseconds n) : kind_(Kind::duration) { content_.integer = n.count; }
    /// A fault when the instant or duration is outside what CEL can say.
    explicit Term(Instant instant);
    explicit Term(Duration duration);
    /// Borrows: the Value must outlive the Term.
    explicit Term(const Value& value);
    explicit Term(Value&&) = delete;
    template <typename T>
    explicit Term(T*) = delete;  // a pointer is no boolean

    static Term bytes_of(std::string_view content);
    static Term list_of(std::span<const Term> elements);
    static Term map_of(std::span<const Entry> entries);
    /// Borrows; nullptr is the empty optional.
    static Term optional_of(const Term* content);
    /// 4 or 16 bytes in network order.
    static Term address_of(std::string_view octets);
    /// 4 or 16 bytes and the length of the prefix.
    static Term network_of(std::string_view octets_and_length);
    static Term type_of(Kind kind);
    static Term fault_of(Fault fault, std::uint32_t node);
    static Term unset();
    /// What a register holds before anything was written into it; of kind dyn, which no value has.
    static Term unwritten();

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
    /// True and false only for booleans of that value; anything else is neither.
    [[nodiscard]] bool is_true() const { return kind_ == Kind::boolean && content_.boolean; }
    [[nodiscard]] bool is_false() const { return kind_ == Kind::boolean && !content_.boolean; }
    /// Not a value: a fault or unset.
    [[nodiscard]] bool is_missing() const { return kind_ == Kind::fault || kind_ == Kind::unset; }

    // Each asserts the kind; ask kind() first.
    [[nodiscard]] bool boolean() const { return require(Kind::boolean).content_.boolean; }
    [[nodiscard]] std::int64_t integer() const { return require(Kind::integer).content_.integer; }
    [[nodiscard]] std::uint64_t unsigned_integer() const {
        return require(Kind::unsigned_integer).content_.unsigned_integer;
    }
    [[nodiscard]] double floating() const { return require(Kind::floating).content_.floating; }
    [[nodiscard]] std::string_view string() const { return {require(Kind::string).content_.text, size_}; }
    [[nodiscard]] std::string_view bytes() const { return {require(Kind::bytes).content_.text, size_}; }
    [[nodiscard]] Timestamp timestamp() const { return {require(Kind::timestamp).content_.integer, size_}; }
    [[nodiscard]] Nanoseconds duration() const { return {require(Kind::duration).content_.integer}; }
    [[nodiscard]] Kind type() const { return static_cast<Kind>(require(Kind::type).content_.integer); }
    /// The content of an optional, or nullptr.
    [[nodiscard]] const Term* content() const { return require(Kind::optional).content_.elements; }
    [[nodiscard]] std::string_view address() const { return {require(Kind::address).content_.text, size_}; }
    [[nodiscard]] std::string_view network() const { return {require(Kind::network).content_.text, size_}; }
    [[nodiscard]] Fault fault() const { return static_cast<Fault>(require(Kind::fault).content_.integer); }
    [[nodiscard]] std::uint32_t fault_node() const { return require(Kind::fault).size_; }

    /// Number of elements of a list or entries of a map.
    [[nodiscard]] std::size_t count() const;
    /// Requires a list, index < count().
    [[nodiscard]] Term element(std::size_t index) const;
    /// Requires a map, index < count(). Entries stand as written; CEL gives maps no order.
    [[nodiscard]] Entry entry(std::size_t index) const;
    /// Requires a map. The value under an equal key (1, 1u and 1.0 are equal), or nothing.
    [[nodiscard]] std::optional<Term> find(const Term& key) const;
    [[nodiscard]] std::optional<Term> find(std::string_view key) const;

  private:
    static std::uint32_t checked(std::size_t size) {
        ASSERT(size <= UINT32_MAX);
        return static_cast<std::uint32_t>(size);
    }
    [[nodiscard]] const Term& require(Kind kind) const {
        ASSERT(kind_ == kind);
        return *this;
    }

    enum class Storage : std::uint16_t { value, terms };  // what a list or map points at

    union Content {
        std::int64_t integer = 0;
        std::uint64_t unsigned_integer;
        double floating;
        bool boolean;
        const char* text;
        const Value* value;
        const Term* elements;
        const Entry* entries;
    };

    // The members fill the sixteen bytes without padding, so that a copy is two whole words: with padding, compilers
    // write two overlapping words, and reading them back at once stalls (it cost half of an evaluation).
    Content content_;
    std::uint32_t size_ = 0;  // bytes of text, elements, nanoseconds of a timestamp, node of a fault
    Kind kind_ = Kind::null;
    Storage storage_ = Storage::terms;
};

struct Entry {
    Term key;
    Term value;
};

static_assert(sizeof(Term) == 16);
static_assert(sizeof(Kind) == 2);
static_assert(std::is_trivially_copyable_v<Term>);

/// A Value that owns its content; an optional leaves as what it holds, or null. Refused: faults, unset, types, addresses
/// and maps whose keys are not strings.
Result<Value> to_value(const Term& term);

/// CEL's == without the error cases: different kinds are unequal, numbers compare by value, NaN equals nothing.
/// False as well when the terms nest deeper than `depth`; no document or expression does.
bool equal(const Term& a, const Term& b, int depth = 600);

}  // namespace banyan::rules
