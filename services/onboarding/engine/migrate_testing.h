// SPDX-License-Identifier: Apache-2.0
//
// A run that goes on by other plans, for tests.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_TESTING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/trees.h"

namespace plumbline::onboarding::testing {

inline const absl::Time kDay = At("2026-03-02T09:00:00Z");
inline const absl::Time kLater = kDay + absl::Hours(3);

// A run with its history, and the plans that it had.
class Story {
 public:
  explicit Story(const flow::Node& tree) : Story(PlanOf(tree, 1)) {}
  explicit Story(PlanPointer plan) : first(plan) {
    plans[plan->id] = plan;
    auto started = Start(AdaSpec(), plan, When(kDay));
    EXPECT_TRUE(started.ok()) << started.status();
    run = started->run;
    history = started->entries;
  }

  Entries Did(absl::StatusOr<Entries> entries) {
    Entries done = MustChange(std::move(entries));
    history.insert(history.end(), done.begin(), done.end());
    return done;
  }
  void Complete(const std::vector<std::string>& tasks) {
    for (const std::string& task : tasks)
      Did(CompleteTask(*run, task, {.tick_all = true}, When(kDay)));
  }
  void Decides(const std::string& decision, const std::string& option) {
    Did(Decide(*run, decision, option, "", When(kDay)));
  }

  absl::StatusOr<Entries> Try(Migration migration) {
    plans[migration.plan->id] = migration.plan;
    migration.reason = "a better way";
    return ChangePlan(*run, history, migration, When(kLater), &report);
  }
  absl::StatusOr<Entries> TryTo(const flow::Node& tree) { return Try({.plan = PlanOf(tree, 2)}); }
  Entries To(const flow::Node& tree) { return Did(TryTo(tree)); }

  TaskState state(absl::string_view task) { return FindTask(*run, task)->state; }
  // "kept a", "mapped b to c", "new d", "gone e".
  std::vector<std::string> Fates() const {
    std::vector<std::string> told;
    const char* const names[] = {"", "kept", "mapped", "new", "gone", "dropped"};
    for (const TaskFate& fate : report.tasks) {
      std::string text = names[static_cast<int>(fate.fate)];
      absl::StrAppend(&text, " ", fate.previous_task.empty() ? fate.task : fate.previous_task);
      if (!fate.task.empty() && !fate.previous_task.empty() && fate.task != fate.previous_task)
        absl::StrAppend(&text, " to ", fate.task);
      told.push_back(text);
    }
    return told;
  }
  // The law: the run is what its history makes of its plans.
  void ExpectReplays() const {
    const auto again = Replay(AdaSpec(), first, history, plans);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(Serialize(*again), Serialize(*run));
    const auto parsed = Parse("acme", "ada", run->plan, Serialize(*run));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(Serialize(*parsed), Serialize(*run));
  }

  PlanPointer first;
  std::optional<onboarding::Run> run;
  Entries history;
  std::map<std::string, PlanPointer> plans;
  MigrationReport report;
};

// The ids of what a change would lose, for which it was refused.
inline std::string Begun(const absl::Status& status) { return base::MetadataOf(status, "begun"); }

inline flow::Node Abc() {
  return flow::Sequence("all", {flow::Step("a"), flow::Step("b"), flow::Step("c")});
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MIGRATE_TESTING_H_
