// SPDX-License-Identifier: Apache-2.0
//
// Changing the plan of an on-boarding over the API, over both engines where rows matter.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/migrate.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/service.h"
#include "services/onboarding/testing/trees.h"

namespace plumbline::onboarding::testing {
namespace {

using flow::Node;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

Node Abc() { return Sequence("all", {Step("a"), Step("b"), Step("c")}); }

class PlanChangeTest : public ::testing::Test {
 protected:
  PlanChangeTest() {
    catalog::v1::Process first = ProcessOf(Abc(), 1);
    first.mutable_target()->set_days(10);
    service_.catalog().Publish(first);
    catalog::v1::Process second =
        ProcessOf(Sequence("all", {Step("first"), Step("new"), Step("b"), Step("c")}), 2);
    second.mutable_target()->set_days(20);
    service_.catalog().Publish(second);
  }

  void StartAda() {
    const auto started = service_.Start("ada", "tree@1");
    ASSERT_TRUE(started.ok()) << started.status();
    ASSERT_TRUE(service_.Complete("ada", "a").ok());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, Request request,
                                const std::string& more) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        request.ShortDebugString() + " " + more, &request))
        << more;
    return service_.Call<Response>(method, request);
  }
  auto Migrate(const std::string& more = "mappings { key: 'a' value: 'first' }",
               const std::string& process = "tree@2") {
    v1::MigrateOnboardingRequest request;
    request.set_name(kAda);
    request.set_process("workspaces/acme/processes/" + process);
    request.set_reason("news");
    return Call<v1::MigrateOnboardingResponse>("MigrateOnboarding", request, more);
  }
  auto Add(const std::string& more, const std::string& id = "x") {
    v1::AddTaskRequest request;
    request.set_parent(kAda);
    request.set_task_id(id);
    request.set_title("One more");
    request.mutable_step()->set_role("coach");
    request.mutable_step()->mutable_target()->set_days(2);
    request.set_reason("needs it");
    return Call<v1::AddTaskResponse>("AddTask", request, more);
  }
  auto Move(const std::string& task, const std::string& more) {
    v1::MoveTaskRequest request;
    request.set_name(absl::StrCat(kAda, "/tasks/", task));
    request.set_reason("better so");
    return Call<v1::MoveTaskResponse>("MoveTask", request, more);
  }

  v1::Onboarding Ada() {
    v1::GetOnboardingRequest request;
    request.set_name(kAda);
    return service_.Call<v1::GetOnboardingResponse>("GetOnboarding", request)->onboarding();
  }
  // "a DONE", ...
  std::vector<std::string> Tasks(const std::string& parent = kAda,
                                 v1::Task::State state = v1::Task::STATE_UNSPECIFIED) {
    v1::ListTasksRequest request;
    request.set_parent(parent);
    request.set_state(state);
    std::vector<std::string> told;
    const auto listed = service_.Call<v1::ListTasksResponse>("ListTasks", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok()) return told;
    for (const v1::Task& task : listed->tasks()) {
      told.push_back(absl::StrCat(task.name().substr(task.name().rfind('/') + 1), " ",
                                  v1::Task::State_Name(task.state()).substr(6)));
    }
    return told;
  }
  std::vector<std::string> Queue() {
    return Tasks("workspaces/acme/onboardings/-", v1::Task::STATE_READY);
  }

  TestOnboarding service_;
};

TEST_F(PlanChangeTest, MigratesWithAllThatIsDone) {
  StartAda();
  const v1::Onboarding before = Ada();
  const auto would = Migrate("mappings { key: 'a' value: 'first' } validate_only: true");
  ASSERT_TRUE(would.ok()) << would.status();
  EXPECT_EQ(Ada().etag(), before.etag()) << "nothing is changed";
  const auto migrated = Migrate();
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_EQ(migrated->tasks_size(), would->tasks_size());
  ASSERT_EQ(migrated->tasks_size(), 4);
  EXPECT_EQ(migrated->tasks(0).fate(), v1::TaskFate::FATE_MAPPED);
  EXPECT_EQ(migrated->tasks(0).previous_task(), "a");
  EXPECT_EQ(migrated->tasks(0).state(), v1::Task::STATE_DONE);
  EXPECT_EQ(migrated->tasks(1).fate(), v1::TaskFate::FATE_NEW);
  EXPECT_EQ(migrated->tasks(2).fate(), v1::TaskFate::FATE_KEPT);
  ASSERT_EQ(migrated->ready_tasks_size(), 1);
  EXPECT_EQ(migrated->ready_tasks(0).name(), absl::StrCat(kAda, "/tasks/new"));
  const v1::Onboarding after = Ada();
  EXPECT_EQ(after.process(), "workspaces/acme/processes/tree@2");
  EXPECT_GT(after.target_time().seconds(), before.target_time().seconds());
  EXPECT_FALSE(after.plan_changed());
  EXPECT_THAT(Tasks(), ElementsAre("first DONE", "new READY", "b PENDING", "c PENDING"));
  EXPECT_THAT(Queue(), ElementsAre("new READY"));
  ASSERT_TRUE(service_.Complete("ada", "new").ok());
  EXPECT_THAT(Queue(), ElementsAre("b READY"));
}

TEST_F(PlanChangeTest, SaysWhatStandsInTheWay) {
  StartAda();
  const auto refused = Migrate("");
  EXPECT_EQ(ReasonText(refused), "PLAN_CHANGE_REFUSED");
  EXPECT_EQ(base::MetadataOf(refused.status(), "begun"), "a");
  EXPECT_THAT(std::string(refused.status().message()),
              ::testing::HasSubstr("; drop it, or map it to what it is called there"));
  EXPECT_TRUE(Migrate("dropped: 'a'").ok());
  EXPECT_THAT(Tasks(), ElementsAre("first READY", "new PENDING", "b PENDING", "c PENDING"));
}

TEST_F(PlanChangeTest, RoundsOfALoopAreKeptAndWhatFitsInNoneIsToldOnce) {
  const Node loop = flow::Loop("passed", {Step("exam"), Step("study")});
  service_.catalog().Publish(ProcessOf(Sequence("all", {loop, Step("end")}), 1, "loop"));
  service_.catalog().Publish(
      ProcessOf(Sequence("all", {loop, Step("new"), Step("end")}), 2, "loop"));
  service_.catalog().Publish(ProcessOf(Sequence("all", {Step("exam"), Step("end")}), 3, "loop"));
  ASSERT_TRUE(service_.Start("ada", "loop@1").ok());
  const auto decide = [&](const std::string& option) {
    v1::DecideRequest request;
    request.set_name(kAda);
    request.set_decision("passed");
    request.set_option(option);
    return service_.Call<v1::DecideResponse>("Decide", request).status();
  };
  for (const char* again : {"", "~2"}) {
    ASSERT_TRUE(service_.Complete("ada", absl::StrCat("exam", again)).ok());
    ASSERT_EQ(decide("again"), absl::OkStatus());
    ASSERT_TRUE(service_.Complete("ada", absl::StrCat("study", again)).ok());
  }
  const auto migrated = Migrate("", "loop@2");
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  std::vector<std::string> fates;
  for (const v1::TaskFate& fate : migrated->tasks())
    fates.push_back(absl::StrCat(v1::TaskFate::Fate_Name(fate.fate()).substr(5), " ", fate.task()));
  EXPECT_THAT(fates, ElementsAre("KEPT exam", "KEPT exam~2", "KEPT exam~3", "KEPT study",
                                 "KEPT study~2", "NEW new", "KEPT end"));
  const auto refused = Migrate("", "loop@3");
  EXPECT_EQ(ReasonText(refused), "PLAN_CHANGE_REFUSED");
  EXPECT_EQ(base::MetadataOf(refused.status(), "begun"), "passed,study,study~2,exam~2");
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("'passed' has no place in the new plan (2 times); drop it"));
}

TEST_F(PlanChangeTest, ARequestThatIsRepeatedIsAnsweredAgain) {
  StartAda();
  const std::string more = "mappings { key: 'a' value: 'first' } request_id: 'm1'";
  const auto first = Migrate(more);
  ASSERT_TRUE(first.ok()) << first.status();
  service_.catalog().FailWith(absl::UnavailableError("down"));
  const auto again = Migrate(more);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(ReasonText(Migrate("", "tree")), "DEPENDENCY_UNAVAILABLE");
}

TEST_F(PlanChangeTest, AStartThatIsRepeatedIsAnsweredWithThePlanOfTheStart) {
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.mutable_onboarding()->set_process("workspaces/acme/processes/tree@1");
  request.mutable_onboarding()->clear_assignees();
  request.set_request_id("s1");
  ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
  ASSERT_TRUE(Migrate().ok());
  const auto again = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->onboarding().process(), "workspaces/acme/processes/tree@1");
  EXPECT_EQ(again->tasks_size(), 3);
}

TEST_F(PlanChangeTest, ChecksTheRequest) {
  StartAda();
  EXPECT_EQ(ReasonText(Migrate("etag: 'old'")), "ETAG_MISMATCH");
  EXPECT_EQ(ReasonText(Migrate("", "tree@9")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Migrate("", "pair@1")), "FIELD_INVALID");
  const auto fields = [](const absl::Status& status) {
    std::vector<std::string> wrong;
    for (const auto& one : base::FieldViolationsOf(status)) wrong.push_back(one.field);
    return wrong;
  };
  v1::MigrateOnboardingRequest empty;
  empty.set_name(kAda);
  EXPECT_THAT(
      fields(service_.Call<v1::MigrateOnboardingResponse>("MigrateOnboarding", empty).status()),
      UnorderedElementsAre("reason", "process"));
  v1::AddTaskRequest nothing;
  nothing.set_parent(kAda);
  EXPECT_THAT(fields(service_.Call<v1::AddTaskResponse>("AddTask", nothing).status()),
              UnorderedElementsAre("reason", "task_id", "step"));
  v1::MoveTaskRequest nowhere;
  nowhere.set_name(absl::StrCat(kAda, "/tasks/b"));
  EXPECT_THAT(fields(service_.Call<v1::MoveTaskResponse>("MoveTask", nowhere).status()),
              ElementsAre("reason"));
}

TEST_F(PlanChangeTest, CommentsGoWithTheTask) {
  StartAda();
  v1::CommentTaskRequest comment;
  comment.set_name(absl::StrCat(kAda, "/tasks/a"));
  comment.set_text("signed twice");
  ASSERT_TRUE(service_.Call<v1::CommentTaskResponse>("CommentTask", comment).ok());
  ASSERT_TRUE(Migrate().ok());
  v1::ListCommentsRequest list;
  list.set_parent(absl::StrCat(kAda, "/tasks/first"));
  const auto comments = service_.Call<v1::ListCommentsResponse>("ListComments", list);
  ASSERT_TRUE(comments.ok()) << comments.status();
  ASSERT_EQ(comments->comments_size(), 1);
  EXPECT_EQ(comments->comments(0).text(), "signed twice");
}

TEST_F(PlanChangeTest, CommentsOfWhatIsGoneStayWithIt) {
  StartAda();
  for (const char* task : {"a", "b"}) {
    v1::CommentTaskRequest comment;
    comment.set_name(absl::StrCat(kAda, "/tasks/", task));
    comment.set_text(absl::StrCat("about ", task));
    ASSERT_TRUE(service_.Call<v1::CommentTaskResponse>("CommentTask", comment).ok());
  }
  service_.catalog().Publish(ProcessOf(Sequence("all", {Step("b"), Step("c")}), 3));
  ASSERT_TRUE(Migrate("mappings { key: 'a' value: 'b' }", "tree@3").ok());
  v1::ListCommentsRequest list;
  list.set_parent(absl::StrCat(kAda, "/tasks/b"));
  const auto comments = service_.Call<v1::ListCommentsResponse>("ListComments", list);
  ASSERT_TRUE(comments.ok()) << comments.status();
  ASSERT_EQ(comments->comments_size(), 1);
  EXPECT_EQ(comments->comments(0).text(), "about a");
}

TEST_F(PlanChangeTest, ReopeningWorksAcrossIt) {
  StartAda();
  ASSERT_TRUE(Migrate().ok());
  v1::ReopenTaskRequest reopen;
  reopen.set_name(absl::StrCat(kAda, "/tasks/first"));
  reopen.set_reason("wrong form");
  const auto reopened = service_.Call<v1::ReopenTaskResponse>("ReopenTask", reopen);
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  EXPECT_THAT(Queue(), ElementsAre("first READY"));
}

TEST_F(PlanChangeTest, AddsATaskToOnePlan) {
  StartAda();
  const auto added = Add("place { before: 'b' }");
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_EQ(added->task().state(), v1::Task::STATE_READY);
  EXPECT_EQ(added->task().role(), "coach");
  EXPECT_TRUE(added->task().has_due_time());
  ASSERT_EQ(added->withdrawn_tasks_size(), 1);
  EXPECT_EQ(added->withdrawn_tasks(0).step(), "b");
  EXPECT_TRUE(Ada().plan_changed());
  EXPECT_EQ(Ada().process(), "workspaces/acme/processes/tree@1");
  EXPECT_THAT(Tasks(), ElementsAre("a DONE", "x READY", "b PENDING", "c PENDING"));
  v1::ListHistoryRequest list;
  list.set_parent(kAda);
  const auto history = service_.Call<v1::ListHistoryResponse>("ListHistory", list);
  const v1::HistoryEntry* told = nullptr;
  for (const v1::HistoryEntry& entry : history->entries())
    if (entry.kind() == v1::HistoryEntry::KIND_TASK_ADDED) told = &entry;
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(told->task(), "x");
  EXPECT_EQ(told->reason(), "needs it");
  EXPECT_EQ(told->plan_change().place().before(), "b");
  EXPECT_EQ(told->plan_change().node().step().role(), "coach");
  EXPECT_EQ(ReasonText(Add("")), "FIELD_INVALID") << "there is a step of this id";
  // To a revision again: what was added is gone, unless it was begun.
  const auto migrated = Migrate("mappings { key: 'a' value: 'first' }");
  ASSERT_TRUE(migrated.ok()) << migrated.status();
  EXPECT_FALSE(Ada().plan_changed());
}

TEST_F(PlanChangeTest, MovesATaskThatNobodyBegan) {
  StartAda();
  const auto moved = Move("c", "place { before: 'b' }");
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->task().state(), v1::Task::STATE_READY);
  EXPECT_THAT(Tasks(), ElementsAre("a DONE", "c READY", "b PENDING"));
  EXPECT_EQ(ReasonText(Move("a", "")), "TASK_STATE");
  EXPECT_EQ(ReasonText(Move("z", "")), "RESOURCE_NOT_FOUND");
  const auto refused = Move("b", "place { before: 'a' }");
  EXPECT_EQ(ReasonText(refused), "PLAN_CHANGE_REFUSED");
  EXPECT_EQ(base::MetadataOf(refused.status(), "begun"), "a");
  EXPECT_THAT(std::string(refused.status().message()),
              ::testing::AllOf(::testing::HasSubstr("; choose another place"),
                               ::testing::Not(::testing::HasSubstr("drop it"))))
      << "a move drops nothing";
  EXPECT_TRUE(Move("b", "").ok()) << "where it stands already, nothing changes";
}

TEST_F(PlanChangeTest, AnotherReplicaAndTheCatalogKnowOfIt) {
  StartAda();
  ASSERT_TRUE(Migrate().ok());
  ASSERT_TRUE(Add("").ok());
  ASSERT_TRUE(service_.app().uses().RunOnce(service_.context(), service_.clock().Now()).ok());
  const auto reports = service_.catalog().reports();
  ASSERT_FALSE(reports.empty());
  ASSERT_EQ(reports.back().uses_size(), 1);
  EXPECT_THAT(reports.back().uses(0).process(), HasSubstr("tree@2"));
  TestOnboarding other(&service_.database());
  v1::GetOnboardingRequest get;
  get.set_name(kAda);
  const auto read = other.Call<v1::GetOnboardingResponse>("GetOnboarding", get);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->onboarding().steps_total(), 5);
  EXPECT_TRUE(read->onboarding().plan_changed());
}

class PlanChangeStoreTest : public StoreTest {
 protected:
  absl::Status Change(const PlanPointer& plan, const PathMappings& mappings = {},
                      const std::vector<std::string>& dropped = {}) {
    Entries history = *store_->ReadHistory({}, "acme", "ada", 0, 1000);
    return Update(
               "ada",
               [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                 MigrationReport report;
                 ASSIGN_OR_RETURN(
                     Entries entries,
                     ChangePlan(
                         run, history,
                         {.plan = plan, .mappings = mappings, .dropped = dropped, .reason = "news"},
                         When(kDay), &report));
                 return Changed{std::move(entries), ""};
               })
        .status();
  }
};

// Whoever reads the feed again gets the same.
TEST_P(PlanChangeStoreTest, EveryEntryOfTheFeedHasThePlanUnderWhichItWasWritten) {
  const PlanPointer first = PlanOf(Abc(), 1);
  const PlanPointer second = PlanOf(Sequence("all", {Step("c"), Step("b"), Step("more")}), 2);
  ASSERT_TRUE(
      store_->Create({}, {"acme", "Start", "", ""}, kDay, Start(AdaSpec(), first, When(kDay)))
          .ok());
  ASSERT_TRUE(Change(second).ok());
  ASSERT_TRUE(Change(first).ok());
  const auto feed = store_->ReadFeed({}, {.workspace = "acme", .limit = 100});
  ASSERT_TRUE(feed.ok()) << feed.status();
  std::vector<std::string> told;
  for (const FeedEntry& entry : *feed) {
    told.push_back(absl::StrCat(Told({entry.entry})[0], " @",
                                entry.plan->process.substr(entry.plan->process.rfind('@') + 1)));
  }
  EXPECT_THAT(told, ElementsAre("STARTED @1", "TASK_READY a @1", "MIGRATED @2",
                                "TASK_WITHDRAWN a @2", "TASK_READY c @2", "MIGRATED @1",
                                "TASK_WITHDRAWN c @1", "TASK_READY a @1"));
  PlanCache none;
  SqlStore other(*database_, none, [] {});
  const auto run = other.Load({}, "acme", "ada");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->plan->id, first->id);
}

// What a replica remembers of a run is of a plan that it has no more.
TEST_P(PlanChangeStoreTest, AReplicaThatChangedTheRunBeforeFollowsThePlanOfAnother) {
  PlanCache other_plans;
  SqlStore other(*database_, other_plans, [] {});
  ASSERT_TRUE(other
                  .Create({}, {"acme", "Start", "", ""}, kDay,
                          Start(AdaSpec(), PlanOf(Abc(), 1), When(kDay)))
                  .ok());
  ASSERT_TRUE(Change(PlanOf(Sequence("all", {Step("c"), Step("b"), Step("more")}), 2)).ok());
  const auto complete = [&](const std::string& task) {
    return other
        .Update({}, {"acme", "Complete", "", ""}, kDay, "ada",
                [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                  ASSIGN_OR_RETURN(Entries entries, CompleteTask(run, task, {}, When(kDay)));
                  return Changed{std::move(entries), ""};
                })
        .status();
  };
  EXPECT_EQ(ReasonText(complete("a")), "RESOURCE_NOT_FOUND") << "it was open in the plan of before";
  EXPECT_TRUE(complete("c").ok()) << "it was not";
  const auto run = store_->Load({}, "acme", "ada");
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(FindTask(*run, "b")->state, TaskState::kReady);
}

// A round that is dropped gives its number to the next one, and its rows do not.
TEST_P(PlanChangeStoreTest, RowsFollowTasksThatAreNumberedAnew) {
  ASSERT_TRUE(
      store_
          ->Create(
              {}, {"acme", "Start", "", ""}, kDay,
              Start(AdaSpec(),
                    PlanOf(Sequence("all", {flow::Loop("passed", {Step("exam"), Step("study")}),
                                            Step("end")}),
                           1),
                    When(kDay)))
          .ok());
  ASSERT_TRUE(Complete("ada", "exam").ok());
  ASSERT_TRUE(Update("ada", [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
                ASSIGN_OR_RETURN(Entries entries, Decide(run, "passed", "again", "", When(kDay)));
                return Changed{std::move(entries), ""};
              }).ok());
  ASSERT_TRUE(Complete("ada", "study").ok());
  const auto execute = [&](const std::string& text) {
    return database_->Write({}, [&](sql::Transaction& tx) { return tx.Execute(text).status(); });
  };
  ASSERT_TRUE(execute("INSERT INTO comments (workspace, onboarding, task, sequence) VALUES "
                      "('acme', 'ada', 'exam', 1), ('acme', 'ada', 'exam~2', 2)")
                  .ok());
  ASSERT_TRUE(execute("INSERT INTO impediment_wishes (workspace, impediment, onboarding, task, "
                      "release, reason) VALUES ('acme', 'i', 'ada', 'exam~2', 0, '')")
                  .ok());
  ASSERT_TRUE(execute("INSERT INTO escalations (workspace, onboarding, sequence, task, step, "
                      "title, rule, watched, level, since_micros, reach_micros, tell_micros, "
                      "state, body) VALUES ('acme', 'ada', 1, 'exam', '', '', 'r', '', 1, 1, 1, 1, "
                      "'', ''), ('acme', 'ada', 2, 'exam~2', '', '', 'r', '', 1, 1, 1, 1, '', '')")
                  .ok());
  ASSERT_TRUE(Change(PlanOf(Sequence("all", {Step("exam"), Step("end")}), 2), {},
                     {"exam", "passed", "study"})
                  .ok());
  const auto tasks = [&](const std::string& table) {
    std::vector<std::string> names;
    EXPECT_TRUE(database_
                    ->Read({},
                           [&](sql::Transaction& tx) -> absl::Status {
                             ASSIGN_OR_RETURN(const sql::Rows rows,
                                              tx.Query("SELECT task FROM " + table));
                             for (size_t i = 0; i < rows.size(); ++i)
                               names.push_back(rows.Text(i, 0));
                             return absl::OkStatus();
                           })
                    .ok());
    return names;
  };
  EXPECT_EQ(tasks("comments").size(), 2u);
  EXPECT_THAT(tasks("comments"), ::testing::Contains("exam"));
  EXPECT_THAT(tasks("comments"), ::testing::Contains(HasSubstr("exam@")));
  EXPECT_THAT(tasks("escalations"), ::testing::Contains("exam"));
  EXPECT_THAT(tasks("escalations"), ::testing::Contains(HasSubstr("exam@")));
  EXPECT_THAT(tasks("impediment_wishes"), ElementsAre("exam"));
}

// Names that go round in a circle do not meet.
TEST_P(PlanChangeStoreTest, QueuesShowTheTasksOfTheNewPlan) {
  const Node both = flow::Parallel("all", {Step("a"), Step("b")});
  ASSERT_TRUE(store_
                  ->Create({}, {"acme", "Start", "", ""}, kDay,
                           Start(AdaSpec(), PlanOf(both, 1), When(kDay)))
                  .ok());
  ASSERT_TRUE(Change(PlanOf(both, 2), {{"a", "b"}, {"b", "a"}}).ok());
  const auto queue =
      store_->ListOpenTasks({}, {.workspace = "acme", .list = {.limit = 10}, .now = kDay});
  ASSERT_TRUE(queue.ok()) << queue.status();
  std::vector<std::string> steps;
  for (const v1::Task& task : queue->rows) steps.push_back(task.step());
  EXPECT_THAT(steps, UnorderedElementsAre("a", "b"));
}

INSTANTIATE_TEST_SUITE_P(Engines, PlanChangeStoreTest, ::testing::Bool(),
                         [](const auto& engine) { return engine.param ? "PostgreSQL" : "SQLite"; });

}  // namespace
}  // namespace plumbline::onboarding::testing
