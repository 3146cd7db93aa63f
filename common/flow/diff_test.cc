// SPDX-License-Identifier: Apache-2.0
//
// Diff, a row for each kind of change.
#include "common/flow/diff.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "common/flow/diff_testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::IsEmpty;

struct Row {
  std::string name;
  std::function<void(ProcessContent&)> edit;
  std::vector<std::string> expected;
};

class DiffTest : public testing::TestWithParam<Row> {};

TEST_P(DiffTest, SaysWhatChanged) {
  const ProcessContent before = Base();
  ProcessContent after = before;
  GetParam().edit(after);
  const ProcessDiff diff = Diff(before, after);
  EXPECT_EQ(Summaries(diff), GetParam().expected);
  Verdict worst = Verdict::kIdentical;
  for (const Difference& difference : diff.differences) {
    worst = std::max(worst, difference.verdict);
    EXPECT_THAT(difference.why, testing::Not(IsEmpty()));
    EXPECT_EQ(difference.title.empty(), difference.node.empty());
  }
  EXPECT_EQ(diff.verdict, worst);
}

using P = ProcessContent;

INSTANTIATE_TEST_SUITE_P(
    Process, DiffTest,
    testing::ValuesIn(std::vector<Row>{
        {"Nothing", [](P&) {}, {}},
        {"Title", [](P& p) { p.title = "T"; }, {"title - title: 'Title' -> 'T' (cosmetic)"}},
        {"Purpose",
         [](P& p) { p.purpose = ""; },
         {"purpose - purpose: 'Purpose' -> '' (cosmetic)"}},
        {"Owner", [](P& p) { p.owner = "o"; }, {"owner - owner: 'owner' -> 'o' (compatible)"}},
        {"Target",
         [](P& p) { p.target = BusinessDuration{.days = 2, .minutes = 30}; },
         {"target - target: '10 d' -> '2 d 30 min' (compatible)"}},
        {"NoTarget",
         [](P& p) { p.target.reset(); },
         {"target - target: '10 d' -> '' (compatible)"}},
        {"LabelAdded",
         [](P& p) { p.labels["team"] = "emea"; },
         {"label - labels/team: '' -> 'emea' (cosmetic)"}},
        {"LabelRemoved",
         [](P& p) { p.labels.erase("area"); },
         {"label - labels/area: 'deals' -> '' (cosmetic)"}},
        {"LabelChanged",
         [](P& p) { p.labels["area"] = "x"; },
         {"label - labels/area: 'deals' -> 'x' (cosmetic)"}},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, DiffTest,
    testing::ValuesIn(std::vector<Row>{
        {"NodeTitle",
         [](P& p) { At(p, 0).title = "A"; },
         {"title a root.sequence.nodes[0].title: 'Title of a' -> 'A' (cosmetic)"}},
        {"Optional",
         [](P& p) { At(p, 1).optional = true; },
         {"optional review root.sequence.nodes[1].optional: 'false' -> 'true' (compatible)"}},
        {"DeciderOfChoice",
         [](P& p) { At(p, 1).decider = "legal"; },
         {"decider review root.sequence.nodes[1].choice.decider: '' -> 'legal' (compatible)"}},
        {"DeciderOfLoop",
         [](P& p) { At(p, 3).decider = "coach"; },
         {"decider again root.sequence.nodes[3].loop.decider: '' -> 'coach' (compatible)"}},
        {"Role",
         [](P& p) { At(p, 0).step.role = "hr"; },
         {"role a root.sequence.nodes[0].step.role: 'it' -> 'hr' (compatible)"}},
        {"StepTarget",
         [](P& p) { At(p, 0).step.target = BusinessDuration{.minutes = 30}; },
         {"target a root.sequence.nodes[0].step.target: '2 d' -> '30 min' (compatible)"}},
        {"TargetOfNothingIsNotNoTarget",
         [](P& p) { At(p, 1, 0).step.target = BusinessDuration{}; },
         {"target x root.sequence.nodes[1].choice.nodes[0].step.target: '' -> '0 d' "
          "(compatible)"}},
        {"EarliestDay",
         [](P& p) { At(p, 0).step.earliest_day.reset(); },
         {"earliest a root.sequence.nodes[0].step.earliest_day: '1' -> '' (compatible)"}},
        {"Utilities",
         [](P& p) {
           At(p, 0).step.utilities = {"crm", "sso"};
         },
         {"utility a root.sequence.nodes[0].step.utilities/erp: 'erp' -> '' (compatible)",
          "utility a root.sequence.nodes[0].step.utilities/sso: '' -> 'sso' (compatible)"}},
        {"OrderOfUtilities",
         [](P& p) {
           At(p, 0).step.utilities = {"erp", "crm"};
         },
         {"utility a root.sequence.nodes[0].step.utilities: 'crm, erp' -> 'erp, crm' "
          "(cosmetic)"}},
        {"ChecklistLineAdded",
         [](P& p) {
           At(p, 0).step.checklist.push_back({.id = "three", .title = "3", .optional = true});
         },
         {"checklist a root.sequence.nodes[0].step.checklist/three: '' -> '3 (optional)' "
          "(compatible)"}},
        {"ChecklistLineRemoved",
         [](P& p) { At(p, 0).step.checklist.pop_back(); },
         {"checklist a root.sequence.nodes[0].step.checklist/two: 'Two' -> '' (compatible)"}},
        {"ChecklistLineRenamed",
         [](P& p) { At(p, 0).step.checklist[1].title = "2"; },
         {"checklist a root.sequence.nodes[0].step.checklist/two: 'Two' -> '2' (cosmetic)"}},
        {"ChecklistLineOptional",
         [](P& p) { At(p, 0).step.checklist[1].optional = true; },
         {"checklist a root.sequence.nodes[0].step.checklist/two: 'Two' -> 'Two (optional)' "
          "(compatible)"}},
        {"DefectKinds",
         [](P& p) { At(p, 0).step.defect_kinds = {"wrong"}; },
         {"defect a root.sequence.nodes[0].step.defect_kinds/late: 'late' -> '' (compatible)"}},
        {"Instructions",
         [](P& p) { At(p, 0).step.instructions = ""; },
         {"instructions a root.sequence.nodes[0].step.instructions: 'Do it.' -> '' (cosmetic)"}},
        {"OutputAdded",
         [](P& p) { At(p, 0).step.outputs = {"amount"}; },
         {"output a root.sequence.nodes[0].step.outputs/amount: '' -> 'amount' (compatible)"}},
        {"Verifier",
         [](P& p) { At(p, 0).step.verifier = "manager"; },
         {"verifier a root.sequence.nodes[0].step.verifier: '' -> 'manager' (compatible)"}},
        {"WaiverApprover",
         [](P& p) { At(p, 0).step.waiver_approver = "legal"; },
         {"waiver a root.sequence.nodes[0].step.waiver_approver: '' -> 'legal' (compatible)"}},
        {"Automation",
         [](P& p) { At(p, 0).step.automation = Automation{.webhook = "crm", .answer_minutes = 5}; },
         {"automation a root.sequence.nodes[0].step.automation: '' -> 'crm, answers within 5 min' "
          "(compatible)"}},
        {"AnotherProcessCalled",
         [](P& p) { At(p, 4).called = "processes/table@1"; },
         {"call desk root.sequence.nodes[4].call.process: 'processes/desk@1' -> "
          "'processes/table@1' (migration)"}},
        {"AnotherRevisionCalledOfWhichNothingIsKnown",
         [](P& p) { At(p, 4).called = "processes/desk@2"; },
         {"call desk root.sequence.nodes[4].call.process: 'processes/desk@1' -> "
          "'processes/desk@2' (migration)"}},
        {"KindListsNothingOfTheKinds",
         [](P& p) { At(p, 0) = Call("a", "processes/desk@1"); },
         {"kind a root.sequence.nodes[0]: 'step' -> 'call' (migration)"}},
        {"KindKeepsTheChildren",
         [](P& p) { At(p, 2).kind = NodeKind::kSequence; },
         {"kind both root.sequence.nodes[2]: 'parallel' -> 'sequence' (migration)"}},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Attributes, DiffTest,
    testing::ValuesIn(std::vector<Row>{
        {"AttributeTitle",
         [](P& p) { p.attributes[0].title = "Sum"; },
         {"attribute - attributes/amount: 'Amount' -> 'Sum' (cosmetic)"}},
        {"AttributeDescription",
         [](P& p) { p.attributes[0].description = "x"; },
         {"attribute - attributes/amount: '' -> 'x' (cosmetic)"}},
        {"AttributeAdded",
         [](P& p) { p.attributes.push_back({.id = "on", .type = expr::Type::kDate}); },
         {"attribute - attributes/on: '' -> 'a date' (compatible)"}},
        {"RequiredAttributeAdded",
         [](P& p) {
           p.attributes.push_back({.id = "on", .type = expr::Type::kDate, .required = true});
         },
         {"attribute - attributes/on: '' -> 'a date, required' (migration)"}},
        {"RequiredAttributeWithDefaultAdded",
         [](P& p) {
           p.attributes.push_back(
               {.id = "b", .type = expr::Type::kBool, .required = true, .default_value = "true"});
         },
         {"attribute - attributes/b: '' -> 'true or false, required, default true' "
          "(compatible)"}},
        {"AttributeRemoved",
         [](P& p) { p.attributes.pop_back(); },
         {"attribute - attributes/wanted: 'true or false' -> '' (compatible)"}},
        {"AttributeType",
         [](P& p) { p.attributes[1].type = expr::Type::kString; },
         {"attribute - attributes/wanted: 'true or false' -> 'text' (migration)"}},
        {"AttributeNarrowed",
         [](P& p) { p.attributes[0].maximum = "50"; },
         {"attribute - attributes/amount: 'a number, to 100' -> 'a number, to 50' (migration)"}},
        {"AttributeWidened",
         [](P& p) { p.attributes[0].maximum = "500"; },
         {"attribute - attributes/amount: 'a number, to 100' -> 'a number, to 500' "
          "(compatible)"}},
        {"AttributeRequired",
         [](P& p) { p.attributes[1].required = true; },
         {"attribute - attributes/wanted: 'true or false' -> 'true or false, required' "
          "(migration)"}},
        {"AttributeWithDefault",
         [](P& p) { p.attributes[1].default_value = "true"; },
         {"attribute - attributes/wanted: 'true or false' -> 'true or false, default true' "
          "(compatible)"}},
        {"MilestoneAdded",
         [](P& p) { p.milestones.push_back({.id = "deal", .title = "First deal"}); },
         {"milestone - milestones/deal: '' -> 'reported' (compatible)"}},
        {"MilestoneOfANode",
         [](P& p) {
           p.milestones.push_back({.id = "able",
                                   .title = "Able",
                                   .node = "a",
                                   .target = BusinessDuration{.days = 3, .minutes = 30}});
         },
         {"milestone - milestones/able: '' -> 'when 'a' has ended, within 3 d 30 min' "
          "(compatible)"}},
        {"EscalationAdded",
         [](P& p) {
           p.escalations.push_back(
               {.id = "late",
                .trigger = EscalationTrigger::kOverdue,
                .steps = {"a", "x"},
                .levels = {{.notify = {"@assignee"}},
                           {.after = {.days = 1}, .notify = {"@manager", "it"}}}});
         },
         {"escalation - escalations/late: '' -> 'OVERDUE of a, x: at once @assignee; 1 d after "
          "@manager, it' (compatible)"}},
        {"OrderOfAttributes",
         [](P& p) { std::swap(p.attributes[0], p.attributes[1]); },
         {"attribute - attributes: 'amount, wanted' -> 'wanted, amount' (cosmetic)"}},
        {"Condition",
         [](P& p) { At(p, 1, 0).condition = "amount > 3"; },
         {"condition x root.sequence.nodes[1].choice.nodes[0].condition: '' -> 'amount > 3' "
          "(compatible)"}},
        {"LeaveWhen",
         [](P& p) { At(p, 3).leave_when = "wanted"; },
         {"leave again root.sequence.nodes[3].loop.leave_when: '' -> 'wanted' (compatible)"}},
        {"Arguments",
         [](P& p) {
           At(p, 4).arguments = {{.attribute = "a", .from = "amount"},
                                 {.attribute = "b", .value = "from amount"}};
         },
         {"argument desk root.sequence.nodes[4].call.arguments/a: '' -> 'from amount' "
          "(compatible)",
          "argument desk root.sequence.nodes[4].call.arguments/b: '' -> ''from amount'' "
          "(compatible)"}},
        {"Template",
         [](P& p) { At(p, 0).step.uses = "steps/x@1"; },
         {"template a root.sequence.nodes[0].step.uses: '' -> 'steps/x@1' (cosmetic)"}},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Places, DiffTest,
    testing::ValuesIn(std::vector<Row>{
        {"StepAdded",
         [](P& p) { Put(p.root, 1, Step("new")); },
         {"added new root.sequence.nodes[1]: '' -> 'root' (compatible, 1)"}},
        {"SubtreeAddedIsOneAddition",
         [](P& p) {
           Put(p.root, 1, Parallel("new", {Step("n1"), Sequence("n2", {Step("n3")})}));
         },
         {"added new root.sequence.nodes[1]: '' -> 'root' (compatible, 4)"}},
        {"RedoAdded",
         [](P& p) {
           Put(p.root, 6, Loop("l", {Step("m")}));
           At(p, 6).children.push_back(Step("n"));
         },
         {"added l root.sequence.nodes[6]: '' -> 'root' (compatible, 3)"}},
        {"StepRemoved",
         [](P& p) { Take(At(p, 2), 1); },
         {"removed q root.sequence.nodes[2].parallel.nodes[1]: 'both' -> '' (migration, 1)"}},
        {"SubtreeRemovedIsOneRemoval",
         [](P& p) { Take(p.root, 1); },
         {"removed review root.sequence.nodes[1]: 'root' -> '' (migration, 4)"}},
        {"RedoRemoved",
         [](P& p) { At(p, 3).children.pop_back(); },
         {"removed redo root.sequence.nodes[3].loop.redo: 'again.redo' -> '' (migration, 1)"}},
        {"SubtreeMovedIsOneMove",
         [](P& p) { Put(At(p, 4), 1, Take(p.root, 1)); },  // tail is at 4 once review is taken
         {"moved review root.sequence.nodes[4].sequence.nodes[1]: 'root' -> 'tail' (migration)"}},
        {"MovedAndChanged",
         [](P& p) {
           At(p, 0).title = "A";
           Put(At(p, 4), 0, Take(p.root, 0));
         },
         {"moved a root.sequence.nodes[4].sequence.nodes[0]: 'root' -> 'tail' (migration)",
          "title a root.sequence.nodes[4].sequence.nodes[0].title: 'Title of a' -> 'A' "
          "(cosmetic)"}},
        {"MovedOutOfWhatWasRemoved",
         [](P& p) {
           Node review = Take(p.root, 1);
           Put(p.root, 1, review.children[0]);
         },
         {"moved x root.sequence.nodes[1]: 'review' -> 'root' (migration)",
          "removed review root.sequence.nodes[1]: 'root' -> '' (migration, 3)"}},
        {"MovedIntoWhatWasAdded",
         [](P& p) {
           Node a = Take(p.root, 0);
           Put(p.root, 0, Parallel("new", {std::move(a), Step("n")}));
         },
         {"added new root.sequence.nodes[0]: '' -> 'root' (compatible, 2)",
          "moved a root.sequence.nodes[0].parallel.nodes[0]: 'root' -> 'new' (migration)"}},
        {"BodyAndRedoSwapped",
         [](P& p) { std::swap(At(p, 3, 0), At(p, 3, 1)); },
         {"moved redo root.sequence.nodes[3].loop.body: 'again.redo' -> 'again.body' (migration)",
          "moved body root.sequence.nodes[3].loop.redo: 'again.body' -> 'again.redo' "
          "(migration)"}},
        {"ReorderedInASequence",
         [](P& p) { Put(p.root, 3, Take(p.root, 0)); },
         {"reordered a root.sequence.nodes[3]: '1' -> '4' (migration)"}},
        {"ReorderedInAParallel",
         [](P& p) { Put(At(p, 2), 0, Take(At(p, 2), 2)); },
         {"reordered r root.sequence.nodes[2].parallel.nodes[0]: '3' -> '1' (cosmetic)"}},
        {"ReorderedInAChoice",
         [](P& p) { Put(At(p, 1), 0, Take(At(p, 1), 2)); },
         {"reordered z root.sequence.nodes[1].choice.nodes[0]: '3' -> '1' (cosmetic)"}},
        {"WrappedRoot",
         [](P& p) {
           p.root = Sequence("top", {std::move(p.root), Step("last")});
         },
         {"added top root: '' -> 'the root' (compatible, 2)",
          "moved root root.sequence.nodes[0]: 'the root' -> 'top' (migration)"}},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Ids, DiffTest,
    testing::ValuesIn(std::vector<Row>{
        {"StepRenamedById",
         [](P& p) { At(p, 0).id = "aa"; },
         {"re-identified aa root.sequence.nodes[0].id: 'a' -> 'aa' (migration)"}},
        {"StepMovedUnderAnotherId",
         [](P& p) {
           At(p, 0).id = "aa";
           Put(At(p, 4), 0, Take(p.root, 0));
         },
         {"moved aa root.sequence.nodes[4].sequence.nodes[0]: 'root' -> 'tail' (migration)",
          "re-identified aa root.sequence.nodes[4].sequence.nodes[0].id: 'a' -> 'aa' "
          "(migration)"}},
        {"SameTitleAtTheSamePlace",
         [](P& p) {
           At(p, 0).id = "aa";
           At(p, 0).step.role = "hr";
         },
         {"re-identified aa root.sequence.nodes[0].id: 'a' -> 'aa' (migration)",
          "role aa root.sequence.nodes[0].step.role: 'it' -> 'hr' (compatible)"}},
        {"ContainerWithMostOfItsChildren",
         [](P& p) {
           At(p, 2).id = "three";
           At(p, 2).title = "Three";
           At(p, 2).children[2] = Step("s");
         },
         {"re-identified three root.sequence.nodes[2].id: 'both' -> 'three' (migration)",
          "title three root.sequence.nodes[2].title: 'Title of both' -> 'Three' (cosmetic)",
          "added s root.sequence.nodes[2].parallel.nodes[2]: '' -> 'three' (compatible, 1)",
          "removed r root.sequence.nodes[2].parallel.nodes[2]: 'both' -> '' (migration, 1)"}},
        {"SubtreeWithAllIds",
         [](P& p) {
           At(p, 1).id = "r2";
           for (Node& branch : At(p, 1).children) branch.id += "2";
         },
         {"re-identified r2 root.sequence.nodes[1].id: 'review' -> 'r2' (migration)",
          "re-identified x2 root.sequence.nodes[1].choice.nodes[0].id: 'x' -> 'x2' (migration)",
          "re-identified y2 root.sequence.nodes[1].choice.nodes[1].id: 'y' -> 'y2' (migration)",
          "re-identified z2 root.sequence.nodes[1].choice.nodes[2].id: 'z' -> 'z2' "
          "(migration)"}},
        {"AnotherIdAndTitleIsAnotherStep",
         [](P& p) { At(p, 1, 0) = Step("new"); },
         {"added new root.sequence.nodes[1].choice.nodes[0]: '' -> 'review' (compatible, 1)",
          "removed x root.sequence.nodes[1].choice.nodes[0]: 'review' -> '' (migration, 1)"}},
        {"TheRootIsTheRoot",
         [](P& p) {
           p.root = Choice("other", {Step("o1"), Step("o2")});
         },
         {"re-identified other root.id: 'root' -> 'other' (migration)",
          "kind other root: 'sequence' -> 'choice' (migration)",
          "title other root.title: 'Title of root' -> 'Title of other' (cosmetic)",
          "added o1 root.choice.nodes[0]: '' -> 'other' (compatible, 1)",
          "added o2 root.choice.nodes[1]: '' -> 'other' (compatible, 1)",
          "removed a root.sequence.nodes[0]: 'root' -> '' (migration, 1)",
          "removed review root.sequence.nodes[1]: 'root' -> '' (migration, 4)",
          "removed both root.sequence.nodes[2]: 'root' -> '' (migration, 4)",
          "removed again root.sequence.nodes[3]: 'root' -> '' (migration, 3)",
          "removed desk root.sequence.nodes[4]: 'root' -> '' (migration, 1)",
          "removed tail root.sequence.nodes[5]: 'root' -> '' (migration, 4)"}},
    }),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::flow
