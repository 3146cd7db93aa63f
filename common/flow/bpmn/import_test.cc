// SPDX-License-Identifier: Apache-2.0
//
// What each element of BPMN becomes.
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

using testing::HasSubstr;

struct Row {
  std::string name;
  std::string elements;
  std::string flows;
  std::string tree;
};

const std::string kSplit = "<exclusiveGateway id='x' name='Which?'/>";
const std::string kJoin = "<exclusiveGateway id='y'/>";
const std::string kFork = "<parallelGateway id='x'/>";
const std::string kStart = "<startEvent id='s'/>";
const std::string kSync = "<parallelGateway id='y'/>";

class AcceptedTest : public testing::TestWithParam<Row> {};

TEST_P(AcceptedTest, GivesTheTree) {
  const absl::StatusOr<Imported> imported =
      Import(FileOf(GetParam().elements, GetParam().flows), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(TextOf(imported->process.content.root), GetParam().tree);
  EXPECT_FALSE(imported->complete);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AcceptedTest,
    testing::ValuesIn(std::vector<Row>{
        {"OneTask", Tasks("a"), "", "A"},
        {"StartAndEnd", "<startEvent id='s'/><endEvent id='e'/>" + Tasks("ab"), "s>a a>b b>e",
         "seq(A, B)"},
        {"TasksOfAllKinds",
         "<userTask id='a' name='A'/><manualTask id='b' name='B'/><serviceTask id='c' name='C'/>"
         "<scriptTask id='d' name='D'/><businessRuleTask id='e' name='E'/><sendTask id='f' "
         "name='F'/><receiveTask id='g' name='G'/>",
         "a>b b>c c>d d>e e>f f>g", "seq(A, B, C, D, E, F, G)"},
        {"NamesOverSeveralLines", "<task id='a' name='Check\nand &#10; triage '/>", "",
         "Check and triage"},
        {"MessageEventsAreSteps",
         "<startEvent id='s'/><intermediateThrowEvent id='a' name='Send the quote'>"
         "<messageEventDefinition/></intermediateThrowEvent><intermediateCatchEvent id='b' "
         "name='Wait for the order'><messageEventDefinition/></intermediateCatchEvent><endEvent "
         "id='e' name='Say thanks'><messageEventDefinition/></endEvent>",
         "s>a a>b b>e", "seq(Send the quote, Wait for the order, Say thanks)"},
        {"Choice", kSplit + kJoin + Tasks("abc"), "c>x x>a x>b a>y b>y",
         "seq(C, xor 'Which?'(A, B))"},
        {"ChoiceWithoutName", "<exclusiveGateway id='x'/>" + Tasks("ab"), "x>a x>b",
         "xor 'Which way?'(A, B)"},
        {"SkipIsOptional", kSplit + kJoin + Tasks("a"), "x>a x>y a>y", "A?"},
        {"ChoiceOrNothing", kSplit + kJoin + Tasks("ab"), "x>a x>b x>y a>y b>y",
         "xor 'Which?'(A, B)?"},
        {"ChoiceThatEndsSeparately", kSplit + Tasks("ab") + "<endEvent id='e'/><endEvent id='f'/>",
         "x>a x>b a>e b>f", "xor 'Which?'(A, B)"},
        {"ChoicesThatShareAJoin",
         kSplit + kJoin + "<exclusiveGateway id='z' name='Then?'/>" + Tasks("abc"),
         "x>a x>z z>b z>c a>y b>y c>y", "xor 'Which?'(A, xor 'Then?'(B, C))"},
        {"ASplitWithTwoJoins", kSplit + kJoin + "<exclusiveGateway id='z'/>" + Tasks("abcd"),
         "x>a x>b x>c a>z b>z z>d d>y c>y", "xor 'Which?'(seq(xor 'Which way?'(A, B), D), C)"},
        {"JoinAndSplitInOne",
         "<exclusiveGateway id='v' name='First?'/>" + kSplit + kJoin + Tasks("abcd"),
         "v>a v>b a>x b>x x>c x>d c>y d>y", "seq(xor 'First?'(A, B), xor 'Which?'(C, D))"},
        {"BranchesOfTheSamePair", kSplit + kJoin + "<exclusiveGateway id='z'/>" + Tasks("abc"),
         "x>a x>b x>z a>y b>y z>c c>y z>y", "xor 'Which?'(A, B, C?)"},
        {"Parallel", kFork + kSync + Tasks("abc"), "c>x x>a x>b a>y b>y", "seq(C, and(A, B))"},
        {"ParallelThatEndsSeparately", kFork + Tasks("ab"), "x>a x>b", "and(A, B)"},
        {"ParallelIntoOneEnd", kFork + Tasks("ab") + "<endEvent id='e'/>", "x>a x>b a>e b>e",
         "and(A, B)"},
        {"ParallelsThatShareAJoin", kFork + kSync + "<parallelGateway id='z'/>" + Tasks("abc"),
         "x>a x>z z>b z>c a>y b>y c>y", "and(A, and(B, C))"},
        {"AParallelJoinedInTwoSteps", kFork + kSync + "<parallelGateway id='z'/>" + Tasks("abcd"),
         "x>a x>b x>c a>z b>z z>d d>y c>y", "and(seq(and(A, B), D), C)"},
        {"SeveralFlowsOutOfATask", Tasks("abc") + kSync, "a>b a>c b>y c>y", "seq(A, and(B, C))"},
        {"SeveralFlowsWithoutIds",
         Tasks("abc") + "<sequenceFlow sourceRef='a' targetRef='b'/><sequenceFlow sourceRef='a' "
                        "targetRef='c'/>",
         "", "seq(A, and(B, C))"},
        {"SeveralFlowsIntoATask", kSplit + Tasks("abc"), "x>a x>b a>c b>c",
         "seq(xor 'Which?'(A, B), C)"},
        {"SeveralBeginnings", Tasks("abc") + kSync, "a>y b>y y>c", "seq(and(A, B), C)"},
        {"Loop", kStart + kJoin + kSplit + Tasks("abc"), "s>y y>a a>x x>b b>y x>c",
         "seq(loop 'Which?'(A; B), C)"},
        {"LoopWithoutRedo", kStart + kJoin + kSplit + Tasks("ac"), "s>y y>a a>x x>y x>c",
         "seq(loop 'Which?'(A), C)"},
        {"LoopBackToATask", kStart + Tasks("abc") + kSplit, "s>a a>b b>x x>a x>c",
         "seq(loop 'Which?'(seq(A, B)), C)"},
        {"While", kJoin + kSplit + Tasks("abc"), "c>y y>x x>a a>y x>b",
         "seq(C, loop 'Which?'(A)?, B)"},
        {"LoopWithSeveralWaysBack", kStart + kJoin + kSplit + Tasks("abcd"),
         "s>y y>a a>x x>b x>c b>y c>y x>d", "seq(loop 'Which?'(A; xor 'Which way?'(B, C)), D)"},
        {"LoopsThatShareTheirBeginning",
         kStart + kJoin + kSplit + "<exclusiveGateway id='z' name='Good?'/>" + Tasks("abc"),
         "s>y y>a a>x x>y x>b b>z z>y z>c", "seq(loop 'Good?'(seq(loop 'Which?'(A), B)), C)"},
        {"LoopMarker",
         "<task id='a' name='A'><standardLoopCharacteristics/></task>"
         "<task id='b' name='B'><standardLoopCharacteristics testBefore='true'/></task>",
         "a>b", "seq(loop 'Again?'(A), loop 'Again?'(B)?)"},
        {"Inclusive",
         "<inclusiveGateway id='x' name='Which?' default='x-c'/><inclusiveGateway id='y'/>" +
             Tasks("abc"),
         "x>a x>b x>c a>y b>y c>y", "and 'Which?'(A?, B?, C?)"},
        {"ConditionalFlowsOutOfATask",
         Tasks("abc") + "<inclusiveGateway id='y'/><sequenceFlow id='f' sourceRef='a' "
                        "targetRef='b'><conditionExpression>late</conditionExpression>"
                        "</sequenceFlow>",
         "a>c b>y c>y", "seq(A, and(B?, C))"},
        {"SubProcess",
         "<subProcess id='s' name='Part'><startEvent id='t'/>" + Tasks("ab") +
             "<sequenceFlow id='f' sourceRef='t' targetRef='a'/><sequenceFlow id='g' "
             "sourceRef='a' targetRef='b'/></subProcess>" +
             Tasks("c"),
         "s>c", "seq(sub 'Part'(A, B), C)"},
        {"TransactionOfOne", "<transaction id='s' name='Part'>" + Tasks("a") + "</transaction>", "",
         "sub 'Part'(A)"},
        {"EmptySubProcessIsAStep", "<subProcess id='s' name='Part'/>", "", "Part"},
        {"Calls",
         "<callActivity id='a' calledElement='Deal_Desk'/><callActivity id='b' "
         "calledElement='processes/desk@3'/>"
         "<callActivity id='d' xmlns:camunda='http://camunda.org/schema/1.0/bpmn' "
         "calledElement='desk' camunda:calledElementVersion='7'/>",
         "a>b b>d", "seq(call processes/deal-desk, call processes/desk@3, call processes/desk)"},
        {"CallsWithARevisionOrTagAndNoCollection",
         "<callActivity id='a' calledElement='deal-desk@1'/><callActivity id='b' "
         "calledElement='process_desk@stable'/><callActivity id='d' calledElement='Desk@1.2'/>",
         "a>b b>d",
         "seq(call processes/deal-desk@1, call processes/desk@stable, call processes/desk)"},
        {"TimerIsTheTarget",
         Tasks("a") + Timer("cancelActivity='false'", "<timeDuration>P2D</timeDuration>"), "", "A"},
        {"LinkEvents",
         Tasks("ab") +
             "<intermediateThrowEvent id='t'><linkEventDefinition name='go'/>"
             "</intermediateThrowEvent><intermediateCatchEvent id='c'><linkEventDefinition "
             "name='go'/></intermediateCatchEvent>",
         "a>t c>b", "seq(A, B)"},
        {"NothingAfterTheSplitIsNothing", kFork + kSync + Tasks("a"), "x>a x>y a>y", "A"},
    }),
    [](const auto& row) { return row.param.name; });

struct Refused {
  std::string name;
  std::string elements;
  std::string flows;
  std::vector<std::string> told;  // "element['id']" and a part of the reason, by turns
  std::string kept;               // with best_effort; "" = nothing
};

class RefusedTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTest, ListsEveryElement) {
  const std::string xml = FileOf(GetParam().elements, GetParam().flows);
  const absl::Status status = Import(xml, {}).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_BPMN_UNSUPPORTED) << status;
  const std::vector<base::FieldViolation> fields = base::FieldViolationsOf(status);
  std::string all;
  for (const base::FieldViolation& field : fields)
    absl::StrAppend(&all, field.field, ": ", field.description, "\n");
  ASSERT_EQ(fields.size() * 2, GetParam().told.size()) << all;
  EXPECT_EQ(base::MetadataOf(status, "count"), absl::StrCat(fields.size()));
  for (size_t i = 0; i < fields.size(); ++i) {
    EXPECT_EQ(fields[i].field, absl::StrCat("xml.", GetParam().told[2 * i]));
    EXPECT_THAT(fields[i].description, HasSubstr(GetParam().told[2 * i + 1]));
    EXPECT_THAT(fields[i].description, testing::StartsWith("line "));
  }
  const absl::StatusOr<Imported> kept = Import(xml, {.best_effort = true});
  if (GetParam().kept.empty()) {
    EXPECT_FALSE(kept.ok());
    return;
  }
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(TextOf(kept->process.content.root), GetParam().kept);
  EXPECT_FALSE(kept->findings.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RefusedTest,
    testing::ValuesIn(std::vector<Refused>{
        {"ParallelBranchesThatMeetExclusively",
         kFork + kJoin + Tasks("ab"),
         "x>a x>b a>y b>y",
         {"parallelGateway['x']", "takes the first that comes", "exclusiveGateway['y']",
          "joins the branches of parallelGateway 'x' (line 2)"},
         "and(A, B)"},
        {"AChoiceThatWaitsForAllBranches",
         kSplit + kSync + Tasks("ab"),
         "x>a x>b a>y b>y",
         {"exclusiveGateway['x']", "waits for all of them", "parallelGateway['y']", "same kind"},
         "xor 'Which?'(A, B)"},
        {"ParallelBranchesIntoOneTask",
         kFork + Tasks("abc"),
         "x>a x>b a>c b>c",
         {"parallelGateway['x']", "task 'C' (line 2)", "task['c']", "same kind"},
         "seq(and(A, B), C)"},
        {"BranchesThatCross",
         kFork + kSync + "<parallelGateway id='v'/><parallelGateway id='w'/>" + Tasks("abd"),
         "x>a x>b a>v v>y v>w b>w w>d d>y",
         {"parallelGateway['x']", "is not block-structured", "parallelGateway['y']",
          "is not block-structured", "parallelGateway['v']", "all come together again",
          "parallelGateway['w']", "did not all begin"},
         "seq(and(A, B), D)"},
        {"AWayIntoALoop",
         kSplit + kJoin + "<exclusiveGateway id='v'/><exclusiveGateway id='w'/>" + Tasks("abc"),
         "x>y x>v y>a a>v v>b b>w w>y w>c",
         {"exclusiveGateway['x']", "block", "exclusiveGateway['y']", "block",
          "exclusiveGateway['v']", "block", "exclusiveGateway['w']", "block"},
         "seq(loop 'Again?'(B; A), C)"},
        {"MultipleInstances",
         "<task id='a' name='A'><multiInstanceLoopCharacteristics/></task>",
         "",
         {"multiInstanceLoopCharacteristics['']", "multiple instances of task 'A' (line 2)"},
         "A"},
        {"IntermediateTimer",
         Tasks("ab") + "<intermediateCatchEvent id='t'><timerEventDefinition/>"
                       "</intermediateCatchEvent>",
         "a>t t>b",
         {"intermediateCatchEvent['t']", "timer events are not supported"},
         "seq(A, B)"},
        {"BoundaryError",
         Tasks("ab") + "<boundaryEvent id='t' attachedToRef='a'><errorEventDefinition/>"
                       "</boundaryEvent><startEvent id='s'/>",
         "s>a t>b",
         {"boundaryEvent['t']", "only timers", "task['b']", "no sequence flow leads to it"},
         "A"},
        {"TimerWithAWayOn",
         Tasks("ab") + Timer("", "<timeDuration>PT4H</timeDuration>") + "<startEvent id='s'/>",
         "s>a t>b",
         {"boundaryEvent['t']", "the way on from it", "task['b']", "no sequence flow"},
         "A"},
        {"TimerWithADate",
         Tasks("a") + Timer("", "<timeDate>2026-12-24</timeDate>"),
         "",
         {"boundaryEvent['t']", "only timers with a duration"},
         "A"},
        {"TimerOfAMonth",
         Tasks("a") + Timer("", "<timeDuration>P1M</timeDuration>"),
         "",
         {"boundaryEvent['t']", "its duration 'P1M' cannot be a target"},
         "A"},
        {"TimerOfASubProcess",
         "<subProcess id='a' name='A'>" + Tasks("b") + "</subProcess>" +
             Timer("", "<timeDuration>P1D</timeDuration>"),
         "",
         {"boundaryEvent['t']", "at the edge of a task"},
         "sub 'A'(B)"},
        {"EventSubProcess",
         Tasks("a") + "<subProcess id='s' triggeredByEvent='true'/>",
         "",
         {"subProcess['s']", "event sub-processes"},
         "A"},
        {"EventBasedGateway",
         Tasks("ab") + "<eventBasedGateway id='x'/><intermediateCatchEvent id='m' name='Order'>"
                       "<messageEventDefinition/></intermediateCatchEvent><intermediateCatchEvent "
                       "id='t'><timerEventDefinition/></intermediateCatchEvent>",
         "x>m x>t m>a t>b",
         {"eventBasedGateway['x']", "a choice that a person makes", "intermediateCatchEvent['t']",
          "timer events"},
         "xor 'Which way?'(seq(Order, A), B)"},
        {"ComplexGateway",
         "<complexGateway id='x'/><inclusiveGateway id='y'/>" + Tasks("ab"),
         "x>a x>b a>y b>y",
         {"complexGateway['x']", "not supported"},
         "and(A?, B?)"},
        {"TerminateAmongParallelBranches",
         kFork + Tasks("ab") + "<endEvent id='e'><terminateEventDefinition/></endEvent>",
         "x>a x>b a>e",
         {"endEvent['e']", "ends all parallel branches"},
         "and(A, B)"},
        {"ErrorEnd",
         Tasks("a") + "<endEvent id='e'><errorEventDefinition/></endEvent>",
         "a>e",
         {"endEvent['e']", "error ends are not supported"},
         "A"},
        {"TwoStarts",
         Tasks("ab") + "<startEvent id='s'/><startEvent id='t'/>",
         "s>a t>b",
         {"startEvent['t']", "one start", "task['b']", "no sequence flow leads to it"},
         "A"},
        {"Unreached",
         Tasks("ab") + "<startEvent id='s'/>",
         "s>a",
         {"task['b']", "no sequence flow leads to it from the start"},
         "A"},
        {"WithoutAnEnd",
         Tasks("abc") + kFork,
         "a>x x>b x>c c>c",
         {"task['c']", "no sequence flow leads from it to an end"},
         "seq(A, B)"},
        {"FlowToNowhere", Tasks("a"), "a>z", {"sequenceFlow['a-z']", "leads to 'z'"}, "A"},
        {"NothingButACircle",
         Tasks("ab") + "<startEvent id='s'/>",
         "s>a a>b b>a",
         {"task['a']", "to an end", "task['b']", "to an end", "startEvent['s']", "to an end"},
         ""},
        {"UnknownElement",
         Tasks("a") + "<choreographyTask id='c'/>",
         "",
         {"choreographyTask['c']", "is not supported"},
         "A"},
        {"Compensation",
         "<task id='a' name='A' isForCompensation='true'/>",
         "",
         {"task['a']", "compensation"},
         "A"},
        {"AdHoc",
         "<adHocSubProcess id='s'/>" + Tasks("a"),
         "a>s",
         {"adHocSubProcess['s']", "ad-hoc"},
         "A"},
        {"NoName",
         "<task id='Activity_1X'/>",
         "",
         {"task['Activity_1X']", "a step needs one: give it one"},
         "activity-1x"},
        {"LongName",
         "<task id='a' name='" + std::string(201, 'n') + "'/>",
         "",
         {"task['a']", "more than 200 characters"},
         std::string(200, 'n')},
        {"InstructionsTooLong",
         "<task id='a' name='A'><documentation>" + std::string(8001, 'd') +
             "</documentation></task>",
         "",
         {"task['a']", "step.instructions has 8001 characters"},
         "A"},
        {"UnknownLink",
         Tasks("a") + "<intermediateThrowEvent id='t'><linkEventDefinition name='x'/>"
                      "</intermediateThrowEvent>",
         "a>t",
         {"intermediateThrowEvent['t']", "catches its link"},
         "A"},
    }),
    [](const auto& row) { return row.param.name; });

struct Told {
  std::string name;
  std::string elements;
  std::string flows;
  std::string findings;
};

class IgnoredTest : public testing::TestWithParam<Told> {};

TEST_P(IgnoredTest, IsTold) {
  const absl::StatusOr<Imported> imported =
      Import(FileOf(GetParam().elements, GetParam().flows), {});
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(TextOf(imported->findings), GetParam().findings);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, IgnoredTest,
    testing::ValuesIn(std::vector<Told>{
        {"Nothing", Tasks("a"), "", ""},
        {"Annotation",
         Tasks("a") + "<textAnnotation id='n'><text>Note</text></textAnnotation><association "
                      "id='o' sourceRef='a' targetRef='n'/>",
         "", "line 2 ignored textAnnotation n: is not part of the flow"},
        {"Data",
         Tasks("a") + "<dataObject id='d'/><dataObjectReference id='r' dataObjectRef='d'/>"
                      "<dataStoreReference id='s'/>",
         "",
         "line 2 ignored dataObjectReference r: is not part of the flow\n"
         "line 2 ignored dataStoreReference s: is not part of the flow"},
        {"Milestone", Tasks("a") + "<intermediateThrowEvent id='m'/>", "a>m",
         "line 2 ignored intermediateThrowEvent m: marks a state, in which nothing is done"},
        {"Trigger", Tasks("a") + "<startEvent id='s'><timerEventDefinition/></startEvent>", "s>a",
         "line 2 ignored startEvent s: that a timer starts it is not kept"},
        {"Condition",
         kSplit + Tasks("ab") +
             "\n<sequenceFlow id='f' sourceRef='x' targetRef='a'>"
             "<conditionExpression> ${ok} </conditionExpression></sequenceFlow>",
         "x>b",
         "line 3 ignored sequenceFlow f: its condition '${ok}' is not kept: a person "
         "decides"},
        {"Inclusive", "<inclusiveGateway id='x'/>" + Tasks("ab"), "x>a x>b",
         "line 2 ignored inclusiveGateway x: is read as parallel branches, each of which may be "
         "left "
         "out"},
        {"InterruptingTimerToAnEnd",
         Tasks("a") + Timer("", "<timeDuration>P2D</timeDuration>") +
             "<startEvent id='s'/><endEvent id='e'/>",
         "s>a t>e",
         "line 2 ignored boundaryEvent t: is read as the target of its task, which it does not "
         "interrupt any more"},
        {"OtherVendorsElements", "<v:a xmlns:v='urn:v'/>" + Tasks("a"), "",
         "line 1 ignored definitions : elements of other vendors (1) are not kept"},
        {"VersionOfAnotherSystem",
         "<callActivity id='d' xmlns:camunda='http://camunda.org/schema/1.0/bpmn' "
         "calledElement='desk' camunda:calledElementBinding='latest' "
         "camunda:calledElementVersion='7'/>",
         "",
         "line 2 ignored callActivity d: the version '7' of what it calls is one of another system "
         "and not kept: publishing pins the latest revision"},
        {"NoVersionOfOurs", "<callActivity id='d' calledElement='Desk@1.2'/>", "",
         "line 2 ignored callActivity d: what follows the @ of 'Desk@1.2', which it calls, is "
         "neither a revision nor a tag and not kept: publishing pins the latest revision"},
        {"VersionTagOfAnotherSystem",
         "<callActivity id='d' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0'>"
         "<extensionElements><zeebe:calledElement processId='desk' bindingType='versionTag' "
         "versionTag='v1'/></extensionElements></callActivity>",
         "",
         "line 2 ignored callActivity d: the version 'v1' of what it calls is one of another "
         "system and not kept: publishing pins the latest revision"},
        {"LoopCondition",
         "<task id='a' name='A'><standardLoopCharacteristics loopMaximum='3'/></task>", "",
         "line 2 ignored standardLoopCharacteristics : when task 'A' (line 2) is repeated is not "
         "kept: a person decides"},
    }),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::flow::bpmn
