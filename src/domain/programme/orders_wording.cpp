// SPDX-License-Identifier: Apache-2.0
// How the terms of release read.

#include "domain/programme/wording.h"

namespace banyan::programme {

namespace {

const Value* field(const Value& item, std::string_view key) {
    return item.is(Value::Kind::map) ? item.map().find(key) : nullptr;
}

}  // namespace

// "tmall, fresh: 1 day after receipt, 20 days after shipping at the latest".
std::string Wording::release_terms(const Value& terms) const {
    const auto word = [&](std::string_view key, std::string_view wanted) {
        const Value* found = field(terms, key);
        return found != nullptr && found->is(Value::Kind::string) && found->string() == wanted;
    };
    const auto days = [&](std::string_view key, std::int64_t otherwise) {
        const Value* found = field(terms, key);
        return found != nullptr && found->is(Value::Kind::integer) ? found->integer() : otherwise;
    };
    const auto counted = [&](std::int64_t count, bool whole) {
        if (language == Language::zh) return std::to_string(count) + (whole ? " 个整天" : " 天");
        return std::to_string(count) + (whole ? " whole day" : " day") + (count == 1 ? "" : "s");
    };
    std::string said;
    for (const char* key : {"store", "category"}) {
        if (const Value* found = field(terms, key); found != nullptr && found->is(Value::Kind::string))
            said += (said.empty() ? "" : pick(", ", "、")) + found->string();
    }
    if (!said.empty()) said += pick(": ", "：");
    const bool whole = word("count", "whole_days");
    const std::string receipt = counted(days("days_after_receipt", 7), whole);
    said += language == Language::zh ? "签收后 " + receipt : receipt + " after receipt";
    if (const std::int64_t most = days("days_after_shipping_max", 30); most != 0)
        said += language == Language::zh ? "，最迟发货后 " + counted(most, whole)
                                         : ", " + counted(most, whole) + " after shipping at the latest";
    if (word("on_completion", "wait")) said += pick(", completed or not", "，交易完成不提前");
    return said;
}

std::string Wording::orders(const Value* given) const {
    std::string all;
    const Value* release = given != nullptr ? field(*given, "release") : nullptr;
    bool is_for_any = false;
    if (release != nullptr && release->is(Value::Kind::list)) {
        for (const Value& terms : release->list()) {
            all += release_terms(terms) + pick("; ", "；");
            is_for_any =
                is_for_any || (field(terms, "store") == nullptr && field(terms, "category") == nullptr);
        }
    }
    if (is_for_any) return all.substr(0, all.size() - std::string_view(pick("; ", "；")).size());
    return all + (all.empty() ? "" : pick("else ", "其余：")) + release_terms(Value(Map()));
}

}  // namespace banyan::programme
