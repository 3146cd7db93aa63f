// SPDX-License-Identifier: Apache-2.0
//
// Where nothing changed, hardly any report says that something did.
#include <gtest/gtest.h>

#include <cmath>

#include "services/analytics/review/review_testing.h"

namespace plumbline::analytics::review {
namespace {

constexpr int kRuns = 100;
// At 5 % of reports more than 10 of 100 come with a chance of 1 %.
constexpr int kMostFalse = 10;

int FalseReports(MadeLog made) {
  int reports = 0;
  for (int seed = 1; seed <= kRuns; ++seed) {
    made.seed = static_cast<uint64_t>(seed);
    const Review review = Reviewed(RowsOf(made));
    EXPECT_GE(review.changes.size(), 6u);
    for (const Change& change : review.changes)
      EXPECT_NE(change.verdict, Verdict::kCannotTell) << change.why_not;
    reports += SignalsOf(review) > 0;
  }
  return reports;
}

TEST(Noise, ASteadyProcessHasNoSignals) { EXPECT_LE(FalseReports({}), kMostFalse); }

// Some months are slow and some fast, by themselves, which is nothing new.
TEST(Noise, AProcessThatMovesByItselfHasNone) {
  MadeLog made;
  made.days = 720;
  made.wait = [](const MadeCase& one, int, double draw) {
    statistics::Generator month(static_cast<uint64_t>(one.begin / 30) + 1'000);
    return 2 * draw * (0.7 + 0.6 * month.Fraction());
  };
  EXPECT_LE(FalseReports(made), kMostFalse);
}

}  // namespace
}  // namespace plumbline::analytics::review
