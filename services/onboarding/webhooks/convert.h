// SPDX-License-Identifier: Apache-2.0
//
// The shape of requests: what a field may look like, whatever it means.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CONVERT_H_

#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/random.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"
#include "services/onboarding/webhooks/webhook.h"

namespace plumbline::onboarding::webhooks {

absl::StatusOr<WebhookKey> ToKey(absl::string_view field, absl::string_view name);

// A new secret is made of `chance` where none is given.
absl::StatusOr<CreateCommand> ToCommand(const v1::CreateWebhookRequest& request,
                                        const base::Chance& chance);
absl::StatusOr<UpdateCommand> ToCommand(const v1::UpdateWebhookRequest& request,
                                        const base::Chance& chance);
absl::StatusOr<DeleteCommand> ToCommand(const v1::DeleteWebhookRequest& request,
                                        const base::Chance& chance);
absl::StatusOr<RotateCommand> ToCommand(const v1::RotateWebhookSecretRequest& request,
                                        const base::Chance& chance);

struct DeliveryName {
  WebhookKey webhook;
  FeedCursor place;
};
absl::StatusOr<DeliveryName> ToDelivery(absl::string_view field, absl::string_view name);

struct ReplayCommand {
  WebhookKey key;
  // One delivery, those that failed since, or what lies after a place.
  std::variant<FeedCursor, absl::Time, std::string> what;
};
absl::StatusOr<ReplayCommand> ToCommand(const v1::ReplayWebhookDeliveriesRequest& request);

// What makes a request the same as another; "" where it has no request_id.
template <typename Request>
RequestKey KeyOf(absl::string_view method, const std::string& workspace, const Request& request);

extern template RequestKey KeyOf(absl::string_view, const std::string&,
                                 const v1::CreateWebhookRequest&);
extern template RequestKey KeyOf(absl::string_view, const std::string&,
                                 const v1::UpdateWebhookRequest&);
extern template RequestKey KeyOf(absl::string_view, const std::string&,
                                 const v1::DeleteWebhookRequest&);
extern template RequestKey KeyOf(absl::string_view, const std::string&,
                                 const v1::RotateWebhookSecretRequest&);
extern template RequestKey KeyOf(absl::string_view, const std::string&,
                                 const v1::ReplayWebhookDeliveriesRequest&);

inline constexpr char kServiceName[] = "plumbline.onboarding.v1.WebhookService";

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CONVERT_H_
