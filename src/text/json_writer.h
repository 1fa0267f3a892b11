// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON out. JsonWriter appends to a string as the caller speaks, so that an answer or an export line needs no tree;
// commas and escapes are its business, and asking for something that is not JSON (a value where a key is due) is our
// own mistake and stops. `to_json` writes a whole Value.
//
// The text is compact and plain: non-ASCII characters stand as themselves. Bytes that are not UTF-8 cannot be said
// in JSON; they become U+FFFD, because a broken name must not cost the whole answer.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/value.h"

namespace banyan::text {

class JsonWriter {
  public:
    /// Appends to `out`, which must outlive the writer.
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    /// The key of the next value. Requires an open object. That no key comes twice is the caller's care.
    JsonWriter& key(std::string_view name);

    JsonWriter& string(std::string_view content);
    JsonWriter& integer(std::int64_t number);
    JsonWriter& unsigned_integer(std::uint64_t number);
    /// The shortest text that reads back as the same double ("1.0", "1e+300"). What JSON cannot say becomes the
    /// strings "NaN", "Infinity" and "-Infinity", as in protobuf's JSON.
    JsonWriter& floating(double number);
    JsonWriter& boolean(bool truth);
    JsonWriter& null();
    /// RFC 3339 in UTC, as a string.
    JsonWriter& instant(Instant instant) { return string(to_rfc3339(instant)); }
    JsonWriter& value(const Value& value);
    /// One value that is JSON already.
    JsonWriter& raw(std::string_view json);

    // key and value in one call
    JsonWriter& string(std::string_view name, std::string_view content) { return key(name).string(content); }
    JsonWriter& integer(std::string_view name, std::int64_t number) { return key(name).integer(number); }
    JsonWriter& boolean(std::string_view name, bool truth) { return key(name).boolean(truth); }
    JsonWriter& instant(std::string_view name, Instant instant) { return key(name).instant(instant); }

    /// Whether every object and array that was begun has ended, and one value was written.
    [[nodiscard]] bool is_complete() const { return depth_ == 0 && has_root_; }

  private:
    enum class Open : unsigned char { array_empty, array, object_empty, object, object_after_key };

    void before_value();
    JsonWriter& begin(char bracket, Open kind);
    JsonWriter& end(char bracket);
    void write_string(std::string_view content);

    [[nodiscard]] Open& open();

    std::string& out_;
    std::array<Open, 12> open_{};  // of the outermost; answers go no deeper and cost no allocation
    std::vector<Open> deeper_;
    std::size_t depth_ = 0;
    bool has_root_ = false;
};

/// Timestamps become RFC 3339 strings, durations seconds with an "s" ("1.5s"), bytes base64.
std::string to_json(const Value& value);

}  // namespace banyan::text
