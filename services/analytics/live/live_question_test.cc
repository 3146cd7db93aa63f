// SPDX-License-Identifier: Apache-2.0
//
// Random logs that grow, with late events and open cases: an answer from kept sums is that of the
// whole log, whether the sums were made before the log grew, while it did, or after.
#include "services/analytics/live/live_question.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/analytics/live/growing_log.h"
#include "services/analytics/live/live_defects.h"
#include "services/analytics/live/live_flow.h"
#include "services/analytics/live/live_measured.h"
#include "services/analytics/live/live_outcomes.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

using analytics::Dump;

std::string Dump(const Flow& flow, const std::vector<std::string>& names,
                 const std::function<std::string(uint32_t)>& case_name) {
  std::string text = absl::StrCat(flow.horizon.begin, " ", flow.horizon.end, " ", flow.case_count,
                                  " ", flow.open_count, " ", flow.progress.arrivals, " ",
                                  flow.progress.departures, " ", flow.progress.most, "\n");
  absl::StrAppend(&text, Dump(flow.mean_gap_seconds), Dump(flow.progress.average),
                  Dump(flow.little.difference), "\n");
  const LeadTimes& times = flow.times;
  absl::StrAppend(&text, Dump(times.lead), Dump(times.touch), Dump(times.wait), Dump(times.blocked),
                  Dump(times.planned), Dump(times.efficiency), Dump(times.median_efficiency),
                  times.without_starts, " ", Dump(times.median_with_open),
                  Dump(times.p85_with_open), "\n");
  absl::StrAppend(&text, Dump(flow.open.age), flow.open.above_median.value_or(-1), " ",
                  flow.open.above_p95.value_or(-1));
  for (const OpenCase& open : flow.open.oldest)
    absl::StrAppend(&text, " ", case_name(open.case_number), " ", Dump(open.age_seconds));
  for (const FlowPeriod& period : flow.progress.periods)
    absl::StrAppend(&text, "\nperiod ", period.begin, " ", period.cumulative_arrivals, " ",
                    period.open_at_end, " ", period.most, " ", Dump(period.average));
  for (const Stage& stage : flow.stages) {
    absl::StrAppend(&text, "\nstage ", names[stage.activity]);
    for (const int64_t count : stage.reached) absl::StrAppend(&text, " ", count);
  }
  for (const StepDelay& step : flow.steps)
    absl::StrAppend(&text, "\nstep ", names[step.activity], " ", step.count, " ", step.case_count,
                    Dump(step.waiting), Dump(step.blocked), Dump(step.share), step.open_count, " ",
                    Dump(step.open_delay_seconds));
  absl::StrAppend(&text, "\nunknown ", flow.unknown.case_count, " ", Dump(flow.unknown.seconds()));
  return text;
}

std::string Dump(const LogYield& yield, const std::vector<std::string>& names) {
  std::string text = absl::StrCat(yield.cases, " ", yield.right_cases, " ", yield.open_cases, " ",
                                  yield.opportunities, " ", yield.defects, " ", yield.units, " ");
  for (size_t i = 0; i < kDefectSourceCount; ++i)
    absl::StrAppend(&text, yield.counts.defects[i], "/", yield.counts.opportunities[i], " ");
  const HiddenFactory& hidden = yield.hidden;
  absl::StrAppend(&text, hidden.rework, " ", hidden.cases, " ", Dump(hidden.working_seconds),
                  Dump(hidden.waiting_seconds), Dump(hidden.blocked_seconds),
                  Dump(hidden.all_working_seconds), hidden.without_start, hidden.any_start);
  for (const StepOfYield& step : yield.steps) {
    absl::StrAppend(&text, "\n", names[step.activity], " ", step.cases, " ", step.right, " ",
                    step.rework, " ", step.rework_without_start, " ",
                    Dump(step.rework_working_seconds));
    for (size_t i = 0; i < kDefectSourceCount; ++i)
      absl::StrAppend(&text, step.counts.defects[i], "/", step.counts.opportunities[i], " ");
  }
  if (yield.rolled.has_value()) text += Dump(yield.rolled->rolled);
  if (yield.rates.has_value()) text += Dump(yield.rates->sigma_level);
  return text;
}

std::string Dump(const QualityPareto& pareto) {
  std::string text = absl::StrCat(pareto.total_count, " ", Dump(pareto.total_lost_seconds),
                                  pareto.open_count, " ", Dump(pareto.top_three_share));
  for (const QualityBar& bar : pareto.bars)
    absl::StrAppend(&text, "\n", bar.label, " ", bar.count, " ", Dump(bar.lost_seconds),
                    bar.case_count, " ", Dump(bar.cumulative_share), bar.cases.filter,
                    bar.cases.event_filter);
  return text;
}

std::string Dump(const Measured& measured, const std::function<std::string(uint32_t)>& case_name) {
  std::string text =
      absl::StrCat(measured.unit, " ", measured.open_cases, " ", measured.without_target, " ",
                   measured.open_late, " ", measured.first_time, " ", measured.last_time, " ",
                   measured.told_count.value_or(-1), absl::StrJoin(measured.notes, "; "));
  for (const MeasuredValue& value : measured.values)
    absl::StrAppend(&text, "\n", value.time, " ", case_name(value.case_number), " ",
                    Dump(value.value));
  std::vector<double> ages = measured.open_ages;
  std::sort(ages.begin(), ages.end());
  for (const double age : ages) text += Dump(age);
  return text;
}

Question FlowOf(FlowOptions options, std::vector<std::string> stages) {
  return {[=] { return std::make_unique<LiveFlow>(options, stages, std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            std::vector<std::string> oldest;
            const auto flow = static_cast<LiveFlow&>(sums).Answer(whole, &oldest, Go);
            EXPECT_TRUE(flow.ok()) << flow.status();
            return Dump(*flow, whole.names.activities, [&](uint32_t c) { return oldest[c]; });
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            FlowOptions numbered = options;
            for (const std::string& stage : stages)
              numbered.stages.push_back(*NumberOf("stage", log->activities, stage));
            const auto flow = MeasureFlow(*log, {}, numbered, Go);
            EXPECT_TRUE(flow.ok()) << flow.status();
            return Dump(*flow, log->activities,
                        [&](uint32_t c) { return std::string(log->cases[c]); });
          }};
}

Question YieldQuestion() {
  return {[] { return std::make_unique<LiveYield>(DefectOptions(), std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Dump(*static_cast<LiveYield&>(sums).Answer(whole, 0), whole.names.activities);
          },
          [](const std::shared_ptr<const LogSnapshot>& log) {
            return Dump(*MeasureYield(*log, {}, {}, 0, Go), log->activities);
          }};
}

Question ParetoQuestion(QualityParetoOptions options) {
  return {[=] { return std::make_unique<LivePareto>(options, std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Dump(*static_cast<LivePareto&>(sums).Answer(whole));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            return Dump(*MakeQualityPareto(*log, {}, options, Go));
          }};
}

Question MeasureQuestion(MeasureSpec spec) {
  return {[=] { return std::make_unique<LiveMeasured>(spec, std::vector<std::string>()); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Dump(static_cast<LiveMeasured&>(sums).Answer(whole),
                        [&](uint32_t c) { return std::string(whole.case_name(c)); });
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            const Traces traces(log, {});
            const Variants variants(traces);
            const auto variants_of = [&]() -> const Variants& { return variants; };
            return Dump(*MeasureLog({*log, traces, variants_of}, {}, spec, Go),
                        [&](uint32_t c) { return std::string(log->cases[c]); });
          }};
}

Question OutcomesQuestion(const objectives::Measure& measure) {
  const auto dump = [](const objectives::Outcomes& outcomes) {
    const objectives::Series& series = outcomes.series;
    std::string text = absl::StrCat(outcomes.left_out, " ", series.since(), " ",
                                    absl::StrJoin(outcomes.notes, "; "));
    for (int64_t at = kBegin - 6'000 * kMinute; at < kBegin + 60'000 * kMinute;
         at += 997 * kMinute) {
      const objectives::Tally tally = series.Count(at - 3'000 * kMinute, at);
      absl::StrAppend(&text, "\n", tally.count, " ", tally.bad, " ", series.Pending(at), " ",
                      series.Overdue(at), " ", series.Failed(at - 3'000 * kMinute, at));
    }
    return text;
  };
  return {[=] { return std::make_unique<LiveOutcomes>(measure, std::vector<std::string>()); },
          [=](LiveSums& sums, const LiveWhole& whole) {
            return dump(static_cast<LiveOutcomes&>(sums).Answer(whole));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            const Traces traces(log, {});
            const Variants variants(traces);
            const auto variants_of = [&]() -> const Variants& { return variants; };
            return dump(*objectives::ReadOutcomes({*log, traces, variants_of}, {}, measure, Go));
          }};
}

std::vector<Question> QuestionsOfObjectives() {
  using objectives::MeasureKind;
  std::vector<Question> questions;
  for (const char* activity : {"", "step 2", "no such step"}) {
    for (const bool timed : {false, true}) {
      objectives::Measure measure;
      measure.activity = activity;
      if (timed) measure.deadline = [](int64_t begin) { return begin + 500 * kMinute; };
      if (!timed && *activity != 0) measure.kind = MeasureKind::kStepTime;
      questions.push_back(OutcomesQuestion(measure));
    }
  }
  objectives::Measure between;
  between.from_activity = "step 1";
  between.activity = "step 3";
  between.deadline = [](int64_t begin) { return begin + 900 * kMinute; };
  questions.push_back(OutcomesQuestion(between));
  questions.push_back(OutcomesQuestion({.kind = MeasureKind::kDefect}));
  // Of which the log tells little, and nothing.
  for (const DefectSource source : {DefectSource::kWaived, DefectSource::kMissedTarget}) {
    objectives::Measure rare{.kind = MeasureKind::kDefect};
    rare.sources = {};
    rare.sources.Add(source);
    questions.push_back(OutcomesQuestion(rare));
  }
  for (const Selection& condition : OwnConditions()) {
    objectives::Measure measure;
    measure.kind = MeasureKind::kCondition;
    measure.condition = condition;
    EXPECT_TRUE(LiveOutcomes::Keeps(measure));
    questions.push_back(OutcomesQuestion(measure));
  }
  return questions;
}

std::vector<Question> Questions() {
  std::vector<Question> questions = {FlowOf({}, {}), YieldQuestion()};
  questions.push_back(FlowOf({.period = PeriodLength::kDay, .oldest = 3}, {"step 0", "step 1"}));
  // Half of the time counts, in whole microseconds.
  questions.push_back(FlowOf({.between = [](int64_t a, int64_t b) { return b / 2 - a / 2; }}, {}));
  for (const auto grouping :
       {QualityParetoOptions::Grouping::kCause, QualityParetoOptions::Grouping::kStep,
        QualityParetoOptions::Grouping::kAttribute}) {
    QualityParetoOptions options;
    options.grouping = grouping;
    if (grouping == QualityParetoOptions::Grouping::kAttribute) options.attribute = "region";
    questions.push_back(ParetoQuestion(options));
    options.subject = QualityParetoOptions::Subject::kDefects;
    questions.push_back(ParetoQuestion(options));
  }
  for (const MeasureKind kind :
       {MeasureKind::kCaseDuration, MeasureKind::kStepWaiting, MeasureKind::kStepWorking,
        MeasureKind::kCasesWithActivity, MeasureKind::kCasesWithDefect, MeasureKind::kCasesLate,
        MeasureKind::kDefectCount, MeasureKind::kActivityCount, MeasureKind::kArrivals,
        MeasureKind::kDepartures}) {
    MeasureSpec spec;
    spec.kind = kind;
    const bool of_step = kind == MeasureKind::kStepWaiting || kind == MeasureKind::kStepWorking ||
                         kind == MeasureKind::kCasesWithActivity ||
                         kind == MeasureKind::kActivityCount;
    if (of_step) spec.activity = "step 1";
    questions.push_back(MeasureQuestion(spec));
  }
  for (const Selection& condition : OwnConditions()) {
    MeasureSpec spec;
    spec.kind = MeasureKind::kCasesWithCondition;
    spec.condition = condition;
    EXPECT_TRUE(LiveMeasured::Keeps(spec));
    questions.push_back(MeasureQuestion(spec));
  }
  for (Question& question : QuestionsOfObjectives()) questions.push_back(std::move(question));
  return questions;
}

TEST(LiveQuestion, AnswersAreThoseOfTheWholeLog) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 24; ++seed) {
    Growing growing(seed);
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    for (int step = 0; step < 8; ++step) {
      growing.Append(growing.log.Rows(1 + growing.log.Roll(40)));
      for (size_t i = 0; i < live.size(); ++i) {
        // All at once, or some rows at a time.
        const auto most = static_cast<size_t>(step % 2 == 0 ? 1'000 : 1 + growing.log.Roll(9));
        do {
          ASSERT_TRUE(live[i]->Update(growing.followed, most));
        } while (live[i]->behind(growing.followed) > 0);
        ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
            << "seed " << seed << " step " << step << " question " << i;
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
}

TEST(LiveQuestion, WhatCameWhileItWasMadeIsCaughtUpWith) {
  const std::vector<Question> questions = Questions();
  for (unsigned seed = 0; seed < 12; ++seed) {
    Growing growing(seed);
    const LiveSnapshot first = SnapshotOf(growing.followed);
    growing.Append(growing.log.Rows(60));
    const LiveSnapshot second = SnapshotOf(growing.followed);
    growing.Append(growing.log.Rows(25));
    for (size_t i = 0; i < questions.size(); ++i) {
      auto made = LiveQuestion::Make(questions[i].make(), first, Go);
      ASSERT_TRUE(made.ok()) << made.status();
      ASSERT_TRUE(*(*made)->CatchUp(second, Go));
      (*made)->Follow();
      ASSERT_TRUE((*made)->Update(growing.followed));
      ASSERT_NO_FATAL_FAILURE(ExpectSame(**made, questions[i], growing))
          << "seed " << seed << " question " << i;
    }
  }
}

// A transition, a key, or the mark of an end that the log did not have may say something of every
// case: then all is made anew.
TEST(LiveQuestion, NewTextsAndTheFirstEndAreNotTakenIn) {
  for (const bool by_mark : {false, true}) {
    EventLogBuilder builder;
    builder.Append(MakeBatch(std::vector<TestRow>{
        {"a", "draft", kBegin, "complete", kNoTime, "", {{"case_finished", std::string("no")}}}}));
    auto made = LiveQuestion::Make(YieldQuestion().make(), SnapshotOf(builder), Go);
    ASSERT_TRUE(made.ok());
    (*made)->Follow();
    TestRow more{"a", "draft", kBegin + kMinute, "complete"};
    builder.Append(MakeBatch(std::vector<TestRow>{more}));
    EXPECT_TRUE((*made)->Update(builder));
    if (by_mark) {
      more.attributes.emplace_back("case_finished", true);
    } else {
      more.transition = "manualskip";
    }
    builder.Append(MakeBatch(std::vector<TestRow>{more}));
    EXPECT_FALSE((*made)->Update(builder));
  }
}

// Sums that take nothing once they are told so.
struct FailingSums : LiveSums {
  explicit FailingSums(const bool& told) : fails(told) {}
  absl::Status Change(const LiveCases&, int, KeepOn) override {
    return fails ? absl::InvalidArgumentError("no") : absl::OkStatus();
  }
  int64_t memory_bytes() const override { return 0; }
  int64_t answer_bytes() const override { return 0; }
  const bool& fails;
};

TEST(LiveQuestion, SumsThatFailToTakeWhatCameAreOfNoUse) {
  EventLogBuilder builder;
  const auto write = [&](const std::string& id) {
    builder.Append(MakeBatch(std::vector<TestRow>{
        {id, "draft", kBegin, "complete", kNoTime, "", {{"case_finished", true}}}}));
  };
  write("a");
  bool fails = false;
  auto made = LiveQuestion::Make(std::make_unique<FailingSums>(fails), SnapshotOf(builder), Go);
  ASSERT_TRUE(made.ok());
  (*made)->Follow();
  write("b");
  EXPECT_TRUE((*made)->Update(builder));
  fails = true;
  write("c");
  EXPECT_FALSE((*made)->Update(builder));
}

TEST(LiveQuestion, TextsTakeMemory) {
  constexpr int64_t kLong = 10'000;
  const bool fails = false;
  EventLogBuilder builder;
  builder.Append(MakeBatch(std::vector<TestRow>{{"a", std::string(kLong, 'x'), kBegin}}));
  auto made = LiveQuestion::Make(std::make_unique<FailingSums>(fails), SnapshotOf(builder), Go);
  ASSERT_TRUE(made.ok());
  (*made)->Follow();
  EXPECT_GE((*made)->memory_bytes(), 2 * kLong);
  builder.Append(MakeBatch(std::vector<TestRow>{{"b", std::string(kLong, 'y'), kBegin}}));
  EXPECT_TRUE((*made)->Update(builder));
  EXPECT_GE((*made)->memory_bytes(), 4 * kLong);
}

// Sums of so many bytes for each row that they hold.
struct LargeSums : LiveSums {
  LargeSums(int64_t bytes_of_a_row, int64_t* most) : of_a_row(bytes_of_a_row), most_rows(most) {}
  void Expect(size_t cases) override { expected = cases; }
  absl::Status Change(const LiveCases& cases, int sign, KeepOn) override {
    rows += sign * static_cast<int64_t>(cases.log->size());
    *most_rows = std::max(*most_rows, rows);
    return absl::OkStatus();
  }
  bool CanAnswer() const override { return can; }
  int64_t memory_bytes() const override { return rows * of_a_row; }
  int64_t answer_bytes() const override { return 0; }
  int64_t of_a_row, rows = 0;
  int64_t* most_rows;
  size_t expected = 0;
  bool can = true;
};

TEST(LiveQuestion, MakingItEndsWhenItTakesTooMuchRoom) {
  constexpr int kCases = 12'000, kEvents = 40;
  std::vector<TestRow> rows;
  for (int c = 0; c < kCases; ++c) {
    for (int i = 0; i < kEvents; ++i)
      rows.push_back({absl::StrCat("case ", c), "step", kBegin + i * kMinute});
  }
  EventLogBuilder builder;
  builder.Append(MakeBatch(rows));
  const LiveSnapshot snapshot = SnapshotOf(builder);
  int64_t most = 0;
  const auto make = [&](int64_t bytes_of_a_row) {
    return LiveQuestion::Make(std::make_unique<LargeSums>(bytes_of_a_row, &most), snapshot, Go,
                              50'000'000);
  };
  auto large = make(10'000);
  ASSERT_TRUE(large.ok());
  EXPECT_EQ(*large, nullptr);
  EXPECT_LT(most, kCases * kEvents / 2);  // long before the end
  auto in_the_end = make(110);
  ASSERT_TRUE(in_the_end.ok());
  EXPECT_EQ(*in_the_end, nullptr);
  auto small = make(100);
  ASSERT_TRUE(small.ok());
  EXPECT_NE(*small, nullptr);
}

TEST(LiveQuestion, SumsThatLostWhatTheAnswerNeedsDoNotAnswer) {
  EventLogBuilder builder;
  builder.Append(MakeBatch(std::vector<TestRow>{{"a", "step", kBegin}, {"b", "step", kBegin}}));
  int64_t most = 0;
  auto sums = std::make_unique<LargeSums>(1, &most);
  LargeSums& lost = *sums;
  auto made = LiveQuestion::Make(std::move(sums), SnapshotOf(builder), Go);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(lost.expected, 2u);
  (*made)->Follow();
  int asked = 0;
  const auto answer = [&](LiveSums&, const LiveWhole&) {
    ++asked;
    return absl::OkStatus();
  };
  EXPECT_TRUE(*(*made)->Answer(builder, answer, Go));
  lost.can = false;
  EXPECT_FALSE(*(*made)->Answer(builder, answer, Go));
  EXPECT_EQ(asked, 1);
}

TEST(LiveQuestion, MakingItEndsWhenNobodyWaitsForIt) {
  Growing growing(2);
  EXPECT_EQ(LiveQuestion::Make(YieldQuestion().make(), SnapshotOf(growing.followed),
                               [] { return absl::CancelledError("gone"); })
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace plumbline::analytics
