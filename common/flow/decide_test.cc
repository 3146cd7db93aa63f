// SPDX-License-Identifier: Apache-2.0
#include "common/flow/decide.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using expr::Type;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

Attribute Named(const std::string& id, Type type) {
  return {.id = id, .title = absl::StrCat("The ", id), .type = type};
}

std::vector<Attribute> Attributes() {
  Attribute amount = Named("amount", Type::kMoney);
  amount.currency = "EUR";
  amount.required = true;
  amount.minimum = "0";
  amount.maximum = "1000000";
  Attribute discount = Named("discount", Type::kNumber);
  Attribute region = Named("region", Type::kEnum);
  region.allowed_values = {"emea", "apac"};
  region.default_value = "emea";
  return {amount, discount, region};
}

Node If(Node node, const std::string& condition) {
  node.condition = condition;
  return node;
}

Plan PlanOf(Node root, const Plan::Resolve& resolve = nullptr) {
  absl::StatusOr<Plan> plan = Plan::Build({std::move(root), Attributes()}, "owner", resolve);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

// What is said to the only decision that is open at the beginning.
Ruling Ruled(const Plan& plan, const AttributeValues& values) {
  const absl::StatusOr<Conditions> conditions = Conditions::Compile(plan);
  EXPECT_TRUE(conditions.ok()) << conditions.status();
  const Progress progress(plan);
  const std::vector<OpenDecision> open = progress.OpenDecisions();
  EXPECT_EQ(open.size(), 1u);
  return Decider(plan, *conditions, values).Ask(open.at(0));
}

struct ValueRow {
  std::string name;
  AttributeValues values;
  std::string field, part;
};

class CheckValuesTest : public testing::TestWithParam<ValueRow> {};

TEST_P(CheckValuesTest, NamesTheAttributeTheValueAndTheRemedy) {
  const auto violations = CheckValues(Attributes(), GetParam().values, "attributes");
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().part));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CheckValuesTest,
    testing::ValuesIn(std::vector<ValueRow>{
        {"Missing", {}, "attributes[amount]", "needs one: The amount, an amount of money"},
        {"Misspelt",
         {{"amount", "1"}, {"discuont", "1"}},
         "attributes[discuont]",
         "did you mean 'discount'?; it has amount, discount, region"},
        {"OtherType", {{"amount", "much"}}, "attributes[amount]", "'much' is not"},
        {"OtherCurrency", {{"amount", "5 USD"}}, "attributes[amount]", "EUR"},
        {"Less",
         {{"amount", "-1"}},
         "attributes[amount]",
         "'-1' is less than the minimum, 0; give that or more"},
        {"More",
         {{"amount", "1000001"}},
         "attributes[amount]",
         "'1000001' is more than the maximum, 1000000; give that or less"},
        {"NotAllowed", {{"amount", "1"}, {"region", "mars"}}, "attributes[region]", "emea"},
        {"Empty", {{"amount", "1"}, {"discount", ""}}, "attributes[discount]", "is required"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ValuesTest, DefaultsAreFilledInAndSpellingsMadeUsual) {
  EXPECT_THAT(CheckValues(Attributes(), {{"amount", "12.50"}}, "a"), IsEmpty());
  EXPECT_THAT(WithDefaults(Attributes(), {{"amount", "12.50"}, {"discount", "007"}}),
              UnorderedElementsAre(Pair("amount", "12.5 EUR"), Pair("discount", "7"),
                                   Pair("region", "emea")));
}

struct Row {
  std::string name;
  Node root;
  AttributeValues values;
  std::string option, reason;
  std::vector<std::string> missing;
};

class RulingTest : public testing::TestWithParam<Row> {};

TEST_P(RulingTest, FollowsFromTheValues) {
  const Ruling ruling = Ruled(PlanOf(GetParam().root), GetParam().values);
  EXPECT_EQ(ruling.option, GetParam().option);
  EXPECT_EQ(ruling.reason, GetParam().reason);
  EXPECT_EQ(ruling.missing, GetParam().missing);
}

// cfo above 500, director above 100, or nobody of them.
Node Levels() {
  return Choice("level", {If(Step("cfo"), "amount > 500"),
                          If(Step("director"), "amount > 100 AND discount > 5"), Step("desk")});
}

Node Undecided() {
  return Choice("level", {If(Step("cfo"), "amount > 500"), Step("desk"), Step("lead")});
}

Node Part(const std::string& condition) { return If(Optional(Step("part")), condition); }

Node InSequence(Node node) { return Sequence("root", {std::move(node)}); }

Node Leaving(const std::string& condition) {
  Node loop = Loop("loop", {Optional(Step("body"))});
  loop.children[0].condition = "amount < 0";  // left out at once, so that the loop asks
  loop.leave_when = condition;
  return loop;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RulingTest,
    testing::ValuesIn(std::vector<Row>{
        {"FirstThatHolds",
         Levels(),
         {{"amount", "600"}, {"discount", "9"}},
         "cfo",
         "amount > 500 holds",
         {}},
        {"SecondThatHolds",
         Levels(),
         {{"amount", "500"}, {"discount", "9"}},
         "director",
         "amount > 100 AND discount > 5 holds",
         {}},
        {"Otherwise",
         Levels(),
         {{"amount", "100"}},
         "desk",
         "no condition of another branch holds",
         {}},
        {"WhatIsMissingDoesNotMatter",
         Levels(),
         {{"amount", "600"}},
         "cfo",
         "amount > 500 holds",
         {}},
        {"WhatIsMissingMatters", Levels(), {{"amount", "400"}}, "", "", {"discount"}},
        {"NothingIsKnown", Levels(), {}, "", "", {"amount", "discount"}},
        {"TwoWithoutACondition", Undecided(), {{"amount", "1"}}, "", "", {}},
        {"NoneWithout",
         Choice("level", {If(Step("a"), "amount > 5"), If(Step("b"), "amount > 7")}),
         {{"amount", "1"}},
         "",
         "",
         {}},
        {"NoConditions", Choice("level", {Step("a"), Step("b")}), {{"amount", "1"}}, "", "", {}},
        {"BranchBeforeMayHold",
         Choice("level", {If(Step("a"), "discount > 5"), If(Step("b"), "amount > 0")}),
         {{"amount", "1"}},
         "",
         "",
         {"discount"}},
        {"Done", InSequence(Part("region = emea")), {}, "do", "region = emea holds", {}},
        {"LeftOut",
         InSequence(Part("region = apac")),
         {},
         "leave-out",
         "region = apac does not hold",
         {}},
        {"PartIsOpen", InSequence(Part("discount > 1")), {}, "", "", {"discount"}},
        {"PartWithoutCondition", InSequence(Part("")), {}, "", "", {}},
        {"HasIsKnown",
         InSequence(Part("has(discount)")),
         {},
         "leave-out",
         "has(discount) does not hold",
         {}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(DeciderTest, BranchesThatAreOptionalAreLeftToPeople) {
  const Plan plan = PlanOf(Choice("c", {If(Optional(Step("a")), "amount > 5"), Step("b")}));
  const Conditions conditions = *Conditions::Compile(plan);
  const AttributeValues values = {{"amount", "9"}};
  const Decider decider(plan, conditions, values);
  Progress progress(plan);
  const Ruling first = decider.Ask(progress.OpenDecisions().at(0));
  EXPECT_EQ(first.option, "a");
  ASSERT_TRUE(progress.Decide(0, first.option).ok());
  const std::vector<OpenDecision> open = progress.OpenDecisions();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_TRUE(open[0].whether);
  EXPECT_EQ(decider.Ask(open[0]).option, "");
}

TEST(DeciderTest, LoopsAreLeftOrRepeated) {
  const Plan plan = PlanOf(Leaving("discount <= 20"));
  const Conditions conditions = *Conditions::Compile(plan);
  Progress progress(plan);
  ASSERT_TRUE(progress.Decide(1, kLeaveOut).ok());
  const OpenDecision open = progress.OpenDecisions().at(0);
  const auto ask = [&](const AttributeValues& values) {
    return Decider(plan, conditions, values).Ask(open);
  };
  EXPECT_EQ(ask({{"discount", "20"}}).option, "leave");
  EXPECT_EQ(ask({{"discount", "21"}}).option, "again");
  EXPECT_THAT(ask({}).missing, ElementsAre("discount"));
}

TEST(DeciderTest, CallsHandValuesOver) {
  Attribute sum = Named("sum", Type::kMoney);  // of any currency
  Attribute level = Named("level", Type::kNumber);
  level.maximum = "10";
  Attribute mode = Named("mode", Type::kString);
  mode.default_value = "fast";
  const PlanSource desk(
      Choice("pick", {If(Step("a"), "sum > 500EUR AND level = 3 AND mode = fast"), Step("b")}),
      {sum, level, mode});
  const auto resolve = [&](absl::string_view) -> absl::StatusOr<PlanSource> { return desk; };
  Node call = Call("desk", "processes/desk@1");
  call.arguments = {{.attribute = "sum", .from = "amount"}, {.attribute = "level", .value = "3"}};
  const Plan plan = PlanOf(call, resolve);
  EXPECT_EQ(Ruled(plan, {{"amount", "600"}}).option, "a");
  EXPECT_EQ(Ruled(plan, {{"amount", "500"}}).option, "b");
  EXPECT_THAT(Ruled(plan, {}).missing, ElementsAre("desk.sum"));
  // What a step of the call yielded takes the place of what is handed over.
  const AttributeValues yielded = {{"amount", "5"}, {"desk.sum", "700 EUR"}};
  EXPECT_EQ(Ruled(plan, yielded).option, "a");
  EXPECT_EQ(AllValues(plan, yielded).at("desk.sum"), "700 EUR");
  EXPECT_EQ(AllValues(plan, {{"amount", "5"}}).at("desk.sum"), "5 EUR");
  EXPECT_EQ(AllValues(plan, {}).at("desk.mode"), "fast");
  call.arguments[1] = {.attribute = "level", .from = "discount"};
  const Plan other = PlanOf(call, resolve);
  EXPECT_EQ(Ruled(other, {{"amount", "600"}, {"discount", "3"}}).option, "a");
  EXPECT_THAT(Ruled(other, {{"amount", "600"}, {"discount", "11"}}).missing,
              ElementsAre("desk.level"))
      << "a value that the called process does not take is none";
}

TEST(DeciderTest, ConditionsThatDoNotFitAreNamed) {
  const Plan plan = PlanOf(Choice("c", {If(Step("a"), "amuont > 5"), Step("b")}));
  const absl::Status status = Conditions::Compile(plan).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
  EXPECT_THAT(std::string(status.message()), HasSubstr("node 'a', condition"));
}

// A choice over one number against its definition: the first branch whose bound is passed.
TEST(DeciderTest, RandomChoicesAgreeWithTheirDefinition) {
  std::mt19937 random(20261126);
  for (int round = 0; round < 500; ++round) {
    const int branches = 2 + static_cast<int>(random() % 5);
    std::vector<Node> nodes;
    std::vector<int> bounds;  // -1: the branch has no condition
    for (int i = 0; i < branches; ++i) {
      bounds.push_back(random() % 4 == 0 ? -1 : static_cast<int>(random() % 20));
      nodes.push_back(If(Step(absl::StrCat("b", i)),
                         bounds[i] < 0 ? "" : absl::StrCat("discount > ", bounds[i])));
    }
    const int discount = static_cast<int>(random() % 20);
    std::string expected;
    int without = 0, last_without = 0;
    for (int i = 0; i < branches; ++i) {
      if (bounds[i] < 0) {
        ++without;
        last_without = i;
      } else if (expected.empty() && discount > bounds[i]) {
        expected = absl::StrCat("b", i);
      }
    }
    if (expected.empty() && without == 1) expected = absl::StrCat("b", last_without);
    const Ruling ruling = Ruled(PlanOf(Choice("c", nodes)), {{"discount", absl::StrCat(discount)}});
    EXPECT_EQ(ruling.option, expected) << round;
  }
}

// Amounts of different currencies are neither less nor greater: why a condition does not hold is to
// be said.
TEST(RulingTest, SaysThatCurrenciesDiffer) {
  const Attribute deal = Named("deal", Type::kMoney);
  const auto ruled = [&](Node root) {
    const Plan plan = *Plan::Build({std::move(root), {deal}}, "owner", nullptr);
    return Ruled(plan, {{"deal", "5000 USD"}}).reason;
  };
  EXPECT_EQ(ruled(Choice("level", {If(Step("cfo"), "deal > 1000EUR"), Step("desk")})),
            "no condition of another branch holds; deal is 5000 USD and is compared with 1000 EUR: "
            "currencies differ, and are not converted");
  EXPECT_EQ(ruled(InSequence(Part("deal > 1000EUR"))),
            "deal > 1000EUR does not hold; deal is 5000 USD and is compared with 1000 EUR: "
            "currencies differ, and are not converted");
  EXPECT_EQ(ruled(InSequence(Part("deal > 1000USD"))), "deal > 1000USD holds");
}

TEST(CheckValuesTest, TakesCurrenciesOfIso4217Alone) {
  const std::vector<Attribute> deal = {Named("deal", Type::kMoney)};
  EXPECT_THAT(CheckValues(deal, {{"deal", "5 CHF"}}, "a"), IsEmpty());
  for (const char* wrong : {"5 XXX", "5 ABC", "5 EDA"}) {
    const auto violations = CheckValues(deal, {{"deal", wrong}}, "a");
    ASSERT_EQ(violations.size(), 1u) << wrong;
    EXPECT_THAT(violations[0].description, HasSubstr("which is not a currency of ISO 4217"));
    EXPECT_EQ(WithDefaults(deal, {{"deal", wrong}}).size(), 1u) << "what is stored is still read";
  }
}

}  // namespace
}  // namespace plumbline::flow
