// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a shop tells of an order. Events come late, twice, in any order, or never; each says when it happened (`at`), and
// only that instant counts, never when it was told. Lines, parcels and after-sales go by the shop's own ids.

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/orders/terms.h"

namespace banyan::orders {

/// Not told, or not to be expected.
constexpr Instant never = instant_max;

/// Pieces 件 of one line.
struct Pieces {
    std::string line;
    std::int64_t quantity = 0;
    auto operator<=>(const Pieces&) const = default;
};

/// A line as paid. The caller chooses the terms (`terms_for`): only it knows shop and category.
struct SoldLine {
    std::string line;
    std::int64_t quantity = 0;  // > 0
    Terms terms;
    auto operator<=>(const SoldLine&) const = default;
};

enum class Step : std::uint8_t {
    requested,  // 申请
    agreed,     // 同意
    refused,    // 拒绝
    withdrawn,  // 撤销
    done,       // 完成
};

enum class Form : std::uint8_t {
    refund_only,    // 仅退款: money back, nothing returns
    return_refund,  // 退货退款
    exchange,       // 换货
    resend,         // 补发
};

/// 下单, 待付款.
struct Placed {
    Instant at;
};
/// 付款, with all that was sold.
struct Paid {
    Instant at;
    std::vector<SoldLine> lines;
};
/// 发货 of one parcel 包裹; an order may be split over several. A parcel that names no pieces holds everything. One that
/// replaces others (拆单, 合单) stands for them from then on.
struct Shipped {
    Instant at;
    std::string parcel;  // may be empty: the shop names no parcels
    std::vector<Pieces> pieces;
    std::vector<std::string> replaces;
};
/// 签收 of one parcel, or with no parcel named, of the whole order.
struct Received {
    Instant at;
    std::string parcel;
};
/// 交易完成.
struct Completed {
    Instant at;
};
/// 已关闭: never paid, or everything given back.
struct Closed {
    Instant at;
};
/// 售后. A step that names no pieces speaks of those named by the steps before it; where none did, of everything. A
/// quantity of 0 is about the line's money only (部分退款): no piece leaves the order.
struct AfterSaleMoved {
    Instant at;
    std::string after_sale;
    Step step = Step::requested;
    Form form = Form::refund_only;
    std::vector<Pieces> pieces;
};

using Event = std::variant<Placed, Paid, Shipped, Received, Completed, Closed, AfterSaleMoved>;

Instant at(const Event& event);
/// "order.shipped", "after_sale.agreed": what the API calls it.
const char* name_of(const Event& event);
/// Whether the event can be at all, whatever is known; the error names the line or the parcel.
Result<void> check(const Event& event);

}  // namespace banyan::orders
