// SPDX-License-Identifier: Apache-2.0
//
// Diff, where one row does not say it.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/flow/diff.h"
#include "common/flow/diff_testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::HasSubstr;

TEST(DiffCasesTest, TheOrderOfBranchesCountsOnceTheyHaveConditions) {
  ProcessContent before = Base();
  At(before, 1, 0).condition = "amount > 3";
  ProcessContent after = before;
  Put(At(after, 1), 0, Take(At(after, 1), 2));
  EXPECT_EQ(Diff(before, after).verdict, Verdict::kCompatible);
}

TEST(DiffCasesTest, AnArgumentThatChangesCounts) {
  ProcessContent before = Base();
  At(before, 4).arguments = {{.attribute = "a", .from = "amount"}};
  ProcessContent after = before;
  At(after, 4).arguments[0].from = "wanted";
  EXPECT_EQ(Diff(before, after).verdict, Verdict::kCompatible);
  EXPECT_EQ(Diff(before, after).differences.size(), 1u);
}

TEST(DiffCasesTest, TwoThatAreAlikeAreNotGuessedAt) {
  ProcessContent before, after;
  const auto twins = [](const std::string& a, const std::string& b) {
    Node first = Step(a), second = Step(b);
    first.title = second.title = "Call the customer";
    return Sequence("root", {first, second});
  };
  before.root = twins("a", "b");
  after.root = twins("c", "d");
  EXPECT_THAT(Summaries(Diff(before, after)),
              testing::ElementsAre(HasSubstr("added c"), HasSubstr("added d"),
                                   HasSubstr("removed a"), HasSubstr("removed b")));
}

TEST(DiffCasesTest, ARevisionThatIsCalledCountsByWhatChangedInIt) {
  const ProcessContent before = Base();
  ProcessContent after = before;
  At(after, 4).called = "processes/desk@2";
  for (const auto& [called, expected] : std::vector<std::pair<Verdict, Verdict>>{
           {Verdict::kIdentical, Verdict::kCosmetic},
           {Verdict::kCosmetic, Verdict::kCosmetic},
           {Verdict::kCompatible, Verdict::kCompatible},
           {Verdict::kNeedsMigration, Verdict::kNeedsMigration}}) {
    std::string asked;
    const ProcessDiff diff = Diff(before, after, [&](absl::string_view was, absl::string_view is) {
      absl::StrAppend(&asked, was, " ", is);
      return called;
    });
    EXPECT_EQ(diff.verdict, expected);
    EXPECT_EQ(asked, "processes/desk@1 processes/desk@2");
  }
}

}  // namespace
}  // namespace plumbline::flow
