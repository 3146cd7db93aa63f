// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_OPTIONS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_OPTIONS_H_

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "common/http/client.h"
#include "plumbline/common/v1/config.pb.h"
#include "services/onboarding/webhooks/dispatcher.h"

namespace plumbline::onboarding::webhooks {

struct WebhookOptions {
  DispatcherOptions dispatcher;
  http::ClientOptions client;
  bool allow_plain_http = false;
  base::Chance chance;
};

// FIELD_INVALID names what is wrong with the configuration.
absl::StatusOr<WebhookOptions> ToOptions(const common::v1::WebhooksConfig& config);

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_OPTIONS_H_
