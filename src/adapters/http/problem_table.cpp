// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "adapters/http/problem.h"

namespace banyan::http {

namespace {

using enum ProblemCode;

// In the order of ProblemCode; kind_of() relies on it and problem_test.cpp holds it.
constexpr auto table = std::to_array<ProblemKind>({
    {malformed_json, 400, "malformed_json", "Malformed JSON", "JSON 格式错误", "The body is not valid JSON.",
     "请求体不是合法的 JSON。"},
    {invalid_request, 400, "invalid_request", "Invalid request", "请求无效",
     "A field is missing, unknown or of the wrong form.", "有字段缺失、未知或格式不对。"},
    {invalid_query, 400, "invalid_query", "Invalid query", "查询参数无效",
     "A query parameter is unknown or of the wrong form.", "有查询参数未知或格式不对。"},
    {bad_http, 400, "bad_http", "Bad HTTP request", "HTTP 请求有误",
     "The request is not HTTP/1.1 as this server reads it.", "请求不符合本服务器接受的 HTTP/1.1 格式。"},
    {key_missing, 401, "key_missing", "No API key", "缺少 API 密钥",
     "Send an API key as 'Authorization: Bearer bk_...'.",
     "请以“Authorization: Bearer bk_...”发送 API 密钥。"},
    {key_invalid, 401, "key_invalid", "Unknown API key", "API 密钥无效",
     "The API key is unknown or was revoked.", "API 密钥不存在或已被吊销。"},
    {scope_missing, 403, "scope_missing", "Not allowed", "权限不足",
     "The API key lacks the scope that this needs.", "该 API 密钥没有此操作所需的权限。"},
    {route_unknown, 404, "route_unknown", "No such resource", "资源不存在", "There is nothing at this path.",
     "此路径下没有任何资源。"},
    {method_not_allowed, 405, "method_not_allowed", "Method not allowed", "方法不被允许",
     "This path exists, but not for this method; see the Allow header.",
     "路径存在，但不支持此方法；见 Allow 头。"},
    {idempotency_key_missing, 400, "idempotency_key_missing", "No Idempotency-Key", "缺少 Idempotency-Key",
     "Send an Idempotency-Key of 1 to 128 visible characters, unique for ever, so that a repeated request "
     "has no "
     "second effect.",
     "请发送 1 到 128 个可见字符、永不重复的 Idempotency-Key，使重复的请求不会生效两次。"},
    {body_too_large, 413, "body_too_large", "Body too large", "请求体过大",
     "The body is larger than this server takes at once; send many events as NDJSON.",
     "请求体超过上限；大量事件请以 NDJSON 流发送。"},
    {line_too_long, 413, "line_too_long", "Line too long", "行过长",
     "The line is longer than one event may be.", "该行超过单个事件的长度上限。"},
    {headers_too_large, 431, "headers_too_large", "Headers too large", "请求头过大",
     "The request's headers are too large.", "请求头过大。"},
    {content_type_unsupported, 415, "content_type_unsupported", "Unsupported content type",
     "不支持的内容类型", "Send application/json, or application/x-ndjson to /v1/events.",
     "请使用 application/json；向 /v1/events 批量发送时用 application/x-ndjson。"},
    {too_many_requests, 429, "too_many_requests", "Too many requests", "请求过多",
     "A queue is full and nothing was done; send the same request again after the time in Retry-After.",
     "队列已满，未做任何更改；请在 Retry-After 指定的时间后原样重发。"},
    {too_many_connections, 503, "too_many_connections", "Too many connections", "连接过多",
     "The server has as many connections as it takes.", "服务器的连接数已达上限。"},
    {test_clock_only, 409, "test_clock_only", "Only under a test clock", "仅限测试时钟",
     "The clock can be set only where the server was started with --clock test, and never backwards.",
     "只有以 --clock test 启动的服务器才能设置时钟，且时间不能倒退。"},
    {conflict, 409, "conflict", "Conflict", "冲突", "The request conflicts with what there is.",
     "请求与现有状态冲突。"},
    {not_ready, 503, "not_ready", "Not ready", "尚未就绪",
     "The server does not take this now; nothing was done, ask again later.",
     "服务器暂时不能处理，未做任何更改；请稍后重试。"},
    {internal, 500, "internal", "Internal error", "内部错误",
     "Something failed on our side; the log says what.", "服务器内部出错，详情见日志。"},
    {quarantined, 409, "quarantined", "Quarantined", "已隔离",
     "An earlier attempt of this very request made the engine stop; an operator has to look at it.",
     "此请求先前曾使引擎中止，需由运维人员检查。"},
    {id_reused, 422, "id_reused", "Id used with another body", "标识被重复使用",
     "This id was used before with another content; nothing was done.",
     "此标识曾用于不同的内容；未做任何更改。"},
    {id_uncheckable, 409, "id_uncheckable", "Id used, content no longer comparable", "标识已用且无法比对",
     "This id was used before, and what it said can no longer be compared because the person was erased.",
     "此标识曾被使用，但因个人信息已删除而无法比对内容。"},
    {member_unknown, 404, "member_unknown", "Unknown member", "会员不存在", "There is no such member.",
     "没有这个会员。"},
    {member_erased, 409, "member_erased", "Member erased", "会员已注销",
     "The member was erased; nothing new can happen to it.", "该会员已注销，不能再有新的变动。"},
    {identity_taken, 409, "identity_taken", "Identity taken", "身份已被占用",
     "The external id belongs to another member; merge the two if they are one person.",
     "此外部标识属于另一会员；若为同一人，请合并两个会员。"},
    {identities_differ, 409, "identities_differ", "Identities of different members", "身份属于不同会员",
     "The external ids given belong to different members; merge them first.",
     "所给的外部标识属于不同会员；请先合并。"},
    {merge_with_itself, 409, "merge_with_itself", "Merge with itself", "不能与自身合并",
     "A member cannot absorb itself.", "会员不能与自身合并。"},
    {merge_under_way, 409, "merge_under_way", "Merge under way", "正在合并",
     "One of the members takes part in a merge that has not ended yet; ask again.",
     "其中一个会员正在合并中，请稍后重试。"},
    {occurred_in_future, 409, "occurred_in_future", "Occurred in the future", "发生时间在未来",
     "occurred_at lies more than a day ahead of the server's time.", "occurred_at 晚于服务器时间一天以上。"},
    {order_exists, 409, "order_exists", "Order exists", "订单已存在",
     "An order of this id was recorded before.", "此标识的订单已记录过。"},
    {order_unknown, 404, "order_unknown", "Unknown order", "订单不存在", "No order of this id was recorded.",
     "没有记录过此标识的订单。"},
    {order_of_another_member, 409, "order_of_another_member", "Order of another member", "订单属于其他会员",
     "The order belongs to another member.", "该订单属于其他会员。"},
    {line_unknown, 409, "line_unknown", "Unknown order line", "订单行不存在", "The order has no such line.",
     "该订单没有这一行。"},
    {line_repeated, 400, "line_repeated", "Order line repeated", "订单行重复", "A line id occurs twice.",
     "订单行标识出现了两次。"},
    {quantity_exceeds, 409, "quantity_exceeds", "More than is left", "超过可退数量",
     "More pieces were to be returned than are left of the line.", "退货数量超过该行剩余数量。"},
    {nothing_left, 409, "nothing_left", "Nothing left to refund", "已无可退",
     "Everything of the order was refunded already.", "该订单已全部退款。"},
    {amount_not_positive, 400, "amount_not_positive", "Amount not positive", "数额不是正数",
     "The amount must be above zero.", "数额必须大于零。"},
    {amount_too_large, 400, "amount_too_large", "Amount too large", "数额过大",
     "The amount is beyond what can be counted.", "数额超出可计范围。"},
    {unit_unknown, 400, "unit_unknown", "Unknown unit", "单位不存在", "The programme has no such unit.",
     "会员方案中没有这个单位。"},
    {balance_insufficient, 409, "balance_insufficient", "Balance insufficient", "余额不足",
     "The member has less available than was asked for.", "会员的可用余额不足。"},
    {cap_exceeded, 409, "cap_exceeded", "Cap exceeded", "超过上限",
     "The member would hold more than the unit's cap.", "会员持有量将超过该单位的上限。"},
    {hold_exists, 409, "hold_exists", "Hold exists", "冻结已存在", "A hold of this id was placed before.",
     "此标识的冻结已存在。"},
    {hold_unknown, 404, "hold_unknown", "Unknown hold", "冻结不存在", "There is no open hold of this id.",
     "没有此标识的有效冻结。"},
    {hold_too_long, 409, "hold_too_long", "Hold too long", "冻结时间过长", "A hold may not last that long.",
     "冻结时间超过允许的最长时间。"},
    {spend_unknown, 404, "spend_unknown", "Unknown redemption", "兑换不存在",
     "There is no redemption of this id.", "没有此标识的兑换记录。"},
    {reversal_exceeds, 409, "reversal_exceeds", "More than was redeemed", "超过可撤销数额",
     "More was to be reversed than is left of the redemption.", "撤销的数额超过该兑换的剩余数额。"},
    {limit_reached, 409, "limit_reached", "Limit reached", "已达限额",
     "A limit of the programme is used up; the detail says which and when again.",
     "会员方案的限额已用尽；详情说明是哪一项、何时可再次使用。"},
    {order_full, 409, "order_full", "Order full", "订单记录已满",
     "The order has as many parcels or after-sales as an order may have.",
     "该订单的包裹或售后数量已达上限。"},
    {unit_not_spendable, 409, "unit_not_spendable", "Not spendable", "不可消费",
     "A unit of growth is earned and never spent; name a unit that is.",
     "成长值只增不花；请使用可消费的单位。"},
    {refund_exceeds, 409, "refund_exceeds", "More than was paid", "超过可退金额",
     "More money was to be refunded than is left of the line or the order.",
     "退款金额超过该行或该订单的剩余可退金额。"},
    {capture_exceeds, 409, "capture_exceeds", "More than is held", "超过冻结数额",
     "More was to be captured than the hold holds.", "扣除的数额超过冻结的数额。"},
    {transfer_to_itself, 409, "transfer_to_itself", "Transfer to itself", "不能转赠给自己",
     "A member cannot give to itself.", "会员不能转赠给自己。"},
    {unit_not_transferable, 409, "unit_not_transferable", "Unit not transferable", "该单位不可转赠",
     "The programme does not let members give this unit to each other.",
     "会员方案不允许会员之间转赠该单位。"},
    {merge_unknown, 409, "merge_unknown", "No such merge", "没有可撤销的合并",
     "The member did not absorb that one, or not in a way that can be undone.",
     "该会员未曾合并此会员，或该合并无法撤销。"},
    {hold_open, 409, "hold_open", "Hold open", "存在未结束的冻结",
     "An open hold is on what would leave; capture or release it first.",
     "将要移出的部分上有未结束的冻结；请先扣除或释放。"},
});

}  // namespace

std::span<const ProblemKind> all_problem_kinds() { return table; }

const ProblemKind& kind_of(ProblemCode code) { return table[static_cast<std::size_t>(code)]; }

ProblemCode code_of(engine::Refusal refusal) {
    switch (refusal) {
        case engine::Refusal::none: break;
        case engine::Refusal::quarantined: return quarantined;
        case engine::Refusal::id_reused: return id_reused;
        case engine::Refusal::id_uncheckable: return id_uncheckable;
        case engine::Refusal::member_unknown: return member_unknown;
        case engine::Refusal::member_erased: return member_erased;
        case engine::Refusal::identity_taken: return identity_taken;
        case engine::Refusal::identities_differ: return identities_differ;
        case engine::Refusal::merge_with_itself: return merge_with_itself;
        case engine::Refusal::merge_under_way: return merge_under_way;
        case engine::Refusal::occurred_in_future: return occurred_in_future;
        case engine::Refusal::order_exists: return order_exists;
        case engine::Refusal::order_unknown: return order_unknown;
        case engine::Refusal::order_of_another_member: return order_of_another_member;
        case engine::Refusal::line_unknown: return line_unknown;
        case engine::Refusal::line_repeated: return line_repeated;
        case engine::Refusal::quantity_exceeds: return quantity_exceeds;
        case engine::Refusal::nothing_left: return nothing_left;
        case engine::Refusal::amount_not_positive: return amount_not_positive;
        case engine::Refusal::amount_too_large: return amount_too_large;
        case engine::Refusal::unit_unknown: return unit_unknown;
        case engine::Refusal::balance_insufficient: return balance_insufficient;
        case engine::Refusal::cap_exceeded: return cap_exceeded;
        case engine::Refusal::hold_exists: return hold_exists;
        case engine::Refusal::hold_unknown: return hold_unknown;
        case engine::Refusal::hold_too_long: return hold_too_long;
        case engine::Refusal::spend_unknown: return spend_unknown;
        case engine::Refusal::reversal_exceeds: return reversal_exceeds;
        case engine::Refusal::limit_reached: return limit_reached;
        case engine::Refusal::order_full: return order_full;
        case engine::Refusal::unit_not_spendable: return unit_not_spendable;
        case engine::Refusal::refund_exceeds: return refund_exceeds;
        case engine::Refusal::capture_exceeds: return capture_exceeds;
        case engine::Refusal::transfer_to_itself: return transfer_to_itself;
        case engine::Refusal::unit_not_transferable: return unit_not_transferable;
        case engine::Refusal::merge_unknown: return merge_unknown;
        case engine::Refusal::hold_open: return hold_open;
    }
    ASSERT(refusal != engine::Refusal::none);
    return internal;
}

}  // namespace banyan::http
