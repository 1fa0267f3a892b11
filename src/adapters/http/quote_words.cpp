// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/quote_words.h"

#include "adapters/http/render.h"
#include "base/assert.h"

namespace banyan::http {

namespace {

using pricing::Why;

// {amount} is what it took off, {missing} how much or how many pieces it lacks, {by} another offer or coupon.
struct Sentence {
    Why why;
    const char* en;
    const char* zh;
};

constexpr Sentence sentences[] = {
    {Why::applied, "It applies and takes {amount} off.", "已生效，优惠 {amount}。"},
    {Why::audience, "It is not for this buyer: not the tier, plan, tag or condition it asks for.",
     "不适用于该顾客：等级、付费会员、标签或条件不符。"},
    {Why::channel, "It is not for this channel.", "不适用于该渠道。"},
    {Why::not_yet, "It has not begun.", "尚未开始。"},
    {Why::over, "It has ended.", "已结束。"},
    {Why::no_goods, "Nothing in the basket is in its scope.", "购物车中没有适用的商品。"},
    {Why::below_threshold, "{missing} more in its scope is missing.", "适用商品还差 {missing}。"},
    {Why::beaten, "{by} is better for the buyer, and they do not go together.",
     "与 {by} 不可同享，后者更优惠。"},
    {Why::exclusive, "{by} stands alone.", "{by} 独占，不与其他优惠同享。"},
    {Why::excluded_by, "{by}, which is used, excludes it.", "已使用的 {by} 与它互斥。"},
    {Why::limit, "The buyer has had all there is of it for one person.", "已达个人限额。"},
    {Why::budget, "Not enough of it is left.", "优惠额度不足。"},
    {Why::below_cost, "It would go below the cost.", "会低于成本。"},
    {Why::out_of_stock, "The gift is gone.", "赠品已送完。"},
    {Why::not_chosen, "The buyer picked otherwise.", "顾客未选用。"},
    {Why::stacking, "It does not go together with {by}.", "与 {by} 不可叠加。"},
    {Why::not_worth, "It could be used; without it no more is paid.", "可用，但不用也不会多付。"},
    {Why::no_effect, "It applies, and takes nothing off.", "适用，但没有可优惠的金额。"},
    {Why::unknown, "There is no such batch of coupons any more.", "该券批次已不存在。"},
};

void replace(std::string& text, std::string_view word, const std::string& with) {
    if (const auto at = text.find(word); at != std::string::npos) text.replace(at, word.size(), with);
}

}  // namespace

std::string sentence_of(const pricing::Outcome& outcome, const programme::Programme& programme,
                        Language language) {
    const bool is_english = language == Language::en;
    for (const Sentence& sentence : sentences) {
        if (sentence.why != outcome.why) continue;
        std::string said = is_english ? sentence.en : sentence.zh;
        const bool is_points = outcome.instrument == pricing::Instrument::points;
        std::string missing = is_points ? std::to_string(outcome.missing) + (is_english ? " points" : " 积分")
                                        : money_text(programme, outcome.missing);
        if (outcome.missing == 0)
            missing = std::to_string(outcome.missing_pieces) + (is_english ? " pieces" : " 件");
        replace(said, "{amount}", money_text(programme, outcome.amount));
        replace(said, "{missing}", missing);
        replace(said, "{by}", outcome.by);
        return said;
    }
    ASSERT(false);
    return {};
}

}  // namespace banyan::http
