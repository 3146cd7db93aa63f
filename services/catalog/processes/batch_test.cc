// SPDX-License-Identifier: Apache-2.0
//
// BatchUpdateProcesses over the in-process channel.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/processes/testing_batch.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
class BatchTest : public ::testing::Test {
 protected:
  absl::StatusOr<BatchResponse> Send(const Batch& batch) {
    return catalog_.Call<BatchResponse>("BatchUpdateProcesses", batch);
  }
  bool IsThere(absl::string_view id) { return catalog_.Get(id).ok(); }
  // How many processes a search for the word finds by their titles.
  int Found(const std::string& word) {
    v1::SearchProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_query(word);
    auto found = catalog_.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
    EXPECT_TRUE(found.ok()) << found.status();
    int count = 0;
    for (const v1::ProcessMatch& match : found->matches())
      count += absl::AsciiStrToLower(match.process().title()) == word;
    return count;
  }
  std::vector<std::string> KindsOf(absl::string_view id) {
    v1::ListProcessHistoryRequest request;
    request.set_name(Name(id));
    auto listed = catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<std::string> kinds;
    for (const v1::CatalogHistoryEntry& entry : listed->entries()) {
      EXPECT_EQ(entry.reason(), "as agreed");
      kinds.push_back(v1::CatalogHistoryEntry::Kind_Name(entry.kind()).substr(5));
    }
    return kinds;
  }

  TestCatalog catalog_;
};

TEST_F(BatchTest, CreatesAndPublishesACallerWithWhatItCalls) {
  auto sent = Send(CallerAndCalled());
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(sent->results_size(), 2);
  EXPECT_EQ(sent->results(0).name(), Name("check"));
  for (const v1::UpdatedProcess& one : sent->results())
    EXPECT_EQ(Outcome(one), "created published @1");
  const auto head = catalog_.Get("desk");
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->etag(), sent->results(1).etag());
  EXPECT_EQ(head->latest_revision(), 1);
  const auto revision = catalog_.Get("desk@1");
  ASSERT_TRUE(revision.ok()) << revision.status();
  ASSERT_EQ(revision->pinned_processes_size(), 1);
  EXPECT_EQ(revision->pinned_processes(0), Name("check@1"));
  EXPECT_EQ(revision->reason(), "as agreed");
  EXPECT_EQ(KindsOf("desk"), (std::vector<std::string>{"CREATED", "PUBLISHED"}));
  v1::GetProcessRequest fresh;
  fresh.set_name(Name("desk"));
  fresh.set_min_freshness(sent->freshness_token());
  EXPECT_TRUE(catalog_.Get(fresh).ok());
}

TEST_F(BatchTest, WhatIsPublishedAgainIsPinnedByThoseBehindIt) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  Batch again;
  Add("check", ProcessOf("Check twice", StepNode("look")), &again);
  Add("desk", Calling({"check"}), &again);
  auto sent = Send(again);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(Outcome(sent->results(0)), "updated published @2");
  EXPECT_EQ(Outcome(sent->results(1)), "published @2") << "its own content is as it was";
  EXPECT_EQ(catalog_.Get("desk@2")->pinned_processes(0), Name("check@2"));
}

TEST_F(BatchTest, NothingToPublishIsNoError) {
  auto first = Send(CallerAndCalled());
  ASSERT_TRUE(first.ok()) << first.status();
  auto again = Send(CallerAndCalled());
  ASSERT_TRUE(again.ok()) << again.status();
  for (const v1::UpdatedProcess& one : again->results()) EXPECT_EQ(Outcome(one), "@1");
  EXPECT_EQ(again->results(1).etag(), first->results(1).etag());
  EXPECT_EQ(KindsOf("desk").size(), 2u);
}

TEST_F(BatchTest, WithoutPublishDraftsAreSaved) {
  Batch batch;
  Add("desk", Calling({"nobody"}), &batch).set_publish(false);
  auto sent = Send(batch);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(Outcome(sent->results(0)), "created @0");
  EXPECT_EQ(KindsOf("desk"), (std::vector<std::string>{"CREATED"}));
}

TEST_F(BatchTest, AllOrNothing) {
  Batch batch = CallerAndCalled();
  Add("last", Calling({"desk", "nobody"}), &batch);
  const absl::Status status = Send(batch).status();
  EXPECT_EQ(ReasonText(status), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(base::MetadataOf(status, "request"), "2");
  EXPECT_EQ(base::MetadataOf(status, "chain"), "last -> nobody");
  EXPECT_THAT(std::string(status.message()), HasSubstr("requests[2] (" + Name("last") + ")"));
  for (const char* id : {"check", "desk", "last"}) EXPECT_FALSE(IsThere(id)) << id;
}

TEST_F(BatchTest, OrderMatters) {
  Batch batch;
  Add("desk", Calling({"check"}), &batch);
  Add("check", ProcessOf("Check", StepNode("look")), &batch);
  EXPECT_EQ(base::MetadataOf(Send(batch).status(), "request"), "0");
  EXPECT_FALSE(IsThere("check"));
}

TEST_F(BatchTest, ARequestIdTakesEffectOnce) {
  Batch batch = CallerAndCalled();
  batch.set_request_id("one");
  auto first = Send(batch);
  ASSERT_TRUE(first.ok()) << first.status();
  auto replayed = Send(batch);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *replayed));
  batch.mutable_requests(0)->set_reason("another");
  EXPECT_EQ(ReasonText(Send(batch)), "REQUEST_ID_REUSED");
}

TEST_F(BatchTest, ValidateOnlySeesThoseBeforeAndWritesNothing) {
  Batch batch = CallerAndCalled();
  batch.set_validate_only(true);
  auto looked = Send(batch);
  ASSERT_TRUE(looked.ok()) << looked.status();
  for (const v1::UpdatedProcess& one : looked->results())
    EXPECT_EQ(Outcome(one), "created published @1");
  EXPECT_FALSE(IsThere("check"));
  EXPECT_FALSE(IsThere("desk"));
  Add("last", Calling({"check", "nobody"}), &batch);
  EXPECT_EQ(base::MetadataOf(Send(batch).status(), "request"), "2");
  batch.set_validate_only(false);
  batch.mutable_requests()->RemoveLast();
  EXPECT_EQ(ReasonText(Send(batch)), "OK");
}

TEST_F(BatchTest, RefusesWhatIsWrongAndNamesTheField) {
  struct Row {
    std::string name;
    std::function<void(Batch&)> spoil;
    std::string reason, field;
  };
  const std::vector<Row> rows = {
      {"none", [](Batch& b) { b.clear_requests(); }, "FIELD_INVALID", "requests"},
      {"too many",
       [](Batch& b) {
         for (int i = 0; i < 499; ++i) Add(absl::StrCat("p", i), ProcessOf("P", StepNode("x")), &b);
       },
       "FIELD_INVALID", "requests"},
      {"no parent", [](Batch& b) { b.clear_parent(); }, "FIELD_INVALID", "parent"},
      {"another workspace",
       [](Batch& b) {
         b.mutable_requests(1)->mutable_process()->set_name("workspaces/b/processes/x");
       },
       "FIELD_INVALID", "requests[1].process.name"},
      {"twice the same",
       [](Batch& b) { b.mutable_requests(1)->mutable_process()->set_name(Name("check")); },
       "FIELD_INVALID", "requests[1].process.name"},
      {"an id of its own", [](Batch& b) { b.mutable_requests(1)->set_request_id("x"); },
       "FIELD_INVALID", "requests[1].request_id"},
      {"validate_only of its own", [](Batch& b) { b.mutable_requests(1)->set_validate_only(true); },
       "FIELD_INVALID", "requests[1].validate_only"},
      {"a field", [](Batch& b) { b.mutable_requests(1)->mutable_process()->clear_owner(); },
       "FIELD_INVALID", "requests[1].process.owner"},
      {"a mask", [](Batch& b) { b.mutable_requests(1)->mutable_update_mask()->add_paths("etag"); },
       "FIELD_INVALID", "requests[1].update_mask"},
      {"a node",
       [](Batch& b) {
         b.mutable_requests(1)
             ->mutable_process()
             ->mutable_root()
             ->mutable_sequence()
             ->mutable_nodes(0)
             ->clear_id();
       },
       "PROCESS_INVALID", "requests[1].process.root.sequence.nodes[0].id"},
      {"itself",
       [](Batch& b) {
         *b.mutable_requests(1)->mutable_process()->mutable_root() =
             CallNode("again", "processes/desk");
       },
       "PROCESS_CYCLE", ""},
      {"not there", [](Batch& b) { b.mutable_requests(1)->set_allow_missing(false); },
       "RESOURCE_NOT_FOUND", ""},
  };
  for (const Row& row : rows) {
    Batch batch = CallerAndCalled();
    row.spoil(batch);
    const absl::Status status = Send(batch).status();
    EXPECT_EQ(ReasonText(status), row.reason) << row.name;
    const auto fields = base::FieldViolationsOf(status);
    EXPECT_EQ(fields.empty() ? "" : fields[0].field, row.field) << row.name;
    EXPECT_FALSE(IsThere("check")) << row.name;
    if (row.field.rfind("requests[1]", 0) != 0) continue;
    EXPECT_EQ(base::MetadataOf(status, "request"), "1") << row.name;
    const std::string& named = batch.requests(1).process().name();
    EXPECT_THAT(std::string(status.message()), HasSubstr("requests[1] (" + named + "): "))
        << row.name;
  }
}

TEST_F(BatchTest, AnOldEtagStopsAll) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  Batch batch;
  Add("check", ProcessOf("Check twice", StepNode("look")), &batch);
  Add("desk", Calling({}), &batch).mutable_process()->set_etag("0123456789abcdef");
  EXPECT_EQ(ReasonText(Send(batch)), "ETAG_MISMATCH");
  EXPECT_EQ(catalog_.Get("check")->title(), "Check");
}

// What GetProcess answers from memory must not be what was before the batch.
TEST_F(BatchTest, NoMemoryIsBehind) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  ASSERT_EQ(catalog_.Get("check")->title(), "Check");
  ASSERT_EQ(catalog_.Get("check@latest")->revision(), 1);
  Batch batch;
  Add("check", ProcessOf("Check twice", StepNode("look")), &batch);
  ASSERT_EQ(ReasonText(Send(batch)), "OK");
  EXPECT_EQ(catalog_.Get("check")->title(), "Check twice");
  EXPECT_EQ(catalog_.Get("check@latest")->revision(), 2);
}

TEST_F(BatchTest, NoMemoryIsAheadOfABatchThatWasRefused) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  const auto looks_as_before = [&] {
    EXPECT_EQ(catalog_.Get("check")->title(), "Check");
    EXPECT_EQ(catalog_.Get("check@latest")->revision(), 1);
    EXPECT_EQ(Found("check"), 1);
    EXPECT_EQ(Found("lounge"), 0);
  };
  looks_as_before();
  Batch batch;
  Add("check", ProcessOf("Lounge", StepNode("look")), &batch);
  Add("desk", Calling({"nobody"}), &batch);
  ASSERT_EQ(ReasonText(Send(batch)), "RESOURCE_NOT_FOUND");
  looks_as_before();
}

TEST_F(BatchTest, AReplayLeavesWhatCameLater) {
  Batch batch = CallerAndCalled();
  batch.set_request_id("one");
  ASSERT_EQ(ReasonText(Send(batch)), "OK");
  catalog_.DefineAndPublish("check", ProcessOf("Check twice", StepNode("look")));
  ASSERT_EQ(catalog_.Get("check")->title(), "Check twice");
  auto replayed = Send(batch);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(Outcome(replayed->results(0)), "created published @1");
  EXPECT_EQ(catalog_.Get("check")->title(), "Check twice");
  EXPECT_EQ(catalog_.Get("check@latest")->revision(), 2);
}

TEST_F(BatchTest, CreateOnlyReplacesNothing) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  Batch batch;
  Add("new", ProcessOf("New", StepNode("look")), &batch).set_create_only(true);
  Add("check", ProcessOf("Check twice", StepNode("look")), &batch).set_create_only(true);
  const absl::Status status = Send(batch).status();
  EXPECT_EQ(ReasonText(status), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(base::MetadataOf(status, "request"), "1");
  EXPECT_FALSE(IsThere("new"));
  EXPECT_EQ(catalog_.Get("check")->title(), "Check");
}

TEST_F(BatchTest, AMaskKeepsTheRest) {
  ASSERT_EQ(ReasonText(Send(CallerAndCalled())), "OK");
  Batch batch;
  v1::Process process;
  process.set_title("Check it");
  Add("check", process, &batch).mutable_update_mask()->add_paths("title");
  auto sent = Send(batch);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(Outcome(sent->results(0)), "updated published @2");
  EXPECT_EQ(catalog_.Get("check@2")->root().id(), "look");
}

}  // namespace
}  // namespace plumbline::catalog
