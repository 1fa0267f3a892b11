// SPDX-License-Identifier: Apache-2.0

// Two laws. Any permutation, with repetitions, of the same events gives the same life, the same credits and the same
// stage. And the due instant is that of a shop assistant who looks at the order every hour, knows only what has happened
// until then, and counts the hours on fingers: no interval is added, moved or cut there, so nothing of the code under
// test is in it.

#include <algorithm>
#include <array>
#include <random>
#include <tuple>

#include "domain/orders/story_test.h"

#include <gtest/gtest.h>

namespace banyan::orders {
namespace {

using testing::Told;

using Random = std::mt19937_64;

std::int64_t below(Random& random, std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
}

// After `horizon` nothing happens; by `last_hour` every clock that still runs has run down.
constexpr std::int64_t horizon = 24 * 12;
constexpr std::int64_t last_hour = horizon + 24 * 9;

Instant hour(std::int64_t n) { return testing::day(0) + hours(n); }

const std::array<const char*, 2> line_names = {"a", "b"};
const std::array<const char*, 3> parcel_names = {"p1", "p2", "p3"};
const std::array<const char*, 2> after_sale_names = {"s1", "s2"};

std::vector<Pieces> any_pieces(Random& random, std::int64_t least) {
    std::vector<Pieces> pieces;
    if (below(random, 4) == 0) return pieces;
    for (const char* line : line_names) {
        if (below(random, 3) != 0) pieces.push_back({line, least + below(random, 3)});
    }
    return pieces;
}

Event any_event(Random& random) {
    const Instant when = hour(below(random, horizon));
    const std::string parcel = parcel_names[static_cast<std::size_t>(below(random, 3))];
    switch (below(random, 12)) {
        case 0:
        case 1:
        case 2: {
            std::vector<std::string> replaces;
            for (const char* other : parcel_names) {
                if (other != parcel && below(random, 8) == 0) replaces.emplace_back(other);
            }
            return Shipped{when, parcel, any_pieces(random, 1), replaces};
        }
        case 3:
        case 4: return Received{when, parcel};
        case 5: return below(random, 2) == 0 ? Event(Received{when, ""}) : Event(Completed{when});
        case 6: return below(random, 4) == 0 ? Event(Closed{when}) : Event(Placed{when});
        default:
            return AfterSaleMoved{when, after_sale_names[static_cast<std::size_t>(below(random, 2))],
                                  static_cast<Step>(below(random, 5)), static_cast<Form>(below(random, 4)),
                                  any_pieces(random, 0)};
    }
}

std::vector<Event> any_order(Random& random) {
    const Terms terms{static_cast<std::uint16_t>(below(random, 5)),
                      static_cast<std::uint16_t>(below(random, 3) * 4), DayCount::by_the_hour,
                      below(random, 2) == 0 ? OnCompletion::release : OnCompletion::wait};
    std::vector<Event> events = {
        Paid{hour(0), {{"a", 1 + below(random, 3), terms}, {"b", 1 + below(random, 2), terms}}}};
    const std::int64_t count = 2 + below(random, 9);
    for (std::int64_t i = 0; i < count; ++i) events.push_back(any_event(random));
    return events;
}

/// The events on one line, for whoever has to find out why two views of an order differ.
std::string text(const std::vector<Event>& events) {
    struct Teller {
        static std::string list(const std::vector<Pieces>& pieces) {
            std::string text;
            for (const Pieces& p : pieces) text += " " + p.line + ":" + std::to_string(p.quantity);
            return text;
        }
        std::string operator()(const Placed&) const { return "placed"; }
        std::string operator()(const Paid& e) const {
            std::string text = "paid";
            for (const SoldLine& l : e.lines)
                text += " " + l.line + ":" + std::to_string(l.quantity) + " N" +
                        std::to_string(l.terms.days_after_receipt) + " M" +
                        std::to_string(l.terms.days_after_shipping_max) +
                        (l.terms.on_completion == OnCompletion::release ? "" : " waits");
            return text;
        }
        std::string operator()(const Shipped& e) const {
            std::string text = "shipped " + e.parcel + list(e.pieces);
            for (const std::string& other : e.replaces) text += " for " + other;
            return text;
        }
        std::string operator()(const Received& e) const { return "received " + e.parcel; }
        std::string operator()(const Completed&) const { return "completed"; }
        std::string operator()(const Closed&) const { return "closed"; }
        std::string operator()(const AfterSaleMoved& e) const {
            return e.after_sale + " step " + std::to_string(static_cast<int>(e.step)) + " form " +
                   std::to_string(static_cast<int>(e.form)) + list(e.pieces);
        }
    };
    std::string text;
    for (const Event& event : events)
        text += "\n" + testing::text(at(event)) + ": " + std::visit(Teller{}, event);
    return text;
}

TEST(Convergence, AnyPermutationWithRepetitionsTellsTheSameLife) {
    Random random(20260301);
    const auto zone = banyan::testing::shanghai();
    for (int round = 0; round < 1500; ++round) {
        std::vector<Event> events = any_order(random);
        // Two shops' systems that contradict each other: other lines, other pieces, another time.
        if (round % 3 == 0) events.push_back(Paid{hour(5), {{"a", 2, {3, 9, {}, {}}}, {"c", 1, {}}}});
        const Told straight(events);
        for (int again = 0; again < 6; ++again) {
            std::vector<Event> shuffled = events;
            for (std::int64_t repeated = below(random, 6); repeated > 0; --repeated)
                shuffled.push_back(events[static_cast<std::size_t>(
                    below(random, static_cast<std::int64_t>(events.size())))]);
            std::shuffle(shuffled.begin(), shuffled.end(), random);
            const Told told(shuffled);
            ASSERT_EQ(told.life, straight.life) << "round " << round;
            ASSERT_EQ(stage(told.life), stage(straight.life));
            ASSERT_EQ(credits(told.life, *zone), credits(straight.life, *zone));
        }
    }
}

TEST(Convergence, EveryPermutationOfASmallOrder) {
    std::vector<Event> events = {
        Paid{hour(0), {{"a", 2, {}}}},
        Shipped{hour(24), "p1", {{"a", 1}}, {}},
        Shipped{hour(30), "p2", {{"a", 1}}, {"p1"}},
        Received{hour(60), "p2"},
        AfterSaleMoved{hour(70), "s1", Step::requested, Form::return_refund, {{"a", 1}}},
        AfterSaleMoved{hour(80), "s1", Step::refused, Form::return_refund, {}},
        Completed{hour(400)},
    };
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6};
    const Life expected = Told(events).life;
    int permutations = 0;
    do {
        Told told;
        for (const std::size_t i : order) told.tell(events[i]);
        ASSERT_EQ(told.life, expected);
        ++permutations;
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(permutations, 5040);
}

// --- the assistant who looks every hour ------------------------------------------------------------------------

class Assistant {
  public:
    Assistant(const std::vector<Event>& events, SoldLine line) : events_(events), line_(std::move(line)) {
        for (std::int64_t t = 0; t <= last_hour; ++t) {
            Look now;
            for (const char* name : after_sale_names) {
                const Look one = look(name, t);
                now.open = now.open || one.open;
                now.gone += one.gone;
            }
            if (first<Closed>(t) >= 0 || now.gone > line_.quantity) now.gone = line_.quantity;
            hours_.push_back(now);
        }
    }

    /// The first hour at which the line is released, or -1.
    [[nodiscard]] std::int64_t released() const {
        for (std::int64_t t = 0; t <= last_hour; ++t) {
            if (gone(t) == line_.quantity) return -1;
            if (is_due(t)) return t;
        }
        return -1;
    }
    [[nodiscard]] std::int64_t gone(std::int64_t t) const { return hours_[static_cast<std::size_t>(t)].gone; }

  private:
    struct Look {
        bool open = false;
        std::int64_t gone = 0;
    };

    [[nodiscard]] std::int64_t pieces_in(const std::vector<Pieces>& pieces) const {
        for (const Pieces& p : pieces) {
            if (p.line == line_.line) return p.quantity;
        }
        return -1;
    }
    static std::int64_t hour_of(Instant at) { return (at - hour(0)).microseconds / hours(1).microseconds; }

    /// The earliest hour up to t at which an event of the kind that fits happened, or -1.
    template <typename T, typename Fits>
    std::int64_t first(std::int64_t t, Fits fits) const {
        std::int64_t found = -1;
        for (const Event& event : events_) {
            const T* e = std::get_if<T>(&event);
            if (e == nullptr || hour_of(e->at) > t || !fits(*e)) continue;
            if (found < 0 || hour_of(e->at) < found) found = hour_of(e->at);
        }
        return found;
    }
    template <typename T>
    [[nodiscard]] std::int64_t first(std::int64_t t) const {
        return first<T>(t, [](const T&) { return true; });
    }

    /// One after-sale as it stands at hour t, going through its moves in order of time.
    [[nodiscard]] Look look(const char* name, std::int64_t t) const {
        std::vector<const AfterSaleMoved*> moves;
        for (const Event& event : events_) {
            const auto* e = std::get_if<AfterSaleMoved>(&event);
            if (e != nullptr && e->after_sale == name && hour_of(e->at) <= t) moves.push_back(e);
        }
        std::sort(moves.begin(), moves.end(), [](const AfterSaleMoved* a, const AfterSaleMoved* b) {
            return std::tie(a->at, a->step, a->form, a->pieces) <
                   std::tie(b->at, b->step, b->form, b->pieces);
        });
        Look now;
        std::int64_t about = line_.quantity;  // -1: not about this line
        for (const AfterSaleMoved* move : moves) {
            if (!move->pieces.empty()) about = pieces_in(move->pieces);
            now.open = about >= 0 && (move->step == Step::requested || move->step == Step::agreed);
            if (move->step != Step::done) continue;
            const bool refund = move->form == Form::refund_only || move->form == Form::return_refund;
            if (refund && about > 0) now.gone = about;
            break;
        }
        return now;
    }

    [[nodiscard]] bool open(std::int64_t t) const { return hours_[static_cast<std::size_t>(t)].open; }
    /// Counts the hours since `from` during which no after-sale was open.
    [[nodiscard]] bool has_run(std::int64_t from, std::int64_t t, std::int64_t day_count) const {
        std::int64_t quiet = 0;
        for (std::int64_t h = from; h < t; ++h) quiet += open(h) ? 0 : 1;
        return quiet >= 24 * day_count;
    }

    struct Parcels {
        std::int64_t pieces = 0;
        std::int64_t shipped = 0;
        std::int64_t received = 0;
        bool under_way = false;
    };

    /// The parcels with pieces of the line that were sent by the hour `sends`, as they stand at hour t. `all`: when the
    /// whole order was received, or -1.
    [[nodiscard]] Parcels parcels(std::int64_t t, std::int64_t sends, std::int64_t all) const {
        Parcels sum;
        for (const char* name : parcel_names) {
            // The contents are a list that anybody may read, even before the van has left.
            std::int64_t held = 0;
            bool everything = false;
            for (const Event& event : events_) {
                const auto* e = std::get_if<Shipped>(&event);
                if (e == nullptr || e->parcel != name) continue;
                held = std::max(held, pieces_in(e->pieces));
                everything = everything || e->pieces.empty();
            }
            if (everything) held = line_.quantity;
            if (held == 0) continue;

            const auto names_it = [name](const Shipped& e) {
                return std::count(e.replaces.begin(), e.replaces.end(), name) > 0;
            };
            std::int64_t sent = first<Shipped>(sends, [name](const Shipped& e) { return e.parcel == name; });
            std::int64_t got = first<Received>(t, [name](const Received& e) { return e.parcel == name; });
            if (got >= 0 && (sent < 0 || got < sent)) sent = got;
            if (sent < 0 || sent > sends || first<Shipped>(sends, names_it) >= 0) continue;
            if (all >= sent && (got < 0 || all < got)) got = all;
            sum.pieces += held;
            sum.shipped = std::max(sum.shipped, sent);
            sum.received = std::max(sum.received, got);
            sum.under_way = sum.under_way || got < 0;
        }
        return sum;
    }

    /// What is sent in the very hour in which the line is due comes too late to hold it up.
    [[nodiscard]] bool is_due(std::int64_t t) const { return is_due(t, t - 1) || is_due(t, t); }
    [[nodiscard]] bool is_due(std::int64_t t, std::int64_t sends) const {
        if (t > 0 && open(t - 1) && open(t)) return false;
        const std::int64_t completed = first<Completed>(t);
        const bool at_once = line_.terms.on_completion == OnCompletion::release;
        if (completed >= 0 && at_once) return true;

        std::int64_t all = first<Received>(t, [](const Received& e) { return e.parcel.empty(); });
        if (completed >= 0 && (all < 0 || completed < all)) all = completed;
        const Parcels sum = parcels(t, sends, all);
        const auto has_run_since = [&](std::int64_t received, std::int64_t shipped) {
            if (!sum.under_way && has_run(received, t, line_.terms.days_after_receipt)) return true;
            const std::int64_t limit = line_.terms.days_after_shipping_max;
            return limit > 0 && has_run(shipped, t, limit);
        };
        if (sum.pieces > 0 && sum.pieces + gone(t) >= line_.quantity &&
            has_run_since(sum.received, sum.shipped))
            return true;
        return all >= 0 && has_run_since(std::max(sum.received, all), std::max(sum.shipped, all));
    }

    const std::vector<Event>& events_;
    SoldLine line_;
    std::vector<Look> hours_;
};

TEST(Convergence, TheDueInstantIsThatOfAnAssistantWhoLooksEveryHour) {
    Random random(7);
    const auto zone = banyan::testing::shanghai();
    int released = 0;
    int never_released = 0;
    for (int round = 0; round < 800; ++round) {
        const std::vector<Event> events = any_order(random);
        const std::vector<LineCredit> lines = credits(Told(events).life, *zone);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const SoldLine& sold = std::get<Paid>(events.front()).lines[i];
            const Assistant assistant(events, sold);
            const std::int64_t found = assistant.released();
            ASSERT_EQ(testing::text(lines[i].due), found < 0 ? "never" : testing::text(hour(found)))
                << "round " << round << ", line " << sold.line << text(events);
            ASSERT_EQ(lines[i].kept, sold.quantity - assistant.gone(last_hour));
            ++(found < 0 ? never_released : released);
        }
    }
    EXPECT_GT(released, 500);
    EXPECT_GT(never_released, 500);
}

}  // namespace
}  // namespace banyan::orders
