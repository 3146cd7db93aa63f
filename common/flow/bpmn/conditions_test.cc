// SPDX-License-Identifier: Apache-2.0
//
// Conditions in sequence flows: as other tools show them, and as people change them there.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/expr/parse.h"
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

TEST(ConditionsTest, OverAttributesThatAreNotThereAreDroppedWithBestEffort) {
  const std::string xml = FileOf(
      kGateways + Tasks("ab") + "\n" + ConditionalFlow("x", "a", "amount &gt; 5"), "x>b a>y b>y");
  const absl::Status refused = Import(xml, {}).status();
  EXPECT_EQ(base::ReasonOf(refused), base::Reason::ERROR_REASON_BPMN_UNSUPPORTED) << refused;
  ASSERT_EQ(base::FieldViolationsOf(refused).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].field, "xml.sequenceFlow['x-a']");
  EXPECT_THAT(base::FieldViolationsOf(refused)[0].description,
              HasSubstr("line 3, sequenceFlow 'x-a': its condition cannot be read"));
  const absl::StatusOr<Imported> kept = Import(xml, {.best_effort = true});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->process.content.root.children[0].condition, "");
  EXPECT_THAT(TextOf(kept->findings), HasSubstr("line 3 dropped sequenceFlow x-a: its condition "
                                                "cannot be read: at character 1: 'amount' is"));
}

// The tree with its conditions: "xor(A[amount < 3], B)?[NOT (amount = 1)]", "loop(A) until amount =
// 1".
std::string Shown(const Node& node) {
  std::string text = node.kind == NodeKind::kStep       ? node.title
                     : node.kind == NodeKind::kSequence ? "seq"
                     : node.kind == NodeKind::kChoice   ? "xor"
                     : node.kind == NodeKind::kLoop     ? "loop"
                                                        : "and";
  for (const Node& child : node.children)
    absl::StrAppend(&text, &child == &node.children[0] ? "(" : ", ", Shown(child));
  if (!node.children.empty()) text += ")";
  if (node.optional) text += "?";
  if (!node.condition.empty()) absl::StrAppend(&text, "[", node.condition, "]");
  if (!node.leave_when.empty()) absl::StrAppend(&text, " until ", node.leave_when);
  return text;
}

struct DecidesRow {
  std::string name;
  std::string elements;  // and flows with conditions, which come before the others
  std::string flows;
  std::string tree;
  std::vector<std::string> told = {};  // "sequenceFlow x-a: a part of the reason"
};

class DecidesTest : public testing::TestWithParam<DecidesRow> {};

TEST_P(DecidesTest, AsTheDiagramOrItIsTold) {
  const absl::StatusOr<Imported> imported =
      Import(FileOf(kAttributes + GetParam().elements, GetParam().flows), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(Shown(imported->process.content.root), GetParam().tree);
  std::vector<testing::Matcher<std::string>> told;
  for (const std::string& one : GetParam().told) told.push_back(HasSubstr(one));
  std::vector<std::string> findings;
  for (const Finding& finding : imported->findings)
    findings.push_back(absl::StrCat(finding.element, " ", finding.id, ": ", finding.reason));
  EXPECT_THAT(findings, testing::ElementsAreArray(told));
}

std::string If(const std::string& flow, const std::string& condition) {
  return ConditionalFlow(flow.substr(0, 1), flow.substr(2), condition);
}

std::string Feel(const std::string& flow, const std::string& condition) {
  return ConditionalFlow(flow.substr(0, 1), flow.substr(2), condition, "feel");
}

const std::string kStart = "<startEvent id='s'/>";
const std::string kEarly = "<exclusiveGateway id='z'/>";

INSTANTIATE_TEST_SUITE_P(
    EmptyBranches, DecidesTest,
    testing::ValuesIn(std::vector<DecidesRow>{
        {"TheConditionOfTheEmptyOne", kStart + kGateways + Tasks("a") + If("x>y", "amount = 1"),
         "s>x x>a a>y", "seq(A?[NOT (amount = 1)])"},
        {"BothHaveOne",
         kStart + kGateways + Tasks("a") + If("x>y", "amount = 1") + If("x>a", "amount = 2"),
         "s>x a>y", "seq(A?[(amount = 2) AND NOT (amount = 1)])"},
        {"TheEmptyOneComesLater",
         kStart + kGateways + Tasks("a") + If("x>a", "amount = 2") + If("x>y", "amount = 1"),
         "s>x a>y", "seq(A?[amount = 2])"},
        {"BesideAChoice",
         kStart + kGateways + Tasks("ab") + If("x>a", "amount = 1") + If("x>y", "amount = 2"),
         "s>x x>b a>y b>y", "seq(xor(A[amount = 1], B)?[NOT ((amount = 2) AND NOT (amount = 1))])"},
        {"TwoOfThem",
         kStart + kGateways + kEarly + Tasks("a") + If("x>y", "amount = 1") +
             If("x>z", "amount = 2"),
         "s>x x>a a>y z>y", "seq(A?[NOT ((amount = 1) OR (amount = 2))])"},
        {"ADoubtfulOne",
         kStart + kGateways + Tasks("ab") + If("x>a", "amount = 1"),
         "s>x x>b x>y a>y b>y",
         "xor(A, B)?",
         {"sequenceFlow x-a: its condition 'amount = 1' is not kept: a person decides"}},
    }),
    [](const auto& row) { return row.param.name; });

// A and B meet before C joins them.
const std::string kMeet = kStart + kGateways + kEarly + Tasks("abcd");
constexpr char kMeeting[] = "s>x a>z b>z z>d d>y c>y";

INSTANTIATE_TEST_SUITE_P(
    BranchesThatMeetEarly, DecidesTest,
    testing::ValuesIn(std::vector<DecidesRow>{
        {"AllHaveOne",
         kMeet + If("x>a", "amount = 1") + If("x>b", "amount = 2") + If("x>c", "amount = 3"),
         kMeeting,
         "xor(seq(xor(A[amount = 1], B[amount = 2]), D)[(amount = 1) OR (amount = 2)], "
         "C[amount = 3])"},
        {"OneStandsBetween",
         kMeet + If("x>a", "amount = 1") + If("x>c", "amount = 3") + If("x>b", "amount = 2"),
         kMeeting,
         "xor(seq(xor(A[amount = 1], B[amount = 2]), D)[(amount = 1) OR ((amount = 2) AND NOT "
         "(amount = 3))], C[amount = 3])"},
        {"OneIsTheElse", kMeet + If("x>a", "amount = 1") + If("x>c", "amount = 3"),
         "s>x x>b a>z b>z z>d d>y c>y",
         "xor(seq(xor(A[amount = 1], B), D)[NOT ((amount = 3) AND NOT (amount = 1))], C[amount = "
         "3])"},
        {"TheOtherIsTheElse", kMeet + If("x>a", "amount = 1") + If("x>b", "amount = 2"),
         "s>x x>c a>z b>z z>d d>y c>y",
         "xor(seq(xor(A[amount = 1], B[amount = 2]), D)[(amount = 1) OR (amount = 2)], C)"},
        {"NoneOfThemHasOne", kMeet + If("x>c", "amount = 3"), "s>x x>a x>b a>z b>z z>d d>y c>y",
         "xor(C[amount = 3], seq(xor(A, B), D))"},
        {"InTheOrderOfTheSplit",
         kStart + kGateways + Tasks("ab") + If("x>a", "amount = 1") + If("x>b", "amount = 2"),
         "b>y s>x a>y", "xor(A[amount = 1], B[amount = 2])"},
        {"DoubtfulOnes",
         kMeet + If("x>a", "amount = 1"),
         "s>x x>b x>c a>z b>z z>d d>y c>y",
         "xor(seq(xor(A, B), D), C)",
         {"sequenceFlow x-a: its condition 'amount = 1' is not kept: a person decides"}},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Loops, DecidesTest,
    testing::ValuesIn(std::vector<DecidesRow>{
        {"LeftBySeveral",
         kStart + kGateways + Tasks("abc") + If("x>b", "amount = 1") + If("x>c", "amount = 2"),
         "s>y y>a a>x x>y",
         "seq(loop(A) until (amount = 1) OR (amount = 2), xor(B[amount = 1], C[amount = 2]))"},
        {"RepeatedBySeveral",
         kStart + kGateways + Tasks("abcd") + If("x>b", "amount = 1") + If("x>c", "amount = 2"),
         "s>y y>a a>x x>d b>y c>y",
         "seq(loop(A, xor(B[amount = 1], C[amount = 2])) until NOT ((amount = 1) OR (amount = 2)), "
         "D)"},
        {"TestedBefore", kStart + kGateways + Tasks("ab") + If("x>a", "amount = 1"),
         "s>y y>x x>b a>y", "seq(loop(A)?[amount = 1] until NOT (amount = 1), B)"},
        {"Doubtful",
         kStart + kGateways + Tasks("abc") + If("x>b", "amount = 1"),
         "s>y y>a a>x x>y x>c",
         "seq(loop(A), xor(B, C))",
         {"sequenceFlow x-b: its condition 'amount = 1' is not kept: a person decides"}},
    }),
    [](const auto& row) { return row.param.name; });

// "amount = 1", so many bytes long.
std::string Padded(size_t bytes) {
  return absl::StrCat("amount =", std::string(bytes - 9, ' '), "1");
}

// As deep as an expression may be.
std::string Deep() {
  return absl::StrCat(std::string(expr::kMaxDepth, '('), "amount = 1",
                      std::string(expr::kMaxDepth, ')'));
}

constexpr char kTooMuchTogether[] =
    ": that it is taken where none of the other conditions holds is not kept: together they are "
    "longer or deeper than one condition may be, so that a person decides";

const std::string kInner = "<exclusiveGateway id='v'/><exclusiveGateway id='w'/>";

INSTANTIATE_TEST_SUITE_P(
    Places, DecidesTest,
    testing::ValuesIn(std::vector<DecidesRow>{
        {"InsideABranch",
         kGateways + kInner + Tasks("ab") + If("v>a", "amount = 3") + If("x>v", "amount = 4"),
         "v>w a>w w>y x>b b>y", "xor(seq(A?[amount = 3])[amount = 4], B)"},
        {"InsideABranchWithoutOne", kGateways + kInner + Tasks("ab") + If("v>a", "amount = 3"),
         "x>v v>w a>w w>y x>b b>y", "xor(seq(A?[amount = 3]), B)"},
        {"InsideAnOptionalBranch",
         kGateways + kInner + Tasks("a") + If("v>a", "amount = 3") + If("x>v", "amount = 4"),
         "v>w a>w w>y x>y", "seq(seq(A?[amount = 3])?[amount = 4])"},
        {"APersonDecidesInsideOne", kGateways + kInner + Tasks("a") + If("x>v", "amount = 4"),
         "v>a v>w a>w w>y x>y", "seq(seq(A?)?[amount = 4])"},
        {"OfTheOnlyFlowOutOfATask",
         Tasks("ab") + If("a>b", "amount = 1"),
         "",
         "seq(A, B)",
         {"sequenceFlow a-b: its condition 'amount = 1' is not kept: it is the only way on from "
          "task 'A' (line 2)"}},
        {"OfTheOnlyFlowOutOfAGateway",
         kStart + kGateways + Tasks("a") + If("x>a", "amount = 1"),
         "s>x a>y",
         "A",
         {"sequenceFlow x-a: its condition 'amount = 1' is not kept: it is the only"}},
        {"OfParallelBranches",
         "<parallelGateway id='x'/>" + Tasks("ab") + If("x>a", "amount = 1"),
         "x>b",
         "and(A, B)",
         {"sequenceFlow x-a: its condition 'amount = 1' is not kept: all flows out of "
          "parallelGateway 'x' (line 2) are taken"}},
        {"OfTheDefault",
         "<exclusiveGateway id='x' default='x-a'/>" + Tasks("ab") + If("x>a", "amount = 1") +
             If("x>b", "amount = 2"),
         "",
         "xor(A, B[amount = 2])",
         {"sequenceFlow x-a: its condition 'amount = 1' is not kept: as the default"}},
        {"OfTheDefaultOfAnInclusiveGateway",
         "<inclusiveGateway id='x' default='x-c'/><inclusiveGateway id='y'/>" + Tasks("abc") +
             If("x>a", "amount = 1") + If("x>b", "amount = 2"),
         "x>c a>y b>y c>y",
         "and(A?[amount = 1], B?[amount = 2], C?[NOT ((amount = 1) OR (amount = 2))])",
         {"inclusiveGateway x: is read as parallel branches"}},
        {"OfTheDefaultBesideOneThatAPersonDecides",
         "<inclusiveGateway id='x' default='x-c'/>" + Tasks("abc") + If("x>a", "amount = 1"),
         "x>b x>c",
         "and(A?[amount = 1], B?, C?)",
         {"inclusiveGateway x: is read as parallel branches",
          "sequenceFlow x-c: that it is taken where none of the other conditions holds is not "
          "kept: sequenceFlow 'x-b' (line 3) has none, so that a person decides"}},
        {"OfTheDefaultOfATaskBesideOneThatIsAlwaysTaken",
         "<task id='x' name='X' default='x-c'/>" + Tasks("abc") + If("x>a", "amount = 1"),
         "x>b x>c", "seq(X, and(A?[amount = 1], B, C?[NOT (amount = 1)]))"},
        {"NoneButADefault",
         "<inclusiveGateway id='x' default='x-b'/>" + Tasks("ab"),
         "x>a x>b",
         "and(A?, B?)",
         {"inclusiveGateway x: is read as parallel branches"}},
        {"OfTheDefaultThatWouldBeTooLong",
         "<inclusiveGateway id='x' default='x-c'/>" + Tasks("abc") + If("x>a", Padded(2500)) +
             If("x>b", Padded(2500)),
         "x>c",
         absl::StrCat("and(A?[", Padded(2500), "], B?[", Padded(2500), "], C?)"),
         {"inclusiveGateway x: is read as parallel branches",
          absl::StrCat("sequenceFlow x-c", kTooMuchTogether)}},
        {"OfTheDefaultThatWouldBeTooDeep",
         "<inclusiveGateway id='x' default='x-b'/>" + Tasks("ab") + If("x>a", Deep()),
         "x>b",
         absl::StrCat("and(A?[", Deep(), "], B?)"),
         {"inclusiveGateway x: is read as parallel branches",
          absl::StrCat("sequenceFlow x-b", kTooMuchTogether)}},
        {"BesideOneOfAnotherLanguage",
         "<exclusiveGateway id='x'/>" + Tasks("abc") + Feel("x>a", "ok") + If("x>b", "amount = 2"),
         "x>c",
         "xor(A, B, C)",
         {"sequenceFlow x-a: its condition 'ok' is not kept: a person decides",
          "sequenceFlow x-b: its condition 'amount = 2' is not kept: another flow out of"}},
        {"TheDefaultBesideOneOfAnotherLanguage",
         "<exclusiveGateway id='x' default='x-c'/>" + Tasks("abc") + Feel("x>a", "ok"),
         "x>b x>c",
         "xor(A, B, C)",
         {"sequenceFlow x-a: its condition 'ok' is not kept: a person decides",
          "sequenceFlow x-c: that it is taken where none of the other conditions holds is not "
          "kept: that of sequenceFlow 'x-a' (line 2) is not kept, so that a person decides"}},
        {"InclusiveBesideOneOfAnotherLanguage",
         "<inclusiveGateway id='x' default='x-c'/>" + Tasks("abc") + Feel("x>a", "ok") +
             If("x>b", "amount = 2"),
         "x>c",
         "and(A?, B?[amount = 2], C?)",
         {"inclusiveGateway x: is read", "sequenceFlow x-a: its condition 'ok' is not kept",
          "sequenceFlow x-c: that it is taken where none of the other conditions holds is not "
          "kept: that of sequenceFlow 'x-a'"}},
        {"Blank",
         "<exclusiveGateway id='x'/>" + Tasks("ab") + If("x>a", " "),
         "x>b",
         "xor(A, B)",
         {"sequenceFlow x-a: its condition '' is not kept"}},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ConditionsTest, ThatCannotBeReadAreRefusedWithTheirFlow) {
  const std::string broken = If("x>a", "amount = 1) OR (amount = 2");
  const std::string xml = FileOf(
      kAttributes + kStart + kGateways + Tasks("a") + broken + If("x>y", "amount = 3"), "s>x a>y");
  const absl::Status status = Import(xml, {}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_BPMN_UNSUPPORTED);
  EXPECT_THAT(std::string(status.message()), HasSubstr("sequenceFlow 'x-a' its condition cannot"));
  const absl::StatusOr<Imported> kept = Import(xml, {.best_effort = true});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(Shown(kept->process.content.root), "A?");
}

TEST(ConditionsTest, ThatAreTooLongTogetherAreTold) {
  const std::string half = Padded(2509);
  const absl::StatusOr<Imported> imported = Import(
      FileOf(kAttributes + kStart + kGateways + Tasks("a") + If("x>y", half) + If("x>a", half),
             "s>x a>y"),
      {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(Shown(imported->process.content.root), "A?");
  ASSERT_EQ(imported->findings.size(), 2u);
  for (const Finding& finding : imported->findings)
    EXPECT_THAT(finding.reason, HasSubstr("is not kept: a person decides"));
}

// An exclusive gateway with 19,000 flows, by turns to one join and to another: put together, the
// conditions would be gigabytes.
TEST(ConditionsTest, OfThousandsOfFlowsAreTold) {
  constexpr int kFlows = 19'000;
  std::string flows = kStart + kGateways + kEarly + Tasks("d");
  for (int i = 0; i < kFlows; ++i) {
    absl::StrAppend(&flows, "<sequenceFlow id='f", i, "' sourceRef='x' targetRef='",
                    i % 2 == 0 ? "z" : "y",
                    "'><conditionExpression language='https://google.aip.dev/160'>", Padded(400),
                    "</conditionExpression></sequenceFlow>\n");
  }
  const absl::StatusOr<Imported> imported = Import(FileOf(kAttributes + flows, "s>x z>d d>y"), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(Shown(imported->process.content.root), "D?");
  ASSERT_EQ(imported->findings.size(), kFlows);
  EXPECT_THAT(imported->findings[0].reason, HasSubstr("is not kept: a person decides"));
}

}  // namespace
}  // namespace plumbline::flow::bpmn
