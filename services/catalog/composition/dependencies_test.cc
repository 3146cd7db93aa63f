// SPDX-License-Identifier: Apache-2.0
//
// ListDependencies of drafts: what they would depend on if they were published now.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/steps/testing.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DependenciesTest : public StepTest {
 protected:
  // "processes/desk@1", "roles are texts", with " missing" where it is; of one kind.
  std::vector<std::string> Names(const std::string& process, v1::Dependency::Kind kind) {
    v1::ListDependenciesRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", process));
    const auto all = catalog_.Call<v1::ListDependenciesResponse>("ListDependencies", request);
    EXPECT_TRUE(all.ok()) << all.status();
    std::vector<std::string> names;
    if (!all.ok()) return names;
    for (const v1::Dependency& d : all->dependencies()) {
      if (d.kind() != kind) continue;
      names.push_back(absl::StrCat(absl::StripPrefix(d.name(), "workspaces/acme/"),
                                   d.missing() ? " missing" : ""));
    }
    return names;
  }
  std::vector<std::string> Called(const std::string& process) {
    return Names(process, v1::Dependency::KIND_PROCESS);
  }
  void SetPeriod(const std::string& revision, absl::Time from) {
    v1::SetEffectivePeriodRequest request;
    request.set_name(absl::StrCat("workspaces/acme/processes/", revision));
    *request.mutable_effective_from() = ToTimestamp(from);
    ASSERT_EQ(
        ReasonText(catalog_.Call<v1::SetEffectivePeriodResponse>("SetEffectivePeriod", request)),
        "OK");
  }
};

TEST_F(DependenciesTest, ATagMeansItsRevisionAndAnUnknownOneNothing) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("legal", ProcessOf("Legal 2", StepNode("read")));
  v1::SetTagRequest tag;
  tag.set_name("workspaces/acme/processes/legal");
  tag.set_tag("stable");
  tag.set_revision(1);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::SetTagResponse>("SetTag", tag)), "OK");
  catalog_.Define("desk", Calling({"legal@stable"}));
  EXPECT_THAT(Called("desk"), ElementsAre("processes/legal@1"));
  catalog_.Define("desk", Calling({"legal@proven"}));
  EXPECT_THAT(Called("desk"), ElementsAre("processes/legal@proven missing"));
}

TEST_F(DependenciesTest, ABareNameMeansWhatIsChosenNow) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.DefineAndPublish("legal", ProcessOf("Legal 2", StepNode("read")));
  SetPeriod("legal@2", catalog_.clock().Now() + absl::Hours(24));
  catalog_.Define("desk", Calling({"legal"}));
  EXPECT_THAT(Called("desk"), ElementsAre("processes/legal@1"))
      << "the latest revision begins tomorrow";
  catalog_.clock().Advance(absl::Hours(25));
  EXPECT_THAT(Called("desk"), ElementsAre("processes/legal@2"));
}

TEST_F(DependenciesTest, WhatCannotBeCalledNowIsMissing) {
  catalog_.DefineAndPublish("legal", Calling({}));
  catalog_.Define("desk", Calling({"legal", "legal@1"}));
  v1::DeprecateProcessRequest deprecate;
  deprecate.set_name("workspaces/acme/processes/legal");
  deprecate.set_allow_in_use(true);
  ASSERT_EQ(ReasonText(catalog_.Call<v1::DeprecateProcessResponse>("DeprecateProcess", deprecate)),
            "OK");
  EXPECT_THAT(Called("desk"), ElementsAre("processes/legal missing", "processes/legal@1"));
  catalog_.Define("idea", Calling({"desk"}));
  EXPECT_THAT(Called("idea"),
              ElementsAre("processes/desk", "processes/legal missing", "processes/legal@1"))
      << "what was never published is followed as its draft";
}

TEST_F(DependenciesTest, StepsOfTheLibraryBringWhatTheyNeed) {
  ASSERT_TRUE(Create("check-credit", CheckCredit()).ok());
  v1::Node bare;
  bare.set_id("bare");
  bare.mutable_step()->set_uses("steps/check-credit");
  ASSERT_EQ(ReasonText(catalog_.Create("deal", ProcessOf("Deal", bare))), "OK");
  EXPECT_THAT(Names("deal", v1::Dependency::KIND_ROLE), ElementsAre("finance"));
  EXPECT_THAT(Names("deal", v1::Dependency::KIND_UTILITY),
              ElementsAre("utilities/credit-bureau missing"));
  EXPECT_THAT(Names("deal", v1::Dependency::KIND_STEP), ElementsAre("steps/check-credit@1"));
  ASSERT_EQ(ReasonText(catalog_.Publish("deal")), "OK");
  EXPECT_EQ(Names("deal@1", v1::Dependency::KIND_STEP), Names("deal", v1::Dependency::KIND_STEP));
  EXPECT_EQ(Names("deal@1", v1::Dependency::KIND_ROLE), Names("deal", v1::Dependency::KIND_ROLE));
}

TEST_F(DependenciesTest, AMissingStepHasNoRole) {
  v1::Node bare;
  bare.set_id("bare");
  bare.mutable_step()->set_uses("steps/check-credit");
  v1::Node pinned = bare;
  pinned.set_id("pinned");
  pinned.mutable_step()->set_uses("steps/check-credit@7");
  ASSERT_EQ(
      ReasonText(catalog_.Create("deal", ProcessOf("Deal", SequenceNode("all", {bare, pinned})))),
      "OK");
  EXPECT_THAT(Names("deal", v1::Dependency::KIND_ROLE), IsEmpty())
      << "not the owner of the process";
  EXPECT_THAT(Names("deal", v1::Dependency::KIND_STEP),
              ElementsAre("steps/check-credit missing", "steps/check-credit@7 missing"));
}

}  // namespace
}  // namespace plumbline::catalog
