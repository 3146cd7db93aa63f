// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/service/convert.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/organization/service/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kMostEntries = 10'000, kMostSteps = 1'000, kMostCount = 1'000'000;
constexpr size_t kMostActivities = 100;  // of a change

// `otherwise` for 0; above 0, at most `most`.
absl::StatusOr<double> ToNumber(absl::string_view field, double value, double otherwise,
                                double most) {
  if (value == 0) return otherwise;
  if (value > 0 && value <= most) return value;
  return base::FieldError(field, absl::StrCat("is ", value, "; it must be above 0, at most ", most,
                                              ", or be left out"));
}

std::string NameOf(const LogSnapshot& log, uint32_t activity) {
  return activity == kCaseBegin || activity == kCaseEnd ? "" : log.activities[activity];
}

void ToProto(const LogSnapshot& log, const PairTimes& pair, const PairDeviations& deviations,
             v1::TemporalPair* answer) {
  answer->set_from(log.activities[pair.from]);
  answer->set_to(log.activities[pair.to]);
  answer->set_count(pair.count);
  answer->set_mean_seconds(pair.mean);
  if (pair.count > 1) answer->set_deviation_seconds(pair.standard_deviation);
  answer->set_min_seconds(pair.min);
  answer->set_max_seconds(pair.max);
  answer->set_checked_count(deviations.count);
  answer->set_early_count(deviations.early_count);
  answer->set_late_count(deviations.late_count);
  answer->set_case_count(deviations.case_count);
}

void ToProto(const LogSnapshot& log, const TemporalProfile& profile, const CaseDeviations& one,
             v1::TemporalDeviation* answer) {
  const PairTimes& pair = profile[one.worst_pair];
  answer->set_case_id(std::string(log.cases[one.case_number]));
  answer->set_deviation_count(one.deviation_count);
  answer->set_pair_count(one.pair_count);
  answer->set_from(log.activities[pair.from]);
  answer->set_to(log.activities[pair.to]);
  answer->set_seconds(one.worst_seconds);
  answer->set_mean_seconds(pair.mean);
  if (std::isfinite(one.worst_sigmas)) answer->set_sigmas(one.worst_sigmas);
}

void AddAbsent(const char* field, const char* reason, v1::GetTemporalProfileResponse* answer) {
  v1::AbsentFigure& absent = *answer->add_absent();
  absent.set_field(field);
  absent.set_reason(reason);
}

void AddAbsent(v1::GetTemporalProfileResponse* answer) {
  const auto& pairs = answer->pairs();
  const auto& cases = answer->cases();
  if (!std::all_of(pairs.begin(), pairs.end(),
                   [](const auto& pair) { return pair.has_deviation_seconds(); })) {
    AddAbsent("pairs.deviation_seconds", "one time of a pair does not say how its times vary",
              answer);
  }
  if (!std::all_of(cases.begin(), cases.end(), [](const auto& one) { return one.has_sigmas(); })) {
    AddAbsent("cases.sigmas",
              "the times that say what is usual are all the same, so that nothing measures how far "
              "out another is",
              answer);
  }
}

void AddActivities(const LogSnapshot& log, const NextSteps& steps, const Change& change,
                   v1::ProcessChange* answer) {
  for (size_t i = 0; i < std::min(change.activities.size(), kMostActivities); ++i) {
    const ActivityShift& shift = change.activities[i];
    v1::ActivityChange& shown = *answer->add_activities();
    const size_t first = steps.from_begin[shift.group];
    shown.set_activity(NameOf(log, steps.steps[first].from));
    shown.set_p_value(shift.p_corrected);
    shown.set_shift(shift.test.shift);
    shown.set_cramers_v(shift.test.cramers_v);
    shown.set_statistic(shift.test.statistic);
    shown.set_freedom(shift.test.freedom);
    int64_t before = 0, after = 0;
    for (size_t s = first; s < steps.from_begin[shift.group + 1]; ++s) {
      before += steps.steps[s].Count(change.begin, change.period);
      after += steps.steps[s].Count(change.period, change.end);
    }
    shown.set_before_count(before);
    shown.set_after_count(after);
  }
}

void ToProto(const LogSnapshot& log, const NextSteps& steps, const Change& change,
             int64_t max_steps, v1::ProcessChange* answer) {
  *answer->mutable_time() = ToTimestamp(steps.periods.bounds()[change.period]);
  *answer->mutable_before_start_time() = ToTimestamp(steps.periods.bounds()[change.begin]);
  *answer->mutable_after_end_time() = ToTimestamp(steps.periods.bounds()[change.end]);
  AddActivities(log, steps, change, answer);
  const auto size = static_cast<int64_t>(change.steps.size());
  for (int64_t i = 0; i < std::min(size, max_steps); ++i) {
    const StepShift& shift = change.steps[static_cast<size_t>(i)];
    v1::StepChange& shown = *answer->add_steps();
    shown.set_from(NameOf(log, steps.steps[shift.step].from));
    shown.set_to(NameOf(log, steps.steps[shift.step].to));
    shown.set_before_count(shift.before_count);
    shown.set_after_count(shift.after_count);
    shown.set_before_share(shift.before_share);
    shown.set_after_share(shift.after_share);
  }
  answer->set_omitted_step_count(std::max<int64_t>(0, size - max_steps));
}

}  // namespace

absl::StatusOr<ProfileCommand> ToCommand(const v1::GetTemporalProfileRequest& request) {
  ProfileCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  command.has_reference = request.has_reference();
  ASSIGN_OR_RETURN(command.reference, ToSelection("reference", request.reference()));
  ASSIGN_OR_RETURN(command.options.sigmas, ToNumber("sigmas", request.sigmas(), 3, 1'000));
  ASSIGN_OR_RETURN(command.options.least_count,
                   NumberOr("min_count", request.min_count(), 10, 2, kMostCount));
  ASSIGN_OR_RETURN(command.max_pairs,
                   NumberOr("max_pairs", request.max_pairs(), 100, 1, kMostEntries));
  ASSIGN_OR_RETURN(const int64_t cases,
                   NumberOr("max_cases", request.max_cases(), 100, 1, kMostEntries));
  command.options.most_cases = static_cast<size_t>(cases);
  return command;
}

absl::StatusOr<DriftCommand> ToCommand(const v1::FindDriftRequest& request) {
  DriftCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(command.steps.length, ToPeriodLength("period", request.period()));
  ASSIGN_OR_RETURN(command.steps.zone, calendar::LoadZone("time_zone", request.time_zone()));
  command.steps.include_edges = request.include_edges();
  ASSIGN_OR_RETURN(command.drift.alpha, ToNumber("max_p_value", request.max_p_value(), 0.01, 0.5));
  ASSIGN_OR_RETURN(command.drift.least_shift, ToNumber("min_shift", request.min_shift(), 0.05, 1));
  ASSIGN_OR_RETURN(command.max_steps,
                   NumberOr("max_steps", request.max_steps(), 10, 1, kMostSteps));
  return command;
}

void ToProto(const LogSnapshot& log, const TemporalProfile& profile, Deviations deviations,
             const ProfileCommand& command, v1::GetTemporalProfileResponse* answer) {
  for (const PairDeviations& pair : deviations.pairs) {
    answer->set_deviation_count(answer->deviation_count() + pair.count_of_deviations());
    answer->set_time_count(answer->time_count() + pair.count);
  }
  answer->set_time_count(answer->time_count() + deviations.unknown_count);
  answer->set_unknown_count(deviations.unknown_count);
  const auto order = [&](const PairDeviations& d) {
    return std::tuple(-d.case_count, -profile[d.pair].count, d.pair);
  };
  std::sort(deviations.pairs.begin(), deviations.pairs.end(),
            [&](const PairDeviations& a, const PairDeviations& b) { return order(a) < order(b); });
  const Omitted rest = KeepFirst(command.max_pairs, deviations.pairs,
                                 [&](const PairDeviations& d) { return profile[d.pair].count; });
  if (rest.count > 0) *answer->mutable_omitted_pairs() = ToProto(rest);
  for (const PairDeviations& pair : deviations.pairs) {
    ToProto(log, profile[pair.pair], pair, answer->add_pairs());
  }
  for (const CaseDeviations& one : deviations.cases) {
    ToProto(log, profile, one, answer->add_cases());
  }
  answer->set_deviating_case_count(deviations.case_count);
  AddAbsent(answer);
}

void ToProto(const LogSnapshot& log, const NextSteps& steps, const Drift& drift,
             const DriftCommand& command, v1::FindDriftResponse* answer) {
  answer->set_period(ToProto(steps.length));
  answer->set_period_count(static_cast<int64_t>(steps.period_count()));
  answer->set_test_count(drift.test_count);
  if (steps.period_count() == 0) return;
  *answer->mutable_start_time() = ToTimestamp(steps.first_time);
  *answer->mutable_end_time() = ToTimestamp(steps.last_time);
  for (const Change& change : drift.changes) {
    ToProto(log, steps, change, command.max_steps, answer->add_changes());
  }
}

}  // namespace plumbline::analytics
