// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/diff.h"

#include <algorithm>

#include "domain/programme/canonical.h"
#include "domain/programme/wording.h"

namespace banyan::programme {

namespace {

const Value empty_map{Map()};
const Value empty_list{List()};

const Value* find(const Value& item, std::string_view key) {
    const Value* found = item.is(Value::Kind::map) ? item.map().find(key) : nullptr;
    return found != nullptr && found->is(Value::Kind::null) ? nullptr : found;
}

// The key that names an entry: `unit` in units, `tier` in tiers.
constexpr std::pair<std::string_view, const char*> identities[] = {{"units", "unit"},
                                                                   {"ladders", "ladder"},
                                                                   {"tiers", "tier"},
                                                                   {"earning", "rule"},
                                                                   {"cost_centres", "cost_centre"},
                                                                   {"limits", "limit"},
                                                                   {"metrics", "metric"},
                                                                   {"dimensions", "dimension"},
                                                                   {"on_change", "unit"},
                                                                   {"enter", "unit"},
                                                                   {"events", "event"},
                                                                   {"stacking", "group"},
                                                                   {"calendars", "calendar"},
                                                                   {"coupons", "coupon"},
                                                                   {"prices", "price"},
                                                                   {"promotions", "promotion"},
                                                                   {"groups", "group"},
                                                                   // Steps and effects have no codes.
                                                                   {"steps", ""},
                                                                   {"does", ""}};

// Of a section that is not known here, the first key that is written.
std::string identity_of(std::string_view section, const List& entries) {
    for (const auto& [name, key] : identities) {
        if (name == section) return key;
    }
    for (const Value& entry : entries) {
        if (entry.is(Value::Kind::map) && entry.map().size() > 0) return entry.map().entries().front().first;
    }
    return {};
}

std::string code_of(const Value& entry, const std::string& identity) {
    const Value* code = find(entry, identity);
    return code != nullptr && code->is(Value::Kind::string) ? code->string() : std::string();
}

const Value* with_code(const List& entries, const std::string& identity, const std::string& code) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Value& entry) { return code_of(entry, identity) == code; });
    return found != entries.end() ? &*found : nullptr;
}

// Entries have codes. The days of a calendar or the steps of a rule have none: they are one field.
bool is_list_of_entries(std::string_view section, const Value* value) {
    if (value == nullptr || !value->is(Value::Kind::list) || value->list().empty()) return false;
    const Value& first = value->list().front();
    return first.is(Value::Kind::map) && !code_of(first, identity_of(section, value->list())).empty();
}

// `per` is a period of a limit, and so much money of a rule; `of` what a metric adds up, and which rules are multiplied.
std::string label_of(const Wording& wording, std::string_view key, const Value* value, const Value& item) {
    if (Wording::is_offer(item)) {
        if (auto label = wording.label_of_offers("offer." + std::string(key))) return *std::move(label);
    }
    if (key == "of" && value != nullptr && value->is(Value::Kind::list)) return wording.label("of_rules");
    const bool is_money = key == "per" && value != nullptr && value->is(Value::Kind::integer);
    return wording.label(is_money ? "per_money" : key);
}

class Differ {
  public:
    Differ(Wording before, Wording after) : before_(std::move(before)), after_(std::move(after)) {}

    void compare(const std::string& about, const Value& before, const Value& after,
                 const std::string& identity) {
        std::vector<std::string> keys;
        for (const Value* item : {&before, &after}) {
            for (const Map::Entry& entry : item->map().entries()) {
                const bool is_known = std::find(keys.begin(), keys.end(), entry.first) != keys.end();
                if (!is_known && entry.first != identity) keys.push_back(entry.first);
            }
        }
        for (const std::string& key : keys) {
            const Value* old = find(before, key);
            const Value* now = find(after, key);
            if (is_list_of_entries(key, old) || is_list_of_entries(key, now))
                compare_lists(about, key, old, now);
            else if (key == "score")
                compare(about, old != nullptr ? *old : empty_map, now != nullptr ? *now : empty_map, "");
            else if (key == "arbitration" || key == "points_at_checkout")
                compare(after_.heading(key), old != nullptr ? *old : empty_map,
                        now != nullptr ? *now : empty_map, "");
            else if (key == "names")
                compare_names(about, old, now, before, after);
            else
                compare_field(about, key, old, now, before, after);
        }
    }

    std::vector<std::string> take() { return std::move(sentences_); }

  private:
    [[nodiscard]] const char* pick(const char* en, const char* zh) const {
        return after_.language == Language::en ? en : zh;
    }

    void compare_field(const std::string& about, const std::string& key, const Value* old, const Value* now,
                       const Value& before, const Value& after) {
        const Value* absent = Wording::default_of(key);
        if (old == nullptr) old = absent;
        if (now == nullptr) now = absent;
        if (old == nullptr && now == nullptr) return;
        if (old != nullptr && now != nullptr && canonical(*old) == canonical(*now)) return;
        const std::string was = before_.say(key, old, before);
        const std::string is = after_.say(key, now, after);
        if (was != is)
            return say(about, label_of(after_, key, now, after) + was + pick(" becomes ", "，改为") + is);
        // Two ways of writing that read the same: shown as they are written.
        if (key == "expiry" || key == "pending") return;
        say(about, label_of(after_, key, now, after) + canonical(*old) + pick(" becomes ", "，改为") +
                       canonical(*now));
    }

    void compare_names(const std::string& about, const Value* old, const Value* now, const Value& before,
                       const Value& after) {
        for (const char* language : {"zh", "en"}) {
            const Value* was = old != nullptr ? find(*old, language) : nullptr;
            const Value* is = now != nullptr ? find(*now, language) : nullptr;
            compare_field(about, std::string("names.") + language, was, is, before, after);
        }
    }

    void compare_lists(const std::string& about, const std::string& section, const Value* old,
                       const Value* now) {
        const List& before = (old != nullptr ? *old : empty_list).list();
        const List& after = (now != nullptr ? *now : empty_list).list();
        const std::string identity = identity_of(section, after.empty() ? before : after);
        const auto named = [&](const std::string& code) {
            return (about.empty() ? "" : about + pick(", ", "，")) + after_.heading(section) + " " + code;
        };
        for (const Value& entry : before) {
            const std::string code = code_of(entry, identity);
            if (with_code(after, identity, code) == nullptr)
                sentences_.push_back(named(code) + pick(" is removed", "：删除"));
        }
        for (const Value& entry : after) {
            const std::string code = code_of(entry, identity);
            const Value* earlier = with_code(before, identity, code);
            if (earlier == nullptr)
                sentences_.push_back(named(code) + pick(" is new: ", "：新增，") + summary(entry, identity));
            else
                compare(named(code), *earlier, entry, identity);
        }
        compare_order(about, section, identity, before, after);
    }

    // Rules are asked, and tiers rise, in the order in which they stand.
    void compare_order(const std::string& about, const std::string& section, const std::string& identity,
                       const List& before, const List& after) {
        std::vector<std::string> was;
        std::vector<std::string> is;
        for (const Value& entry : before) {
            if (with_code(after, identity, code_of(entry, identity)) != nullptr)
                was.push_back(code_of(entry, identity));
        }
        for (const Value& entry : after) {
            if (with_code(before, identity, code_of(entry, identity)) != nullptr)
                is.push_back(code_of(entry, identity));
        }
        if (was == is || section == "cost_centres" || section == "prices" || section == "promotions") return;
        std::string order;
        for (const std::string& code : is) order += (order.empty() ? "" : ", ") + code;
        sentences_.push_back((about.empty() ? section : about + pick(", ", "，") + section) +
                             pick(" stand in another order: ", "：顺序变为 ") + order);
    }

    std::string summary(const Value& entry, const std::string& identity) const {
        std::string all;
        for (const Map::Entry& field : entry.map().entries()) {
            if (field.first == identity || field.first == "names") continue;
            std::string said;
            if (is_list_of_entries(field.first, &field.second)) {
                for (const Value& part : field.second.list())
                    said += (said.empty() ? "" : ", ") +
                            code_of(part, identity_of(field.first, field.second.list()));
                said = after_.heading(field.first) + " " + said;
            } else {
                said = label_of(after_, field.first, &field.second, entry) +
                       after_.say(field.first, &field.second, entry);
            }
            all += (all.empty() ? "" : pick("; ", "；")) + said;
        }
        return all;
    }

    void say(const std::string& about, const std::string& sentence) {
        sentences_.push_back(about.empty() ? sentence : about + pick(": ", "：") + sentence);
    }

    Wording before_;
    Wording after_;
    std::vector<std::string> sentences_;
};

Wording wording_of(const Value& document, Language language) {
    const Value* currency = find(document, "currency");
    return {language, currency != nullptr && currency->is(Value::Kind::string) ? currency->string() : "",
            find(document, "units")};
}

}  // namespace

std::vector<std::string> differences(const Value& before, const Value& after, Language language) {
    Differ differ(wording_of(before, language), wording_of(after, language));
    differ.compare("", before, after, "");
    return differ.take();
}

}  // namespace banyan::programme
