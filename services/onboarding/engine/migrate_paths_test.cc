// SPDX-License-Identifier: Apache-2.0
//
// Going on by another plan, where steps are called otherwise.
#include <string>

#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/migrate_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;
using base::ReasonOf;
using flow::Node;
using flow::Sequence;
using flow::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Node Titled(Node node, const std::string& title) {
  node.title = title;
  return node;
}

TEST(Migrate, StepsThatAreCalledOtherwiseAreMapped) {
  Story told(Abc());
  told.Complete({"a"});
  told.Did(StartTask(*told.run, "b", When(kDay)));
  told.Did(BlockTask(*told.run, "b", {"", Category::kAccess, "", "x"}, When(kDay)));
  const Node renamed = Sequence("all", {Step("first"), Step("second"), Step("c")});
  EXPECT_EQ(Begun(told.TryTo(renamed).status()), "a,b");
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .mappings = {{"a", "first"}, {"b", "second"}}}));
  EXPECT_THAT(told.Fates(), ElementsAre("mapped a to first", "mapped b to second", "kept c"));
  EXPECT_EQ(told.state("second"), TaskState::kInProgress);
  EXPECT_EQ(told.run->impediments[0].task, "second");
  EXPECT_EQ(told.history[0].sequence, 1);
  told.Did(UnblockTask(*told.run, "second", "", "", When(kLater)));
  told.ExpectReplays();
}

TEST(Migrate, SuggestsWhatIsTheSameUnderAnotherName) {
  Story told(Sequence("all", {Titled(Step("a"), "Sign"), Titled(Step("b"), "Learn")}));
  told.Complete({"a"});
  const Node renamed =
      Sequence("all", {Titled(Step("contract"), "Sign"), Titled(Step("b"), "Learn")});
  const absl::Status refused = told.TryTo(renamed).status();
  EXPECT_EQ(Begun(refused), "a");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("(perhaps to 'contract')"));
  EXPECT_EQ(told.report.suggested, (PathMappings{{"a", "contract"}}));
  told.Did(told.Try({.plan = PlanOf(renamed, 2), .map_renamed = true}));
  EXPECT_EQ(told.state("contract"), TaskState::kDone);
  told.ExpectReplays();
}

TEST(Migrate, MappingsThatNameNothingAreRefused) {
  Story told(Abc());
  const auto fault = [&](const PathMappings& mappings) {
    const absl::Status status = told.Try({.plan = PlanOf(Abc(), 2), .mappings = mappings}).status();
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
    const auto violations = base::FieldViolationsOf(status);
    return violations.empty() ? "" : violations[0].field + ": " + violations[0].description;
  };
  EXPECT_THAT(fault({{"z", "a"}}), HasSubstr("mappings[z]: the plan has no node 'z'"));
  EXPECT_THAT(fault({{"a", "z"}}), HasSubstr("mappings[a]: the new plan has no node 'z'"));
  EXPECT_THAT(fault({{"a", "all"}}), HasSubstr("'a' is a step and 'all' is none"));
  EXPECT_THAT(fault({{"a", "c"}, {"b", "c"}}), HasSubstr("given twice"));
}

TEST(Migrate, AnotherProcessIsAnotherOnboarding) {
  Story told(Abc());
  const absl::Status refused = told.Try({.plan = PlanOf({ProcessOf(Abc(), 1, "other")})}).status();
  EXPECT_EQ(ReasonOf(refused), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].field, "process");
}

TEST(Migrate, ACallThatIsCalledOtherwiseTakesWhatIsInsideWithIt) {
  const catalog::v1::Process before = SalesRep();
  catalog::v1::Process after = SalesRep();
  after.set_name("workspaces/acme/processes/sales-rep@4");
  for (catalog::v1::Node& node : *after.mutable_root()->mutable_sequence()->mutable_nodes())
    if (node.id() == "deal-desk") node.set_id("first-deal");
  Story told(PlanOf({before, DealDesk()}));
  told.Complete({"paperwork", "laptop", "accounts"});
  told.Decides("route", "field");
  told.Complete({"field"});
  told.Decides("dinner", "leave-out");
  told.Complete({"exam"});
  told.Decides("certification", "leave");
  told.Complete({"deal-desk.review"});
  ASSERT_TRUE(told.run->finish_time.has_value());
  told.Did(
      told.Try({.plan = PlanOf({after, DealDesk()}), .mappings = {{"deal-desk", "first-deal"}}}));
  EXPECT_EQ(told.state("first-deal.review"), TaskState::kDone);
  EXPECT_EQ(told.run->finish_time, kDay);
  told.ExpectReplays();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
