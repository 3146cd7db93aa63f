// SPDX-License-Identifier: Apache-2.0
//
// Lists, search and comparisons know what has become of processes and revisions.
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_retire.h"

namespace plumbline::catalog {
namespace {

class LifeListTest : public RetireTest {
 protected:
  // The ids of the heads that a filter selects: "a,b".
  std::string Heads(const std::string& filter) {
    v1::ListProcessesRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    const auto page = catalog_.Call<v1::ListProcessesResponse>("ListProcesses", request);
    return page.ok() ? Names(page->processes()) : ReasonText(page);
  }
  // The numbers of the revisions of "deal-desk" that a filter selects, latest first.
  std::string Revisions(const std::string& filter) {
    v1::ListProcessRevisionsRequest request;
    request.set_name(FullName("deal-desk"));
    request.set_filter(filter);
    const auto page =
        catalog_.Call<v1::ListProcessRevisionsResponse>("ListProcessRevisions", request);
    return page.ok() ? Names(page->processes()) : ReasonText(page);
  }
  template <typename Processes>
  static std::string Names(const Processes& processes) {
    return absl::StrJoin(processes, ",", [](std::string* out, const v1::Process& process) {
      absl::StrAppend(out, process.name().substr(process.name().find_last_of("/@") + 1));
    });
  }
  void PublishThree() {
    for (const char* title : {"One", "Two", "Three"})
      catalog_.DefineAndPublish("deal-desk", ProcessOf(title, StepNode("work")));
  }
};

TEST_F(LifeListTest, HeadsAreSelectedByTheirState) {
  PublishThree();
  catalog_.Define("idea", ProcessOf("Idea", StepNode("work")));
  EXPECT_EQ(Heads("state = DRAFT"), "deal-desk,idea");
  EXPECT_EQ(Heads("state = DEPRECATED"), "");
  ASSERT_EQ(ReasonText(Deprecate("deal-desk")), "OK");
  EXPECT_EQ(Heads("state = DRAFT"), "idea");
  EXPECT_EQ(Heads("state = DEPRECATED"), "deal-desk");
  ASSERT_EQ(ReasonText(Archive("deal-desk")), "OK");
  EXPECT_EQ(Heads("state = ARCHIVED"), "deal-desk");
  ASSERT_EQ(ReasonText(Reinstate("deal-desk")), "OK");
  EXPECT_EQ(Heads("state = DRAFT"), "deal-desk,idea");
}

TEST_F(LifeListTest, RevisionsAreSelectedByWhatTheirHeadSaysOfThem) {
  PublishThree();
  EXPECT_EQ(Revisions("state = PUBLISHED"), "3,2,1");
  ASSERT_EQ(ReasonText(Archive("deal-desk@1")), "OK");
  EXPECT_EQ(Revisions("state = ARCHIVED"), "1");
  EXPECT_EQ(Revisions("state = PUBLISHED"), "3,2");
  ASSERT_EQ(ReasonText(Deprecate("deal-desk")), "OK");
  EXPECT_EQ(Revisions("state = DEPRECATED"), "3,2") << "with the process";
  EXPECT_EQ(Revisions("state = ARCHIVED"), "1") << "what goes further holds";
  catalog_.DefineAndPublish("deal-desk", ProcessOf("Four", StepNode("work")));
  EXPECT_EQ(Revisions("state = DEPRECATED"), "4,3,2") << "also what is published since";
  ASSERT_EQ(ReasonText(Reinstate("deal-desk")), "OK");
  EXPECT_EQ(Revisions("state = PUBLISHED"), "4,3,2");
  ASSERT_EQ(ReasonText(Reinstate("deal-desk@1")), "OK");
  EXPECT_EQ(Revisions("state = PUBLISHED"), "4,3,2,1");
}

TEST_F(LifeListTest, WhatIsListedIsWhatIsRead) {
  PublishThree();
  ASSERT_EQ(ReasonText(Deprecate("deal-desk@2")), "OK");
  Tag("deal-desk", "stable", 3);
  v1::ListProcessRevisionsRequest request;
  request.set_name(FullName("deal-desk"));
  const auto page =
      catalog_.Call<v1::ListProcessRevisionsResponse>("ListProcessRevisions", request);
  ASSERT_EQ(ReasonText(page), "OK");
  for (v1::Process listed : page->processes()) {
    auto read = catalog_.Get(absl::StrCat("deal-desk@", listed.revision()));
    ASSERT_EQ(ReasonText(read), "OK");
    read->clear_root();
    EXPECT_EQ(listed.DebugString(), read->DebugString());
  }
}

TEST_F(LifeListTest, SearchAnswersTheHeadAsListsDo) {
  PublishThree();
  ASSERT_EQ(ReasonText(Archive("deal-desk@1")), "OK");
  ASSERT_EQ(ReasonText(Deprecate("deal-desk")), "OK");
  v1::SearchProcessesRequest request;
  request.set_parent("workspaces/acme");
  request.set_query("three");
  const auto found = catalog_.Call<v1::SearchProcessesResponse>("SearchProcesses", request);
  ASSERT_EQ(ReasonText(found), "OK");
  ASSERT_EQ(found->matches_size(), 1);
  const v1::Process& process = found->matches(0).process();
  EXPECT_EQ(process.state(), v1::Process::STATE_DEPRECATED);
  EXPECT_TRUE(process.draft_authors().empty());
  EXPECT_TRUE(process.revision_lives().empty());
}

TEST_F(LifeListTest, ComparisonsTakeTagsAndTheRevisionThatIsChosen) {
  PublishThree();
  Tag("deal-desk", "stable", 2);
  const auto compared = [&](const std::string& before, const std::string& after) {
    v1::DiffRevisionsRequest request;
    request.set_name(FullName(before));
    request.set_other_name(FullName(after));
    const auto diff = catalog_.Call<v1::DiffRevisionsResponse>("DiffRevisions", request);
    if (!diff.ok()) return ReasonText(diff);
    return absl::StrCat(diff->name().substr(diff->name().find('@')), " ",
                        diff->other_name().substr(diff->other_name().find('@')));
  };
  EXPECT_EQ(compared("deal-desk@stable", "deal-desk@latest"), "@2 @3");
  ASSERT_EQ(ReasonText(Archive("deal-desk@3")), "OK");
  EXPECT_EQ(compared("deal-desk@1", "deal-desk@latest"), "@1 @2");
  EXPECT_EQ(compared("deal-desk@1", "deal-desk@trial"), "RESOURCE_NOT_FOUND");
  ASSERT_EQ(ReasonText(Archive("deal-desk", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  EXPECT_EQ(compared("deal-desk@1", "deal-desk@latest"), "PROCESS_RETIRED");
  EXPECT_EQ(compared("deal-desk@1", "deal-desk@stable"), "@1 @2") << "what is named is read";
}

TEST_F(LifeListTest, ADraftIsComparedAsPublishingWouldPinItsCalls) {
  PublishThree();
  Tag("deal-desk", "stable", 1);
  catalog_.DefineAndPublish("caller", Calling({"deal-desk@stable"}));
  v1::DiffRevisionsRequest request;
  request.set_name(FullName("caller@1"));
  request.set_other_name(FullName("caller"));
  const auto verdict = [&] {
    const auto diff = catalog_.Call<v1::DiffRevisionsResponse>("DiffRevisions", request);
    EXPECT_EQ(ReasonText(diff), "OK");
    return v1::DiffRevisionsResponse::Verdict_Name(diff->verdict());
  };
  EXPECT_EQ(verdict(), "VERDICT_IDENTICAL");
  v1::SetTagRequest move;
  move.set_name(FullName("deal-desk"));
  move.set_tag("stable");
  move.set_revision(2);
  move.set_expected_revision(1);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::SetTagResponse>("SetTag", move)), "OK");
  EXPECT_NE(verdict(), "VERDICT_IDENTICAL");
}

}  // namespace
}  // namespace plumbline::catalog
