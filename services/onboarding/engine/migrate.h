// SPDX-License-Identifier: Apache-2.0
//
// Changing the plan of a run: to another revision, or to a plan of its own with a task added or
// moved. One rule for all three: what was done is carried to the new plan (carry.h), and the run
// goes on from there.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/node_map.h"

namespace plumbline::onboarding {

// What is to become of a plan. The methods of OnboardingService state the rules and the errors.
struct Migration {
  PlanPointer plan;
  PathMappings mappings;
  bool map_renamed = false;          // and what SuggestMappings says
  std::vector<std::string> dropped;  // ids of tasks and decisions
  std::string reason;
  // How the history calls it: kMigrated; kTaskAdded and kTaskMoved, of a plan of its own, say which
  // task (the path of its step) and where it stands, and kTaskAdded how it looks.
  EntryKind kind = EntryKind::kMigrated;
  std::string task;
  std::optional<TaskPlace> place;
  std::optional<flow::Node> node;
};

// The numbers of these are those of TaskFate.Fate.
enum class Fate { kKept = 1, kMapped, kNew, kGone, kDropped };

// What became of a task.
struct TaskFate {
  Fate fate = Fate::kKept;
  std::string previous_task;  // its id before; "" = there was none
  std::string task;           // its id from then on; "" = there is none
  std::string title;
  std::optional<TaskState> previous_state;
  std::optional<TaskState> state;
  std::optional<absl::Time> previous_due_time;
  std::optional<absl::Time> due_time;
};

// What became of a decision that had been made.
struct DecisionFate {
  std::string previous_decision;
  std::string decision;  // "" = it counts no more
  std::string title;
  std::string option;
  std::string new_option;
  bool by_condition = false;
};

struct MigrationReport {
  std::vector<TaskFate> tasks;          // of the new plan in its order, then those that are gone
  std::vector<DecisionFate> decisions;  // in the order in which they were made
  PathMappings suggested;
};

// `history` is that of the run, all of it. To the plan that the run has, with nothing dropped,
// changes nothing: there are no entries.
absl::StatusOr<Entries> ChangePlan(Run& run, const Entries& history, const Migration& migration,
                                   const Occurrence& when, MigrationReport* report);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_H_
