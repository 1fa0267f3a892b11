// SPDX-License-Identifier: Apache-2.0
#include "app/import/report.h"

#include "base/assert.h"
#include "text/json_writer.h"

namespace banyan::app {

namespace {

Decimal plus(Decimal a, Decimal b) {
    const auto total = sum(a, b);
    ASSERT(total.has_value());
    return *total;
}

Decimal negated(Decimal value) { return {-value.coefficient, value.exponent}; }

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

void RowSum::add(Decimal row_amount) {
    ++rows;
    add_amount(row_amount);
}

void RowSum::add_amount(Decimal row_amount) { amount = plus(amount, row_amount); }

bool ImportReport::reconciles() const {
    const Decimal cancelled = plus(matched_amount, unmatched_amount);
    const Decimal parts =
        plus(plus(purchases.amount, cancellations.amount), plus(guests.amount, rejected.amount));
    const std::uint64_t rows =
        purchases.rows + cancellations.rows + guests.rows + rejected.rows + passed_on.rows;
    const std::uint64_t events_expected =
        passed_on.rows != 0 ? passed_on.rows : orders + refunds + registrations;
    return all.rows == rows && events == events_expected && compare(all.amount, parts) == 0 &&
           compare(cancellations.amount, negated(cancelled)) == 0 &&
           cancelled_quantity == matched_quantity + unmatched_quantity;
}

std::string ImportReport::to_json() const {
    std::string out;
    text::JsonWriter json(out);
    const auto part = [&json](std::string_view name, const RowSum& rows) {
        json.key(name).begin_object().integer("rows", number(rows.rows));
        json.string("amount", banyan::to_text(rows.amount)).end_object();
    };
    json.begin_object();
    part("all", all);
    part("purchases", purchases);
    part("cancellations", cancellations);
    part("guests", guests);
    part("rejected", rejected);
    part("passed_on", passed_on);
    json.integer("events", number(events)).integer("orders", number(orders));
    json.integer("cancelling_orders", number(cancelling_orders)).integer("refunds", number(refunds));
    json.integer("registrations", number(registrations)).integer("members", number(members));
    json.integer("members_with_cancellations_only", number(members_with_cancellations_only));
    json.integer("products", number(products));
    json.integer("cancelled_quantity", cancelled_quantity).integer("matched_quantity", matched_quantity);
    json.integer("unmatched_quantity", unmatched_quantity).integer("unmatched_rows", number(unmatched_rows));
    json.integer("partly_matched_rows", number(partly_matched_rows));
    json.string("matched_amount", banyan::to_text(matched_amount));
    json.string("unmatched_amount", banyan::to_text(unmatched_amount));
    json.string("matched_at_purchase_price", banyan::to_text(matched_at_purchase_price));
    json.string("purchases_as_sent", banyan::to_text(purchases_as_sent));
    if (first) json.instant("first", *first);
    if (last) json.instant("last", *last);
    json.boolean("reconciles", reconciles()).end_object();
    return out;
}

std::string ImportReport::to_text() const {
    std::string out;
    const auto line = [&out](std::string_view name, const std::string& content) {
        out += "  " + std::string(name) + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') +
               content + '\n';
    };
    const auto part = [&line](std::string_view name, const RowSum& rows) {
        if (rows.rows != 0) line(name, std::to_string(rows.rows) + " rows, " + banyan::to_text(rows.amount));
    };
    part("rows", all);
    part("purchases", purchases);
    part("cancellations", cancellations);
    part("guests", guests);
    part("rejected", rejected);
    line("events", std::to_string(events) + " (" + std::to_string(orders) + " orders, " +
                       std::to_string(refunds) + " refunds, " + std::to_string(registrations) +
                       " registrations)");
    line("members", std::to_string(members));
    if (cancellations.rows != 0) {
        line("matched", std::to_string(matched_quantity) + " pieces, " + banyan::to_text(matched_amount));
        line("unmatched", std::to_string(unmatched_quantity) + " pieces, " +
                              banyan::to_text(unmatched_amount) + " (" + std::to_string(unmatched_rows) +
                              " rows, of which " + std::to_string(partly_matched_rows) + " found some)");
    }
    if (first && last) line("from, to", to_rfc3339(*first) + ", " + to_rfc3339(*last));
    line("sums", reconciles() ? "reconcile exactly" : "DO NOT RECONCILE");
    return out;
}

}  // namespace banyan::app
