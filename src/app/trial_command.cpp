// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cctype>

#include "app/files.h"
#include "app/programme_command.h"
#include "app/programme_file.h"
#include "app/server_call.h"
#include "app/terminal.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

const Value nothing;

const Value& value_in(const Value& object, std::string_view key) {
    const Value* found = object.is(Value::Kind::map) ? object.map().find(key) : nullptr;
    return found != nullptr ? *found : nothing;
}

// "100 points", with what is worth knowing of when it can be spent.
std::string grant_of(const Value& earned) {
    std::string text = text_in(earned, "amount") + " " + text_in(earned, "unit");
    if (const std::string rule = text_in(earned, "rule"); !rule.empty()) text += " by " + rule;
    if (const std::string capped = text_in(earned, "capped"); capped != "0" && !capped.empty())
        text += ", " + capped + " beyond the cap";
    if (const std::string from = text_in(earned, "available_at"); !from.empty())
        text += ", usable from " + from;
    if (const std::string until = text_in(earned, "expires_at"); !until.empty()) text += ", until " + until;
    return text;
}

std::string tier_in(const Value& change, std::string_view key) {
    const std::string tier = text_in(change, key);
    return tier.empty() ? "no tier" : tier;
}

void say_rule(const Value& rule) {
    const bool held = text_in(rule, "held") == "true";
    const std::string fault = text_in(rule, "fault");
    const std::string came = !fault.empty() ? "cannot be evaluated: " + fault
                             : held         ? text_in(rule, "amount") + " " + text_in(rule, "unit")
                                            : "does not apply";
    say(fmt::format("  {:<24} {}", text_in(rule, "rule"), came));
    if (const std::string when = text_in(rule, "when"); when != "true") say("    when   " + when);
    for (const Value& reason : list_in(rule, "because")) {
        if (reason.is(Value::Kind::string)) say("           " + reason.string());
    }
    say("    grants " + text_in(rule, "grants"));
    for (const Value& read : list_in(rule, "reads")) {
        if (read.is(Value::Kind::string)) say("           " + read.string());
    }
}

// What is told of an event that may happen, and of one that did.
struct Tense {
    const char* join;
    const char* earn;
    const char* take_back;
    const char* move;
    const char* hold;
};
constexpr Tense would{"would join as a member", "would earn ", "would take back ", "would move on ",
                      "would hold "};
constexpr Tense did{"joined as a member", "earned ", "took back ", "moved on ", "held then "};

void say_outcome(const Value& outcome, const Tense& tense) {
    if (text_in(outcome, "joined") == "true") say(tense.join);
    for (const Value& earned : list_in(outcome, "earned")) say(tense.earn + grant_of(earned));
    for (const Value& taken : list_in(outcome, "taken_back"))
        say(tense.take_back + text_in(taken, "amount") + " " + text_in(taken, "unit"));
    for (const Value& limited : list_in(outcome, "limited"))
        say("limit " + text_in(limited, "limit") + " keeps back " + text_in(limited, "cut") + " of " +
            text_in(limited, "rule"));
    for (const Value& change : list_in(outcome, "tiers")) {
        say(tense.move + text_in(change, "ladder") + " from " + tier_in(change, "before") + " to " +
            tier_in(change, "after"));
    }
    for (const Value& balance : list_in(outcome, "balances"))
        say(tense.hold + text_in(balance, "posted") + " " + text_in(balance, "unit") + ", " +
            text_in(balance, "available") + " of them usable");
}

void say_run(const Value& run) {
    const std::string version = text_in(run, "version");
    say("as of " + text_in(run, "as_of") + ", under " +
        (version == "0" ? "the draft" : "version " + version));
    for (const Value& rule : list_in(run, "rules")) say_rule(rule);
    if (const std::string refused = text_in(run, "refused"); !refused.empty())
        say("would be refused: " + refused);
    else
        say_outcome(value_in(run, "outcome"), would);
    say("nothing was done");
}

void say_why(const Value& why) {
    say(text_in(why, "event") + " of " + text_in(why, "occurred_at") + ", decided " + text_in(why, "as_of") +
        " under version " + text_in(why, "version"));
    for (const Value& rule : list_in(why, "rules")) say_rule(rule);
    if (const std::string refused = text_in(why, "refused"); !refused.empty())
        say("was refused: " + refused);
    else
        say_outcome(value_in(why, "outcome"), did);
    if (const std::string differs = text_in(why, "differs"); !differs.empty())
        say("decided again it is another decision: " + differs);
}

// A segment of a path, RFC 3986.
std::string encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
        out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return out;
}

Result<Value> ask_dry_run(const ProgrammeOptions& options) {
    const std::string event = TRY(read_file(options.event));
    const auto parsed = text::parse_json(event);
    if (!parsed.ok())
        return Error{parsed.error().code, parsed.error().message, options.event + ":" + parsed.error().where};
    std::string body;
    text::JsonWriter json(body);
    json.begin_object().key("event").raw(event);
    if (!options.file.empty()) {
        const ProgrammeFile draft = TRY(read_programme(options.file));
        for (const std::string& line : lines_of(draft)) say_error(line);
        if (draft.checked.programme == nullptr)
            return Error::invalid("the draft has errors; nothing was tried", options.file);
        json.string("document", draft.text);
    }
    json.end_object();
    return ask({options.server, options.key}, "POST", "/v1/programme/dry-run", std::move(body));
}

}  // namespace

int dry_run(const ProgrammeOptions& options) {
    const auto said = ask_dry_run(options);
    if (!said.ok()) {
        say_error(said.error().text());
        return 1;
    }
    if (options.json)
        say(text::to_json(*said));
    else
        say_run(*said);
    return 0;
}

int why(const ProgrammeOptions& options) {
    const std::string path = "/v1/events/" + encoded(options.source) + "/" + encoded(options.event) + "/why";
    const auto said = ask({options.server, options.key}, "GET", path, "");
    if (!said.ok()) {
        say_error(said.error().text());
        return 1;
    }
    if (options.json)
        say(text::to_json(*said));
    else
        say_why(*said);
    return text_in(*said, "differs").empty() ? 0 : 2;
}

}  // namespace banyan::app
