// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON bytes to a Value, strictly RFC 8259: no comments, no trailing commas, no invalid UTF-8, no lone surrogates, no
// byte order mark, and unless asked otherwise no key twice. Numbers without fraction and exponent that fit int64 become integers, all
// others the nearest double; a number beyond the doubles is refused.
//
// Two readers share the work. simdjson reads what is right, fast; only when something is wrong does the plain scanner
// of json_fault.h walk the text again, to say what and where. The fuzz target json holds that the two always agree
// on right and wrong.

#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "text/json_view.h"
#include "text/limits.h"

namespace banyan::text {

/// RFC 8259 lets an object name a key twice and says nothing of what it means. We refuse it, because two readers that
/// take different values for the same amount are a security hole; `last_wins` is for what must take any JSON.
enum class DuplicateKeys : unsigned char { refuse, last_wins };

/// Reads one document after another and keeps its buffers between them, so that bulk ingest allocates nothing for what
/// it only looks at. Not for use by two threads at once.
class JsonReader {
  public:
    explicit JsonReader(Limits limits = {}, DuplicateKeys duplicates = DuplicateKeys::refuse);
    JsonReader(JsonReader&& other) noexcept;
    JsonReader& operator=(JsonReader&& other) noexcept;
    ~JsonReader();

    /// The document, or an `invalid` error whose `where` is "line:column" and whose message ends with the byte offset.
    Result<Value> read(std::string_view bytes);
    /// The same without a copy: what it points to is there until the reader reads again. Never nullptr. Under
    /// `last_wins` a view keeps every key it met; it is read() that lets the last one win.
    Result<const JsonView*> view(std::string_view bytes);

  private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
    Limits limits_;
    DuplicateKeys duplicates_;
};

/// One document. Use a JsonReader where there are many.
Result<Value> parse_json(std::string_view bytes, const Limits& limits = {},
                         DuplicateKeys duplicates = DuplicateKeys::refuse);

}  // namespace banyan::text
