// SPDX-License-Identifier: Apache-2.0
#include "common/flow/validate.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A tree with one node of every kind.
Node Good() {
  Node step = Step("first");
  step.step = {.role = "it",
               .target = BusinessDuration{.days = 3660, .minutes = 1'000'000},
               .earliest_day = -250,
               .utilities = {"crm", "e-signature"},
               .checklist = {{.id = "signed", .title = "It is signed"},
                             {.id = "sent", .title = "It is sent"}},
               .defect_kinds = {"wrong-address", "late"},
               .instructions = std::string(8000, 'x')};
  return Sequence("root", {step, Choice("choice", {Step("yes"), Optional(Step("no"))}),
                           Parallel("both", {Step("left"), Call("right", "processes/desk")}),
                           Loop("exam", {Step("sit"), Call("study", "processes/study@7")})});
}

std::vector<std::string> Ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back(absl::StrCat("id", i));
  return ids;
}

std::vector<Node> Steps(int count) {
  std::vector<Node> steps;
  for (const std::string& id : Ids(count)) steps.push_back(Step(id));
  return steps;
}

struct Row {
  std::string name;
  std::function<void(Node&)> spoil;  // of Good()
  std::string field;
  std::string part;  // of the description
};

class ValidateTest : public testing::TestWithParam<Row> {};

TEST_P(ValidateTest, NamesTheFieldAndTheRemedy) {
  Node tree = Good();
  GetParam().spoil(tree);
  const std::vector<base::FieldViolation> violations = Validate(tree, "process.root");
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().part));
  EXPECT_LT(violations[0].description.size(), 300u);
}

StepDetails& First(Node& root) { return root.children[0].step; }

constexpr char kFirst[] = "process.root.sequence.nodes[0]";

Row Of(std::string name, std::function<void(Node&)> spoil, absl::string_view field,
       std::string part) {
  return {std::move(name), std::move(spoil), std::string(field), std::move(part)};
}
// A row about a field of the first step.
Row OfStep(std::string name, std::function<void(StepDetails&)> spoil, absl::string_view field,
           std::string part) {
  return Of(
      std::move(name), [spoil](Node& n) { spoil(First(n)); }, absl::StrCat(kFirst, ".step.", field),
      std::move(part));
}

std::vector<Row> NodeRows() {
  return {
      OfStep(
          "NameForAnId", [](StepDetails& s) { s.utilities = {"utilities/crm"}; }, "utilities[0]",
          "'utilities/crm' is not an id: write the id alone, 'crm'"),
      Of(
          "NoId", [](Node& n) { n.id = ""; }, "process.root.id", "'' is not an id"),
      Of(
          "IdOf64", [](Node& n) { n.id = std::string(64, 'a'); }, "process.root.id", "63"),
      Of(
          "HugeId", [](Node& n) { n.id = std::string(1'000'000, 'a'); }, "process.root.id", "..."),
      Of(
          "UpperCaseId", [](Node& n) { n.id = "Root"; }, "process.root.id", "'Root'"),
      Of(
          "IdWithDot", [](Node& n) { n.id = "a.b"; }, "process.root.id", "'a.b'"),
      Of(
          "IdTwice", [](Node& n) { n.children[3].children[0].id = "yes"; },
          "process.root.sequence.nodes[3].loop.body.id", "'yes' is the id of an earlier node"),
      Of(
          "RedoIdTwice", [](Node& n) { n.children[3].children[1].id = "yes"; },
          "process.root.sequence.nodes[3].loop.redo.id", "'yes'"),
      Of(
          "StepWithoutTitle", [](Node& n) { n.children[0].title = ""; },
          absl::StrCat(kFirst, ".title"), "required"),
      Of(
          "ChoiceWithoutTitle", [](Node& n) { n.children[1].title = ""; },
          "process.root.sequence.nodes[1].title", "required"),
      Of(
          "LoopWithoutTitle", [](Node& n) { n.children[3].title = ""; },
          "process.root.sequence.nodes[3].title", "required"),
      Of(
          "OptionalWithoutTitle",
          [](Node& n) {
            n.title = "";
            n.optional = true;
          },
          "process.root.title", "required"),
      Of(
          "LongTitle", [](Node& n) { n.title = std::string(201, 'x'); }, "process.root.title",
          "201"),
      Of(
          "EmptySequence", [](Node& n) { n.children.clear(); }, "process.root.sequence.nodes",
          "1 to 500"),
      Of(
          "LongSequence", [](Node& n) { n.children = Steps(501); }, "process.root.sequence.nodes",
          "501"),
      Of(
          "ParallelOfOne", [](Node& n) { n.children[2].children.pop_back(); },
          "process.root.sequence.nodes[2].parallel.nodes", "2 to 500"),
      Of(
          "ChoiceOfOne", [](Node& n) { n.children[1].children.pop_back(); },
          "process.root.sequence.nodes[1].choice.nodes", "2 to 100"),
      Of(
          "LongChoice", [](Node& n) { n.children[1].children = Steps(101); },
          "process.root.sequence.nodes[1].choice.nodes", "101"),
      Of(
          "LoopWithoutBody", [](Node& n) { n.children[3].children.clear(); },
          "process.root.sequence.nodes[3].loop.body", "required"),
      Of(
          "StepWithChildren", [](Node& n) { n.children[0].children = Steps(1); },
          absl::StrCat(kFirst, ".step"), "only sequence"),
      Of(
          "LongDeciderOfChoice", [](Node& n) { n.children[1].decider = std::string(201, 'x'); },
          "process.root.sequence.nodes[1].choice.decider", "201"),
      Of(
          "LongDeciderOfLoop", [](Node& n) { n.children[3].decider = std::string(201, 'x'); },
          "process.root.sequence.nodes[3].loop.decider", "201"),
      Of(
          "TooManyNodes",
          [](Node& n) {
            for (int i = 0; i < 5; ++i) {
              n.children[i % 4] = Sequence(absl::StrCat("wide", i), {});
              for (int j = 0; j < 500; ++j)
                n.children[i % 4].children.push_back(Step(absl::StrCat("w", i, "-", j)));
            }
          },
          "process.root", "more than 2000 nodes"),
      Of(
          "TooDeep", [](Node& n) { n.children[0] = Nested(kMaxDepth); },
          absl::StrCat(kFirst,
                       [] {
                         std::string path;
                         for (int i = 0; i < kMaxDepth - 1; ++i) path += ".sequence.nodes[0]";
                         return path;
                       }()),
          "more than 32 levels"),
  };
}

std::vector<Row> StepRows() {
  return {
      OfStep(
          "NoRole", [](StepDetails& s) { s.role = ""; }, "role", "required"),
      OfStep(
          "LongRole", [](StepDetails& s) { s.role = std::string(201, 'x'); }, "role", "201"),
      OfStep(
          "NegativeDays", [](StepDetails& s) { s.target->days = -1; }, "target.days", "0 to 3660"),
      OfStep(
          "ManyDays", [](StepDetails& s) { s.target->days = 3661; }, "target.days", "3661"),
      OfStep(
          "NegativeMinutes", [](StepDetails& s) { s.target->minutes = -1; }, "target.minutes",
          "0 to 1000000"),
      OfStep(
          "ManyMinutes", [](StepDetails& s) { s.target->minutes = 1'000'001; }, "target.minutes",
          "1000001"),
      OfStep(
          "TooEarly", [](StepDetails& s) { s.earliest_day = -251; }, "earliest_day", "-251"),
      OfStep(
          "TooLate", [](StepDetails& s) { s.earliest_day = 2501; }, "earliest_day", "2501"),
      OfStep(
          "ManyUtilities", [](StepDetails& s) { s.utilities = Ids(21); }, "utilities", "21"),
      OfStep(
          "UtilityTwice", [](StepDetails& s) { s.utilities[1] = "crm"; }, "utilities[1]", "twice"),
      OfStep(
          "UtilityNoId", [](StepDetails& s) { s.utilities[0] = "The CRM"; }, "utilities[0]",
          "'The CRM'"),
      OfStep(
          "ManyDefectKinds", [](StepDetails& s) { s.defect_kinds = Ids(51); }, "defect_kinds",
          "51"),
      OfStep(
          "DefectKindTwice", [](StepDetails& s) { s.defect_kinds[1] = "wrong-address"; },
          "defect_kinds[1]", "twice"),
      OfStep(
          "DefectKindNoId", [](StepDetails& s) { s.defect_kinds[0] = "?"; }, "defect_kinds[0]",
          "'?'"),
      OfStep(
          "LongChecklist",
          [](StepDetails& s) {
            for (const std::string& id : Ids(49)) s.checklist.push_back({id, "Title"});
          },
          "checklist", "51"),
      OfStep(
          "ItemNoId", [](StepDetails& s) { s.checklist[1].id = "-"; }, "checklist[1].id", "'-'"),
      OfStep(
          "ItemTwice", [](StepDetails& s) { s.checklist[1].id = "signed"; }, "checklist[1].id",
          "twice"),
      OfStep(
          "ItemWithoutTitle", [](StepDetails& s) { s.checklist[1].title = ""; },
          "checklist[1].title", "required"),
      OfStep(
          "ItemLongTitle", [](StepDetails& s) { s.checklist[1].title = std::string(501, 'x'); },
          "checklist[1].title", "501"),
      OfStep(
          "LongVerifier", [](StepDetails& s) { s.verifier = std::string(201, 'x'); }, "verifier",
          "201"),
      OfStep(
          "LongWaiverApprover", [](StepDetails& s) { s.waiver_approver = std::string(201, 'x'); },
          "waiver_approver", "201"),
      OfStep(
          "WebhookOfNoName",
          [](StepDetails& s) { s.automation = Automation{.webhook = "workspaces/a/webhooks/crm"}; },
          "automation.webhook", "write the id alone, 'crm'"),
      OfStep(
          "LongAnswer",
          [](StepDetails& s) {
            s.automation = Automation{.webhook = "crm", .answer_minutes = 43'201};
          },
          "automation.answer_minutes", "43201"),
      OfStep(
          "LongInstructions", [](StepDetails& s) { s.instructions += "x"; }, "instructions",
          "8001"),
  };
}

const auto kName = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Nodes, ValidateTest, testing::ValuesIn(NodeRows()), kName);
INSTANTIATE_TEST_SUITE_P(Steps, ValidateTest, testing::ValuesIn(StepRows()), kName);

TEST(ValidateTest, GoodTreesPass) {
  EXPECT_THAT(Validate(Good(), "root"), IsEmpty());
  EXPECT_THAT(Validate(Nested(kMaxDepth), "root"), IsEmpty());
  EXPECT_THAT(Validate(Sequence("s", Steps(500)), "root"), IsEmpty());
}

TEST(ValidateTest, LengthsAreCountedInCharacters) {
  Node tree = Good();
  tree.title.clear();
  for (int i = 0; i < 200; ++i) tree.title += "\u00e9";
  EXPECT_THAT(Validate(tree, "root"), IsEmpty());
}

TEST(ValidateTest, ListsAllViolationsUpToFifty) {
  Node tree = Good();
  tree.id = "";
  tree.children[0].title = "";
  First(tree).role = "";
  EXPECT_EQ(Validate(tree, "root").size(), 3u);
  tree.children = Steps(500);
  for (Node& step : tree.children) step.title = "";
  EXPECT_EQ(Validate(tree, "root").size(), kMaxViolations);
}

TEST(ValidateTest, AVeryDeepTreeIsRefused) {
  Node deep = Nested(10'000);
  const std::vector<base::FieldViolation> violations = Validate(deep, "root");
  Dismantle(std::move(deep));
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_THAT(violations[0].description, HasSubstr("32 levels"));
}

TEST(ParseCalledTest, TakesProcessesWithAndWithoutRevision) {
  EXPECT_EQ(ParseCalled("processes/desk")->process, "desk");
  EXPECT_EQ(ParseCalled("processes/desk")->revision, 0);
  EXPECT_EQ(ParseCalled("processes/deal-desk@12")->process, "deal-desk");
  EXPECT_EQ(ParseCalled("processes/deal-desk@12")->revision, 12);
  EXPECT_EQ(ParseCalled("processes/a@9223372036854775807")->revision, INT64_MAX);
  EXPECT_EQ(ParseCalled("processes/a@9")->tag, "");
}

TEST(ParseCalledTest, TakesTags) {
  EXPECT_EQ(ParseCalled("processes/desk@stable")->process, "desk");
  EXPECT_EQ(ParseCalled("processes/desk@stable")->tag, "stable");
  EXPECT_EQ(ParseCalled("processes/desk@stable")->revision, 0);
  EXPECT_EQ(ParseCalled("processes/desk@latest")->tag, "") << "as if it named none";
  EXPECT_EQ(ParseCalled("processes/desk@latest")->revision, 0);
}

TEST(ParseCalledTest, RefusesEverythingElse) {
  for (const char* called : {"",
                             "desk",
                             "processes/",
                             "processes/Desk",
                             "processes/desk@",
                             "processes/desk@0",
                             "processes/desk@-1",
                             "processes/desk@+1",
                             "processes/desk@01",
                             "processes/desk@1@2",
                             "processes/desk@Stable",
                             "processes/desk@st able",
                             "processes/desk@7th",
                             "processes/desk@stable-",
                             "processes/desk@stable@1",
                             "processes/desk/x",
                             "processes/a@9223372036854775808",
                             "workspaces/w/processes/desk",
                             " processes/desk",
                             "processes/desk@1 "}) {
    EXPECT_FALSE(ParseCalled(called).has_value()) << called;
    const std::vector<base::FieldViolation> violations = Validate(Call("c", called), "root");
    ASSERT_EQ(violations.size(), 1u) << called;
    EXPECT_EQ(violations[0].field, "root.call.process");
  }
}

TEST(ProcessInvalidTest, ListsEveryViolation) {
  EXPECT_TRUE(ProcessInvalid({}).ok());
  const absl::Status status = ProcessInvalid({{"a", "is bad"}, {"b", "is worse"}});
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
  EXPECT_EQ(base::FieldViolationsOf(status).size(), 2u);
  EXPECT_EQ(status.message(), "a: is bad (and 1 more)");
}

}  // namespace
}  // namespace plumbline::flow
