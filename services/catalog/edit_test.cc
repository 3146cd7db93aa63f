// SPDX-License-Identifier: Apache-2.0
//
// CreateProcess and UpdateProcess over the in-process channel.
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::Field;

v1::CreateProcessRequest CreateRequest(absl::string_view id = "deal-desk") {
  v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id(std::string(id));
  *request.mutable_process() = ProcessOf("Deal desk approval", StepNode("review"));
  return request;
}

v1::UpdateProcessRequest UpdateRequest(const v1::Process& process,
                                       const std::vector<std::string>& mask = {}) {
  v1::UpdateProcessRequest request;
  *request.mutable_process() = process;
  for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
  return request;
}

TEST(CreateTest, FillsInWhatTheCatalogKnows) {
  TestCatalog catalog;
  auto created = catalog.Create(CreateRequest());
  ASSERT_TRUE(created.ok()) << created.status();
  const v1::Process& process = created->process();
  EXPECT_EQ(process.name(), "workspaces/acme/processes/deal-desk");
  EXPECT_EQ(process.title(), "Deal desk approval");
  EXPECT_EQ(process.state(), v1::Process::STATE_DRAFT);
  EXPECT_EQ(process.revision(), 0);
  EXPECT_EQ(process.latest_revision(), 0);
  EXPECT_EQ(process.author(), "anonymous");
  EXPECT_EQ(process.create_time().seconds(), absl::ToUnixSeconds(catalog.clock().Now()));
  EXPECT_EQ(process.update_time().seconds(), process.create_time().seconds());
  EXPECT_FALSE(process.etag().empty());
  EXPECT_FALSE(created->freshness_token().empty());
  auto read = catalog.Get("deal-desk");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*read, process));
}

TEST(CreateTest, IgnoresWhatOnlyTheCatalogSays) {
  TestCatalog catalog;
  v1::CreateProcessRequest request = CreateRequest();
  request.mutable_process()->set_revision(9);
  request.mutable_process()->set_latest_revision(9);
  request.mutable_process()->set_state(v1::Process::STATE_PUBLISHED);
  request.mutable_process()->set_author("mallory");
  request.mutable_process()->add_pinned_processes("workspaces/acme/processes/x@1");
  auto created = catalog.Create(request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->process().latest_revision(), 0);
  EXPECT_EQ(created->process().revision(), 0);
  EXPECT_EQ(created->process().state(), v1::Process::STATE_DRAFT);
  EXPECT_EQ(created->process().author(), "anonymous");
  EXPECT_EQ(created->process().pinned_processes_size(), 0);
}

TEST(CreateTest, RefusesWhatIsWrongAndLeavesNothing) {
  struct Row {
    std::string name;
    std::function<void(v1::CreateProcessRequest&)> spoil;
    std::string reason;
    std::string field;
  };
  const std::vector<Row> rows = {
      {"no parent", [](auto& r) { r.clear_parent(); }, "FIELD_INVALID", "parent"},
      {"parent of another kind", [](auto& r) { r.set_parent("folders/acme"); }, "FIELD_INVALID",
       "parent"},
      {"workspace in capitals", [](auto& r) { r.set_parent("workspaces/Acme"); }, "FIELD_INVALID",
       "parent"},
      {"no id", [](auto& r) { r.clear_process_id(); }, "FIELD_INVALID", "process_id"},
      {"id with a slash", [](auto& r) { r.set_process_id("a/b"); }, "FIELD_INVALID", "process_id"},
      {"id with an at sign", [](auto& r) { r.set_process_id("a@1"); }, "FIELD_INVALID",
       "process_id"},
      {"id of 64 characters", [](auto& r) { r.set_process_id(std::string(64, 'a')); },
       "FIELD_INVALID", "process_id"},
      {"no process", [](auto& r) { r.clear_process(); }, "FIELD_INVALID", "process"},
      {"another name",
       [](auto& r) { r.mutable_process()->set_name("workspaces/acme/processes/x"); },
       "FIELD_INVALID", "process.name"},
      {"no title", [](auto& r) { r.mutable_process()->clear_title(); }, "FIELD_INVALID",
       "process.title"},
      {"title of 201 characters",
       [](auto& r) { r.mutable_process()->set_title(std::string(201, 't')); }, "FIELD_INVALID",
       "process.title"},
      {"no owner", [](auto& r) { r.mutable_process()->clear_owner(); }, "FIELD_INVALID",
       "process.owner"},
      {"purpose too long",
       [](auto& r) { r.mutable_process()->set_purpose(std::string(4001, 'p')); }, "FIELD_INVALID",
       "process.purpose"},
      {"negative target", [](auto& r) { r.mutable_process()->mutable_target()->set_days(-1); },
       "FIELD_INVALID", "process.target.days"},
      {"no tree", [](auto& r) { r.mutable_process()->clear_root(); }, "FIELD_INVALID",
       "process.root"},
      {"step without a role",
       [](auto& r) { r.mutable_process()->mutable_root()->mutable_step()->clear_role(); },
       "PROCESS_INVALID", "process.root.step.role"},
      {"node that is nothing", [](auto& r) { r.mutable_process()->mutable_root()->clear_step(); },
       "PROCESS_INVALID", "process.root"},
      {"id twice",
       [](auto& r) {
         *r.mutable_process()->mutable_root() = SequenceNode("all", {StepNode("a"), StepNode("a")});
       },
       "PROCESS_INVALID", "process.root.sequence.nodes[1].id"},
      {"request_id of 129 characters", [](auto& r) { r.set_request_id(std::string(129, 'r')); },
       "FIELD_INVALID", "request_id"},
  };
  TestCatalog catalog;
  for (const Row& row : rows) {
    v1::CreateProcessRequest request = CreateRequest();
    row.spoil(request);
    auto created = catalog.Create(request);
    EXPECT_EQ(ReasonText(created), row.reason) << row.name << ": " << created.status();
    EXPECT_THAT(base::FieldViolationsOf(created.status()),
                Contains(Field(&base::FieldViolation::field, row.field)))
        << row.name;
  }
  EXPECT_EQ(ReasonText(catalog.Get("deal-desk")), "RESOURCE_NOT_FOUND");
}

TEST(CreateTest, CountsCharactersNotBytes) {
  TestCatalog catalog;
  v1::CreateProcessRequest request = CreateRequest();
  std::string title;
  for (int i = 0; i < 200; ++i) title += "\xC3\xBC";  // ü
  request.mutable_process()->set_title(title);
  EXPECT_EQ(ReasonText(catalog.Create(request)), "OK");
}

TEST(CreateTest, TwiceIsRefusedAndRepeatedIsAnswered) {
  TestCatalog catalog;
  v1::CreateProcessRequest request = CreateRequest();
  for (int i = 0; i < 30; ++i)
    (*request.mutable_process()->mutable_labels())[absl::StrCat("label-", i)] = "x";
  request.set_request_id("first");
  auto created = catalog.Create(request);
  ASSERT_TRUE(created.ok()) << created.status();
  catalog.clock().Advance(absl::Hours(1));
  auto repeated = catalog.Create(request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *created));

  request.set_request_id("second");
  EXPECT_EQ(ReasonText(catalog.Create(request)), "RESOURCE_ALREADY_EXISTS");
  request.set_request_id("first");
  request.mutable_process()->set_title("Another");
  EXPECT_EQ(ReasonText(catalog.Create(request)), "REQUEST_ID_REUSED");
}

TEST(CreateTest, ValidateOnlyChangesNothing) {
  TestCatalog catalog;
  v1::CreateProcessRequest request = CreateRequest();
  request.set_request_id("once");
  request.set_validate_only(true);
  auto validated = catalog.Create(request);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->process().name(), "workspaces/acme/processes/deal-desk");
  EXPECT_EQ(ReasonText(catalog.Get("deal-desk")), "RESOURCE_NOT_FOUND");
  request.set_validate_only(false);
  EXPECT_EQ(ReasonText(catalog.Create(request)), "OK") << "the id of a validation is not used up";
  request.set_validate_only(true);
  EXPECT_EQ(ReasonText(catalog.Create(request)), "RESOURCE_ALREADY_EXISTS");
}

class UpdateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::CreateProcessRequest request = CreateRequest();
    request.mutable_process()->set_purpose("Approve discounts.");
    (*request.mutable_process()->mutable_labels())["region"] = "emea";
    auto created = catalog_.Create(request);
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
