// SPDX-License-Identifier: Apache-2.0
#include "text/yaml.h"

#include <optional>
#include <sstream>
#include <variant>
#include <vector>

#include "text/utf8.h"
#include "text/yaml_scalar.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace banyan::text {

namespace {

// Turns yaml-cpp's marks into places. Marks come nearly in order, so the cursor rarely walks back; yaml-cpp counts
// bytes, people count characters.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
        return mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), bytes_.size());
    }
    [[nodiscard]] std::string_view rest(const YAML::Mark& mark) const { return bytes_.substr(offset(mark)); }

    Place at(const YAML::Mark& mark) {
        const std::size_t target = offset(mark);
        if (target < offset_) {
            offset_ = 0;
            place_ = {};
        }
        const Place step = place_at(bytes_.substr(offset_), target - offset_);
        place_ = step.line == 1 ? Place{place_.line, place_.column + step.column - 1}
                                : Place{place_.line + step.line - 1, step.column};
        offset_ = target;
        return place_;
    }

  private:
    std::string_view bytes_;
    std::size_t offset_ = 0;
    Place place_;
};

// Whether a quoted scalar ends. yaml-cpp takes the end of the file for the closing quote, so a document that was cut
// off would pass.
bool is_closed(std::string_view scalar) {
    if (scalar.starts_with('!')) {  // the mark is that of the tag
        scalar.remove_prefix(std::min(scalar.find_first_of(" \t\r\n"), scalar.size()));
        scalar.remove_prefix(std::min(scalar.find_first_not_of(" \t\r\n"), scalar.size()));
    }
    if (!scalar.starts_with('"') && !scalar.starts_with('\'')) return true;  // a block scalar
    const char quote = scalar.front();
    for (std::size_t at = 1; at < scalar.size(); ++at) {
        if (quote == '"' && scalar[at] == '\\') {
            ++at;
        } else if (scalar[at] == quote) {
            const bool doubled = quote == '\'' && at + 1 < scalar.size() && scalar[at + 1] == quote;
            if (!doubled) return true;
            ++at;
        }
    }
    return false;
}

// Leaves yaml-cpp's parser from inside an event; never leaves this file.
struct Stop {
    Error error;
};

class Builder final : public YAML::EventHandler {
  public:
    Builder(std::string_view bytes, std::string_view file, const Limits& limits)
        : cursor_(bytes), file_(file), limits_(limits), places_(std::string(file), std::string(bytes)) {}

    [[nodiscard]] YamlDocument take() { return {std::move(root_), std::move(places_)}; }
    [[nodiscard]] Error error_at(const YAML::Mark& mark, std::string message) {
        return Error::invalid(std::move(message), to_text(cursor_.at(mark), file_));
    }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        no_anchor(mark, anchor);
        if (wants_key()) return take_key(mark, "");
        put(mark, Value());
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        stop(mark, "aliases are not taken; write the value out where it is used");
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        no_anchor(mark, anchor);
        if (text.size() > limits_.string_bytes)
            stop(mark, "the text is longer than " + std::to_string(limits_.string_bytes) + " bytes");
        if (tag != "?" && !is_closed(cursor_.rest(mark)))
            stop(mark, "the quote that opens here is not closed");
        if (wants_key()) return take_key(mark, text);
        if (tag == "!" || tag == "tag:yaml.org,2002:str") return put(mark, Value(text));
        if (tag != "?" && !tag.empty()) stop(mark, "the tag " + tag + " is not known; leave it out");
        auto value = yaml_plain_scalar(text);
        if (!value.ok()) stop(mark, value.error().message);
        put(mark, std::move(*value));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, tag, anchor);
        open_.push_back(
            {.pointer = pointer_of_next(), .is_map = false, .list = {}, .entries = {}, .key = {}});
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, tag, anchor);
        open_.push_back({.pointer = pointer_of_next(), .is_map = true, .list = {}, .entries = {}, .key = {}});
    }

    void OnSequenceEnd() override {
        Value list(std::move(open_.back().list));
        open_.pop_back();
        add(std::move(list));
    }

    void OnMapEnd() override {
        Value map(std::move(open_.back().entries));
        open_.pop_back();
        add(std::move(map));
    }

  private:
    struct Open {
        std::string pointer;
        bool is_map = false;
        List list;
        Map entries;
        std::optional<std::string> key;  // of the value that comes next
    };

    [[noreturn]] void stop(const YAML::Mark& mark, std::string message) {
        throw Stop{error_at(mark, std::move(message))};
    }

    void no_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor != 0) stop(mark, "anchors are not taken; write the value out where it is used");
    }

    [[nodiscard]] bool wants_key() const {
        return !open_.empty() && open_.back().is_map && !open_.back().key;
    }

    [[nodiscard]] std::string pointer_of_next() const {
        if (open_.empty()) return "";
        const Open& parent = open_.back();
        return parent.is_map ? pointer_to(parent.pointer, *parent.key)
                             : pointer_to(parent.pointer, parent.list.size());
    }

    void take_key(const YAML::Mark& mark, const std::string& key) {
        Open& map = open_.back();
        if (key.empty()) stop(mark, "a key is missing before the colon");
        if (map.entries.find(key) != nullptr)
            stop(mark, "the key " + key + " is written twice; keep one of them");
        if (map.entries.size() == limits_.keys)
            stop(mark, "a map has more than " + std::to_string(limits_.keys) + " keys");
        map.key = key;
        places_.set_key(pointer_of_next(), cursor_.at(mark));
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        no_anchor(mark, anchor);
        if (wants_key()) stop(mark, "a key must be text");
        if (tag != "?" && tag != "!" && !tag.empty())
            stop(mark, "the tag " + tag + " is not known; leave it out");
        if (open_.size() == limits_.depth)
            stop(mark, "lists and maps are nested deeper than " + std::to_string(limits_.depth));
        places_.set(pointer_of_next(), cursor_.at(mark), cursor_.offset(mark));
    }

    void put(const YAML::Mark& mark, Value value) {
        places_.set(pointer_of_next(), cursor_.at(mark), cursor_.offset(mark));
        add(std::move(value));
    }

    void add(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Open& parent = open_.back(); parent.is_map) {
            const bool is_new = parent.entries.insert(std::move(*parent.key), std::move(value));
            ASSERT(is_new);
            parent.key.reset();
        } else {
            parent.list.push_back(std::move(value));
        }
    }

    Cursor cursor_;
    std::string file_;
    const Limits& limits_;
    std::vector<Open> open_;
    Value root_;
    Places places_;
};

// What the parser must not see: it would guess another encoding, or take the byte for text.
std::optional<std::size_t> find_foreign_byte(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto c = static_cast<unsigned char>(bytes[at]);
        if (c == 0x7FU || (c < 0x20U && c != '\t' && c != '\n' && c != '\r')) return at;
    }
    return std::nullopt;
}

}  // namespace

Result<YamlDocument> parse_yaml_document(std::string_view bytes, std::string_view file,
                                         const Limits& limits) {
    if (bytes.size() > limits.bytes)
        return Error::invalid("the document is longer than " + std::to_string(limits.bytes) + " bytes",
                              std::string(file));
    if (const auto bad = find_invalid_utf8(bytes))
        return Error::invalid("the text is not valid UTF-8 here; save it as UTF-8",
                              to_text(place_at(bytes, *bad), file));
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (const auto bad = find_foreign_byte(bytes))
        return Error::invalid("a control character; remove it", to_text(place_at(bytes, *bad), file));

    Builder builder(bytes, file, limits);
    try {
        std::istringstream stream{std::string(bytes)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder))
            return Error::invalid("the document is empty", to_text({}, file));
        YamlDocument document = builder.take();
        if (parser) return Error::invalid("the file holds several documents; keep one", std::string(file));
        return document;
    } catch (const Stop& stop) {
        return stop.error;
    } catch (const YAML::Exception& exception) {
        return builder.error_at(exception.mark, exception.msg);
    }
}

Result<Value> parse_yaml(std::string_view bytes, std::string_view file, const Limits& limits) {
    return std::move(TRY(parse_yaml_document(bytes, file, limits)).value);
}

}  // namespace banyan::text
