// SPDX-License-Identifier: Apache-2.0
//
// What is read to find probable mistakes.
#include "services/catalog/processes/warnings.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/sql/database.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A snapshot that knows utilities only, and how it is asked for them.
class KnowsUtilities final : public Snapshot {
 public:
  explicit KnowsUtilities(std::vector<std::string> kept) : kept_(std::move(kept)) {}

  absl::StatusOr<std::vector<std::string>> UtilityIds(
      absl::string_view, absl::Span<const std::string> among) override {
    asked.emplace_back(among.begin(), among.end());
    if (among.empty()) return kept_;
    std::vector<std::string> found;
    for (const std::string& id : kept_) {
      if (std::find(among.begin(), among.end(), id) != among.end()) found.push_back(id);
    }
    return found;
  }

  absl::StatusOr<std::optional<Head>> FindHead(const ProcessKey&) override { return Unasked(); }
  absl::StatusOr<std::optional<v1::Process>> FindRevision(const ProcessKey&, int64_t) override {
    return Unasked();
  }
  absl::StatusOr<listing::Page<v1::Process>> ListHeads(absl::string_view,
                                                       const listing::Query&) override {
    return Unasked();
  }
  absl::StatusOr<listing::Page<v1::Process>> ListRevisions(const ProcessKey&,
                                                           const listing::Query&) override {
    return Unasked();
  }
  absl::StatusOr<int64_t> Position() override { return Unasked(); }
  Rest rest() override { std::abort(); }

  std::vector<std::vector<std::string>> asked;

 private:
  static absl::Status Unasked() { return base::Internal("not to be asked for"); }

  const std::vector<std::string> kept_;
};

// Counts the statements about utilities.
class CountingTransaction final : public sql::Transaction {
 public:
  CountingTransaction(sql::Transaction& real, std::atomic<int>& count)
      : real_(real), count_(count) {}
  absl::StatusOr<int64_t> Execute(absl::string_view sql,
                                  absl::Span<const sql::Param> params) override {
    return real_.Execute(sql, params);
  }
  absl::StatusOr<sql::Rows> Query(absl::string_view sql,
                                  absl::Span<const sql::Param> params) override {
    if (absl::StrContains(sql, "FROM utilities")) ++count_;
    return real_.Query(sql, params);
  }
  absl::Status Lock(absl::string_view name) override { return real_.Lock(name); }
  absl::StatusOr<int64_t> Position() override { return real_.Position(); }

 private:
  sql::Transaction& real_;
  std::atomic<int>& count_;
};

class CountingDatabase final : public sql::Database {
 public:
  absl::Status Write(const base::CallContext& context, Body body) override {
    return real_->Write(context, [&](sql::Transaction& transaction) {
      CountingTransaction counting(transaction, count);
      return body(counting);
    });
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return real_->Read(context, [&](sql::Transaction& transaction) {
      CountingTransaction counting(transaction, count);
      return body(counting);
    });
  }
  bool exclusive() const override { return real_->exclusive(); }

  std::atomic<int> count = 0;

 private:
  const std::unique_ptr<sql::Database> real_ = *sql::Open("sqlite::memory:", {});
};

v1::Process Using(const std::vector<std::string>& utilities) {
  std::vector<v1::Node> steps;
  for (const std::string& utility : utilities) {
    steps.push_back(StepNode(absl::StrCat("step-", steps.size())));
    steps.back().mutable_step()->add_utilities(utility);
  }
  return ProcessOf("Uses utilities", SequenceNode("all", steps));
}

TEST(WarningsTest, AsksOnceForWhatIsUsed) {
  KnowsUtilities snapshot({"crm", "erp", "mail"});
  UtilitiesKept kept(snapshot, "acme");
  const auto warnings = FindWarnings(kept, Using({"mail", "crm", "crm", "mail"}));
  ASSERT_TRUE(warnings.ok()) << warnings.status();
  EXPECT_THAT(*warnings, IsEmpty());
  EXPECT_THAT(snapshot.asked, ElementsAre(ElementsAre("crm", "mail")));
}

TEST(WarningsTest, AsksForAllOnlyToNameTheNearest) {
  KnowsUtilities snapshot({"crm", "erp", "mail"});
  UtilitiesKept kept(snapshot, "acme");
  const auto warnings = FindWarnings(kept, Using({"cmr", "crm"}));
  ASSERT_TRUE(warnings.ok()) << warnings.status();
  ASSERT_EQ(warnings->size(), 1u);
  EXPECT_NE(warnings->front().description().find("did you mean 'crm'?"), std::string::npos);
  EXPECT_THAT(snapshot.asked, ElementsAre(ElementsAre("cmr", "crm"), IsEmpty()));
}

TEST(WarningsTest, AsksOnceForManyProcesses) {
  KnowsUtilities snapshot({"crm", "erp", "mail"});
  UtilitiesKept kept(snapshot, "acme");
  ASSERT_TRUE(FindWarnings(kept, Using({"cmr", "crm"})).ok());
  const auto warnings = FindWarnings(kept, Using({"crm", "cmr", "erp"}));
  ASSERT_TRUE(warnings.ok()) << warnings.status();
  EXPECT_EQ(warnings->size(), 1u);
  EXPECT_THAT(snapshot.asked,
              ElementsAre(ElementsAre("cmr", "crm"), IsEmpty(), ElementsAre("erp")));
}

TEST(WarningsTest, NamesTheNearestOfEachAndStopsOverAllProcesses) {
  KnowsUtilities snapshot({"crm", "erp"});
  UtilitiesKept kept(snapshot, "acme");
  const auto first = FindWarnings(kept, Using(std::vector<std::string>(kMaxWarnings - 1, "cmr")));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->size(), kMaxWarnings - 1);
  auto second = FindWarnings(kept, Using({"epr", "cmr", "epr"}));
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->size(), 1u);
  kept.TellLeftOut(&second->back());
  const std::string& description = second->back().description();
  EXPECT_NE(description.find("did you mean 'erp'?"), std::string::npos) << description;
  EXPECT_NE(description.find("; 2 more warnings"), std::string::npos) << description;
}

TEST(WarningsTest, AsksForNothingWhereNothingIsUsed) {
  KnowsUtilities snapshot({"crm"});
  UtilitiesKept kept(snapshot, "acme");
  const auto warnings = FindWarnings(kept, ProcessOf("Bare", StepNode("work")));
  ASSERT_TRUE(warnings.ok()) << warnings.status();
  EXPECT_THAT(snapshot.asked, IsEmpty());
}

TEST(WarningsTest, OnlyWhoWritesContentAsks) {
  CountingDatabase database;
  TestCatalog catalog(database);
  catalog.DefineAndPublish("deal", Using({"crm"}));
  EXPECT_GT(database.count, 0) << "or this test looks for the wrong statements";
  database.count = 0;
  v1::SetTagRequest tag;
  tag.set_name("workspaces/acme/processes/deal");
  tag.set_tag("stable");
  tag.set_revision(1);
  ASSERT_EQ(ReasonText(catalog.Call<v1::SetTagResponse>("SetTag", tag)), "OK");
  EXPECT_EQ(database.count, 0);
  catalog.Define("deal", Using({"erp"}));
  database.count = 0;
  v1::SubmitForApprovalRequest submit;
  submit.set_name(tag.name());
  ASSERT_EQ(ReasonText(catalog.Call<v1::SubmitForApprovalResponse>("SubmitForApproval", submit)),
            "OK");
  EXPECT_EQ(database.count, 0);
}

}  // namespace
}  // namespace plumbline::catalog
