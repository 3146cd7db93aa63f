// SPDX-License-Identifier: Apache-2.0
//
// The Monte Carlo of one case: a tree of twenty steps.
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "services/analytics/forecast/time_trees.h"
#include "services/analytics/forecast/tree_forecast.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics::forecast;  // NOLINT: all of it is about one room of the house

constexpr int kSteps = 20, kTimes = 1'000;

TimeTree Step(const std::vector<double>* times, int64_t number) {
  return {.kind = TimeTree::Kind::kStep, .shared_times = times, .group = number};
}

// Five phases in a row: two steps beside two, then a choice, or a loop, or one after the other.
TimeTree Process(const std::vector<std::vector<double>>& times) {
  std::vector<TimeTree> phases;
  for (int p = 0; p < kSteps / 4; ++p) {
    std::vector<TimeTree> steps;
    for (int s = 4 * p; s < 4 * p + 4; ++s)
      steps.push_back(Step(&times[static_cast<size_t>(s)], s));
    if (p % 3 == 0) {
      phases.push_back(Beside({InOrder({steps[0], steps[1]}), InOrder({steps[2], steps[3]})}));
    } else if (p % 3 == 1) {
      phases.push_back(
          Mixed({{1, InOrder({steps[0], steps[1]})}, {2, Beside({steps[2], steps[3]})}}));
    } else {
      TimeTree loop{.kind = TimeTree::Kind::kLoop, .again = 0.2};
      loop.children = {InOrder({steps[0], steps[1]}), steps[2]};
      phases.push_back(InOrder({std::move(loop), steps[3]}));
    }
  }
  return InOrder(std::move(phases));
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Forecasts() {
  statistics::Generator random(3);
  std::vector<std::vector<double>> times(kSteps, std::vector<double>(kTimes));
  for (std::vector<double>& of_a_step : times) {
    for (double& time : of_a_step) time = 86'400 * random.Exponential();
  }
  const TimeTree tree = Process(times);
  const Stopwatch watch;
  ASSIGN_OR_RETURN(const TreeForecast forecast,
                   ForecastTree(tree, std::vector<double>{0.5, 0.8, 0.9, 0.95}, {}, {},
                                [] { return absl::OkStatus(); }));
  if (forecast.steps.size() != kSteps) return absl::InternalError("steps are missing");
  return std::vector<Figure>{{"quality.montecarlo_tree", watch.Seconds(), "s"}};
}

}  // namespace plumbline::bench
