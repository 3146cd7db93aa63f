// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plumbline::analytics::conformance {
namespace {

using testing::HasSubstr;

TEST(ModelTest, TextIsReadAndWritten) {
  for (const std::string text :
       {"tau", "'a'", "->( 'a', X( tau, 'b' ), +( 'c', *( 'd', tau, 'e' ) ) )",
        "->( *( 'Release Supplier's Invoice', tau ), 'Authorize Supplier's Invoice payment' )"}) {
    const auto model = ParseModel(text);
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_EQ(ModelText(*model), text);
  }
  EXPECT_EQ(ModelText(ParseModel(" ->('a' ,\n'b')").value()), "->( 'a', 'b' )");
}

TEST(ModelTest, BadTextSaysWhere) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {"", "byte 0"},
      {"->", "expected ("},
      {"->( 'a'", "expected , or )"},
      {"->( 'a' 'b )", "expected a name in quotes"},
      {"->( 'a' ) x", "byte 10: expected the end"},
      {"''", "a name in quotes"},
      {"*( 'a' )", "a loop of the model has 1 children"},
      {"a", "expected 'name', tau"},
  };
  for (const auto& c : kCases) {
    const auto model = ParseModel(c.text);
    EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_THAT(std::string(model.status().message()), HasSubstr(c.message)) << c.text;
  }
}

TEST(ModelTest, LimitsHold) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "->( ";
  EXPECT_FALSE(ParseModel(deep).ok());
  ModelNode wide = Inner(Operator::kChoice, {});
  EXPECT_FALSE(CheckModel(wide).ok());
  for (int i = 0; i < kMaxModelNodes - 1; ++i) wide.children.push_back(Silent());
  EXPECT_TRUE(CheckModel(wide).ok());
  wide.children.push_back(Silent());
  EXPECT_THAT(std::string(CheckModel(wide).message()), HasSubstr("more than 20000 nodes"));
  EXPECT_FALSE(CheckModel(Activity("")).ok());
}

flow::Node Step(const std::string& id, const std::string& title, bool optional = false) {
  flow::Node node;
  node.id = id;
  node.title = title;
  node.optional = optional;
  return node;
}

TEST(ModelTest, ProcessesBecomeModels) {
  flow::Node loop;
  loop.kind = flow::NodeKind::kLoop;
  loop.children = {Step("exam", "Exam")};
  flow::Node both;
  both.kind = flow::NodeKind::kParallel;
  both.optional = true;
  both.children = {loop, Step("tour", "", true)};
  flow::Node call = Step("set-up", "Set up");
  call.kind = flow::NodeKind::kCall;
  flow::Node root;
  root.kind = flow::NodeKind::kSequence;
  root.children = {call, both};
  EXPECT_EQ(ModelText(ModelOf(root, NameOf::kTitle)),
            "->( 'Set up', X( tau, +( *( 'Exam', tau ), X( tau, 'tour' ) ) ) )");
  EXPECT_EQ(ModelText(ModelOf(root, NameOf::kId)),
            "->( 'set-up', X( tau, +( *( 'exam', tau ), X( tau, 'tour' ) ) ) )");
}

}  // namespace
}  // namespace plumbline::analytics::conformance
