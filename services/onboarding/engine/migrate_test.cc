// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan.
#include "services/onboarding/engine/migrate.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/trees.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using flow::Choice;
using flow::Loop;
using flow::Node;
using flow::Optional;
using flow::Parallel;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kDay = At("2026-03-02T09:00:00Z");
const absl::Time kLater = kDay + absl::Hours(3);

Node Titled(Node node, const std::string& title) {
  node.title = title;
  return node;
}

Node WithTarget(Node node, int days) {
  node.step.target = flow::BusinessDuration{.days = days};
  return node;
}

// A run with its history, and the plans that it had.
class Story {
 public:
  explicit Story(const Node& tree) : Story(PlanOf(tree, 1)) {}
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
  absl::StatusOr<Entries> TryTo(const Node& tree) { return Try({.plan = PlanOf(tree, 2)}); }
  Entries To(const Node& tree) { return Did(TryTo(tree)); }

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

std::string Begun(const absl::Status& status) { return base::MetadataOf(status, "begun"); }

Node Abc() { return Sequence("all", {Step("a"), Step("b"), Step("c")}); }

TEST(Migrate, WhatIsDoneStaysDoneAndNewStepsComeWhereTheyStand) {
  Story told(Abc());
  told.Complete({"a"});
  const Entries entries =
      told.To(Sequence("all", {Step("a"), Step("new"), Step("b"), Step("c"), Step("last")}));
  EXPECT_THAT(Told(entries), ElementsAre("MIGRATED", "TASK_WITHDRAWN b", "TASK_READY new"));
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "new new", "kept b", "kept c", "new last"));
  EXPECT_EQ(told.state("a"), TaskState::kDone);
  EXPECT_EQ(told.state("b"), TaskState::kPending);
  EXPECT_EQ(entries[0].reason, "a better way");
  ASSERT_TRUE(entries[0].plan_change.has_value());
  EXPECT_EQ(entries[0].plan_change->process, "workspaces/acme/processes/tree@2");
  EXPECT_EQ(entries[0].plan_change->previous_process, "workspaces/acme/processes/tree@1");
  EXPECT_EQ(entries[0].plan_change->plan, told.run->plan->id);
  told.ExpectReplays();
}

TEST(Migrate, ATaskThatIsUnderWayKeepsAllItHas) {
  Story told(Sequence("all", {WithTarget(Step("a"), 3), Step("b")}));
  told.Did(ClaimTask(*told.run, "a", true, When(kDay, "ann")));
  told.Did(StartTask(*told.run, "a", When(kDay + absl::Hours(1), "ann")));
  told.Did(BlockTask(*told.run, "a", {"", Category::kAccess, "", "no key"},
                     When(kDay + absl::Hours(2))));
  const TaskRecord before = told.run->tasks[0];
  EXPECT_THAT(Told(told.To(Sequence(
                  "all", {Parallel("both", {WithTarget(Step("a"), 3), Step("x")}), Step("b")}))),
              ElementsAre("MIGRATED", "TASK_READY x"));
  TaskRecord after = told.run->tasks[0];
  EXPECT_EQ(told.run->plan->plan.node(after.step).path, "a");
  after.step = before.step;
  EXPECT_EQ(after, before);
  EXPECT_EQ(OpenImpediments(*told.run, "a").size(), 1u);
  told.Did(UnblockTask(*told.run, "a", "", "found", When(kLater)));
  told.ExpectReplays();
}

TEST(Migrate, WhatIsToBeLeftOutStaysSoWhereNobodyIsToApproveIt) {
  Story told(Sequence("all", {Step("a"), Step("b"), Step("c"), Step("d")}));
  for (const char* step : {"b", "c", "d"})
    told.Did(SkipTask(*told.run, step, "no need", When(kDay, "ann")));
  Node guarded = Step("d");
  guarded.step.waiver_approver = "cfo";
  told.Did(
      told.Try({.plan = PlanOf(Sequence("all", {Step("new"), Step("a"), Step("bee"), guarded}), 2),
                .mappings = {{"b", "bee"}}}));
  ASSERT_EQ(told.run->planned_skips.size(), 1u);
  EXPECT_EQ(told.run->plan->plan.node(told.run->planned_skips.begin()->first).path, "bee");
  EXPECT_EQ(told.run->planned_skips.begin()->second.requester, "ann");
  told.Complete({"new", "a"});
  EXPECT_EQ(told.state("bee"), TaskState::kSkipped);
  EXPECT_EQ(told.state("d"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, TheSamePlanChangesNothing) {
  Story told(Abc());
  told.Complete({"a"});
  const std::string before = Serialize(*told.run);
  EXPECT_THAT(told.Did(told.Try({.plan = told.first})), IsEmpty());
  EXPECT_EQ(Serialize(*told.run), before);
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "kept b", "kept c"));
}

TEST(Migrate, RefusesWhatWouldComeAfterWhatIsNotDone) {
  Story told(Abc());
  told.Complete({"a", "b"});
  told.Did(StartTask(*told.run, "c", When(kDay)));
  const std::string before = Serialize(*told.run);
  const absl::Status refused =
      told.TryTo(Sequence("all", {Step("a"), Step("new"), Step("b"), Step("c")})).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_PLAN_CHANGE_REFUSED);
  EXPECT_EQ(Begun(refused), "b,c");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("only after 'new'"));
  EXPECT_EQ(Serialize(*told.run), before);
}

TEST(Migrate, RefusesWhatHasNoPlaceAndTakesItWhereItIsDropped) {
  Story told(Abc());
  told.Complete({"a", "b"});
  const Node without = Sequence("all", {Step("a"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(without).status()), "b");
  EXPECT_THAT(Told(told.Did(told.Try({.plan = PlanOf(without, 2), .dropped = {"b"}}))),
              ElementsAre("MIGRATED", "TASK_DROPPED b"));
  EXPECT_THAT(told.Fates(), ElementsAre("kept a", "kept c", "dropped b"));
  EXPECT_EQ(told.state("c"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, WhatIsDroppedAndStillInThePlanIsDoneAnew) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(BlockTask(*told.run, "b", {"", Category::kAccess, "", "x"}, When(kDay)));
  const Node other = Sequence("all", {Step("b"), Step("a"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(other).status()), "a");
  EXPECT_THAT(
      Told(told.Did(told.Try({.plan = PlanOf(other, 2), .dropped = {"a", "b"}}))),
      ElementsAre("MIGRATED", "TASK_DROPPED a", "UNBLOCKED b", "TASK_DROPPED b", "TASK_READY b"));
  EXPECT_THAT(told.Fates(), ElementsAre("dropped b", "dropped a", "kept c"));
  EXPECT_EQ(told.state("a"), TaskState::kPending);
  told.ExpectReplays();
}

TEST(Migrate, NamesWhatItIsOfNoUseToDrop) {
  Story told(Abc());
  const absl::Status refused =
      told.Try({.plan = PlanOf(Abc(), 2), .dropped = {"b", "nothing"}}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  const auto violations = base::FieldViolationsOf(refused);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "dropped[0]");
  EXPECT_EQ(violations[1].field, "dropped[1]");
}

TEST(Migrate, StepsThatAreCalledOtherwiseAreMapped) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(StartTask(*told.run, "b", When(kDay)));
  told.Did(BlockTask(*told.run, "b", {"", Category::kAccess, "", "x"}, When(kDay)));
  const Node renamed = Sequence("all", {Step("first"), Step("second"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(renamed).status()), "a,b");
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .mappings = {{"a", "first"}, {"b", "second"}}}));
  EXPECT_THAT(told.Fates(), ElementsAre("mapped a to first", "mapped b to second", "kept c"));
  EXPECT_EQ(told.state("second"), TaskState::kInProgress);
  EXPECT_EQ(told.run->impediments[0].task, "second");
  EXPECT_EQ(told.history[0].sequence, 1);
  told.Did(UnblockTask(*told.run, "second", "", "", When(kLater)));
  told.ExpectReplays();
}

TEST(Migrate, SuggestsWhatIsTheSameUnderAnotherName) {
  Story told(Sequence("all", {Titled(Step("a"), "Sign"), Titled(Step("b"), "Learn")}));
  told.Complete({"a"});
  const Node renamed =
      Sequence("all", {Titled(Step("contract"), "Sign"), Titled(Step("b"), "Learn")});
  const absl::Status refused = told.TryTo(renamed).status();
  EXPECT_EQ(Begun(refused), "a");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("(perhaps to 'contract')"));
  EXPECT_EQ(told.report.suggested, (PathMappings{{"a", "contract"}}));
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .map_renamed = true}));
  EXPECT_EQ(told.state("contract"), TaskState::kDone);
  told.ExpectReplays();
}

TEST(Migrate, MappingsThatNameNothingAreRefused) {
  Story told(Abc());
  const auto fault = [&](const PathMappings& mappings) {
    const absl::Status status = told.Try({.plan = PlanOf(Abc(), 2), .mappings = mappings}).status();
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
    const auto violations = base::FieldViolationsOf(status);
    return violations.empty() ? "" : violations[0].field + ": " + violations[0].description;
  };
  EXPECT_THAT(fault({{"z", "a"}}), HasSubstr("mappings[z]: the plan has no node 'z'"));
  EXPECT_THAT(fault({{"a", "z"}}), HasSubstr("mappings[a]: the new plan has no node 'z'"));
  EXPECT_THAT(fault({{"a", "all"}}), HasSubstr("'a' is a step and 'all' is none"));
  EXPECT_THAT(fault({{"a", "c"}, {"b", "c"}}), HasSubstr("given twice"));
}

TEST(Migrate, AnotherProcessIsAnotherOnboarding) {
  Story told(Abc());
  const absl::Status refused = told.Try({.plan = PlanOf({ProcessOf(Abc(), 1, "other")})}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].field, "process");
}

TEST(Migrate, TheOrderOfWhatIsDoneDoesNotMatter) {
  Story told(Sequence("all", {Parallel("both", {Step("a"), Step("b")}), Step("c")}));
  told.Complete({"b", "a"});
  EXPECT_THAT(Told(told.To(Abc())), ElementsAre("MIGRATED"));
  EXPECT_EQ(told.state("c"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, DecisionsAreKeptAndFollowTheirBranches) {
  Story told(Sequence("all", {Choice("way", {Step("left"), Step("right")}), Step("end")}));
  told.Decides("way", "left");
  told.Complete({"left"});
  const Node renamed = Sequence(
      "all", {Choice("road", {Sequence("west", {Step("left"), Step("more")}), Step("right")}),
              Step("end")});
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .mappings = {{"way", "road"}}}));
  EXPECT_EQ(told.state("more"), TaskState::kReady);
  EXPECT_EQ(told.state("right"), TaskState::kNotNeeded);
  ASSERT_EQ(told.report.decisions.size(), 1u);
  EXPECT_EQ(told.report.decisions[0].decision, "road");
  EXPECT_EQ(told.report.decisions[0].new_option, "west");
  told.ExpectReplays();
}

TEST(Migrate, ADecisionThatIsDroppedIsAskedAnew) {
  Story told(Sequence("all", {Choice("way", {Step("left"), Step("right")}), Step("end")}));
  told.Decides("way", "left");
  const Node other = Sequence("all", {Choice("way", {Step("middle"), Step("right")}), Step("end")});
  const absl::Status refused = told.TryTo(other).status();
  EXPECT_EQ(Begun(refused), "way");
  EXPECT_THAT(refused.ToString(), HasSubstr("/decisions/way")) << "no task is called so";
  EXPECT_THAT(Told(told.Did(told.Try({.plan = PlanOf(other, 2), .dropped = {"way"}}))),
              ElementsAre("MIGRATED", "TASK_WITHDRAWN left"));
  ASSERT_EQ(told.run->decisions.size(), 1u);
  EXPECT_EQ(told.run->decisions[0].ready_time, kLater);
  told.ExpectReplays();
}

TEST(Migrate, AnOpenDecisionKeepsSinceWhenItWaits) {
  Story told(Choice("way", {Step("left"), Step("right")}));
  told.To(Choice("way", {Step("left"), Step("right"), Step("middle")}));
  ASSERT_EQ(told.run->decisions.size(), 1u);
  EXPECT_EQ(told.run->decisions[0].ready_time, kDay);
}

TEST(Migrate, WhatBecameOptionalAndHasBegunIsWanted) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(StartTask(*told.run, "b", When(kDay)));
  EXPECT_THAT(Told(told.To(Sequence("all", {Optional(Step("a")), Optional(Step("b")), Step("c")}))),
              ElementsAre("MIGRATED", "DECIDED a", "DECIDED b"));
  EXPECT_EQ(told.state("a"), TaskState::kDone);
  EXPECT_EQ(told.state("b"), TaskState::kInProgress);
  told.ExpectReplays();
  EXPECT_THAT(Told(told.To(Abc())), ElementsAre("MIGRATED"));
  EXPECT_EQ(told.state("b"), TaskState::kInProgress) << "what is wanted need not be asked for";
  told.ExpectReplays();
}

TEST(Migrate, ConditionsDecideAboutWhatIsNewBeforeWhatIsDone) {
  catalog::v1::Process before = ProcessOf(Abc(), 1);
  Node optional = Optional(Step("gift"));
  optional.condition = "big";
  catalog::v1::Process after =
      ProcessOf(Sequence("all", {optional, Step("a"), Step("b"), Step("c")}), 2);
  for (catalog::v1::Process* process : {&before, &after}) {
    catalog::v1::Attribute* big = process->add_attributes();
    big->set_id("big");
    big->set_title("Is it big?");
    big->set_type(catalog::v1::Attribute::TYPE_BOOL);
    big->set_default_value("false");
  }
  Story told(PlanOf({before}));
  told.Complete({"a"});
  const Entries entries = told.Did(told.Try({.plan = PlanOf({after})}));
  EXPECT_THAT(Told(entries), ElementsAre("MIGRATED", "DECIDED gift"));
  EXPECT_TRUE(entries[1].by_condition);
  EXPECT_EQ(told.state("gift"), TaskState::kNotNeeded);
  EXPECT_EQ(told.state("b"), TaskState::kReady);
  told.ExpectReplays();
}

TEST(Migrate, RoundsOfALoopAreKept) {
  const auto course = [](const std::string& more) {
    std::vector<Node> steps = {Loop("passed", {Step("exam"), Step("study")}), Step("end")};
    if (!more.empty()) steps.push_back(Step(more));
    return Sequence("all", steps);
  };
  Story told(course(""));
  told.Complete({"exam"});
  told.Decides("passed", "again");
  told.Complete({"study"});
  told.Did(StartTask(*told.run, "exam~2", When(kDay)));
  EXPECT_THAT(Told(told.To(course("party"))), ElementsAre("MIGRATED"));
  EXPECT_THAT(told.Fates(),
              ElementsAre("kept exam", "kept exam~2", "kept study", "kept end", "new party"));
  EXPECT_EQ(told.state("exam~2"), TaskState::kInProgress);
  told.ExpectReplays();
  const Node once = Sequence("all", {Step("exam"), Step("end")});
  EXPECT_EQ(Begun(told.TryTo(once).status()), "passed,study,exam~2");
  // Rounds are counted anew where one counts no more.
  told.Did(told.Try({.plan = PlanOf(once, 3), .dropped = {"exam", "passed", "study"}}));
  EXPECT_THAT(told.Fates(), ElementsAre("kept exam~2 to exam", "kept end", "dropped exam",
                                        "dropped study", "gone party"));
  EXPECT_EQ(told.state("exam"), TaskState::kInProgress);
  told.ExpectReplays();
}

TEST(Migrate, AStepThatIsPutBackDoesNotInheritWhatBlockedIt) {
  const Node both = Parallel("all", {Step("a"), Step("b")});
  Story told(both);
  told.Did(BlockTask(*told.run, "b", {.description = "no form"}, When(kDay)));
  told.Did(UnblockTask(*told.run, "b", "", "there it is", When(kDay)));
  EXPECT_EQ(Begun(told.TryTo(Step("a")).status()), "b");
  told.Did(told.Try({.plan = PlanOf(Step("a"), 2), .dropped = {"b"}}));
  told.Did(told.Try({.plan = PlanOf(both, 3)}));
  told.To(Step("a"));  // nobody has begun this one
  told.ExpectReplays();
}

TEST(Migrate, ImpedimentsOfWhatIsDroppedLeaveTheirNameToTheNextRound) {
  Story told(Sequence("all", {Loop("passed", {Step("exam"), Step("study")}), Step("end")}));
  told.Did(BlockTask(*told.run, "exam", {.description = "first"}, When(kDay)));
  told.Did(UnblockTask(*told.run, "exam", "", "gone", When(kDay)));
  told.Complete({"exam"});
  told.Decides("passed", "again");
  told.Complete({"study"});
  told.Did(BlockTask(*told.run, "exam~2", {.description = "second"}, When(kDay)));
  const Entries entries = told.Did(told.Try({.plan = PlanOf(Sequence("all", {Step("exam")}), 2),
                                             .dropped = {"exam", "passed", "study"}}));
  EXPECT_EQ(entries[0].plan_change->tasks,
            (std::map<std::string, std::string>{{"exam", ""}, {"exam~2", "exam"}, {"study", ""}}));
  EXPECT_EQ(told.run->impediments.at(0).task, absl::StrCat("exam@", entries[0].sequence));
  EXPECT_EQ(told.run->impediments.at(1).task, "exam");
  told.ExpectReplays();
}

TEST(Migrate, DueDatesStayUnlessTheTargetIsAnother) {
  Story told(Parallel("all", {WithTarget(Step("a"), 3), WithTarget(Step("b"), 3)}));
  told.Did(Pause(*told.run, "rest", When(kDay)));
  told.Did(Resume(*told.run, "on", When(kDay + absl::Hours(24))));
  const absl::Time due = *told.run->tasks[0].due_time;
  ASSERT_EQ(due, At("2026-03-05T17:00:00Z")) << "three days, and one of rest";
  const Node other = Parallel("all", {WithTarget(Step("a"), 3), WithTarget(Step("b"), 5)});
  const Entries entries = told.Did(ChangePlan(*told.run, told.history,
                                              {.plan = PlanOf(other, 2), .reason = "more time"},
                                              When(kDay + absl::Hours(25)), &told.report));
  EXPECT_EQ(told.run->tasks[0].due_time, due);
  EXPECT_EQ(told.run->tasks[1].due_time, At("2026-03-09T17:00:00Z"));
  std::vector<const HistoryEntry*> moved;
  for (const HistoryEntry& entry : entries)
    if (entry.kind == EntryKind::kTaskRescheduled) moved.push_back(&entry);
  ASSERT_EQ(moved.size(), 1u);
  EXPECT_EQ(moved[0]->task, "b");
  EXPECT_EQ(moved[0]->previous_due_time, due);
}

TEST(Migrate, ARunThatIsCompleteGoesOnByAPlanWithMore) {
  Story told(Sequence("all", {Step("a")}));
  told.Complete({"a"});
  ASSERT_TRUE(told.run->finish_time.has_value());
  EXPECT_THAT(Told(told.To(Sequence("all", {Step("a"), Step("b")}))),
              ElementsAre("MIGRATED", "TASK_READY b"));
  EXPECT_FALSE(told.run->finish_time.has_value());
  EXPECT_THAT(Told(told.To(Sequence("all", {Step("a")}))),
              ElementsAre("MIGRATED", "TASK_WITHDRAWN b", "FINISHED"));
  EXPECT_EQ(told.run->finish_time, kLater);
  told.ExpectReplays();
}

TEST(Migrate, OneThatRestsOrWasCancelledIsNotChanged) {
  Story told(Abc());
  told.Did(Pause(*told.run, "rest", When(kDay)));
  EXPECT_EQ(ReasonOf(told.TryTo(Sequence("all", {Step("a")})).status()),
            Reason::ERROR_REASON_ONBOARDING_STATE);
  told.Did(Cancel(*told.run, "no", When(kDay)));
  EXPECT_EQ(ReasonOf(told.TryTo(Sequence("all", {Step("a")})).status()),
            Reason::ERROR_REASON_ONBOARDING_CLOSED);
}

TEST(Migrate, ReopeningGoesOnFromTheNewPlan) {
  Story told(Abc());
  told.Complete({"a", "b"});
  told.Did(
      told.Try({.plan = PlanOf(Sequence("all", {Step("one"), Step("b"), Step("x"), Step("c")}), 2),
                .mappings = {{"a", "one"}}}));
  told.Complete({"x"});
  EXPECT_EQ(ReasonOf(ReopenTask(*told.run, told.history, "one", "no", When(kLater)).status()),
            Reason::ERROR_REASON_FOLLOWERS_BEGUN);
  EXPECT_THAT(Told(told.Did(ReopenTask(*told.run, told.history, "x", "no", When(kLater)))),
              ElementsAre("TASK_REOPENED x", "TASK_WITHDRAWN c"));
  EXPECT_THAT(Told(told.Did(ReopenTask(*told.run, told.history, "b", "no", When(kLater)))),
              ElementsAre("TASK_REOPENED b", "TASK_WITHDRAWN x"));
  told.ExpectReplays();
}

TEST(Migrate, ACallThatIsCalledOtherwiseTakesWhatIsInsideWithIt) {
  const catalog::v1::Process before = SalesRep();
  catalog::v1::Process after = SalesRep();
  after.set_name("workspaces/acme/processes/sales-rep@4");
  for (catalog::v1::Node& node : *after.mutable_root()->mutable_sequence()->mutable_nodes())
    if (node.id() == "deal-desk") node.set_id("first-deal");
  Story told(PlanOf({before, DealDesk()}));
  told.Complete({"paperwork", "laptop", "accounts"});
  told.Decides("route", "field");
  told.Complete({"field"});
  told.Decides("dinner", "leave-out");
  told.Complete({"exam"});
  told.Decides("certification", "leave");
  told.Complete({"deal-desk.review"});
  ASSERT_TRUE(told.run->finish_time.has_value());
  told.Did(
      told.Try({.plan = PlanOf({after, DealDesk()}), .mappings = {{"deal-desk", "first-deal"}}}));
  EXPECT_EQ(told.state("first-deal.review"), TaskState::kDone);
  EXPECT_EQ(told.run->finish_time, kDay);
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
