// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "common/flow/proto/convert.h"

namespace plumbline::flow {
namespace {

BusinessDuration SpanOf(const common::v1::BusinessDuration& proto) {
  return {.days = proto.days(), .minutes = proto.minutes()};
}

void Set(const BusinessDuration& span, common::v1::BusinessDuration* proto) {
  proto->set_days(span.days);
  proto->set_minutes(span.minutes);
}

Milestone FromProto(const catalog::v1::Milestone& proto) {
  Milestone milestone = {.id = proto.id(),
                         .title = proto.title(),
                         .description = proto.description(),
                         .node = proto.node()};
  if (proto.has_target()) milestone.target = SpanOf(proto.target());
  return milestone;
}

EscalationRule FromProto(const catalog::v1::EscalationRule& proto) {
  EscalationRule rule = {.id = proto.id()};
  // What a later version of the contract knows is none of ours, and refused as if nothing was said.
  if (catalog::v1::EscalationRule::Trigger_IsValid(proto.trigger()))
    rule.trigger = static_cast<EscalationTrigger>(proto.trigger());
  rule.steps.assign(proto.steps().begin(), proto.steps().end());
  for (const catalog::v1::EscalationLevel& level : proto.levels()) {
    rule.levels.push_back(
        {.after = SpanOf(level.after()), .notify = {level.notify().begin(), level.notify().end()}});
  }
  return rule;
}

}  // namespace

void AimsFromProto(const catalog::v1::Process& proto, ProcessContent* content) {
  content->milestones.clear();
  for (const catalog::v1::Milestone& milestone : proto.milestones())
    content->milestones.push_back(FromProto(milestone));
  content->escalations.clear();
  for (const catalog::v1::EscalationRule& rule : proto.escalations())
    content->escalations.push_back(FromProto(rule));
}

catalog::v1::Milestone ToProto(const Milestone& milestone) {
  catalog::v1::Milestone proto;
  proto.set_id(milestone.id);
  proto.set_title(milestone.title);
  proto.set_description(milestone.description);
  proto.set_node(milestone.node);
  if (milestone.target) Set(*milestone.target, proto.mutable_target());
  return proto;
}

catalog::v1::EscalationRule ToProto(const EscalationRule& rule) {
  catalog::v1::EscalationRule proto;
  proto.set_id(rule.id);
  proto.set_trigger(static_cast<catalog::v1::EscalationRule::Trigger>(rule.trigger));
  proto.mutable_steps()->Add(rule.steps.begin(), rule.steps.end());
  for (const EscalationLevel& level : rule.levels) {
    catalog::v1::EscalationLevel* one = proto.add_levels();
    if (level.after != BusinessDuration{}) Set(level.after, one->mutable_after());
    one->mutable_notify()->Add(level.notify.begin(), level.notify.end());
  }
  return proto;
}

}  // namespace plumbline::flow
