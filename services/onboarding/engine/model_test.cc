// SPDX-License-Identifier: Apache-2.0
//
// Random commands against the invariants of run.h: whatever people do, a run is what its history
// makes of its plan.
#include <random>
#include <set>

#include "common/base/status_macros.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/outputs.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr int kRuns = 200;
constexpr int kCommands = 200;

template <typename T>
const T& AnyOf(std::mt19937_64& random, const std::vector<T>& values) {
  return values[random() % values.size()];
}

// What a person may say of who does a task, and of the run as a whole.
absl::StatusOr<Entries> TryToSay(onboarding::Run& run, const Entries& history,
                                 const std::string& task, std::mt19937_64& random,
                                 const Occurrence& when) {
  switch (random() % 12) {
    case 0:
      return ClaimTask(run, task, random() % 2 == 0, when);
    case 1:
      return AssignTask(run, task, "dan", random() % 2 == 0 ? "" : "is there", when);
    case 2:
      return DelegateTask(run, task, "eve", "", when);
    case 3:
      return ReleaseTask(run, task, "", when);
    case 4:
      return CommentTask(run, task, "hm", {{"https://example.com/", ""}}, when);
    case 5:
      return random() % 6 == 0 ? Pause(run, "rest", when) : Entries();
    case 6:
      return Resume(run, "on", when);
    case 7:
      return random() % 40 == 0 ? Cancel(run, "no", when) : Entries();
    case 8:
      return ApproveWaiver(run, task, "", when);
    case 9:
      return RejectWaiver(run, task, "no", when);
    default:
      return ReopenTask(run, history, task, "a mistake", when);
  }
}

// What a person may try: mostly sensible, often not allowed.
absl::StatusOr<Entries> TryAnything(onboarding::Run& run, const Entries& history,
                                    std::mt19937_64& random, const Occurrence& when) {
  std::vector<std::string> tasks = {"none", "gear"};
  for (const TaskView& view : Tasks(run)) tasks.push_back(TaskId(*run.plan, view.step, view.round));
  const std::string task = AnyOf(random, tasks);
  switch (random() % 14) {
    case 0:
      return StartTask(run, task, when);
    case 1:
      return SkipTask(run, task, "because", when);
    case 2:
      return BlockTask(run, task, {"", static_cast<Category>(1 + random() % 7), "", "x"}, when);
    case 3:
      return UnblockTask(run, task, random() % 2 == 0 ? "" : "i1", "done", when);
    case 4: {
      std::vector<flow::OpenDecision> open = run.progress.OpenDecisions();
      if (open.empty()) return Decide(run, "route", "field", "", when);
      const flow::OpenDecision& one = AnyOf(random, open);
      return Decide(run, run.plan->plan.node(one.node).path, AnyOf(random, one.options), "", when);
    }
    case 5: {
      const std::vector<std::string> amounts = {"", "50", "300", "600", "1000", "1001", "much"};
      return SetAttributes(run, {{"amount", AnyOf(random, amounts)}}, "news", when);
    }
    case 6:
    case 7:
      return TryToSay(run, history, task, random, when);
    case 8:
    case 9:
      return VerifyTask(run, task, {.accepted = random() % 3 != 0}, when);
    default: {
      Completion completion;
      completion.tick_all = random() % 4 != 0;
      const std::vector<std::string> numbers = {"5", "30", "99"};
      auto view = FindTask(run, task);
      if (view.ok()) {
        for (const std::string& id : OutputIds(*run.plan, view->step))
          completion.outputs[id] = AnyOf(random, numbers);
      }
      return CompleteTask(run, task, completion, when);
    }
  }
}

// Does what an entry says, as replaying a history does. Entries that follow from others do nothing.
absl::StatusOr<Entries> Replay(onboarding::Run& run, const Entries& before,
                               const HistoryEntry& entry) {
  Occurrence when{entry.occur_time, entry.record_time, entry.actor};
  switch (entry.kind) {
    case EntryKind::kTaskStarted:
      return StartTask(run, entry.task, when);
    case EntryKind::kTaskCompleted:
    case EntryKind::kTaskSubmitted:
      return CompleteTask(run, entry.task, {entry.ticked, false, entry.defects, entry.attributes},
                          when);
    case EntryKind::kTaskSkipped:
      return SkipTask(run, entry.task, entry.reason, when);
    case EntryKind::kBlocked:
      return BlockTask(run, entry.task,
                       {entry.impediment, *entry.category, entry.utility, entry.reason}, when);
    case EntryKind::kUnblocked:
      return UnblockTask(run, entry.task, entry.impediment, entry.reason, when);
    case EntryKind::kDecided:
      return Decide(run, entry.decision, entry.option, entry.reason, when);
    case EntryKind::kAttributesSet:
      return SetAttributes(run, entry.attributes, entry.reason, when);
    case EntryKind::kPaused:
      return Pause(run, entry.reason, when);
    case EntryKind::kResumed:
      return Resume(run, entry.reason, when);
    case EntryKind::kCancelled:
      return Cancel(run, entry.reason, when);
    case EntryKind::kTaskClaimed:
      return ClaimTask(run, entry.task, true, when);
    case EntryKind::kTaskAssigned:
      return AssignTask(run, entry.task, entry.resource, entry.reason, when);
    case EntryKind::kTaskDelegated:
      return DelegateTask(run, entry.task, entry.resource, entry.reason, when);
    case EntryKind::kTaskReleased:
      return ReleaseTask(run, entry.task, entry.reason, when);
    case EntryKind::kTaskReopened:
      return ReopenTask(run, before, entry.task, entry.reason, when);
    case EntryKind::kTaskCommented:
      return CommentTask(run, entry.task, entry.reason, entry.links, when);
    case EntryKind::kTaskVerified:
      return VerifyTask(run, entry.task, {true, entry.reason, {}}, when);
    case EntryKind::kTaskRejected:
      return VerifyTask(run, entry.task,
                        {false, entry.reason, {entry.defects.begin() + 1, entry.defects.end()}},
                        when);
    case EntryKind::kWaiverRequested:
      return SkipTask(run, entry.task, entry.reason, when);
    case EntryKind::kWaiverApproved:
      return ApproveWaiver(run, entry.task, entry.reason, when);
    case EntryKind::kWaiverRejected:
      return RejectWaiver(run, entry.task, entry.reason, when);
    default:
      return Entries();
  }
}

void ExpectSame(const onboarding::Run& a, const onboarding::Run& b) {
  EXPECT_EQ(Serialize(a), Serialize(b));
  EXPECT_EQ(a.tasks, b.tasks);
  EXPECT_EQ(a.impediments, b.impediments);
  EXPECT_EQ(a.decisions, b.decisions);
  EXPECT_EQ(a.attributes, b.attributes);
}

// Invariants of run.h.
void ExpectInvariants(const onboarding::Run& run) {
  const auto calendar = calendar::Calendar::Create(run.spec.time_zone);
  std::set<flow::NodeIndex> open_steps;
  for (const TaskRecord& task : run.tasks) {
    bool workable = task.state == TaskState::kReady || task.state == TaskState::kInProgress;
    bool open = workable || task.state == TaskState::kAwaitingVerification;
    EXPECT_EQ(open, !task.end_time.has_value());
    if (open) {
      EXPECT_TRUE(open_steps.insert(task.step).second) << "two open rounds of a step";
    }
    std::string id = TaskId(*run.plan, task.step, task.round);
    EXPECT_EQ(task.blocked_since.has_value(), !OpenImpediments(run, id).empty()) << id;
    if (!workable) {
      EXPECT_TRUE(OpenImpediments(run, id).empty()) << id;
      EXPECT_FALSE(task.waiver.has_value()) << id;
    }
    if (task.due_time.has_value()) {
      EXPECT_TRUE(calendar->IsOpen(*task.due_time) ||
                  calendar->IsOpen(*task.due_time - absl::Microseconds(1)))
          << id << " is due in closed hours";
    }
  }
  EXPECT_LE(run.finish_time.has_value() + run.pause_time.has_value() + run.cancel_time.has_value(),
            1);
  if (run.cancel_time.has_value()) {
    EXPECT_TRUE(open_steps.empty() && run.decisions.empty());
    return;
  }
  std::vector<flow::NodeIndex> enabled = run.progress.EnabledSteps();
  EXPECT_EQ(open_steps, std::set<flow::NodeIndex>(enabled.begin(), enabled.end()));
  EXPECT_EQ(run.decisions.size(), run.progress.OpenDecisions().size());
  EXPECT_EQ(run.finish_time.has_value(), run.progress.finished());
  EXPECT_EQ(run.finish_time.has_value(), open_steps.empty() && run.decisions.empty());
  const flow::Decider decider(run.plan->plan, run.plan->conditions, run.attributes);
  for (const flow::OpenDecision& open : run.progress.OpenDecisions()) {
    const std::string option = decider.Ask(open).option;
    EXPECT_TRUE(option.empty() || option == flow::kAgain) << option;
  }
}

void ExpectRunsAreWhatTheirHistoriesMakeOfThem(const PlanPointer& plan, const Spec& spec) {
  int finished = 0;
  int refused = 0;
  std::set<EntryKind> kinds;
  for (int seed = 0; seed < kRuns; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    absl::Time now = At("2026-03-02T09:00:00Z");
    absl::StatusOr<Started> started = Start(spec, plan, When(now));
    ASSERT_TRUE(started.ok());
    onboarding::Run run = started->run;
    Entries history = started->entries;
    for (int i = 0; i < kCommands; ++i) {
      now += absl::Minutes(random() % 600);
      std::string before = Serialize(run);
      const std::vector<std::string> people = {"ann", "bob", "cem"};
      const Occurrence when = When(now, AnyOf(random, people));
      absl::StatusOr<Entries> entries = TryAnything(run, history, random, when);
      if (!entries.ok()) {
        ++refused;
        EXPECT_EQ(Serialize(run), before) << "a refused command changed something";
        EXPECT_FALSE(absl::IsInternal(entries.status())) << entries.status();
        continue;
      }
      for (const HistoryEntry& entry : *entries) {
        history.push_back(entry);
        kinds.insert(entry.kind);
      }
      ExpectInvariants(run);
    }
    for (size_t i = 0; i < history.size(); ++i) {
      ASSERT_EQ(history[i].sequence, static_cast<int64_t>(i) + 1);
      if (i > 0) {
        ASSERT_LE(history[i - 1].occur_time, history[i].occur_time);
      }
    }
    EXPECT_EQ(run.last_sequence, static_cast<int64_t>(history.size()));
    onboarding::Run replayed = Start(spec, plan, When(history[0].occur_time))->run;
    for (size_t i = 1; i < history.size(); ++i) {
      // An entry that a replayed command has already written follows from it.
      if (history[i].sequence <= replayed.last_sequence) continue;
      const Entries before(history.begin(), history.begin() + static_cast<long>(i));
      const absl::Status status = Replay(replayed, before, history[i]).status();
      ASSERT_TRUE(status.ok()) << i << ": " << status;
    }
    ExpectSame(run, replayed);
    absl::StatusOr<onboarding::Run> parsed = Parse("acme", "ada", plan, Serialize(run));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ExpectSame(run, *parsed);
    finished += run.finish_time.has_value();
  }
  // The test would prove little if nothing were finished, or nothing refused.
  EXPECT_GT(finished, kRuns / 10);
  EXPECT_GT(refused, kRuns);
  // Nor if something never happened that can.
  for (EntryKind kind :
       {EntryKind::kPaused, EntryKind::kResumed, EntryKind::kCancelled, EntryKind::kTaskWithdrawn,
        EntryKind::kTaskClaimed, EntryKind::kTaskAssigned, EntryKind::kTaskDelegated,
        EntryKind::kTaskReleased, EntryKind::kTaskReopened}) {
    EXPECT_TRUE(kinds.contains(kind)) << static_cast<int>(kind);
  }
}

TEST(EngineModel, ARunIsWhatItsHistoryMakesOfItsPlan) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(SalesRepPlan(), AdaSpec());
}

TEST(EngineModel, AndSoIsOneThatConditionsDecide) {
  Spec spec = AdaSpec();
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(DealPlan(), spec);
  spec.attributes = {{"amount", "950"}, {"gift", "true"}};
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(DealPlan(), spec);
}

TEST(EngineModel, AndSoIsOneOfWhichTwoPersonsDecide) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(OfferPlan(), AdaSpec());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
