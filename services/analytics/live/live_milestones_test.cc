// SPDX-License-Identifier: Apache-2.0
//
// What is asked about an activity by its name, where that is a milestone: from sums that are kept
// as from the whole log.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/cohorts/observe.h"
#include "services/analytics/live/growing_log.h"
#include "services/analytics/live/live_cohorts.h"
#include "services/analytics/live/live_flow.h"
#include "services/analytics/live/live_measured.h"
#include "services/analytics/live/live_outcomes.h"

namespace plumbline::analytics {
namespace {

const std::vector<std::string> kCounting = {"complete"};

// Random rows, of which some are milestones, and some take them back.
std::vector<TestRow> WithMilestones(std::vector<TestRow> rows) {
  for (TestRow& row : rows) {
    if (row.transition == "submit" || row.transition == "resume") row.transition = "milestone";
    if (row.transition == "verify") row.transition = "milestone_withdrawn";
  }
  return rows;
}

std::string Dump(std::vector<cohorts::Group> groups) {
  std::string text;
  for (cohorts::Group& group : groups) {
    std::sort(group.observed.begin(), group.observed.end());
    absl::StrAppend(&text, "\n", group.title, " ", group.ended_without, " ", group.without_from,
                    ": ", absl::StrJoin(group.observed, " "));
  }
  return text;
}

Question CohortsQuestion(const std::string& from, const std::string& until) {
  return {
      [=] { return std::make_unique<LiveCohorts>(cohorts::Question{}, from, until, kCounting); },
      [](LiveSums& sums, const LiveWhole&) {
        return Dump(static_cast<LiveCohorts&>(sums).Answer().value());
      },
      [=](const std::shared_ptr<const LogSnapshot>& log) {
        cohorts::Question numbered;
        if (!from.empty()) numbered.from = *NumberOf("from", log->activities, from);
        numbered.until = *NumberOf("until", log->activities, until);
        return Dump(*cohorts::Observe(Traces(log, {.transitions = kCounting}), numbered, Go));
      }};
}

std::string Dump(const Measured& measured, const std::function<std::string(uint32_t)>& case_name) {
  std::string text = absl::StrCat(measured.open_cases);
  for (const MeasuredValue& value : measured.values)
    absl::StrAppend(&text, "\n", value.time, " ", case_name(value.case_number), " ", value.value);
  return text;
}

Question MeasureQuestion(MeasureKind kind) {
  MeasureSpec spec;
  spec.kind = kind;
  spec.activity = "step 1";
  return {[=] { return std::make_unique<LiveMeasured>(spec, kCounting); },
          [](LiveSums& sums, const LiveWhole& whole) {
            return Dump(static_cast<LiveMeasured&>(sums).Answer(whole),
                        [&](uint32_t c) { return std::string(whole.case_name(c)); });
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            const Traces traces(log, {.transitions = kCounting});
            const Variants variants(traces);
            const auto variants_of = [&]() -> const Variants& { return variants; };
            return Dump(*MeasureLog({*log, traces, variants_of}, kCounting, spec, Go),
                        [&](uint32_t c) { return std::string(log->cases[c]); });
          }};
}

Question OutcomesQuestion(objectives::MeasureKind kind, const std::string& activity) {
  objectives::Measure measure;
  measure.kind = kind;
  measure.activity = activity;
  measure.deadline = [](int64_t begin) { return begin + 900 * kMinute; };
  const auto dump = [](const objectives::Outcomes& outcomes) {
    const objectives::Series& series = outcomes.series;
    std::string text = absl::StrCat(outcomes.left_out, " ", absl::StrJoin(outcomes.notes, "; "));
    for (int64_t at = kBegin; at < kBegin + 30'000 * kMinute; at += 997 * kMinute) {
      const objectives::Tally tally = series.Count(at - 3'000 * kMinute, at);
      absl::StrAppend(&text, "\n", tally.count, " ", tally.bad, " ", series.Pending(at), " ",
                      series.Overdue(at));
    }
    return text;
  };
  return {
      [=] { return std::make_unique<LiveOutcomes>(measure, kCounting); },
      [=](LiveSums& sums, const LiveWhole& whole) {
        return dump(static_cast<LiveOutcomes&>(sums).Answer(whole));
      },
      [=](const std::shared_ptr<const LogSnapshot>& log) {
        const Traces traces(log, {.transitions = kCounting});
        const Variants variants(traces);
        const auto variants_of = [&]() -> const Variants& { return variants; };
        return dump(*objectives::ReadOutcomes({*log, traces, variants_of}, kCounting, measure, Go));
      }};
}

Question StagesQuestion() {
  const auto dump = [](const Flow& flow) {
    std::string text;
    for (const auto& stage : flow.stages)
      absl::StrAppend(&text, "\n", absl::StrJoin(stage.reached, " "));
    return text;
  };
  return {[] {
            return std::make_unique<LiveFlow>(
                FlowOptions(), std::vector<std::string>{"step 1", "step 2"}, kCounting);
          },
          [=](LiveSums& sums, const LiveWhole& whole) {
            std::vector<std::string> oldest;
            return dump(*static_cast<LiveFlow&>(sums).Answer(whole, &oldest, Go));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            FlowOptions options;
            for (const char* stage : {"step 1", "step 2"})
              options.stages.push_back(*NumberOf("stage", log->activities, stage));
            return dump(*MeasureFlow(*log, kCounting, options, Go));
          }};
}

TEST(LiveMilestones, AreFoundByNameAsInTheWholeLog) {
  const std::vector<Question> questions = {
      CohortsQuestion("", "step 1"),
      CohortsQuestion("step 0", "step 2"),
      MeasureQuestion(MeasureKind::kCasesWithActivity),
      MeasureQuestion(MeasureKind::kActivityCount),
      OutcomesQuestion(objectives::MeasureKind::kCaseTime, "step 1"),
      OutcomesQuestion(objectives::MeasureKind::kStepTime, "step 1"),
      StagesQuestion()};
  for (const unsigned seed : {0U, 2U, 3U, 4U, 6U, 7U, 8U, 10U}) {  // with transitions
    RandomLog log(seed);
    EventLogBuilder followed, anew;
    const auto append = [&](const std::vector<TestRow>& rows) {
      followed.Append(MakeBatch(rows));
      anew.Append(MakeBatch(rows));
    };
    append(WithMilestones(log.First()));
    ASSERT_FALSE(Milestones(*anew.Snapshot(), kCounting).empty());
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      LiveSnapshot snapshot = SnapshotOf(followed);
      snapshot.map_transitions = kCounting;
      live.push_back(LiveQuestion::Make(question.make(), std::move(snapshot), Go).value());
      live.back()->Follow();
    }
    for (int step = 0; step < 8; ++step) {
      append(WithMilestones(log.Rows(1 + log.Roll(40))));
      for (size_t i = 0; i < live.size(); ++i) {
        ASSERT_TRUE(live[i]->Update(followed));
        std::string kept;
        const auto answered = live[i]->Answer(
            followed,
            [&](LiveSums& sums, const LiveWhole& whole) {
              kept = questions[i].kept(sums, whole);
              return absl::OkStatus();
            },
            Go);
        ASSERT_TRUE(answered.ok() && *answered) << answered.status();
        ASSERT_EQ(kept, questions[i].cold(anew.Snapshot()))
            << "seed " << seed << " step " << step << " question " << i;
      }
      if (log.Roll(3) != 0) continue;
      followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
}

// Why nobody came is told by who reads the log.
TEST(LiveMilestones, AStageToWhichNoneHasComeIsLeftToTheLog) {
  EventLogBuilder builder;
  const auto write = [&](const char* activity, const char* transition) {
    builder.Append(MakeBatch(std::vector<TestRow>{{"a", activity, kBegin, transition}}));
  };
  write("step 1", "complete");
  write("step 2", "schedule");
  LiveSnapshot snapshot = SnapshotOf(builder);
  snapshot.map_transitions = kCounting;
  const auto live = LiveQuestion::Make(StagesQuestion().make(), std::move(snapshot), Go).value();
  live->Follow();
  const auto answers = [&] {
    const auto answered = live->Answer(
        builder, [](LiveSums&, const LiveWhole&) { return absl::OkStatus(); }, Go);
    EXPECT_TRUE(answered.ok()) << answered.status();
    return answered.ok() && *answered;
  };
  EXPECT_FALSE(answers());
  write("step 2", "complete");
  ASSERT_TRUE(live->Update(builder));
  EXPECT_TRUE(answers());
}

// Parts of a log add up, whether all events of a part count or not.
TEST(LiveMilestones, CasesOfOneEventMoreThatCountAddUpWithThoseThatDoNot) {
  const Question question = OutcomesQuestion(objectives::MeasureKind::kCaseTime, "certified");
  EventLogBuilder followed, anew;
  const auto append = [&](const std::vector<TestRow>& rows) {
    followed.Append(MakeBatch(rows));
    anew.Append(MakeBatch(rows));
  };
  append({{"c0", "draft", kBegin, "complete"}, {"c0", "certified", kBegin + kMinute, "comment"}});
  LiveSnapshot snapshot = SnapshotOf(followed);
  snapshot.map_transitions = kCounting;
  auto live = LiveQuestion::Make(question.make(), std::move(snapshot), Go).value();
  live->Follow();
  const auto notes = [&] {
    EXPECT_TRUE(live->Update(followed));
    std::string kept;
    const auto answered = live->Answer(
        followed,
        [&](LiveSums& sums, const LiveWhole& whole) {
          kept = question.kept(sums, whole);
          return absl::OkStatus();
        },
        Go);
    EXPECT_TRUE(answered.ok() && *answered) << answered.status();
    EXPECT_EQ(kept, question.cold(anew.Snapshot()));
    return kept.find("No event of 'certified' counts") != std::string::npos;
  };
  EXPECT_TRUE(notes());
  append({{"c1", "certified", kBegin + 2 * kMinute, "complete"}});  // a part of which all counts
  EXPECT_FALSE(notes());
  // Taken out with a case of which not all does.
  append({{"c0", "draft", kBegin + 3 * kMinute, "complete"},
          {"c1", "draft", kBegin + 3 * kMinute, "complete"}});
  EXPECT_FALSE(notes());
  append({{"c1", "draft", kBegin + 4 * kMinute, "complete"}});
  EXPECT_FALSE(notes());
}

}  // namespace
}  // namespace plumbline::analytics
