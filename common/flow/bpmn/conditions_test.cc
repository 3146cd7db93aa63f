// SPDX-License-Identifier: Apache-2.0
//
// Conditions in sequence flows: as other tools show them, and as people change them there.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/test_text.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string kAttributes =
    "<extensionElements><p:process xmlns:p='urn:plumbline:bpmn:1' id='deal' owner='desk'>"
    "<p:attribute id='amount' title='Amount' type='number'/></p:process></extensionElements>";

std::string ConditionalFlow(const std::string& from, const std::string& to,
                            const std::string& condition,
                            const std::string& language = "https://google.aip.dev/160") {
  return absl::StrCat("<sequenceFlow id='", from, "-", to, "' sourceRef='", from, "' targetRef='",
                      to, "'><conditionExpression language='", language, "'>", condition,
                      "</conditionExpression></sequenceFlow>");
}

Node RootOf(const std::string& elements, const std::string& flows) {
  const absl::StatusOr<Imported> imported = Import(FileOf(kAttributes + elements, flows), {});
  EXPECT_TRUE(imported.ok()) << imported.status();
  if (!imported.ok()) return {};
  EXPECT_THAT(imported->findings, IsEmpty());
  return imported->process.content.root;
}

const std::string kGateways = "<exclusiveGateway id='x' name='Which?'/><exclusiveGateway id='y'/>";

TEST(ConditionsTest, StandInTheFlowsOfTheirBranches) {
  Node large = Step("large");
  large.condition = "amount > 5";
  Process process = {
      .id = "deal",
      .content = {.title = "Deal",
                  .owner = "desk",
                  .attributes = {{.id = "amount", .title = "Amount", .type = expr::Type::kNumber}},
                  .root = Choice("level", {large, Step("small")})}};
  std::string xml = Export(process);
  EXPECT_THAT(xml, HasSubstr("<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\" "
                             "language=\"https://google.aip.dev/160\">amount &gt; 5<"));
  EXPECT_THAT(xml, HasSubstr("default=\"")) << "the branch without a condition";
  ASSERT_EQ(absl::StrReplaceAll({{"amount &gt; 5", "amount &gt; 6"}}, &xml), 1);
  const absl::StatusOr<Imported> edited = Import(xml, {});
  ASSERT_TRUE(edited.ok()) << edited.status();
  EXPECT_EQ(edited->process.content.root.children[0].condition, "amount > 6");
}

TEST(ConditionsTest, AreReadFromChoicesAndOptionalNodes) {
  const Node choice =
      RootOf(kGateways + Tasks("ab") + ConditionalFlow("x", "a", "amount &lt; 3"), "x>b a>y b>y");
  ASSERT_EQ(choice.children.size(), 2u);
  EXPECT_EQ(choice.children[0].condition, "amount < 3");
  EXPECT_EQ(choice.children[1].condition, "");
  const Node root =
      RootOf(kGateways + Tasks("a") + ConditionalFlow("x", "a", "amount = 1"), "x>y a>y");
  ASSERT_EQ(root.children.size(), 1u) << "a root has no condition";
  EXPECT_TRUE(root.children[0].optional);
  EXPECT_EQ(root.children[0].condition, "amount = 1");
  const Node fork =
      RootOf(Tasks("abc") + "<inclusiveGateway id='y'/>" + ConditionalFlow("a", "b", "amount = 2"),
             "a>c b>y c>y");
  ASSERT_EQ(fork.children.size(), 2u);
  const Node& last = fork.children[1];
  ASSERT_EQ(last.children.size(), 2u);
  EXPECT_TRUE(last.children[0].optional);
  EXPECT_EQ(last.children[0].condition, "amount = 2");
  EXPECT_EQ(last.children[1].condition, "");
}

TEST(ConditionsTest, OfLoopsAreReadFromTheWayOutOrTheWayBack) {
  const std::string parts = "<startEvent id='s'/>" + kGateways + Tasks("ab");
  const Node out = RootOf(parts + ConditionalFlow("x", "b", "amount = 1"), "s>y y>a a>x x>y");
  ASSERT_EQ(out.children.size(), 2u);
  EXPECT_EQ(out.children[0].leave_when, "amount = 1");
  const Node back = RootOf(parts + ConditionalFlow("x", "y", "amount = 1"), "s>y y>a a>x x>b");
  ASSERT_EQ(back.children.size(), 2u);
  EXPECT_EQ(back.children[0].leave_when, "NOT (amount = 1)");
}

TEST(ConditionsTest, OfOtherLanguagesAreTold) {
  const std::string feel = ConditionalFlow("x", "a", "amount = 3", "http://www.omg.org/feel");
  const absl::StatusOr<Imported> imported =
      Import(FileOf(kAttributes + kGateways + Tasks("ab") + feel, "x>b a>y b>y"), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(TextOf(imported->findings), HasSubstr("its condition 'amount = 3' is not kept"));
}

TEST(ConditionsTest, ThatAreWrongRefuseTheFile) {
  const absl::StatusOr<Imported> imported =
      Import(FileOf(kAttributes + kGateways + Tasks("ab") + ConditionalFlow("x", "a", "amuont = 3"),
                    "x>b a>y b>y"),
             {});
  ASSERT_FALSE(imported.ok());
  EXPECT_THAT(std::string(imported.status().message()), HasSubstr("did you mean 'amount'"));
}

TEST(ConditionsTest, InsideABranchHaveNoPlace) {
  const std::string inside = "<exclusiveGateway id='v'/><exclusiveGateway id='w'/>";
  const absl::StatusOr<Imported> imported = Import(
      FileOf(kAttributes + kGateways + inside + Tasks("ab") +
                 ConditionalFlow("v", "a", "amount = 3") + ConditionalFlow("x", "v", "amount = 4"),
             "v>w a>w w>y x>b b>y"),
      {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(TextOf(imported->findings),
              HasSubstr("the condition 'amount = 3' behind it is not kept"));
}

}  // namespace
}  // namespace plumbline::flow::bpmn
