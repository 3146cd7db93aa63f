// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/error.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;
using Options = QualityParetoOptions;

absl::Status Go() { return absl::OkStatus(); }
constexpr int64_t kSecond = 1'000'000;

TestRow Row(const std::string& case_id, int64_t second, const std::string& activity,
            const std::string& transition,
            std::vector<std::pair<std::string, AttributeValue>> attributes = {}) {
  return {case_id, activity, second * kSecond, transition, kNoTime, "", std::move(attributes)};
}

std::vector<TestRow> Blocked() {
  const auto why = [](const char* category, const char* utility) {
    return std::vector<std::pair<std::string, AttributeValue>>{{"category", std::string(category)},
                                                               {"utility", std::string(utility)}};
  };
  return {Row("1", 0, "A", "schedule", {{"region", std::string("EMEA")}}),
          Row("1", 1, "A", "suspend", why("DOWN", "workspaces/w/utilities/crm")),
          Row("1", 11, "A", "resume"),
          Row("1", 12, "A", "complete"),
          Row("2", 0, "B", "schedule"),
          Row("2", 5, "B", "suspend", why("WAIT", "")),
          Row("2", 35, "B", "resume"),
          Row("2", 36, "B", "suspend", why("DOWN", "workspaces/w/utilities/crm")),
          Row("2", 41, "C", "complete")};
}

// "label count lost share cases filter|event_filter".
std::vector<std::string> Bars(const QualityPareto& pareto) {
  std::vector<std::string> bars;
  for (const QualityBar& bar : pareto.bars) {
    bars.push_back(absl::StrFormat("%s %d %.0f %.3f %d %s|%s", bar.label, bar.count,
                                   bar.lost_seconds, bar.share, bar.case_count, bar.cases.filter,
                                   bar.cases.event_filter));
  }
  return bars;
}

QualityPareto Of(const std::vector<TestRow>& rows, const Options& options) {
  const auto pareto = MakeQualityPareto(*MakeLog(rows), {}, options, Go);
  EXPECT_TRUE(pareto.ok()) << pareto.status();
  return pareto.ok() ? *pareto : QualityPareto();
}

// From the year 1 to 9999 each: in microseconds together more than 64 bits hold.
TEST(QualityPareto, TimesOfTenThousandYearsAddUp) {
  constexpr int64_t kFirst = -62'135'596'800, kLast = 253'402'300'799;
  std::vector<TestRow> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(Row(absl::StrCat(i), kFirst, "A", "suspend"));
    rows.push_back(Row(absl::StrCat(i), kLast, "A", "resume"));
  }
  const QualityPareto pareto = Of(rows, {});
  ASSERT_EQ(pareto.bars.size(), 1u);
  EXPECT_EQ(pareto.bars[0].count, 40);
  EXPECT_DOUBLE_EQ(pareto.bars[0].lost_seconds, 40.0 * static_cast<double>(kLast - kFirst));
}

TEST(QualityPareto, OfImpediments) {
  Options options;
  const QualityPareto by_cause = Of(Blocked(), options);
  EXPECT_THAT(Bars(by_cause),
              ElementsAre("WAIT 1 30 0.667 1 |transition = suspend AND attributes.category = "
                          "\"WAIT\"",
                          "DOWN 2 15 0.333 2 |transition = suspend AND attributes.category = "
                          "\"DOWN\""));
  EXPECT_EQ(by_cause.open_count, 1);
  EXPECT_EQ(by_cause.total_lost_seconds, 45);
  EXPECT_EQ(by_cause.top_three_share, 1);
  options.by_count = true;
  options.grouping = Options::Grouping::kUtility;
  EXPECT_THAT(Bars(Of(Blocked(), options)),
              ElementsAre("crm 2 15 0.667 2 |transition = suspend AND attributes.utility = "
                          "\"workspaces/w/utilities/crm\"",
                          " 1 30 0.333 1 |transition = suspend AND NOT attributes.utility > \"\""));
  options.grouping = Options::Grouping::kStep;
  EXPECT_THAT(Bars(Of(Blocked(), options)),
              ElementsAre("B 2 35 0.667 1 |transition = suspend AND activity = \"B\"",
                          "A 1 10 0.333 1 |transition = suspend AND activity = \"A\""));
  options.grouping = Options::Grouping::kAttribute;
  options.attribute = "region";
  EXPECT_THAT(Bars(Of(Blocked(), options)),
              ElementsAre(" 2 35 0.667 1 NOT attributes:\"region\" AND transitions:suspend|",
                          "EMEA 1 10 0.333 1 attributes.\"region\" = \"EMEA\" AND "
                          "transitions:suspend|"));
  options.attribute = "planet";
  const auto unknown = MakeQualityPareto(*MakeLog(Blocked()), {}, options, Go);
  EXPECT_EQ(base::FieldViolationsOf(unknown.status())[0].field, "attribute");
}

TEST(QualityPareto, OfDefectsWhatIsReportedSharesItsCost) {
  Options options;
  options.subject = Options::Subject::kDefects;
  const std::vector<TestRow> rows = {
      Row("1", 0, "A", "start"),
      Row("1", 10, "A", "complete", {{"defects", std::string("b-form,a-form")}}),
      Row("1", 20, "A", "start"), Row("1", 50, "A", "complete"), Row("1", 60, "B", "manualskip")};
  const QualityPareto pareto = Of(rows, options);
  // The second time took 10 seconds of waiting and 30 of work.
  EXPECT_THAT(Bars(pareto),
              ElementsAre("a-form 1 20 0.500 1 reported_defects:\"a-form\"|",
                          "b-form 1 20 0.500 1 reported_defects:\"b-form\"|",
                          "WAIVED 1 0 0.000 1 defects:waived|"));
  EXPECT_TRUE(pareto.sources.Has(DefectSource::kWaived));
  EXPECT_FALSE(pareto.sources.Has(DefectSource::kMissedTarget));
}

TEST(QualityPareto, ReworkLeadsToItsCases) {
  Options options;
  options.subject = Options::Subject::kDefects;
  options.by_count = true;
  const std::vector<TestRow> rows = {Row("1", 0, "A", "complete"), Row("1", 1, "A", "complete")};
  EXPECT_THAT(Bars(Of(rows, options)), ElementsAre("REWORK 1 1 1.000 1 defects:rework|"));
  options.grouping = Options::Grouping::kStep;
  EXPECT_THAT(Bars(Of(rows, options)), ElementsAre("A 1 1 1.000 1 defects.any = \"A\"|"));
  // By itself it counts repairs, too.
  options.defects.sources = {};
  options.defects.sources.Add(DefectSource::kRework);
  EXPECT_THAT(Bars(Of(rows, options)), ElementsAre("A 1 1 1.000 1 defects.repeated = \"A\"|"));
  options.grouping = Options::Grouping::kCause;
  EXPECT_THAT(Bars(Of(rows, options)), ElementsAre("REWORK 1 1 1.000 1 defects:repeated|"));
  // With one kind alone of what is found defective filters have no name for it.
  options.defects.sources.Add(DefectSource::kReported);
  EXPECT_THAT(Bars(Of(rows, options)), ElementsAre("REWORK 1 1 1.000 1 |"));
}

TEST(QualityPareto, NothingHasNoTopThree) {
  const QualityPareto none = Of({}, {});
  EXPECT_TRUE(none.bars.empty());
  EXPECT_FALSE(none.top_three_share.has_value());
}

}  // namespace
}  // namespace plumbline::analytics
