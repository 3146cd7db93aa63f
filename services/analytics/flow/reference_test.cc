// SPDX-License-Identifier: Apache-2.0
//
// Flow of real event logs against figures that an independent tool made of them.
#include "tests/support/reference.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/analytics/flow/flow.h"
#include "services/analytics/log/reference_rows.h"

namespace plumbline::analytics {
namespace {

class FlowReference : public ::testing::TestWithParam<std::string> {};

TEST_P(FlowReference, Equals) {
  const auto reference = testing::ReadReference(GetParam());
  // Without starts and the life cycle, which the figures leave out.
  const std::vector<TestRow> rows = ReadReferenceRows(GetParam());
  if (!reference.has_value() || rows.empty()) GTEST_SKIP() << GetParam() << " is not at hand";
  const auto log = MakeLog(rows);
  const auto flow = MeasureFlow(*log, {}, {}, [] { return absl::OkStatus(); });
  ASSERT_TRUE(flow.ok()) << flow.status();
  const testing::Json& expected = testing::At(*reference, "flow");
  const double horizon = testing::Number(expected, "horizon_seconds");
  EXPECT_NEAR(flow->measured_seconds, horizon, 1e-6);
  EXPECT_EQ(static_cast<double>(flow->progress.arrivals), testing::Number(expected, "arrivals"));
  const double wip = testing::Number(expected, "time_avg_wip");
  EXPECT_NEAR(*flow->progress.average, wip, 1e-9 * wip);
  EXPECT_NEAR(*flow->little.difference, 0, 1e-9 * wip);
  EXPECT_EQ(static_cast<double>(flow->progress.most),
            testing::Number(expected, "max_wip_closed_interval"));
  const double rate = testing::Number(expected, "throughput_cases_per_day");
  EXPECT_NEAR(static_cast<double>(flow->progress.departures) / flow->measured_seconds * 86'400,
              rate, 1e-9 * rate);
  const double gap = testing::Number(expected, "pm4py_case_arrival_avg_seconds");
  EXPECT_NEAR(*flow->mean_gap_seconds, gap, 1e-9 * gap);
}

INSTANTIATE_TEST_SUITE_P(Logs, FlowReference,
                         ::testing::Values("callcenter", "interval_log", "receipt",
                                           "repair_example", "reviewing", "roadtraffic100",
                                           "running_example", "procure_to_pay",
                                           "purchasing_example"),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace plumbline::analytics
