// SPDX-License-Identifier: Apache-2.0
//
// What an on-boarding was started with: one revision of a process and the revisions that it calls,
// content and all. Kept by the on-boarding service itself, so that a run needs nothing of the
// catalog after its start.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_PLAN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_PLAN_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/decide.h"
#include "common/flow/plan.h"
#include "common/flow/process.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/onboarding/engine/schedule_memo.h"

namespace plumbline::onboarding {

// A milestone of the process, or of one that it calls.
struct PlanMilestone {
  std::string id;  // inside a call "{path of the call}." and the id
  std::string title;
  std::string description;
  flow::NodeIndex node = flow::kNoNode;  // kNoNode: it is reported from outside
  flow::NodeIndex part = 0;              // where the process begins that it is a milestone of
  std::optional<flow::BusinessDuration> target;
};

// A ladder of the process, or of one that it calls.
struct PlanRule {
  std::string id;  // inside a call "{path of the call}." and the id
  flow::EscalationTrigger trigger = flow::EscalationTrigger::kUnset;
  std::vector<flow::EscalationLevel> levels;
};

// The ladders of a plan. Steps of called processes follow the rules of these, where they have any,
// else those of the caller.
struct PlanRules {
  std::vector<PlanRule> all;
  std::vector<std::vector<int>> of;  // by node: indexes in `all`; empty where `all` is
};

// Immutable once built; shared by all runs of it.
struct FrozenPlan {
  std::string id;                      // SHA-256 of `content`: the same content is the same plan
  std::string process;                 // "workspaces/{w}/processes/{p}@{revision}"
  std::vector<std::string> revisions;  // the names of all: itself, then what it calls
  std::string title;
  std::optional<flow::BusinessDuration> target;
  std::string content;  // the revisions, serialised: what is stored
  flow::Plan plan;
  flow::Conditions conditions;  // of the plan
  PlanRules escalations;
  bool automated = false;                 // whether programs do steps of it
  std::vector<PlanMilestone> milestones;  // of the process itself, then of its calls in plan order
  // Of `plan`: what follows from it is kept with it.
  const std::shared_ptr<ScheduleMemo> schedules = std::make_shared<ScheduleMemo>();
};

// The attributes of the process itself.
inline const std::vector<flow::Attribute>& AttributesOf(const FrozenPlan& frozen) {
  return frozen.plan.scopes()[0].attributes;
}

using PlanPointer = std::shared_ptr<const FrozenPlan>;

// Freezes `revisions`: the process itself, then what it calls. Errors: PROCESS_INVALID (the
// expanded tree, or a condition, breaks a rule of the model), INTERNAL (a revision that it calls is
// not among them).
absl::StatusOr<PlanPointer> Freeze(const std::vector<catalog::v1::Process>& revisions);

// FrozenPlan::revisions of stored `content`, without its plan. INTERNAL if it is damaged.
absl::StatusOr<std::vector<std::string>> RevisionsIn(absl::string_view content);

// The plan of stored `content`. INTERNAL if it is damaged.
absl::StatusOr<PlanPointer> Thaw(absl::string_view content);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_FROZEN_PLAN_H_
