// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec_escalation.h"

#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/later_fields.h"
#include "services/onboarding/engine/plan_rules.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

v1::EscalationStep ToProto(const EscalationStep& step) {
  v1::EscalationStep proto;
  proto.set_rule(step.rule);
  proto.set_trigger(static_cast<v1::EscalationTrigger>(step.trigger));
  proto.set_level(step.level);
  proto.mutable_recipients()->Assign(step.recipients.begin(), step.recipients.end());
  *proto.mutable_since_time() = ToTimestamp(step.since);
  if (step.reach_time) *proto.mutable_reach_time() = ToTimestamp(*step.reach_time);
  return proto;
}

EscalationStep FromProto(const v1::EscalationStep& proto) {
  EscalationStep step;
  step.rule = proto.rule();
  step.trigger = static_cast<flow::EscalationTrigger>(proto.trigger());
  step.level = proto.level();
  step.recipients.assign(proto.recipients().begin(), proto.recipients().end());
  step.since = FromTimestamp(proto.since_time());
  if (proto.has_reach_time()) step.reach_time = FromTimestamp(proto.reach_time());
  return step;
}

void AddCare(const Run& run, const TaskRecord& task, v1::Task* proto) {
  proto->set_owner(task.owner);
  proto->set_stands_in(task.gift.has_value() && task.gift->stands_in);
  if (task.waiver.has_value()) {
    *proto->mutable_waiver() = ToProto(*task.waiver);
    proto->mutable_waiver()->set_approver(ApproverOf(run, task));
    const Proxy* const approver = ApproverProxyOf(run, task);
    if (approver != nullptr) proto->mutable_waiver()->set_owner(approver->owner);
  }
  for (const Ladder& ladder : task.ladders) {
    if (ladder.over) continue;
    v1::LadderState* const state = proto->add_ladders();
    state->set_rule(ladder.rule);
    if (const PlanRule* rule = FindRule(run.plan->escalations, ladder.rule))
      state->set_trigger(static_cast<v1::EscalationTrigger>(rule->trigger));
    *state->mutable_since_time() = ToTimestamp(ladder.since);
    state->set_level(ladder.level);
    state->set_acknowledged(ladder.acknowledged);
  }
}

void StoreCare(const TaskRecord& task, stored::v1::StoredTask* proto) {
  for (const Ladder& ladder : task.ladders) {
    stored::v1::StoredLadder* const stored = proto->add_ladders();
    stored->set_rule(ladder.rule);
    stored->set_since_micros(absl::ToUnixMicros(ladder.since));
    stored->set_level(ladder.level);
    stored->set_acknowledged(ladder.acknowledged);
    stored->set_over(ladder.over);
    AddUnknown(ladder.unknown, stored);
  }
  if (task.verifier.has_value()) {
    proto->mutable_verifier()->set_person(task.verifier->person);
    proto->mutable_verifier()->set_owner(task.verifier->owner);
    AddUnknown(task.verifier->unknown, proto->mutable_verifier());
  }
  if (!task.gift.has_value()) return;
  proto->mutable_gift()->set_give_micros(absl::ToUnixMicros(task.gift->time));
  proto->mutable_gift()->set_stands_in(task.gift->stands_in);
  AddUnknown(task.gift->unknown, proto->mutable_gift());
}

void ReadCare(const stored::v1::StoredTask& proto, TaskRecord* task) {
  for (const stored::v1::StoredLadder& stored : proto.ladders()) {
    task->ladders.push_back({stored.rule(), absl::FromUnixMicros(stored.since_micros()),
                             stored.level(), stored.acknowledged(), stored.over(),
                             UnknownOf(stored)});
  }
  if (proto.has_verifier()) {
    task->verifier =
        Proxy{proto.verifier().person(), proto.verifier().owner(), UnknownOf(proto.verifier())};
  }
  if (!proto.has_gift()) return;
  task->gift = Gift{absl::FromUnixMicros(proto.gift().give_micros()), proto.gift().stands_in(),
                    UnknownOf(proto.gift())};
}

}  // namespace plumbline::onboarding
