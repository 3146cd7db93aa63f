// SPDX-License-Identifier: Apache-2.0
//
// Every method over the in-process channel, and every reason with which it fails.
#include "services/onboarding/testing/service.h"

#include <string>
#include <vector>

#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

std::string AdaTask(absl::string_view task) { return absl::StrCat(kAda, "/tasks/", task); }

std::vector<std::string> Ids(const google::protobuf::RepeatedPtrField<v1::Task>& tasks) {
  std::vector<std::string> ids;
  for (const v1::Task& task : tasks) ids.push_back(task.name().substr(task.name().rfind('/') + 1));
  return ids;
}

std::vector<std::string> Kinds(const v1::ListHistoryResponse& history) {
  std::vector<std::string> kinds;
  for (const v1::HistoryEntry& entry : history.entries()) {
    if (entry.kind() == v1::HistoryEntry::KIND_REPLANNED) continue;  // engine/outlook_test.cc
    kinds.push_back(v1::HistoryEntry::Kind_Name(entry.kind()).substr(5) +
                    (entry.task().empty() ? "" : " " + entry.task()));
  }
  return kinds;
}

v1::ListHistoryResponse History(TestOnboarding& service, absl::string_view onboarding = "ada") {
  v1::ListHistoryRequest request;
  request.set_parent(absl::StrCat("workspaces/acme/onboardings/", onboarding));
  auto response = service.Call<v1::ListHistoryResponse>("ListHistory", request);
  EXPECT_TRUE(response.ok()) << response.status();
  return *response;
}

absl::StatusOr<v1::DecideResponse> Decide(TestOnboarding& service, const std::string& decision,
                                          const std::string& option) {
  v1::DecideRequest request;
  request.set_name(kAda);
  request.set_decision(decision);
  request.set_option(option);
  return service.Call<v1::DecideResponse>("Decide", request);
}

TEST(Service, RunsAProcessFromStartToEnd) {
  TestOnboarding service;
  auto started = service.Start("ada");
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(Ids(started->tasks()),
              ElementsAre("paperwork", "laptop", "accounts", "field", "inside", "dinner", "exam",
                          "study", "deal-desk.review"));
  EXPECT_EQ(started->tasks(0).state(), v1::Task::STATE_READY);
  EXPECT_EQ(started->tasks(1).assignee(), "it@example.com");
  EXPECT_THAT(started->tasks(0).checklist(), ElementsAre("contract", "nda"));
  EXPECT_EQ(started->onboarding().steps_total(), 9);
  EXPECT_FALSE(started->freshness_token().empty());

  EXPECT_THAT(Ids(service.Complete("ada", "paperwork")->ready_tasks()),
              ElementsAre("laptop", "accounts"));
  ASSERT_TRUE(service.Complete("ada", "accounts").ok());
  auto gear = service.Complete("ada", "laptop");
  ASSERT_TRUE(gear.ok()) << gear.status();
  ASSERT_EQ(gear->onboarding().decisions_size(), 1);
  EXPECT_THAT(gear->onboarding().decisions(0).options(), ElementsAre("field", "inside"));
  EXPECT_THAT(Ids(Decide(service, "route", "inside")->ready_tasks()), ElementsAre("inside"));
  ASSERT_TRUE(service.Complete("ada", "inside").ok());
  EXPECT_THAT(Ids(Decide(service, "dinner", "leave-out")->ready_tasks()), ElementsAre("exam"));
  ASSERT_TRUE(service.Complete("ada", "exam").ok());
  EXPECT_THAT(Ids(Decide(service, "certification", "again")->ready_tasks()), ElementsAre("study"));
  EXPECT_THAT(Ids(service.Complete("ada", "study")->ready_tasks()), ElementsAre("exam~2"));
  ASSERT_TRUE(service.Complete("ada", "exam~2").ok());
  ASSERT_TRUE(Decide(service, "certification", "leave").ok());
  auto last = service.Complete("ada", "deal-desk.review");
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(last->onboarding().state(), v1::Onboarding::STATE_COMPLETED);
  EXPECT_EQ(last->onboarding().steps_ended(), last->onboarding().steps_total());

  v1::ListHistoryResponse history = History(service);
  EXPECT_THAT(
      Kinds(history),
      ElementsAre("STARTED", "TASK_READY paperwork", "TASK_COMPLETED paperwork",
                  "TASK_READY laptop", "TASK_READY accounts", "TASK_COMPLETED accounts",
                  "TASK_COMPLETED laptop", "DECIDED", "TASK_READY inside", "TASK_COMPLETED inside",
                  "DECIDED", "TASK_READY exam", "TASK_COMPLETED exam", "DECIDED",
                  "TASK_READY study", "TASK_COMPLETED study", "TASK_READY exam~2",
                  "TASK_COMPLETED exam~2", "DECIDED", "TASK_READY deal-desk.review",
                  "TASK_COMPLETED deal-desk.review", "FINISHED"));
  for (int i = 0; i < history.entries_size(); ++i) {
    EXPECT_EQ(history.entries(i).sequence(), i + 1);
    EXPECT_EQ(history.entries(i).name(), absl::StrCat(kAda, "/history/", i + 1));
    EXPECT_EQ(history.entries(i).actor(), "anonymous");
  }
}

TEST(Service, StartsThePublishedRevisionThatIsLatestNow) {
  TestOnboarding service;
  EXPECT_EQ(service.Start("a", "pair")->onboarding().process(), "workspaces/acme/processes/pair@1");
  catalog::v1::Process next = Pair();
  next.set_name("workspaces/acme/processes/pair@2");
  service.catalog().Publish(next);
  EXPECT_EQ(service.Start("b", "pair")->onboarding().process(), "workspaces/acme/processes/pair@2");
}

TEST(Service, AHotStartOfARevisionAsksTheCatalogNothing) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("a").ok());
  int calls = service.catalog().calls();
  service.catalog().FailWith(absl::UnavailableError("down"));
  ASSERT_TRUE(service.Start("b").ok());
  EXPECT_EQ(service.catalog().calls(), calls);
}

TEST(Service, ValidateOnlyShowsThePlanAndStartsNothing) {
  TestOnboarding service;
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.set_validate_only(true);
  auto preview = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->tasks_size(), 9);
  v1::GetOnboardingRequest get;
  get.set_name(kAda);
  EXPECT_EQ(ReasonText(service.Call<v1::GetOnboardingResponse>("GetOnboarding", get)),
            "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(service.Start("ada").ok());
  EXPECT_EQ(ReasonText(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request)),
            "RESOURCE_ALREADY_EXISTS");
}

TEST(Service, TheSameRequestIdGetsTheSameAnswerOnce) {
  TestOnboarding service;
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.set_request_id("r1");
  for (const char* role : {"hr", "manager", "rep"}) {
    (*request.mutable_onboarding()->mutable_assignees())[role] = "x@example.com";
  }
  auto first = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(first.ok()) << first.status();
  service.clock().Advance(absl::Hours(1));
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  auto again = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->DebugString(), first->DebugString());
  request.mutable_onboarding()->set_person("eve@example.com");
  EXPECT_EQ(ReasonText(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request)),
            "REQUEST_ID_REUSED");

  v1::CompleteTaskRequest complete;
  complete.set_name(AdaTask("laptop"));
  complete.set_request_id("r1");  // an id counts within its method
  auto done = service.Call<v1::CompleteTaskResponse>("CompleteTask", complete);
  ASSERT_TRUE(done.ok()) << done.status();
  service.clock().Advance(absl::Hours(1));
  auto done_again = service.Call<v1::CompleteTaskResponse>("CompleteTask", complete);
  ASSERT_TRUE(done_again.ok()) << done_again.status();
  EXPECT_EQ(done_again->DebugString(), done->DebugString());
  complete.clear_request_id();
  EXPECT_EQ(ReasonText(service.Call<v1::CompleteTaskResponse>("CompleteTask", complete)),
            "TASK_STATE");
  EXPECT_EQ(History(service).entries_size(), 6);
}

TEST(Service, ARetryOfAStartNeedsNoCatalog) {
  TestOnboarding service;
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.mutable_onboarding()->set_process("workspaces/acme/processes/pair");
  request.mutable_onboarding()->clear_assignees();
  request.set_request_id("r1");
  auto first = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(first.ok()) << first.status();
  service.catalog().FailWith(absl::UnavailableError("down"));
  auto again = service.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->DebugString(), first->DebugString());
  request.set_request_id("r2");
  EXPECT_EQ(ReasonText(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request)),
            "DEPENDENCY_UNAVAILABLE");
}

TEST(Service, ImpedimentsBlockATaskUntilTheyAreResolved) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  v1::BlockTaskRequest block;
  block.set_name(AdaTask("paperwork"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_UTILITY_DOWN);
  block.mutable_impediment()->set_utility("e-signature");
  block.mutable_impediment()->set_description("No mails arrive.");
  auto first = service.Call<v1::BlockTaskResponse>("BlockTask", block);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->impediment().name(), absl::StrCat(kAda, "/impediments/i1"));
  service.clock().Advance(absl::Hours(1));
  auto second = service.Call<v1::BlockTaskResponse>("BlockTask", block);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_THAT(second->task().open_impediments(), ElementsAre("i1", "i2"));
  EXPECT_EQ(ReasonText(service.Complete("ada", "paperwork")), "TASK_BLOCKED");

  service.clock().Advance(absl::Hours(1));
  v1::UnblockTaskRequest unblock;
  unblock.set_name(AdaTask("paperwork"));
  unblock.set_impediment_id("i1");
  ASSERT_TRUE(service.Call<v1::UnblockTaskResponse>("UnblockTask", unblock).ok());
  service.clock().Advance(absl::Hours(1));
  unblock.clear_impediment_id();
  auto free = service.Call<v1::UnblockTaskResponse>("UnblockTask", unblock);
  ASSERT_TRUE(free.ok()) << free.status();
  EXPECT_EQ(free->task().blocked_duration().seconds(), 3 * 3600);
  EXPECT_TRUE(service.Complete("ada", "paperwork").ok());

  v1::ListImpedimentsRequest list;
  list.set_parent(kAda);
  EXPECT_EQ(service.Call<v1::ListImpedimentsResponse>("ListImpediments", list)->impediments_size(),
            2);
  list.set_open_only(true);
  EXPECT_EQ(service.Call<v1::ListImpedimentsResponse>("ListImpediments", list)->impediments_size(),
            0);
}

// Calls one method with a request as text, after paperwork was done in two on-boardings and laptop
// was blocked in "ada".
struct ErrorCase {
  const char* name;
  const char* method;
  std::string request;
  const char* reason;
  friend void PrintTo(const ErrorCase& c, std::ostream* out) { *out << c.request; }
};

class ErrorTest : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(ErrorTest, HasItsReason) {
  TestOnboarding service;
  service.catalog().AddDraft("workspaces/acme/processes/draft");
  ASSERT_TRUE(service.Start("ada").ok());
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  v1::BlockTaskRequest block;
  block.set_name(AdaTask("laptop"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_EQUIPMENT);
  block.mutable_impediment()->set_description("Not delivered.");
  ASSERT_TRUE(service.Call<v1::BlockTaskResponse>("BlockTask", block).ok());
  int before = History(service).entries_size();

  const rpc::Method* method = service.app().table().Find(TestOnboarding::Path(GetParam().method));
  ASSERT_NE(method, nullptr);
  std::unique_ptr<rpc::Message> request(method->request->New());
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(GetParam().request, request.get()));
  absl::Status status;
  if (method->unary) {
    std::unique_ptr<rpc::Message> response(method->response->New());
    status = service.channel().Call(service.context(), method->path, *request, response.get());
  } else {
    status = service.channel().ReadStream(service.context(), method->path, *request,
                                          *method->response, [](const auto&) { return false; });
  }
  EXPECT_EQ(ReasonText(status), GetParam().reason) << status;
  EXPECT_EQ(History(service).entries_size(), before) << "a failed call left something";
}

std::string Start(const std::string& change) {
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("eve");
  v1::StartOnboardingRequest changes;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(change, &changes)) << change;
  request.MergeFrom(changes);
  return request.DebugString();
}

std::string Name(const std::string& task, const std::string& rest = "") {
  return absl::StrCat("name: '", AdaTask(task), "' ", rest);
}

std::vector<ErrorCase> StartCases() {
  const char* kMethod = "StartOnboarding";
  return {
      {"StartBadParent", kMethod, Start("parent: 'acme'"), "FIELD_INVALID"},
      {"StartBadId", kMethod, Start("onboarding_id: 'Eve!'"), "FIELD_INVALID"},
      {"StartBadProcess", kMethod, Start("onboarding { process: 'sales-rep' }"), "FIELD_INVALID"},
      {"StartBadRevision", kMethod,
       Start("onboarding { process: 'workspaces/acme/processes/pair@0' }"), "FIELD_INVALID"},
      {"StartOtherWorkspace", kMethod,
       Start("onboarding { process: 'workspaces/else/processes/pair@1' }"), "FIELD_INVALID"},
      {"StartNoPerson", kMethod, "parent: 'workspaces/acme' onboarding_id: 'eve'", "FIELD_INVALID"},
      {"StartLongPerson", kMethod, Start("onboarding { person: '" + std::string(201, 'x') + "' }"),
       "FIELD_INVALID"},
      {"StartBadDay", kMethod, Start("onboarding { day_one: '2031-02-30' }"), "FIELD_INVALID"},
      {"StartShortDay", kMethod, Start("onboarding { day_one: '2031-3-3' }"), "FIELD_INVALID"},
      {"StartBadZone", kMethod, Start("onboarding { time_zone: 'Mars/Base' }"), "FIELD_INVALID"},
      {"StartBadLabel", kMethod, Start("onboarding { labels { key: 'A B' value: 'x' } }"),
       "FIELD_INVALID"},
      {"StartEmptyAssignee", kMethod, Start("onboarding { assignees { key: 'hr' value: '' } }"),
       "FIELD_INVALID"},
      {"StartUnknownRole", kMethod,
       Start("onboarding { assignees { key: 'manger' value: 'x@example.com' } }"), "FIELD_INVALID"},
      {"StartUnknownRoleShowingThePlan", kMethod,
       Start("validate_only: true onboarding { assignees { key: 'manger' value: 'x' } }"),
       "FIELD_INVALID"},
      {"StartBadTime", kMethod, Start("occur_time { seconds: 999999999999 }"), "FIELD_INVALID"},
      {"StartLongRequestId", kMethod, Start("request_id: '" + std::string(129, 'x') + "'"),
       "FIELD_INVALID"},
      {"StartTwice", kMethod, Start("onboarding_id: 'ada'"), "RESOURCE_ALREADY_EXISTS"},
      {"StartNoProcess", kMethod, Start("onboarding { process: 'workspaces/acme/processes/none' }"),
       "RESOURCE_NOT_FOUND"},
      {"StartNoRevision", kMethod,
       Start("onboarding { process: 'workspaces/acme/processes/pair@9' }"), "RESOURCE_NOT_FOUND"},
      {"StartDraft", kMethod, Start("onboarding { process: 'workspaces/acme/processes/draft' }"),
       "PROCESS_NOT_PUBLISHED"},
      {"StartInFuture", kMethod, Start("occur_time { seconds: 1940000000 }"), "TIME_OUT_OF_ORDER"},
  };
}

std::vector<ErrorCase> ReadCases() {
  const std::string kNone = "name: 'workspaces/acme/onboardings/none'";
  const std::string kNoParent = "parent: 'workspaces/acme/onboardings/none'";
  const std::string kParent = "parent: 'workspaces/acme/onboardings/ada' ";
  return {
      {"GetBadName", "GetOnboarding", "name: 'x'", "FIELD_INVALID"},
      {"GetNone", "GetOnboarding", kNone, "RESOURCE_NOT_FOUND"},
      {"ListBadParent", "ListOnboardings", "parent: 'x'", "FIELD_INVALID"},
      {"ListNegativePage", "ListOnboardings", "parent: 'workspaces/acme' page_size: -1",
       "FIELD_INVALID"},
      {"ListUnknownState", "ListOnboardings", "parent: 'workspaces/acme' state: 9",
       "FIELD_INVALID"},
      {"ListBadToken", "ListOnboardings", "parent: 'workspaces/acme' page_token: 'x'",
       "PAGE_TOKEN_INVALID"},
      {"GetTaskBadName", "GetTask", "name: 'x'", "FIELD_INVALID"},
      {"GetTaskNone", "GetTask", Name("none"), "RESOURCE_NOT_FOUND"},
      {"GetTaskNoStep", "GetTask", Name("gear"), "RESOURCE_NOT_FOUND"},
      {"GetTaskNoRound", "GetTask", Name("exam~2"), "RESOURCE_NOT_FOUND"},
      {"GetTaskRoundOne", "GetTask", Name("paperwork~1"), "RESOURCE_NOT_FOUND"},
      {"ListTasksBadParent", "ListTasks", "parent: 'workspaces/acme'", "FIELD_INVALID"},
      {"ListTasksNone", "ListTasks", kNoParent, "RESOURCE_NOT_FOUND"},
      {"ListTasksBadToken", "ListTasks", kParent + "page_token: 'x'", "PAGE_TOKEN_INVALID"},
      {"ListTasksUnknownState", "ListTasks", kParent + "state: 99", "FIELD_INVALID"},
      {"ListImpedimentsBadParent", "ListImpediments", "parent: 'x'", "FIELD_INVALID"},
      {"ListImpedimentsNone", "ListImpediments", kNoParent, "RESOURCE_NOT_FOUND"},
      {"ListImpedimentsBadToken", "ListImpediments", kParent + "page_token: 'x'",
       "PAGE_TOKEN_INVALID"},
      {"ListHistoryAll", "ListHistory", "parent: 'workspaces/acme/onboardings/-'", "FIELD_INVALID"},
      {"ListHistoryNone", "ListHistory", kNoParent, "RESOURCE_NOT_FOUND"},
      {"ListHistoryBadToken", "ListHistory", kParent + "page_token: 'x'", "PAGE_TOKEN_INVALID"},
      {"WatchBadParent", "WatchHistory", "parent: 'x'", "FIELD_INVALID"},
      {"WatchNone", "WatchHistory", kNoParent, "RESOURCE_NOT_FOUND"},
      {"WatchBadCursor", "WatchHistory", kParent + "cursor: 'h1-1-1-000000000000'",
       "CURSOR_INVALID"},
  };
}

std::vector<ErrorCase> ChangeCases() {
  const std::string kImpediment = "impediment { category: CATEGORY_OTHER description: 'x' } ";
  const std::string kFuture = "occur_time { seconds: 1940000000 } ";
  const std::string kEarlier = "occur_time { seconds: 1930000 } ";
  const std::string kDecide = "name: 'workspaces/acme/onboardings/ada' ";
  return {
      {"StartTaskBadName", "StartTask", "name: 'x'", "FIELD_INVALID"},
      {"StartTaskNone", "StartTask", Name("none"), "RESOURCE_NOT_FOUND"},
      {"StartTaskNoOnboarding", "StartTask", "name: 'workspaces/acme/onboardings/no/tasks/a'",
       "RESOURCE_NOT_FOUND"},
      {"StartTaskPending", "StartTask", Name("exam"), "TASK_STATE"},
      {"StartTaskDone", "StartTask", Name("paperwork"), "TASK_STATE"},
      {"StartTaskBlocked", "StartTask", Name("laptop"), "TASK_BLOCKED"},
      {"StartTaskFuture", "StartTask", Name("accounts", kFuture), "TIME_OUT_OF_ORDER"},
      {"StartTaskEarlier", "StartTask", Name("accounts", kEarlier), "TIME_OUT_OF_ORDER"},
      {"CompleteNone", "CompleteTask", Name("none"), "RESOURCE_NOT_FOUND"},
      {"CompletePending", "CompleteTask", Name("exam"), "TASK_STATE"},
      {"CompleteTwice", "CompleteTask", Name("paperwork"), "TASK_STATE"},
      {"CompleteBlocked", "CompleteTask", Name("laptop"), "TASK_BLOCKED"},
      {"CompleteUnknownItem", "CompleteTask", Name("accounts", "ticked: 'x'"), "FIELD_INVALID"},
      {"CompleteUnknownDefect", "CompleteTask", Name("accounts", "defects: 'x'"), "FIELD_INVALID"},
      {"CompleteFuture", "CompleteTask", Name("accounts", kFuture), "TIME_OUT_OF_ORDER"},
      {"SkipNoReason", "SkipTask", Name("accounts"), "FIELD_INVALID"},
      {"SkipDone", "SkipTask", Name("paperwork", "reason: 'x'"), "TASK_STATE"},
      {"SkipNone", "SkipTask", Name("none", "reason: 'x'"), "RESOURCE_NOT_FOUND"},
      {"SkipFuture", "SkipTask", Name("accounts", "reason: 'x'" + kFuture), "TIME_OUT_OF_ORDER"},
      {"BlockNoImpediment", "BlockTask", Name("accounts"), "FIELD_INVALID"},
      {"BlockBadUtility", "BlockTask",
       Name("accounts", "impediment { category: CATEGORY_OTHER description: 'x' utility: 'A B' }"),
       "FIELD_INVALID"},
      {"BlockPending", "BlockTask", Name("exam", kImpediment), "TASK_STATE"},
      {"BlockDone", "BlockTask", Name("paperwork", kImpediment), "TASK_STATE"},
      {"BlockNone", "BlockTask", Name("none", kImpediment), "RESOURCE_NOT_FOUND"},
      {"BlockSameId", "BlockTask", Name("accounts", kImpediment + "impediment_id: 'i1'"),
       "RESOURCE_ALREADY_EXISTS"},
      {"BlockFuture", "BlockTask", Name("accounts", kImpediment + kFuture), "TIME_OUT_OF_ORDER"},
      {"UnblockNothing", "UnblockTask", Name("accounts"), "TASK_STATE"},
      {"UnblockUnknown", "UnblockTask", Name("laptop", "impediment_id: 'i9'"),
       "RESOURCE_NOT_FOUND"},
      {"UnblockOtherTask", "UnblockTask", Name("accounts", "impediment_id: 'i1'"),
       "RESOURCE_NOT_FOUND"},
      {"UnblockNone", "UnblockTask", Name("none"), "RESOURCE_NOT_FOUND"},
      {"UnblockFuture", "UnblockTask", Name("laptop", kFuture), "TIME_OUT_OF_ORDER"},
      {"UnblockLong", "UnblockTask", Name("laptop", "resolution: '" + std::string(2001, 'x') + "'"),
       "FIELD_INVALID"},
      {"DecideNotOpen", "Decide", kDecide + "decision: 'route' option: 'field'",
       "DECISION_NOT_OPEN"},
      {"DecideNone", "Decide",
       "name: 'workspaces/acme/onboardings/no' decision: 'route' option: 'field'",
       "RESOURCE_NOT_FOUND"},
      {"DecideNoOption", "Decide", kDecide + "decision: 'route'", "FIELD_INVALID"},
  };
}

std::string CaseName(const ::testing::TestParamInfo<ErrorCase>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Start, ErrorTest, ::testing::ValuesIn(StartCases()), CaseName);
INSTANTIATE_TEST_SUITE_P(Reads, ErrorTest, ::testing::ValuesIn(ReadCases()), CaseName);
INSTANTIATE_TEST_SUITE_P(Changes, ErrorTest, ::testing::ValuesIn(ChangeCases()), CaseName);

TEST(Service, RefusesWhatNeedsMoreThanTheFixture) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  v1::CompleteTaskRequest complete;
  complete.set_name(AdaTask("paperwork"));
  complete.add_ticked("nda");
  EXPECT_EQ(ReasonText(service.Call<v1::CompleteTaskResponse>("CompleteTask", complete)),
            "CHECKLIST_INCOMPLETE");
  ASSERT_TRUE(service.Complete("ada", "paperwork").ok());
  ASSERT_TRUE(service.Complete("ada", "laptop").ok());
  ASSERT_TRUE(service.Complete("ada", "accounts").ok());
  EXPECT_EQ(ReasonText(Decide(service, "route", "neither")), "FIELD_INVALID");

  service.catalog().FailWith(absl::UnavailableError("down"));
  EXPECT_EQ(ReasonText(service.Start("eve", "pair")), "DEPENDENCY_UNAVAILABLE");
  service.catalog().FailWith(absl::OkStatus());
  catalog::v1::Process broken = Pair();
  broken.set_name("workspaces/acme/processes/broken@1");
  broken.mutable_root()->clear_sequence();
  service.catalog().Publish(broken);
  EXPECT_EQ(ReasonText(service.Start("eve", "broken")), "PROCESS_INVALID");
}

TEST(Service, BackDatingIsAPermissionOfItsOwn) {
  common::v1::AuthConfig auth;
  for (const char* subject : {"clerk", "importer"}) {
    common::v1::AccessToken& token = *auth.add_tokens();
    token.set_token_sha256(base::Sha256Hex(subject));
    token.set_subject(subject);
    token.add_workspaces("acme");
    token.add_permissions("onboarding.read");
    token.add_permissions("onboarding.write");
    if (token.subject() == "importer") token.add_permissions("onboarding.backdate");
  }
  TestOnboarding service(nullptr, auth);
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  request.mutable_occur_time()->set_seconds(1'893'456'000);  // 2030-01-01
  auto start = [&](const char* token) {
    return service.Call<v1::StartOnboardingResponse>("StartOnboarding", request, token);
  };
  EXPECT_EQ(ReasonText(start("clerk")), "BACKDATING_DENIED");
  auto started = start("importer");
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().start_time().seconds(), 1'893'456'000);

  v1::StartTaskRequest task;
  task.set_name(AdaTask("paperwork"));
  task.mutable_occur_time()->set_seconds(1'893'456'001);
  EXPECT_EQ(ReasonText(service.Call<v1::StartTaskResponse>("StartTask", task, "clerk")),
            "BACKDATING_DENIED");
  const auto begun = service.Call<v1::StartTaskResponse>("StartTask", task, "importer");
  ASSERT_TRUE(begun.ok()) << begun.status();
  EXPECT_EQ(begun->task().assignee(), "importer") << "who begins what is their role's has it";
  EXPECT_EQ(ReasonText(service.Call<v1::StartTaskResponse>("StartTask", task, "")),
            "CREDENTIALS_INVALID");
}

TEST(Service, AWorkspaceSeesNothingOfAnother) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada").ok());
  v1::GetOnboardingRequest get;
  get.set_name("workspaces/other/onboardings/ada");
  EXPECT_EQ(ReasonText(service.Call<v1::GetOnboardingResponse>("GetOnboarding", get)),
            "RESOURCE_NOT_FOUND");
  v1::ListTasksRequest tasks;
  tasks.set_parent("workspaces/other/onboardings/-");
  tasks.set_state(v1::Task::STATE_READY);
  EXPECT_EQ(service.Call<v1::ListTasksResponse>("ListTasks", tasks)->tasks_size(), 0);
  tasks.clear_state();
  EXPECT_EQ(service.Call<v1::ListTasksResponse>("ListTasks", tasks)->tasks_size(), 0);
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/other");
  EXPECT_EQ(service.Call<v1::ListOnboardingsResponse>("ListOnboardings", list)->onboardings_size(),
            0);
  v1::StartTaskRequest start;
  start.set_name("workspaces/other/onboardings/ada/tasks/paperwork");
  EXPECT_EQ(ReasonText(service.Call<v1::StartTaskResponse>("StartTask", start)),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
