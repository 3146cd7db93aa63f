// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/rules.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding::webhooks {
namespace {

TEST(Rules, EveryBreachIsTold) {
  v1::Webhook webhook;
  webhook.set_url("http://example.com/");
  webhook.set_description(std::string(1001, 'x'));
  webhook.set_filter("knd = STARTED");
  webhook.set_state(static_cast<v1::Webhook::State>(9));
  (*webhook.mutable_labels())["Not An Id"] = "x";
  const absl::Status status = CheckContent(webhook, "webhook", {});
  std::string fields;
  for (const auto& violation : base::FieldViolationsOf(status))
    absl::StrAppend(&fields, violation.field, " ");
  EXPECT_EQ(fields, "webhook.url webhook.description webhook.filter webhook.state webhook.labels ");
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks
