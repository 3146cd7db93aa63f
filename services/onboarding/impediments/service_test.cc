// SPDX-License-Identifier: Apache-2.0
//
// ImpedimentService with the real stores, on both engines.
#include <map>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/impediments/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

INSTANTIATE_TEST_SUITE_P(Engines, ImpedimentTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(ImpedimentTest, OneBlocksManyTasksAndResolvingItWakesThem) {
  const auto opened = Open("no-badge", {"ada/paperwork", "bob/paperwork"});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->impediment().state(), v1::ImpedimentRecord::STATE_OPEN);
  EXPECT_EQ(opened->impediment().open_task_count(), 2);
  EXPECT_EQ(opened->impediment().open_onboarding_count(), 2);
  EXPECT_FALSE(opened->impediment().pending());
  EXPECT_TRUE(Blocked("ada/paperwork"));
  EXPECT_TRUE(Blocked("bob/paperwork"));
  EXPECT_FALSE(Blocked("cyn/paperwork"));
  EXPECT_EQ(ReasonText(service_->Complete("ada", "paperwork")), "TASK_BLOCKED");
  const auto due = Task("ada/paperwork").due_time().seconds();
  service_->clock().Advance(absl::Hours(2));
  const auto resolved = Resolve("no-badge");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->impediment().open_task_count(), 0);
  EXPECT_FALSE(Blocked("bob/paperwork"));
  EXPECT_EQ(Task("ada/paperwork").due_time().seconds(), due + 7200) << "its clock stood still";
  EXPECT_TRUE(service_->Complete("ada", "paperwork").ok());
  EXPECT_THAT(History("no-badge"), ElementsAre("OPENED", "RESOLVED"));
  EXPECT_EQ(ReasonText(Resolve("no-badge")), "IMPEDIMENT_STATE");
  EXPECT_EQ(Round(), 0) << "nothing is left to do";
}

TEST_P(ImpedimentTest, WhatIsOpenedOnATaskIsInTheSameList) {
  v1::BlockTaskRequest block;
  block.set_name(TaskOf("ada/paperwork"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_PEOPLE);
  block.mutable_impediment()->set_description("on leave");
  const auto blocked = service_->Call<v1::BlockTaskResponse>("BlockTask", block);
  ASSERT_TRUE(blocked.ok()) << blocked.status();
  EXPECT_EQ(blocked->impediment().record(), "workspaces/acme/impediments/ada.i1");
  ASSERT_TRUE(Open("no-badge", {"bob/paperwork"}).ok());
  v1::ListImpedimentRecordsRequest list;
  list.set_parent("workspaces/acme");
  list.set_filter("open = true");
  auto page = Call<v1::ListImpedimentRecordsResponse>("ListImpedimentRecords", list);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->impediments_size(), 2);
  EXPECT_EQ(page->impediments(0).name(), "workspaces/acme/impediments/ada.i1");
  EXPECT_EQ(page->impediments(0).open_task_count(), 1);
  ASSERT_TRUE(Unblock("ada/paperwork").ok());
  EXPECT_EQ(Get("ada.i1").state(), v1::ImpedimentRecord::STATE_RESOLVED);
  EXPECT_EQ(Get("ada.i1").resolution(), "found another way");
  EXPECT_THAT(History("ada.i1"), ElementsAre("OPENED", "RESOLVED"));
  v1::ListImpedimentsRequest blocks;
  blocks.set_parent("workspaces/acme/onboardings/-");
  blocks.set_filter("record = \"no-badge\"");
  const auto of_record = service_->Call<v1::ListImpedimentsResponse>("ListImpediments", blocks);
  ASSERT_TRUE(of_record.ok()) << of_record.status();
  ASSERT_EQ(of_record->impediments_size(), 1);
  EXPECT_EQ(of_record->impediments(0).task(), TaskOf("bob/paperwork"));
}

TEST_P(ImpedimentTest, IsResolvedWithTheLastTaskThatItBlocks) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork", "bob/paperwork"}).ok());
  ASSERT_TRUE(Unblock("ada/paperwork").ok());
  EXPECT_EQ(Get("no-badge").state(), v1::ImpedimentRecord::STATE_OPEN);
  EXPECT_EQ(Get("no-badge").open_task_count(), 1);
  ASSERT_TRUE(Unblock("bob/paperwork").ok());
  EXPECT_EQ(Get("no-badge").state(), v1::ImpedimentRecord::STATE_RESOLVED);
}

// Whoever comes first: nothing stays blocked by what is resolved.
TEST_P(ImpedimentTest, TasksAreAddedAndRemoved) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::AddImpedimentTasksRequest add;
  add.set_name("workspaces/acme/impediments/no-badge");
  add.add_tasks(TaskOf("cyn/paperwork"));
  ASSERT_TRUE(Call<v1::AddImpedimentTasksResponse>("AddImpedimentTasks", add).ok());
  EXPECT_TRUE(Blocked("cyn/paperwork"));
  v1::RemoveImpedimentTaskRequest remove;
  remove.set_name(add.name());
  remove.set_task(TaskOf("bob/paperwork"));
  EXPECT_EQ(ReasonText(Call<v1::RemoveImpedimentTaskResponse>("RemoveImpedimentTask", remove)),
            "IMPEDIMENT_STATE");
  for (const char* task : {"ada/paperwork", "cyn/paperwork"}) {
    remove.set_task(TaskOf(task));
    ASSERT_TRUE(Call<v1::RemoveImpedimentTaskResponse>("RemoveImpedimentTask", remove).ok());
    EXPECT_FALSE(Blocked(task));
  }
  EXPECT_EQ(Get("no-badge").state(), v1::ImpedimentRecord::STATE_OPEN) << "it stays open";
  EXPECT_THAT(History("no-badge"),
              ElementsAre("OPENED", "TASKS_ADDED", "TASK_REMOVED", "TASK_REMOVED"));
}

TEST_P(ImpedimentTest, IsAcknowledgedChangedAndCommented) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::AcknowledgeImpedimentRequest acknowledge;
  acknowledge.set_name("workspaces/acme/impediments/no-badge");
  const auto acknowledged =
      Call<v1::AcknowledgeImpedimentResponse>("AcknowledgeImpediment", acknowledge);
  ASSERT_TRUE(acknowledged.ok()) << acknowledged.status();
  EXPECT_EQ(acknowledged->impediment().owner(), acknowledged->impediment().acknowledger());
  EXPECT_EQ(
      ReasonText(Call<v1::AcknowledgeImpedimentResponse>("AcknowledgeImpediment", acknowledge)),
      "IMPEDIMENT_STATE");
  v1::UpdateImpedimentRequest update;
  update.mutable_impediment()->set_name(acknowledge.name());
  update.mutable_impediment()->set_category(v1::Impediment::CATEGORY_EQUIPMENT);
  update.mutable_impediment()->set_cost_estimate("1500.5 EUR");
  update.mutable_update_mask()->add_paths("category");
  update.mutable_update_mask()->add_paths("cost_estimate");
  update.set_etag("0");
  EXPECT_EQ(ReasonText(Call<v1::UpdateImpedimentResponse>("UpdateImpediment", update)),
            "ETAG_MISMATCH");
  update.set_etag(acknowledged->impediment().etag());
  const auto updated = Call<v1::UpdateImpedimentResponse>("UpdateImpediment", update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->impediment().cost_estimate(), "1500.5 EUR");
  EXPECT_EQ(updated->impediment().description(), "no badge");
  v1::CommentImpedimentRequest comment;
  comment.set_name(acknowledge.name());
  comment.set_text("on its way");
  const auto commented = Call<v1::CommentImpedimentResponse>("CommentImpediment", comment);
  ASSERT_TRUE(commented.ok()) << commented.status();
  EXPECT_EQ(commented->entry().sequence(), 4);
  EXPECT_EQ(commented->entry().text(), "on its way");
  EXPECT_THAT(History("no-badge"), ElementsAre("OPENED", "ACKNOWLEDGED", "UPDATED", "COMMENTED"));
  v1::ListImpedimentsRequest blocks;
  blocks.set_parent("workspaces/acme/onboardings/ada");
  const auto of_ada = service_->Call<v1::ListImpedimentsResponse>("ListImpediments", blocks);
  ASSERT_TRUE(of_ada.ok()) << of_ada.status();
  EXPECT_EQ(of_ada->impediments(0).category(), v1::Impediment::CATEGORY_EQUIPMENT);
  EXPECT_TRUE(of_ada->impediments(0).has_acknowledge_time());
}

TEST_P(ImpedimentTest, ItsHistoriesSayWhatItWas) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::UpdateImpedimentRequest update;
  update.mutable_impediment()->set_name("workspaces/acme/impediments/no-badge");
  update.mutable_impediment()->set_category(v1::Impediment::CATEGORY_EQUIPMENT);
  update.mutable_impediment()->set_owner("facilities");
  update.mutable_impediment()->set_description("no badge printer");
  for (const char* field : {"category", "owner", "description"})
    update.mutable_update_mask()->add_paths(field);
  const auto updated = Call<v1::UpdateImpedimentResponse>("UpdateImpediment", update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  v1::ListImpedimentHistoryRequest list;
  list.set_parent(update.impediment().name());
  const auto history = Call<v1::ListImpedimentHistoryResponse>("ListImpedimentHistory", list);
  ASSERT_TRUE(history.ok()) << history.status();
  const auto text_of = [](const auto& changes) {
    std::vector<std::string> texts;
    for (const v1::FieldChange& change : changes)
      texts.push_back(
          absl::StrCat(change.field(), ": ", change.old_value(), " -> ", change.new_value()));
    return texts;
  };
  EXPECT_THAT(text_of(history->entries(1).changes()),
              ElementsAre("owner:  -> facilities", "category: ACCESS -> EQUIPMENT",
                          "description: no badge -> no badge printer"));
  v1::ListHistoryRequest of_ada;
  of_ada.set_parent("workspaces/acme/onboardings/ada");
  of_ada.set_order_by("sequence desc");
  const auto entries = service_->Call<v1::ListHistoryResponse>("ListHistory", of_ada);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->entries(0).kind(), v1::HistoryEntry::KIND_IMPEDIMENT_CHANGED);
  EXPECT_THAT(
      text_of(entries->entries(0).changes()),
      ElementsAre("category: ACCESS -> EQUIPMENT", "description: no badge -> no badge printer"));
}

// As if the process had died after the record was written.
TEST_P(ImpedimentTest, OnlyTasksThatCanBeWorkedOnAreBlocked) {
  EXPECT_EQ(ReasonText(Open("x", {"ada/exam"})), "TASK_STATE");
  EXPECT_EQ(ReasonText(Open("x", {"ada/nothing"})), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Open("x", {"zoe/paperwork"})), "RESOURCE_NOT_FOUND");
  v1::ListImpedimentRecordsRequest list;
  list.set_parent("workspaces/acme");
  const auto page = Call<v1::ListImpedimentRecordsResponse>("ListImpedimentRecords", list);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->impediments(), IsEmpty());
}

TEST_P(ImpedimentTest, BadInputIsNamedWithItsRemedy) {
  v1::OpenImpedimentRequest request = OpenRequest("No Id", {"ada/paperwork", "ada/paperwork"});
  request.mutable_impediment()->set_cost_estimate("much");
  request.mutable_impediment()->clear_category();
  request.mutable_impediment()->clear_description();
  request.mutable_impediment()->set_all_users(true);
  const auto opened = Call<v1::OpenImpedimentResponse>("OpenImpediment", request);
  std::vector<std::string> fields;
  for (const base::FieldViolation& one : base::FieldViolationsOf(opened.status()))
    fields.push_back(one.field);
  EXPECT_THAT(fields, UnorderedElementsAre("impediment_id", "impediment.category",
                                           "impediment.description", "impediment.cost_estimate",
                                           "impediment.utility", "tasks", "tasks[1]"));
  EXPECT_THAT(std::string(opened.status().message()) + opened.status().ToString(),
              HasSubstr("is not set, and `all_users` needs it"));
  v1::GetImpedimentRequest get;
  get.set_name("workspaces/acme/impediments/a.b.c");
  const auto got = Call<v1::GetImpedimentResponse>("GetImpediment", get);
  EXPECT_EQ(ReasonText(got), "FIELD_INVALID");
  EXPECT_THAT(std::string(got.status().message()), HasSubstr("crm-down"));
}

TEST_P(ImpedimentTest, ARequestThatIsSentAgainDoesNothingMore) {
  v1::OpenImpedimentRequest request = OpenRequest("", {"ada/paperwork"});
  request.set_request_id("r1");
  const auto first = Call<v1::OpenImpedimentResponse>("OpenImpediment", request);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Unblock("ada/paperwork").ok());
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  const auto again = Call<v1::OpenImpedimentResponse>("OpenImpediment", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString()) << "as it was answered then";
  EXPECT_EQ(again->impediment().state(), v1::ImpedimentRecord::STATE_OPEN);
  EXPECT_EQ(again->impediment().open_task_count(), 1);
  const std::string id =
      first->impediment().name().substr(sizeof("workspaces/acme/impediments/") - 1);
  EXPECT_EQ(Get(id).state(), v1::ImpedimentRecord::STATE_RESOLVED);
  EXPECT_EQ(ReasonText(Open("no-badge", {})), "OK");
  EXPECT_EQ(ReasonText(Open("no-badge", {})), "RESOURCE_ALREADY_EXISTS");
}

// Whatever of a request is forgotten first.
TEST_P(ImpedimentTest, WhatIsCarriedOutAnewIsAnsweredAnew) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::CommentImpedimentRequest comment;
  comment.set_name("workspaces/acme/impediments/no-badge");
  comment.set_text("on its way");
  comment.set_request_id("r1");
  const auto first = Call<v1::CommentImpedimentResponse>("CommentImpediment", comment);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto forget = [](sql::Transaction& tx) {
    return tx.Execute("DELETE FROM requests WHERE method NOT LIKE '%#answer'").status();
  };
  ASSERT_TRUE(service_->database().Write({}, forget).ok());
  const auto again = Call<v1::CommentImpedimentResponse>("CommentImpediment", comment);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->entry().sequence(), first->entry().sequence() + 1);
}

TEST_P(ImpedimentTest, EveryChangeThatIsSentAgainIsAnsweredAsAtFirst) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::AcknowledgeImpedimentRequest acknowledge;
  acknowledge.set_name("workspaces/acme/impediments/no-badge");
  acknowledge.set_request_id("r1");
  const auto first = Call<v1::AcknowledgeImpedimentResponse>("AcknowledgeImpediment", acknowledge);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Resolve("no-badge").ok());
  const auto again = Call<v1::AcknowledgeImpedimentResponse>("AcknowledgeImpediment", acknowledge);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  acknowledge.set_text("another");
  EXPECT_EQ(
      ReasonText(Call<v1::AcknowledgeImpedimentResponse>("AcknowledgeImpediment", acknowledge)),
      "REQUEST_ID_REUSED");
}

TEST_P(ImpedimentTest, ValidateOnlyChangesNothing) {
  v1::OpenImpedimentRequest request = OpenRequest("no-badge", {"ada/paperwork"});
  request.set_validate_only(true);
  ASSERT_TRUE(Call<v1::OpenImpedimentResponse>("OpenImpediment", request).ok());
  EXPECT_FALSE(Blocked("ada/paperwork"));
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  v1::ResolveImpedimentRequest resolve;
  resolve.set_name("workspaces/acme/impediments/no-badge");
  resolve.set_resolution("x");
  resolve.set_validate_only(true);
  const auto resolved = Call<v1::ResolveImpedimentResponse>("ResolveImpediment", resolve);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(resolved->impediment().state(), v1::ImpedimentRecord::STATE_RESOLVED);
  EXPECT_TRUE(Blocked("ada/paperwork"));
}

TEST_P(ImpedimentTest, BlockersAreOrderedByTheTimeThatTheyCost) {
  ASSERT_TRUE(Open("small", {"ada/paperwork"}).ok());
  service_->clock().Advance(absl::Hours(1));
  ASSERT_TRUE(OpenForAll("signature-down").ok());
  service_->clock().Advance(absl::Hours(2));
  v1::ListBlockersRequest request;
  request.set_parent("workspaces/acme");
  auto all = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->blockers_size(), 2);
  EXPECT_EQ(all->blockers(0).impediment().name(), "workspaces/acme/impediments/signature-down");
  EXPECT_EQ(all->blockers(0).task_count(), 3);
  EXPECT_EQ(all->blockers(0).onboarding_count(), 3);
  EXPECT_EQ(all->blockers(0).business_duration().seconds(), 3 * 7200);
  EXPECT_EQ(all->blockers(0).tasks_size(), 3);
  EXPECT_EQ(all->blockers(0).tasks(0).title(), "Sign the contract");
  EXPECT_EQ(all->blockers(1).business_duration().seconds(), 3 * 3600);
  EXPECT_EQ(all->blocked_task_count(), 3) << "each counted once";
  request.set_onboarding("bob");
  const auto of_bob = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(of_bob.ok()) << of_bob.status();
  ASSERT_EQ(of_bob->blockers_size(), 1);
  EXPECT_EQ(of_bob->blockers(0).task_count(), 1);
  request.clear_onboarding();
  request.set_filter("name = ada OR name = bob");
  request.set_page_size(1);
  const auto of_two = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(of_two.ok()) << of_two.status();
  EXPECT_EQ(of_two->blockers_size(), 1);
  EXPECT_EQ(of_two->total_count(), 2);
  EXPECT_EQ(of_two->blocked_onboarding_count(), 2);
  request.clear_filter();
  request.set_utility("crm");
  const auto of_crm = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(of_crm.ok()) << of_crm.status();
  EXPECT_EQ(of_crm->blockers_size(), 0);
  request.set_onboarding("ada");
  EXPECT_EQ(ReasonText(Call<v1::ListBlockersResponse>("ListBlockers", request)), "FIELD_INVALID");
}

// Also where an impediment of one task has the id of a record, and tasks follow it later.
TEST_P(ImpedimentTest, EachTaskIsBelowWhatBlocksIt) {
  v1::BlockTaskRequest block;
  block.set_name(TaskOf("ada/paperwork"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_PEOPLE);
  block.mutable_impediment()->set_description("on leave");
  block.set_impediment_id("signature-down");
  ASSERT_TRUE(service_->Call<v1::BlockTaskResponse>("BlockTask", block).ok());
  ASSERT_TRUE(OpenForAll("signature-down").ok());
  ASSERT_TRUE(service_->Start("dan").ok());
  while (Round() > 0) continue;
  v1::ListBlockersRequest request;
  request.set_parent("workspaces/acme");
  request.set_utility("e-signature");
  const auto all = Call<v1::ListBlockersResponse>("ListBlockers", request);
  ASSERT_TRUE(all.ok()) << all.status();
  std::map<std::string, std::vector<std::string>> below;
  for (const v1::Blocker& blocker : all->blockers()) {
    for (const v1::BlockedTask& task : blocker.tasks())
      below[blocker.impediment().name()].push_back(task.task());
  }
  EXPECT_THAT(below["workspaces/acme/impediments/ada.signature-down"],
              ElementsAre(TaskOf("ada/paperwork")));
  EXPECT_THAT(below["workspaces/acme/impediments/signature-down"],
              UnorderedElementsAre(TaskOf("ada/paperwork"), TaskOf("bob/paperwork"),
                                   TaskOf("cyn/paperwork"), TaskOf("dan/paperwork")));
  EXPECT_EQ(below.size(), 2u);
  EXPECT_EQ(all->blocked_task_count(), 4) << "each counted once";
}

TEST_P(ImpedimentTest, TheTimeOfAnOnboardingIsAccountedFor) {
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork"}).ok());
  service_->clock().Advance(absl::Hours(2));
  ASSERT_TRUE(Resolve("no-badge").ok());
  service_->clock().Advance(absl::Hours(1));
  v1::GetTimeAccountRequest request;
  request.set_name("workspaces/acme/onboardings/ada");
  const auto response = service_->Call<v1::GetTimeAccountResponse>("GetTimeAccount", request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->account().total().elapsed().seconds(), 3 * 3600);
  EXPECT_EQ(response->account().waiting().business().seconds(), 3600);
  ASSERT_EQ(response->account().blocked_by_size(), 1);
  EXPECT_EQ(response->account().blocked_by(0).category(), v1::Impediment::CATEGORY_ACCESS);
  EXPECT_EQ(response->account().blocked_by(0).time().business().seconds(), 7200);
  ASSERT_EQ(response->tasks_size(), 1);
  EXPECT_EQ(response->tasks(0).time_account().SerializeAsString(),
            response->tasks_account().SerializeAsString());
  EXPECT_EQ(Task("ada/paperwork").time_account().blocked().elapsed().seconds(), 7200);
}

TEST_P(ImpedimentTest, RowsOfAnOlderReleaseGetTheirRecords) {
  v1::BlockTaskRequest block;
  block.set_name(TaskOf("ada/paperwork"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_PEOPLE);
  block.mutable_impediment()->set_description("on leave");
  ASSERT_TRUE(service_->Call<v1::BlockTaskResponse>("BlockTask", block).ok());
  // As such a release left them: it knows neither the column nor the tables.
  ASSERT_TRUE(database_
                  ->Write(service_->context(),
                          [](sql::Transaction& tx) -> absl::Status {
                            for (const char* text : {"UPDATE impediments SET record = ''",
                                                     "DELETE FROM impediment_records",
                                                     "DELETE FROM impediment_entries"}) {
                              absl::Status status = tx.Execute(text).status();
                              if (!status.ok()) return status;
                            }
                            return absl::OkStatus();
                          })
                  .ok());
  TestOnboarding newer(database_.get());
  EXPECT_EQ(Get("ada.i1").description(), "on leave");
  EXPECT_EQ(Get("ada.i1").open_task_count(), 1);
  ASSERT_TRUE(Resolve("ada.i1").ok());
  EXPECT_FALSE(Blocked("ada/paperwork"));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
