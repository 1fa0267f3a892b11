// SPDX-License-Identifier: Apache-2.0
#include "app/import/read_orders.h"

#include <array>
#include <optional>

#include "app/import/order_book.h"
#include "app/import/row_reader.h"

namespace banyan::app {

namespace {

using Bound = RowReader::Bound;

constexpr std::int64_t quantity_max = 1'000'000'000;
constexpr std::int64_t minor_max = 1'000'000'000'000'000;      // of a part, as in the API
constexpr std::size_t freight = text::price_parts.size() - 1;  // on top of the list price, not out of it
static_assert(text::price_parts[freight] == "freight");

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Reads rows by the mapping's columns.
class OrderRows {
  public:
    static Result<OrderRows> bind(RowReader& rows, const text::Mapping& mapping, TimeReader times) {
        const text::OrderMapping& order = *mapping.order;
        OrderRows out(rows, order, std::move(times));
        out.time_ = TRY(rows.bind(mapping.time));
        out.member_ = TRY(rows.bind(mapping.member_id));
        out.id_ = TRY(rows.bind(order.id));
        out.price_ = TRY(out.bind_optional(order.price));
        out.list_ = TRY(out.bind_optional(order.list));
        for (std::size_t i = 0; i < order.parts.size(); ++i)
            out.parts_[i] = TRY(out.bind_optional(order.parts[i]));
        out.brand_ = TRY(out.bind_optional(order.brand));
        out.payment_ = TRY(out.bind_optional(order.payment));
        out.channel_ = TRY(out.bind_optional(order.channel));
        out.store_ = TRY(out.bind_optional(order.store));
        out.sku_ = TRY(rows.bind(order.sku));
        out.category_ = TRY(out.bind_optional(order.category));
        out.quantity_ = TRY(out.bind_optional(order.quantity));
        return out;
    }

    /// The numbers of the row: what every row must have, whoever bought.
    Result<void> read_amount(OrderRow& row) {
        if (!price_) return read_what_is_left(row);
        TRY(read_price(row));
        if (row.quantity > 0) TRY(read_parts(row));  // a cancelled line takes its purchase's parts with it
        return {};
    }

    Result<std::string_view> member() { return rows_->text(member_); }

    /// Everything else.
    Result<void> read_rest(OrderRow& row) {
        row.line = rows_->line();
        const std::string_view time = trimmed(TRY(rows_->text(time_)));
        const auto instant = times_.read(time);
        if (!instant)
            return Error::invalid("the time '" + std::string(time) + "' is not written as the mapping says");
        row.time = *instant;
        row.order = TRY(rows_->text(id_));
        if (row.order.empty()) return Error::invalid("the order has no id");
        row.channel = TRY(text_of(channel_));
        row.store = TRY(text_of(store_));
        row.sku = TRY(rows_->text(sku_));
        if (row.sku.empty()) return Error::invalid("the line names no product");
        row.category = TRY(text_of(category_));
        row.brand = TRY(text_of(brand_));
        row.payment = TRY(text_of(payment_));
        return {};
    }

  private:
    /// What parts take of a line's list price.
    struct Taken {
        Decimal exact;
        std::int64_t minor = 0;
    };

    Result<void> read_price(OrderRow& row) {
        const std::string_view price = trimmed(TRY(rows_->text(*price_)));
        const auto parsed = parse_plain_decimal(price);
        if (!parsed)
            return Error::invalid("the price '" + std::string(price) + "' is no amount such as 12.50");
        row.price = *parsed;
        row.quantity = 1;
        if (quantity_) {
            row.quantity = TRY(read_quantity());
        } else if (row.price.coefficient < 0) {
            row.quantity = -1;
        }
        const auto amount = mapping_->price_is_of_unit ? product(row.price, {row.quantity, 0}) : row.price;
        const auto minor =
            amount ? to_minor(*amount, mapping_->currency.digits, Rounding::half_up) : std::nullopt;
        if (!minor || amount->exponent < -9) return Error::invalid("the amount has too many digits");
        row.amount = *amount;
        row.minor = *minor;
        // The amount of a whole cancelled line is written with its sign; a price has none.
        if (!mapping_->price_is_of_unit && row.quantity < 0) row.price.coefficient = -row.price.coefficient;
        return {};
    }

    // What was paid is what the parts leave of the list price.
    Result<void> read_what_is_left(OrderRow& row) {
        row.quantity = quantity_ ? TRY(read_quantity()) : 1;
        if (row.quantity <= 0) return Error::invalid("the quantity is not positive");
        const Taken taken = TRY(read_parts(row));
        if (!row.list) return Error::invalid("the row says no list price");
        row.minor = *row.list - taken.minor;
        const auto left = difference(row.amount, taken.exact);
        if (!left || left->exponent < -9) return Error::invalid("the amount has too many digits");
        if (row.minor < 0 || left->coefficient < 0)
            return Error::invalid("the parts of the price, " + to_text(taken.exact) +
                                  ", are more than the list price, " + to_text(row.amount));
        row.price = row.amount = *left;
        return {};
    }

    // The list price, into row.amount where that is what the row begins with, and the parts.
    Result<Taken> read_parts(OrderRow& row) {
        const bool begins_with_list = !price_;
        if (const auto list =
                TRY(read_money(list_, "list price", mapping_->list_is_of_unit ? row.quantity : 1))) {
            row.list = list->minor;
            if (begins_with_list) row.amount = list->exact;
        }
        Taken all;
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const auto part = TRY(read_money(parts_[i], text::price_parts[i], 1));
            if (!part) continue;
            row.parts[i] = part->minor;
            if (i == freight) continue;
            all.minor += part->minor;
            const auto exact = sum(all.exact, part->exact);
            if (!exact) return Error::invalid("the parts of the price have too many digits");
            all.exact = *exact;
        }
        return all;
    }

    // Nothing where there is no such column, or nothing in it.
    Result<std::optional<Taken>> read_money(const std::optional<Bound>& bound, std::string_view name,
                                            std::int64_t pieces) {
        if (!bound) return std::optional<Taken>();
        const std::string_view text = trimmed(TRY(rows_->text(*bound)));
        if (text.empty()) return std::optional<Taken>();
        const auto said = [&](const char* what) {
            return Error::invalid("the " + std::string(name) + " '" + std::string(text) + "' " + what);
        };
        const auto parsed = parse_plain_decimal(text);
        if (!parsed) return said("is no amount such as 12.50");
        if (parsed->coefficient < 0)
            return said(
                "is negative; where the export writes it so, the mapping takes the sign away: "
                "trim_prefix: \"-\"");
        const auto exact = product(*parsed, {pieces, 0});
        const auto minor =
            exact ? to_minor(*exact, mapping_->currency.digits, Rounding::half_up) : std::nullopt;
        if (!minor || exact->exponent < -9 || *minor > minor_max) return said("has too many digits");
        return std::optional<Taken>({*exact, *minor});
    }

    OrderRows(RowReader& rows, const text::OrderMapping& mapping, TimeReader times)
        : rows_(&rows), mapping_(&mapping), times_(std::move(times)) {}

    Result<std::optional<Bound>> bind_optional(const std::optional<text::Cell>& cell) const {
        if (!cell) return std::optional<Bound>();
        return std::optional<Bound>(TRY(rows_->bind(*cell)));
    }

    Result<std::string_view> text_of(const std::optional<Bound>& bound) {
        if (!bound) return std::string_view();
        return rows_->text(*bound);
    }

    Result<std::int64_t> read_quantity() {
        const std::string_view text = trimmed(TRY(rows_->text(*quantity_)));
        const auto parsed = parse_plain_decimal(text);
        const auto whole = parsed ? to_minor(*parsed, 0, Rounding::down) : std::nullopt;
        if (!whole || compare(*parsed, {*whole, 0}) != 0)
            return Error::invalid("the quantity '" + std::string(text) + "' is no whole number");
        if (*whole > quantity_max || *whole < -quantity_max)
            return Error::invalid("the quantity is beyond a billion");
        return *whole;
    }

    RowReader* rows_;
    const text::OrderMapping* mapping_;
    TimeReader times_;
    Bound time_;
    Bound member_;
    Bound id_;
    std::optional<Bound> price_;
    std::optional<Bound> list_;
    std::array<std::optional<Bound>, text::price_parts.size()> parts_;
    std::optional<Bound> brand_;
    std::optional<Bound> payment_;
    std::optional<Bound> channel_;
    std::optional<Bound> store_;
    Bound sku_;
    std::optional<Bound> category_;
    std::optional<Bound> quantity_;
};

// Which sum the row belongs to, once its amount is known.
Result<RowSum*> take(OrderRows& rows, OrderRow& row, const text::Mapping& mapping, OrderBook& book,
                     ImportReport& report) {
    row.member = TRY(rows.member());
    TRY(rows.read_rest(row));
    if (row.member.empty()) {
        if (mapping.missing == text::Mapping::Missing::guest) return &report.guests;
        return Error::invalid("the row has no member id");
    }
    TRY(book.add(row));
    return row.quantity < 0 ? &report.cancellations : &report.purchases;
}

}  // namespace

Result<std::unique_ptr<EventSequence>> read_orders(const Reading& reading, const text::Mapping& mapping,
                                                   TimeReader times) {
    ImportReport& report = reading.report;
    const auto rows = TRY(RowReader::open(reading.input, mapping));
    OrderRows cells = TRY(OrderRows::bind(*rows, mapping, std::move(times)));
    auto book = std::make_unique<OrderBook>(mapping);
    while (true) {
        reading.tell_progress(report.all.rows);
        const auto more = rows->next();
        if (more.ok() && !*more) break;
        if (!more.ok() && more.error().code != ErrorCode::invalid) return more.error();
        ++report.all.rows;
        if (!more.ok()) {
            reading.reject(rows->line(), more.error(), rows->record());
            continue;
        }
        OrderRow row;
        if (const auto amount = cells.read_amount(row); !amount.ok()) {
            reading.reject(rows->line(), amount.error(), rows->record());
            continue;
        }
        report.all.add_amount(row.amount);
        const auto part = take(cells, row, mapping, *book, report);
        if (part.ok()) {
            (*part)->add(row.amount);
        } else {
            reading.reject(rows->line(), part.error(), rows->record());
            report.rejected.add_amount(row.amount);
        }
    }
    book->finish(report, reading.notes);
    return std::unique_ptr<EventSequence>(std::move(book));
}

}  // namespace banyan::app
