// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/upstream.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"

namespace plumbline::onboarding {

absl::Status UpstreamError(absl::string_view dependency, const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return status;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
      return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                         absl::StrCat("the ", dependency, " does not answer; try again"))
          .With("dependency", dependency)
          .RetryAfter(absl::Seconds(1));
    default:
      return base::Internal(absl::StrCat("the ", dependency, " refused: ", status.message()));
  }
}

}  // namespace plumbline::onboarding
