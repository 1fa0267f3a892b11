// SPDX-License-Identifier: Apache-2.0
#pragma once

// What may fail because the world or the input is wrong returns Result<T>: either the value or one Error that says
// what (code), where (a JSON pointer, file:line:column or a path) and what to do (message). TRY passes an error
// upward. There is no implicit conversion to the value: asking for the value of an error is our own mistake and
// stops.

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace banyan {

enum class ErrorCode : unsigned char {
    invalid,      // the input is wrong; sending it again changes nothing
    unsupported,  // understood, but of a newer or unknown kind
    not_found,
    conflict,     // the same id with another body, a rival claim
    refused,      // a rule of the domain says no
    unavailable,  // ask again later
    corrupt,      // stored bytes are not what was written
    io,           // the operating system said no
    full,         // no space, or a bounded queue or size is exceeded
};

const char* name_of(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::invalid;
    std::string message;  // one sentence: what is wrong and what to do
    std::string where;    // JSON pointer, "file:line:column", path, or empty

    static Error invalid(std::string message, std::string where = {}) {
        return {ErrorCode::invalid, std::move(message), std::move(where)};
    }
    static Error corrupt(std::string message, std::string where = {}) {
        return {ErrorCode::corrupt, std::move(message), std::move(where)};
    }
    static Error io(std::string message, std::string where = {}) {
        return {ErrorCode::io, std::move(message), std::move(where)};
    }

    /// "where: message", for a terminal or a log line.
    [[nodiscard]] std::string text() const { return where.empty() ? message : where + ": " + message; }
};

template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by design
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

    [[nodiscard]] bool ok() const { return content_.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] const T& value() const& { return *checked(); }
    [[nodiscard]] T& value() & { return *checked(); }
    [[nodiscard]] T&& value() && { return std::move(*checked()); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return checked(); }
    T* operator->() { return checked(); }

    [[nodiscard]] const Error& error() const& {
        ASSERT(!ok());
        return *std::get_if<1>(&content_);
    }
    [[nodiscard]] Error&& error() && {
        ASSERT(!ok());
        return std::move(*std::get_if<1>(&content_));
    }

  private:
    const T* checked() const {
        ASSERT(ok());
        return std::get_if<0>(&content_);
    }
    T* checked() {
        ASSERT(ok());
        return std::get_if<0>(&content_);
    }

    std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    void value() const { ASSERT(ok()); }
    [[nodiscard]] const Error& error() const {
        ASSERT(!ok());
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

namespace detail {
template <typename T>
T take(Result<T>&& result) {
    return std::move(result).value();
}
inline void take(Result<void>&&) {}
}  // namespace detail

}  // namespace banyan

/// TRY(expression) is the value of a Result, or returns its error from the enclosing function.
#define TRY(expression) \
    __extension__({ \
        auto banyan_try_result = (expression); \
        if (!banyan_try_result.ok()) return ::banyan::Error(std::move(banyan_try_result).error()); \
        ::banyan::detail::take(std::move(banyan_try_result)); \
    })
