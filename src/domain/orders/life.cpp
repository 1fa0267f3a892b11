// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/life.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/number.h"
#include "domain/orders/after_sale.h"

namespace banyan::orders {

namespace {

const std::string& key(const Pieces& item) { return item.line; }
const std::string& key(const SoldLine& item) { return item.line; }
const std::string& key(const Parcel& item) { return item.id; }
const std::string& key(const AfterSale& item) { return item.id; }

template <typename T>
auto place_of(T& list, std::string_view id) {
    return std::lower_bound(list.begin(), list.end(), id,
                            [](const auto& item, std::string_view wanted) { return key(item) < wanted; });
}

/// The item of that id, put where it belongs when it is new.
template <typename T>
T& item_of(std::vector<T>& list, const std::string& id, T fresh) {
    const auto place = place_of(list, id);
    return place != list.end() && key(*place) == id ? *place : *list.insert(place, std::move(fresh));
}

void earliest(Instant& known, Instant told) { known = std::min(known, told); }

void join(std::vector<Pieces>& known, const std::vector<Pieces>& told) {
    for (const Pieces& pieces : told) {
        Pieces& item = item_of(known, pieces.line, pieces);
        item = std::max(item, pieces);
    }
}

Parcel& parcel_of(Life& life, const std::string& id) {
    Parcel fresh;
    fresh.id = id;
    return item_of(life.parcels, id, std::move(fresh));
}

struct Joiner {
    Life& life;

    void operator()(const Placed& event) const { earliest(life.placed, event.at); }
    void operator()(const Paid& event) const {
        earliest(life.paid, event.at);
        for (const SoldLine& line : event.lines) {
            SoldLine& item = item_of(life.lines, line.line, line);
            item = std::max(item, line);
        }
    }
    void operator()(const Shipped& event) const {
        for (const std::string& id : event.replaces) earliest(parcel_of(life, id).replaced, event.at);
        Parcel& parcel = parcel_of(life, event.parcel);
        earliest(parcel.shipped, event.at);
        parcel.contents =
            std::max(parcel.contents, event.pieces.empty() ? Contents::everything : Contents::named);
        join(parcel.pieces, event.pieces);
    }
    void operator()(const Received& event) const {
        earliest(event.parcel.empty() ? life.received : parcel_of(life, event.parcel).received, event.at);
    }
    void operator()(const Completed& event) const { earliest(life.completed, event.at); }
    void operator()(const Closed& event) const { earliest(life.closed, event.at); }
    void operator()(const AfterSaleMoved& event) const {
        Move move{event.at, event.step, event.form, {}};
        join(move.pieces, event.pieces);
        AfterSale& after_sale = item_of(life.after_sales, event.after_sale, AfterSale{event.after_sale, {}});
        const auto place = std::lower_bound(after_sale.moves.begin(), after_sale.moves.end(), move);
        if (place == after_sale.moves.end() || *place != move)
            after_sale.moves.insert(place, std::move(move));
    }
    void operator()(const OrderMoved& moved) const { ASSERT(stage(life) == moved.to); }
};

std::string quoted(const std::string& id) { return "\"" + id + "\""; }

Error wrong(std::string message) { return Error::invalid(std::move(message)); }

enum class Zero : unsigned char { refused, allowed };

template <typename T>
Result<void> check_lines(const std::vector<T>& lines, Zero zero) {
    std::vector<std::string_view> seen;
    std::int64_t sum = 0;
    for (const T& line : lines) {
        if (line.line.empty()) return wrong("a line has no id; name the shop's own");
        if (line.quantity < 0 || (line.quantity == 0 && zero == Zero::refused))
            return wrong("line " + quoted(line.line) + ": the quantity is " + std::to_string(line.quantity) +
                         ", and must be " + (zero == Zero::refused ? "above 0" : "0 or more"));
        const auto total = added(sum, line.quantity);
        if (!total) return wrong("line " + quoted(line.line) + ": more pieces than can be counted");
        sum = *total;
        seen.push_back(line.line);
    }
    std::sort(seen.begin(), seen.end());
    const auto twice = std::adjacent_find(seen.begin(), seen.end());
    if (twice == seen.end()) return {};
    return wrong("line " + quoted(std::string(*twice)) + " is named twice; add its pieces up");
}

struct Checker {
    Result<void> operator()(const Placed&) const { return {}; }
    Result<void> operator()(const Paid& event) const {
        if (event.lines.empty()) return wrong("a paid order has no lines; send what was sold");
        return check_lines(event.lines, Zero::refused);
    }
    Result<void> operator()(const Shipped& event) const {
        const bool itself =
            std::find(event.replaces.begin(), event.replaces.end(), event.parcel) != event.replaces.end();
        if (itself)
            return wrong("parcel " + quoted(event.parcel) + " replaces itself; give the new one its own id");
        return check_lines(event.pieces, Zero::refused);
    }
    Result<void> operator()(const Received&) const { return {}; }
    Result<void> operator()(const Completed&) const { return {}; }
    Result<void> operator()(const Closed&) const { return {}; }
    Result<void> operator()(const AfterSaleMoved& event) const {
        if (event.after_sale.empty()) return wrong("an after-sale has no id; name the shop's own");
        return check_lines(event.pieces, Zero::allowed);
    }
};

Result<void> check_bounds(const Life& life) {
    const auto full = [](std::string message) { return Error{ErrorCode::full, std::move(message), {}}; };
    if (life.parcels.size() > parcels_max)
        return full("the order has " + std::to_string(parcels_max) + " parcels already");
    if (life.after_sales.size() > after_sales_max)
        return full("the order has " + std::to_string(after_sales_max) + " after-sales already");
    for (const AfterSale& after_sale : life.after_sales) {
        if (after_sale.moves.size() > moves_max)
            return full("after-sale " + quoted(after_sale.id) + " has moved " + std::to_string(moves_max) +
                        " times already");
    }
    return {};
}

/// How far one line has come, in pieces.
struct Way {
    std::int64_t shipped = 0;
    std::int64_t received = 0;
    std::int64_t gone = 0;
};

Way way_of(const Life& life, const SoldLine& line) {
    Way way;
    way.gone = undoing_of(line, life).total();
    for (const Parcel& parcel : life.parcels) {
        if (parcel.replaced != never) continue;
        const std::int64_t pieces = std::min(carried(parcel, line), line.quantity);
        // Capped at the line, so that parcels which name too much cannot overflow the count.
        way.shipped = std::min(way.shipped + pieces, line.quantity);
        if (parcel.received != never) way.received = std::min(way.received + pieces, line.quantity);
    }
    return way;
}

/// What the parcels and refunds say while the order is neither closed nor completed.
Stage stage_on_the_way(const Life& life) {
    bool anything_kept = life.lines.empty();
    bool all_shipped = true;
    bool all_received = true;
    for (const SoldLine& line : life.lines) {
        const Way way = way_of(life, line);
        if (way.gone == line.quantity) continue;
        anything_kept = true;
        all_shipped = all_shipped && way.shipped + way.gone >= line.quantity;
        all_received = all_received && way.received + way.gone >= line.quantity;
    }
    if (!anything_kept) return Stage::closed;
    if (life.received != never) return Stage::received;
    if (life.lines.empty()) {
        // What was sold is not known: only a parcel that holds everything says that everything is on its way.
        const auto whole = [](const Parcel& p) {
            return p.replaced == never && p.contents == Contents::everything;
        };
        const auto arrived = [&](const Parcel& p) { return whole(p) && p.received != never; };
        all_shipped = std::any_of(life.parcels.begin(), life.parcels.end(), whole);
        all_received = std::any_of(life.parcels.begin(), life.parcels.end(), arrived);
    }
    if (all_received) return Stage::received;
    if (all_shipped) return Stage::shipped;
    if (!life.parcels.empty()) return Stage::partly_shipped;
    if (life.paid != never || !life.after_sales.empty()) return Stage::paid;
    return life.placed != never ? Stage::placed : Stage::unknown;
}

template <typename T>
bool ascending(const std::vector<T>& list) {
    return std::adjacent_find(list.begin(), list.end(),
                              [](const T& a, const T& b) { return key(a) >= key(b); }) == list.end();
}

}  // namespace

Instant at(const Event& event) {
    return std::visit([](const auto& e) { return e.at; }, event);
}

const char* name_of(const Event& event) {
    struct Names {
        const char* operator()(const Placed&) const { return "order.placed"; }
        const char* operator()(const Paid&) const { return "order.paid"; }
        const char* operator()(const Shipped&) const { return "order.shipped"; }
        const char* operator()(const Received&) const { return "order.received"; }
        const char* operator()(const Completed&) const { return "order.completed"; }
        const char* operator()(const Closed&) const { return "order.closed"; }
        const char* operator()(const AfterSaleMoved& event) const {
            constexpr const char* names[] = {"after_sale.requested", "after_sale.agreed",
                                             "after_sale.refused", "after_sale.withdrawn", "after_sale.done"};
            return names[static_cast<std::size_t>(event.step)];
        }
    };
    return std::visit(Names{}, event);
}

const char* name_of(Stage stage) {
    constexpr const char* names[] = {"unknown", "placed",   "paid",      "partly_shipped",
                                     "shipped", "received", "completed", "closed"};
    return names[static_cast<std::size_t>(stage)];
}

Result<void> check(const Event& event) { return std::visit(Checker{}, event); }

bool is_told(const Life& life, std::string_view event) {
    const auto any_parcel = [&](Instant Parcel::* at) {
        return std::any_of(life.parcels.begin(), life.parcels.end(),
                           [at](const Parcel& parcel) { return parcel.*at != never; });
    };
    if (event == "order.placed") return life.placed != never;
    if (event == "order.shipped") return any_parcel(&Parcel::shipped);
    if (event == "order.received") return life.received != never || any_parcel(&Parcel::received);
    if (event == "order.completed") return life.completed != never;
    if (event == "order.closed") return life.closed != never;
    return false;
}

std::optional<std::int64_t> quantity_of(const std::vector<Pieces>& pieces, std::string_view line) {
    const auto place = place_of(pieces, line);
    if (place == pieces.end() || place->line != line) return std::nullopt;
    return place->quantity;
}

std::int64_t carried(const Parcel& parcel, const SoldLine& line) {
    if (parcel.contents == Contents::everything) return line.quantity;
    return quantity_of(parcel.pieces, line.line).value_or(0);
}

Result<std::vector<LifeFact>> decide(const Life& life, const Event& event) {
    if (at(event) < instant_min || at(event) >= never)
        return wrong("the event's time lies outside the years 1970 to 9999");
    TRY(check(event));
    Life after = life;
    std::visit(Joiner{after}, event);
    if (after == life) return std::vector<LifeFact>{};
    TRY(check_bounds(after));

    std::vector<LifeFact> facts;
    std::visit([&](const auto& e) { facts.emplace_back(e); }, event);
    const Stage from = stage(life);
    const Stage to = stage(after);
    if (from != to) facts.emplace_back(OrderMoved{from, to, at(event)});
    return facts;
}

void apply(Life& life, const LifeFact& fact) { std::visit(Joiner{life}, fact); }

Stage stage(const Life& life) {
    if (life.closed != never) return Stage::closed;
    if (life.completed != never) return Stage::completed;
    return stage_on_the_way(life);
}

std::vector<std::string> unmatched(const Life& life) {
    if (life.lines.empty()) return {};
    std::vector<std::string> names;
    const auto look = [&](const std::vector<Pieces>& list) {
        for (const Pieces& pieces : list) {
            const auto place = place_of(life.lines, pieces.line);
            if (place == life.lines.end() || place->line != pieces.line) names.push_back(pieces.line);
        }
    };
    for (const Parcel& parcel : life.parcels) look(parcel.pieces);
    for (const AfterSale& after_sale : life.after_sales) {
        for (const Move& move : after_sale.moves) look(move.pieces);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::string check(const Life& life) {
    if (!ascending(life.lines)) return "the order's lines are not ascending";
    if (!ascending(life.parcels)) return "the order's parcels are not ascending";
    if (!ascending(life.after_sales)) return "the order's after-sales are not ascending";
    for (const SoldLine& line : life.lines) {
        if (line.quantity <= 0) return "a line of the order has no pieces";
    }
    for (const Parcel& parcel : life.parcels) {
        if (!ascending(parcel.pieces)) return "a parcel's pieces are not ascending";
        if (parcel.contents == Contents::unknown && !parcel.pieces.empty())
            return "a parcel has pieces and yet unknown contents";
    }
    for (const AfterSale& after_sale : life.after_sales) {
        const auto disorder = [](const Move& a, const Move& b) { return a >= b; };
        if (after_sale.moves.empty()) return "an after-sale never moved";
        if (std::adjacent_find(after_sale.moves.begin(), after_sale.moves.end(), disorder) !=
            after_sale.moves.end())
            return "an after-sale's moves are not ascending";
    }
    return {};
}

}  // namespace banyan::orders
