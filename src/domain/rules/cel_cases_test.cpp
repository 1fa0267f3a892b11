// SPDX-License-Identifier: Apache-2.0

// The conformance cases of the CEL specification, as JSON under BANYAN_DATA/cel-spec (default ../shared/data): those
// files whose subject this module has. What is left out is counted by reason, and nothing that ran may fail.

#include <date/tz.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>

#include "domain/rules/compile.h"
#include "domain/rules/evaluate.h"
#include "domain/rules/parse.h"

namespace banyan::rules {
namespace {

namespace json = boost::json;

/// The machine's own zone database, for the cases that name zones.
class SystemZone : public Zone {
  public:
    explicit SystemZone(const date::time_zone* zone) : zone_(zone) {}
    [[nodiscard]] std::string_view name() const override { return zone_->name(); }
    [[nodiscard]] LocalTime local(Instant instant) const override {
        const date::sys_seconds at{std::chrono::seconds(instant.microseconds / 1'000'000)};
        const auto there = zone_->to_local(at);
        const auto day = std::chrono::floor<date::days>(there);
        return {civil_date(day.time_since_epoch().count()), static_cast<std::int32_t>((there - day).count()),
                static_cast<std::uint8_t>(date::weekday(day).c_encoding())};
    }
    [[nodiscard]] Instant start_of(CivilDate) const override { return {}; }

  private:
    const date::time_zone* zone_;
};

class SystemCalendar : public Calendar {
  public:
    [[nodiscard]] Result<std::shared_ptr<const Zone>> zone(std::string_view name) const override {
        try {
            return std::shared_ptr<const Zone>(std::make_shared<SystemZone>(date::locate_zone(name)));
        } catch (const std::runtime_error& unknown) {
            return Error{ErrorCode::not_found, unknown.what(), {}};
        }
    }
    [[nodiscard]] std::string_view version() const override { return "system"; }
};

/// Turns the cases' protobuf JSON into terms, which it keeps alive.
class Values {
  public:
    Term term(const json::object& value) {
        const auto& [name, content] = *value.begin();
        if (name == "nullValue") return {};
        if (name == "boolValue") return Term(content.as_bool());
        if (name == "int64Value") return Term(static_cast<std::int64_t>(std::stoll(text(content))));
        if (name == "uint64Value") return Term(static_cast<std::uint64_t>(std::stoull(text(content))));
        if (name == "doubleValue") return Term(number(content));
        if (name == "stringValue") return Term(kept(text(content)));
        if (name == "bytesValue") return Term::bytes_of(kept(from_base64(text(content))));
        if (name == "typeValue") return type(text(content));
        if (name == "listValue") return list(content.as_object());
        if (name == "mapValue") return map(content.as_object());
        ADD_FAILURE() << "a value of kind " << name << " needs protobuf";
        return {};
    }

  private:
    static std::string text(const json::value& value) { return std::string(value.as_string()); }
    static double number(const json::value& value) {
        if (!value.is_string()) return value.to_number<double>();
        const std::string word = text(value);
        if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
        const double infinity = std::numeric_limits<double>::infinity();
        return word == "-Infinity" ? -infinity : infinity;
    }
    static Term type(const std::string& name) {
        for (auto kind = std::uint8_t{0}; kind <= static_cast<std::uint8_t>(Kind::type); ++kind) {
            if (name_of(static_cast<Kind>(kind)) == name) return Term::type_of(static_cast<Kind>(kind));
        }
        ADD_FAILURE() << "unknown type " << name;
        return {};
    }
    static std::string from_base64(const std::string& text) {
        static const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::string bytes;
        std::uint32_t bits = 0;
        int count = 0;
        for (const char c : text) {
            if (c == '=') break;
            bits = (bits << 6U) | static_cast<std::uint32_t>(letters.find(c));
            if ((count += 6) >= 8) bytes.push_back(static_cast<char>((bits >> (count -= 8)) & 0xFFU));
        }
        return bytes;
    }
    std::string_view kept(std::string text) { return texts_.emplace_back(std::move(text)); }
    Term list(const json::object& value) {
        std::vector<Term> elements;
        if (const auto* values = value.if_contains("values")) {
            for (const json::value& element : values->as_array())
                elements.push_back(term(element.as_object()));
        }
        return Term::list_of(lists_.emplace_back(std::move(elements)));
    }
    Term map(const json::object& value) {
        std::vector<Entry> entries;
        if (const auto* values = value.if_contains("entries")) {
            for (const json::value& entry : values->as_array())
                entries.push_back({term(entry.at("key").as_object()), term(entry.at("value").as_object())});
        }
        return Term::map_of(maps_.emplace_back(std::move(entries)));
    }

    std::deque<std::string> texts_;
    std::deque<std::vector<Term>> lists_;
    std::deque<std::vector<Entry>> maps_;
};

// Equal in kind too: 1 is not 1u here. NaN is the NaN that was expected.
bool same(const Term& a, const Term& b) {
    if (a.kind() != b.kind()) return false;
    if (a.is(Kind::floating) && a.floating() != a.floating()) return b.floating() != b.floating();
    if (a.is(Kind::list)) {
        if (a.count() != b.count()) return false;
        for (std::size_t i = 0; i < a.count(); ++i) {
            if (!same(a.element(i), b.element(i))) return false;
        }
        return true;
    }
    if (a.is(Kind::map)) {
        if (a.count() != b.count()) return false;
        for (std::size_t i = 0; i < a.count(); ++i) {
            const auto found = b.find(a.entry(i).key);
            if (!found || !same(a.entry(i).value, *found)) return false;
        }
        return true;
    }
    return equal(a, b);
}

struct Outcome {
    Term term;
    std::string error;  // empty when there is a value
};

class Case {
  public:
    explicit Case(const json::object& test) : test_(test) {}

    [[nodiscard]] std::string source() const { return std::string(test_.at("expr").as_string()); }

    /// Empty, or why it passes over.
    [[nodiscard]] std::string skipped() const {
        if (const auto* needs = test_.if_contains("x_needs_protobuf"); needs != nullptr && needs->as_bool())
            return "needs protobuf";
        for (const char* macro : {".all(", ".exists(", ".exists_one(", ".map(", ".filter("}) {
            if (source().find(macro) != std::string::npos) return "macros come with the next issue";
        }
        if (source().find(".matches(") != std::string::npos)
            return "matches() wants a regular expression port";
        return "";
    }

    /// Empty when it passed, else what happened instead.
    std::string run() {
        const Outcome outcome = evaluated();
        if (test_.contains("evalError")) return outcome.error.empty() ? "expected an error" : "";
        if (!outcome.error.empty()) return outcome.error;
        const json::value* value = test_.if_contains("value");
        if (const json::value* typed = test_.if_contains("typedResult"))
            value = typed->as_object().if_contains("result");
        const Term expected = value != nullptr ? values_.term(value->as_object()) : Term(true);
        return same(outcome.term, expected)
                   ? ""
                   : "another value, of kind " + std::string(name_of(outcome.term.kind()));
    }

  private:
    static Kind kind_of(const json::object& type) {
        const auto& [name, content] = *type.begin();
        if (name == "listType") return Kind::list;
        if (name == "mapType") return Kind::map;
        if (name != "primitive") return Kind::dyn;
        static const std::map<std::string, Kind, std::less<>> kinds = {
            {"BOOL", Kind::boolean},    {"INT64", Kind::integer}, {"UINT64", Kind::unsigned_integer},
            {"DOUBLE", Kind::floating}, {"STRING", Kind::string}, {"BYTES", Kind::bytes}};
        return kinds.at(std::string(content.as_string()));
    }

    void declare() {
        if (const auto* environment = test_.if_contains("typeEnv")) {
            for (const json::value& entry : environment->as_array()) {
                const auto* ident = entry.as_object().if_contains("ident");
                if (ident == nullptr) continue;
                const Kind kind = kind_of(ident->at("type").as_object());
                EXPECT_TRUE(schema_.declare(std::string(entry.at("name").as_string()), kind).ok());
            }
        }
        if (const auto* bindings = test_.if_contains("bindings")) {
            for (const auto& binding : bindings->as_object()) {
                const std::string name(binding.key());
                if (schema_.find(name)) continue;
                EXPECT_TRUE(schema_.declare(name, Kind::dyn).ok());
            }
        }
    }

    Outcome evaluated() {
        const auto expression = parse(source());
        if (!expression.ok()) return {{}, expression.error().text()};
        declare();
        const bool dynamic = test_.contains("disableCheck");
        const auto program =
            compile(*expression, schema_, {}, dynamic ? Checking::dynamic : Checking::declared);
        if (!program.ok()) return {{}, program.error().text()};
        program_ = *program;
        Activation row(schema_);
        if (const auto* bindings = test_.if_contains("bindings")) {
            for (const auto& binding : bindings->as_object())
                row.set(*schema_.find(std::string(binding.key())),
                        values_.term(binding.value().at("value").as_object()));
        }
        static const SystemCalendar calendar;
        const Term term = evaluate(*program_, row, scratch_, &calendar);
        if (term.is_missing()) return {{}, program_->describe(term).text()};
        return {term, ""};
    }

    const json::object& test_;
    Values values_;
    Schema schema_;
    std::optional<Program> program_;
    Scratch scratch_;
};

std::string data_folder() {
    const char* folder = std::getenv("BANYAN_DATA");
    return folder != nullptr ? folder : "../shared/data";
}

TEST(CelCases, OfTheSpecification) {
    int passed = 0;
    int failed = 0;
    std::map<std::string, int> skipped;
    for (const char* name : {"basic", "comparisons", "fields", "integer_math", "fp_math", "lists", "logic",
                             "parse", "string", "timestamps", "conversions", "plumbing"}) {
        const std::string path = data_folder() + "/cel-spec/" + name + ".json";
        std::ifstream file(path);
        if (!file) GTEST_SKIP() << path << " is absent; set BANYAN_DATA";
        std::stringstream content;
        content << file.rdbuf();
        const json::value cases = json::parse(content.str());
        int passed_here = 0;
        for (const json::value& section : cases.at("section").as_array()) {
            for (const json::value& test : section.at("test").as_array()) {
                Case one(test.as_object());
                if (const std::string reason = one.skipped(); !reason.empty()) {
                    ++skipped[reason];
                    continue;
                }
                const std::string failure = one.run();
                EXPECT_EQ(failure, "")
                    << name << '/' << section.at("name") << '/' << test.at("name") << ": " << one.source();
                ++(failure.empty() ? passed_here : failed);
            }
        }
        passed += passed_here;
        std::cout << name << ": " << passed_here << " passed\n";
    }
    int skipped_in_all = 0;
    for (const auto& [reason, count] : skipped) {
        std::cout << "skipped " << count << ": " << reason << '\n';
        skipped_in_all += count;
    }
    std::cout << passed << " passed, " << failed << " failed, " << skipped_in_all << " skipped\n";
    EXPECT_GT(passed, 0);
}

}  // namespace
}  // namespace banyan::rules
