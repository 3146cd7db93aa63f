// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/engine/clocks.h"
#include "services/onboarding/engine/codec_changes.h"
#include "services/onboarding/engine/codec_escalation.h"
#include "services/onboarding/engine/codec_plan_change.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/later_fields.h"
#include "services/onboarding/engine/outlook_by_targets.h"
#include "services/onboarding/engine/outputs.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::Timestamp;

void Set(Timestamp* out, absl::Time time) { *out = ToTimestamp(time); }

v1::Link ToProto(const Link& link) {
  v1::Link proto;
  proto.set_uri(link.uri);
  proto.set_title(link.title);
  return proto;
}

// What the process says about when to choose which option.
void AddConditions(const flow::Plan& plan, const flow::OpenDecision& open, v1::Decision* proto) {
  const auto add = [proto](absl::string_view option, const std::string& condition) {
    if (!condition.empty()) (*proto->mutable_conditions())[std::string(option)] = condition;
  };
  const flow::PlanNode& node = plan.node(open.node);
  if (open.whether) {
    // The condition of a branch says whether it is taken, not whether it is done then.
    const bool branch =
        node.parent != flow::kNoNode && plan.node(node.parent).kind == flow::NodeKind::kChoice;
    if (!branch) add(flow::kDo, node.condition);
  } else if (node.kind == flow::NodeKind::kLoop) {
    add(flow::kLeave, node.leave_when);
  } else {
    for (const flow::NodeIndex child : node.children)
      add(flow::IdOf(plan.node(child)), plan.node(child).condition);
  }
}

v1::Decision ToProto(const Run& run, const flow::OpenDecision& open, absl::Time ready_time,
                     const flow::Decider& decider) {
  const flow::PlanNode& node = run.plan->plan.node(open.node);
  v1::Decision proto;
  proto.set_id(node.path);
  proto.set_title(node.title);
  proto.set_role(node.decider);
  proto.mutable_options()->Assign(open.options.begin(), open.options.end());
  Set(proto.mutable_ready_time(), ready_time);
  AddConditions(run.plan->plan, open, &proto);
  const flow::Ruling ruling = decider.Ask(open);
  proto.mutable_missing_attributes()->Assign(ruling.missing.begin(), ruling.missing.end());
  return proto;
}

void AddDecisions(const Run& run, v1::Onboarding* proto) {
  if (run.decisions.empty()) return;
  const flow::Decider decider(run.plan->plan, run.plan->conditions, run.attributes);
  for (const flow::OpenDecision& open : run.progress.OpenDecisions()) {
    for (const DecisionRecord& record : run.decisions) {
      if (record.node == open.node)
        *proto->add_decisions() = ToProto(run, open, record.ready_time, decider);
    }
  }
}

void AddRecord(const TaskRecord& record, absl::Time now, v1::Task* task) {
  Set(task->mutable_ready_time(), record.ready_time);
  if (record.start_time) Set(task->mutable_start_time(), *record.start_time);
  if (record.end_time) Set(task->mutable_end_time(), *record.end_time);
  if (record.due_time) Set(task->mutable_due_time(), *record.due_time);
  absl::Duration blocked = record.blocked;
  if (record.blocked_since) {
    blocked += std::max(absl::ZeroDuration(), now - *record.blocked_since);
  }
  int64_t micros = absl::ToInt64Microseconds(blocked);
  task->mutable_blocked_duration()->set_seconds(micros / 1'000'000);
  task->mutable_blocked_duration()->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  task->mutable_ticked()->Assign(record.ticked.begin(), record.ticked.end());
  task->mutable_defects()->Assign(record.defects.begin(), record.defects.end());
  task->mutable_output_values()->insert(record.outputs.begin(), record.outputs.end());
  task->set_completer(record.completer);
  task->set_rejection_count(record.rejections);
  if (record.blocked_since) Set(task->mutable_blocked_since(), *record.blocked_since);
}

void AddOutlook(const Run& run, v1::Onboarding* proto) {
  if (!run.outlook) return;
  const Outlook& outlook = *run.outlook;
  Set(proto->mutable_expected_finish_time(), outlook.finish);
  proto->set_at_risk(outlook.risk_time && *outlook.risk_time <= run.last_time);
  if (outlook.risk_time) Set(proto->mutable_risk_time(), *outlook.risk_time);
}

v1::Onboarding::State StateOf(const Run& run) {
  if (run.cancel_time) return v1::Onboarding::STATE_CANCELLED;
  if (run.pause_time) return v1::Onboarding::STATE_PAUSED;
  return run.finish_time ? v1::Onboarding::STATE_COMPLETED : v1::Onboarding::STATE_ACTIVE;
}

}  // namespace

Timestamp ToTimestamp(absl::Time time) {
  int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / 1'000'000;
  if (micros % 1'000'000 < 0) --seconds;
  Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>((micros - seconds * 1'000'000) * 1000));
  return timestamp;
}

absl::Time FromTimestamp(const Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

v1::Waiver ToProto(const Waiver& waiver) {
  v1::Waiver proto;
  proto.set_requester(waiver.requester);
  proto.set_reason(waiver.reason);
  Set(proto.mutable_request_time(), waiver.request_time);
  return proto;
}

v1::Waiver ToStored(const Waiver& waiver) {
  v1::Waiver proto = ToProto(waiver);
  if (waiver.approver.has_value()) {
    proto.set_approver(waiver.approver->person);
    proto.set_owner(waiver.approver->owner);
  }
  AddUnknown(waiver.unknown, &proto);
  return proto;
}

Waiver WaiverFromProto(const v1::Waiver& proto) {
  Waiver waiver{.requester = proto.requester(),
                .reason = proto.reason(),
                .request_time = FromTimestamp(proto.request_time()),
                .unknown = UnknownOf(proto)};
  if (!proto.owner().empty()) waiver.approver = Proxy{proto.approver(), proto.owner()};
  return waiver;
}

v1::ReachedMilestone ToProto(const ReachedMilestone& reached) {
  v1::ReachedMilestone proto;
  proto.set_milestone(reached.id);
  proto.set_title(reached.title);
  Set(proto.mutable_reach_time(), reached.reach_time);
  proto.set_source(reached.source);
  proto.set_reporter(reached.reporter);
  proto.set_reason(reached.reason);
  return proto;
}

v1::Comment ToComment(const HistoryEntry& entry) {
  v1::Comment comment;
  comment.set_sequence(entry.sequence);
  comment.set_author(entry.actor);
  Set(comment.mutable_create_time(), entry.occur_time);
  comment.set_text(entry.reason);
  for (const Link& link : entry.links) *comment.add_links() = ToProto(link);
  return comment;
}

v1::HistoryEntry ToProto(const HistoryEntry& entry) {
  v1::HistoryEntry proto;
  proto.set_sequence(entry.sequence);
  Set(proto.mutable_occur_time(), entry.occur_time);
  Set(proto.mutable_record_time(), entry.record_time);
  proto.set_actor(entry.actor);
  proto.set_kind(static_cast<v1::HistoryEntry::Kind>(entry.kind));
  proto.set_task(entry.task);
  proto.set_step(entry.step);
  proto.set_title(entry.title);
  proto.set_decision(entry.decision);
  proto.set_option(entry.option);
  proto.set_impediment(entry.impediment);
  if (entry.category) proto.set_category(static_cast<v1::Impediment::Category>(*entry.category));
  proto.set_utility(entry.utility);
  proto.set_reason(entry.reason);
  proto.set_resource(entry.resource);
  if (entry.due_time) Set(proto.mutable_due_time(), *entry.due_time);
  if (entry.earliest_time) Set(proto.mutable_earliest_time(), *entry.earliest_time);
  if (entry.start_time) Set(proto.mutable_start_time(), *entry.start_time);
  proto.mutable_defects()->Assign(entry.defects.begin(), entry.defects.end());
  proto.mutable_ticked()->Assign(entry.ticked.begin(), entry.ticked.end());
  proto.set_by_condition(entry.by_condition);
  proto.mutable_attributes()->insert(entry.attributes.begin(), entry.attributes.end());
  proto.set_owner(entry.owner);
  for (const Link& link : entry.links) *proto.add_links() = ToProto(link);
  if (entry.previous_due_time) Set(proto.mutable_previous_due_time(), *entry.previous_due_time);
  if (entry.day_one) proto.set_day_one(absl::FormatCivilTime(*entry.day_one));
  if (entry.previous_day_one)
    proto.set_previous_day_one(absl::FormatCivilTime(*entry.previous_day_one));
  proto.set_impediment_record(entry.impediment_record);
  if (entry.escalation) *proto.mutable_escalation() = ToProto(*entry.escalation);
  proto.set_stands_in(entry.stands_in);
  proto.set_milestone(entry.milestone);
  if (entry.reach_time) Set(proto.mutable_reach_time(), *entry.reach_time);
  proto.set_webhook(entry.webhook);
  proto.set_call(entry.call);
  if (entry.answer_by) Set(proto.mutable_answer_by_time(), *entry.answer_by);
  if (entry.plan_change) *proto.mutable_plan_change() = ToProto(*entry.plan_change);
  ChangesToProto(entry, &proto);
  return proto;
}

HistoryEntry FromProto(const v1::HistoryEntry& proto) {
  HistoryEntry entry;
  entry.sequence = proto.sequence();
  entry.occur_time = FromTimestamp(proto.occur_time());
  entry.record_time = FromTimestamp(proto.record_time());
  entry.actor = proto.actor();
  entry.kind = static_cast<EntryKind>(proto.kind());
  entry.task = proto.task();
  entry.step = proto.step();
  entry.title = proto.title();
  entry.decision = proto.decision();
  entry.option = proto.option();
  entry.impediment = proto.impediment();
  if (proto.category() != 0) entry.category = static_cast<Category>(proto.category());
  entry.utility = proto.utility();
  entry.reason = proto.reason();
  entry.resource = proto.resource();
  if (proto.has_due_time()) entry.due_time = FromTimestamp(proto.due_time());
  if (proto.has_earliest_time()) entry.earliest_time = FromTimestamp(proto.earliest_time());
  if (proto.has_start_time()) entry.start_time = FromTimestamp(proto.start_time());
  entry.defects.assign(proto.defects().begin(), proto.defects().end());
  entry.ticked.assign(proto.ticked().begin(), proto.ticked().end());
  entry.by_condition = proto.by_condition();
  entry.attributes = {proto.attributes().begin(), proto.attributes().end()};
  entry.owner = proto.owner();
  for (const v1::Link& link : proto.links()) entry.links.push_back({link.uri(), link.title()});
  if (proto.has_previous_due_time())
    entry.previous_due_time = FromTimestamp(proto.previous_due_time());
  absl::CivilDay day_one;
  if (absl::ParseCivilTime(proto.day_one(), &day_one)) entry.day_one = day_one;
  if (absl::ParseCivilTime(proto.previous_day_one(), &day_one)) entry.previous_day_one = day_one;
  entry.impediment_record = proto.impediment_record();
  if (proto.has_escalation()) entry.escalation = FromProto(proto.escalation());
  entry.stands_in = proto.stands_in();
  entry.milestone = proto.milestone();
  if (proto.has_reach_time()) entry.reach_time = FromTimestamp(proto.reach_time());
  entry.webhook = proto.webhook();
  entry.call = proto.call();
  if (proto.has_answer_by_time()) entry.answer_by = FromTimestamp(proto.answer_by_time());
  if (proto.has_plan_change()) entry.plan_change = FromProto(proto.plan_change());
  ChangesFromProto(proto, &entry);
  return entry;
}

v1::HistoryEntry ToProto(const HistoryEntry& entry, absl::string_view workspace,
                         absl::string_view onboarding) {
  v1::HistoryEntry proto = ToProto(entry);
  proto.set_name(absl::StrCat(OnboardingName(workspace, onboarding), "/history/", entry.sequence));
  AddImpliedChanges(entry, &proto);
  return proto;
}

v1::Impediment ToProto(const Impediment& impediment, const Spec& spec) {
  v1::Impediment proto;
  proto.set_name(ImpedimentName(spec, impediment.id));
  proto.set_task(TaskName(spec, impediment.task));
  proto.set_category(static_cast<v1::Impediment::Category>(impediment.category));
  proto.set_utility(impediment.utility);
  proto.set_description(impediment.description);
  Set(proto.mutable_open_time(), impediment.open_time);
  if (impediment.resolve_time) Set(proto.mutable_resolve_time(), *impediment.resolve_time);
  proto.set_resolution(impediment.resolution);
  proto.set_record(RecordName(spec.workspace, RecordId(spec, impediment)));
  if (impediment.acknowledge_time)
    Set(proto.mutable_acknowledge_time(), *impediment.acknowledge_time);
  return proto;
}

v1::Onboarding ToProto(const Run& run) {
  v1::Onboarding proto;
  const Spec& spec = run.spec;
  proto.set_name(OnboardingName(spec.workspace, spec.id));
  proto.set_process(run.plan->process);
  proto.set_person(spec.person);
  proto.set_display_name(spec.display_name);
  proto.set_day_one(absl::FormatCivilTime(spec.day_one));
  proto.set_time_zone(spec.time_zone);
  proto.mutable_assignees()->insert(spec.assignees.begin(), spec.assignees.end());
  proto.mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  const flow::AttributeValues values = flow::WithDefaults(AttributesOf(*run.plan), run.attributes);
  proto.mutable_attributes()->insert(values.begin(), values.end());
  proto.set_state(StateOf(run));
  Set(proto.mutable_start_time(), run.start_time);
  if (run.finish_time) Set(proto.mutable_finish_time(), *run.finish_time);
  if (run.target_time) Set(proto.mutable_target_time(), *run.target_time);
  if (run.pause_time) Set(proto.mutable_pause_time(), *run.pause_time);
  proto.set_pause_reason(run.pause_reason);
  if (run.cancel_time) Set(proto.mutable_cancel_time(), *run.cancel_time);
  proto.set_cancel_reason(run.cancel_reason);
  if (spec.calendar != nullptr) proto.set_calendar(spec.calendar->name);
  AddOutlook(run, &proto);
  StepCounts counts = CountSteps(run);
  proto.set_steps_ended(counts.ended);
  proto.set_steps_total(counts.total);
  proto.set_open_impediments(static_cast<int>(OpenImpediments(run).size()));
  AddDecisions(run, &proto);
  if (run.next_escalation) Set(proto.mutable_next_escalation_time(), *run.next_escalation);
  for (const ReachedMilestone& reached : run.milestones)
    *proto.add_reached_milestones() = ToProto(reached);
  proto.set_etag(absl::StrCat(run.last_sequence));
  proto.set_plan_changed(run.plan_changed);
  return proto;
}

TaskMessages::TaskMessages(const Run& run, Course course, absl::Time now)
    : run_(run), course_(std::move(course)), now_(now) {
  // The zone was checked when the run was started; should the machine have lost it since, tasks
  // have no planned times.
  auto calendar = CalendarOf(run.spec);
  if (calendar.ok()) calendar_ = *std::move(calendar);
}

const FirstTimes& TaskMessages::first_times() const {
  if (!first_times_.has_value())
    first_times_.emplace(FirstTimes::ByItsCalendar(run_, course_, *calendar_));
  return *first_times_;
}

void TaskMessages::AddPlanned(const TaskView& view, v1::Task* task) const {
  if (!calendar_.has_value()) return;
  const flow::PlanNode& node = run_.plan->plan.node(view.step);
  const auto earliest = EarliestTime(node.step, run_.spec.day_one, *calendar_);
  if (earliest.has_value()) Set(task->mutable_earliest_time(), *earliest);
  if (view.record != nullptr && IsOpen(*view.record))
    Set(task->mutable_counts_from_time(),
        first_times().CountFrom(view.step, view.record->ready_time));
  if (course_.IsLeftOut(view.step)) return;
  const std::optional<PlannedSpan>& span = first_times().planned()[view.step];
  if (!span.has_value()) return;
  Set(task->mutable_planned_start_time(), span->start);
  Set(task->mutable_planned_end_time(), span->end);
}

// Of the round that is under way or comes next; those before it are over.
std::optional<LiveSpan> TaskMessages::SpanOf(const TaskView& view) const {
  if (!calendar_.has_value()) return std::nullopt;
  if (view.record == nullptr) {
    if (!live_.has_value()) live_ = LivePlanByTargets(run_, first_times(), *calendar_, now_);
    return live_->spans[view.step];
  }
  if (!IsOpen(*view.record)) return std::nullopt;
  return OpenSpanOf(run_, *view.record, first_times(), *calendar_, now_);
}

void TaskMessages::AddExpected(const TaskView& view, v1::Task* task) const {
  const std::optional<LiveSpan> span = SpanOf(view);
  if (!span.has_value()) return;
  Set(task->mutable_expected_start_time(), span->start);
  Set(task->mutable_expected_end_time(), span->end);
  if (view.record == nullptr || !view.record->due_time.has_value()) return;
  const absl::Time from = first_times().CountFrom(view.step, view.record->ready_time);
  task->set_at_risk(span->end > DueSoFar(run_, *view.record, from, now_, *calendar_));
}

v1::Task TaskMessages::MakeWhole(const TaskView& view) const {
  v1::Task task = Make(view);
  const flow::StepDetails& step = run_.plan->plan.node(view.step).step;
  task.set_instructions(step.instructions);
  for (const std::string& id : task.checklist()) {
    v1::TaskChecklistItem* line = task.add_checklist_items();
    line->set_id(id);
    for (const flow::ChecklistItem& item : step.checklist) {
      if (item.id != id) continue;
      line->set_title(item.title);
      line->set_optional(item.optional);
    }
    line->set_ticked(std::count(task.ticked().begin(), task.ticked().end(), id) > 0);
  }
  return task;
}

v1::Task TaskMessages::Make(const TaskView& view) const {
  const flow::PlanNode& node = run_.plan->plan.node(view.step);
  std::string id = TaskId(*run_.plan, view.step, view.round);
  v1::Task task;
  task.set_name(TaskName(run_.spec, id));
  task.set_step(node.path);
  task.set_round(view.round);
  task.set_title(node.title);
  task.set_role(node.step.role);
  task.set_assignee(view.record == nullptr ? AssigneeOf(run_.spec, node.step.role)
                                           : AssigneeOf(run_, *view.record));
  task.set_state(static_cast<v1::Task::State>(view.state));
  AddPlanned(view, &task);
  task.mutable_utilities()->Assign(node.step.utilities.begin(), node.step.utilities.end());
  task.set_verifier(node.step.verifier);
  task.set_waiver_approver(node.step.waiver_approver);
  if (auto automation = AutomationOf(run_, view)) *task.mutable_automation() = *automation;
  if (!node.step.outputs.empty()) {
    const std::vector<std::string> outputs = OutputIds(*run_.plan, view.step);
    task.mutable_outputs()->Assign(outputs.begin(), outputs.end());
  }
  for (bool optional : {false, true}) {
    for (const flow::ChecklistItem& item : node.step.checklist) {
      if (item.optional == optional) task.add_checklist(item.id);
    }
  }
  AddExpected(view, &task);
  const auto planned = run_.planned_skips.find(view.step);
  if (view.state == TaskState::kPending && planned != run_.planned_skips.end())
    *task.mutable_waiver() = ToProto(planned->second);
  if (view.record == nullptr) return task;
  AddRecord(*view.record, now_, &task);
  if (calendar_.has_value())
    *task.mutable_time_account() = ToProto(AccountOf(run_, *view.record, *calendar_, now_));
  AddCare(run_, *view.record, &task);
  for (const Impediment* open : OpenImpediments(run_, id)) task.add_open_impediments(open->id);
  return task;
}

}  // namespace plumbline::onboarding
