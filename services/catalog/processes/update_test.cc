// SPDX-License-Identifier: Apache-2.0
//
// UpdateProcess over the in-process channel.
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::UpdateProcessRequest UpdateRequest(const v1::Process& process,
                                       const std::vector<std::string>& mask = {}) {
  v1::UpdateProcessRequest request;
  *request.mutable_process() = process;
  for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
  return request;
}

class UpdateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::Process process = ProcessOf("Deal desk approval", StepNode("review"));
    process.set_purpose("Approve discounts.");
    (*process.mutable_labels())["region"] = "emea";
    auto created = catalog_.Create("deal-desk", process);
    ASSERT_TRUE(created.ok()) << created.status();
    head_ = created->process();
    catalog_.clock().Advance(absl::Hours(1));
  }

  TestCatalog catalog_;
  v1::Process head_;
};

TEST_F(UpdateTest, ReplacesAllFieldsWithoutAMask) {
  v1::Process process = ProcessOf("Deal desk", StepNode("look"));
  process.set_name(head_.name());
  auto updated = catalog_.Update(UpdateRequest(process));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->process().title(), "Deal desk");
  EXPECT_EQ(updated->process().purpose(), "");
  EXPECT_TRUE(updated->process().labels().empty());
  EXPECT_EQ(updated->process().root().id(), "look");
  EXPECT_EQ(updated->process().create_time().seconds(), head_.create_time().seconds());
  EXPECT_EQ(updated->process().update_time().seconds(), head_.update_time().seconds() + 3600);
  EXPECT_NE(updated->process().etag(), head_.etag());
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk"), updated->process()));
}

TEST_F(UpdateTest, ReplacesOnlyWhatTheMaskNames) {
  v1::Process process;
  process.set_name(head_.name());
  process.set_title("Deal desk");
  auto updated = catalog_.Update(UpdateRequest(process, {"title", "labels"}));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->process().title(), "Deal desk");
  EXPECT_TRUE(updated->process().labels().empty());
  EXPECT_EQ(updated->process().purpose(), "Approve discounts.");
  EXPECT_EQ(updated->process().root().id(), "review");
}

TEST_F(UpdateTest, WritesNothingWhenNothingDiffers) {
  auto updated = catalog_.Update(UpdateRequest(head_));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(updated->process(), head_));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk"), head_));
}

TEST_F(UpdateTest, RefusesWhatIsWrong) {
  struct Row {
    std::string name;
    std::function<void(v1::UpdateProcessRequest&)> spoil;
    std::string reason;
  };
  const std::vector<Row> rows = {
      {"no process", [](auto& r) { r.clear_process(); }, "FIELD_INVALID"},
      {"a revision", [](auto& r) { r.mutable_process()->set_name(r.process().name() + "@1"); },
       "FIELD_INVALID"},
      {"unknown", [](auto& r) { r.mutable_process()->set_name("workspaces/acme/processes/x"); },
       "RESOURCE_NOT_FOUND"},
      {"other workspace",
       [](auto& r) { r.mutable_process()->set_name("workspaces/beta/processes/deal-desk"); },
       "RESOURCE_NOT_FOUND"},
      {"mask of an output field", [](auto& r) { r.mutable_update_mask()->add_paths("author"); },
       "FIELD_INVALID"},
      {"mask below a field", [](auto& r) { r.mutable_update_mask()->add_paths("root.step"); },
       "FIELD_INVALID"},
      {"invalid tree", [](auto& r) { r.mutable_process()->mutable_root()->clear_id(); },
       "PROCESS_INVALID"},
      {"cleared by the mask",
       [](auto& r) {
         r.mutable_process()->clear_owner();
         r.mutable_update_mask()->add_paths("owner");
       },
       "FIELD_INVALID"},
      {"old etag", [](auto& r) { r.mutable_process()->set_etag("0123456789abcdef"); },
       "ETAG_MISMATCH"},
      {"missing, with an etag",
       [](auto& r) {
         r.mutable_process()->set_name("workspaces/acme/processes/x");
         r.set_allow_missing(true);
       },
       "RESOURCE_NOT_FOUND"},
  };
  for (const Row& row : rows) {
    v1::UpdateProcessRequest request = UpdateRequest(head_);
    request.mutable_process()->set_title("Changed");
    row.spoil(request);
    EXPECT_EQ(ReasonText(catalog_.Update(request)), row.reason) << row.name;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk"), head_));
}

TEST_F(UpdateTest, RefusesAProcessThatCallsItself) {
  for (const bool exists : {true, false}) {
    const std::string id = exists ? "deal-desk" : "renewal";
    v1::Process process = Calling({"legal", id});
    process.set_name(absl::StrCat("workspaces/acme/processes/", id));
    v1::UpdateProcessRequest request = UpdateRequest(process);
    request.set_allow_missing(true);
    auto updated = catalog_.Update(request);
    EXPECT_EQ(ReasonText(updated), "PROCESS_CYCLE") << id;
    EXPECT_EQ(base::MetadataOf(updated.status(), "chain"), absl::StrCat(id, " -> ", id));
    request.set_validate_only(true);
    EXPECT_EQ(ReasonText(catalog_.Update(request)), "PROCESS_CYCLE") << id;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk"), head_));
  EXPECT_EQ(ReasonText(catalog_.Get("renewal")), "RESOURCE_NOT_FOUND");
}

TEST_F(UpdateTest, CreatesWhatIsMissingWhenAllowed) {
  v1::Process process = ProcessOf("Renewal", StepNode("call"));
  process.set_name("workspaces/acme/processes/renewal");
  v1::UpdateProcessRequest request = UpdateRequest(process, {"title"});
  request.set_allow_missing(true);
  auto updated = catalog_.Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->process().owner(), "sales-operations") << "a new one takes every field";
  EXPECT_EQ(ReasonText(catalog_.Get("renewal")), "OK");
}

TEST_F(UpdateTest, ValidateOnlyChangesNothing) {
  v1::UpdateProcessRequest request = UpdateRequest(head_);
  request.mutable_process()->set_title("Changed");
  request.set_validate_only(true);
  auto validated = catalog_.Update(request);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->process().title(), "Changed");
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog_.Get("deal-desk"), head_));
}

TEST_F(UpdateTest, OfTwoWithTheSameEtagOneIsAborted) {
  std::vector<absl::StatusOr<v1::UpdateProcessResponse>> answers(2);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      v1::UpdateProcessRequest request = UpdateRequest(head_);
      request.mutable_process()->set_title(absl::StrCat("Title ", i));
      answers[i] = catalog_.Update(request);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const int winner = answers[0].ok() ? 0 : 1;
  ASSERT_TRUE(answers[winner].ok()) << answers[winner].status();
  const absl::Status& refused = answers[1 - winner].status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(base::MetadataOf(refused, "etag"), answers[winner]->process().etag());
  EXPECT_EQ(catalog_.Get("deal-desk")->title(), absl::StrCat("Title ", winner));
}

TEST_F(UpdateTest, RepeatedRequestTakesEffectOnce) {
  v1::UpdateProcessRequest request = UpdateRequest(head_);
  request.mutable_process()->set_title("Second");
  request.set_request_id("u1");
  auto first = catalog_.Update(request);
  ASSERT_TRUE(first.ok()) << first.status();
  v1::UpdateProcessRequest third = UpdateRequest(first->process());
  third.mutable_process()->set_title("Third");
  ASSERT_EQ(ReasonText(catalog_.Update(third)), "OK");
  auto repeated = catalog_.Update(request);
  ASSERT_TRUE(repeated.ok()) << "its etag is old by now, but it was carried out: "
                             << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *first));
  EXPECT_EQ(catalog_.Get("deal-desk")->title(), "Third");
}

}  // namespace
}  // namespace plumbline::catalog
