// SPDX-License-Identifier: Apache-2.0
//
// Conditions, leave conditions and arguments, a row for each rule.
#include "common/flow/validate_expressions.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using expr::Type;
using testing::HasSubstr;
using testing::IsEmpty;

Attribute Named(const std::string& id, Type type) {
  return {.id = id, .title = absl::StrCat("The ", id), .type = type};
}

std::vector<Attribute> Attributes() {
  Attribute amount = Named("amount", Type::kMoney);
  amount.currency = "EUR";
  Attribute region = Named("region", Type::kEnum);
  region.allowed_values = {"emea", "apac"};
  return {amount, Named("discount", Type::kNumber), region, Named("new_logo", Type::kBool)};
}

// A tree in which everything that can have an expression has one.
Node Good() {
  Node small = Step("small"), large = Step("large"), other = Step("other");
  small.condition = "amount < 1000";
  large.condition = "amount >= 1000EUR AND NOT region = emea";
  Node choice = Choice("size", {small, large, other});
  Node extra = Optional(Step("extra"));
  extra.condition = "new_logo OR discount > 12.5";
  Node loop = Loop("again", {Step("body")});
  loop.leave_when = "discount <= 20";
  Node call = Call("desk", "processes/desk@1");
  call.arguments = {{.attribute = "sum", .from = "amount"},
                    {.attribute = "urgent", .value = "true"}};
  Node yields = Step("yields");
  yields.step.outputs = {"amount", "region"};
  return Sequence("root", {choice, extra, loop, call, yields});
}

std::vector<base::FieldViolation> Violations(const Node& root) {
  return Validate(root, SchemaOf(Attributes()), "root");
}

TEST(ConditionTest, WhatFitsTheAttributesPasses) { EXPECT_THAT(Violations(Good()), IsEmpty()); }

TEST(ConditionTest, WithoutAttributesNoConditionFits) {
  EXPECT_EQ(Validate(Good(), "root").size(), 9u);
}

TEST(ConditionTest, AmountsAreInCurrenciesThatThereAre) {
  struct Case {
    const char* condition;
    const char* part;  // "" = it is valid
  };
  for (const Case& one : {
           Case{"worth > \"5 USD\"", ""},
           Case{"worth > 5USD OR has(worth)", ""},
           Case{"amount > 5", ""},
           Case{"worth > \"5 XQQ\"", "compares worth with 5 XQQ, and 'XQQ' is not a currency"},
           Case{"NOT (discount > 1 OR worth = 7.5ABC)", "compares worth with 7.5 ABC"},
           Case{"worth > 5", "has no currency; write it like \"1000 EUR\""},
           Case{"amount > \"5 USD\"", "is not in EUR, and currencies are not converted"},
       }) {
    std::vector<Attribute> attributes = Attributes();
    attributes.push_back(Named("worth", Type::kMoney));
    Node extra = Optional(Step("extra"));
    extra.condition = one.condition;
    const auto violations = Validate(Sequence("root", {extra}), SchemaOf(attributes), "root");
    ASSERT_EQ(violations.size(), one.part[0] == '\0' ? 0u : 1u) << one.condition;
    if (!violations.empty()) {
      EXPECT_THAT(violations[0].description, HasSubstr(one.part));
    }
  }
}

struct Row {
  std::string name;
  std::function<void(Node&)> spoil;  // the root of Good()
  std::string field;
  std::string part;
};

class ConditionRowTest : public testing::TestWithParam<Row> {};

TEST_P(ConditionRowTest, NamesTheFieldAndTheRemedy) {
  Node root = Good();
  GetParam().spoil(root);
  const auto violations = Violations(root);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().part));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ConditionRowTest,
    testing::ValuesIn(std::vector<Row>{
        {"UnknownAttribute", [](Node& n) { n.children[0].children[0].condition = "ammount > 3"; },
         "root.sequence.nodes[0].choice.nodes[0].condition", "did you mean 'amount'?"},
        {"WrongType", [](Node& n) { n.children[0].children[0].condition = "amount > big"; },
         "root.sequence.nodes[0].choice.nodes[0].condition", "'big'"},
        {"WrongCurrency", [](Node& n) { n.children[0].children[0].condition = "amount > 3USD"; },
         "root.sequence.nodes[0].choice.nodes[0].condition", "EUR"},
        {"UnknownName", [](Node& n) { n.children[1].condition = "region = latam"; },
         "root.sequence.nodes[1].condition", "emea, apac"},
        {"BrokenSyntax", [](Node& n) { n.children[1].condition = "(new_logo"; },
         "root.sequence.nodes[1].condition", "at character"},
        {"Blank", [](Node& n) { n.children[1].condition = "  "; },
         "root.sequence.nodes[1].condition", "is blank"},
        {"NeitherOptionalNorBranch", [](Node& n) { n.children[1].optional = false; },
         "root.sequence.nodes[1].condition", "neither optional nor a branch"},
        {"AtTheRoot",
         [](Node& n) {
           n.optional = true;
           n.condition = "new_logo";
         },
         "root.condition", "at the root"},
        {"LeaveWhen", [](Node& n) { n.children[2].leave_when = "discount ="; },
         "root.sequence.nodes[2].loop.leave_when", "at character"},
        {"ArgumentWithoutAttribute", [](Node& n) { n.children[3].arguments[0].attribute = ""; },
         "root.sequence.nodes[3].call.arguments[0].attribute", "required"},
        {"ArgumentTwice", [](Node& n) { n.children[3].arguments[1].attribute = "sum"; },
         "root.sequence.nodes[3].call.arguments[1].attribute", "twice"},
        {"ArgumentWithoutValue", [](Node& n) { n.children[3].arguments[1].value = ""; },
         "root.sequence.nodes[3].call.arguments[1]", "one of value and from"},
        {"ArgumentWithBoth", [](Node& n) { n.children[3].arguments[1].from = "new_logo"; },
         "root.sequence.nodes[3].call.arguments[1]", "one of value and from"},
        {"ArgumentFromNowhere", [](Node& n) { n.children[3].arguments[0].from = "amuont"; },
         "root.sequence.nodes[3].call.arguments[0].from", "did you mean 'amount'?"},
        {"ManyArguments",
         [](Node& n) {
           for (int i = 0; i < 63; ++i)
             n.children[3].arguments.push_back({absl::StrCat("a", i), "", "1"});
         },
         "root.sequence.nodes[3].call.arguments", "65"},
        {"UnknownOutput", [](Node& n) { n.children[4].step.outputs[0] = "ammount"; },
         "root.sequence.nodes[4].step.outputs[0]", "did you mean 'amount'?"},
        {"OutputTwice", [](Node& n) { n.children[4].step.outputs[1] = "amount"; },
         "root.sequence.nodes[4].step.outputs[1]", "twice"},
        {"ManyOutputs", [](Node& n) { n.children[4].step.outputs.resize(51, "amount"); },
         "root.sequence.nodes[4].step.outputs", "51"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ConditionTest, ViolationsEndAtFifty) {
  std::vector<Node> branches;
  for (int i = 0; i < 90; ++i) {
    branches.push_back(Step(absl::StrCat("s", i)));
    branches.back().condition = "nothing > 1";
  }
  EXPECT_EQ(Violations(Choice("root", branches)).size(), kMaxViolations);
}

TEST(ArgumentTest, FitWhatIsCalled) {
  Attribute sum = Named("sum", Type::kMoney);
  sum.currency = "EUR";
  sum.minimum = "0";
  Attribute urgent = Named("urgent", Type::kBool);
  urgent.required = true;
  Attribute place = Named("place", Type::kEnum);
  place.allowed_values = {"emea", "apac", "latam"};
  place.required = true;
  place.default_value = "emea";
  const std::vector<Attribute> called = {sum, urgent, place};
  struct Line {
    const char* name;
    std::vector<Argument> arguments;
    std::string field, part;  // "" = it fits
  };
  for (const Line& line : std::vector<Line>{
           {"Values", {{"sum", "", "5"}, {"urgent", "", "false"}}, "", ""},
           {"Attributes", {{"sum", "amount", ""}, {"urgent", "", "true"}}, "", ""},
           {"FewerNames", {{"place", "region", ""}, {"urgent", "", "true"}}, "", ""},
           {"UnknownAttribute",
            {{"total", "", "5"}, {"urgent", "", "true"}},
            "root.call.arguments[0].attribute",
            "no attribute of 'processes/desk@1'; it has sum, urgent, place"},
           {"OutOfRange",
            {{"sum", "", "-5"}, {"urgent", "", "true"}},
            "root.call.arguments[0].value",
            "less than the minimum, 0"},
           {"OtherType",
            {{"sum", "discount", ""}, {"urgent", "", "true"}},
            "root.call.arguments[0].from",
            "'discount' is a number"},
           {"MissingOne",
            {{"sum", "", "5"}},
            "root.call.arguments",
            "no value for 'urgent' (The urgent)"},
           {"MaybeUnset",
            {{"urgent", "new_logo", ""}},
            "root.call.arguments[0].from",
            "may be without a value"},
       }) {
    Node call = Call("c", "processes/desk@1");
    call.arguments = line.arguments;
    const auto violations = CheckArguments(call, Attributes(), called, "root");
    if (line.part.empty()) {
      EXPECT_THAT(violations, IsEmpty()) << line.name;
      continue;
    }
    ASSERT_EQ(violations.size(), 1u) << line.name;
    EXPECT_EQ(violations[0].field, line.field) << line.name;
    EXPECT_THAT(violations[0].description, HasSubstr(line.part)) << line.name;
  }
}

TEST(UsesTest, AStepMayLeaveRoleAndTitleToItsTemplate) {
  Node step = Step("a");
  step.title = "";
  step.step.role = "";
  EXPECT_EQ(Validate(step, "root").size(), 2u);
  step.step.uses = "steps/order-laptop";
  EXPECT_THAT(Validate(step, "root"), IsEmpty());
  step.step.uses = "steps/order-laptop@3";
  EXPECT_THAT(Validate(step, "root"), IsEmpty());
  for (const char* uses : {"order-laptop", "steps/", "steps/x@", "steps/x@0", "steps/x@latest",
                           "processes/x", "steps/X", "workspaces/w/steps/x"}) {
    step.step.uses = uses;
    const auto violations = Validate(step, "root");
    ASSERT_EQ(violations.size(), 1u) << uses;
    EXPECT_EQ(violations[0].field, "root.step.uses");
    EXPECT_THAT(violations[0].description, HasSubstr("'steps/{s}'"));
  }
  EXPECT_EQ(ParseUses("steps/x@12")->revision, 12);
  EXPECT_EQ(ParseUses("steps/x")->step, "x");
}

}  // namespace
}  // namespace plumbline::flow
