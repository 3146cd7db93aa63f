// SPDX-License-Identifier: Apache-2.0
#include "common/base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
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

}  // namespace

absl::StatusCode CodeOf(Reason reason) {
  switch (reason) {
    case common::v1::ERROR_REASON_REQUEST_MALFORMED:
    case common::v1::ERROR_REASON_FIELD_INVALID:
    case common::v1::ERROR_REASON_PAGE_TOKEN_INVALID:
    case common::v1::ERROR_REASON_CURSOR_INVALID:
    case common::v1::ERROR_REASON_PROCESS_INVALID:
    case common::v1::ERROR_REASON_IMPORT_FORMAT:
    case common::v1::ERROR_REASON_IMPORT_COLUMN_MISSING:
    case common::v1::ERROR_REASON_IMPORT_EMPTY:
    case common::v1::ERROR_REASON_BPMN_UNSUPPORTED:
    case common::v1::ERROR_REASON_ICALENDAR_UNSUPPORTED:
      return absl::StatusCode::kInvalidArgument;
    case common::v1::ERROR_REASON_MESSAGE_TOO_LARGE:
    case common::v1::ERROR_REASON_OVERLOADED:
      return absl::StatusCode::kResourceExhausted;
    case common::v1::ERROR_REASON_METHOD_UNKNOWN:
      return absl::StatusCode::kUnimplemented;
    case common::v1::ERROR_REASON_CREDENTIALS_INVALID:
      return absl::StatusCode::kUnauthenticated;
    case common::v1::ERROR_REASON_PERMISSION_DENIED:
    case common::v1::ERROR_REASON_BACKDATING_DENIED:
    case common::v1::ERROR_REASON_SELF_APPROVAL_REFUSED:
      return absl::StatusCode::kPermissionDenied;
    case common::v1::ERROR_REASON_RESOURCE_NOT_FOUND:
      return absl::StatusCode::kNotFound;
    case common::v1::ERROR_REASON_RESOURCE_ALREADY_EXISTS:
    case common::v1::ERROR_REASON_REQUEST_ID_REUSED:
      return absl::StatusCode::kAlreadyExists;
    case common::v1::ERROR_REASON_ETAG_MISMATCH:
    case common::v1::ERROR_REASON_TAG_MISMATCH:
      return absl::StatusCode::kAborted;
    case common::v1::ERROR_REASON_PROCESS_CYCLE:
    case common::v1::ERROR_REASON_PROCESS_NOT_PUBLISHED:
    case common::v1::ERROR_REASON_NOTHING_TO_PUBLISH:
    case common::v1::ERROR_REASON_TASK_STATE:
    case common::v1::ERROR_REASON_TASK_BLOCKED:
    case common::v1::ERROR_REASON_DECISION_NOT_OPEN:
    case common::v1::ERROR_REASON_ONBOARDING_CLOSED:
    case common::v1::ERROR_REASON_TIME_OUT_OF_ORDER:
    case common::v1::ERROR_REASON_CHECKLIST_INCOMPLETE:
    case common::v1::ERROR_REASON_SEQUENCE_GAP:
    case common::v1::ERROR_REASON_EVENT_LOG_KEPT:
    case common::v1::ERROR_REASON_CALENDAR_CYCLE:
    case common::v1::ERROR_REASON_CALENDAR_IN_USE:
    case common::v1::ERROR_REASON_CALENDAR_CLOSED:
    case common::v1::ERROR_REASON_PROCESS_STATE:
    case common::v1::ERROR_REASON_PROCESS_RETIRED:
    case common::v1::ERROR_REASON_REVISION_NOT_EFFECTIVE:
    case common::v1::ERROR_REASON_PROCESS_IN_USE:
    case common::v1::ERROR_REASON_APPROVAL_REQUIRED:
    case common::v1::ERROR_REASON_APPROVAL_STATE:
    case common::v1::ERROR_REASON_TAG_LOCKED:
    case common::v1::ERROR_REASON_TAG_LIMIT:
    case common::v1::ERROR_REASON_PROCESS_PUBLISHED:
    case common::v1::ERROR_REASON_UTILITY_IN_USE:
    case common::v1::ERROR_REASON_UTILITY_UNKNOWN:
    case common::v1::ERROR_REASON_WORKSPACE_TOO_LARGE:
    case common::v1::ERROR_REASON_STEP_IN_USE:
    case common::v1::ERROR_REASON_CALENDAR_UNKNOWN:
      return absl::StatusCode::kFailedPrecondition;
    case common::v1::ERROR_REASON_SHUTTING_DOWN:
    case common::v1::ERROR_REASON_DEPENDENCY_UNAVAILABLE:
      return absl::StatusCode::kUnavailable;
    case common::v1::ERROR_REASON_DEADLINE_EXCEEDED:
      return absl::StatusCode::kDeadlineExceeded;
    case common::v1::ERROR_REASON_CANCELLED:
      return absl::StatusCode::kCancelled;
    default:
      return absl::StatusCode::kInternal;
  }
}

Error::Error(Reason reason, absl::string_view message) : reason_(reason), message_(message) {}

Error& Error::With(absl::string_view key, absl::string_view value) {
  metadata_.emplace_back(std::string(key), std::string(value));
  return *this;
}

Error& Error::Field(absl::string_view field, absl::string_view description) {
  fields_.push_back({std::string(field), std::string(description)});
  return *this;
}

Error& Error::Resource(absl::string_view type, absl::string_view name) {
  resource_ = {absl::StrCat("plumbline/", type), std::string(name)};
  return *this;
}

Error& Error::Precondition(absl::string_view type, absl::string_view subject,
                           absl::string_view description) {
  preconditions_.push_back({std::string(type), std::string(subject), std::string(description)});
  return *this;
}

Error& Error::Quota(absl::string_view subject, absl::string_view description) {
  quotas_.emplace_back(std::string(subject), std::string(description));
  return *this;
}

Error& Error::RetryAfter(absl::Duration delay) {
  retry_after_ = delay;
  return *this;
}

Error::operator absl::Status() const {
  absl::Status status(CodeOf(reason_), message_);
  google::rpc::ErrorInfo info;
  info.set_reason(ShortName(reason_));
  info.set_domain("plumbline");
  for (const auto& [key, value] : metadata_) (*info.mutable_metadata())[key] = value;
  Attach(status, info);
  if (!fields_.empty()) {
    google::rpc::BadRequest bad;
    for (const FieldViolation& f : fields_) {
      auto* violation = bad.add_field_violations();
      violation->set_field(f.field);
      violation->set_description(f.description);
    }
    Attach(status, bad);
  }
  if (!resource_.first.empty()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(resource_.first);
    resource.set_resource_name(resource_.second);
    Attach(status, resource);
  }
  if (!preconditions_.empty()) {
    google::rpc::PreconditionFailure failure;
    for (const auto& [type, subject, description] : preconditions_) {
      auto* violation = failure.add_violations();
      violation->set_type(type);
      violation->set_subject(subject);
      violation->set_description(description);
    }
    Attach(status, failure);
  }
  if (!quotas_.empty()) {
    google::rpc::QuotaFailure failure;
    for (const auto& [subject, description] : quotas_) {
      auto* violation = failure.add_violations();
      violation->set_subject(subject);
      violation->set_description(description);
    }
    Attach(status, failure);
  }
  if (retry_after_ > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after_));
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(
        absl::ToInt64Nanoseconds(retry_after_ - absl::Trunc(retry_after_, absl::Seconds(1)))));
    Attach(status, retry);
  }
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
