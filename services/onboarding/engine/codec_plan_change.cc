// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/codec_plan_change.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/proto/convert.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/later_fields.h"

namespace plumbline::onboarding {

using Side = TaskPlace::Side;

v1::TaskPlace ToProto(const TaskPlace& place) {
  v1::TaskPlace proto;
  switch (place.side) {
    case Side::kAfter:
      proto.set_after(place.of);
      break;
    case Side::kBefore:
      proto.set_before(place.of);
      break;
    case Side::kBeside:
      proto.set_beside(place.of);
      break;
    case Side::kAtEnd:
      break;
  }
  return proto;
}

TaskPlace FromProto(const v1::TaskPlace& proto) {
  switch (proto.place_case()) {
    case v1::TaskPlace::kAfter:
      return {Side::kAfter, proto.after()};
    case v1::TaskPlace::kBefore:
      return {Side::kBefore, proto.before()};
    case v1::TaskPlace::kBeside:
      return {Side::kBeside, proto.beside()};
    case v1::TaskPlace::PLACE_NOT_SET:
      break;
  }
  return {};
}

v1::PlanChange ToProto(const PlanChange& change) {
  v1::PlanChange proto;
  proto.set_process(change.process);
  proto.set_previous_process(change.previous_process);
  proto.set_plan(change.plan);
  proto.set_previous_plan(change.previous_plan);
  proto.mutable_mappings()->insert(change.mappings.begin(), change.mappings.end());
  proto.mutable_dropped()->Assign(change.dropped.begin(), change.dropped.end());
  if (change.place.has_value()) *proto.mutable_place() = ToProto(*change.place);
  if (change.node.has_value()) *proto.mutable_node() = flow::ToProto(*change.node);
  return proto;
}

PlanChange FromProto(const v1::PlanChange& proto) {
  PlanChange change;
  change.process = proto.process();
  change.previous_process = proto.previous_process();
  change.plan = proto.plan();
  change.previous_plan = proto.previous_plan();
  change.mappings = {proto.mappings().begin(), proto.mappings().end()};
  change.dropped.assign(proto.dropped().begin(), proto.dropped().end());
  if (proto.has_place()) change.place = FromProto(proto.place());
  if (proto.has_node()) {
    // It was a valid step when it was written.
    absl::StatusOr<flow::Node> node = flow::FromProto(proto.node(), "node");
    if (node.ok()) change.node = *std::move(node);
  }
  return change;
}

void PlanStateToProto(const Run& run, stored::v1::StoredOnboarding* proto) {
  for (const Deed& deed : run.deeds) {
    stored::v1::StoredDeed* stored = proto->add_deeds();
    stored->set_node(deed.node);
    stored->set_round(deed.round);
    stored->set_option(deed.option);
    stored->set_by_condition(deed.by_condition);
    AddUnknown(deed.unknown, stored);
  }
  proto->set_plan_sequence(run.plan_sequence);
  proto->set_plan_changed(run.plan_changed);
  for (const auto& [step, waiver] : run.planned_skips) {
    stored::v1::StoredPlannedSkip* stored = proto->add_planned_skips();
    stored->set_step(step);
    *stored->mutable_waiver() = ToStored(waiver);
    AddUnknown(waiver.unknown_around, stored);
  }
}

absl::Status PlanStateFromProto(const stored::v1::StoredOnboarding& proto, Run* run) {
  const auto fits = [&](int node) { return node >= 0 && node < run->plan->plan.size(); };
  const absl::Status misfit = base::Internal(
      absl::StrCat("the row of on-boarding ", run->spec.id, " does not fit its plan"));
  for (const stored::v1::StoredDeed& deed : proto.deeds()) {
    if (!fits(deed.node())) return misfit;
    run->deeds.push_back(
        {deed.node(), deed.round(), deed.option(), deed.by_condition(), UnknownOf(deed)});
  }
  run->plan_sequence = proto.plan_sequence();
  run->plan_changed = proto.plan_changed();
  for (const stored::v1::StoredPlannedSkip& skip : proto.planned_skips()) {
    if (!fits(skip.step())) return misfit;
    Waiver& waiver = run->planned_skips[skip.step()] = WaiverFromProto(skip.waiver());
    waiver.unknown_around = UnknownOf(skip);
  }
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
