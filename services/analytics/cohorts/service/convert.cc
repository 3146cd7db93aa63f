// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/service/convert.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using cohorts::Grouping;

constexpr int kMostSplits = 50;
constexpr int64_t kMostGroups = 100, kMostSteps = 1'000;
constexpr double kConfidence = 0.95;
constexpr size_t kMostKeyBytes = 1'024;
// A group of fewer says little.
constexpr int64_t kSmallGroup = 10;

absl::Status ToSplits(const v1::CohortGrouping::Splits& proto, Grouping* grouping) {
  if (proto.times_size() < 1 || proto.times_size() > kMostSplits) {
    return base::FieldError(
        "grouping.splits.times",
        absl::StrCat("has ", proto.times_size(), " entries; it must have 1 to ", kMostSplits));
  }
  for (int i = 0; i < proto.times_size(); ++i) {
    const std::string field = absl::StrCat("grouping.splits.times[", i, "]");
    ASSIGN_OR_RETURN(const int64_t micros, ToMicros(field, proto.times(i)));
    if (!grouping->splits.empty() && micros <= grouping->splits.back())
      return base::FieldError(field, "is not after the one before it");
    grouping->splits.push_back(micros);
  }
  return absl::OkStatus();
}

void ToProto(const statistics::QuantileEstimate& quantile, v1::CohortQuantile* answer) {
  if (quantile.time.has_value()) ToDuration(*quantile.time, answer->mutable_time());
  if (quantile.lower.has_value()) ToDuration(*quantile.lower, answer->mutable_lower());
  if (quantile.upper.has_value()) ToDuration(*quantile.upper, answer->mutable_upper());
}

void ToProto(const cohorts::CurvePoint& point, v1::CohortStep* answer) {
  ToDuration(point.step.time, answer->mutable_time());
  answer->set_at_risk_count(point.step.at_risk);
  answer->set_happened_count(point.step.happened);
  answer->set_share(1 - point.step.survival);
  if (!point.band.has_value()) return;
  answer->set_lower_share(1 - point.band->upper);
  answer->set_upper_share(1 - point.band->lower);
}

void ToProto(const cohorts::GroupSummary& group, double horizon, v1::CohortTimes* answer) {
  answer->set_title(group.title);
  answer->set_case_count(group.count);
  answer->set_happened_count(group.happened);
  answer->set_ended_without_count(group.ended_without);
  answer->set_left_out_count(group.without_from);
  ToProto(group.quartile, answer->mutable_first_quartile());
  ToProto(group.median, answer->mutable_median());
  ToProto(group.third_quartile, answer->mutable_third_quartile());
  if (horizon > 0) {
    ToDuration(group.restricted_mean.mean, answer->mutable_restricted_mean());
    ToDuration(group.restricted_mean.standard_error, answer->mutable_restricted_mean_error());
  }
  for (const cohorts::CurvePoint& point : group.curve) ToProto(point, answer->add_steps());
  if (!group.hazard.has_value()) return;
  v1::CohortHazard& hazard = *answer->mutable_hazard();
  hazard.set_ratio(group.hazard->ratio);
  hazard.set_lower(group.hazard->lower);
  hazard.set_upper(group.hazard->upper);
  hazard.set_p_value(group.hazard->p_value);
  hazard.set_adjusted_p_value(group.adjusted_p_value.value_or(group.hazard->p_value));
}

void ToProto(const std::optional<statistics::GroupTest>& test, v1::CohortTest* answer) {
  answer->set_chi_square(test->chi_square);
  answer->set_degrees_of_freedom(test->freedom);
  answer->set_p_value(test->p_value);
}

// Why groups are not compared.
std::string WhyNoTest(const cohorts::Comparison& comparison) {
  int64_t happened = 0;
  for (const cohorts::GroupSummary& group : comparison.groups) happened += group.happened;
  return absl::StrCat(
      "There is no test between the groups: ",
      happened == 0 ? "it happened to nobody."
                    : "whenever it happened, it happened to all that were still observed, or only "
                      "one group was.");
}

// What is absent of a group, and why.
void AddAbsences(const cohorts::Comparison& comparison, v1::CompareCohortsResponse* answer) {
  bool times = false, ends = false;
  for (const cohorts::GroupSummary& group : comparison.groups) {
    for (const auto* q : {&group.quartile, &group.median, &group.third_quartile}) {
      times |= !q->time.has_value();
      ends |= q->time.has_value() && (!q->lower.has_value() || !q->upper.has_value());
    }
  }
  if (times) {
    answer->add_notes(
        "Where the time of a quarter, a half or three quarters is not told, it had not happened to "
        "as many while they were observed.");
  }
  if (ends) {
    answer->add_notes(
        "Where an end of an interval is not told, the band of the curve does not come to that "
        "share "
        "in what was observed: it may lie anywhere beyond.");
  }
  if (comparison.horizon <= 0 && !comparison.groups.empty()) {
    answer->add_notes(
        "Restricted means are not told: there is no time for which all groups were observed; give "
        "a horizon.");
  }
}

void AddNotes(const cohorts::Comparison& comparison, v1::CompareCohortsResponse* answer) {
  if (comparison.groups.empty()) answer->add_notes("No case is left whose time could be observed.");
  int64_t small = 0, ended_without = 0;
  for (const cohorts::GroupSummary& group : comparison.groups) {
    small += group.happened < kSmallGroup;
    ended_without += group.ended_without;
  }
  if (comparison.groups.size() > 1 && !comparison.log_rank.has_value()) {
    answer->add_notes(WhyNoTest(comparison));
  }
  if (small > 0) {
    const bool one = comparison.groups.size() == 1;
    answer->add_notes(absl::StrCat(
        one ? "It" : absl::StrCat("In ", small, " of the groups it"), " happened fewer than ",
        kSmallGroup, " times: intervals are wide", one ? "." : ", and p-values are rough."));
  }
  if (ended_without > 0) {
    answer->add_notes(absl::StrCat(
        base::Counted(ended_without, "case", "cases"),
        " ended without it. Such cases count as observed until their end, as if it could have "
        "happened later; where they cannot come to it any more, leave them out by a filter and "
        "read the times as those of the others."));
  }
  if (comparison.groups.size() > 2)
    answer->add_notes(
        "Each hazard ratio is that of two groups alone: of the group and the reference.");
  AddAbsences(comparison, answer);
}

// Times of a split before or after all cases part nothing.
void NoteSplits(const cohorts::Comparison& comparison, const Grouping& grouping,
                v1::CompareCohortsResponse* answer) {
  if (grouping.by != Grouping::By::kSplits || comparison.groups.empty()) return;
  const auto made = static_cast<int64_t>(grouping.splits.size()) + 1;
  const auto found = static_cast<int64_t>(comparison.groups.size()) + comparison.omitted_groups;
  if (found >= made) return;
  answer->add_notes(absl::StrCat(
      made - found, " of the ", made, " groups that are asked for (`grouping.splits.times`) ",
      made - found == 1 ? "has" : "have", " no case, since none began then",
      found == 1 ? ": there is nothing to compare." : "."));
}

}  // namespace

absl::StatusOr<absl::TimeZone> ToZone(absl::string_view field, const std::string& name) {
  if (name.empty()) return absl::UTCTimeZone();
  return calendar::LoadZone(field, name);
}

absl::StatusOr<Grouping> ToGrouping(const v1::CohortGrouping& proto) {
  Grouping grouping;
  switch (proto.by_case()) {
    case v1::CohortGrouping::BY_NOT_SET:
      break;
    case v1::CohortGrouping::kAttribute:
      if (proto.attribute().empty() || proto.attribute().size() > kMostKeyBytes) {
        return base::FieldError("grouping.attribute",
                                absl::StrCat("must have 1 to ", kMostKeyBytes, " bytes"));
      }
      grouping.by = Grouping::By::kAttribute;
      grouping.key = proto.attribute();
      break;
    case v1::CohortGrouping::kStartPeriod: {
      grouping.by = Grouping::By::kStartPeriod;
      ASSIGN_OR_RETURN(
          const std::optional<PeriodLength> period,
          ToPeriodLength("grouping.start_period.period", proto.start_period().period()));
      grouping.period = period.value_or(PeriodLength::kMonth);
      ASSIGN_OR_RETURN(grouping.zone,
                       ToZone("grouping.start_period.time_zone", proto.start_period().time_zone()));
      break;
    }
    case v1::CohortGrouping::kSplits:
      grouping.by = Grouping::By::kSplits;
      RETURN_IF_ERROR(ToSplits(proto.splits(), &grouping));
      break;
    case v1::CohortGrouping::kResource:
      if (proto.resource()) grouping.by = Grouping::By::kResource;
      break;
  }
  return grouping;
}

absl::StatusOr<CohortsCommand> ToCommand(const v1::CompareCohortsRequest& request) {
  CohortsCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  command.from_activity = request.from_activity();
  command.until_activity = request.until_activity();
  ASSIGN_OR_RETURN(command.question.grouping, ToGrouping(request.grouping()));
  if (request.has_business_time()) {
    ASSIGN_OR_RETURN(command.question.between,
                     ToTimeBetween("business_time", request.business_time()));
  }
  cohorts::CompareOptions& options = command.options;
  options.confidence = request.confidence() == 0 ? kConfidence : request.confidence();
  if (!(options.confidence > 0 && options.confidence < 1)) {
    return base::FieldError(
        "confidence", absl::StrCat("is ", options.confidence, "; it must lie between 0 and 1"));
  }
  if (request.has_horizon()) {
    options.horizon = static_cast<double>(request.horizon().seconds()) +
                      static_cast<double>(request.horizon().nanos()) / 1e9;
  }
  if (!request.reference().empty()) options.reference = request.reference();
  ASSIGN_OR_RETURN(const int64_t groups,
                   NumberOr("max_groups", request.max_groups(), 20, 1, kMostGroups));
  ASSIGN_OR_RETURN(const int64_t steps,
                   NumberOr("max_steps", request.max_steps(), 100, 2, kMostSteps));
  options.max_groups = static_cast<size_t>(groups);
  options.max_steps = static_cast<size_t>(steps);
  return command;
}

void ToProto(const cohorts::Comparison& comparison, const cohorts::Grouping& grouping,
             v1::CompareCohortsResponse* answer) {
  for (const cohorts::GroupSummary& group : comparison.groups)
    ToProto(group, comparison.horizon, answer->add_groups());
  if (!comparison.groups.empty())
    answer->set_reference(comparison.groups[comparison.reference].title);
  ToDuration(comparison.horizon, answer->mutable_horizon());
  if (comparison.log_rank.has_value()) ToProto(comparison.log_rank, answer->mutable_log_rank());
  if (comparison.peto.has_value()) ToProto(comparison.peto, answer->mutable_peto());
  answer->set_omitted_group_count(comparison.omitted_groups);
  answer->set_omitted_case_count(comparison.omitted_cases);
  AddNotes(comparison, answer);
  NoteSplits(comparison, grouping, answer);
}

}  // namespace plumbline::analytics
