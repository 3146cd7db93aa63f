// SPDX-License-Identifier: Apache-2.0
#include "common/base/error.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace plumbline::base {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";
constexpr absl::string_view kReasonPrefix = "ERROR_REASON_";

std::string ShortName(Reason reason) {
  return common::v1::ErrorReason_Name(reason).substr(kReasonPrefix.size());
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(absl::StrCat(kTypePrefix, Detail::descriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  auto payload = status.GetPayload(absl::StrCat(kTypePrefix, Detail::descriptor()->full_name()));
  if (payload && !detail.ParseFromString(std::string(*payload))) detail.Clear();
  return detail;
}

// The same error with another message, and with the fields that it names put otherwise.
absl::Status Reworded(const absl::Status& status, absl::string_view message,
                      absl::FunctionRef<std::string(absl::string_view)> field) {
  absl::Status reworded(status.code(), message);
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    reworded.SetPayload(type, payload);
  });
  auto bad = DetailOf<google::rpc::BadRequest>(status);
  if (bad.field_violations().empty()) return reworded;
  for (auto& violation : *bad.mutable_field_violations())
    violation.set_field(field(violation.field()));
  Attach(reworded, bad);
  return reworded;
}

// The code of each reason; one that stands nowhere here is INTERNAL.
struct ReasonCode {
  common::v1::ErrorReason reason;
  absl::StatusCode code;
};
constexpr ReasonCode kCodes[] = {
    {common::v1::ERROR_REASON_REQUEST_MALFORMED, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_FIELD_INVALID, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_PAGE_TOKEN_INVALID, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_CURSOR_INVALID, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_PROCESS_INVALID, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_IMPORT_FORMAT, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_IMPORT_COLUMN_MISSING, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_IMPORT_EMPTY, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_BPMN_UNSUPPORTED, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_ICALENDAR_UNSUPPORTED, absl::StatusCode::kInvalidArgument},
    {common::v1::ERROR_REASON_MESSAGE_TOO_LARGE, absl::StatusCode::kResourceExhausted},
    {common::v1::ERROR_REASON_OVERLOADED, absl::StatusCode::kResourceExhausted},
    {common::v1::ERROR_REASON_METHOD_UNKNOWN, absl::StatusCode::kUnimplemented},
    {common::v1::ERROR_REASON_CREDENTIALS_INVALID, absl::StatusCode::kUnauthenticated},
    {common::v1::ERROR_REASON_PERMISSION_DENIED, absl::StatusCode::kPermissionDenied},
    {common::v1::ERROR_REASON_BACKDATING_DENIED, absl::StatusCode::kPermissionDenied},
    {common::v1::ERROR_REASON_SELF_APPROVAL_REFUSED, absl::StatusCode::kPermissionDenied},
    {common::v1::ERROR_REASON_SELF_VERIFICATION_REFUSED, absl::StatusCode::kPermissionDenied},
    {common::v1::ERROR_REASON_SELF_WAIVER_REFUSED, absl::StatusCode::kPermissionDenied},
    {common::v1::ERROR_REASON_RESOURCE_NOT_FOUND, absl::StatusCode::kNotFound},
    {common::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS, absl::StatusCode::kAlreadyExists},
    {common::v1::ERROR_REASON_REQUEST_ID_REUSED, absl::StatusCode::kAlreadyExists},
    {common::v1::ERROR_REASON_ETAG_MISMATCH, absl::StatusCode::kAborted},
    {common::v1::ERROR_REASON_TAG_MISMATCH, absl::StatusCode::kAborted},
    {common::v1::ERROR_REASON_PROCESS_CYCLE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PROCESS_NOT_PUBLISHED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_NOTHING_TO_PUBLISH, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TASK_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TASK_BLOCKED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_DECISION_NOT_OPEN, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_ONBOARDING_CLOSED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TIME_OUT_OF_ORDER, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CHECKLIST_INCOMPLETE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_ONBOARDING_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TASK_CLAIMED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_FOLLOWERS_BEGUN, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_OUTPUTS_MISSING, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_WAIVER_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_IMPEDIMENT_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PLAN_CHANGE_REFUSED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_ESCALATION_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_MILESTONE_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_AUTOMATION_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_IMPROVEMENT_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_SEQUENCE_GAP, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_EVENT_LOG_KEPT, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CALENDAR_CYCLE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CALENDAR_IN_USE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CALENDAR_CLOSED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PROCESS_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PROCESS_RETIRED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_REVISION_NOT_EFFECTIVE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PROCESS_IN_USE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_APPROVAL_REQUIRED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_APPROVAL_STATE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TAG_LOCKED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_TAG_LIMIT, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PROCESS_PUBLISHED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_UTILITY_IN_USE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_UTILITY_UNKNOWN, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_REPORTING_CYCLE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PERSON_UNKNOWN, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_PERSON_IN_USE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_WORKSPACE_TOO_LARGE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_STEP_IN_USE, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CALENDAR_UNKNOWN, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_CASE_ENDED, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_FORECAST_HISTORY_MISSING, absl::StatusCode::kFailedPrecondition},
    {common::v1::ERROR_REASON_SHUTTING_DOWN, absl::StatusCode::kUnavailable},
    {common::v1::ERROR_REASON_DEPENDENCY_UNAVAILABLE, absl::StatusCode::kUnavailable},
    {common::v1::ERROR_REASON_DEADLINE_EXCEEDED, absl::StatusCode::kDeadlineExceeded},
    {common::v1::ERROR_REASON_CANCELLED, absl::StatusCode::kCancelled}};

google::rpc::ErrorInfo ToInfo(Reason reason,
                              const std::vector<std::pair<std::string, std::string>>& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(ShortName(reason));
  info.set_domain("plumbline");
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  return info;
}

google::rpc::BadRequest ToBadRequest(const std::vector<FieldViolation>& fields) {
  google::rpc::BadRequest bad;
  for (const FieldViolation& field : fields) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field.field);
    violation->set_description(field.description);
  }
  return bad;
}

google::rpc::PreconditionFailure ToPreconditionFailure(
    const std::vector<std::array<std::string, 3>>& preconditions) {
  google::rpc::PreconditionFailure failure;
  for (const auto& [type, subject, description] : preconditions) {
    auto* violation = failure.add_violations();
    violation->set_type(type);
    violation->set_subject(subject);
    violation->set_description(description);
  }
  return failure;
}

google::rpc::QuotaFailure ToQuotaFailure(
    const std::vector<std::pair<std::string, std::string>>& quotas) {
  google::rpc::QuotaFailure failure;
  for (const auto& [subject, description] : quotas) {
    auto* violation = failure.add_violations();
    violation->set_subject(subject);
    violation->set_description(description);
  }
  return failure;
}

google::rpc::RetryInfo ToRetryInfo(absl::Duration delay) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  retry.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(delay - absl::Trunc(delay, absl::Seconds(1)))));
  return retry;
}

}  // namespace

absl::StatusCode CodeOf(Reason reason) {
  for (const ReasonCode& known : kCodes) {
    if (known.reason == reason) return known.code;
  }
  return absl::StatusCode::kInternal;
}

// What others sent is quoted, and may have been cut within a character: such text makes details
// that nobody can read.
Error::Error(Reason reason, absl::string_view message)
    : reason_(reason), message_(OnlyUtf8(message)) {}

Error& Error::With(absl::string_view key, absl::string_view value) {
  metadata_.emplace_back(OnlyUtf8(key), OnlyUtf8(value));
  return *this;
}

Error& Error::Field(absl::string_view field, absl::string_view description) {
  fields_.push_back({OnlyUtf8(field), OnlyUtf8(description)});
  return *this;
}

Error& Error::Resource(absl::string_view type, absl::string_view name) {
  resource_ = {absl::StrCat("plumbline/", type), OnlyUtf8(name)};
  return *this;
}

Error& Error::Precondition(absl::string_view type, absl::string_view subject,
                           absl::string_view description) {
  preconditions_.push_back({std::string(type), OnlyUtf8(subject), OnlyUtf8(description)});
  return *this;
}

Error& Error::Quota(absl::string_view subject, absl::string_view description) {
  quotas_.emplace_back(OnlyUtf8(subject), OnlyUtf8(description));
  return *this;
}

Error& Error::RetryAfter(absl::Duration delay) {
  retry_after_ = delay;
  return *this;
}

Error::operator absl::Status() const {
  absl::Status status(CodeOf(reason_), message_);
  Attach(status, ToInfo(reason_, metadata_));
  if (!fields_.empty()) Attach(status, ToBadRequest(fields_));
  if (!resource_.first.empty()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(resource_.first);
    resource.set_resource_name(resource_.second);
    Attach(status, resource);
  }
  if (!preconditions_.empty()) Attach(status, ToPreconditionFailure(preconditions_));
  if (!quotas_.empty()) Attach(status, ToQuotaFailure(quotas_));
  if (retry_after_ > absl::ZeroDuration()) Attach(status, ToRetryInfo(retry_after_));
  return status;
}

Reason ReasonOf(const absl::Status& status) {
  Reason reason = common::v1::ERROR_REASON_UNSPECIFIED;
  auto info = DetailOf<google::rpc::ErrorInfo>(status);
  if (info.domain() == "plumbline") {
    common::v1::ErrorReason_Parse(absl::StrCat(kReasonPrefix, info.reason()), &reason);
  }
  return reason;
}

std::string MetadataOf(const absl::Status& status, absl::string_view key) {
  auto info = DetailOf<google::rpc::ErrorInfo>(status);
  auto it = info.metadata().find(std::string(key));
  return it == info.metadata().end() ? "" : it->second;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  for (const auto& v : bad.field_violations()) {
    violations.push_back({v.field(), v.description()});
  }
  return violations;
}

absl::Status OfPart(const absl::Status& status, absl::string_view what, absl::string_view field,
                    const std::pair<std::string, std::string>& metadata) {
  if (ReasonOf(status) == Reason::ERROR_REASON_UNSPECIFIED) return status;
  absl::Status whole =
      Reworded(status, absl::StrCat(what, ": ", status.message()), [&](absl::string_view of_part) {
        return absl::StrCat(field, of_part.empty() ? "" : ".", of_part);
      });
  auto info = DetailOf<google::rpc::ErrorInfo>(status);
  (*info.mutable_metadata())[metadata.first] = metadata.second;
  Attach(whole, info);
  return whole;
}

absl::Status PartOf(const absl::Status& whole, absl::string_view what, absl::string_view field) {
  absl::string_view message = whole.message();
  if (absl::ConsumePrefix(&message, what)) absl::ConsumePrefix(&message, ": ");
  return Reworded(whole, message, [&](absl::string_view of_whole) {
    if (absl::ConsumePrefix(&of_whole, field)) absl::ConsumePrefix(&of_whole, ".");
    return std::string(of_whole);
  });
}

absl::Status FieldErrors(const std::vector<FieldViolation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  std::string message = absl::StrCat(violations[0].field, ": ", violations[0].description);
  if (violations.size() > 1) {
    absl::StrAppend(&message, " (and ", violations.size() - 1, " more)");
  }
  Error error(common::v1::ERROR_REASON_FIELD_INVALID, message);
  for (const FieldViolation& v : violations) error.Field(v.field, v.description);
  return error;
}

absl::Status FieldError(absl::string_view field, absl::string_view description) {
  return FieldErrors({{std::string(field), std::string(description)}});
}

absl::Status NotFound(absl::string_view type, absl::string_view name) {
  return Error(common::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
               absl::StrCat(type, " '", name,
                            "' does not exist; check the name, or list what is there"))
      .Resource(type, name);
}

absl::Status AlreadyExists(absl::string_view type, absl::string_view name) {
  return Error(common::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS,
               absl::StrCat(type, " '", name, "' exists already; choose another id, or update it"))
      .Resource(type, name);
}

absl::Status Internal(absl::string_view detail) {
  return Error(common::v1::ERROR_REASON_INTERNAL, detail);
}

}  // namespace plumbline::base
