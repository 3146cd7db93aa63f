// SPDX-License-Identifier: Apache-2.0
//
// Forecasts of trees against what can be computed otherwise: distributions in closed form, and on
// random trees the exact distribution by convolution.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "services/analytics/forecast/time_trees.h"
#include "services/analytics/forecast/tree_forecast.h"

namespace plumbline::analytics::forecast {
namespace {

using Kind = TimeTree::Kind;

absl::Status KeepOn() { return absl::OkStatus(); }

// As a step of which very many times were seen: the middles of equally likely pieces.
TimeTree Exponential(double mean) {
  TimeTree step{.kind = Kind::kStep};
  constexpr int kPieces = 20'000;
  for (int i = 0; i < kPieces; ++i) step.times.push_back(-mean * std::log1p(-(i + 0.5) / kPieces));
  return step;
}

// Below so much of a share the pieces say nothing.
constexpr double kPiece = 1e-3;

void ExpectShares(const TimeTree& tree, double (*share)(double), double mean) {
  const double limits[] = {0.5, 1, 2, 4, 8};
  const RunOptions options{.runs = 200'000};
  const auto forecast = ForecastTree(tree, std::vector<double>{0.5, 0.9}, limits, options, KeepOn);
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  for (size_t i = 0; i < 5; ++i) {
    const double expected = share(limits[i]);
    const double error = std::sqrt(expected * (1 - expected) / 200'000);
    EXPECT_NEAR(forecast->done_within[i], expected, 4 * error + kPiece) << limits[i];
  }
  EXPECT_NEAR(forecast->mean, mean, 4 * forecast->mean_error + kPiece * mean);
  // A quantile is where its share is, as closely as its interval says.
  for (const TimeEstimate& within : forecast->within) {
    if (within.low == 0) continue;  // much of it takes no time at all
    EXPECT_LE(share(within.low), within.confidence + kPiece);
    EXPECT_GE(share(within.high), within.confidence - kPiece);
  }
}

// A. K. Erlang 1909: three in a row, of mean 1.
TEST(ClosedForms, AnErlangSequence) {
  ExpectShares(
      InOrder({Exponential(1), Exponential(1), Exponential(1)}),
      [](double t) { return 1 - std::exp(-t) * (1 + t + t * t / 2); }, 3);
}

// Hypoexponential, of the rates 1, 1/2 and 1/4.
TEST(ClosedForms, AHypoexponentialSequence) {
  ExpectShares(
      InOrder({Exponential(1), Exponential(2), Exponential(4)}),
      [](double t) {
        const double rates[] = {1, 0.5, 0.25};
        double above = 0;
        for (const double own : rates) {
          double factor = 1;
          for (const double other : rates)
            if (other != own) factor *= other / (other - own);
          above += factor * std::exp(-own * t);
        }
        return 1 - above;
      },
      7);
}

TEST(ClosedForms, TheLaterOfTwo) {
  const TimeTree tree = Beside({Exponential(1), Exponential(2)});
  ExpectShares(
      tree, [](double t) { return (1 - std::exp(-t)) * (1 - std::exp(-t / 2)); }, 1 + 2 - 1 / 1.5);
  // The first is the later one with its share of the rates: of 1 and 1/2, that of the other.
  const auto forecast = ForecastTree(tree, {}, {}, {}, KeepOn);
  EXPECT_NEAR(forecast->steps[0].criticality, 0.5 / 1.5, 0.006);
  EXPECT_NEAR(forecast->steps[1].criticality, 1 / 1.5, 0.006);
  EXPECT_NEAR(forecast->steps[0].mean_end, 1, 0.02);
}

// A geometric number of exponential times is exponential again: mean 1 / (1 - 1/2).
TEST(ClosedForms, AnExponentialLoop) {
  TimeTree loop{.kind = Kind::kLoop, .again = 0.5};
  loop.children = {Exponential(1), NoTime()};
  ExpectShares(
      loop, [](double t) { return 1 - std::exp(-t / 2); }, 2);
}

TEST(ClosedForms, AMixture) {
  ExpectShares(
      Mixed({{1, Exponential(1)}, {3, NoTime()}}),
      [](double t) { return 0.75 + 0.25 * (1 - std::exp(-t)); }, 0.25);
}

using Exact = std::map<double, double>;  // chances of times

Exact Sum(const Exact& a, const Exact& b) {
  Exact sum;
  for (const auto& [x, p] : a)
    for (const auto& [y, q] : b) sum[x + y] += p * q;
  return sum;
}

Exact Later(const Exact& a, const Exact& b) {
  Exact later;
  for (const auto& [x, p] : a)
    for (const auto& [y, q] : b) later[std::max(x, y)] += p * q;
  return later;
}

// The slow, direct way: all times with their chances.
Exact ExactOf(const TimeTree& tree) {
  Exact all;
  switch (tree.kind) {
    case Kind::kStep:
      for (const double time : tree.times) all[time] += 1 / static_cast<double>(tree.times.size());
      return all;
    case Kind::kSequence:
    case Kind::kParallel:
      all[0] = 1;
      for (const TimeTree& child : tree.children)
        all = tree.kind == Kind::kSequence ? Sum(all, ExactOf(child)) : Later(all, ExactOf(child));
      return all;
    case Kind::kChoice: {
      double weight = 0;
      for (const double w : tree.weights) weight += w;
      for (size_t i = 0; i < tree.children.size(); ++i)
        for (const auto& [x, p] : ExactOf(tree.children[i])) all[x] += p * tree.weights[i] / weight;
      return all;
    }
    case Kind::kEntry: {
      double weight = 0;
      for (const double w : tree.weights) weight += w;
      const size_t places = tree.weights.size();
      for (size_t i = 0; i < places; ++i) {
        Exact from = ExactOf(tree.children[i]);
        for (size_t j = places + i; j < tree.children.size(); ++j)
          from = Sum(from, ExactOf(tree.children[j]));
        for (const auto& [x, p] : from) all[x] += p * tree.weights[i] / weight;
      }
      return all;
    }
    case Kind::kLoop:
      break;
  }
  const Exact body = ExactOf(tree.children[0]);
  const Exact round = Sum(ExactOf(tree.children[1]), body);
  Exact now = body;
  double chance = 1;
  while (chance > 1e-6) {
    for (const auto& [x, p] : now) all[x] += chance * (1 - tree.again) * p;
    chance *= tree.again;
    now = Sum(now, round);
  }
  return all;
}

TimeTree RandomTree(std::mt19937* random, int depth) {
  const auto draw = [&](uint32_t size) { return (*random)() % size; };
  const uint32_t kind = depth == 0 ? 0 : draw(7);
  TimeTree tree;
  if (kind <= 1) {
    tree.kind = Kind::kStep;
    for (uint32_t i = 0; i <= draw(3); ++i) tree.times.push_back(draw(6));
    return tree;
  }
  if (kind == 5) {
    tree.kind = Kind::kLoop;
    tree.again = 0.1 * draw(4);
    tree.children = {RandomTree(random, depth - 1), RandomTree(random, 0)};
    return tree;
  }
  if (kind == 6) {
    tree.kind = Kind::kEntry;
    for (int i = 0; i < 5; ++i) {  // three places, and two that follow
      tree.children.push_back(RandomTree(random, depth - 1));
      if (i < 3) tree.weights.push_back(draw(4) + (i == 1 ? 1 : 0));
    }
    return tree;
  }
  tree.kind = kind == 2 ? Kind::kSequence : kind == 3 ? Kind::kParallel : Kind::kChoice;
  for (uint32_t i = 0; i < 2 + draw(2); ++i) {
    tree.children.push_back(RandomTree(random, depth - 1));
    if (tree.kind == Kind::kChoice) tree.weights.push_back(1 + draw(4));
  }
  return tree;
}

TEST(ClosedForms, RandomTreesByConvolution) {
  std::mt19937 random(11);
  for (int i = 0; i < 60; ++i) {
    SCOPED_TRACE(i);
    const TimeTree tree = RandomTree(&random, 3);
    const Exact exact = ExactOf(tree);
    double mean = 0, below = 0;
    for (const auto& [x, p] : exact) mean += x * p;
    const double limit = std::floor(mean);
    for (const auto& [x, p] : exact) below += x <= limit ? p : 0;
    const auto forecast = ForecastTree(tree, std::vector<double>{0.8}, std::vector<double>{limit},
                                       {.runs = 20'000, .seed = 5}, KeepOn);
    ASSERT_TRUE(forecast.ok()) << forecast.status();
    EXPECT_NEAR(forecast->mean, mean, 4.5 * forecast->mean_error + 1e-4);
    EXPECT_NEAR(forecast->done_within[0], below, 4.5 * std::sqrt(0.25 / 20'000) + 1e-4);
    double on_paths = 0;
    for (const StepForecast& step : forecast->steps) on_paths += step.mean_on_path;
    EXPECT_NEAR(on_paths, forecast->mean, 1e-9 * (1 + forecast->mean));
  }
}

TEST(ClosedForms, AGroupIsOneStep) {
  TimeTree first{.kind = Kind::kStep, .times = {2}, .group = 7};
  TimeTree other{.kind = Kind::kStep, .times = {5}};
  const TimeTree tree = InOrder({first, Mixed({{1, first}, {1, NoTime()}}), other});
  const auto forecast = ForecastTree(tree, {}, {}, {}, KeepOn);
  ASSERT_TRUE(forecast.ok());
  ASSERT_EQ(forecast->steps.size(), 2u);
  EXPECT_EQ(forecast->steps[0].group, 7);
  EXPECT_EQ(forecast->steps[0].criticality, 1);
  EXPECT_NEAR(forecast->steps[0].mean_time, 3, 0.02);
  EXPECT_NEAR(forecast->steps[0].mean_end, 3, 0.02);
  EXPECT_NEAR(forecast->steps[1].mean_end, 8, 0.02);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
