// SPDX-License-Identifier: Apache-2.0
//
// Charts of random logs: against limits computed directly, that the order of rows does not matter,
// and that scales and shifts of times do what they must.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/charting/testing.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kMonday = int64_t{1'767'571'200} * kSecond;

// Cases with a begin and an end, and sometimes a step "x" between.
std::vector<TestRow> RandomRows(std::mt19937& random, int cases) {
  std::vector<TestRow> rows;
  for (int c = 0; c < cases; ++c) {
    const std::string id = absl::StrCat("case", c);
    const auto begin = kMonday + static_cast<int64_t>(random() % (60 * 86'400)) * kSecond;
    const auto end = begin + static_cast<int64_t>(1 + random() % (10 * 86'400)) * kSecond;
    rows.push_back({id, "a", begin});
    if (random() % 3 == 0) rows.push_back({id, "x", begin + (end - begin) / 2});
    rows.push_back({id, "b", end});
  }
  return rows;
}

LogChart ChartOf(const std::vector<TestRow>& rows, MeasureKind kind, GroupKind group) {
  MeasureSpec measure;
  measure.kind = kind;
  if (kind == MeasureKind::kCasesWithActivity) measure.activity = "x";
  ChartSpec spec;
  spec.grouping.kind = group;
  spec.limits.at_low_counts = true;
  const auto chart = MakeChart(MeasuredOf(rows, measure), spec, {});
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : LogChart();
}

void ExpectSame(const LogChart& a, const LogChart& b, double scale) {
  ASSERT_EQ(a.points.size(), b.points.size());
  EXPECT_EQ(a.chosen.type, b.chosen.type);
  for (size_t i = 0; i < a.points.size(); ++i) {
    const PlottedPoint &p = a.points[i].plotted, &q = b.points[i].plotted;
    EXPECT_NEAR(p.value * scale, q.value, 1e-9 * std::abs(q.value));
    ASSERT_EQ(p.limits.has_value(), q.limits.has_value());
    if (!p.limits.has_value()) continue;
    EXPECT_NEAR(p.limits->upper * scale, q.limits->upper, 1e-9 * std::abs(q.limits->upper));
  }
  for (size_t i = 0; i < a.signals.size(); ++i) EXPECT_EQ(a.signals[i].points, b.signals[i].points);
}

Measured ValuesOf(ValueKind kind, const std::vector<double>& values) {
  Measured measured;
  measured.kind = kind;
  for (size_t i = 0; i < values.size(); ++i) {
    measured.values.push_back(
        {kMonday + static_cast<int64_t>(i) * kSecond, static_cast<uint32_t>(i), values[i]});
  }
  return measured;
}

void ExpectPoints(const std::vector<quality::ChartPoint>& expected, const LogChart& chart) {
  ASSERT_EQ(chart.points.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(chart.points[i].plotted.value, expected[i].value);
    EXPECT_EQ(chart.points[i].plotted.limits->lower, expected[i].lower);
    EXPECT_EQ(chart.points[i].plotted.limits->upper, expected[i].upper);
  }
}

// What numbers alone give, events give too, whether limits are estimated or frozen.
TEST(ChartProperty, AsChartsOfTheSameNumbers) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<double> times, bad;
    quality::Subgroups groups;
    std::vector<quality::CountPoint> counts;
    for (int i = 0; i < 120; ++i) {
      times.push_back(std::exp(static_cast<double>(random() % 1000) / 250));
      bad.push_back(random() % 3 == 0 ? 1 : 0);
      if (i % 4 == 0) groups.emplace_back();
      groups.back().push_back(times.back());
      if (i % 20 == 0) counts.push_back({0, 20});
      counts.back().count += bad.back();
    }
    ChartSpec spec;
    spec.limits.at_low_counts = true;
    spec.grouping.kind = GroupKind::kEach;
    spec.baseline_points = 40;
    ExpectPoints(quality::ChartIndividuals(times, {.baseline_points = 40})->individuals.points,
                 *MakeChart(ValuesOf(ValueKind::kTime, times), spec, {}));
    spec.grouping = {.kind = GroupKind::kCases, .size = 4};
    spec.baseline_points = 0;
    for (const ChartType type : {ChartType::kXbarR, ChartType::kXbarS}) {
      spec.type = type;
      const auto direct = type == ChartType::kXbarR ? quality::ChartMeansAndRanges(groups)
                                                    : quality::ChartMeansAndDeviations(groups);
      ExpectPoints(direct->means.points, *MakeChart(ValuesOf(ValueKind::kTime, times), spec, {}));
    }
    spec.grouping.size = 20;
    for (const ChartType type : {ChartType::kP, ChartType::kNp, ChartType::kLaneyP}) {
      spec.type = type;
      const auto direct = type == ChartType::kP    ? quality::ChartShares(counts)
                          : type == ChartType::kNp ? quality::ChartNumbers(counts)
                                                   : quality::ChartSharesByLaney(counts);
      ExpectPoints(direct->points, *MakeChart(ValuesOf(ValueKind::kIsBad, bad), spec, {}));
    }
  }
}

TEST(ChartProperty, SharesByWeekDirectly) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    const std::vector<TestRow> rows = RandomRows(random, 120);
    std::map<std::string, std::pair<int64_t, bool>> cases;
    for (const TestRow& row : rows) {
      auto& [end, has] = cases[row.case_id];
      end = std::max(end, row.time);
      has |= row.activity == "x";
    }
    std::map<int64_t, std::pair<double, double>> weeks;  // bad, all
    double bad = 0;
    for (const auto& [id, c] : cases) {
      auto& week = weeks[(c.first - kMonday) / (7 * kDay)];
      week.first += c.second;
      week.second += 1;
      bad += c.second;
    }
    const LogChart chart = ChartOf(rows, MeasureKind::kCasesWithActivity, GroupKind::kWeek);
    if (chart.chosen.type != ChartType::kP) continue;
    SCOPED_TRACE(seed);
    ASSERT_EQ(chart.points.size(), weeks.size());
    const double p = bad / 120;
    size_t i = 0;
    for (const auto& [week, counts] : weeks) {
      const PlottedPoint& point = chart.points[i++].plotted;
      EXPECT_NEAR(point.value, counts.first / counts.second, 1e-12);
      EXPECT_NEAR(point.limits->center, p, 1e-12);
      EXPECT_NEAR(point.limits->upper,
                  std::min(1.0, p + 3 * std::sqrt(p * (1 - p) / counts.second)), 1e-12);
    }
  }
}

TEST(ChartProperty, TheOrderOfRowsDoesNotMatter) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random, 60);
    std::vector<TestRow> shuffled = rows;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    SCOPED_TRACE(seed);
    for (const GroupKind group : {GroupKind::kEach, GroupKind::kWeek}) {
      ExpectSame(ChartOf(rows, MeasureKind::kCaseDuration, group),
                 ChartOf(shuffled, MeasureKind::kCaseDuration, group), 1);
    }
    ExpectSame(ChartOf(rows, MeasureKind::kArrivals, GroupKind::kWeek),
               ChartOf(shuffled, MeasureKind::kArrivals, GroupKind::kWeek), 1);
  }
}

// Everything twice as long from one moment on: values and limits double, signals stay.
TEST(ChartProperty, ScalesWithTime) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    std::vector<TestRow> rows = RandomRows(random, 60);
    const LogChart before = ChartOf(rows, MeasureKind::kCaseDuration, GroupKind::kEach);
    for (TestRow& row : rows) row.time = kMonday + 2 * (row.time - kMonday);
    SCOPED_TRACE(seed);
    ExpectSame(before, ChartOf(rows, MeasureKind::kCaseDuration, GroupKind::kEach), 2);
  }
}

}  // namespace
}  // namespace plumbline::analytics
