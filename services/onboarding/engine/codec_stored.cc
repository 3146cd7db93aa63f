// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec_stored.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/codec_escalation.h"
#include "services/onboarding/engine/codec_plan_change.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/later_fields.h"

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
  AddUnknown(spec.unknown, &proto);
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
  spec.unknown = UnknownOf(proto);
  return spec;
}

void CallToProto(const AutomationCall& call, stored::v1::StoredCall* proto) {
  proto->set_id(call.id);
  proto->set_call_micros(absl::ToUnixMicros(call.call_time));
  proto->set_answer_by_micros(absl::ToUnixMicros(call.answer_by));
  proto->set_accepted(call.accepted);
  proto->set_answered(call.answered);
  AddUnknown(call.unknown, proto);
}

AutomationCall CallFromProto(const stored::v1::StoredCall& proto) {
  return {proto.id(),
          absl::FromUnixMicros(proto.call_micros()),
          absl::FromUnixMicros(proto.answer_by_micros()),
          proto.accepted(),
          proto.answered(),
          UnknownOf(proto)};
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
  if (record.waiver) *proto->mutable_waiver() = ToStored(*record.waiver);
  if (record.call) CallToProto(*record.call, proto->mutable_call());
  proto->set_calls(record.calls);
  proto->set_awaits_webhook(record.awaits_webhook);
  for (const PhaseChange& change : record.phases) {
    auto* phase = proto->add_phases();
    phase->set_phase(static_cast<int>(change.phase));
    phase->set_from_micros(absl::ToUnixMicros(change.from));
    AddUnknown(change.unknown, phase);
  }
  StoreCare(record, proto);
  AddUnknown(record.unknown, proto);
}

// In a stored impediment `name`, `task` and `record` are ids, not resource names.
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
  proto->set_record(impediment.record);
  if (impediment.acknowledge_time)
    *proto->mutable_acknowledge_time() = ToTimestamp(*impediment.acknowledge_time);
  AddUnknown(impediment.unknown, proto);
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
  impediment.record = proto.record();
  if (proto.has_acknowledge_time())
    impediment.acknowledge_time = FromTimestamp(proto.acknowledge_time());
  impediment.unknown = UnknownOf(proto);
  return impediment;
}

void MilestoneToProto(const ReachedMilestone& reached, stored::v1::StoredMilestone* proto) {
  proto->set_id(reached.id);
  proto->set_title(reached.title);
  proto->set_reach_micros(absl::ToUnixMicros(reached.reach_time));
  proto->set_source(reached.source);
  proto->set_reporter(reached.reporter);
  proto->set_reason(reached.reason);
  proto->set_by_node(reached.by_node);
  AddUnknown(reached.unknown, proto);
}

ReachedMilestone MilestoneFromProto(const stored::v1::StoredMilestone& proto) {
  return {proto.id(),      proto.title(),    absl::FromUnixMicros(proto.reach_micros()),
          proto.source(),  proto.reporter(), proto.reason(),
          proto.by_node(), UnknownOf(proto)};
}

void OutlookToProto(const Run& run, StoredOnboarding* proto) {
  if (!run.outlook) return;
  const Outlook& outlook = *run.outlook;
  proto->set_expected_micros(absl::ToUnixMicros(outlook.finish));
  if (outlook.told != outlook.finish) proto->set_told_micros(absl::ToUnixMicros(outlook.told));
  if (outlook.risk_time) proto->set_risk_micros(absl::ToUnixMicros(*outlook.risk_time));
  if (outlook.as_of != run.last_time)
    proto->set_expected_as_of_micros(absl::ToUnixMicros(outlook.as_of));
}

std::optional<Outlook> OutlookFromProto(const StoredOnboarding& proto) {
  if (!proto.has_expected_micros()) return std::nullopt;
  Outlook outlook{.finish = absl::FromUnixMicros(proto.expected_micros())};
  outlook.told =
      proto.has_told_micros() ? absl::FromUnixMicros(proto.told_micros()) : outlook.finish;
  if (proto.has_risk_micros()) outlook.risk_time = absl::FromUnixMicros(proto.risk_micros());
  outlook.as_of = absl::FromUnixMicros(
      proto.has_expected_as_of_micros() ? proto.expected_as_of_micros() : proto.last_micros());
  return outlook;
}

absl::Status DoesNotFit(const Run& run) {
  return base::Internal(
      absl::StrCat("the row of on-boarding ", run.spec.id, " does not fit its plan"));
}

// How many records of a run may be added without moving those that there are.
constexpr size_t kRoomForNext = 4;

// A message of many small parts, made and taken down at once.
template <typename Message>
class OnArena {
 public:
  OnArena() : arena_(block_, sizeof(block_)) {}
  Message& get() { return *message_; }

 private:
  alignas(8) char block_[8192];
  google::protobuf::Arena arena_;
  Message* const message_ = google::protobuf::Arena::CreateMessage<Message>(&arena_);
};

}  // namespace

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
  if (proto.has_waiver()) record.waiver = WaiverFromProto(proto.waiver());
  for (const auto& change : proto.phases()) {
    record.phases.push_back({static_cast<Phase>(change.phase()),
                             absl::FromUnixMicros(change.from_micros()), UnknownOf(change)});
  }
  ReadCare(proto, &record);
  if (proto.has_call()) record.call = CallFromProto(proto.call());
  record.calls = proto.calls();
  record.awaits_webhook = proto.awaits_webhook();
  record.unknown = UnknownOf(proto);
  return record;
}

std::string Serialize(const Run& run) {
  OnArena<StoredOnboarding> message;
  StoredOnboarding& proto = message.get();
  *proto.mutable_spec() = SpecToProto(run.spec);
  proto.set_progress(run.progress.Serialize());
  proto.set_start_micros(absl::ToUnixMicros(run.start_time));
  proto.set_last_micros(absl::ToUnixMicros(run.last_time));
  if (run.late_time) proto.set_late_micros(absl::ToUnixMicros(*run.late_time));
  if (run.finish_time) proto.set_finish_micros(absl::ToUnixMicros(*run.finish_time));
  if (run.target_time) proto.set_target_micros(absl::ToUnixMicros(*run.target_time));
  if (run.pause_time) proto.set_pause_micros(absl::ToUnixMicros(*run.pause_time));
  proto.set_pause_reason(run.pause_reason);
  if (run.cancel_time) proto.set_cancel_micros(absl::ToUnixMicros(*run.cancel_time));
  proto.set_cancel_reason(run.cancel_reason);
  if (run.resume_time) proto.set_resume_micros(absl::ToUnixMicros(*run.resume_time));
  if (run.next_escalation)
    proto.set_next_escalation_micros(absl::ToUnixMicros(*run.next_escalation));
  proto.set_last_sequence(run.last_sequence);
  if (run.spec.calendar != nullptr) proto.set_calendar(run.spec.calendar->id);
  OutlookToProto(run, &proto);
  for (const TaskRecord& record : run.tasks) TaskToProto(record, proto.add_tasks());
  for (const Impediment& impediment : run.impediments) {
    ImpedimentToProto(impediment, proto.add_impediments());
  }
  for (const DecisionRecord& record : run.decisions) {
    auto* decision = proto.add_decisions();
    decision->set_node(record.node);
    decision->set_ready_micros(absl::ToUnixMicros(record.ready_time));
    AddUnknown(record.unknown, decision);
  }
  proto.mutable_attributes()->insert(run.attributes.begin(), run.attributes.end());
  for (const Span& pause : run.pauses) {
    auto* span = proto.add_pauses();
    span->set_from_micros(absl::ToUnixMicros(pause.from));
    span->set_to_micros(absl::ToUnixMicros(pause.to));
    AddUnknown(pause.unknown, span);
  }
  for (const ReachedMilestone& reached : run.milestones)
    MilestoneToProto(reached, proto.add_milestones());
  PlanStateToProto(run, &proto);
  AddUnknown(run.unknown, &proto);
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
  return Parse(
      workspace, onboarding, std::move(plan), bytes,
      [&](const std::string& id) -> absl::StatusOr<CalendarPointer> {
        return base::Internal(absl::StrCat("on-boarding ", onboarding, " has the calendar ", id));
      });
}

absl::StatusOr<Run> Parse(absl::string_view workspace, absl::string_view onboarding,
                          PlanPointer plan, absl::string_view bytes, CalendarLookup calendars) {
  OnArena<StoredOnboarding> message;
  StoredOnboarding& proto = message.get();
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::Internal(absl::StrCat("the row of on-boarding ", onboarding, " is damaged"));
  }
  return RunFromProto(workspace, onboarding, std::move(plan), proto, calendars);
}

absl::StatusOr<Run> RunFromProto(absl::string_view workspace, absl::string_view onboarding,
                                 PlanPointer plan, const StoredOnboarding& proto,
                                 CalendarLookup calendars) {
  ASSIGN_OR_RETURN(Spec spec, SpecFromProto(proto.spec()));
  spec.workspace = std::string(workspace);
  spec.id = std::string(onboarding);
  if (!proto.calendar().empty()) {
    ASSIGN_OR_RETURN(spec.calendar, calendars(proto.calendar()));
  }
  ASSIGN_OR_RETURN(flow::Progress progress, flow::Progress::Parse(plan->plan, proto.progress()));
  Run run(std::move(spec), std::move(plan), std::move(progress));
  run.start_time = absl::FromUnixMicros(proto.start_micros());
  run.last_time = absl::FromUnixMicros(proto.last_micros());
  if (proto.has_late_micros()) run.late_time = absl::FromUnixMicros(proto.late_micros());
  if (proto.has_finish_micros()) run.finish_time = absl::FromUnixMicros(proto.finish_micros());
  if (proto.has_target_micros()) run.target_time = absl::FromUnixMicros(proto.target_micros());
  if (proto.has_pause_micros()) run.pause_time = absl::FromUnixMicros(proto.pause_micros());
  run.pause_reason = proto.pause_reason();
  if (proto.has_cancel_micros()) run.cancel_time = absl::FromUnixMicros(proto.cancel_micros());
  run.cancel_reason = proto.cancel_reason();
  if (proto.has_resume_micros()) run.resume_time = absl::FromUnixMicros(proto.resume_micros());
  if (proto.has_next_escalation_micros())
    run.next_escalation = absl::FromUnixMicros(proto.next_escalation_micros());
  run.last_sequence = proto.last_sequence();
  run.outlook = OutlookFromProto(proto);
  run.attributes = {proto.attributes().begin(), proto.attributes().end()};
  for (const auto& pause : proto.pauses()) {
    run.pauses.push_back({absl::FromUnixMicros(pause.from_micros()),
                          absl::FromUnixMicros(pause.to_micros()), UnknownOf(pause)});
  }
  for (const stored::v1::StoredMilestone& reached : proto.milestones())
    run.milestones.push_back(MilestoneFromProto(reached));
  // With room for those whose turn comes next: records are large, and moving them all costs as much
  // as reading them.
  run.tasks.reserve(static_cast<size_t>(proto.tasks_size()) + kRoomForNext);
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
    run.decisions.push_back(
        {decision.node(), absl::FromUnixMicros(decision.ready_micros()), UnknownOf(decision)});
  }
  RETURN_IF_ERROR(PlanStateFromProto(proto, &run));
  run.unknown = UnknownOf(proto);
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
