// SPDX-License-Identifier: Apache-2.0
#include "text/json.h"

#include <algorithm>
#include <string>
#include <vector>

#include "text/json_fault.h"
#include "text/json_number.h"

#include <simdjson.h>

namespace banyan::text {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view blanks = " \t\n\r";
// A document of more values than this is rare enough to allocate for itself.
constexpr std::size_t views_kept_max = 16'384;

// Builds views from simdjson's cursor. False means "refused"; why and where is find_json_fault's work.
class JsonBuilder {
  public:
    JsonBuilder(const Limits& limits, DuplicateKeys duplicates, std::vector<JsonView>& views,
                std::vector<std::string_view>& sorted_keys)
        : limits_(limits), duplicates_(duplicates), views_(views), sorted_keys_(sorted_keys) {
        views_.clear();
    }

    template <typename Element>
    bool value(Element& element, std::size_t depth, std::string_view key = {}) {
        ondemand::json_type type{};
        if (element.type().get(type) != simdjson::SUCCESS) return false;
        const std::size_t at = views_.size();
        views_.emplace_back().key_ = key;
        switch (type) {
            case ondemand::json_type::object: return object(element, at, depth + 1);
            case ondemand::json_type::array: return array(element, at, depth + 1);
            case ondemand::json_type::string: return string(element, views_[at]);
            case ondemand::json_type::number: return number(element, views_[at]);
            case ondemand::json_type::boolean:
                views_[at].kind_ = Value::Kind::boolean;
                return element.get_bool().get(views_[at].content_.boolean) == simdjson::SUCCESS;
            case ondemand::json_type::null: {
                bool is_null = false;
                return simdjson::simdjson_result<bool>(element.is_null()).get(is_null) == simdjson::SUCCESS &&
                       is_null;
            }
        }
        return false;
    }

  private:
    template <typename Element>
    bool object(Element& element, std::size_t at, std::size_t depth) {
        ondemand::object object;
        if (depth > limits_.depth || element.get_object().get(object) != simdjson::SUCCESS) return false;
        std::size_t size = 0;
        for (auto result : object) {
            ondemand::field field;
            std::string_view key;
            if (std::move(result).get(field) != simdjson::SUCCESS) return false;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
            if (key.size() > limits_.string_bytes || size == limits_.keys) return false;
            // The key lies in simdjson's buffer of strings, which grows while its value is read but never moves.
            if (!value(field.value(), depth, key)) return false;
            ++size;
        }
        close(at, Value::Kind::map, size);
        if (!has_duplicates(views_[at])) return true;
        views_[at].repeats_a_key_ = true;
        return duplicates_ == DuplicateKeys::last_wins;
    }

    template <typename Element>
    bool array(Element& element, std::size_t at, std::size_t depth) {
        ondemand::array array;
        if (depth > limits_.depth || element.get_array().get(array) != simdjson::SUCCESS) return false;
        std::size_t size = 0;
        for (auto result : array) {
            ondemand::value item;
            if (std::move(result).get(item) != simdjson::SUCCESS || !value(item, depth)) return false;
            ++size;
        }
        close(at, Value::Kind::list, size);
        return true;
    }

    void close(std::size_t at, Value::Kind kind, std::size_t size) {
        views_[at].kind_ = kind;
        views_[at].size_ = size;
        views_[at].extent_ = static_cast<std::uint32_t>(views_.size() - at);
    }

    template <typename Element>
    bool string(Element& element, JsonView& view) {
        std::string_view content;
        if (element.get_string().get(content) != simdjson::SUCCESS) return false;
        view.kind_ = Value::Kind::string;
        view.content_.text = content.data();
        view.size_ = content.size();
        return content.size() <= limits_.string_bytes;
    }

    template <typename Element>
    bool number(Element& element, JsonView& view) {
        view.kind_ = Value::Kind::integer;
        if (element.get_int64().get(view.content_.integer) == simdjson::SUCCESS) return true;
        // simdjson's own get_number is not used: 3.0 loses doubles of more than 19 digits (it answers 0), and it has
        // no answer for integers beyond 64 bits, which are doubles to us.
        std::string_view token;
        if (simdjson::simdjson_result<std::string_view>(element.raw_json_token()).get(token) !=
            simdjson::SUCCESS)
            return false;
        const std::size_t last = token.find_last_not_of(blanks);
        token = token.substr(0, last == std::string_view::npos ? 0 : last + 1);
        if (token.empty() || json_number_length(token) != token.size()) return false;
        const auto content = json_double(token);
        if (!content) return false;
        view.kind_ = Value::Kind::floating;
        view.content_.floating = *content;
        return true;
    }

    bool has_duplicates(const JsonView& map) {
        if (map.size() <= 16) {
            // Most keys differ in length or first letter, so hardly a pair is compared.
            std::uint64_t seen = 0;
            for (auto at = map.begin(); at != map.end(); ++at) {
                const std::string_view key = at->key();
                const std::size_t first = key.empty() ? 0 : static_cast<unsigned char>(key[0]);
                const std::uint64_t bit = std::uint64_t{1} << ((first * 7 + key.size()) & 63U);
                if ((seen & bit) != 0) {
                    for (auto earlier = map.begin(); earlier != at; ++earlier) {
                        if (earlier->key() == key) return true;
                    }
                }
                seen |= bit;
            }
            return false;
        }
        sorted_keys_.clear();
        for (const JsonView& entry : map) sorted_keys_.emplace_back(entry.key());
        std::sort(sorted_keys_.begin(), sorted_keys_.end());
        return std::adjacent_find(sorted_keys_.begin(), sorted_keys_.end()) != sorted_keys_.end();
    }

    const Limits& limits_;
    DuplicateKeys duplicates_;
    std::vector<JsonView>& views_;
    std::vector<std::string_view>& sorted_keys_;
};

namespace {

bool build(ondemand::parser& parser, std::string& padded, std::size_t size, JsonBuilder& builder) {
    ondemand::document document;
    if (parser.iterate(padded.data(), size, padded.size()).get(document) != simdjson::SUCCESS) return false;
    // At the end of the document, and only there, the cursor has no location.
    return builder.value(document, 0) && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

}  // namespace

struct JsonReader::Buffers {
    ondemand::parser parser;
    std::string padded;  // the document and, after it, the bytes simdjson may touch
    std::vector<JsonView> views;
    std::vector<std::string_view> sorted_keys;
};

JsonReader::JsonReader(Limits limits, DuplicateKeys duplicates)
    : buffers_(std::make_unique<Buffers>()), limits_(limits), duplicates_(duplicates) {}
JsonReader::JsonReader(JsonReader&& other) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&& other) noexcept = default;
JsonReader::~JsonReader() = default;

Result<const JsonView*> JsonReader::view(std::string_view bytes) {
    const std::size_t first = bytes.find_first_not_of(blanks);
    if (bytes.size() <= limits_.bytes && first != std::string_view::npos) {
        // simdjson treats a document that is a lone scalar specially, so it gets a list around it here. A document
        // that closes this list itself leaves something after it, or not exactly one item in it.
        const bool wrapped = bytes[first] != '{' && bytes[first] != '[';
        std::string& padded = buffers_->padded;
        padded.clear();
        if (wrapped) padded += '[';
        padded += bytes;
        if (wrapped) padded += ']';
        const std::size_t size = padded.size();
        padded.append(simdjson::SIMDJSON_PADDING, ' ');
        Limits inner = limits_;
        if (wrapped) ++inner.depth;
        std::vector<JsonView>& views = buffers_->views;
        if (views.capacity() > views_kept_max) std::vector<JsonView>().swap(views);
        JsonBuilder builder(inner, duplicates_, views, buffers_->sorted_keys);
        if (build(buffers_->parser, padded, size, builder)) {
            if (!wrapped) return &views.front();
            if (views.front().size() == 1) return &views[1];
        }
    }
    const auto fault = find_json_fault(bytes, limits_, duplicates_);
    if (!fault) return Error::invalid("the text is not JSON that this program can read");
    return to_error(*fault, bytes);
}

Result<Value> JsonReader::read(std::string_view bytes) { return TRY(view(bytes))->to_value(); }

Result<Value> parse_json(std::string_view bytes, const Limits& limits, DuplicateKeys duplicates) {
    return JsonReader(limits, duplicates).read(bytes);
}

}  // namespace banyan::text
