// SPDX-License-Identifier: Apache-2.0
//
// The life of on-boardings and of human tasks over the API: who may do what, what is answered
// again, what only would be.
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

// Ann and Bob, who may do everything.
common::v1::AuthConfig TwoPeople() {
  common::v1::AuthConfig auth;
  for (const char* subject : {"ann", "bob"}) {
    common::v1::AccessToken& token = *auth.add_tokens();
    token.set_token_sha256(base::Sha256Hex(subject));
    token.set_subject(subject);
    token.add_workspaces("acme");
    token.add_permissions("onboarding.read");
    token.add_permissions("onboarding.write");
  }
  return auth;
}

class LifeTest : public ::testing::Test {
 protected:
  LifeTest() : service_(nullptr, TwoPeople()) {
    service_.catalog().Publish(Offer());
    service_.catalog().Publish(Price());
  }

  // A request in text format, as Ann unless it is said.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(const std::string& method, const std::string& text,
                                const std::string& token = "ann") {
    Request request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return service_.Call<Response>(method, request, token);
  }

  absl::StatusOr<v1::StartOnboardingResponse> Start(const std::string& more = "",
                                                    const std::string& process = "pair@1") {
    return Call<v1::StartOnboardingRequest, v1::StartOnboardingResponse>(
        "StartOnboarding",
        absl::StrCat("parent: 'workspaces/acme' onboarding_id: 'ada' onboarding { process: "
                     "'workspaces/acme/processes/",
                     process, "' person: 'ada@example.com' day_one: '2031-03-03' } ", more));
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> OfTask(const std::string& method, const std::string& task,
                                  const std::string& more = "", const std::string& token = "ann") {
    return Call<Request, Response>(
        method, absl::StrCat("name: '", kAda, "/tasks/", task, "' ", more), token);
  }
  auto Complete(const std::string& task, const std::string& more = "") {
    return OfTask<v1::CompleteTaskRequest, v1::CompleteTaskResponse>("CompleteTask", task, more);
  }
  v1::Task Task(const std::string& task) {
    auto got = OfTask<v1::GetTaskRequest, v1::GetTaskResponse>("GetTask", task);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? got->task() : v1::Task();
  }
  v1::Onboarding Ada() {
    return Call<v1::GetOnboardingRequest, v1::GetOnboardingResponse>(
               "GetOnboarding", absl::StrCat("name: '", kAda, "'"))
        ->onboarding();
  }

  TestOnboarding service_;
};

TEST_F(LifeTest, AnIdThatIsTakenFailsUnlessToldOtherwise) {
  auto first = Start("request_id: 'r1'");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->created());
  EXPECT_EQ(ReasonText(Start()), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(ReasonText(Start("conflict_policy: CONFLICT_POLICY_FAIL")), "RESOURCE_ALREADY_EXISTS");
  ASSERT_TRUE(Complete("a").ok());
  const std::string existing = "conflict_policy: CONFLICT_POLICY_RETURN_EXISTING ";
  for (const std::string more : {"", "request_id: 'r2'", "validate_only: true"}) {
    auto again = Start(existing + more, "sales-rep@3");
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE(again->created());
    EXPECT_EQ(again->onboarding().steps_ended(), 1) << "as it is now";
    EXPECT_THAT(again->onboarding().process(), HasSubstr("pair@1")) << "whatever was asked";
  }
  service_.catalog().FailWith(absl::UnavailableError("down"));
  EXPECT_TRUE(Start(existing, "other").ok()) << "nobody asks the catalog";
}

TEST_F(LifeTest, WhoCreatedIsToldSoAgain) {
  const std::string more = "conflict_policy: CONFLICT_POLICY_RETURN_EXISTING request_id: 'r1'";
  EXPECT_TRUE(Start(more)->created());
  ASSERT_TRUE(Complete("a").ok());
  auto again = Start(more);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->created());
  EXPECT_EQ(again->onboarding().steps_ended(), 0) << "as it was answered first";
  EXPECT_EQ(ReasonText(Start(more, "sales-rep@3")), "REQUEST_ID_REUSED");
}

TEST_F(LifeTest, ABatchHasAResultForEach) {
  const std::string batch =
      "parent: 'workspaces/acme' request_id: 'b' "
      "requests { onboarding_id: 'ada' onboarding { process: 'workspaces/acme/processes/pair@1' "
      "person: 'ada' day_one: '2031-03-03' } } "
      "requests { onboarding_id: 'bad' onboarding { process: 'workspaces/acme/processes/none@1' "
      "person: 'bob' day_one: '2031-03-03' } } "
      "requests { onboarding_id: 'cem' onboarding { process: 'workspaces/acme/processes/pair@1' "
      "person: 'cem' day_one: '3 March' } } "
      "requests { onboarding_id: 'dan' onboarding { process: 'workspaces/acme/processes/pair@1' "
      "person: 'dan' day_one: '2031-03-04' } } ";
  const auto call = [&](const std::string& more) {
    return Call<v1::BatchStartOnboardingsRequest, v1::BatchStartOnboardingsResponse>(
        "BatchStartOnboardings", batch + more);
  };
  auto only = call("validate_only: true");
  ASSERT_TRUE(only.ok()) << only.status();
  EXPECT_EQ(only->created_count(), 2);
  EXPECT_EQ(ReasonText(Call<v1::GetOnboardingRequest, v1::GetOnboardingResponse>(
                "GetOnboarding", absl::StrCat("name: '", kAda, "'"))),
            "RESOURCE_NOT_FOUND");
  auto done = call("");
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->created_count(), 2);
  EXPECT_EQ(done->failed_count(), 2);
  ASSERT_EQ(done->results_size(), 4);
  EXPECT_EQ(done->results(0).name(), kAda);
  EXPECT_EQ(done->results(0).onboarding().person(), "ada");
  EXPECT_EQ(done->results(1).error().code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(done->results(2).error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_GT(done->results(2).error().details_size(), 0);
  EXPECT_TRUE(done->results(3).created());
  EXPECT_FALSE(done->freshness_token().empty());
  auto again = call("");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->created_count(), 2) << "the same answer";
  v1::ListOnboardingsRequest list;
  list.set_parent("workspaces/acme");
  EXPECT_EQ(service_.Call<v1::ListOnboardingsResponse>("ListOnboardings", list, "ann")
                ->onboardings_size(),
            2);
}

TEST_F(LifeTest, ABatchThatIsNoneIsRefusedAsAWhole) {
  struct Row {
    const char* text;
    const char* field;
  };
  for (const Row& row : std::vector<Row>{
           {"parent: 'workspaces/acme'", "requests"},
           {"parent: 'x' requests { onboarding_id: 'a' }", "parent"},
           {"parent: 'workspaces/acme' requests { onboarding_id: 'a' parent: 'workspaces/b' }",
            "requests[0].parent"},
           {"parent: 'workspaces/acme' requests { onboarding_id: 'a' request_id: 'r' }",
            "requests[0].request_id"},
           {"parent: 'workspaces/acme' requests { onboarding_id: 'a' validate_only: true }",
            "requests[0].validate_only"},
           {"parent: 'workspaces/acme' requests { onboarding_id: 'a' } requests { onboarding_id: "
            "'a' }",
            "requests[1].onboarding_id"},
       }) {
    const absl::Status status =
        Call<v1::BatchStartOnboardingsRequest, v1::BatchStartOnboardingsResponse>(
            "BatchStartOnboardings", row.text)
            .status();
    EXPECT_EQ(ReasonText(status), "FIELD_INVALID");
    ASSERT_FALSE(base::FieldViolationsOf(status).empty());
    EXPECT_EQ(base::FieldViolationsOf(status)[0].field, row.field);
  }
}

TEST_F(LifeTest, AnOnboardingRestsGoesOnAndEnds) {
  ASSERT_TRUE(Start("", "offer@1").ok());
  const std::string name = absl::StrCat("name: '", kAda, "' ");
  const auto pause = [&](const std::string& more) {
    return Call<v1::PauseOnboardingRequest, v1::PauseOnboardingResponse>("PauseOnboarding",
                                                                         name + more);
  };
  EXPECT_EQ(ReasonText(pause("")), "FIELD_INVALID") << "it needs a reason";
  EXPECT_EQ(ReasonText(pause("reason: 'leave' etag: '1'")), "ETAG_MISMATCH");
  auto paused = pause(absl::StrCat("reason: 'leave' etag: '", Ada().etag(), "'"));
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->onboarding().state(), v1::Onboarding::STATE_PAUSED);
  EXPECT_EQ(ReasonText(Complete("propose")), "ONBOARDING_STATE");
  const int64_t due = Task("propose").due_time().seconds();
  service_.clock().Advance(absl::Hours(2));
  auto resumed = Call<v1::ResumeOnboardingRequest, v1::ResumeOnboardingResponse>(
      "ResumeOnboarding", name + "reason: 'back'");
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  ASSERT_EQ(resumed->rescheduled_tasks_size(), 1);
  EXPECT_EQ(resumed->rescheduled_tasks(0).due_time().seconds(), due + 7200);
  auto cancelled = Call<v1::CancelOnboardingRequest, v1::CancelOnboardingResponse>(
      "CancelOnboarding", name + "reason: 'resigned'");
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->onboarding().state(), v1::Onboarding::STATE_CANCELLED);
  EXPECT_EQ(ReasonText(pause("reason: 'x'")), "ONBOARDING_CLOSED");
  EXPECT_EQ(Task("propose").state(), v1::Task::STATE_NOT_NEEDED);
}

TEST_F(LifeTest, WhoClaimsHasTheTask) {
  ASSERT_TRUE(Start().ok());
  const auto claim = [&](const std::string& more, const std::string& who) {
    return OfTask<v1::ClaimTaskRequest, v1::ClaimTaskResponse>("ClaimTask", "a", more, who);
  };
  EXPECT_EQ(claim("", "bob")->task().assignee(), "bob");
  EXPECT_EQ(claim("", "bob")->task().assignee(), "bob");
  EXPECT_EQ(ReasonText(claim("", "ann")), "TASK_CLAIMED");
  EXPECT_EQ(claim("take_over: true", "ann")->task().assignee(), "ann");
  auto delegated = OfTask<v1::DelegateTaskRequest, v1::DelegateTaskResponse>("DelegateTask", "a",
                                                                             "delegate: 'bob'");
  EXPECT_EQ(delegated->task().owner(), "ann");
  auto released =
      OfTask<v1::ReleaseTaskRequest, v1::ReleaseTaskResponse>("ReleaseTask", "a", "", "bob");
  EXPECT_EQ(released->task().assignee(), "ann");
  using Assign = v1::AssignTaskRequest;
  EXPECT_EQ(ReasonText(OfTask<Assign, v1::AssignTaskResponse>("AssignTask", "a", "assignee: 'x'")),
            "FIELD_INVALID");
  const auto refused =
      OfTask<Assign, v1::AssignTaskResponse>("AssignTask", "a", "assignee: '@manager' reason: 'y'");
  EXPECT_EQ(ReasonText(refused), "FIELD_INVALID");
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("assignee: is '@manager', which leads to nobody for 'ada@example.com'"));
  auto assigned =
      OfTask<Assign, v1::AssignTaskResponse>("AssignTask", "a", "assignee: 'x' reason: 'y'");
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_EQ(assigned->task().assignee(), "x");
}

TEST_F(LifeTest, ADoneTaskIsReopened) {
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Complete("a").ok());
  const auto reopen = [&](const std::string& more) {
    return OfTask<v1::ReopenTaskRequest, v1::ReopenTaskResponse>("ReopenTask", "a", more);
  };
  EXPECT_EQ(ReasonText(reopen("")), "FIELD_INVALID");
  auto would = reopen("reason: 'why' validate_only: true");
  ASSERT_TRUE(would.ok()) << would.status();
  EXPECT_EQ(Task("a").state(), v1::Task::STATE_DONE);
  auto reopened = reopen("reason: 'why' request_id: 'r'");
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  EXPECT_EQ(reopened->task().state(), v1::Task::STATE_READY);
  ASSERT_EQ(reopened->withdrawn_tasks_size(), 1);
  EXPECT_EQ(reopened->withdrawn_tasks(0).state(), v1::Task::STATE_PENDING);
  ASSERT_TRUE(Complete("a").ok());
  EXPECT_EQ(reopen("reason: 'why' request_id: 'r'")->task().state(), v1::Task::STATE_READY)
      << "as it was answered first";
  ASSERT_TRUE((OfTask<v1::StartTaskRequest, v1::StartTaskResponse>("StartTask", "b").ok()));
  const absl::Status refused = reopen("reason: 'why'").status();
  EXPECT_EQ(ReasonText(refused), "FOLLOWERS_BEGUN");
  EXPECT_EQ(base::MetadataOf(refused, "begun"), "b");
}

TEST_F(LifeTest, ARepeatedReopeningIsAnsweredOnceWhereAnotherReplicaWroteSince) {
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(Complete("a").ok());
  const auto reopen = [&] {
    return OfTask<v1::ReopenTaskRequest, v1::ReopenTaskResponse>("ReopenTask", "a",
                                                                 "reason: 'why' request_id: 'r'");
  };
  const auto reopened = reopen();
  ASSERT_TRUE(reopened.ok()) << reopened.status();
  ASSERT_EQ(reopened->withdrawn_tasks_size(), 1);
  TestOnboarding other(&service_.database(), TwoPeople());
  v1::CompleteTaskRequest complete;
  complete.set_name(absl::StrCat(kAda, "/tasks/a"));
  ASSERT_TRUE(other.Call<v1::CompleteTaskResponse>("CompleteTask", complete, "ann").ok());
  const auto again = reopen();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->DebugString(), reopened->DebugString());
}

TEST_F(LifeTest, CommentsAreListed) {
  ASSERT_TRUE(Start().ok());
  const auto comment = [&](const std::string& more, const std::string& who = "ann") {
    return OfTask<v1::CommentTaskRequest, v1::CommentTaskResponse>("CommentTask", "b", more, who);
  };
  EXPECT_EQ(comment("text: 'one' links { uri: 'https://example.com/a' title: 'A' }")
                ->comment()
                .links(0)
                .title(),
            "A");
  EXPECT_EQ(comment("text: 'two'", "bob")->comment().author(), "bob");
  v1::ListCommentsRequest list;
  list.set_parent(absl::StrCat(kAda, "/tasks/b"));
  list.set_page_size(1);
  std::vector<std::string> texts;
  do {
    auto page = service_.Call<v1::ListCommentsResponse>("ListComments", list, "ann");
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Comment& one : page->comments()) texts.push_back(one.text());
    list.set_page_token(page->next_page_token());
  } while (!list.page_token().empty());
  EXPECT_THAT(texts, ElementsAre("one", "two"));
  list.set_parent(absl::StrCat(kAda, "/tasks/none"));
  EXPECT_EQ(ReasonText(service_.Call<v1::ListCommentsResponse>("ListComments", list, "ann")),
            "RESOURCE_NOT_FOUND");
  std::string links;
  for (int i = 0; i < 21; ++i) links += "links { uri: 'https://example.com/' } ";
  for (const std::string& wrong : {std::string(), "text: '" + std::string(4001, 'x') + "'",
                                   std::string("text: 'x' links { uri: 'javascript:alert(1)' }"),
                                   std::string("text: 'x' links {}"), "text: 'x' " + links}) {
    EXPECT_EQ(ReasonText(comment(wrong)), "FIELD_INVALID") << wrong;
  }
}

TEST_F(LifeTest, ASecondPersonVerifiesAndApproves) {
  ASSERT_TRUE(Start("", "offer@1").ok());
  EXPECT_EQ(ReasonText(Complete("propose")), "OUTPUTS_MISSING");
  ASSERT_TRUE(Complete("propose", "outputs { key: 'discount' value: '5' }").ok());
  const auto verify = [&](const std::string& more, const std::string& who) {
    return OfTask<v1::VerifyTaskRequest, v1::VerifyTaskResponse>("VerifyTask", "propose", more,
                                                                 who);
  };
  EXPECT_EQ(ReasonText(verify("accepted: true", "ann")), "SELF_VERIFICATION_REFUSED");
  EXPECT_EQ(ReasonText(verify("", "bob")), "FIELD_INVALID") << "rejecting needs a reason";
  EXPECT_EQ(ReasonText(verify("accepted: true defects: 'typo'", "bob")), "FIELD_INVALID");
  auto rejected = verify("reason: 'no' defects: 'typo'", "bob");
  ASSERT_TRUE(rejected.ok()) << rejected.status();
  EXPECT_EQ(rejected->task().rejection_count(), 1);
  ASSERT_TRUE(Complete("propose", "outputs { key: 'discount' value: '6' }").ok());
  auto accepted = verify("accepted: true", "bob");
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->onboarding().attributes().at("discount"), "6");
  ASSERT_EQ(accepted->ready_tasks_size(), 1);
  ASSERT_TRUE(Complete("desk").ok());
  const std::string task = "insure";
  auto asked = OfTask<v1::SkipTaskRequest, v1::SkipTaskResponse>("SkipTask", task, "reason: 'x'");
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->task().waiver().requester(), "ann");
  using Approve = v1::ApproveWaiverRequest;
  EXPECT_EQ(ReasonText(OfTask<Approve, v1::ApproveWaiverResponse>("ApproveWaiver", task)),
            "SELF_WAIVER_REFUSED");
  auto denied = OfTask<v1::RejectWaiverRequest, v1::RejectWaiverResponse>("RejectWaiver", task,
                                                                          "reason: 'no'", "bob");
  ASSERT_TRUE(denied.ok()) << denied.status();
  EXPECT_EQ(
      ReasonText(OfTask<Approve, v1::ApproveWaiverResponse>("ApproveWaiver", task, "", "bob")),
      "WAIVER_STATE");
  ASSERT_TRUE(
      (OfTask<v1::SkipTaskRequest, v1::SkipTaskResponse>("SkipTask", task, "reason: 'x'").ok()));
  auto approved =
      OfTask<Approve, v1::ApproveWaiverResponse>("ApproveWaiver", task, "reason: 'ok'", "bob");
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->task().state(), v1::Task::STATE_SKIPPED);
}

TEST_F(LifeTest, WhatIsOnlyValidatedChangesNothing) {
  ASSERT_TRUE(Start("", "offer@1").ok());
  const std::string before = Ada().etag();
  auto done = Complete("propose", "outputs { key: 'discount' value: '5' } validate_only: true");
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->task().state(), v1::Task::STATE_AWAITING_VERIFICATION) << "as it would be";
  EXPECT_EQ(done->freshness_token(), "");
  EXPECT_TRUE((OfTask<v1::StartTaskRequest, v1::StartTaskResponse>("StartTask", "propose",
                                                                   "validate_only: true")
                   .ok()));
  EXPECT_EQ(ReasonText(Complete("propose", "validate_only: true")), "OUTPUTS_MISSING");
  auto set = Call<v1::SetAttributesRequest, v1::SetAttributesResponse>(
      "SetAttributes", absl::StrCat("name: '", kAda,
                                    "' attributes { key: 'discount' value: '5' } "
                                    "validate_only: true"));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->onboarding().attributes().at("discount"), "5");
  EXPECT_EQ(Ada().etag(), before);
}

TEST_F(LifeTest, QueuesAreFilteredAndWrongFiltersAreNamed) {
  ASSERT_TRUE(Start().ok());
  const auto list = [&](const std::string& parent, const std::string& more) {
    return Call<v1::ListTasksRequest, v1::ListTasksResponse>(
        "ListTasks", absl::StrCat("parent: 'workspaces/acme/onboardings/", parent, "' ", more));
  };
  for (const char* parent : {"-", "ada"}) {
    EXPECT_EQ(
        list(parent, "filter: 'role = ops AND NOT has(assignee)' state: STATE_READY")->tasks_size(),
        1)
        << parent;
    EXPECT_EQ(list(parent, "filter: 'role = it'")->tasks_size(), 0);
    EXPECT_EQ(ReasonText(list(parent, "filter: 'rolle = it'")), "FIELD_INVALID");
    EXPECT_EQ(ReasonText(list(parent, "order_by: 'role'")), "FIELD_INVALID");
  }
  EXPECT_EQ(list("ada", "order_by: 'place desc'")->tasks(0).step(), "b");
  EXPECT_EQ(ReasonText(list("-", "filter: 'role = ops' state: STATE_DONE")), "FIELD_INVALID");
}

TEST_F(LifeTest, WhatIsToBeLeftOutNeverBecomesWork) {
  ASSERT_TRUE(Start().ok());
  const auto skip = [&](const std::string& more) {
    return OfTask<v1::SkipTaskRequest, v1::SkipTaskResponse>("SkipTask", "b",
                                                             absl::StrCat("reason: 'x' ", more));
  };
  ASSERT_TRUE(skip("validate_only: true").ok());
  EXPECT_FALSE(Task("b").has_waiver());
  const auto planned = skip("");
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_EQ(planned->task().state(), v1::Task::STATE_PENDING);
  EXPECT_EQ(Task("b").waiver().requester(), "ann") << "it is stored";
  const auto done = Complete("a");
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->ready_tasks_size(), 0) << "nobody has to do it";
  EXPECT_EQ(done->onboarding().state(), v1::Onboarding::STATE_COMPLETED);
  EXPECT_EQ(Task("b").state(), v1::Task::STATE_SKIPPED);
  const auto open = Call<v1::ListTasksRequest, v1::ListTasksResponse>(
      "ListTasks", "parent: 'workspaces/acme/onboardings/-' order_by: 'due_time'");
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->tasks_size(), 0);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
