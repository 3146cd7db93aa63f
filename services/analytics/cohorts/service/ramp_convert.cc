// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/service/ramp_convert.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "common/calendar/working_days.h"
#include "services/analytics/cohorts/service/convert.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using Kind = cohorts::RampMeasure::Kind;

constexpr double kDay = 86'400, kDaysOfMonth = 365.25 / 12;
constexpr int64_t kMostIntervals = 500, kMostGroups = 100;
constexpr int kMostShares = 20;
constexpr size_t kMostKeyBytes = 1'024;
// A curve of fewer says little.
constexpr int64_t kSmallGroup = 10;

absl::Status ReadMeasure(const v1::RampMeasure& measure, RampCommand* command) {
  cohorts::RampMeasure& asked = command->question.measure;
  if (!v1::RampMeasure::Kind_IsValid(measure.kind())) {
    return base::FieldError("measure.kind",
                            absl::StrCat("is ", int{measure.kind()},
                                         "; it must be 1 (REACHED), 2 (LATEST), 3 (SO_FAR) or 4 "
                                         "(IN_INTERVAL), or be left out"));
  }
  if (!v1::RampMeasure::Statistic_IsValid(measure.statistic())) {
    return base::FieldError("measure.statistic",
                            absl::StrCat("is ", int{measure.statistic()},
                                         "; it must be 1 (MEAN) or 2 (MEDIAN), or be left out"));
  }
  if (measure.kind() > v1::RampMeasure::KIND_REACHED)
    asked.kind = static_cast<Kind>(measure.kind() - 1);
  const bool reached = asked.kind == Kind::kReached;
  if (reached && !measure.attribute().empty()) {
    return base::FieldError("measure.attribute",
                            "has no meaning for shares of cases; leave it out, or ask for LATEST, "
                            "SO_FAR or IN_INTERVAL");
  }
  if (reached && measure.statistic() != 0)
    return base::FieldError("measure.statistic",
                            "has no meaning for shares of cases; leave it out");
  if (measure.attribute().size() > kMostKeyBytes) {
    return base::FieldError("measure.attribute",
                            absl::StrCat("must have at most ", kMostKeyBytes, " bytes"));
  }
  asked.key = measure.attribute();
  asked.median = measure.statistic() == v1::RampMeasure::STATISTIC_MEDIAN;
  command->activity = measure.activity();
  return absl::OkStatus();
}

// Seconds of a day in which work is done, and of any day.
struct Days {
  double working = kDay, mean = kDay;
};

// As a calendar has them in the year from `now` on.
absl::StatusOr<Days> ReadDays(const v1::GetRampCurvesRequest& request, absl::Time now,
                              cohorts::RampQuestion* question) {
  if (!request.has_business_time()) return Days();
  ASSIGN_OR_RETURN(const calendar::Calendar open,
                   ToCalendar("business_time", request.business_time()));
  ASSIGN_OR_RETURN(question->between, ToTimeBetween("business_time", request.business_time()));
  constexpr int kWholeWeeks = 52 * 7;
  const absl::CivilDay first = absl::ToCivilDay(now, open.zone());
  const Days days{
      absl::ToDoubleSeconds(calendar::MeanWorkingDay(open, first)),
      absl::ToDoubleSeconds(open.Between(absl::FromCivil(first, open.zone()),
                                         absl::FromCivil(first + kWholeWeeks, open.zone()))) /
          kWholeWeeks};
  if (days.working > 0) return days;
  return base::FieldError("business_time",
                          "is not open in the 52 weeks from now on, so that no interval has a "
                          "length; give a calendar that is open");
}

absl::Status ReadIntervals(const v1::GetRampCurvesRequest& request, const Days& lengths,
                           cohorts::RampQuestion* question) {
  ASSIGN_OR_RETURN(const std::optional<PeriodLength> period,
                   ToPeriodLength("interval", request.interval()));
  const PeriodLength length = period.value_or(PeriodLength::kWeek);
  const bool days = length == PeriodLength::kDay, weeks = length == PeriodLength::kWeek;
  question->interval = days    ? lengths.working
                       : weeks ? 7 * lengths.mean
                               : kDaysOfMonth * lengths.mean;
  ASSIGN_OR_RETURN(const int64_t intervals, NumberOr("intervals", request.intervals(),
                                                     days    ? 60
                                                     : weeks ? 26
                                                             : 24,
                                                     1, kMostIntervals));
  question->intervals = static_cast<size_t>(intervals);
  return absl::OkStatus();
}

absl::Status ReadTargets(const v1::GetRampCurvesRequest& request, cohorts::RampQuestion* question) {
  const bool reached = question->measure.kind == Kind::kReached;
  if (request.has_full()) {
    if (reached) {
      return base::FieldError("full",
                              "has no meaning for shares of cases, where all cases are; leave it "
                              "out");
    }
    if (!(std::isfinite(request.full()) && request.full() > 0))
      return base::FieldError("full", absl::StrCat("is ", request.full(), "; it must be above 0"));
    question->full = request.full();
  }
  if (request.target_shares_size() > kMostShares) {
    return base::FieldError("target_shares",
                            absl::StrCat("has ", request.target_shares_size(),
                                         " entries; it must have at most ", kMostShares));
  }
  if (request.target_shares().empty()) return absl::OkStatus();
  question->shares.clear();
  for (int i = 0; i < request.target_shares_size(); ++i) {
    const double share = request.target_shares(i);
    if (!(share > 0 && (share < 1 || (share == 1 && !reached)))) {
      return base::FieldError(absl::StrCat("target_shares[", i, "]"),
                              absl::StrCat("is ", share, "; it must be above 0 and ",
                                           reached ? "below 1" : "at most 1"));
    }
    question->shares.push_back(share);
  }
  return absl::OkStatus();
}

void ToProto(const cohorts::RampCurve& curve, double interval, v1::RampCurve* answer) {
  answer->set_title(curve.title);
  answer->set_case_count(curve.cases);
  answer->set_left_out_count(curve.left_out);
  for (size_t i = 0; i < curve.points.size(); ++i) {
    const cohorts::RampPoint& point = curve.points[i];
    v1::RampPoint* shown = answer->add_points();
    shown->set_interval(static_cast<int32_t>(i + 1));
    ToDuration(interval * static_cast<double>(i + 1), shown->mutable_time());
    shown->set_observed_count(point.observed);
    if (point.value.has_value()) shown->set_value(*point.value);
    if (point.lower.has_value()) shown->set_lower(*point.lower);
    if (point.upper.has_value()) shown->set_upper(*point.upper);
  }
  for (const cohorts::RampTarget& target : curve.targets) {
    v1::RampTarget* shown = answer->add_targets();
    shown->set_share(target.share);
    if (target.time.has_value()) ToDuration(*target.time, shown->mutable_time());
    if (target.lower.has_value()) ToDuration(*target.lower, shown->mutable_lower());
    if (target.upper.has_value()) ToDuration(*target.upper, shown->mutable_upper());
  }
}

void AddNotes(const cohorts::RampCurves& curves, v1::GetRampCurvesResponse* answer) {
  if (curves.curves.empty()) answer->add_notes("No case is left.");
  int64_t small = 0, ended_without = 0, left_out = 0;
  bool empty = !curves.curves.empty();
  for (const cohorts::RampCurve& curve : curves.curves) {
    small += curve.cases < kSmallGroup;
    ended_without += curve.ended_without;
    left_out += curve.left_out;
    empty &= curve.points.empty();
  }
  if (empty) {
    answer->add_notes(
        "No case was observed for a whole interval with something to show: take shorter ones, or "
        "look whether the attribute has numbers.");
  }
  if (small > 0) {
    answer->add_notes(absl::StrCat(base::Counted(small, "group has", "groups have"), " fewer than ",
                                   kSmallGroup, " cases: bands are wide, and curves jump."));
  }
  if (ended_without > 0) {
    answer->add_notes(absl::StrCat(
        base::Counted(ended_without, "case", "cases"),
        " ended without it. Such cases count as observed until their end, as if it could have "
        "happened later; where they cannot come to it any more, the share of all is less than the "
        "curve says."));
  }
  if (left_out > 0) {
    answer->add_notes(absl::StrCat(base::Counted(left_out, "case is", "cases are"),
                                   " left out: without the event that starts the clock."));
  }
}

}  // namespace

absl::StatusOr<RampCommand> ToCommand(const v1::GetRampCurvesRequest& request, absl::Time now) {
  RampCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  command.from_activity = request.from_activity();
  RETURN_IF_ERROR(ReadMeasure(request.measure(), &command));
  ASSIGN_OR_RETURN(command.question.grouping, ToGrouping(request.grouping()));
  ASSIGN_OR_RETURN(const Days days, ReadDays(request, now, &command.question));
  RETURN_IF_ERROR(ReadIntervals(request, days, &command.question));
  if (request.confidence() != 0) command.question.confidence = request.confidence();
  if (!(command.question.confidence > 0 && command.question.confidence < 1)) {
    return base::FieldError("confidence", absl::StrCat("is ", command.question.confidence,
                                                       "; it must lie between 0 and 1"));
  }
  RETURN_IF_ERROR(ReadTargets(request, &command.question));
  ASSIGN_OR_RETURN(const int64_t groups,
                   NumberOr("max_groups", request.max_groups(), 20, 1, kMostGroups));
  command.question.max_groups = static_cast<size_t>(groups);
  return command;
}

void ToProto(const RampCommand& command, const cohorts::RampCurves& curves,
             v1::GetRampCurvesResponse* answer) {
  for (const cohorts::RampCurve& curve : curves.curves)
    ToProto(curve, command.question.interval, answer->add_curves());
  ToDuration(command.question.interval, answer->mutable_interval_length());
  answer->set_omitted_group_count(curves.omitted_groups);
  answer->set_omitted_case_count(curves.omitted_cases);
  AddNotes(curves, answer);
}

}  // namespace plumbline::analytics
