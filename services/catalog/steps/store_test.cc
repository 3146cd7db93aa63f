// SPDX-License-Identifier: Apache-2.0
//
// What a store of steps must do on both engines.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/steps/store_sql.h"
#include "services/catalog/steps/testing.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;

class StoreStepsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    steps_ = NewStepStore(*database_);
  }

  static v1::StepTemplate RevisionOf(int64_t revision, const std::string& title = "Check") {
    v1::StepTemplate step = CheckCredit();
    step.set_title(title);
    step.set_revision(revision);
    return step;
  }

  absl::Status Write(absl::FunctionRef<absl::Status(StepChanges&)> body,
                     const std::string& workspace = "acme") {
    const WriteRequest request{workspace, "Test", "", ""};
    return steps_
        ->Write(context_, request, kNow,
                [&](StepChanges& changes) -> absl::StatusOr<std::string> {
                  RETURN_IF_ERROR(body(changes));
                  return std::string();
                })
        .status();
  }

  void Put(const std::string& workspace, const std::string& id, const v1::StepTemplate& step) {
    EXPECT_TRUE(Write(
                    [&](StepChanges& changes) {
                      return changes.PutStep({workspace, id}, step, {});
                    },
                    workspace)
                    .ok());
  }

  template <typename T>
  T See(const std::function<absl::StatusOr<T>(StepReads&)>& read) {
    T found{};
    const absl::Status status = steps_->Read(context_, [&](StepReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(found, read(reads));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  std::vector<std::string> Titles(const std::string& workspace, const std::string& filter = "") {
    listing::Query query{.limit = 10};
    query.filter = *expr::CompileField("filter", filter, StepSchema());
    const auto page = See<listing::Page<v1::StepTemplate>>(
        [&](StepReads& reads) { return reads.ListSteps(workspace, query); });
    std::vector<std::string> titles;
    for (const v1::StepTemplate& step : page.rows) titles.push_back(step.title());
    return titles;
  }

  std::unique_ptr<StepStore> steps_;
};

TEST_P(StoreStepsTest, KeepsEveryRevisionAndOneThatIsPresent) {
  const StepKey key{"acme", "check"};
  Put("acme", "check", RevisionOf(1, "One"));
  Put("acme", "check", RevisionOf(2, "Two"));
  using Found = std::optional<v1::StepTemplate>;
  EXPECT_EQ(See<Found>([&](StepReads& r) { return r.FindStep(key); })->title(), "Two");
  EXPECT_EQ(See<Found>([&](StepReads& r) { return r.FindStepRevision(key, 1); })->title(), "One");
  EXPECT_FALSE(See<Found>([&](StepReads& r) { return r.FindStepRevision(key, 3); }));
  EXPECT_THAT(Titles("acme"), ElementsAre("Two"));
  ASSERT_TRUE(Write([&](StepChanges& changes) { return changes.RemoveStep(key, {}); }).ok());
  EXPECT_FALSE(See<Found>([&](StepReads& r) { return r.FindStep(key); }));
  EXPECT_THAT(Titles("acme"), ElementsAre());
  const auto page = See<listing::Page<v1::StepTemplate>>(
      [&](StepReads& r) { return r.ListStepRevisions(key, {.limit = 1}); });
  ASSERT_EQ(page.rows.size(), 1u);
  EXPECT_EQ(page.rows[0].title(), "Two") << "latest first";
  const auto next = See<listing::Page<v1::StepTemplate>>(
      [&](StepReads& r) { return r.ListStepRevisions(key, {.after = page.next, .limit = 1}); });
  ASSERT_EQ(next.rows.size(), 1u);
  EXPECT_EQ(next.rows[0].title(), "One");
  EXPECT_EQ(next.next, "");
}

TEST_P(StoreStepsTest, ListsOneWorkspaceByLabelsAndFields) {
  Put("acme", "b", RevisionOf(1, "B"));
  Put("acme", "a", RevisionOf(1, "A"));
  Put("other", "c", RevisionOf(1, "C"));
  v1::StepTemplate unlabelled = RevisionOf(1, "D");
  unlabelled.clear_labels();
  unlabelled.clear_author();
  Put("acme", "d", unlabelled);
  EXPECT_THAT(Titles("acme"), ElementsAre("A", "B", "D"));
  EXPECT_THAT(Titles("acme", "labels.area = deals"), ElementsAre("A", "B"));
  EXPECT_THAT(Titles("acme", "NOT labels:area"), ElementsAre("D"));
  EXPECT_THAT(Titles("acme", "title = B OR name = \"*d\""), ElementsAre("B", "D"));
  unlabelled = RevisionOf(2, "A again");
  unlabelled.clear_labels();
  Put("acme", "a", unlabelled);
  EXPECT_THAT(Titles("acme", "labels:area"), ElementsAre("B")) << "labels are those of the present";
}

TEST_P(StoreStepsTest, KnowsWhoUsesWhat) {
  const auto using_steps = [](const std::vector<std::string>& texts) {
    std::vector<v1::Node> nodes;
    for (const std::string& text : texts) {
      nodes.emplace_back().set_id(absl::StrCat("n", nodes.size()));
      nodes.back().mutable_step()->set_uses(text);
    }
    return ProcessOf("Uses", SequenceNode("all", nodes));
  };
  const auto listed = [&] {
    std::vector<std::string> lines;
    for (const StepUse& use : See<std::vector<StepUse>>([](StepReads& reads) {
           return reads.ListStepUses("acme", {"check", "sign"});
         })) {
      lines.push_back(absl::StrCat(use.process, "@", use.revision, " ", use.step, "@",
                                   use.step_revision, " ", absl::StrJoin(use.nodes, ","),
                                   use.archived ? " archived" : ""));
    }
    return lines;
  };
  Head head{
      using_steps({"steps/sign", "steps/check", "steps/other", "steps/check@2", "steps/check"}), 1};
  v1::Process revision = using_steps({"steps/check@1"});
  revision.set_revision(1);
  ASSERT_TRUE(StoreTest::Write([&](Changes& changes) -> absl::Status {
                RETURN_IF_ERROR(changes.PutHead({"acme", "desk"}, head));
                RETURN_IF_ERROR(changes.PutHead({"beta", "desk"}, head));
                return changes.AddRevision({"acme", "desk"}, revision);
              }).ok());
  EXPECT_THAT(listed(), ElementsAre("desk@0 check@0 n2,n5", "desk@0 check@2 n4", "desk@0 sign@0 n1",
                                    "desk@1 check@1 n1"));
  head = {using_steps({"steps/check"}), 2};
  head.process.mutable_retirement()->set_kind(v1::Retirement::KIND_ARCHIVED);
  ASSERT_TRUE(StoreTest::Write([&](Changes& changes) {
                return changes.PutHead({"acme", "desk"}, head);
              }).ok());
  EXPECT_THAT(listed(), ElementsAre("desk@0 check@0 n1 archived", "desk@1 check@1 n1"));
}

TEST_P(StoreStepsTest, KnowsWhichStepsNameAUtility) {
  const auto naming = [&] {
    std::vector<std::string> lines;
    for (const StepNaming& step : See<std::vector<StepNaming>>(
             [](StepReads& reads) { return reads.ListStepsNaming("acme", "credit-bureau"); }))
      lines.push_back(absl::StrCat(step.step, "@", step.revision, step.present ? " present" : ""));
    return lines;
  };
  v1::StepTemplate without = RevisionOf(2);
  without.mutable_step()->clear_utilities();
  Put("acme", "check", RevisionOf(1));
  Put("acme", "audit", RevisionOf(1));
  Put("beta", "check", RevisionOf(1));
  EXPECT_THAT(naming(), ElementsAre("audit@1 present", "check@1 present"));
  Put("acme", "check", without);
  EXPECT_THAT(naming(), ElementsAre("audit@1 present", "check@1"));
  ASSERT_TRUE(Write([](StepChanges& changes) {
                return changes.RemoveStep({"acme", "audit"}, {});
              }).ok());
  EXPECT_THAT(naming(), ElementsAre("audit@1", "check@1"));
}

TEST_P(StoreStepsTest, AWriteThatFailsLeavesNothing) {
  const absl::Status failed = Write([&](StepChanges& changes) -> absl::Status {
    RETURN_IF_ERROR(changes.PutStep({"acme", "check"}, RevisionOf(1), {}));
    return absl::AbortedError("no");
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_THAT(Titles("acme"), ElementsAre());
}

// Publishing reads steps in the snapshot of the processes.
TEST_P(StoreStepsTest, ASnapshotOfProcessesSeesTheSteps) {
  Put("acme", "check", RevisionOf(1));
  const auto found = Read<std::optional<v1::StepTemplate>>([&](Snapshot& snapshot) {
    return snapshot.steps().FindStep({"acme", "check"});
  });
  EXPECT_TRUE(found.has_value());
}

TEST_P(StoreStepsTest, WritesOfStepsAndProcessesRunOneAfterTheOther) {
  constexpr int kWrites = 20;
  const StepKey key{"acme", "count"};
  const auto next = [](StepReads& reads, const StepKey& of) -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const auto present, reads.FindStep(of));
    return present.has_value() ? present->revision() + 1 : 1;
  };
  std::thread writer([&] {
    for (int i = 0; i < kWrites; ++i) {
      EXPECT_TRUE(Write([&](StepChanges& changes) -> absl::Status {
                    ASSIGN_OR_RETURN(const int64_t revision, next(changes, key));
                    return changes.PutStep(key, RevisionOf(revision), {});
                  }).ok());
    }
  });
  for (int i = 0; i < kWrites; ++i) {
    EXPECT_TRUE(StoreTest::Write([&](Changes& changes) -> absl::Status {
                  ASSIGN_OR_RETURN(const int64_t before, next(changes.steps(), key));
                  ASSIGN_OR_RETURN(const int64_t after, next(changes.steps(), key));
                  EXPECT_EQ(before, after) << "no step changes while a process is written";
                  return absl::OkStatus();
                }).ok());
  }
  writer.join();
  EXPECT_EQ(See<int64_t>([&](StepReads& reads) { return next(reads, key); }), kWrites + 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreStepsTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
