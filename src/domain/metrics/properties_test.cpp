// SPDX-License-Identifier: Apache-2.0

// Laws over random histories: orders on time and years late, refunds of any of them, in zones whose days are 23, 24
// and 25 hours, over leap years, with folding at any time. What a metric says is held against a count over the list of
// everything that happened, which knows neither logs nor windows, only dates. The seeds are fixed, so a failure
// repeats.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "domain/ledger/zones_test.h"
#include "domain/metrics/log.h"
#include "domain/metrics/reading.h"

namespace banyan::metrics {
namespace {

using Kind = Window::Kind;
using Random = std::mt19937_64;

std::int64_t below(Random& random, std::int64_t bound) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
}

/// Something that counted, as it was: on which date, at which instant, what and how much; refunds are negative.
struct Happened {
    CivilDate date;
    Instant at;
    std::int64_t key = 0;
    std::int64_t amount = 0;
};

// --- the count that knows nothing of logs ----------------------------------------------------------------------

std::int64_t weekday(CivilDate date) { return ((day_number(date) + 4) % 7 + 7) % 7; }  // 0 = Sunday
CivilDate monday(CivilDate date) {
    while (weekday(date) != 1) date = civil_date(day_number(date) - 1);
    return date;
}
bool is_leap(std::int32_t year) { return is_valid({year, 2, 29}); }
std::int32_t years_of_membership(CivilDate joined, CivilDate date) {
    CivilDate anniversary{date.year, joined.month, joined.day};
    if (joined.month == 2 && joined.day == 29 && !is_leap(date.year)) anniversary.day = 28;
    return date.year - joined.year - (date < anniversary ? 1 : 0);
}

bool in_window(Window window, CivilDate date, CivilDate today, CivilDate joined) {
    if (date > today) return false;
    switch (window.kind) {
        case Kind::lifetime: return true;
        case Kind::day: return date == today;
        case Kind::week: return monday(date) == monday(today);
        case Kind::month: return date.year == today.year && date.month == today.month;
        case Kind::quarter: return date.year == today.year && (date.month - 1) / 3 == (today.month - 1) / 3;
        case Kind::year: return date.year == today.year;
        case Kind::anniversary:
            return today >= joined && years_of_membership(joined, date) == years_of_membership(joined, today);
        case Kind::rolling: return day_number(today) - day_number(date) < window.days;
    }
    return false;
}

CivilDate first_of(CivilDate date, Every every) {
    if (every == Every::day) return date;
    return every == Every::week ? monday(date) : CivilDate{date.year, date.month, 1};
}

std::int64_t naive_streak(const std::map<CivilDate, std::int64_t>& days, const Metric& metric,
                          CivilDate today) {
    std::set<CivilDate> active;
    for (const auto& [date, total] : days) {
        if (total > 0) active.insert(first_of(date, metric.every));
    }
    if (active.empty()) return 0;
    std::int64_t length = 0;
    std::int64_t missed = 0;
    // Backwards, period by period.
    for (CivilDate date = first_of(today, metric.every); date >= *active.begin();
         date = first_of(civil_date(day_number(date) - 1), metric.every)) {
        if (active.contains(date)) {
            ++length;
            missed = 0;
        } else if (date != first_of(today, metric.every) && ++missed > metric.grace) {
            break;
        }
    }
    return length;
}

std::optional<std::int64_t> naive(const std::vector<Happened>& history, const Metric& metric, CivilDate today,
                                  CivilDate joined) {
    std::int64_t total = 0;
    std::map<std::int64_t, std::int64_t> things;
    std::map<std::pair<Instant, std::int64_t>, std::int64_t> moments;
    std::map<CivilDate, std::int64_t> days;
    for (const Happened& it : history) {
        if (!in_window(metric.window, it.date, today, joined)) continue;
        total += it.amount;
        things[it.key] += it.amount;
        moments[{it.at, it.key}] += it.amount;
        days[it.date] += it.amount;
    }
    const auto not_positive = [](const auto& item) { return item.second <= 0; };
    std::erase_if(things, not_positive);
    std::erase_if(moments, not_positive);
    switch (metric.fold) {
        case Fold::count:
        case Fold::sum: return total;
        case Fold::distinct: return static_cast<std::int64_t>(things.size());
        case Fold::first:
            return moments.empty() ? std::nullopt : std::optional(moments.begin()->first.second);
        case Fold::last:
            return moments.empty() ? std::nullopt : std::optional(moments.rbegin()->first.second);
        case Fold::streak: return naive_streak(days, metric, today);
        default: break;
    }
    std::erase_if(days, not_positive);
    if (days.empty()) return std::nullopt;
    return day_number(metric.fold == Fold::first_day ? days.begin()->first : days.rbegin()->first);
}

// --- a brand that counts in every way there is, and a member of it ---------------------------------------------------

constexpr std::int32_t late_days = 20;

std::vector<Measure> measures(std::uint32_t most) {
    std::vector<Measure> made;
    for (const Counts counts : {Counts::times, Counts::amounts, Counts::things, Counts::moments}) {
        for (const RefundDay refund : {RefundDay::of_order, RefundDay::of_refund}) {
            if (counts == Counts::moments && refund == RefundDay::of_refund) continue;
            const auto id = static_cast<std::uint16_t>(made.size() + 1);
            made.push_back({{id}, "measure" + std::to_string(id), counts, refund, most, late_days});
        }
    }
    // Twice each: once with metrics over a life, once with windows only, which fold.
    const std::size_t half = made.size();
    for (std::size_t i = 0; i < half; ++i) {
        Measure measure = made[i];
        measure.id.value = static_cast<std::uint16_t>(made.size() + 1);
        measure.name = "folding" + std::to_string(i);
        made.push_back(measure);
    }
    return made;
}

std::vector<Fold> folds_of(Counts counts) {
    std::vector<Fold> folds{Fold::first_day, Fold::last_day, Fold::streak};
    if (counts == Counts::times) folds.push_back(Fold::count);
    if (counts == Counts::amounts) folds.push_back(Fold::sum);
    if (counts == Counts::things) folds.push_back(Fold::distinct);
    if (counts == Counts::moments) folds.insert(folds.end(), {Fold::first, Fold::last});
    return folds;
}

std::vector<Metric> metrics(const std::vector<Measure>& measures) {
    static constexpr Window windows[] = {
        {Kind::lifetime}, {Kind::day},         {Kind::week},       {Kind::month},       {Kind::quarter},
        {Kind::year},     {Kind::anniversary}, {Kind::rolling, 1}, {Kind::rolling, 90}, {Kind::rolling, 365}};
    std::vector<Metric> made;
    for (const Measure& measure : measures) {
        const bool folding = measure.name.starts_with("folding");
        for (const Fold fold : folds_of(measure.counts)) {
            const bool adds_up = fold == Fold::count || fold == Fold::sum || fold == Fold::distinct;
            for (const Window window : windows) {
                if (folding && window.kind == Kind::lifetime && !adds_up) continue;
                const auto id = static_cast<std::uint16_t>(made.size() + 1);
                Metric metric{{id}, "metric" + std::to_string(id), measure.id, fold, window};
                if (fold == Fold::streak) {
                    metric.every = static_cast<Every>(id % 3);
                    metric.grace = id % 4;
                }
                made.push_back(metric);
            }
        }
    }
    return made;
}

struct Tally {
    int exact = 0;
    int beyond = 0;
    int late = 0;
    int refunds = 0;
    int folded_facts = 0;
};

class History {
  public:
    History(std::uint64_t seed, std::uint32_t most, const Zone& zone, CivilDate joined)
        : random_(seed),
          zone_(zone),
          joined_(joined),
          measures_(measures(most)),
          catalogue_(compiled(measures_, metrics(measures_)).value()),
          now_(zone.start_of(joined)) {}

    void run(int events, Tally& tally) {
        for (int i = 0; i < events; ++i) {
            now_ = now_ + seconds(below(random_, 3 * 86'400)) + Duration{below(random_, 1'000'000)};
            const Measure& measure = measures_[static_cast<std::size_t>(below(random_, 14))];
            if (!orders_.empty() && below(random_, 3) == 0) {
                take_back(tally);
            } else {
                count(measure, tally);
            }
            if (below(random_, 10) == 0) fold(tally);
            if (below(random_, 8) == 0) compare(tally);
        }
        EXPECT_EQ(check(log_), "");
    }

  private:
    struct Order {
        Measure measure;
        Occurrence what;
    };

    void add(const std::vector<LogFact>& facts) {
        for (const LogFact& fact : facts) apply(log_, fact);
    }
    void count(const Measure& measure, Tally& tally) {
        Occurrence what{now_, 1, below(random_, 6) - 2};
        if (below(random_, 4) == 0) {
            what.at = now_ - days(below(random_, 500));
            ++tally.late;
        }
        if (measure.counts == Counts::amounts) what.amount = below(random_, 10'000) - 100;
        add(counted(log_, measure, what, zone_).value());
        history_[measure.id].push_back({zone_.local(what.at).date, what.at, what.key, what.amount});
        orders_.push_back({measure, what});
    }
    void take_back(Tally& tally) {
        const auto index =
            static_cast<std::size_t>(below(random_, static_cast<std::int64_t>(orders_.size())));
        Order& order = orders_[index];
        Occurrence part = order.what;
        if (order.measure.counts == Counts::amounts && part.amount > 1)
            part.amount = 1 + below(random_, part.amount);
        add(taken_back(log_, order.measure, part, now_, zone_).value());
        const Instant on = order.measure.refund == RefundDay::of_order ? part.at : now_;
        history_[order.measure.id].push_back({zone_.local(on).date, on, part.key, -part.amount});
        order.what.amount -= part.amount;
        if (order.what.amount == 0) orders_.erase(orders_.begin() + static_cast<std::ptrdiff_t>(index));
        ++tally.refunds;
    }
    void fold(Tally& tally) {
        const auto facts = due_folds(log_, catalogue_, local_day(now_, zone_));
        tally.folded_facts += static_cast<int>(facts.size());
        add(facts);
    }
    void compare(Tally& tally) {
        const Instant then = now_ - days(below(random_, late_days));
        const CivilDate today = zone_.local(then).date;
        const AsOf when = as_of(then, zone_.start_of(joined_), zone_);
        for (const Metric& metric : catalogue_.metrics()) {
            const Reading reading = read(log_, metric, when);
            if (reading.known == Known::beyond) {
                ++tally.beyond;
                continue;
            }
            ASSERT_EQ(reading.known, Known::exact) << metric.name;
            ASSERT_EQ(reading.value, naive(history_[metric.measure], metric, today, joined_))
                << metric.name << " fold " << static_cast<int>(metric.fold) << " window "
                << static_cast<int>(metric.window.kind) << " as of " << to_text(today);
            ++tally.exact;
        }
    }

    Random random_;
    const Zone& zone_;
    CivilDate joined_;
    std::vector<Measure> measures_;
    Catalogue catalogue_;
    Log log_;
    Instant now_;
    std::map<MeasureId, std::vector<Happened>> history_;
    std::vector<Order> orders_;
};

TEST(MetricLaws, AMetricIsWhatACountOverEverythingThatHappenedSays) {
    Tally tally;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const auto zone = seed % 3 == 0   ? testing::shanghai()
                          : seed % 3 == 1 ? testing::new_york()
                                          : testing::havana();
        const CivilDate joined = seed % 2 == 0 ? CivilDate{2024, 2, 29} : CivilDate{2025, 12, 31};
        History(seed, 4096, *zone, joined).run(600, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.exact, 50'000);
    EXPECT_EQ(tally.beyond, 0);
    EXPECT_GT(tally.late, 1000);
    EXPECT_GT(tally.refunds, 1000);
    EXPECT_GT(tally.folded_facts, 200);
}

TEST(MetricLaws, BeyondItsBoundAMetricSaysSoButNeverAWrongNumber) {
    Tally tally;
    for (std::uint64_t seed = 100; seed < 106; ++seed) {
        History(seed, 2 + static_cast<std::uint32_t>(seed % 7), *testing::new_york(), {2024, 2, 29})
            .run(500, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.exact, 10'000);
    EXPECT_GT(tally.beyond, 1000);
}

TEST(MetricLaws, TheOrderOfArrivalLeavesNoTrace) {
    const auto zone = testing::new_york();
    const std::vector<Measure> all = measures(4096);
    Random random(7);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::pair<Measure, Occurrence>> events;
        for (int i = 0; i < 60; ++i) {
            const Instant when = testing::at("2026-10-25T00:00:00Z") + hours(below(random, 24 * 20));
            events.push_back({all[static_cast<std::size_t>(below(random, 14))],
                              {when, below(random, 5) - 2, below(random, 3)}});
        }
        const auto told = [&](const auto& list) {
            Log log;
            for (const auto& [measure, what] : list) {
                for (const LogFact& fact : counted(log, measure, what, *zone).value()) apply(log, fact);
            }
            return log;
        };
        const Log straight = told(events);
        std::shuffle(events.begin(), events.end(), random);
        ASSERT_EQ(straight.entries.size(), told(events).entries.size());
        ASSERT_TRUE(straight.entries == told(events).entries);
    }
}

}  // namespace
}  // namespace banyan::metrics
