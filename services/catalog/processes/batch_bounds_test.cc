// SPDX-License-Identifier: Apache-2.0
//
// What bounds a batch: warnings, approval, limits, callers that went away; and requests that come
// again.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/ids.h"
#include "common/sql/database.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_approval.h"
#include "services/catalog/processes/batch.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/store_sql.h"
#include "services/catalog/processes/testing_batch.h"
#include "services/catalog/processes/warnings.h"
#include "services/catalog/resource/rpc_mutation.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<BatchResponse> Send(TestCatalog& catalog, const Batch& batch) {
  return catalog.Call<BatchResponse>("BatchUpdateProcesses", batch);
}

void KeepTheUtilityCrm(TestCatalog& catalog) {
  v1::CreateUtilityRequest create;
  create.set_parent("workspaces/acme");
  create.set_utility_id("crm");
  create.mutable_utility()->set_title("CRM");
  create.mutable_utility()->set_owner("sales-systems");
  ASSERT_EQ(ReasonText(catalog.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
            "OK");
}

// Steps in a row, each of which uses this utility.
v1::Node StepsWith(absl::string_view utility, int count) {
  std::vector<v1::Node> steps;
  for (int i = 0; i < count; ++i) {
    steps.push_back(StepNode(absl::StrCat("step-", i)));
    steps.back().mutable_step()->add_utilities(std::string(utility));
  }
  return SequenceNode("all", steps);
}

TEST(BatchWarningsTest, NameTheFieldWithinTheProcess) {
  TestCatalog catalog;
  KeepTheUtilityCrm(catalog);
  v1::Node step = StepNode("look");
  step.mutable_step()->add_utilities("crmm");
  Batch batch = CallerAndCalled();
  *batch.mutable_requests(0)->mutable_process()->mutable_root() = step;
  auto sent = Send(catalog, batch);
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(sent->results(0).warnings_size(), 1);
  EXPECT_EQ(sent->results(0).warnings(0).field(), "root.step.utilities[0]");
  EXPECT_THAT(sent->results(0).warnings(0).description(), HasSubstr("did you mean 'crm'?"));
  EXPECT_THAT(sent->results(0).warnings(0).description(), Not(HasSubstr("left out")));
  EXPECT_EQ(sent->results(1).warnings_size(), 0);
}

TEST(BatchWarningsTest, AreBoundedOverAllAndTheRestIsCounted) {
  TestCatalog catalog;
  KeepTheUtilityCrm(catalog);
  Batch batch;
  for (const char* id : {"a", "b", "c"}) Add(id, ProcessOf(id, StepsWith("crmm", 30)), &batch);
  auto sent = Send(catalog, batch);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->results(0).warnings_size(), 30);
  ASSERT_EQ(sent->results(1).warnings_size(), 20);
  EXPECT_EQ(sent->results(2).warnings_size(), 0);
  EXPECT_THAT(sent->results(1).warnings(19).description(), HasSubstr("; 40 more warnings"));
  auto single = catalog.Create("d", ProcessOf("D", StepsWith("crmm", 60)));
  ASSERT_TRUE(single.ok()) << single.status();
  ASSERT_EQ(single->warnings_size(), static_cast<int>(kMaxWarnings));
  EXPECT_THAT(single->warnings(49).description(), HasSubstr("; 10 more warnings"));
}

// UpdateAll over a store, in a snapshot in which the updates are supposed.
class UpdateAllTest : public ::testing::Test {
 protected:
  using Updated = absl::StatusOr<std::vector<v1::UpdatedProcess>>;

  UpdateAllTest() : database_(*sql::Open("sqlite::memory:", {})), store_(*OpenStore(*database_)) {}

  // `put` may fail, or do something meanwhile.
  Updated Run(
      const Batch& batch, const BatchLimits& limits,
      absl::FunctionRef<absl::Status()> put = [] { return absl::OkStatus(); }) {
    absl::StatusOr<BatchCommand> command = ToCommand(batch);
    if (!command.ok()) return command.status();
    CheckAhead(&*command);
    const Author author{"ada", absl::FromUnixSeconds(1'700'000'000)};
    Updated updated = absl::UnknownError("not run");
    store_
        ->Read(context_,
               [&](Snapshot& snapshot) {
                 SupposedSnapshot supposed(snapshot);
                 updated = UpdateAll(
                     context_, supposed, *command, author,
                     [&](const ProcessKey& key, Change change) {
                       supposed.Suppose(key, std::move(change));
                       ++put_;
                       return put();
                     },
                     limits);
                 return updated.status();
               })
        .IgnoreError();
    return updated;
  }

  const std::unique_ptr<sql::Database> database_;
  const std::unique_ptr<Store> store_;
  base::CallContext context_;
  int put_ = 0;
};

TEST_F(UpdateAllTest, StopsWhenTheCallerWentAway) {
  const absl::Status status = Run(CallerAndCalled(), {}, [this] {
                                *context_.cancelled = true;
                                return absl::OkStatus();
                              }).status();
  EXPECT_EQ(ReasonText(status), "CANCELLED");
  EXPECT_EQ(put_, 1);
  EXPECT_EQ(base::MetadataOf(status, "request"), "");
}

TEST_F(UpdateAllTest, WhatIsOfTheServiceNamesNoRequest) {
  for (const auto reason :
       {base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
        base::Reason::ERROR_REASON_DEADLINE_EXCEEDED, base::Reason::ERROR_REASON_CANCELLED,
        base::Reason::ERROR_REASON_INTERNAL}) {
    const absl::Status failure = base::Error(reason, "the database is away");
    EXPECT_EQ(Run(CallerAndCalled(), {}, [&] { return failure; }).status(), failure);
  }
}

// "OK", or the field.
std::string RefusedField(const absl::Status& status) {
  if (status.ok()) return "OK";
  EXPECT_EQ(ReasonText(status), "FIELD_INVALID");
  EXPECT_THAT(std::string(status.message()), HasSubstr("send fewer processes in one batch"));
  const auto fields = base::FieldViolationsOf(status);
  return fields.empty() ? "" : fields[0].field;
}

TEST_F(UpdateAllTest, BoundsTheNodesWithAllThatIsCalled) {
  Batch batch;
  Add("check", ProcessOf("Check", StepsWith("crm", 9)), &batch);  // 10 nodes
  Add("twice",
      ProcessOf("Twice", SequenceNode("all", {CallNode("one", "processes/check"),
                                              CallNode("two", "processes/check")})),
      &batch);                                                                 // 3 + 20
  Add("desk", ProcessOf("Desk", CallNode("ask", "processes/twice")), &batch);  // 1 + 23
  EXPECT_EQ(RefusedField(Run(batch, {.nodes = 57}).status()), "OK");
  put_ = 0;
  const absl::Status status = Run(batch, {.nodes = 32}).status();
  EXPECT_EQ(RefusedField(status), "requests");
  EXPECT_THAT(std::string(status.message()), HasSubstr("has 3 entries, and the first 2 "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("have 33 nodes already"));
  EXPECT_EQ(put_, 2) << "the third is not looked at";
  EXPECT_EQ(RefusedField(Run(batch, {.nodes = 56}).status()), "requests");
}

TEST_F(UpdateAllTest, BoundsTheBytes) {
  Batch batch;
  Add("check", ProcessOf("Check", StepNode("look")), &batch);
  const auto size = static_cast<int64_t>(batch.requests(0).process().ByteSizeLong());
  EXPECT_EQ(RefusedField(Run(batch, {.bytes = size}).status()), "requests")
      << "what the catalog adds counts, too";
  EXPECT_EQ(RefusedField(Run(batch, {.bytes = 2 * size + 500}).status()), "OK");
  Add("desk", Calling({"check"}), &batch);
  Add("lounge", Calling({"check"}), &batch);
  EXPECT_EQ(RefusedField(Run(batch, {.bytes = 2 * size + 500}).status()), "requests");
}

// As a request is that was carried out by a release with other rules.
void RememberAsIf(sql::Database& database, const WriteRequest& request) {
  const std::string hash = base::Sha256Hex(request.body);
  const absl::Status status = database.Write({}, [&](sql::Transaction& transaction) {
    return transaction.Execute("UPDATE requests SET body_hash = :hash", {{"hash", hash}}).status();
  });
  ASSERT_TRUE(status.ok()) << status;
}

TEST(ReplayTest, ABatchIsAnsweredAgainThoughItsRulesAreStricterNow) {
  const std::unique_ptr<sql::Database> database = *sql::Open("sqlite::memory:", {});
  TestCatalog catalog(*database);
  Batch batch = CallerAndCalled();
  batch.set_request_id("one");
  auto first = Send(catalog, batch);
  ASSERT_TRUE(first.ok()) << first.status();
  batch.mutable_requests(1)->mutable_process()->clear_owner();
  RememberAsIf(*database, ToWriteRequest(kService, "BatchUpdateProcesses", "acme", batch));
  auto again = Send(catalog, batch);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  batch.set_request_id("two");
  EXPECT_EQ(ReasonText(Send(catalog, batch)), "FIELD_INVALID");
}

TEST(ReplayTest, SoIsASingleRequest) {
  const std::unique_ptr<sql::Database> database = *sql::Open("sqlite::memory:", {});
  TestCatalog catalog(*database);
  v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id("desk");
  request.set_request_id("one");
  *request.mutable_process() = ProcessOf("Desk", StepNode("look"));
  auto first = catalog.Create(request);
  ASSERT_TRUE(first.ok()) << first.status();
  request.mutable_process()->clear_owner();
  RememberAsIf(*database, ToWriteRequest(kService, "CreateProcess", "acme", request));
  auto again = catalog.Create(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  request.set_request_id("two");
  EXPECT_EQ(ReasonText(catalog.Create(request)), "FIELD_INVALID");
}

class BatchApprovalTest : public ApprovalTest {
 protected:
  absl::StatusOr<BatchResponse> Send(const Batch& batch) {
    return catalog_.CallAs<BatchResponse>("ben", "BatchUpdateProcesses", batch);
  }
};

TEST_F(BatchApprovalTest, WhatIsNotApprovedIsNotPublished) {
  Batch batch;
  Add("desk", ProcessOf("Desk", StepNode("work")), &batch);
  ASSERT_EQ(ReasonText(Send(batch)), "OK");
  ASSERT_EQ(ReasonText(SetPolicy(true, false)), "OK");
  auto unchanged = Send(batch);
  ASSERT_TRUE(unchanged.ok()) << unchanged.status();
  EXPECT_EQ(Outcome(unchanged->results(0)), "@1") << "nothing is left to approve";

  Batch edited;
  Add("other", ProcessOf("Other", StepNode("work")), &edited).set_publish(false);
  Add("desk", ProcessOf("Desk, changed", StepNode("work")), &edited);
  const absl::Status refused = Send(edited).status();
  EXPECT_EQ(ReasonText(refused), "APPROVAL_REQUIRED");
  EXPECT_EQ(base::MetadataOf(refused, "request"), "1");

  const v1::Process draft = Edit("ben", "Desk, changed");
  ASSERT_EQ(ReasonText(Submit("ben")), "OK");
  ASSERT_EQ(ReasonText(Approve("cyn", draft.etag())), "OK");
  auto published = Send(edited);
  ASSERT_TRUE(published.ok()) << published.status();
  EXPECT_EQ(Outcome(published->results(0)), "created @0");
  EXPECT_EQ(Outcome(published->results(1)), "published @2");
}

TEST_F(BatchApprovalTest, NeedsThePermissionToWrite) {
  Batch batch;
  Add("desk", ProcessOf("Desk", StepNode("work")), &batch);
  EXPECT_EQ(ReasonText(catalog_.CallAs<BatchResponse>("cyn", "BatchUpdateProcesses", batch)),
            "PERMISSION_DENIED");
}

}  // namespace
}  // namespace plumbline::catalog
