// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plain value: what JSON, YAML and CSV bytes become, and what expressions compute with. Lists and maps are shared
// and immutable once built, so copying a Value is cheap. Maps keep the order in which keys were written (a document
// is echoed as its author wrote it); keys are unique. The kinds follow CEL's dynamic types; JSON numbers without a
// fraction or exponent become integers when they fit int64, else floating.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "base/instant.h"

namespace banyan {

class Value;

using List = std::vector<Value>;

class Map {
  public:
    using Entry = std::pair<std::string, Value>;

    /// Requires: no key twice. For parsers, which look for duplicates in a cheaper way than insert does.
    static Map of_unique(std::vector<Entry> entries);

    /// The value under `key`, or nullptr. Linear: documents and events have few keys per object.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// Adds the entry; false (and no change) when the key is there already.
    bool insert(std::string key, Value value);
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] std::size_t size() const;

  private:
    std::vector<Entry> entries_;
};

class Value {
  public:
    enum class Kind : unsigned char {
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
        duration
    };
    struct Bytes {
        std::string content;
        bool operator==(const Bytes&) const = default;
    };

    Value() = default;
    explicit Value(bool b) : content_(b) {}
    explicit Value(std::int64_t i) : content_(i) {}
    explicit Value(std::uint64_t u) : content_(u) {}
    explicit Value(double d) : content_(d) {}
    explicit Value(std::string s) : content_(std::move(s)) {}
    explicit Value(std::string_view s) : content_(std::string(s)) {}
    explicit Value(const char* s) : content_(std::string(s)) {}
    explicit Value(Bytes b) : content_(std::move(b)) {}
    explicit Value(List list) : content_(std::make_shared<const List>(std::move(list))) {}
    explicit Value(Map map);
    explicit Value(Instant instant) : content_(instant) {}
    explicit Value(Duration duration) : content_(duration) {}

    [[nodiscard]] Kind kind() const { return static_cast<Kind>(content_.index()); }
    [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }

    // Each asserts the kind; ask kind() first.
    [[nodiscard]] bool boolean() const { return get<bool>(); }
    [[nodiscard]] std::int64_t integer() const { return get<std::int64_t>(); }
    [[nodiscard]] std::uint64_t unsigned_integer() const { return get<std::uint64_t>(); }
    [[nodiscard]] double floating() const { return get<double>(); }
    [[nodiscard]] const std::string& string() const { return get<std::string>(); }
    [[nodiscard]] const std::string& bytes() const { return get<Bytes>().content; }
    [[nodiscard]] const List& list() const { return *get<std::shared_ptr<const List>>(); }
    [[nodiscard]] const Map& map() const { return *get<std::shared_ptr<const Map>>(); }
    [[nodiscard]] Instant timestamp() const { return get<Instant>(); }
    [[nodiscard]] Duration duration() const { return get<Duration>(); }

    /// Deep equality of kind and content (not CEL's cross-type numeric equality).
    bool operator==(const Value& other) const;

  private:
    template <typename T>
    [[nodiscard]] const T& get() const {
        const T* content = std::get_if<T>(&content_);
        ASSERT(content != nullptr);
        return *content;
    }

    // The order of alternatives is the order of Kind.
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Bytes,
                 std::shared_ptr<const List>, std::shared_ptr<const Map>, Instant, Duration>
        content_;
};

// Here, because an Entry needs the whole Value.
inline Map Map::of_unique(std::vector<Entry> entries) {
    Map map;
    map.entries_ = std::move(entries);
    return map;
}

inline std::size_t Map::size() const { return entries_.size(); }

const char* name_of(Value::Kind kind);

}  // namespace banyan
