// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan: the rounds of loops.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/migrate_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using flow::Loop;
using flow::Node;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Migrate, RoundsOfALoopAreKept) {
  const auto course = [](const std::string& more) {
    std::vector<Node> steps = {Loop("passed", {Step("exam"), Step("study")}), Step("end")};
    if (!more.empty()) steps.push_back(Step(more));
    return Sequence("all", steps);
  };
  Story told(course(""));
  told.Complete({"exam"});
  told.Decides("passed", "again");
  told.Complete({"study"});
  told.Did(StartTask(*told.run, "exam~2", When(kDay)));
  EXPECT_THAT(Told(told.To(course("party"))), ElementsAre("MIGRATED"));
  EXPECT_THAT(told.Fates(),
              ElementsAre("kept exam", "kept exam~2", "kept study", "kept end", "new party"));
  EXPECT_EQ(told.state("exam~2"), TaskState::kInProgress);
  told.ExpectReplays();
  const Node once = Sequence("all", {Step("exam"), Step("end")});
  EXPECT_EQ(Begun(told.TryTo(once).status()), "passed,study,exam~2");
  // Rounds are counted anew where one counts no more.
  told.Did(told.Try({.plan = PlanOf(once, 3), .dropped = {"exam", "passed", "study"}}));
  EXPECT_THAT(told.Fates(), ElementsAre("kept exam~2 to exam", "kept end", "dropped exam",
                                        "dropped study", "gone party"));
  EXPECT_EQ(told.state("exam"), TaskState::kInProgress);
  told.ExpectReplays();
}

// A decision of a loop is made once a round, and has one name.
TEST(Migrate, WhatFitsInNoRoundIsToldOnceWithHowOften) {
  const auto course = [](int repeats) {
    Story told(Sequence("all", {Loop("passed", {Step("exam"), Step("study")}), Step("end")}));
    for (int round = 1; round <= repeats + 1; ++round) {
      const std::string again = round == 1 ? "" : absl::StrCat("~", round);
      told.Complete({"exam" + again});
      if (round > repeats) continue;
      told.Decides("passed", "again");
      told.Complete({"study" + again});
    }
    return told;
  };
  const Node once = Sequence("all", {Step("exam"), Step("end")});
  struct Row {
    int repeats;
    std::string begun, told;
  };
  for (const Row& row :
       {Row{1, "passed,study,exam~2", "'passed' has no place in the new plan; drop it"},
        Row{3, "passed,study,study~2,study~3,exam~2,exam~3,exam~4",
            "'passed' has no place in the new plan (3 times); drop it"}}) {
    SCOPED_TRACE(row.repeats);
    Story told = course(row.repeats);
    const absl::Status refused = told.TryTo(once).status();
    EXPECT_EQ(Begun(refused), row.begun);
    EXPECT_THAT(std::string(refused.message()), HasSubstr(row.told));
    // Named once, all of its rounds are dropped.
    std::vector<std::string> dropped = absl::StrSplit(row.begun, ',');
    told.Did(told.Try({.plan = PlanOf(once, 3), .dropped = dropped}));
    EXPECT_EQ(told.state("exam"), TaskState::kDone);
    EXPECT_EQ(told.state("end"), TaskState::kReady);
    told.ExpectReplays();
  }
}

TEST(Migrate, ImpedimentsOfWhatIsDroppedLeaveTheirNameToTheNextRound) {
  Story told(Sequence("all", {Loop("passed", {Step("exam"), Step("study")}), Step("end")}));
  told.Did(BlockTask(*told.run, "exam", {.description = "first"}, When(kDay)));
  told.Did(UnblockTask(*told.run, "exam", "", "gone", When(kDay)));
  told.Complete({"exam"});
  told.Decides("passed", "again");
  told.Complete({"study"});
  told.Did(BlockTask(*told.run, "exam~2", {.description = "second"}, When(kDay)));
  const Entries entries = told.Did(told.Try({.plan = PlanOf(Sequence("all", {Step("exam")}), 2),
                                             .dropped = {"exam", "passed", "study"}}));
  EXPECT_EQ(entries[0].plan_change->tasks,
            (std::map<std::string, std::string>{{"exam", ""}, {"exam~2", "exam"}, {"study", ""}}));
  EXPECT_EQ(told.run->impediments.at(0).task, absl::StrCat("exam@", entries[0].sequence));
  EXPECT_EQ(told.run->impediments.at(1).task, "exam");
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
