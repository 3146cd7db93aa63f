// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/improvement/horizon.h"
#include "services/analytics/improvement/mix.h"
#include "services/analytics/improvement/words.h"

namespace plumbline::analytics::improvement {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Known = CaseValue::Known;

constexpr double kDay = 86'400;
constexpr int64_t kOld = 1'000 * 86'400;

// Cases of a log that marks ends, all of them ended, with these times in days.
Side Days(const std::vector<double>& days) {
  Side side{.cases = {}, .marked = true};
  for (const double one : days)
    side.cases.push_back({one * kDay, Known::kValue, static_cast<int64_t>(one * kDay), kOld});
  return side;
}

// `n` days that begin at `first` and go up by a tenth.
std::vector<double> Ramp(size_t n, double first) {
  std::vector<double> days(n);
  for (size_t i = 0; i < n; ++i) days[i] = first + 0.1 * static_cast<double>(i % 50);
  return days;
}

Options TimeOptions(double smallest_days = 1) {
  Options options;
  options.smallest_effect = smallest_days * kDay;
  return options;
}

const Unit kTimes{ValueType::kTime, false, ""};

TEST(Compare, Improved) {
  Options options = TimeOptions();
  options.goal = 9 * kDay;
  const Comparison comparison = Compare(Days(Ramp(200, 10)), Days(Ramp(100, 6)), options);
  EXPECT_EQ(comparison.verdict, Verdict::kImproved);
  EXPECT_EQ(comparison.method, Method::kRankSum);
  EXPECT_NEAR(comparison.improvement->estimate, 4 * kDay, 1);
  EXPECT_LT(comparison.improvement->p_value, 1e-9);
  EXPECT_TRUE(*comparison.goal_reached);
  EXPECT_FALSE(comparison.more.has_value());
  const std::string sentence = Sentence(comparison, options, kTimes);
  EXPECT_THAT(sentence, HasSubstr("improved by 4.00 days, 95 % interval "));
  EXPECT_THAT(sentence, HasSubstr(", p < 0.0001 (median 12."));
}

TEST(Compare, WorseWhereMoreIsBetter) {
  Options options = TimeOptions();
  options.higher_is_better = true;
  const Comparison comparison = Compare(Days(Ramp(200, 10)), Days(Ramp(100, 6)), options);
  EXPECT_EQ(comparison.verdict, Verdict::kWorse);
  EXPECT_NEAR(comparison.improvement->estimate, -4 * kDay, 1);
  EXPECT_THAT(Sentence(comparison, options, kTimes), HasSubstr("worse by 4.00 days, "));
}

TEST(Compare, NoEffectWhereTheIntervalIsSmall) {
  const Options options = TimeOptions(2);
  const Comparison comparison = Compare(Days(Ramp(500, 10)), Days(Ramp(500, 10)), options);
  EXPECT_EQ(comparison.verdict, Verdict::kNoEffect);
  EXPECT_THAT(Sentence(comparison, options, kTimes), HasSubstr("no effect of 2.00 days or more"));
}

TEST(Compare, RealButSmaller) {
  const Comparison comparison =
      Compare(Days(Ramp(2'000, 10)), Days(Ramp(2'000, 9.5)), TimeOptions(2));
  EXPECT_EQ(comparison.verdict, Verdict::kImproved);
  EXPECT_TRUE(comparison.below_smallest);
}

TEST(Compare, TooEarlySaysHowManyMore) {
  const Options options = TimeOptions(1);
  const Comparison few = Compare(Days(Ramp(200, 10)), Days(Ramp(12, 6)), options);
  EXPECT_EQ(few.verdict, Verdict::kTooEarly);
  ASSERT_TRUE(few.wanted.has_value());
  EXPECT_EQ(*few.more, *few.wanted - 12);
  EXPECT_THAT(Sentence(few, options, kTimes), HasSubstr("more cases after the change"));
  const Comparison none = Compare(Days(Ramp(200, 10)), Days({}), options);
  EXPECT_EQ(none.verdict, Verdict::kTooEarly);
  EXPECT_EQ(*none.more, *few.wanted);
  EXPECT_FALSE(none.improvement.has_value());
  EXPECT_FALSE(none.after.center.has_value());
}

// Before there are as many cases as are wanted, only what is very sure counts.
TEST(Compare, EarlyLooksNeedMore) {
  Options options = TimeOptions(0.5);
  const Side before = Days(Ramp(400, 10));
  const Comparison weak = Compare(before, Days(Ramp(50, 9.5)), options);
  ASSERT_GT(*weak.wanted, 50);
  EXPECT_GT(weak.improvement->interval.lower, 0);
  EXPECT_GT(weak.improvement->p_value, 0.001);
  EXPECT_EQ(weak.verdict, Verdict::kTooEarly);
  EXPECT_EQ(Compare(before, Days(Ramp(50, 8)), options).verdict, Verdict::kImproved);
}

TEST(Compare, NoEffectShownWhereTheBaselineIsTooSmall) {
  const Comparison comparison = Compare(Days(Ramp(50, 10)), Days(Ramp(50, 10)), TimeOptions(0.01));
  EXPECT_FALSE(comparison.wanted.has_value());
  EXPECT_EQ(comparison.verdict, Verdict::kNoEffectShown);
}

// What is too early is not said to be too small for ever in the next sentence, but what can come.
TEST(Words, TooEarlyWithABaselineThatIsTooSmall) {
  const Options options = TimeOptions(0.01);
  const Comparison early = Compare(Days(Ramp(50, 10)), Days(Ramp(12, 10.1)), options);
  ASSERT_EQ(early.verdict, Verdict::kTooEarly);
  const std::string sentence = Sentence(early, options, kTimes);
  EXPECT_THAT(sentence, HasSubstr("38 more cases after the change, old enough to have an outcome, "
                                  "are needed for any verdict, and then too only more than 14.4 "
                                  "minutes can be expected to show"));
  EXPECT_THAT(Sentence(Compare(Days(Ramp(50, 10)), Days(Ramp(50, 10)), options), options, kTimes),
              HasSubstr("is not ruled out, nor will be with so small a baseline"));
}

// One case after the change can reject no shift: the interval has no ends.
TEST(Words, NoIntervalOfTooFewCases) {
  const Options options = TimeOptions(1);
  const Comparison early = Compare(Days(Ramp(20, 10)), Days({8.0}), options);
  ASSERT_EQ(early.verdict, Verdict::kTooEarly);
  ASSERT_TRUE(early.improvement.has_value());
  const std::string sentence = Sentence(early, options, kTimes);
  EXPECT_THAT(sentence, HasSubstr("days better, with too few cases for a 95 % interval, p = 0.1"));
  EXPECT_THAT(sentence, Not(HasSubstr("interval -")));
}

// No "better by -1 days".
TEST(Words, TheWayIsSaid) {
  const Options options = TimeOptions(1);
  const std::string early =
      Sentence(Compare(Days(Ramp(200, 10)), Days(Ramp(12, 14)), options), options, kTimes);
  EXPECT_THAT(early, HasSubstr("days worse, 95 % interval "));
  EXPECT_THAT(early, Not(HasSubstr("so far -")));
  const Comparison small = Compare(Days(Ramp(500, 10)), Days(Ramp(500, 10.05)), TimeOptions(2));
  ASSERT_EQ(small.verdict, Verdict::kNoEffect);
  EXPECT_THAT(Sentence(small, TimeOptions(2), kTimes),
              HasSubstr("no effect of 2.00 days or more: worse by "));
}

// Of cases that began after the change only the fast ones have ended: those that are open count for
// as long as they were observed.
TEST(Compare, OpenCasesAreCensored) {
  statistics::Generator chance(11);
  const auto cases = [&](int n, bool recent) {
    Side side{.cases = {}, .marked = true};
    for (int i = 0; i < n; ++i) {
      const double time = 20 * kDay * chance.Exponential();
      const double age = recent ? 90.0 * kDay * i / n : 1'000 * kDay;
      const bool open = time > age;
      side.cases.push_back({open ? age : time, open ? Known::kOpen : Known::kValue,
                            open ? 0 : static_cast<int64_t>(time), static_cast<int64_t>(age)});
    }
    return side;
  };
  const Comparison comparison = Compare(cases(400, false), cases(400, true), TimeOptions(8));
  EXPECT_EQ(comparison.method, Method::kSurvival);
  EXPECT_GT(comparison.after.censored, 50);
  EXPECT_EQ(comparison.after.count, 400);
  EXPECT_EQ(comparison.verdict, Verdict::kNoEffect) << comparison.improvement->estimate / kDay;
  EXPECT_GT(*comparison.log_rank_p_value, 0.001);
  EXPECT_GT(*comparison.horizon, 30 * kDay);
  const std::string sentence = Sentence(comparison, TimeOptions(8), kTimes);
  EXPECT_THAT(sentence, HasSubstr(" in means of times up to "));
  EXPECT_THAT(sentence, HasSubstr(" after; the medians differ by "));
}

// Ended after `days`, of which each is one case; `open`: followed for so long.
Side Followed(const std::vector<double>& days, const std::vector<double>& open) {
  Side side = Days(days);
  for (const double one : open)
    side.cases.push_back({one * kDay, Known::kOpen, 0, static_cast<int64_t>(one * kDay)});
  return side;
}

// One case that was followed for longer than all others does not say how far both can be compared.
TEST(Horizon, IsNotThatOfASingleCase) {
  std::vector<double> young = Ramp(98, 30);
  const Side before = Followed(Ramp(40, 20), Ramp(98, 100));
  young.push_back(400);
  const Comparison comparison = Compare(before, Followed(Ramp(20, 20), young), TimeOptions());
  ASSERT_EQ(comparison.method, Method::kSurvival);
  EXPECT_LT(*comparison.horizon, 35 * kDay);
  EXPECT_GT(*comparison.horizon, 30 * kDay);
}

// Of cases that have all ended it is known what they take, however long those before took.
TEST(Horizon, IsNotBoundByCasesThatHaveEnded) {
  const Comparison comparison =
      Compare(Followed(Ramp(90, 20), {60, 60}), Days(Ramp(90, 2)), TimeOptions());
  ASSERT_EQ(comparison.method, Method::kSurvival);
  EXPECT_GT(*comparison.horizon, 20 * kDay);
  EXPECT_NEAR(comparison.improvement->estimate, 18 * kDay, kDay);
}

// Cases that may never end make means up to far times vary: the effect shows up to nearer ones.
TEST(Horizon, UpToWhichTheEffectIsSeen) {
  const Side before = Followed(Ramp(600, 20), std::vector<double>(200, 900));
  const Options options = TimeOptions(5);
  const Comparison itself = Compare(before, Followed({}, {}), options);
  ASSERT_FALSE(itself.wanted.has_value());
  const Samples samples = MakeSamples(ValueType::kTime, before, {}, OutcomeTime(before));
  const auto horizon = HorizonToSee(samples.before, options);
  ASSERT_TRUE(horizon.has_value());
  EXPECT_LT(*horizon, *itself.horizon);
  EXPECT_GT(*horizon, 22 * kDay);
  const auto wanted =
      Compare(before, Followed(Ramp(300, 18), Ramp(90, *horizon / kDay - 8)), options).wanted;
  ASSERT_TRUE(wanted.has_value());
  EXPECT_LE(*wanted, samples.before.count);
  EXPECT_FALSE(HorizonToSee(samples.before, TimeOptions(0.001)).has_value());
  EXPECT_FALSE(HorizonToSee({}, options).has_value());
}

TEST(Samples, OnlyCasesWithAnOutcomeInTimeCount) {
  // Known after 10 days at most; later ones are open.
  Side before{.cases = {}, .marked = true}, after = before;
  for (int i = 0; i < 100; ++i)
    before.cases.push_back({i % 4 == 0 ? 1.0 : 0.0, Known::kValue, (i % 10) * 86'400, kOld});
  for (int i = 0; i < 60; ++i) after.cases.push_back({0, Known::kValue, 86'400, kOld});
  for (int i = 0; i < 30; ++i) after.cases.push_back({0, Known::kValue, 86'400, 2 * 86'400});
  for (int i = 0; i < 10; ++i) after.cases.push_back({0, Known::kOpen, 0, 2 * 86'400});
  after.cases.push_back({0, Known::kOpen, 0, kOld});
  after.cases.push_back({0, Known::kNothing, 0, kOld});
  const Samples samples = MakeSamples(ValueType::kShare, before, after, OutcomeTime(before));
  EXPECT_EQ(samples.before.count, 100);
  EXPECT_EQ(samples.before.sum, 25);
  EXPECT_EQ(samples.after.count, 60);
  EXPECT_EQ(samples.after.young, 40);
  EXPECT_EQ(samples.after.left_out, 2);
}

TEST(Samples, WithoutOpenCasesAllCount) {
  const Samples samples = MakeSamples(ValueType::kTime, Days({1, 2, 3}), Days({4}), kOld * 2);
  EXPECT_EQ(samples.before.count, 3);
  EXPECT_EQ(samples.after.count, 1);
  EXPECT_FALSE(samples.survival);
}

Side Shares(int cases, int with) {
  Side side{.cases = {}, .marked = true};
  for (int i = 0; i < cases; ++i)
    side.cases.push_back({i < with ? 1.0 : 0.0, Known::kValue, 60, kOld});
  return side;
}

TEST(Compare, SharesAndCounts) {
  Options options;
  options.type = ValueType::kShare;
  options.smallest_effect = 0.05;
  const Comparison shares = Compare(Shares(1'000, 300), Shares(1'000, 200), options);
  EXPECT_EQ(shares.method, Method::kProportion);
  EXPECT_EQ(shares.verdict, Verdict::kImproved);
  EXPECT_NEAR(shares.improvement->estimate, 0.1, 1e-12);
  EXPECT_THAT(Sentence(shares, options, {ValueType::kShare, false, ""}),
              HasSubstr("improved by 10.0 points, 95 % interval 6.2 points to 13.8 points"));
  options.type = ValueType::kCount;
  const Comparison counts = Compare(Shares(1'000, 300), Shares(1'000, 200), options);
  EXPECT_EQ(counts.method, Method::kRate);
  EXPECT_EQ(counts.verdict, Verdict::kImproved);
  EXPECT_NEAR(*counts.ratio, 2.0 / 3, 1e-12);
  EXPECT_LT(*counts.ratio_upper, 1);
  EXPECT_THAT(Sentence(counts, options, {ValueType::kCount, false, "defects per case"}),
              HasSubstr("(0.30 defects per case before, 0.20 defects per case after)"));
}

TEST(Wanted, GrowsAsTheEffectShrinks) {
  Options options;
  options.type = ValueType::kShare;
  int64_t last = 0;
  for (const double effect : {0.2, 0.1, 0.07}) {
    options.smallest_effect = effect;
    const auto wanted = Compare(Shares(2'000, 600), Shares(0, 0), options).wanted;
    ASSERT_TRUE(wanted.has_value());
    EXPECT_GT(*wanted, last);
    last = *wanted;
  }
  options.smallest_effect = 0.001;
  EXPECT_FALSE(Compare(Shares(2'000, 600), Shares(0, 0), options).wanted.has_value());
}

TEST(Mixes, TellWhatChanged) {
  const Mix region{"region", {"North", "South"}, {50, 50}};
  const Mix product{"product", {"A", "B"}, {80, 20}};
  const std::vector<MixChange> changes =
      CompareMixes({region, product},
                   {{"region", {"North", "South"}, {51, 49}}, {"product", {"A", "B"}, {30, 70}}});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].attribute, "product");
  EXPECT_LT(changes[0].p_value, 1e-6);
  EXPECT_EQ(changes[0].value, "A");
  EXPECT_DOUBLE_EQ(changes[0].before_share, 0.8);
  EXPECT_DOUBLE_EQ(changes[0].after_share, 0.3);
  EXPECT_GT(changes[1].p_value, 0.5);
}

TEST(Mixes, SayNothingOfSingleCases) {
  const Mix few{"owner", {"a", "b", "c"}, {1, 1, 1}};
  EXPECT_TRUE(CompareMixes({few}, {few}).empty());
  EXPECT_TRUE(CompareMixes({{"owner", {"a"}, {100}}}, {{"owner", {"a"}, {100}}}).empty());
  EXPECT_TRUE(CompareMixes({few}, {{"owner", {}, {}}}).empty());
}

TEST(Words, OpenHours) {
  EXPECT_EQ(Level(33.5 * 3'600, {ValueType::kTime, true, ""}), "33.5 open hours");
  EXPECT_EQ(Level(33.5 * 3'600, {ValueType::kTime, false, ""}), "1.40 days");
  EXPECT_EQ(Level(300, {ValueType::kStepTime, true, ""}), "5.00 open minutes");
  EXPECT_EQ(Chance(0.00001), "< 0.0001");
  EXPECT_EQ(Chance(0.034), "= 0.034");
}

}  // namespace
}  // namespace plumbline::analytics::improvement
