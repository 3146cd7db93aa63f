// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/fields.h"

#include <string>
#include <vector>

#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/runs/store_sql_index.h"

namespace plumbline::onboarding {
namespace {

using expr::Field;
using expr::Type;
using expr::Value;

// All names of an enum but that of "not set".
std::vector<std::string> NamesOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) names.push_back(type.value(i)->name());
  }
  return names;
}

Field OnboardingState(const std::string& name) {
  return {.name = name,
          .type = Type::kEnum,
          .values = NamesOf(*v1::Onboarding::State_descriptor()),
          .prefix = "STATE_"};
}

// In the order of the schemas.
enum TaskField {
  kState,
  kAssignee,
  kRole,
  kResource,
  kStep,
  kDueTime,
  kReadyTime,
  kWaiver,
  kOnboarding,
  kPerson,
  kProcess,
  kOnboardingState,
  kPlace,
  kRound
};
enum ImpedimentField { kCategory, kUtility, kOf, kTask, kOpen, kOpenTime, kImpediment, kRecord };

Value Text(const std::string& text) { return {.text = text}; }
Value Time(absl::Time time) { return {.number = absl::ToUnixMicros(time)}; }
Value Number(int64_t number) { return {.number = number * expr::kNumberUnit}; }
std::optional<Value> IfAny(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return Text(text);
}

}  // namespace

const expr::Schema& OnboardingSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "person", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "process", .type = Type::kString, .ordered = true},
       OnboardingState("state"),
       {.name = "day_one", .type = Type::kDate, .ordered = true},
       {.name = "start_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "risk_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap}});
  return schema;
}

const expr::Schema& TaskSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "state",
        .type = Type::kEnum,
        .values = NamesOf(*v1::Task::State_descriptor()),
        .prefix = "STATE_"},
       {.name = "assignee", .type = Type::kString, .searched = true},
       {.name = "role", .type = Type::kString, .searched = true},
       {.name = "resource", .type = Type::kString},
       {.name = "step", .type = Type::kString, .searched = true},
       {.name = "due_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "ready_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "waiver", .type = Type::kString},
       {.name = "onboarding", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "person", .type = Type::kString},
       {.name = "process", .type = Type::kString},
       OnboardingState("onboarding.state"),
       {.name = "place", .type = Type::kNumber, .ordered = true},
       {.name = "round", .type = Type::kNumber, .ordered = true},
       {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap}});
  return schema;
}

const expr::Schema& HistorySchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "sequence", .type = Type::kNumber, .ordered = true}});
  return schema;
}

const expr::Schema& ImpedimentSchema() {
  static const auto& schema =
      *new expr::Schema({{.name = "category",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::Impediment::Category_descriptor()),
                          .prefix = "CATEGORY_"},
                         {.name = "utility", .type = Type::kString, .searched = true},
                         {.name = "onboarding", .type = Type::kString, .ordered = true},
                         {.name = "task", .type = Type::kString, .searched = true},
                         {.name = "open", .type = Type::kBool},
                         {.name = "open_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "impediment", .type = Type::kString, .ordered = true},
                         {.name = "record", .type = Type::kString}});
  return schema;
}

std::optional<Value> TaskValue(const Run& run, const TaskView& task, int field) {
  const TaskRecord* record = task.record;
  switch (static_cast<TaskField>(field)) {
    case kState:
      return Text(v1::Task::State_Name(static_cast<v1::Task::State>(task.state)));
    case kAssignee:
      return IfAny(ActorOf(run, task).assignee);
    case kRole:
      return Text(ActorOf(run, task).role);
    case kResource:
      return Text(ActorOf(run, task).resource());
    case kStep:
      return Text(run.plan->plan.node(task.step).path);
    case kDueTime:
      if (record == nullptr || !record->due_time.has_value()) return Value{.number = kNeverDue};
      return Time(*record->due_time);
    case kReadyTime:
      return record == nullptr ? Value{.number = kNeverDue} : Time(record->ready_time);
    case kWaiver:
      return record == nullptr ? std::nullopt : IfAny(ApproverOf(run, *record));
    case kOnboarding:
      return Text(run.spec.id);
    case kPerson:
      return Text(run.spec.person);
    case kProcess:
      return Text(ProcessId(*run.plan));
    case kOnboardingState:
      return Text(StateName(run));
    case kPlace:
      return Number(task.step);
    case kRound:
      return Number(task.round);
  }
  return std::nullopt;
}

std::optional<Value> ImpedimentValue(const Run& run, const Impediment& impediment, int field) {
  switch (static_cast<ImpedimentField>(field)) {
    case kCategory:
      return Text(v1::Impediment::Category_Name(
          static_cast<v1::Impediment::Category>(impediment.category)));
    case kUtility:
      return IfAny(impediment.utility);
    case kOf:
      return Text(run.spec.id);
    case kTask:
      return Text(impediment.task);
    case kOpen:
      return Value{.number = !impediment.resolve_time.has_value()};
    case kOpenTime:
      return Time(impediment.open_time);
    case kImpediment:
      return Text(impediment.id);
    case kRecord:
      return Text(RecordId(run.spec, impediment));
  }
  return std::nullopt;
}

}  // namespace plumbline::onboarding
