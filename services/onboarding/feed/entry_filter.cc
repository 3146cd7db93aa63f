// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/feed/entry_filter.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::onboarding {
namespace {

using expr::Field;
using expr::Shape;
using expr::Type;
using expr::Value;

// Indices of the schema's fields.
enum : int {
  kKindField,
  kOnboardingField,
  kProcessField,
  kPersonField,
  kLabelsField,
  kTaskField,
  kStepField,
  kTitleField,
  kDecisionField,
  kOptionField,
  kImpedimentField,
  kCategoryField,
  kUtilityField,
  kReasonField,
  kActorField,
  kResourceField,
  kByConditionField,
  kOccurTimeField,
  kMilestoneField,
  kRuleField,
  kRecipientsField,
  kWebhookField
};

// The names of an enum but for that of "not set".
Field EnumField(const char* name, const char* prefix,
                const google::protobuf::EnumDescriptor* descriptor) {
  Field field{.name = name, .type = Type::kEnum, .prefix = prefix};
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() != 0) field.values.push_back(descriptor->value(i)->name());
  }
  return field;
}

expr::Schema MakeSchema() {
  // In the order of the indices above.
  return expr::Schema({EnumField("kind", "KIND_", v1::HistoryEntry::Kind_descriptor()),
                       {.name = "onboarding"},
                       {.name = "process"},
                       {.name = "person"},
                       {.name = "labels", .shape = Shape::kMap},
                       {.name = "task"},
                       {.name = "step"},
                       {.name = "title", .searched = true},
                       {.name = "decision"},
                       {.name = "option"},
                       {.name = "impediment"},
                       EnumField("category", "CATEGORY_", v1::Impediment::Category_descriptor()),
                       {.name = "utility"},
                       {.name = "reason"},
                       {.name = "actor"},
                       {.name = "resource"},
                       {.name = "by_condition", .type = Type::kBool},
                       {.name = "occur_time", .type = Type::kTimestamp},
                       {.name = "milestone"},
                       {.name = "rule"},
                       {.name = "recipients", .shape = Shape::kList},
                       {.name = "webhook"}});
}

}  // namespace

const expr::Schema& EntrySchema() {
  static const auto& schema = *new expr::Schema(MakeSchema());
  return schema;
}

expr::Record RecordOf(const FeedEntry& entry) {
  expr::Record record(EntrySchema());
  const auto set = [&](int field, const std::string& text) {
    if (!text.empty()) record.Set(field, Value{.text = text});
  };
  const HistoryEntry& history = entry.entry;
  set(kKindField, v1::HistoryEntry::Kind_Name(static_cast<v1::HistoryEntry::Kind>(history.kind)));
  set(kOnboardingField, entry.onboarding);
  if (entry.plan != nullptr) set(kProcessField, ProcessId(*entry.plan));
  if (entry.subject != nullptr) {
    set(kPersonField, entry.subject->person);
    for (const auto& [key, value] : entry.subject->labels)
      record.Put(kLabelsField, key, Value{.text = value});
  }
  set(kTaskField, history.task);
  set(kStepField, history.step);
  set(kTitleField, history.title);
  set(kDecisionField, history.decision);
  set(kOptionField, history.option);
  set(kImpedimentField, history.impediment);
  if (history.category.has_value()) {
    set(kCategoryField,
        v1::Impediment::Category_Name(static_cast<v1::Impediment::Category>(*history.category)));
  }
  set(kUtilityField, history.utility);
  set(kReasonField, history.reason);
  set(kActorField, history.actor);
  set(kResourceField, history.resource);
  record.Set(kByConditionField, Value{.number = history.by_condition});
  set(kMilestoneField, history.milestone);
  set(kWebhookField, history.webhook);
  if (history.escalation.has_value()) {
    set(kRuleField, history.escalation->rule);
    for (const std::string& recipient : history.escalation->recipients)
      record.Set(kRecipientsField, Value{.text = recipient});
  }
  record.Set(kOccurTimeField, Value{.number = absl::ToUnixMicros(history.occur_time)});
  return record;
}

absl::StatusOr<EntryFilter> EntryFilter::Create(absl::string_view field, absl::string_view text) {
  EntryFilter filter;
  ASSIGN_OR_RETURN(filter.condition_, expr::CompileField(field, text, EntrySchema()));
  const std::vector<int> fields = expr::FieldsOf(filter.condition_);
  filter.needs_subject_ = std::any_of(fields.begin(), fields.end(), [](int tested) {
    return tested == kPersonField || tested == kLabelsField;
  });
  return filter;
}

}  // namespace plumbline::onboarding
