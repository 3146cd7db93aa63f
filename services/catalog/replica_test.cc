// SPDX-License-Identifier: Apache-2.0
//
// Replicas that share one database: what each sees of the other's writes, and writes that meet.
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/catalog/testing.h"
#include "tests/support/postgres_server.h"

namespace plumbline::catalog {
namespace {

// Two replicas of the catalog over one PostgreSQL.
class ReplicaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = plumbline::testing::PostgresServer::Start();
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    for (std::unique_ptr<sql::Database>* database : {&database_, &other_}) {
      auto opened = sql::Open(server_->url(), {.connections = 4, .schema = "catalog"});
      ASSERT_TRUE(opened.ok()) << opened.status();
      *database = *std::move(opened);
    }
  }

  std::unique_ptr<plumbline::testing::PostgresServer> server_;
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
