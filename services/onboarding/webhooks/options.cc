// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/options.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/webhook/sending.h"

namespace plumbline::onboarding::webhooks {

absl::StatusOr<WebhookOptions> ToOptions(const common::v1::WebhooksConfig& config) {
  ASSIGN_OR_RETURN(webhook::Sending sending, webhook::ReadSending(config));
  WebhookOptions options;
  options.client = std::move(sending.client);
  options.allow_plain_http = sending.allow_plain_http;
  constexpr absl::Duration kYear = absl::Hours(24 * 366);
  DeliveryRules& rules = options.dispatcher.rules;
  rules.give_up_after = sending.give_up_after;
  RETURN_IF_ERROR(webhook::ReadDuration("disable_after", config.has_disable_after(),
                                        config.disable_after(), absl::Minutes(1), kYear,
                                        &rules.disable_after));
  RETURN_IF_ERROR(webhook::ReadDuration("keep_deliveries", config.has_keep_deliveries(),
                                        config.keep_deliveries(), rules.give_up_after, kYear,
                                        &options.dispatcher.keep));
  return options;
}

}  // namespace plumbline::onboarding::webhooks
