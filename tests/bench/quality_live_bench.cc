// SPDX-License-Identifier: Apache-2.0
//
// Six Sigma of a log of ten million events that grows: answers from sums that are kept.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/charting/log_capability.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/live/live_bottlenecks.h"
#include "services/analytics/live/live_causes.h"
#include "services/analytics/live/live_defects.h"
#include "services/analytics/live/live_flow.h"
#include "services/analytics/live/live_measured.h"
#include "services/analytics/live/live_outcomes.h"
#include "services/analytics/live/live_question.h"
#include "services/analytics/live/live_review.h"
#include "tests/bench/quality_bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;  // NOLINT: all of it is about one room of the house

constexpr int kBatch = 10'000, kBatches = 9;

absl::Status GoOn() { return absl::OkStatus(); }

using Asked = LiveAsked;

Asked Chart(const char* name, MeasureKind kind, GroupKind group) {
  MeasureSpec measure;
  measure.kind = kind;
  if (kind == MeasureKind::kStepWaiting) measure.activity = "step 5";
  return {name, std::make_unique<LiveMeasured>(measure, std::vector<std::string>()),
          [group](LiveSums& sums, const LiveWhole& whole) {
            ChartSpec spec;
            spec.grouping.kind = group;
            return MakeChart(static_cast<LiveMeasured&>(sums).Answer(whole), spec, {}).status();
          }};
}

Asked Causes(const char* name, const causes::OutcomeSpec& outcome) {
  return {name,
          std::make_unique<LiveCauses>(outcome, causes::CauseOptions(), std::vector<std::string>()),
          [](LiveSums& sums, const LiveWhole& whole) {
            return static_cast<LiveCauses&>(sums).Answer(whole, GoOn).status();
          }};
}

std::vector<Asked> Questions() {
  std::vector<Asked> asked;
  asked.push_back({"flow",
                   std::make_unique<LiveFlow>(FlowOptions(), std::vector<std::string>(),
                                              std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     std::vector<std::string> oldest;
                     return static_cast<LiveFlow&>(sums).Answer(whole, &oldest, GoOn).status();
                   }});
  asked.push_back({"yield",
                   std::make_unique<LiveYield>(DefectOptions(), std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return static_cast<LiveYield&>(sums).Answer(whole, 0).status();
                   }});
  asked.push_back(Chart("chart_durations", MeasureKind::kCaseDuration, GroupKind::kDay));
  asked.push_back(Chart("chart_waiting", MeasureKind::kStepWaiting, GroupKind::kDay));
  asked.push_back(Chart("chart_defects", MeasureKind::kCasesWithDefect, GroupKind::kWeek));
  asked.push_back({"capability",
                   std::make_unique<LiveMeasured>(MeasureSpec(), std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return MeasureCapability(static_cast<LiveMeasured&>(sums).Answer(whole),
                                              {.upper = 400'000})
                         .status();
                   }});
  QualityParetoOptions pareto;
  pareto.subject = QualityParetoOptions::Subject::kDefects;
  asked.push_back({"pareto", std::make_unique<LivePareto>(pareto, std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return static_cast<LivePareto&>(sums).Answer(whole).status();
                   }});
  asked.push_back({"bottlenecks",
                   std::make_unique<LiveBottlenecks>(bottlenecks::BottleneckOptions(),
                                                     std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return static_cast<LiveBottlenecks&>(sums).Answer(whole, GoOn).status();
                   }});
  asked.push_back(Causes("causes", causes::OutcomeSpec()));
  asked.push_back(
      {"review", std::make_unique<LiveReview>(review::ReviewOptions(), std::vector<std::string>()),
       [](LiveSums& sums, const LiveWhole& whole) {
         return static_cast<LiveReview&>(sums).Answer(whole, GoOn).status();
       }});
  objectives::Measure promise;
  promise.activity = "step 9";
  promise.deadline = [](int64_t begin) { return begin + int64_t{400'000} * 1'000'000; };
  asked.push_back({"budget_case",
                   std::make_unique<LiveOutcomes>(promise, std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     const auto outcomes = static_cast<LiveOutcomes&>(sums).Answer(whole);
                     return outcomes.series.empty() ? absl::InternalError("there are no outcomes")
                                                    : absl::OkStatus();
                   }});
  return asked;
}

// Milliseconds of one answer, with what came taken in.
absl::StatusOr<double> Ask(const Asked& asked, EventLogBuilder& builder, LiveQuestion& question) {
  const Stopwatch watch;
  if (!question.Update(builder)) return absl::InternalError("the sums do not hold");
  ASSIGN_OR_RETURN(const bool answered, question.Answer(builder, asked.answer, GoOn));
  if (!answered) return absl::InternalError("nothing was kept");
  return 1'000 * watch.Seconds();
}

}  // namespace

absl::Status LiveQuestions(int events, EventLogBuilder& builder, std::vector<Figure>* figures) {
  std::vector<Asked> asked = Questions();
  ASSIGN_OR_RETURN(const causes::OutcomeSpec condition, SlowWithStep());
  asked.push_back(Causes("causes_condition", condition));
  return AskGrowing(std::move(asked), Quotes, events, builder, figures);
}

absl::Status AskGrowing(std::vector<LiveAsked> asked,
                        absl::FunctionRef<EventBatch(int first, int events)> events_of, int events,
                        EventLogBuilder& builder, std::vector<Figure>* figures) {
  const LiveSnapshot snapshot{builder.Snapshot(),
                              {},
                              builder.ActivityNumbers(),
                              builder.CaseNumbers(),
                              builder.ActivitiesFrom(0)};
  std::vector<std::unique_ptr<LiveQuestion>> questions;
  for (Asked& one : asked) {
    const Stopwatch watch;
    ASSIGN_OR_RETURN(std::unique_ptr<LiveQuestion> made,
                     LiveQuestion::Make(std::move(one.sums), snapshot, GoOn));
    figures->push_back({absl::StrCat("quality.", one.name, "_make_10m"), watch.Seconds(), "s"});
    made->Follow();
    questions.push_back(std::move(made));
  }
  std::vector<std::vector<double>> times(asked.size());
  for (int b = 0; b < kBatches; ++b) {
    // New cases, and once more the events of old ones: late, and what they repeat.
    builder.Append(events_of(events + b * kBatch / 2, kBatch / 2));
    builder.Append(events_of(b * 1'000'000, kBatch / 2));
    for (size_t i = 0; i < asked.size(); ++i) {
      ASSIGN_OR_RETURN(const double milliseconds, Ask(asked[i], builder, *questions[i]));
      times[i].push_back(milliseconds);
    }
  }
  for (size_t i = 0; i < asked.size(); ++i) {
    const std::string name = absl::StrCat("quality.", asked[i].name, "_live_10m");
    figures->push_back({name, Median(times[i]), "ms"});
    figures->push_back(
        {absl::StrCat(name, "_max"), *std::max_element(times[i].begin(), times[i].end()), "ms"});
    figures->push_back({absl::StrCat("quality.", asked[i].name, "_live_10m_memory"),
                        static_cast<double>(questions[i]->memory_bytes()) / (1 << 20), "MB"});
  }
  return absl::OkStatus();
}

}  // namespace plumbline::bench
