// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/changes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/analytics/review/review_testing.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

// Cases that begin and end each day of the period and of the one before, every second day one more
// or less, and what is said of those in progress.
struct Flow {
  double begun, ended, begun_before, ended_before;
};
Change ProgressOf(const Flow& flow) {
  constexpr int kDays = 61;
  const auto window = [](double mean) {
    Sample sample;
    for (int d = 0; d < kDays; ++d) sample.Add(mean + (d == 0 ? 0 : d % 2 == 0 ? 1 : -1));
    return sample;
  };
  TrackedMeasure ended, begun, progress;
  ended.kind = MeasureKind::kThroughput;
  ended.type = begun.type = ValueType::kRate;
  ended.better = Better::kHigher;
  ended.windows = {window(flow.ended), window(flow.ended_before)};
  begun.kind = MeasureKind::kArrivals;
  begun.better = Better::kNeither;
  begun.windows = {window(flow.begun), window(flow.begun_before)};
  progress.kind = MeasureKind::kWorkInProgress;
  progress.type = ValueType::kDrift;
  progress.windows = {window(flow.begun - flow.ended),
                      window(flow.begun_before - flow.ended_before)};
  progress.levels = {2'604 + kDays * (flow.begun - flow.ended), 2'604};
  progress.by_inflow = kDays * (flow.begun - flow.begun_before);
  const Windows windows =
      Windows::Make(PeriodLength::kDay, kDays, absl::UTCTimeZone(), Days(2 * kDays), 0);
  return ChangesOf({ended, begun, progress}, windows, 0.95)[2];
}

// A sales pipeline that dries up: 19 fewer begin a day, 4 more end.
TEST(Changes, MoreEndedDoesNotExcuseThatFewerBegan) {
  const Change dry = ProgressOf({6, 23, 25, 19});
  EXPECT_EQ(dry.verdict, Verdict::kDifferent);
  const std::vector<TestRow> rows = {On(0, "a", "A")};
  const std::string text = SentenceOf(dry, *MakeLog(rows), {}, 3);
  EXPECT_NE(text.find("1,567, 2,604 before: -1,037 ("), std::string::npos) << text;
  EXPECT_NE(text.find("A signal: more than chance, but because fewer cases began (-1,159 against "
                      "the rate before), not because more ended (+244): with as many begun as "
                      "before it would be +122."),
            std::string::npos)
      << text;
  // Where it would have fallen anyway, those who end more have mended it.
  EXPECT_EQ(ProgressOf({24, 33, 25, 25}).verdict, Verdict::kBetter);
  EXPECT_EQ(ProgressOf({25, 33, 25, 25}).verdict, Verdict::kBetter);
  // Where as many end as before, nobody has.
  EXPECT_EQ(ProgressOf({15, 25, 25, 25}).verdict, Verdict::kDifferent);
}

TEST(Changes, FewerEndedDoesNotBlameForMoreBegun) {
  const Change flood = ProgressOf({44, 27, 25, 31});
  EXPECT_EQ(flood.verdict, Verdict::kDifferent);
  const std::vector<TestRow> rows = {On(0, "a", "A")};
  const std::string text = SentenceOf(flood, *MakeLog(rows), {}, 3);
  EXPECT_NE(
      text.find("because more cases began (+1,159 against the rate before), not because fewer "
                "ended (-244): with as many begun as before it would be -122."),
      std::string::npos)
      << text;
  EXPECT_EQ(ProgressOf({26, 17, 25, 25}).verdict, Verdict::kWorse);
}

}  // namespace
}  // namespace plumbline::analytics::review
