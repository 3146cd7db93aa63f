// SPDX-License-Identifier: Apache-2.0
//
// Replicas that share one database: what each sees of the other's writes, and writes that meet.
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

// Two replicas of the catalog over one PostgreSQL.
class ReplicaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    static int schemas = 0;
    const std::string schema = absl::StrCat("replicas_", ++schemas);
    for (std::unique_ptr<sql::Database>* database : {&database_, &other_}) {
      auto opened = sql::Open(Postgres::Url(), {.connections = 4, .schema = schema});
      ASSERT_TRUE(opened.ok()) << opened.status();
      *database = *std::move(opened);
    }
  }

  std::unique_ptr<sql::Database> database_, other_;
};

v1::UpdateProcessRequest Rename(const v1::Process& process, absl::string_view title) {
  v1::UpdateProcessRequest request;
  *request.mutable_process() = process;
  request.mutable_process()->set_title(std::string(title));
  return request;
}

TEST_F(ReplicaTest, ReadsTheOthersWritesByTokenAtOnceAndWithoutInASecond) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  auto created = one.Create("deal-desk", Calling({}));
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_EQ(two.Get("deal-desk")->title(), created->process().title());
  EXPECT_TRUE(two.InMemory("deal-desk"));

  auto updated = one.Update(Rename(created->process(), "Renamed"));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(two.Get("deal-desk")->title(), created->process().title())
      << "within the bound it may be older";
  EXPECT_FALSE(two.InMemory("deal-desk", updated->freshness_token()));
  v1::GetProcessRequest get;
  get.set_name(created->process().name());
  get.set_min_freshness(updated->freshness_token());
  EXPECT_EQ(two.Get(get)->process().title(), "Renamed");
  EXPECT_TRUE(two.InMemory("deal-desk", updated->freshness_token())) << "now it holds that write";

  auto again = one.Update(Rename(created->process(), "Again"));
  EXPECT_EQ(ReasonText(again), "ETAG_MISMATCH");
  ASSERT_EQ(ReasonText(one.Update(Rename(updated->process(), "Once more"))), "OK");
  EXPECT_EQ(two.Get("deal-desk")->title(), "Renamed");
  EXPECT_FALSE(two.InMemory("deal-desk", "now"));
  get.set_min_freshness("now");
  EXPECT_EQ(two.Get(get)->process().title(), "Once more");
  ASSERT_EQ(ReasonText(one.Publish("deal-desk")), "OK");
  two.clock().Advance(absl::Seconds(1) + absl::Milliseconds(1));
  EXPECT_EQ(two.Get("deal-desk")->latest_revision(), 1);
}

// Tags, states and periods are the head's: within its bound they may be older, with a token or
// "now" never.
TEST_F(ReplicaTest, SeesTagsAndStatesAsItSeesHeads) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  one.DefineAndPublish("legal", ProcessOf("Legal 1", StepNode("read")));
  one.DefineAndPublish("legal", ProcessOf("Legal 2", StepNode("read")));
  const auto set_tag = [&](int64_t revision, int64_t expected) {
    v1::SetTagRequest request;
    request.set_name("workspaces/acme/processes/legal");
    request.set_tag("stable");
    request.set_revision(revision);
    request.set_expected_revision(expected);
    auto response = one.Call<v1::SetTagResponse>("SetTag", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response->freshness_token();
  };
  const auto get = [&](absl::string_view selector, absl::string_view min_freshness = "") {
    v1::GetProcessRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/legal@", selector));
    request.set_min_freshness(std::string(min_freshness));
    auto response = two.Get(request);
    return response.ok() ? absl::StrCat(response->process().revision(), " ",
                                        v1::Process::State_Name(response->process().state()))
                         : ReasonText(response);
  };
  EXPECT_EQ(get("latest"), "2 STATE_PUBLISHED");
  set_tag(1, 0);
  EXPECT_EQ(get("stable"), "1 STATE_PUBLISHED")
      << "that something is not there is never said by a memory that may be behind";
  EXPECT_TRUE(two.InMemory("legal@stable"));
  const std::string moved = set_tag(2, 1);
  EXPECT_EQ(get("stable"), "1 STATE_PUBLISHED") << "within the bound it may be older";
  EXPECT_FALSE(two.InMemory("legal@stable", moved));
  EXPECT_EQ(get("stable", moved), "2 STATE_PUBLISHED");

  v1::ArchiveProcessRequest archive;
  archive.set_name("workspaces/acme/processes/legal@2");
  archive.set_allow_in_use(true);
  ASSERT_EQ(ReasonText(one.Call<v1::ArchiveProcessResponse>("ArchiveProcess", archive)), "OK");
  EXPECT_EQ(get("2"), "2 STATE_PUBLISHED") << "a revision has what its head says of it";
  EXPECT_EQ(get("2", "now"), "2 STATE_ARCHIVED");
  EXPECT_EQ(get("2"), "2 STATE_ARCHIVED");
  EXPECT_EQ(get("latest"), "1 STATE_PUBLISHED");

  one.DefineAndPublish("legal", ProcessOf("Legal 3", StepNode("read")));
  EXPECT_EQ(get("3"), "3 STATE_PUBLISHED") << "a new revision is there at once";
  v1::DeprecateProcessRequest deprecate;
  deprecate.set_name("workspaces/acme/processes/legal");
  ASSERT_EQ(ReasonText(one.Call<v1::DeprecateProcessResponse>("DeprecateProcess", deprecate)),
            "OK");
  two.clock().Advance(absl::Seconds(1) + absl::Milliseconds(1));
  EXPECT_FALSE(two.InMemory("legal@3"));
  EXPECT_EQ(get("3"), "3 STATE_DEPRECATED");
  EXPECT_TRUE(two.InMemory("legal@3"));
}

TEST_F(ReplicaTest, OfTwoWhoMoveATagOneIsRefused) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  for (int i = 1; i <= 3; ++i)
    one.DefineAndPublish("legal", ProcessOf(absl::StrCat("Legal ", i), StepNode("read")));
  const auto move = [](TestCatalog& catalog, int64_t revision, int64_t expected) {
    v1::SetTagRequest request;
    request.set_name("workspaces/acme/processes/legal");
    request.set_tag("stable");
    request.set_revision(revision);
    request.set_expected_revision(expected);
    return ReasonText(catalog.Call<v1::SetTagResponse>("SetTag", request));
  };
  ASSERT_EQ(move(one, 1, 0), "OK");
  int64_t at = 1;
  for (int round = 0; round < 10; ++round) {
    const int64_t left_goal = at % 3 + 1;
    const int64_t right_goal = left_goal % 3 + 1;
    std::string left, right;
    std::thread thread([&] { left = move(one, left_goal, at); });
    right = move(two, right_goal, at);
    thread.join();
    EXPECT_TRUE((left == "OK" && right == "TAG_MISMATCH") ||
                (left == "TAG_MISMATCH" && right == "OK"))
        << left << ", " << right;
    at = left == "OK" ? left_goal : right_goal;
  }
}

TEST_F(ReplicaTest, OfADeletionAndAPublicationOneIsRefused) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  for (int round = 0; round < 5; ++round) {
    const std::string id = absl::StrCat("idea-", round);
    one.Define(id, Calling({}));
    v1::DeleteProcessRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", id));
    std::string left, right;
    std::thread thread(
        [&] { left = ReasonText(one.Call<v1::DeleteProcessResponse>("DeleteProcess", request)); });
    right = ReasonText(two.Publish(id));
    thread.join();
    EXPECT_TRUE((left == "OK" && right == "RESOURCE_NOT_FOUND") ||
                (left == "PROCESS_PUBLISHED" && right == "OK"))
        << left << ", " << right;
  }
}

// Questions about composition see every write of every replica at once, without a token.
TEST_F(ReplicaTest, ImpactSeesTheOthersWritesAtOnce) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  v1::Node step = StepNode("work");
  step.mutable_step()->add_utilities("crm");
  v1::AnalyzeImpactRequest request;
  request.set_name("workspaces/acme/utilities/crm");
  for (int round = 1; round <= 10; ++round) {
    TestCatalog& writer = round % 2 == 0 ? one : two;
    TestCatalog& other = round % 2 == 0 ? two : one;
    const std::string id = absl::StrCat("p", round);
    ASSERT_EQ(ReasonText(writer.Create(id, ProcessOf("Uses it", step))), "OK");
    ASSERT_EQ(ReasonText(writer.Publish(id)), "OK");
    auto impact = other.CallUtilities<v1::AnalyzeImpactResponse>("AnalyzeImpact", request);
    ASSERT_TRUE(impact.ok()) << impact.status();
    EXPECT_EQ(impact->process_count(), round);
  }
}

TEST_F(ReplicaTest, OfTwoWithTheSameEtagOneIsAborted) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  auto created = one.Create("deal-desk", Calling({}));
  ASSERT_TRUE(created.ok()) << created.status();
  v1::Process head = created->process();
  for (int round = 0; round < 10; ++round) {
    std::string left, right;
    std::thread thread(
        [&] { left = ReasonText(one.Update(Rename(head, absl::StrCat("Left ", round)))); });
    right = ReasonText(two.Update(Rename(head, absl::StrCat("Right ", round))));
    thread.join();
    EXPECT_TRUE((left == "OK" && right == "ETAG_MISMATCH") ||
                (left == "ETAG_MISMATCH" && right == "OK"))
        << left << ", " << right;
    one.clock().Advance(absl::Seconds(2));
    head = *one.Get("deal-desk");
  }
}

TEST_F(ReplicaTest, OfTwoThatCloseACycleOneIsRefused) {
  TestCatalog one(*database_);
  TestCatalog two(*other_);
  for (int round = 0; round < 5; ++round) {
    const std::string a = absl::StrCat("a", round);
    const std::string b = absl::StrCat("b", round);
    for (const std::string& id : {a, b}) {
      ASSERT_EQ(ReasonText(one.Create(id, Calling({}))), "OK");
      ASSERT_EQ(ReasonText(one.Publish(id)), "OK");
      v1::Process calling = Calling({id == a ? b : a});
      calling.set_name(absl::StrCat("workspaces/acme/processes/", id));
      v1::UpdateProcessRequest update;
      *update.mutable_process() = calling;
      ASSERT_EQ(ReasonText(one.Update(update)), "OK");
    }
    std::string left, right;
    std::thread thread([&] { left = ReasonText(one.Publish(a)); });
    right = ReasonText(two.Publish(b));
    thread.join();
    EXPECT_TRUE((left == "OK" && right == "PROCESS_CYCLE") ||
                (left == "PROCESS_CYCLE" && right == "OK"))
        << left << ", " << right;
  }
}

}  // namespace
}  // namespace plumbline::catalog
