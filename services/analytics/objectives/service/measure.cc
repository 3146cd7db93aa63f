// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/measure.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "services/analytics/quality/service/fields.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using objectives::DeadlineOf;
using objectives::MeasureKind;
using Proto = v1::ObjectiveMeasure;

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kMostSeconds = int64_t{1'000} * 366 * 86'400;
constexpr int kMostWorkingDays = 1'000;

int64_t ToMicros(absl::Time time) {
  return time == absl::InfiniteFuture() ? INT64_MAX : absl::ToUnixMicros(time);
}

absl::StatusOr<DeadlineOf> BusinessDeadline(const std::string& path, const Proto& proto,
                                            int64_t target) {
  ASSIGN_OR_RETURN(const calendar::Calendar open,
                   ToCalendar(absl::StrCat(path, ".business_time"), proto.business_time()));
  if (target % kMinute != 0) {
    return base::FieldError(absl::StrCat(path, ".target"),
                            "is no whole number of minutes; in business time it must be");
  }
  return DeadlineOf([open, days = int64_t{proto.target_working_days()},
                     minutes = target / kMinute](int64_t begin) {
    return ToMicros(open.Add(absl::FromUnixMicros(begin), days, minutes));
  });
}

// Empty where the log says it.
absl::StatusOr<DeadlineOf> ToDeadline(const std::string& path, const Proto& proto) {
  const bool has_days = proto.target_working_days() != 0;
  if (has_days && proto.has_target()) {
    return base::FieldError(absl::StrCat(path, ".target_working_days"),
                            "is one of two ways to say it; give it or target, not both");
  }
  const std::string days = absl::StrCat(path, ".target_working_days");
  if (has_days && !proto.has_business_time()) {
    return base::FieldError(days,
                            "is in working days, but there is no business_time that says which "
                            "those are");
  }
  if (proto.target_working_days() < 0 || proto.target_working_days() > kMostWorkingDays) {
    return base::FieldError(
        days, absl::StrCat("is ", proto.target_working_days(), "; give 1 to ", kMostWorkingDays));
  }
  int64_t target = 0;
  if (proto.has_target()) {
    ASSIGN_OR_RETURN(target, ToSpan(absl::StrCat(path, ".target"), proto.target()));
  }
  if (proto.has_business_time()) {
    if (has_days || proto.has_target()) return BusinessDeadline(path, proto, target);
    return base::FieldError(absl::StrCat(path, ".business_time"),
                            "needs a target: due times of the log are instants already");
  }
  if (!proto.has_target()) return DeadlineOf();
  return DeadlineOf(
      [target](int64_t begin) { return begin > INT64_MAX - target ? INT64_MAX : begin + target; });
}

// A field that this kind of measure does not have.
absl::Status Unwanted(const std::string& path, const char* field, bool given, const char* of) {
  if (!given) return absl::OkStatus();
  return base::FieldError(absl::StrCat(path, ".", field),
                          absl::StrCat("is of ", of, " only; leave it out"));
}

absl::Status CheckFields(const std::string& path, const Proto& proto) {
  const auto kind = proto.kind();
  const bool cases = kind == Proto::KIND_CASE_TIME, steps = kind == Proto::KIND_STEP_TIME;
  const bool timed = cases || steps;
  const char* const times = "KIND_CASE_TIME and KIND_STEP_TIME";
  RETURN_IF_ERROR(Unwanted(path, "activity", !timed && !proto.activity().empty(), times));
  RETURN_IF_ERROR(
      Unwanted(path, "from_activity", !cases && !proto.from_activity().empty(), "KIND_CASE_TIME"));
  RETURN_IF_ERROR(Unwanted(path, "target", !timed && proto.has_target(), times));
  RETURN_IF_ERROR(
      Unwanted(path, "target_working_days", !timed && proto.target_working_days() != 0, times));
  RETURN_IF_ERROR(Unwanted(path, "business_time", !timed && proto.has_business_time(), times));
  RETURN_IF_ERROR(Unwanted(path, "condition",
                           kind != Proto::KIND_CASES_WITH_CONDITION && !proto.condition().empty(),
                           "KIND_CASES_WITH_CONDITION"));
  RETURN_IF_ERROR(Unwanted(path, "sources",
                           kind != Proto::KIND_CASES_WITH_DEFECT && !proto.sources().empty(),
                           "KIND_CASES_WITH_DEFECT"));
  RETURN_IF_ERROR(Unwanted(path, "leave_out_ended_without",
                           proto.leave_out_ended_without() && (!cases || proto.activity().empty()),
                           "KIND_CASE_TIME with an activity"));
  if (steps && proto.activity().empty())
    return base::FieldError(absl::StrCat(path, ".activity"), "is missing; name the step");
  const bool between = !proto.activity().empty() || !proto.from_activity().empty();
  const bool targeted = proto.has_target() || proto.target_working_days() != 0;
  if (cases && between && !targeted) {
    return base::FieldError(absl::StrCat(path, ".target"),
                            "is missing: due times of a log are those of whole cases and of steps, "
                            "not those between two activities");
  }
  return absl::OkStatus();
}

// A condition is a text by itself: "measure.condition", not "measure.condition.filter".
absl::Status WithoutFilter(const absl::Status& status) {
  std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
  for (base::FieldViolation& violation : violations)
    violation.field = std::string(absl::StripSuffix(violation.field, ".filter"));
  return violations.empty() ? status : base::FieldErrors(violations);
}

absl::StatusOr<MeasureKind> ToKind(const std::string& path, const Proto& proto) {
  switch (proto.kind()) {
    case Proto::KIND_CASE_TIME:
      return MeasureKind::kCaseTime;
    case Proto::KIND_STEP_TIME:
      return MeasureKind::kStepTime;
    case Proto::KIND_CASES_WITH_DEFECT:
      return MeasureKind::kDefect;
    case Proto::KIND_CASES_WITH_CONDITION:
      return MeasureKind::kCondition;
    default:
      return base::FieldError(absl::StrCat(path, ".kind"),
                              absl::StrCat("is ", static_cast<int>(proto.kind()),
                                           "; it must be 1 (CASE_TIME), 2 (STEP_TIME), 3 "
                                           "(CASES_WITH_DEFECT) or 4 (CASES_WITH_CONDITION)"));
  }
}

}  // namespace

absl::StatusOr<int64_t> ToSpan(const std::string& field, const google::protobuf::Duration& span) {
  if (span.seconds() < 0 || span.seconds() > kMostSeconds || span.nanos() < 0 ||
      span.nanos() > 999'999'999) {
    return base::FieldError(field, absl::StrCat("is ", span.seconds(), " s and ", span.nanos(),
                                                " ns; it must be above 0 and at most 1,000 years"));
  }
  const int64_t micros = span.seconds() * 1'000'000 + span.nanos() / 1000;
  if (micros <= 0) return base::FieldError(field, "is 0; it must be above 0");
  return micros;
}

absl::StatusOr<objectives::Measure> ToMeasure(const std::string& path, const Proto& proto) {
  objectives::Measure measure;
  ASSIGN_OR_RETURN(measure.kind, ToKind(path, proto));
  RETURN_IF_ERROR(CheckFields(path, proto));
  measure.activity = proto.activity();
  measure.from_activity = proto.from_activity();
  measure.leave_out_ended_without = proto.leave_out_ended_without();
  ASSIGN_OR_RETURN(measure.deadline, ToDeadline(path, proto));
  ASSIGN_OR_RETURN(measure.sources, ToSources(absl::StrCat(path, ".sources"), proto.sources()));
  if (measure.kind != MeasureKind::kCondition) return measure;
  const std::string field = absl::StrCat(path, ".condition");
  if (proto.condition().empty())
    return base::FieldError(field, "is missing; say what a bad case is like");
  SelectionText text;
  text.filter = proto.condition();
  absl::StatusOr<Selection> condition = Selection::Compile(field, text);
  if (!condition.ok()) return WithoutFilter(condition.status());
  measure.condition = *std::move(condition);
  return measure;
}

std::string DigestOf(const Proto& measure) {
  if (!measure.has_business_time()) return base::Sha256Hex(measure.SerializeAsString());
  Proto rest = measure;
  rest.clear_business_time();
  return base::Sha256Hex(
      absl::StrCat(rest.SerializeAsString(), "\n", DigestOf(measure.business_time())));
}

}  // namespace plumbline::analytics
