// SPDX-License-Identifier: Apache-2.0
//
// That entries tell all that changed: what a run was, with the changes that they tell, is what it
// became.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_TOLD_FACTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_TOLD_FACTS_H_

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/flow/decide.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/changes.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outputs.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::testing {

// What people can see of a run, and change, by the names of FieldChange behind what it is of.
using Facts = std::map<std::string, std::string>;

// A value as facts have it: due dates to the minute, for what moves one by less is told when it has
// added up; of a waiver that somebody decided about none is left.
inline std::string FactText(const std::string& field, const std::string& text) {
  if (field == "due_time") return text.substr(0, std::string("2027-01-04T16:00").size());
  return text == "APPROVED" || text == "REJECTED" ? "NONE" : text;
}

inline void AddTaskFacts(const onboarding::Run& run, const TaskView& view, Facts* facts) {
  const auto add = [&, of = absl::StrCat("task/", TaskId(*run.plan, view.step, view.round), "/")](
                       const char* field, const std::string& text) {
    (*facts)[absl::StrCat(of, field)] = text;
  };
  // Whether what did not come will, decisions say.
  add("state", view.record == nullptr ? "PENDING" : Name(view.state));
  if (view.record == nullptr) {
    add("option", run.planned_skips.contains(view.step) ? "leave-out" : "do");
    return;
  }
  add("assignee", AssigneeOf(run, *view.record));
  add("owner", view.record->owner);
  add("due_time", FactText("due_time", ChangeText(view.record->due_time)));
  add("waiver", view.record->waiver.has_value() ? "REQUESTED" : "NONE");
  if (view.state == TaskState::kAwaitingVerification)
    add("verifier", ActorOf(run, *view.record).resource());
  if (view.record->waiver.has_value()) add("waiver_approver", ApproverOf(run, *view.record));
}

inline Facts FactsToTell(const onboarding::Run& run, const calendar::Calendar& calendar) {
  Facts facts{{"state", StateName(run)},
              {"day_one", absl::FormatCivilTime(run.spec.day_one)},
              {"target_time", ChangeText(run.target_time)}};
  for (const auto& [id, text] : run.attributes) facts[absl::StrCat("attributes.", id)] = text;
  for (const auto& [id, text] : flow::WithDefaults(AttributesOf(*run.plan), run.attributes))
    facts[absl::StrCat("attributes.", id)] = text;
  for (const PlanMilestone& milestone : run.plan->milestones) {
    if (!run.cancel_time.has_value())
      facts[absl::StrCat("milestones.", milestone.id, ".target_time")] =
          ChangeText(TargetOf(run, milestone, calendar));
  }
  for (const ReachedMilestone& reached : run.milestones)
    facts[absl::StrCat("milestones.", reached.id, ".reach_time")] = ChangeText(reached.reach_time);
  for (const TaskView& view : Tasks(run)) AddTaskFacts(run, view, &facts);
  for (const Impediment& impediment : run.impediments) {
    facts[absl::StrCat("impediment/", impediment.id, "/category")] =
        ChangeText(impediment.category);
    facts[absl::StrCat("impediment/", impediment.id, "/description")] = impediment.description;
  }
  return facts;
}

// The fact that a change of an entry is about.
inline std::string FactOf(const v1::HistoryEntry& entry, const std::string& field) {
  if (field == "onboarding.state") return "state";
  if (field == "reach_time") return absl::StrCat("milestones.", entry.milestone(), ".reach_time");
  if (field == "category" || field == "description")
    return absl::StrCat("impediment/", entry.impediment(), "/", field);
  if (entry.task().empty() || absl::StartsWith(field, "attributes.")) return field;
  return absl::StrCat("task/", entry.task(), "/", field);
}

// `before` and `run` of the same plan.
inline void ExpectAllToldOf(Facts before, const Entries& entries, const onboarding::Run& run,
                            const calendar::Calendar& calendar) {
  Facts& told = before;
  for (const HistoryEntry& entry : entries) {
    const v1::HistoryEntry proto = ToProto(entry, "acme", "ada");
    for (const v1::FieldChange& change : proto.changes()) {
      EXPECT_NE(change.old_value(), change.new_value()) << proto.ShortDebugString();
      // What was submitted is of no run: it becomes a value once it was verified.
      if (absl::StartsWith(change.field(), "outputs.")) continue;
      const std::string fact = FactOf(proto, change.field());
      const auto known = told.find(fact);
      if (known != told.end()) {
        EXPECT_EQ(known->second, FactText(change.field(), change.old_value()))
            << proto.ShortDebugString();
      }
      told[fact] = FactText(change.field(), change.new_value());
    }
    // What was to be left out then was.
    if (entry.kind == EntryKind::kTaskSkipped) told[FactOf(proto, "option")] = "do";
    if (entry.kind == EntryKind::kDecided && entry.option == flow::kLeaveOut &&
        !entry.by_condition && !run.planned_skips.contains(run.plan->plan.Find(entry.decision))) {
      const std::string of = absl::StrCat("task/", entry.decision);
      for (auto& [fact, text] : told) {
        if (fact == of + "/option" ||
            (absl::StartsWith(fact, of + "~") && absl::EndsWith(fact, "/option")))
          text = "do";
      }
    }
  }
  const Facts after = FactsToTell(run, calendar);
  for (const auto& [fact, text] : after) {
    const auto known = told.find(fact);
    // A task that has just come brings what is of it, and an impediment, too.
    if (known == told.end() && absl::StrContains(fact, "/")) continue;
    EXPECT_EQ(known == told.end() ? "" : known->second, text) << fact << " changed silently";
  }
  for (const auto& [fact, text] : told) {
    if (absl::StrContains(fact, "/") || after.contains(fact) || run.cancel_time.has_value())
      continue;
    EXPECT_TRUE(text.empty() || fact == "expected_finish_time" || fact == "level")
        << fact << " went silently";
  }
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_TOLD_FACTS_H_
