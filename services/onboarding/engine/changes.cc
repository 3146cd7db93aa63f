// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/changes.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using flow::NodeIndex;
using flow::NodeKind;

// The keys of both, in order.
template <typename Map>
std::set<std::string> KeysOf(const Map& a, const Map& b) {
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  return keys;
}

// The value of a key, or none.
template <typename Map>
typename Map::mapped_type ValueOf(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type() : found->second;
}

}  // namespace

std::string ChangeText(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return "";
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", *time, absl::UTCTimeZone());
}

std::string ChangeText(Category category) {
  const std::string& name =
      v1::Impediment::Category_Name(static_cast<v1::Impediment::Category>(category));
  return std::string(absl::StripPrefix(name, "CATEGORY_"));
}

void Tell(HistoryEntry& entry, absl::string_view field, absl::string_view before,
          absl::string_view after) {
  if (before != after)
    entry.changes.push_back({std::string(field), std::string(before), std::string(after)});
}

TaskFacts FactsOf(const Run& run, const TaskRecord& task) {
  const bool verified = task.state == TaskState::kAwaitingVerification;
  return {.state = Name(task.state),
          .assignee = AssigneeOf(run, task),
          .owner = task.owner,
          .verifier = verified ? ActorOf(run, task).resource() : "",
          .waiver = task.waiver.has_value() ? "REQUESTED" : "NONE",
          .waiver_approver = ApproverOf(run, task),
          .due_time = task.due_time};
}

void Tell(HistoryEntry& entry, const TaskFacts& before, const TaskFacts& after) {
  Tell(entry, "state", before.state, after.state);
  Tell(entry, "assignee", before.assignee, after.assignee);
  Tell(entry, "owner", before.owner, after.owner);
  if (!before.verifier.empty() && !after.verifier.empty())
    Tell(entry, "verifier", before.verifier, after.verifier);
  Tell(entry, "waiver", before.waiver, after.waiver);
  if (!before.waiver_approver.empty() && !after.waiver_approver.empty())
    Tell(entry, "waiver_approver", before.waiver_approver, after.waiver_approver);
  Tell(entry, "due_time", ChangeText(before.due_time), ChangeText(after.due_time));
}

const char* StateName(const Run& run) {
  if (run.cancel_time.has_value()) return "CANCELLED";
  if (run.pause_time.has_value()) return "PAUSED";
  return run.finish_time.has_value() ? "COMPLETED" : "ACTIVE";
}

RunFacts FactsOf(const Run& run, const calendar::Calendar& calendar) {
  RunFacts facts{.state = StateName(run), .target_time = run.target_time, .milestones = {}};
  for (const PlanMilestone& milestone : run.plan->milestones)
    facts.milestones[milestone.id] = TargetOf(run, milestone, calendar);
  return facts;
}

void Tell(HistoryEntry& entry, const RunFacts& before, const RunFacts& after) {
  Tell(entry, "state", before.state, after.state);
  Tell(entry, "target_time", ChangeText(before.target_time), ChangeText(after.target_time));
  for (const std::string& id : KeysOf(before.milestones, after.milestones)) {
    Tell(entry, absl::StrCat("milestones.", id, ".target_time"),
         ChangeText(ValueOf(before.milestones, id)), ChangeText(ValueOf(after.milestones, id)));
  }
}

void Tell(HistoryEntry& entry, const flow::AttributeValues& before,
          const flow::AttributeValues& after) {
  for (const std::string& id : KeysOf(before, after))
    Tell(entry, absl::StrCat("attributes.", id), ValueOf(before, id), ValueOf(after, id));
}

std::string PlaceText(const TaskPlace& place) {
  switch (place.side) {
    case TaskPlace::Side::kAfter:
      return absl::StrCat("after ", place.of);
    case TaskPlace::Side::kBefore:
      return absl::StrCat("before ", place.of);
    case TaskPlace::Side::kBeside:
      return absl::StrCat("beside ", place.of);
    case TaskPlace::Side::kAtEnd:
      break;
  }
  return "at the end";
}

std::string PlaceText(const flow::Plan& plan, NodeIndex step) {
  // What is all of a part stands where the part does.
  for (NodeIndex at = step; plan.node(at).parent != flow::kNoNode; at = plan.node(at).parent) {
    const flow::PlanNode& parent = plan.node(plan.node(at).parent);
    const auto path = [&](size_t slot) { return plan.node(parent.children[slot]).path; };
    const auto slot = static_cast<size_t>(
        std::find(parent.children.begin(), parent.children.end(), at) - parent.children.begin());
    if (parent.kind != NodeKind::kSequence && parent.kind != NodeKind::kParallel)
      return absl::StrCat("in ", parent.path);
    if (parent.children.size() < 2) continue;
    if (parent.kind == NodeKind::kParallel) return absl::StrCat("beside ", path(slot == 0 ? 1 : 0));
    return slot == 0 ? absl::StrCat("before ", path(1)) : absl::StrCat("after ", path(slot - 1));
  }
  return "alone";
}

}  // namespace plumbline::onboarding
