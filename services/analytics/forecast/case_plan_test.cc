// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/case_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "services/analytics/forecast/walk_testing.h"

namespace plumbline::analytics::forecast {
namespace {

using conformance::ParseModel;
using conformance::Tree;

constexpr int64_t kHour = int64_t{3600} * 1'000'000;

absl::Status KeepOn() { return absl::OkStatus(); }

CaseHistory Empty(const Tree& tree) {
  CaseHistory history;
  history.nodes.resize(tree.size());
  for (uint32_t n = 0; n < tree.size(); ++n) {
    if (tree.node(n).op == Operator::kChoice || tree.node(n).op == Operator::kLoop)
      history.nodes[n].taken.resize(tree.children(n).size());
  }
  return history;
}

// Leaves take one of three times, in hours, each as likely.
int64_t TimeOf(uint32_t leaf, std::mt19937* random) {
  return kHour * (1 + static_cast<int64_t>((*random)() % 3) * (1 + leaf % 2));
}

// A case that is known up to some moment.
struct Seen {
  CaseSteps steps;  // by then
  int64_t left = 0;
};
Seen Until(const CaseSteps& all, int64_t end, int64_t now) {
  Seen seen{.steps = {.begin = all.begin}, .left = std::max<int64_t>(0, end - now)};
  for (const auto& step : all.done) {
    if (step.end <= now) seen.steps.done.push_back(step);
  }
  return seen;
}
std::string Key(const CaseSteps& steps) {
  std::string key;
  for (const auto& step : steps.done) absl::StrAppend(&key, step.label, "@", step.end, " ");
  return key;
}

// By definition: of very many cases, those of which the same was seen by `now` show what is left,
// nothing of those that are over without a trace. The forecast from the one must say so. (Without
// the chance that what is optional was left out already, or with times that are over, it would
// not.)
TEST(CasePlan, WhatIsLeftIsAsOfAllCasesThatLookAlike) {
  const struct {
    std::string model;
    int64_t now;  // hours, and a half
  } rows[] = {{"->('a','b','c')", 3},
              {"->('a',X(tau,'b'),'c')", 3},
              {"->('a',X(tau,'b'),X(tau,'c'),'d')", 4},
              {"->('a',X(tau,'b'),X(tau,'c'),X(tau,'d'))", 4},
              {"->('a',X('b','c','d'))", 3},
              {"->('a',+('b','c'),'d')", 4},
              {"->('a',+('b',X(tau,'c')),'d')", 4},
              {"->(*('a',tau),'b')", 4},
              {"->(*('a','b'),'c')", 4},
              {"->('a',X(tau,->('b','c')),'d')", 5},
              {"->('a',X(tau,'b'))", 3}};
  for (const auto& row : rows) {
    const auto model = ParseModel(row.model);
    ASSERT_TRUE(model.ok());
    const Tree tree(*model);
    std::mt19937 random(7);
    PlayedCase played(tree, &random, [&](uint32_t leaf) { return TimeOf(leaf, &random); });
    const int64_t now = row.now * kHour + kHour / 2;
    CaseHistory history = Empty(tree);
    TreeWalk walk(tree);
    std::map<std::string, std::vector<int64_t>> left;
    std::map<std::string, CaseSteps> prefixes;
    for (int i = 0; i < 60'000; ++i) {
      const CaseSteps steps = played.Play(0);
      if (i < 20'000) {
        WalkCase(steps, &walk);
        walk.Finish();
        AddCase(walk, {}, &history);
      }
      const Seen seen = Until(steps, played.end, now);
      left[Key(seen.steps)].push_back(seen.left);
      prefixes[Key(seen.steps)] = seen.steps;
    }
    const auto plan = CasePlan::Make(tree, history, {});
    ASSERT_TRUE(plan.ok()) << plan.status();
    int checked = 0;
    for (const auto& [key, times] : left) {
      if (times.size() < 1'500) continue;
      SCOPED_TRACE(absl::StrCat(row.model, " after ", key));
      WalkCase(prefixes[key], &walk);
      const auto here = plan->FromHere(walk, now, {});
      const double limits[] = {1.6 * 3600, 3.6 * 3600, 6.6 * 3600};
      const auto forecast =
          ForecastTree(here.rest, std::vector<double>{0.5}, limits, {.runs = 20'000}, KeepOn);
      ASSERT_TRUE(forecast.ok()) << forecast.status();
      double mean = 0, square = 0;
      for (const int64_t time : times) {
        mean += static_cast<double>(time) / 1e6;
        square += std::pow(static_cast<double>(time) / 1e6, 2);
      }
      const auto count = static_cast<double>(times.size());
      mean /= count;
      const double error = std::sqrt(std::max(0.0, square / count - mean * mean) / count);
      EXPECT_NEAR(forecast->mean, mean, 4.5 * error + 0.02 * mean);
      for (size_t i = 0; i < 3; ++i) {
        const auto within = std::count_if(times.begin(), times.end(), [&](int64_t time) {
          return static_cast<double>(time) / 1e6 <= limits[i];
        });
        EXPECT_NEAR(forecast->done_within[i], static_cast<double>(within) / count,
                    4.5 * std::sqrt(0.25 / count) + 0.01);
      }
      ++checked;
    }
    EXPECT_GT(checked, 0) << row.model;
  }
}

Tree TreeOf(const std::string& text) { return Tree(*ParseModel(text)); }

TEST(CasePlan, SaysWhereTimesAreFrom) {
  const Tree tree = TreeOf("->('a',X(tau,'b'),'c')");
  CaseHistory history = Empty(tree);
  TreeWalk walk(tree);
  const uint32_t a = tree.FindLabel("a"), b = tree.FindLabel("b"), c = tree.FindLabel("c");
  WalkCase({.done = {{a, 2'000'000}, {c, 6'000'000}}}, &walk);
  walk.Finish();
  AddCase(walk, {}, &history);
  const auto plan = CasePlan::Make(tree, history, {{c, 60.0}});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->facts(a).basis, Basis::kObserved);
  EXPECT_EQ(*plan->facts(a).median, 2);
  EXPECT_EQ(plan->facts(b).basis, Basis::kOthers);
  EXPECT_FALSE(plan->facts(b).median.has_value());
  EXPECT_EQ(plan->facts(c).basis, Basis::kAssumed);
  EXPECT_EQ(*plan->facts(c).median, 4);
  // b was never chosen; c takes what was said.
  const auto forecast =
      ForecastTree(plan->FromBegin(), std::vector<double>{0.9}, {}, {.runs = 100}, KeepOn);
  EXPECT_EQ(forecast->within[0].value, 62);
}

TEST(CasePlan, AStepThatIsUnderWayWasNotLeftOut) {
  const Tree tree = TreeOf("->('a',X(tau,'b'),'c')");
  CaseHistory history = Empty(tree);
  TreeWalk walk(tree);
  const uint32_t a = tree.FindLabel("a"), b = tree.FindLabel("b"), c = tree.FindLabel("c");
  for (int i = 0; i < 9; ++i) {
    CaseSteps steps{.done = {{a, 2'000'000}}};
    if (i == 0) steps.done.push_back({b, 12'000'000});
    steps.done.push_back({c, 20'000'000});
    WalkCase(steps, &walk);
    walk.Finish();
    AddCase(walk, {}, &history);
  }
  const auto plan = CasePlan::Make(tree, history, {});
  ASSERT_TRUE(plan.ok());
  WalkCase({.done = {{a, 2'000'000}}, .open = {b}}, &walk);
  const auto here = plan->FromHere(walk, 3'000'000, {});
  EXPECT_EQ(here.pending[b], 2'000'000);
  EXPECT_FALSE(here.pending[c].has_value());
  const auto forecast =
      ForecastTree(here.rest, std::vector<double>{0.5}, {}, {.runs = 1'000}, KeepOn);
  ASSERT_TRUE(forecast.ok());
  EXPECT_EQ(forecast->steps[0].share, 1);
  EXPECT_EQ(forecast->steps[0].mean_time, 9);  // ten seconds, one of which has passed
}

// Each place of a row at which it may go on has no copy of the rest of its own.
TEST(CasePlan, ManyStepsInARowThatMayBeLeftOut) {
  constexpr int kSteps = 300;
  std::string model = "->('a'";
  for (int k = 0; k < kSteps; ++k) absl::StrAppend(&model, ",X(tau,'s", k, "')");
  const Tree tree = TreeOf(model + ")");
  CaseHistory history = Empty(tree);
  TreeWalk walk(tree);
  const CaseSteps begun{.done = {{tree.FindLabel("a"), kHour}}};
  for (int i = 0; i < 2; ++i) {  // every other step, an hour each
    CaseSteps steps = begun;
    for (int k = i; k < kSteps; k += 2) {
      steps.done.push_back({tree.FindLabel(absl::StrCat("s", k)),
                            kHour * (1 + static_cast<int64_t>(steps.done.size()))});
    }
    WalkCase(steps, &walk);
    walk.Finish();
    AddCase(walk, {}, &history);
  }
  const auto plan = CasePlan::Make(tree, history, {});
  ASSERT_TRUE(plan.ok()) << plan.status();
  WalkCase(begun, &walk);
  const auto here = plan->FromHere(walk, kHour, {});
  const auto forecast =
      ForecastTree(here.rest, std::vector<double>{0.5}, {}, {.runs = 2'000}, KeepOn);
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  EXPECT_NEAR(forecast->mean / 3600, kSteps / 2, 1);  // an error of 0.2
}

TEST(CasePlan, NothingIsMadeOfNothing) {
  const Tree tree = TreeOf("->('a','b')");
  const CaseHistory history = Empty(tree);
  const auto none = CasePlan::Make(tree, history, {{0, 1.0}});
  EXPECT_EQ(base::ReasonOf(none.status()), base::Reason::ERROR_REASON_FORECAST_HISTORY_MISSING);
  const auto assumed = CasePlan::Make(tree, history, {{0, 1.0}, {1, 2.0}});
  ASSERT_TRUE(assumed.ok());
  EXPECT_EQ(ForecastTree(assumed->FromBegin(), {}, {}, {.runs = 100}, KeepOn)->mean, 3);
}

}  // namespace
}  // namespace plumbline::analytics::forecast
