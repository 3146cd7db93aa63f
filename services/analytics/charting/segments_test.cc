// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/segments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr int64_t kHour = int64_t{3600} * 1'000'000, kDay = 24 * kHour;

absl::Status KeepOn() { return absl::OkStatus(); }

// Cases that begin one an hour; from the hundredth on most run by the next revision, which is
// slower. The first five know no revision.
std::vector<TestRow> Rows(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<TestRow> rows;
  for (int c = 0; c < 200; ++c) {
    const std::string id = absl::StrCat("case ", 1000 + c);
    const bool next = c >= 100 && random() % 4 != 0;
    TestRow row{.case_id = id, .activity = "a", .time = c * kHour};
    if (c >= 5) row.attributes = {{"process", std::string(next ? "x@2" : "x@1")}};
    rows.push_back(row);
    const int64_t length = (next ? 3 * kDay : kDay) + static_cast<int64_t>(random() % 40) * kHour;
    rows.push_back({.case_id = id, .activity = "b", .time = row.time + length});
  }
  return rows;
}

Measured MeasureOf(const LogSnapshot& log, const std::shared_ptr<const LogSnapshot>& shared,
                   MeasureKind kind) {
  const Traces traces(shared, {});
  const Variants variants(traces);
  MeasureSpec spec;
  spec.kind = kind;
  if (kind == MeasureKind::kCasesLate) spec.target = 60 * kHour;
  auto measured =
      MeasureLog({log, traces, [&]() -> const Variants& { return variants; }}, {}, spec, KeepOn);
  EXPECT_TRUE(measured.ok()) << measured.status();
  return *std::move(measured);
}

std::vector<TestRow> Only(const std::vector<TestRow>& rows, const std::string& process) {
  std::vector<TestRow> some;
  for (size_t i = 0; i < rows.size(); i += 2) {
    const bool known = !rows[i].attributes.empty();
    const std::string own = known ? std::get<std::string>(rows[i].attributes[0].second) : "";
    if (own == process) some.insert(some.end(), {rows[i], rows[i + 1]});
  }
  return some;
}

// Each revision in one chart is what a chart of its cases alone is: points, limits and signals.
TEST(Segments, AreAsChartsOfThemAlone) {
  const struct {
    MeasureKind kind;
    GroupSpec grouping;
    ChartType type;
  } rows[] = {
      {MeasureKind::kCaseDuration, {.kind = GroupKind::kEach}, ChartType::kIndividuals},
      {MeasureKind::kCaseDuration, {.kind = GroupKind::kCases, .size = 4}, ChartType::kXbarR},
      {MeasureKind::kCaseDuration, {.kind = GroupKind::kEach}, ChartType::kEwma},
      {MeasureKind::kCaseDuration, {.kind = GroupKind::kEach}, ChartType::kCusum},
      {MeasureKind::kCasesLate, {.kind = GroupKind::kDay}, ChartType::kP},
      {MeasureKind::kCasesLate, {.kind = GroupKind::kEach}, ChartType::kG}};
  for (const auto& row : rows) {
    SCOPED_TRACE(static_cast<int>(row.type));
    const std::vector<TestRow> events = Rows(7);
    const auto log = MakeLog(events);
    Measured measured = MeasureOf(*log, log, row.kind);
    ChartSpec spec;
    spec.grouping = row.grouping;
    spec.type = row.type;
    const auto segments = SplitByAttribute(*log, "process", &measured, KeepOn);
    ASSERT_TRUE(segments.ok()) << segments.status();
    ASSERT_EQ(segments->size(), 3u);
    EXPECT_EQ((*segments)[2].title, "x@2");
    spec.segments = *segments;
    const auto chart = MakeChart(measured, spec, {});
    ASSERT_TRUE(chart.ok()) << chart.status();
    ASSERT_GE(chart->stages.size(), 2u);
    for (const ChartStage& stage : chart->stages) {
      SCOPED_TRACE(*stage.title);
      const std::vector<TestRow> own = Only(events, *stage.title);
      const auto own_log = MakeLog(own);
      const Measured alone = MeasureOf(*own_log, own_log, row.kind);
      ChartSpec own_spec;
      own_spec.grouping = row.grouping;
      own_spec.type = row.type;
      const auto expected = MakeChart(alone, own_spec, {});
      ASSERT_TRUE(expected.ok()) << expected.status();
      ASSERT_EQ(stage.count, expected->points.size());
      ASSERT_EQ(stage.baseline.has_value(), expected->stages[0].baseline.has_value());
      if (stage.baseline.has_value()) {
        EXPECT_EQ(stage.baseline->center, expected->stages[0].baseline->center);
        EXPECT_EQ(stage.baseline->sigma, expected->stages[0].baseline->sigma);
      }
      for (size_t i = 0; i < stage.count; ++i) {
        const PlottedPoint& point = chart->points[stage.first + i].plotted;
        const PlottedPoint& same = expected->points[i].plotted;
        EXPECT_EQ(point.value, same.value);
        ASSERT_EQ(point.limits.has_value(), same.limits.has_value());
        if (!point.limits.has_value()) continue;
        EXPECT_EQ(point.limits->upper, same.limits->upper);
        EXPECT_EQ(point.limits->lower, same.limits->lower);
        EXPECT_EQ(point.spread.has_value(), same.spread.has_value());
      }
      for (const RuleSignals& signals : expected->signals) {
        std::vector<size_t> own_points;
        for (const RuleSignals& all : chart->signals) {
          if (all.rule != signals.rule || all.of_spread != signals.of_spread) continue;
          for (const size_t point : all.points) {
            if (point >= stage.first && point < stage.first + stage.count)
              own_points.push_back(point - stage.first);
          }
        }
        EXPECT_EQ(own_points, signals.points);
      }
    }
  }
}

TEST(Segments, FewPointsGiveNoLimits) {
  const auto log = MakeLog(Rows(7));
  Measured measured = MeasureOf(*log, log, MeasureKind::kCaseDuration);
  ChartSpec spec;
  spec.grouping.kind = GroupKind::kEach;
  spec.segments = *SplitByAttribute(*log, "process", &measured, KeepOn);
  spec.least_points = 8;
  const auto chart = MakeChart(measured, spec, {});
  ASSERT_TRUE(chart.ok());
  // Not the five without a revision.
  for (const ChartStage& stage : chart->stages)
    EXPECT_EQ(stage.baseline.has_value(), !stage.title->empty());
  EXPECT_THAT(chart->warnings, Contains(AllOf(HasSubstr("of the stage '' from"),
                                              HasSubstr("8 are needed at least"))));
  spec.baseline_points = 20;  // no error: nobody chose that stage
  EXPECT_TRUE(MakeChart(measured, spec, {}).ok());
  spec.stage_times = {150 * kHour};
  EXPECT_GT(MakeChart(measured, spec, {})->stages.size(), 3u);
}

TEST(Segments, NameTheirCases) {
  EXPECT_EQ(WithSegment({"end_time < 5", ""}, "process", "x@2").filter,
            "end_time < 5 AND attributes.\"process\" = \"x@2\"");
  // The title of a number, or of a text that looks like one.
  EXPECT_EQ(WithSegment({"open", ""}, "revision", "3").filter,
            "open AND (attributes.\"revision\" = \"3\" OR attributes.\"revision\" = 3)");
  EXPECT_EQ(WithSegment({"", ""}, "revision", "1.2.3").filter,
            "attributes.\"revision\" = \"1.2.3\"");
  EXPECT_EQ(WithSegment({"", "activity = a"}, "process", "").filter, "NOT attributes:\"process\"");
}

TEST(Segments, RefusesKeysThatNoEventHas) {
  const auto log = MakeLog(Rows(7));
  Measured measured = MeasureOf(*log, log, MeasureKind::kCaseDuration);
  EXPECT_THAT(SplitByAttribute(*log, "proces", &measured, KeepOn).status().message(),
              HasSubstr("did you mean 'process'?"));
}

}  // namespace
}  // namespace plumbline::analytics
