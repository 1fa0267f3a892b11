// SPDX-License-Identifier: Apache-2.0
// How prices, promotions, their arbitration and points at checkout read.

#include <optional>

#include "domain/programme/canonical.h"
#include "domain/programme/wording.h"

namespace banyan::programme {

namespace {

struct Word {
    std::string_view key;
    const char* en;
    const char* zh;
};

constexpr Word headings[] = {{"prices", "price", "价格"},
                             {"promotions", "promotion", "促销"},
                             {"groups", "group", "促销组"},
                             {"arbitration", "arbitration", "择优规则"},
                             {"points_at_checkout", "points at checkout", "积分抵现"}};

// "offer." stands before the key of a price or promotion that another section uses for something else.
constexpr Word labels[] = {{"offer.on", "on: ", "商品："},
                           {"offer.from", "begins: ", "开始："},
                           {"offer.until", "ends: ", "结束："},
                           {"offer.group", "group: ", "促销组："},
                           {"offer.steps", "by pieces: ", "阶梯价："},
                           {"offer.at_most", "at most ", "限购："},
                           {"offer.pay", "", ""},
                           {"offer.off", "", ""},
                           {"offer.fixed", "", ""},
                           {"offer.cap", "at most off: ", "最多减："},
                           {"offer.for", "for: ", "适用人群："},
                           {"if", "from: ", "门槛："},
                           {"does", "", ""},
                           {"channels", "channels: ", "渠道："},
                           {"priority", "priority: ", "优先级："},
                           {"exclusive", "stands alone: ", "独占："},
                           {"measured", "measured: ", "门槛口径："},
                           {"prices", "where prices meet: ", "多价择优："},
                           {"below_cost", "below cost: ", "低于成本："},
                           {"excluded", "kept out: ", "不参与："},
                           {"coupons", "coupons of a group together: ", "同组可用券数："},
                           {"points", "points: ", "积分："},
                           {"money", "are worth: ", "抵："},
                           {"step", "in steps of: ", "步长："},
                           {"at_least", "at least: ", "至少："},
                           {"at_most", "at most: ", "至多："},
                           {"share", "share of the order: ", "占订单比例："},
                           {"from_amount", "for orders from: ", "起用金额："}};

constexpr std::pair<std::string_view, Word> words[] = {
    {"prices", {"lowest", "the lowest", "取最低"}},
    {"prices", {"paid_first", "the paid plan's, then the lowest", "付费会员价优先"}},
    {"prices", {"stack", "one after the other", "依次叠加"}},
    {"prices", {"priority", "by priority", "按优先级"}},
    {"below_cost", {"allow", "allowed", "允许"}},
    {"below_cost", {"cut", "only down to the cost", "减到成本为止"}},
    {"below_cost", {"refuse", "what would go below is not applied", "不予生效"}},
    {"policy", {"stack", "all of them", "全部叠加"}},
    {"policy", {"first", "the first by priority", "按优先级取一"}},
    {"measured", {"list", "at list prices", "按原价"}},
    {"measured", {"priced", "after prices", "按会员价后"}},
    {"measured", {"running", "at its turn", "按当时金额"}},
    {"measured", {"promoted", "after promotions", "按促销后"}},
    {"measured", {"couponed", "after coupons", "按用券后"}},
    {"measured", {"paid", "on what is paid", "按实付"}},
};

const Value* field(const Value& item, std::string_view key) {
    return item.is(Value::Kind::map) ? item.map().find(key) : nullptr;
}
std::optional<std::int64_t> number(const Value& item, std::string_view key) {
    const Value* found = field(item, key);
    if (found == nullptr || !found->is(Value::Kind::integer)) return std::nullopt;
    return found->integer();
}
std::string written(const Value& value) {
    return value.is(Value::Kind::string) ? value.string() : canonical(value);
}
std::string listed(const Value& value, const std::string& between) {
    if (!value.is(Value::Kind::list)) return written(value);
    std::string all;
    for (const Value& one : value.list()) all += (all.empty() ? "" : between) + written(one);
    return all;
}

}  // namespace

bool Wording::is_offer(const Value& item) {
    for (const char* key : {"price", "promotion"}) {
        const Value* code = field(item, key);
        if (code != nullptr && code->is(Value::Kind::string)) return true;
    }
    return false;
}

std::optional<std::string> Wording::heading_of_offers(std::string_view section) const {
    for (const Word& word : headings) {
        if (word.key == section) return pick(word.en, word.zh);
    }
    return std::nullopt;
}

std::optional<std::string> Wording::label_of_offers(std::string_view key) const {
    for (const Word& word : labels) {
        if (word.key == key) return pick(word.en, word.zh);
    }
    return std::nullopt;
}

// "tiers gold, plans plus", "skus tea, not categories wine".
std::string Wording::named(const Value& given) const {
    const Word names[] = {{"tiers", "tiers ", "等级 "},
                          {"plans", "plans ", "付费会员 "},
                          {"tags", "tags ", "标签 "},
                          {"when", "when ", "条件 "},
                          {"skus", "skus ", "商品 "},
                          {"products", "products ", "款 "},
                          {"categories", "categories ", "品类 "},
                          {"brands", "brands ", "品牌 "},
                          {"not_skus", "not skus ", "除商品 "},
                          {"not_categories", "not categories ", "除品类 "}};
    std::string all;
    const auto add = [&](const std::string& said) { all += (all.empty() ? "" : pick(", ", "，")) + said; };
    for (const Word& name : names) {
        if (const Value* found = field(given, name.key))
            add(pick(name.en, name.zh) + listed(*found, pick(", ", "、")));
    }
    if (const Value* kind = field(given, "kind"); kind != nullptr && written(*kind) == "freight")
        add(pick("the freight", "运费"));
    if (const Value* full = field(given, "full_price"); full != nullptr && written(*full) == "true")
        add(pick("at full price only", "仅原价商品"));
    if (const auto from = number(given, "price_from"))
        add(pick("pieces from ", "单价不低于 ") + money(*from));
    if (const auto to = number(given, "price_to")) add(pick("pieces to ", "单价不高于 ") + money(*to));
    return all;
}

std::string Wording::cut(const Value& given) const {
    std::string said;
    if (const auto off = number(given, "off")) said = money(*off) + pick(" off", " 立减");
    if (const auto fixed = number(given, "fixed")) said = pick("for ", "一口价 ") + money(*fixed);
    if (const Value* pay = field(given, "pay")) said = written(*pay) + pick(" of the price", " 倍价格");
    if (const auto cap = number(given, "cap"))
        said += pick(", at most ", "，最多减 ") + money(*cap) + pick(" off", "");
    return said;
}

// "from 100 yuan and 2 pieces".
std::string Wording::reached(const Value& given) const {
    std::string said;
    if (const auto amount = number(given, "amount")) said = pick("from ", "满 ") + money(*amount);
    if (const auto pieces = number(given, "pieces"))
        said += (said.empty() ? pick("from ", "满 ") : pick(" and ", " 且 ")) + std::to_string(*pieces) +
                pick(" pieces", " 件");
    if (const Value* on = field(given, "on")) said += pick(" of ", "，限") + named(*on);
    return said;
}

std::string Wording::cut_steps(const Value& steps) const {
    std::string all;
    if (!steps.is(Value::Kind::list)) return written(steps);
    for (const Value& step : steps.list()) {
        const std::string from = reached(step);
        all +=
            (all.empty() ? "" : pick(", ", "，")) + from + (from.empty() ? "" : pick(": ", "：")) + cut(step);
    }
    return all;
}

std::string Wording::effect(std::string_view does, const Value& given) const {
    const auto count = [&](std::string_view key, std::int64_t otherwise) {
        return std::to_string(number(given, key).value_or(otherwise));
    };
    if (does == "total") {
        if (const Value* steps = field(given, "steps")) return cut_steps(*steps);
        const std::string from = reached(given);
        return from + (from.empty() ? "" : pick(": ", "：")) + cut(given);
    }
    if (does == "every") {
        const std::string per = number(given, "amount") ? money(*number(given, "amount"))
                                                        : count("pieces", 0) + pick(" pieces", " 件");
        std::string said = pick("for every ", "每满 ") + per + pick(" ", " 减 ") +
                           money(number(given, "off").value_or(0)) + pick(" off", "");
        if (const auto cap = number(given, "cap")) said += pick(", at most ", "，最多减 ") + money(*cap);
        return said;
    }
    if (does == "piece") {
        std::string said = pick("each piece ", "每件 ") + cut(given);
        if (number(given, "at_most"))
            said += pick(", at most ", "，最多 ") + count("at_most", 0) + pick(" pieces", " 件");
        return said;
    }
    if (does == "nth")
        return pick("of every ", "第 ") + count("n", 2) + pick(" the last ", " 件 ") + cut(given);
    if (does == "bundle")
        return count("pieces", 0) + pick(" for ", " 件 ") + money(number(given, "price").value_or(0));
    if (does == "buy")
        return pick("buy ", "买 ") + count("pieces", 0) + pick(", get ", " 送 ") + count("get", 0) +
               pick(": ", "：") + cut(given);
    return std::string(does) + " " + canonical(given);
}

std::string Wording::effects(const Value& does) const {
    if (!does.is(Value::Kind::list)) return written(does);
    std::string all;
    for (const Value& one : does.list()) {
        if (!one.is(Value::Kind::map)) continue;
        std::string said;
        for (const Map::Entry& entry : one.map().entries()) {
            if (entry.first != "on") said = effect(entry.first, entry.second);
        }
        if (const Value* on = field(one, "on")) said += pick(" on ", "，限") + named(*on);
        all += (all.empty() ? "" : pick(", ", "，")) + said;
    }
    return all;
}

std::optional<std::string> Wording::of_offers(std::string_view key, const Value& value,
                                              const Value& item) const {
    if (value.is(Value::Kind::string)) {
        for (const auto& [field_key, word] : words) {
            if (field_key == key && word.key == value.string()) return pick(word.en, word.zh);
        }
    }
    if (key == "money" || key == "from_amount")
        return value.is(Value::Kind::integer) ? money(value.integer()) : written(value);
    if (key == "excluded" && value.is(Value::Kind::list)) {
        std::string all;
        for (const Value& one : value.list()) {
            const Value* from = field(one, "from");
            all += (all.empty() ? "" : pick("; ", "；")) + named(one) + pick(" from ", " 不参与 ") +
                   (from != nullptr ? listed(*from, pick(", ", "、")) : "");
        }
        return all;
    }
    if (!is_offer(item)) return std::nullopt;
    if (key == "for" || key == "on") return named(value);
    if (key == "if") return reached(value);
    if (key == "does") return effects(value);
    if (key == "steps") return cut_steps(value);
    if (key == "pay") return written(value) + pick(" of the price", " 倍价格");
    if (key == "off" && value.is(Value::Kind::integer)) return money(value.integer()) + pick(" off", " 立减");
    if (key == "fixed" && value.is(Value::Kind::integer)) return money(value.integer());
    if (key == "cap" && value.is(Value::Kind::integer)) return money(value.integer());
    if (key == "channels") return listed(value, pick(", ", "、"));
    if (key == "from" || key == "until") return written(value);
    if (key == "at_most") {
        const Value* beyond = field(value, "beyond");
        const bool refuses = beyond != nullptr && written(*beyond) == "refuse";
        return std::to_string(number(value, "pieces").value_or(0)) +
               pick(" pieces, beyond it ", " 件，超出") +
               (refuses ? pick("refused", "不卖") : pick("at the next price", "按次优价"));
    }
    return std::nullopt;
}

}  // namespace banyan::programme
