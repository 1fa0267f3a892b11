// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values to bytes and back. One list of fields per type (fields.h) serves both directions, so what is written is what
// is read. Integers are varints (LEB128; signed ones zigzag), 128-bit ids are 16 bytes, text is length and bytes.
// Instants cost five bytes when they are whole seconds, one when they mean "never".
//
// A Reader never runs past its bytes: the first thing that does not fit fails it, everything read afterwards is empty,
// and the caller asks ok() once at the end.

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/number.h"

namespace banyan::codec {

// Most of what is written is shorter than `inline_size`, so that no memory is asked for.
class Writer {
  public:
    static constexpr bool reading = false;

    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Everything written so far; valid until more is.
    [[nodiscard]] std::string_view bytes() const { return {start_, size()}; }

    void fixed8(std::uint8_t value) { fixed(value); }
    void fixed32(std::uint32_t value) { fixed(value); }
    void fixed64(std::uint64_t value) { fixed(value); }
    void varint(std::uint64_t value) {
        char* at = room(varint_max);
        for (; value >= 0x80U; value >>= 7U) *at++ = static_cast<char>(value | 0x80U);
        *at++ = static_cast<char>(value);
        next_ = at;
    }
    void zigzag(std::int64_t value) {
        varint(static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63U));
    }
    void text(std::string_view value) {
        varint(value.size());
        raw(value);
    }
    void raw(std::string_view value) {
        char* at = room(value.size());
        std::copy(value.begin(), value.end(), at);
        next_ = at + value.size();
    }
    /// What `write` writes, behind its length.
    template <typename Write>
    void sized(Write write) {
        const std::size_t before = size();
        fixed8(0);
        write();
        const std::size_t written = size() - before - 1;
        if (written < 0x80U) {
            start_[before] = static_cast<char>(written);
            return;
        }
        const std::string longer(
            bytes().substr(before + 1));  // rare: its length takes more than the byte kept for it
        next_ = start_ + before;
        text(longer);
    }

  private:
    static constexpr std::size_t inline_size = 1024;
    static constexpr std::size_t varint_max = 10;

    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(next_ - start_); }
    template <typename Word>
    void fixed(Word value) {
        char* at = room(sizeof value);
        for (std::size_t i = 0; i < sizeof value; ++i) at[i] = static_cast<char>(value >> (8 * i));
        next_ = at + sizeof value;
    }
    /// The cursor, with at least `more` bytes behind it.
    char* room(std::size_t more) {
        if (static_cast<std::size_t>(end_ - next_) < more) grow(more);
        return next_;
    }
    void grow(std::size_t more) {
        const std::size_t used = size(), capacity = 2 * (used + more);
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        std::copy(start_, next_, larger.get());
        heap_ = std::move(larger);
        start_ = heap_.get();
        next_ = start_ + used;
        end_ = start_ + capacity;
    }

    std::array<char, inline_size> inline_;  // NOLINT: left as it is until it is written
    std::unique_ptr<char[]> heap_;
    char* start_ = inline_.data();
    char* next_ = start_;
    char* end_ = start_ + inline_size;
};

class Reader {
  public:
    static constexpr bool reading = true;

    explicit Reader(std::string_view bytes) : next_(bytes.data()), end_(next_ + bytes.size()) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return next_ == end_; }
    [[nodiscard]] std::string_view rest() const { return {next_, left()}; }
    void fail() {
        ok_ = false;
        next_ = end_;
    }

    std::uint8_t fixed8() { return fixed<std::uint8_t>(); }
    std::uint32_t fixed32() { return fixed<std::uint32_t>(); }
    std::uint64_t fixed64() { return fixed<std::uint64_t>(); }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && next_ != end_; shift += 7) {
            const auto byte = static_cast<std::uint8_t>(*next_++);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) {
                // One spelling per number: no zero byte at the end, no bits beyond the 64th.
                if ((byte == 0 && shift != 0) || (shift == 63 && byte > 1)) break;
                return value;
            }
        }
        fail();
        return 0;
    }
    std::int64_t zigzag() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1U ^ (~(value & 1U) + 1U));
    }
    std::string_view bytes(std::uint64_t size) {
        if (size > left()) {
            fail();
            return {};
        }
        const std::string_view taken(next_, size);
        next_ += size;
        return taken;
    }
    std::string_view text() { return bytes(varint()); }

  private:
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - next_); }
    template <typename Word>
    Word fixed() {
        if (left() < sizeof(Word)) {
            fail();
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(Word); ++i)
            value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(next_[i])) << (8 * i);
        next_ += sizeof(Word);
        return static_cast<Word>(value);
    }

    const char* next_;
    const char* end_;
    bool ok_ = true;
};

// --- the elementary types, both ways; structs are in fields.h ---------------------------------------------------

template <typename T>
    requires std::is_unsigned_v<T>
void value(Writer& a, const T& v) {
    a.varint(v);
}
template <typename T>
    requires std::is_unsigned_v<T>
void value(Reader& a, T& v) {
    const std::uint64_t wide = a.varint();
    if (wide > std::numeric_limits<T>::max()) return a.fail();
    v = static_cast<T>(wide);
}
inline void value(Writer& a, const std::int64_t& v) { a.zigzag(v); }
inline void value(Reader& a, std::int64_t& v) { v = a.zigzag(); }

template <typename E>
    requires std::is_enum_v<E>
void value(Writer& a, const E& v) {
    a.fixed8(static_cast<std::uint8_t>(v));
}
/// The first and the last value of an enum that is stored; specialised beside the field lists (fields.h). A byte
/// outside is no value of ours: nothing may switch on it.
template <typename E>
struct Stored;
template <typename E>
    requires std::is_enum_v<E>
void value(Reader& a, E& v) {
    const auto read = static_cast<E>(a.fixed8());
    if (read < Stored<E>::first || read > Stored<E>::last) return a.fail();
    v = read;
}

template <typename Tag>
void value(Writer& a, const Distinct<Tag>& v) {
    a.zigzag(v.value());
}
template <typename Tag>
void value(Reader& a, Distinct<Tag>& v) {
    v = Distinct<Tag>(a.zigzag());
}
template <typename Tag, typename Number>
void value(Writer& a, const NumericId<Tag, Number>& v) {
    value(a, v.value);
}
template <typename Tag, typename Number>
void value(Reader& a, NumericId<Tag, Number>& v) {
    value(a, v.value);
}
template <typename Tag>
void value(Writer& a, const Id128<Tag>& v) {
    a.fixed64(v.high);
    a.fixed64(v.low);
}
template <typename Tag>
void value(Reader& a, Id128<Tag>& v) {
    v.high = a.fixed64();
    v.low = a.fixed64();
}

// 1 = never; even = whole seconds; other odd = microseconds.
inline void value(Writer& a, const Instant& v) {
    if (v == instant_max) return a.varint(1);
    const std::int64_t us = v.microseconds;
    const auto zigzag = [](std::int64_t n) {
        return static_cast<std::uint64_t>(n) << 1U ^ static_cast<std::uint64_t>(n >> 63U);
    };
    if (us % 1'000'000 == 0) return a.varint(zigzag(us / 1'000'000) << 1U);
    a.varint(zigzag(us) << 1U | 1U);
}
inline void value(Reader& a, Instant& v) {
    const std::uint64_t word = a.varint();
    if (word == 1) {
        v = instant_max;
        return;
    }
    const std::uint64_t zigzag = word >> 1U;
    const auto number = static_cast<std::int64_t>(zigzag >> 1U ^ (~(zigzag & 1U) + 1U));
    // One spelling per instant: what the writer would have put otherwise is refused.
    if ((word & 1U) != 0) {
        if (number % 1'000'000 == 0 || number == instant_max.microseconds) return a.fail();
        v = {number};
        return;
    }
    const auto us = multiplied(number, 1'000'000);
    if (!us) return a.fail();
    v = {*us};
}

inline void value(Writer& a, const std::string& v) { a.text(v); }
inline void value(Reader& a, std::string& v) { v = std::string(a.text()); }

template <typename T>
void value(Writer& a, const std::vector<T>& v) {
    a.varint(v.size());
    for (const T& item : v) value(a, item);
}
template <typename T>
void value(Reader& a, std::vector<T>& v) {
    const std::uint64_t count = a.varint();
    // Every element takes at least one byte, so a count beyond the bytes is a lie; refuse it before allocating.
    if (count > a.rest().size()) return a.fail();
    v.clear();
    v.reserve(count);
    for (std::uint64_t i = 0; i < count && a.ok(); ++i) {
        T item{};
        value(a, item);
        v.push_back(std::move(item));
    }
}

template <typename T>
void value(Writer& a, const std::optional<T>& v) {
    a.fixed8(v ? 1 : 0);
    if (v) value(a, *v);
}
template <typename T>
void value(Reader& a, std::optional<T>& v) {
    const std::uint8_t present = a.fixed8();
    if (present > 1) return a.fail();
    v.reset();
    if (present == 1) {
        T item{};
        value(a, item);
        v = std::move(item);
    }
}

/// All of them, in order.
template <typename Archive, typename... Ts>
void all(Archive& a, Ts&... items) {
    (value(a, items), ...);
}

// --- what a later release added -----------------------------------------------------------------------------------

/// A field that was not there from the start, under its number within its type.
template <typename T>
struct Part {
    std::uint64_t number;
    T& field;
};
template <typename T>
bool holds_something(const T& v) {
    if constexpr (requires { v.empty(); })
        return !v.empty();
    else
        return !(v == T{});
}

/// Parts, ascending by number, behind the fields of the first release; only those that hold something are written. So a
/// value that has none keeps its bytes, and bytes from before read as a value that has none. Only for a type whose
/// bytes end with it: an entity's state, a fact.
template <typename... Ts>
void later(Writer& a, const Part<Ts>&... parts) {
    const std::uint64_t count = (std::uint64_t{0} + ... + (holds_something(parts.field) ? 1U : 0U));
    if (count == 0) return;
    a.varint(count);
    const auto put = [&a](const auto& part) {
        if (!holds_something(part.field)) return;
        a.varint(part.number);
        value(a, part.field);
    };
    (put(parts), ...);
}
template <typename... Ts>
void later(Reader& a, const Part<Ts>&... parts) {
    if (a.at_end()) return;
    const std::uint64_t count = a.varint();
    if (count == 0) return a.fail();
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < count && a.ok(); ++i) {
        const std::uint64_t number = a.varint();
        bool is_known = false;
        const auto take = [&](const auto& part) {
            if (part.number != number) return;
            value(a, part.field);
            is_known = holds_something(part.field);  // one spelling per value: nothing is not written
        };
        (take(parts), ...);
        if (!is_known || number <= last) return a.fail();
        last = number;
    }
}

// A variant whose alternatives are numbered by their place: new ones are appended, none is ever moved.
template <typename... Ts>
void alternative(Writer& a, const std::variant<Ts...>& v) {
    a.varint(v.index());
    std::visit([&](const auto& item) { value(a, item); }, v);
}
template <typename Item, typename Variant>
void read_alternative(Reader& a, Variant& v) {
    Item item{};
    value(a, item);
    v = std::move(item);
}
template <typename... Ts>
void alternative(Reader& a, std::variant<Ts...>& v) {
    using Read = void (*)(Reader&, std::variant<Ts...>&);
    static constexpr Read readers[] = {&read_alternative<Ts, std::variant<Ts...>>...};
    const std::uint64_t index = a.varint();
    if (!a.ok() || index >= sizeof...(Ts)) return a.fail();
    readers[index](a, v);
}

}  // namespace banyan::codec
