// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/tree_flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/flow/test_trees.h"
#include "common/flow/validate.h"
#include "services/analytics/discovery/flow_ids.h"
#include "services/analytics/discovery/tree_text.h"

namespace plumbline::analytics {
namespace {

const std::vector<std::string> kNames = {"Ask legal", "Send offer", "Sign"};

flow::Node Converted(const std::string& text, const std::vector<std::string>& names) {
  const absl::StatusOr<flow::Node> node = ToFlow(ParseTree(text, names), names);
  EXPECT_TRUE(node.ok()) << node.status();
  if (!node.ok()) return {};
  for (const base::FieldViolation& violation : flow::Validate(*node, "root")) {
    ADD_FAILURE() << violation.field << ": " << violation.description;
  }
  return *node;
}

TEST(TreeFlow, SilentBranchBecomesOptional) {
  const flow::Node node = Converted(
      "->( 'Send offer', X( tau, 'Ask legal' ), X( tau, 'Sign', 'Send offer' ) )", kNames);
  ASSERT_EQ(node.children.size(), 3u);
  EXPECT_EQ(node.id, "sequence");
  EXPECT_EQ(node.children[0].id, "send-offer");
  EXPECT_EQ(node.children[0].title, "Send offer");
  EXPECT_EQ(node.children[0].step.role, kNoRole);
  EXPECT_FALSE(node.children[0].optional);
  EXPECT_EQ(node.children[1].kind, flow::NodeKind::kStep);
  EXPECT_TRUE(node.children[1].optional);
  EXPECT_EQ(node.children[2].kind, flow::NodeKind::kChoice);
  EXPECT_TRUE(node.children[2].optional);
  EXPECT_EQ(node.children[2].title, "Sign or Send offer");
  EXPECT_EQ(node.children[2].children[1].id, "send-offer-2");
}

TEST(TreeFlow, Loops) {
  flow::Node node = Converted("*( 'Sign', tau )", kNames);
  EXPECT_EQ(node.children.size(), 1u);
  EXPECT_EQ(node.title, "Repeat: Sign");
  node = Converted("*( 'Sign', 'Ask legal', 'Send offer' )", kNames);
  ASSERT_EQ(node.children.size(), 2u);
  EXPECT_EQ(node.children[1].kind, flow::NodeKind::kChoice);
  EXPECT_FALSE(node.children[1].optional);
  node = Converted("*( tau, 'Ask legal' )", kNames);
  EXPECT_EQ(node.children.size(), 1u);
  EXPECT_TRUE(node.optional);
}

TEST(TreeFlow, NothingIsNoProcess) {
  const absl::Status status = ToFlow(ParseTree("X( tau, tau )", {}), {}).status();
  EXPECT_EQ(status.message(),
            "event_log: has no event that counts, so its model has no step; write or import events "
            "first");
}

TEST(TreeFlow, WideNodesBecomeSeveral) {
  std::vector<std::string> names;
  ModelTree choice = Inner(ModelKind::kChoice, {}), sequence = Inner(ModelKind::kSequence, {});
  for (uint32_t i = 0; i < 1000; ++i) {
    names.push_back(absl::StrCat("activity ", i));
    (i < 250 ? choice : sequence).children.push_back(ActivityStep(i));
  }
  sequence.children.push_back(choice);
  const absl::StatusOr<flow::Node> node = ToFlow(sequence, names);
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_TRUE(flow::Validate(*node, "root").empty());
  std::sort(names.begin(), names.end());
  const NamedTree back = FromFlow(*node);
  EXPECT_EQ(back.names, names);
  EXPECT_EQ(back.tree.children.size(), 751u);
  EXPECT_EQ(back.tree.children.back().children.size(), 250u);
}

TEST(TreeFlow, CallsAndUntitledStepsAreSteps) {
  flow::Node call = flow::Call("handover", "processes/handover");
  call.title.clear();
  const NamedTree tree =
      FromFlow(flow::Sequence("root", {flow::Step("sign"), flow::Optional(std::move(call))}));
  EXPECT_EQ(TextOf(tree.tree, tree.names), "->( 'Title of sign', X( tau, 'handover' ) )");
}

TEST(FlowIds, Ids) {
  EXPECT_EQ(IdOf("Send  offer (v2)!"), "send-offer-v2");
  EXPECT_EQ(IdOf("2nd call"), "step-2nd-call");
  EXPECT_EQ(IdOf("\xD0\xB4\xD0\xB0"), "step");
  EXPECT_EQ(IdOf(""), "step");
  for (const std::string& text : {std::string(500, 'a'), std::string(500, '7'),
                                  std::string(62, 'a') + " b", std::string(61, '1') + " b"}) {
    EXPECT_TRUE(base::IsValidId(IdOf(text))) << IdOf(text);
  }
  IdGiver ids;
  EXPECT_EQ(ids.Give("Send"), "send");
  EXPECT_EQ(ids.Give("send-2"), "send-2");
  EXPECT_EQ(ids.Give("SEND"), "send-3");
  ids.Give(std::string(500, 'a'));
  EXPECT_TRUE(base::IsValidId(ids.Give(std::string(500, 'a'))));
}

TEST(FlowIds, Shortened) {
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdefg", 6), "abc...");
  EXPECT_EQ(Shortened("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 4), "\xC3\xA4...");
}

}  // namespace
}  // namespace plumbline::analytics
