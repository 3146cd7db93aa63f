// SPDX-License-Identifier: Apache-2.0
//
// Import(Export(p)) == p.
#include <functional>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/aims.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

using testing::IsEmpty;

Process ProcessOf(Node root) {
  return {.id = "deal",
          .content = {.title = "Deal", .owner = "Head of Deals", .root = std::move(root)}};
}

void ExpectRoundTrip(const Process& process) {
  const expr::Schema attributes = SchemaOf(process.content.attributes);
  ASSERT_THAT(Validate(process.content.root, attributes, "root"), IsEmpty());
  const std::string xml = Export(process);
  const absl::StatusOr<Imported> back = Import(xml, {});
  ASSERT_TRUE(back.ok()) << back.status() << "\n" << xml;
  EXPECT_TRUE(back->complete);
  EXPECT_TRUE(back->process == process) << xml << "\n" << Export(back->process);
  for (const Finding& finding : back->findings) ADD_FAILURE() << finding.reason << "\n" << xml;
}

Node Untitled(Node node) {
  node.title.clear();
  return node;
}

Node FullStep() {
  Node step = Step("everything");
  step.title = "Two lines:\n\t\"quoted\" & <tagged> \xE2\x82\xAC";
  step.step = {.role = " sales & \"ops\"\n",
               .target = BusinessDuration{.days = 3, .minutes = 90},
               .earliest_day = -12,
               .utilities = {"crm", "e-signature"},
               .checklist = {{.id = "signed", .title = "It is <signed>\r\n"},
                             {.id = "sent", .title = " It is sent ", .optional = true}},
               .defect_kinds = {"late", "wrong-address"},
               .instructions = "\n  First line.\r\n\tSecond ]]> line.\n\n",
               .verifier = "the \"manager\"",
               .waiver_approver = "legal & finance",
               .automation = Automation{.webhook = "provision-crm", .answer_minutes = 90}};
  return step;
}

Node Deciding(Node node, const std::string& decider) {
  node.decider = decider;
  return node;
}

struct Row {
  std::string name;
  Node root;
};

class RoundTripTest : public testing::TestWithParam<Row> {};

TEST_P(RoundTripTest, GivesAnEqualTree) { ExpectRoundTrip(ProcessOf(GetParam().root)); }

INSTANTIATE_TEST_SUITE_P(
    Rows, RoundTripTest,
    testing::ValuesIn(std::vector<Row>{
        {"Step", Step("a")},
        {"StepWithEverything", FullStep()},
        {"StepWithTargetOfNothing",
         [] {
           Node step = Step("a");
           step.step.target = BusinessDuration{};
           return step;
         }()},
        {"OptionalStep", Optional(Step("a"))},
        {"Sequence", Sequence("s", {Step("a"), Step("b")})},
        {"UntitledSequence", Untitled(Sequence("s", {Step("a"), Step("b")}))},
        {"SequenceOfOne", Sequence("s", {Step("a")})},
        {"SequenceInSequence",
         Sequence("s", {Step("a"), Untitled(Sequence("t", {Step("b"), Step("c")}))})},
        {"SequencesOfOneInside", Nested(12)},
        {"OptionalSequenceAsRoot", Optional(Sequence("s", {Step("a"), Step("b")}))},
        {"Parallel", Untitled(Parallel("p", {Step("a"), Step("b"), Step("c")}))},
        {"ParallelInParallel", Parallel("p", {Step("a"), Parallel("q", {Step("b"), Step("c")})})},
        {"ParallelWithOptionalBranch", Parallel("p", {Optional(Step("a")), Step("b")})},
        {"Choice", Deciding(Choice("c", {Step("a"), Step("b")}), "manager")},
        {"ChoiceInChoice", Choice("c", {Choice("d", {Step("a"), Step("b")}), Step("e")})},
        {"ChoiceWithOptionalBranches", Choice("c", {Optional(Step("a")), Optional(Step("b"))})},
        {"OptionalChoice", Optional(Choice("c", {Step("a"), Step("b")}))},
        {"Loop", Deciding(Loop("l", {Step("a"), Step("b")}), "desk")},
        {"LoopWithoutRedo", Loop("l", {Step("a")})},
        {"LoopOfLoop", Loop("l", {Loop("m", {Step("a")}), Loop("n", {Step("b"), Step("c")})})},
        {"LoopOfOptional", Loop("l", {Optional(Step("a")), Optional(Step("b"))})},
        {"OptionalLoop", Optional(Loop("l", {Step("a")}))},
        {"PlainSequencesAsBranches",
         Parallel("p", {Untitled(Sequence("s", {Step("a"), Step("b")})),
                        Choice("c", {Untitled(Sequence("t", {Step("d"), Loop("l", {Step("e")})})),
                                     Untitled(Sequence("u", {Optional(Step("f")), Step("g")}))})})},
        {"PlainSequencesInLoop",
         Loop("l", {Untitled(Sequence("s", {Loop("m", {Step("a")}), Step("b")})),
                    Untitled(Sequence("t", {Step("c"), Step("d")}))})},
        {"SequenceOfOneAsBranch", Choice("c", {Untitled(Sequence("s", {Step("a")})), Step("b")})},
        {"Calls", Sequence("s", {Untitled(Call("a", "processes/desk")),
                                 Optional(Call("b", "processes/desk@12"))})},
        {"IdsLikeOurOwnWords",
         Sequence("process", {Step("start"), Sequence("process-start", {Step("finish")})})},
    }),
    [](const auto& row) { return row.param.name; });

TEST(RoundTripTest, KeepsWhatStandsBesideTheTree) {
  Process process = ProcessOf(Step("a"));
  process.content.purpose = "Line one.\n  Line two.\n";
  process.content.target = BusinessDuration{.days = 30};
  process.content.labels = {{"area", "deals & more"}, {"review-cycle", ""}};
  ExpectRoundTrip(process);
}

TEST(RoundTripTest, KeepsMilestonesAndEscalations) {
  Process process = ProcessOf(Sequence("s", {Step("a"), Step("b")}));
  process.content.milestones = {{.id = "certified",
                                 .title = "Certified \"& able\"",
                                 .description = "First line\nsecond <line>",
                                 .node = "b",
                                 .target = BusinessDuration{.days = 20, .minutes = 30}},
                                {.id = "first-deal", .title = "First deal"}};
  process.content.escalations = {
      {.id = "soon",
       .trigger = EscalationTrigger::kDueSoon,
       .levels = {{.after = {.days = 2}, .notify = {"@assignee", "it & more"}},
                  {.notify = {"@group:help"}}}},
      {.id = "late",
       .trigger = EscalationTrigger::kOverdue,
       .steps = {"a", "b"},
       .levels = {{.after = {.minutes = 90}, .notify = {"@assignee.manager"}}}},
      {.id = "idle",
       .trigger = EscalationTrigger::kNotStarted,
       .levels = {{.notify = {"@manager"}}}},
      {.id = "stuck", .trigger = EscalationTrigger::kBlocked, .levels = {{.notify = {"@buddy"}}}}};
  std::vector<base::FieldViolation> faults;
  ValidateAims(process.content, "process", &faults);
  ASSERT_THAT(faults, IsEmpty());
  ExpectRoundTrip(process);
}

TEST(RoundTripTest, AutomatedStepsAreServiceTasks) {
  const std::string xml = Export(ProcessOf(FullStep()));
  EXPECT_NE(xml.find("<bpmn:serviceTask id=\"everything\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("webhook=\"provision-crm\" answerMinutes=\"90\""), std::string::npos) << xml;
}

TEST(RoundTripTest, AMilestoneOfANodeThatWasTakenOutIsToldWithItsField) {
  Process process = ProcessOf(Sequence("s", {Step("a"), Step("b")}));
  process.content.milestones = {{.id = "done", .title = "Done", .node = "elsewhere"}};
  const absl::Status refused = Import(Export(process), {}).status();
  ASSERT_EQ(base::FieldViolationsOf(refused).size(), 1u) << refused;
  EXPECT_EQ(base::FieldViolationsOf(refused)[0].field, "process.milestones[0].node");
}

TEST(RoundTripTest, KeepsAttributesAndWhatSpeaksAboutThem) {
  Node branch = Untitled(Sequence("s", {Step("a"), Step("b")}));
  branch.condition = "amount > 5 AND region = emea";
  Node part = Optional(Step("part"));
  part.condition = "NOT wanted OR note = \"<a> & b\"";
  Node loop = Loop("l", {Step("c")});
  loop.leave_when = "amount <= 5";
  Node call = Call("desk", "processes/desk@2");
  call.arguments = {{.attribute = "sum", .from = "amount"}, {.attribute = "level", .value = "3"}};
  Node bare = Untitled(Step("bare"));
  bare.step = {.utilities = {"crm"}, .uses = "steps/check-credit"};
  Node own = Step("own");
  own.step.uses = "steps/check-credit@4";
  own.step.outputs = {"amount"};
  Node yielding = Step("yielding");
  yielding.step.outputs = {"region", "price"};
  Process process = ProcessOf(
      Sequence("root", {Choice("ch", {branch, Step("d")}), part, loop, call, bare, own, yielding}));
  process.content.attributes = {
      {.id = "amount",
       .title = "Amount",
       .description = "Of\nthe deal",
       .type = expr::Type::kNumber,
       .required = true,
       .default_value = "7",
       .minimum = "0",
       .maximum = "1000",
       .allowed_values = {"7", "8"}},
      {.id = "region",
       .title = "Region",
       .type = expr::Type::kEnum,
       .allowed_values = {"emea", "apac"}},
      {.id = "wanted", .title = "Wanted", .type = expr::Type::kBool},
      {.id = "note", .title = "Note", .type = expr::Type::kString},
      {.id = "price", .title = "Price", .type = expr::Type::kMoney, .currency = "EUR"}};
  ExpectRoundTrip(process);
}

TEST(RoundTripTest, WhatXmlCannotHoldIsReplaced) {
  Node step = Step("a");
  step.step.instructions = "a\x01z\xEF\xBF\xBF.";
  const absl::StatusOr<Imported> back = Import(Export(ProcessOf(step)), {});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->process.content.root.step.instructions, "a\xEF\xBF\xBDz\xEF\xBF\xBD.");
}

// What conditions of dressed trees speak about.
const std::vector<flow::Attribute> kAmount = {
    {.id = "amount", .title = "Amount", .type = expr::Type::kNumber}};

// Gives a random half of the nodes that can have one a condition.
void AddConditions(std::mt19937* random, const Node* parent, Node* node) {
  const auto condition = [&] {
    return (*random)() % 2 == 0 ? "" : absl::StrCat("amount > ", (*random)() % 100);
  };
  const bool branch = parent != nullptr && parent->kind == NodeKind::kChoice;
  if (branch || (parent != nullptr && node->optional)) node->condition = condition();
  if (node->kind == NodeKind::kLoop) node->leave_when = condition();
  for (Node& child : node->children) AddConditions(random, node, &child);
}

// Dresses a random tree: texts, calls, deciders, sequences without title.
void Dress(std::mt19937* random, Node* node) {
  const auto one_of = [&](unsigned n) { return (*random)() % n == 0; };
  if (node->kind == NodeKind::kSequence && !node->optional && one_of(2)) node->title.clear();
  if (node->kind == NodeKind::kParallel && !node->optional && one_of(2)) node->title.clear();
  const bool decides = node->kind == NodeKind::kChoice || node->kind == NodeKind::kLoop;
  if (decides && one_of(2)) node->decider = absl::StrCat("decider ", (*random)() % 5);
  if (node->kind == NodeKind::kStep && one_of(8)) {
    *node = {
        .kind = NodeKind::kCall, .id = node->id, .title = node->title, .optional = node->optional};
    node->called = absl::StrCat("processes/p", (*random)() % 9, one_of(2) ? "" : "@4");
  } else if (node->kind == NodeKind::kStep && one_of(2)) {
    const Node full = FullStep();
    node->step = full.step;
    node->step.target->minutes = static_cast<int>((*random)() % 1000);
    if (one_of(3)) node->step.target.reset();
    if (one_of(3)) node->step.automation->answer_minutes = 0;
    if (one_of(2)) node->step.automation.reset();
    if (one_of(3)) node->step.earliest_day.reset();
  }
  for (Node& child : node->children) Dress(random, &child);
}

TEST(RoundTripTest, AThousandRandomTrees) {
  std::mt19937 random(20261126);
  for (int i = 0; i < 1000 && !testing::Test::HasFailure(); ++i) {
    Node tree = RandomTree(&random, 2 + i % 6);
    if (i % 2 == 1) Dress(&random, &tree);
    if (i % 4 == 1) AddConditions(&random, nullptr, &tree);
    Process process = ProcessOf(std::move(tree));
    process.content.attributes = kAmount;
    ExpectRoundTrip(process);
  }
}

TEST(RoundTripTest, TheDeepestTree) { ExpectRoundTrip(ProcessOf(Nested(kMaxDepth))); }

TEST(RoundTripTest, ExportIsTheSameEveryTime) {
  std::mt19937 random(7);
  const Process process = ProcessOf(RandomTree(&random, 6));
  const std::string xml = Export(process);
  EXPECT_EQ(Export(process), xml);
  const absl::StatusOr<Imported> back = Import(xml, {});
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(Export(back->process), xml);
}

}  // namespace
}  // namespace plumbline::flow::bpmn
