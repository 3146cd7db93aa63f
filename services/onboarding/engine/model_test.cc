// SPDX-License-Identifier: Apache-2.0
//
// Random commands against the invariants of run.h: whatever people do, a run is what its history
// makes of its plan.
#include <map>
#include <random>
#include <set>

#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/accounts.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/outputs.h"
#include "services/onboarding/engine/stored_run.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/first_time.h"
#include "services/onboarding/testing/replay.h"
#include "services/onboarding/testing/told_facts.h"

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
  switch (random() % 15) {
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
    case 10:
      return random() % 2 == 0
                 ? ReportMilestone(run, {"quota", when.occur_time, "crm", "says"}, when)
                 : WithdrawMilestone(run, random() % 2 == 0 ? "quota" : "signed", "no", when);
    case 11:
      return random() % 8 == 0
                 ? Reschedule(run, run.spec.day_one + static_cast<int>(random() % 9) - 4, "moved",
                              when)
                 : Entries();
    default:
      return ReopenTask(run, history, task, "a mistake", when);
  }
}

// What programs do, and who calls them.
absl::StatusOr<Entries> TryAutomation(onboarding::Run& run, const std::string& task,
                                      std::mt19937_64& random, Occurrence when) {
  const auto view = FindTask(run, task);
  const int calls = view.ok() && view->record != nullptr ? view->record->calls : 0;
  HistoryEntry call;
  call.task = task;
  call.call = calls + 1;
  when.actor = ProgramActor("x");
  switch (random() % 8) {
    case 0:
      return ExpireAutomation(run, task, when);
    case 1:
      return AwaitWebhook(run, task, "there is none", when);
    case 2:
      return FindWebhook(run, task, when);
    case 3:
    case 4:
      return CallAutomation(run, task, CallId(call), when);
    default:
      break;
  }
  if (random() % 5 != 0) --call.call;
  AutomationReply reply{.state = static_cast<AutomationReply::State>(random() % 3),
                        .completion = {.ticked = {"mfa"}, .outputs = {{"login", "ada"}}},
                        .reason = "it is down"};
  if (random() % 5 == 0 || task != "crm") reply.completion = {};
  return AnswerAutomation(run, task, CallId(call), reply, when);
}

// What a record of an impediment may say.
RecordNews AnyNews(const std::string& task, std::mt19937_64& random) {
  const std::vector<std::string> ids = {"crm-down", "i1", "ada.i1"};
  RecordNews news{.id = AnyOf(random, ids),
                  .category = static_cast<Category>(1 + random() % 3),
                  .utility = "e-signature",
                  .description = "x",
                  .acknowledged = random() % 3 == 0,
                  .resolved = random() % 2 == 0,
                  .resolution = "done",
                  .all_users = random() % 8 == 0};
  if (random() % 3 == 0) news.tasks = {task, "laptop"};
  if (random() % 4 == 0) news.released = {{task, "free"}};
  return news;
}

// What a person may try: mostly sensible, often not allowed.
absl::StatusOr<Entries> TryAnything(onboarding::Run& run, const Entries& history,
                                    std::mt19937_64& random, const Occurrence& when) {
  std::vector<std::string> tasks = {"none", "gear"};
  for (const TaskView& view : Tasks(run)) tasks.push_back(TaskId(*run.plan, view.step, view.round));
  const std::string task = AnyOf(random, tasks);
  if (run.plan->automated && random() % 2 == 0) return TryAutomation(run, task, random, when);
  switch (random() % 15) {
    case 0:
      return StartTask(run, task, when);
    case 14:
      return FollowRecord(run, AnyNews(task, random), when);
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

void ExpectSame(const onboarding::Run& a, const onboarding::Run& b) {
  EXPECT_EQ(Serialize(a), Serialize(b));
  EXPECT_EQ(a.tasks, b.tasks);
  EXPECT_EQ(a.impediments, b.impediments);
  EXPECT_EQ(a.decisions, b.decisions);
  EXPECT_EQ(a.attributes, b.attributes);
  EXPECT_EQ(a.milestones, b.milestones);
  EXPECT_EQ(a.outlook, b.outlook);
}

// Milestones by two ways: what the history says was reached and not taken back, and what the
// progress makes of the nodes.
void ExpectMilestones(const onboarding::Run& run, const Entries& history) {
  std::map<std::string, absl::Time> told;
  for (const HistoryEntry& entry : history) {
    if (entry.kind == EntryKind::kMilestoneReached) {
      EXPECT_TRUE(told.emplace(entry.milestone, *entry.reach_time).second) << entry.milestone;
    }
    if (entry.kind == EntryKind::kMilestoneWithdrawn) {
      EXPECT_EQ(told.erase(entry.milestone), 1u) << entry.milestone;
    }
  }
  std::map<std::string, absl::Time> kept;
  for (const ReachedMilestone& reached : run.milestones) kept[reached.id] = reached.reach_time;
  EXPECT_EQ(kept, told);
  EXPECT_EQ(kept.size(), run.milestones.size());
  for (const PlanMilestone& milestone : run.plan->milestones) {
    if (milestone.node == flow::kNoNode) continue;
    EXPECT_EQ(kept.contains(milestone.id), ReachedByWork(run, milestone)) << milestone.id;
  }
}

// Of an automated task; `id` is its own.
void ExpectAutomation(const onboarding::Run& run, const TaskRecord& task, const std::string& id) {
  const bool workable = task.state == TaskState::kReady || task.state == TaskState::kInProgress;
  if (workable && task.call.has_value()) {
    EXPECT_FALSE(task.call->answered) << id;
  }
  const std::optional<AutomationStep> next = NextAutomationStep(run, task);
  const bool waits = workable && !run.pause_time.has_value() &&
                     (task.call.has_value() || !task.blocked_since.has_value());
  const bool automated = run.plan->plan.node(task.step).step.automation.has_value();
  if (task.awaits_webhook.empty()) {
    EXPECT_EQ(next.has_value(), automated && waits) << id;
    return;
  }
  bool open = false;
  for (const Impediment* one : OpenImpediments(run, id)) open |= one->id == task.awaits_webhook;
  EXPECT_TRUE(open) << id;
}

// The end is not later than was told by a day, and where it is beyond the target that was told;
// what is open ends when it is due or later, and not before now.
void ExpectOutlook(const onboarding::Run& run, const calendar::Calendar& calendar) {
  EXPECT_EQ(run.outlook.has_value(), !run.cancel_time.has_value());
  if (!run.outlook.has_value() || run.pause_time.has_value()) return;
  const Outlook& outlook = *run.outlook;
  // By how much an impediment delays is told when it is resolved.
  const bool told = OpenImpediments(run).empty();
  EXPECT_FALSE(told && outlook.finish > outlook.told &&
               MovedByADay(outlook.told, outlook.finish, calendar));
  if (run.finish_time.has_value()) {
    EXPECT_EQ(outlook.finish, *run.finish_time);
    return;
  }
  if (run.target_time.has_value() && IsBeyond(outlook.finish, *run.target_time, calendar)) {
    if (told) {
      EXPECT_GT(outlook.told, *run.target_time);
    }
    EXPECT_LE(*outlook.risk_time, run.last_time);
  }
  const LivePlan live = LivePlanOf(run, calendar, run.last_time);
  EXPECT_GE(live.finish, run.last_time);
  for (const TaskRecord& task : run.tasks) {
    if (task.end_time.has_value()) continue;
    ASSERT_TRUE(live.spans[task.step].has_value());
    EXPECT_GE(live.spans[task.step]->end, task.due_time.value_or(run.last_time));
  }
}

// The parts of an account are the whole, in both kinds of time; and the time of a task is what lies
// between its turn and its end.
void ExpectAccount(const TimeAccount& account, const Span& span,
                   const calendar::Calendar& calendar) {
  TimeSpent sum = account.BlockedInAll();
  for (const TimeSpent& part :
       {account.waiting, account.working, account.verifying, account.paused, account.idle})
    sum += part;
  EXPECT_EQ(sum, account.total);
  EXPECT_EQ(account.total.elapsed, span.to - span.from);
  EXPECT_EQ(account.total.business, calendar.Between(span.from, span.to));
}

void ExpectAccounts(const onboarding::Run& run, absl::Time now) {
  const auto calendar = CalendarOf(run.spec);
  for (const TaskRecord& task : run.tasks) {
    const Span span{task.ready_time, task.end_time.value_or(now)};
    const TimeAccount account = AccountOf(run, task, *calendar, now);
    ExpectAccount(account, span, *calendar);
    if (!task.start_time.has_value() && task.rejections == 0) {
      EXPECT_EQ(account.working, TimeSpent());
    }
  }
  const absl::Time end = run.finish_time.value_or(run.cancel_time.value_or(now));
  ExpectAccount(AccountOf(run, *calendar, now), {run.start_time, end}, *calendar);
}

// A task that is read alone says what it says among the others, now and a day later.
void ExpectTasksReadAlone(const onboarding::Run& run, absl::Time now) {
  using google::protobuf::util::MessageDifferencer;
  const auto calendar = CalendarOf(run.spec);
  const absl::StatusOr<StoredRun> stored =
      StoredRun::Read(run.spec.workspace, run.spec.id, run.plan, Serialize(run),
                      [&](const std::string&) { return run.spec.calendar; });
  ASSERT_TRUE(stored.ok()) << stored.status();
  for (const absl::Time at : {now, now + absl::Hours(24)}) {
    const TaskMessages alone(stored->without_tasks(), stored->course(), at);
    const TaskMessages among(run, at);
    const LivePlan live = LivePlanOf(run, *calendar, at);
    for (const TaskRecord& task : run.tasks) {
      const absl::StatusOr<TaskRecord> read = stored->ReadTask(task.step, task.round);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_TRUE(*read == task);
      const v1::Task shown = alone.Make({task.step, task.round, task.state, &*read});
      const v1::Task expected = among.Make({task.step, task.round, task.state, &task});
      EXPECT_TRUE(MessageDifferencer::Equals(shown, expected)) << shown.DebugString();
      if (task.end_time.has_value()) continue;
      EXPECT_EQ(FromTimestamp(shown.expected_start_time()), live.spans[task.step]->start);
      EXPECT_EQ(FromTimestamp(shown.expected_end_time()), live.spans[task.step]->end);
    }
  }
}

// Invariants of run.h.
void ExpectInvariants(const onboarding::Run& run) {
  const auto calendar = CalendarOf(run.spec);
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
    ExpectAutomation(run, task, id);
    if (task.due_time.has_value()) {
      EXPECT_TRUE(calendar->IsOpen(*task.due_time) ||
                  calendar->IsOpen(*task.due_time - absl::Microseconds(1)))
          << id << " is due in closed hours";
    }
  }
  for (const auto& [step, waiver] : run.planned_skips) {
    EXPECT_EQ(run.progress.state(step), flow::NodeState::kWaiting)
        << run.plan->plan.node(step).path;
    EXPECT_EQ(run.plan->plan.node(step).step.waiver_approver, "");
  }
  ExpectOutlook(run, *calendar);
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
    // Many are started before day one, and some long before.
    absl::Time now = At(seed % 3 == 0 ? "2026-01-12T09:00:00Z" : "2026-03-02T09:00:00Z");
    absl::StatusOr<Started> started = Start(spec, plan, When(now));
    ASSERT_TRUE(started.ok());
    onboarding::Run run = started->run;
    Entries history = started->entries;
    ExpectFirstTimes(run, history);
    const auto calendar = CalendarOf(run.spec);
    for (int i = 0; i < kCommands; ++i) {
      now += absl::Minutes(random() % 600);
      std::string before = Serialize(run);
      const Facts facts = FactsToTell(run, *calendar);
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
      ExpectMilestones(run, history);
      ExpectAllToldOf(facts, *entries, run, *calendar);
      ExpectFirstTimes(run, *entries);
      if (i % 20 == 0) ExpectAccounts(run, now);
      if (i % 20 == 10) ExpectTasksReadAlone(run, now);
    }
    for (size_t i = 0; i < history.size(); ++i) {
      ASSERT_EQ(history[i].sequence, static_cast<int64_t>(i) + 1);
      if (i > 0) {
        ASSERT_LE(history[i - 1].occur_time, history[i].occur_time);
      }
    }
    EXPECT_EQ(run.last_sequence, static_cast<int64_t>(history.size()));
    absl::StatusOr<onboarding::Run> replayed = Replay(spec, plan, history);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    ExpectSame(run, *replayed);
    absl::StatusOr<onboarding::Run> parsed =
        Parse("acme", "ada", plan, Serialize(run),
              [&](const std::string& id) -> absl::StatusOr<CalendarPointer> {
                EXPECT_EQ(id, spec.calendar->id);
                return spec.calendar;
              });
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ExpectSame(run, *parsed);
    finished += run.finish_time.has_value();
  }
  // The test would prove little if nothing were finished, or nothing refused.
  EXPECT_GT(finished, kRuns / 20);
  EXPECT_GT(refused, kRuns);
  // Nor if something never happened that can.
  for (EntryKind kind :
       {EntryKind::kPaused, EntryKind::kResumed, EntryKind::kCancelled, EntryKind::kTaskWithdrawn,
        EntryKind::kTaskClaimed, EntryKind::kTaskAssigned, EntryKind::kTaskDelegated,
        EntryKind::kTaskReleased, EntryKind::kTaskReopened, EntryKind::kReplanned,
        EntryKind::kImpedimentAcknowledged, EntryKind::kImpedimentChanged,
        EntryKind::kTaskSkipPlanned}) {
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

TEST(EngineModel, AndSoIsOneThatReachesMilestones) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(RampUpPlan(), AdaSpec());
}

TEST(EngineModel, AndSoIsOneWithACalendarOfItsOwn) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(SalesRepPlan(), BerlinSpec());
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(OfferPlan(), BerlinSpec());
}

TEST(EngineModel, AndSoIsOneWhoseStepsCountFromDays) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(HandOverPlan(), AdaSpec());
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(HandOverPlan(), BerlinSpec());
}

TEST(EngineModel, AndSoIsOneOfWhichTwoPersonsDecide) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(OfferPlan(), AdaSpec());
}

TEST(EngineModel, AndSoIsOneThatProgramsDo) {
  ExpectRunsAreWhatTheirHistoriesMakeOfThem(SetupPlan(), AdaSpec());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
