// SPDX-License-Identifier: Apache-2.0
#include "text/json.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "text/json_fault.h"
#include "text/json_number.h"

#include <simdjson.h>

namespace banyan::text {

namespace ondemand = simdjson::ondemand;

struct JsonReader::Buffers {
    ondemand::parser parser;
    std::string padded;  // the document and, after it, the bytes simdjson may touch
    std::vector<std::string_view> sorted_keys;
};

namespace {

constexpr std::string_view blanks = " \t\n\r";

// Builds Values from simdjson's cursor. Nothing means "refused"; why and where is find_json_fault's work.
class Builder {
  public:
    Builder(const Limits& limits, DuplicateKeys duplicates, std::vector<std::string_view>& sorted_keys)
        : limits_(limits), duplicates_(duplicates), sorted_keys_(sorted_keys) {}

    template <typename Element>
    std::optional<Value> value(Element& element, std::size_t depth) {
        ondemand::json_type type{};
        if (element.type().get(type) != simdjson::SUCCESS) return std::nullopt;
        switch (type) {
            case ondemand::json_type::object: return object(element, depth + 1);
            case ondemand::json_type::array: return array(element, depth + 1);
            case ondemand::json_type::string: return string(element);
            case ondemand::json_type::number: return number(element);
            case ondemand::json_type::boolean: {
                bool content = false;
                if (element.get_bool().get(content) != simdjson::SUCCESS) return std::nullopt;
                return Value(content);
            }
            case ondemand::json_type::null: {
                bool is_null = false;
                if (simdjson::simdjson_result<bool>(element.is_null()).get(is_null) != simdjson::SUCCESS ||
                    !is_null)
                    return std::nullopt;
                return Value();
            }
        }
        return std::nullopt;
    }

  private:
    template <typename Element>
    std::optional<Value> object(Element& element, std::size_t depth) {
        ondemand::object object;
        if (depth > limits_.depth || element.get_object().get(object) != simdjson::SUCCESS)
            return std::nullopt;
        std::vector<Map::Entry> entries;
        entries.reserve(8);  // of most objects that come in numbers
        for (auto result : object) {
            ondemand::field field;
            std::string_view key;
            if (std::move(result).get(field) != simdjson::SUCCESS) return std::nullopt;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS) return std::nullopt;
            if (key.size() > limits_.string_bytes || entries.size() == limits_.keys) return std::nullopt;
            // The key lies in simdjson's buffer of strings, which grows while its value is read but never moves.
            auto content = value(field.value(), depth);
            if (!content) return std::nullopt;
            entries.emplace_back(key, std::move(*content));
        }
        if (has_duplicates(entries)) {
            if (duplicates_ == DuplicateKeys::refuse) return std::nullopt;
            keep_last(entries);
        }
        return Value(Map::of_unique(std::move(entries)));
    }

    template <typename Element>
    std::optional<Value> array(Element& element, std::size_t depth) {
        ondemand::array array;
        if (depth > limits_.depth || element.get_array().get(array) != simdjson::SUCCESS) return std::nullopt;
        List list;
        for (auto result : array) {
            ondemand::value item;
            if (std::move(result).get(item) != simdjson::SUCCESS) return std::nullopt;
            auto content = value(item, depth);
            if (!content) return std::nullopt;
            list.push_back(std::move(*content));
        }
        return Value(std::move(list));
    }

    template <typename Element>
    std::optional<Value> string(Element& element) {
        std::string_view content;
        if (element.get_string().get(content) != simdjson::SUCCESS) return std::nullopt;
        if (content.size() > limits_.string_bytes) return std::nullopt;
        return Value(content);
    }

    template <typename Element>
    std::optional<Value> number(Element& element) {
        std::int64_t integer = 0;
        if (element.get_int64().get(integer) == simdjson::SUCCESS) return Value(integer);
        // simdjson's own get_number is not used: 3.0 loses doubles of more than 19 digits (it answers 0), and it has
        // no answer for integers beyond 64 bits, which are doubles to us.
        std::string_view token;
        if (simdjson::simdjson_result<std::string_view>(element.raw_json_token()).get(token) !=
            simdjson::SUCCESS)
            return std::nullopt;
        const std::size_t last = token.find_last_not_of(blanks);
        token = token.substr(0, last == std::string_view::npos ? 0 : last + 1);
        if (token.empty() || json_number_length(token) != token.size()) return std::nullopt;
        const auto content = json_double(token);
        if (!content) return std::nullopt;
        return Value(*content);
    }

    bool has_duplicates(const std::vector<Map::Entry>& entries) {
        if (entries.size() <= 16) {
            for (std::size_t i = 1; i < entries.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    if (entries[i].first == entries[j].first) return true;
                }
            }
            return false;
        }
        sorted_keys_.clear();
        for (const Map::Entry& entry : entries) sorted_keys_.emplace_back(entry.first);
        std::sort(sorted_keys_.begin(), sorted_keys_.end());
        return std::adjacent_find(sorted_keys_.begin(), sorted_keys_.end()) != sorted_keys_.end();
    }

    // Each key stays where it came first, with the value it had last.
    static void keep_last(std::vector<Map::Entry>& entries) {
        std::vector<Map::Entry> kept;
        for (Map::Entry& entry : entries) {
            const auto same = [&entry](const Map::Entry& other) { return other.first == entry.first; };
            const auto earlier = std::find_if(kept.begin(), kept.end(), same);
            if (earlier == kept.end())
                kept.push_back(std::move(entry));
            else
                earlier->second = std::move(entry.second);
        }
        entries = std::move(kept);
    }

    const Limits& limits_;
    DuplicateKeys duplicates_;
    std::vector<std::string_view>& sorted_keys_;
};

std::optional<Value> build(ondemand::parser& parser, std::string& padded, std::size_t size, bool wrapped,
                           Builder& builder) {
    ondemand::document document;
    if (parser.iterate(padded.data(), size, padded.size()).get(document) != simdjson::SUCCESS)
        return std::nullopt;
    auto content = builder.value(document, 0);
    // At the end of the document, and only there, the cursor has no location.
    if (!content || document.current_location().error() != simdjson::OUT_OF_BOUNDS) return std::nullopt;
    if (!wrapped) return content;
    if (content->list().size() != 1) return std::nullopt;
    return content->list().front();
}

}  // namespace

JsonReader::JsonReader(Limits limits, DuplicateKeys duplicates)
    : buffers_(std::make_unique<Buffers>()), limits_(limits), duplicates_(duplicates) {}
JsonReader::JsonReader(JsonReader&& other) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&& other) noexcept = default;
JsonReader::~JsonReader() = default;

Result<Value> JsonReader::read(std::string_view bytes) {
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
        Builder builder(inner, duplicates_, buffers_->sorted_keys);
        if (auto content = build(buffers_->parser, padded, size, wrapped, builder))
            return std::move(*content);
    }
    const auto fault = find_json_fault(bytes, limits_, duplicates_);
    if (!fault) return Error::invalid("the text is not JSON that this program can read");
    return to_error(*fault, bytes);
}

Result<Value> parse_json(std::string_view bytes, const Limits& limits, DuplicateKeys duplicates) {
    return JsonReader(limits, duplicates).read(bytes);
}

}  // namespace banyan::text
