// SPDX-License-Identifier: Apache-2.0
//
// Lists filter by states that follow from heads, on both engines: through writes, through deletion,
// and while replicas of a release that knows no retirement still write.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/expr/check.h"
#include "gtest/gtest.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/search/store_sql.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

class StatesTest : public StoreTest {
 protected:
  static listing::Query QueryOf(const std::string& filter, const expr::Schema& schema) {
    std::vector<expr::Problem> problems;
    const auto condition = expr::Compile(filter, schema, &problems);
    EXPECT_TRUE(problems.empty()) << problems[0].message;
    return {*condition, {}, "", 1000};
  }
  std::string Heads(const std::string& state) {
    const auto page = Read<listing::Page<v1::Process>>([&](Snapshot& snapshot) {
      return snapshot.ListHeads("acme", QueryOf(absl::StrCat("state = ", state), ProcessSchema()));
    });
    return absl::StrJoin(page.rows, ",", [](std::string* out, const v1::Process& process) {
      absl::StrAppend(out, process.title());
    });
  }
  std::string Revisions(const std::string& state) {
    const auto page = Read<listing::Page<v1::Process>>([&](Snapshot& snapshot) {
      return snapshot.ListRevisions(kKey,
                                    QueryOf(absl::StrCat("state = ", state), RevisionSchema()));
    });
    return absl::StrJoin(page.rows, ",", [](std::string* out, const v1::Process& process) {
      absl::StrAppend(out, process.revision());
    });
  }
  void Put(const Head& head) {
    ASSERT_TRUE(Write([&](Changes& changes) { return changes.PutHead(kKey, head); }).ok());
  }
  void PutRevision(int64_t revision) {
    ASSERT_TRUE(Write([&](Changes& changes) {
                  v1::Process process = RevisionOf(kKey, revision);
                  process.set_state(v1::Process::STATE_PUBLISHED);
                  return changes.AddRevision(kKey, process);
                }).ok());
  }
  void Execute(absl::string_view statement, std::initializer_list<sql::Param> params = {}) {
    const absl::Status status = database_->Write({}, [&](sql::Transaction& transaction) {
      return transaction.Execute(statement, params).status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }
  Head Published(int64_t version, int64_t latest) {
    Head head = HeadOf(kKey, version, "Deal desk");
    head.process.set_latest_revision(latest);
    return head;
  }
};

TEST_P(StatesTest, FollowTheHead) {
  PutRevision(1);
  PutRevision(2);
  Head head = Published(1, 2);
  Put(head);
  EXPECT_EQ(Revisions("PUBLISHED"), "2,1");
  ChangeLife(head.process, 1).mutable_retirement()->set_kind(v1::Retirement::KIND_ARCHIVED);
  ++head.version;
  Put(head);
  EXPECT_EQ(Heads("DRAFT"), "Deal desk");
  EXPECT_EQ(Revisions("ARCHIVED"), "1");
  EXPECT_EQ(Revisions("PUBLISHED"), "2");
  head.process.mutable_retirement()->set_kind(v1::Retirement::KIND_DEPRECATED);
  ++head.version;
  Put(head);
  EXPECT_EQ(Heads("DEPRECATED"), "Deal desk") << "whatever state the message has";
  EXPECT_EQ(Revisions("ARCHIVED"), "1");
  EXPECT_EQ(Revisions("DEPRECATED"), "2");
  head.process.clear_retirement();
  head.process.clear_revision_lives();
  ++head.version;
  Put(head);
  EXPECT_EQ(Heads("DRAFT"), "Deal desk");
  EXPECT_EQ(Revisions("PUBLISHED"), "2,1");
}

TEST_P(StatesTest, ADeletedHeadIsNeitherListedNorFound) {
  Put(Published(1, 0));
  ASSERT_TRUE(Write([](Changes& changes) { return changes.life_changes().DeleteHead(kKey); }).ok());
  EXPECT_EQ(Heads("DRAFT"), "");
  const auto found =
      NewSearchStore(*database_)->Search(context_, {"acme", {"deal"}, {.limit = 10}});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_TRUE(found->rows.empty());
  Put(Published(1, 0));
  EXPECT_EQ(Heads("DRAFT"), "Deal desk") << "and can be made anew";
}

// A release with lists but without retirement: every head is a draft, every revision published.
TEST_P(StatesTest, AreMendedAfterAReleaseThatKnowsNoRetirement) {
  PutRevision(1);
  Head head = Published(1, 1);
  head.process.mutable_retirement()->set_kind(v1::Retirement::KIND_DEPRECATED);
  Put(head);
  PutRevision(2);
  head.process.set_latest_revision(2);
  const std::string body = head.process.SerializeAsString();
  Execute("UPDATE processes SET body = :body, summary = :body, version = 2, indexed = 2",
          {{"body", sql::Bytes{body}}});
  Execute("UPDATE process_index SET state = 'STATE_DRAFT', latest_revision = 2");
  EXPECT_EQ(Heads("DEPRECATED"), "");
  EXPECT_EQ(Revisions("DEPRECATED"), "1");
  EXPECT_EQ(*store_->IndexCalls(context_, 100), 1);
  EXPECT_EQ(Heads("DEPRECATED"), "Deal desk");
  EXPECT_EQ(Revisions("DEPRECATED"), "2,1");
}

INSTANTIATE_TEST_SUITE_P(Engines, StatesTest, ::testing::Values(kSqlite, "PostgreSQL"), EngineName);

}  // namespace
}  // namespace plumbline::catalog
