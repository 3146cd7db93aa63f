// SPDX-License-Identifier: Apache-2.0
//
// Errors are values: an absl::Status whose payloads are the google.rpc detail messages (AIP-193).
// Every error that leaves a service is built here, so that it has a reason of
// plumbline.common.v1.ErrorReason, a sentence that names the field, the value, the limit and the
// remedy, and the details that fit. Knows no gRPC.
#ifndef PLUMBLINE_COMMON_BASE_ERROR_H_
#define PLUMBLINE_COMMON_BASE_ERROR_H_

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/common/v1/errors.pb.h"

namespace plumbline::base {

using Reason = common::v1::ErrorReason;

// A field of a request that is wrong. `field` is its path in the request's proto names:
// "process.root.sequence.nodes[2].id".
struct FieldViolation {
  std::string field;
  std::string description;
};

// Builds an error. The status code follows from the reason, as errors.proto documents.
//   return Error(Reason::ERROR_REASON_TASK_STATE, "task 'exam' is DONE; only ...").With("state",
//   "DONE");
class Error {
 public:
  Error(Reason reason, absl::string_view message);

  Error& With(absl::string_view key, absl::string_view value);           // ErrorInfo.metadata
  Error& Field(absl::string_view field, absl::string_view description);  // BadRequest
  Error& Resource(absl::string_view type, absl::string_view name);       // ResourceInfo
  Error& Precondition(absl::string_view type, absl::string_view subject,
                      absl::string_view description);
  Error& Quota(absl::string_view subject, absl::string_view description);  // QuotaFailure
  Error& RetryAfter(absl::Duration delay);                                 // RetryInfo

  operator absl::Status() const;  // NOLINT: an Error is meant to be returned as a Status

 private:
  Reason reason_;
  std::string message_;
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<FieldViolation> fields_;
  std::pair<std::string, std::string> resource_;
  std::vector<std::array<std::string, 3>> preconditions_;
  std::vector<std::pair<std::string, std::string>> quotas_;
  absl::Duration retry_after_ = absl::ZeroDuration();
};

// The status code that goes with a reason.
absl::StatusCode CodeOf(Reason reason);

// The reason of a status; UNSPECIFIED where it has none (it was not made by this file).
Reason ReasonOf(const absl::Status& status);

// ErrorInfo.metadata[key] of a status, or "".
std::string MetadataOf(const absl::Status& status, absl::string_view key);

// All field violations of a status.
std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);

// The error of one of several requests that came together, as an error of them all: `what` stands
// before its message, `field` before the fields that it names ("requests[17]" makes
// "requests[17].process.title"), and `metadata` is added. What has no reason stays as it is.
absl::Status OfPart(const absl::Status& status, absl::string_view what, absl::string_view field,
                    const std::pair<std::string, std::string>& metadata);

// The other way round: the error of the part, of that of them all and the same `what` and `field`.
absl::Status PartOf(const absl::Status& whole, absl::string_view what, absl::string_view field);

// One FIELD_INVALID error for all violations, or OK when there are none. The message quotes the
// first and counts the rest.
absl::Status FieldErrors(const std::vector<FieldViolation>& violations);

// FIELD_INVALID for one field.
absl::Status FieldError(absl::string_view field, absl::string_view description);

// RESOURCE_NOT_FOUND with ResourceInfo. `type`: "Process", "Task", ...
absl::Status NotFound(absl::string_view type, absl::string_view name);

// RESOURCE_ALREADY_EXISTS with ResourceInfo.
absl::Status AlreadyExists(absl::string_view type, absl::string_view name);

// A fault of ours. `detail` goes to the log line, never to the caller (Serve replaces it by the
// trace id).
absl::Status Internal(absl::string_view detail);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_ERROR_H_
