// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/tree_forecast.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::analytics::forecast {
namespace {

using Kind = TimeTree::Kind;

absl::Status KeepOn() { return absl::OkStatus(); }

TimeTree Step(std::vector<double> times, double elapsed = 0) {
  return {.kind = Kind::kStep, .name = "Sign", .times = std::move(times), .elapsed = elapsed};
}
TimeTree Sequence(std::vector<TimeTree> children) {
  return {.kind = Kind::kSequence, .children = std::move(children)};
}
TimeTree Parallel(std::vector<TimeTree> children) {
  return {.kind = Kind::kParallel, .children = std::move(children)};
}
TimeTree Choice(std::vector<TimeTree> children, std::vector<double> weights) {
  return {.kind = Kind::kChoice, .children = std::move(children), .weights = std::move(weights)};
}
TimeTree Loop(TimeTree body, TimeTree redo, double again) {
  return {.kind = Kind::kLoop, .children = {std::move(body), std::move(redo)}, .again = again};
}

TreeForecast Forecast(const TimeTree& tree, std::vector<double> confidences = {},
                      std::vector<double> limits = {}) {
  auto forecast = ForecastTree(tree, confidences, limits, {}, KeepOn);
  EXPECT_TRUE(forecast.ok()) << forecast.status();
  return forecast.ok() ? *std::move(forecast) : TreeForecast();
}

// Every combination of times counted: two in sequence beside a third, which is the definition.
TEST(TreeForecast, IsTheCountOfAllCombinations) {
  const std::vector<double> a = {1, 2, 9}, b = {0, 4}, c = {3, 5, 7, 8, 20};
  std::vector<double> all;
  double first_critical = 0;
  for (const double x : a) {
    for (const double y : b) {
      for (const double z : c) {
        all.push_back(std::max(x + y, z));
        first_critical += x + y >= z;
      }
    }
  }
  std::sort(all.begin(), all.end());
  const auto forecast =
      Forecast(Parallel({Sequence({Step(a), Step(b)}), Step(c)}), {0.5, 0.85, 0.95}, {5, 9, 100});
  double mean = 0;
  for (const double time : all) mean += time / static_cast<double>(all.size());
  EXPECT_NEAR(forecast.mean, mean, 4 * forecast.mean_error);
  for (const TimeEstimate& within : forecast.within) {
    const auto place = static_cast<size_t>(std::ceil(within.confidence * 30) - 1);
    EXPECT_EQ(within.value, all[place]) << within.confidence;
  }
  const double limits[] = {5, 9, 100};
  for (size_t i = 0; i < 3; ++i) {
    const double share =
        static_cast<double>(std::upper_bound(all.begin(), all.end(), limits[i]) - all.begin()) / 30;
    EXPECT_NEAR(forecast.done_within[i], share, 0.006);
  }
  ASSERT_EQ(forecast.steps.size(), 3u);
  EXPECT_NEAR(forecast.steps[0].criticality, first_critical / 30, 0.006);
  EXPECT_EQ(forecast.steps[0].criticality, forecast.steps[1].criticality);
  EXPECT_NEAR(forecast.steps[0].criticality + forecast.steps[2].criticality, 1, 1e-12);
  EXPECT_NEAR(forecast.steps[0].mean_on_path + forecast.steps[1].mean_on_path +
                  forecast.steps[2].mean_on_path,
              forecast.mean, 1e-9 * forecast.mean);
}

TEST(TreeForecast, ALoopHasAsManyRoundsAsExpected) {
  // 1 + (1 + 2) * p / (1 - p), p = 0.6.
  const auto forecast = Forecast(Loop(Step({1}), Step({2}), 0.6));
  EXPECT_NEAR(forecast.mean, 1 + 3 * 1.5, 4 * forecast.mean_error);
  EXPECT_EQ(forecast.steps[0].criticality, 1);
  EXPECT_NEAR(forecast.steps[1].criticality, 0.6, 0.006);
}

TEST(TreeForecast, AChoiceTakesWhatHasWeight) {
  const auto forecast = Forecast(Choice({Step({100}), Step({10}), Sequence({})}, {0, 3, 1}));
  EXPECT_EQ(forecast.steps[0].criticality, 0);
  EXPECT_NEAR(forecast.steps[1].criticality, 0.75, 0.006);
  EXPECT_NEAR(forecast.mean, 7.5, 4 * forecast.mean_error);
}

TEST(TreeForecast, WhatHasBegunTakesWhatIsLeft) {
  const auto begun = Forecast(Step({1, 2, 5, 9}, 3), {0.5});
  EXPECT_NEAR(begun.mean, 4, 4 * begun.mean_error);  // 2 or 6
  EXPECT_FALSE(begun.steps[0].beyond_experience);
  const auto beyond = Forecast(Step({1, 2}, 3));
  EXPECT_TRUE(beyond.steps[0].beyond_experience);
  EXPECT_NEAR(beyond.mean, 1.5, 4 * beyond.mean_error);
}

TEST(TreeForecast, FollowsTheUnit) {
  const auto days = Forecast(Parallel({Step({1, 2, 3}), Step({2, 7})}), {0.8});
  const auto seconds =
      Forecast(Parallel({Step({86'400, 172'800, 259'200}), Step({172'800, 604'800})}), {0.8});
  EXPECT_NEAR(days.mean * 86'400, seconds.mean, 1e-6 * seconds.mean);
  EXPECT_EQ(days.within[0].value * 86'400, seconds.within[0].value);
  EXPECT_EQ(days.steps[1].criticality, seconds.steps[1].criticality);
}

TEST(TreeForecast, NothingTakesNoTime) {
  const auto forecast = Forecast(Sequence({}), {0.5}, {0});
  EXPECT_EQ(forecast.mean, 0);
  EXPECT_EQ(forecast.within[0].value, 0);
  EXPECT_EQ(forecast.done_within[0], 1);
}

TEST(TreeForecast, RefusesTreesThatAreNone) {
  TimeTree deep = Step({1});
  for (int i = 0; i < kMostDepth; ++i) deep = Sequence({deep});
  TimeTree endless = Step({1});
  for (int i = 0; i < 4; ++i) endless = Loop(endless, Sequence({}), 0.99);
  const struct {
    TimeTree tree;
    std::string field;
  } rows[] = {{Step({}), "tree.times"},
              {Sequence({Step({1}), Step({-1})}), "tree.children[1].times"},
              {Step({std::nan("")}), "tree.times"},
              {Step({1}, -1), "tree.elapsed"},
              {Choice({Step({1})}, {}), "tree.weights"},
              {Choice({Step({1})}, {0}), "tree.weights"},
              {Loop(Step({1}), Step({1}), 1), "tree.again"},
              {{.kind = Kind::kLoop}, "tree.children"},
              {{.kind = Kind::kEntry, .children = {Step({1})}, .weights = {1, 1}}, "tree.weights"},
              {deep, "deeper"},
              {endless, "tree"},
              {Sequence(std::vector<TimeTree>(kMostNodes, Step({1}))), "tree"}};
  for (const auto& row : rows) {
    const auto forecast = ForecastTree(row.tree, {}, {}, {}, KeepOn);
    ASSERT_FALSE(forecast.ok()) << row.field;
    EXPECT_NE(std::string(forecast.status().message()).find(row.field), std::string::npos)
        << forecast.status();
  }
}

}  // namespace
}  // namespace plumbline::analytics::forecast
