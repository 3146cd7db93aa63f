// SPDX-License-Identifier: Apache-2.0
#include "google/protobuf/descriptor.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {
namespace {

using expr::Type;

// The names of an enum but for that of "not set".
expr::Field EnumField(const char* name, const char* prefix,
                      const google::protobuf::EnumDescriptor* descriptor) {
  expr::Field field{.name = name, .type = Type::kEnum, .prefix = prefix};
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() != 0) field.values.push_back(descriptor->value(i)->name());
  }
  return field;
}

}  // namespace

const expr::Schema& WebhookSchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "name", .ordered = true},
                         {.name = "url", .searched = true, .ordered = true},
                         {.name = "description", .searched = true},
                         EnumField("state", "STATE_", v1::Webhook::State_descriptor()),
                         {.name = "author"},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

const expr::Schema& DeliverySchema() {
  static const auto& schema =
      *new expr::Schema({EnumField("state", "STATE_", v1::WebhookDelivery::State_descriptor()),
                         EnumField("kind", "KIND_", v1::HistoryEntry::Kind_descriptor()),
                         {.name = "onboarding"},
                         {.name = "event_id", .searched = true},
                         {.name = "attempt_count", .type = Type::kNumber},
                         {.name = "response_status", .type = Type::kNumber},
                         {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "position", .type = Type::kNumber, .ordered = true},
                         {.name = "serial", .type = Type::kNumber, .ordered = true}});
  return schema;
}

}  // namespace plumbline::onboarding::webhooks
