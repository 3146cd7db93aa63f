// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/changes.h"

#include <gtest/gtest.h>

#include <optional>
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

// The period and the one before, 50 times each `mean` and as much less as more.
TrackedMeasure Times(double now, double before, double apart) {
  TrackedMeasure measure;
  for (const double mean : {now, before}) {
    Sample sample;
    for (int i = 0; i < 50; ++i) {
      sample.Add(mean - apart);
      sample.Add(mean + apart);
    }
    measure.windows.push_back(sample);
  }
  return measure;
}
std::vector<Change> ChangesIn(const std::vector<TrackedMeasure>& measures) {
  return ChangesOf(measures,
                   Windows::Make(PeriodLength::kWeek, 2, absl::UTCTimeZone(), Days(14), 0), 0.95);
}

// What the inflow explains of others is no reason of what has none.
TEST(Changes, InflowExplainsWhatItMakesAlone) {
  TrackedMeasure explained = Times(10.72, 10, 1);
  explained.by_inflow = 0.7;
  TrackedMeasure own = Times(10.35, 10, 1);
  for (const std::optional<double> by_inflow :
       {std::optional<double>(), std::optional(0.0), std::optional(-0.3)}) {
    own.by_inflow = by_inflow;
    const std::vector<Change> changes =
        ChangesIn({explained, explained, explained, explained, explained, own});
    EXPECT_LT(changes[0].judged->p_value, 1e-5);
    EXPECT_TRUE(changes[0].explained);
    EXPECT_EQ(changes[0].verdict, Verdict::kDifferent);
    EXPECT_NEAR(changes[5].judged->p_value, 0.0144, 0.002);
    EXPECT_FALSE(changes[5].explained);
    EXPECT_EQ(changes[5].verdict, Verdict::kWorse);
  }
}

// A day longer, where longer cases alone make five: the work got faster.
TEST(Changes, LessThanTheInflowMakesIsASignalTheOtherWay) {
  TrackedMeasure lead = Times(6 * 86'400, 5 * 86'400, 2 * 86'400);
  lead.by_inflow = 5 * 86'400;
  const Change change = ChangesIn({lead})[0];
  EXPECT_LT(change.judged->p_value, 1e-3);
  EXPECT_FALSE(change.explained);
  EXPECT_EQ(change.verdict, Verdict::kBetter);
  const std::vector<TestRow> rows = {On(0, "a", "A")};
  const std::string text = SentenceOf(change, *MakeLog(rows), {}, 1);
  EXPECT_NE(text.find("A signal: better than how many cases began alone makes, about +5.0 days, by "
                      "more than chance."),
            std::string::npos)
      << text;
  lead.by_inflow = 1.1 * 86'400;
  EXPECT_EQ(ChangesIn({lead})[0].verdict, Verdict::kDifferent);
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
