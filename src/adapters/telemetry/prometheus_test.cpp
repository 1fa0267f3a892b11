// SPDX-License-Identifier: Apache-2.0
#include "adapters/telemetry/prometheus.h"

#include <gtest/gtest.h>

#include <limits>

namespace banyan::telemetry {
namespace {

TEST(Prometheus, each_family_has_its_type_and_stands_together) {
    EXPECT_EQ(exposition({{"banyan_up", 1},
                          {"banyan_events_total{kind=\"a\"}", 2},
                          {"banyan_events_total{kind=\"b\"}", 3.5}}),
              "# TYPE banyan_events_total counter\n"
              "banyan_events_total{kind=\"a\"} 2\n"
              "banyan_events_total{kind=\"b\"} 3.5\n"
              "# TYPE banyan_up gauge\n"
              "banyan_up 1\n");
}

TEST(Prometheus, the_buckets_of_a_histogram_ascend_and_its_series_do_not_mix) {
    EXPECT_EQ(exposition({{"t_seconds_bucket{route=\"b\",le=\"+Inf\"}", 9},
                          {"t_seconds_bucket{route=\"b\",le=\"10\"}", 8},
                          {"t_seconds_bucket{route=\"b\",le=\"2.5\"}", 7},
                          {"t_seconds_sum{route=\"b\"}", 12.25},
                          {"t_seconds_count{route=\"b\"}", 9},
                          {"t_seconds_bucket{le=\"+Inf\",route=\"a\"}", 1},
                          {"t_seconds_sum{route=\"a\"}", 1},
                          {"t_seconds_count{route=\"a\"}", 1},
                          {"t_seconds_extra", 4}}),
              "# TYPE t_seconds histogram\n"
              "t_seconds_bucket{le=\"+Inf\",route=\"a\"} 1\n"
              "t_seconds_sum{route=\"a\"} 1\n"
              "t_seconds_count{route=\"a\"} 1\n"
              "t_seconds_bucket{route=\"b\",le=\"2.5\"} 7\n"
              "t_seconds_bucket{route=\"b\",le=\"10\"} 8\n"
              "t_seconds_bucket{route=\"b\",le=\"+Inf\"} 9\n"
              "t_seconds_sum{route=\"b\"} 12.25\n"
              "t_seconds_count{route=\"b\"} 9\n"
              "# TYPE t_seconds_extra gauge\n"
              "t_seconds_extra 4\n");
}

TEST(Prometheus, a_count_without_buckets_is_no_histogram) {
    EXPECT_EQ(exposition({{"members_count", 5}}), "# TYPE members_count gauge\nmembers_count 5\n");
}

TEST(Prometheus, large_and_odd_numbers_are_written_exactly) {
    EXPECT_EQ(exposition({{"a", 1e15}}), "# TYPE a gauge\na 1000000000000000\n");
    EXPECT_EQ(exposition({{"a", 1e300}}), "# TYPE a gauge\na 1e+300\n");
    EXPECT_EQ(exposition({{"a", -0.1}}), "# TYPE a gauge\na -0.1\n");
    EXPECT_EQ(exposition({{"a", std::numeric_limits<double>::infinity()}}), "# TYPE a gauge\na +Inf\n");
    EXPECT_EQ(exposition({{"a", std::numeric_limits<double>::quiet_NaN()}}), "# TYPE a gauge\na NaN\n");
    EXPECT_EQ(exposition({}), "");
}

}  // namespace
}  // namespace banyan::telemetry
