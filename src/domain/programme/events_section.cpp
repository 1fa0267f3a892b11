// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/programme/sections.h"

namespace banyan::programme {

namespace {

bool is_name(std::string_view text) {
    if (text.empty() || text.front() < 'a' || text.front() > 'z') return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// review.posted, check_in
bool is_event_code(std::string_view code) {
    while (true) {
        const std::size_t dot = code.find('.');
        if (!is_name(code.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        code.remove_prefix(dot + 1);
    }
}

// These are the product's own: their events have a body, a meaning and effects already.
bool is_taken(std::string_view code) {
    for (const char* own : {"order.", "member.", "points.", "after_sale."}) {
        if (code.starts_with(own)) return true;
    }
    return false;
}

void read_attributes(Reader& event, earning::EventType& type) {
    auto attributes = event.object("attributes");
    if (!attributes || !attributes->value().is(Value::Kind::map)) return;
    constexpr rules::Kind kinds[] = {rules::Kind::integer, rules::Kind::boolean, rules::Kind::string};
    for (const Map::Entry& entry : attributes->value().map().entries()) {
        const auto kind = attributes->word(entry.first, {"int", "bool", "string"});
        const std::string& name = entry.first;
        const std::string_view own[] = {"type", "time", "month", "day", "weekday"};
        if (!is_name(name))
            attributes->fail("an attribute is named with small letters, digits and _, such as \"rating\"",
                             name);
        else if (std::find(std::begin(own), std::end(own), name) != std::end(own))
            attributes->fail("every event has \"event." + name + "\" already; name the attribute otherwise",
                             name);
        else if (kind)
            type.attributes.push_back({name, kinds[*kind]});
    }
    attributes->finish();
}

}  // namespace

earning::EventType read_event_type(Reader& reader) {
    earning::EventType type;
    type.code = reader.required_text("event");
    const Names names = read_names(reader, type.code);
    type.name_zh = names.zh;
    type.name_en = names.en;
    read_attributes(reader, type);
    reader.finish();
    if (type.code.empty()) return type;
    if (!is_event_code(type.code) || type.code.size() > 64)
        reader.fail("an event is named with small letters, digits, _ and dots, such as \"review.posted\"",
                    "event");
    else if (is_taken(type.code))
        reader.fail(
            "events of order, member, points and after_sale are the product's own; name it otherwise, such "
            "as "
            "\"" +
                type.code.substr(type.code.find('.') + 1) + "\"",
            "event");
    return type;
}

earning::Group read_group(Reader& reader) {
    earning::Group group;
    group.code = reader.required_text("group");
    if (!reader.has("policy")) reader.required_text("policy");
    if (const auto policy = reader.word("policy", {"add", "multiply", "best"}))
        group.policy = static_cast<earning::Policy>(*policy);
    reader.finish();
    return group;
}

}  // namespace banyan::programme
