// SPDX-License-Identifier: Apache-2.0
//
// WebhookService: requests to rules, webhooks to responses.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RPC_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RPC_H_

#include <functional>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/http/client.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/webhooks/rules.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {

// What the methods stand on. All of it must outlive the table.
struct Dependencies {
  WebhookStore& store;
  FeedStore& feed;
  const base::Clock& clock;
  base::Chance chance;
  UrlPolicy urls;
  http::ClientOptions client;  // of tests
  std::function<void()> wake;  // something may be to be sent; never blocks
};

// Adds the methods of WebhookService.
void RegisterWebhookService(const Dependencies& on, rpc::MethodTable* table);

// Those of deliveries.
void RegisterDeliveries(const Dependencies& on, rpc::MethodTable* table);

inline constexpr char kPermission[] = "onboarding.webhooks";

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RPC_H_
