// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/delivery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/webhook/backoff.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/webhooks/event.h"

namespace plumbline::onboarding::webhooks {
namespace {

bool Succeeded(const http::Answer& answer) { return answer.status >= 200 && answer.status < 300; }

// "it answered 503", or why there was no answer.
std::string InWords(const http::Answer& answer) {
  return answer.status == 0 ? answer.error : absl::StrCat("it answered ", answer.status);
}

void Append(const v1::WebhookAttempt& attempt, v1::WebhookDelivery* delivery) {
  delivery->set_attempt_count(delivery->attempt_count() + 1);
  delivery->set_response_status(attempt.response_status());
  *delivery->add_attempts() = attempt;
  const int surplus = delivery->attempts_size() - kMaxAttemptsKept;
  if (surplus > 0) delivery->mutable_attempts()->DeleteSubrange(0, surplus);
}

// Attempts since it was last put on its way.
int AttemptsSince(const StoredDelivery& stored) {
  int count = 0;
  for (const v1::WebhookAttempt& attempt : stored.delivery.attempts())
    count += FromTimestamp(attempt.time()) >= stored.since ? 1 : 0;
  return count;
}

// Plans the next attempt, or gives up.
void Postpone(const http::Answer& answer, absl::Time now, double fraction,
              const DeliveryRules& rules, StoredDelivery* stored) {
  v1::WebhookDelivery& delivery = stored->delivery;
  const absl::Time next =
      now + webhook::RetryDelay(AttemptsSince(*stored), fraction, answer.retry_after);
  if (answer.status == kGone || next - stored->since > rules.give_up_after) {
    delivery.set_state(v1::WebhookDelivery::STATE_FAILED);
    delivery.clear_next_attempt_time();
    return;
  }
  *delivery.mutable_next_attempt_time() = ToTimestamp(next);
}

// It is reached and answers, whatever it says.
bool Answers(const http::Answer& answer) {
  return Succeeded(answer) ||
         (answer.status >= 400 && answer.status < 500 && answer.status != kGone);
}

// Returns whether it failed before.
bool CeaseToFail(StoredWebhook* webhook) {
  const bool failed = webhook->failing_since.has_value();
  webhook->failing_since.reset();
  return failed;
}

bool IsAfterStart(const StoredWebhook& webhook, const FeedEntry& entry) {
  return entry.workspace == webhook.key.workspace && entry.cursor.position > webhook.start_position;
}

}  // namespace

std::string NameOf(const WebhookKey& key, const FeedCursor& place) {
  return absl::StrCat(NameOf(key), "/deliveries/", place.position, "-", place.serial);
}

StoredDelivery DeliveryOf(const std::string& uid, const FeedEntry& entry, absl::Time now) {
  const v1::WebhookEvent event = EventOf(entry);
  StoredDelivery stored;
  stored.key = {uid, entry.cursor};
  stored.kind = v1::HistoryEntry::Kind_Name(event.data().kind());
  stored.onboarding = entry.onboarding;
  stored.body = ToJson(event);
  stored.delivery.set_event_id(event.id());
  stored.delivery.set_event_type(event.type());
  stored.delivery.set_entry(event.data().name());
  *stored.delivery.mutable_create_time() = ToTimestamp(now);
  Replay(now, &stored);
  return stored;
}

bool IsCallOf(const StoredWebhook& webhook, const FeedEntry& entry) {
  return entry.entry.kind == EntryKind::kAutomationCalled &&
         entry.entry.webhook == webhook.key.webhook && IsAfterStart(webhook, entry);
}

StoredDelivery CallDeliveryOf(const std::string& uid, const FeedEntry& entry, std::string body,
                              absl::Time now) {
  StoredDelivery stored = DeliveryOf(uid, entry, now);
  stored.delivery.set_event_type(kCallType);
  stored.body = std::move(body);
  return stored;
}

bool IsFor(const StoredWebhook& webhook, const EntryFilter& filter, const FilteredEntry& entry) {
  return !webhook.webhook.calls_only() && IsAfterStart(webhook, entry.entry()) &&
         filter.Takes(entry);
}

void Drop(StoredDelivery* stored) {
  stored->delivery.set_state(v1::WebhookDelivery::STATE_DROPPED);
  stored->delivery.clear_next_attempt_time();
}

void Rest(absl::Time now, StoredDelivery* stored) {
  stored->since = now;
  *stored->delivery.mutable_next_attempt_time() = ToTimestamp(now + kRest);
}

void Replay(absl::Time now, StoredDelivery* stored) {
  stored->since = now;
  stored->delivery.set_state(v1::WebhookDelivery::STATE_PENDING);
  *stored->delivery.mutable_next_attempt_time() = ToTimestamp(now);
}

bool Conclude(const v1::WebhookAttempt& attempt, const http::Answer& answer, Outcome outcome,
              absl::Time now, double fraction, const DeliveryRules& rules, StoredDelivery* stored,
              StoredWebhook* webhook) {
  Append(attempt, &stored->delivery);
  if (outcome == Outcome::kLater) {
    Postpone(answer, now, fraction, rules, stored);
    return Answers(answer) && CeaseToFail(webhook);
  }
  if (outcome == Outcome::kRefused) {
    stored->delivery.set_state(v1::WebhookDelivery::STATE_FAILED);
    stored->delivery.clear_next_attempt_time();
    return Answers(answer) && CeaseToFail(webhook);
  }
  if (Succeeded(answer)) {
    stored->delivery.set_state(v1::WebhookDelivery::STATE_SUCCEEDED);
    stored->delivery.clear_next_attempt_time();
    return CeaseToFail(webhook);
  }
  Postpone(answer, now, fraction, rules, stored);
  const bool begins = !webhook->failing_since.has_value();
  if (begins) webhook->failing_since = FromTimestamp(attempt.time());
  if (webhook->webhook.state() != v1::Webhook::STATE_ENABLED) return begins;
  const absl::Duration failing = now - *webhook->failing_since;
  if (answer.status == kGone) {
    Disable("the receiver answered 410 Gone", {kService, now}, webhook);
    return true;
  }
  if (failing >= rules.disable_after) {
    Disable(absl::StrCat(
                "every attempt has failed since ",
                absl::FormatTime(absl::RFC3339_sec, *webhook->failing_since, absl::UTCTimeZone()),
                "; at the last one ", InWords(answer)),
            {kService, now}, webhook);
    return true;
  }
  return begins;
}

}  // namespace plumbline::onboarding::webhooks
