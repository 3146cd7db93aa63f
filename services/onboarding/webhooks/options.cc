// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/options.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding::webhooks {
namespace {

// Sets `duration` to what is configured, if it is.
absl::Status Read(const char* field, bool present, const google::protobuf::Duration& value,
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

}  // namespace

absl::StatusOr<WebhookOptions> ToOptions(const common::v1::WebhooksConfig& config) {
  WebhookOptions options;
  options.allow_plain_http = config.allow_plain_http();
  options.client.ca_file = config.ca_file();
  ASSIGN_OR_RETURN(
      options.client.destinations,
      http::Destinations::Create("webhooks.allowed_networks", config.allowed_networks()));
  constexpr absl::Duration kYear = absl::Hours(24 * 366);
  DeliveryRules& rules = options.dispatcher.rules;
  RETURN_IF_ERROR(Read("attempt_timeout", config.has_attempt_timeout(), config.attempt_timeout(),
                       absl::Seconds(1), absl::Minutes(1), &options.client.timeout));
  RETURN_IF_ERROR(Read("give_up_after", config.has_give_up_after(), config.give_up_after(),
                       absl::Minutes(1), kYear, &rules.give_up_after));
  RETURN_IF_ERROR(Read("disable_after", config.has_disable_after(), config.disable_after(),
                       absl::Minutes(1), kYear, &rules.disable_after));
  RETURN_IF_ERROR(Read("keep_deliveries", config.has_keep_deliveries(), config.keep_deliveries(),
                       rules.give_up_after, kYear, &options.dispatcher.keep));
  return options;
}

}  // namespace plumbline::onboarding::webhooks
