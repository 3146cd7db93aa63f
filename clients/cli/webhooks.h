// SPDX-License-Identifier: Apache-2.0
//
// What the commands of webhooks share.
#ifndef PLUMBLINE_CLIENTS_CLI_WEBHOOKS_H_
#define PLUMBLINE_CLIENTS_CLI_WEBHOOKS_H_

#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/webhook.pb.h"

namespace plumbline::cli {

inline constexpr char kWebhooks[] = "/plumbline.onboarding.v1.WebhookService/";

void ShowWebhook(Session& session, const onboarding::v1::Webhook& webhook);
// "2026-11-25 09:00  503  in 120 ms", with the beginning of the answer below it.
void ShowAttempt(Session& session, const onboarding::v1::WebhookAttempt& attempt);

// webhook deliveries, delivery, replay
void AddWebhookDeliveries(args::Command& webhook, Action* action);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_WEBHOOKS_H_
