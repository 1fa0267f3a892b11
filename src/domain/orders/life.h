// SPDX-License-Identifier: Apache-2.0
#pragma once

// Life is everything that is known of one order's life, kept so that the order of learning leaves no trace: an instant
// is the earliest told, a quantity the greatest, a list a set in ascending order. Adding an event is therefore a join:
// commutative, associative, idempotent. The stage is derived and never stored, so it cannot disagree.
//
// `decide` answers an event with the event itself as a fact, followed by OrderMoved where the stage changes; with
// nothing when it says nothing new. `apply` adds up. An event is refused only for what it is (a quantity below one, a
// line named twice), never for when it comes or for what is not known yet.

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "domain/orders/event.h"

namespace banyan::orders {

enum class Stage : std::uint8_t {
    unknown,         // nothing was told
    placed,          // 待付款
    paid,            // 已付款
    partly_shipped,  // 部分发货
    shipped,         // 已发货
    received,        // 已收货
    completed,       // 交易完成
    closed,          // 已关闭
};

/// "partly_shipped".
const char* name_of(Stage stage);

/// What is known of a parcel's contents; more knowledge is greater.
enum class Contents : std::uint8_t { unknown, named, everything };

struct Parcel {
    std::string id;
    Instant shipped = never;
    Instant received = never;
    Instant replaced = never;  // from then on others stand for it
    Contents contents = Contents::unknown;
    std::vector<Pieces> pieces;  // ascending line
    bool operator==(const Parcel&) const = default;
};

/// One step of an after-sale, as told.
struct Move {
    Instant at;
    Step step = Step::requested;
    Form form = Form::refund_only;
    std::vector<Pieces> pieces;
    auto operator<=>(const Move&) const = default;
};

struct AfterSale {
    std::string id;
    std::vector<Move> moves;  // ascending
    bool operator==(const AfterSale&) const = default;
};

struct Life {
    Instant placed = never;
    Instant paid = never;
    Instant received = never;  // the whole order
    Instant completed = never;
    Instant closed = never;
    std::vector<SoldLine> lines;         // ascending
    std::vector<Parcel> parcels;         // ascending
    std::vector<AfterSale> after_sales;  // ascending
    bool operator==(const Life&) const = default;
};

/// The most an order may have of each; beyond it an event is refused as `full`.
constexpr std::size_t parcels_max = 200;
constexpr std::size_t after_sales_max = 200;
constexpr std::size_t moves_max = 50;  // of one after-sale

/// The order passed from one stage to another. It adds nothing to Life; it stands in the journal for those who wait for
/// a stage, and `apply` holds it against the stage derived.
struct OrderMoved {
    Stage from = Stage::unknown;
    Stage to = Stage::unknown;
    Instant at;
};

using LifeFact = std::variant<Placed, Paid, Shipped, Received, Completed, Closed, AfterSaleMoved, OrderMoved>;

/// What the event adds, as facts; none when it says nothing new. An error names the line, parcel or after-sale.
Result<std::vector<LifeFact>> decide(const Life& life, const Event& event);

void apply(Life& life, const LifeFact& fact);

/// Where the order stands by all that is known, now. Closed prevails over completed; an order of which every piece was
/// refunded before completion is closed.
Stage stage(const Life& life);

/// Whether the event called so ("order.completed") has been told of the order, or of a parcel.
bool is_told(const Life& life, std::string_view event);

/// How many pieces the list names of the line; nothing when it does not name it.
std::optional<std::int64_t> quantity_of(const std::vector<Pieces>& pieces, std::string_view line);

/// How many pieces of the line the parcel carries.
std::int64_t carried(const Parcel& parcel, const SoldLine& line);

/// Lines that parcels or after-sales name and that the paid order does not have, ascending. They count for nothing and
/// are to be shown to somebody.
std::vector<std::string> unmatched(const Life& life);

/// The first broken invariant of the struct as a sentence, or empty.
std::string check(const Life& life);

}  // namespace banyan::orders
