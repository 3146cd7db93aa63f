// SPDX-License-Identifier: Apache-2.0
//
// History entries as events of CloudEvents 1.0 (WebhookEvent in webhook.proto). Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_EVENT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_EVENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/webhook/envelope.h"
#include "plumbline/onboarding/v1/webhook.pb.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::webhooks {

// "plumbline.onboarding.v1.task.completed". A kind that is added to the history has a type at once.
std::string EventType(v1::HistoryEntry::Kind kind);

// The event of an entry that was read with its subject: the same for the same entry, whenever.
v1::WebhookEvent EventOf(const FeedEntry& entry);

// The event of a test. `id` is new for each.
v1::WebhookEvent PingOf(absl::string_view workspace, absl::string_view webhook,
                        absl::string_view id, absl::Time now);

using webhook::ToJson;

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_EVENT_H_
