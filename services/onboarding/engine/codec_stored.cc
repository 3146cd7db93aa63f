// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding {
namespace {

using stored::v1::StoredOnboarding;
using stored::v1::StoredTask;

v1::Onboarding SpecToProto(const Spec& spec) {
  v1::Onboarding proto;
  proto.set_person(spec.person);
  proto.set_display_name(spec.display_name);
  proto.set_day_one(absl::FormatCivilTime(spec.day_one));
  proto.set_time_zone(spec.time_zone);
  proto.mutable_assignees()->insert(spec.assignees.begin(), spec.assignees.end());
  proto.mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  proto.mutable_attributes()->insert(spec.attributes.begin(), spec.attributes.end());
  return proto;
}

absl::StatusOr<Spec> SpecFromProto(const v1::Onboarding& proto) {
  Spec spec;
  if (!absl::ParseCivilTime(proto.day_one(), &spec.day_one)) {
    return base::Internal(absl::StrCat("stored day_one '", proto.day_one(), "'"));
  }
  spec.person = proto.person();
  spec.display_name = proto.display_name();
  spec.time_zone = proto.time_zone();
  spec.assignees = {proto.assignees().begin(), proto.assignees().end()};
  spec.labels = {proto.labels().begin(), proto.labels().end()};
  spec.attributes = {proto.attributes().begin(), proto.attributes().end()};
  return spec;
}

void TaskToProto(const TaskRecord& record, StoredTask* proto) {
  proto->set_step(record.step);
  proto->set_round(record.round);
  proto->set_state(static_cast<v1::Task::State>(record.state));
  proto->set_ready_micros(absl::ToUnixMicros(record.ready_time));
  if (record.start_time) proto->set_start_micros(absl::ToUnixMicros(*record.start_time));
  if (record.end_time) proto->set_end_micros(absl::ToUnixMicros(*record.end_time));
  if (record.due_time) proto->set_due_micros(absl::ToUnixMicros(*record.due_time));
  proto->set_blocked_micros(absl::ToInt64Microseconds(record.blocked));
  if (record.blocked_since)
    proto->set_blocked_since_micros(absl::ToUnixMicros(*record.blocked_since));
  proto->mutable_ticked()->Assign(record.ticked.begin(), record.ticked.end());
  proto->mutable_defects()->Assign(record.defects.begin(), record.defects.end());
  if (record.assignee) proto->set_assignee(*record.assignee);
  proto->set_owner(record.owner);
  proto->mutable_outputs()->insert(record.outputs.begin(), record.outputs.end());
  proto->set_completer(record.completer);
  proto->set_rejections(record.rejections);
  if (record.waiver) *proto->mutable_waiver() = ToProto(*record.waiver);
}

TaskRecord TaskFromProto(const StoredTask& proto) {
  TaskRecord record;
  record.step = proto.step();
  record.round = proto.round();
  record.state = static_cast<TaskState>(proto.state());
  record.ready_time = absl::FromUnixMicros(proto.ready_micros());
  if (proto.has_start_micros()) record.start_time = absl::FromUnixMicros(proto.start_micros());
  if (proto.has_end_micros()) record.end_time = absl::FromUnixMicros(proto.end_micros());
  if (proto.has_due_micros()) record.due_time = absl::FromUnixMicros(proto.due_micros());
  record.blocked = absl::Microseconds(proto.blocked_micros());
  if (proto.has_blocked_since_micros())
    record.blocked_since = absl::FromUnixMicros(proto.blocked_since_micros());
  record.ticked.assign(proto.ticked().begin(), proto.ticked().end());
  record.defects.assign(proto.defects().begin(), proto.defects().end());
  if (proto.has_assignee()) record.assignee = proto.assignee();
  record.owner = proto.owner();
  record.outputs = {proto.outputs().begin(), proto.outputs().end()};
  record.completer = proto.completer();
  record.rejections = proto.rejections();
  if (proto.has_waiver()) {
    record.waiver = Waiver{proto.waiver().requester(), proto.waiver().reason(),
                           FromTimestamp(proto.waiver().request_time())};
  }
  return record;
}

// In a stored impediment `name` and `task` are ids, not resource names.
void ImpedimentToProto(const Impediment& impediment, v1::Impediment* proto) {
  proto->set_name(impediment.id);
  proto->set_task(impediment.task);
  proto->set_category(static_cast<v1::Impediment::Category>(impediment.category));
  proto->set_utility(impediment.utility);
  proto->set_description(impediment.description);
  *proto->mutable_open_time() = ToTimestamp(impediment.open_time);
  if (impediment.resolve_time) {
    *proto->mutable_resolve_time() = ToTimestamp(*impediment.resolve_time);
  }
  proto->set_resolution(impediment.resolution);
}

Impediment ImpedimentFromProto(const v1::Impediment& proto) {
  Impediment impediment;
  impediment.id = proto.name();
  impediment.task = proto.task();
  impediment.category = static_cast<Category>(proto.category());
  impediment.utility = proto.utility();
  impediment.description = proto.description();
  impediment.open_time = FromTimestamp(proto.open_time());
  if (proto.has_resolve_time()) impediment.resolve_time = FromTimestamp(proto.resolve_time());
  impediment.resolution = proto.resolution();
  return impediment;
}

absl::Status DoesNotFit(const Run& run) {
  return base::Internal(
      absl::StrCat("the row of on-boarding ", run.spec.id, " does not fit its plan"));
}

}  // namespace

std::string Serialize(const Run& run) {
  StoredOnboarding proto;
  *proto.mutable_spec() = SpecToProto(run.spec);
  proto.set_progress(run.progress.Serialize());
  proto.set_start_micros(absl::ToUnixMicros(run.start_time));
  proto.set_last_micros(absl::ToUnixMicros(run.last_time));
  if (run.finish_time) proto.set_finish_micros(absl::ToUnixMicros(*run.finish_time));
  if (run.target_time) proto.set_target_micros(absl::ToUnixMicros(*run.target_time));
  if (run.pause_time) proto.set_pause_micros(absl::ToUnixMicros(*run.pause_time));
  proto.set_pause_reason(run.pause_reason);
  if (run.cancel_time) proto.set_cancel_micros(absl::ToUnixMicros(*run.cancel_time));
  proto.set_cancel_reason(run.cancel_reason);
  proto.set_last_sequence(run.last_sequence);
  for (const TaskRecord& record : run.tasks) TaskToProto(record, proto.add_tasks());
  for (const Impediment& impediment : run.impediments) {
    ImpedimentToProto(impediment, proto.add_impediments());
  }
  for (const DecisionRecord& record : run.decisions) {
    auto* decision = proto.add_decisions();
    decision->set_node(record.node);
    decision->set_ready_micros(absl::ToUnixMicros(record.ready_time));
  }
  proto.mutable_attributes()->insert(run.attributes.begin(), run.attributes.end());
  // The same run always gives the same bytes.
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  proto.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

absl::StatusOr<Run> Parse(absl::string_view workspace, absl::string_view onboarding,
                          PlanPointer plan, absl::string_view bytes) {
  StoredOnboarding proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::Internal(absl::StrCat("the row of on-boarding ", onboarding, " is damaged"));
  }
  ASSIGN_OR_RETURN(Spec spec, SpecFromProto(proto.spec()));
  spec.workspace = std::string(workspace);
  spec.id = std::string(onboarding);
  ASSIGN_OR_RETURN(flow::Progress progress, flow::Progress::Parse(plan->plan, proto.progress()));
  Run run(std::move(spec), std::move(plan), std::move(progress));
  run.start_time = absl::FromUnixMicros(proto.start_micros());
  run.last_time = absl::FromUnixMicros(proto.last_micros());
  if (proto.has_finish_micros()) run.finish_time = absl::FromUnixMicros(proto.finish_micros());
  if (proto.has_target_micros()) run.target_time = absl::FromUnixMicros(proto.target_micros());
  if (proto.has_pause_micros()) run.pause_time = absl::FromUnixMicros(proto.pause_micros());
  run.pause_reason = proto.pause_reason();
  if (proto.has_cancel_micros()) run.cancel_time = absl::FromUnixMicros(proto.cancel_micros());
  run.cancel_reason = proto.cancel_reason();
  run.last_sequence = proto.last_sequence();
  run.attributes = {proto.attributes().begin(), proto.attributes().end()};
  for (const StoredTask& task : proto.tasks()) {
    if (task.step() < 0 || task.step() >= run.plan->plan.size()) {
      return DoesNotFit(run);
    }
    run.tasks.push_back(TaskFromProto(task));
  }
  for (const v1::Impediment& impediment : proto.impediments()) {
    run.impediments.push_back(ImpedimentFromProto(impediment));
  }
  for (const auto& decision : proto.decisions()) {
    if (decision.node() < 0 || decision.node() >= run.plan->plan.size()) return DoesNotFit(run);
    run.decisions.push_back({decision.node(), absl::FromUnixMicros(decision.ready_micros())});
  }
  return run;
}

absl::StatusOr<Subject> ParseSubject(absl::string_view bytes) {
  StoredOnboarding stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return base::Internal("a stored on-boarding is damaged");
  const v1::Onboarding& spec = stored.spec();
  return Subject{spec.person(), {spec.labels().begin(), spec.labels().end()}};
}

}  // namespace plumbline::onboarding
