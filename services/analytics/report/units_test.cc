// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/units.h"

#include <gtest/gtest.h>

namespace plumbline::analytics {
namespace {

constexpr double kDaySeconds = 86'400;  // seconds

TEST(UnitsTest, Texts) {
  EXPECT_EQ(DurationText(0), "0 seconds");
  EXPECT_EQ(DurationText(0.4), "0.4 seconds");
  EXPECT_EQ(DurationText(119), "119 seconds");
  EXPECT_EQ(DurationText(120), "2.0 minutes");
  EXPECT_EQ(DurationText(5400), "90.0 minutes");
  EXPECT_EQ(DurationText(1.5 * kDaySeconds), "36.0 hours");
  EXPECT_EQ(DurationText(1.94 * kDaySeconds + 0.07 * kDaySeconds), "2.0 days");
  EXPECT_EQ(DurationText(99.96 * kDaySeconds), "100 days");
  EXPECT_EQ(DurationText(1234567.4 * kDaySeconds), "1,234,567 days");
  EXPECT_EQ(DurationText(-3 * kDaySeconds), "-3.0 days");
  EXPECT_EQ(OpenText(0), "0.00 open hours");
  EXPECT_EQ(OpenText(7), "less than 0.01 open hours");
  EXPECT_EQ(OpenText(1'872), "0.52 open hours");
  EXPECT_EQ(OpenText(3 * kDaySeconds), "72.0 open hours");
  EXPECT_EQ(OpenText(2'017 * 3'600.0), "2,017 open hours");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(-1000), "-1,000");
  EXPECT_EQ(CountText(12345678), "12,345,678");
  EXPECT_EQ(ShareText(0), "0 %");
  EXPECT_EQ(ShareText(0.004), "0.4 %");
  EXPECT_EQ(ShareText(0.144), "14 %");
  EXPECT_EQ(ShareText(0.00001), "< 0.1 %");
  EXPECT_EQ(ShareText(0.99999), "> 99 %");
  EXPECT_EQ(ShareText(1 - 1e-12), "100 %") << "a rounding";
  EXPECT_EQ(ShareText(1), "100 %");
}

}  // namespace
}  // namespace plumbline::analytics
