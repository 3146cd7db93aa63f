// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/sending.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::webhook {

absl::Status ReadDuration(const char* field, bool present, const google::protobuf::Duration& value,
                          absl::Duration least, absl::Duration most, absl::Duration* duration) {
  if (!present) return absl::OkStatus();
  const absl::Duration given = absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
  if (given < least || given > most) {
    return base::FieldError(
        absl::StrCat("webhooks.", field),
        absl::StrCat("is ", absl::FormatDuration(given), "; give ", absl::FormatDuration(least),
                     " to ", absl::FormatDuration(most)));
  }
  *duration = given;
  return absl::OkStatus();
}

absl::StatusOr<Sending> ReadSending(const common::v1::WebhooksConfig& config) {
  Sending sending;
  sending.allow_plain_http = config.allow_plain_http();
  sending.client.ca_file = config.ca_file();
  ASSIGN_OR_RETURN(
      sending.client.destinations,
      http::Destinations::Create("webhooks.allowed_networks", config.allowed_networks()));
  RETURN_IF_ERROR(ReadDuration("attempt_timeout", config.has_attempt_timeout(),
                               config.attempt_timeout(), absl::Seconds(1), absl::Minutes(1),
                               &sending.client.timeout));
  RETURN_IF_ERROR(ReadDuration("give_up_after", config.has_give_up_after(), config.give_up_after(),
                               absl::Minutes(1), absl::Hours(24 * 366), &sending.give_up_after));
  return sending;
}

}  // namespace plumbline::webhook
