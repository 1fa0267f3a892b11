// SPDX-License-Identifier: Apache-2.0
// How batches of coupons read.

#include <optional>

#include "base/decimal.h"
#include "domain/programme/wording.h"

namespace banyan::programme {

namespace {

const Value* field(const Value& item, std::string_view key) {
    return item.is(Value::Kind::map) ? item.map().find(key) : nullptr;
}

std::optional<std::int64_t> number(const Value& item, std::string_view key) {
    const Value* found = field(item, key);
    if (found == nullptr || !found->is(Value::Kind::integer)) return std::nullopt;
    return found->integer();
}

std::string text(const Value& item, std::string_view key) {
    const Value* found = field(item, key);
    return found != nullptr && found->is(Value::Kind::string) ? found->string() : std::string();
}

std::string joined_texts(const Value& item, std::string_view key, const std::string& between) {
    std::string all;
    const Value* found = field(item, key);
    if (found == nullptr || !found->is(Value::Kind::list)) return all;
    for (const Value& one : found->list()) {
        if (one.is(Value::Kind::string)) all += (all.empty() ? "" : between) + one.string();
    }
    return all;
}

}  // namespace

std::string Wording::discount(const Value& given) const {
    std::string said;
    if (const auto off = number(given, "off")) said = money(*off) + pick(" off", "立减");
    if (field(given, "pay") != nullptr) said = text(given, "pay") + pick(" of the price", " 倍价格");
    if (const auto price = number(given, "price")) said = pick("for ", "一口价 ") + money(*price);
    if (const std::string sku = text(given, "free_item"); !sku.empty())
        said = pick("free: ", "免费兑换 ") + sku;
    if (const std::string sku = text(given, "exchange"); !sku.empty())
        said = sku + pick(" for ", " 换购价 ") + money(number(given, "price").value_or(0));
    if (field(given, "free_delivery") != nullptr) said = pick("free delivery", "免运费");
    if (const auto cap = number(given, "cap"))
        said += pick(", at most ", "，最多减 ") + money(*cap) + pick(" off", "");
    return said;
}

std::string Wording::threshold(const Value& given) const {
    std::string said;
    if (const auto amount = number(given, "amount")) said = pick("from ", "满 ") + money(*amount);
    if (const auto pieces = number(given, "pieces"))
        said += (said.empty() ? pick("from ", "满 ") : pick(" and ", "且 ")) + std::to_string(*pieces) +
                pick(" pieces", " 件");
    return said;
}

std::string Wording::scope_of_coupon(const Value& given) const {
    const std::string between = pick(", ", "、");
    const std::string skus = joined_texts(given, "skus", between);
    const std::string categories = joined_texts(given, "categories", between);
    std::string said = skus.empty() ? "" : pick("skus ", "商品 ") + skus;
    if (!categories.empty())
        said += (said.empty() ? "" : pick("; ", "；")) + pick("categories ", "类目 ") + categories;
    return said;
}

std::string Wording::span_of_coupon(const Value& given) const {
    std::string said;
    if (const auto days = number(given, "days"))
        said = std::to_string(*days) + (language == Language::zh ? " 天（含发放当日）"
                                        : *days == 1             ? " day from the day of issue"
                                                                 : " days from the day of issue");
    const auto add = [&](const char* key, const char* en, const char* zh) {
        const std::string at = text(given, key);
        if (!at.empty()) said += (said.empty() ? "" : pick(", ", "，")) + pick(en, zh) + at;
    };
    add("from", "from ", "自 ");
    add("until", "until ", "至 ");
    return said.empty() ? pick("at any time", "不限时间") : said;
}

std::string Wording::on_return(const Value& given) const {
    const auto days = number(given, "extend_days");
    if (!days) return pick("it is lost", "作废");
    return pick("it holds ", "延长 ") + std::to_string(*days) + pick(" more days", " 天");
}

std::optional<std::string> Wording::of_coupon(std::string_view key, const Value& value) const {
    if (key == "on_return") return on_return(value);
    if (!value.is(Value::Kind::map)) return std::nullopt;
    if (key == "discount") return discount(value);
    if (key == "threshold") return threshold(value);
    if (key == "for") return scope_of_coupon(value);
    if (key == "valid" || key == "claim") return span_of_coupon(value);
    return std::nullopt;
}

}  // namespace banyan::programme
