// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/wide_search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/model_testing.h"

namespace plumbline::analytics::conformance {
namespace {

constexpr int kActivities = 40;
constexpr size_t kEvents = 20'000;

// Activities in any order: 2^40 states.
ModelNode AnyOrder() {
  ModelNode model = Inner(Operator::kParallel, {});
  for (int i = 0; i < kActivities; ++i) model.children.push_back(Activity(absl::StrCat(i)));
  return model;
}

std::vector<uint32_t> LongTrace() {
  std::vector<uint32_t> trace(kEvents);
  for (uint32_t i = 0; i < kEvents; ++i) trace[i] = i * 7 % kActivities;
  return trace;
}

// A budget whose clock notes how much work was done since it was looked at last.
class WatchedBudget {
 public:
  WatchedBudget() {
    options_.expired = [this] {
      ++looks_;
      largest_ = std::max(largest_, budget_.spent() - before_);
      before_ = budget_.spent();
      return looks_ >= most_looks_;
    };
  }
  void EndAfter(uint64_t looks) { most_looks_ = looks_ + looks; }
  Budget& budget() { return budget_; }
  uint64_t looks() const { return looks_; }
  uint64_t largest() const { return largest_; }

 private:
  AlignOptions options_;
  Budget budget_{options_};
  uint64_t looks_ = 0, most_looks_ = ~uint64_t{0}, before_ = 0, largest_ = 0;
};

// Options that outlive the search.
const AlignOptions& Within(size_t bytes) {
  static auto* const kOptions = new AlignOptions();
  kOptions->thread_bytes = bytes;
  return *kOptions;
}

TEST(WideSearchTest, WhatALongTraceTakesBeforeItsSearchIsWork) {
  const Compiled model(AnyOrder());
  WatchedBudget watched;
  WideSearch search(model.tree, model.net, model.machine, watched.budget(),
                    Within(size_t{1} << 40));
  const size_t projections = GroupLabels(model.tree, 1'000).size();
  ASSERT_GT(projections, 2u);
  const uint64_t before = watched.budget().spent();
  Alignment alignment;
  EXPECT_TRUE(search.Run(LongTrace(), false, 1, alignment));
  EXPECT_FALSE(alignment.optimal);
  EXPECT_GE(watched.budget().spent() - before, projections * kEvents);
  EXPECT_GE(watched.looks(), projections * kEvents / Budget::kAskEvery);
  EXPECT_LE(watched.largest(), 2 * Budget::kAskEvery);
}

TEST(WideSearchTest, TheTimeIsLookedAtAllTheWay) {
  const Compiled model(AnyOrder());
  WatchedBudget watched;
  WideSearch search(model.tree, model.net, model.machine, watched.budget(),
                    Within(size_t{1} << 40));
  watched.EndAfter(500);
  const uint64_t before = watched.looks();
  Alignment alignment;
  EXPECT_TRUE(search.Run(LongTrace(), false, ~uint64_t{0}, alignment));
  EXPECT_FALSE(alignment.optimal);
  EXPECT_EQ(watched.looks() - before, 500u);
  // A column of a projection of a thousand states at a time.
  EXPECT_LE(watched.largest(), 5 * Budget::kAskEvery);
}

// What was skipped in any order is one way of very many that are as good.
TEST(WideSearchTest, ShortCasesOfManyActivitiesInAnyOrder) {
  const Compiled model(AnyOrder());
  for (const bool beginning : {false, true}) {
    WatchedBudget watched;
    WideSearch search(model.tree, model.net, model.machine, watched.budget(),
                      Within(size_t{64} << 20));
    Alignment alignment;
    ASSERT_TRUE(search.Run(std::vector<uint32_t>{3, 5, 3, 9, 5}, beginning, 10'000'000, alignment));
    EXPECT_TRUE(alignment.optimal);
    EXPECT_EQ(DeviationsOf(alignment.cost), beginning ? 2u : 2u + kActivities - 3);
    // Of two equal events the second is too many.
    EXPECT_EQ(alignment.moves[2], (Move{MoveKind::kLog, 3}));
    EXPECT_EQ(alignment.moves.back(), (Move{MoveKind::kLog, 5}));
  }
}

TEST(WideSearchTest, WithoutMemoryNothingIsTried) {
  const Compiled model(AnyOrder());
  WatchedBudget watched;
  WideSearch search(model.tree, model.net, model.machine, watched.budget(),
                    Within(size_t{16} << 20));
  const uint64_t before = watched.budget().spent();
  Alignment alignment;
  EXPECT_FALSE(search.Run(LongTrace(), false, ~uint64_t{0}, alignment));
  EXPECT_FALSE(alignment.optimal);
  EXPECT_GT(watched.budget().spent(), before);  // so that the clock is asked in the end
  EXPECT_LT(watched.budget().spent() - before, kEvents);
  // One of each but the last two, and one twice: that fits, whatever there was before.
  std::vector<uint32_t> trace = {5};
  for (uint32_t label = 0; label + 2 < kActivities; ++label) trace.push_back(label);
  ASSERT_TRUE(search.Run(trace, false, ~uint64_t{0}, alignment));
  EXPECT_TRUE(alignment.optimal);
  EXPECT_EQ(DeviationsOf(alignment.cost), 3u);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
