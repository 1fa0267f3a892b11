// SPDX-License-Identifier: Apache-2.0
#include "domain/orders/release.h"

#include <algorithm>

#include "domain/orders/after_sale.h"

namespace banyan::orders {

namespace {

/// A parcel as one line sees it.
struct Travel {
    Instant shipped;
    Instant received;
    Instant replaced;
    std::int64_t pieces = 0;
};

/// What of the order bears on one line's release.
struct Course {
    const SoldLine& line;
    const Zone& zone;
    std::vector<Travel> travels;
    Undoing undoing;
    Instant all_received = never;  // told of the whole order, or implied by its completion
    Instant completed = never;
};

Instant start_of_day_after(Instant instant, std::int64_t day_count, const Zone& zone) {
    return zone.start_of(civil_date(day_number(zone.local(instant).date) + day_count));
}

/// The first instant of a local day, not before `instant`.
Instant next_midnight(Instant instant, const Zone& zone) {
    const Instant today = start_of_day_after(instant, 0, zone);
    return today == instant ? today : start_of_day_after(instant, 1, zone);
}

/// When a clock that began at `start` has run for so many days, standing still during the open spans.
Instant run_down(const Course& course, Instant start, std::int64_t day_count) {
    if (start == never) return never;
    const bool whole_days = course.line.terms.count == DayCount::whole_days && day_count > 0;
    const auto ended = [&](Instant end) {
        return std::min(whole_days ? next_midnight(end, course.zone) : end, never);
    };
    Instant end =
        whole_days ? start_of_day_after(start, 1 + day_count, course.zone) : start + days(day_count);
    for (const Span& span : course.undoing.open) {
        if (span.until <= start) continue;
        if (span.from >= ended(end)) break;
        if (span.until == never) return never;
        end = end + (span.until - std::max(span.from, start));
    }
    return ended(end);
}

Instant due_by(const Course& course, Instant received, Instant shipped) {
    const Terms& terms = course.line.terms;
    const Instant by_receipt = run_down(course, received, terms.days_after_receipt);
    if (terms.days_after_shipping_max == 0) return by_receipt;
    return std::min(by_receipt, run_down(course, shipped, terms.days_after_shipping_max));
}

/// `instant`, or the end of the after-sale that was opened before it and lasts beyond it.
Instant outside_after_sales(const Course& course, Instant instant) {
    for (const Span& span : course.undoing.open) {
        if (span.from < instant && instant < span.until) return span.until;
    }
    return instant;
}

/// When the line is due if no parcel is sent or replaced after `moment`.
Instant due_after(const Course& course, Instant moment) {
    std::int64_t missing = course.line.quantity;
    Instant received = instant_min;
    Instant shipped = instant_min;
    for (const Travel& travel : course.travels) {
        if (travel.shipped > moment || travel.replaced <= moment) continue;
        missing -= std::min(travel.pieces, missing);
        received = std::max(received, travel.received);
        shipped = std::max(shipped, travel.shipped);
    }
    Instant due = never;
    // Refunded pieces need not arrive; the rest must have been sent. Without any parcel there is nothing to count from.
    if (missing < course.line.quantity)
        due = std::max(due_by(course, received, shipped), course.undoing.reached(missing));
    if (course.all_received != never) {
        const Instant all = course.all_received;
        due = std::min(due, due_by(course, std::max(received, all), std::max(shipped, all)));
    }
    if (course.completed != never && course.line.terms.on_completion == OnCompletion::release)
        due = std::min(due, run_down(course, course.completed, 0));
    return outside_after_sales(course, std::max(due, moment));
}

/// As if every event had been told when it happened: from one sending to the next, until the line is due before it.
Instant due_of(const Course& course) {
    std::vector<Instant> moments = {instant_min};
    for (const Travel& travel : course.travels) {
        moments.push_back(travel.shipped);
        if (travel.replaced != never) moments.push_back(travel.replaced);
    }
    std::sort(moments.begin(), moments.end());
    for (std::size_t i = 0; i + 1 < moments.size(); ++i) {
        const Instant due = due_after(course, moments[i]);
        if (due <= moments[i + 1]) return due;
    }
    return due_after(course, moments.back());
}

std::vector<Travel> travels_of(const Life& life, const SoldLine& line, Instant all_received) {
    std::vector<Travel> travels;
    for (const Parcel& parcel : life.parcels) {
        const std::int64_t pieces = carried(parcel, line);
        if (pieces == 0) continue;
        Travel travel{std::min(parcel.shipped, parcel.received), parcel.received, parcel.replaced, pieces};
        if (travel.shipped <= all_received) travel.received = std::min(travel.received, all_received);
        travels.push_back(travel);
    }
    return travels;
}

LineCredit credit_of(const Life& life, const SoldLine& line, const Zone& zone) {
    Course course{line,          zone, {}, undoing_of(line, life), std::min(life.received, life.completed),
                  life.completed};
    course.travels = travels_of(life, line, course.all_received);
    LineCredit result;
    result.line = line.line;
    result.kept = line.quantity - course.undoing.total();
    result.revoked = course.undoing.reached(line.quantity);
    const Instant due = due_of(course);
    if (due < result.revoked) result.due = due;
    return result;
}

}  // namespace

Credit LineCredit::credit(Instant now) const {
    if (revoked <= now) return Credit::revoked;
    return due <= now ? Credit::released : Credit::pending;
}

std::vector<LineCredit> credits(const Life& life, const Zone& zone) {
    std::vector<LineCredit> result;
    for (const SoldLine& line : life.lines) result.push_back(credit_of(life, line, zone));
    return result;
}

Instant next_change(std::span<const LineCredit> lines, Instant now) {
    Instant next = never;
    for (const LineCredit& line : lines) {
        if (line.due > now) next = std::min(next, line.due);
        if (line.revoked > now) next = std::min(next, line.revoked);
    }
    return next;
}

}  // namespace banyan::orders
