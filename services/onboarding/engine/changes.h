// SPDX-License-Identifier: Apache-2.0
//
// What entries of a history tell of values that changed: what they were, and what they became.
// HistoryEntry.changes in onboarding.proto names the fields. A command takes the facts before it
// changes a task or a run, and tells in the entry how they differ then. Not for use outside the
// engine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CHANGES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CHANGES_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// "2027-01-04T16:00:00Z"; "" without a time.
std::string ChangeText(const std::optional<absl::Time>& time);
// "UTILITY_DOWN", as in Impediment.Category.
std::string ChangeText(Category category);

// Adds that a value changed; nothing where it did not.
void Tell(HistoryEntry& entry, absl::string_view field, absl::string_view before,
          absl::string_view after);

// Of a task: what a person can change of it.
struct TaskFacts {
  std::string state;
  std::string assignee;
  std::string owner;
  std::string verifier;  // "" unless it awaits verification
  std::string waiver;
  std::string waiver_approver;  // "" unless its waiver was asked for
  std::optional<absl::Time> due_time;
};
TaskFacts FactsOf(const Run& run, const TaskRecord& task);
// Who verifies, and who approves, is a change only while that is what is asked of them.
void Tell(HistoryEntry& entry, const TaskFacts& before, const TaskFacts& after);

// Of a run as a whole.
struct RunFacts {
  std::string state;
  std::optional<absl::Time> target_time;
  std::map<std::string, std::optional<absl::Time>> milestones;  // their targets
};
RunFacts FactsOf(const Run& run, const calendar::Calendar& calendar);
void Tell(HistoryEntry& entry, const RunFacts& before, const RunFacts& after);

// "ACTIVE", as in Onboarding.State.
const char* StateName(const Run& run);

// Of values of attributes, by their ids.
void Tell(HistoryEntry& entry, const flow::AttributeValues& before,
          const flow::AttributeValues& after);

// "after contract", "beside laptop", "at the end".
std::string PlaceText(const TaskPlace& place);
// Where a step stands in a plan, as far as that can be said by what is next to it.
std::string PlaceText(const flow::Plan& plan, flow::NodeIndex step);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CHANGES_H_
