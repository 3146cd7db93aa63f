// SPDX-License-Identifier: Apache-2.0
//
// DiffRevisions over the in-process channel.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DiffTest : public ::testing::Test {
 protected:
  void Define(absl::string_view id, const v1::Process& process) {
    v1::UpdateProcessRequest request;
    *request.mutable_process() = process;
    request.mutable_process()->set_name(absl::StrCat("workspaces/acme/processes/", id));
    request.set_allow_missing(true);
    ASSERT_EQ(ReasonText(catalog_.Update(request)), "OK");
  }
  void DefineAndPublish(absl::string_view id, const v1::Process& process) {
    Define(id, process);
    ASSERT_EQ(ReasonText(catalog_.Publish(id)), "OK");
  }

  // Ids are those of workspaces/acme: "deal-desk@1".
  absl::StatusOr<v1::DiffRevisionsResponse> Diff(const std::string& before,
                                                 const std::string& after = "") {
    v1::DiffRevisionsRequest request;
    request.set_name("workspaces/acme/processes/" + before);
    if (!after.empty()) request.set_other_name("workspaces/acme/processes/" + after);
    return Call(request);
  }
  absl::StatusOr<v1::DiffRevisionsResponse> DiffContent(const std::string& before,
                                                        const v1::Process& content) {
    v1::DiffRevisionsRequest request;
    request.set_name("workspaces/acme/processes/" + before);
    *request.mutable_content() = content;
    return Call(request);
  }
  absl::StatusOr<v1::DiffRevisionsResponse> Call(const v1::DiffRevisionsRequest& request) {
    return catalog_.Call<v1::DiffRevisionsResponse>("DiffRevisions", request);
  }

  TestCatalog catalog_;
};

// "COMPATIBLE", then a line per difference.
std::vector<std::string> Lines(const absl::StatusOr<v1::DiffRevisionsResponse>& response) {
  if (!response.ok()) return {ReasonText(response)};
  const auto verdict = [](v1::DiffRevisionsResponse::Verdict v) {
    return v1::DiffRevisionsResponse::Verdict_Name(v).substr(8);
  };
  std::vector<std::string> lines = {verdict(response->verdict())};
  for (const v1::Difference& d : response->differences()) {
    lines.push_back(absl::StrCat(v1::Difference::Kind_Name(d.kind()).substr(5), " ", d.path(), " ",
                                 d.before(), "->", d.after(), " ", verdict(d.verdict())));
    EXPECT_FALSE(d.why().empty());
  }
  return lines;
}

TEST_F(DiffTest, ComparesHeadsRevisionsAndTheLatest) {
  DefineAndPublish("desk", ProcessOf("One", SequenceNode("all", {StepNode("a"), StepNode("b")})));
  DefineAndPublish("desk", ProcessOf("Two", SequenceNode("all", {StepNode("a"), StepNode("b")})));
  v1::Process draft = ProcessOf("Two", SequenceNode("all", {StepNode("a")}));
  draft.mutable_root()->mutable_sequence()->mutable_nodes(0)->mutable_step()->set_role("it");
  Define("desk", draft);

  const auto first = Diff("desk@1", "desk@2");
  EXPECT_THAT(Lines(first), ElementsAre("COSMETIC", "TITLE title One->Two COSMETIC"));
  EXPECT_EQ(first->name(), "workspaces/acme/processes/desk@1");
  EXPECT_EQ(first->other_name(), "workspaces/acme/processes/desk@2");
  EXPECT_THAT(Lines(Diff("desk@2", "desk@latest")), ElementsAre("IDENTICAL"));
  const auto to_head = Diff("desk@latest");
  EXPECT_THAT(Lines(to_head),
              ElementsAre("NEEDS_MIGRATION",
                          "ROLE root.sequence.nodes[0].step.role sales-operations->it COMPATIBLE",
                          "NODE_REMOVED root.sequence.nodes[1] all-> NEEDS_MIGRATION"));
  EXPECT_EQ(to_head->name(), "workspaces/acme/processes/desk@2");
  EXPECT_EQ(to_head->other_name(), "workspaces/acme/processes/desk");
  EXPECT_EQ(to_head->differences(1).node(), "b");
  EXPECT_EQ(to_head->differences(1).title(), "Do b");
  EXPECT_EQ(to_head->differences(1).node_count(), 1);
}

TEST_F(DiffTest, ComparesWithContentThatIsNotKept) {
  DefineAndPublish("desk", ProcessOf("One", StepNode("a")));
  v1::Process content = ProcessOf("Two", StepNode("a"));
  const auto compared = DiffContent("desk", content);
  EXPECT_THAT(Lines(compared), ElementsAre("COSMETIC", "TITLE title One->Two COSMETIC"));
  EXPECT_EQ(compared->other_name(), "");
  EXPECT_EQ(catalog_.Get("desk")->title(), "One");
  content.clear_owner();
  EXPECT_THAT(Lines(DiffContent("desk", content)), ElementsAre("FIELD_INVALID"));
  content = ProcessOf("Two", SequenceNode("all", {}));
  EXPECT_THAT(Lines(DiffContent("desk", content)), ElementsAre("PROCESS_INVALID"));
}

TEST_F(DiffTest, TwoProcessesCanBeCompared) {
  Define("desk", ProcessOf("One", StepNode("a")));
  Define("table", ProcessOf("One", StepNode("a")));
  EXPECT_THAT(Lines(Diff("desk", "table")), ElementsAre("IDENTICAL"));
}

TEST_F(DiffTest, CallsOfADraftAreThoseThatPublishingWouldPin) {
  DefineAndPublish("legal", Calling({}));
  DefineAndPublish("desk", Calling({"legal"}));
  EXPECT_THAT(Lines(Diff("desk@1", "desk")), ElementsAre("IDENTICAL"));
  v1::Process renamed = Calling({});
  renamed.set_title("Another title");
  DefineAndPublish("legal", renamed);
  const std::string call = "CALL root.sequence.nodes[1].call.process ";
  EXPECT_THAT(Lines(Diff("desk@1", "desk")),
              ElementsAre("COSMETIC", call + "processes/legal@1->processes/legal@2 COSMETIC"));
  renamed.mutable_root()->mutable_step()->set_role("legal");
  DefineAndPublish("legal", renamed);
  EXPECT_THAT(Lines(Diff("desk@1", "desk")),
              ElementsAre("COMPATIBLE", call + "processes/legal@1->processes/legal@3 COMPATIBLE"));
}

TEST_F(DiffTest, WhatChangedDeepInCalledProcessesCounts) {
  DefineAndPublish("bottom", ProcessOf("B", SequenceNode("s", {StepNode("a"), StepNode("b")})));
  DefineAndPublish("middle", Calling({"bottom"}));
  DefineAndPublish("top", Calling({"middle", "middle"}));
  DefineAndPublish("bottom", ProcessOf("B", SequenceNode("s", {StepNode("b"), StepNode("a")})));
  DefineAndPublish("middle", Calling({"bottom"}));
  const auto diff = Diff("top@1", "top");
  ASSERT_EQ(Lines(diff).size(), 3u);
  EXPECT_EQ(diff->verdict(), v1::DiffRevisionsResponse::VERDICT_NEEDS_MIGRATION);
  EXPECT_THAT(diff->differences(0).why(), HasSubstr("the called process changed"));
}

TEST_F(DiffTest, ACallOfWhatWasNeverPublishedStaysAsItIs) {
  Define("legal", Calling({}));
  Define("desk", Calling({"legal", "nowhere"}));
  EXPECT_THAT(Lines(Diff("desk", "desk")), ElementsAre("IDENTICAL"));
}

TEST_F(DiffTest, RefusesWhatIsNotThereOrNoName) {
  Define("desk", Calling({}));
  struct Row {
    std::string before, after, reason, part;
  };
  const std::string name = "workspaces/acme/processes/";
  for (const Row& row : std::vector<Row>{
           {name + "nowhere", "", "RESOURCE_NOT_FOUND", "nowhere"},
           {name + "desk", name + "desk@1", "RESOURCE_NOT_FOUND", "desk@1"},
           {name + "desk@latest", "", "RESOURCE_NOT_FOUND", "no published revision"},
           {name + "desk@stable", "", "RESOURCE_NOT_FOUND", "desk@stable"},
           {name + "desk", "workspaces/beta/processes/desk", "FIELD_INVALID", "another workspace"},
           {name + "desk", "desk", "FIELD_INVALID", "other_name"},
           {name + "desk@x y", "", "FIELD_INVALID", "name"},
       }) {
    SCOPED_TRACE(row.before + " " + row.after);
    v1::DiffRevisionsRequest request;
    request.set_name(row.before);
    request.set_other_name(row.after);
    const auto response = Call(request);
    EXPECT_EQ(ReasonText(response), row.reason);
    EXPECT_THAT(std::string(response.status().message()), HasSubstr(row.part));
  }
  v1::DiffRevisionsRequest both;
  both.set_name(name + "desk");
  both.set_other_name(name + "desk");
  *both.mutable_content() = Calling({});
  EXPECT_EQ(ReasonText(Call(both)), "FIELD_INVALID");
}

}  // namespace
}  // namespace plumbline::catalog
