// SPDX-License-Identifier: Apache-2.0
// The computeActions cases of Medusa: promotions, a context and the adjustments that come of them. Their promotions become
// ours, their context a basket, our cuts their adjustments. Amounts are compared in minor units, as they are paid: a third
// of a hundred is 33.33 here. What their rules ask of a customer or an item is resolved before, as whoever calls us does.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "base/decimal.h"
#include "cases.h"
#include "domain/pricing/quote.h"
#include "text/json.h"
#include "text/json_writer.h"

namespace banyan::cases {

namespace {

using Kind = Value::Kind;
using Strings = std::vector<std::string>;

constexpr unsigned digits = 2;  // of their currencies

/// What cannot be said in our terms, and why.
struct Unsayable {
    std::string reason;
};

/// An adjustment: action, what it is on, code, amount in minor units.
using Action = std::tuple<std::string, std::string, std::string, std::int64_t>;

const Value* at(const Value& value, std::string_view path) {
    const Value* found = &value;
    while (found != nullptr && !path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        found = found->is(Kind::map) ? found->map().find(path.substr(0, dot)) : nullptr;
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return found != nullptr && found->is(Kind::null) ? nullptr : found;
}

std::string word(const Value& value, std::string_view path) {
    const Value* found = at(value, path);
    return found != nullptr && found->is(Kind::string) ? found->string() : std::string();
}

std::int64_t number(const Value& value, std::string_view path, std::int64_t otherwise = 0) {
    const Value* found = at(value, path);
    return found != nullptr && found->is(Kind::integer) ? found->integer() : otherwise;
}

const List& list(const Value& value, std::string_view path) {
    static const List none;
    const Value* found = at(value, path);
    return found != nullptr && found->is(Kind::list) ? found->list() : none;
}

/// 166.66666666666666 is 16667 minor units.
std::optional<std::int64_t> minor(const Value* value) {
    if (value == nullptr || !(value->is(Kind::integer) || value->is(Kind::floating))) return std::nullopt;
    const auto decimal = parse_decimal(text::to_json(*value));
    return decimal ? to_minor(*decimal, digits, Rounding::half_up) : std::nullopt;
}

Strings words(const List& values) {
    Strings all;
    for (const Value& value : values) {
        if (value.is(Kind::string)) all.push_back(value.string());
    }
    return all;
}

bool holds(const Value& rule, const Value& context) {
    const std::string op = word(rule, "operator");
    const Strings values = words(list(rule, "values"));
    const std::string found = word(context, word(rule, "attribute"));
    const bool is_one = std::find(values.begin(), values.end(), found) != values.end();
    if (op == "in" || op == "eq") return is_one;
    if (op == "ne") return !is_one;
    throw Unsayable{"a rule with the operator " + op};
}

pricing::Scope scope_of(const List& rules, pricing::Kind kind) {
    pricing::Scope scope;
    scope.kind = kind;
    for (const Value& rule : rules) {
        const std::string attribute = word(rule, "attribute");
        const std::string op = word(rule, "operator");
        if (op != "in" && op != "eq") throw Unsayable{"a target with the operator " + op};
        const Strings values = words(list(rule, "values"));
        if (attribute == "product_category.id")
            scope.categories = values;
        else if (attribute == "product.id")
            scope.products = values;
        else if (attribute == "shipping_option.id")
            scope.skus = values;
        else
            throw Unsayable{"a target by " + attribute};
    }
    return scope;
}

std::int64_t share_of(const Value& method) {
    const Value* value = at(method, "value");
    const auto percent = value != nullptr ? parse_decimal(text::to_json(*value)) : std::nullopt;
    const auto parts = percent ? to_minor(*percent, 2, Rounding::half_up) : std::nullopt;
    if (!parts || *parts < 0 || *parts > pricing::Share::whole)
        throw Unsayable{"a percentage beyond 0 to 100"};
    return *parts;
}

pricing::Cut cut_of(const Value& method) {
    if (word(method, "type") == "percentage")
        return {pricing::Cut::How::pay, pricing::Share::whole - share_of(method)};
    const auto off = minor(at(method, "value"));
    if (!off || *off < 1) throw Unsayable{"a discount of nothing"};
    return {pricing::Cut::How::off, *off};
}

std::int64_t buyget_sets(const Value& method) {
    return number(method, "max_quantity", 1) /
           std::max(number(method, "apply_to_quantity", 1), std::int64_t{1});
}

/// Theirs gives the dearest of what is not bought, and whole sets within max_quantity pieces.
pricing::Effect buy_get(const Value& method) {
    pricing::BuyGet does;
    does.buy = number(method, "buy_rules_min_quantity", 1);
    does.get = number(method, "apply_to_quantity", 1);
    does.cut = cut_of(method);
    does.from = scope_of(list(method, "target_rules"), pricing::Kind::goods);
    does.gives = pricing::BuyGet::Gives::dearest;
    does.sets = buyget_sets(method);
    return {scope_of(list(method, "buy_rules"), pricing::Kind::goods), does};
}

pricing::Effect effect_of(const Value& promotion) {
    const Value& method = *at(promotion, "application_method");
    if (word(promotion, "type") == "buyget") return buy_get(method);
    const bool on_freight = word(method, "target_type") == "shipping_methods";
    pricing::Effect effect;
    effect.on =
        scope_of(list(method, "target_rules"), on_freight ? pricing::Kind::freight : pricing::Kind::goods);
    if (word(method, "allocation") == "each")
        effect.does = pricing::OffPieces{cut_of(method), on_freight ? 0 : number(method, "max_quantity"),
                                         pricing::OffPieces::Per::line};
    else
        effect.does = pricing::OffTotal{{{0, 0, cut_of(method)}}};
    return effect;
}

struct Budget {
    std::string type;
    std::int64_t left = 0;  // minor units, or times
};

std::optional<Budget> budget_of(const Value& file, const Value& one, const std::string& campaign) {
    for (const Value& fixture : list(file, "campaign_fixtures")) {
        if (word(fixture, "id") != campaign) continue;
        Budget budget{word(fixture, "budget.type"), 0};
        std::int64_t used = number(fixture, "budget.used");
        for (const Value& update : list(one, "campaign_updates")) {
            if (word(update, "id") == campaign) used = number(update, "budget.used", used);
        }
        budget.left = number(fixture, "budget.limit") - used;
        if (budget.type == "spend") budget.left *= 100;
        return budget;
    }
    return std::nullopt;
}

struct Asked {
    pricing::Offers offers;
    pricing::Request request;
    Strings ids;  // of the lines, without what tells items from shipping methods
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool applies(const Value& one, const Value& promotion) {
    const std::string asked = lower(word(one, "context.currency_code"));
    const std::string meant = lower(word(promotion, "application_method.currency_code"));
    if (!asked.empty() && !meant.empty() && asked != meant) return false;
    // One that may not give a whole set never gives.
    if (word(promotion, "type") == "buyget" && buyget_sets(*at(promotion, "application_method")) < 1)
        return false;
    const Strings codes = words(list(one, "codes"));
    if (std::find(codes.begin(), codes.end(), word(promotion, "code")) != codes.end()) return true;
    const Value* automatic = at(promotion, "is_automatic");
    const Value* prevent = at(one, "options.prevent_auto_promotions");
    return automatic != nullptr && automatic->boolean() && !(prevent != nullptr && prevent->boolean());
}

void ask_promotion(const Value& file, const Value& one, const Value& promotion, std::int32_t priority,
                   Asked& asked) {
    pricing::Promotion ours;
    ours.terms.code = word(promotion, "code");
    ours.terms.priority = priority + (word(promotion, "type") == "buyget" ? 1000 : 0);  // theirs come first
    ours.terms.audience.conditions = {ours.terms.code};
    const List& rules = list(promotion, "rules");
    if (std::all_of(rules.begin(), rules.end(),
                    [&](const Value& rule) { return holds(rule, *at(one, "context")); }))
        asked.request.buyer.conditions.push_back(ours.terms.code);
    ours.effects = {effect_of(promotion)};
    ours.on = ours.effects.front().on.value_or(pricing::Scope{});
    if (const auto budget = budget_of(file, one, word(promotion, "campaign_id"))) {
        pricing::Left left{ours.terms.code, {}, {}, {}};
        (budget->type == "spend" ? left.amount : left.times) = budget->left;
        asked.request.left.push_back(left);
    }
    asked.offers.promotions.push_back(std::move(ours));
}

void ask_lines(const Value& context, std::string_view key, pricing::Kind kind, Asked& asked) {
    for (const Value& item : list(context, key)) {
        pricing::Line line;
        line.kind = kind;
        line.id = std::string(key) + "/" + word(item, "id");
        line.sku = kind == pricing::Kind::goods ? word(item, "id") : word(item, "shipping_option.id");
        line.product = word(item, "product.id");
        if (const std::string category = word(item, "product_category.id"); !category.empty())
            line.categories = {category};
        line.quantity = number(item, "quantity", 1);
        const auto subtotal = minor(at(item, "subtotal"));
        if (!subtotal || line.quantity < 1 || *subtotal % line.quantity != 0)
            throw Unsayable{"a line whose pieces do not cost whole minor units"};
        line.price = *subtotal / line.quantity;
        asked.request.lines.push_back(line);
        asked.ids.push_back(word(item, "id"));
    }
}

Asked ask(const Value& file, const Value& one) {
    Asked asked;
    const List& promotions = list(one, "promotions");
    const Strings codes = words(list(one, "codes"));
    for (const Value& promotion : promotions) {
        if (!applies(one, promotion)) continue;
        // In the order of the codes; those that come by themselves after them.
        const auto place = std::find(codes.begin(), codes.end(), word(promotion, "code")) - codes.begin();
        ask_promotion(file, one, promotion, 100 - static_cast<std::int32_t>(place), asked);
    }
    ask_lines(*at(one, "context"), "items", pricing::Kind::goods, asked);
    ask_lines(*at(one, "context"), "shipping_methods", pricing::Kind::freight, asked);
    return asked;
}

/// A quote is of the whole basket, so what an earlier one put on its lines goes.
void replace_adjustments(const Value& context, std::string_view key, const char* action,
                         std::vector<Action>& actions) {
    for (const Value& item : list(context, key)) {
        for (const Value& adjustment : list(item, "adjustments"))
            actions.emplace_back(action, word(adjustment, "id"), word(adjustment, "code"), 0);
    }
}

std::vector<Action> actions_of(const Value& one, const Asked& asked, const pricing::Quote& quote) {
    std::vector<Action> actions;
    for (const pricing::LineCut& cut : quote.cuts) {
        const bool goods = asked.request.lines[cut.line].kind == pricing::Kind::goods;
        actions.emplace_back(goods ? "addItemAdjustment" : "addShippingMethodAdjustment", asked.ids[cut.line],
                             asked.offers.promotions[cut.index].terms.code, cut.amount);
    }
    for (const pricing::Outcome& outcome : quote.outcomes) {
        if (outcome.why == pricing::Why::budget)
            actions.emplace_back("campaignBudgetExceeded", "",
                                 asked.offers.promotions[outcome.index].terms.code, 0);
    }
    const Value& context = *at(one, "context");
    replace_adjustments(context, "items", "removeItemAdjustment", actions);
    replace_adjustments(context, "shipping_methods", "removeShippingMethodAdjustment", actions);
    std::sort(actions.begin(), actions.end());
    return actions;
}

std::vector<Action> expected_of(const Value& one) {
    std::vector<Action> actions;
    for (const Value& action : list(one, "expected")) {
        std::string on =
            word(action, "item_id") + word(action, "shipping_method_id") + word(action, "adjustment_id");
        actions.emplace_back(word(action, "action"), std::move(on), word(action, "code"),
                             minor(at(action, "amount")).value_or(0));
    }
    std::sort(actions.begin(), actions.end());
    return actions;
}

std::string said(const std::vector<Action>& actions) {
    std::string text;
    for (const auto& [action, on, code, amount] : actions)
        text += " " + action + "(" + on + ", " + code + ", " + std::to_string(amount) + ")";
    return text.empty() ? " nothing" : text;
}

void run_case(const Value& file, const Value& one, const std::string& name, Tally& tally) {
    if (const Value* error = at(one, "expected_error_contains"); error != nullptr) {
        if (error->string().find("Applied Promotion for code") == std::string::npos)
            throw Unsayable{"an error of theirs"};
        return tally.differ(
            name,
            "Line.foreign: a discount that the basket brings is taken as it is told, and not looked up");
    }
    const Asked asked = ask(file, one);
    std::vector<Action> found;
    if (!asked.offers.promotions.empty() && !asked.request.lines.empty()) {
        if (const auto checked = pricing::check(asked.offers); !checked.ok())
            return tally.fail(name, checked.error().text());
        const auto quote = pricing::quote(asked.offers, asked.request);
        if (!quote.ok()) return tally.fail(name, quote.error().text());
        found = actions_of(one, asked, *quote);
    }
    const std::vector<Action> expected = expected_of(one);
    if (found == expected)
        tally.pass();
    else
        tally.fail(name, "gave" + said(found) + ", expected" + said(expected));
}

}  // namespace

void run_medusa(const std::string& path, std::string_view content, Tally& tally) {
    tally.counts_policies();
    const auto file = text::parse_json(content);
    if (!file.ok()) return tally.fail(path, file.error().text());
    const List& cases = list(*file, "cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string name = "[" + std::to_string(i) + "] " + word(cases[i], "name");
        try {
            run_case(*file, cases[i], name, tally);
        } catch (const Unsayable& unsayable) {
            tally.skip(name, unsayable.reason);
        }
    }
}

}  // namespace banyan::cases
