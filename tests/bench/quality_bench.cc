// SPDX-License-Identifier: Apache-2.0
//
// Six Sigma of a log of ten million events, cold: from its columns to the answer.
#include "tests/bench/quality_bench.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "common/statistics/survival.h"
#include "services/analytics/bottlenecks/bottlenecks.h"
#include "services/analytics/causes/causes.h"
#include "services/analytics/charting/log_capability.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/defects/log_yield.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/flow/flow.h"
#include "services/analytics/objectives/budget.h"
#include "services/analytics/objectives/outcomes.h"
#include "services/analytics/report/report.h"
#include "services/analytics/review/review.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;  // NOLINT: all of it is about one room of the house

constexpr int64_t kSecond = 1'000'000;

// Of the row that comes next.
void AddAttributes(int c, const std::vector<uint32_t>& keys, EventBatch* batch) {
  const auto row = static_cast<uint32_t>(batch->size());
  batch->attributes.push_back({row, keys[0], int64_t{c} * 7919 % 100'000});
  batch->attributes.push_back({row, keys[1], absl::StrCat("manager ", c * 31 % 40)});
  batch->attributes.push_back({row, keys[2], absl::StrCat("region ", c * 31 % 40 / 8)});
}

constexpr int kEvents = 10'000'000;

absl::Status GoOn() { return absl::OkStatus(); }

absl::StatusOr<size_t> ChartOf(const LogParts& parts, MeasureKind kind, GroupKind group) {
  MeasureSpec measure;
  measure.kind = kind;
  if (kind == MeasureKind::kStepWaiting) measure.activity = "step 5";
  ASSIGN_OR_RETURN(const Measured measured, MeasureLog(parts, {}, measure, GoOn));
  ChartSpec spec;
  spec.grouping.kind = group;
  ASSIGN_OR_RETURN(const LogChart chart, MakeChart(measured, spec, {}));
  return chart.points.size();
}

objectives::Measure Promise(objectives::MeasureKind kind) {
  objectives::Measure measure;
  measure.kind = kind;
  measure.activity = kind == objectives::MeasureKind::kStepTime ? "step 5" : "step 9";
  measure.deadline = [](int64_t begin) { return begin + 400'000 * kSecond; };
  return measure;
}

objectives::Budget BudgetOf(const objectives::Series& series, int64_t at) {
  objectives::Terms terms;
  terms.goal = 0.9;
  terms.period = int64_t{90} * 86'400 * kSecond;
  terms.rules = objectives::ProcessRules(terms.goal, terms.period);
  terms.policy = objectives::DefaultPolicy();
  return objectives::Evaluate(series, terms, at);
}

// Budgets of the whole log; and a history of a thousand instants from outcomes that are known.
template <class MeasureTime>
absl::Status Budgets(const LogParts& parts, MeasureTime&& measure) {
  using objectives::MeasureKind;
  const int64_t at = parts.log.LastTime();
  objectives::Series series;
  for (const MeasureKind kind : {MeasureKind::kStepTime, MeasureKind::kCaseTime}) {
    const char* name = kind == MeasureKind::kStepTime ? "budget_step" : "budget_case";
    RETURN_IF_ERROR(measure(name, [&]() -> absl::StatusOr<objectives::Budget> {
      ASSIGN_OR_RETURN(objectives::Outcomes outcomes,
                       objectives::ReadOutcomes(parts, {}, Promise(kind), GoOn));
      series = std::move(outcomes.series);
      return BudgetOf(series, at);
    }));
  }
  return measure("budget_history_live", [&]() -> absl::StatusOr<int64_t> {
    int64_t bad = 0;
    for (int i = 0; i < 1'000; ++i) bad += BudgetOf(series, at - i * 86'400 * kSecond).tally.bad;
    return bad;
  });
}

// A million subjects, three in ten censored; the curve, and its median with an interval.
absl::StatusOr<Figure> Survival() {
  statistics::Generator random(11);
  std::vector<statistics::Observation> subjects;
  for (int i = 0; i < 1'000'000; ++i)
    subjects.push_back({86'400 * random.Exponential(), random.Fraction() < 0.7});
  const Stopwatch watch;
  const std::vector<statistics::SurvivalStep> curve = statistics::KaplanMeier(subjects);
  const bool known = statistics::EstimateQuantile(curve, 0.5).time.has_value();
  if (!known) return absl::InternalError("there is no median");
  return Figure{"quality.kaplan_meier_1m", 1'000 * watch.Seconds(), "ms"};
}

}  // namespace

EventBatch Quotes(int first, int events) {
  EventBatch batch;
  std::vector<uint32_t> keys;
  for (const char* key : {"amount", "manager", "region"})
    keys.push_back(batch.attribute_keys.Intern(key));
  std::vector<uint32_t> activities;
  for (int a = 0; a < kEventsOfACase; ++a)
    activities.push_back(batch.activities.Intern(absl::StrCat("step ", a)));
  for (int i = first; i < first + events; ++i) {
    const int c = i / kEventsOfACase, place = i % kEventsOfACase;
    const bool repeat = c % 3 == 0 && place == 9;
    if (place == 0) AddAttributes(c, keys, &batch);
    batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case ", 1'000'000 + c)));
    batch.activity.push_back(activities[static_cast<size_t>(repeat ? c % 9 : place)]);
    batch.resource.push_back(kNoText);
    batch.transition.push_back(kNoText);
    // Waits of four to eleven hours, in no order.
    const int64_t wait = 4 * 3600 + (i * int64_t{7919}) % (7 * 3600);
    batch.time.push_back((1'600'000'000 + c * int64_t{95} + place * int64_t{40'000} + wait) *
                         kSecond);
    batch.start.push_back(batch.time.back() - 3600 * kSecond);
  }
  return batch;
}

absl::StatusOr<causes::OutcomeSpec> SlowWithStep() {
  causes::OutcomeSpec outcome;
  outcome.kind = causes::OutcomeSpec::Kind::kCondition;
  outcome.condition_text = "duration > 105h AND activities:\"step 3\"";
  ASSIGN_OR_RETURN(outcome.condition, Selection::Compile("c", {.filter = outcome.condition_text}));
  return outcome;
}

absl::StatusOr<std::vector<Figure>> Quality() {
  EventLogBuilder builder;
  builder.Append(Quotes(0, kEvents));
  const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
  const Traces traces(log, {});
  std::optional<Variants> variants;  // asked for by root causes only
  const auto variants_of = [&]() -> const Variants& {
    if (!variants.has_value()) variants.emplace(traces);
    return *variants;
  };
  const LogParts parts{*log, traces, variants_of};
  std::vector<Figure> figures;
  const auto measure = [&](const char* name, auto&& run) -> absl::Status {
    const Stopwatch watch;
    RETURN_IF_ERROR(run().status());
    figures.push_back({absl::StrCat("quality.", name, "_10m"), watch.Seconds(), "s"});
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(measure("flow", [&] { return MeasureFlow(*log, {}, {}, GoOn); }));
  RETURN_IF_ERROR(measure("yield", [&] { return MeasureYield(*log, {}, {}, 0, GoOn); }));
  RETURN_IF_ERROR(measure("chart_durations", [&] {
    return ChartOf(parts, MeasureKind::kCaseDuration, GroupKind::kDay);
  }));
  RETURN_IF_ERROR(measure(
      "chart_waiting", [&] { return ChartOf(parts, MeasureKind::kStepWaiting, GroupKind::kDay); }));
  RETURN_IF_ERROR(measure("chart_defects", [&] {
    return ChartOf(parts, MeasureKind::kCasesWithDefect, GroupKind::kWeek);
  }));
  RETURN_IF_ERROR(measure("capability", [&]() -> absl::StatusOr<LogCapability> {
    ASSIGN_OR_RETURN(const Measured measured, MeasureLog(parts, {}, {}, GoOn));
    return MeasureCapability(measured, {.upper = 400'000});
  }));
  QualityParetoOptions pareto;
  pareto.subject = QualityParetoOptions::Subject::kDefects;
  RETURN_IF_ERROR(measure("pareto", [&] { return MakeQualityPareto(*log, {}, pareto, GoOn); }));
  RETURN_IF_ERROR(measure("causes", [&] { return causes::Analyze(parts, {}, {}, {}, GoOn); }));
  ASSIGN_OR_RETURN(const causes::OutcomeSpec condition, SlowWithStep());
  RETURN_IF_ERROR(
      measure("causes_condition", [&] { return causes::Analyze(parts, {}, condition, {}, GoOn); }));
  RETURN_IF_ERROR(measure("bottlenecks", [&] { return bottlenecks::Rank(*log, {}, {}, GoOn); }));
  // The page for the person in charge, and with it all that GetReport computes.
  RETURN_IF_ERROR(measure("review", [&] { return review::MakeReview(*log, {}, {}, GoOn); }));
  RETURN_IF_ERROR(measure("report", [&]() -> absl::StatusOr<review::Review> {
    RETURN_IF_ERROR(MakeReport(log, {}, GoOn).status());
    return review::MakeReview(*log, {}, {}, GoOn);
  }));
  RETURN_IF_ERROR(Budgets(parts, measure));
  RETURN_IF_ERROR(LiveQuestions(kEvents, builder, &figures));
  ASSIGN_OR_RETURN(Figure survival, Survival());
  figures.push_back(std::move(survival));
  return figures;
}

}  // namespace plumbline::bench
