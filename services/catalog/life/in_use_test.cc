// SPDX-License-Identifier: Apache-2.0
//
// Who is in the way of retiring a process or deleting a draft.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_retire.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::Process;

using InUseTest = RetireTest;

// "CALLER workspaces/acme/processes/desk@1: calls 'processes/legal'".
std::vector<std::string> Users(const absl::Status& status) {
  std::vector<std::string> users;
  auto payload = status.GetPayload("type.googleapis.com/google.rpc.PreconditionFailure");
  google::rpc::PreconditionFailure failure;
  if (payload.has_value()) failure.ParseFromString(std::string(*payload));
  for (const auto& v : failure.violations())
    users.push_back(absl::StrCat(v.type(), " ", v.subject(), ": ", v.description()));
  return users;
}

TEST_F(InUseTest, SaysWhoStillUsesAProcess) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("desk", Calling({"legal"}));
  catalog_.DefineAndPublish("renewal", Calling({"legal@1"}));
  catalog_.DefineAndPublish("renewal", Calling({}));  // revision 2 and the draft use it no more
  catalog_.Define("idea", Calling({"legal@latest"}));
  const absl::Status refused = Archive("legal").status();
  EXPECT_EQ(ReasonText(refused), "PROCESS_IN_USE");
  EXPECT_EQ(base::MetadataOf(refused, "user_count"), "3");
  EXPECT_THAT(Users(refused),
              ElementsAre("CALLER workspaces/acme/processes/desk: calls 'processes/legal'",
                          "CALLER workspaces/acme/processes/desk@1: calls 'processes/legal@1'",
                          "CALLER workspaces/acme/processes/idea: calls 'processes/legal@latest'"));
  EXPECT_EQ(catalog_.Get("legal")->state(), Process::STATE_DRAFT);

  Tag("renewal", "proven", 1);
  EXPECT_EQ(base::MetadataOf(Archive("legal").status(), "user_count"), "4")
      << "a tag keeps an old revision in use";
  ASSERT_EQ(ReasonText(Archive("renewal")), "OK");
  ASSERT_EQ(ReasonText(Archive("desk@1")), "OK");
  ASSERT_EQ(ReasonText(Delete("idea")), "OK");
  EXPECT_THAT(Users(Archive("legal").status()),
              ElementsAre("CALLER workspaces/acme/processes/desk: calls 'processes/legal'"));
  catalog_.Define("desk", Calling({}));
  EXPECT_EQ(ReasonText(Archive("legal")), "OK");
}

TEST_F(InUseTest, SaysWhoStillUsesARevision) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("desk", Calling({"legal@1"}));
  catalog_.Define("idea", Calling({"legal"}));
  catalog_.Define("other", Calling({"legal@stable"}));
  Tag("legal", "stable", 1);
  const std::vector<std::string> all = {
      "CALLER workspaces/acme/processes/desk: calls 'processes/legal@1'",
      "CALLER workspaces/acme/processes/desk@1: calls 'processes/legal@1'",
      "CALLER workspaces/acme/processes/idea: calls 'processes/legal'",
      "TAG workspaces/acme/processes/legal@stable: names 'processes/legal@1'"};
  EXPECT_THAT(Users(Archive("legal@1").status()), ::testing::ElementsAreArray(all))
      << "who names none has none left; who names the tag is its tag's";
  catalog_.DefineAndPublish("legal", ProcessOf("Again", StepNode("read")));
  EXPECT_THAT(Users(Archive("legal@1").status()), ElementsAre(all[0], all[1], all[3]))
      << "who names none gets the next";
  EXPECT_THAT(Users(Archive("legal@2").status()), IsEmpty()) << "revision 1 takes its place";
}

// renewal@1, which is in use, calls quote@1, and that legal@1; quote@2 calls it no more.
TEST_F(InUseTest, WhatIsCalledThroughOthersIsUsed) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("quote", Calling({"legal"}));
  catalog_.DefineAndPublish("offer", Calling({"quote"}));
  catalog_.DefineAndPublish("renewal", Calling({"offer"}));
  catalog_.DefineAndPublish("quote", Calling({}));
  catalog_.DefineAndPublish("offer", Calling({"quote"}));
  const std::string user = "CALLER workspaces/acme/processes/quote@1: calls 'processes/legal@1'";
  EXPECT_THAT(Users(Archive("legal").status()), ElementsAre(user));
  EXPECT_THAT(Users(Archive("legal@1").status()), ElementsAre(user));
  ASSERT_EQ(ReasonText(Archive("offer@1", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  ASSERT_EQ(ReasonText(Archive("quote", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  EXPECT_THAT(Users(Archive("legal").status()), ElementsAre(user))
      << "renewal@1 goes on with what it was published with";
  catalog_.DefineAndPublish("renewal", Calling({"offer"}));
  EXPECT_EQ(ReasonText(Archive("legal")), "OK") << "renewal@2 calls what does not call it";
}

TEST_F(InUseTest, WhatBecomesEffectiveAgainIsInUse) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("desk", Calling({"legal"}));
  catalog_.Define("desk", Calling({}));
  v1::PublishProcessRequest publish;
  publish.set_name(FullName("desk"));
  *publish.mutable_effective_until() = ToTimestamp(catalog_.clock().Now() + absl::Hours(24));
  ASSERT_EQ(ReasonText(catalog_.Publish(publish)), "OK");
  EXPECT_EQ(LatestOf("desk"), "2");
  const std::string user = "CALLER workspaces/acme/processes/desk@1: calls 'processes/legal@1'";
  EXPECT_THAT(Users(Archive("legal").status()), ElementsAre(user)) << "tomorrow it is chosen again";
  catalog_.clock().Advance(absl::Hours(24));
  EXPECT_EQ(LatestOf("desk"), "1");
  EXPECT_THAT(Users(Archive("legal").status()), ElementsAre(user));
  catalog_.DefineAndPublish("desk", ProcessOf("Third", StepNode("read")));
  EXPECT_EQ(ReasonText(Archive("legal")), "OK") << "never again";
}

TEST_F(InUseTest, TheOnlyChoiceOfALaterTimeIsNotRetired) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.Define("legal", ProcessOf("Second", StepNode("read")));
  v1::PublishProcessRequest publish;
  publish.set_name(FullName("legal"));
  *publish.mutable_effective_until() = ToTimestamp(catalog_.clock().Now() + absl::Hours(24));
  ASSERT_EQ(ReasonText(catalog_.Publish(publish)), "OK");
  catalog_.Define("idea", Calling({"legal"}));
  EXPECT_THAT(Users(Archive("legal@1").status()),
              ElementsAre("CALLER workspaces/acme/processes/idea: calls 'processes/legal'"));
  EXPECT_EQ(ReasonText(Archive("legal@2")), "OK") << "the first takes its place at once";
}

TEST_F(InUseTest, AllowedInUseItSaysSoInTheHistory) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("desk", Calling({"legal"}));
  ASSERT_EQ(ReasonText(Archive("legal", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  v1::ListProcessHistoryRequest request;
  request.set_name(FullName("legal"));
  auto history = catalog_.Call<v1::ListProcessHistoryResponse>("ListProcessHistory", request);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->entries().rbegin()->user_count(), 2);
}

TEST_F(InUseTest, OnlyAHundredUsersAreNamed) {
  catalog_.DefineAndPublish("legal", Calling({}));
  for (int i = 0; i < 120; ++i) catalog_.Define(absl::StrCat("idea-", i), Calling({"legal"}));
  const absl::Status refused = Archive("legal").status();
  EXPECT_EQ(base::MetadataOf(refused, "user_count"), "120");
  EXPECT_EQ(Users(refused).size(), 100);
}

TEST_F(InUseTest, DeletesWhatWasNeverPublished) {
  const Process draft = catalog_.Define("idea", Calling({}));
  EXPECT_EQ(ReasonText(Delete("idea", [](auto& r) { r.set_etag("0123456789abcdef"); })),
            "ETAG_MISMATCH");
  EXPECT_EQ(ReasonText(Delete("idea", [](auto& r) { r.set_validate_only(true); })), "OK");
  EXPECT_EQ(ReasonText(catalog_.Get("idea")), "OK");
  auto deleted = Delete("idea", [&](auto& r) { r.set_etag(draft.etag()); });
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_TRUE(MessageDifferencer::Equals(deleted->process(), draft));
  EXPECT_FALSE(catalog_.InMemory("idea"));
  EXPECT_EQ(ReasonText(catalog_.Get("idea")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Delete("idea")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(catalog_.Create("idea", Calling({}))), "OK") << "the name is free again";
  EXPECT_EQ(ReasonText(catalog_.Get("idea")), "OK");
}

TEST_F(InUseTest, DeletesNothingThatWasPublishedOrIsCalled) {
  catalog_.DefineAndPublish("legal", Calling({}));
  const absl::Status refused = Delete("legal").status();
  EXPECT_EQ(ReasonText(refused), "PROCESS_PUBLISHED");
  EXPECT_EQ(base::MetadataOf(refused, "revision"), "1");
  catalog_.Define("idea", Calling({}));
  catalog_.Define("other", Calling({"idea"}));
  EXPECT_EQ(ReasonText(Delete("idea")), "PROCESS_IN_USE");
  EXPECT_EQ(ReasonText(Delete("idea", [](auto& r) { r.set_allow_in_use(true); })), "OK");
}

TEST_F(InUseTest, ADraftCanBeArchivedInsteadOfDeleted) {
  catalog_.Define("idea", Calling({}));
  ASSERT_EQ(ReasonText(Archive("idea")), "OK");
  EXPECT_EQ(LatestOf("idea"), "RESOURCE_NOT_FOUND") << "there is nothing to be the latest";
}

}  // namespace
}  // namespace plumbline::catalog
