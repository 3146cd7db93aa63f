// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/measures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/charting/log_capability.h"
#include "services/analytics/charting/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;

// "time case value".
std::vector<std::string> Values(const std::vector<TestRow>& rows, const MeasureSpec& spec) {
  const Measured measured = MeasuredOf(rows, spec);
  std::vector<std::string> values;
  for (const MeasuredValue& v : measured.values)
    values.push_back(absl::StrCat(v.time / kSecond, " ", v.case_number, " ", v.value));
  return values;
}

MeasureSpec Spec(MeasureKind kind, const std::string& activity = "") {
  MeasureSpec spec;
  spec.kind = kind;
  spec.activity = activity;
  return spec;
}

std::vector<TestRow> Rows() {
  return {{"1", "A", 10 * kSecond, "", 5 * kSecond},
          {"1", "B", 40 * kSecond, "", 30 * kSecond},
          {"2", "A", 12 * kSecond, "", 12 * kSecond},
          {"2", "A", 20 * kSecond, "", 15 * kSecond}};
}

TEST(Measures, EachKind) {
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kCaseDuration)), ElementsAre("20 1 8", "40 0 35"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kStepWaiting, "A")), ElementsAre("20 1 3"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kStepWorking, "A")),
              ElementsAre("10 0 5", "12 1 0", "20 1 5"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kCasesWithActivity, "B")),
              ElementsAre("20 1 0", "40 0 1"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kActivityCount, "A")),
              ElementsAre("20 1 2", "40 0 1"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kCasesWithDefect)), ElementsAre("20 1 1", "40 0 0"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kDefectCount, "B")),
              ElementsAre("20 1 0", "40 0 0"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kArrivals)), ElementsAre("5 0 1", "12 1 1"));
  EXPECT_THAT(Values(Rows(), Spec(MeasureKind::kDepartures)), ElementsAre("20 1 1", "40 0 1"));
  MeasureSpec late = Spec(MeasureKind::kCasesLate);
  late.target = 8 * kSecond;
  EXPECT_THAT(Values(Rows(), late), ElementsAre("20 1 0", "40 0 1"));
  MeasureSpec condition = Spec(MeasureKind::kCasesWithCondition);
  condition.condition =
      *Selection::Compile("c", {"event_count = 2 AND activities:B", "", false, {}});
  EXPECT_THAT(Values(Rows(), condition), ElementsAre("20 1 0", "40 0 1"));
}

// What would tell of a defect is told apart from that there is none: no step has a due time, or
// only one of a case that is open.
TEST(Measures, DefectsOfWhichNothingTells) {
  MeasureSpec late = Spec(MeasureKind::kCasesWithDefect);
  late.sources = {};
  late.sources.Add(DefectSource::kMissedTarget);
  std::vector<TestRow> rows = Rows();
  EXPECT_EQ(MeasuredOf(rows, late).told_count, 0);
  EXPECT_FALSE(MeasuredOf(rows, late).told());
  EXPECT_TRUE(MeasuredOf(rows, Spec(MeasureKind::kCasesWithDefect)).told());
  EXPECT_TRUE(MeasuredOf(rows, Spec(MeasureKind::kCaseDuration)).told());
  EXPECT_TRUE(MeasuredOf({}, late).told());
  rows[2].attributes = rows[3].attributes = {{"due_time", Instant{19 * kSecond}}};
  EXPECT_EQ(MeasuredOf(rows, late).told_count, 1);
  rows[1].attributes = {{"case_finished", true}};
  EXPECT_FALSE(MeasuredOf(rows, late).told());
}

TEST(Measures, OpenCasesAndThoseWithoutATargetAreCounted) {
  std::vector<TestRow> rows = Rows();
  rows[1].attributes = {{"case_finished", true}};
  rows[0].attributes = {{"due_time", Instant{39 * kSecond}}};
  Measured measured = MeasuredOf(rows, Spec(MeasureKind::kCasesLate));
  ASSERT_EQ(measured.values.size(), 1u);
  EXPECT_EQ(measured.values[0].value, 1);
  EXPECT_EQ(measured.open_cases, 1);
  EXPECT_EQ(measured.open_late, 0) << "nothing says until when it is due";
  rows[2].attributes = {{"due_time", Instant{39 * kSecond}}};
  EXPECT_EQ(MeasuredOf(rows, Spec(MeasureKind::kCasesLate)).open_late, 1);
  for (const auto& [target, open_late] : {std::pair(27, 1), std::pair(28, 0)}) {
    MeasureSpec by_target = Spec(MeasureKind::kCasesLate);  // 28 seconds have gone
    by_target.target = target * kSecond;
    EXPECT_EQ(MeasuredOf(rows, by_target).open_late, open_late);
  }
  measured = MeasuredOf(rows, Spec(MeasureKind::kCaseDuration));
  EXPECT_THAT(measured.open_ages, ElementsAre(28));
  rows[0].attributes.clear();
  EXPECT_EQ(MeasuredOf(rows, Spec(MeasureKind::kCasesLate)).without_target, 1);
}

TEST(Measures, UnknownActivitiesAreNamed) {
  const auto log = MakeLog(Rows());
  const Traces traces(log, {});
  const Variants variants(traces);
  const auto measured = MeasureLog({*log, traces, [&]() -> const Variants& { return variants; }},
                                   {}, Spec(MeasureKind::kStepWaiting, "Z"), Go);
  EXPECT_EQ(base::FieldViolationsOf(measured.status())[0].field, "measure.activity");
}

Measured Times(const std::vector<double>& seconds) {
  Measured measured;
  for (size_t i = 0; i < seconds.size(); ++i)
    measured.values.push_back(
        {static_cast<int64_t>(i) * kSecond, static_cast<uint32_t>(i), seconds[i]});
  return measured;
}

TEST(LogCapability, OfTimes) {
  Measured measured = Times({4, 6, 5, 7, 3, 5});
  measured.open_ages = {2, 9};
  const auto result = MeasureCapability(measured, {.lower = std::nullopt, .upper = 6.5});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->above, 1);
  EXPECT_EQ(result->open_above, 1);
  EXPECT_EQ(result->mean, 5);
  EXPECT_NEAR(*result->capability->overall.upper, 1.5 / (3 * std::sqrt(2.0)), 1e-12);
  EXPECT_FALSE(result->capability->overall.both.has_value());
  ASSERT_TRUE(result->capability->within.has_value());
  EXPECT_NEAR(result->observed->per_million_opportunities, 1e6 / 6, 1e-6);
  EXPECT_NEAR(*result->skewness, 0, 1e-12);
  EXPECT_EQ(result->warnings.size(), 1u);
}

// A note points to the indices by quantiles only where there are some.
TEST(LogCapability, NotesOfSkewedTimesNameWhatThereIs) {
  std::vector<double> few, many;
  for (int i = 0; i < 2'000; ++i) {
    many.push_back(i % 20 == 19 ? 100 + i : i % 20);
    if (i < 40) few.push_back(many.back());
  }
  const auto note = [](const std::vector<double>& values) {
    Measured measured = Times({});
    for (const double value : values)
      measured.values.push_back({.time = 0, .case_number = 0, .value = value});
    return MeasureCapability(measured, {.upper = 50})->warnings.at(0);
  };
  EXPECT_THAT(note(few), testing::EndsWith("mislead; what was observed does not"));
  EXPECT_THAT(note(many), testing::EndsWith("the quantile indices and what was observed do not"));
}

TEST(LogCapability, NothingOneAndAllEqual) {
  const quality::Specification asked{.upper = 6.5};
  EXPECT_FALSE(MeasureCapability(Times({}), asked)->mean.has_value());
  const auto one = MeasureCapability(Times({3}), asked);
  EXPECT_EQ(one->mean, 3);
  EXPECT_FALSE(one->capability.has_value());
  const auto equal = MeasureCapability(Times({3, 3, 3}), asked);
  EXPECT_FALSE(equal->capability->overall.least.has_value());
  EXPECT_FALSE(equal->skewness.has_value());
  EXPECT_TRUE(equal->observed->bounded);
  const auto wrong = MeasureCapability(Times({}), {.lower = 8, .upper = 6.5});
  EXPECT_EQ(base::ReasonOf(wrong.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
}

}  // namespace
}  // namespace plumbline::analytics
