// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/convert.h"

#include <random>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "google/protobuf/arena.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

using ProtoNode = catalog::v1::Node;

// A step with every field set.
Node FullStep() {
  Node step = Step("full");
  step.optional = true;
  step.step = {
      .role = "it",
      .target = BusinessDuration{.days = 2, .minutes = 30},
      .earliest_day = -5,
      .utilities = {"crm", "e-signature"},
      .checklist = {{.id = "a", .title = "A"}, {.id = "b", .title = "B", .optional = true}},
      .defect_kinds = {"late", "wrong-address"},
      .instructions = "How to do it.",
      .uses = "steps/order@2",
      .outputs = {"amount", "start_date"},
      .verifier = "manager",
      .waiver_approver = "legal",
      .automation = Automation{.webhook = "order-desk", .answer_minutes = 90}};
  step.condition = "amount > 1";
  return step;
}

TEST(ConvertTest, EveryKindAndFieldSurvivesTheRoundTrip) {
  Node choice = Choice("c", {Step("yes"), Call("no", "processes/desk@3")});
  choice.decider = "legal";
  Node loop = Loop("l", {Step("body"), Step("redo")});
  loop.decider = "coach";
  loop.leave_when = "done";
  choice.children[1].arguments = {{.attribute = "sum", .from = "amount"},
                                  {.attribute = "level", .value = "3"}};
  const Node tree = Sequence("s", {FullStep(), choice, loop, Loop("m", {Step("only")}),
                                   Parallel("p", {Step("x"), Step("y")})});
  const ProtoNode proto = ToProto(tree);
  EXPECT_EQ(proto.sequence().nodes(0).step().target().minutes(), 30);
  EXPECT_EQ(proto.sequence().nodes(1).choice().decider(), "legal");
  EXPECT_EQ(proto.sequence().nodes(2).loop().redo().id(), "redo");
  EXPECT_FALSE(proto.sequence().nodes(3).loop().has_redo());
  EXPECT_FALSE(proto.sequence().nodes(4).parallel().nodes(0).step().has_earliest_day());
  const absl::StatusOr<Node> back = FromProto(proto, "root");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, tree);
}

TEST(ConvertTest, AnEarliestDayOfZeroIsNotNone) {
  Node step = Step("a");
  step.step.earliest_day = 0;
  EXPECT_EQ(FromProto(ToProto(step), "root")->step.earliest_day, 0);
}

TEST(ConvertTest, RandomTreesSurviveTheRoundTrip) {
  std::mt19937 random(7);
  for (int i = 0; i < 100; ++i) {
    const Node tree = RandomTree(&random, 6);
    ASSERT_EQ(FromProto(ToProto(tree), "root").value(), tree) << i;
  }
}

TEST(ConvertTest, ANodeMustSayWhatItIs) {
  ProtoNode root = ToProto(Sequence("s", {Step("a"), Step("b")}));
  root.mutable_sequence()->mutable_nodes(1)->clear_kind();
  root.mutable_sequence()->add_nodes()->mutable_loop()->mutable_redo()->set_id("r");
  const absl::Status status = FromProto(root, "process.root").status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_PROCESS_INVALID);
  const std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "process.root.sequence.nodes[1]");
  EXPECT_THAT(violations[0].description, HasSubstr("set one of sequence"));
  EXPECT_EQ(violations[1].field, "process.root.sequence.nodes[2].loop.body");
  EXPECT_EQ(violations[2].field, "process.root.sequence.nodes[2].loop.redo");
}

TEST(ConvertTest, EmptyListsAreLeftToValidate) {
  ProtoNode root;
  root.set_id("s");
  root.mutable_sequence();
  const absl::StatusOr<Node> tree = FromProto(root, "root");
  ASSERT_TRUE(tree.ok());
  ASSERT_EQ(Validate(*tree, "root").size(), 1u);
  EXPECT_EQ(Validate(*tree, "root")[0].field, "root.sequence.nodes");
}

TEST(ConvertTest, TheDeepestValidTreeIsTaken) {
  const Node tree = Nested(kMaxDepth);
  EXPECT_EQ(FromProto(ToProto(tree), "root").value(), tree);
}

TEST(ConvertTest, ContentIsWhatStandsBesideTheTreeToo) {
  catalog::v1::Process process;
  process.set_name("workspaces/w/processes/p@3");
  process.set_title("Title");
  process.set_purpose("Purpose");
  process.set_owner("owner");
  process.mutable_target()->set_minutes(30);
  (*process.mutable_labels())["area"] = "deals";
  *process.mutable_root() = ToProto(Step("a"));
  catalog::v1::Attribute* attribute = process.add_attributes();
  attribute->set_id("amount");
  attribute->set_title("Amount");
  attribute->set_description("Of the deal");
  attribute->set_type(catalog::v1::Attribute::TYPE_MONEY);
  attribute->set_required(true);
  attribute->set_default_value("5");
  attribute->set_minimum("0");
  attribute->set_maximum("9");
  attribute->add_allowed_values("5");
  attribute->set_currency("EUR");
  ProcessContent content;
  content.title = "Title";
  content.purpose = "Purpose";
  content.owner = "owner";
  content.target = BusinessDuration{.minutes = 30};
  content.labels = {{"area", "deals"}};
  content.attributes = {{.id = "amount",
                         .title = "Amount",
                         .description = "Of the deal",
                         .type = expr::Type::kMoney,
                         .required = true,
                         .default_value = "5",
                         .minimum = "0",
                         .maximum = "9",
                         .allowed_values = {"5"},
                         .currency = "EUR"}};
  content.root = Step("a");
  content.milestones = {{.id = "sold",
                         .title = "Sold",
                         .description = "The first one",
                         .node = "a",
                         .target = BusinessDuration{.days = 40}}};
  content.escalations = {
      {.id = "late",
       .trigger = EscalationTrigger::kOverdue,
       .steps = {"a"},
       .levels = {{.notify = {"@assignee"}},
                  {.after = {.days = 1, .minutes = 5}, .notify = {"@manager"}}}}};
  *process.add_milestones() = ToProto(content.milestones[0]);
  *process.add_escalations() = ToProto(content.escalations[0]);
  EXPECT_EQ(process.milestones(0).target().days(), 40);
  EXPECT_EQ(process.escalations(0).trigger(), catalog::v1::EscalationRule::TRIGGER_OVERDUE);
  EXPECT_EQ(ToProto(content.attributes[0]).DebugString(), attribute->DebugString());
  EXPECT_EQ(SourceFromProto(process)->attributes, content.attributes);
  EXPECT_EQ(ContentFromProto(process).value(), content);
  process.mutable_root()->clear_kind();
  EXPECT_EQ(base::FieldViolationsOf(ContentFromProto(process).status())[0].field, "root");
}

TEST(ConvertTest, EveryTypeOfAttributeHasItsOwn) {
  google::protobuf::RepeatedPtrField<catalog::v1::Attribute> protos;
  std::set<expr::Type> types;
  for (int type = 1; type <= catalog::v1::Attribute::Type_MAX; ++type) {
    protos.Add()->set_type(static_cast<catalog::v1::Attribute::Type>(type));
    types.insert(AttributesFromProto(protos).back().type);
  }
  EXPECT_EQ(types.size(), 8u);
  EXPECT_FALSE(types.contains(expr::Type::kTimestamp));
}

// Messages on an arena are freed without recursion.
ProtoNode* VeryDeep(google::protobuf::Arena* arena, bool loops) {
  auto* root = google::protobuf::Arena::CreateMessage<ProtoNode>(arena);
  ProtoNode* node = root;
  for (int i = 0; i < 10'000; ++i) {
    node->set_id(absl::StrCat("n", i));
    node = loops ? node->mutable_loop()->mutable_body() : node->mutable_sequence()->add_nodes();
  }
  return root;
}

TEST(ConvertTest, AVeryDeepMessageIsRefused) {
  google::protobuf::Arena arena;
  for (const bool loops : {false, true}) {
    const absl::Status status = FromProto(*VeryDeep(&arena, loops), "root").status();
    const std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_THAT(violations[0].description, HasSubstr("32 levels"));
  }
}

TEST(ConvertTest, AVeryWideMessageIsRefused) {
  ProtoNode root = ToProto(Sequence("s", {}));
  for (int i = 0; i < 100'000; ++i) root.mutable_sequence()->add_nodes()->mutable_step();
  const absl::Status status = FromProto(root, "root").status();
  ASSERT_EQ(base::FieldViolationsOf(status).size(), 1u);
  EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "root");
  EXPECT_THAT(base::FieldViolationsOf(status)[0].description, HasSubstr("2000 nodes"));
}

TEST(ConvertTest, ViolationsEndAtFifty) {
  ProtoNode root = ToProto(Sequence("s", {}));
  for (int i = 0; i < 400; ++i) root.mutable_sequence()->add_nodes();
  EXPECT_EQ(base::FieldViolationsOf(FromProto(root, "root").status()).size(), kMaxViolations);
}

}  // namespace
}  // namespace plumbline::flow
