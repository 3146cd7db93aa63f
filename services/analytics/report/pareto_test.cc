// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/pareto.h"

#include <gtest/gtest.h>

#include <tuple>

#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

TEST(ParetoTest, BarsByTimeLost) {
  const auto log = MakeLog(std::vector<TestRow>{
      On(0, "1", "Laptop", "schedule"),
      On(1, "1", "Laptop", "suspend", Cause("CATEGORY_EQUIPMENT", "")),
      On(3, "1", "Laptop", "resume"),
      On(0, "2", "Sign", "suspend", Cause("UTILITY_DOWN", "workspaces/w/utilities/e-signature")),
      On(5, "2", "Sign", "resume"),
      On(0, "3", "Sign", "suspend", Cause("UTILITY_DOWN", "e-signature")),
      On(1, "3", "Sign", "resume"),
      On(1, "3", "Mail", "suspend", Cause("", "mail")),
      On(2, "3", "Mail", "suspend"),
      On(10, "4", "Last", "complete"),
  });
  const auto bars = MakePareto(*log, std::vector<std::string>());
  ASSERT_EQ(bars.size(), 4u);
  // Those of case 3 are still open: up to day 10.
  EXPECT_EQ(bars[0].cause, (ImpedimentCause{"", "mail"}));
  EXPECT_DOUBLE_EQ(bars[0].lost_seconds, 9 * kDaySeconds);
  EXPECT_EQ(CauseName(bars[1].cause), "unknown");
  EXPECT_EQ(bars[1].cause, ImpedimentCause());
  EXPECT_DOUBLE_EQ(bars[1].lost_seconds, 8 * kDaySeconds);
  EXPECT_EQ(bars[2].cause, (ImpedimentCause{"UTILITY_DOWN", "e-signature"}));
  EXPECT_EQ(CauseName(bars[2].cause), "UTILITY_DOWN / e-signature");
  EXPECT_EQ(CauseText(bars[2].cause), "utility down / e-signature");
  EXPECT_EQ(std::tuple(bars[2].count, bars[2].case_count, bars[2].worst_activity),
            std::tuple(2, 2, "Sign"));
  EXPECT_DOUBLE_EQ(bars[2].lost_seconds, 6 * kDaySeconds);
  EXPECT_DOUBLE_EQ(bars[2].share, 6.0 / 25);
  EXPECT_DOUBLE_EQ(bars[2].cumulative_share, 23.0 / 25);
  EXPECT_EQ(bars[3].cause, (ImpedimentCause{"EQUIPMENT", ""}));
  EXPECT_DOUBLE_EQ(bars[3].cumulative_share, 1);
}

// A category and a utility of one name are two causes, and a utility is called as it is.
TEST(ParetoTest, PartsTellCausesOfOneNameApart) {
  const auto log = MakeLog(std::vector<TestRow>{
      On(0, "1", "Sign", "suspend", Cause("My_Crm", "")),
      On(1, "1", "Sign", "resume"),
      On(0, "2", "Sign", "suspend", Cause("", "My_Crm")),
      On(3, "2", "Sign", "resume"),
  });
  const auto bars = MakePareto(*log, std::vector<std::string>());
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(CauseName(bars[0].cause), "My_Crm");
  EXPECT_EQ(CauseText(bars[0].cause), "My_Crm");
  EXPECT_EQ(bars[0].cause.utility, "My_Crm");
  EXPECT_EQ(CauseName(bars[1].cause), "My_Crm");
  EXPECT_EQ(CauseText(bars[1].cause), "my crm");
  EXPECT_EQ(bars[1].cause.category, "My_Crm");
}

}  // namespace
}  // namespace plumbline::analytics
