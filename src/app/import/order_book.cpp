// SPDX-License-Identifier: Apache-2.0
#include "app/import/order_book.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/assert.h"

namespace banyan::app {

namespace {

std::uint64_t member_and_product(std::uint32_t member, std::uint32_t sku) {
    return static_cast<std::uint64_t>(member) << 32U | sku;
}

void accumulate(Decimal& total, Decimal part) {
    const auto result = sum(total, part);
    ASSERT(result.has_value());
    total = *result;
}

}  // namespace

OrderBook::OrderBook(const text::Mapping& mapping)
    : source_(mapping.source),
      member_kind_(mapping.member_kind),
      mapping_(*mapping.order),
      has_category_(mapping_.category.has_value()) {
    words_.number_of("");  // number 0: none
    said_.emplace_back();
}

Result<void> OrderBook::add(const OrderRow& row) {
    const bool is_cancellation =
        !mapping_.cancellation_prefix.empty() && row.order.starts_with(mapping_.cancellation_prefix);
    if (is_cancellation && row.quantity >= 0)
        return Error::invalid("a line of a cancelling order has a quantity that is not negative");
    if (!is_cancellation && row.quantity <= 0)
        return Error::invalid(
            "the quantity is not positive; if it is a cancellation, the mapping should say how those are "
            "told");
    if (row.price.coefficient < 0) return Error::invalid("the price is negative");
    if (row.price.coefficient > std::numeric_limits<std::int64_t>::max() || row.price.exponent < -18 ||
        row.price.exponent > 0)
        return Error::invalid("the price has too many digits");
    if (row.line > std::numeric_limits<std::uint32_t>::max())
        return Error::invalid("the file has too many lines");

    const auto line_number = static_cast<std::uint32_t>(row.line);
    const std::uint32_t member = members_.number_of(row.member);
    const std::uint32_t index = order_ids_.number_of(row.order);
    if (index == orders_.size()) {
        Order order;
        order.time = row.time;
        order.id = index;
        order.member = member;
        order.channel = words_.number_of(row.channel);
        order.store = words_.number_of(row.store);
        order.payment = words_.number_of(row.payment);
        order.first_line = line_number;
        order.is_cancellation = is_cancellation;
        orders_.push_back(order);
    }
    Order& order = orders_[index];
    if (order.member != member)
        return Error::invalid("the order '" + std::string(row.order) +
                              "' belongs to another member in line " + std::to_string(order.first_line));
    order.time = std::min(order.time, row.time);
    lines_.push_back({line_number, index, skus_.number_of(row.sku), words_.number_of(row.category),
                      is_cancellation ? -row.quantity : row.quantity, row.minor,
                      static_cast<std::int64_t>(row.price.coefficient),
                      static_cast<std::int8_t>(row.price.exponent), is_cancellation ? 0 : say(row)});
    return {};
}

std::uint32_t OrderBook::say(const OrderRow& row) {
    const bool says_parts =
        std::any_of(row.parts.begin(), row.parts.end(), [](std::int64_t amount) { return amount != 0; });
    if (!row.list && !says_parts && row.brand.empty()) return 0;
    said_.push_back({row.list, row.parts, words_.number_of(row.brand)});
    return static_cast<std::uint32_t>(said_.size() - 1);
}

void OrderBook::finish(ImportReport& report, NoteSink& notes) {
    group_lines();
    remaining_.assign(lines_.size(), 0);
    std::int64_t order_minor = 0;
    std::vector<bool> known(members_.size());
    for (const std::uint32_t index : processing_order()) {
        const Order& order = orders_[index];
        const bool is_first = !known[order.member];
        known[order.member] = true;
        if (order.is_cancellation) {
            ++report.cancelling_orders;
            if (is_first) {
                ++report.registrations;
                events_.push_back({Event::Kind::registration, index});
            }
            match(index, report, notes);
            continue;
        }
        ++report.orders;
        events_.push_back({Event::Kind::order, index});
        open_purchases(order);
        order_minor = 0;
        for (std::uint32_t i = order.lines_begin; i < order.lines_end; ++i) order_minor += lines_[i].minor;
        accumulate(report.purchases_as_sent,
                   {order_minor, -static_cast<std::int32_t>(mapping_.currency.digits)});
    }
    open_.clear();
    report.refunds = refunds_.size();
    report.events = events_.size();
    report.products = skus_.size();
    count_members(report);
    if (!orders_.empty()) {
        const auto [first, last] = std::minmax_element(
            orders_.begin(), orders_.end(), [](const Order& a, const Order& b) { return a.time < b.time; });
        report.first = first->time;
        report.last = last->time;
    }
}

// Puts the lines of an order together, in the order of the file.
void OrderBook::group_lines() {
    std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
        return a.order != b.order ? a.order < b.order : a.number < b.number;
    });
    for (std::uint32_t i = 0; i < lines_.size(); ++i) {
        Order& order = orders_[lines_[i].order];
        if (order.lines_begin == order.lines_end) order.lines_begin = i;
        order.lines_end = i + 1;
    }
}

std::vector<std::uint32_t> OrderBook::processing_order() const {
    std::vector<std::uint32_t> order(orders_.size());
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
        if (orders_[a].time != orders_[b].time) return orders_[a].time < orders_[b].time;
        return orders_[a].first_line < orders_[b].first_line;
    });
    return order;
}

void OrderBook::open_purchases(const Order& order) {
    if (mapping_.cancellation_prefix.empty()) return;
    for (std::uint32_t i = order.lines_begin; i < order.lines_end; ++i) {
        remaining_[i] = lines_[i].quantity;
        open_[member_and_product(order.member, lines_[i].sku)].push_back(i);
    }
}

void OrderBook::match(std::uint32_t cancelling, ImportReport& report, NoteSink& notes) {
    const Order& order = orders_[cancelling];
    std::vector<Taken> taken;
    for (std::uint32_t i = order.lines_begin; i < order.lines_end; ++i) {
        const Line& line = lines_[i];
        const std::int64_t missing = take_back(line, order.member, taken, report);
        report.cancelled_quantity += line.quantity;
        report.matched_quantity += line.quantity - missing;
        report.unmatched_quantity += missing;
        // Of the line's exact amount the unmatched pieces get what the matched ones leave, so that nothing is lost
        // where the price is of the whole line.
        const Decimal whole = price_of(line, line.quantity);
        const Decimal matched =
            missing == line.quantity ? Decimal{} : price_of(line, line.quantity - missing);
        const Decimal unmatched = missing == 0 ? Decimal{} : *difference(whole, matched);
        accumulate(report.matched_amount, matched);
        accumulate(report.unmatched_amount, unmatched);
        if (missing == 0) continue;
        ++report.unmatched_rows;
        if (missing != line.quantity) ++report.partly_matched_rows;
        notes.unmatched({line.number, line.quantity, missing, to_text(unmatched)});
    }
    make_refunds(cancelling, taken);
}

// Takes the line's pieces from earlier purchases; the number that was not found.
std::int64_t OrderBook::take_back(const Line& line, std::uint32_t member, std::vector<Taken>& taken,
                                  ImportReport& report) {
    std::int64_t wanted = line.quantity;
    const auto found = open_.find(member_and_product(member, line.sku));
    if (found == open_.end()) return wanted;
    std::vector<std::uint32_t>& candidates = found->second;
    while (wanted != 0 && !candidates.empty()) {
        const std::uint32_t purchase = candidates.back();
        const std::int64_t quantity = std::min(wanted, remaining_[purchase]);
        remaining_[purchase] -= quantity;
        wanted -= quantity;
        taken.push_back({purchase, quantity});
        accumulate(report.matched_at_purchase_price, price_of(lines_[purchase], quantity));
        if (remaining_[purchase] == 0) candidates.pop_back();
    }
    return wanted;
}

// One refund for each original order, in the order of first touch; a line that was touched twice is named once.
void OrderBook::make_refunds(std::uint32_t cancelling, const std::vector<Taken>& taken) {
    std::vector<std::uint32_t> originals;
    for (const Taken& piece : taken) {
        const std::uint32_t original = lines_[piece.line].order;
        if (std::find(originals.begin(), originals.end(), original) == originals.end())
            originals.push_back(original);
    }
    for (const std::uint32_t original : originals) {
        const auto begin = static_cast<std::uint32_t>(refund_items_.size());
        for (const Taken& piece : taken) {
            if (lines_[piece.line].order != original) continue;
            const auto same = [&piece](const RefundItem& item) { return item.line == piece.line; };
            const auto earlier = std::find_if(refund_items_.begin() + begin, refund_items_.end(), same);
            if (earlier != refund_items_.end())
                earlier->quantity += piece.quantity;
            else
                refund_items_.push_back({piece.line, piece.quantity});
        }
        events_.push_back({Event::Kind::refund, static_cast<std::uint32_t>(refunds_.size())});
        refunds_.push_back({cancelling, original, begin, static_cast<std::uint32_t>(refund_items_.size())});
    }
}

void OrderBook::count_members(ImportReport& report) const {
    std::vector<bool> buys(members_.size());
    std::vector<bool> cancels(members_.size());
    for (const Order& order : orders_) (order.is_cancellation ? cancels : buys)[order.member] = true;
    for (std::size_t i = 0; i < buys.size(); ++i) {
        if (buys[i]) ++report.members;
        if (cancels[i] && !buys[i]) ++report.members_with_cancellations_only;
    }
}

// The exact amount of some of the line's pieces.
Decimal OrderBook::price_of(const Line& line, std::int64_t quantity) const {
    const Decimal price{line.price, line.price_exponent};
    if (mapping_.price_is_of_unit) return *product(price, {quantity, 0});
    if (quantity == line.quantity) return price;
    const auto share =
        scaled(line.minor < 0 ? -line.minor : line.minor, quantity, line.quantity, Rounding::half_up);
    return {*share, -static_cast<std::int32_t>(mapping_.currency.digits)};
}

const OrderBook::Order& OrderBook::order_of(const Event& event) const {
    return orders_[event.kind == Event::Kind::refund ? refunds_[event.index].cancelling : event.index];
}

Instant OrderBook::time_of(std::size_t index) const { return order_of(events_[index]).time; }

Result<void> OrderBook::append(std::size_t index, std::string& out) {
    const Event& event = events_[index];
    switch (event.kind) {
        case Event::Kind::order: write_order(orders_[event.index], out); break;
        case Event::Kind::refund: write_refund(refunds_[event.index], out); break;
        case Event::Kind::registration: write_registration(orders_[event.index], out); break;
    }
    out += '\n';
    return {};
}

void OrderBook::write_head(text::JsonWriter& json, std::string_view type, std::string_view id,
                           const Order& order) const {
    json.begin_object().string("type", type).string("id", id).string("source", source_);
    json.instant("occurred_at", order.time);
    json.key("member").begin_object().string("kind", member_kind_);
    json.string("id", members_.text_of(order.member)).end_object();
}

void OrderBook::write_line(text::JsonWriter& json, const Line& line) const {
    const auto money = [&](std::string_view key, std::int64_t minor) {
        json.string(key, minor_to_text(minor, mapping_.currency.digits));
    };
    json.begin_object().string("id", std::to_string(line.number));
    json.string("sku", skus_.text_of(line.sku));
    if (has_category_) json.string("category", words_.text_of(line.category));
    json.integer("quantity", line.quantity);
    const Said& said = said_[line.said];
    if (said.brand != 0) json.string("brand", words_.text_of(said.brand));
    if (said.list) money("list", *said.list);
    for (std::size_t i = 0; i < said.parts.size(); ++i) {
        if (said.parts[i] != 0) money(text::price_parts[i], said.parts[i]);
    }
    if (mapping_.price) money("amount", line.minor);
    json.end_object();
}

void OrderBook::write_order(const Order& order, std::string& out) const {
    text::JsonWriter json(out);
    const std::string& id = order_ids_.text_of(order.id);
    write_head(json, "order.paid", id, order);
    json.key("order").begin_object().string("id", id);
    if (order.channel != 0) json.string("channel", words_.text_of(order.channel));
    if (order.store != 0) json.string("store", words_.text_of(order.store));
    json.string("currency", mapping_.currency.code()).key("lines").begin_array();
    for (std::uint32_t i = order.lines_begin; i < order.lines_end; ++i) write_line(json, lines_[i]);
    json.end_array();
    if (order.payment != 0) json.string("payment", words_.text_of(order.payment));
    json.end_object().end_object();
}

void OrderBook::write_refund(const Refund& refund, std::string& out) const {
    text::JsonWriter json(out);
    const Order& cancelling = orders_[refund.cancelling];
    const std::string& original = order_ids_.text_of(orders_[refund.original].id);
    write_head(json, "order.refunded", order_ids_.text_of(cancelling.id) + ':' + original, cancelling);
    json.key("refund").begin_object().string("order", original).key("lines").begin_array();
    for (std::uint32_t i = refund.items_begin; i < refund.items_end; ++i) {
        json.begin_object().string("id", std::to_string(lines_[refund_items_[i].line].number));
        json.integer("quantity", refund_items_[i].quantity).end_object();
    }
    json.end_array().end_object().end_object();
}

void OrderBook::write_registration(const Order& order, std::string& out) const {
    text::JsonWriter json(out);
    write_head(json, "member.registered", order_ids_.text_of(order.id) + ":member", order);
    json.end_object();
}

}  // namespace banyan::app
