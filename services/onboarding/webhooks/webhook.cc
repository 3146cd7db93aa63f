// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/webhook.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/webhook/envelope.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding::webhooks {
namespace {

constexpr size_t kEtagDigits = 16;

// Fills in what the service says about new content.
void Stamp(const Change& change, int64_t version, StoredWebhook* stored) {
  v1::Webhook& webhook = stored->webhook;
  stored->version = version;
  webhook.set_author(change.subject);
  *webhook.mutable_update_time() = ToTimestamp(change.time);
  webhook.set_etag(base::Sha256Hex(absl::StrCat(stored->uid, "/", version)).substr(0, kEtagDigits));
}

// Copies the named fields of the content; the state by `Enable` and `Disable`.
void CopyContent(const v1::Webhook& from, const std::vector<std::string>& fields, v1::Webhook* to) {
  v1::Webhook copy = from;
  std::vector<const google::protobuf::FieldDescriptor*> swapped;
  for (const std::string& field : fields) {
    if (field != "state") swapped.push_back(from.GetDescriptor()->FindFieldByName(field));
  }
  from.GetReflection()->SwapFields(&copy, to, swapped);
}

void SetDisabled(absl::string_view reason, v1::Webhook* webhook) {
  webhook->set_state(v1::Webhook::STATE_DISABLED);
  webhook->set_disable_reason(std::string(reason));
}

// What happened while it was disabled is not for it, and old failures do not count.
void SetEnabled(const Change& change, StoredWebhook* stored) {
  stored->webhook.set_state(v1::Webhook::STATE_ENABLED);
  stored->webhook.clear_disable_reason();
  stored->start_position = change.position;
  stored->failing_since.reset();
}

absl::Status CheckEtag(const StoredWebhook& present, const std::string& etag) {
  if (etag.empty() || etag == present.webhook.etag()) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", NameOf(present.key), "' has changed since its etag was '",
                                  etag.substr(0, 40), "': read it again"))
      .With("etag", present.webhook.etag())
      .Resource("Webhook", NameOf(present.key));
}

void ApplyState(const UpdateCommand& command, const Change& change, StoredWebhook* stored) {
  bool named = false;
  for (const std::string& field : command.fields) named = named || field == "state";
  if (!named) return;
  const bool enabled = stored->webhook.state() == v1::Webhook::STATE_ENABLED;
  const bool enable = command.content.state() != v1::Webhook::STATE_DISABLED;
  if (enable && !enabled) SetEnabled(change, stored);
  if (!enable && enabled) SetDisabled(command.reason, &stored->webhook);
}

}  // namespace

absl::StatusOr<StoredWebhook> Require(View& view, const WebhookKey& key) {
  ASSIGN_OR_RETURN(std::optional<StoredWebhook> found, view.webhooks().Find(key));
  if (!found.has_value()) return base::NotFound("Webhook", NameOf(key));
  return *std::move(found);
}

absl::StatusOr<StoredWebhook> Create(View& view, const CreateCommand& command,
                                     const UrlPolicy& policy, const Change& change) {
  RETURN_IF_ERROR(CheckContent(command.content, "webhook", policy));
  ASSIGN_OR_RETURN(const std::optional<StoredWebhook> present, view.webhooks().Find(command.key));
  if (present.has_value()) return base::AlreadyExists("Webhook", NameOf(command.key));
  ASSIGN_OR_RETURN(const int64_t count, view.webhooks().Count(command.key.workspace));
  if (count >= kMaxWebhooks) {
    return base::FieldError("parent", absl::StrCat("has ", count, " webhooks; at most ",
                                                   kMaxWebhooks, ": delete one first"));
  }
  StoredWebhook stored;
  stored.key = command.key;
  stored.uid = command.uid;
  stored.secret = command.secret;
  const auto& fields = ContentFields();
  CopyContent(command.content, {fields.begin(), fields.end()}, &stored.webhook);
  stored.webhook.set_name(NameOf(command.key));
  *stored.webhook.mutable_create_time() = ToTimestamp(change.time);
  SetEnabled(change, &stored);
  if (command.content.state() == v1::Webhook::STATE_DISABLED)
    SetDisabled(command.reason, &stored.webhook);
  Stamp(change, 1, &stored);
  return stored;
}

absl::StatusOr<StoredWebhook> Update(View& view, const UpdateCommand& command,
                                     const UrlPolicy& policy, const Change& change) {
  ASSIGN_OR_RETURN(const StoredWebhook present, Require(view, command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  StoredWebhook stored = present;
  CopyContent(command.content, command.fields, &stored.webhook);
  v1::Webhook checked = stored.webhook;
  checked.set_state(command.content.state());
  RETURN_IF_ERROR(CheckContent(checked, "webhook", policy));
  ApplyState(command, change, &stored);
  if (google::protobuf::util::MessageDifferencer::Equals(stored.webhook, present.webhook))
    return present;
  Stamp(change, present.version + 1, &stored);
  return stored;
}

absl::StatusOr<StoredWebhook> Delete(View& view, const DeleteCommand& command) {
  ASSIGN_OR_RETURN(StoredWebhook present, Require(view, command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  return present;
}

absl::StatusOr<StoredWebhook> Rotate(View& view, const RotateCommand& command,
                                     const Change& change) {
  ASSIGN_OR_RETURN(StoredWebhook stored, Require(view, command.key));
  RETURN_IF_ERROR(CheckEtag(stored, command.etag));
  stored.old_secret = std::exchange(stored.secret, command.secret);
  stored.old_secret_expire_time = change.time + command.keep_old;
  if (command.keep_old <= absl::ZeroDuration()) stored.old_secret.clear();
  Stamp(change, stored.version + 1, &stored);
  return stored;
}

void Disable(absl::string_view reason, const Change& change, StoredWebhook* webhook) {
  SetDisabled(reason, &webhook->webhook);
  Stamp(change, webhook->version + 1, webhook);
}

v1::Webhook Shown(const StoredWebhook& stored, absl::Time now) {
  v1::Webhook webhook = stored.webhook;
  if (stored.failing_since.has_value())
    *webhook.mutable_failing_since_time() = ToTimestamp(*stored.failing_since);
  if (!stored.old_secret.empty() && now < stored.old_secret_expire_time)
    *webhook.mutable_old_secret_expire_time() = ToTimestamp(stored.old_secret_expire_time);
  return webhook;
}

std::vector<std::string> SecretsAt(const StoredWebhook& stored, absl::Time now) {
  std::vector<std::string> secrets = {stored.secret};
  if (!stored.old_secret.empty() && now < stored.old_secret_expire_time)
    secrets.push_back(stored.old_secret);
  return secrets;
}

http::Request RequestOf(const StoredWebhook& webhook, const std::string& event_id,
                        const std::string& body, absl::Time now) {
  return webhook::SignedRequest(webhook.webhook.url(), SecretsAt(webhook, now), event_id, body,
                                now);
}

v1::WebhookAttempt AttemptOf(const http::Request& request, absl::Time time,
                             const http::Answer& answer) {
  v1::WebhookAttempt attempt;
  *attempt.mutable_time() = ToTimestamp(time);
  const int64_t micros = absl::ToInt64Microseconds(answer.latency);
  attempt.mutable_latency()->set_seconds(micros / 1'000'000);
  attempt.mutable_latency()->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  for (const auto& [key, value] : request.headers) {
    v1::WebhookHeader* header = attempt.add_request_headers();
    header->set_key(key);
    header->set_value(value);
  }
  attempt.set_response_status(answer.status);
  attempt.set_response_body(webhook::TextOf(absl::string_view(answer.body).substr(0, kMostKept)));
  attempt.set_error(webhook::TextOf(answer.error));
  return attempt;
}

}  // namespace plumbline::onboarding::webhooks
