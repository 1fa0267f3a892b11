// SPDX-License-Identifier: Apache-2.0
#include "domain/programme/wording.h"

#include <optional>

#include "base/money.h"
#include "domain/programme/calendars_section.h"
#include "domain/programme/canonical.h"
#include "domain/programme/possible.h"
#include "domain/rules/parse.h"

namespace banyan::programme {

namespace {

struct Word {
    std::string_view key;
    const char* en;
    const char* zh;
};

constexpr Word headings[] = {
    {"units", "unit", "单位"},
    {"ladders", "ladder", "等级体系"},
    {"tiers", "tier", "等级"},
    {"earning", "rule", "规则"},
    {"cost_centres", "cost centre", "成本中心"},
    {"limits", "limit", "限额"},
    {"metrics", "metric", "指标"},
    {"dimensions", "dimension", "维度"},
    {"on_change", "change of units", "单位变动"},
    {"enter", "entry grant", "升级礼"},
    {"events", "event", "事件"},
    {"stacking", "stacking group", "叠加组"},
    {"calendars", "calendar", "日历"},
    {"coupons", "coupon batch", "券批次"},
};

constexpr Word labels[] = {
    {"amount", "", ""},
    {"when", "condition: ", "条件："},
    {"on", "event: ", "事件："},
    {"unit", "unit: ", "单位："},
    {"cost_centre", "cost centre: ", "成本中心："},
    {"expiry", "expiry: ", "有效期："},
    {"pending", "usable: ", "可用："},
    {"orders", "what orders earned is released: ", "订单入账："},
    {"cap", "most that may be held: ", "持有上限："},
    {"debt_limit", "debt limit: ", "透支上限："},
    {"decimals", "decimals: ", "小数位："},
    {"transferable", "members may give it to each other: ", "会员之间可转赠："},
    {"from", "starts at ", "门槛："},
    {"metric", "metric: ", "指标："},
    {"since", "spend counts since: ", "消费累计自："},
    {"on_refund", "after a refund: ", "退款后："},
    {"scope", "held by: ", "归属："},
    {"per", "per ", "周期："},
    {"rolling_days", "days that count: ", "滚动天数："},
    {"most", "at most ", "上限："},
    {"counts", "counts: ", "计数方式："},
    {"cooldown", "between two times: ", "间隔："},
    {"when_empty", "when used up: ", "用尽时："},
    {"strict", "asks the owner: ", "何时逐笔申请："},
    {"limits", "limits: ", "限额："},
    {"late", "an order that is told late: ", "补报的订单："},
    {"earn_limits", "limits of earning: ", "获取限额："},
    {"spend_limits", "limits of spending: ", "消费限额："},
    {"kind", "kind: ", "类型："},
    {"value", "thresholds are held against: ", "门槛依据："},
    {"upgrade", "rises: ", "升级："},
    {"downgrade", "falls at a review: ", "审核时降级："},
    {"review", "review: ", "审核："},
    {"settle", "settled: ", "结算："},
    {"grace_days", "days of grace: ", "宽限天数："},
    {"score", "score: ", "评分："},
    {"weight", "points: ", "分值："},
    {"round", "rounded: ", "取整："},
    {"fold", "adds up by: ", "统计方式："},
    {"of", "of: ", "取值："},
    {"window", "window: ", "窗口："},
    {"refund", "a refund takes back: ", "退款扣回："},
    {"every", "period: ", "周期："},
    {"grace", "missed periods forgiven: ", "可缺席周期："},
    {"lines", "lines that count: ", "计入的商品行："},
    {"base", "counts: ", "计算基数："},
    {"per_money", "for every ", "每满："},
    {"each", "each time ", "每次："},
    {"remainder", "remainder: ", "零头："},
    {"on_partial_refund", "partly refunded: ", "部分退款："},
    {"fixed", "fixed: ", "固定："},
    {"steps", "steps: ", "阶梯："},
    {"multiply", "times ", "倍数："},
    {"of_rules", "of rules: ", "作用规则："},
    {"stacking", "stacking group: ", "叠加组："},
    {"policy", "where they meet: ", "叠加方式："},
    {"attributes", "attributes: ", "属性："},
    {"month_days", "days of the month: ", "每月："},
    {"weekdays", "", ""},
    {"dates", "dates: ", "日期："},
    {"yearly", "every year: ", "每年："},
    {"lunar", "in the Chinese calendar: ", "农历："},
    {"hours", "hours: ", "时段："},
    {"discount", "", ""},
    {"threshold", "threshold: ", "使用门槛："},
    {"for", "for: ", "适用范围："},
    {"group", "group: ", "券组："},
    {"valid", "valid: ", "有效期："},
    {"claim", "members may claim it: ", "领取："},
    {"on_return", "back after it expired: ", "退回时已过期："},
    {"names.zh", "Chinese name: ", "中文名："},
    {"names.en", "English name: ", "英文名："},
    {"programme", "code: ", "代码："},
    {"currency", "currency: ", "币种："},
    {"zone", "time zone: ", "时区："},
};

// What the words of a rule or a group read as.
constexpr std::pair<std::string_view, Word> words_of_rules[] = {
    {"remainder", {"dropped", "dropped with the order", "随单舍去"}},
    {"remainder", {"carried", "carried to the next order", "结转到下一单"}},
    {"on_partial_refund", {"by_share", "in proportion", "按比例收回"}},
    {"on_partial_refund", {"recomputed", "computed anew", "重新计算"}},
    {"policy", {"add", "they add up", "相加"}},
    {"policy", {"multiply", "they multiply", "相乘"}},
    {"policy", {"best", "the best stands", "取最优"}},
};

// What the words of a limit read as.
constexpr Word words_of_limits[] = {
    {"day", "day", "每天"},
    {"week", "week", "每周"},
    {"month", "month", "每月"},
    {"quarter", "quarter", "每季"},
    {"year", "year", "每年"},
    {"anniversary", "year of membership", "每会员年"},
    {"lifetime", "lifetime", "终身"},
    {"member", "each member", "每位会员"},
    {"shared", "all members together", "全体会员共用"},
    {"times", "times", "次数"},
    {"amount", "amount", "数额"},
    {"refuse", "the event is refused", "拒绝该事件"},
    {"wait", "the grant waits for room", "等待余量"},
    {"without", "nothing more is granted", "不再发放"},
    {"near_the_end", "near the end", "接近用尽时"},
    {"from_start", "from the start", "始终"},
};
bool is_of_limits(std::string_view key) {
    return key == "per" || key == "scope" || key == "counts" || key == "when_empty" || key == "strict";
}

const Value* field(const Value& item, std::string_view key) {
    return item.is(Value::Kind::map) ? item.map().find(key) : nullptr;
}

std::int64_t number(const Value& item, std::string_view key) {
    const Value* found = field(item, key);
    return found != nullptr && found->is(Value::Kind::integer) ? found->integer() : 0;
}

// How many units for how much money; `per` 0 = for the whole order.
struct Rate {
    std::int64_t units = 0;
    std::int64_t per = 0;
};

// order.paid / 100, order.paid * 2 / 100, 2 * (order.paid / 100), 5.
class Rates {
  public:
    explicit Rates(const rules::Expression& expression) : expression_(expression) {}

    std::optional<Rate> of(rules::NodeId id) const {
        const rules::Node& node = expression_.node(id);
        if (const auto flat = literal(id)) return Rate{*flat, 0};
        if (node.kind != rules::NodeKind::binary) return std::nullopt;
        const auto children = expression_.children(id);
        if (node.operation == rules::Operation::divide) {
            const auto per = literal(children[1]);
            const auto units = multiple(children[0]);
            if (per && units && *per > 0) return Rate{*units, *per};
        }
        if (node.operation == rules::Operation::multiply) {
            for (const auto& [part, times] :
                 {std::pair{children[0], children[1]}, {children[1], children[0]}}) {
                const auto factor = literal(times);
                const auto rate = factor && *factor > 0 ? of(part) : std::nullopt;
                if (rate && rate->per > 0) return Rate{rate->units * *factor, rate->per};
            }
        }
        return std::nullopt;
    }

  private:
    // order.paid, order.paid * 3, 3 * order.paid
    std::optional<std::int64_t> multiple(rules::NodeId id) const {
        if (path_of(expression_, id) == "order.paid") return 1;
        const rules::Node& node = expression_.node(id);
        if (node.kind != rules::NodeKind::binary || node.operation != rules::Operation::multiply)
            return std::nullopt;
        const auto children = expression_.children(id);
        if (path_of(expression_, children[0]) == "order.paid") return literal(children[1]);
        if (path_of(expression_, children[1]) == "order.paid") return literal(children[0]);
        return std::nullopt;
    }

    std::optional<std::int64_t> literal(rules::NodeId id) const {
        if (expression_.node(id).kind != rules::NodeKind::literal) return std::nullopt;
        const Value& value = expression_.literal(id);
        const bool is_fit =
            value.is(Value::Kind::integer) && value.integer() >= 0 && value.integer() < 1'000'000'000;
        return is_fit ? std::optional(value.integer()) : std::nullopt;
    }

    const rules::Expression& expression_;
};

std::string as_written(const Value& value) {
    return value.is(Value::Kind::string) ? value.string() : canonical(value);
}

}  // namespace

std::string Wording::heading(std::string_view section) const {
    for (const Word& word : headings) {
        if (word.key == section) return pick(word.en, word.zh);
    }
    return heading_of_offers(section).value_or(std::string(section));
}

std::string Wording::label(std::string_view key) const {
    for (const Word& word : labels) {
        if (word.key == key) return pick(word.en, word.zh);
    }
    return label_of_offers(key).value_or(std::string(key) + pick(": ", "："));
}

const Value* Wording::default_of(std::string_view key) {
    static const std::pair<std::string_view, Value> defaults[] = {
        {"decimals", Value(std::int64_t{0})},
        {"debt_limit", Value(std::int64_t{0})},
        {"transferable", Value(false)},
        {"when", Value("true")},
        {"metric", Value("spend")},
        {"since", Value("registration")},
        {"on_refund", Value("recompute")},
        {"base", Value("paid")},
        {"each", Value(std::int64_t{1})},
        {"remainder", Value("dropped")},
        {"on_partial_refund", Value("by_share")},
        {"scope", Value("member")},
        {"counts", Value("times")},
        {"when_empty", Value("without")},
        {"strict", Value("near_the_end")},
        {"kind", Value("spendable")},
        {"value", Value("spend")},
        {"upgrade", Value("at_once")},
        {"downgrade", Value("none")},
        {"review", Value("never")},
        {"round", Value("down")},
        {"window", Value("lifetime")},
        {"refund", Value("of_order")},
        {"every", Value("day")},
        {"grace", Value(std::int64_t{0})},
        {"on_return", Value("lost")},
    };
    for (const auto& [name, value] : defaults) {
        if (name == key) return &value;
    }
    return nullptr;
}

std::string Wording::money(std::int64_t minor) const {
    const auto known = currency_of(currency);
    std::int64_t scale = 1;
    for (int i = 0; i < (known ? known->digits : 2); ++i) scale *= 10;
    std::string text = std::to_string(minor / scale);
    if (minor % scale != 0) {
        std::string rest = std::to_string(scale + minor % scale).substr(1);
        while (rest.back() == '0') rest.pop_back();
        text += "." + rest;
    }
    if (currency == "CNY") return text + pick(" yuan", " 元");
    return text + " " + currency;
}

std::string Wording::unit_name(const Value& item, std::int64_t count) const {
    const Value* code = field(item, "unit");
    if (code == nullptr || !code->is(Value::Kind::string)) return "";
    std::string name = code->string();
    if (language == Language::zh && units != nullptr && units->is(Value::Kind::list)) {
        for (const Value& unit : units->list()) {
            const Value* names = field(unit, "names");
            const Value* zh = names != nullptr ? field(*names, "zh") : nullptr;
            const Value* found = field(unit, "unit");
            if (found != nullptr && *found == *code && zh != nullptr) return as_written(*zh);
        }
    }
    if (language == Language::en && count == 1 && name.size() > 1 && name.back() == 's') name.pop_back();
    return name;
}

std::string Wording::amount(const std::string& text, const Value& item) const {
    const auto parsed = rules::parse(text);
    const auto rate = parsed.ok() ? Rates(*parsed).of(parsed->root()) : std::nullopt;
    if (!rate) return "\"" + text + "\" " + unit_name(item, 0);
    const std::string units_said = std::to_string(rate->units) + " " + unit_name(item, rate->units);
    if (rate->per == 0) return pick("", "每单 ") + units_said + pick(" per order", "");
    if (language == Language::zh) return "每 " + money(rate->per) + " " + units_said;
    return units_said + " per " + money(rate->per);
}

std::string Wording::expiry(const Value& given) const {
    const Value* inactive = field(given, "inactive");
    const std::string own = own_expiry(given);
    if (inactive == nullptr) return own;
    const std::string idle = pick("after ", "") + duration(*inactive) +
                             pick(" in which nothing was earned or spent", "无任何收支后清零");
    return own.empty() ? idle : own + pick("; the whole balance ", "；全部余额") + idle;
}

std::string Wording::own_expiry(const Value& given) const {
    if (const Value* days = field(given, "on"); days != nullptr && days->is(Value::Kind::list)) {
        std::string all;
        for (const Value& day : days->list()) {
            const std::string month = std::to_string(number(day, "month"));
            const std::string date = std::to_string(number(day, "day"));
            all += (all.empty() ? "" : pick(", ", "、")) +
                   (language == Language::en ? month + "-" + date : month + " 月 " + date + " 日");
        }
        return pick("at the end of the next of ", "下一个 ") + all + pick("", " 结束时");
    }
    const std::string all = duration(given);
    const Value* rounding = field(given, "round_to");
    const std::string to = rounding != nullptr ? as_written(*rounding) : "none";
    const Word ends[] = {{"end_of_month", "the end of the month", "月底"},
                         {"end_of_quarter", "the end of the quarter", "季末"},
                         {"end_of_year", "the end of the year", "年底"}};
    for (const Word& end : ends) {
        if (end.key != to) continue;
        if (all.empty()) return pick("at ", "至") + pick(end.en, end.zh);
        return all + pick(" after the grant, then at ", "后的") + pick(end.en, end.zh);
    }
    return all.empty() ? "" : all + pick(" after the grant", "后");
}

std::string Wording::duration(const Value& given) const {
    std::string all;
    const Word parts[] = {{"years", "year", "年"}, {"months", "month", "个月"}, {"days", "day", "天"}};
    for (const Word& part : parts) {
        const std::int64_t count = number(given, part.key);
        if (count == 0) continue;
        all += (all.empty() ? "" : " ") + std::to_string(count) + " " + pick(part.en, part.zh);
        if (language == Language::en && count > 1) all += "s";
    }
    return all;
}

std::string Wording::cooldown(const Value& given) const {
    std::string all;
    const Word parts[] = {{"days", "day", "天"}, {"hours", "hour", "小时"}, {"minutes", "minute", "分钟"}};
    for (const Word& part : parts) {
        const std::int64_t count = number(given, part.key);
        if (count == 0) continue;
        all += (all.empty() ? "" : " ") + std::to_string(count) + " " + pick(part.en, part.zh);
        if (language == Language::en && count > 1) all += "s";
    }
    return all;
}

std::string Wording::pending(const Value& given) const {
    if (field(given, "days") != nullptr)
        return std::to_string(number(given, "days")) + pick(" days after the grant", " 天后");
    if (const Value* date = field(given, "until_date"))
        return pick("from ", "自 ") + as_written(*date) + pick("", " 起");
    if (field(given, "until") != nullptr)
        return pick("when its line of the order is released", "订单行入账之后");
    if (const Value* event = field(given, "until_event"))
        return pick("after the event ", "发生 ") + as_written(*event) + pick("", " 之后");
    return as_written(given);
}

std::string Wording::window(const Value& given) const {
    if (field(given, "rolling_days") != nullptr)
        return pick("the last ", "最近 ") + std::to_string(number(given, "rolling_days")) +
               pick(" days", " 天");
    const Word words[] = {{"lifetime", "for life", "终身"},
                          {"day", "the day", "当日"},
                          {"week", "the week", "本周"},
                          {"month", "the month", "本月"},
                          {"quarter", "the quarter", "本季"},
                          {"year", "the year", "本年"},
                          {"anniversary", "the year of membership", "入会年度"}};
    const std::string said = as_written(given);
    for (const Word& word : words) {
        if (word.key == said) return pick(word.en, word.zh);
    }
    return said;
}

std::string Wording::cadence(const Value& given) const {
    if (field(given, "days_from_upgrade") != nullptr)
        return std::to_string(number(given, "days_from_upgrade")) +
               pick(" days from the day of upgrade", " 天（自升级日起）");
    if (const Value* every = field(given, "every")) {
        const std::string period = as_written(*every);
        const Word words[] = {{"year", "every year", "每年"},
                              {"quarter", "every quarter", "每季"},
                              {"month", "every month", "每月"}};
        std::string said = period;
        for (const Word& word : words) {
            if (word.key == period) said = pick(word.en, word.zh);
        }
        const std::int64_t day = field(given, "day") != nullptr ? number(given, "day") : 1;
        const std::int64_t month = field(given, "month") != nullptr ? number(given, "month") : 1;
        const std::string date = period == "year"
                                     ? std::to_string(month) + pick("-", " 月 ") + std::to_string(day)
                                     : std::to_string(day);
        return said + pick(", day ", " ") + date + pick("", " 日");
    }
    const std::string word = as_written(given);
    if (word == "never") return pick("never", "从不");
    if (word == "anniversary") return pick("on the anniversary of joining", "入会周年日");
    return word;
}

std::string Wording::policy(const std::string& given) const {
    const Word words[] = {{"at_once", "at once", "立即"},
                          {"at_review", "at a review", "审核时"},
                          {"none", "not", "不降"},
                          {"one_step", "by one tier", "降一级"},
                          {"by_qualification", "to what is deserved", "按达标等级"},
                          {"spendable", "spendable", "可消费"},
                          {"growth", "growth, never spent", "成长值（只增不花）"}};
    for (const Word& word : words) {
        if (word.key == given) return pick(word.en, word.zh);
    }
    return given;
}

std::string Wording::refund(const std::string& given) const {
    if (given == "of_order") return pick("on the day of the order", "按下单日");
    if (given == "of_refund") return pick("on the day of the refund", "按退款日");
    if (given == "never") return pick("nothing", "不扣回");
    return given;
}

std::string Wording::late(const Value& given) const {
    const std::string days = std::to_string(number(given, "re_evaluate_within_days"));
    return language == Language::en
               ? "judged as of when it happened, and later ones judged again, within " + days + " days"
               : days + " 天内按发生时判定，其后的订单重新判定";
}

std::string Wording::steps(const Value& given) const {
    std::string all;
    for (const Value& step : given.list()) {
        const std::string grant = std::to_string(number(step, "grant"));
        const std::string from = money(number(step, "from"));
        all += (all.empty() ? "" : pick(", ", "，")) +
               (language == Language::en ? grant + " from " + from : "满 " + from + " " + grant);
    }
    return all;
}

std::string Wording::say(std::string_view key, const Value* value, const Value& item) const {
    if (key == "orders") return orders(value);
    if (value != nullptr) {
        if (auto said = of_offers(key, *value, item)) return *std::move(said);
        if (auto said = of_coupon(key, *value)) return *std::move(said);
    }
    if (value == nullptr) {
        if (key == "expiry") return pick("never", "永不过期");
        if (key == "pending") return pick("at once", "立即");
        if (key == "late") return pick("judged as of when it is told", "按上报时判定");
        return pick("none", "无");
    }
    if (key == "amount" && value->is(Value::Kind::string)) return amount(value->string(), item);
    if (key == "when" && value->is(Value::Kind::string))
        return value->string() == "true" ? pick("always", "始终") : "\"" + value->string() + "\"";
    if (key == "expiry" && value->is(Value::Kind::map)) return expiry(*value);
    if (key == "pending" && value->is(Value::Kind::map)) return pending(*value);
    if (key == "cooldown" && value->is(Value::Kind::map)) return cooldown(*value);
    if (key == "late" && value->is(Value::Kind::map)) return late(*value);
    if (value->is(Value::Kind::string)) {
        for (const Word& word : words_of_limits) {
            if (word.key == value->string() && is_of_limits(key)) return pick(word.en, word.zh);
        }
    }
    if (key == "steps" && value->is(Value::Kind::list)) return steps(*value);
    if (key == "per" && value->is(Value::Kind::integer)) return money(value->integer());
    for (const auto& [field_key, word] : words_of_rules) {
        if (field_key == key && value->is(Value::Kind::string) && word.key == value->string())
            return pick(word.en, word.zh);
    }
    if (value->is(Value::Kind::list) && (key.ends_with("limits") || key == "of")) {
        std::string all;
        for (const Value& code : value->list()) all += (all.empty() ? "" : ", ") + as_written(code);
        return all.empty() ? pick("none", "无") : all;
    }
    if (key == "review" || key == "settle") return cadence(*value);
    if (key == "upgrade" || key == "downgrade" || key == "kind") return policy(as_written(*value));
    if (key == "window") return window(*value);
    if (key == "refund") return refund(as_written(*value));
    if (auto said = say_of_calendar(key, *value, language); said && !said->empty()) return *std::move(said);
    if (key == "from" && value->is(Value::Kind::integer)) return money(value->integer());
    return as_written(*value);
}

}  // namespace banyan::programme
