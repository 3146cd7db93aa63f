// SPDX-License-Identifier: Apache-2.0
//
// What lists and search read stays in step with what is stored, on both engines: through writes,
// through an upgrade, and while replicas of the release before still write.
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/processes/store_sql_index.h"
#include "services/catalog/search/store_sql.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/search/words.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

// Listing and searching a store.
class IndexTest : public StoreTest {
 protected:
  // The ids of the heads of acme that a filter selects: "a,b".
  std::string Listed(const std::string& filter, const std::string& order = "") {
    std::vector<expr::Problem> problems;
    const auto condition = expr::Compile(filter, ProcessSchema(), &problems);
    const auto terms = expr::ParseOrder(order, ProcessSchema(), &problems);
    EXPECT_TRUE(problems.empty()) << problems[0].message;
    const auto page = Read<listing::Page<v1::Process>>([&](Snapshot& snapshot) {
      return snapshot.ListHeads("acme", {*condition, *terms, "", 1000});
    });
    return Ids(page.rows);
  }
  std::string Found(const std::string& query) {
    auto page = NewSearchStore(*database_)
                    ->Search(context_, {"acme", *ToQueryWords(query), {.limit = 100}});
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<v1::Process> found;
    if (page.ok()) {
      for (const FoundProcess& one : page->rows) found.push_back(one.process);
    }
    return Ids(found);
  }
  static std::string Ids(const std::vector<v1::Process>& processes) {
    return absl::StrJoin(processes, ",", [](std::string* out, const v1::Process& process) {
      absl::StrAppend(out, process.name().substr(process.name().rfind('/') + 1));
    });
  }
  void Put(const std::string& id, const v1::Process& process, int64_t version) {
    const ProcessKey key{"acme", id};
    Head head{process, version};
    head.process.set_name(NameOf(key));
    ASSERT_TRUE(Write([&](Changes& changes) { return changes.PutHead(key, head); }).ok());
  }
  // As a release writes that knows no index.
  void PutAsBefore(const std::string& id, v1::Process process, int64_t version) {
    process.set_name(NameOf(ProcessKey{"acme", id}));
    const std::string body = process.SerializeAsString();
    const absl::Status status = database_->Write({}, [&](sql::Transaction& t) {
      return t
          .Execute(
              "INSERT INTO processes (workspace, process, version, summary, body) VALUES "
              "('acme', :process, :version, :body, :body) ON CONFLICT (workspace, process) DO "
              "UPDATE SET version = excluded.version, summary = excluded.summary, body = "
              "excluded.body",
              {{"process", id}, {"version", version}, {"body", sql::Bytes{body}}})
          .status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }
  int64_t Count(absl::string_view table) {
    int64_t count = -1;
    const absl::Status status = database_->Read({}, [&](sql::Transaction& t) -> absl::Status {
      ASSIGN_OR_RETURN(const sql::Rows rows, t.Query(absl::StrCat("SELECT COUNT(*) FROM ", table)));
      count = rows.Int(0, 0);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return count;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, IndexTest, ::testing::Values(kSqlite, "PostgreSQL"), EngineName);

v1::Process Labelled(absl::string_view title, absl::string_view team) {
  v1::Process process = ProcessOf(title, StepNode("work"));
  if (!team.empty()) (*process.mutable_labels())["team"] = std::string(team);
  return process;
}

TEST_P(IndexTest, FollowsWrites) {
  Put("a", Labelled("Quote", "desk"), 1);
  Put("b", Labelled("Contract", ""), 1);
  EXPECT_EQ(Listed("title = Quote"), "a");
  EXPECT_EQ(Listed("labels.team = desk"), "a");
  EXPECT_EQ(Found("quote"), "a");
  Put("a", Labelled("Proposal", "legal"), 2);
  EXPECT_EQ(Listed("title = Quote OR labels.team = desk"), "");
  EXPECT_EQ(Listed("title = Proposal labels.team = legal"), "a");
  EXPECT_EQ(Found("quote"), "");
  EXPECT_EQ(Found("proposal"), "a");
  Put("a", Labelled("Proposal", ""), 3);
  EXPECT_EQ(Listed("labels:*"), "");
  EXPECT_EQ(Found("legal"), "");
  EXPECT_EQ(Count("process_index"), 2);
  EXPECT_EQ(Count("process_words"), 2);
}

TEST_P(IndexTest, NothingRemainsOfAWriteThatFails) {
  Put("a", Labelled("Quote", "desk"), 1);
  const auto failed = Write([&](Changes& changes) -> absl::Status {
    Head head{Labelled("Lost", "lost"), 2};
    head.process.set_name("workspaces/acme/processes/a");
    RETURN_IF_ERROR(changes.PutHead({"acme", "a"}, head));
    return base::FieldError("x", "fails");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(Listed("title = Lost OR labels.team = lost"), "");
  EXPECT_EQ(Found("lost"), "");
  EXPECT_EQ(Found("quote desk"), "a");
}

TEST_P(IndexTest, GoesWithTheRowsThatAreDeleted) {
  Put("a", Labelled("Quote", "desk"), 1);
  ASSERT_TRUE(Write([&](Changes& changes) {
                v1::Process revision = RevisionOf({"acme", "a"}, 1);
                (*revision.mutable_labels())["team"] = "desk";
                return changes.AddRevision({"acme", "a"}, revision);
              }).ok());
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& t) -> absl::Status {
                            RETURN_IF_ERROR(t.Execute("DELETE FROM process_revisions").status());
                            return t.Execute("DELETE FROM processes").status();
                          })
                  .ok());
  for (const char* table : {"process_index", "process_labels", "revision_index", "revision_labels"})
    EXPECT_EQ(Count(table), 0) << table;
  EXPECT_EQ(Found("quote"), "");
  // Whatever number the next one gets, it has its own words only.
  Put("b", Labelled("Contract", ""), 1);
  EXPECT_EQ(Found("quote"), "");
  EXPECT_EQ(Found("contract"), "b");
}

TEST_P(IndexTest, CatchesUpWithWhatTheReleaseBeforeWrote) {
  Put("a", Labelled("Quote", "desk"), 1);
  PutAsBefore("a", Labelled("Proposal", "legal"), 2);
  for (int i = 0; i < 5; ++i) PutAsBefore(absl::StrCat("n", i), Labelled("New", ""), 1);
  EXPECT_EQ(Found("proposal"), "") << "not yet";
  EXPECT_EQ(*store_->IndexOld(context_, 4), 4);
  EXPECT_EQ(*store_->IndexOld(context_, 4), 2);
  EXPECT_EQ(*store_->IndexOld(context_, 4), 0);
  EXPECT_EQ(Found("proposal legal"), "a");
  EXPECT_EQ(Listed("title = Quote"), "");
  EXPECT_EQ(Listed("title = New"), "n0,n1,n2,n3,n4");
  PutAsBefore("a", Labelled("Offer", ""), 3);
  Put("a", Labelled("Tender", ""), 4);
  EXPECT_EQ(*store_->IndexOld(context_, 4), 0) << "a write of this release brings it up to date";
  EXPECT_EQ(Listed("title = Tender"), "a");
}

// As a development version left it, in which words of attributes were not found.
TEST_P(IndexTest, FindsWordsOfAttributesOfWhatWasWrittenBefore) {
  v1::Process process = Labelled("Quote", "");
  Put("plain", process, 1);
  v1::Attribute* attribute = process.add_attributes();
  attribute->set_id("deal_value");
  attribute->set_title("Worth");
  attribute->set_description("Net of discounts.");
  Put("a", process, 1);
  for (const char* query : {"deal", "worth", "discount"}) EXPECT_EQ(Found(query), "a") << query;
  EXPECT_EQ(*store_->IndexOld(context_, 100), 0);

  const absl::Status forgotten = database_->Write({}, [&](sql::Transaction& t) -> absl::Status {
    const std::string words = EncodeWords("acme", WordsOf(Labelled("Quote", "")));
    RETURN_IF_ERROR(
        t.Execute("UPDATE process_words SET words = {words :words}", {{"words", words}}).status());
    RETURN_IF_ERROR(t.Execute("UPDATE process_index SET digest = 'before'").status());
    return t.Execute(kAttributeWordsSchema).status();
  });
  ASSERT_TRUE(forgotten.ok()) << forgotten;
  EXPECT_EQ(Found("worth"), "");
  EXPECT_EQ(*store_->IndexOld(context_, 100), 2);
  EXPECT_EQ(Found("worth"), "a");
  EXPECT_EQ(Found("quote"), "a,plain");
}

// A database without the index at all.
class UpgradeToIndexTest : public EngineTest {};
INSTANTIATE_TEST_SUITE_P(Engines, UpgradeToIndexTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

constexpr char kSchemaBefore[] = R"(
CREATE TABLE processes (
  workspace TEXT NOT NULL, process TEXT NOT NULL, version BIGINT NOT NULL,
  summary {bytes} NOT NULL, body {bytes} NOT NULL, PRIMARY KEY (workspace, process)
);
CREATE TABLE process_revisions (
  workspace TEXT NOT NULL, process TEXT NOT NULL, revision BIGINT NOT NULL,
  summary {bytes} NOT NULL, body {bytes} NOT NULL, PRIMARY KEY (workspace, process, revision)
);
CREATE TABLE catalog_identity (one BIGINT NOT NULL PRIMARY KEY, identity TEXT NOT NULL))";

TEST_P(UpgradeToIndexTest, OpeningFillsIt) {
  constexpr int kProcesses = 450;  // more than one transaction takes
  const std::array<sql::Migration, 2> before = {{{1, sql::kRequestsSchema}, {2, kSchemaBefore}}};
  ASSERT_TRUE(sql::Migrate(*database_, before).ok());
  const absl::Status filled = database_->Write({}, [&](sql::Transaction& t) -> absl::Status {
    for (int i = 0; i < kProcesses; ++i) {
      const ProcessKey key{i % 2 == 0 ? "acme" : "beta", absl::StrCat("p", i)};
      v1::Process process = Labelled(absl::StrCat("Number ", i), "desk");
      process.set_name(NameOf(key, 1));
      process.set_revision(1);
      const std::string body = process.SerializeAsString();
      const std::vector<sql::Param> params = {
          {"workspace", key.workspace}, {"process", key.process}, {"body", sql::Bytes{body}}};
      RETURN_IF_ERROR(
          t.Execute("INSERT INTO processes (workspace, process, version, summary, body) "
                    "VALUES (:workspace, :process, 1, :body, :body)",
                    params)
              .status());
      RETURN_IF_ERROR(
          t.Execute("INSERT INTO process_revisions (workspace, process, revision, summary, body) "
                    "VALUES (:workspace, :process, 1, :body, :body)",
                    params)
              .status());
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(filled.ok()) << filled;
  auto store = OpenStore(*database_);
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::Status read = (*store)->Read({}, [&](Snapshot& snapshot) -> absl::Status {
    std::vector<expr::Problem> problems;
    const auto filter = expr::Compile("labels.team = desk", ProcessSchema(), &problems);
    ASSIGN_OR_RETURN(const auto heads, snapshot.ListHeads("acme", {*filter, {}, "", 1000}));
    EXPECT_EQ(heads.rows.size(), 225u);
    const auto revisions = expr::Compile("title:number labels:team", RevisionSchema(), &problems);
    ASSIGN_OR_RETURN(const auto listed,
                     snapshot.ListRevisions({"beta", "p9"}, {*revisions, {}, "", 1000}));
    EXPECT_EQ(listed.rows.size(), 1u);
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  auto found = NewSearchStore(*database_)->Search({}, {"beta", {"number", "7"}, {.limit = 100}});
  ASSERT_TRUE(found.ok()) << found.status();
  std::vector<std::string> titles;
  for (const FoundProcess& one : found->rows) titles.push_back(one.process.title());
  EXPECT_THAT(titles, ::testing::ElementsAre("Number 7", "Number 71", "Number 73", "Number 75",
                                             "Number 77", "Number 79"))
      << "the word itself first, then those that begin with it, of this workspace";
}

}  // namespace
}  // namespace plumbline::catalog
