// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/case_answers.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using Step = v1::CaseStepForecast;

constexpr double kMicros = 1e6;
// Half of a 95 % interval, in standard errors.
constexpr double kOf95 = 1.959963984540054;
constexpr int kMostSteps = 1'000;
constexpr size_t kMostNamed = 5;
// Of fewer times a step is hardly known; of fewer cases nothing is said of the whole.
constexpr int64_t kFewTimes = 5, kFewCases = 20;
// A check that misses by more is told.
constexpr double kMissed = 0.1;

Step::Basis ToProto(forecast::Basis basis) {
  switch (basis) {
    case forecast::Basis::kObserved:
      return Step::BASIS_OBSERVED;
    case forecast::Basis::kAssumed:
      return Step::BASIS_ASSUMED;
    case forecast::Basis::kOthers:
      break;
  }
  return Step::BASIS_OTHER_STEPS;
}

void AddEstimate(const CaseForecast& forecast, size_t place, v1::ForecastCaseResponse* answer) {
  const forecast::TimeEstimate& within = forecast.result.within[place];
  v1::CaseEstimate* shown = answer->add_estimates();
  shown->set_confidence(within.confidence);
  ToDuration(within.value, shown->mutable_duration());
  ToDuration((within.high - within.low) / (2 * kOf95), shown->mutable_standard_error());
  ToDuration(within.low, shown->mutable_lower_duration());
  ToDuration(within.high, shown->mutable_upper_duration());
  const auto date = forecast.axis.Date(static_cast<int64_t>(std::llround(within.value * kMicros)));
  if (date.has_value()) *shown->mutable_finish_time() = ToTimestamp(*date);
  if (!forecast.whole.has_value()) return;
  const std::vector<double>& seen = forecast.history.durations;
  const auto past = std::upper_bound(seen.begin(), seen.end(), forecast.whole->within[place].value);
  shown->set_history_share(static_cast<double>(past - seen.begin()) /
                           static_cast<double>(seen.size()));
}

void AddStep(const CaseForecast& forecast, uint32_t label, const forecast::StepForecast* result,
             v1::ForecastCaseResponse* answer) {
  const forecast::StepFacts& facts = forecast.plan.facts(label);
  Step* shown = answer->add_steps();
  shown->set_activity(forecast.tree.labels()[label]);
  shown->set_basis(ToProto(facts.basis));
  shown->set_observed_count(facts.observed);
  shown->set_skipped_count(facts.skipped);
  if (facts.median.has_value()) ToDuration(*facts.median, shown->mutable_observed_median());
  shown->set_done_count(forecast.done[label]);
  if (forecast.pending[label].has_value())
    *shown->mutable_pending_time() = ToTimestamp(*forecast.pending[label]);
  if (result == nullptr) return;
  shown->set_beyond_experience(result->beyond_experience && result->share > 0);
  shown->set_share(result->share);
  if (result->share > 0) {
    ToDuration(result->mean_time, shown->mutable_mean_duration());
    ToDuration(result->mean_end, shown->mutable_mean_end());
  }
  shown->set_criticality(result->criticality);
  ToDuration(result->mean_on_path, shown->mutable_mean_on_path());
}

// "'A', 'B' and 3 more".
std::string Named(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMostNamed);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
  std::string text = absl::StrCat("'", absl::StrJoin(names.begin(), end, "', '"), "'");
  if (names.size() > shown) absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

void AddStepNotes(v1::ForecastCaseResponse* answer) {
  std::vector<std::string> unknown, few, beyond;
  for (const Step& step : answer->steps()) {
    if (step.share() == 0) continue;
    if (step.basis() == Step::BASIS_OTHER_STEPS) unknown.push_back(step.activity());
    if (step.basis() == Step::BASIS_OBSERVED && step.observed_count() < kFewTimes)
      few.push_back(step.activity());
    if (step.beyond_experience()) beyond.push_back(step.activity());
  }
  if (!unknown.empty()) {
    answer->add_notes(absl::StrCat("Never done in the history: ", Named(unknown),
                                   ". Taken to last as long as any step did; say how long "
                                   "(`assumptions`) for a better forecast."));
  }
  if (!few.empty()) {
    answer->add_notes(absl::StrCat("Done fewer than ", kFewTimes, " times in the history: ",
                                   Named(few), ". Their times are those few."));
  }
  if (!beyond.empty()) {
    answer->add_notes(absl::StrCat("Pending for longer than ever seen: ", Named(beyond),
                                   ". Nothing is known of how much longer; taken to begin anew."));
  }
}

// The first confidence that the history misses. Where many cases take equally long, a quantile has
// more than its share: it is missed only where the share below it is too much, or that up to it too
// little.
void AddCheckNote(const CaseForecast& forecast, v1::ForecastCaseResponse* answer) {
  if (!forecast.whole.has_value()) return;
  const std::vector<double>& seen = forecast.history.durations;
  for (const forecast::TimeEstimate& within : forecast.whole->within) {
    const auto share = [&](auto end) {
      return static_cast<double>(end - seen.begin()) / static_cast<double>(seen.size());
    };
    const double below = share(std::lower_bound(seen.begin(), seen.end(), within.value));
    const double up_to = share(std::upper_bound(seen.begin(), seen.end(), within.value));
    if (below - kMissed <= within.confidence && within.confidence <= up_to + kMissed) continue;
    answer->add_notes(absl::StrFormat(
        "Held against the history, %.0f %% is %.0f %%: times of steps depend on each other, or "
        "change. Take the forecast with care.",
        100 * within.confidence, 100 * up_to));
    return;
  }
}

void AddHistoryNotes(const CaseForecast& forecast, v1::ForecastCaseResponse* answer) {
  const forecast::CaseHistory& history = forecast.history;
  const int64_t cases = history.case_count();
  if (cases < kFewCases) {
    answer->add_notes(absl::StrCat("The history has ", cases, cases == 1 ? " case" : " cases",
                                   ", too few to check the forecast against them."));
  }
  if (history.unfinished_cases > cases) {
    answer->add_notes(absl::StrCat(
        history.unfinished_cases, " cases ended without all that the process demands, ", cases,
        " with it: only these count. Check whether the process is the right one "
        "(CheckConformance)."));
  }
  // Where there are more cases than the history takes, nothing is known of how many ended.
  if (history.open_cases > cases &&
      cases + history.unfinished_cases < static_cast<int64_t>(forecast.command.history_cases)) {
    answer->add_notes(absl::StrCat("More cases are under way (", history.open_cases,
                                   ") than ended (", cases,
                                   "): those that ended so far are rather the fast ones."));
  }
  if (forecast.plan.unseen_choices() > 0) {
    answer->add_notes(absl::StrCat("The history never came to ", forecast.plan.unseen_choices(),
                                   " of the choices; their branches count as equally likely."));
  }
  AddCheckNote(forecast, answer);
}

}  // namespace

void ToProto(const CaseForecast& forecast, v1::ForecastCaseResponse* answer) {
  *answer->mutable_as_of_time() = ToTimestamp(forecast.axis.now());
  *answer->mutable_start_time() = ToTimestamp(forecast.begin);
  ToDuration(forecast.result.mean, answer->mutable_mean());
  ToDuration(forecast.result.mean_error, answer->mutable_mean_error());
  for (size_t i = 0; i < forecast.result.within.size(); ++i) AddEstimate(forecast, i, answer);
  const int64_t runs = forecast.command.options.runs;
  if (!forecast.result.done_within.empty()) {
    const double share = forecast.result.done_within[0];
    answer->set_done_share(share);
    answer->set_done_share_error(std::sqrt(share * (1 - share) / static_cast<double>(runs)));
  }
  std::vector<const forecast::StepForecast*> results(forecast.tree.label_count());
  for (const forecast::StepForecast& step : forecast.result.steps)
    results[static_cast<size_t>(step.group)] = &step;
  for (uint32_t label = 0; label < forecast.tree.label_count(); ++label) {
    if (answer->steps_size() == kMostSteps) break;
    AddStep(forecast, label, results[label], answer);
  }
  const forecast::CaseHistory& history = forecast.history;
  v1::CaseForecastHistory& shown = *answer->mutable_history();
  shown.set_case_count(history.case_count());
  shown.set_unfinished_case_count(history.unfinished_cases);
  shown.set_open_case_count(history.open_cases);
  shown.set_older_case_count(history.older_cases);
  shown.set_extra_step_count(history.extra_steps);
  shown.set_unknown_step_count(history.unknown_steps);
  answer->set_runs(runs);
  AddStepNotes(answer);
  AddHistoryNotes(forecast, answer);
}

}  // namespace plumbline::analytics
