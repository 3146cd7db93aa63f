// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/process_rules.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/proto/convert.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using catalog::v1::Process;
using testing::HasSubstr;
using testing::IsEmpty;

Process Good() {
  Process process;
  process.set_title(std::string(200, 't'));
  process.set_purpose(std::string(4000, 'p'));
  process.set_owner("sales-ops");
  process.mutable_target()->set_days(3660);
  (*process.mutable_labels())["team"] = std::string(200, 'v');
  catalog::v1::Attribute* attribute = process.add_attributes();
  attribute->set_id("amount");
  attribute->set_title("Amount");
  attribute->set_type(catalog::v1::Attribute::TYPE_NUMBER);
  Node b = Optional(Step("b"));
  b.condition = "amount > 3";
  *process.mutable_root() = ToProto(Sequence("s", {Step("a"), b}));
  return process;
}

struct Row {
  std::string name;
  std::function<void(Process&)> spoil;
  std::string field;
  std::string part;
};

class ValidateProcessTest : public testing::TestWithParam<Row> {};

TEST_P(ValidateProcessTest, NamesTheFieldAndTheRemedy) {
  Process process = Good();
  GetParam().spoil(process);
  const std::vector<base::FieldViolation> violations = ValidateProcess(process, "process");
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().part));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ValidateProcessTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoTitle", [](Process& p) { p.clear_title(); }, "process.title", "required"},
        {"LongTitle", [](Process& p) { p.set_title(std::string(201, 't')); }, "process.title",
         "201"},
        {"LongPurpose", [](Process& p) { p.set_purpose(std::string(4001, 't')); },
         "process.purpose", "4001"},
        {"NoOwner", [](Process& p) { p.clear_owner(); }, "process.owner", "required"},
        {"LongOwner", [](Process& p) { p.set_owner(std::string(201, 't')); }, "process.owner",
         "201"},
        {"NegativeTarget", [](Process& p) { p.mutable_target()->set_days(-1); },
         "process.target.days", "-1"},
        {"LongTarget", [](Process& p) { p.mutable_target()->set_minutes(1'000'001); },
         "process.target.minutes", "1000001"},
        {"LabelKey", [](Process& p) { (*p.mutable_labels())["Team A"] = ""; },
         "process.labels['Team A']", "not an id"},
        {"LabelValue", [](Process& p) { (*p.mutable_labels())["team"] += "v"; },
         "process.labels['team']", "201"},
        {"ManyLabels",
         [](Process& p) {
           for (int i = 0; i < 64; ++i) (*p.mutable_labels())[absl::StrCat("key", i)] = "";
         },
         "process.labels", "65"},
        {"AttributeWithoutType", [](Process& p) { p.mutable_attributes(0)->clear_type(); },
         "process.attributes[0].type", "required"},
        {"AttributeOfNoKnownType",
         [](Process& p) {
           p.mutable_attributes(0)->set_type(static_cast<catalog::v1::Attribute::Type>(99));
         },
         "process.attributes[0].type", "required"},
        {"AttributeWithoutTitle", [](Process& p) { p.mutable_attributes(0)->clear_title(); },
         "process.attributes[0].title", "required"},
        {"MilestoneOfNoNode",
         [](Process& p) {
           p.mutable_milestones()->Add()->set_id("sold");
           p.mutable_milestones(0)->set_title("Sold");
           p.mutable_milestones(0)->set_node("nowhere");
         },
         "process.milestones[0].node", "'nowhere' is no node of this process"},
        {"EscalationWithoutTrigger",
         [](Process& p) {
           p.add_escalations()->set_id("late");
           p.mutable_escalations(0)->add_levels()->add_notify("@assignee");
         },
         "process.escalations[0].trigger", "TRIGGER_OVERDUE"},
        {"EscalationOfNoKnownTrigger",
         [](Process& p) {
           p.add_escalations()->set_id("late");
           p.mutable_escalations(0)->set_trigger(
               static_cast<catalog::v1::EscalationRule::Trigger>(99));
           p.mutable_escalations(0)->add_levels()->add_notify("@assignee");
         },
         "process.escalations[0].trigger", "TRIGGER_OVERDUE"},
        {"ConditionOfWhatIsNoAttribute",
         [](Process& p) {
           p.mutable_root()->mutable_sequence()->mutable_nodes(1)->set_condition("amout > 3");
         },
         "process.root.sequence.nodes[1].condition", "did you mean 'amount'?"},
        {"NoRoot", [](Process& p) { p.clear_root(); }, "process.root", "required"},
        {"RootWithoutKind", [](Process& p) { p.mutable_root()->clear_kind(); }, "process.root",
         "set one of"},
        {"BadStep",
         [](Process& p) {
           p.mutable_root()->mutable_sequence()->mutable_nodes(1)->mutable_step()->clear_role();
         },
         "process.root.sequence.nodes[1].step.role", "required"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(ValidateProcessTest, AGoodProcessPasses) {
  EXPECT_THAT(ValidateProcess(Good(), "process"), IsEmpty());
}

TEST(ValidateProcessTest, ListsAllViolationsUpToFifty) {
  Process process;
  EXPECT_EQ(ValidateProcess(process, "process").size(), 3u);
  for (int i = 0; i < 400; ++i) process.mutable_root()->mutable_sequence()->add_nodes();
  EXPECT_EQ(ValidateProcess(process, "process").size(), kMaxViolations);
}

}  // namespace
}  // namespace plumbline::flow
