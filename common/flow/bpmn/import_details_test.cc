// SPDX-License-Identifier: Apache-2.0
//
// Who does what, which process, which ids, and how much is too much.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/test_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kSplit = "<exclusiveGateway id='x' name='Which?'/><exclusiveGateway id='y'/>";

StepDetails StepOf(const std::string& task, const ImportOptions& options = {}) {
  const absl::StatusOr<Imported> imported = Import(FileOf(task, ""), options);
  EXPECT_TRUE(imported.ok()) << imported.status();
  return imported.ok() ? imported->process.content.root.step : StepDetails();
}

TEST(ImportTest, TimersAreTargets) {
  const BusinessDuration four_hours{.minutes = 240};
  EXPECT_EQ(
      StepOf(Tasks("a") + Timer("cancelActivity='false'", "<timeDuration>PT4H</timeDuration>"))
          .target,
      four_hours);
}

struct TimersRow {
  std::string name;
  std::vector<std::string> timers;
  std::string extension;  // of the task
  BusinessDuration target;
  std::string findings;
};

class TimersTest : public testing::TestWithParam<TimersRow> {};

TEST_P(TimersTest, OneIsTheTargetAndTheOthersAreTold) {
  std::string elements = absl::StrCat("<task id='a' name='A'>", GetParam().extension, "</task>");
  for (size_t i = 0; i < GetParam().timers.size(); ++i) {
    absl::StrAppend(&elements, "\n<boundaryEvent id='t", i,
                    "' attachedToRef='a' cancelActivity='false'><timerEventDefinition>"
                    "<timeDuration>",
                    GetParam().timers[i], "</timeDuration></timerEventDefinition></boundaryEvent>");
  }
  const absl::StatusOr<Imported> imported = Import(FileOf(elements, ""), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->process.content.root.step.target, GetParam().target);
  EXPECT_EQ(TextOf(imported->findings), GetParam().findings);
}

constexpr char kOwnTarget[] =
    "<extensionElements><p:step xmlns:p='urn:plumbline:bpmn:1' target='P3D'/></extensionElements>";

INSTANTIATE_TEST_SUITE_P(
    Rows, TimersTest,
    testing::ValuesIn(std::vector<TimersRow>{
        {"One", {"P2D"}, "", {.days = 2}, ""},
        {"TheSecondIsLonger",
         {"P2D", "P5D"},
         "",
         {.days = 2},
         "line 4 ignored boundaryEvent t1: is not kept: a task has one target, and this one has "
         "P2D"},
        {"TheSecondIsShorter",
         {"P5D", "PT4H"},
         "",
         {.minutes = 240},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "PT240M"},
        {"ADayHasEightHours",
         {"PT9H", "P1D"},
         "",
         {.days = 1},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "P1D"},
        {"ThreeOfThem",
         {"P5D", "P2D", "P3D"},
         "",
         {.days = 2},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "P2D\nline 5 ignored boundaryEvent t2: is not kept: a task has one target, and this one "
         "has P2D"},
        {"BesideATargetOfOurs",
         {"P2D"},
         kOwnTarget,
         {.days = 3},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "P3D"},
        {"TheSameAsOurs", {"P3D"}, kOwnTarget, {.days = 3}, ""},
        {"TheLongerIsTheSameAsOurs",
         {"P2D", "P3D"},
         kOwnTarget,
         {.days = 3},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "P3D"},
        {"AllAreToldTheSameTarget",
         {"P4D", "P2D"},
         kOwnTarget,
         {.days = 3},
         "line 3 ignored boundaryEvent t0: is not kept: a task has one target, and this one has "
         "P3D\nline 4 ignored boundaryEvent t1: is not kept: a task has one target, and this one "
         "has P3D"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ImportTest, ATimerBesideATargetOfOursIsToldOnce) {
  const std::string timer = "<timeDuration>P2D</timeDuration>";
  const std::string task = absl::StrCat("<task id='a' name='A'>", kOwnTarget, "</task>");
  const std::string not_kept =
      "line 2 ignored boundaryEvent t: is not kept: a task has one target, and this one has P3D";
  const auto told = [](const std::string& elements, const std::string& flows) {
    const absl::StatusOr<Imported> imported =
        Import(FileOf(elements, flows), {.best_effort = true});
    EXPECT_TRUE(imported.ok()) << imported.status();
    return imported.ok() ? TextOf(imported->findings) : "";
  };
  EXPECT_EQ(told(task + Timer("", timer), ""), not_kept);
  EXPECT_EQ(told(task + Tasks("b") + Timer("", timer), "a>b t>b"),
            not_kept + "\nline 2 dropped boundaryEvent t: the way on from it is not supported");
}

struct RoleRow {
  std::string name;
  std::string attributes;
  std::string inner;
  std::string role;
};

class RoleTest : public testing::TestWithParam<RoleRow> {};

TEST_P(RoleTest, ComesFrom) {
  const std::string task = absl::StrCat(
      "<userTask id='a' name='A' xmlns:camunda='http://camunda.org/schema/1.0/bpmn' "
      "xmlns:flowable='http://flowable.org/bpmn' xmlns:activiti='http://activiti.org/bpmn' "
      "xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' ",
      GetParam().attributes, ">", GetParam().inner, "</userTask>");
  EXPECT_EQ(StepOf(task, {.default_role = "anybody"}).role, GetParam().role);
}

std::string Owner(const std::string& kind, const std::string& expression) {
  return absl::StrCat("<", kind, "><resourceAssignmentExpression><formalExpression> ", expression,
                      " </formalExpression></resourceAssignmentExpression></", kind, ">");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RoleTest,
    testing::ValuesIn(std::vector<RoleRow>{
        {"Nobody", "", "", "anybody"},
        {"PotentialOwner", "", Owner("potentialOwner", "manager"), "manager"},
        {"HumanPerformer", "", Owner("humanPerformer", "manager"), "manager"},
        {"Performer", "", Owner("performer", "manager"), "manager"},
        {"AnExpressionIsNobody", "", Owner("potentialOwner", "${group}"), "anybody"},
        {"CamundaGroups", "camunda:candidateGroups='legal' camunda:assignee='ann'", "", "legal"},
        {"CamundaAssignee", "camunda:assignee='ann'", "", "ann"},
        {"CamundaExpression", "camunda:assignee='${initiator}'", "", "anybody"},
        {"Flowable", "flowable:candidateGroups='legal'", "", "legal"},
        {"Activiti", "activiti:candidateUsers='bob'", "", "bob"},
        {"Zeebe", "",
         "<extensionElements><zeebe:assignmentDefinition candidateGroups='desk' "
         "assignee='=owner'/></extensionElements>",
         "desk"},
        {"NamedRole", "", "<potentialOwner name='Sales'/>", "Sales"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ImportTest, LanesAreRolesAndDeciders) {
  const absl::StatusOr<Imported> imported = Import(
      FileOf("<laneSet><lane name='Sales'><flowNodeRef>a</flowNodeRef><flowNodeRef>s</flowNodeRef>"
             "<childLaneSet><lane name='Desk'><flowNodeRef> x </flowNodeRef></lane>"
             "</childLaneSet></lane><lane><flowNodeRef>b</flowNodeRef></lane></laneSet>"
             "<subProcess id='s' name='S'><task id='c' name='C'/></subProcess>" +
                 kSplit + Tasks("ab"),
             "x>a x>b a>y b>y y>s"),
      {.default_role = "anybody"});
  ASSERT_TRUE(imported.ok()) << imported.status();
  const Node& root = imported->process.content.root;
  ASSERT_EQ(TextOf(root), "seq(xor 'Which?' by Desk(A, B), sub 'S'(C))");
  EXPECT_EQ(root.children[0].children[0].step.role, "Sales");
  EXPECT_EQ(root.children[0].children[1].step.role, "anybody");
  EXPECT_EQ(root.children[1].children[0].step.role, "Sales");
}

constexpr char kTwoProcesses[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:t='urn:t'>"
    "<resource id='r' name='Board'/><collaboration id='c'><participant id='q' name='Customer'/>"
    "<participant id='w' name='Shop' processRef='t:two'/><messageFlow id='m'/></collaboration>\n"
    "<process id='one'><task id='a' name='A'/></process>\n"
    "<process id='two'><documentation> Sells. </documentation><task id='b' name='B'/>"
    "<sequenceFlow sourceRef='b' targetRef='t:d'/><task id='d' name='D'><performer>"
    "<resourceRef>t:r</resourceRef></performer></task></process></definitions>";

TEST(ImportTest, OfSeveralProcessesOneIsNamed) {
  const std::vector<base::FieldViolation> which =
      base::FieldViolationsOf(Import(kTwoProcesses, {}).status());
  ASSERT_EQ(which.size(), 1u);
  EXPECT_EQ(which[0].field, "process_element");
  EXPECT_THAT(which[0].description,
              HasSubstr("'one' (line 2), 'two' (line 3); name one with `process_element`"));
  EXPECT_THAT(base::FieldViolationsOf(Import(kTwoProcesses, {.process = "x"}).status()),
              testing::SizeIs(1));
  const absl::StatusOr<Imported> two = Import(kTwoProcesses, {.process = "two"});
  ASSERT_TRUE(two.ok()) << two.status();
  EXPECT_EQ(two->process.id, "two");
  EXPECT_EQ(two->process.content.title, "Shop");
  EXPECT_EQ(two->process.content.purpose, "Sells.");
  EXPECT_EQ(TextOf(two->process.content.root), "seq(B, D)");
  EXPECT_EQ(two->process.content.root.children[0].step.role, "Shop");
  EXPECT_EQ(two->process.content.root.children[1].step.role, "Board");
  std::vector<std::string> told;
  for (const Finding& finding : two->findings) told.push_back(finding.id);
  EXPECT_THAT(told, ElementsAre("q", "m"));
}

TEST(ImportTest, IdsAreMadeOfTheirsAndUnique) {
  const absl::StatusOr<Imported> imported =
      Import(FileOf("<task id='Task_1' name='A'/><task id='task-1' name='B'/><task id='TASK.1' "
                    "name='C'/><task id='_' name='D'/><task id='sid-0F' name='E'/>",
                    "Task_1>task-1 task-1>TASK.1 TASK.1>_ _>sid-0F"),
             {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  std::vector<std::string> ids;
  for (const Node& node : imported->process.content.root.children) ids.push_back(node.id);
  EXPECT_THAT(ids, ElementsAre("task-1-2", "task-1", "task-1-3", "n", "sid-0f"));
}

TEST(ImportTest, TwoElementsWithOneIdAreRefused) {
  const absl::Status status = Import(FileOf(Tasks("a") + "\n" + Tasks("a"), ""), {}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(status, "line"), "3");
  EXPECT_THAT(std::string(status.message()), HasSubstr("has the id 'a' of task 'A' (line 2)"));
}

TEST(ImportTest, AProcessWithoutActivityIsRefused) {
  const absl::Status status =
      Import(FileOf("<startEvent id='s'/><endEvent id='e'/>", "s>e"), {}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_THAT(std::string(status.message()), HasSubstr("holds no activity"));
}

TEST(ImportTest, TooManyFlowElementsAreRefused) {
  std::string tasks;
  for (int i = 0; i <= kMaxFlowElements; ++i)
    absl::StrAppend(&tasks, "<task id='t", i, "' name='T'/>");
  const absl::Status status = Import(FileOf(tasks, ""), {}).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 20000 flow elements"));
}

TEST(ImportTest, ATargetOfTheProcessThatIsNoDurationIsDropped) {
  const std::string xml = FileOf(
      "<extensionElements><p:process xmlns:p='urn:plumbline:bpmn:1' id='deal' owner='desk' "
      "target='2 days'/></extensionElements>" +
          Tasks("a"),
      "");
  const absl::Status refused = Import(xml, {}).status();
  EXPECT_EQ(base::ReasonOf(refused), base::Reason::ERROR_REASON_BPMN_UNSUPPORTED);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("its target '2 days' is no duration"));
  const absl::StatusOr<Imported> kept = Import(xml, {.best_effort = true});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_FALSE(kept->process.content.target.has_value());
  EXPECT_EQ(kept->findings.size(), 1u);
}

// "t0" after "t1" after "t2" ...: flows against the order of the tasks.
std::string Reversed(int tasks) {
  std::string elements, flows;
  for (int i = 0; i < tasks; ++i)
    absl::StrAppend(&elements, "<task id='t", i, "' name='T", i, "'/>");
  for (int i = 1; i < tasks; ++i) absl::StrAppend(&flows, "t", i, ">t", i - 1, " ");
  return FileOf(elements, flows);
}

TEST(ImportTest, FlowsMayStandAgainstTheOrderOfTheTasks) {
  const absl::StatusOr<Imported> imported = Import(Reversed(400), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  const std::vector<Node>& nodes = imported->process.content.root.children;
  ASSERT_EQ(nodes.size(), 400u);
  for (int i = 0; i < 400; ++i)
    EXPECT_EQ(nodes[static_cast<size_t>(i)].title, absl::StrCat("T", 399 - i));
}

TEST(ImportTest, MoreActivitiesThanATreeMayHaveAreRefused) {
  for (const bool best_effort : {false, true}) {
    const absl::Status status = Import(Reversed(2001), {.best_effort = best_effort}).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
    EXPECT_THAT(std::string(status.message()), HasSubstr("has 2001 activities"));
  }
}

// A choice in a choice in a choice ..., each with a task beside it.
TEST(ImportTest, GatewaysInsideEachOtherAreRefusedBeforeTheyAreDeep) {
  constexpr int kLevels = 1900;
  std::string elements = "<task id='t' name='T'/>", flows;
  for (int i = 0; i < kLevels; ++i) {
    absl::StrAppend(&elements, "<exclusiveGateway id='x", i, "'/><exclusiveGateway id='y", i,
                    "'/><task id='t", i, "' name='T'/>");
    absl::StrAppend(&flows, "x", i, ">t", i, " t", i, ">y", i, " ");
    if (i > 0) absl::StrAppend(&flows, "x", i - 1, ">x", i, " y", i, ">y", i - 1, " ");
  }
  absl::StrAppend(&flows, "x", kLevels - 1, ">t t>y", kLevels - 1);
  for (const bool best_effort : {false, true}) {
    const absl::Status status =
        Import(FileOf(elements, flows), {.best_effort = best_effort}).status();
    EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
    EXPECT_THAT(std::string(status.message()), HasSubstr("inside each other more than 32 levels"));
  }
}

// A file of ours in which somebody changed with another tool what is called.
struct EditedCall {
  std::string extension, element, called;
  bool told;
};

TEST(ImportTest, WhatIsWrittenIntoCalledElementWinsOverOurExtension) {
  for (const EditedCall& row : std::vector<EditedCall>{
           {"processes/desk", "process_desk", "processes/desk", false},
           {"processes/desk@3", "process_desk", "processes/desk@3", false},
           {"processes/desk@3", "processes/desk", "processes/desk@3", false},
           {"processes/a--b@3", "process_a--b", "processes/a--b@3", false},
           {"processes/desk@3", "", "processes/desk@3", false},
           {"processes/desk@3", "${desk}", "processes/desk@3", false},
           {"processes/desk", "processes/desk@1", "processes/desk@1", true},
           {"processes/desk@3", "process_desk@1", "processes/desk@1", true},
           {"processes/desk@3", "process_other", "processes/other", true},
       }) {
    const absl::StatusOr<Imported> imported =
        Import(FileOf(absl::StrCat("<callActivity id='a' calledElement='", row.element,
                                   "'><extensionElements><p:call xmlns:p='urn:plumbline:bpmn:1' "
                                   "process='",
                                   row.extension, "'/></extensionElements></callActivity>"),
                      ""),
               {});
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(imported->process.content.root.called, row.called);
    EXPECT_EQ(TextOf(imported->findings),
              row.told ? absl::StrCat("line 2 ignored callActivity a: calls '", row.called,
                                      "', as its calledElement says; its plumbline:call, which "
                                      "says '",
                                      row.extension, "', is not kept")
                       : "");
  }
}

TEST(ImportTest, FindingsOfElementsWithoutIdAndNameHaveNoEmptyQuotes) {
  const absl::Status status =
      Import(FileOf("<task id='a' name='A'><multiInstanceLoopCharacteristics/></task>", ""), {})
          .status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("line 2: multiInstanceLoopCharacteristics multiple instances"));
  ASSERT_EQ(base::FieldViolationsOf(status).size(), 1u);
  EXPECT_THAT(base::FieldViolationsOf(status)[0].description,
              HasSubstr("line 2, multiInstanceLoopCharacteristics: multiple instances"));
}

TEST(ImportTest, AnUnnamedTaskIsCalledByItsIdOnlyWithBestEffort) {
  const std::string xml = FileOf("<task id='Activity_1X'/>", "");
  const absl::Status refused = Import(xml, {}).status();
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("it is called")));
  const absl::StatusOr<Imported> kept = Import(xml, {.best_effort = true});
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(TextOf(kept->findings), HasSubstr("it is called 'activity-1x'"));
}

TEST(ImportTest, BestEffortTellsWhatGatewaysBecome) {
  const auto told = [](const std::string& split, const std::string& join,
                       const std::string& flows) {
    const absl::StatusOr<Imported> kept =
        Import(FileOf("<" + split + " id='x'/><" + join + " id='y'/>" + Tasks("abc"), flows),
               {.best_effort = true});
    return kept.ok() ? TextOf(kept->findings) : std::string(kept.status().message());
  };
  const std::string pair = "x>a x>b a>y b>y y>c";
  EXPECT_THAT(
      told("inclusiveGateway", "exclusiveGateway", pair),
      HasSubstr("; the two are read as parallel branches, each of which may be left out\n"));
  EXPECT_THAT(told("exclusiveGateway", "parallelGateway", pair),
              HasSubstr("; the two are read as a choice\n"));
  EXPECT_THAT(told("exclusiveGateway", "inclusiveGateway", "x>a x>b a>y b>y b>c y>c"),
              HasSubstr("it is read as the end of what begins before it"));
}

TEST(ImportTest, ATreeThatIsTooDeepIsRefused) {
  std::string open, close;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&open, "<subProcess id='s", i, "' name='S'>");
    absl::StrAppend(&close, "</subProcess>");
  }
  const absl::Status status = Import(FileOf(open + Tasks("a") + close, ""), {}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
}

}  // namespace
}  // namespace plumbline::flow::bpmn
