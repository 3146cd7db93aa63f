// SPDX-License-Identifier: Apache-2.0
//
// GetProcess, ListProcesses and ListProcessRevisions over the in-process channel.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

absl::StatusOr<v1::ListProcessesResponse> List(TestCatalog& catalog, absl::string_view parent,
                                               int page_size, absl::string_view token = "") {
  v1::ListProcessesRequest request;
  request.set_parent(std::string(parent));
  request.set_page_size(page_size);
  request.set_page_token(std::string(token));
  return catalog.Call<v1::ListProcessesResponse>("ListProcesses", request);
}

absl::StatusOr<v1::ListProcessRevisionsResponse> ListRevisions(TestCatalog& catalog,
                                                               absl::string_view name,
                                                               int page_size,
                                                               absl::string_view token = "") {
  v1::ListProcessRevisionsRequest request;
  request.set_name(std::string(name));
  request.set_page_size(page_size);
  request.set_page_token(std::string(token));
  return catalog.Call<v1::ListProcessRevisionsResponse>("ListProcessRevisions", request);
}

TEST(GetTest, RefusesWhatIsNotThere) {
  TestCatalog catalog;
  ASSERT_EQ(ReasonText(catalog.Create("draft-only", Calling({}))), "OK");
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", Calling({}))), "OK");
  ASSERT_EQ(ReasonText(catalog.Publish("deal-desk")), "OK");
  struct Row {
    std::string name, reason;
  };
  for (const Row& row : std::vector<Row>{
           {"workspaces/acme/processes/nowhere", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/nowhere@1", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/draft-only@1", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/draft-only@latest", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/deal-desk@2", "RESOURCE_NOT_FOUND"},
           {"workspaces/beta/processes/deal-desk", "RESOURCE_NOT_FOUND"},
           {"workspaces/beta/processes/deal-desk@1", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/deal-desk@0", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@01", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@-1", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@newest", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/nowhere@newest", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/processes/deal-desk@Newest", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@newest@1", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@99999999999999999999", "FIELD_INVALID"},
           {"workspaces/acme/processes/deal-desk@1@1", "FIELD_INVALID"},
           {"processes/deal-desk", "FIELD_INVALID"},
           {"", "FIELD_INVALID"}}) {
    v1::GetProcessRequest request;
    request.set_name(row.name);
    // Twice: neither the way through the store nor the one through memory may answer.
    EXPECT_EQ(ReasonText(catalog.Get(request)), row.reason) << row.name;
    EXPECT_EQ(ReasonText(catalog.Get(request)), row.reason) << row.name;
  }
  v1::GetProcessRequest request;
  request.set_name("workspaces/acme/processes/deal-desk");
  for (const std::string token : {"7", "p", "p-1", "p07", "px", "P7"}) {
    request.set_min_freshness(token);
    EXPECT_EQ(ReasonText(catalog.Get(request)), "FIELD_INVALID") << token;
  }
}

TEST(GetTest, AnswersFromMemoryWhatTheStoreHolds) {
  TestCatalog catalog;
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", Calling({}))), "OK");
  EXPECT_TRUE(catalog.InMemory("deal-desk")) << "a write leaves the head in memory";
  EXPECT_FALSE(catalog.InMemory("deal-desk@1"));
  auto published = catalog.Publish("deal-desk");
  ASSERT_TRUE(published.ok()) << published.status();
  for (const std::string id : {"deal-desk", "deal-desk@1", "deal-desk@latest"}) {
    EXPECT_TRUE(catalog.InMemory(id)) << id;
    EXPECT_TRUE(catalog.InMemory(id, published->freshness_token())) << id;
  }
  EXPECT_EQ(catalog.Get("deal-desk")->latest_revision(), 1);
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog.Get("deal-desk@latest"), published->process()));
}

TEST(GetTest, LosingTheCacheCostsNothingButTime) {
  TestCatalog catalog;
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", Calling({}))), "OK");
  auto published = catalog.Publish("deal-desk");
  ASSERT_TRUE(published.ok()) << published.status();
  catalog.LoseCache();
  EXPECT_FALSE(catalog.InMemory("deal-desk@1"));
  EXPECT_FALSE(catalog.InMemory("deal-desk@latest"));
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog.Get("deal-desk@latest"), published->process()));
  EXPECT_TRUE(catalog.InMemory("deal-desk@1")) << "read once, it is kept again";
  EXPECT_TRUE(MessageDifferencer::Equals(*catalog.Get("deal-desk@1"), published->process()));
}

TEST(GetTest, TwoCatalogsThatShareACacheAreNotMixedUp) {
  auto cache = std::make_shared<TestCatalog::ClearableCache>();
  TestCatalog one(cache);
  TestCatalog two(cache);
  ASSERT_EQ(ReasonText(one.Create("deal-desk", ProcessOf("Of one", StepNode("work")))), "OK");
  ASSERT_EQ(ReasonText(two.Create("deal-desk", ProcessOf("Of two", StepNode("work")))), "OK");
  ASSERT_EQ(ReasonText(one.Publish("deal-desk")), "OK");
  EXPECT_EQ(ReasonText(two.Get("deal-desk@1")), "RESOURCE_NOT_FOUND");
  ASSERT_EQ(ReasonText(two.Publish("deal-desk")), "OK");
  EXPECT_EQ(one.Get("deal-desk@1")->title(), "Of one");
  EXPECT_EQ(two.Get("deal-desk@1")->title(), "Of two");
}

TEST(GetTest, AFreshReplicaFindsHeadsInTheStore) {
  auto database = sql::Open("sqlite::memory:", {.schema = "catalog"});
  ASSERT_TRUE(database.ok()) << database.status();
  v1::Process written;
  {
    TestCatalog before(**database);
    auto created = before.Create("deal-desk", Calling({}));
    ASSERT_TRUE(created.ok()) << created.status();
    written = created->process();
  }
  TestCatalog after(**database);
  EXPECT_FALSE(after.InMemory("deal-desk"));
  EXPECT_TRUE(MessageDifferencer::Equals(*after.Get("deal-desk"), written));
  EXPECT_TRUE(after.InMemory("deal-desk"));
}

TEST(GetTest, WorkspacesDoNotSeeEachOther) {
  TestCatalog catalog;
  for (const std::string workspace : {"acme", "beta"}) {
    v1::CreateProcessRequest request;
    request.set_parent("workspaces/" + workspace);
    request.set_process_id("deal-desk");
    request.set_request_id("same-id-in-both");
    *request.mutable_process() = ProcessOf("Of " + workspace, StepNode("work"));
    ASSERT_EQ(ReasonText(catalog.Create(request)), "OK") << workspace;
  }
  ASSERT_EQ(ReasonText(catalog.Create("only-acme", Calling({}))), "OK");
  EXPECT_EQ(catalog.Get("deal-desk")->title(), "Of acme");
  v1::GetProcessRequest request;
  request.set_name("workspaces/beta/processes/deal-desk");
  EXPECT_EQ(catalog.Get(request)->process().title(), "Of beta");
  auto listed = List(catalog, "workspaces/beta", 0);
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->processes_size(), 1);
  EXPECT_EQ(listed->processes(0).title(), "Of beta");
  // A call stays within its workspace.
  ASSERT_EQ(ReasonText(catalog.Publish("only-acme")), "OK");
  v1::CreateProcessRequest caller;
  caller.set_parent("workspaces/beta");
  caller.set_process_id("caller");
  *caller.mutable_process() = Calling({"only-acme"});
  ASSERT_EQ(ReasonText(catalog.Create(caller)), "OK");
  v1::PublishProcessRequest publish;
  publish.set_name("workspaces/beta/processes/caller");
  EXPECT_EQ(ReasonText(catalog.Publish(publish)), "RESOURCE_NOT_FOUND");
}

TEST(ListTest, PagesOverAllProcessesByName) {
  TestCatalog catalog;
  constexpr int kProcesses = 2500;
  for (int i = 0; i < kProcesses; ++i) {
    ASSERT_EQ(ReasonText(catalog.Create(absl::StrCat("p", i), Calling({}))), "OK");
  }
  std::vector<std::string> names;
  std::string token;
  int pages = 0;
  do {
    auto page = List(catalog, "workspaces/acme", 5000, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->processes_size(), 1000) << "larger sizes are lowered";
    for (const v1::Process& process : page->processes()) {
      names.push_back(process.name());
      EXPECT_FALSE(process.has_root());
      EXPECT_FALSE(process.etag().empty());
    }
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(names.size(), kProcesses);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), kProcesses);
  EXPECT_EQ(List(catalog, "workspaces/acme", 0)->processes_size(), 50) << "the default";
}

TEST(ListTest, TheLastFullPageHasNoToken) {
  TestCatalog catalog;
  for (const std::string id : {"a", "b", "c", "d"}) {
    ASSERT_EQ(ReasonText(catalog.Create(id, Calling({}))), "OK");
  }
  auto first = List(catalog, "workspaces/acme", 2);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_FALSE(first->next_page_token().empty());
  // A process that appears before the place of the token does not move the page.
  ASSERT_EQ(ReasonText(catalog.Create("aa", Calling({}))), "OK");
  auto second = List(catalog, "workspaces/acme", 2, first->next_page_token());
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->processes_size(), 2);
  EXPECT_EQ(second->processes(0).name(), "workspaces/acme/processes/c");
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(List(catalog, "workspaces/empty", 2)->processes_size(), 0);
}

TEST(ListTest, RefusesWhatIsWrong) {
  TestCatalog catalog;
  for (const std::string id : {"a", "b"})
    ASSERT_EQ(ReasonText(catalog.Create(id, Calling({}))), "OK");
  const std::string token = List(catalog, "workspaces/acme", 1)->next_page_token();
  EXPECT_EQ(ReasonText(List(catalog, "workspaces/beta", 1, token)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonText(List(catalog, "workspaces/acme", 1, "AAAA")), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonText(List(catalog, "workspaces/acme", -1)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(List(catalog, "acme", 1)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(ListRevisions(catalog, "workspaces/acme/processes/a", 1, token)),
            "PAGE_TOKEN_INVALID");
}

TEST(ListRevisionsTest, LatestFirst) {
  TestCatalog catalog;
  ASSERT_EQ(ReasonText(catalog.Create("deal-desk", Calling({}))), "OK");
  const std::string name = "workspaces/acme/processes/deal-desk";
  EXPECT_EQ(ListRevisions(catalog, name, 0)->processes_size(), 0);
  for (int i = 1; i <= 12; ++i) {
    v1::UpdateProcessRequest update;
    *update.mutable_process() = ProcessOf(absl::StrCat("Version ", i), StepNode("work"));
    update.mutable_process()->set_name(name);
    ASSERT_EQ(ReasonText(catalog.Update(update)), "OK");
    ASSERT_EQ(ReasonText(catalog.Publish("deal-desk")), "OK");
  }
  std::vector<int64_t> revisions;
  std::string token;
  do {
    auto page = ListRevisions(catalog, name, 5, token);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Process& process : page->processes()) {
      revisions.push_back(process.revision());
      EXPECT_EQ(process.name(), absl::StrCat(name, "@", process.revision()));
      EXPECT_EQ(process.title(), absl::StrCat("Version ", process.revision()));
      EXPECT_FALSE(process.has_root());
    }
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_THAT(revisions, ElementsAre(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
  EXPECT_EQ(ReasonText(ListRevisions(catalog, "workspaces/acme/processes/nowhere", 0)),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(ListRevisions(catalog, name + "@1", 0)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(ListRevisions(catalog, name, -5)), "FIELD_INVALID");
}

TEST(AppTest, ForgetsOldRequestsOnly) {
  TestCatalog catalog;
  v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id("deal-desk");
  request.set_request_id("c1");
  *request.mutable_process() = Calling({});
  ASSERT_EQ(ReasonText(catalog.Create(request)), "OK");
  catalog.clock().Advance(absl::Hours(24 * 7) - absl::Seconds(1));
  EXPECT_EQ(*catalog.app().RunOnce(), 0);
  EXPECT_EQ(ReasonText(catalog.Create(request)), "OK") << "still remembered";
  catalog.clock().Advance(absl::Hours(1));
  EXPECT_EQ(*catalog.app().RunOnce(), 1);
  EXPECT_EQ(ReasonText(catalog.Create(request)), "RESOURCE_ALREADY_EXISTS") << "forgotten";
}

TEST(AppTest, StopCancelsWhatTheBackgroundIsAt) {
  TestCatalog catalog;
  catalog.app().Start();
  catalog.app().Stop();
  EXPECT_EQ(ReasonText(catalog.app().RunOnce()), "CANCELLED");
}

TEST(AppTest, StartsAndStopsItsLoop) {
  TestCatalog catalog;
  catalog.app().Start();
  catalog.app().Stop();
  catalog.app().Stop();
}

}  // namespace
}  // namespace plumbline::catalog
