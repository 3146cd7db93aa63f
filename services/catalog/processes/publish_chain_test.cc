// SPDX-License-Identifier: Apache-2.0
//
// What publishing refuses because of what is called: the error shows the processes that call one
// another.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

class PublishChainTest : public ::testing::Test {
 protected:
  TestCatalog catalog_;
};

TEST_F(PublishChainTest, RefusesCyclesAlongTheWholeChain) {
  catalog_.DefineAndPublish("a", Calling({}));
  catalog_.DefineAndPublish("b", Calling({"a"}));
  catalog_.DefineAndPublish("c", Calling({"b"}));
  catalog_.Define("a", Calling({"c"}));
  auto chain = catalog_.Publish("a");
  EXPECT_EQ(ReasonText(chain), "PROCESS_CYCLE");
  EXPECT_EQ(base::MetadataOf(chain.status(), "chain"), "a -> c -> b -> a");
  EXPECT_EQ(catalog_.Get("a")->latest_revision(), 1);
}

TEST_F(PublishChainTest, RefusesWhatCannotBeResolved) {
  catalog_.Define("draft-only", Calling({}));
  catalog_.DefineAndPublish("legal", Calling({}));
  struct Row {
    std::string called, reason, message, chain;
  };
  for (const Row& row :
       std::vector<Row>{{"nowhere", "RESOURCE_NOT_FOUND", "workspaces/acme/processes/nowhere",
                         "caller -> nowhere"},
                        {"draft-only", "PROCESS_NOT_PUBLISHED",
                         "workspaces/acme/processes/draft-only", "caller -> draft-only"},
                        {"draft-only@1", "RESOURCE_NOT_FOUND", "processes/draft-only@1",
                         "caller -> draft-only@1"},
                        {"legal@2", "RESOURCE_NOT_FOUND", "processes/legal@2", "caller -> legal@2"},
                        {"legal@stable", "RESOURCE_NOT_FOUND", "processes/legal@stable",
                         "caller -> legal@stable"}}) {
    catalog_.Define("caller", Calling({row.called}));
    auto published = catalog_.Publish("caller");
    EXPECT_EQ(ReasonText(published), row.reason) << row.called;
    EXPECT_THAT(std::string(published.status().message()), ::testing::HasSubstr(row.message));
    EXPECT_EQ(base::MetadataOf(published.status(), "chain"), row.chain) << row.called;
    EXPECT_EQ(ReasonText(catalog_.Get("caller@latest")), "RESOURCE_NOT_FOUND") << row.called;
  }
}

TEST_F(PublishChainTest, RefusesATreeThatGrowsTooLarge) {
  std::vector<v1::Node> steps;
  for (int i = 0; i < 450; ++i) steps.push_back(StepNode(absl::StrCat("s", i)));
  catalog_.DefineAndPublish("big", ProcessOf("Big", SequenceNode("all", steps)));
  catalog_.Define("caller", Calling({"big", "big", "big", "big"}));
  EXPECT_EQ(ReasonText(catalog_.Publish("caller")), "OK");
  catalog_.Define("caller", Calling({"big", "big", "big", "big", "big"}));
  EXPECT_EQ(ReasonText(catalog_.Publish("caller")), "PROCESS_INVALID");
  EXPECT_EQ(base::MetadataOf(catalog_.Publish("caller").status(), "chain"), "caller -> big");
}

TEST_F(PublishChainTest, RefusesWhatCallsTooMuchThroughOthers) {
  std::vector<v1::Node> steps;
  for (int i = 0; i < 450; ++i) steps.push_back(StepNode(absl::StrCat("s", i)));
  std::vector<std::string> parts;
  for (int i = 0; i < 5; ++i) {
    catalog_.DefineAndPublish(absl::StrCat("part-", i),
                              ProcessOf("Part", SequenceNode("all", steps)));
    if (i < 4) parts.push_back(absl::StrCat("part-", i));
  }
  catalog_.DefineAndPublish("most", Calling(parts));
  catalog_.DefineAndPublish("last", Calling({"part-4"}));
  catalog_.Define("caller", Calling({"most", "last"}));
  const absl::Status refused = catalog_.Publish("caller").status();
  EXPECT_EQ(ReasonText(refused), "PROCESS_INVALID");
  EXPECT_EQ(base::MetadataOf(refused, "chain"), "caller -> last -> part-4");
}

TEST_F(PublishChainTest, RefusesATreeThatGrowsTooDeep) {
  // Each level calls the next from within two nested sequences.
  catalog_.DefineAndPublish("level-0", Calling({}));
  std::string refused, chain, expected;
  for (int i = 1; i < 40 && refused.empty(); ++i) {
    expected = absl::StrCat("level-", i, i == 1 ? "" : " -> ", expected);
    v1::Node call = CallNode("call", absl::StrCat("processes/level-", i - 1));
    v1::Process process =
        ProcessOf("Level", SequenceNode("outer", {SequenceNode("inner", {call})}));
    catalog_.Define(absl::StrCat("level-", i), process);
    auto published = catalog_.Publish(absl::StrCat("level-", i));
    if (!published.ok()) refused = ReasonText(published);
    chain = base::MetadataOf(published.status(), "chain");
  }
  EXPECT_EQ(refused, "PROCESS_INVALID");
  EXPECT_EQ(chain, expected) << "to level-1, where the call of level-0 is too deep";
}

}  // namespace
}  // namespace plumbline::catalog
