// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/error.h"
#include "services/analytics/improvement/service/convert.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Improvement = v1::Improvement;

const ImprovementKey kKey{"acme", "quotes"};
const ImprovementAuthor kAda{"ada", absl::FromUnixSeconds(1'800'000'000), ""};

Improvement Content() {
  Improvement improvement;
  improvement.set_title("Quotes take too long");
  improvement.set_problem("Half of them wait three weeks.");
  return improvement;
}

// With all that the states need.
Improvement Whole() {
  Improvement improvement = Content();
  improvement.set_owner("ada");
  improvement.set_event_log("workspaces/acme/eventLogs/quotes");
  improvement.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASE_DURATION);
  improvement.set_direction(Improvement::DIRECTION_LOWER);
  improvement.mutable_smallest_effect()->mutable_time()->set_seconds(86'400);
  improvement.mutable_baseline_window()->mutable_end_time()->set_seconds(1'700'000'000);
  v1::ImprovementCause* cause = improvement.add_causes();
  cause->set_text("Legal has one reader");
  cause->set_evidence("70 % of the wait is there");
  improvement.mutable_change()->mutable_time()->set_seconds(1'700'000'001);
  return improvement;
}

StoredImprovement Stored(Improvement::State state, const Improvement& content = Whole()) {
  StoredImprovement stored = CreateImprovement(kKey, {}, content, "u1", kAda)->after;
  stored.improvement.set_state(state);
  if (state != Improvement::STATE_DEFINE) stored.baseline.emplace();
  return stored;
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const base::FieldViolation& one : base::FieldViolationsOf(status))
    fields.push_back(one.field);
  return fields;
}

TEST(ImprovementRules, CreatesInDefine) {
  Improvement content = Whole();
  content.set_state(Improvement::STATE_CLOSED);
  content.mutable_result()->set_verdict(v1::ImprovementComparison::VERDICT_IMPROVED);
  content.set_author("eve");
  const auto change = CreateImprovement(kKey, {}, content, "u1", kAda);
  ASSERT_TRUE(change.ok()) << change.status();
  const Improvement& made = change->after.improvement;
  EXPECT_EQ(made.name(), "workspaces/acme/improvements/quotes");
  EXPECT_EQ(made.state(), Improvement::STATE_DEFINE);
  EXPECT_FALSE(made.has_result()) << "the service's own figures only";
  EXPECT_EQ(made.author(), "ada");
  EXPECT_EQ(change->after.version, 1);
  EXPECT_EQ(change->entry.kind(), v1::ImprovementHistoryEntry::KIND_CREATED);
  EXPECT_EQ(ReasonText(CreateImprovement(kKey, change->after, content, "u2", kAda)),
            "RESOURCE_ALREADY_EXISTS");
}

TEST(ImprovementRules, NamesAllThatIsWrong) {
  Improvement content = Whole();
  content.clear_title();
  content.set_event_log("workspaces/other/eventLogs/quotes");
  content.mutable_selection()->set_filter("duration >");
  content.mutable_measure()->set_kind(v1::QualityMeasure::KIND_ARRIVALS);
  content.mutable_goal()->set_share(2);
  content.mutable_smallest_effect()->mutable_time()->set_seconds(0);
  content.set_confidence(1);
  content.mutable_baseline_window()->mutable_start_time()->set_seconds(1'700'000'000);
  content.mutable_change()->mutable_time()->set_seconds(1'600'000'000);
  content.mutable_change()->set_process_revision("deal-desk");
  content.add_mix_attributes("region");
  content.add_mix_attributes("region");
  content.add_causes();
  EXPECT_THAT(FieldsOf(CheckImprovement(kKey, content)),
              ::testing::UnorderedElementsAre(
                  "improvement.title", "improvement.event_log", "improvement.selection.filter",
                  "improvement.measure.kind", "improvement.goal", "improvement.smallest_effect",
                  "improvement.confidence", "improvement.baseline_window.end_time",
                  "improvement.change.time", "improvement.change.process_revision",
                  "improvement.mix_attributes[1]", "improvement.causes[1].text"));
  EXPECT_TRUE(CheckImprovement(kKey, Whole()).ok());
  EXPECT_TRUE(CheckImprovement(kKey, Content()).ok());
}

TEST(ImprovementRules, AmountsAreThoseOfTheMeasure) {
  Improvement content = Whole();
  content.mutable_goal()->set_share(0.1);
  const absl::Status status = CheckImprovement(kKey, content);
  EXPECT_THAT(FieldsOf(status), ElementsAre("improvement.goal"));
  EXPECT_THAT(status.message(), HasSubstr("is given as `share`; the measure is counted in `time`"));
  content.mutable_measure()->set_kind(v1::QualityMeasure::KIND_CASES_WITH_DEFECT);
  EXPECT_THAT(FieldsOf(CheckImprovement(kKey, content)),
              ElementsAre("improvement.smallest_effect"));
}

struct Step {
  Improvement::State from, asked;
  const char* reason;  // of the error; "" = it goes
};

TEST(ImprovementRules, States) {
  constexpr auto kDefine = Improvement::STATE_DEFINE, kMeasure = Improvement::STATE_MEASURE,
                 kAnalyze = Improvement::STATE_ANALYZE, kImprove = Improvement::STATE_IMPROVE,
                 kControl = Improvement::STATE_CONTROL, kClosed = Improvement::STATE_CLOSED,
                 kAbandoned = Improvement::STATE_ABANDONED, kNext = Improvement::STATE_UNSPECIFIED;
  const Step steps[] = {
      {kDefine, kNext, ""},
      {kDefine, kMeasure, ""},
      {kDefine, kDefine, "IMPROVEMENT_STATE"},
      {kDefine, kAnalyze, "IMPROVEMENT_STATE"},
      {kDefine, kControl, "IMPROVEMENT_STATE"},
      {kDefine, kClosed, "IMPROVEMENT_STATE"},
      {kDefine, kAbandoned, ""},
      {kMeasure, kNext, ""},
      {kMeasure, kDefine, ""},
      {kAnalyze, kNext, ""},
      {kAnalyze, kMeasure, ""},
      {kImprove, kNext, ""},
      {kImprove, kDefine, ""},
      {kControl, kNext, "IMPROVEMENT_STATE"},
      {kControl, kImprove, ""},
      {kControl, kClosed, "IMPROVEMENT_STATE"},
      {kControl, kAbandoned, ""},
      {kClosed, kNext, "IMPROVEMENT_STATE"},
      {kClosed, kControl, "IMPROVEMENT_STATE"},
      {kAbandoned, kDefine, "IMPROVEMENT_STATE"},
      {kDefine, static_cast<Improvement::State>(77), "FIELD_INVALID"},
  };
  for (const Step& step : steps) {
    const auto to = NextState(Stored(step.from), step.asked, "because");
    EXPECT_EQ(ReasonText(to), *step.reason == '\0' ? "OK" : step.reason)
        << step.from << " to " << step.asked;
  }
  const absl::Status refused = NextState(Stored(kMeasure), kControl, "").status();
  EXPECT_EQ(base::MetadataOf(refused, "state"), "MEASURE");
  EXPECT_EQ(base::MetadataOf(refused, "allowed"), "DEFINE, ANALYZE, ABANDONED");
}

TEST(ImprovementRules, GoingBackNeedsAReason) {
  EXPECT_THAT(
      FieldsOf(
          NextState(Stored(Improvement::STATE_IMPROVE), Improvement::STATE_ANALYZE, "").status()),
      ElementsAre("reason"));
  EXPECT_THAT(
      FieldsOf(
          NextState(Stored(Improvement::STATE_IMPROVE), Improvement::STATE_ABANDONED, "").status()),
      ElementsAre("reason"));
}

TEST(ImprovementRules, EachStateSaysWhatItNeeds) {
  const auto missing = [](Improvement::State from, const Improvement& content) {
    return FieldsOf(NextState(Stored(from, content), Improvement::STATE_UNSPECIFIED, "").status());
  };
  EXPECT_THAT(missing(Improvement::STATE_DEFINE, Content()),
              ElementsAre("improvement.owner", "improvement.event_log", "improvement.measure",
                          "improvement.direction", "improvement.smallest_effect",
                          "improvement.baseline_window.end_time"));
  Improvement content = Whole();
  content.mutable_causes(0)->clear_evidence();
  EXPECT_THAT(missing(Improvement::STATE_MEASURE, content), ElementsAre());
  EXPECT_THAT(missing(Improvement::STATE_ANALYZE, content), ElementsAre("improvement.causes"));
  content = Whole();
  content.clear_change();
  EXPECT_THAT(missing(Improvement::STATE_ANALYZE, content), ElementsAre());
  EXPECT_THAT(missing(Improvement::STATE_IMPROVE, content), ElementsAre("improvement.change"));
}

TEST(ImprovementRules, AdvancingFreezesAndLetsGo) {
  FrozenBaseline baseline;
  baseline.shown.mutable_figures()->set_case_count(99);
  baseline.kept.add_values(1);
  const ImprovementChange frozen = AdvanceImprovement(Stored(Improvement::STATE_DEFINE),
                                                      Improvement::STATE_MEASURE, baseline, kAda);
  EXPECT_EQ(frozen.after.improvement.baseline().figures().case_count(), 99);
  ASSERT_TRUE(frozen.after.baseline.has_value());
  EXPECT_EQ(frozen.entry.from_state(), Improvement::STATE_DEFINE);
  EXPECT_EQ(frozen.entry.to_state(), Improvement::STATE_MEASURE);
  // Back from ANALYZE it stays; back to DEFINE it goes.
  StoredImprovement later = frozen.after;
  later.improvement.set_state(Improvement::STATE_ANALYZE);
  EXPECT_TRUE(
      AdvanceImprovement(later, Improvement::STATE_MEASURE, {}, kAda).after.baseline.has_value());
  const ImprovementChange back = AdvanceImprovement(later, Improvement::STATE_DEFINE, {}, kAda);
  EXPECT_FALSE(back.after.baseline.has_value());
  EXPECT_FALSE(back.after.improvement.has_baseline());
}

std::vector<std::string> AllFields() {
  const auto all = ImprovementContent();
  return {all.begin(), all.end()};
}

TEST(ImprovementRules, GoalpostsStayWhereTheyAre) {
  for (const Improvement::State state :
       {Improvement::STATE_MEASURE, Improvement::STATE_ANALYZE, Improvement::STATE_CONTROL}) {
    const StoredImprovement stored = Stored(state);
    Improvement content = stored.improvement;
    content.mutable_smallest_effect()->mutable_time()->set_seconds(60);
    const auto refused = UpdateImprovement(kKey, stored, content, AllFields(), kAda);
    EXPECT_EQ(ReasonText(refused), "IMPROVEMENT_STATE");
    EXPECT_THAT(refused.status().message(), HasSubstr("smallest_effect can be changed in state"));
    content = stored.improvement;
    content.add_causes()->set_text("Two systems");
    content.set_title("Quotes");
    const auto change = UpdateImprovement(kKey, stored, content, AllFields(), kAda);
    ASSERT_TRUE(change.ok()) << change.status();
    EXPECT_THAT(change->entry.fields(), ElementsAre("title", "causes"));
    EXPECT_EQ(change->after.version, stored.version + 1);
    EXPECT_NE(change->after.improvement.etag(), stored.improvement.etag());
  }
  const StoredImprovement stored = Stored(Improvement::STATE_DEFINE);
  Improvement content = stored.improvement;
  content.mutable_smallest_effect()->mutable_time()->set_seconds(60);
  EXPECT_TRUE(UpdateImprovement(kKey, stored, content, AllFields(), kAda).ok());
}

TEST(ImprovementRules, WhatAStateNeedsCannotBeTakenAway) {
  const StoredImprovement stored = Stored(Improvement::STATE_CONTROL);
  Improvement content = stored.improvement;
  content.clear_change();
  EXPECT_THAT(FieldsOf(UpdateImprovement(kKey, stored, content, AllFields(), kAda).status()),
              ElementsAre("improvement.change"));
}

TEST(ImprovementRules, NothingChangesNothing) {
  const StoredImprovement stored = Stored(Improvement::STATE_CLOSED);
  const auto same = UpdateImprovement(kKey, stored, stored.improvement, AllFields(), kAda);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_FALSE(same->writes);
  Improvement content = stored.improvement;
  content.set_title("Other");
  EXPECT_EQ(ReasonText(UpdateImprovement(kKey, stored, content, AllFields(), kAda)),
            "IMPROVEMENT_STATE");
}

TEST(ImprovementRules, ClosesWithTheFigures) {
  v1::ImprovementComparison result;
  result.set_verdict(v1::ImprovementComparison::VERDICT_TOO_EARLY);
  result.set_sentence("too early to tell: 7 more cases");
  EXPECT_EQ(ReasonText(CheckClosing(Stored(Improvement::STATE_IMPROVE))), "IMPROVEMENT_STATE");
  const StoredImprovement stored = Stored(Improvement::STATE_CONTROL);
  EXPECT_TRUE(CheckClosing(stored).ok());
  const auto early = CloseImprovement(stored, result, false, kAda);
  EXPECT_EQ(ReasonText(early), "IMPROVEMENT_STATE");
  EXPECT_THAT(early.status().message(), HasSubstr("7 more cases"));
  EXPECT_TRUE(CloseImprovement(stored, result, true, kAda).ok());
  result.set_verdict(v1::ImprovementComparison::VERDICT_WORSE);
  const auto closed = CloseImprovement(stored, result, false, kAda);
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->after.improvement.state(), Improvement::STATE_CLOSED);
  EXPECT_EQ(closed->after.improvement.result().verdict(), v1::ImprovementComparison::VERDICT_WORSE);
  EXPECT_TRUE(closed->after.improvement.has_close_time());
}

TEST(ImprovementRules, Etags) {
  const StoredImprovement stored = Stored(Improvement::STATE_DEFINE);
  EXPECT_TRUE(RequireImprovement(kKey, stored, stored.improvement.etag()).ok());
  const absl::Status other = RequireImprovement(kKey, stored, "other").status();
  EXPECT_EQ(ReasonText(other), "ETAG_MISMATCH");
  EXPECT_EQ(base::MetadataOf(other, "etag"), stored.improvement.etag());
  EXPECT_EQ(ReasonText(RequireImprovement(kKey, {}, "").status()), "RESOURCE_NOT_FOUND");
}

TEST(ImprovementConvert, TheHorizonOfAnAdjustedDifferenceIsToldWhereThereIsOne) {
  improvement::Adjusted adjusted;
  v1::ImprovementAdjusted answer;
  ToProto(adjusted, &answer);
  EXPECT_FALSE(answer.has_horizon_seconds());
  adjusted.horizon = 90 * 86'400.0;
  ToProto(adjusted, &answer);
  EXPECT_EQ(answer.horizon_seconds(), 7'776'000);
}

TEST(ImprovementConvert, ABaselineIsKeptAsItIs) {
  improvement::Baseline baseline;
  baseline.side.marked = true;
  baseline.side.cases = {{5, improvement::CaseValue::Known::kValue, 4, 9},
                         {7, improvement::CaseValue::Known::kOpen, 0, 7},
                         {0, improvement::CaseValue::Known::kNothing, 0, 3}};
  baseline.mixes = {{"region", {"", "North"}, {1, 2}}};
  baseline.values = {{0, 1, 1}};
  baseline.warnings = {"mind this"};
  const FrozenBaseline frozen = ToFrozen(baseline, true, absl::FromUnixSeconds(9));
  const improvement::Side side = ToSide(frozen.kept);
  ASSERT_EQ(side.cases.size(), 3U);
  EXPECT_TRUE(side.marked);
  EXPECT_EQ(side.cases[0].value, 5);
  EXPECT_EQ(side.cases[0].known_after, 4);
  EXPECT_EQ(side.cases[1].known, improvement::CaseValue::Known::kOpen);
  EXPECT_EQ(side.cases[1].age, 7);
  EXPECT_EQ(side.cases[2].known, improvement::CaseValue::Known::kNothing);
  const std::vector<improvement::Mix> mixes = ToMixes(frozen.kept);
  ASSERT_EQ(mixes.size(), 1U);
  EXPECT_THAT(mixes[0].counts, ElementsAre(1, 2));
  EXPECT_THAT(frozen.kept.mix(0).case_values(), ElementsAre(0, 1, 1));
  EXPECT_THAT(frozen.shown.warnings(), Contains("mind this"));
}

}  // namespace
}  // namespace plumbline::analytics
