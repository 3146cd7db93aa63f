// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/milestones_follow.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/onboarding/engine/milestones.h"

namespace plumbline::onboarding {
namespace {

// Whether a milestone that was reached by work is not any more.
bool IsLost(const Run& run, const ReachedMilestone& reached) {
  if (!reached.by_node) return false;
  const PlanMilestone* milestone = FindMilestone(*run.plan, reached.id);
  return milestone != nullptr && milestone->node != flow::kNoNode &&
         !ReachedByWork(run, *milestone);
}

HistoryEntry& Describe(const Run& run, HistoryEntry& entry, const ReachedMilestone& reached) {
  entry.milestone = reached.id;
  entry.title = reached.title;
  entry.reach_time = reached.reach_time;
  entry.resource = reached.source;
  entry.start_time = run.start_time;
  return entry;
}

}  // namespace

void Reach(Run& run, Recorder& recorder, const calendar::Calendar& calendar,
           ReachedMilestone reached) {
  HistoryEntry& entry = Describe(run, recorder.Append(EntryKind::kMilestoneReached), reached);
  entry.reason = reached.reason;
  entry.earliest_time = calendar.OpeningOfDay(run.spec.day_one, 0);
  if (const PlanMilestone* milestone = FindMilestone(*run.plan, reached.id))
    entry.due_time = TargetOf(run, *milestone, calendar);
  reached.reporter = entry.actor;
  run.milestones.push_back(std::move(reached));
}

void Unreach(Run& run, Recorder& recorder, ptrdiff_t index, absl::string_view reason) {
  const ReachedMilestone reached = std::move(run.milestones[static_cast<size_t>(index)]);
  run.milestones.erase(run.milestones.begin() + index);
  Describe(run, recorder.Append(EntryKind::kMilestoneWithdrawn), reached).reason =
      std::string(reason);
}

void FollowMilestones(Run& run, Recorder& recorder, const calendar::Calendar& calendar) {
  for (ptrdiff_t i = 0; i < static_cast<ptrdiff_t>(run.milestones.size());) {
    if (IsLost(run, run.milestones[static_cast<size_t>(i)])) {
      Unreach(run, recorder, i, "it is to be done once more");
    } else {
      ++i;
    }
  }
  for (const PlanMilestone& milestone : run.plan->milestones) {
    if (milestone.node == flow::kNoNode || FindReached(run, milestone.id) != nullptr ||
        !ReachedByWork(run, milestone)) {
      continue;
    }
    ReachedMilestone reached;
    reached.id = milestone.id;
    reached.title = milestone.title;
    reached.reach_time = recorder.time();
    reached.by_node = true;
    Reach(run, recorder, calendar, std::move(reached));
  }
}

void KeepMilestones(Run& run) {
  for (ReachedMilestone& reached : run.milestones) {
    const PlanMilestone* milestone = FindMilestone(*run.plan, reached.id);
    reached.by_node = reached.by_node && milestone != nullptr && milestone->node != flow::kNoNode &&
                      ReachedByWork(run, *milestone);
  }
}

}  // namespace plumbline::onboarding
