// SPDX-License-Identifier: Apache-2.0
//
// CreateProcess over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

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

TEST(CreateTest, RefusesAProcessThatCallsItself) {
  TestCatalog catalog;
  for (const bool validate_only : {true, false}) {
    for (const char* called : {"deal-desk", "deal-desk@1"}) {
      v1::CreateProcessRequest request = CreateRequest();
      *request.mutable_process() = Calling({"legal", called});
      request.set_validate_only(validate_only);
      auto created = catalog.Create(request);
      EXPECT_EQ(ReasonText(created), "PROCESS_CYCLE") << called;
      EXPECT_EQ(base::MetadataOf(created.status(), "chain"), "deal-desk -> deal-desk") << called;
    }
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

}  // namespace
}  // namespace plumbline::catalog
