// SPDX-License-Identifier: Apache-2.0
#pragma once

// YAML text to a Value: documents that people write, such as programmes and mapping files. Plain scalars are typed by
// the core schema of YAML 1.2 (true, null, 12, 0x1F, 1.5; "yes" and 12:30 are text), quoted ones are text. Anchors,
// aliases, tags beyond !!str, several documents in one file and keys that are no text are refused: a document says
// everything once, where it stands. Integers beyond 64 bits are refused.
//
// Every error names its place. What is found wrong later, by a reader of the Value, is told with the place too: it
// names a JSON pointer, and `Places` knows where that stands in the file, down to a character inside a text.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "text/limits.h"
#include "text/place.h"

namespace banyan::text {

/// Where each value of a document stands in its file.
class Places {
  public:
    Places() = default;
    Places(std::string file, std::string bytes) : file_(std::move(file)), bytes_(std::move(bytes)) {}

    /// `offset`: of the value's first byte.
    void set(std::string pointer, Place place, std::size_t offset) {
        places_[std::move(pointer)] = {place, offset};
    }
    void set_key(std::string pointer, Place place) { keys_[std::move(pointer)] = place; }
    /// Of the value at the JSON pointer, or of the nearest one above it that is there; 1:1 when none is.
    [[nodiscard]] Place at(std::string_view pointer) const;
    /// Of the key under which the value stands.
    [[nodiscard]] Place key_at(std::string_view pointer) const;
    /// Of the character at `inside` of a value that reads `text`: in a quoted, folded or block scalar, too.
    [[nodiscard]] Place inside(std::string_view pointer, std::string_view text, Place inside) const;
    [[nodiscard]] const std::string& file() const { return file_; }
    /// "file:line:column"
    [[nodiscard]] std::string where(std::string_view pointer) const { return to_text(at(pointer), file_); }

  private:
    struct Stands {
        Place place;
        std::size_t offset = 0;
    };
    std::string file_;
    std::string bytes_;
    std::map<std::string, Stands, std::less<>> places_;
    std::map<std::string, Place, std::less<>> keys_;
};

struct YamlDocument {
    Value value;
    Places places;
};

/// `file` is the name that errors show.
Result<YamlDocument> parse_yaml_document(std::string_view bytes, std::string_view file,
                                         const Limits& limits = {});
Result<Value> parse_yaml(std::string_view bytes, std::string_view file, const Limits& limits = {});

/// The value at a JSON pointer, or nullptr.
const Value* find_at(const Value& value, std::string_view pointer);
/// `pointer` one step deeper, with the escapes of RFC 6901.
std::string pointer_to(std::string_view pointer, std::string_view key);
std::string pointer_to(std::string_view pointer, std::size_t index);

}  // namespace banyan::text
