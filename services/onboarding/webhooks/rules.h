// SPDX-License-Identifier: Apache-2.0
//
// The content of a webhook: the fields that people write, and their rules.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RULES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/webhook/url_policy.h"
#include "plumbline/onboarding/v1/webhook.pb.h"

namespace plumbline::onboarding::webhooks {

using webhook::UrlPolicy;

// Names of the fields of the content, in the order of the proto.
absl::Span<const absl::string_view> ContentFields();

// OK, or FIELD_INVALID that lists every breach of the rules of webhook.proto. `path` is the field
// of the request that holds the webhook.
absl::Status CheckContent(const v1::Webhook& webhook, absl::string_view path,
                          const UrlPolicy& policy);

// Unicode characters, as people count them.
size_t Characters(absl::string_view text);

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_RULES_H_
