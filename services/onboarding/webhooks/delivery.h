// SPDX-License-Identifier: Apache-2.0
//
// The life of a delivery: put on its way, tried, tried again, given up. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DELIVERY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DELIVERY_H_

#include <string>

#include "absl/time/time.h"
#include "common/http/client.h"
#include "services/onboarding/feed/entry_filter.h"
#include "services/onboarding/webhooks/calls.h"
#include "services/onboarding/webhooks/store.h"
#include "services/onboarding/webhooks/webhook.h"

namespace plumbline::onboarding::webhooks {

struct DeliveryRules {
  absl::Duration give_up_after = absl::Hours(72);
  absl::Duration disable_after = absl::Hours(120);
};

// Receivers answer it to be left alone.
inline constexpr int kGone = 410;
inline constexpr int kMaxAttemptsKept = 30;

// "workspaces/{w}/webhooks/{h}/deliveries/{position}-{serial}"
std::string NameOf(const WebhookKey& key, const FeedCursor& place);

// An entry, which was read with its subject, put on its way at `now`.
StoredDelivery DeliveryOf(const std::string& uid, const FeedEntry& entry, absl::Time now);

// Whether an entry is a call of the program behind this webhook.
bool IsCallOf(const StoredWebhook& webhook, const FeedEntry& entry);
// Such a call, which is sent as `body`.
StoredDelivery CallDeliveryOf(const std::string& uid, const FeedEntry& entry, std::string body,
                              absl::Time now);
inline bool IsCall(const StoredDelivery& stored) {
  return stored.delivery.event_type() == kCallType;
}

// Whether an entry is for a webhook with this filter.
bool IsFor(const StoredWebhook& webhook, const EntryFilter& filter, const FilteredEntry& entry);

// Puts it on its way again, with the full time of attempts.
void Replay(absl::Time now, StoredDelivery* delivery);

// Takes what came of an attempt: `fraction` is chance, from 0 to 1. Returns whether the webhook
// changed: it fails, ceases to fail, or is disabled.
bool Conclude(const v1::WebhookAttempt& attempt, const http::Answer& answer, Outcome outcome,
              absl::Time now, double fraction, const DeliveryRules& rules, StoredDelivery* delivery,
              StoredWebhook* webhook);

// Nobody waits for it any more.
void Drop(StoredDelivery* delivery);

// It rests while its on-boarding does: it is looked at again in a while, and time that it rests
// does not count towards giving it up.
inline constexpr absl::Duration kRest = absl::Minutes(1);
void Rest(absl::Time now, StoredDelivery* delivery);

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_DELIVERY_H_
