// SPDX-License-Identifier: Apache-2.0
//
// What a mutation makes of a webhook, as a function of what it was: nothing here writes, so that
// validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_WEBHOOK_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_WEBHOOK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/client.h"
#include "services/onboarding/webhooks/rules.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {

// As whom the service itself changes webhooks.
inline constexpr char kService[] = "onboarding-webhooks";
inline constexpr int64_t kMaxWebhooks = 100;  // of a workspace
inline constexpr size_t kMostKept = 1024;     // bytes of an answer that the log keeps

// "workspaces/{w}/webhooks/{h}"
inline std::string NameOf(const WebhookKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/webhooks/", key.webhook);
}

struct CreateCommand {
  WebhookKey key;
  v1::Webhook content;
  std::string secret;
  std::string uid;  // new
  std::string reason;
};
struct UpdateCommand {
  WebhookKey key;
  v1::Webhook content;
  std::vector<std::string> fields;  // of the content, those to replace
  std::string etag;                 // "" = whatever it is
  std::string reason;
};
struct DeleteCommand {
  WebhookKey key;
  std::string etag;
};
struct RotateCommand {
  WebhookKey key;
  std::string secret;  // the new one
  absl::Duration keep_old;
  std::string etag;
};

// Who changes something, and when.
struct Change {
  std::string subject;
  absl::Time time;
  // Entries of this and earlier transactions were there before it: one less than the position of a
  // reading transaction.
  int64_t position = 0;
};

// The webhook, or RESOURCE_NOT_FOUND.
absl::StatusOr<StoredWebhook> Require(View& view, const WebhookKey& key);

// Errors: FIELD_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<StoredWebhook> Create(View& view, const CreateCommand& command,
                                     const UrlPolicy& policy, const Change& change);
// The webhook as it was where nothing differs. Errors: FIELD_INVALID, RESOURCE_NOT_FOUND,
// ETAG_MISMATCH.
absl::StatusOr<StoredWebhook> Update(View& view, const UpdateCommand& command,
                                     const UrlPolicy& policy, const Change& change);
// As it was. Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<StoredWebhook> Delete(View& view, const DeleteCommand& command);
// Errors: RESOURCE_NOT_FOUND, ETAG_MISMATCH.
absl::StatusOr<StoredWebhook> Rotate(View& view, const RotateCommand& command,
                                     const Change& change);

// Stops a webhook that is enabled.
void Disable(absl::string_view reason, const Change& change, StoredWebhook* webhook);

// As people see it at `now`.
v1::Webhook Shown(const StoredWebhook& stored, absl::Time now);

// The secrets that sign at `now`.
std::vector<std::string> SecretsAt(const StoredWebhook& stored, absl::Time now);

// The request that sends an event at `now`.
http::Request RequestOf(const StoredWebhook& webhook, const std::string& event_id,
                        const std::string& body, absl::Time now);
// What came of it, for the log.
v1::WebhookAttempt AttemptOf(const http::Request& request, absl::Time time,
                             const http::Answer& answer);

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_WEBHOOK_H_
