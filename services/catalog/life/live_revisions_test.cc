// SPDX-License-Identifier: Apache-2.0
//
// AnalyzeImpact, ListCallers and DeleteUtility look at what people get: revisions that are chosen
// now or later, that a tag names, that are not archived, and what these call.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/life/testing_retire.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::string_view kPrefix = "workspaces/acme/processes/";

class LiveRevisionsTest : public RetireTest {
 protected:
  // Revision 1 of "a" uses the CRM, revision 2 does not; "caller" calls what is chosen.
  void SetUp() override {
    v1::CreateUtilityRequest create;
    create.set_parent("workspaces/acme");
    create.set_utility_id("crm");
    create.mutable_utility()->set_title("CRM");
    create.mutable_utility()->set_owner("it");
    ASSERT_EQ(
        ReasonText(catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
        "OK");
    v1::Node uses = StepNode("work");
    uses.mutable_step()->add_utilities("crm");
    catalog_.DefineAndPublish("a", ProcessOf("First", uses));
    catalog_.Define("a", ProcessOf("Second", StepNode("work")));
  }

  absl::Time Day(int day) const { return start_ + absl::Hours(24 * day); }
  void PublishSecond(std::optional<int> from, std::optional<int> until) {
    v1::PublishProcessRequest request;
    request.set_name(FullName("a"));
    if (from.has_value()) *request.mutable_effective_from() = ToTimestamp(Day(*from));
    if (until.has_value()) *request.mutable_effective_until() = ToTimestamp(Day(*until));
    ASSERT_EQ(ReasonText(catalog_.Publish(request)), "OK");
  }
  // What stops if something does: "a@1 caller@1".
  std::string Stops(const std::string& name = "utilities/crm") {
    v1::AnalyzeImpactRequest request;
    request.set_name(absl::StrCat("workspaces/acme/", name));
    auto response = catalog_.CallUtilities<v1::AnalyzeImpactResponse>("AnalyzeImpact", request);
    if (!response.ok()) return ReasonText(response);
    std::vector<std::string> names;
    for (const auto& process : response->processes())
      names.emplace_back(absl::StripPrefix(process.name(), kPrefix));
    return absl::StrJoin(names, " ");
  }
  std::vector<std::string> CallersOf(const std::string& name) {
    v1::ListCallersRequest request;
    request.set_name(absl::StrCat("workspaces/acme/", name));
    auto response = catalog_.Call<v1::ListCallersResponse>("ListCallers", request);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> names;
    for (const auto& caller : response->callers())
      names.emplace_back(absl::StripPrefix(caller.name(), kPrefix));
    return names;
  }
  std::string DeleteCrm(bool validate_only = true) {
    v1::DeleteUtilityRequest request;
    request.set_name("workspaces/acme/utilities/crm");
    request.set_validate_only(validate_only);
    return ReasonText(catalog_.CallUtilities<v1::DeleteUtilityResponse>("DeleteUtility", request));
  }

  const absl::Time start_ = catalog_.clock().Now();
};

TEST_F(LiveRevisionsTest, TheLatestMayNotBeEffectiveYet) {
  PublishSecond(10, {});
  EXPECT_EQ(Stops(), "a@1");
  EXPECT_EQ(Stops("processes/a@1"), "a@1");
  EXPECT_EQ(Stops("processes/a@latest"), "a@1");
  EXPECT_EQ(Stops("processes/a@2"), "a@2") << "it will be chosen";
  EXPECT_EQ(DeleteCrm(), "UTILITY_IN_USE");
  catalog_.clock().Advance(absl::Hours(24 * 10) - absl::Microseconds(1));
  EXPECT_EQ(Stops(), "a@1");
  catalog_.clock().Advance(absl::Microseconds(1));
  EXPECT_EQ(Stops(), "") << "nobody wrote anything: the period began";
  EXPECT_EQ(Stops("processes/a@1"), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(DeleteCrm(false), "OK");
}

TEST_F(LiveRevisionsTest, AnOldOneMayBecomeEffectiveAgain) {
  PublishSecond({}, 10);
  EXPECT_EQ(Stops(), "a@1");
  EXPECT_EQ(Stops("processes/a@2"), "a@2");
  catalog_.clock().Advance(absl::Hours(24 * 10));
  EXPECT_EQ(Stops(), "a@1");
  EXPECT_EQ(Stops("processes/a@2"), "RESOURCE_NOT_FOUND");
  catalog_.DefineAndPublish("a", ProcessOf("Third", StepNode("work")));
  EXPECT_EQ(Stops(), "");
}

TEST_F(LiveRevisionsTest, ATagKeepsARevisionInUse) {
  PublishSecond({}, {});
  EXPECT_EQ(Stops(), "");
  Tag("a", "stable", 1);
  EXPECT_EQ(Stops(), "a@1");
  EXPECT_EQ(Stops("processes/a@stable"), "a@1");
  EXPECT_EQ(DeleteCrm(), "UTILITY_IN_USE");
}

TEST_F(LiveRevisionsTest, WhatIsArchivedStopsNothing) {
  v1::Process first = *catalog_.Get("a@1");
  first.clear_etag();
  catalog_.Define("a", first);
  catalog_.DefineAndPublish("caller", Calling({"a"}));
  EXPECT_EQ(Stops(), "a@1 caller@1");
  EXPECT_THAT(CallersOf("utilities/crm"), ElementsAre("a", "a@1", "caller", "caller@1"));
  ASSERT_EQ(ReasonText(Archive("a", [](auto& r) { r.set_allow_in_use(true); })), "OK");
  EXPECT_EQ(Stops(), "a@1 caller@1") << "who called it goes on with what he pinned";
  ASSERT_EQ(ReasonText(Archive("caller")), "OK");
  EXPECT_EQ(Stops(), "");
  EXPECT_THAT(CallersOf("utilities/crm"), IsEmpty());
  EXPECT_EQ(Stops("processes/a@1"), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(DeleteCrm(), "OK") << "the draft of what is archived cannot be changed";
  ASSERT_EQ(ReasonText(Reinstate("a")), "OK");
  EXPECT_EQ(Stops(), "a@1");
  EXPECT_THAT(CallersOf("utilities/crm"), ElementsAre("a", "a@1"));
}

TEST_F(LiveRevisionsTest, ARevisionThatIsArchivedStopsNothing) {
  PublishSecond(10, {});
  ASSERT_EQ(ReasonText(Archive("a@1")), "OK");
  EXPECT_EQ(Stops(), "");
}

TEST_F(LiveRevisionsTest, WhatWasDeletedUsesNothing) {
  PublishSecond({}, {});
  v1::Node uses = StepNode("work");
  uses.mutable_step()->add_utilities("crm");
  for (int round = 0; round < 2; ++round) {
    catalog_.Define("idea", ProcessOf("Idea", uses));
    EXPECT_THAT(CallersOf("utilities/crm"), ElementsAre("idea"));
    EXPECT_EQ(DeleteCrm(), "UTILITY_IN_USE");
    ASSERT_EQ(ReasonText(Delete("idea")), "OK");
    EXPECT_THAT(CallersOf("utilities/crm"), IsEmpty());
    catalog_.Define("short-lived", ProcessOf("Idea", uses));
    ASSERT_EQ(ReasonText(Delete("short-lived")), "OK");
    EXPECT_EQ(DeleteCrm(), "OK") << "the graph never knew the other";
  }
}

TEST_F(LiveRevisionsTest, ADraftCallsWhatItsTagNamesAndWhatIsChosenNow) {
  PublishSecond(10, {});
  Tag("a", "next", 2);
  catalog_.Define("plain", Calling({"a"}));
  catalog_.Define("tagged", Calling({"a@next"}));
  EXPECT_THAT(CallersOf("processes/a@1"), ElementsAre("plain"));
  EXPECT_THAT(CallersOf("processes/a@2"), ElementsAre("tagged"));
  EXPECT_THAT(CallersOf("utilities/crm"), ElementsAre("a@1", "plain"));
  catalog_.clock().Advance(absl::Hours(24 * 10));
  EXPECT_THAT(CallersOf("processes/a@2"), ElementsAre("plain", "tagged"));
}

}  // namespace
}  // namespace plumbline::catalog
